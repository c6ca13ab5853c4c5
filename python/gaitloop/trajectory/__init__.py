"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

from .._core import GaitReference
from ._fit import Fit, Rejected
from ._generator import GaitGenerator, GaitState
from ._movement import MinimumJerk, Quintic
from ._pattern import GaitPattern
from ._shape import Description, Difference
from ._shape_sources import LimbComplement

__all__ = [
    "Description",
    "Difference",
    "Fit",
    "GaitGenerator",
    "GaitPattern",
    "GaitReference",
    "GaitState",
    "LimbComplement",
    "MinimumJerk",
    "Quintic",
    "Rejected",
]
