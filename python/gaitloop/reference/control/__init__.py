"""Section 6: the laws inside the cycle."""

from .amplification import ErrorAmplification
from .compensation import Compensation, MotorTorque, segment_gravity
from .complement import Complement, ComplementaryMotion
from .foot_lift import FootLift, FootLiftOutput
from .force_field import ForceField
from .gravity import LegGravity
from .guidance import SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .nearest import Nearest
from .path import PathControl, PathTorque
from .plate import FootPlate, PlateForce, plate_path
from .resistance import ChallengeTorque, Resistance
from .torque_profile import ProportionalMoment, ProportionalTorque, SplineProfile

__all__ = [
    "SUBTASKS",
    "ChallengeTorque",
    "Compensation",
    "Complement",
    "ComplementaryMotion",
    "ErrorAmplification",
    "FootLift",
    "FootLiftOutput",
    "FootPlate",
    "ForceField",
    "Impedance",
    "LegGravity",
    "MotorTorque",
    "Nearest",
    "PathControl",
    "PathTorque",
    "PlateForce",
    "ProportionalMoment",
    "ProportionalTorque",
    "Resistance",
    "SplineProfile",
    "guidance",
    "plate_path",
    "segment_gravity",
    "swing_window",
    "window",
]
