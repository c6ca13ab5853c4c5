"""The therapist's plan: who trains, how, and over how many weeks, in a therapist's words and units.

Names are imported when they are first used, so that `import gaitloop` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .compare import differences
    from .plan import TherapyPlan
    from .rules import RULES, Figures, Rule
    from .words import describe
    from .write import new_text

__all__ = ["RULES", "Figures", "Rule", "TherapyPlan", "describe", "differences", "new_text"]

_HOMES = {
    "RULES": "rules",
    "Figures": "rules",
    "Rule": "rules",
    "TherapyPlan": "plan",
    "describe": "words",
    "differences": "compare",
    "new_text": "write",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
