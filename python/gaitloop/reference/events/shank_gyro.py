"""Section 4.3: initial contacts and toe-offs from a gyroscope on each shank."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import Event, EventKind, clamp
from ._columns import Columns, columns, second_pass
from .shank_axis import Axis, Shock, Vector

_NEVER = -(2**63)
_LARGEST = 60.0
_SMOOTH = 0.005
_LEAK = 4.0
_HOLD = 0.12
_QUIET = 0.25
_LONGEST_SWING = 2.0
_SHORTEST_SWING = 0.1
_PEAK = 2.5
_SWEEP = 0.5
_SLOWEST = 0.9


@dataclass
class _Foot:
    axis: Axis = field(default_factory=Axis)
    shock: Shock = field(default_factory=Shock)
    impact: int | None = None
    quiet: float = 0.0
    peak: float = _PEAK
    sweep: float = _SWEEP
    stride: float = 0.0
    swings: int = 0
    known: bool = False
    seen: int | None = None
    y: float | None = None
    swing: bool = False
    turned: float = 0.0
    lobe: int | None = None
    back: float = 0.0
    forth: float = 0.0
    back_lobe: float = 0.0
    forth_lobe: float = 0.0
    top: float = 0.0
    crossed: int | None = None
    through: bool = False
    bump: int | None = None
    bump_from: float = 0.0
    event: int | None = None
    ic: int | None = None
    to: int | None = None


class _Tick(NamedTuple):
    """What the steps of one foot's tick share: time [ns] and rate [rad/s], now and before."""

    t: int
    y: float
    t_before: int
    y_before: float


def _sec(a: int, b: int) -> float:
    return (b - a) * 1e-9


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


