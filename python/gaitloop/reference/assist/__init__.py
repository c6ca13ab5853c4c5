"""Section 9: how the support of each subtask follows the errors of each stride."""

from .band import BandLaw
from .catch import CatchTrials, Reliance
from .forgetting import ForgettingLaw
from .intensity import Intensity, IntensityGovernor, IntensityMode
from .iterative import IterativeLearning
from .law import SUBTASK_COUNT
from .learner import HalfLives, half_lives
from .model_based import ModelBased
from .override import Override, core_units
from .schedule import Goal, Schedule
from .staircase import Staircase

__all__ = [
    "SUBTASK_COUNT",
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
    "core_units",
    "half_lives",
]
