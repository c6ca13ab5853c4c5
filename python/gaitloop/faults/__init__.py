"""Fault injection: thousands of faults on simulated people who walk, judged by code that the guard has no part in."""

from __future__ import annotations

from ._campaign import Campaign, Case
from ._classes import CLASSES, DeviceClass
from ._command import add_arguments, command
from ._judge import OUTCOMES, OUTPUTS, Judge, Verdict
from ._nominal import Nominal, walk_nominally
from ._report import summarise, table
from ._rows import ROWS, Row

__all__ = [
    "CLASSES",
    "OUTCOMES",
    "OUTPUTS",
    "ROWS",
    "Campaign",
    "Case",
    "DeviceClass",
    "Judge",
    "Nominal",
    "Row",
    "Verdict",
    "add_arguments",
    "command",
    "summarise",
    "table",
    "walk_nominally",
]
