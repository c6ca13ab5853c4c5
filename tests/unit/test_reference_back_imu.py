"""Contacts from the lower back: made-up walking with known contacts, and everything that is no walking."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.events import BackImuContacts

GRAVITY = 9.80665


def rotation(seed):
    """A random orthogonal right-handed matrix."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def trunk(rate=100.0, step=0.55, steps=20, start=2.0, end=2.0, size=1.5, turning=0.3, mount=None, noise=0.02, seed=0):
    """Rows, times [ns] and contact times [s] of standing, walking and standing; the first contact is a right one."""
    n = int((start + steps * step + end) * rate)
    t = np.arange(n) / rate
    phase = (t - start) / step
    walk = np.clip(np.minimum(phase + 0.5, steps - 0.5 - phase) * 2.0, 0.0, 1.0)
    rng = np.random.default_rng(seed)
    rows = noise * rng.normal(size=(n, 6)) * [1, 1, 1, 0.1, 0.1, 0.1]
    rows[:, 2] += GRAVITY + size * walk * np.cos(2 * np.pi * (phase - 0.1))
    rows[:, 0] += 0.5 * size * walk * np.sin(2 * np.pi * phase)
    rows[:, 5] += turning * walk * np.cos(np.pi * phase)
    turn = np.eye(3) if mount is None else mount
    rows = np.hstack([rows[:, :3] @ turn.T, rows[:, 3:] @ turn.T])
    return rows, np.round(t * 1e9).astype(np.int64), start + step * np.arange(steps)


def contacts(result):
    side, kind, time, _, _ = result
    return time[kind == 0] * 1e-9, side[kind == 0]


def found(result, truth, tolerance=0.12):
    """Contacts found, and contacts that are none."""
    time, _ = contacts(result)
    near = [np.abs(time - at).min(initial=np.inf) <= tolerance for at in truth]
    false = [at for at in time if np.abs(truth - at).min() > tolerance]
    return sum(near), len(false)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate", [50.0, 64.0, 128.0, 200.0, 1000.0])
def test_every_step_at_any_rate_and_mounting(causal, rate):
    rows, t, truth = trunk(rate, steps=10, mount=rotation(int(rate)))
    hits, false = found(BackImuContacts().run(rows, t, causal), truth)
    assert hits >= 9
    assert false <= 1


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("step", [0.42, 0.7, 0.95, 1.2])
def test_fast_and_slow_walking(causal, step):
    rows, t, truth = trunk(step=step, size=0.7 / step)
    hits, false = found(BackImuContacts().run(rows, t, causal), truth, 0.2)
    assert hits >= 19
    assert false <= 1


def test_mounting_and_gain_do_not_matter():
    rows, t, _ = trunk()
    plain = BackImuContacts().run(rows, t)
    turned, _, _ = trunk(mount=rotation(3))
    for other in (BackImuContacts().run(turned, t), BackImuContacts().run(rows * 0.102, t)):
        np.testing.assert_array_equal(plain[0], other[0])
        np.testing.assert_allclose(plain[2], other[2], atol=1000)


@pytest.mark.parametrize("causal", [True, False])
def test_side_comes_from_turning(causal):
    rows, t, truth = trunk()
    time, side = contacts(BackImuContacts().run(rows, t, causal))
    index = np.abs(truth[:, None] - time).argmin(axis=0)
    assert np.mean(side == 1 - index % 2) > 0.9


@pytest.mark.parametrize("causal", [True, False])
def test_unknown_side_has_at_most_half_confidence(causal):
    rows, t, _ = trunk(turning=0.0, noise=0.0)
    confidence = BackImuContacts().run(rows, t, causal)[4]
    assert len(confidence) > 20
    assert confidence.max() <= 0.5


@pytest.mark.parametrize("causal", [True, False])
def test_events_of_a_foot_alternate_and_times_rise(causal):
    rows, t, _ = trunk(step=0.6, noise=0.4)
    side, kind, time, emit, confidence = BackImuContacts().run(rows, t, causal)
    assert len(side) > 30
    assert np.all(np.diff(time) >= 0)
    assert np.all(emit >= time)
    assert np.all((confidence >= 0.0) & (confidence <= 1.0))
    for foot in (0, 1):
        assert np.all(np.diff(kind[side == foot]) != 0)


