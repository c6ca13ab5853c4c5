"""Section 4.5: initial contacts and toe-offs from the joint angles of both legs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range, ordered
from .._conventions import Event, EventKind, Reading, clamp, present
from ._columns import Columns, columns, second_pass

_NEVER = -(2**63)
_LARGEST = math.pi
_THIGH, _SHANK, _ANKLE_HEIGHT, _HEEL, _TOE = 0.245, 0.246, 0.039, 0.0286, 0.0743
_SMOOTH = 0.005
_EXCURSION, _SHORTEST = 0.15, 0.06
_GROUND = 0.0026
_AFTER_GROUND = 0.035
_SEATED = 1.2
_STILL = 0.3


class _Leg(NamedTuple):
    """Place of a leg's ankle before the hip and of its lowest point over the hip, in body heights; hip angle [rad]."""

    x: float
    low: float | None
    hip: float


@dataclass
class _Foot:
    excursion: float = _EXCURSION
    stride: float = 0.0
    steps: int = 0
    known: bool = False
    seen: int | None = None
    x: float | None = None
    gap: float | None = None
    swing: bool = False
    edge: float = 0.0
    edge_t: int = 0
    edge_lead: float | None = None
    fall: float = 0.0
    rise: float = 0.0
    ground: int | None = None
    event: int | None = None
    ic: int | None = None


class _Tick(NamedTuple):
    """What the steps of one foot's tick share: time, own and other ankle, height over the other foot, hip angle."""

    t: int
    before: int
    x: float
    lead: float | None
    gap: float | None
    gap_before: float | None
    hip: float


def _sec(a: int, b: int) -> float:
    return (b - a) * 1e-9


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _leg(hip: float | None, knee: float | None, ankle: float | None) -> _Leg | None:
    """Points of a leg, the trunk upright; none when hip or knee is absent."""
    if hip is None or knee is None:
        return None
    shank = hip - knee
    x = _THIGH * math.sin(hip) + _SHANK * math.sin(shank)
    if ankle is None:
        return _Leg(x, None, hip)
    z = -(_THIGH * math.cos(hip) + _SHANK * math.cos(shank))
    s, c = math.sin(shank + ankle), math.cos(shank + ankle)
    return _Leg(x, (z - _ANKLE_HEIGHT * c) + min(-_HEEL * s, _TOE * s), hip)


def _angle(x: float | None) -> float | None:
    x = present(x)
    return x if x is not None and abs(x) <= _LARGEST else None