@dataclass
class ShankGyroContacts:
    """Contacts of both feet from the angular velocity of both shanks, sensors mounted in any way [1]_ [2]_.

    Parameters
    ----------
    contact_delay : float
        Time from the end of the shank's forward rotation to initial contact [s], 0 to 0.1.
    lift_lead : float
        Time from toe-off to the begin of the shank's forward rotation [s], 0 to 0.15.
    gap : float
        Longest gap in the signal that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Aminian, K. et al. (2002). Spatio-temporal parameters of gait measured by an ambulatory system using
       miniature gyroscopes. J Biomech 35, 689-699.
    .. [2] Catalfamo, P. et al. (2010). Gait event detection on level ground and incline walking using a rate gyroscope.
       Sensors 10, 5683-5702.
    """

    contact_delay: float = 0.05
    lift_lead: float = 0.058
    gap: float = 0.15
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _t: int = field(init=False, repr=False)
    _alive: tuple[bool, bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (("contact_delay", 0.0, 0.1), ("lift_lead", 0.0, 0.15), ("gap", 0.01, 1.0)):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
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
        """Whether each foot's sample of the last tick was absent."""
        return not self._alive[0], not self._alive[1]

    def step(self, gyr: ArrayLike, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        gyr : array_like of float, shape (2, 3)
            Angular velocity of the left and the right shank in each sensor's own axes [rad/s]; NaN when absent.
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
        rows = np.asarray(gyr, dtype=np.float64).tolist()
        events, alive = [], []
        for side, (foot, row) in enumerate(zip(self._feet, rows, strict=True)):
            w = (row[0], row[1], row[2])
            alive.append(all(abs(x) <= _LARGEST for x in w))
            found = self._take(foot, w, t, self._swings(1 - side, t)) if alive[side] else None
            if found is not None:
                events.append(Event(found[0], side, found[1], t, found[2]))
        self._alive = (alive[0], alive[1])
        return events

    def _swings(self, side: int, t: int) -> bool:
        """Whether a foot is in swing, as far as its sensor has shown lately."""
        foot = self._feet[side]
        return foot.swing and foot.seen is not None and t - foot.seen <= _ns(self.gap)

    def run(self, gyr: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        gyr : array_like of float, shape (T, 2, 3)
            Angular velocity of both shanks [rad/s]; NaN when absent.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether each event is found with what was known at its time; else axes and scales are learnt first.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        rows, times = np.asarray(gyr, dtype=np.float64), [int(x) for x in np.asarray(t).tolist()]
        if causal:
            return columns([event for row, at in zip(rows, times, strict=True) for event in self.step(row, at)])
        fresh = replace(self)
        return second_pass(fresh, fresh._rewind, rows, times)

    def _rewind(self) -> None:
        """Back to the start of a recording with what was learnt: axes and scales."""
        self._t = _NEVER
        for foot in self._feet:
            foot.axis.drop()
            foot.seen = foot.event = None
            foot.known = False
            self._forget(foot)

    def _forget(self, foot: _Foot) -> None:
        """Forget the momentary state, as after a gap."""
        foot.y = foot.lobe = foot.crossed = foot.ic = foot.to = foot.impact = foot.bump = foot.shock.slow = None
        foot.quiet = 0.0
        foot.swing, foot.through, foot.turned, foot.top = False, False, 0.0, 0.0
        foot.back = foot.forth = foot.back_lobe = foot.forth_lobe = 0.0

    def _take(self, foot: _Foot, w: Vector, t: int, other: bool) -> tuple[EventKind, int, float] | None:
        """Steps 1 to 3: axis, rate about it, the event if there is one: kind, time [ns], confidence."""
        before, foot.seen = foot.seen, t
        if before is None or t - before > _ns(self.gap):
            foot.axis.drop()
            self._forget(foot)
            return None
        dt = _sec(before, t)
        foot.quiet = foot.quiet + dt if (w[0] * w[0] + w[1] * w[1]) + w[2] * w[2] < _QUIET * _QUIET else 0.0
        foot.known = foot.known or foot.quiet >= 0.5
        jolt = foot.shock.take(w, dt)
        x = foot.axis.along(w)
        if foot.axis.take(w, x, dt):
            self._flip(foot)
        x *= foot.axis.sign
        y_before = x if foot.y is None else foot.y
        foot.y = y = y_before + (x - y_before) * (dt / (_SMOOTH + dt))
        tick = _Tick(t, y, before, y_before)
        if not foot.swing and (y >= 0.0) != (y_before >= 0.0):
            foot.lobe, foot.back_lobe, foot.forth_lobe = _crossing(tick, 0.0), foot.back, foot.forth
            foot.turned = foot.top = 0.0
        foot.turned += y * dt
        foot.top = max(foot.top, y if foot.swing else abs(y))
        keep = max(0.0, 1.0 - dt / _LEAK)
        foot.back, foot.forth = max(0.0, foot.back - y * dt) * keep, max(0.0, foot.forth + y * dt) * keep
        return self._swing(foot, tick, jolt) if foot.swing else self._stance(foot, tick, other)

    def _flip(self, foot: _Foot) -> None:
        """The other direction is forward after all."""
        foot.y = None if foot.y is None else -foot.y
        foot.turned = -foot.turned
        foot.back, foot.forth, foot.back_lobe, foot.forth_lobe = foot.forth, foot.back, foot.forth_lobe, foot.back_lobe
        foot.swing, foot.through, foot.crossed, foot.bump, foot.ic, foot.to = False, False, None, None, None, None

    def _stance(self, foot: _Foot, tick: _Tick, other: bool) -> tuple[EventKind, int, float] | None:
        """The swing begins: after the shank has tilted forward over the foot it rotates back fast."""
        back = foot.back_lobe
        if foot.lobe is None or other or tick.y < max(_SLOWEST, 0.2 * foot.peak) or back < 0.35 * foot.sweep:
            return None
        if foot.ic is not None and _sec(foot.ic, foot.lobe) < clamp(0.3 * foot.stride, 0.2, 0.4):
            return None
        at = self._after(foot, foot.lobe - _ns(_SMOOTH) - _ns(self.lift_lead))
        foot.swing, foot.through, foot.crossed, foot.to = True, False, None, at
        if not foot.known:
            return None
        foot.event = at
        return EventKind.TOE_OFF, at, clamp(back / foot.sweep, 0.0, 1.0)

    def _swing(self, foot: _Foot, tick: _Tick, jolt: bool) -> tuple[EventKind, int, float] | None:
        """The swing ends: the forward rotation of the shank has come to rest and the foot hits the ground."""
        t, level = tick.t, 0.1 * foot.top
        if foot.to is None or _sec(foot.to, t) > _LONGEST_SWING:
            self._forget(foot)
            return None
        if tick.y >= 0.3 * foot.top:
            self._reopen(foot, t)
        elif jolt and foot.impact is None:
            foot.impact = t
        if tick.y < level and foot.crossed is None:
            foot.crossed = _crossing(tick, level)
        if foot.crossed is None:
            return None
        foot.through = foot.through or tick.y <= -2.0 * level
        at = self._after(foot, self._landing(foot, foot.crossed))
        short = foot.turned < 0.5 * foot.sweep or _sec(foot.to, foot.crossed) < _SHORTEST_SWING
        if t < at or (short and t - foot.crossed < _ns(_HOLD)):
            return None
        clear = foot.through or foot.impact is not None or foot.bump is not None
        confidence = clamp(foot.turned / foot.sweep, 0.0, 1.0) * (1.0 if clear else 0.5)
        self._learn(foot, at)
        foot.swing, foot.turned, foot.crossed, foot.impact, foot.bump, foot.event = False, 0.0, None, None, None, at
        foot.lobe, foot.back, foot.forth, foot.known = None, 0.0, 0.0, True
        return EventKind.INITIAL_CONTACT, at, confidence

    def _reopen(self, foot: _Foot, t: int) -> None:
        """The shank rotates forward, still or again; again by little is the jolt of a late contact."""
        if foot.crossed is not None:
            foot.bump, foot.bump_from = t, foot.turned
        foot.crossed, foot.impact, foot.through = None, None, False
        if foot.turned - foot.bump_from >= 0.25 * foot.sweep:
            foot.bump = None

    def _landing(self, foot: _Foot, crossed: int) -> int:
        """When the foot hit the ground, from the clearest sign of it so far."""
        if foot.bump is not None:
            return foot.bump
        if foot.impact is not None:
            return max(foot.impact, crossed)
        return crossed + (_ns(self.contact_delay) - _ns(_SMOOTH) if foot.through else _ns(_HOLD))

    def _learn(self, foot: _Foot, at: int) -> None:
        """Peak rate, angle swept and stride time of the foot, at an initial contact."""
        share = 1.0 if foot.swings == 0 else 0.2
        foot.peak = max(1.0, foot.peak + share * (foot.top - foot.peak))
        foot.sweep = max(0.25, foot.sweep + share * (foot.turned - foot.sweep))
        foot.swings += 1
        if foot.ic is not None:
            stride = min(_sec(foot.ic, at), 3.0)
            foot.stride = stride if foot.stride == 0.0 else foot.stride + 0.2 * (stride - foot.stride)
        foot.ic = at

    def _after(self, foot: _Foot, at: int) -> int:
        """An event never comes before the foot's last one."""
        return at if foot.event is None else max(at, foot.event + 1)


def _crossing(tick: _Tick, level: float) -> int:
    """When the rate crossed a level [ns], by a straight line between two ticks."""
    if tick.y == tick.y_before:
        return tick.t
    r = (level - tick.y_before) / (tick.y - tick.y_before)
    return min(tick.t, tick.t_before + math.trunc(r * (tick.t - tick.t_before))) if 0.0 <= r <= 1.0 else tick.t
