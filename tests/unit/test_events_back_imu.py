"""Lower-back contacts by hand-made walks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.events import BackImuContacts, Events

RANGES = {"floor": (0.05, 5), "rise": (0.1, 0.9), "step_time": (0.3, 1.8), "gap": (0.01, 1)}
START = 2.0


def mounting(seed):
    """A random turn of the sensor."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def walk(rate=100.0, step=0.55, steps=20, turning=0.3, mount=None, noise=0.02):
    """Rows, times and contact times [s] of standing, walking and standing; the first contact is a right one."""
    t = np.arange(int((2 * START + steps * step) * rate)) / rate
    phase = (t - START) / step
    go = np.clip(2.0 * np.minimum(phase + 0.5, steps - 0.5 - phase), 0.0, 1.0)
    rows = noise * np.random.default_rng(0).normal(size=(len(t), 6)) * [1, 1, 1, 0.1, 0.1, 0.1]
    rows[:, 2] += 9.80665 + 1.5 * go * np.cos(2 * np.pi * (phase - 0.1))
    rows[:, 0] += 0.7 * go * np.sin(2 * np.pi * phase)
    rows[:, 5] += turning * go * np.cos(np.pi * phase)
    if mount is not None:
        rows = np.hstack([rows[:, :3] @ mount.T, rows[:, 3:] @ mount.T])
    return rows, t, START + step * np.arange(steps)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate", [50.0, 64.0, 128.0, 200.0, 1000.0])
def test_every_contact_is_found_with_its_side_at_any_rate_in_any_mounting(rate, causal):
    rows, t, truth = walk(rate, mount=mounting(int(rate)))
    contacts = BackImuContacts().run(rows, t, causal).select(kind="ic")
    nearest = np.abs(contacts.time[:, None] - truth).argmin(axis=1)
    assert set(nearest) >= set(range(1, 19))
    assert np.abs(contacts.time - truth[nearest]).max() < 0.12
    assert (contacts.side == 1 - nearest % 2).all()


@pytest.mark.parametrize("causal", [True, False])
def test_the_kinds_of_a_foot_alternate_and_the_lift_follows_the_other_contact(causal):
    rows, t, _ = walk(steps=30)
    events = BackImuContacts().run(rows, t, causal)
    for side in ("left", "right"):
        own = events.select(side)
        assert (np.diff(own.kind[np.argsort(own.time)]) != 0).all()
        assert len(own) > 20
    lifts, others = events.times("left", "to"), events.times("right", "ic")
    delay = lifts[3:-3, None] - others
    assert np.allclose(np.where(delay > 0, delay, np.inf).min(axis=1), 0.146, atol=0.03)


def test_each_event_is_known_within_its_step_once_somebody_walks():
    rows, t, _ = walk(steps=30)
    events = BackImuContacts().run(rows, t)
    assert (events.emit >= events.time).all()
    assert np.median((events.emit - events.time)[8:]) < 0.15
    assert np.isnan(BackImuContacts().run(rows, t, causal=False).emit).all()


@pytest.mark.parametrize("causal", [True, False])
def test_without_turning_the_side_is_a_guess(causal):
    rows, t, _ = walk(turning=0.0, noise=0.0)
    confidence = BackImuContacts().run(rows, t, causal).confidence
    assert len(confidence) > 20
    assert 0.3 < confidence.max() <= 0.5


@pytest.mark.parametrize("causal", [True, False])
def test_standing_bending_and_two_steps_give_nothing(causal):
    t = np.arange(3000) / 100.0
    still = np.tile([0.0, 9.8, 0.0, 0.0, 0.0, 0.0], (3000, 1))
    tilt = 0.6 * np.clip(3.0 * np.sin(2 * np.pi * t / 10.0), -1.0, 1.0)
    bend = still.copy()
    bend[:, 0], bend[:, 1], bend[:, 5] = 9.8 * np.sin(tilt), 9.8 * np.cos(tilt), np.gradient(tilt, t)
    for rows in (still, bend, 0.0 * still, np.full((3000, 6), np.nan)):
        assert len(BackImuContacts().run(rows, t, causal)) == 0
    rows, t, _ = walk(steps=2)
    assert len(BackImuContacts().run(rows, t, causal)) == 0


def test_the_unit_of_the_accelerometer_does_not_matter():
    rows, t, _ = walk()
    plain, scaled = BackImuContacts().run(rows, t), BackImuContacts().run(rows / [9.81, 9.81, 9.81, 1, 1, 1], t)
    np.testing.assert_array_equal(plain.side, scaled.side)
    np.testing.assert_allclose(plain.time, scaled.time, atol=1e-6)


def test_a_missing_row_pauses_and_costs_nothing():
    rows, t, _ = walk()
    full = BackImuContacts().run(rows, t)
    contacts = BackImuContacts()
    assert contacts.paused == (False, False)
    rows[np.random.default_rng(0).random(len(rows)) < 0.05, 4] = np.nan
    found = []
    for row, now in zip(rows, t, strict=True):
        events = contacts.step(row, now)
        assert contacts.paused == (bool(np.isnan(row[4])),) * 2
        assert not (contacts.paused[0] and events)
        found += events
    assert len(found) == len(full)


