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


def walk():
    """A minute at 100 Hz: two feet, 50 strides each."""
    rng = np.random.default_rng(1)
    time = (1.2 * np.arange(50)[:, None] + [0.0, 0.12, 0.6, 0.72]).ravel()
    events = SimpleNamespace(side=np.tile([0, 1, 1, 0], 50), kind=np.tile([0, 1, 0, 1], 50), time=time)
    t = np.arange(6000) * 0.01
    angle = 2.0 * np.pi * t / 1.2
    still = np.stack([(angle / (2.0 * np.pi) - shift) % 1.0 < 0.6 for shift in (0.0, 0.5)], axis=1)[..., None]
    swing = rng.normal(0.0, 0.1, (6000, 2, 6)) + np.sin(angle)[:, None, None] * np.repeat([4.0, 1.0], 3)
    imu = np.where(still, 0.02 * swing, swing) + np.array([1.0, -2.0, 9.5, 0.0, 0.0, 0.0])
    six, sine = np.tile(np.sin(angle)[:, None], 6), np.sin(angle)[:, None]
    markers = 0.2 * np.sin(angle)[:, None, None] + np.array([1.1, 0.0, 0.0]) * t[:, None, None] + np.zeros((6000, 5, 3))
    trunk = np.hstack([sine, np.sin(0.5 + angle)[:, None], np.sin(2.0 * angle)[:, None]])
    return events, {
        "angles": {"angles": (t, 0.3 * six), "height": 1.75},
        "forces": {"forces": (t, 400.0 + 300.0 * six[:, :2]), "mass": 75.0},
        "markers": {"markers": (t, markers), "height": 1.75},
        "foot_imu": {"foot_imu": (t, imu)},
        "trunk": {"trunk": (t, trunk)},
        "torques": {"torques": (t, six, 2.0 * six, 0.5 * six)},
    }


@pytest.mark.parametrize("what", ["angles", "forces", "markers", "foot_imu", "trunk", "torques"])
@pytest.mark.parametrize("which", ROOMS)
def bench_measures_table(benchmark, which, what):
    benchmark.group = f"measures/{what}/100x120"
    events, inputs = walk()
    benchmark.pedantic(ROOMS[which]().stride_measures, (events,), inputs[what], rounds=5)


@pytest.mark.parametrize("which", ROOMS)
def bench_measures_foot(benchmark, which):
    benchmark.group = "measures/foot/120"
    _, inputs = walk()
    time, imu = inputs["foot_imu"]["foot_imu"]
    benchmark(ROOMS[which]().foot_trajectory, time, imu[:, 0].copy(), (12.0, 12.72), (13.2, 13.92))


@pytest.mark.parametrize("which", ROOMS)
def bench_measures_variability(benchmark, which):
    benchmark.group = "measures/variability/1000"
    benchmark(ROOMS[which]().variability, np.random.default_rng(1).normal(1.2, 0.02, 1000))
