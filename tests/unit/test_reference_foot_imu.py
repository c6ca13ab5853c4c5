"""Foot IMU contacts of the reference, by made-up walking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.events import FootImuContacts

STRIDE = 1.3
KNOTS = [0.0, 0.45, 0.69, 0.75, 0.85, 1.05, 1.12, 1.16, 1.22, STRIDE]
RATES = [0.0, 0.0, 8.0, 0.0, -5.33, -4.44, 0.0, 4.0, 0.0, 0.0]
TOE_OFF, CONTACT = 0.70, 1.15
STAND = 1.0


def walk(t, delay=0.0):
    """Acceleration and angular velocity (T, 6) of one foot, y to the left, z up in standing; it stands first."""
    u = np.mod(t - STAND - delay, STRIDE)
    walking = t >= STAND + delay
    rate = np.where(walking, np.interp(u, KNOTS, RATES), 0.0)
    grid = np.linspace(0.0, STRIDE, 1301)
    angle = np.concatenate([[0.0], np.cumsum(np.interp(grid, KNOTS, RATES)[:-1]) * 0.001])
    pitch = np.where(walking, np.interp(u, grid, angle - angle[-1] * grid / STRIDE), 0.0)
    s = (u - 0.6) / 0.55
    forward = np.where(walking & (s > 0) & (s < 1), 18.0 * np.sin(2 * np.pi * s), 0.0)
    acc = np.stack(
        [
            forward * np.cos(pitch) - 9.81 * np.sin(pitch),
            np.zeros_like(t),
            forward * np.sin(pitch) + 9.81 * np.cos(pitch),
        ],
        axis=1,
    )
    return np.concatenate([acc, np.stack([0 * t, rate, 0 * t], axis=1)], axis=1)


def both(rate=100.0, seconds=12.0, noise=0.05, seed=0):
    t = np.arange(0.0, seconds, 1.0 / rate)
    rows = np.stack([walk(t), walk(t, STRIDE / 2)], axis=1)
    rng = np.random.default_rng(seed)
    rows += noise * rng.standard_normal(rows.shape) * [1, 1, 1, 0.3, 0.3, 0.3]
    return rows, np.round(t * 1e9).astype(np.int64)


def rotation(rng):
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def turned(rows, seed):
    """Each foot's sensor mounted in another way."""
    rng = np.random.default_rng(seed)
    out = rows.copy()
    for foot in range(2):
        m = rotation(rng)
        out[:, foot, :3] = rows[:, foot, :3] @ m.T
        out[:, foot, 3:] = rows[:, foot, 3:] @ m.T
    return out


def expected(side, kind, until):
    first = STAND + side * STRIDE / 2 + (TOE_OFF if kind else CONTACT)
    return np.arange(first, until, STRIDE)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate", [50, 100, 400])
