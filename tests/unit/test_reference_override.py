"""Therapist override: clinical units, precedence, refusals, and release without a jump."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import BandLaw, ForgettingLaw, Override, core_units
from gaitloop.reference.assist.override import SUBTASKS
from gaitloop.reference.control import SUBTASKS as CONTROL_SUBTASKS

SUPPORT = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
LAW = {"floor": 0.1, "ceiling": 0.9, "initial": 0.5}
BAND = {"lower": np.full(7, 0.05), "upper": np.full(7, 0.1), "step_up": 0.1, "step_down": 0.02, **LAW}
FORGET = {"forget": 0.9, "gain": 1.0, "dead_zone": np.full(7, 0.05), **LAW}


def test_subtasks_are_those_of_guidance():
    assert SUBTASKS == CONTROL_SUBTASKS


def test_clinical_units():
    assert core_units("clearance", 4.0) == 0.04
    assert core_units("step_length", 55.0) == 0.55
    assert core_units("all", 30.0) == 0.3


def test_nothing_asked_for_changes_nothing_but_nonsense():
    x = Override()
    np.testing.assert_array_equal(x.apply(SUPPORT), SUPPORT)
    np.testing.assert_array_equal(x.apply([None, np.nan, np.inf, -1.0, 2.0, 0.5, 1.0]), [0, 0, 0, 0, 1, 0.5, 1])
    assert (x.clearance(0.05), x.clearance(0.5), x.step_length(0.4), x.step_length(np.nan)) == (0.05, 0.15, 0.4, 0.1)


def test_hold_wins_over_floor_and_ceiling():
    x = Override()
    x.set("all", "floor", 30.0)
    x.set("foot_clearance", "ceiling", 45.0)
    x.set("weight_shift", "hold", 5.0)
    np.testing.assert_allclose(x.apply(SUPPORT), [0.3, 0.3, 0.3, 0.4, 0.45, 0.05, 0.7])
    assert x.get("foot_clearance") == (None, 30.0, 45.0)
    x.release("weight_shift")
    assert x.apply(SUPPORT)[5] == 0.6
    x.release("all")
    np.testing.assert_array_equal(x.apply(SUPPORT), SUPPORT)


def test_lengths_in_centimetres():
    x = Override()
    x.set("clearance", "floor", 3.0)
    x.set("step_length", "ceiling", 40.0)
    assert (x.clearance(0.01), x.clearance(0.06)) == (0.03, 0.06)
    assert (x.step_length(0.6), x.step_length(0.3)) == (0.4, 0.3)
    x.set("clearance", "hold", 5.0)
    assert x.clearance(np.nan) == 0.05
    x.release("clearance")
    assert x.clearance(0.01) == 0.01


BAD = [
    (("foot", "hold", 1.0), r"^target must be one of leading_limb, .*step_length, got foot"),
    (("all", "keep", 1.0), r"^mode must be one of hold, floor, ceiling, got keep"),
    (("clearance", "hold", 15.1), r"^clearance must lie in \[0, 15\], got 15.1"),
    (("step_length", "hold", 0.5), r"^step_length must lie in \[10, 120\], got 0.5"),
    (("foot_clearance", "floor", np.nan), r"^foot_clearance must lie in \[0, 100\], got NaN"),
    (("all", "ceiling", 50.0), r"^floor must lie below ceiling, got 60 and 50"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_what_is_refused_changes_nothing(call, message):
    x = Override()
    x.set("stance_stability", "floor", 60.0)
    before = x.apply(SUPPORT)
    with pytest.raises(ConfigError, match=message):
        x.set(*call)
    np.testing.assert_array_equal(x.apply(SUPPORT), before)
    assert x.get("leading_limb") == (None, None, None)


@given(held=st.floats(10.0, 90.0), error=st.floats(0.0, 0.5), name=st.sampled_from(["band", "forgetting"]))
def test_release_is_no_jump(held, error, name):
    law = BandLaw(**BAND) if name == "band" else ForgettingLaw(**FORGET)
    x = Override()
    x.set("all", "hold", held)
    for _ in range(5):
        law.follow(0, x.apply(law.update(0, [error] * 7)))
    x.release("all")
    moved = np.abs(x.apply(law.update(0, [error] * 7)) - held / 100.0)
    most = 0.1 if name == "band" else 0.1 * held / 100.0 + max(0.0, error - 0.05)
    assert (moved <= most + 1e-12).all()


def test_follow_leaves_what_is_absent_and_stays_in_the_laws_limits():
    law = BandLaw(**BAND)
    law.follow(1, [0.2, None, np.nan, 5.0, -5.0, np.inf, 0.3])
    np.testing.assert_array_equal(law.support, [[0.5] * 7, [0.2, 0.5, 0.5, 0.9, 0.1, 0.5, 0.3]])
