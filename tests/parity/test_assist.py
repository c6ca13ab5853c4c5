"""Assist: Rust against the reference, and the properties of the two laws."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core, assist
from gaitloop.errors import ConfigError

LOWER = np.array([*np.radians([2.15, 1.75, 4.29, 4.30, 4.52]), 0.025, np.radians(1.15)])
UPPER = np.array([*np.radians([3.58, 2.92, 7.16, 7.16, 7.54]), 0.0417, np.radians(1.91)])
BAND = {
    "lower": LOWER,
    "upper": UPPER,
    "step_up": 0.1,
    "step_down": 0.04,
    "floor": 0.05,
    "ceiling": 0.95,
    "initial": 0.5,
}
FORGETTING = {"forget": 0.9, "gain": 2.0, "dead_zone": LOWER, "floor": 0.0, "ceiling": 1.0, "initial": 0.5}
LAWS = [("BandLaw", BAND), ("ForgettingLaw", FORGETTING)]
errors = arrays(np.float64, (12, 7), elements=st.one_of(st.floats(0.0, 0.3), st.floats(width=64)))


def build(impl, law="BandLaw", **change):
    return getattr(impl("assist"), law)(**{**dict(LAWS)[law], **change})


@settings(max_examples=60)
@given(rows=errors, sides=st.lists(st.integers(0, 1), min_size=12, max_size=12))
@pytest.mark.parametrize(("name", "params"), LAWS)
def test_rust_matches_reference(name, params, rows, sides):
    rust, reference = (getattr(m, name)(**params) for m in (_core, import_module("gaitloop.reference.assist")))
    for side, row in zip(sides, rows, strict=True):
        np.testing.assert_allclose(rust.update(side, row), reference.update(side, row), rtol=0, atol=1e-12)
        np.testing.assert_allclose(rust.support, reference.support, rtol=0, atol=1e-12)
        assert ((rust.support >= params["floor"]) & (rust.support <= params["ceiling"])).all()


@given(share=st.floats(0.0, 1.0))
def test_band_holds_inside_its_bounds(share):
    law = assist.BandLaw(**BAND)
    inside = np.clip(LOWER + share * (UPPER - LOWER), LOWER, UPPER)
    np.testing.assert_array_equal(law.update(0, inside), np.full(7, 0.5))


@given(low=st.floats(0.0, 0.5), more=st.floats(0.0, 0.5))
@pytest.mark.parametrize("name", ["BandLaw", "ForgettingLaw"])
def test_support_grows_with_the_error(name, low, more):
    small, large = (build(lambda _: _core, name).update(1, np.full(7, e)) for e in (low, low + more))
    assert (small <= large).all()


def test_band_steps_are_bounded_and_end_at_floor_and_ceiling(impl):
    law = build(impl)
    last = law.support[0].copy()
    for error, end in [(0.0, 0.05), (1.0, 0.95)]:
        for _ in range(40):
            now = law.update(0, np.full(7, error)).copy()
            assert (np.abs(now - last) <= 0.1 + 1e-15).all()
            last = now
        np.testing.assert_array_equal(last, np.full(7, end))
    np.testing.assert_array_equal(law.support[1], np.full(7, 0.5))


def test_band_gives_up_support_for_a_person_below_the_lower_bound(impl):
    law = build(impl, floor=0.0)
    for _ in range(13):
        law.update(0, LOWER * 0.9)
    np.testing.assert_array_equal(law.support[0], np.zeros(7))


def test_forgetting_decays_geometrically_without_error(impl):
    law = build(impl, "ForgettingLaw")
    got = [law.update(0, np.zeros(7)).copy() for _ in range(30)]
    np.testing.assert_allclose(got, np.repeat(0.5 * 0.9 ** np.arange(1, 31), 7).reshape(30, 7), rtol=1e-12)


@pytest.mark.parametrize("error", [0.0, 0.06, 0.08])
def test_forgetting_settles_at_its_fixed_point(impl, error):
    law = build(impl, "ForgettingLaw", dead_zone=np.full(7, 0.05))
    for _ in range(400):
        law.update(0, np.full(7, error))
    np.testing.assert_allclose(law.support[0], 2.0 * max(0.0, error - 0.05) / (1.0 - 0.9), atol=1e-12)


def test_slacking_cannot_drive_support_beyond_its_bound(impl):
    """A person who does ever less as support grows meets the fixed point of the largest error, not more."""
    law = build(impl, "ForgettingLaw", gain=0.3)
    largest = 0.3
    for _ in range(300):
        law.update(0, np.minimum(largest, 0.1 + law.support[0]))
    bound = 0.3 * (largest - LOWER) / (1.0 - 0.9)
    assert (law.support[0] <= bound + 1e-12).all()
    assert (bound < 1.0).all()


def test_forgetting_relaxes_faster_than_a_learner_learns(impl):
    """A learner x -> a x + b e keeps a - b of its error a stride; support keeps less, so it leads."""
    keep, learn = 0.98, 0.03
    law = build(impl, "ForgettingLaw", gain=1.0, dead_zone=np.zeros(7), initial=0.0)
    skill, errors, support = 0.0, [], []
    for _ in range(120):
        error = 0.2 * (1.0 - skill)
        support.append(law.update(0, np.full(7, error))[0])
        errors.append(error)
        skill = keep * skill + learn * (1.0 - skill)
    assert keep - learn > 0.9
    peak = int(np.argmax(support))
    assert (np.diff(support[peak:]) <= 0.0).all()
    assert support[-1] < 1.1 * errors[-1] / (1.0 - 0.9)


@pytest.mark.parametrize(("name", "params"), LAWS)
def test_absent_errors_hold_and_sides_are_apart(impl, name, params):
    law = getattr(impl("assist"), name)(**params)
    hold = law.update(1, np.array([np.nan, np.inf, np.nan, -np.inf, np.nan, np.nan, np.nan]))
    np.testing.assert_array_equal(hold, np.full(7, 0.5))
    law.update(1, np.full(7, 0.3))
    np.testing.assert_array_equal(law.support[0], np.full(7, 0.5))


BAD = [(law, name, bad) for law, params in LAWS for name in params for bad in (np.nan, -0.1, 21.0, np.inf)]


@pytest.mark.parametrize(("law", "name", "bad"), BAD)
def test_bad_parameter_is_refused(impl, law, name, bad):
    value = np.full(7, bad) if name in {"lower", "upper", "dead_zone"} else bad
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        build(impl, law, **{name: value})


@pytest.mark.parametrize(
    ("law", "change", "message"),
    [
        ("BandLaw", {"lower": UPPER}, r"^lower must lie below upper"),
        ("BandLaw", {"floor": 0.9, "ceiling": 0.8}, r"^floor must lie below ceiling"),
        ("ForgettingLaw", {"floor": 0.9, "ceiling": 0.8}, r"^floor must lie below ceiling"),
        ("ForgettingLaw", {"floor": 0.6}, r"^initial must lie in \[0.6, 1\]"),
    ],
)
def test_swapped_limits_are_refused(impl, law, change, message):
    with pytest.raises(ConfigError, match=message):
        build(impl, law, **change)


@pytest.mark.parametrize("side", [-1, 2])
@pytest.mark.parametrize(("law", "params"), LAWS)
def test_bad_side_is_refused(law, params, side):
    for room in (_core, assist):
        with pytest.raises(ConfigError, match=r"^side must lie in \[0, 1\]"):
            getattr(room, law)(**params).update(side, np.zeros(7))


def test_public_door_takes_lists_and_refuses_other_shapes():
    law = assist.BandLaw(**{**BAND, "lower": LOWER.tolist()})
    assert law.update(0, [None, 1.0, None, None, None, None, None]).tolist() == [0.5, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5]
    with pytest.raises(ConfigError, match=r"^errors must have"):
        law.update(0, [0.0] * 5)
    with pytest.raises(ConfigError, match=r"^side must be an integer"):
        law.update("left", [0.0] * 7)
