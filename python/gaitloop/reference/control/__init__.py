"""Section 6: the laws inside the cycle."""

from .compensation import Compensation, MotorTorque, segment_gravity
from .foot_lift import FootLift, FootLiftOutput
from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .plate import FootPlate, PlateForce, plate_path
from .torque_profile import ProportionalMoment, ProportionalTorque, SplineProfile

__all__ = [
    "SUBTASKS",
    "Compensation",
    "FootLift",
    "FootLiftOutput",
    "FootPlate",
    "Impedance",
    "LegGravity",
    "MotorTorque",
    "PlateForce",
    "ProportionalMoment",
    "ProportionalTorque",
    "SplineProfile",
    "guidance",
    "plate_path",
    "segment_gravity",
    "swing_window",
    "window",
]
