"""Therapist's override, laws that follow it, and the schedule: Rust against the reference."""

from __future__ import annotations

import math
import re
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import _core, assist
from gaitloop.errors import ConfigError

reference = import_module("gaitloop.reference.assist")
BOTH = pytest.mark.parametrize("room", [_core, reference], ids=["rust", "reference"])
SUBTASKS = (
    "leading_limb",
    "trailing_limb",
    "prepositioning",
    "stance_stability",
    "foot_clearance",
    "weight_shift",
    "lateral_foot_placement",
)
TARGETS = (*SUBTASKS, "all", "clearance", "step_length")
LIMITS = {"floor": 0.1, "ceiling": 0.9, "initial": 0.5}
LAWS = {
    "BandLaw": {"lower": np.full(7, 0.04), "upper": np.full(7, 0.06), "step_up": 0.1, "step_down": 0.05, **LIMITS},
    "ForgettingLaw": {"forget": 0.9, "gain": 2.0, "dead_zone": np.full(7, 0.05), **LIMITS},
}
PLAN = {
    "sessions": np.array([1.0, 3.0, 4.0, 12.0]),
    "support": np.array([0.45, 0.4, 0.3, 0.2]),
    "guidance": np.array([1.0, 0.9, 0.9, 0.3]),
    "speed": np.array([0.4, 0.5, 0.7, 1.1]),
    "duration": 1800.0,
    "warm_up": 300.0,
    "cool_down": 120.0,
    "start_share": 0.5,
    "guidance_floor": 0.5,
    "guidance_ease": 0.0005,
    "challenge_steps": 750.0,
    "challenge_ramp": 250.0,
}
HOSTILE = st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0])
numbers = st.one_of(st.floats(-1.0, 2.0), HOSTILE)
seven = st.lists(numbers, min_size=7, max_size=7)
names = st.one_of(st.sampled_from(TARGETS), st.just("knee"))


def close(a, b):
    np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=0, atol=1e-12)


def told(work):
    """Result, or the message of what was refused, with its numbers in one form (huge ones are written differently)."""
    try:
        return work()
    except ConfigError as error:
        return re.sub(r"\d[\d.]*(e[+-]?\d+)?", lambda number: repr(float(number.group())), str(error))


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["set", "set", "set", "release"]),
            names,
            st.sampled_from(["hold", "floor", "ceiling", "floor", "ceiling", "wish"]),
            st.one_of(st.floats(-10.0, 130.0), HOSTILE),
            seven,
        ),
        max_size=25,
    )
)
def test_override_matches(asked):
    rust, twin = _core.Override(), reference.Override()
    for what, target, mode, value, support in asked:
        arguments = (target, mode, value) if what == "set" else (target,)
        assert told(lambda w=what, a=arguments: getattr(rust, w)(*a)) == told(
            lambda w=what, a=arguments: getattr(twin, w)(*a)
        )
        close(rust.apply(np.array(support)), twin.apply(np.array(support)))
        for x in support[:3]:
            close([rust.clearance(x), rust.step_length(x)], [twin.clearance(x), twin.step_length(x)])
        for name in (*TARGETS, "knee"):
            assert told(lambda n=name: tuple(rust.get(n))) == told(lambda n=name: tuple(twin.get(n)))


@given(names, st.one_of(st.floats(-10.0, 130.0), HOSTILE))
def test_core_units_match(target, value):
    ours = [told(lambda c=c: c(target, value)) for c in (_core.Override.core_units, assist.Override.core_units)]
    assert ours[0] == ours[1]
    units = getattr(reference.Override, "core_units", None) or reference.core_units
    assert ours[0] == told(lambda: units(target, value))


@pytest.mark.parametrize("name", LAWS)
@given(rows=st.lists(st.tuples(st.integers(0, 1), seven, seven), max_size=20))
def test_laws_follow_alike(name, rows):
    laws = [getattr(room, name)(**LAWS[name]) for room in (_core, reference, assist)]
    for side, errors, given_ in rows:
        for law in laws:
            law.update(side, np.array(errors))
            law.follow(side, np.array(given_))
        close(laws[0].support, laws[1].support)
        np.testing.assert_array_equal(laws[0].support, laws[2].support)
        assert np.all((laws[0].support >= 0.1) & (laws[0].support <= 0.9))


