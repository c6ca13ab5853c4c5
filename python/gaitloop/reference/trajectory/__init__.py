"""Section 3: the gait reference, its changes, and movement between states."""

from .fit import Fit, Rejected
from .gait_pattern import GaitPattern
from .generator import GaitGenerator
from .movement import MinimumJerk, Quintic
from .pattern import Reference
from .player import GaitReference
from .request import GaitState

__all__ = [
    "Fit",
    "GaitGenerator",
    "GaitPattern",
    "GaitReference",
    "GaitState",
    "MinimumJerk",
    "Quintic",
    "Reference",
    "Rejected",
]
