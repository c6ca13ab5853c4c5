"""Phase of the reference with a movement to follow: what it must reach, and what it may never do."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.reference.phase import PhaseEstimator, PhaseMode

DT, DELAY, STRIDE = 0.01, 0.02, 1.1
FIELDS = ("phase", "rate", "accel", "confidence", "mode")


def thigh(phase):
    """Thigh angle [rad] of a walker, two harmonics."""
    return 0.15 + 0.35 * np.cos(2 * np.pi * (phase - 0.93)) + 0.07 * np.cos(4 * np.pi * (phase - 0.1))


def course(durations, rest=0.0, dt=DT):
    """Contacts of one side from 0.5 s on, and time, true phase, thigh angle and contact ages, standing at the end."""
    contacts = 0.5 + np.concatenate([[0.0], np.cumsum(durations)])
    t = np.arange(1, round((contacts[-1] + 0.5 + rest) / dt)) * dt
    true = np.interp(t, contacts, np.arange(len(contacts)), left=np.nan, right=np.nan)
    motion = thigh(np.nan_to_num(true, nan=0.0) % 1.0)
    age = np.full(len(t), np.nan)
    for contact in contacts:
        i = np.searchsorted(t, contact + DELAY - 1e-9)
        if i < len(t):
            age[i] = t[i] - contact
    return t, true, motion, age


def both(column):
    return np.stack([column, column], 1)


def walk(durations, *, rest=0.0, nominal=0.9, dt=DT, change=lambda t, motion, age: None):
    t, true, motion, age = course(durations, rest, dt)
    change(t, motion, age)
    estimator = PhaseEstimator()
    state = estimator.run(both(age), np.full(len(t), nominal), dt, both(motion))
    return t, true, state


def error(state, true):
    return (state.phase[:, 0] - true % 1.0 + 0.5) % 1.0 - 0.5


def rmse(state, true, where):
    return np.sqrt(np.mean(error(state, true)[where & np.isfinite(true)] ** 2))


def irregular(strides=40, seed=3):
    rng = np.random.default_rng(seed)
    durations = STRIDE * (1.0 + 0.02 * rng.standard_normal(strides))
    durations[15:20] *= 1.3
    durations[25] *= 1.5
    durations[30:] *= 0.8
    return durations


def test_without_movement_everything_is_as_the_core_has_it():
    rng = np.random.default_rng(1)
    age = np.where(rng.random((4000, 2)) < 0.01, rng.uniform(0.0, 0.05, (4000, 2)), np.nan)
    nominal = rng.uniform(0.0, 1.5, 4000)
    got, want = PhaseEstimator().run(age, nominal, DT), _core.PhaseEstimator(**defaults()).run(age, nominal, DT)
    for field in FIELDS:
        np.testing.assert_allclose(getattr(got, field), getattr(want, field), rtol=1e-12, atol=1e-10)
    changed = np.diff(got.mode, axis=0, prepend=0) != 0
    np.testing.assert_array_equal(got.changed, changed)


def defaults():
    names = ("phase_gain", "rate_gain", "rate_leak", "rate_span", "dead_zone", "correction_time", "rate_time")
    names += ("coupling", "apart", "window")
    return {name: getattr(PhaseEstimator(), name) for name in names}


def test_the_movement_beats_events_and_time():
    durations = irregular()
    t, true, state = walk(durations)
    _, _, _, age = course(durations)
    today = PhaseEstimator().run(both(age), np.full(len(t), 1.0 / STRIDE), DT)
    stride = np.floor(np.nan_to_num(true))
    moving = (stride >= 3) & ((stride >= 15) & (stride < 22) | (stride >= 25) & (stride < 28) | (stride >= 30))
    steady = (stride >= 3) & ~moving
    assert rmse(state, true, moving) < 0.5 * rmse(today, true, moving)
    assert rmse(state, true, steady) < rmse(today, true, steady)
    assert rmse(state, true, stride >= 3) < 0.04


@pytest.mark.parametrize("change", [0.7, 0.8, 1.25, 1.5])
def test_recovers_within_two_strides_of_a_change_of_speed(change):
    durations = np.full(24, STRIDE)
    durations[12:] *= change
    _, true, state = walk(durations)
    assert rmse(state, true, (true >= 14) & (true < 15)) < 0.05


def test_a_stop_is_seen_and_the_phase_stands():
    t, _, state = walk(np.full(12, STRIDE), rest=6.0)
    last = 0.5 + 12 * STRIDE
    assert (state.rate[t > last + 1.5 * STRIDE] < 1e-3).all()
    assert (state.mode[t > last + 2 * STRIDE] == PhaseMode.STANDING).all()
    first = np.flatnonzero((t > last) & (state.mode[:, 0] == PhaseMode.STANDING))[0]
    assert (state.rate[t > t[first] + 0.5 * STRIDE, 0] < 1e-3).all()


def test_walks_on_after_a_stop():
    durations = np.concatenate([np.full(10, STRIDE), [5.0], np.full(8, STRIDE)])
    t, true, motion, age = course(durations)
    pause = (true >= 10) & (true < 11)
    motion[pause] = thigh(0.0) + np.where(true[pause] < 10.8, 0.0, thigh((true[pause] - 10.8) / 0.2) - thigh(0.0))
    state = PhaseEstimator().run(both(age), np.full(len(t), 0.9), DT, both(motion))
    assert (state.mode[(true > 10.4) & (true < 10.75), 0] == PhaseMode.STANDING).all()
    assert rmse(state, true, true >= 12.5) < 0.03


def test_without_contacts_the_movement_carries_the_phase():
    def lose(t, motion, age):
        age[t > 10.0] = np.nan

    t, true, state = walk(STRIDE * (1.0 + 0.03 * np.sin(np.arange(40))), change=lose)
    late = (t > 12.0) & np.isfinite(true)
    assert (state.mode[late, 0] == PhaseMode.COASTING).all()
    assert rmse(state, true, late) < 0.03
    assert state.confidence[(t > 11.5) & (t < 12.0), 0].min() > 0.3
    assert state.confidence[late, 0][-1] == 0.0


def test_without_movement_the_events_carry_the_phase_and_the_movement_comes_back():
    def lose(t, motion, age):
        motion[(t > 10.0) & (t < 16.0)] = np.nan

    t, true, state = walk(np.full(30, STRIDE), change=lose)
    gone = (t > 10.1) & (t < 16.0)
    assert set(state.mode[gone, 0]) <= {PhaseMode.SYNCED, PhaseMode.OVERDUE}
    assert rmse(state, true, gone) < 0.03
    assert (state.mode[(t > 19.0) & np.isfinite(true), 0] == PhaseMode.TRACKING).all()
    assert state.changed[:, 0].sum() == np.count_nonzero(np.diff(state.mode[:, 0], prepend=0))


def test_single_missing_samples_cost_nothing():
    def drop(t, motion, age):
        motion[100::37] = np.nan

    t, true, state = walk(irregular(), change=drop)
    assert (state.mode[(t > 3.0) & np.isfinite(true), 0] != PhaseMode.SYNCED).all()
    assert rmse(state, true, t > 4.0) < 0.04


def test_a_stuck_sensor_leaves_it_to_the_events():
    def stick(t, motion, age):
        motion[t > 10.0] = 0.3

    t, true, state = walk(np.full(30, STRIDE), change=stick)
    assert (state.mode[(t > 12.5) & np.isfinite(true), 0] <= PhaseMode.OVERDUE).all()
    assert rmse(state, true, t > 12.5) < 0.03


def test_with_nothing_left_the_rate_ramps_to_rest():
    def lose(t, motion, age):
        motion[t > 10.0], age[t > 10.0] = np.nan, np.nan

    t, _, state = walk(np.full(30, STRIDE), change=lose)
    first = np.flatnonzero(state.mode[:, 0] == PhaseMode.DAMPED)[0]
    assert t[first] < 10.0 + 1.5 * STRIDE
    rest = t > t[first] + 0.5 * STRIDE + 0.05
    assert (state.mode[rest, 0] == PhaseMode.LOST).all()
    assert (state.rate[rest, 0] < 0.1).all()
    assert state.rate[-1, 0] < 1e-9
    assert (state.confidence[first:, 0] == 0.0).all()
    assert np.count_nonzero(np.diff(np.floor(np.cumsum(state.rate[t > 10.0, 0]) * DT))) <= 2


def test_stance_alone_keeps_the_phase_in_its_part_of_the_cycle():
    t, true, motion, age = course(np.full(40, STRIDE))
    motion[t > 10.0], age[t > 10.0] = np.nan, np.nan
    stance = np.where(t > 10.0, true % 1.0 < 0.62, np.nan)
    stance[np.isnan(true)] = np.nan
    state = PhaseEstimator().run(both(age), np.full(len(t), 0.9), DT, both(motion), both(stance))
    late = (t > 14.0) & np.isfinite(true)
    assert (state.mode[late, 0] == PhaseMode.STANCE_SWING).all()
    assert rmse(state, true, late) < 0.06
    assert 0.0 < state.confidence[late, 0].max() <= 0.2


def test_a_belt_that_stands_holds_the_phase():
    t, _, motion, age = course(np.full(12, STRIDE))
    nominal = np.where(t < 8.0, 0.9, 0.0)
    age[t > 8.0] = np.nan
    state = PhaseEstimator().run(both(age), nominal, DT, both(motion))
    assert (state.rate[t > 8.3] < 1e-3).all()


def test_sides_do_not_know_of_each_other():
    t, _, motion, age = course(irregular())
    lame = np.stack([age, np.full(len(t), np.nan)], 1)
    still = np.stack([motion, np.zeros(len(t))], 1)
    one = PhaseEstimator().run(both(age), np.full(len(t), 0.9), DT, both(motion))
    other = PhaseEstimator().run(lame, np.full(len(t), 0.9), DT, still)
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field)[:, 0], getattr(other, field)[:, 0])


def test_size_sign_and_offset_of_the_movement_do_not_matter():
    t, _, motion, age = course(irregular())
    nominal = np.full(len(t), 0.9)
    one, other = (PhaseEstimator().run(both(age), nominal, DT, both(m)) for m in (motion, 5.0 - 40.0 * motion))
    np.testing.assert_allclose(one.phase, other.phase, atol=1e-6)
    np.testing.assert_array_equal(one.mode, other.mode)


@pytest.mark.parametrize("dt", [0.02, 0.005, 0.002])
def test_any_rate_does(dt):
    _, true, state = walk(irregular(28), dt=dt)
    assert rmse(state, true, true >= 3) < 0.045


def test_a_wrong_first_stride_is_forgotten():
    durations = np.concatenate([[0.3], np.full(15, STRIDE)])
    _, true, state = walk(durations)
    assert rmse(state, true, true >= 8) < 0.03


def test_a_contact_that_is_told_twice_costs_trust_only():
    def twice(t, motion, age):
        i = np.flatnonzero(np.isfinite(age))
        age[i[8] + 10] = age[i[8]] + 0.1

    durations = np.full(14, STRIDE)
    (_, _, one), (_, _, other) = walk(durations), walk(durations, change=twice)
    np.testing.assert_array_equal(one.phase, other.phase)
    assert (other.confidence <= one.confidence).all()
    assert (other.confidence < one.confidence).any()


def test_nothing_known_of_a_walker_without_a_belt_keeps_the_phase():
    state = PhaseEstimator().run(np.full((300, 2), np.nan), np.full(300, np.nan), DT, np.zeros((300, 2)))
    np.testing.assert_array_equal(state.phase, np.tile([0.0, 0.5], (300, 1)))
    assert (state.mode == PhaseMode.FREE).all()


def test_the_movement_may_come_late():
    t, _, motion, age = course(np.full(20, STRIDE))
    estimator = PhaseEstimator()
    for i in range(600):
        state = estimator.step([age[i]] * 2, 0.9, DT)
    before = state.phase
    state = estimator.step([None, None], 0.9, DT, [motion[600]] * 2)
    assert ((state.phase - before) % 1.0 < 0.02).all()
    assert state.changed.all()
    for i in range(601, len(t) - 60):
        state = estimator.step([age[i]] * 2, 0.9, DT, [motion[i]] * 2)
    assert (state.mode == PhaseMode.TRACKING).all()


def hostile(rng, ticks):
    odd = np.array([np.nan, np.inf, -np.inf, 1e308, 5e-324, 0.0, -1.0, 1e6, 3.0])
    age = np.where(rng.random((ticks, 2)) < 0.05, rng.uniform(-0.1, 1.1, (ticks, 2)), np.nan)
    motion = rng.standard_normal((ticks, 2)) * 10.0 ** rng.integers(-300, 6)
    for column in (age, motion):
        column[rng.random((ticks, 2)) < 0.03] = rng.choice(odd)
    nominal = np.where(rng.random(ticks) < 0.1, rng.choice(odd), rng.uniform(0.0, 5.0, ticks))
    stance = rng.choice([0.0, 1.0, np.nan, 7.0], (ticks, 2))
    return age, nominal, motion, stance


@pytest.mark.parametrize("seed", range(8))
def test_hostile_input_breaks_nothing(seed):
    rng = np.random.default_rng(seed)
    age, nominal, motion, stance = hostile(rng, 500)
    dt = rng.choice([0.0, 0.001, 0.01, 0.1, 0.2, np.nan], 500)
    estimator, last = PhaseEstimator(), None
    with np.errstate(invalid="raise", over="raise", divide="raise"):
        for i in range(500):
            state = estimator.step(age[i], nominal[i], dt[i], motion[i], stance[i])
            check(state, last)
            last = state


def check(state, last):
    assert ((state.phase >= 0.0) & (state.phase < 1.0)).all()
    assert (state.rate >= 0.0).all()
    assert (state.rate <= 15.0).all()
    assert np.isfinite(state.accel).all()
    assert ((state.confidence >= 0.0) & (state.confidence <= 1.0)).all()
    assert ((state.mode >= 0) & (state.mode <= 8)).all()


def test_never_backward():
    def lose(t, motion, age):
        rng = np.random.default_rng(5)
        age[rng.random(len(t)) < 0.3] = np.nan
        motion[(t % 9.0 > 7.0)] = np.nan
        age[::173] = 0.05

    _, _, state = walk(irregular(60), change=lose)
    told = state.mode[1:] != PhaseMode.FREE
    step = (np.diff(state.phase, axis=0) + 0.5) % 1.0 - 0.5
    assert (step[told] >= -1e-12).all()
