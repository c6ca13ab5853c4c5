"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

from .._core import GaitReference
from ._fit import Fit, Rejected
from ._generator import GaitGenerator, GaitState
from ._jerk_limited import (
    BatchTrajectory,
    ControlInterface,
    DurationDiscretization,
    InputParameter,
    JerkLimited,
    OutputParameter,
    Result,
    Synchronization,
    Trajectory,
)
from ._movement import MinimumJerk, Quintic
from ._pattern import GaitPattern
from ._shape import Description, Difference
from ._shape_sources import LimbComplement

__all__ = [
    "BatchTrajectory",
    "ControlInterface",
    "Description",
    "Difference",
    "DurationDiscretization",
    "Fit",
    "GaitGenerator",
    "GaitPattern",
    "GaitReference",
    "GaitState",
    "InputParameter",
    "JerkLimited",
    "LimbComplement",
    "MinimumJerk",
    "OutputParameter",
    "Quintic",
    "Rejected",
    "Result",
    "Synchronization",
    "Trajectory",
]
