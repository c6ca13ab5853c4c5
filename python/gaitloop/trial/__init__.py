"""A virtual trial: do simulated people train as the papers report? No proof of therapy."""

from __future__ import annotations

from ._command import add_arguments, command
from ._result import Direction, TrialResult
from ._study import ARMS, Trial

__all__ = ["ARMS", "Direction", "Trial", "TrialResult", "add_arguments", "command"]
