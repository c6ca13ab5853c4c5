"""Section 3: the gait reference, its changes, and movement between states."""

from .generator import GaitGenerator
from .movement import MinimumJerk, Quintic
from .pattern import GaitPattern, Reference
from .request import GeneratorState

__all__ = ["GaitGenerator", "GaitPattern", "GeneratorState", "MinimumJerk", "Quintic", "Reference"]
