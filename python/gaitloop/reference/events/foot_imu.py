"""Section 4.2: initial contacts and toe-offs from an IMU on each foot."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import Event, EventKind, clamp
from ._columns import Columns, columns, second_pass
from .axis import PitchAxis, Vector

_NEVER = -(2**63)
_SHARE = 0.25  # [-] share of a new stride in what is usual
_FALL = 0.75  # [-] share of the peak at whose crossing the toe-off is timed
_FALLEN = 0.5  # [-] share of the peak at which the push-off is over
_STALE = 0.2  # [s] age of the fall at which a new push-off begins
_STEEP = 1.6  # [rad] pitch that no foot has at its toe-off
_GROUNDED = 5.0  # [s] longest time from flat to toe-off
_MISSED = 0.4  # [rad] rotation back that tells a swing whose toe-off was missed
_LATE = 100_000_000  # [ns] age of that swing when it is seen
_SLAP = 0.01  # [s] rotation after the swing that makes a contact, per peak rate of the swing
_WAIT = 55_000_000  # [ns] time after the end of the swing's rotation by which a struck foot has landed
_PATIENCE = 150_000_000  # [ns] the same for any foot
_CALM = (4.8**2, 14.8**2)  # [m2/s4] squared acceleration without a strike
_REST = 100_000_000  # [ns] rest that ends a swing
_BEFORE_REST = 30_000_000  # [ns] time from a contact to rest
_SHORTEST = 50_000_000  # [ns] shortest swing before a rest


@dataclass
class _Usual:
    """What is usual of this person and foot; 0 while unknown."""

    push: float = 0.0
    lift: float = 0.0
    swing: float = 0.0
    stance_time: float = 0.0
    swing_time: float = 0.0


@dataclass
class _Foot:
    axis: PitchAxis = field(default_factory=PitchAxis)
    usual: _Usual = field(default_factory=_Usual)
    contact: bool = True
    paused: bool = True
    seen: int | None = None
    before: float = 0.0
    event: int | None = None
    ic: int | None = None
    to: int | None = None
    peak: float = 0.0
    lift: float = 0.0
    own_lift: float = 0.0
    fall: int | None = None
    trough: float = 0.0
    back: float = 0.0
    zero: int | None = None
    top: float = 0.0
    slap: float = 0.0

    def clear(self) -> None:
        """Forget the movement that is going on."""
        self.peak = self.lift = self.trough = self.back = 0.0
        self.fall = self.zero = None


@dataclass(frozen=True)
class _Tick:
    """One foot's tick: time [ns], step [s], pitch rate and the one before [rad/s], squared acceleration [m2/s4]."""

    t: int
    dt: float
    rate: float
    before: float
    square: float


def _sec(a: int, b: int) -> float:
    return (b - a) * 1e-9


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _since(a: int | None, b: int) -> float:
    return math.inf if a is None else _sec(a, b)


def _grounded(axis: PitchAxis, t: int) -> bool:
    """Whether the foot was flat lately; a second look at a recording may begin in a swing."""
    return _since(axis.flat, t) <= _GROUNDED or (axis.flat is None and not axis.learning)


def _follow(usual: float, new: float) -> float:
    return new if usual == 0.0 else usual + _SHARE * (new - usual)


