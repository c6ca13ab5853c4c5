"""Section 6: path control."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import Array, clamp, smooth_step
from .guidance import share
from .nearest import STANDING, Near, Nearest

FASTEST_PHASE = 3.0  # cycles per second
SLOWER = 0.5  # rad/s


class PathTorque(NamedTuple):
    """What path control gives.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque [N·m].
    nearest : ndarray of float, shape (2,) or (T, 2)
        Nearest phase of each side [-], NaN where absent.
    distance : ndarray of float, shape (2,) or (T, 2)
        Distance from there [rad], NaN where absent.
    energy : ndarray of float, shape (2,) or (T, 2)
        Potential energy of the wall of each side [J].
    """

    tau: Array
    nearest: Array
    distance: Array
    energy: Array


def total(*factors: list[float]) -> float:
    """Sum over the joints of the products of their factors.

    Parameters
    ----------
    *factors : list of float
        One number per joint each [-].

    Returns
    -------
    float
        The sum [-].
    """
    return float(sum(math.prod(row) for row in zip(*factors, strict=True)))


def flow(near: Near, part: list[float], rate: float) -> tuple[list[float], float]:
    """Direction of the path and how fast the phase asks to go along it.

    Parameters
    ----------
    near : Near
        The leg beside its path.
    part : list of float
        Share of each joint in the guidance of the leg [-].
    rate : float
        Rate of the phase [1/s]; clamped to 0 to 3, not finite counts as 0.

    Returns
    -------
    tuple of list of float and float
        Direction [-] and speed [rad/s].
    """
    length = math.sqrt(total(near.tangent, near.tangent) + STANDING)
    along = [k / length for k in near.tangent]
    wanted = clamp(rate if math.isfinite(rate) else 0.0, 0.0, FASTEST_PHASE) * total(part, along, near.tangent)
    return along, wanted


class PathLaw(ABC):
    """What laws around a path have in common: the nearest point, guidance, recordings.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Angles at the phases `k / N` of each side [rad], -3 to 3, N 8 to 1024.
    weight : array_like of float, shape (6,)
        Metric [-], 0 to 10; 0 leaves a joint out.
    window : float
        Half width of the moving window [-], 0.01 to 0.25.
    """

    def __init__(self, path: ArrayLike, weight: ArrayLike, window: float) -> None:
        self._nearest = Nearest(path, weight, window)

    @abstractmethod
    def _torque(self, near: Near, part: list[float], rate: float) -> tuple[list[float], float]:
        """Torque of each joint before guidance and metric, and the energy at full guidance."""

    def reset(self) -> None:
        """Forget where both legs were."""
        self._nearest.reset()

    def step(
        self, q: ArrayLike, dq: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike, dt: float
    ) -> PathTorque:
        """Torque of one tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Angles [rad] and velocities [rad/s], NaN where absent.
        phase, phase_rate : array_like of float, shape (2,)
            Phase [-] and its rate [1/s] of each side.
        guidance : array_like of float, shape (6,)
            Guidance per joint [-], clamped to 0 to 1.
        dt : float
            Duration of the tick [s].

        Returns
        -------
        PathTorque
            Torque, nearest phase, distance and energy.
        """
        phases, rates = (np.asarray(x, dtype=np.float64).tolist() for x in (phase, phase_rate))
        g = [share(x) for x in np.asarray(guidance, dtype=np.float64).tolist()]
        out = PathTorque(np.zeros(6), np.full(2, np.nan), np.full(2, np.nan), np.zeros(2))
        for side in (0, 1):
            near = self._nearest.step(side, q, dq, phases[side], dt)
            if near is None:
                continue
            out.nearest[side], out.distance[side] = near.phase, near.distance
            largest = max(g[j] for j in near.joints)
            if largest > 0.0:
                part = [g[j] / largest for j in near.joints]
                torque, energy = self._torque(near, part, rates[side])
                out.energy[side] = largest * energy
                for j, t in zip(near.joints, torque, strict=True):
                    out.tau[j] = g[j] * self._nearest.weight[j] * t
        return out

    def run(
        self, q: ArrayLike, dq: ArrayLike, phase: ArrayLike, phase_rate: ArrayLike, guidance: ArrayLike, dt: float
    ) -> PathTorque:
        """Torque of every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 6)
            Angles [rad] and velocities [rad/s], NaN where absent.
        phase, phase_rate : array_like of float, shape (T, 2)
            Phase [-] and its rate [1/s] of each side.
        guidance : array_like of float, shape (T, 6)
            Guidance per joint [-].
        dt : float
            Duration of every tick [s].

        Returns
        -------
        PathTorque
            Torque, nearest phase, distance and energy of every tick.
        """
        rows = zip(*(np.asarray(x, dtype=np.float64) for x in (q, dq, phase, phase_rate, guidance)), strict=True)
        ticks = [self.step(a, b, p, r, g, dt) for a, b, p, r, g in rows]
        columns = zip(*ticks, strict=True) if ticks else ((), (), (), ())
        return PathTorque(*(np.array(c).reshape(-1, n) for c, n in zip(columns, (6, 2, 2, 2), strict=True)))


class PathControl(PathLaw):
    """Wall around a path that a leg may follow in its own time [1]_.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Angles at the phases `k / N` of each side [rad], -3 to 3, N 8 to 1024.
    weight : array_like of float, shape (6,)
        Metric [-], 0 to 10; 0 leaves a joint out.
    window : float
        Half width of the moving window [-], 0.01 to 0.25.
    band : float
        Half width of the dead band [rad], 0.005 to 0.5.
    stiffness : float
        Stiffness of the wall [N·m/rad], 0 to 2000.
    wall_torque : float
        Largest torque of the wall [N·m], 1 to 300.
    damping : float
        Damping along the normal outside the band [N·m·s/rad], 0 to 200.
    flow : float
        Largest torque along the path [N·m], 0 to 50.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Duschau-Wicke, A. et al. (2010). Path control: a method for patient-cooperative robot-aided gait
       rehabilitation. IEEE Transactions on Neural Systems and Rehabilitation Engineering, 18(1), 38-48.
    """

    def __init__(
        self,
        path: ArrayLike,
        weight: ArrayLike,
        window: float,
        band: float,
        stiffness: float,
        wall_torque: float,
        damping: float,
        flow: float,
    ) -> None:
        super().__init__(path, weight, window)
        self.band = in_range("band", band, 0.005, 0.5)
        self.stiffness = in_range("stiffness", stiffness, 0.0, 2000.0)
        self.wall_torque = in_range("wall_torque", wall_torque, 1.0, 300.0)
        self.damping = in_range("damping", damping, 0.0, 200.0)
        self.flow = in_range("flow", flow, 0.0, 50.0)

    def _torque(self, near: Near, part: list[float], rate: float) -> tuple[list[float], float]:
        """Torque of each joint before guidance and metric, and the energy at full guidance."""
        w = self.band
        distance = math.sqrt(total(part, near.error, near.error))
        if distance > w:
            y = distance - w
            normal = [e / distance for e in near.error]
            root = math.sqrt(1.0 + (self.stiffness * y / self.wall_torque) ** 2)
            outward = total(part, normal, near.speed)
            force = self.stiffness * y / root + self.damping * smooth_step(y / w) * outward
            force = clamp(force, 0.0, self.wall_torque)
            return [-n * force for n in normal], self.stiffness * y * y / (1.0 + root)
        if near.distance >= w:
            return [0.0] * len(part), 0.0
        along, wanted = flow(near, part, rate)
        has = max(0.0, total(part, along, near.speed))
        force = (
            self.flow * clamp((wanted - has) / SLOWER, 0.0, 1.0) * (1.0 - smooth_step(2.0 * near.distance / w - 1.0))
        )
        return [force * t for t in along], 0.0
