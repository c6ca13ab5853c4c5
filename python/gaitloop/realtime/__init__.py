"""A loop that keeps its rate beside a busy interpreter, and says so when it does not."""

from __future__ import annotations

from gaitloop._core import POLICIES, QUANTILES, RATES

from ._device import PlantDevice
from ._loop import Loop
from ._measure import Measurement, measure_wakeups, probe_privileges
from ._pacer import Pacer
from ._privileges import Privilege, Privileges, RealTimeWarning
from ._statistics import Distribution, Statistics

__all__ = [
    "POLICIES",
    "QUANTILES",
    "RATES",
    "Distribution",
    "Loop",
    "Measurement",
    "Pacer",
    "PlantDevice",
    "Privilege",
    "Privileges",
    "RealTimeWarning",
    "Statistics",
    "measure_wakeups",
    "probe_privileges",
]
