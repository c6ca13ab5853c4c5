"""`gaitloop analyze` and `gaitloop events`: from a recording to events, strides, a summary and pictures."""

from __future__ import annotations

from .command import add_arguments, command
from .kinematics import cycles, joint_angles, marker_angles
from .norm import norm_band
from .picture import draw
from .sides import draw_angles, draw_symmetry
from .study import Analysis, analyze
from .summary import SideSummary, Summary

__all__ = [
    "Analysis",
    "SideSummary",
    "Summary",
    "add_arguments",
    "analyze",
    "command",
    "cycles",
    "draw",
    "draw_angles",
    "draw_symmetry",
    "joint_angles",
    "marker_angles",
    "norm_band",
]
