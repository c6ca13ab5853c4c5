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


ITERATIVE = {
    "bins": 50,
    "keep": 0.9,
    "lead": 0.02,
    "smoothing": 0.1,
    **dict.fromkeys(("gain", "bound"), np.full(6, 30.0)),
}
SPAN = {"q_min": np.full(6, -0.5), "q_max": np.full(6, 1.2)}
MODEL = {"phases": 12, "angles": 3, **SPAN, "slope": 5.0, "gain": np.full(6, 300.0), "forget_time": 3.0}
CATCH = {"period": 10, "seed": 1, "floor": np.zeros(7)}
STAIRS = {"target": 0.8, "step": 0.05, **LIMITS}
HEART = {"rest": 65.0, "max": 165.0, "lower": 0.4, "upper": 0.6, "limit": 140.0, "slowest": 0.2, "fastest": 1.2}
HEART |= {"initial": 0.6, "rate_up": 0.01, "rate_down": 0.05, "hold": 20.0}
PLAN = {"sessions": np.array([1.0, 12.0]), **dict.fromkeys(("support", "guidance", "speed"), np.array([0.5, 0.3]))}
PLAN |= {"duration": 1800.0, "warm_up": 300.0, "cool_down": 120.0, "start_share": 0.5, "guidance_floor": 0.2}
PLAN |= {"guidance_ease": 1e-4, "challenge_steps": 750.0, "challenge_ramp": 250.0}


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_iterative(benchmark, which):
    benchmark.group = "assist/iterative/tick"
    law, error = ROOMS[which]().IterativeLearning(**ITERATIVE), np.full(3, 0.1)

    def tick():
        law.observe(0, 0.3, error)
        law.torque(0, 0.3)

    benchmark(tick)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_model_based(benchmark, which):
    benchmark.group = "assist/model_based/6"
    law, zero, one = ROOMS[which]().ModelBased(**MODEL, bound=np.full(6, 30.0)), np.zeros(6), np.full(6, 0.1)
    benchmark(law.step, np.array([0.2, 0.7]), zero, zero, one, zero, 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_catch(benchmark, which):
    benchmark.group = "assist/catch/stride"
    law = ROOMS[which]().CatchTrials(**CATCH)

    def stride():
        law.begin(0)
        law.apply(0, ERRORS)
        law.close(0, ERRORS, True)

    benchmark(stride)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_override(benchmark, which):
    benchmark.group = "assist/override/7"
    law = ROOMS[which]().Override()
    law.set("all", "ceiling", 60.0)
    benchmark(law.apply, ERRORS)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_schedule(benchmark, which):
    benchmark.group = "assist/schedule/goal"
    benchmark(ROOMS[which]().Schedule(**PLAN).at, 4.0, 500.0, 800.0, 100.0)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_staircase(benchmark, which):
    benchmark.group = "assist/staircase/1"
    benchmark(ROOMS[which]().Staircase(**STAIRS).update, True)


@pytest.mark.parametrize("which", ROOMS)
def bench_assist_intensity(benchmark, which):
    benchmark.group = "assist/intensity/tick"
    benchmark(ROOMS[which]().IntensityGovernor(**HEART).step, 100.0, 0.5, 0.001)
