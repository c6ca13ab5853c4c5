"""Contacts from joint angles: reference implementation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.events import JointContacts
from gaitloop.reference.trajectory import GaitPattern

HEIGHT = 1.72


def walk(speed=0.8, strides=8, rate=200):
    """Angles of a published pattern (T, 6) [rad], times [ns], and the contacts and lifts of both sides [s]."""
    pattern = GaitPattern.koopman(speed, HEIGHT)
    stride = 1.0 / pattern.stride_rate
    t = np.arange(0.0, strides * stride, 1.0 / rate)
    rows = np.array([pattern.evaluate(x / stride + 0.4)[0] for x in t])
    share = pattern.describe(HEIGHT).stance_share
    truth = []
    for side, offset in enumerate((0.0, pattern.offset)):
        contacts = (np.arange(-1, strides + 1) - 0.4 - offset) * stride
        truth.append((contacts, contacts + share[side] * stride))
    return rows, np.round(t * 1e9).astype(np.int64), truth


@pytest.fixture(scope="module")
def steps():
    return walk()


def columns(detector, rows, t, **options):
    return list(zip(*(c.tolist() for c in detector.run(rows, t, **options)), strict=True))


def errors(found, truth, t):
    """Times of the contacts and of the lifts against the truth [s], and how many were missed but for the edges."""
    late, missed = ([], []), 0
    for side in (0, 1):
        for kind in (0, 1):
            got = np.array([e[2] * 1e-9 for e in found if e[0] == side and e[1] == kind])
            inside = truth[side][kind][(truth[side][kind] > 2.5) & (truth[side][kind] < t[-1] * 1e-9 - 0.3)]
            near = [got[np.argmin(np.abs(got - x))] - x for x in inside]
            missed += sum(abs(x) > 0.25 for x in near)
            late[kind].extend(near)
    return np.array(late[0]), np.array(late[1]), missed


@pytest.mark.parametrize("speed", [0.3, 0.6, 0.9, 1.2])
def test_events_of_published_patterns(speed):
    rows, t, truth = walk(speed, strides=6, rate=100)
    contact, lift, missed = errors(columns(JointContacts(), rows, t), truth, t)
    assert missed == 0
    assert np.abs(contact).max() <= 0.05
    assert np.abs(lift).max() <= 0.1


def test_kinds_alternate(steps):
    found = columns(JointContacts(), *steps[:2])
    for side in (0, 1):
        kinds = [kind for s, kind, *_ in found if s == side]
        assert len(kinds) >= 12
        assert all(a != b for a, b in itertools.pairwise(kinds))


def test_legs_without_ankle_sensors(steps):
    rows, t, truth = steps
    rows = rows.copy()
    rows[:, [2, 5]] = np.nan
    contact, lift, missed = errors(columns(JointContacts(), rows, t), truth, t)
    assert missed == 0
    assert np.abs(contact).max() <= 0.05
    assert np.abs(lift).max() <= 0.1


def test_coarse_encoders_and_offsets(steps):
    rows, t, truth = steps
    coarse = np.round((rows + np.array([0.02, -0.03, 0.01, -0.02, 0.03, 0.02])) / 1e-3) * 1e-3
    contact, _, missed = errors(columns(JointContacts(), coarse, t), truth, t)
    assert missed == 0
    assert np.abs(contact).max() <= 0.1


def test_events_of_a_cut_recording_are_the_same(steps):
    rows, t, _ = steps
    whole = columns(JointContacts(), rows, t)
    for end in (333, 811, 1202):
        assert columns(JointContacts(), rows[:end], t[:end]) == [e for e in whole if e[3] <= t[end - 1]]


def test_looking_ahead_learns_first(steps):
    rows, t, truth = steps
    found = columns(JointContacts(), rows, t, causal=False)
    assert {e[3] for e in found} == {int(t[-1])}
    assert errors(found, truth, t)[2] == 0


def test_standing_sitting_and_rising_make_no_event():
    t = np.arange(0, 20_000) * 5_000_000
    rng = np.random.default_rng(0)
    rise = 0.5 * (1.0 - np.cos(2.0 * np.pi * t * 1e-9 / 6.0))
    rows = np.stack([1.5 * rise, 1.5 * rise, 0.1 * rise] * 2, 1) + rng.normal(0.0, 1e-3, (len(t), 6))
    assert columns(JointContacts(), rows, t) == []
    knee = 0.75 * (1.0 + np.sin(2.0 * np.pi * t * 1e-9 / 3.0))
    seated = np.stack([np.full(len(t), 1.5), knee, 0.0 * knee] + [np.full(len(t), 1.5)] * 2 + [0.0 * knee], 1)
    assert columns(JointContacts(), seated, t) == []


def test_a_stop_with_one_foot_ahead_ends_the_swing(steps):
    rows, t, truth = steps
    stop = np.searchsorted(t, int(1e9 * truth[0][0][4])) + 5
    rows = rows.copy()
    rows[stop:] = rows[stop]
    detector = JointContacts()
    detector.run(rows, t)
    assert detector.in_contact == (True, True)


def test_absent_angles_pause_a_leg(steps):
    rows, t, _ = steps
    rows = rows.copy()
    rows[500:900, 1] = np.nan
    detector = JointContacts()
    found = [e for row, at in zip(rows[:900], t[:900], strict=True) for e in detector.step(row, at)]
    assert detector.paused == (True, False)
    assert not any(e.side == 0 and e.t_emit >= t[500] for e in found)
    later = [e for row, at in zip(rows[900:], t[900:], strict=True) for e in detector.step(row, at)]
    assert detector.paused == (False, False)
    assert any(e.side == 0 for e in later)


def test_two_lost_samples_cost_no_event(steps):
    rows, t, _ = steps
    expected = [e[:2] for e in columns(JointContacts(), rows, t)]
    rows = rows.copy()
    rows[57:1400:59] = rows[58:1400:59] = np.nan
    assert [e[:2] for e in columns(JointContacts(), rows, t)] == expected


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, 5e-324, math.pi, 0.0])
def test_hostile_values_give_finite_numbers(steps, value):
    rows, t = steps[0][:1000].copy(), steps[1][:1000]
    rows[300:500:3] = value
    rows[800:] = value
    for *_, confidence in columns(JointContacts(), rows, t):
        assert 0.0 <= confidence <= 1.0


def test_clock_that_jumps(steps):
    rows, t = steps[0][:1000], steps[1][:1000].copy()
    t[200], t[700] = 2**62, -(2**62)
    assert all(e[2] <= e[3] for e in columns(JointContacts(), rows, t))


@pytest.mark.parametrize(("name", "value"), [("earliest", 0.3), ("latest", -1.0), ("usual", math.nan), ("gap", 0.0)])
def test_settings_outside_their_range_are_refused(name, value):
    with pytest.raises(ConfigError, match=f"{name} must lie in"):
        JointContacts(**{name: value})


def test_settings_out_of_order_are_refused():
    with pytest.raises(ConfigError, match="earliest must lie below latest"):
        JointContacts(earliest=0.12, latest=0.05)


def test_reset_forgets_everything(steps):
    rows, t = steps[0][:1000], steps[1][:1000]
    detector = JointContacts()
    first = columns(detector, rows, t)
    detector.reset()
    assert columns(detector, rows, t) == first
