"""Section 9.5: a learned model of the torque that a person lacks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range, ordered
from .._conventions import Array, Reading, clamp, readings, smaller, wrap, wrap_signed

WIDTH = 0.7


class ModelBased:
    """Torque from Gaussian bases over phase and angle, learned by a sliding error, forgotten where it is used [1]_.

    Parameters
    ----------
    phases : int
        Bases over the cycle [-], 4 to 24.
    angles : int
        Bases over the angle [-], 1 to 5; 1 for none.
    q_min, q_max : array_like of float, shape (6,)
        Range of the bases over the angle [rad], -3 to 3, `q_min < q_max`.
    slope : float
        Weight of the angle's error in the sliding error [1/s], 0 to 20.
    gain : array_like of float, shape (6,)
        Growth of the torque with the sliding error [N·m/rad], 0 to 1000.
    forget_time : float
        Time in which the torque at a state fades [s], 0.5 to 60.
    bound : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 100.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Wolbrecht, E. T., Chan, V., Reinkensmeyer, D. J. and Bobrow, J. E. (2008). Optimizing compliant,
       model-based robotic assistance to promote neurorehabilitation. IEEE TNSRE 16(3), 286-297. From memory.
    """

    def __init__(
        self,
        *,
        phases: int,
        angles: int,
        q_min: ArrayLike,
        q_max: ArrayLike,
        slope: float,
        gain: ArrayLike,
        forget_time: float,
        bound: ArrayLike,
    ) -> None:
        self._phases = int(in_range("phases", phases, 4, 24))
        self._angles = int(in_range("angles", angles, 1, 5))
        self._q_min = all_in_range("q_min", q_min, -3.0, 3.0)
        self._q_max = all_in_range("q_max", q_max, -3.0, 3.0)
        ordered("q_min", self._q_min, "q_max", self._q_max)
        self._slope = in_range("slope", slope, 0.0, 20.0)
        self._gain = all_in_range("gain", gain, 0.0, 1000.0)
        self._forget_time = in_range("forget_time", forget_time, 0.5, 60.0)
        self._bound = all_in_range("bound", bound, 0.0, 100.0)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._a = np.zeros((6, self._phases, self._angles))

    def _bases(self, joint: int, phase: float, q: float) -> tuple[Array, Array]:
        """Shares of the bases over phase and over angle."""
        n = self._phases
        u = np.array([wrap_signed(wrap(phase) - i / n) * n / WIDTH for i in range(n)])
        over_phase = np.exp(-0.5 * u * u)
        if self._angles == 1:
            return over_phase / over_phase.sum(), np.ones(1)
        low, high = float(self._q_min[joint]), float(self._q_max[joint])
        d = (high - low) / (self._angles - 1)
        v = (clamp(q, low, high) - (low + d * np.arange(self._angles))) / (WIDTH * d)
        over_angle = np.exp(-0.5 * v * v)
        return over_phase / over_phase.sum(), over_angle / over_angle.sum()

    def _joint(self, joint: int, phase: float, state: list[float], h: float) -> float:
        q, dq, q_ref, dq_ref = state
        over_phase, over_angle = self._bases(joint, phase, q)
        g, n = np.outer(over_phase, over_angle), float((over_phase**2).sum() * (over_angle**2).sum())
        s = (dq_ref - dq) + self._slope * (q_ref - q)
        s = 0.0 if math.isnan(s) else clamp(s, -10.0, 10.0)
        c = h * (float(self._gain[joint]) * s - float((g * self._a[joint]).sum()) / (self._forget_time * n))
        bound = float(self._bound[joint])
        self._a[joint] = np.clip(self._a[joint] + c * g, -bound, bound)
        return clamp(float((g * self._a[joint]).sum()), -bound, bound)

    def step(self, phase: Reading, q: Reading, dq: Reading, q_ref: Reading, dq_ref: Reading, dt: float) -> Array:
        """Torque of one tick; learns from it.

        Parameters
        ----------
        phase : array_like of float, shape (2,)
            Phase of each side [-].
        q, dq : array_like of float, shape (6,)
            Angles [rad] and velocities [rad/s]; None or NaN when absent.
        q_ref, dq_ref : array_like of float, shape (6,)
            Reference of them [rad, rad/s].
        dt : float
            Length of the tick [s].

        Returns
        -------
        ndarray of float, shape (6,)
            Torque that the person feels [N·m]; 0 for a joint of which something is absent.
        """
        h = smaller(dt, 0.02) if math.isfinite(dt) and dt > 0.0 else 0.0
        sides, states = readings(phase), list(zip(*map(readings, (q, dq, q_ref, dq_ref)), strict=True))
        tau = np.zeros(6)
        for joint, state in enumerate(states):
            at, known = sides[joint // 3], [x for x in state if x is not None]
            if at is not None and len(known) == 4:
                with np.errstate(over="ignore", invalid="ignore"):
                    tau[joint] = self._joint(joint, at, known, h)
        return tau

    def run(
        self, phase: ArrayLike, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float
    ) -> Array:
        """`step` for every tick of a recording.

        Parameters
        ----------
        phase : array_like of float, shape (T, 2)
            Phase of each side [-].
        q, dq, q_ref, dq_ref : array_like of float, shape (T, 6)
            Angles, velocities and their reference [rad, rad/s].
        dt : float
            Length of every tick [s].

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque [N·m].
        """
        a, b, c, d, e = (np.asarray(x, float) for x in (phase, q, dq, q_ref, dq_ref))
        return np.array([self.step(a[i], b[i], c[i], d[i], e[i], dt) for i in range(len(a))]).reshape(-1, 6)

    def weights(self) -> Array:
        """Weights of the bases.

        Returns
        -------
        ndarray of float, shape (6, phases, angles)
            Weights [N·m].
        """
        return self._a.copy()
