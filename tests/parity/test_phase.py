"""Phase: Rust against the reference, and what must hold for both."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.phase import PhaseEstimator, PhaseMode

ATOL = 1e-12  # [-], [1/s]
FIELDS = ("phase", "rate", "accel", "confidence", "mode")
DT, NOMINAL = 0.004, 0.8
GAINS = [
    *("phase_gain", "rate_gain", "rate_leak", "rate_span", "dead_zone", "correction_time", "rate_time"),
    *("coupling", "apart", "window"),
]


def assert_same(got, want):
    for field in FIELDS:
        scale = 1000.0 if field == "accel" else 1.0  # a difference of rates over dt
        np.testing.assert_allclose(getattr(got, field), getattr(want, field), rtol=1e-12, atol=scale * ATOL)


def contacts(times, ticks, delay=0.012):
    """Ages (T, 2) of left contacts at `times`, each reported `delay` later; the right side has none."""
    age = np.full((ticks, 2), np.nan)
    for t in times:
        i = int(np.ceil((t + delay) / DT))
        if i < ticks:
            age[i, 0] = i * DT - t
    return age


def walk(impl, times, ticks, *, start=0.0, nominal=NOMINAL):
    estimator = impl("phase").PhaseEstimator()
    estimator.reset(np.array([start, 0.5]))
    return estimator.run(contacts(times, ticks), np.broadcast_to(nominal, ticks).copy(), DT)


def errors_at(state, times):
    """Phase error at each contact, the short way round [-]."""
    phase = np.unwrap(state.phase[:, 0], period=1.0)
    at = np.interp(times, (np.arange(len(phase)) + 1) * DT, phase)
    return (at + 0.5) % 1.0 - 0.5


hostile = st.one_of(st.floats(-0.1, 1.1), st.floats(width=64), st.just(np.nan))
ticks = st.lists(st.tuples(hostile, hostile, st.one_of(st.floats(0.0, 5.0), st.floats(width=64))), max_size=60)


@settings(max_examples=60)
@given(
    rows=ticks,
    dt=st.one_of(st.floats(1e-4, 0.1), st.floats(width=64)),
    given=st.fixed_dictionaries(
        {"phase_gain": st.floats(0.0, 1.0)},
        optional={"coupling": st.floats(0.0, 0.5), "apart": st.floats(0.0, 0.25), "window": st.floats(0.1, 0.5)},
    ),
)
def test_rust_matches_reference_on_anything(rows, dt, given):
    rows = np.array(rows, dtype=float).reshape(-1, 3)
    modules = (_core, import_module("gaitloop.reference.phase"))
    got, want = (m.PhaseEstimator(**given).run(rows[:, :2].copy(), rows[:, 2].copy(), dt) for m in modules)
    assert_same(got, want)


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32), speed=st.floats(0.85, 1.15), start=st.floats(0.0, 1.0))
def test_rust_matches_reference_on_walkers(seed, speed, start):
    rng = np.random.default_rng(seed)
    times = 0.3 + np.cumsum(rng.normal(1.0, 0.03, 8) / (NOMINAL * speed))
    times = times[rng.random(8) > 0.15]
    got, want = (
        walk(lambda _, m=m: m, times, 2000, start=start) for m in (_core, import_module("gaitloop.reference.phase"))
    )
    assert_same(got, want)


def both_sides(impl, ages, ticks, start, **given):
    estimator = impl("phase").PhaseEstimator(phase_gain=0.3, dead_zone=0.0, **given)
    estimator.reset(np.array(start))
    return estimator.run(ages, np.full(ticks, NOMINAL), DT)


def out_of_step(state):
    """How far the sides are from half a stride apart [-]."""
    return np.abs((state.phase[:, 0] - state.phase[:, 1]) % 1.0 - 0.5)


def test_sides_that_are_led_never_swing_at_once(impl):
    ages = np.full((5000, 2), np.nan)
    free = both_sides(impl, ages, 5000, (0.2, 0.1))
    drawn = both_sides(impl, ages, 5000, (0.2, 0.1), coupling=0.5)
    assert out_of_step(free).min() > 0.39
    assert out_of_step(drawn)[-1] < 0.12
    assert drawn.rate.min() >= 0.0
    assert 0.5 * NOMINAL - 1e-9 <= drawn.rate[500:].min() < drawn.rate.max() <= 1.5 * NOMINAL + 1e-9
    # A paretic gait of 0.42 to 0.58 is left alone, to the bit.
    for field in FIELDS:
        paretic = (both_sides(impl, ages, 5000, (0.0, 0.42), coupling=0.5), both_sides(impl, ages, 5000, (0.0, 0.42)))
        np.testing.assert_array_equal(*(getattr(state, field) for state in paretic))


def test_a_foot_that_scuffs_in_swing_begins_no_stride(impl):
    """Each stride a contact at phase 0, as the phase runs, and one scuff at 0.6."""
    ages = np.full((5000, 2), np.nan)
    stride = round(1.0 / NOMINAL / DT)
    ages[stride::stride, 0] = 0.0
    clean = both_sides(impl, ages, 5000, (0.0, 0.5), window=0.25)
    ages[round(2.6 * stride) :: stride, 0] = 0.0
    scuffed = both_sides(impl, ages, 5000, (0.0, 0.5), window=0.25)
    taken = both_sides(impl, ages, 5000, (0.0, 0.5))
    for field in ("phase", "rate", "accel", "mode"):
        np.testing.assert_array_equal(getattr(scuffed, field), getattr(clean, field))
    assert (scuffed.confidence <= clean.confidence).all()
    assert np.abs(taken.phase - clean.phase).max() > 0.02


def test_whoever_walks_otherwise_than_believed_is_followed_a_stride_later(impl):
    stride = round(1.0 / NOMINAL / DT)
    ages = np.full((30 * stride, 2), np.nan)
    ages[stride // 2 :: stride, 0] = 0.0
    state = both_sides(impl, ages, 30 * stride, (0.0, 0.5), window=0.25)
    at = state.phase[stride // 2 :: stride, 0]
    assert abs(at[0] - 0.5) < 0.05
    assert abs(at[1] - 0.5) < 0.05, "the first one is stray"
    assert abs((at[-1] + 0.5) % 1.0 - 0.5) < 0.05


def test_a_walker_who_shifts_is_not_lost_before_the_stride_that_is_believed(impl):
    """Contacts at phase 0 for five strides, then one at 0.4 and, or not, another a stride later."""
    stride = round(1.0 / NOMINAL / DT)
    for goes_on in (True, False):
        ages = np.full((10 * stride, 2), np.nan)
        ages[stride : 5 * stride + 1 : stride, 0] = 0.0
        ages[round(6.4 * stride), 0] = 0.0
        ages[round(7.4 * stride), 0] = 0.0 if goes_on else np.nan
        mode = both_sides(impl, ages, 10 * stride, (0.0, 0.5), window=0.25).mode[:, 0]
        at = {strides: mode[round(strides * stride)] for strides in (5.9, 6.1, 6.6, 7.3, 7.5, 8.2)}
        assert list(at.values()) == ([1, 2, 2, 2, 1, 1] if goes_on else [1, 2, 2, 2, 2, 3]), at


def test_run_is_repeated_step(impl):
    age = contacts([0.5, 1.75], 1500)
    a, b = (impl("phase").PhaseEstimator() for _ in range(2))
    whole = a.run(age, np.full(1500, NOMINAL), DT)
    for i in range(1500):
        one = b.step(age[i].copy(), NOMINAL, DT)
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(whole, field)[-1], getattr(one, field))


@pytest.mark.parametrize(("clock", "bound"), [(0.9, 0.10), (0.95, 0.07), (1.0, 0.04), (1.05, 0.06), (1.1, 0.09)])
@pytest.mark.parametrize("start", [0.0, 0.3, 0.55, 0.8])
def test_locks_to_a_walker_with_its_own_clock(impl, clock, bound, start):
    times = 0.3 + np.arange(25) / (NOMINAL * clock)
    state = walk(impl, times, int(times[-1] / DT) + 100, start=start)
    error = np.abs(errors_at(state, times))
    assert error[9:].max() < bound + 0.02
    assert error[20:].max() < bound
    period = np.diff(np.unwrap(state.phase[:, 0], period=1.0)[np.round(times[-6:] / DT).astype(int)])
    np.testing.assert_allclose(period, 1.0, atol=0.01)


@pytest.mark.parametrize("offset", [-0.03, -0.015, 0.0, 0.015, 0.03])
def test_contacts_caused_by_the_reference_leave_its_rate_alone(impl, offset):
    """A passive leg meets the ground where the reference puts it, a little off phase 0."""
    estimator = impl("phase").PhaseEstimator()
    estimator.reset(np.array([0.0, 0.5]))
    last, due, way = 0.0, [], []
    for i in range(15_000):
        age = np.full(2, np.nan)
        if due and i - due[0] >= 6:
            age[0] = (i - due.pop(0)) * DT
        state = estimator.step(age, NOMINAL, DT)
        phase = state.phase[0]
        if (last - offset) % 1.0 > 0.5 > (phase - offset) % 1.0:
            due.append(i)
        last = phase
        way.append(state.rate[0])
    assert abs(np.mean(way[5000:]) / NOMINAL - 1.0) < 0.02


def test_missed_and_doubled_contacts_are_safe(impl):
    times = 0.3 + np.arange(16) / NOMINAL
    ticks = int(times[-1] / DT) + 100
    missed = walk(impl, np.delete(times, 8), ticks)
    assert np.abs(errors_at(missed, times)[6:]).max() < 0.06
    gap = missed.mode[int(times[8] / DT) + 100 : int(times[9] / DT) - 100, 0]
    assert set(gap.tolist()) <= {PhaseMode.OVERDUE, PhaseMode.LOST}
    doubled = walk(impl, np.sort(np.append(times, times[8] + 0.2)), ticks)
    plain = walk(impl, times, ticks)
    np.testing.assert_array_equal(doubled.phase, plain.phase)
    assert (doubled.confidence <= plain.confidence).all()
    assert doubled.confidence.sum() < plain.confidence.sum()


def test_one_side_does_not_move_the_other(impl):
    age = np.full((8000, 2), np.nan)
    age[100::625, 0] = 0.01
    lame = age.copy()
    age[400::625, 1] = 0.01
    rate = np.full(8000, NOMINAL)
    both, one = (impl("phase").PhaseEstimator().run(a, rate, DT) for a in (age, lame))
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(both, field)[:, 0], getattr(one, field)[:, 0])


def test_follows_the_belt_up_and_down(impl):
    """Nominal rate ramps to 0.8 and back to 0: the phase stays with it and stands at the end, never going back."""
    nominal = np.interp(np.arange(12_000) * DT, [0, 4, 18, 22, 24], [0, NOMINAL, NOMINAL, 0, 0])
    way = np.cumsum(nominal) * DT
    times = np.interp(np.arange(1, int(way[-1]) + 1), way, np.arange(12_000) * DT)
    state = walk(impl, times, 12_000, nominal=nominal)
    assert np.abs(errors_at(state, times)).max() < 0.08
    assert (np.diff(np.unwrap(state.phase[:, 0], period=1.0)) >= 0).all()
    assert state.rate[-1].max() < 1e-9
    assert abs(state.rate / np.maximum(nominal, 0.05)[:, None]).max() < 1.6


@given(rows=ticks)
@settings(max_examples=40)
def test_phase_stays_in_its_cycle(rows):
    rows = np.array(rows, dtype=float).reshape(-1, 3)
    state = _core.PhaseEstimator().run(rows[:, :2].copy(), rows[:, 2].copy(), 0.01)
    assert ((state.phase >= 0.0) & (state.phase < 1.0)).all()
    assert (state.rate >= 0.0).all()
    assert np.isfinite(state.accel).all()
    assert ((state.confidence >= 0.0) & (state.confidence <= 1.0)).all()


@pytest.mark.parametrize("name", GAINS)
@pytest.mark.parametrize("bad", [np.nan, -0.1, 3.0, np.inf])
def test_bad_gain_is_refused(impl, name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        impl("phase").PhaseEstimator(**{name: bad})


def test_public_door_takes_lists_and_refuses_other_shapes():
    estimator = PhaseEstimator()
    estimator.reset([-0.25, 1.5])
    state = estimator.step([None, 0.01], 0.0, 0.001)
    np.testing.assert_array_equal(state.phase, [0.75, 0.5])
    with pytest.raises(ConfigError, match=r"^contact_age must have"):
        estimator.step([0.0] * 3, 0.8, 0.001)
    with pytest.raises(ConfigError, match=r"^nominal_rate must have shape"):
        estimator.run(np.zeros((3, 2)), np.zeros(4), 0.001)
    with pytest.raises(ConfigError, match=r"^phase_gain must be a number"):
        PhaseEstimator(phase_gain="much")