@dataclass
class FootImuContacts:
    """Contacts of both feet from their pitch rate, whatever way the sensors are mounted.

    Parameters
    ----------
    push : float
        Smallest peak of the pitch rate at a push-off [rad/s], 0.2 to 5.
    swing : float
        Smallest peak of the pitch rate backward in a swing [rad/s], 0.2 to 5.
    lift : float
        Smallest angle of a push-off [rad], 0.02 to 0.5.
    toe_off_delay : float
        Time from the fall of the pitch rate to the toe-off [s], -0.05 to 0.05.
    contact_delay : float
        Time from the foot's turn toward the ground to the initial contact [s], -0.05 to 0.05.
    min_stance, min_swing : float
        Shortest stance and swing [s], 0.05 to 1.
    gap : float
        Longest gap in the signal that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    push: float = 0.8
    swing: float = 0.6
    lift: float = 0.12
    toe_off_delay: float = -0.005
    contact_delay: float = -0.004
    min_stance: float = 0.2
    min_swing: float = 0.15
    gap: float = 0.1
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _t: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("push", 0.2, 5.0),
            ("swing", 0.2, 5.0),
            ("lift", 0.02, 0.5),
            ("toe_off_delay", -0.05, 0.05),
            ("contact_delay", -0.05, 0.05),
            ("min_stance", 0.05, 1.0),
            ("min_swing", 0.05, 1.0),
            ("gap", 0.01, 1.0),
        ):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        self.reset()

    def reset(self) -> None:
        """Forget everything, what was learned too."""
        self._feet = (_Foot(), _Foot())
        self._t = _NEVER

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact."""
        return self._feet[0].contact, self._feet[1].contact

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether each foot was not measured in the last tick."""
        return self._feet[0].paused, self._feet[1].paused

    def step(self, row: ArrayLike, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        row : array_like of float, shape (2, 6)
            Acceleration with gravity [m/s2] and angular velocity [rad/s] of the left and right foot; NaN when absent.
        t : int
            Time [ns].

        Returns
        -------
        list of Event
            At most one per foot, left first.
        """
        if t <= self._t:
            return []
        self._t = t
        events = []
        for side, (foot, values) in enumerate(zip(self._feet, np.asarray(row, dtype=np.float64).tolist(), strict=True)):
            event = self._take(foot, values, t)
            if event is not None:
                events.append(Event(event[0], side, event[1], t, event[2]))
        return events

    def _take(self, foot: _Foot, values: list[float], t: int) -> tuple[EventKind, int, float] | None:
        """Steps 1 to 4: one foot's tick up to its pitch rate."""
        foot.paused = not all(abs(x) <= 1e3 for x in values)
        if foot.paused:
            return None
        acc: Vector = (values[0], values[1], values[2])
        gyr: Vector = (values[3], values[4], values[5])
        restart = foot.seen is None or t - foot.seen > _ns(self.gap)
        dt = 0.0 if restart or foot.seen is None else _sec(foot.seen, t)
        foot.seen = t
        if restart:
            foot.axis.restart(gyr, t)
            foot.clear()
            foot.to = None
        foot.axis.take(acc, gyr, t, dt, foot.usual.push)
        if foot.axis.flipped:
            foot.clear()
            foot.contact = True
        rate = foot.axis.rate
        before = rate if restart or foot.axis.flipped else foot.before
        foot.before = rate
        if not foot.axis.known:
            return None
        tick = _Tick(t, dt, rate, before, acc[0] * acc[0] + acc[1] * acc[1] + acc[2] * acc[2])
        return self._stance(foot, tick) if foot.contact else self._swing(foot, tick)

    def _stance(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """Step 5: the push-off, which ends with the toe-off."""
        rate = tick.rate
        if rate > 0.0:
            foot.lift += rate * tick.dt
            if rate > foot.peak:
                foot.peak, foot.fall = rate, None
            elif rate > _FALL * foot.peak:
                foot.fall = None
            elif foot.fall is None:
                foot.fall = _crossing(tick, _FALL * foot.peak)
        if foot.peak > 0.0 and rate <= _FALLEN * foot.peak:
            if self._is_push(foot, tick):
                return self._toe_off(foot, tick)
            stale = foot.fall is not None and _sec(foot.fall, tick.t) >= _STALE
            if rate <= 0.0 or stale:
                foot.peak, foot.lift, foot.fall = max(rate, 0.0), 0.0, None
        if rate < 0.0:
            foot.back -= rate * tick.dt
            foot.trough = min(foot.trough, rate)
        else:
            foot.trough = foot.back = 0.0
        swinging = -foot.trough > max(self.swing, 0.12 * foot.usual.swing) and foot.back > _MISSED
        if swinging and _grounded(foot.axis, tick.t) and _since(foot.event, tick.t) > self.min_stance:
            foot.contact, foot.event, foot.to, foot.zero, foot.own_lift = False, tick.t - _LATE, None, None, 0.0
        return None

    def _is_push(self, foot: _Foot, tick: _Tick) -> bool:
        usual = foot.usual
        if foot.fall is None:
            return False
        fall = _sec(foot.fall, tick.t)
        return (
            foot.peak >= max(self.push, 0.15 * usual.push)
            and foot.lift >= max(self.lift, 0.15 * usual.lift)
            and (fall <= 0.08 or (foot.peak > 0.4 * usual.push and fall < _STALE))
            and _since(foot.event, foot.fall) >= max(self.min_stance, 0.5 * usual.stance_time)
            and self.lift < foot.axis.sign * foot.axis.pitch < _STEEP
            and _grounded(foot.axis, tick.t)
        )

    def _toe_off(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float]:
        usual = foot.usual
        at = min((tick.t if foot.fall is None else foot.fall) + _ns(self.toe_off_delay), tick.t)
        confidence = _confidence(foot, foot.peak, usual.push)
        usual.push = _follow(usual.push, foot.peak)
        usual.lift = _follow(usual.lift, foot.lift)
        if foot.ic is not None and _sec(foot.ic, at) < 2.5:
            usual.stance_time = _follow(usual.stance_time, _sec(foot.ic, at))
        foot.own_lift = foot.lift
        foot.clear()
        foot.contact, foot.event, foot.to, foot.ic = False, at, at, None
        return EventKind.TOE_OFF, at, confidence

    def _swing(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """Step 6: the rotation back, which ends before the initial contact."""
        rate, usual = tick.rate, foot.usual
        if rate < 0.0:
            foot.back -= rate * tick.dt
            foot.trough = min(foot.trough, rate)
        late = _since(foot.event, tick.t) >= max(self.min_swing, 0.4 * usual.swing_time)
        if foot.zero is None:
            swung = -foot.trough >= max(self.swing, 0.12 * usual.swing)
            returned = foot.back >= max(0.1 * usual.lift, 0.4 * foot.own_lift)
            if tick.before < 0.0 <= rate and swung and returned and late:
                foot.zero, foot.top = _crossing(tick, 0.0), rate
                foot.slap = 0.5 * rate * _sec(foot.zero, tick.t)
        else:
            foot.slap += max(0.5 * (rate + tick.before), 0.0) * tick.dt
            foot.top = max(foot.top, rate)
            if rate < 0.15 * foot.trough:
                foot.zero = None
        if foot.zero is not None and self._landed(foot, tick, foot.zero):
            return self._initial_contact(foot, tick, foot.zero)
        if foot.axis.rest and tick.t - foot.axis.rest_since >= _REST and late:
            return self._came_to_rest(foot, tick)
        return None

    def _landed(self, foot: _Foot, tick: _Tick, zero: int) -> bool:
        wait = tick.t - zero
        turned = foot.slap >= _SLAP * -foot.trough
        struck = foot.top >= 0.5 * -foot.trough or not _CALM[0] <= tick.square <= _CALM[1]
        return ((turned or wait >= _WAIT) and struck) or wait >= _PATIENCE

    def _initial_contact(self, foot: _Foot, tick: _Tick, zero: int) -> tuple[EventKind, int, float]:
        usual, excess = foot.usual, foot.slap - _SLAP * -foot.trough
        at = tick.t
        if excess >= 0.0 and tick.rate > 0.0:
            at -= _ns(min(tick.dt, excess / tick.rate))
        if foot.top >= 0.5 * -foot.trough:
            at = min(at, zero + _WAIT)
        at = min(max(at + _ns(self.contact_delay), zero), tick.t)
        confidence = _confidence(foot, -foot.trough, usual.swing)
        usual.swing = _follow(usual.swing, -foot.trough)
        if foot.to is not None and _sec(foot.to, at) < 1.5:
            usual.swing_time = _follow(usual.swing_time, _sec(foot.to, at))
        foot.clear()
        foot.contact, foot.event, foot.ic, foot.to = True, at, at, None
        return EventKind.INITIAL_CONTACT, at, confidence

    def _came_to_rest(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """A swing that ends without a contact to be seen in the pitch rate."""
        to = foot.to
        foot.clear()
        foot.contact, foot.event, foot.to, foot.ic = True, tick.t, None, None
        if to is None:
            return None
        at = max(foot.axis.rest_since - _BEFORE_REST, to + _SHORTEST)
        foot.ic = at
        return EventKind.INITIAL_CONTACT, at, 0.2

    def run(self, rows: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        rows : array_like of float, shape (T, 2, 6)
            Acceleration with gravity [m/s2] and angular velocity [rad/s] of the left and right foot; NaN when absent.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether every event is known in its tick; else the recording is looked at as a whole.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        ticks = np.asarray(rows, dtype=np.float64)
        times = np.asarray(t).tolist()
        if causal:
            return columns([event for row, at in zip(ticks, times, strict=True) for event in self.step(row, at)])
        fresh = replace(self)
        return second_pass(fresh, fresh._rewind, ticks, times)

    def _rewind(self) -> None:
        """Back to the start of a recording with what was learnt."""
        self._feet, self._t = (_learned(self._feet[0]), _learned(self._feet[1])), _NEVER


def _learned(foot: _Foot) -> _Foot:
    """A foot that knows its axis and what is usual, and nothing else."""
    return _Foot(axis=foot.axis.settled(), usual=foot.usual)


def _crossing(tick: _Tick, level: float) -> int:
    """When the pitch rate crossed a level [ns], by a straight line between two ticks."""
    span = _ns(tick.dt)
    if tick.rate == tick.before:
        return tick.t
    rest = clamp((tick.rate - level) / (tick.rate - tick.before), 0.0, 1.0)
    return tick.t - math.trunc(rest * span)


def _confidence(foot: _Foot, peak: float, usual: float) -> float:
    """How far a peak of the pitch rate reaches what is usual [-]; half of it while the sign is a first guess."""
    share = 0.5 if usual == 0.0 else min(1.0, peak / (0.6 * usual))
    return share if foot.axis.votes != 0.0 or not foot.axis.learning else 0.5 * share
