"""Section 4.1: initial contacts and toe-offs from the force under each foot."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range, ordered
from .._conventions import Event, EventKind, Reading, clamp, present
from ._columns import Columns, columns
from .force_ahead import Side, seconds
from .force_hidden import hidden
from .force_history import LOOK_BACK, RING_SPACING, Snapshot

_NEVER = -(2**63)


@dataclass
class _Candidate:
    """A crossing that has not lasted long enough yet: when it was armed and when it crossed [ns]."""

    armed: int
    crossed: int | None = None


@dataclass
class _Foot:
    scale: float
    contact: bool = False
    since: int | None = None
    seen: int | None = None
    last: tuple[int, float] | None = None
    net: float = 0.0
    baseline: float = 0.0
    peak: float = 0.0
    candidate: _Candidate | None = None
    event: int | None = None
    ic: int | None = None
    stance: float = 0.0
    stances: int = 0
    leak: float = 0.0
    top: float = 0.0
    flat: int | None = None


class _Other(NamedTuple):
    """The other foot as it was before this tick changed anything."""

    contact: bool
    ic: int | None
    load: float


class _Tick(NamedTuple):
    """What the steps of one foot's tick share."""

    t: int
    x: float
    y: float
    level: float
    dt: float
    before: tuple[int, float] | None
    other: _Other
    old: tuple[int, float, float] | None


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


