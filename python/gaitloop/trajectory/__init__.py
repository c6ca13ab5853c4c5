"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

from ._fit import Fit, Rejected
from ._movement import MinimumJerk
from ._pattern import GaitPattern

__all__ = ["Fit", "GaitPattern", "MinimumJerk", "Rejected"]
