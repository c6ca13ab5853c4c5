"""Section 4.4: initial contacts and toe-offs from one inertial sensor on the lower back."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import in_range
from .._conventions import GRAVITY, Array, Event, EventKind, Reading, clamp, present
from .back_imu_whole import WholeSettings, double_support, whole_recording

_GRAVITY_TIME = 0.7
_SMOOTH_SHARE, _SMOOTH = 0.06, (0.02, 0.08)
_TURN_TIMES = (0.15, 0.4)
_LEAD = 0.1
_FALL = 0.5
_LEARN = 0.2
_FORGET_HEIGHT = 6.0
_STEP_TIME = (0.3, 1.8)
_STEP_GAP = (0.25, 1.9)
_REGULAR = 2.0
_BREAK = 2.2
_WEAK = 0.35
_MEMORY = 0.8
_CONFIRM = 3
_LARGEST = (1000.0, 100.0)
_SMALLEST_GRAVITY = 0.05


class _Step(NamedTuple):
    """A step that is not confirmed yet: its contact [ns], height [m/s^2] and turning rate at the contact [rad/s]."""

    contact: int
    height: float
    turn: float


class _Due(NamedTuple):
    """An event that waits for its tick: kind, side, time [ns], confidence."""

    kind: EventKind
    side: int
    t: int
    confidence: float


@dataclass
class _Moment:
    """What a gap wipes out."""

    gravity: list[float] | None = None
    elapsed: float = 0.0
    smooth: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    turn: list[float] = field(default_factory=lambda: [0.0, 0.0])
    high: bool = False
    low: float = math.inf
    top: float = -math.inf
    before: float | None = None
    contact: int | None = None
    contact_turn: float = 0.0
    steps: list[_Step] = field(default_factory=list)
    walking: bool = False
    last: int = 0
    side: int = 0
    agree: float = 0.0
    weight: float = 0.0
    lift: _Due | None = None
    due: deque[_Due] = field(default_factory=deque)


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


@dataclass
class BackImuContacts:
    """Contacts of both feet from one inertial sensor on the lower back, mounted in any way.

    The vertical acceleration of the trunk rises once a step, at the contact of a foot (Zijlstra and Hof 2003,
    doi:10.1016/S0966-6362(02)00190-X; Pham et al. 2017, doi:10.3389/fneur.2017.00457). A step is a rise and a fall of
    the smoothed signal by a share of the person's own height of it; walking is three steps in a regular row. The side
    is told by the sign of the turning rate about the vertical (McCamley et al. 2012,
    doi:10.1016/j.gaitpost.2012.02.019).

    Parameters
    ----------
    floor : float
        Smallest height of a step in the smoothed vertical acceleration [m/s^2], 0.05 to 5.
    rise : float
        Share of the person's height by which the signal has to rise [-], 0.1 to 0.9.
    step_time : float
        Step time before the first steps [s], 0.3 to 1.8.
    gap : float
        Longest gap in the signal that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    floor: float = 0.6
    rise: float = 0.3
    step_time: float = 0.6
    gap: float = 0.2
    _now: _Moment = field(init=False, repr=False)
    _contact: list[bool] = field(init=False, repr=False)
    _height: float = field(init=False, repr=False)
    _time: float = field(init=False, repr=False)
    _t: int | None = field(init=False, repr=False)
    _seen: int | None = field(init=False, repr=False)
    _reported: int | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("floor", 0.05, 5.0),
            ("rise", 0.1, 0.9),
            ("step_time", 0.3, 1.8),
            ("gap", 0.01, 1.0),
        ):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        self.reset()

    def reset(self) -> None:
        """Forget everything, what was learnt too."""
        self._now = _Moment()
        self._contact = [True, True]
        self._height = 0.0
        self._time = self.step_time
        self._t = self._seen = self._reported = None

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact; both are outside of walking."""
        return self._contact[0], self._contact[1]

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether the last tick had no sample; the same for both feet."""
        pause = self._t is not None and self._t != self._seen
        return pause, pause

    def step(self, row: Reading, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        row : array_like of float, shape (6,)
            Acceleration x, y, z [m/s^2], gravity included, then angular velocity x, y, z [rad/s], in any three
            orthogonal right-handed axes fixed to the sensor; None or NaN when absent.
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
        sample = _sample(row)
        if sample is None:
            return []
        before, self._seen = self._seen, t
        if before is not None and t - before > _ns(self.gap):
            self._now, self._contact, before = _Moment(), [True, True], None
        if before is None:
            self._now.gravity = sample[:3]
            return []
        x = self._signal(sample, (t - before) * 1e-9)
        if self._now.lift is not None and t >= self._now.lift.t:
            self._now.due.append(self._now.lift)
            self._now.lift = None
        if x is not None:
            self._follow(x, before, t)
        return self._release(t)

    def run(
        self, rows: ArrayLike, t: ArrayLike, causal: bool = True
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]:
        """Every tick of a recording.

        Parameters
        ----------
        rows : array_like of float, shape (T, 6)
            Acceleration [m/s^2] and angular velocity [rad/s]; NaN when absent.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Step after step; otherwise the whole recording at once, which does not touch the state.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        values, times = np.asarray(rows, dtype=np.float64), np.asarray(t, dtype=np.int64)
        if causal:
            found = [e for row, at in zip(values.tolist(), times.tolist(), strict=True) for e in self.step(row, at)]
        else:
            found = self._whole(values, times)
        side = np.array([event.side for event in found], dtype=np.int64)
        kind = np.array([event.kind for event in found], dtype=np.int64)
        time = np.array([event.t for event in found], dtype=np.int64)
        emit = np.array([event.t_emit for event in found], dtype=np.int64)
        return side, kind, time, emit, np.array([event.confidence for event in found], dtype=np.float64)

    def _whole(self, rows: Array, t: NDArray[np.int64]) -> list[Event]:
        """The rows that can be taken, then all at once."""
        taken: list[int] = []
        for i, (row, at) in enumerate(zip(rows.tolist(), t.tolist(), strict=True)):
            if _sample(row) is not None and (not taken or at > t[taken[-1]]):
                taken.append(i)
        return whole_recording(rows[taken], t[taken], WholeSettings(self.floor, self.gap)) if taken else []

    def _signal(self, sample: list[float], dt: float) -> float | None:
        """Step 1: the smoothed vertical acceleration and the turning rate; None without gravity."""
        now = self._now
        now.elapsed += dt
        k = dt / (min(_GRAVITY_TIME, now.elapsed) + dt)
        assert now.gravity is not None
        g = now.gravity = [m + k * (a - m) for m, a in zip(now.gravity, sample[:3], strict=True)]
        square = g[0] * g[0] + g[1] * g[1] + g[2] * g[2]
        if square < _SMALLEST_GRAVITY * _SMALLEST_GRAVITY:
            return None
        x = GRAVITY * ((g[0] * sample[0] + g[1] * sample[1] + g[2] * sample[2]) / square - 1.0)
        yaw = (g[0] * sample[3] + g[1] * sample[4] + g[2] * sample[5]) / math.sqrt(square)
        k = dt / (self._smoothing() + dt)
        for i in range(3):
            now.smooth[i] += k * (x - now.smooth[i])
            x = now.smooth[i]
        for i, tau in enumerate(_TURN_TIMES):
            now.turn[i] += dt / (tau + dt) * (yaw - now.turn[i])
        if not now.walking:
            self._height -= self._height * min(1.0, dt / _FORGET_HEIGHT)
        return x

    def _smoothing(self) -> float:
        return clamp(_SMOOTH_SHARE * self._time, *_SMOOTH)

    def _follow(self, x: float, before: int, t: int) -> None:
        """Step 2: rises and falls of the smoothed signal."""
        now = self._now
        if now.walking and (t - now.last) * 1e-9 > _BREAK * self._time:
            now.walking, now.contact, self._contact = False, None, [True, True]
        old, now.before = now.before, x
        if now.high:
            now.top = max(now.top, x)
            height = now.top - now.low
            if x <= now.top - max(_FALL * height, 0.5 * self.floor):
                now.high, now.low = False, x
                if now.contact is not None:
                    self._fell(now.contact, height, t)
            return
        now.low = min(now.low, x)
        level = now.low + max(self.floor, self.rise * self._height)
        if x >= level:
            now.high, now.top = True, x
            part = 1.0 if old is None or x <= old else clamp((level - old) / (x - old), 0.0, 1.0)
            crossed = before + math.trunc(part * (t - before))
            self._rose(min(t, crossed - _ns(3.0 * self._smoothing() - _LEAD)))

    def _rose(self, at: int) -> None:
        """Step 3: a rise, which is a contact if the time since the last one allows it."""
        now = self._now
        now.contact = None
        if now.walking:
            if (at - now.last) * 1e-9 >= 0.5 * self._time:
                self._walk(at)
            return
        if now.steps:
            gap = (at - now.steps[-1].contact) * 1e-9
            if gap < _STEP_GAP[0]:
                return
            if gap > _STEP_GAP[1]:
                now.steps = []
            elif len(now.steps) == 2:
                ratio = gap / ((now.steps[1].contact - now.steps[0].contact) * 1e-9)
                if not 1.0 / _REGULAR <= ratio <= _REGULAR:
                    now.steps = now.steps[1:]
        now.contact, now.contact_turn = at, now.turn[0] - now.turn[1]

    def _walk(self, at: int) -> None:
        """Step 4: a contact while walking."""
        now = self._now
        gap = (at - now.last) * 1e-9
        regular = clamp(1.0 - abs(gap - self._time) / self._time, 0.0, 1.0)
        moved = self._time + _LEARN * (clamp(gap, 0.6 * self._time, 1.5 * self._time) - self._time)
        self._time = clamp(moved, *_STEP_TIME)
        now.contact, now.last = at, at
        turn = now.turn[0] - now.turn[1]
        now.agree = _MEMORY * now.agree + (turn if now.side == 1 else -turn)
        now.weight = _MEMORY * now.weight + abs(turn)
        if now.agree < -0.5 * now.weight:
            now.agree = -now.agree
            return
        confidence = regular * self._sure()
        now.due.append(_Due(EventKind.INITIAL_CONTACT, now.side, at, confidence))
        now.side = 1 - now.side
        now.lift = _Due(EventKind.TOE_OFF, now.side, at + _ns(double_support(self._time)), confidence)

    def _sure(self) -> float:
        """Share of confidence that the side deserves: one half when it is not known."""
        now = self._now
        return 0.5 if now.weight <= 0.0 else 0.5 + 0.5 * clamp(2.0 * now.agree / now.weight - 1.0, 0.0, 1.0)

    def _fell(self, contact: int, height: float, t: int) -> None:
        """Step 5: a fall, which ends a step and tells its height."""
        now = self._now
        now.contact = None
        if now.walking:
            self._height += _LEARN * (height - self._height)
            return
        if height < _WEAK * self._height:
            now.steps = []
            return
        now.steps = [*now.steps, _Step(contact, height, now.contact_turn)]
        if len(now.steps) == _CONFIRM:
            self._start(now.steps, t)

    def _start(self, steps: list[_Step], t: int) -> None:
        """Step 6: three steps in a row are walking; their events are due now."""
        now = self._now
        first, second = (steps[1].contact - steps[0].contact) * 1e-9, (steps[2].contact - steps[1].contact) * 1e-9
        self._time = clamp(0.5 * (first + second), *_STEP_TIME)
        self._height = (steps[0].height + steps[1].height + steps[2].height) / 3.0
        vote = steps[0].turn - steps[1].turn + steps[2].turn
        now.agree, now.weight = abs(vote), abs(steps[0].turn) + abs(steps[1].turn) + abs(steps[2].turn)
        now.side = 1 if vote > 0.0 else 0
        confidence = clamp(1.0 - abs(second - first) / (first + second), 0.0, 1.0) * self._sure()
        for step in steps:
            off = min(t, step.contact + _ns(double_support(self._time)))
            now.due.append(_Due(EventKind.INITIAL_CONTACT, now.side, step.contact, confidence))
            now.side = 1 - now.side
            now.due.append(_Due(EventKind.TOE_OFF, now.side, off, confidence))
        now.walking, now.last, now.steps = True, steps[2].contact, []

    def _release(self, t: int) -> list[Event]:
        """Step 7: the events that are due, at most one a side."""
        due, events = self._now.due, list[Event]()
        while due and all(event.side != due[0].side for event in events):
            kind, side, at, confidence = due.popleft()
            at = at if self._reported is None else max(at, self._reported + 1)
            self._reported = min(at, t)
            self._contact[side] = kind is EventKind.INITIAL_CONTACT
            events.append(Event(kind, side, self._reported, t, confidence))
        return sorted(events, key=lambda event: event.side)


def _sample(row: Reading) -> list[float] | None:
    values = [present(x) for x in row]
    for i, x in enumerate(values):
        if x is None or abs(x) > _LARGEST[i // 3]:
            return None
    return [x for x in values if x is not None]
