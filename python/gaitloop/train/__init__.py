"""`gaitloop train`: a session led by keys, lines, signals and a remote, on the simulated device or on drives."""

from __future__ import annotations

from ._command import add_arguments, command
from ._drives import fit_programme

__all__ = ["add_arguments", "command", "fit_programme"]
