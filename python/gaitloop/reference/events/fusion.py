"""Section 4.7: contacts that several detectors agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import Event, EventKind
from ._columns import Columns, columns
from .fusion_source import Source

_LATE = 300_000_000
_FREE = 2_000_000_000
_OLD = 1_000_000_000
_SHARE_OF_USUAL = 0.6
_SHARE_OF_STRIDE = 0.75
_USUAL_RATE = 0.2
_VOTE_FLOOR = 0.05


class Found(NamedTuple):
    """What one source found on one foot.

    Attributes
    ----------
    kind : int
        Kind of the event [-], as in `EventKind`.
    t : int
        When it happened [ns].
    confidence : float
        How sure the source is [-], 0 to 1.
    """

    kind: int
    t: int
    confidence: float


Row: TypeAlias = Sequence[Sequence[tuple[int, int, float] | None]]


@dataclass
class _Group:
    """Votes for one event, by source: time [ns] and confidence; when the first one came and what it said [ns]."""

    opened: int
    t: int
    votes: dict[int, tuple[int, float]] = field(default_factory=dict)


@dataclass
class _Told:
    """An event that was reported: its time [ns] and who found it."""

    t: int
    sources: set[int]
    judged: bool = False


@dataclass
class _Foot:
    sources: list[Source]
    groups: list[_Group | None] = field(default_factory=lambda: [None, None])
    told: list[_Told | None] = field(default_factory=lambda: [None, None])
    last: tuple[int, int] | None = None
    usual: list[float | None] = field(default_factory=lambda: [None, None])


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _seconds(a: int, b: int) -> float:
    return min(b - a, 2**63 - 1) * 1e-9


@dataclass
class FusedContacts:
    """Contacts by the vote of several detectors; who stays silent or stands alone loses the vote for a while.

    Parameters
    ----------
    weights : sequence of float, shape (S,)
        Weight of each source [-], 0.01 to 1, for 1 to 8 sources.
    window : float
        Longest time between two events that are the same [s], 0.02 to 0.3.
    wait : float
        Longest time for which an event that has its quorum waits for the other votes [s], 0 to 0.1.
    quorum : float
        Share of the weight that has to agree [-], 0 to 1.
    stance, swing : float
        Shortest stance and swing time [s], 0 to 0.5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    weights: Sequence[float]
    window: float = 0.12
    wait: float = 0.03
    quorum: float = 0.5
    stance: float = 0.1
    swing: float = 0.1
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _alive: tuple[tuple[bool, ...], tuple[bool, ...]] = field(init=False, repr=False)
    _t: int | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.weights = all_in_range("weights", self.weights, 0.01, 1.0, (-1,)).tolist()
        in_range("sources", len(self.weights), 1.0, 8.0)
        for name, low, high in (
            ("window", 0.02, 0.3),
            ("wait", 0.0, 0.1),
            ("quorum", 0.0, 1.0),
            ("stance", 0.0, 0.5),
            ("swing", 0.0, 0.5),
        ):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        self.reset()

    def reset(self) -> None:
        """Forget everything, who is trusted too."""
        self._feet = _Foot([Source(w) for w in self.weights]), _Foot([Source(w) for w in self.weights])
        self._alive = (True,) * len(self.weights), (True,) * len(self.weights)
        self._t = None

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether the last event of each foot was a contact."""
        left, right = (foot.last is not None and foot.last[0] == EventKind.INITIAL_CONTACT for foot in self._feet)
        return left, right

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether no source of each foot was alive in the last tick."""
        return not any(self._alive[0]), not any(self._alive[1])

    @property
    def trusted(self) -> list[tuple[bool, bool]]:
        """Whether each source has a vote on each foot, were it alive: left, right by source."""
        return [(a.votes, b.votes) for a, b in zip(self._feet[0].sources, self._feet[1].sources, strict=True)]

    def step(self, found: Row, alive: Sequence[Sequence[bool]], t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        found : sequence of shape (S, 2)
            What each source found on each foot: None or kind [-], time [ns], confidence [-].
        alive : sequence of bool, shape (S, 2)
            Whether each source sees each foot.
        t : int
            Time of the tick [ns].

        Returns
        -------
        list of Event
            At most one event per side, left first.
        """
        t = int(t)
        if self._t is not None and t <= self._t:
            return []
        self._t = t
        self._alive = tuple(bool(row[0]) for row in alive), tuple(bool(row[1]) for row in alive)
        events = []
        for side, (foot, alive_here) in enumerate(zip(self._feet, self._alive, strict=True)):
            for kind in (0, 1):
                self._expire(foot, kind, alive_here, t)
            for index, row in enumerate(found):
                entry = row[side]
                if entry is not None and alive_here[index]:
                    self._take(foot, index, Found(*entry), alive_here, t)
            first = 0 if foot.last is None or foot.last[0] == EventKind.TOE_OFF else 1
            for kind in (first, 1 - first):
                event = self._decide(foot, kind, alive_here, t)
                if event is not None:
                    events.append(Event(EventKind(kind), side, event[0], t, event[1]))
                    break
        return events

    def run(self, sources: Sequence[Columns], alive: ArrayLike, t: ArrayLike) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        sources : sequence of tuple of ndarray
            Events of each source as its `run` gives them; each is known at the first tick not before its time of
            being known, a second one of the same source, foot and tick one tick later.
        alive : array_like of bool, shape (T, S, 2)
            Whether each source sees each foot.
        t : array_like of int, shape (T,)
            Times [ns].

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        queues = [[_queue(source, side) for side in (0, 1)] for source in sources]
        events = []
        for now, alive_now in zip(np.asarray(t).tolist(), np.asarray(alive, dtype=bool).tolist(), strict=True):
            row = [[_next(queue, now) for queue in pair] for pair in queues]
            events += self.step(row, alive_now, now)
        return columns(events)

    def _expire(self, foot: _Foot, kind: int, alive: Sequence[bool], t: int) -> None:
        """Judge the sources on an event that was told, and by a group that never got its quorum."""
        told, group = foot.told[kind], foot.groups[kind]
        if told is not None and t - told.t >= _LATE:
            self._judge(foot, told, alive)
        if group is not None and t - group.opened >= _LATE:
            self._drop(foot, kind, alive)

    def _judge(self, foot: _Foot, told: _Told, alive: Sequence[bool]) -> None:
        if told.judged:
            return
        told.judged = True
        for index, source in enumerate(foot.sources):
            if alive[index]:
                source.judge(index in told.sources)
                if index not in told.sources:
                    source.quiet += 1

    def _drop(self, foot: _Foot, kind: int, alive: Sequence[bool]) -> None:
        group, foot.groups[kind] = foot.groups[kind], None
        if group is None:
            return
        got, total, able = self._weigh(foot, group, alive)
        heard = any(foot.sources[i].quiet == 0 for i in able if i not in group.votes)
        alone = heard and not _reached(got, self.quorum * total)
        for index, source in enumerate(foot.sources):
            if index in group.votes:
                if alone:
                    source.judge(False)
            elif alive[index]:
                source.quiet += 1

    def _take(self, foot: _Foot, index: int, found: Found, alive: Sequence[bool], t: int) -> None:
        """A vote: for an event that was told, for an open group, or for a new one."""
        kind, at = found.kind, min(int(found.t), t)
        if kind not in (0, 1) or t - at > _OLD:
            return
        foot.sources[index].quiet = 0
        self._check(foot, index, kind, at)
        told, group, window = foot.told[kind], foot.groups[kind], _ns(self.window)
        if told is not None and abs(at - told.t) <= window:
            if not told.judged:
                told.sources.add(index)
            return
        if group is not None and abs(at - group.t) > window:
            self._drop(foot, kind, alive)
            group = None
        if group is None:
            group = foot.groups[kind] = _Group(t, at)
        confidence = found.confidence if 0.0 <= found.confidence <= 1.0 else 0.0
        group.votes.setdefault(index, (at, confidence))

    def _check(self, foot: _Foot, index: int, kind: int, at: int) -> None:
        """A source's own events have to make sense too."""
        source = foot.sources[index]
        if source.last is not None and at > source.last[1]:
            stance, swing = foot.usual[1], foot.usual[0]
            if stance is not None and swing is not None:
                since = _seconds(source.last[1], at)
                same = kind == source.last[0]
                shortest = _SHARE_OF_STRIDE * (stance + swing) if same else _SHARE_OF_USUAL * (swing, stance)[kind]
                if since < shortest:
                    source.judge(False)
        source.last = kind, at

    def _weigh(self, foot: _Foot, group: _Group, alive: Sequence[bool]) -> tuple[float, float, list[int]]:
        """Weight of a group's votes, of all that may vote, and who of these is missing."""
        able = [i for i, source in enumerate(foot.sources) if alive[i] and source.votes]
        able = able or [i for i, source in enumerate(foot.sources) if alive[i] and source.trusted]
        able = able or [i for i in range(len(foot.sources)) if alive[i]]
        got = total = 0.0
        for i in able:
            total += foot.sources[i].worth
            got += foot.sources[i].worth if i in group.votes else 0.0
        return got, total, able

    def _decide(self, foot: _Foot, kind: int, alive: Sequence[bool], t: int) -> tuple[int, float] | None:
        group = foot.groups[kind]
        if group is None:
            return None
        got, total, able = self._weigh(foot, group, alive)
        voters = [i for i in able if i in group.votes]
        whole = len(voters) == len(able)
        if not voters or not _reached(got, self.quorum * total) or not (whole or t - group.opened >= _ns(self.wait)):
            return None
        at = _middle([(group.votes[i][0], foot.sources[i].worth * max(group.votes[i][1], _VOTE_FLOOR)) for i in voters])
        if not self._in_order(foot, kind, at, whole, t):
            return None
        sure = 0.0
        for i in voters:
            sure += foot.sources[i].worth * group.votes[i][1]
        self._tell(foot, kind, at, set(group.votes), alive)
        return at, min(1.0, sure / total)

    def _in_order(self, foot: _Foot, kind: int, at: int, whole: bool, t: int) -> bool:
        """Whether an event may follow the last one: the other kind, or a stride later the same kind."""
        if foot.last is None:
            return True
        since = _seconds(foot.last[1], at)
        if at <= foot.last[1] or t - foot.last[1] > _FREE:
            return at > foot.last[1]
        stance, swing = foot.usual[1], foot.usual[0]
        if kind == foot.last[0]:
            return stance is not None and swing is not None and since >= _SHARE_OF_STRIDE * (stance + swing)
        shortest = self.swing if kind == EventKind.INITIAL_CONTACT else self.stance
        usual = foot.usual[kind]
        if not whole and usual is not None:
            shortest = max(shortest, _SHARE_OF_USUAL * usual)
        return since >= shortest

    def _tell(self, foot: _Foot, kind: int, at: int, sources: set[int], alive: Sequence[bool]) -> None:
        """Remember what was told, and the usual time before an event of this kind."""
        before = foot.told[kind]
        if before is not None:
            self._judge(foot, before, alive)
        if foot.last is not None and foot.last[0] != kind and at - foot.last[1] <= _FREE:
            took, usual = _seconds(foot.last[1], at), foot.usual[kind]
            foot.usual[kind] = took if usual is None else usual + _USUAL_RATE * (took - usual)
        foot.groups[kind], foot.told[kind], foot.last = None, _Told(at, sources), (kind, at)


def _reached(got: float, needed: float) -> bool:
    return got >= needed - 1e-9


def _middle(votes: list[tuple[int, float]]) -> int:
    """Weighted median of times [ns]; half way where the weights of both sides are equal."""
    votes = sorted(votes, key=lambda vote: vote[0])
    total = below = 0.0
    for _, weight in votes:
        total += weight
    for i, (t, weight) in enumerate(votes):
        below += weight
        if abs(2.0 * below - total) <= 1e-9 and i + 1 < len(votes):
            return t + (votes[i + 1][0] - t) // 2
        if 2.0 * below > total:
            return t
    return votes[-1][0]


def _next(queue: list[tuple[int, Found]], now: int) -> Found | None:
    return queue.pop()[1] if queue and queue[-1][0] <= now else None


def _queue(source: Columns, side: int) -> list[tuple[int, Found]]:
    """Events of one foot, the first known last."""
    foot, kind, time, emit, confidence = (np.asarray(column).tolist() for column in source)
    rows = zip(foot, kind, time, emit, confidence, strict=True)
    events = [(known, Found(what, t, sure)) for where, what, t, known, sure in rows if where == side]
    return sorted(events, key=lambda event: event[0])[::-1]
