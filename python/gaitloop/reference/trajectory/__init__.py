"""Section 3: the gait reference and movement between states."""

from .movement import MinimumJerk
from .pattern import GaitPattern, Reference

__all__ = ["GaitPattern", "MinimumJerk", "Reference"]
