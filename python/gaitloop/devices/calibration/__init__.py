"""Calibrations: what was found on one device, sealed, and applied to its profile only."""

from __future__ import annotations

from ._model import Calibration, JointCalibration, LegCalibration
from ._text import load_calibration, save_calibration

__all__ = ["Calibration", "JointCalibration", "LegCalibration", "load_calibration", "save_calibration"]
