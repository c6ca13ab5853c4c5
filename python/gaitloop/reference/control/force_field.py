"""Section 6: force field."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import clamp
from .nearest import Near
from .path import SLOWER, PathLaw, flow, total


class ForceField(PathLaw):
    """Help along a path that falls with the distance from it, and a normal force that rises outside a tube [1]_.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Angles at the phases `k / N` of each side [rad], -3 to 3, N 8 to 1024.
    weight : array_like of float, shape (6,)
        Metric [-], 0 to 10; 0 leaves a joint out.
    window : float
        Half width of the moving window [-], 0.01 to 0.25.
    tube : float
        Distance up to which there is no normal force [rad], 0 to 0.5.
    normal_width : float
        Distance beyond the tube at which half of it is reached [rad], 0.01 to 1.
    normal : float
        Largest normal force [N·m], 1 to 300.
    tangent_width : float
        Distance at which the help ends [rad], 0.01 to 1.
    tangent : float
        Largest help [N·m], 0 to 50.
    damping : float
        Damping [N·m·s/rad], 0 to 50.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Banala, S. K. et al. (2009). Robot assisted gait training with active leg exoskeleton (ALEX). IEEE
       Transactions on Neural Systems and Rehabilitation Engineering, 17(1), 2-8.
    """

    def __init__(
        self,
        path: ArrayLike,
        weight: ArrayLike,
        window: float,
        tube: float,
        normal_width: float,
        normal: float,
        tangent_width: float,
        tangent: float,
        damping: float,
    ) -> None:
        super().__init__(path, weight, window)
        self.tube = in_range("tube", tube, 0.0, 0.5)
        self.normal_width = in_range("normal_width", normal_width, 0.01, 1.0)
        self.normal = in_range("normal", normal, 1.0, 300.0)
        self.tangent_width = in_range("tangent_width", tangent_width, 0.01, 1.0)
        self.tangent = in_range("tangent", tangent, 0.0, 50.0)
        self.damping = in_range("damping", damping, 0.0, 50.0)

    def _torque(self, near: Near, part: list[float], rate: float) -> tuple[list[float], float]:
        """Torque of each joint before guidance and metric, and the energy at full guidance."""
        tau, energy = [0.0] * len(part), 0.0
        distance = math.sqrt(total(part, near.error, near.error))
        if distance > self.tube:
            z = (distance - self.tube) / self.normal_width
            force = self.normal * z * z / (1.0 + z * z)
            tau = [-e / distance * force for e in near.error]
            energy = self.normal * self.normal_width * (z - math.atan(z))
        if near.distance < self.tangent_width:
            along, wanted = flow(near, part, rate)
            force = self.tangent * (1.0 - near.distance / self.tangent_width) * clamp(wanted / SLOWER, 0.0, 1.0)
            tau = [t + a * force for t, a in zip(tau, along, strict=True)]
        drag = [clamp(self.damping * v, -self.normal, self.normal) for v in near.speed]
        return [t - d for t, d in zip(tau, drag, strict=True)], energy
