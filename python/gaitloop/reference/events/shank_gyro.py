"""Section 4.2: initial contacts and toe-offs from a gyroscope on each shank."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import in_range
from .._conventions import Array, Event, EventKind, clamp

Vector = tuple[float, float, float]
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]

_NEVER = -(2**63)
_LARGEST = 60.0
_SMOOTH = 0.005
_CHUNK = 0.04
_MEMORY = 8.0
_MOVING = 0.4
_LEAK = 4.0
_HOLD = 0.12
_SHOCK = 0.01
_SHOCK_MEMORY = 0.2
_SHOCK_RATIO = 16.0
_QUIET = 0.25
_LONGEST_SWING = 2.0
_SHORTEST_SWING = 0.1
_PEAK = 2.5
_SWEEP = 0.5


@dataclass
class Axis:
    """The medio-lateral axis of a shank in its sensor's own axes, and which way is forward.

    The main axis of the angular velocity while the leg moves; forward is the direction in which it is fast for a
    short time (swing), because it is slow for a long time in the other (stance).
    """

    direction: Vector | None = None
    sign: float = 1.0
    square: list[float] = field(default_factory=lambda: [0.0] * 6)
    cube: float = 0.0
    chunk: list[float] = field(default_factory=lambda: [0.0] * 6)
    chunk_cube: float = 0.0
    length: float = 0.0

    def along(self, w: Vector) -> float:
        """Angular velocity about the axis, before its sign [rad/s].

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].

        Returns
        -------
        float
            Its component along the axis [rad/s], 0 while no axis is known.
        """
        u = self.direction
        return 0.0 if u is None else (u[0] * w[0] + u[1] * w[1]) + u[2] * w[2]

    def take(self, w: Vector, x: float, dt: float) -> bool:
        """Take one tick.

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].
        x : float
            Its component along the axis [rad/s].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether the sign has changed.
        """
        for i, (a, b) in enumerate(((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))):
            self.chunk[i] += w[a] * w[b] * dt
        self.chunk_cube += x * x * x * dt
        self.length += dt
        return self.length >= _CHUNK and self._close()

    def drop(self) -> None:
        """Forget the chunk that is being gathered."""
        self.chunk, self.chunk_cube, self.length = [0.0] * 6, 0.0, 0.0

    def _close(self) -> bool:
        """Add the chunk, turn the axis, choose the sign."""
        c, cube, length = self.chunk, self.chunk_cube, self.length
        self.drop()
        if (c[0] + c[3]) + c[5] < _MOVING * _MOVING * length:
            return False
        keep = max(0.0, 1.0 - length / _MEMORY)
        self.square = [keep * a + b for a, b in zip(self.square, c, strict=True)]
        self.cube = keep * self.cube + cube
        self._turn()
        if self.cube * self.sign >= 0.0:
            return False
        self.sign = -self.sign
        return True

    def _turn(self) -> None:
        """Two steps of power iteration from the direction so far."""
        xx, xy, xz, yy, yz, zz = self.square
        rows = ((xx, xy, xz), (xy, yy, yz), (xz, yz, zz))
        u = self.direction
        if u is None:
            u = rows[0] if xx >= yy and xx >= zz else rows[1] if yy >= zz else rows[2]
        for _ in range(2):
            x, y, z = ((r[0] * u[0] + r[1] * u[1]) + r[2] * u[2] for r in rows)
            norm = math.sqrt((x * x + y * y) + z * z)
            if not norm > 0.0:
                return
            u = (x / norm, y / norm, z / norm)
        self.direction = u


@dataclass
class Shock:
    """The jolt of an impact: angular velocity through two high-pass filters, against its usual size.

    Smooth motion, however fast, passes neither; the heel's impact does.
    """

    slow: Vector | None = None
    slope: Vector = (0.0, 0.0, 0.0)
    usual: float = 0.0

    def take(self, w: Vector, dt: float) -> bool:
        """Take one tick.

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether this tick stands out.
        """
        if self.slow is None:
            self.slow, self.slope = w, (0.0, 0.0, 0.0)
            return False
        a = dt / (_SHOCK + dt)
        square, slow, slope = 0.0, [0.0] * 3, [0.0] * 3
        for i in range(3):
            slow[i] = self.slow[i] + a * (w[i] - self.slow[i])
            first = w[i] - slow[i]
            slope[i] = self.slope[i] + a * (first - self.slope[i])
            second = first - slope[i]
            square += second * second
        self.slow, self.slope = (slow[0], slow[1], slow[2]), (slope[0], slope[1], slope[2])
        found = square > _SHOCK_RATIO * self.usual
        self.usual += (square - self.usual) * (dt / (_SHOCK_MEMORY + dt))
        return found


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
    lobe_from: float = 0.0
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
    """Contacts of both feet from the angular velocity of both shanks, sensors mounted in any way.

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
            found = self._take(foot, w, t) if alive[side] else None
            if found is not None:
                events.append(Event(found[0], side, found[1], t, found[2]))
        self._alive = (alive[0], alive[1])
        return events

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
        if not causal:
            self._rewind()
            for row, at in zip(rows, times, strict=True):
                self.step(row, at)
            self._rewind()
        found = [event for row, at in zip(rows, times, strict=True) for event in self.step(row, at)]
        if not causal:
            found = [event._replace(t_emit=self._t) for event in found]
        side = np.array([event.side for event in found], dtype=np.int64)
        kind = np.array([event.kind for event in found], dtype=np.int64)
        time = np.array([event.t for event in found], dtype=np.int64)
        emit = np.array([event.t_emit for event in found], dtype=np.int64)
        return side, kind, time, emit, np.array([event.confidence for event in found], dtype=np.float64)

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
        foot.swing, foot.through, foot.turned, foot.lobe_from, foot.top = False, False, 0.0, 0.0, 0.0

    def _take(self, foot: _Foot, w: Vector, t: int) -> tuple[EventKind, int, float] | None:
        """Steps 1 to 3: axis, rate about it, the event if there is one: kind, time [ns], confidence."""
        before, foot.seen = foot.seen, t
        if before is None or t - before > _ns(self.gap):
            foot.axis.drop()
            self._forget(foot)
            return None
        dt = _sec(before, t)
        foot.quiet = foot.quiet + dt if max(map(abs, w)) < _QUIET else 0.0
        foot.known = foot.known or foot.quiet >= 0.5
        jolt = foot.shock.take(w, dt)
        x = foot.axis.along(w)
        if foot.axis.take(w, x, dt):
            self._flip(foot)
        x *= foot.axis.sign
        y_before = x if foot.y is None else foot.y
        foot.y = y = y_before + (x - y_before) * (dt / (_SMOOTH + dt))
        tick = _Tick(t, y, before, y_before)
        if (y >= 0.0) != (y_before >= 0.0):
            foot.lobe, foot.lobe_from = _crossing(tick, 0.0), foot.turned
            foot.top = foot.top if foot.swing else 0.0
        foot.turned += y * dt
        foot.top = max(foot.top, y if foot.swing else abs(y))
        if foot.swing:
            return self._swing(foot, tick, jolt)
        foot.turned *= max(0.0, 1.0 - dt / _LEAK)
        return self._stance(foot, tick)

    def _flip(self, foot: _Foot) -> None:
        """The other direction is forward after all."""
        foot.y = None if foot.y is None else -foot.y
        foot.turned, foot.lobe_from = -foot.turned, -foot.lobe_from
        foot.swing, foot.through, foot.crossed, foot.bump, foot.ic, foot.to = False, False, None, None, None, None

    def _stance(self, foot: _Foot, tick: _Tick) -> tuple[EventKind, int, float] | None:
        """The swing begins: after the shank has tilted forward over the foot it rotates back fast."""
        back = -foot.lobe_from
        if foot.lobe is None or tick.y < 0.2 * foot.peak or back < 0.35 * foot.sweep:
            return None
        if foot.ic is not None and _sec(foot.ic, foot.lobe) < max(0.2, 0.3 * foot.stride):
            return None
        at = self._after(foot, foot.lobe - _ns(_SMOOTH) - _ns(self.lift_lead))
        foot.swing, foot.through, foot.turned, foot.crossed, foot.to = True, False, foot.turned - foot.lobe_from, None, at
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
            if foot.crossed is not None:
                foot.bump, foot.bump_from = t, foot.turned
            foot.crossed = foot.impact = None
            foot.through = False
            if foot.turned - foot.bump_from >= 0.25 * foot.sweep:
                foot.bump = None
        elif jolt and foot.impact is None:
            foot.impact = t
        if tick.y < level and foot.crossed is None:
            foot.crossed = _crossing(tick, level)
        if foot.crossed is None:
            return None
        foot.through = foot.through or tick.y <= -2.0 * level
        due = foot.crossed - _ns(_SMOOTH) + _ns(self.contact_delay)
        landed, at = self._landed(foot, foot.crossed, due)
        short = foot.turned < 0.5 * foot.sweep or _sec(foot.to, foot.crossed) < _SHORTEST_SWING
        at = self._after(foot, at)
        if t < at or (short and t - foot.crossed < _ns(_HOLD)):
            return None
        confidence = clamp(foot.turned / foot.sweep, 0.0, 1.0)
        self._learn(foot, at)
        foot.swing, foot.turned, foot.crossed, foot.impact, foot.bump, foot.event = False, 0.0, None, None, None, at
        foot.lobe, foot.lobe_from, foot.known = None, 0.0, True
        return EventKind.INITIAL_CONTACT, at, confidence

    def _landed(self, foot: _Foot, crossed: int, due: int) -> tuple[bool, int]:
        """Whether the foot is surely on the ground, and since when."""
        if foot.bump is not None:
            return True, foot.bump
        if foot.impact is not None:
            return True, max(foot.impact, crossed)
        return foot.through, due if foot.through else crossed + _ns(_HOLD)

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
