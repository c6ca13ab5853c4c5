"""The public phase with a movement to follow: what it takes and refuses, what it announces, and what it holds to."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.phase import PhaseEstimator, PhaseMode
from gaitloop.plant import Device
from gaitloop.session.build import trainer_config
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import TrainerConfig

DT, STRIDE = 0.01, 1.1
FIELDS = ("phase", "rate", "accel", "confidence", "mode", "changed")


def walk(seconds=20.0, stop=np.inf):
    """Contact ages, nominal rate, step and thigh angles of somebody who stands from `stop` on [s]."""
    t = np.arange(1, round(seconds / DT) + 1) * DT
    way = np.stack([t, t - 0.5 * STRIDE], 1) / STRIDE
    way[t > stop] = way[t <= stop][-1]
    age = np.full(way.shape, np.nan)
    crossed = np.diff(np.floor(way - 0.02 / STRIDE), axis=0, prepend=0.0) > 0.0
    age[crossed & (way > 0.0)] = 0.02
    return age, np.full(len(t), 0.9), DT, 0.3 * np.cos(2.0 * np.pi * (way - 0.93))


def names(state, side=0):
    """Modes in the order in which they were announced."""
    return [PhaseMode(mode).name for mode in state.mode[state.changed[:, side], side]]


def test_walking_and_stopping_is_announced():
    state = PhaseEstimator().run(*walk(stop=15.0))
    assert names(state) == ["SYNCED", "TRACKING", "STANDING"]
    assert state.rate[-1].max() < 1e-3
    assert state.confidence[1400, 0] > 0.9
    assert (state.confidence[-1] == 0.0).all()


def test_lists_booleans_and_integers_will_do():
    estimator = PhaseEstimator()
    state = estimator.step([None, 0.0], 0.9, DT, motion=[1, None], stance=[True, False])
    assert state.phase.shape == state.changed.shape == (2,)
    assert state.changed.dtype == bool
    assert not state.changed.any()
    state = estimator.step([None, None], 0.9, DT, motion=[1.0, 2.0])
    assert state.changed.tolist() == [False, True]


def test_stance_says_nothing_without_a_movement():
    age, nominal, dt, _ = walk()
    a = PhaseEstimator().run(age, nominal, dt)
    b = PhaseEstimator().run(age, nominal, dt, stance=np.ones(age.shape, dtype=bool))
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(a, field), getattr(b, field))


def test_steps_and_runs_may_be_mixed():
    age, nominal, dt, motion = walk()
    whole, parts = PhaseEstimator().run(age, nominal, dt, motion), PhaseEstimator()
    parts.run(age[:700], nominal[:700], dt, motion[:700])
    for i in range(700, 900):
        one = parts.step(age[i], nominal[i], dt, motion[i])
    rest = parts.run(age[900:], nominal[900:], dt, motion[900:])
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(whole, field)[899], getattr(one, field))
        np.testing.assert_array_equal(getattr(whole, field)[900:], getattr(rest, field))


def test_what_comes_later_changes_nothing_before():
    age, nominal, dt, motion = walk()
    other = motion.copy()
    other[1000:] = np.nan
    a, b = (PhaseEstimator().run(age, nominal, dt, m) for m in (motion, other))
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(a, field)[:1000], getattr(b, field)[:1000])
    assert (a.phase[1200:] != b.phase[1200:]).any()


def test_once_given_a_movement_is_expected_until_the_reset():
    age, nominal, dt, motion = walk()
    estimator = PhaseEstimator()
    state = estimator.run(age, nominal, dt, motion)
    assert (state.mode[-1] == PhaseMode.TRACKING).all()
    state = estimator.run(age, nominal, dt)
    assert set(names(state)) <= {"SYNCED", "OVERDUE"}
    state = estimator.run(np.full_like(age, np.nan), nominal, dt)
    assert names(state)[-2:] == ["DAMPED", "LOST"]
    assert state.rate[-1].max() < 1e-6
    estimator.reset([0.0, 0.5])
    state = estimator.run(np.full_like(age, np.nan), nominal, dt)
    assert state.rate[-1].min() > 0.89


def test_without_a_belt_the_stride_time_is_learned_all_the_same():
    age, nominal, dt, motion = walk()
    state = PhaseEstimator().run(age, np.full_like(nominal, np.nan), dt, motion)
    np.testing.assert_allclose(state.rate[-550:].mean(axis=0), 1.0 / STRIDE, rtol=0.02)


def test_an_empty_recording_gives_an_empty_phase():
    state = PhaseEstimator().run(np.zeros((0, 2)), np.zeros(0), DT, np.zeros((0, 2)), np.zeros((0, 2)))
    assert state.phase.shape == state.changed.shape == (0, 2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"motion": [0.0] * 3}, r"^motion must have shape \(2,\), got \(3,\)"),
        ({"motion": 1.0}, r"^motion must have 1 dimension, got shape \(\)"),
        ({"motion": ["a", "b"]}, r"^motion must be numbers"),
        ({"stance": [1.0]}, r"^stance must have shape \(2,\), got \(1,\)"),
        ({"stance": [[1.0, 0.0]]}, r"^stance must have 1 dimension, got shape \(1, 2\)"),
        ({"dt": "soon"}, r"^dt must be a number, got 'soon'"),
    ],
)
def test_a_bad_step_is_refused_and_changes_nothing(given, words):
    estimator = PhaseEstimator()
    inputs = {"contact_age": [0.01, None], "nominal_rate": 0.9, "dt": DT, "motion": [0.0, 0.0]}
    with pytest.raises(ConfigError, match=words):
        estimator.step(**(inputs | given))
    got, want = (e.step(**inputs) for e in (estimator, PhaseEstimator()))
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(got, field), getattr(want, field))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"motion": np.zeros((4, 2))}, r"^motion must have shape \(3, 2\), got \(4, 2\)"),
        ({"motion": np.zeros((3, 3))}, r"^motion must have shape \(T, 2\), got \(3, 3\)"),
        ({"stance": np.zeros((2, 2))}, r"^stance must have shape \(3, 2\), got \(2, 2\)"),
        ({"stance": np.zeros(3)}, r"^stance must have 2 dimensions, got shape \(3,\)"),
        ({"nominal_rate": np.zeros(2)}, r"^nominal_rate must have shape \(3,\), got \(2,\)"),
    ],
)
def test_a_bad_recording_is_refused(given, words):
    inputs = {"contact_age": np.zeros((3, 2)), "nominal_rate": np.zeros(3), "dt": DT}
    with pytest.raises(ConfigError, match=words):
        PhaseEstimator().run(**(inputs | given))


def test_a_slow_turn_of_the_movement_in_the_second_stride_is_no_standing():
    t = np.arange(1, 1101) * 0.01
    angle = np.stack([np.cos(2 * np.pi * t / 1.1)] * 2, axis=1)
    age = np.full((len(t), 2), np.nan)
    age[111::110] = 0.02
    state = PhaseEstimator().run(age, np.full(len(t), np.nan), 0.01, angle)
    assert PhaseMode.STANDING not in state.mode
    names = [PhaseMode(mode).name for mode in state.mode[state.changed[:, 0], 0]]
    assert names == ["SYNCED", "TRACKING"]


@pytest.mark.parametrize(("name", "joints", "coupled"), [("treadmill_exo", "driven", True), ("ankle", "absent", False)])
def test_legs_are_kept_in_step_where_a_machine_leads_them_and_nowhere_else(name, joints, coupled):
    plan = trainer_config(demo_plan())
    given = {field.name: getattr(plan, field.name) for field in fields(plan) if field.init and field.name != "phase"}
    kinds = [joints, joints, "driven"] * 2
    config = TrainerConfig(**given | {"kinds": kinds, "device": getattr(Device, name)().declaration})
    config.phase.reset([0.2, 0.1])
    nothing = np.full((5000, 2), np.nan)
    phase = config.phase.run(nothing, np.full(5000, 0.9), 0.001).phase[-1]
    assert bool(abs((phase[0] - phase[1]) % 1.0 - 0.5) < 0.12) is coupled
