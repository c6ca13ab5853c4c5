"""Section 8: measures of strides, tick by tick and of a whole recording."""

from .batch import EventArrays, stride_measures
from .foot_path import FootMeter, FootPath, FootStep, foot_trajectory
from .meter import StrideDetails, StrideMeasures, StrideMeter
from .norms import adult_angles
from .profile import SagittalProfile, sagittal_gps
from .space import margin_of_stability
from .spread import MINIMUM_STRIDES, Variability, stride_symmetry, symmetry, variability
from .strides import StrideTable, StrideTables
from .tally import KeyAngles, Tally
from .trunk import harmonic_ratio
from .work import JointWork, robot_work

__all__ = [
    "MINIMUM_STRIDES",
    "EventArrays",
    "FootMeter",
    "FootPath",
    "FootStep",
    "JointWork",
    "KeyAngles",
    "SagittalProfile",
    "StrideDetails",
    "StrideMeasures",
    "StrideMeter",
    "StrideTable",
    "StrideTables",
    "Tally",
    "Variability",
    "adult_angles",
    "foot_trajectory",
    "harmonic_ratio",
    "margin_of_stability",
    "robot_work",
    "sagittal_gps",
    "stride_measures",
    "stride_symmetry",
    "symmetry",
    "variability",
]
