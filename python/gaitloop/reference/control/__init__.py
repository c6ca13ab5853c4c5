"""Section 6: the laws inside the cycle."""

from .amplification import ErrorAmplification
from .body_weight import BodyWeightSupport, Support, SupportLaw
from .bumpless import Fade, Fader
from .compensation import Compensation, MotorTorque, segment_gravity
from .complement import Complement, ComplementaryMotion
from .foot_lift import FootLift, FootLiftOutput
from .force_field import ForceField
from .gravity import LegGravity
from .guidance import N_SAGITTAL_SUBTASKS, SUBTASKS, guidance, swing_window, window
from .impedance import Impedance
from .nearest import Nearest
from .observer import HumanTorque, HumanTorqueObserver
from .path import PathControl, PathTorque
from .plate import FootPlate, PlateForce, plate_path
from .resistance import ChallengeTorque, Resistance
from .torque_profile import ProportionalMoment, ProportionalTorque, SplineProfile

__all__ = [
    "N_SAGITTAL_SUBTASKS",
    "SUBTASKS",
    "BodyWeightSupport",
    "ChallengeTorque",
    "Compensation",
    "Complement",
    "ComplementaryMotion",
    "ErrorAmplification",
    "Fade",
    "Fader",
    "FootLift",
    "FootLiftOutput",
    "FootPlate",
    "ForceField",
    "HumanTorque",
    "HumanTorqueObserver",
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
    "Support",
    "SupportLaw",
    "guidance",
    "plate_path",
    "segment_gravity",
    "swing_window",
    "window",
]
