"""Recordings of people: a folder with `meta.json`, signals as gzipped CSV, and events.

Everything is checked at the door. What cannot be trusted (no sample, time that stands or runs back, gaps, a wrong
rate, cells that are no numbers) is refused with the file, the column and the row.
"""

from __future__ import annotations

from .diagnosis import check, refuse_errors
from .events import KINDS, Event, Events
from .finding import Finding
from .folder import SIGNALS, load
from .model import Recording, Signal, Window
from .sensors import SENSORS

__all__ = [
    "KINDS",
    "SENSORS",
    "SIGNALS",
    "Event",
    "Events",
    "Finding",
    "Recording",
    "Signal",
    "Window",
    "check",
    "load",
    "refuse_errors",
]
