"""The compiled movement between full states against its NumPy reference."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import trajectory
from gaitloop.errors import ConfigError
from gaitloop.reference import trajectory as reference

MODULES = (trajectory, reference)
RTOL = 1e-12  # of the largest term of the polynomial

any_float = st.floats(width=64)
numbers = st.floats(-1e6, 1e6)
ROW = [0.1, 0.2, 0.3]


def both(start, end, duration):
    return [m.Quintic(start, end, duration) for m in MODULES]


def assert_same(got, want, states, duration):
    q, v, a = (np.abs(states[:, k]).max() for k in range(3))
    size = 20.0 * (2.0 * q + v * duration + a * duration**2)
    for k, (g, w) in enumerate(zip(got, want, strict=True)):
        assert np.shape(g) == np.shape(w)
        np.testing.assert_allclose(g, w, rtol=0, atol=RTOL * 10.0 * size / duration**k)


@given(
    states=arrays(np.float64, (2, 3, 4), elements=numbers),
    duration=st.floats(1e-3, 1e4),
    t=arrays(np.float64, 9, elements=any_float),
)
def test_rows(states, duration, t):
    times = np.concatenate([t, duration * np.linspace(-0.1, 1.1, 25)])
    got, want = both(*states, duration)
    assert_same(got.evaluate(times), want.evaluate(times), states, duration)
    assert_same(got.evaluate(float(t[0])), want.evaluate(float(t[0])), states, duration)


@given(states=arrays(np.float64, (2, 3), elements=st.floats(-3, 3)), duration=st.floats(0.05, 5.0), t=any_float)
def test_numbers(states, duration, t):
    got, want = both(*states.tolist(), duration)
    assert_same(got.evaluate(t), want.evaluate(t), states[:, :, None], duration)
    share = np.linspace(0.0, duration, 11)
    assert_same(got.evaluate(share), want.evaluate(share), states[:, :, None], duration)


@given(states=arrays(np.float64, (2, 3, 2), elements=numbers), duration=st.floats(1e-3, 1e4))
def test_ends_are_exact_in_both(states, duration):
    for movement in both(*states, duration):
        for t, state in (
            (0.0, states[0]),
            (-1.0, states[0]),
            (nan, states[0]),
            (duration, states[1]),
            (inf, states[1]),
        ):
            np.testing.assert_array_equal(movement.evaluate(t), state)


def test_a_number_stands_for_a_row():
    got, want = both((ROW, 0.0, 1.0), (0.5, ROW, 0.0), 0.7)
    states = np.array([[ROW, [0.0] * 3, [1.0] * 3], [[0.5] * 3, ROW, [0.0] * 3]])
    assert_same(got.evaluate([0.1, 0.6]), want.evaluate([0.1, 0.6]), states, 0.7)


@pytest.mark.parametrize(
    ("start", "end", "duration"),
    [
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 0.0),
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), 1.1e4),
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), nan),
        ((nan, 0.0, 0.0), (1.0, 0.0, 0.0), 1.0),
        ((0.0, 0.0, 0.0), (1.0, inf, 0.0), 1.0),
        ((0.0, 0.0, 1.1e6), (1.0, 0.0, 0.0), 1.0),
        ((ROW, ROW, ROW), (ROW, ROW, [0.0, 0.0, -2e6]), 1.0),
    ],
)
def test_same_states_are_refused(start, end, duration):
    fields = set()
    for module in MODULES:
        with pytest.raises(ConfigError) as error:
            module.Quintic(start, end, duration)
        fields.add(str(error.value).split()[0])
    assert len(fields) == 1


@pytest.mark.parametrize("start", [(ROW, [0.0, 0.0], 0.0), (0.0, 0.0), ([[0.0]], 0.0, 0.0)])
def test_shapes_that_do_not_fit_are_refused(start):
    for module in MODULES:
        with pytest.raises(ConfigError, match=r"^start"):
            module.Quintic(start, (0.0, 0.0, 0.0), 1.0)
