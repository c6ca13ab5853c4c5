"""Section 9: how the support of each subtask follows the errors of each stride."""

from .band import BandLaw
from .forgetting import ForgettingLaw
from .law import SUBTASK_COUNT

__all__ = ["SUBTASK_COUNT", "BandLaw", "ForgettingLaw"]
