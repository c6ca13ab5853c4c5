"""Requested torque from state and reference: one law per file."""

from .._core import SUBTASKS
from ._compensation import Compensation, MotorTorque, segment_gravity
from ._foot_lift import FootLift, FootLiftOutput
from ._gravity import LegGravity
from ._guidance import guidance, swing_window
from ._identification import Identified, identify_compensation, weigh_leg
from ._impedance import Impedance
from ._plate import FootPlate, PlateForce, plate_path
from ._torque_profile import ProportionalMoment, ProportionalTorque, SplineProfile

__all__ = [
    "SUBTASKS",
    "Compensation",
    "FootLift",
    "FootLiftOutput",
    "FootPlate",
    "Identified",
    "Impedance",
    "LegGravity",
    "MotorTorque",
    "PlateForce",
    "ProportionalMoment",
    "ProportionalTorque",
    "SplineProfile",
    "guidance",
    "identify_compensation",
    "plate_path",
    "segment_gravity",
    "swing_window",
    "weigh_leg",
]