def test_every_step_is_found_from_the_first_on(rate, causal):
    rows, t = both(rate, 12.4)
    side, kind, time, emit, confidence = FootImuContacts().run(turned(rows, 1), t, causal)
    for s in range(2):
        for k in range(2):
            found = time[(side == s) & (kind == k)] * 1e-9
            want = expected(s, k, 12.4)
            assert len(found) == len(want)
            assert np.abs(found - want).max() < 0.05
    assert (emit >= time).all()
    assert ((confidence >= 0) & (confidence <= 1)).all()
    if causal:
        assert np.percentile(emit - time, 90) < 0.06e9
    else:
        assert (emit == t[-1]).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_mounting_changes_nothing(seed):
    rows, t = both(seconds=8.0)
    want = FootImuContacts().run(rows, t)
    got = FootImuContacts().run(turned(rows, seed), t)
    for a, b in zip(want[:2], got[:2], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(want[2], got[2], rtol=0, atol=1000)


@pytest.mark.parametrize("cut", [150, 333, 612])
def test_a_cut_leaves_what_was_known(cut):
    rows, t = both(seconds=8.0)
    want = FootImuContacts().run(rows, t)
    got = FootImuContacts().run(rows[:cut], t[:cut])
    known = want[3] <= t[cut - 1]
    for a, b in zip(want, got, strict=True):
        np.testing.assert_array_equal(a[known], b)


def test_a_recording_that_starts_in_mid_stride_is_followed_after_a_stride():
    rows, t = both(seconds=14.0)
    for start in range(250, 380, 13):
        side, kind, time, *_ = FootImuContacts().run(rows[start:], t[start:])
        for s in range(2):
            for k in range(2):
                found = time[(side == s) & (kind == k)] * 1e-9
                want = expected(s, k, 13.8)
                want = want[want > start * 0.01 + 2 * STRIDE]
                assert all(np.abs(found - x).min() < 0.05 for x in want)


def test_standing_gives_no_event():
    rows, t = both(seconds=20.0)
    rng = np.random.default_rng(3)
    still = np.repeat(rows[:1], len(t), axis=0)
    sway = np.cumsum(rng.standard_normal(rows.shape), axis=0) * 0.005
    sway -= np.linspace(0, 1, len(t))[:, None, None] * sway[-1]
    assert len(FootImuContacts().run(still + sway, t)[0]) == 0
    assert len(FootImuContacts().run(still + 0.05 * rng.standard_normal(rows.shape), t)[0]) == 0


def test_lost_samples_cost_no_event_and_a_gap_is_none():
    rows, t = both(seconds=12.0)
    whole = FootImuContacts().run(rows, t)
    holes = rows.copy()
    holes[::17] = np.nan
    holes[1::34, 1] = np.nan
    got = FootImuContacts().run(holes, t)
    assert len(got[0]) == len(whole[0])
    assert np.abs(got[2] - whole[2]).max() < 0.03e9
    gap = rows.copy()
    gap[400:700, 0] = np.nan
    side, _, _, emit, _ = FootImuContacts().run(gap, t)
    assert not ((side == 0) & (emit >= t[400]) & (emit < t[700])).any()
    right = whole[0] == 1
    np.testing.assert_array_equal(emit[side == 1], whole[3][right])
    assert (emit[side == 0] > t[700]).sum() >= 5


def test_paused_tells_which_foot_is_not_measured():
    rows, t = both(seconds=1.0)
    detector = FootImuContacts()
    assert detector.paused == (True, True)
    detector.step(rows[0], int(t[0]))
    assert detector.paused == (False, False)
    rows[1, 0, 4] = np.nan
    assert detector.step(rows[1], int(t[1])) == []
    assert detector.paused == (True, False)
    assert detector.in_contact == (True, True)


def test_a_tick_that_is_not_later_is_not_taken():
    rows, t = both(seconds=6.0)
    want = FootImuContacts().run(rows, t)
    twice = np.repeat(np.arange(len(t)), 2)
    got = FootImuContacts().run(rows[twice], np.where(np.arange(2 * len(t)) % 2, t[twice] - 5, t[twice]))
    for a, b in zip(want, got, strict=True):
        np.testing.assert_array_equal(a, b)


HOSTILE = st.sampled_from(
    [0.0, 1.0, -9.81, 9.81, np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 999.0, -999.0, 1e-300]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.lists(HOSTILE, min_size=12, max_size=12), st.integers(-(2**62), 2**62)), max_size=30))
def test_hostile_input_gives_finite_numbers(ticks):
    detector = FootImuContacts()
    for values, t in ticks:
        for event in detector.step(np.reshape(values, (2, 6)), t):
            assert np.isfinite(event.confidence)
            assert event.t <= event.t_emit == t


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 3.0, 40.0, 900.0]))
def test_in_random_streams_time_never_runs_backwards(seed, scale):
    rng = np.random.default_rng(seed)
    rows = scale * rng.standard_normal((600, 2, 6)).cumsum(axis=0) / 10
    t = np.cumsum(rng.integers(1, 40_000_000, 600))
    side, _, time, emit, _ = FootImuContacts().run(rows, t)
    assert (time <= emit).all()
    for s in range(2):
        assert (np.diff(time[side == s]) >= 0).all()


def test_reset_forgets_everything():
    rows, t = both(seconds=6.0)
    detector = FootImuContacts()
    want = detector.run(rows, t)
    detector.reset()
    for a, b in zip(want, detector.run(rows, t), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    "name", ["push", "swing", "lift", "toe_off_delay", "contact_delay", "min_stance", "min_swing", "gap"]
)
@pytest.mark.parametrize("bad", [np.nan, -1.0, 99.0])
def test_a_bad_setting_is_refused(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        FootImuContacts(**{name: bad})
