"""Section 3: the gait reference, its changes, and movement between states."""

from .complement import LimbComplement
from .fit import Fit, Rejected
from .gait_pattern import GaitPattern
from .generator import GaitGenerator
from .movement import MinimumJerk, Quintic
from .pattern import Reference
from .player import GaitReference
from .request import GaitState
from .shape import Description, Difference

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
    "Reference",
    "Rejected",
]
