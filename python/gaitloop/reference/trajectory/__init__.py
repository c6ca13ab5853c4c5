"""Section 3: the gait reference, its changes, and movement between states."""

from .generator import GaitGenerator
from .movement import MinimumJerk, Quintic
from .pattern import GaitPattern, Reference
from .player import GaitReference
from .request import GaitState

__all__ = ["GaitGenerator", "GaitPattern", "GaitReference", "GaitState", "MinimumJerk", "Quintic", "Reference"]
