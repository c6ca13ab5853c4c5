"""Sessions: a plan is run, recorded, read back and replayed.

Names are imported when they are first used, so that `import gaitloop` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .beside import Sideways
    from .digest import Digest, Outcome
    from .live import LiveRecorder
    from .plan import Plan, demo_plan
    from .programme import Programme, Rules, Stage
    from .reader import Reader
    from .record import Recorder
    from .remote import Remote
    from .runner import run_demo, simulate
    from .session import Ending, Session

__all__ = [
    "Digest",
    "Ending",
    "LiveRecorder",
    "Outcome",
    "Plan",
    "Programme",
    "Reader",
    "Recorder",
    "Remote",
    "Rules",
    "Session",
    "Sideways",
    "Stage",
    "demo_plan",
    "run_demo",
    "simulate",
]

_HOMES = {
    "Digest": "digest",
    "Ending": "session",
    "LiveRecorder": "live",
    "Outcome": "digest",
    "Plan": "plan",
    "Programme": "programme",
    "Reader": "reader",
    "Recorder": "record",
    "Remote": "remote",
    "Rules": "programme",
    "Session": "session",
    "Sideways": "beside",
    "Stage": "programme",
    "demo_plan": "plan",
    "run_demo": "runner",
    "simulate": "runner",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
