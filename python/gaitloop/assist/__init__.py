"""Assist as needed: the errors of a stride give the support of the next, per side and subtask."""

from ._band import BandLaw
from ._catch import CatchTrials, Reliance
from ._forgetting import ForgettingLaw
from ._intensity import Intensity, IntensityGovernor, IntensityMode
from ._iterative import IterativeLearning
from ._learner import HalfLives, half_lives
from ._model_based import ModelBased
from ._override import Override
from ._schedule import Goal, Schedule
from ._staircase import Staircase

__all__ = [
    "BandLaw",
    "CatchTrials",
    "ForgettingLaw",
    "Goal",
    "HalfLives",
    "Intensity",
    "IntensityGovernor",
    "IntensityMode",
    "IterativeLearning",
    "ModelBased",
    "Override",
    "Reliance",
    "Schedule",
    "Staircase",
    "half_lives",
]
