"""Section 6: error amplification."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import Array, clamp, readings, smooth_step
from .guidance import share
from .nearest import tick
from .resistance import ChallengeTorque, table


class ErrorAmplification:
    """Torque away from the reference inside a safe tube, back to it outside [1]_, [2]_.

    Parameters
    ----------
    gain : array_like of float, shape (6,)
        Amplification near the reference [N·m/rad], 0 to 300.
    tube : array_like of float, shape (6,)
        Half width of the tube [rad], 0.01 to 1.
    stiffness : array_like of float, shape (6,)
        Stiffness outside the tube [N·m/rad], 0 to 2000.
    damping : array_like of float, shape (6,)
        Damping outside the tube [N·m·s/rad], 0 to 200.
    max_torque : array_like of float, shape (6,)
        Largest torque outside the tube [N·m], 0.1 to 150.
    budget : float
        Energy that amplification may give to a joint at once [J], 0.01 to 20.
    power : float
        How fast that is refilled [W], 0 to 20.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Marchal-Crespo, L. & Reinkensmeyer, D. J. (2009). Review of control strategies for robotic movement
       training after neurologic injury. Journal of NeuroEngineering and Rehabilitation, 6, 20.
    .. [2] Marchal-Crespo, L. et al. (2019). Haptic error modulation outperforms visual error amplification when
       learning a modified gait pattern. Frontiers in Neuroscience, 13, 61.
    """

    def __init__(
        self,
        gain: ArrayLike,
        tube: ArrayLike,
        stiffness: ArrayLike,
        damping: ArrayLike,
        max_torque: ArrayLike,
        budget: float,
        power: float,
    ) -> None:
        self.gain = all_in_range("gain", gain, 0.0, 300.0).tolist()
        self.tube = all_in_range("tube", tube, 0.01, 1.0).tolist()
        self.stiffness = all_in_range("stiffness", stiffness, 0.0, 2000.0).tolist()
        self.damping = all_in_range("damping", damping, 0.0, 200.0).tolist()
        self.max_torque = all_in_range("max_torque", max_torque, 0.1, 150.0).tolist()
        self.budget = in_range("budget", budget, 0.01, 20.0)
        self.power = in_range("power", power, 0.0, 20.0)
        self.reset()

    def reset(self) -> None:
        """Fill the tanks."""
        self._tank = [self.budget] * 6

    @property
    def stored(self) -> Array:
        """Energy that may still be given to each joint [J], shape (6,)."""
        return np.array(self._tank)

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of one tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Angles [rad] and velocities [rad/s], NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference [rad], NaN where absent.
        challenge : array_like of float, shape (6,)
            Share of the law [-], clamped to 0 to 1.
        dt : float
            Duration of the tick [s].

        Returns
        -------
        ChallengeTorque
            Torque and energy.
        """
        rows, h = [readings(a) for a in (q, dq, q_ref)], tick(float(dt))
        out = ChallengeTorque(np.zeros(6), np.zeros(6))
        for j, c in enumerate(np.asarray(challenge, dtype=np.float64).tolist()):
            self._tank[j] = min(self.budget, self._tank[j] + self.power * h)
            x, v, wanted = (row[j] for row in rows)
            if x is None or v is None or wanted is None:
                continue
            error = clamp(wanted, -10.0, 10.0) - clamp(x, -10.0, 10.0)
            part = self._away if abs(error) < self.tube[j] else self._back
            out.tau[j], out.energy[j] = part(j, error, clamp(v, -100.0, 100.0), share(c), h)
        return out

    def _away(self, j: int, error: float, v: float, c: float, h: float) -> tuple[float, float]:
        """Amplification inside the tube, as far as the tank goes."""
        rest = 1.0 - (error / self.tube[j]) ** 2
        force = -self.gain[j] * error * rest * rest
        phi = smooth_step(4.0 * self._tank[j] / self.budget)
        given = c * phi * force * v * h
        if given > self._tank[j]:
            phi, given = phi * self._tank[j] / given, self._tank[j]
        self._tank[j] -= max(0.0, given)
        return c * phi * force, c * phi * self.gain[j] * self.tube[j] ** 2 / 6.0 * rest * rest * rest

    def _back(self, j: int, error: float, v: float, c: float, _: float) -> tuple[float, float]:
        """Guidance outside the tube."""
        y, sign, k, most = abs(error) - self.tube[j], math.copysign(1.0, error), self.stiffness[j], self.max_torque[j]
        root = math.sqrt(1.0 + (k * y / most) ** 2)
        force = clamp(k * y / root - self.damping[j] * smooth_step(y / self.tube[j]) * v * sign, 0.0, most)
        return c * sign * force, c * k * y * y / (1.0 + root)

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, challenge: ArrayLike, dt: float) -> ChallengeTorque:
        """Torque of every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 6)
            Angles [rad] and velocities [rad/s], NaN where absent.
        q_ref : array_like of float, shape (T, 6)
            Reference [rad], NaN where absent.
        challenge : array_like of float, shape (T, 6)
            Share of the law [-].
        dt : float
            Duration of every tick [s].

        Returns
        -------
        ChallengeTorque
            Torque and energy of every tick.
        """
        rows = zip(*(np.asarray(x, dtype=np.float64) for x in (q, dq, q_ref, challenge)), strict=True)
        return table([self.step(a, b, r, c, dt) for a, b, r, c in rows])
