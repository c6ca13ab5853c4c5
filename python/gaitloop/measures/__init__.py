"""Measures of strides: online while they happen, and of all strides of a recording."""

from __future__ import annotations

from .._core import STRIDE_COLUMNS, FootStep, JointWork, KeyAngles, StrideDetails, StrideMeasures
from .batch import stride_measures
from .figures import (
    MINIMUM_STRIDES,
    SagittalProfile,
    Variability,
    adult_angles,
    harmonic_ratio,
    margin_of_stability,
    robot_work,
    sagittal_gps,
    stride_symmetry,
    symmetry,
    variability,
)
from .foot import FootMeter, FootPath, foot_trajectory
from .meter import StrideMeter
from .table import StrideTable, StrideTables

__all__ = [
    "MINIMUM_STRIDES",
    "STRIDE_COLUMNS",
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
