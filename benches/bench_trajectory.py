"""Evaluation of references, one phase and many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from gaitloop import trajectory
from gaitloop.reference import trajectory as reference

MODULES = {"rust": trajectory, "reference": reference}
MANY = 1_000_000


class ScipyPattern:
    """Six joints by one `scipy.interpolate.CubicSpline`: the right side's knots are the left's, half a cycle on."""

    def __init__(self, pattern):
        phase = np.arange(129) / 128
        angles = pattern.evaluate(phase)[0]
        angles[-1] = angles[0]
        self.spline = CubicSpline(phase, angles, bc_type="periodic")
        self.rate = pattern.stride_rate

    def evaluate(self, phase, phase_rate=None, out=None):
        phase = phase % 1.0
        return (
            self.spline(phase),
            self.spline(phase, 1) * self.rate,
            self.spline(phase, 2) * (self.rate * self.rate),
        )


def spline_rows(pieces, offset, rate, phases, q, dq, ddq):
    """Periodic cubics of three joints for both legs, into rows of six; numba compiles it."""
    n = pieces.shape[0]
    first, second = rate * n, (rate * n) * (rate * n)
    for i in range(phases.shape[0]):
        for side in range(2):
            x = phases[i] + side * offset
            x = (x - np.floor(x)) * n
            j = min(int(x), n - 1)
            u = x - j
            for k in range(3):
                a, b, c, d = pieces[j, 0, k], pieces[j, 1, k], pieces[j, 2, k], pieces[j, 3, k]
                q[i, 3 * side + k] = a + u * (b + u * (c + u * d))
                dq[i, 3 * side + k] = first * (b + u * (2.0 * c + u * 3.0 * d))
                ddq[i, 3 * side + k] = second * (2.0 * c + u * 6.0 * d)


def spline_columns(pieces, offset, rate, phases, q, dq, ddq):
    """`spline_rows` into one row per joint."""
    n = pieces.shape[0]
    first, second = rate * n, (rate * n) * (rate * n)
    for i in range(phases.shape[0]):
        for side in range(2):
            x = phases[i] + side * offset
            x = (x - np.floor(x)) * n
            j = min(int(x), n - 1)
            u = x - j
            for k in range(3):
                a, b, c, d = pieces[j, 0, k], pieces[j, 1, k], pieces[j, 2, k], pieces[j, 3, k]
                q[3 * side + k, i] = a + u * (b + u * (c + u * d))
                dq[3 * side + k, i] = first * (b + u * (2.0 * c + u * 3.0 * d))
                ddq[3 * side + k, i] = second * (2.0 * c + u * 6.0 * d)


class NumbaPattern:
    """The same splines in a compiled loop, `(T, 6)` as ours or `(6, T)`."""

    def __init__(self, pattern, run):
        import numba  # takes a second that the other benches need not wait for

        knots = ScipyPattern(pattern).spline.c[::-1, :, :3] * (1 / 128) ** np.arange(4.0)[:, None, None]
        self.pieces = np.ascontiguousarray(np.moveaxis(knots, 1, 0))
        self.offset, self.rate = pattern.offset, pattern.stride_rate
        self.run = numba.njit(run, cache=True)

    def evaluate(self, phase, phase_rate=None, out=None):
        self.run(self.pieces, self.offset, self.rate, phase, *out)
        return out


def pattern_of(implementation):
    if implementation in MODULES:
        return MODULES[implementation].GaitPattern.koopman(0.8, 1.72)
    pattern = trajectory.GaitPattern.koopman(0.8, 1.72)
    peers = {"scipy": ScipyPattern}
    peers["numba"] = lambda pattern: NumbaPattern(pattern, spline_rows)
    peers["numba_columns"] = lambda pattern: NumbaPattern(pattern, spline_columns)
    return peers[implementation](pattern)


@pytest.mark.parametrize("peer", ["scipy", "numba", "numba_columns"])
def bench_trajectory_peers_do_the_same_work(peer):
    phase = np.linspace(-1.3, 4.0, 1001)
    shape = (3, 6, 1001) if peer == "numba_columns" else (3, 1001, 6)
    got = np.asarray(pattern_of(peer).evaluate(phase, None, np.empty(shape)))
    got = got.swapaxes(1, 2) if peer == "numba_columns" else got
    want = np.asarray(pattern_of("rust").evaluate(phase))
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


@pytest.mark.benchmark(group="trajectory/evaluate/1")
@pytest.mark.parametrize("implementation", ["rust", "reference", "scipy"])
def bench_trajectory_evaluate(benchmark, implementation):
    pattern = pattern_of(implementation)
    out = np.empty((3, 6)) if implementation == "rust" else None
    benchmark(pattern.evaluate, 0.3, None, out)


@pytest.mark.benchmark(group=f"trajectory/evaluate/{MANY}")
@pytest.mark.parametrize("implementation", ["rust", "reference", "scipy", "numba", "numba_columns"])
def bench_trajectory_evaluate_many(benchmark, implementation):
    pattern, phase = pattern_of(implementation), np.linspace(0, 50, MANY)
    shape = (6, MANY) if implementation == "numba_columns" else (MANY, 6)
    out = tuple(np.empty(shape) for _ in range(3)) if implementation.startswith(("rust", "numba")) else None
    rounds = 5 if out is None else 80  # as long as the slow ones, so that all see the same machine
    benchmark.pedantic(pattern.evaluate, args=(phase, None, out), rounds=rounds, warmup_rounds=1)


@pytest.mark.benchmark(group="trajectory/koopman/1")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_koopman(benchmark, implementation):
    benchmark.pedantic(MODULES[implementation].GaitPattern.koopman, args=(0.8, 1.72), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="trajectory/minimum_jerk/1")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_minimum_jerk(benchmark, implementation):
    movement = MODULES[implementation].MinimumJerk(0.0, 1.0, 2.0)
    benchmark(movement.evaluate, 0.7)


@pytest.mark.benchmark(group=f"trajectory/minimum_jerk/{MANY}")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_minimum_jerk_many(benchmark, implementation):
    movement = MODULES[implementation].MinimumJerk(0.0, 1.0, 2.0)
    t = np.linspace(-0.1, 2.1, MANY)
    out = tuple(np.zeros(MANY) for _ in range(3)) if implementation == "rust" else None
    benchmark.pedantic(movement.evaluate, args=(t, out), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="trajectory/generator/1000")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_generator(benchmark, implementation):
    """A second at 1 kHz of a change between two patterns."""
    module = MODULES[implementation]
    slow, fast = (module.GaitPattern.koopman(speed, 1.72) for speed in (0.6, 0.9))

    def walking():
        generator = module.GaitGenerator(
            max_velocity=[12.0] * 3,
            max_acceleration=[400.0] * 3,
            max_jerk=[3e4] * 3,
            lower=[-1.0] * 3,
            upper=[2.0] * 3,
        )
        generator.catch(np.zeros(6), np.zeros(6), pattern=slow)
        generator.walk(fast)
        return (generator,), {}

    def second(generator):
        for _ in range(1000):
            generator.step(1e-3)

    benchmark.pedantic(second, setup=walking, rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="trajectory/adjust/1")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trajectory_adjust(benchmark, implementation):
    pattern = MODULES[implementation].GaitPattern.koopman(0.8, 1.72)
    words = {"foot_clearance_cm": 3.0, "knee_range_deg": 62.0, "cadence": 95.0}
    motion = ([-0.8, -0.3, -0.9], [1.4, 2.0, 0.9])
    benchmark.pedantic(lambda: pattern.adjust(height=1.72, range_of_motion=motion, **words), rounds=3, warmup_rounds=1)