def no_walking():
    t = np.arange(3000) / 100.0
    rng = np.random.default_rng(1)
    still = np.tile([0.0, 0.0, GRAVITY, 0.0, 0.0, 0.0], (3000, 1))
    noisy = still + 0.1 * rng.normal(size=still.shape)
    tilt = 0.6 * np.clip(np.sin(2 * np.pi * t / 10.0) * 3.0, -1.0, 1.0)
    bend = still.copy()
    bend[:, 0], bend[:, 2] = GRAVITY * np.sin(tilt), GRAVITY * np.cos(tilt)
    bend[:, 4] = np.gradient(tilt, t)
    sit = still.copy()
    sit[:, 2] += 3.0 * np.exp(-(((t % 10.0) - 5.0) ** 2) / 0.05) - 3.0 * np.exp(-(((t % 10.0) - 5.6) ** 2) / 0.05)
    turn = still.copy()
    turn[:, 5] = np.sin(2 * np.pi * t / 3.0)
    return {"still": still, "noisy": noisy, "bending": bend, "sitting": sit, "turning": turn, "nothing": 0.0 * still}


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("name", ["still", "noisy", "bending", "sitting", "turning", "nothing"])
def test_no_events_without_walking(causal, name):
    rows = no_walking()[name]
    assert len(BackImuContacts().run(rows, np.arange(3000) * 10_000_000, causal)[0]) == 0


def test_two_steps_are_not_reported():
    rows, t, _ = trunk(steps=2)
    assert len(BackImuContacts().run(rows, t)[0]) == 0


@pytest.mark.parametrize("causal", [True, False])
def test_single_missing_rows_cost_nothing(causal):
    rows, t, truth = trunk()
    rows[np.random.default_rng(0).random(len(rows)) < 0.05] = np.nan
    hits, false = found(BackImuContacts().run(rows, t, causal), truth)
    assert hits >= 19
    assert false <= 1


@pytest.mark.parametrize("causal", [True, False])
def test_no_event_within_a_gap(causal):
    rows, t, _ = trunk()
    rows[500:700, 1] = math.nan
    time = BackImuContacts().run(rows, t, causal)[2] * 1e-9
    assert not np.any((time > 5.05) & (time < 6.95))
    assert np.any(time < 5.0)
    assert np.any(time > 7.0)


def test_paused_and_in_contact():
    rows, t, _ = trunk()
    detector = BackImuContacts()
    assert detector.in_contact == (True, True)
    seen = set()
    for row, at in zip(rows, t, strict=True):
        detector.step(row, at)
        assert detector.paused == (False, False)
        seen.add(detector.in_contact)
    assert {(True, False), (False, True), (True, True)} <= seen
    assert detector.in_contact == (True, True)
    assert detector.step([math.nan] * 6, int(t[-1]) + 10_000_000) == []
    assert detector.paused == (True, True)
    assert detector.step(rows[-1], int(t[-1])) == []


def test_cutting_leaves_earlier_events_unchanged():
    rows, t, _ = trunk()
    whole = np.array(BackImuContacts().run(rows, t))
    for cut in (300, 555, 801):
        part = np.array(BackImuContacts().run(rows[:cut], t[:cut]))
        np.testing.assert_array_equal(part, whole[:, whole[3] <= t[cut - 1]])


def test_reset_forgets_everything():
    rows, t, _ = trunk()
    detector = BackImuContacts()
    first = np.array(detector.run(rows, t))
    detector.reset()
    np.testing.assert_array_equal(first, np.array(detector.run(rows, t)))


@pytest.mark.parametrize("causal", [True, False])
def test_hostile_streams(causal):
    rng = np.random.default_rng(5)
    t = np.cumsum(rng.choice([1, 10**6, 10**7, 3 * 10**8, 10**12], p=[0.1, 0.3, 0.5, 0.09, 0.01], size=1500))
    values = np.array([0.0, 5e-324, 1e308, -1e308, np.inf, np.nan, 1.0, 9.8, -999.0, 99.0])
    for rows in (
        rng.choice(values, p=[0.1, 0.05, 0.01, 0.01, 0.01, 0.02, 0.2, 0.3, 0.1, 0.2], size=(1500, 6)),
        rng.normal(size=(1500, 6)) * [300, 300, 300, 30, 30, 30],
        np.full((1500, 6), 99.0),
    ):
        result = BackImuContacts().run(rows, t, causal)
        assert np.isfinite(result[4]).all()
        assert np.all(result[3] >= result[2])
    assert len(BackImuContacts().run(np.zeros((0, 6)), [], causal)[0]) == 0


@pytest.mark.parametrize(
    ("name", "low", "high"), [("floor", 0.05, 5.0), ("rise", 0.1, 0.9), ("step_time", 0.3, 1.8), ("gap", 0.01, 1.0)]
)
def test_settings_have_ranges(name, low, high):
    for value in (low, high):
        assert getattr(BackImuContacts(**{name: value}), name) == value
    for value in (low - 1e-3, high + 1e-3, math.nan):
        with pytest.raises(ConfigError, match=f"{name} must lie in"):
            BackImuContacts(**{name: value})
