"""Calibrations: what was found on one device, sealed, and applied to its profile only."""

from __future__ import annotations

from ._model import FRICTION_SPEED, SIDES, TERMS, Calibration, JointCalibration, LegCalibration, fits
from ._text import load_calibration, save_calibration, seal_of

__all__ = [
    "FRICTION_SPEED",
    "SIDES",
    "TERMS",
    "Calibration",
    "JointCalibration",
    "LegCalibration",
    "fits",
    "load_calibration",
    "save_calibration",
    "seal_of",
]
