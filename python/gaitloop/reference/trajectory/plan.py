"""Section 3.6: the plan that leads from where the reference is to a target curve."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._conventions import Array
from .curves import Curves


class Fade(NamedTuple):
    """Weights of a fade and of the coasts in it at one time.

    Attributes
    ----------
    b, b1, b2 : float
        Weight of the target and its first two time derivatives [-, 1/s, 1/s²].
    v : ndarray of float, shape (3, ...)
        Weight of the velocity at the beginning in value and time derivatives [s, -, 1/s].
    w : ndarray of float, shape (3, ...)
        Weight of the acceleration at the beginning in value and time derivatives [s², s, -].
    """

    b: float
    b1: float
    b2: float
    v: Array
    w: Array


def fade(t: float, duration: float, coast: Array | float) -> Fade:
    """Weights at a time.

    Parameters
    ----------
    t : float
        Running time since the plan began [s].
    duration : float
        Duration of the fade [s].
    coast : ndarray of float or float
        Duration of each coast [s], any shape.

    Returns
    -------
    Fade
        The weights.
    """
    u, r = min(1.0, t / duration), np.asarray(coast, dtype=np.float64)
    z = np.minimum(1.0, t / r)
    left_v = 0.5 - z + z**3 - z**4 / 2.0
    left_w = 1.0 / 12.0 - z**2 / 2.0 + 2.0 * z**3 / 3.0 - z**4 / 4.0
    return Fade(
        b=u**3 * (10.0 - 15.0 * u + 6.0 * u**2),
        b1=30.0 * u**2 * (1.0 - u) ** 2 / duration,
        b2=60.0 * u * (1.0 - u) * (1.0 - 2.0 * u) / duration**2,
        v=np.array([-r * left_v, 1.0 - 3.0 * z**2 + 2.0 * z**3, -6.0 * z * (1.0 - z) / r]),
        w=np.array([-(r**2) * left_w, r * z * (1.0 - z) ** 2, (1.0 - z) * (1.0 - 3.0 * z)]),
    )


class Clock(NamedTuple):
    """Phases of both sides.

    Attributes
    ----------
    left, rate, accel : float
        Phase of the left side [-] (not wrapped), its rate [1/s] and acceleration [1/s²].
    offset, offset_rate, offset_accel : float
        Right phase minus left phase [-] and its time derivatives [1/s, 1/s²].
    """

    left: float
    rate: float
    accel: float
    offset: float
    offset_rate: float
    offset_accel: float


class PhasePlan:
    """Way of the left phase and of the offset from one rate to another.

    Parameters
    ----------
    start : Clock
        Phases where the plan begins.
    rate : float
        Rate of the target [1/s].
    offset : float or None
        Offset of the target pattern [-]; None keeps it.
    duration : float
        Duration of the plan [s].
    rest : float
        Rest of the interrupted plan [s]; 0 without one.
    """

    def __init__(self, start: Clock, rate: float, offset: float | None, duration: float, rest: float) -> None:
        self.start, self.rate, self.duration = start, rate, duration
        self.coast = min(duration, rest) if start.accel != 0.0 else duration
        turning = start.offset_rate != 0.0 or start.offset_accel != 0.0
        self.offset_coast = min(duration, rest) if turning else duration
        q, (o, v, w) = self.offset_coast, start[3:]
        self.offset_landing = o + v * q / 2.0 + w * q**2 / 12.0
        shortest = 0.0 if offset is None else (offset - o + 0.5) % 1.0 - 0.5
        self.offset = self.offset_landing if offset is None else o + shortest
        self.landing = start.rate + start.accel * self.coast / 2.0

    def at(self, t: float) -> Clock:
        """Phases at a time.

        Parameters
        ----------
        t : float
            Running time since the plan began [s].

        Returns
        -------
        Clock
            Phases and their derivatives.
        """
        if t >= self.duration:
            end = self.start.left + self._way(self.duration)
            return Clock(end + self.rate * (t - self.duration), self.rate, 0.0, self.offset, 0.0, 0.0)
        s, y = t / self.duration, max(0.0, 1.0 - t / self.coast)
        drop, jump = self.landing - self.rate, self.start.accel
        rate = self.rate + drop * (1.0 - 3.0 * s**2 + 2.0 * s**3) - jump * self.coast / 2.0 * y**2
        accel = drop * -6.0 * s * (1.0 - s) / self.duration + jump * y
        f = fade(t, self.duration, self.offset_coast)
        v, w = self.start.offset_rate, self.start.offset_accel
        way = self.offset - self.offset_landing
        offset = (1.0 - f.b) * self.offset_landing + f.b * self.offset + float(f.v[0] * v + f.w[0] * w)
        turn = [b * way + float(fv * v + fw * w) for b, fv, fw in zip((f.b1, f.b2), f.v[1:], f.w[1:], strict=True)]
        return Clock(self.start.left + self._way(t), rate, accel, offset, turn[0], turn[1])

    def _way(self, t: float) -> float:
        """Integral of the rate."""
        s, y = t / self.duration, max(0.0, 1.0 - t / self.coast)
        eased = (self.landing - self.rate) * self.duration * (s - s**3 + s**4 / 2.0)
        return self.rate * t + eased - self.start.accel * self.coast**2 / 6.0 * (1.0 - y**3)


class Plan:
    """Way of the curve and of the phases to a target.

    Parameters
    ----------
    start : tuple of three Curves
        Where it begins: the curve and its first two time derivatives.
    target : Curves
        Where it leads.
    phases : PhasePlan
        Way of the phases; its duration is the plan's.
    coast : ndarray of float, shape (6,)
        Coasting time of each joint [s].
    """

    def __init__(self, start: tuple[Curves, Curves, Curves], target: Curves, phases: PhasePlan, coast: Array) -> None:
        self.start, self.target, self.phases, self.coast = start, target, phases, coast
        self.landing = landing(start, coast)
        self.duration = phases.duration

    def curves(self, t: float) -> tuple[Curves, Curves, Curves]:
        """Curve and its first two time derivatives, where they can be added.

        Parameters
        ----------
        t : float
            Running time since the plan began [s].

        Returns
        -------
        tuple of three Curves
            F, F_t and F_tt.
        """
        f = fade(t, self.duration, self.coast)
        _, velocity, acceleration = self.start
        way = self.target - self.landing
        value = (1.0 - f.b) * self.landing + f.b * self.target + f.v[0] * velocity + f.w[0] * acceleration
        return (
            value,
            f.b1 * way + f.v[1] * velocity + f.w[1] * acceleration,
            f.b2 * way + f.v[2] * velocity + f.w[2] * acceleration,
        )

    def at(self, t: float, phases: Array) -> Array:
        """Values of the three curves and of their derivatives with respect to phase.

        Parameters
        ----------
        t : float
            Running time since the plan began [s].
        phases : ndarray of float, shape (2,)
            Phases of both sides [-].

        Returns
        -------
        ndarray of float, shape (3, 3, 6)
            First index F, F_t, F_tt; second the derivative with respect to phase.
        """
        f = fade(t, self.duration, self.coast)
        velocity, acceleration = (c.at(phases) for c in self.start[1:])
        x, y = self.landing.at(phases), self.target.at(phases)
        return np.array(
            [
                (1.0 - f.b) * x + f.b * y + f.v[0] * velocity + f.w[0] * acceleration,
                f.b1 * (y - x) + f.v[1] * velocity + f.w[1] * acceleration,
                f.b2 * (y - x) + f.v[2] * velocity + f.w[2] * acceleration,
            ]
        )


def landing(start: tuple[Curves, Curves, Curves], coast: Array | float) -> Curves:
    """Curve at which the coasts come to rest.

    Parameters
    ----------
    start : tuple of three Curves
        The curve and its first two time derivatives.
    coast : ndarray of float or float
        Coasting time of each joint, or of all [s], shape (6,) or ().

    Returns
    -------
    Curves
        X*.
    """
    value, velocity, acceleration = start
    return value + np.asarray(coast) / 2.0 * velocity + np.asarray(coast) ** 2 / 12.0 * acceleration
