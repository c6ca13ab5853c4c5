"""Foot contacts by hand-made walks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.events import Events, FootImuContacts

RANGES = {
    "push": (0.2, 5),
    "swing": (0.2, 5),
    "lift": (0.02, 0.5),
    "toe_off_delay": (-0.05, 0.05),
    "contact_delay": (-0.05, 0.05),
    "min_stance": (0.05, 1),
    "min_swing": (0.05, 1),
    "gap": (0.01, 1),
}
STRIDE = 1.25
KNOTS = [0.0, 0.45, 0.66, 0.72, 0.82, 1.01, 1.07, 1.11, 1.16, STRIDE]
RATES = [0.0, 0.0, 8.0, 0.0, -5.2, -4.6, 0.0, 5.0, 0.0, 0.0]
LIFT, CONTACT = 0.67, 1.1


def foot(t, delay):
    """Acceleration and angular velocity (T, 6) of one foot, x forward and z up while it stands; it stands first."""
    u = np.where(t < 1.0 + delay, 0.0, np.mod(t - 1.0 - delay, STRIDE))
    grid = np.linspace(0.0, STRIDE, 1251)
    turned = np.cumsum(np.interp(grid, KNOTS, RATES)) * (grid[1] - grid[0])
    pitch = np.interp(u, grid, turned - turned[-1] * grid / STRIDE)
    s = np.clip((u - 0.6) / 0.5, 0.0, 1.0)
    ahead = 20.0 * np.sin(2 * np.pi * s)
    acc = [ahead * np.cos(pitch) - 9.81 * np.sin(pitch), 0 * t, ahead * np.sin(pitch) + 9.81 * np.cos(pitch)]
    return np.stack([*acc, 0 * t, np.interp(u, KNOTS, RATES), 0 * t], axis=1)


def walk(rate=100.0, seconds=16.0, noise=0.05, mount=None):
    """Rows of both feet and times [s]."""
    t = np.arange(0.0, seconds, 1.0 / rate)
    imu = np.stack([foot(t, 0.0), foot(t, STRIDE / 2)], axis=1)
    imu += noise * np.random.default_rng(1).standard_normal(imu.shape) * [1, 1, 1, 0.3, 0.3, 0.3]
    if mount is not None:
        q, r = np.linalg.qr(np.random.default_rng(mount).standard_normal((3, 3)))
        turn = q * np.sign(np.diag(r))
        turn *= np.linalg.det(turn)
        imu = np.concatenate([imu[:, :, :3] @ turn.T, imu[:, :, 3:] @ turn.T], axis=2)
    return imu, t


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate", [50.0, 64.0, 128.0, 200.0, 1000.0])
def test_every_event_is_found_at_its_time_at_any_rate_in_any_mounting(rate, causal):
    imu, t = walk(rate, mount=int(rate))
    events = FootImuContacts().run(imu, t, causal)
    for side, delay in (("left", 0.0), ("right", STRIDE / 2)):
        for kind, at in (("to", LIFT), ("ic", CONTACT)):
            found = events.times(side, kind) - 1.0 - delay - at
            assert len(found) >= 10
            assert np.abs(found - STRIDE * np.round(found / STRIDE)).max() < 0.04
            assert np.allclose(np.diff(found), STRIDE, atol=0.03)


@pytest.mark.parametrize("causal", [True, False])
def test_the_kinds_of_a_foot_alternate(causal):
    events = FootImuContacts().run(*walk(), causal)
    for side in ("left", "right"):
        assert (np.diff(events.select(side).kind) != 0).all()


def test_each_event_is_known_soon_and_ahead_never():
    imu, t = walk()
    events = FootImuContacts().run(imu, t)
    assert (events.emit >= events.time).all()
    assert np.median(events.emit - events.time) < 0.05
    assert np.isnan(FootImuContacts().run(imu, t, causal=False).emit).all()


def test_a_sure_walker_gives_sure_events():
    confidence = FootImuContacts().run(*walk()).confidence
    assert confidence[0] <= 0.5
    assert (confidence[8:] > 0.9).all()


@pytest.mark.parametrize("causal", [True, False])
def test_standing_turning_on_the_spot_and_pushing_flat_give_nothing(causal):
    t = np.arange(3000) / 100.0
    still = np.tile([0.0, 0.0, 9.81, 0.0, 0.0, 0.0], (3000, 2, 1))
    turn, push = still.copy(), still.copy()
    turn[:, :, 5] = 2.0 * np.sin(2 * np.pi * t / 2.0)[:, None]
    push[:, :, 0] = 5.0 * np.sin(2 * np.pi * t)[:, None]
    noise = 0.03 * np.random.default_rng(2).standard_normal(still.shape)
    for imu in (still, noise + still, noise + turn, noise + push, turn, 0.0 * still, np.full((3000, 2, 6), np.nan)):
        assert len(FootImuContacts().run(imu, t, causal)) == 0


def test_missing_rows_pause_and_cost_no_event():
    imu, t = walk()
    full, contacts, found = FootImuContacts().run(imu, t), FootImuContacts(), []
    assert contacts.paused == (True, True)
    imu[np.random.default_rng(0).random((len(imu), 2)) < 0.02, 4] = np.nan
    for row, now in zip(imu, t, strict=True):
        events = contacts.step(row, now)
        assert contacts.paused == tuple(np.isnan(row[:, 4]).tolist())
        assert not any(contacts.paused[event.side == "right"] for event in events)
        found += events
    assert len(found) == len(full)


@pytest.mark.parametrize("causal", [True, False])
def test_a_gap_is_no_event_of_that_foot(causal):
    imu, t = walk()
    imu[600:900, 1, 2] = np.nan
    events = FootImuContacts().run(imu, t, causal)
    right = events.times("right")
    assert not ((right > 6.0) & (right < 8.95)).any()
    assert (right < 6.0).sum() >= 6
    assert (right > 9.0).sum() >= 6
    np.testing.assert_array_equal(events.times("left"), FootImuContacts().run(*walk(), causal).times("left"))


@settings(max_examples=25)
@given(cut=st.integers(0, 1600))
def test_a_cut_leaves_the_events_before_it(cut):
    imu, t = walk()
    whole, part = FootImuContacts().run(imu, t), FootImuContacts().run(imu[:cut], t[:cut])
    assert list(part) == [event for event in whole if cut and event.emit <= t[cut - 1]]


def test_ticks_are_a_run_and_reset_makes_it_new():
    imu, t = walk()
    contacts = FootImuContacts()
    for _ in range(2):
        found = [event for row, now in zip(imu, t, strict=True) for event in contacts.step(row, now)]
        assert found == list(FootImuContacts().run(imu, t))
        contacts.reset()
        assert (contacts.in_contact, contacts.paused) == ((True, True), (True, True))


@pytest.mark.parametrize("name", RANGES)
def test_settings_outside_their_range_are_refused(name):
    low, high = RANGES[name]
    FootImuContacts(**{name: low})
    FootImuContacts(**{name: high})
    for bad in (low - 0.001, high + 0.001, np.nan):
        with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
            FootImuContacts(**{name: bad})
    with pytest.raises(ConfigError, match=f"{name} must be a number, got 'x'"):
        FootImuContacts(**{name: "x"})


@pytest.mark.parametrize("bad", [np.zeros((5, 12)), np.zeros((5, 2, 3)), np.zeros(5), np.zeros((5, 2, 6, 1))])
def test_another_shape_is_refused(bad):
    with pytest.raises(ConfigError, match=r"imu must have shape \(T, 2, 6\), got"):
        FootImuContacts().run(bad, np.arange(len(bad)) * 0.01)
    with pytest.raises(ConfigError, match=r"imu must have shape \(2, 6\), got"):
        FootImuContacts().step(bad, 0.0)


def test_times_that_do_not_increase_are_refused():
    for t in ([0.0, 0.0], [0.0, np.nan], [0.0]):
        with pytest.raises(ConfigError, match=r"^t must"):
            FootImuContacts().run(np.zeros((2, 2, 6)), t)


def test_nothing_gives_nothing():
    for causal in (True, False):
        events = FootImuContacts().run(np.zeros((0, 2, 6)), [], causal)
        assert isinstance(events, Events)
        assert len(events) == 0


def test_looking_ahead_tells_the_events_in_order_of_time():
    rows, t = walk()
    rows[1300:, 0, 3:] = 0.0  # the left foot stays where it is: its last contact is known late
    for start in range(0, 300, 7):
        events = FootImuContacts().run(rows[start:], t[start:], causal=False)
        assert len(events) > 20
        assert (np.diff(events.time) >= 0.0).all()
