"""Phase: one tick, and a recording."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core

ROOMS = {"rust": lambda: _core, "reference": lambda: import_module("gaitloop.reference.phase")}


@pytest.mark.parametrize("which", ROOMS)
def bench_phase_step(benchmark, which):
    benchmark.group = "phase/step/2"
    estimator = ROOMS[which]().PhaseEstimator()
    benchmark(estimator.step, np.array([np.nan, 0.01]), 0.8, 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_phase_run(benchmark, which):
    benchmark.group = "phase/run/1000"
    estimator = ROOMS[which]().PhaseEstimator()
    age = np.full((1000, 2), np.nan)
    age[100::600] = 0.01
    benchmark(estimator.run, age, np.full(1000, 0.8), 0.001)
