"""Catch trials, staircase, learner and intensity: Rust against the reference."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import _core, assist
from gaitloop.errors import ConfigError

reference = import_module("gaitloop.reference.assist")
BOTH = pytest.mark.parametrize("room", [_core, reference], ids=["rust", "reference"])
CATCH = {"period": 8, "seed": 5, "floor": np.array([0.0, 0.1, 0.2, 0.3, 0.9, 1.0, 0.0])}
STAIRS = {"target": 0.8, "step": 0.05, "floor": 0.1, "ceiling": 0.9, "initial": 0.4}
HEART = {
    "rest": 65.0,
    "max": 165.0,
    "lower": 0.4,
    "upper": 0.6,
    "limit": 140.0,
    "slowest": 0.2,
    "fastest": 1.2,
    "initial": 0.6,
    "rate_up": 0.01,
    "rate_down": 0.05,
    "hold": 20.0,
}
HOSTILE = st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0, 1.0])
numbers = st.one_of(st.floats(-2.0, 2.0), HOSTILE)
seven = st.lists(numbers, min_size=7, max_size=7)


def pair(name, params, **change):
    return tuple(getattr(room, name)(**{**params, **change}) for room in (_core, reference))


def close(a, b):
    np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=0, atol=1e-12)


@settings(max_examples=60)
@given(st.data(), st.integers(6, 200), st.integers(0, 2**63 - 1))
def test_catch_trials_match(data, period, seed):
    rust, twin = pair("CatchTrials", CATCH, period=period, seed=seed)
    stride = st.tuples(st.integers(0, 1), seven, seven, st.booleans(), st.booleans(), st.booleans())
    for side, support, errors, valid, begun, cut in data.draw(st.lists(stride, min_size=1, max_size=60)):
        assert rust.announced == twin.announced
        if begun:
            assert rust.begin(side) == twin.begin(side)
        assert list(rust.active) == list(twin.active)
        if cut:
            rust.abandon()
            twin.abandon()
            assert not rust.active.any() and not twin.active.any()
        close(rust.apply(side, np.array(support)), twin.apply(side, np.array(support)))
        for law in (rust, twin):
            law.close(side, np.array(errors), valid)
        for a, b in zip(rust.reliance(), twin.reliance(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_catch_trials_match_over_a_session():
    rng = np.random.default_rng(0)
    rust, twin = pair("CatchTrials", CATCH)
    public = assist.CatchTrials(**CATCH)
    caught = 0
    for k in range(4000):
        side, errors = k % 2, rng.normal(0.1, 0.05, 7)
        began = rust.begin(side)
        assert twin.begin(side) == began == public.begin(side)
        caught += began
        for law in (rust, twin, public):
            law.close(side, errors + 0.2 * began, True)
    assert caught == 4000 // 8
    for a, b, c in zip(rust.reliance(), twin.reliance(), public.reliance(), strict=True):
        close(a, b)
        np.testing.assert_array_equal(a, c)
    np.testing.assert_allclose(public.reliance().mean, 0.2, atol=0.03)
    places = [[law.begin(k % 2) for k in range(80)] for law in (rust, twin) if law.reset() is None]
    assert places[0] == places[1]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([True, False, None]), max_size=80),
    st.floats(0.5, 0.95),
    st.floats(0.001, 0.2),
)
def test_staircase_matches(answers, target, step):
    rust, twin = pair("Staircase", STAIRS, target=target, step=step)
    for answer in answers:
        close(rust.update(answer), twin.update(answer))
        close(
            [rust.level, rust.trials, rust.successes, rust.rate], [twin.level, twin.trials, twin.successes, twin.rate]
        )
    said = np.array([np.nan if a is None else float(a) for a in answers])
    rust.reset()
    twin.reset()
    close(rust.run(said), twin.run(said))
    public = assist.Staircase(**{**STAIRS, "target": target, "step": step})
    assert [public.update(answer) for answer in answers] == public_levels(target, step, said)


def public_levels(target, step, said):
    return assist.Staircase(**{**STAIRS, "target": target, "step": step}).run(said).tolist()


tidy = st.floats(0.0, 1.05).map(lambda x: round(x, 4))  # tiny numbers are written differently in messages


@given(tidy, tidy, tidy)
def test_half_lives_match(forget, keep, learn):
    told = []
    for half_lives in (_core.half_lives, reference.half_lives, assist.half_lives):
        try:
            told.append(tuple(half_lives(forget, keep, learn)))
        except ConfigError as error:
            told.append(str(error))
    assert told[0] == told[2]
    if isinstance(told[0], str):
        assert told[0] == told[1]
    else:
        np.testing.assert_allclose(told[0], told[1], rtol=1e-12, atol=1e-12)


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.floats(20.0, 260.0), HOSTILE),
            st.one_of(st.floats(-1.0, 12.0), HOSTILE),
            st.one_of(st.floats(-0.1, 2.0), HOSTILE),
            st.one_of(st.none(), st.floats(0.2, 3.0)),
        ),
        max_size=60,
    )
)
def test_intensity_matches(ticks):
    rust, twin = pair("IntensityGovernor", HEART)
    for rate, age, dt, ceiling in ticks:
        if ceiling is not None:
            rust.request(ceiling)
            twin.request(ceiling)
        ours, theirs = rust.step(rate, age, dt), twin.step(rate, age, dt)
        close(ours[:2], theirs[:2])
        assert ours[2] == int(theirs[2])
        assert rust.fastest == twin.fastest
        close(rust.value, twin.value)


def test_intensity_runs_as_it_steps():
    rng = np.random.default_rng(1)
    rate, age = 65.0 + 60.0 * np.abs(np.sin(np.arange(900) / 90.0)) + rng.normal(size=900), rng.uniform(0, 3, 900)
    rate[300:360] = np.nan
    rust, twin = pair("IntensityGovernor", HEART)
    public = assist.IntensityGovernor(**HEART)
    many = rust.run(rate, age, 0.5)
    for a, b in zip(many, twin.run(rate, age, 0.5), strict=True):
        close(a, b)
    steps = [public.step(None if np.isnan(r) else r, a, 0.5) for r, a in zip(rate, age, strict=True)]
    for index in range(3):
        np.testing.assert_array_equal([step[index] for step in steps], many[index])
    assert {step.mode.name for step in steps} >= {"HOLD", "EASE", "RAISE", "WITHIN"}
    close(rust.target(0.5), 115.0)
    rust.reset()
    twin.reset()
    assert rust.value == twin.value == 0.6


@BOTH
@pytest.mark.parametrize(
    ("name", "params", "change", "message"),
    [
        ("CatchTrials", CATCH, {"period": 5}, "period must lie in [6, 200], got 5"),
        ("CatchTrials", CATCH, {"floor": np.full(7, 1.5)}, "floor must lie in [0, 1], got 1.5 at index 0"),
        ("Staircase", STAIRS, {"target": 0.4}, "target must lie in [0.5, 0.95], got 0.4"),
        ("Staircase", STAIRS, {"step": 0.0}, "step must lie in [0.001, 0.2], got 0"),
        ("Staircase", STAIRS, {"floor": 0.95}, "floor must lie below ceiling, got 0.95 and 0.9"),
        ("Staircase", STAIRS, {"initial": 0.0}, "initial must lie in [0.1, 0.9], got 0"),
        ("IntensityGovernor", HEART, {"rest": 20.0}, "rest must lie in [30, 120], got 20"),
        ("IntensityGovernor", HEART, {"rest": 100.0, "max": 90.0}, "rest must lie below max, got 100 and 90"),
        ("IntensityGovernor", HEART, {"lower": 0.6}, "lower must lie below upper, got 0.6 and 0.6"),
        ("IntensityGovernor", HEART, {"slowest": 2.0}, "slowest must lie below fastest, got 2 and 1.2"),
        ("IntensityGovernor", HEART, {"initial": 1.3}, "initial must lie in [0.2, 1.2], got 1.3"),
        ("IntensityGovernor", HEART, {"hold": math.nan}, "hold must lie in [0, 300], got NaN"),
    ],
)
def test_bad_parameters_are_refused_alike(room, name, params, change, message):
    with pytest.raises(ConfigError) as refused:
        getattr(room, name)(**{**params, **change})
    assert str(refused.value) == message


@BOTH
def test_a_ceiling_outside_its_range_is_refused_alike(room):
    with pytest.raises(ConfigError, match=r"^fastest must lie in \[0.2, 3\], got 0.1$"):
        room.IntensityGovernor(**HEART).request(0.1)
