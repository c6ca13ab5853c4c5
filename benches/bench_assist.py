"""Assist: the support after one stride."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core

ROOMS = {"rust": lambda: _core, "reference": lambda: import_module("gaitloop.reference.assist")}
ERRORS = np.array([0.1, 0.0, np.nan, 0.05, 0.08, np.nan, np.nan])
LIMITS = {"floor": 0.0, "ceiling": 1.0, "initial": 0.5}
BAND = {"lower": np.full(7, 0.04), "upper": np.full(7, 0.06), "step_up": 0.1, "step_down": 0.05, **LIMITS}
FORGETTING = {"forget": 0.9, "gain": 2.0, "dead_zone": np.full(7, 0.05), **LIMITS}


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_band(benchmark, which):
    benchmark.group = "assist/band/7"
    benchmark(ROOMS[which]().BandLaw(**BAND).update, 0, ERRORS)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_forgetting(benchmark, which):
    benchmark.group = "assist/forgetting/7"
    benchmark(ROOMS[which]().ForgettingLaw(**FORGETTING).update, 0, ERRORS)
