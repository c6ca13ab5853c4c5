"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

from .._core import GaitReference
from ._fit import Fit, Rejected
from ._generator import GaitGenerator, GaitState
from ._movement import MinimumJerk, Quintic
from ._pattern import GaitPattern

__all__ = ["Fit", "GaitGenerator", "GaitPattern", "GaitReference", "GaitState", "MinimumJerk", "Quintic", "Rejected"]