@pytest.mark.parametrize("causal", [True, False])
def test_a_gap_is_no_event_and_ends_the_walk(causal):
    rows, t, _ = walk()
    rows[500:700] = np.nan
    events = BackImuContacts().run(rows, t, causal)
    assert not ((events.time > 5.05) & (events.time < 6.95)).any()
    assert (events.time < 5.0).sum() > 8
    assert (events.time > 7.0).sum() > 8
    contacts = BackImuContacts()
    contacts.run(rows[:520], t[:520])
    assert contacts.in_contact != (True, True)
    contacts.run(rows[520:701], t[520:701])
    assert contacts.in_contact == (True, True)


@given(cut=st.integers(0, 1500))
@settings(max_examples=40)
def test_cutting_a_recording_leaves_what_was_known(cut):
    rows, t, _ = walk()
    cut = min(cut, len(t))
    whole = list(BackImuContacts().run(rows, t))
    known = t[cut - 1] if cut else -1.0
    assert list(BackImuContacts().run(rows[:cut], t[:cut])) == [event for event in whole if event.emit <= known + 1e-9]


def test_run_is_a_step_per_sample_and_goes_on_where_it_was():
    rows, t, _ = walk()
    one, two = BackImuContacts(), BackImuContacts()
    stepped = [event for row, now in zip(rows, t, strict=True) for event in one.step(row, now)]
    parts = [two.run(rows[a:b], t[a:b]) for a, b in ((0, 300), (300, 301), (301, 999), (999, len(t)))]
    assert stepped == [event for part in parts for event in part]
    assert stepped == list(BackImuContacts().run(rows, t))


def test_looking_ahead_leaves_the_steps_alone():
    rows, t, _ = walk()
    contacts = BackImuContacts()
    first = contacts.run(rows[:600], t[:600])
    ahead = contacts.run(rows, t, causal=False)
    assert list(contacts.run(rows[600:], t[600:])) == list(BackImuContacts().run(rows, t))[len(first) :]
    np.testing.assert_array_equal(ahead.time, BackImuContacts().run(rows, t, causal=False).time)
    assert (np.diff(ahead.time) >= 0.0).all()


def test_time_that_stands_or_runs_back_is_not_taken():
    rows, t, _ = walk()
    contacts, plain = BackImuContacts(), BackImuContacts()
    contacts.run(rows[:800], t[:800])
    plain.run(rows[:800], t[:800])
    for bad in (t[799], 0.5, -9e9):
        assert contacts.step([900.0] * 6, bad) == []
    assert contacts.paused == (False, False)
    assert list(contacts.run(rows[800:], t[800:])) == list(plain.run(rows[800:], t[800:]))


def test_reset_makes_it_new():
    rows, t, _ = walk()
    contacts = BackImuContacts()
    first = list(contacts.run(rows, t))
    contacts.step([np.nan] * 6, t[-1] + 1.0)
    contacts.reset()
    assert (contacts.in_contact, contacts.paused) == ((True, True), (False, False))
    assert list(contacts.run(rows, t)) == first


@pytest.mark.parametrize("bad", [np.nan, np.inf, "low", "high"])
@pytest.mark.parametrize("name", RANGES)
def test_bad_parameters_are_refused(name, bad):
    low, high = RANGES[name]
    value = {"low": low - 0.001, "high": high + 0.001}.get(bad, bad)
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
        BackImuContacts(**{name: value})
    with pytest.raises(ConfigError, match=f"^{name} must be a number"):
        BackImuContacts(**{name: "much"})


def test_wrong_arguments_are_refused():
    contacts = BackImuContacts()
    for call, message in [
        (lambda: contacts.step([1.0, 2.0, 3.0], 0.0), r"^imu must have shape \(6,\)"),
        (lambda: contacts.step(np.zeros(6), np.nan), "^t must lie in"),
        (lambda: contacts.step(["a"] * 6, 0.0), "^imu must be numbers"),
        (lambda: contacts.run(np.zeros((3, 5)), np.arange(3.0)), r"^imu must have shape \(T, 6\)"),
        (lambda: contacts.run(np.zeros(6), np.arange(6.0)), r"^imu must have shape \(T, 6\)"),
        (lambda: contacts.run(np.zeros((3, 6)), np.arange(4.0)), r"^t must have shape \(3,\), got \(4,\)"),
        (lambda: contacts.run(np.zeros((2, 6)), [0.0, 0.0]), "^t must increase"),
        (lambda: contacts.run(np.zeros((1, 6)), [[0.0]]), r"^t must have shape \(T,\)"),
    ]:
        with pytest.raises(ConfigError, match=message):
            call()


@pytest.mark.parametrize("causal", [True, False])
def test_no_rows_give_no_events(causal):
    events = BackImuContacts().run(np.zeros((0, 6)), [], causal)
    assert isinstance(events, Events)
    assert len(events) == 0
