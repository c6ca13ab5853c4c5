"""Contacts from a gyroscope on each shank by hand-made signals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.events import ShankGyroContacts

RANGES = {"contact_delay": (0, 0.1), "lift_lead": (0, 0.15), "gap": (0.01, 1)}
STRIDE = 1.1
KNOTS = [0.0, 0.05, 0.12, 0.3, 0.5, 0.58, 0.64, 0.72, 0.82, 0.9, 0.955, 1.0]
RATES = [-2.2, -1.8, -0.6, -0.5, -1.2, -3.2, -3.6, 1.5, 5.2, 5.0, 0.0, -2.2]
RISE = (0.64 + 0.08 * 3.6 / 5.1) * STRIDE  # when the shank begins to turn forward [s]
FALL = 0.955 * STRIDE  # when it has turned forward [s]


def walk(seconds=14.0, rate=100, still=0.0):
    """Rates (T, 2, 3) of both shanks about one axis [rad/s], still at first; times [s]."""
    t = np.arange(0.0, seconds, 1.0 / rate)
    phase = ((t - still)[:, None] / STRIDE + [0.0, 0.5]) % 1.0
    forward = np.where(t[:, None] < still, 0.0, np.interp(phase, KNOTS, RATES))
    return forward[:, :, None] * np.array([0.0, 0.6, -0.8]), t


@pytest.mark.parametrize("rate", [50, 64, 100, 200, 1000])
def test_every_contact_is_found_at_its_time(rate):
    rows, t = walk(20.0, rate)
    events = ShankGyroContacts().run(rows, t)
    for side, lead in (("left", 0.0), ("right", STRIDE / 2)):
        for kind, moment, shift in (("ic", FALL, 0.05), ("to", RISE, -0.058)):
            found = events.times(side, kind)
            assert len(found) >= 16
            np.testing.assert_allclose(np.diff(found), STRIDE, atol=0.01)
            late = (found - moment - shift + lead + STRIDE / 2) % STRIDE - STRIDE / 2
            assert np.abs(late).max() < 0.03, (side, kind, late)
    assert (events.emit >= events.time).all()
    contacts = events.select(kind="ic")
    assert np.median(contacts.emit - contacts.time) <= 1.0 / rate + 1e-9


def test_settings_move_the_events():
    rows, t = walk()
    plain, moved = ShankGyroContacts(), ShankGyroContacts(contact_delay=0.03, lift_lead=0.08)
    plain, moved = plain.run(rows, t), moved.run(rows, t)
    np.testing.assert_allclose(moved.times("left", "to")[2:], plain.times("left", "to")[2:] - 0.022, atol=1e-8)
    assert np.median(moved.times("left", "ic") - plain.times("left", "ic")) == pytest.approx(-0.02, abs=0.005)


def test_any_mounting_gives_the_same_steps():
    rows, t = walk()
    plain = ShankGyroContacts().run(rows, t)
    for seed in range(4):
        rng = np.random.default_rng(seed)
        turns = [np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2)]
        turned = np.stack([rows[:, side] @ turn.T for side, turn in enumerate(turns)], axis=1)
        found = ShankGyroContacts().run(turned, t)
        assert [(e.side, e.kind) for e in found] == [(e.side, e.kind) for e in plain]
        np.testing.assert_allclose(found.time, plain.time, atol=1e-8)


def test_the_first_lift_after_standing_is_reported():
    first = next(iter(ShankGyroContacts().run(*walk(still=2.0))))
    assert first.kind == "to"
    assert first.time > 2.0


def test_standing_and_slow_turning_make_no_event():
    rng, t = np.random.default_rng(0), np.arange(6000) * 0.01
    rows = rng.normal(0.0, 0.05, (6000, 2, 3))
    rows[:, :, 2] += 2.0 * np.sin(0.06 * t)[:, None]
    assert len(ShankGyroContacts().run(rows, t)) == 0


def test_looking_ahead_knows_the_way_from_the_first_step():
    rows, t = walk()
    used = ShankGyroContacts()
    used.run(-rows, t)
    ahead = used.run(rows, t, causal=False)
    assert list(map(str, ahead)) == list(map(str, ShankGyroContacts().run(rows, t, causal=False)))
    assert len(ahead) >= len(ShankGyroContacts().run(rows, t))
    assert np.isnan(ahead.emit).all()


@pytest.mark.parametrize("causal", [True, False])
def test_empty_and_dead_recordings_give_nothing(causal):
    assert len(ShankGyroContacts().run(np.zeros((0, 2, 3)), np.zeros(0), causal)) == 0
    assert len(ShankGyroContacts().run(np.full((50, 2, 3), np.nan), np.arange(50) * 0.01, causal)) == 0


def test_a_sensor_that_gives_nothing_is_paused_and_its_foot_reports_nothing():
    rows, t = walk()
    rows[400:600, 0, 1] = np.nan
    events = ShankGyroContacts().run(rows, t)
    own = events.select("left")
    assert not ((own.emit > 3.995) & (own.emit < 6.0)).any()
    assert (own.emit > 6.0).sum() >= 10
    contacts = ShankGyroContacts()
    assert contacts.paused == (False, False)
    contacts.step([[0.0, np.nan, 0.0], [0.0, 0.0, 0.0]], 0.0)
    assert contacts.paused == (True, False)
    contacts.step([[0.0, 60.0, 0.0], [0.0, 0.0, 60.1]], 0.01)
    assert contacts.paused == (False, True)
    contacts.step(np.full((2, 3), np.inf), 0.01)  # not taken
    assert contacts.paused == (False, True)


@pytest.mark.parametrize("start", range(400, 520, 10))
@pytest.mark.parametrize("side", [0, 1])
def test_a_sensor_that_dies_in_swing_costs_the_other_foot_no_step(side, start):
    rows, t = walk(12.0)
    other = ("right", "left")[side]
    plain = ShankGyroContacts().run(rows, t).select(other)
    rows[start:, side] = np.nan
    for causal in (True, False):
        found = ShankGyroContacts().run(rows, t, causal).select(other)
        assert len(found) >= len(plain) - 1


def test_two_lost_samples_cost_no_event():
    rows, t = walk()
    plain = ShankGyroContacts().run(rows, t)
    rows[57:1300:59] = rows[58:1300:59] = np.nan
    assert [(e.side, e.kind) for e in ShankGyroContacts().run(rows, t)] == [(e.side, e.kind) for e in plain]


def test_time_that_stands_or_runs_back_is_not_taken():
    rows, t = walk(6.0)
    plain, disturbed = ShankGyroContacts(), ShankGyroContacts()
    for row, now in zip(rows, t, strict=True):
        expected = plain.step(row, now)
        assert disturbed.step(row, now) == expected
        for bad in (now, now - 0.3, -9e9):
            assert disturbed.step(5.0 - row, bad) == []
        assert disturbed.in_contact == plain.in_contact


def test_the_future_changes_nothing():
    rows, t = walk()
    whole = list(ShankGyroContacts().run(rows, t))
    for end in (137, 488, 803, 1111):
        part = list(ShankGyroContacts().run(rows[:end], t[:end]))
        assert part == [event for event in whole if event.emit <= t[end - 1] + 1e-9]


hostile = st.one_of(st.floats(-10, 10), st.sampled_from([0.0, 60.0, -60.0, 1e308, 5e-324]), st.floats(width=64))


def listed(columns):
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(gyr=arrays(np.float64, st.tuples(st.integers(1, 80), st.just(2), st.just(3)), elements=hostile), data=st.data())
def test_any_stream_gives_ordered_events_and_run_equals_steps(gyr, data):
    steps = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**62), 2**62))
    times = np.cumsum(data.draw(arrays(np.int64, len(gyr), elements=steps)))
    core = _core.ShankGyroContacts()
    rows = [row for i in range(len(gyr)) for row in listed(core.run(gyr[i : i + 1], times[i : i + 1]))]
    assert rows == listed(_core.ShankGyroContacts().run(gyr, times))
    for *_, time, emit, confidence in rows:
        assert time <= emit
        assert 0.0 <= confidence <= 1.0
    for side in (0, 1):
        assert all(a < b for a, b in pairwise(row[2] for row in rows if row[0] == side))


@pytest.mark.parametrize("bad", [np.nan, np.inf, "low", "high"])
@pytest.mark.parametrize("name", RANGES)
def test_bad_parameters_are_refused(name, bad):
    low, high = RANGES[name]
    value = {"low": low - 0.001, "high": high + 0.001}.get(bad, bad)
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
        ShankGyroContacts(**{name: value})


def test_wrong_arguments_are_refused():
    contacts = ShankGyroContacts()
    for call, message in [
        (lambda: ShankGyroContacts(gap="long"), "^gap must be"),
        (lambda: contacts.step(np.zeros(6), 0.0), r"^gyr must have shape \(2, 3\)"),
        (lambda: contacts.step(np.zeros((2, 3)), np.nan), "^t must lie in"),
        (lambda: contacts.step([["a"] * 3] * 2, 0.0), "^gyr must be numbers"),
        (lambda: contacts.run(np.zeros((4, 3, 2)), np.arange(4.0)), r"^gyr must have shape \(T, 2, 3\)"),
        (lambda: contacts.run(np.zeros((4, 6)), np.arange(4.0)), r"^gyr must have shape \(T, 2, 3\)"),
        (lambda: contacts.run(np.zeros((3, 2, 3)), np.arange(4.0)), r"^t must have shape \(3,\), got \(4,\)"),
        (lambda: contacts.run(np.zeros((2, 2, 3)), [1.0, 1.0]), "^t must increase"),
        (lambda: contacts.run(np.zeros((1, 2, 3)), [np.inf]), "^t must"),
    ]:
        with pytest.raises(ConfigError, match=message):
            call()


def test_reset_makes_it_new():
    rows, t = walk()
    contacts = ShankGyroContacts()
    first = list(contacts.run(rows, t))
    contacts.step(np.full((2, 3), np.nan), 20.0)
    contacts.reset()
    assert contacts.paused == (False, False)
    assert contacts.in_contact == (True, True)
    assert list(contacts.run(rows, t)) == first
    assert len(first) > 40
