"""Movement between two full states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.trajectory import MinimumJerk, Quintic

state = st.tuples(*[st.floats(-10, 10)] * 3)


@given(start=state, end=state, duration=st.floats(0.1, 10))
def test_begins_and_ends_in_the_states_given(start, end, duration):
    movement = Quintic(start, end, duration)
    for t, want in ((0.0, start), (-1.0, start), (np.nan, start), (duration, end), (duration + 3, end)):
        np.testing.assert_array_equal(movement.evaluate(t), want)
    size = 100 * (1 + 1 / duration**2) * (1 + duration**2)
    for t, want in ((1e-9 * duration, start), ((1 - 1e-9) * duration, end)):
        np.testing.assert_allclose(movement.evaluate(t), want, rtol=0, atol=1e-7 * size)


@given(start=state, end=state, duration=st.floats(0.1, 10))
def test_turned_round_it_is_the_same_movement(start, end, duration):
    t = np.linspace(0.01, 0.99, 15) * duration
    there = np.array(Quintic(start, end, duration).evaluate(t))
    flip = np.array([1.0, -1.0, 1.0])
    back = np.array(Quintic(flip * end, flip * start, duration).evaluate(duration - t))
    np.testing.assert_allclose(back * flip[:, None], there, rtol=1e-9, atol=1e-8 * (1 + 1 / duration**2))


def test_velocity_and_acceleration_are_the_derivatives():
    movement = Quintic((0.1, -2.0, 3.0), (1.0, 0.5, -1.0), 1.3)
    t, h = np.linspace(0.01, 1.29, 50), 1e-6
    before, now, after = (movement.evaluate(x) for x in (t - h, t, t + h))
    np.testing.assert_allclose((after[0] - before[0]) / (2 * h), now[1], atol=1e-8)
    np.testing.assert_allclose((after[1] - before[1]) / (2 * h), now[2], atol=1e-7)


def test_rest_to_rest_is_minimum_jerk():
    t = np.linspace(-0.5, 2.5, 61)
    got = Quintic(([0.0, 1.0], 0.0, 0.0), ([1.0, -2.0], 0.0, 0.0), 2.0).evaluate(t)
    np.testing.assert_allclose(got, MinimumJerk([0.0, 1.0], [1.0, -2.0], 2.0).evaluate(t), atol=1e-12)


def test_golden_value_by_hand():
    # q = 1 + t - 3 t³ + 2 t⁵ at t = 0.5: 1 + 0.5 - 0.375 + 0.0625; dq = 1 - 9 t² + 10 t⁴; ddq = -18 t + 40 t³.
    movement = Quintic((1.0, 1.0, 0.0), (1.0, 2.0, 22.0), 1.0)
    np.testing.assert_allclose(movement.evaluate(0.5), [1.1875, -0.625, -4.0], atol=1e-14)


@pytest.mark.parametrize(("t", "shape"), [(0.2, ()), ([0.1, 0.2], (2,))])
@pytest.mark.parametrize(("q", "width"), [(1.0, ()), ([1.0, 2.0, 3.0], (3,))])
def test_shapes_and_out(t, shape, q, width):
    movement = Quintic((0.0, 0.5, 0.0), (q, 0.0, 0.0), 1.0)
    got = movement.evaluate(t)
    assert [x.shape for x in got] == [shape + width] * 3
    out = np.empty((3, *shape, *width))
    assert movement.evaluate(t, out) is out
    np.testing.assert_array_equal(out, got)


@pytest.mark.parametrize(
    ("start", "end", "duration", "message"),
    [
        ((0.0, np.nan, 0.0), (0.0, 0.0, 0.0), 1.0, r"^start must lie in \[-1000000, 1000000\], got NaN at index 1"),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 2e6), 1.0, "^end must lie in"),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, "^duration must lie in"),
        ((0.0, 0.0), (0.0, 0.0, 0.0), 1.0, "^start must be position, velocity and acceleration"),
        (([0.0, 1.0], 0.0, 0.0), ([0.0, 1.0, 2.0], 0.0, 0.0), 1.0, "^start and end must have one shape"),
        (([], 0.0, 0.0), ([], 0.0, 0.0), 1.0, "not empty"),
        (("x", 0.0, 0.0), (0.0, 0.0, 0.0), 1.0, "^start position must be a number"),
    ],
)
def test_what_is_wrong_is_said(start, end, duration, message):
    with pytest.raises(ConfigError, match=message):
        Quintic(start, end, duration)
