"""Reference trajectories: the gait cycle as six smooth periodic curves, and movement between states."""

from ._movement import MinimumJerk
from ._pattern import GaitPattern
from ._shape import Description, Difference
from ._shape_sources import LimbComplement

__all__ = ["Description", "Difference", "GaitPattern", "LimbComplement", "MinimumJerk"]
