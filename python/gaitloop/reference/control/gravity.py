"""Section 6.2: weight of the legs."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import LEGS, Array, readings
from ..body import Body


class LegGravity:
    """Torque that holds both legs against gravity.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    """

    def __init__(self, mass: float, height: float) -> None:
        self.body = Body(mass, height)

    def torque(self, q: ArrayLike, pelvis_pitch: float = 0.0) -> Array:
        """Torque of one posture.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque [N·m]; 0 for a side with an absent angle or a result that is not finite.
        """
        tau = np.zeros(6)
        angles = readings(q)
        for leg in LEGS:
            hip, knee, ankle = angles[leg]
            if hip is not None and knee is not None and ankle is not None:
                torque = self.body.leg_gravity(hip, knee, ankle, pelvis_pitch)
                tau[leg] = torque if all(math.isfinite(x) for x in torque) else 0.0
        return tau
