"""The compiled trajectories against their NumPy reference."""

from __future__ import annotations

from math import radians

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import trajectory
from gaitloop.errors import ConfigError
from gaitloop.reference import trajectory as reference

RTOL = 1e-12  # of the largest value of the result; the spline's second derivative is of order (samples)²

any_float = st.floats(width=64)
speeds, heights = st.floats(0.14, 1.4), st.floats(1.5, 2.0)
tables = st.integers(9, 60).flatmap(
    lambda n: arrays(np.float64, st.tuples(st.just(n), st.sampled_from([3, 6])), elements=st.floats(-2.9, 2.9))
)


def assert_same(got, want, scale=1.0):
    for g, w in zip(got, want, strict=True):
        assert np.shape(g) == np.shape(w)
        np.testing.assert_allclose(g, w, rtol=0, atol=RTOL * scale * max(1.0, float(np.abs(w).max(initial=0.0))))


@given(speed=speeds, height=heights, tilt=st.floats(-0.5, 0.5), phase=arrays(np.float64, 20, elements=any_float))
def test_koopman(speed, height, tilt, phase):
    got, want = (m.GaitPattern.koopman(speed, height, pelvic_tilt=tilt) for m in (trajectory, reference))
    for name in ("stride_rate", "published_stride_rate", "speed", "offset"):
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=RTOL)
    assert_same(got.evaluate(phase), want.evaluate(phase), scale=10)
    assert got.foot_clearance(height) == pytest.approx(want.foot_clearance(height), abs=RTOL)


@given(speed=speeds, height=heights, clearance=st.floats(0.0, 0.15))
def test_koopman_with_clearance(speed, height, clearance):
    results = []
    for module in (trajectory, reference):
        try:
            pattern = module.GaitPattern.koopman(speed, height, foot_clearance=clearance)
            results.append(pattern.evaluate(np.linspace(0, 1, 50)))
        except ConfigError as error:
            results.append(str(error).split()[0])
    if isinstance(results[0], str):
        assert results == ["foot_clearance", "foot_clearance"]
    else:
        # Bisection ends within 1e-13 of the lift; where clearance hardly depends on it, both roots are as good.
        assert_same(*results, scale=1e3)


@given(
    table=tables, stride_time=st.floats(0.3, 10), offset=st.floats(0, 1), closing=st.floats(0.01, 0.5), data=st.data()
)
def test_from_table(table, stride_time, offset, closing, data):
    table[-1] = table[0] + data.draw(arrays(np.float64, table.shape[1], elements=st.floats(-0.09, 0.09)))
    assume(np.abs(table).max() <= 3)
    got, want = (
        m.GaitPattern.from_table(table, stride_time=stride_time, offset=offset, closing=closing)
        for m in (trajectory, reference)
    )
    phase = data.draw(arrays(np.float64, 10, elements=st.floats(-3, 3)))
    rate = data.draw(arrays(np.float64, 10, elements=any_float))
    assert_same(got.evaluate(phase, rate), want.evaluate(phase, rate), scale=100)
    height = data.draw(st.floats(1.0, 2.3))
    assert got.foot_clearance(height) == pytest.approx(want.foot_clearance(height), abs=1e-11)


@given(values=arrays(np.float64, (3, 7, 2), elements=any_float))
def test_evaluate_sides_with_anything(values):
    got, want = (m.GaitPattern.koopman(0.8, 1.72) for m in (trajectory, reference))
    results = got.evaluate_sides(*values)
    assert all(np.isfinite(x).all() for x in results)
    assert_same(results, want.evaluate_sides(*values), scale=10)
    assert_same(got.evaluate_sides(values[0]), want.evaluate_sides(values[0]), scale=10)


def test_one_phase_is_a_row_of_many():
    pattern = trajectory.GaitPattern.koopman(0.8, 1.72)
    phase, rate = np.linspace(-1, 2, 31), np.linspace(0, 2, 31)
    many = pattern.evaluate(phase, rate)
    for i in range(phase.size):
        for one, rows in zip(pattern.evaluate(float(phase[i]), float(rate[i])), many, strict=True):
            np.testing.assert_array_equal(one, rows[i])


@given(
    ends=arrays(np.float64, (2, 3), elements=st.floats(-1e6, 1e6)),
    duration=st.floats(1e-3, 1e4),
    t=arrays(np.float64, 9, elements=any_float),
)
def test_minimum_jerk(ends, duration, t):
    got, want = (m.MinimumJerk(*ends, duration) for m in (trajectory, reference))
    times = np.concatenate([t, duration * np.linspace(-0.1, 1.1, 13)])
    distance = float(np.abs(ends[1] - ends[0]).max())
    for k, (g, w) in enumerate(zip(got.evaluate(times), want.evaluate(times), strict=True)):
        np.testing.assert_allclose(g, w, rtol=0, atol=1e-12 * max(1.0, np.abs(ends).max(), 60 * distance / duration**k))


def test_default_tilt_is_eight_degrees_in_both():
    for module in (trajectory, reference):
        plain, upright = (module.GaitPattern.koopman(0.8, 1.72, **k) for k in ({}, {"pelvic_tilt": radians(8)}))
        np.testing.assert_array_equal(plain.evaluate(0.2)[0], upright.evaluate(0.2)[0])
