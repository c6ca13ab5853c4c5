"""Section 4.2: the medio-lateral axis of a foot and its sign, from an IMU mounted in any way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

from .._conventions import clamp

Vector: TypeAlias = tuple[float, float, float]

_SMOOTH = 0.004  # [s] time constant of the angular velocity
_SLOW = 0.02  # [s] time constant of the angular velocity that tells rest
_STILL = 0.6  # [rad/s] largest angular velocity at rest
_RESTLESS = 0.04  # [-] share of the push-off's peak that still counts as rest
_GRAVITY = (8.3**2, 11.3**2)  # [m2/s4] squared acceleration that counts as gravity
_UP = 0.3  # [s] time constant of the direction of gravity
_OFTEN = 20_000_000  # [ns] time between two looks at the axis before it is sure
_SELDOM = 60_000_000  # [ns] the same afterwards
_SURE = 2.0  # [-] balance of votes with which axis and sign are sure
_MEMORY = 60.0  # [rad2/s] squared angular velocity, summed over time, that the axis remembers
_REST = 100_000_000  # [ns] rest after which the foot counts as flat
_PITCH = 0.1  # [rad] pitch that tells a first sign
_SPEED = 0.4  # [m/s] forward speed that tells a first sign
_SHIFT = 0.12  # [m] way forward that gives a vote
_VOTES = 3.0  # [-] largest balance of votes


def dot(a: Vector, b: Vector) -> float:
    """Scalar product.

    Parameters
    ----------
    a, b : tuple of float
        Vectors [-].

    Returns
    -------
    float
        Their product [-].
    """
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _toward(a: Vector, b: Vector, share: float) -> Vector:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def _unit(a: Vector) -> Vector | None:
    """`a` with length 1; None when its squared length is not above 1e-12."""
    square = dot(a, a)
    if not square > 1e-12:
        return None
    scale = 1.0 / math.sqrt(square)
    return a[0] * scale, a[1] * scale, a[2] * scale


def _across(a: Vector, up: Vector | None) -> Vector:
    """The part of `a` that is horizontal."""
    if up is None:
        return a
    part = dot(a, up)
    return a[0] - part * up[0], a[1] - part * up[1], a[2] - part * up[2]


def _times(m: list[float], a: Vector) -> Vector:
    """The symmetric matrix xx yy zz xy xz yz times `a`."""
    return (
        m[0] * a[0] + m[3] * a[1] + m[4] * a[2],
        m[3] * a[0] + m[1] * a[1] + m[5] * a[2],
        m[4] * a[0] + m[5] * a[1] + m[2] * a[2],
    )


@dataclass
class PitchAxis:
    """The axis about which a foot pitches, positive when the heel rises, learned while walking.

    The axis is the main direction of the horizontal angular velocity. Its sign comes from where the foot goes: forward.

    Parameters
    ----------
    learning : bool
        Whether axis and sign follow the data.
    """

    learning: bool = True
    axis: Vector | None = None
    sign: float = 1.0
    known: bool = False
    flipped: bool = False
    rate: float = 0.0
    pitch: float = 0.0
    speed: float = 0.0
    shift: float = 0.0
    rest: bool = False
    rest_since: int = 0
    flat: int | None = None
    votes: float = 0.0
    ballots: float = 0.0
    _smooth: Vector = (0.0, 0.0, 0.0)
    _slow: Vector = (0.0, 0.0, 0.0)
    _gravity: Vector | None = None
    _up: Vector | None = None
    _forward: Vector | None = None
    _moments: list[float] = field(default_factory=lambda: [0.0] * 6)
    _looked: int | None = None
    _armed: bool = False

    def settled(self) -> PitchAxis:
        """What was learned, for another look at the same recording.

        Returns
        -------
        PitchAxis
            One that learns no more; its sign is that of all votes.
        """
        sign = self.sign if self.ballots == 0.0 else math.copysign(1.0, self.ballots)
        return PitchAxis(learning=False, axis=self.axis, sign=sign, known=self.known, _gravity=self._gravity)

    def restart(self, gyr: Vector, t: int) -> None:
        """Forget the momentary state; what was learned stays.

        Parameters
        ----------
        gyr : tuple of float
            Angular velocity [rad/s].
        t : int
            Time [ns].
        """
        self._smooth = self._slow = gyr
        self.rest_since, self._armed = t, False
        self.pitch = self.speed = self.shift = 0.0

    def take(self, acc: Vector, gyr: Vector, t: int, dt: float, push: float) -> None:
        """One tick; an axis that is found in it counts from the next one on.

        Parameters
        ----------
        acc : tuple of float
            Acceleration, gravity included [m/s2].
        gyr : tuple of float
            Angular velocity [rad/s].
        t : int
            Time [ns].
        dt : float
            Time since the last tick [s], 0 after a restart.
        push : float
            Usual peak of the push-off [rad/s], 0 while unknown.
        """
        self._smooth = _toward(self._smooth, gyr, dt / (dt + _SMOOTH))
        self._slow = _toward(self._slow, gyr, dt / (dt + _SLOW))
        if dot(self._smooth, self._smooth) < _STILL * _STILL and _GRAVITY[0] < dot(acc, acc) < _GRAVITY[1]:
            self._gravity = acc if self._gravity is None else _toward(self._gravity, acc, dt / (dt + _UP))
        before = self.sign
        self.rest = dot(self._slow, self._slow) < (_STILL + _RESTLESS * push) ** 2
        if self.rest:
            if t - self.rest_since >= _REST:
                self.pitch = self.speed = self.shift = 0.0
                self._armed = True
                self.flat = t
                if not self.known:
                    self._moments = [0.0] * 6
        else:
            self.rest_since = t
            self._move(acc, dt)
        self.flipped = self.sign != before
        self.rate = 0.0 if self.axis is None else self.sign * dot(self.axis, self._smooth)
        if self._looked is None or t - self._looked >= (_OFTEN if abs(self.votes) < _SURE else _SELDOM):
            self._look(t)

    def _look(self, t: int) -> None:
        """Add to the moments of the angular velocity and turn the axis toward their main direction."""
        span = 0.0 if self._looked is None else min((t - self._looked) * 1e-9, 0.1)
        self._looked = t
        if self._gravity is not None:
            self._up = _unit(self._gravity) or (0.0, 0.0, 1.0)
        if self.learning:
            self._turn(span)
        self._forward = None
        if self._up is not None and self.axis is not None:
            a, u = self.axis, self._up
            self._forward = (a[1] * u[2] - a[2] * u[1], a[2] * u[0] - a[0] * u[2], a[0] * u[1] - a[1] * u[0])

    def _turn(self, span: float) -> None:
        """One power iteration in the horizontal plane; turning about the vertical alone leaves no axis."""
        w = self._smooth
        m = self._moments
        for i, (j, k) in enumerate(((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))):
            m[i] += w[j] * w[k] * span
        trace = m[0] + m[1] + m[2]
        if trace > 1e-3:
            a = self.axis or _unit(w) or (1.0, 0.0, 0.0)
            self.axis = _unit(_across(_times(m, a), self._up))
        if trace > _MEMORY:
            for i in range(6):
                m[i] *= _MEMORY / trace

    def _move(self, acc: Vector, dt: float) -> None:
        """Pitch, speed and way since the foot was flat; the sign they tell."""
        if self.axis is None:
            return
        self.pitch += dot(self.axis, self._smooth) * dt
        if self._forward is None or self._up is None:
            return
        p = clamp(self.pitch, -1.6, 1.6)
        q = p * p
        sine, cosine = p * (1.0 - q * (1.0 / 6.0) * (1.0 - 0.05 * q)), 1.0 - 0.5 * q * (1.0 - q * (1.0 / 12.0))
        self.speed += (dot(self._forward, acc) * cosine + dot(self._up, acc) * sine) * dt
        self.shift += self.speed * dt
        if self._armed and self.learning:
            self._vote()

    def _vote(self) -> None:
        told = 0.0
        if self.votes == 0.0:
            first = self.pitch / _PITCH + self.speed / _SPEED
            told = math.copysign(1.0, first) if abs(first) > 1.0 else 0.0
        if abs(self.shift) > _SHIFT:
            vote = math.copysign(1.0, self.shift)
            self.votes = clamp(self.votes + vote, -_VOTES, _VOTES)
            self.ballots += vote
            self._armed = False
            told = vote if self.votes == 0.0 else math.copysign(1.0, self.votes)
        if told != 0.0:
            self.sign, self.known = told, True
