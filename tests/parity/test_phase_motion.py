"""Phase that follows a movement: Rust against the reference, on walkers, on anything, and on recorded people."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.phase import PhaseMode
from gaitloop.recording import load

ATOL = 1e-9  # [-], [1/s]
FIELDS = ("phase", "rate", "accel", "confidence", "mode", "changed")
RECORDED = ["imu_feet_back", "imu_feet_mocap", "imu_legs_stroke"]


def modules():
    return _core, import_module("gaitloop.reference.phase")


def assert_same(got, want, dt=0.01):
    for field in FIELDS:
        scale = 1.0 / dt if field == "accel" and 1e-6 <= dt <= 0.1 else 1.0  # a difference of rates over dt
        a, b = (np.asarray(getattr(state, field), dtype=float) for state in (got, want))
        np.testing.assert_allclose(a, b, rtol=ATOL, atol=scale * ATOL, err_msg=field)


def both(*inputs, phases=(0.0, 0.5)):
    states = []
    for module in modules():
        estimator = module.PhaseEstimator()
        estimator.reset(np.array(phases))
        states.append(estimator.run(*inputs))
    return states


def walker(seed, dt, ticks):
    """Two legs with strides of their own, pauses, a change of pace, and what goes wrong with sensors."""
    rng = np.random.default_rng(seed)
    t = np.arange(1, ticks + 1) * dt
    age, motion, stance = np.full((ticks, 2), np.nan), np.zeros((ticks, 2)), np.full((ticks, 2), np.nan)
    for side in range(2):
        strides = rng.uniform(0.8, 1.6) * (1.0 + 0.04 * rng.standard_normal(200))
        strides[rng.integers(5, 12) :] *= rng.uniform(0.7, 1.4)
        strides[rng.random(200) < 0.06] *= rng.uniform(1.5, 4.0)
        contacts = 0.4 + np.cumsum(strides)
        way = np.interp(t, contacts, np.arange(200), left=0.0)
        angle = 2.0 * np.pi * np.minimum(way % 1.0 * rng.uniform(1.0, 1.5), 1.0)
        motion[:, side] = rng.uniform(0.01, 50.0) * (np.cos(angle) + 0.3 * np.cos(2.0 * angle + 1.0)) + rng.normal()
        for contact in np.concatenate([contacts[rng.random(200) < 0.95], rng.uniform(0.0, t[-1], 3)]):
            i = np.searchsorted(t, contact + rng.uniform(0.0, 0.04))
            if i < ticks:
                age[i, side] = t[i] - contact
        known = (t % 9.0 > rng.uniform(3.0, 8.0)) & (seed % 3 > 0)
        stance[known, side] = way[known] % 1.0 < 0.6
        lost = [(t > a) & (t < a + rng.exponential(1.5)) for a in rng.uniform(3.0, t[-1], 4)]
        motion[lost[0] | (rng.random(ticks) < 0.01), side] = np.nan
        motion[lost[1], side] = 0.7  # stuck
        age[lost[2] | lost[3], side] = np.nan
    nominal = np.full(ticks, (0.9, np.nan, 0.1, 1.3)[seed % 4])
    nominal[t > t[-1] - 3.0] = (0.9, 0.0)[seed % 2]
    return age, nominal, dt, motion, stance


@pytest.mark.parametrize("dt", [0.02, 0.01, 0.004])
@pytest.mark.parametrize("seed", range(8))
def test_rust_matches_reference_on_walkers(seed, dt):
    got, want = both(*walker(seed, dt, round(30.0 / dt)))
    assert_same(got, want)


def test_walkers_come_through_every_mode():
    modes = [_core.PhaseEstimator().run(*walker(seed, 0.02, 1500)).mode for seed in range(8)]
    assert set(np.concatenate(modes).ravel().tolist()) == {int(mode) for mode in PhaseMode}


def anything(rng, ticks):
    odd = np.array([np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, -0.0, 1e6, -1e6, 1.0000001e6, 0.6])
    size = 10.0 ** rng.integers(-300, 7, ticks)[:, None] if rng.random() < 0.5 else 1.0
    motion = rng.standard_normal((ticks, 2)) * size
    age = np.where(rng.random((ticks, 2)) < 0.08, rng.uniform(-0.1, 1.1, (ticks, 2)), np.nan)
    for column in (age, motion):
        put = rng.random((ticks, 2)) < 0.03
        column[put] = rng.choice(odd, np.count_nonzero(put))
    nominal = np.where(rng.random(ticks) < 0.1, rng.choice(odd, ticks), rng.uniform(-0.2, 5.2, ticks))
    return age, nominal, motion, rng.choice([0.0, 1.0, 2.0, np.nan], (ticks, 2))


@pytest.mark.parametrize("seed", range(30))
def test_rust_matches_reference_on_anything(seed):
    """Steps of any length, input of any value, and steps without a movement or a stance."""
    rng = np.random.default_rng(seed)
    age, nominal, motion, stance = anything(rng, 600)
    dt = rng.choice([0.0, 5e-324, 1e-6, 1e-3, 0.01, 0.02, 0.1, 0.100001, np.nan, -1.0, np.inf], 600)
    if seed % 2:
        dt = np.where(rng.random(600) < 0.9, 0.02, dt)
    estimators = [module.PhaseEstimator() for module in modules()]
    for i in range(600):
        given = motion[i].copy() if i > 40 and rng.random() < 0.97 else None
        ground = stance[i].copy() if rng.random() < 0.8 else None
        got, want = (e.step(age[i].copy(), nominal[i], dt[i], given, ground) for e in estimators)
        assert_same(got, want, dt[i])
        assert ((got.phase >= 0.0) & (got.phase < 1.0)).all()
        assert np.isfinite([got.rate, got.accel, got.confidence]).all()


def pitch_rate(recording, sensor, side):
    """Largest of the three axes; which one, and its sign, do not matter."""
    axes = np.stack([recording.signal("imu").column(f"{side}_{sensor}_gyr_{axis}") for axis in "xyz"], 1)
    return axes[:, np.nanargmax(np.nanstd(axes, axis=0))]


@pytest.mark.parametrize("name", RECORDED)
def test_rust_matches_reference_on_recorded_people(data_root, name):
    for folder in sorted((data_root / "data" / name).iterdir())[:4]:
        recording = load(folder)
        t = recording.signal("imu").t
        motion = np.stack([pitch_rate(recording, "foot", side) for side in ("left", "right")], 1)[:4000]
        age = np.full(motion.shape, np.nan)
        for i, side in enumerate(("left", "right")):
            for contact in recording.events.times(side, "ic"):
                k = np.searchsorted(t, contact + 0.02)
                if k < len(age):
                    age[k, i] = t[k] - contact
        got, want = both(age, np.full(len(age), 0.9), float(np.median(np.diff(t))), motion)
        assert_same(got, want)
        assert (got.mode == PhaseMode.TRACKING).mean() > 0.3


@pytest.mark.parametrize("which", ["rust", "reference"])
def test_run_is_repeated_step(which):
    age, nominal, dt, motion, stance = walker(5, 0.02, 1500)
    a, b = (modules()[which == "reference"].PhaseEstimator() for _ in range(2))
    whole = a.run(age, nominal, dt, motion, stance)
    steps = [b.step(age[i].copy(), nominal[i], dt, motion[i].copy(), stance[i].copy()) for i in range(1500)]
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(whole, field), [getattr(step, field) for step in steps])


@pytest.mark.parametrize("which", ["rust", "reference"])
def test_reset_forgets_the_movement(which):
    module = modules()[which == "reference"]
    used, new = module.PhaseEstimator(), module.PhaseEstimator()
    used.run(*walker(3, 0.02, 500))
    for estimator in (used, new):
        estimator.reset(np.array([0.2, 0.7]))
    inputs = walker(4, 0.02, 500)
    for arguments in (inputs[:3], inputs):
        a, b = used.run(*arguments), new.run(*arguments)
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(a, field), getattr(b, field))
