"""`gaitloop analyze` and `gaitloop events`: from a recording to events, strides, a summary and a picture."""

from __future__ import annotations

from .command import add_arguments, command
from .picture import draw
from .study import Analysis, SideSummary, Summary, analyze

__all__ = ["Analysis", "SideSummary", "Summary", "add_arguments", "analyze", "command", "draw"]
