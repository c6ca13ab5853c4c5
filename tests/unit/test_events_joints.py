"""Contacts from joint angles: what the public class promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.events import JointContacts
from gaitloop.trajectory import GaitPattern

RATE = 200


@pytest.fixture(scope="module")
def walk():
    """Time (T,) [s] and angles (T, 6) [rad] of 20 s at 0.8 m/s, standing at both ends, and the stride time [s]."""
    t = np.arange(20 * RATE) / RATE
    pattern = GaitPattern.koopman(speed=0.8, height=1.72)
    phase = np.clip(t - 2.0, 0.0, 16.0) * pattern.stride_rate
    return t, pattern.evaluate(phase)[0], 1.0 / pattern.stride_rate


@pytest.mark.parametrize("causal", [True, False])
def test_a_walk_gives_two_events_a_stride_and_foot(walk, causal):
    t, q, stride = walk
    events = JointContacts().run(q, t, causal)
    for side in ("left", "right"):
        contacts = events.times(side, "ic")
        inner = contacts[(contacts > 4.0) & (contacts < 17.0)]
        assert np.abs(np.diff(inner) - stride).max() < 0.02
        kinds = [event.kind for event in sorted(events.select(side), key=lambda event: event.time)]
        assert all(a != b for a, b in pairwise(kinds))
    left, right = events.times("left", "ic"), events.times("right", "ic")
    lags = [np.min((right - x)[right > x]) / stride for x in left[2:-3]]
    assert np.allclose(lags, 0.5, atol=0.05)
    assert np.isnan(events.emit).all() != causal


def test_without_ankles_the_contacts_stay(walk):
    t, q, _ = walk
    bare = q.copy()
    bare[:, [2, 5]] = np.nan
    whole, part = (JointContacts().run(x, t).times("left", "ic") for x in (q, bare))
    assert len(whole) == len(part)
    assert np.abs(whole - part).max() < 0.06


def test_standing_sitting_down_and_swaying_give_no_event():
    t = np.arange(20 * RATE) / RATE
    rise = np.clip((t - 5.0) / 1.5, 0.0, 1.0) - np.clip((t - 12.0) / 1.5, 0.0, 1.0)
    seated = rise[:, None] * np.array([1.5, 1.5, 0.1, 1.45, 1.4, 0.1])
    sway = 0.02 * np.sin(2 * np.pi * 0.4 * t)[:, None] * np.array([1.0, 0.5, 0.5, 1.0, 0.5, 0.5])
    assert len(JointContacts().run(seated + sway, t)) == 0


def test_the_future_changes_nothing(walk):
    t, q, _ = walk
    whole = list(JointContacts().run(q, t))
    for cut in range(300, len(t), 611):
        part = list(JointContacts().run(q[:cut], t[:cut]))
        assert part == [event for event in whole if event.emit <= t[cut - 1] + 1e-9]


def test_a_missing_knee_pauses_its_leg(walk):
    t, q, _ = walk
    contacts = JointContacts()
    contacts.run(q[:1000], t[:1000])
    torn = q[1000:1200].copy()
    torn[:, 1] = np.nan
    events = contacts.run(torn, t[1000:1200])
    assert len(events.select("left")) == 0
    assert contacts.paused == (True, False)
    contacts.step(q[1200], t[1200])
    assert contacts.paused == (False, False)


def test_two_lost_samples_cost_nothing(walk):
    t, q, _ = walk
    torn = q.copy()
    rng = np.random.default_rng(3)
    for start in rng.integers(0, len(t) - 2, 40):
        torn[start : start + 2] = np.nan
    whole, part = (JointContacts().run(x, t) for x in (q, torn))
    assert len(whole) == len(part)


def test_reset_makes_it_new(walk):
    t, q, _ = walk
    contacts = JointContacts()
    first = list(contacts.run(q, t))
    contacts.reset()
    assert list(contacts.run(q, t)) == first


def test_bad_input_is_named(walk):
    t, q, _ = walk
    with pytest.raises(ConfigError, match=r"^q must have shape \(T, 6\), got"):
        JointContacts().run(q[:, :5], t)
    with pytest.raises(ConfigError, match=r"^t must increase, got 0 after 0\.005 at index 2"):
        JointContacts().run(q[:3], [0.0, 0.005, 0.0])
    with pytest.raises(ConfigError, match=r"^t must have shape \(10,\), got \(9,\)"):
        JointContacts().run(q[:10], t[:9])
    with pytest.raises(ConfigError, match=r"^q must have shape \(6,\), got"):
        JointContacts().step(q[0, :3], 0.0)
    with pytest.raises(ConfigError, match=r"^t must lie in"):
        JointContacts().step(q[0], np.nan)
    with pytest.raises(ConfigError, match=r"^earliest must be a number, got 'soon'"):
        JointContacts(earliest="soon")