def test_an_override_ends_without_a_jump():
    law, therapist = assist.BandLaw(**LAWS["BandLaw"]), assist.Override()
    therapist.set("all", "hold", 80)
    for _ in range(5):
        applied = therapist.apply(law.update(0, np.zeros(7)))
        law.follow(0, applied)
    np.testing.assert_array_equal(applied, np.full(7, 0.8))
    therapist.release("all")
    np.testing.assert_allclose(therapist.apply(law.update(0, np.zeros(7))), np.full(7, 0.75))
    assert therapist.get("weight_shift") == (None, None, None)
    therapist.set("clearance", "floor", 3)
    assert (therapist.clearance(0.01), therapist.step_length(2.0)) == (0.03, 1.2)
    therapist.reset()
    assert therapist.clearance(0.01) == 0.01


big = st.one_of(st.floats(-10.0, 20.0), st.floats(-100.0, 3000.0), HOSTILE)


@settings(max_examples=100)
@given(big, big, big, big)
def test_schedule_matches(session, time, steps, within):
    rust, twin, public = (room.Schedule(**PLAN) for room in (_core, reference, assist))
    goal = rust.at(session, time, steps, within)
    close(goal, twin.at(session, time, steps, within))
    assert goal == public.at(session, time, steps, within)
    assert 0.2 <= goal[0] <= 0.45
    assert 0.3 <= goal[1] <= 1.0
    assert 0.0 <= goal[3] <= 1.0


def test_schedule_runs_as_it_is_asked():
    time = np.linspace(-10.0, 1900.0, 200)
    for room in (_core, reference, assist):
        plan = room.Schedule(**PLAN)
        many = plan.run(5.0, time, time, time - 900.0)
        for k in range(0, 200, 7):
            np.testing.assert_array_equal([x[k] for x in many], plan.at(5.0, time[k], time[k], time[k] - 900.0))


def test_spinal_cord_matches():
    given_ = {"sessions_per_week": 3, "guidance": 0.9, "guidance_floor": 0.4, "guidance_ease": 1e-4}
    plans = [room.Schedule.spinal_cord(0.6, **given_) for room in (assist, reference)]
    for session in (1, 2.5, 3, 3.5, 4, 7, 9, 10, 50):
        close(*(plan.at(session, 500.0, 800.0, 100.0) for plan in plans))
    assert plans[0].at(2, 0.0, 0.0, 0.0).support == 0.45
    for room in (assist, reference):
        with pytest.raises(ConfigError, match=r"^sessions_per_week must lie in \[2, 7\], got 8$"):
            room.Schedule.spinal_cord(0.6, **{**given_, "sessions_per_week": 8})


@BOTH
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sessions": np.array([])}, "sessions must have length 1 to 64, got 0"),
        ({"sessions": np.array([1.0, 3.0, 3.0, 4.0])}, "sessions must increase, got 3 after 3 at index 2"),
        ({"sessions": np.array([0.0, 3.0, 4.0, 5.0])}, "sessions must lie in [1, 10000], got 0 at index 0"),
        ({"support": np.array([0.1])}, "support must have length 4, got 1"),
        ({"guidance": np.array([0.1, 2.0, 0.0, 0.0])}, "guidance must lie in [0, 1], got 2 at index 1"),
        ({"speed": np.full(4, math.nan)}, "speed must lie in [0, 3], got NaN at index 0"),
        ({"duration": 500.0}, "duration must lie in [600, 7200], got 500"),
        ({"duration": 600.0, "warm_up": 500.0}, "warm_up must lie in [10, 480], got 500"),
        ({"challenge_ramp": 0.0}, "challenge_ramp must lie in [1, 100000], got 0"),
    ],
)
def test_bad_parameters_are_refused_alike(room, change, message):
    with pytest.raises(ConfigError) as refused:
        room.Schedule(**{**PLAN, **change})
    assert str(refused.value) == message
