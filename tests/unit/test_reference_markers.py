"""Contacts from markers in the reference: made walks whose contacts are known, and hostile streams."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.events import MarkerContacts

# Rise and fall of the heel before and after the toe's [s], and the height of the swing [m].
GAITS = {
    "heel": (-0.2, 0.0, 0.08, 0.06),
    "toe": (-0.05, 0.1, 0.0, 0.06),
    "flat": (-0.02, 0.0, 0.0, 0.02),
    "drag": (0.0, 0.0, 0.0, 0.0),
}


def rise(u):
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10.0 - 15.0 * u + 6.0 * u * u)


def bump(u):
    return np.sin(np.pi * np.clip(u, 0.0, 1.0)) ** 2


def walk(gait="heel", speed=1.2, stride=1.1, steps=5, rate=100.0, belt=0.0, turn=0.0):
    """Markers (T, 5, 3) [m], times [ns] and contacts (side, kind, time [s]) of a walk between two stands."""
    early, heel_late, toe_late, lift = GAITS[gait]
    t = np.arange(0.0, 3.0 + steps * stride, 1.0 / rate)
    rows = np.zeros((len(t), 5, 3))
    true = []
    for side in (0, 1):
        rows[:, 2 * side : 2 * side + 2, 1] = 0.1 - 0.2 * side
        rows[:, 2 * side : 2 * side + 2, 2] = 0.04, 0.03
        rows[:, 2 * side + 1, 0] = 0.2
        for k in range(steps):
            off = 1.3 + (k + 0.5 * side) * stride
            on = off + 0.36 * stride
            true += [(side, 1, off), (side, 0, on)]
            for marker, (a, b), high in (
                (0, (off + early, on + heel_late), 2.0 * lift),
                (1, (off, on + toe_late), lift),
            ):
                u = (t - a) / (b - a)
                rows[:, 2 * side + marker, 0] += speed * stride * rise(u)
                rows[:, 2 * side + marker, 2] += high * bump(u)
    far = speed * stride * steps
    rows[:, 4, 0] = np.interp(t, [1.2, 1.6 + steps * stride], [0.1, 0.1 + far])
    rows[:, 4, 2] = 0.9
    rows[:, :, 0] -= belt * t[:, None]
    c, s = math.cos(turn), math.sin(turn)
    rows[:, :, :2] = rows[:, :, :2] @ np.array([[c, s], [-s, c]])
    return rows, np.round(t * 1e9).astype(np.int64), true


def assert_found(columns, true, within=0.12):
    side, kind, t, _, confidence = columns
    assert len(t) == len(true)
    for s, k, at in true:
        near = t[(side == s) & (kind == k)] * 1e-9 - at
        assert np.sum(np.abs(near) < within) == 1
    assert np.all((confidence >= 0.0) & (confidence <= 1.0))


@pytest.mark.parametrize("gait", GAITS)
@pytest.mark.parametrize(("speed", "stride"), [(1.2, 1.1), (0.4, 1.6)])
@pytest.mark.parametrize("causal", [True, False])
def test_every_contact_is_found_once_on_floor_and_belt(gait, speed, stride, causal):
    for belt in (0.0, speed):
        rows, t, true = walk(gait, speed, stride, belt=belt)
        assert_found(MarkerContacts().run(rows, t, causal), true)


def test_belts_of_different_speed_are_told_apart():
    rows, t, true = walk(belt=0.9)
    rows[:, 2:4, 0] -= 0.6 * t[:, None] * 1e-9
    rows[:, 4, 0] -= 0.3 * t * 1e-9
    for causal in (True, False):
        columns = MarkerContacts().run(rows, t, causal)
        walking = columns[2] > 2_100_000_000
        assert_found([column[walking] for column in columns], [event for event in true if event[2] > 2.1])


def test_a_contact_by_the_toe_is_an_initial_contact():
    rows, t, true = walk("toe")
    side, kind, at, *_ = MarkerContacts().run(rows, t)
    ends = [x for s, k, x in true if (s, k) == (0, 0)]
    assert at[(side == 0) & (kind == 0)] * 1e-9 == pytest.approx(ends, abs=0.04)


@pytest.mark.parametrize("rate", [50.0, 64.0, 128.0, 250.0, 1000.0])
def test_times_do_not_hang_on_the_rate(rate):
    at = MarkerContacts().run(*walk(rate=rate, steps=2)[:2])[2]
    fine = MarkerContacts().run(*walk(rate=500.0, steps=2)[:2])[2]
    assert np.abs(np.sort(at) - np.sort(fine)).max() < 12_000_000


@pytest.mark.parametrize("causal", [True, False])
def test_direction_of_walking_and_origin_do_not_matter(causal):
    rows, t, _ = walk()
    turned, *_ = walk(turn=2.3)
    plain = MarkerContacts().run(rows, t, causal)
    other = MarkerContacts().run(turned + np.array([5.0, -3.0, 0.2]), t, causal)
    assert np.abs(plain[2] - other[2]).max() < 1000


def test_standing_sitting_and_shifting_weight_are_no_events():
    t = np.arange(0, 10_000_000_000, 10_000_000)
    rows = np.tile(walk()[0][0], (len(t), 1, 1))
    rows[:, 4, 0] += 0.05 * np.sin(t * 2e-9)
    rows += np.random.default_rng(1).normal(0.0, 2e-4, rows.shape)
    assert len(MarkerContacts().run(rows, t)[0]) == 0
    heel = rows.copy()
    heel[:, 0, 2] += 0.03 * np.sin(t * 3e-9) ** 2
    assert len(MarkerContacts().run(heel, t)[0]) == 0


def test_cutting_a_recording_changes_no_event_that_was_known():
    rows, t, _ = walk()
    whole = MarkerContacts().run(rows, t)
    for cut in range(150, len(t), 150):
        part = MarkerContacts().run(rows[:cut], t[:cut])
        known = whole[3] <= t[cut - 1]
        for a, b in zip(part, whole, strict=True):
            assert np.array_equal(a, b[known])


def test_a_missing_pelvis_is_replaced_by_the_feet():
    rows, t, true = walk()
    rows[:, 4] = np.nan
    for causal in (True, False):
        assert_found(MarkerContacts().run(rows, t, causal), true)


def test_two_missing_samples_cost_no_event_and_a_gap_is_none():
    rows, t, true = walk()
    short = rows.copy()
    short[7::20] = short[8::20] = np.nan
    assert_found(MarkerContacts().run(short, t), true)
    long = rows.copy()
    long[200:260, 2] = np.nan
    contacts = MarkerContacts()
    for i in range(len(t)):
        events = contacts.step(long[i], t[i])
        assert contacts.paused == (False, 200 <= i < 260)
        if 200 <= i < 262:
            assert all(event.side == 0 for event in events)


def test_a_bias_moves_times_but_not_what_is_known():
    rows, t, _ = walk()
    plain = MarkerContacts().run(rows, t)
    late = MarkerContacts(bias_ic=0.02, bias_to=0.01).run(rows, t)
    early = MarkerContacts(bias_ic=-0.1, bias_to=-0.1).run(rows, t)
    shift = np.where(plain[1] == 0, 20_000_000, 10_000_000)
    assert np.abs(plain[2] - late[2] - shift).max() <= 1
    assert np.array_equal(plain[3], late[3])
    assert np.array_equal(early[2], early[3])


def test_calibration_takes_the_median_of_the_closest_pairs():
    ns = 1_000_000
    reference = [([0, 0, 1, 0], [0, 0, 0, 1], [1000 * ns, 2000 * ns, 1500 * ns, 1600 * ns])] * 3
    events = [([0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [1010 * ns, 1060 * ns, 2030 * ns, 1520 * ns, 1590 * ns])] * 3
    assert MarkerContacts.calibrate(events, reference) == pytest.approx((0.02, -0.01))
    with pytest.raises(ConfigError, match="must hold 3 recordings as events does, got 2"):
        MarkerContacts.calibrate(events, reference[:2])
    with pytest.raises(ConfigError, match="at least 3 pairs of toe-offs, got 2"):
        MarkerContacts.calibrate(events[:2], reference[:2])


def test_calibrated_times_have_no_bias():
    rows, t, true = walk()
    truth = [tuple(zip(*[(s, k, round(x * 1e9)) for s, k, x in true], strict=True))]
    for causal in (True, False):
        ic, to = MarkerContacts.calibrate([MarkerContacts().run(rows, t, causal)], truth)
        found = MarkerContacts(bias_ic=ic, bias_to=to).run(rows, t, causal)
        again = MarkerContacts.calibrate([found], truth)
        assert again == pytest.approx((0.0, 0.0), abs=0.02 if causal else 2e-9)


@pytest.mark.parametrize("name", ["smoothing", "speed_min", "bias_ic", "bias_to", "gap"])
@pytest.mark.parametrize("value", [-1.0, 2.0, math.nan])
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(ConfigError, match=f"{name} must lie in"):
        MarkerContacts(**{name: value})


def test_hostile_streams_give_finite_events_only():
    rng = np.random.default_rng(5)
    bad = [np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 999.0, 0.0]
    rows, t, _ = walk()
    rows[rng.random(rows.shape) < 0.02] = rng.choice(bad)
    for i in np.flatnonzero(rng.random(len(t)) < 0.2):
        rows[i, rng.integers(5), rng.integers(3)] = rng.choice(bad)
    jumps = t + np.where(rng.random(len(t)) < 0.02, rng.integers(-(2**60), 2**60, len(t)), 0)
    for causal in (True, False):
        for times in (t, jumps, np.arange(len(t)), t - 2**62):
            found = MarkerContacts().run(rows, times, causal)
            assert np.all(found[2] <= found[3])
            assert np.isfinite(found[4]).all()
    assert all(len(column) == 0 for column in MarkerContacts().run(np.empty((0, 5, 3)), np.empty(0, np.int64), False))


def test_ticks_that_do_not_advance_are_not_taken_and_reset_forgets():
    rows, t, _ = walk()
    contacts = MarkerContacts()
    first = contacts.run(rows, t)
    assert contacts.step(rows[0], int(t[-1])) == []
    contacts.reset()
    assert contacts.in_contact == (False, False)
    for a, b in zip(contacts.run(rows, t), first, strict=True):
        assert np.array_equal(a, b)
