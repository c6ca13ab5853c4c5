"""Sessions: a plan is run, recorded, read back and replayed.

Names are imported when they are first used, so that `import gaitloop` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .digest import Digest, Outcome
    from .live import LiveRecorder
    from .plan import Plan, demo_plan
    from .reader import Reader
    from .record import Recorder
    from .runner import run_demo, simulate

__all__ = ["Digest", "LiveRecorder", "Outcome", "Plan", "Reader", "Recorder", "demo_plan", "run_demo", "simulate"]

_HOMES = {
    "Digest": "digest",
    "LiveRecorder": "live",
    "Outcome": "digest",
    "Plan": "plan",
    "Reader": "reader",
    "Recorder": "record",
    "demo_plan": "plan",
    "run_demo": "runner",
    "simulate": "runner",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
