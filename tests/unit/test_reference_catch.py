"""Catch trials: how often and when, what they withhold, and that they measure reliance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import CatchTrials
from gaitloop.reference.assist.catch import SplitMix64

SEVEN = np.ones(7)


def law(period=10, seed=1, floor=0.1):
    return CatchTrials(period=period, seed=seed, floor=floor * SEVEN)


def test_chance_is_the_published_generator():
    chance = SplitMix64(0)
    assert [chance.next() for _ in range(3)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


@given(seed=st.integers(0, 2**63 - 1), period=st.integers(6, 40))
def test_one_stride_of_each_block_and_never_two_in_a_row(seed, period):
    x = law(period, seed)
    caught = np.array([x.begin(k % 2) for k in range(30 * period)])
    assert (caught.reshape(30, period).sum(axis=1) == 1).all()
    assert (np.diff(np.flatnonzero(caught)) >= 3).all()
    x.reset()
    np.testing.assert_array_equal(caught, [x.begin(k % 2) for k in range(30 * period)])


def test_it_cannot_be_predicted_from_the_block():
    x = law(12, 5)
    places = np.flatnonzero([x.begin(k % 2) for k in range(12 * 2000)]) % 12
    counts = np.bincount(places, minlength=12)
    assert counts[:2].sum() == 0
    assert (np.abs(counts[2:] - 200) < 60).all()


def test_the_guard_is_told_before():
    x = law()
    for k in range(100):
        announced = x.announced
        was_active = x.active.any()
        caught = x.begin(k % 2)
        assert announced == (caught or was_active)
        assert x.announced or not caught
        x.close(k % 2, np.zeros(7), True)


def test_support_is_withheld_down_to_the_floor_and_never_raised():
    x = law(floor=0.3)
    while not x.begin(1):
        pass
    np.testing.assert_array_equal(x.apply(1, [0.9, 0.2, 0.3, np.nan, -1.0, 2.0, 0.31]), [0.3, 0.2, 0.3, 0, 0, 0.3, 0.3])
    np.testing.assert_array_equal(x.apply(0, [0.9, 0.2, 0.3, np.nan, -1.0, 2.0, 0.31]), [0.9, 0.2, 0.3, 0, 0, 1, 0.31])
    x.close(1, np.zeros(7), True)
    assert x.apply(1, 0.9 * SEVEN)[0] == 0.9


def walk(x, strides, error):
    for k in range(strides):
        side = k % 2
        x.begin(side)
        given = x.apply(side, 0.8 * SEVEN)
        x.close(side, error(k, given), True)


def test_reliance_is_measured_whatever_the_drift():
    x = law(period=8)
    walk(x, 800, lambda k, a: 0.5 - 0.0003 * k - 0.2 * a)
    got = x.reliance()
    np.testing.assert_allclose(got.mean, 0.2 * (0.8 - 0.1), rtol=1e-9)
    assert got.strides.sum() == pytest.approx(700, abs=7)
    assert (got.error < 1e-9).all()


def test_its_uncertainty_is_honest():
    rng, misses = np.random.default_rng(2), []
    for seed in range(60):
        x = law(period=8, seed=seed)
        walk(x, 480, lambda _, a: 0.3 - 0.2 * a + rng.normal(0.0, 0.05, 7))
        got = x.reliance()
        misses.append((got.mean - 0.14) / got.error)
    assert 0.85 < np.std(misses) < 1.25
    assert abs(np.mean(misses)) < 0.15


def test_absent_errors_are_no_sample():
    x = law()
    while not x.begin(0):
        x.close(0, [0.1, np.nan, 0.1, 0.1, np.nan, 0.1, 2000.0], True)
    x.close(0, [0.3, 0.3, np.nan, 0.3, 0.3, 0.3, 0.3], True)
    x.begin(0)
    x.close(0, [0.2, 0.2, 0.2, None, None, np.inf, 0.2], True)
    got = x.reliance()
    np.testing.assert_array_equal(got.strides[0], [1, 1, 0, 1, 0, 1, 1])
    np.testing.assert_allclose(got.mean[0], [0.15, 0.1, np.nan, 0.2, np.nan, 0.2, 0.1])
    assert np.isnan(got.error).all()
    assert not law().reliance().strides.any()


def test_a_stride_that_does_not_count_is_no_sample():
    x = law()
    while not x.begin(0):
        x.close(0, 0.1 * SEVEN, True)
    x.close(0, 0.3 * SEVEN, False)
    x.begin(0)
    x.close(0, 0.1 * SEVEN, True)
    assert not x.reliance().strides.any()


@pytest.mark.parametrize(("name", "bad"), [("period", 5), ("seed", -1), ("floor", 1.1)])
def test_bad_parameters_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        law(**{name: bad})