@dataclass
class ForceContacts:
    """Contacts of both feet, with thresholds that are shares of the foot's own peak force.

    Parameters
    ----------
    scale : float
        Peak force before the first stance [N], 100 to 3000.
    on, off : float
        Thresholds of contact and of lift as shares of the peak force [-], 0.01 to 0.5, `off` not above `on`.
    floor : float
        Smallest threshold [N], 1 to 200.
    arm : float
        Share of the threshold from which a contact is prepared [-], 0.1 to 1.
    debounce : float
        Time for which a crossing has to last [s], 0 to 0.05.
    refractory : float
        Shortest time between two events of a foot [s], 0 to 0.5.
    baseline_time : float
        Time constant of the zero [s], 0.02 to 10.
    baseline_max : float
        Largest zero [N], 0 to 200.
    settle : float
        Time at the start in which no event is reported [s], 0 to 1.
    gap : float
        Longest gap in the signal that is bridged [s], 0.01 to 1.
    shared : bool
        Whether a foot may stand on the other foot's sensor too.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    scale: float = 700.0
    on: float = 0.055
    off: float = 0.04
    floor: float = 30.0
    arm: float = 0.3
    debounce: float = 0.008
    refractory: float = 0.12
    baseline_time: float = 0.3
    baseline_max: float = 50.0
    settle: float = 0.1
    gap: float = 0.1
    shared: bool = True
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _ring: deque[Snapshot] = field(init=False, repr=False)
    _t: int | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("scale", 100.0, 3000.0),
            ("on", 0.01, 0.5),
            ("off", 0.01, 0.5),
            ("floor", 1.0, 200.0),
            ("arm", 0.1, 1.0),
            ("debounce", 0.0, 0.05),
            ("refractory", 0.0, 0.5),
            ("baseline_time", 0.02, 10.0),
            ("baseline_max", 0.0, 200.0),
            ("settle", 0.0, 1.0),
            ("gap", 0.01, 1.0),
        ):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        ordered("off", self.off, "on", self.on, equal=True)
        self.reset()

    def reset(self) -> None:
        """Forget everything, what was learnt too."""
        self._feet = (_Foot(self.scale), _Foot(self.scale))
        self._ring = deque(maxlen=8)
        self._t = None

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact."""
        return self._feet[0].contact, self._feet[1].contact

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether each sensor gave nothing in the last tick."""
        return self._feet[0].seen != self._t, self._feet[1].seen != self._t

    def step(self, force: Reading, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        force : array_like of float, shape (2,)
            Vertical force under each foot [N]; None or NaN when absent.
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
        forces = [_force(x) for x in force]
        for foot, x in zip(self._feet, forces, strict=True):
            if x is not None:
                self._take(foot, x, t)
        nets = (self._feet[0].net, self._feet[1].net)
        others = [self._see(foot, t) for foot in reversed(self._feet)]
        old = next((shot for shot in self._ring if LOOK_BACK[0] <= t - shot.t <= LOOK_BACK[1]), None)
        events = []
        for side, (foot, x) in enumerate(zip(self._feet, forces, strict=True)):
            if x is not None:
                shot = None if old is None else (old.t, old.net[side], old.net[1 - side])
                found = self._tick(foot, x, t, others[side], shot)
                if found is not None:
                    events.append(Event(found[0], side, found[1], t, found[2]))
        if None not in forces and not (self._ring and t - self._ring[-1].t < RING_SPACING):
            self._ring.append(Snapshot(t, nets))
        return events

    def run(self, force: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording, or the recording as a whole.

        Parameters
        ----------
        force : array_like of float, shape (T, 2)
            Vertical force under each foot [N]; NaN when absent.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether to step row by row; if not, the detector's state plays no part.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        ticks = list(zip(np.asarray(force, dtype=np.float64).tolist(), np.asarray(t).tolist(), strict=True))
        if causal:
            return columns([event for row, at in ticks for event in self.step(row, at)])
        return columns(self._look_ahead(ticks))

    def _look_ahead(self, ticks: list[tuple[list[float], int]]) -> list[Event]:
        """Two passes over a recording: the first learns, the second finds."""
        sides = Side(), Side()
        first = replace(self)
        found, end = [], 0
        for row, t in ticks:
            if first._t is not None and t <= first._t:
                continue
            found += first.step(row, t)
            end = t
            for side, foot, x in zip(sides, first._feet, map(_force, row), strict=True):
                if x is not None and foot.since is not None:
                    free = not foot.contact and foot.leak <= 0.0 and t - foot.since >= _ns(self.settle)
                    side.add(t, x, free)
        second = replace(self)
        for i, (foot, side) in enumerate(zip(second._feet, sides, strict=True)):
            side.learn([event for event in found if event.side == i], self.scale, self.baseline_max)
            foot.baseline, foot.scale = side.zero, side.scale
            foot.stance, foot.stances = side.stance, side.stances
        found = [event for row, t in ticks for event in second.step(row, t)]
        kept: list[list[Event]] = []
        for i, side in enumerate(sides):
            own = side.clean([event for event in found if event.side == i])
            kept.append(side.moved(own, max(self.floor, self.on * side.scale), self.baseline_max, _ns(self.gap)))
        kept.append(hidden(sides, kept) if self.shared else [])
        return [e._replace(t_emit=end) for e in sorted(chain(*kept), key=lambda event: (event.t, event.side))]

    def _take(self, foot: _Foot, x: float, t: int) -> None:
        """Step 1: the force without its zero; a gap forgets what hangs in the air."""
        if foot.seen is not None and t - foot.seen > _ns(self.gap):
            foot.since = foot.last = foot.candidate = foot.ic = None
            foot.leak = foot.peak = 0.0
        foot.seen = t
        foot.net = x - foot.baseline

    def _see(self, foot: _Foot, t: int) -> _Other:
        """Step 2: a foot as the other one sees it."""
        fresh = foot.seen is not None and t - foot.seen <= _ns(self.gap)
        return _Other(foot.contact, foot.ic, max(0.0, foot.net) if fresh else 0.0)

    def _tick(
        self, foot: _Foot, x: float, t: int, other: _Other, old: tuple[int, float, float] | None
    ) -> tuple[EventKind, int, float] | None:
        """Step 3: the event of one foot, if there is one: kind, time [ns], confidence."""
        spill = 0.0 if foot.contact else foot.leak * other.load
        share = self.off if foot.contact else self.on
        level = max(self.floor, share * foot.scale) + (0.0 if foot.contact else 0.1 * spill)
        y = foot.net - spill
        before, foot.last = foot.last, (t, y)
        dt = 0.0 if before is None else seconds(before[0], t)
        foot.since = t if foot.since is None else foot.since
        tick = _Tick(t, x, y, level, dt, before, other, old)
        if t - foot.since < _ns(self.settle):
            foot.contact = y >= 2.0 * max(self.floor, self.on * foot.scale)
            if not foot.contact:
                self._follow_zero(foot, tick)
            return None
        if foot.contact:
            foot.peak = max(foot.peak, foot.net)
        elif y < level:
            self._follow(foot, tick)
        if foot.leak > 0.0 and foot.event is not None and seconds(foot.event, t) > 1.0:
            foot.contact, foot.ic, foot.candidate, foot.leak, foot.peak = True, None, None, 0.0, 0.0
            return None
        found = self._lift_on_loaded_sensor(foot, tick) or self._threshold(foot, tick)
        if found is not None:
            foot.candidate, foot.flat, foot.peak, foot.event = None, None, 0.0, found[1]
        return found

    def _follow_zero(self, foot: _Foot, tick: _Tick) -> None:
        moved = foot.baseline + (tick.x - foot.baseline) * min(1.0, tick.dt / self.baseline_time)
        foot.baseline = clamp(moved, -self.baseline_max, self.baseline_max)

    def _follow(self, foot: _Foot, tick: _Tick) -> None:
        """Step 3c: the zero of a free sensor, or the share of the other foot's load that it carries."""
        load = tick.other.load
        if foot.leak <= 0.0:
            self._follow_zero(foot, tick)
        elif load > 0.3 * foot.scale:
            foot.leak += (max(0.0, foot.net / load) - foot.leak) * min(1.0, tick.dt / 0.1)
        elif load < 0.1 * foot.scale:
            foot.leak = 0.0
        if foot.leak < 0.01:
            foot.leak = 0.0

    def _free(self, foot: _Foot) -> int:
        return _NEVER if foot.event is None else foot.event + _ns(self.refractory)

    def _lift_on_loaded_sensor(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """Step 3e: a toe-off while the other foot loads this sensor too."""
        t, other, old, net = tick.t, tick.other, tick.old, foot.net
        both = self.shared and foot.contact and other.contact
        if foot.ic is None or other.ic is None or not (both and other.ic > foot.ic and seconds(other.ic, t) <= 0.4):
            foot.top, foot.flat = net, None
            return None
        foot.top = max(foot.top, net)
        standing = (
            old is not None
            and old[0] >= other.ic
            and old[2] > 0.2 * foot.scale
            and abs(old[1] / old[2] * other.load - net) < 0.035 * foot.scale
        )
        possible = (
            tick.y >= tick.level
            and foot.stances >= 2
            and seconds(other.ic, t) > 0.06
            and seconds(foot.ic, t) >= 0.75 * foot.stance
            and other.load > 0.1 * foot.scale
            and net < 0.95 * foot.top
        )
        if not (standing and possible):
            foot.flat = None
            return None
        foot.flat = t if foot.flat is None else foot.flat
        if not (t - foot.flat >= _ns(self.debounce) and t >= self._free(foot)):
            return None
        foot.contact, foot.leak = False, net / other.load
        return EventKind.TOE_OFF, max(foot.flat - LOOK_BACK[1], self._free(foot)), 0.5

    def _threshold(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """Step 3f: a crossing of the threshold that lasts."""
        t, y, level = tick.t, tick.y, tick.level
        beyond = y < level if foot.contact else y >= level
        armed = beyond if foot.contact else y >= self.arm * level
        if not armed:
            foot.candidate = None
            return None
        candidate = foot.candidate = foot.candidate or _Candidate(t)
        if not beyond:
            candidate.crossed = None
            return None
        if candidate.crossed is None:
            candidate.crossed = _crossing(tick)
        if t - candidate.armed < _ns(self.debounce) or t < self._free(foot):
            return None
        at = max(candidate.crossed, self._free(foot))
        if foot.contact:
            self._learn(foot, at)
            foot.contact = False
            return EventKind.TOE_OFF, at, 1.0
        foot.contact, foot.ic, foot.leak = True, at, 0.0
        return EventKind.INITIAL_CONTACT, at, 1.0

    def _learn(self, foot: _Foot, at: int) -> None:
        """Peak force and stance time of the foot, at a toe-off."""
        first = foot.stances == 0 and foot.ic is not None
        step = 0.2 * clamp(foot.peak - foot.scale, -0.1 * foot.scale, 0.3 * foot.scale)
        foot.scale = clamp(foot.peak if first else foot.scale + step, 100.0, 3000.0)
        if foot.ic is not None:
            stance = seconds(foot.ic, at)
            foot.stance = stance if first else foot.stance + 0.2 * (stance - foot.stance)
            foot.stances += 1


def _force(x: float | None) -> float | None:
    x = present(x)
    return x if x is not None and abs(x) <= 1e5 else None


def _crossing(tick: _Tick) -> int:
    """When the force crossed the threshold [ns], by a straight line between two ticks."""
    if tick.before is None or tick.y == tick.before[1]:
        return tick.t
    t, y = tick.before
    r = (tick.level - y) / (tick.y - y)
    return min(tick.t, t + math.trunc(r * (tick.t - t))) if 0.0 <= r <= 1.0 else tick.t
