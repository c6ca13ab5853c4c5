"""Section 4.1: contacts from force when the whole recording is known."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .._conventions import Event, EventKind, clamp

_SHORT = 0.15
_WEAK = 0.3
_LEVEL = 20.0
_NOISES = 4.0
_DEVIATION = 1.048358
_MOVE = 100_000_000
_ZERO_SPAN = (20_000_000, 400_000_000)
_ZERO_TICKS = 5


@dataclass
class Side:
    """All that one sensor measured, and what the whole of it says about sensor and foot.

    Attributes
    ----------
    t : list of int
        Times of the ticks that measured something [ns].
    x : list of float
        What they measured [N].
    free : list of float
        Forces while the foot was lifted [N].
    moves : list of float
        Their changes from tick to tick [N].
    zero : float
        Zero of the sensor [N].
    was_free : bool
        Whether the foot was lifted at the last tick.
    noise : float
        Standard deviation of the sensor's noise [N].
    scale : float
        Usual peak force of a stance [N].
    stance, swing : float
        Usual stance and swing time [s].
    stances : int
        How many stances were seen [-].
    """

    t: list[int] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    free: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    was_free: bool = False
    zero: float = 0.0
    noise: float = 0.0
    scale: float = 0.0
    stance: float = 0.0
    swing: float = 0.0
    stances: int = 0

    def add(self, t: int, x: float, free: bool) -> None:
        """Take a tick.

        Parameters
        ----------
        t : int
            Time [ns].
        x : float
            Force [N].
        free : bool
            Whether the foot was lifted.
        """
        if free:
            self.free.append(x)
            if self.was_free:
                self.moves.append(abs(x - self.x[-1]))
        self.was_free = free
        self.t.append(t)
        self.x.append(x)

    def learn(self, events: Sequence[Event], scale: float, zero_max: float) -> None:
        """Zero, noise, peak force and stance time from a first pass.

        Parameters
        ----------
        events : sequence of Event
            The side's events, by time.
        scale : float
            Peak force without any stance [N].
        zero_max : float
            Largest zero [N].
        """
        self.zero = clamp(_median(self.free), -zero_max, zero_max) if self.free else 0.0
        self.noise = _DEVIATION * _median(self.moves) if self.moves else 0.0
        spans = [(a.t, b.t) for a, b in pairwise(events) if (a.kind, b.kind) == CONTACT]
        self.stances = len(spans)
        self.stance = _median([seconds(a, b) for a, b in spans]) if spans else 0.0
        swings = [seconds(a.t, b.t) for a, b in pairwise(events) if (a.kind, b.kind) == LIFT]
        self.swing = _median(swings) if swings else 0.0
        peaks = [self.peak(a, b) for a, b in spans]
        self.scale = clamp(_median(peaks), 100.0, 3000.0) if spans else scale

    def peak(self, start: int, end: int) -> float:
        """Largest force less zero between two times, both included.

        Parameters
        ----------
        start, end : int
            Times [ns].

        Returns
        -------
        float
            Force [N]; 0 without a tick.
        """
        inside = self.x[bisect_left(self.t, start) : bisect_right(self.t, end)]
        return max(inside) - self.zero if inside else 0.0

    def clean(self, events: Sequence[Event]) -> list[Event]:
        """Drop weak short contacts, then short lifts.

        Parameters
        ----------
        events : sequence of Event
            The side's events, by time.

        Returns
        -------
        list of Event
            Those that stay.
        """
        kept = _without(events, lambda a, b: (a.kind, b.kind) == CONTACT and self._weak(a, b))
        return _without(kept, lambda a, b: (a.kind, b.kind) == LIFT and seconds(a.t, b.t) < _SHORT)

    def _weak(self, a: Event, b: Event) -> bool:
        return seconds(a.t, b.t) < _SHORT and self.peak(a.t, b.t) < _WEAK * self.scale

    def moved(self, events: Sequence[Event], level: float, zero_max: float, gap: int) -> list[Event]:
        """The events with each contact at a level just above what the lifted foot shows.

        Parameters
        ----------
        events : sequence of Event
            The side's events, by time.
        level : float
            Threshold of contact [N].
        zero_max : float
            Largest zero [N].
        gap : int
            Longest gap that is bridged [ns].

        Returns
        -------
        list of Event
            The same events.
        """
        moved: list[Event] = []
        for event in events:
            earliest = max(moved[-1].t if moved else self.t[0], event.t - _MOVE)
            start = max(moved[-1].t if moved else self.t[0], event.t - _ZERO_SPAN[1])
            before = self.x[bisect_left(self.t, start) : bisect_right(self.t, event.t - _ZERO_SPAN[0])]
            zero = _median(before) if len(before) >= _ZERO_TICKS else self.zero
            at = None
            if event.kind == EventKind.INITIAL_CONTACT and abs(zero) <= zero_max:
                at = self._rise(zero + min(level, max(_LEVEL, _NOISES * self.noise)), (earliest, event.t), gap)
            moved.append(event if at is None else event._replace(t=at))
        return moved

    def _rise(self, level: float, room: tuple[int, int], gap: int) -> int | None:
        """Last time within a span at which the force rose through a level [ns], from the end of the span backwards."""
        earliest, latest = room
        i = bisect_left(self.t, latest)
        while i > 0 and self.t[i] >= earliest and self.x[i] >= level and self.t[i] - self.t[i - 1] <= gap:
            if self.x[i - 1] < level:
                r = (level - self.x[i - 1]) / (self.x[i] - self.x[i - 1])
                at = min(latest, self.t[i - 1] + math.trunc(r * (self.t[i] - self.t[i - 1])))
                return at if at >= earliest else None
            i -= 1
        return None


CONTACT = (EventKind.INITIAL_CONTACT, EventKind.TOE_OFF)
LIFT = (EventKind.TOE_OFF, EventKind.INITIAL_CONTACT)


def seconds(a: int, b: int) -> float:
    """Time from `a` to `b`.

    Parameters
    ----------
    a, b : int
        Times [ns].

    Returns
    -------
    float
        Their difference, which stops at the ends of 64 bits [s].
    """
    return min(b - a, 2**63 - 1) * 1e-9


def _median(values: Sequence[float]) -> float:
    """The middle value, the lower one of two."""
    return sorted(values)[(len(values) - 1) // 2]


def _without(events: Sequence[Event], drop: Callable[[Event, Event], bool]) -> list[Event]:
    """Drop pairs of neighbours, from the left, none twice."""
    kept: list[Event] = []
    i = 0
    while i < len(events):
        if i + 1 < len(events) and drop(events[i], events[i + 1]):
            i += 2
        else:
            kept.append(events[i])
            i += 1
    return kept
