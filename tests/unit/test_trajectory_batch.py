"""Many phases at once have the bits of one phase at a time, in whatever array they are asked for."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.trajectory import GaitPattern

SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -1e-17, 5e-324, 2.0**52, 2.0**52 - 0.5, 1e300, -1e300, np.nan, np.inf, -np.inf]


def numbers(seed, size=500):
    """Special numbers, any bits, and numbers near a few cycles."""
    rng = np.random.default_rng(seed)
    any_bits = rng.integers(0, 2**64, size, dtype=np.uint64).view(np.float64)
    return rng.permutation(np.concatenate([SPECIAL, any_bits, rng.uniform(-3.0, 3.0, size)]))


def same_bits(got, want):
    for x, y in zip(got, want, strict=True):
        assert np.ascontiguousarray(x).tobytes() == np.ascontiguousarray(y).tobytes()


@pytest.fixture(scope="module")
def pattern():
    angles = np.sin(np.linspace(0, 2 * np.pi, 78))[:, None] * np.arange(1, 7) * 0.1
    return GaitPattern.from_table(angles, stride_time=1.1, offset=0.47)


def test_batch_is_repeated_single(pattern):
    phase, rate = numbers(0), numbers(1)
    own = np.stack([pattern.evaluate(float(p)) for p in phase], axis=1)
    given = np.stack([pattern.evaluate(float(p), float(r)) for p, r in zip(phase, rate, strict=True)], axis=1)
    same_bits(pattern.evaluate(phase), own)
    same_bits(pattern.evaluate(phase, rate), given)


def test_batch_of_sides_is_repeated_single(pattern):
    phases, rates, accels = (np.stack([numbers(k), numbers(k + 9)], axis=1) for k in range(3))
    rows = [pattern.evaluate_sides(*row) for row in zip(phases, rates, accels, strict=True)]
    same_bits(pattern.evaluate_sides(phases, rates, accels), np.stack(rows, axis=1))
    own = np.stack([pattern.evaluate_sides(row) for row in phases], axis=1)
    same_bits(pattern.evaluate_sides(phases), own)


@pytest.mark.parametrize("shift", [0, 1, 2, 5])
def test_large_results_do_not_depend_on_where_they_are_written(pattern, shift):
    """Results of 8 MiB and more are stored past the caches where their rows can be brought onto cache lines."""
    phase = np.random.default_rng(3).uniform(-2.0, 2.0, 61_001)
    want = [np.concatenate(parts) for parts in zip(*map(pattern.evaluate, np.array_split(phase, 7)), strict=True)]
    out = np.empty(3 * phase.size * 6 + 8)[shift:][: 3 * phase.size * 6].reshape(3, phase.size, 6)
    same_bits(pattern.evaluate(phase, out=out), want)
