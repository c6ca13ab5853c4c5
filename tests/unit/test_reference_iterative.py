"""Iterative learning: fixed point, decay, bound, lead, continuity, absent and hostile input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import IterativeLearning

PARAMS = {
    "bins": 20,
    "keep": 0.9,
    "gain": np.full(6, 50.0),
    "lead": 0.0,
    "smoothing": 0.0,
    "bound": np.full(6, 30.0),
}


def law(**change):
    return IterativeLearning(**{**PARAMS, **change})


def stride(x, error, side=0, valid=True, ticks=200):
    for k in range(ticks):
        x.observe(side, k / ticks, [error(k / ticks)] * 3)
    x.close(side, valid)


def test_a_constant_error_settles_at_its_fixed_point():
    x = law()
    for _ in range(300):
        stride(x, lambda _: 0.04, ticks=40)
    np.testing.assert_allclose(x.table(0), 50.0 * 0.04 / (1.0 - 0.9), rtol=1e-9)
    np.testing.assert_array_equal(x.table(1), 0.0)


def test_without_error_it_decays_geometrically():
    x = law()
    stride(x, lambda p: 0.2 * np.sin(2 * np.pi * p))
    first = x.table(0)
    for k in range(1, 20):
        stride(x, lambda _: 0.0)
        np.testing.assert_allclose(x.table(0), 0.9**k * first, rtol=1e-12)


@pytest.mark.parametrize("valid", [True, False])
def test_a_stride_without_data_or_count_forgets(valid):
    x = law()
    stride(x, lambda _: 0.1)
    before = x.table(0)
    stride(x, lambda _: np.nan if valid else 0.5, valid=valid)
    np.testing.assert_allclose(x.table(0), 0.9 * before)


def test_torque_leads_its_error():
    plain, early = law(), law(lead=0.1)
    for x in (plain, early):
        stride(x, lambda p: 0.1 * (p > 0.475) * (p < 0.525))
    peak, led = (int(np.argmax(x.table(0)[1])) for x in (plain, early))
    assert (peak, led) == (10, 8)


def test_lead_between_nodes_is_interpolated_by_hand():
    x = law(bins=10, lead=0.05)
    for i in range(10):
        x.observe(0, i / 10, [0.1 * i / 10, None, np.nan])
    x.close(0, True)
    want = 50.0 * np.array([*(0.01 * (np.arange(9) + 0.5)), 0.045])  # node 9 lies between 0.09 and 0 of the next stride
    np.testing.assert_allclose(x.table(0)[0], want, rtol=1e-12)
    np.testing.assert_array_equal(x.table(0)[1:], 0.0)


def test_smoothing_is_a_periodic_mean_of_neighbours():
    x = law(smoothing=0.25)
    x.observe(0, 0.0, [0.2] * 3)
    x.close(0, True)
    row = x.table(0)[0]
    np.testing.assert_allclose(row[[19, 0, 1]], [2.5, 5.0, 2.5])
    assert not row[2:19].any()


def test_a_slacker_gets_no_more_than_the_bound_and_the_fixed_point():
    x, skill = law(), 0.5
    for _ in range(400):
        e = 0.3 - 0.1 * skill
        stride(x, lambda _, e=e: e, ticks=20)
        skill *= 0.95  # support took the error away, and the person let go
    assert np.abs(x.table(0)).max() <= 30.0
    x = law(gain=np.full(6, 5.0))
    for _ in range(400):
        stride(x, lambda _: 0.3, ticks=20)
    assert x.table(0).max() <= 5.0 * 0.3 / 0.1 + 1e-9


def test_torque_is_continuous_over_the_wrap_and_over_a_change_of_table():
    x, last, jumps = law(), None, []
    for k in range(4000):
        p = (k / 1000) % 1.0
        if k and k % 1000 == 0:
            x.close(0, True)
        x.observe(0, p, [0.2 * np.cos(2 * np.pi * p)] * 3)
        now = x.torque(0, p)
        jumps.append(0.0 if last is None else np.abs(now - last).max())
        last = now
    # A slope of at most 2 bound bins per cycle, and the table's change of 10 N·m within 0.1 cycle.
    assert max(jumps) < 0.5
    assert np.abs(last).max() > 5.0


def test_run_is_repeated_step_and_reset_is_as_new():
    rng = np.random.default_rng(3)
    phase, errors = np.arange(300) / 100 % 1.0, rng.normal(0.0, 0.1, (300, 3))
    close = np.arange(300) % 100 == 99
    x = law(smoothing=0.1, lead=0.03)
    got = x.run(phase, errors, 1, close, close)
    x.reset()
    for i in range(300):
        if close[i]:
            x.close(1, True)
        x.observe(1, phase[i], errors[i])
        np.testing.assert_array_equal(x.torque(1, phase[i]), got[i])


anything = st.one_of(st.floats(-3.0, 3.0), st.floats(width=64))


@settings(max_examples=60)
@given(rows=arrays(np.float64, (30, 5), elements=anything))
def test_torque_is_bounded_whatever_comes(rows):
    x = law(smoothing=0.2, lead=0.11, keep=0.999)
    for phase, *errors, what in rows.tolist():
        x.observe(0, phase, errors)
        if what > 0.0:
            x.close(0, what < 2.0)
        assert (np.abs(x.torque(0, phase)) <= 30.0 + 1e-12).all()


BAD = [
    ("bins", 9),
    ("keep", 1.0),
    ("gain", np.full(6, -1.0)),
    ("lead", 0.3),
    ("smoothing", 0.26),
    ("bound", np.full(6, 101.0)),
]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_parameters_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        law(**{name: bad})
