"""Marker contacts by hand-made walks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.events import Event, Events, MarkerContacts

RANGES = {
    "smoothing": (0, 0.02),
    "speed_min": (0.05, 1),
    "bias_ic": (-0.1, 0.1),
    "bias_to": (-0.1, 0.1),
    "gap": (0.01, 1),
}
STRIDE = 1.1
LENGTH = 1.3


def gait(t, noise=0.0, seed=0):
    """Markers (T, 5, 3) of regular walking [m]: the toe leaves at 60 % of the stride, the foot lands at its end."""
    markers = np.zeros((len(t), 5, 3))
    for side in range(2):
        phase = t / STRIDE + 0.5 * side
        u = phase % 1.0
        swing = np.clip((u - 0.6) / 0.4, 0, 1)
        rise = np.clip((u - 0.45) / 0.2, 0, 1) * np.clip((1 - u) / 0.35, 0, 1)
        heel, toe = markers[:, 2 * side], markers[:, 2 * side + 1]
        heel[:, 0] = LENGTH * (np.floor(phase) + swing**2 * (2 - swing))
        toe[:, 0] = heel[:, 0] + 0.2
        heel[:, 2], toe[:, 2] = 0.05 + 0.2 * rise, 0.03 + 0.1 * swing * (1 - swing)
    markers[:, 4] = np.stack([LENGTH * (t / STRIDE + 0.5), 0 * t, 1 + 0 * t], axis=1)
    return markers + noise * np.random.default_rng(seed).standard_normal(markers.shape)


def rows(events):
    return list(zip(events.side.tolist(), events.kind.tolist(), events.time.tolist(), strict=True))


def assert_close(found, want, tolerance):
    assert [row[:2] for row in found] == [row[:2] for row in want]
    np.testing.assert_allclose([row[2] for row in found], [row[2] for row in want], atol=tolerance)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate", [50, 100, 200, 1000])
def test_every_event_is_found_near_its_time(rate, causal):
    t = np.arange(0.0, 20.0, 1 / rate)
    events = MarkerContacts().run(gait(t, noise=3e-4), t, causal)
    for side, shift in (("left", 0.0), ("right", 0.5)):
        for kind, at in (("ic", 0.0), ("to", 0.6)):
            found = events.times(side, kind)
            off = found / STRIDE + shift - at
            assert len(found) in (16, 17, 18)
            assert np.abs(off - np.round(off)).max() * STRIDE < 0.08
            assert np.allclose(np.diff(found), STRIDE, atol=0.03)
    if causal:
        assert (events.emit >= events.time).all()
        assert np.median(events.emit - events.time) <= 0.012 + 2 / rate
    else:
        assert np.isnan(events.emit).all()
        assert (np.diff(events.time) >= 0).all()


@pytest.mark.parametrize("causal", [True, False])
def test_a_treadmill_a_direction_and_the_floor_change_nothing(causal):
    t = np.arange(0.0, 12.0, 0.01)
    plain = gait(t, noise=3e-4)
    belt = plain - np.array([1, 0, 0]) * (LENGTH / STRIDE * t)[:, None, None]
    c, s = np.cos(2.0), np.sin(2.0)
    turned = belt @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + [3.0, -2.0, 0.7]
    want = rows(MarkerContacts().run(plain, t, causal))
    for other in (belt, turned):
        assert_close(rows(MarkerContacts().run(other, t, causal)), want, 1e-6)


def test_standing_gives_no_event():
    t = np.arange(0.0, 30.0, 0.01)
    still = np.tile(gait(np.array([0.2])), (len(t), 1, 1))
    still[:, 4, 0] += 0.05 * np.sin(t)
    still[:, :4, 2] += 0.005 * np.sin(3 * t)[:, None]
    for causal in (True, False):
        assert len(MarkerContacts().run(still, t, causal)) == 0


def test_short_dropouts_cost_no_event_and_make_none():
    t = np.arange(0.0, 12.0, 0.01)
    markers = gait(t)
    want = rows(MarkerContacts().run(markers, t))
    for marker in range(5):
        holes = markers.copy()
        holes[np.arange(len(t)) % 37 < 4, marker] = np.nan
        assert_close(rows(MarkerContacts().run(holes, t)), want, 0.06)
    markers[:, 4] = np.nan
    assert_close(rows(MarkerContacts().run(markers, t)), want, 0.03)


def test_a_hidden_foot_is_paused_and_reports_nothing():
    t = np.arange(0.0, 12.0, 0.01)
    markers = gait(t)
    markers[500:620, 1, 2] = np.nan
    contacts = MarkerContacts()
    assert contacts.paused == (False, False)
    contacts.run(markers[:500], t[:500])
    hidden = contacts.run(markers[500:620], t[500:620])
    assert contacts.paused == (True, False)
    assert set(hidden.side) == {1}
    later = contacts.run(markers[620:], t[620:])
    assert contacts.paused == (False, False)
    assert set(later.side) == {0, 1}


@pytest.mark.parametrize("cut", [1, 137, 500, 901])
def test_the_future_changes_nothing(cut):
    t = np.arange(0.0, 12.0, 0.01)
    markers = gait(t, noise=5e-4)
    whole = list(MarkerContacts().run(markers, t))
    part = list(MarkerContacts().run(markers[:cut], t[:cut]))
    assert part == [event for event in whole if event.emit <= t[cut - 1] + 1e-9]


def test_steps_and_pieces_give_the_events_of_the_whole():
    t = np.arange(0.0, 6.0, 0.01)
    markers = gait(t)
    contacts, one, pieces = MarkerContacts(), MarkerContacts(), MarkerContacts()
    want = list(contacts.run(markers, t))
    assert [event for row, at in zip(markers, t, strict=True) for event in one.step(row, at)] == want
    cuts = [1, 2, 250]
    parts = zip(np.split(markers, cuts), np.split(t, cuts), strict=True)
    assert [event for m, at in parts for event in pieces.run(m, at)] == want
    contacts.reset()
    assert contacts.in_contact == (False, False)
    assert list(contacts.run(markers, t)) == want


def test_looking_ahead_leaves_the_state_alone():
    t = np.arange(0.0, 6.0, 0.01)
    markers = gait(t)
    contacts = MarkerContacts()
    contacts.run(markers[:300], t[:300])
    first = list(contacts.run(markers, t, causal=False))
    assert [event.time for event in first] == [event.time for event in MarkerContacts().run(markers, t, causal=False)]
    assert list(contacts.run(markers[300:], t[300:])) == [e for e in MarkerContacts().run(markers, t) if e.emit > 2.995]


@pytest.mark.parametrize("causal", [True, False])
def test_a_calibrated_detector_tells_the_times_of_the_reference(causal):
    t = np.arange(0.0, 20.0, 0.01)
    markers = gait(t, noise=3e-4)
    found = MarkerContacts().run(markers, t, causal)
    late = np.where(found.kind == 0, 0.02, -0.03)
    known = Events(found.side, found.kind, found.time - late, found.emit, found.confidence)
    bias_ic, bias_to = MarkerContacts.calibrate([found, found], iter([known, known]))
    assert (bias_ic, bias_to) == (pytest.approx(0.02, abs=1e-9), pytest.approx(-0.03, abs=1e-9))
    told = MarkerContacts(bias_ic=bias_ic, bias_to=bias_to).run(markers, t, causal)
    assert len(told) == len(found)
    np.testing.assert_allclose(np.sort(told.times("left", "ic")), known.times("left", "ic"), atol=1e-8)
    late = told.times("right", "to") - known.times("right", "to")
    assert np.all((late < 1e-8) & (late > -0.03))  # no event is dated after it was known
    if not causal:
        np.testing.assert_array_equal(np.sign(late[:-1] + 1e-8), 1.0)


def test_bad_calibrations_are_refused():
    few = Events.from_rows([Event("left", "ic", 1.0, 1.0, 1.0)])
    for events, reference, message in [
        ([few], [few], "^reference must give at least 3 pairs of initial contacts, got 1$"),
        ([few, few], [few], "^reference must hold 2 recordings as events does, got 1$"),
        ([few], [[("left", "ic", 1.0)]], "^reference must hold Events, got"),
        ([3], [few], "^events must hold Events, got 3"),
    ]:
        with pytest.raises(ConfigError, match=message):
            MarkerContacts.calibrate(events, reference)


hostile = st.one_of(
    st.floats(-2, 2), st.sampled_from([0.0, np.nan, np.inf, 1e308, -1e308, 5e-324]), st.floats(width=64)
)


@given(
    markers=arrays(np.float64, st.tuples(st.integers(1, 60), st.just(5), st.just(3)), elements=hostile), data=st.data()
)
def test_any_stream_gives_sound_events(markers, data):
    steps = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**62), 2**62))
    times = np.cumsum(data.draw(arrays(np.int64, len(markers), elements=steps)))
    for causal in (True, False):
        core = _core.MarkerContacts()
        for side, kind, time, emit, confidence in zip(*core.run(markers, times, causal), strict=True):
            assert side in (0, 1)
            assert kind in (0, 1)
            assert time <= emit
            assert 0.0 <= confidence <= 1.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, "low", "high"])
@pytest.mark.parametrize("name", RANGES)
def test_bad_parameters_are_refused(name, bad):
    low, high = RANGES[name]
    value = {"low": low - 0.001, "high": high + 0.001}.get(bad, bad)
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
        MarkerContacts(**{name: value})


def test_wrong_arguments_are_refused():
    contacts = MarkerContacts()
    row = np.zeros((5, 3))
    for call, message in [
        (lambda: contacts.step(np.zeros(15), 0.0), r"^markers must have shape \(5, 3\)"),
        (lambda: contacts.step(row.T, 0.0), r"^markers must have shape \(5, 3\)"),
        (lambda: contacts.step(row, np.nan), "^t must lie in"),
        (lambda: contacts.step([["a"] * 3] * 5, 0.0), "^markers must be numbers"),
        (lambda: contacts.run(np.zeros((4, 15)), np.arange(4.0)), r"^markers must have shape \(T, 5, 3\)"),
        (lambda: contacts.run(np.zeros((2, 5, 3)), np.arange(3.0)), r"^t must have shape \(2,\), got \(3,\)"),
        (lambda: contacts.run(np.zeros((2, 5, 3)), [1.0, 1.0]), "^t must increase"),
        (lambda: MarkerContacts(gap="long"), "^gap must be a number"),
    ]:
        with pytest.raises(ConfigError, match=message):
            call()