@dataclass
class JointContacts:
    """Contacts of both feet from hip, knee and (where there is one) ankle angles, the trunk upright.

    The leg swings from where its ankle is furthest behind the hip to where it is furthest ahead [1]_; the contact
    follows when the foot has come down to the level of the other one.

    Parameters
    ----------
    earliest, latest : float
        Shortest and longest time from the furthest place ahead to initial contact [s], 0 to 0.2, in this order.
    usual : float
        That time when an ankle angle is absent [s], 0 to 0.2.
    gap : float
        Longest gap in the signal that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Zeni, J. A., Richards, J. G. and Higginson, J. S. (2008). Two simple methods for determining gait events
       during treadmill and overground walking using kinematic data. Gait Posture 27, 710-714.
    """

    earliest: float = 0.05
    latest: float = 0.1
    usual: float = 0.085
    gap: float = 0.1
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _t: int = field(init=False, repr=False)
    _alive: tuple[bool, bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (("earliest", 0.0, 0.2), ("latest", 0.0, 0.2), ("usual", 0.0, 0.2), ("gap", 0.01, 1.0)):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        ordered("earliest", self.earliest, "latest", self.latest, equal=True)
        self.reset()

    def reset(self) -> None:
        """Forget everything, what was learnt too."""
        self._feet = (_Foot(), _Foot())
        self._t = _NEVER
        self._alive = (True, True)

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact; a foot counts as standing until its swing is seen."""
        return not self._feet[0].swing, not self._feet[1].swing

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether hip or knee of each leg was absent in the last tick."""
        return not self._alive[0], not self._alive[1]

    def step(self, q: Reading, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles, hip, knee, ankle of the left and then of the right leg [rad]; None or NaN when absent.
        t : int
            Time of the tick [ns].

        Returns
        -------
        list of Event
            At most one event per side, left first.
        """
        t = int(t)
        if self._t != _NEVER and t <= self._t:
            return []
        self._t = t
        a = [_angle(x) for x in q]
        legs = (_leg(a[0], a[1], a[2]), _leg(a[3], a[4], a[5]))
        self._alive = (legs[0] is not None, legs[1] is not None)
        events = []
        for side, foot in enumerate(self._feet):
            leg = legs[side]
            found = None if leg is None else self._take(foot, leg, legs[1 - side], t)
            if found is not None:
                events.append(Event(found[0], side, found[1], t, found[2]))
        return events

    def run(self, q: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN when absent.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether each event is found with what was known at its time; else the excursions are learnt first.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        rows, times = np.asarray(q, dtype=np.float64).tolist(), [int(x) for x in np.asarray(t).tolist()]
        if causal:
            return columns([event for row, at in zip(rows, times, strict=True) for event in self.step(row, at)])
        fresh = replace(self)
        return second_pass(fresh, fresh._rewind, rows, times)

    def _rewind(self) -> None:
        """Back to the start of a recording with what was learnt: excursion and stride time."""
        self._t = _NEVER
        for foot in self._feet:
            foot.seen = foot.event = None
            self._forget(foot)

    def _forget(self, foot: _Foot) -> None:
        """Forget the momentary state, as after a gap."""
        foot.x = foot.gap = foot.ground = foot.ic = foot.edge_lead = None
        foot.swing, foot.known, foot.fall = False, False, 0.0

    def _take(self, foot: _Foot, leg: _Leg, other: _Leg | None, t: int) -> tuple[EventKind, int, float] | None:
        """Steps 1 to 3: smoothed place of the ankle, the event if there is one: kind, time [ns], confidence."""
        before, foot.seen = foot.seen, t
        if before is not None and t - before > _ns(self.gap):
            self._forget(foot)
        lead = None if other is None else leg.x - other.x
        gap = None if other is None or leg.low is None or other.low is None else leg.low - other.low
        if before is None or foot.x is None:
            foot.x, foot.gap = leg.x, gap
            foot.edge, foot.edge_t, foot.edge_lead = leg.x, t, lead
            return None
        dt = _sec(before, t)
        a = dt / (_SMOOTH + dt)
        foot.x += a * (leg.x - foot.x)
        gap_before = foot.gap
        foot.gap = None if gap is None else gap if gap_before is None else gap_before + a * (gap - gap_before)
        tick = _Tick(t, before, foot.x, lead, foot.gap, gap_before, leg.hip)
        return self._swing(foot, tick) if foot.swing else self._stance(foot, tick)

    def _mark(self, foot: _Foot, tick: _Tick) -> None:
        """The ankle is as far behind, or ahead, as it has been."""
        foot.edge_t, foot.edge_lead = tick.t, tick.lead

    def _stance(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """The swing begins: the ankle has been furthest behind and comes forward past the other one."""
        if tick.x < foot.edge:
            foot.fall += foot.edge - tick.x
            foot.edge = tick.x
        if tick.x <= foot.edge + 0.006 * foot.excursion:
            self._mark(foot, tick)
            return None
        lead = tick.x - foot.edge
        if tick.lead is not None and foot.edge_lead is not None:
            lead = min(2.0 * lead, tick.lead - foot.edge_lead)
        stepped = foot.known and foot.fall >= 0.35 * foot.excursion
        if lead < (0.1 if stepped else 0.3) * foot.excursion or tick.hip > _SEATED:
            return None
        if foot.ic is not None and _sec(foot.ic, foot.edge_t) < clamp(0.25 * foot.stride, 0.15, 0.3):
            return None
        at = self._after(foot, foot.edge_t - _ns(_SMOOTH))
        confidence = clamp(foot.fall / foot.excursion, 0.0, 1.0)
        foot.swing, foot.rise, foot.ground, foot.event = True, foot.edge, None, at
        foot.edge = tick.x
        self._mark(foot, tick)
        return EventKind.TOE_OFF, at, confidence

    def _swing(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """The swing ends: the ankle has been furthest ahead and the foot has come down to the other one's level."""
        t = tick.t
        if tick.x > foot.edge:
            foot.edge, foot.ground = tick.x, None
            self._mark(foot, tick)
        if foot.ground is None and tick.gap is not None and tick.gap <= _GROUND:
            foot.ground = _crossing(tick)
        rise = foot.edge - foot.rise
        down = 0.02 * foot.excursion if rise >= 0.4 * foot.excursion else 0.5 * rise
        if tick.x > foot.edge - down and _sec(foot.edge_t, t) < _STILL:
            return None
        at = self._landing(foot, tick)
        if t < at:
            return None
        at = self._after(foot, at)
        confidence = clamp(rise / foot.excursion, 0.0, 1.0)
        share = 1.0 if foot.steps == 0 else 0.2
        foot.excursion = max(_SHORTEST, foot.excursion + share * (rise - foot.excursion))
        foot.steps += 1
        if foot.ic is not None:
            stride = min(_sec(foot.ic, at), 3.0)
            foot.stride = stride if foot.stride == 0.0 else foot.stride + 0.2 * (stride - foot.stride)
        foot.swing, foot.known, foot.fall, foot.ic, foot.event = False, True, foot.edge - tick.x, at, at
        foot.edge = tick.x
        self._mark(foot, tick)
        return EventKind.INITIAL_CONTACT, at, confidence

    def _landing(self, foot: _Foot, tick: _Tick) -> int:
        """When the foot is on the ground [ns]; later than now while it is not yet."""
        ahead = foot.edge_t - _ns(_SMOOTH)
        if tick.gap is None:
            return ahead + _ns(self.usual)
        first, last = ahead + _ns(self.earliest), ahead + _ns(self.latest)
        if foot.ground is None:
            return last
        return min(max(foot.ground - _ns(_SMOOTH) + _ns(_AFTER_GROUND), first), last)

    def _after(self, foot: _Foot, at: int) -> int:
        """An event never comes before the foot's last one."""
        return at if foot.event is None else max(at, foot.event + 1)


def _crossing(tick: _Tick) -> int:
    """When the foot came down to the other one's level [ns], by a straight line between two ticks."""
    if tick.gap is None or tick.gap_before is None or tick.gap == tick.gap_before:
        return tick.t
    r = (_GROUND - tick.gap_before) / (tick.gap - tick.gap_before)
    return min(tick.t, tick.before + math.trunc(r * (tick.t - tick.before))) if 0.0 <= r <= 1.0 else tick.t
