"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

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
from ._movement import MinimumJerk
from ._pattern import GaitPattern

__all__ = [
    "BatchTrajectory",
    "ControlInterface",
    "DurationDiscretization",
    "GaitPattern",
    "InputParameter",
    "JerkLimited",
    "MinimumJerk",
    "OutputParameter",
    "Result",
    "Synchronization",
    "Trajectory",
]
