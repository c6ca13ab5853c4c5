"""Measures: one tick of a stride, and all strides of a recording of a minute."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop import measures

ROOMS = {"rust": lambda: measures, "reference": lambda: import_module("gaitloop.reference.measures")}
TICK = {"in_contact": (True, False), "q": np.full(6, 0.1), "q_ref": np.zeros(6), "phase": 0.3, "dt": 0.001}


@pytest.mark.parametrize("which", ROOMS)
def bench_measures_step(benchmark, which):
    benchmark.group = "measures/step/6"
    meter = ROOMS[which]().StrideMeter(0, 75.0, 1.75)
    meter.step(event=(0, 0), **TICK)
    benchmark(lambda: meter.step(event=None, other_contact=0, force=300.0, belt_speed=0.8, **TICK))


@pytest.mark.parametrize("which", ROOMS)
def bench_measures_batch(benchmark, which):
    benchmark.group = "measures/batch/60x100"
    time = (np.arange(60)[:, None] + [0.0, 0.1, 0.5, 0.6]).ravel()
    events = SimpleNamespace(side=np.tile([0, 1, 1, 0], 60), kind=np.tile([0, 1, 0, 1], 60), time=time)
    t = np.arange(6000) * 0.01
    angles, forces = (t, np.tile(np.sin(t)[:, None], 6)), (t, np.full((6000, 2), 400.0))
    benchmark.pedantic(ROOMS[which]().stride_measures, (events, angles, forces, 0.8), rounds=3)
