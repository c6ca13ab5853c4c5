"""Evaluation of references, one phase and many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from gaitloop import trajectory
from gaitloop.reference import trajectory as reference

MODULES = {"rust": trajectory, "reference": reference}
MANY = 100_000


class ScipyPattern:
    """Six joints by `scipy.interpolate.CubicSpline`, the right side half a cycle later."""

    def __init__(self, pattern):
        phase = np.arange(129) / 128
        angles = pattern.evaluate(phase)[0][:, :3]
        angles[-1] = angles[0]
        self.spline = CubicSpline(phase, angles, bc_type="periodic")
        self.rate = pattern.stride_rate

    def evaluate(self, phase, phase_rate=None, out=None):
        both = np.stack([np.asarray(phase) % 1.0, (np.asarray(phase) + 0.5) % 1.0], axis=-1)
        return tuple((self.spline(both, order) * self.rate**order).reshape(*np.shape(phase), 6) for order in range(3))


def pattern_of(implementation):
    if implementation == "scipy":
        return ScipyPattern(trajectory.GaitPattern.koopman(0.8, 1.72))
    return MODULES[implementation].GaitPattern.koopman(0.8, 1.72)


@pytest.mark.benchmark(group="trajectory/evaluate/1")
@pytest.mark.parametrize("implementation", ["rust", "reference", "scipy"])
def bench_trajectory_evaluate(benchmark, implementation):
    pattern = pattern_of(implementation)
    out = np.empty((3, 6)) if implementation == "rust" else None
    benchmark(pattern.evaluate, 0.3, None, out)


@pytest.mark.benchmark(group=f"trajectory/evaluate/{MANY}")
@pytest.mark.parametrize("implementation", ["rust", "reference", "scipy"])
def bench_trajectory_evaluate_many(benchmark, implementation):
    pattern, phase = pattern_of(implementation), np.linspace(0, 50, MANY)
    out = tuple(np.empty((MANY, 6)) for _ in range(3)) if implementation == "rust" else None
    benchmark.pedantic(pattern.evaluate, args=(phase, None, out), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="trajectory/koopman/1")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_koopman(benchmark, implementation):
    benchmark.pedantic(MODULES[implementation].GaitPattern.koopman, args=(0.8, 1.72), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group=f"trajectory/minimum_jerk/{MANY}")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_minimum_jerk(benchmark, implementation):
    movement = MODULES[implementation].MinimumJerk(0.0, 1.0, 2.0)
    t = np.linspace(-0.1, 2.1, MANY)
    out = tuple(np.empty(MANY) for _ in range(3)) if implementation == "rust" else None
    benchmark.pedantic(movement.evaluate, args=(t, out), rounds=5, warmup_rounds=1)
