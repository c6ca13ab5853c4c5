"""How a person walks when nobody helps."""

from __future__ import annotations

from typing import NamedTuple

from .._inputs import Array, to_number
from ..errors import ConfigError
from ._inputs import to_seed
from ._patient import Patient

_MOST_STRIDES = 200


class UnassistedGait(NamedTuple):
    """Gait without help, means over the strides; sides are left and right.

    Attributes
    ----------
    speed : float
        Belt speed [m/s]: the highest held, or the one asked for; 0 when it was not held.
    strides : int
        Strides walked at it [-].
    stance : ndarray of float, shape (2,)
        Share of the stride in which each foot is loaded and goes back with the belt [-].
    knee_peak : ndarray of float, shape (2,)
        Peak knee flexion in swing [rad].
    clearance : ndarray of float, shape (2,)
        Least height of the toe over the belt while it passes under the hip [m]; 0 or less where it drags.
    deviation : ndarray of float, shape (6,)
        Root mean square distance of each joint from healthy walking at the person's own phase [rad].
    torque : ndarray of float, shape (6,)
        Root mean square of the person's own torque [N·m].
    """

    speed: float
    strides: int
    stance: Array
    knee_peak: Array
    clearance: Array
    deviation: Array
    torque: Array


def unassisted_gait(
    patient: Patient, *, speed: float | None = None, strides: int = 20, seed: int = 0
) -> UnassistedGait:
    """Let a person walk in a transparent frame: no torque of the robot, no weight carried, no foot lifter.

    The frame guides the pelvis forward and in pitch, so balance cannot be lost sideways. A speed is held when the
    person stays up and both feet keep making contact, no later than 1.7 strides after their last.

    Parameters
    ----------
    patient : Patient
        The person.
    speed : float, optional
        Belt speed [m/s], 0.1 to 1.6; by default the belt goes up in steps of 0.05 from 0.1 while the person holds it.
    strides : int
        Strides to hold a speed for [-], 1 to 200.
    seed : int
        Where stride-to-stride variability comes from [-], 0 to 2**64 - 1.

    Returns
    -------
    UnassistedGait
        Means over the strides at that speed.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """
    if isinstance(strides, bool) or not isinstance(strides, int) or not 1 <= strides <= _MOST_STRIDES:
        raise ConfigError(f"strides must lie in [1, {_MOST_STRIDES}], got {strides!r}")
    asked = None if speed is None else to_number("speed", speed)
    return UnassistedGait(**patient.unassisted(asked, strides, to_seed(seed)))
