"""Contacts from a gyroscope on each shank: reference implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.events import ShankGyroContacts

RATE, STRIDE = 100, 1.1


def walk(seconds=14.0, rate=RATE, stride=STRIDE, still=0.0):
    """Both shanks about one axis [rad/s]: push-off, swing, impact; times [ns]; ends of the swings [s] per foot."""
    t = np.arange(0.0, seconds, 1.0 / rate)
    knots = [0.0, 0.05, 0.12, 0.3, 0.5, 0.58, 0.64, 0.72, 0.82, 0.9, 0.955, 1.0]
    rates = [-2.2, -1.8, -0.6, -0.5, -1.2, -3.2, -3.6, 1.5, 5.2, 5.0, 0.0, -2.2]
    feet = []
    for lead in (0.0, 0.5):
        phase = ((t - still) / stride + lead) % 1.0
        feet.append(np.where(t < still, 0.0, np.interp(phase, knots, rates)))
    rows = np.stack(feet, 1)[:, :, None] * np.array([0.0, 1.0, 0.0])
    return rows, np.round(t * 1e9).astype(np.int64)


def columns(detector, rows, t, **options):
    return list(zip(*(c.tolist() for c in detector.run(rows, t, **options)), strict=True))


def rotation(seed):
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0.0 else -q


def test_every_step_is_found_once_and_in_order():
    found = columns(ShankGyroContacts(), *walk())
    for side in (0, 1):
        kinds = [kind for s, kind, *_ in found if s == side]
        times = [t * 1e-9 for s, kind, t, *_ in found if s == side and kind == 0]
        assert kinds == [i % 2 for i in range(len(kinds))]
        assert len(times) >= 11
        np.testing.assert_allclose(np.diff(times), STRIDE, atol=0.01)


def test_contact_is_known_when_it_happens():
    assert all(
        0 <= emit - t <= 20_000_000 for _, kind, t, emit, _ in columns(ShankGyroContacts(), *walk()) if kind == 0
    )


@pytest.mark.parametrize("seed", range(6))
def test_mounting_does_not_matter(seed):
    rows, t = walk()
    turned = np.stack([rows[:, side] @ rotation(2 * seed + side).T for side in (0, 1)], 1)
    plain, other = columns(ShankGyroContacts(), rows, t), columns(ShankGyroContacts(), turned, t)
    assert [e[:2] for e in plain] == [e[:2] for e in other]
    np.testing.assert_allclose([e[2] for e in plain], [e[2] for e in other], atol=10)


@pytest.mark.parametrize("rate", [50, 64, 200, 1000])
def test_rate_does_not_matter(rate):
    rows, t = walk(8.0, rate)
    expected = columns(ShankGyroContacts(), *walk(8.0))
    found = columns(ShankGyroContacts(), rows, t)
    assert [e[:2] for e in found] == [e[:2] for e in expected]
    np.testing.assert_allclose([e[2] for e in found], [e[2] for e in expected], atol=15e6)


def test_events_of_a_cut_recording_are_the_same():
    rows, t = walk()
    whole = columns(ShankGyroContacts(), rows, t)
    for end in (137, 488, 803, 1111):
        cut = columns(ShankGyroContacts(), rows[:end], t[:end])
        assert cut == [e for e in whole if e[3] <= t[end - 1]]


def test_first_lift_after_standing_is_reported():
    found = columns(ShankGyroContacts(), *walk(still=2.0))
    assert found[0][1] == 1
    assert all(t > 2_000_000_000 for _, _, t, _, _ in found)


def test_looking_ahead_learns_first():
    rows, t = walk()
    found = columns(ShankGyroContacts(), rows, t, causal=False)
    assert len(found) >= len(columns(ShankGyroContacts(), rows, t))
    assert {e[3] for e in found} == {int(t[-1])}


def test_standing_and_turning_make_no_event():
    rng, t = np.random.default_rng(0), np.arange(6000) * 10_000_000
    rows = rng.normal(0.0, 0.05, (6000, 2, 3))
    rows[:, :, 2] += 2.0 * np.sin(0.0006 * np.arange(6000))[:, None]
    assert columns(ShankGyroContacts(), rows, t) == []


def test_absent_samples_pause_a_foot():
    rows, t = walk()
    rows[400:600, 0] = np.nan
    detector = ShankGyroContacts()
    found = [event for row, at in zip(rows[:600], t[:600], strict=True) for event in detector.step(row, at)]
    assert detector.paused == (True, False)
    assert not any(e.side == 0 and e.t_emit >= t[400] for e in found)
    later = [event for row, at in zip(rows[600:], t[600:], strict=True) for event in detector.step(row, at)]
    assert detector.paused == (False, False)
    assert sum(e.side == 0 for e in later) >= 10


def test_two_lost_samples_cost_no_event():
    rows, t = walk()
    expected = [e[:2] for e in columns(ShankGyroContacts(), rows, t)]
    rows[57:1300:59] = rows[58:1300:59] = np.nan
    assert [e[:2] for e in columns(ShankGyroContacts(), rows, t)] == expected


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, 5e-324, 60.0, -60.0, 0.0])
def test_hostile_values_give_finite_numbers(value):
    rows, t = walk(5.0)
    rows[100:300:3] = value
    rows[350:] = value
    for *_, confidence in columns(ShankGyroContacts(), rows, t):
        assert 0.0 <= confidence <= 1.0


def test_clock_that_jumps():
    rows, t = walk(5.0)
    t[200] = 2**62
    t[300] = -(2**62)
    found = columns(ShankGyroContacts(), rows, t)
    assert all(e[2] <= e[3] for e in found)


@pytest.mark.parametrize(("name", "value"), [("contact_delay", 0.2), ("lift_lead", -1.0), ("gap", math.nan)])
def test_settings_outside_their_range_are_refused(name, value):
    with pytest.raises(ConfigError, match=f"{name} must lie in"):
        ShankGyroContacts(**{name: value})


def test_reset_forgets_everything():
    rows, t = walk(6.0)
    detector = ShankGyroContacts()
    first = columns(detector, rows, t)
    detector.reset()
    assert columns(detector, rows, t) == first
