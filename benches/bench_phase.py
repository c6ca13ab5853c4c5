"""Phase: one tick, and a recording, without and with a movement to follow."""

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


@pytest.mark.parametrize("which", ROOMS)
def bench_phase_follow(benchmark, which):
    benchmark.group = "phase/follow/1000"
    estimator = ROOMS[which]().PhaseEstimator()
    t = np.arange(5000) * 0.01
    age = np.full((5000, 2), np.nan)
    age[110::110, 0] = age[165::110, 1] = 0.02
    motion = np.stack([np.cos(2.0 * np.pi * t / 1.1), -np.cos(2.0 * np.pi * t / 1.1)], 1)
    estimator.run(age[:1100], np.full(1100, 0.9), 0.01, motion[:1100])
    benchmark(estimator.run, age[1100:2100], np.full(1000, 0.9), 0.01, motion[1100:2100])
