"""Section 4.6: how a foot comes to rest and leaves, from the velocities of its heel and toe."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from .._conventions import Event, EventKind, clamp

Vector: TypeAlias = tuple[float, float, float]
Plane: TypeAlias = tuple[float, float]
Found: TypeAlias = tuple[EventKind, int, float]

NEVER = -(2**63)
_GROUND_TIME = 0.3
_SLOW_TIME = 0.02
_FLAT_TIME = 60_000_000
_STILL_TIME = 200_000_000
_LEAST_TIME = 100_000_000
_FLAT_SPEED = 0.15
_AHEAD = 0.1
_ARMED = 1.0
_RESTED = 0.35
_SLOPE = 0.5
_SLOW = 0.7
_REST = 0.15
_LIFT = 0.5
_TURN = 0.6
_PUSH = 0.3
_GONE = 1.5
_LATE = (0.0, -0.003)


class Motion(NamedTuple):
    """What one tick tells of a foot.

    Attributes
    ----------
    heel, toe : tuple of float
        Velocities in the laboratory [m/s].
    along : tuple of float
        Horizontal vector from heel to toe [m].
    dt : float
        Time since the foot's reading before [s].
    lag : float
        Time by which the velocities are late [s].
    """

    heel: Vector
    toe: Vector
    along: Plane
    dt: float
    lag: float


@dataclass
class Foot:
    """What is remembered of a foot.

    Attributes
    ----------
    stance : bool or None
        In contact, in the air or not known.
    ready : bool
        Whether the stance had its rest, or the swing its speed.
    since, seen : int
        When the stance or swing began, and the reading before [ns].
    slow : tuple of float
        Smoothed velocities of heel and toe [m/s].
    flat : int
        Since when the foot has been flat [ns].
    last : tuple of int and float
        Time [ns] and value [m/s] of the criterion at the tick before.
    top, turn : float
        Fastest toe of the swing, and fastest rise of the heel over the toe in the stance [m/s].
    ground : tuple of float or None
        Velocity of the ground under the foot [m/s].
    ground_age : float
        Time it was averaged over [s].
    """

    stance: bool | None = None
    ready: bool = False
    since: int = NEVER
    seen: int | None = None
    slow: tuple[float, ...] | None = None
    flat: int | None = None
    last: tuple[int, float] | None = None
    top: float = 0.0
    turn: float = 0.0
    ground: Plane | None = None
    ground_age: float = 0.0

    def see(self, t: int, gap: int) -> bool:
        """Take note of a reading; whether it comes after a gap, which forgets where the foot was."""
        lost = self.seen is not None and t - self.seen > gap
        self.seen = t
        if lost:
            self.slow, self.flat = None, None
            self.enter(None, NEVER)
        return lost

    def enter(self, stance: bool | None, t: int) -> None:
        """Begin a stance or a swing."""
        self.stance, self.ready, self.last, self.top, self.turn, self.since = stance, False, None, 0.0, 0.0, t

    def flat_for(self, t: int, time: int) -> bool:
        """Whether the foot has been flat for that time [ns]."""
        return self.flat is not None and t - self.flat >= time


@dataclass
class Body:
    """How the body moves in the laboratory.

    Attributes
    ----------
    velocity : tuple of float
        Mean velocity [m/s].
    age : float
        Time it was averaged over [s].
    before : tuple or None
        Time [ns], pelvis [m] and middle of the foot markers [m] at the tick before.
    """

    velocity: Plane = (0.0, 0.0)
    age: float = 0.0
    before: tuple[int, Plane | None, Plane | None] | None = None


@dataclass(kw_only=True)
class Feet:
    """Both feet and the body.

    Parameters
    ----------
    speed_min : float
        Least walking speed that scales the thresholds [m/s].
    bias : tuple of float
        Taken off the times of initial contacts and of toe-offs [s].
    body : Body
        How the body moves.
    each : tuple of Foot
        Left and right.
    """

    speed_min: float
    bias: Plane = (0.0, 0.0)
    body: Body = field(default_factory=Body)
    each: tuple[Foot, Foot] = field(default_factory=lambda: (Foot(), Foot()))

    def decide(self, motions: Sequence[Motion | None], t: int) -> list[Event]:
        """Steps 3 and 4: the ground, then each foot.

        Parameters
        ----------
        motions : sequence of Motion or None
            Motion of each foot, None where it was not seen.
        t : int
            Time of the tick [ns].

        Returns
        -------
        list of Event
            At most one event per side, left first.
        """
        for foot, motion in zip(self.each, motions, strict=True):
            if motion is not None:
                self._follow_ground(foot, motion, t)
        events = []
        for side, (foot, motion) in enumerate(zip(self.each, motions, strict=True)):
            ground = foot.ground or self.each[1 - side].ground
            found = None if motion is None or ground is None else self._tick(foot, motion, t, ground)
            if found is not None:
                events.append(Event(found[0], side, found[1], t, found[2]))
        return events

    def _follow_ground(self, foot: Foot, m: Motion, t: int) -> None:
        """Step 3: a foot that lies flat and does not overtake the body moves as the ground does."""
        body = self.body.velocity
        new = (*m.heel, *m.toe)
        k = m.dt / (_SLOW_TIME + m.dt)
        foot.slow = new if foot.slow is None else tuple(a + k * (b - a) for a, b in zip(foot.slow, new, strict=True))
        hx, hy, hz, tx, ty, tz = foot.slow
        v = (0.5 * (hx + tx), 0.5 * (hy + ty))
        ahead = (v[0] - body[0]) * m.along[0] + (v[1] - body[1]) * m.along[1]
        still = abs(hz) < _FLAT_SPEED and abs(tz) < _FLAT_SPEED and _length(hx - tx, hy - ty) < _FLAT_SPEED
        if not (still and ahead <= _AHEAD * _length(*m.along)):
            foot.flat = None
            return
        foot.flat = t if foot.flat is None else foot.flat
        if not foot.flat_for(t, _FLAT_TIME):
            return
        foot.ground_age = min(foot.ground_age + m.dt, _GROUND_TIME)
        foot.ground = v if foot.ground is None else toward(foot.ground, v, m.dt, foot.ground_age)

    def _tick(self, foot: Foot, m: Motion, t: int, ground: Plane) -> Found | None:
        """Step 4: contact or lift of one foot."""
        gx, gy = ground
        s = max(self.speed_min, _length(self.body.velocity[0] - gx, self.body.velocity[1] - gy))
        heel = _length(m.heel[0] - gx, m.heel[1] - gy)
        toe = _length(m.toe[0] - gx, m.toe[1] - gy)
        if foot.stance is None:
            if foot.flat_for(t, _FLAT_TIME):
                foot.enter(True, NEVER)
                foot.ready = True
            elif toe > _ARMED * s:
                foot.enter(False, NEVER)
                foot.ready, foot.top = True, toe
            return None
        return self._stand(foot, m, t, s, toe) if foot.stance else self._swing(foot, m, t, s, (heel, toe))

    def _stand(self, foot: Foot, m: Motion, t: int, s: float, toe: float) -> Found | None:
        """Step 4b: a foot in contact leaves when its toe moves and its heel no longer rises around the toe."""
        turn = m.heel[2] - m.toe[2]
        foot.turn = max(foot.turn, turn)
        w = max(_LIFT * s - toe, min(turn - _TURN * max(foot.turn, _PUSH * s), _GONE * s - toe))
        before, foot.last = foot.last, (t, w)
        foot.ready = foot.ready or toe < _RESTED * s
        if not (foot.ready and w < 0.0 and t - foot.since >= _LEAST_TIME):
            return None
        confidence = clamp(0.5 + 0.5 * foot.turn / s, 0.0, 1.0)
        foot.enter(False, t)
        foot.flat, foot.top = None, toe
        return EventKind.TOE_OFF, self.when(before, t, w, m.lag, EventKind.TOE_OFF), confidence

    def _swing(self, foot: Foot, m: Motion, t: int, s: float, speeds: Plane) -> Found | None:
        """Step 4c: a foot in the air touches the ground when its heel or its toe comes to rest."""
        ends = zip(speeds, (m.heel[2], m.toe[2]), strict=True)
        w = min(max(_SLOPE * v - vz - _REST * s, v - _SLOW * s) for v, vz in ends)
        before, foot.last = foot.last, (t, w)
        foot.top = max(foot.top, speeds[1])
        foot.ready = foot.ready or speeds[1] > _ARMED * s
        confidence = clamp(foot.top / (2.5 * s), 0.0, 1.0)
        if foot.ready and w < 0.0 and t - foot.since >= _LEAST_TIME:
            foot.enter(True, t)
            return EventKind.INITIAL_CONTACT, self.when(before, t, w, m.lag, EventKind.INITIAL_CONTACT), confidence
        if foot.flat is not None and foot.flat_for(t, _STILL_TIME) and max(speeds) < _RESTED * s:
            at = foot.flat
            foot.enter(True, t)
            return EventKind.INITIAL_CONTACT, max(NEVER, min(t, at - nanoseconds(self.bias[0]))), confidence
        return None

    def when(self, before: tuple[int, float] | None, t: int, w: float, lag: float, kind: EventKind) -> int:
        """Time of a crossing to below 0 [ns], by a straight line between two ticks, less lag and bias.

        Parameters
        ----------
        before : tuple of int and float, or None
            Time [ns] and value [m/s] at the foot's tick before.
        t : int
            Time of the tick [ns].
        w : float
            Value at the tick, below 0 [m/s].
        lag : float
            Time by which the velocities are late [s].
        kind : EventKind
            Whose bias counts.

        Returns
        -------
        int
            The time, not after `t` [ns].
        """
        at = t
        if before is not None and before[1] >= 0.0:
            at = before[0] + math.trunc(before[1] / (before[1] - w) * (t - before[0]))
        return max(NEVER, min(t, at - nanoseconds(lag + _LATE[kind] + self.bias[kind])))


def seconds(a: int, b: int) -> float:
    """Time from `a` to `b` [s].

    Parameters
    ----------
    a, b : int
        Times [ns].

    Returns
    -------
    float
        The difference [s].
    """
    return (b - a) * 1e-9


def nanoseconds(x: float) -> int:
    """A time, truncated [ns].

    Parameters
    ----------
    x : float
        Time [s].

    Returns
    -------
    int
        The time [ns].
    """
    return int(x * 1e9)


def toward(v: Plane, to: Plane, dt: float, age: float) -> Plane:
    """Mean of a horizontal velocity that is `age` old, with a new value that lasted `dt`.

    Parameters
    ----------
    v, to : tuple of float
        Mean and new value [m/s].
    dt, age : float
        Times [s]; the value counts whole when `age` is not larger than `dt`.

    Returns
    -------
    tuple of float
        The new mean [m/s].
    """
    k = dt / age if age > dt else 1.0
    return v[0] + k * (to[0] - v[0]), v[1] + k * (to[1] - v[1])


def _length(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)
