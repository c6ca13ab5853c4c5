"""Intensity governor: the reserve, rates, stale readings, and the therapist's ceiling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import IntensityGovernor, IntensityMode

PARAMS = {
    "rest": 70.0,
    "max": 170.0,
    "lower": 0.4,
    "upper": 0.6,
    "limit": 150.0,
    "slowest": 0.2,
    "fastest": 1.0,
    "initial": 0.5,
    "rate_up": 0.01,
    "rate_down": 0.02,
    "hold": 15.0,
}


def governor(**change):
    return IntensityGovernor(**{**PARAMS, **change})


def test_target_is_karvonens():
    assert governor().target(0.5) == 120.0


@pytest.mark.parametrize(
    ("rate", "mode", "change"),
    [
        (90.0, IntensityMode.RAISE, 0.01),
        (105.0, IntensityMode.RAISE, 0.005),
        (110.0, IntensityMode.WITHIN, 0.0),
        (130.0, IntensityMode.WITHIN, 0.0),
        (135.0, IntensityMode.LOWER, -0.01),
        (145.0, IntensityMode.LOWER, -0.02),
        (150.0, IntensityMode.STOP_RAISING, -0.02),
        (20.0, IntensityMode.HOLD, 0.0),
    ],
)
def test_modes_and_rates_by_hand(rate, mode, change):
    got = governor().step(rate, 0.0, 1.0)
    assert got.mode == mode
    assert got.value == pytest.approx(0.5 + change)
    assert np.isnan(got.reserve) if rate == 20.0 else got.reserve == pytest.approx((rate - 70.0) / 100.0)


def test_a_limit_within_the_band_still_stops_raising():
    assert governor(limit=80.0).step(90.0, 0.0, 1.0).mode == IntensityMode.STOP_RAISING


def test_a_stale_rate_holds_and_then_eases_off():
    x = governor()
    got = x.run(np.full(60, 90.0), np.arange(60.0), 1.0)
    assert (got.mode[:11] == IntensityMode.RAISE).all()
    assert (got.mode[11:26] == IntensityMode.HOLD).all()
    assert (got.mode[26:] == IntensityMode.EASE).all()
    assert got.value[25] == got.value[10] == pytest.approx(0.61)
    assert got.value[-1] == 0.2
    assert x.step(90.0, 0.0, 1.0).value == pytest.approx(0.21)


def test_without_any_reading_it_never_rises():
    values = governor().run(np.full(100, np.nan), np.zeros(100), 1.0).value
    assert values.max() == 0.5
    assert values[-1] == 0.2


def test_the_therapists_ceiling_is_never_passed_and_taken_at_a_bounded_rate():
    x = governor()
    assert x.run(np.full(300, 80.0), np.zeros(300), 1.0).value.max() == 1.0
    x.request(0.6)
    values = x.run(np.full(40, 80.0), np.zeros(40), 1.0).value
    assert (np.diff(values) >= -0.02 - 1e-12).all()
    assert (np.diff(values) <= 0.0).all()
    assert values[0] == pytest.approx(0.98)
    assert values[-1] == 0.6
    with pytest.raises(ConfigError, match=r"^fastest must lie in \[0.2, 3\], got 0.1"):
        x.request(0.1)
    x.reset()
    assert x.value == 0.5


def test_a_loop_with_a_person_settles_in_the_band():
    """Heart rate follows speed with a time constant of 40 s: a person of 70 + 80 v bpm."""
    x, rate = governor(), 90.0
    for _ in range(1500):
        v = x.step(rate, 1.0, 1.0).value
        rate += (70.0 + 80.0 * v - rate) / 40.0
    assert 0.39 < (rate - 70.0) / 100.0 < 0.61


anything = st.one_of(st.floats(20.0, 260.0), st.floats(width=64))


@given(
    rates=arrays(np.float64, (40,), elements=anything), ages=arrays(np.float64, (40,), elements=anything), dt=anything
)
def test_bounds_hold_whatever_comes(rates, ages, dt):
    x, last = governor(), 0.5
    for rate, age in zip(rates, ages, strict=True):
        value = x.step(rate, age, dt).value
        assert 0.2 <= value <= 1.0
        assert -0.02 - 1e-12 <= value - last <= 0.01 + 1e-12
        last = value


@given(low=st.floats(25.0, 250.0), more=st.floats(0.0, 100.0))
def test_a_higher_rate_never_gives_more(low, more):
    high = min(250.0, low + more)
    assert governor().step(high, 0.0, 1.0).value <= governor().step(low, 0.0, 1.0).value


BAD = [(name, -1.0) for name in PARAMS] + [("max", np.nan), ("rate_up", 0.06), ("initial", 1.1), ("hold", 301.0)]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_parameters_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        governor(**{name: bad})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rest": 110.0, "max": 100.0}, "rest must lie below max, got 110 and 100"),
        ({"lower": 0.6}, "lower must lie below upper, got 0.6 and 0.6"),
        ({"slowest": 1.5}, "slowest must lie below fastest, got 1.5 and 1"),
    ],
)
def test_swapped_limits_are_refused(change, message):
    with pytest.raises(ConfigError, match=rf"^{message}"):
        governor(**change)
