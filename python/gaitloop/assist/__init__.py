"""Assist as needed: the errors of a stride give the support of the next, per side and subtask."""

from ._band import BandLaw
from ._forgetting import ForgettingLaw

__all__ = ["BandLaw", "ForgettingLaw"]
