"""The control core of robotic gait trainers.

Rooms are imported when first used, so `import gaitloop` costs little more than NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np  # noqa: F401  (the one run-time dependency fails here, by name, rather than in a room)

from ._core import JOINTS, SIDES, __version__

if TYPE_CHECKING:
    from . import (
        assist,
        control,
        errors,
        events,
        measures,
        phase,
        plant,
        realtime,
        recording,
        safety,
        simulation,
        trainer,
        trajectory,
    )
    from .recording import load
    from .session.runner import simulate
    from .simulation import Simulation
    from .trainer import Sample, Trainer, TrainerConfig

_MODULES = frozenset(
    {
        *("assist", "control", "errors", "events", "measures", "phase", "plant", "progress", "realtime", "recording"),
        *("reference", "safety", "session", "simulation", "trainer", "trajectory"),
    }
)
_NAMES = {
    "load": "recording",
    "simulate": "session.runner",
    "Simulation": "simulation",
    "Sample": "trainer",
    "Trainer": "trainer",
    "TrainerConfig": "trainer",
}

__all__ = [
    "JOINTS",
    "SIDES",
    "Sample",
    "Simulation",
    "Trainer",
    "TrainerConfig",
    "__version__",
    "assist",
    "control",
    "errors",
    "events",
    "load",
    "measures",
    "phase",
    "plant",
    "realtime",
    "recording",
    "safety",
    "simulate",
    "simulation",
    "trainer",
    "trajectory",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name in _NAMES:
        return getattr(import_module(f".{_NAMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
