"""Force contacts and the table of events by hand-made signals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError, RecordingError
from gaitloop.events import Event, Events, ForceContacts, detect

RANGES = {
    "scale": (100, 3000),
    "on": (0.01, 0.5),
    "off": (0.01, 0.5),
    "floor": (1, 200),
    "arm": (0.1, 1),
    "debounce": (0, 0.05),
    "refractory": (0, 0.5),
    "baseline_time": (0.02, 10),
    "baseline_max": (0, 200),
    "settle": (0, 1),
    "gap": (0.01, 1),
}
STRIDE = 1.2


def gait(t, noise=0.0, seed=0):
    """Forces (T, 2) of regular walking [N], the left foot first in contact at 0.3 s."""
    rng = np.random.default_rng(seed)
    u = np.mod((t[:, None] - [0.3, 0.9]) / STRIDE, 1.0) / 0.62
    force = np.where(u < 1.0, 800.0 * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    return force + noise * rng.standard_normal(force.shape)


@pytest.mark.parametrize("rate", [50, 100, 200, 1000, 2000])
def test_every_contact_is_found_at_its_time(rate):
    t = np.arange(0.0, 30.0, 1 / rate)
    events = ForceContacts().run(gait(t, noise=5.0), t)
    for side, start in (("left", 0.3), ("right", 0.9)):
        for kind, shift in (("ic", 0.0), ("to", 0.62 * STRIDE)):
            found = events.times(side, kind)
            first = start + shift
            want = first + STRIDE * np.round((found - first) / STRIDE)
            assert np.abs(found - want).max() < 0.02
            assert np.allclose(np.diff(found), STRIDE, atol=0.03)
            assert len(found) in (24, 25)
    assert (events.emit >= events.time).all()
    assert np.median(events.emit - events.time) <= 0.01 + 2 / rate


def test_feet_that_start_in_contact_give_no_contact_first():
    t = np.arange(0.0, 3.0, 0.001)
    events = ForceContacts().run(np.where(t < 1.5, 400.0, 0.0)[:, None] * [1.0, 1.0], t)
    assert [(e.side, e.kind) for e in events] == [("left", "to"), ("right", "to")]


def test_standing_gives_no_event():
    t = np.arange(0.0, 60.0, 0.01)
    sway = 350.0 + 200.0 * np.sin(2 * np.pi * t / 3.0)
    assert len(ForceContacts().run(np.stack([sway, 700.0 - sway], axis=1), t)) == 0


def test_a_spike_of_one_sample_is_no_contact():
    t = np.arange(0.0, 3.0, 0.01)
    force = np.zeros((len(t), 2))
    force[150] = 900.0
    assert len(ForceContacts().run(force, t)) == 0


def test_chatter_on_the_threshold_gives_events_no_closer_than_the_refractory_time():
    t = np.arange(0.0, 20.0, 0.001)
    force = 45.0 + 40.0 * np.sign(np.sin(2 * np.pi * 30 * t))[:, None] * [1.0, 1.0]
    for side in ("left", "right"):
        times = ForceContacts().run(force, t).times(side)
        assert (np.diff(times) >= 0.12 - 1e-9).all()


def test_a_slow_zero_is_followed():
    t = np.arange(0.0, 60.0, 0.01)
    drift = 40.0 * np.sin(2 * np.pi * t / 30.0)[:, None]
    assert len(ForceContacts().run(gait(t) + drift, t)) == len(ForceContacts().run(gait(t), t))


def test_a_foot_across_both_belts_loses_no_event_and_invents_none():
    t = np.arange(0.0, 20.0, 0.01)
    force = gait(t)
    split = force.copy()
    span = (t > 9.85) & (t < 10.8)  # one stance of the left foot
    split[span, 0] -= 0.4 * force[span, 0]
    split[span, 1] += 0.4 * force[span, 0]
    plain, found = ForceContacts().run(force, t), ForceContacts().run(split, t)
    for side in ("left", "right"):
        for kind in ("ic", "to"):
            np.testing.assert_allclose(found.times(side, kind), plain.times(side, kind), atol=0.05)
    assert len(ForceContacts(shared=False).run(split, t)) == len(plain) - 2


def test_missing_samples_make_no_event():
    t = np.arange(0.0, 10.0, 0.01)
    assert len(ForceContacts().run(np.full((len(t), 2), np.nan), t)) == 0
    force = gait(t)
    force[400:460] = np.nan
    events = ForceContacts().run(force, t)
    assert not ((events.emit > 3.995) & (events.emit < 4.7)).any()


def test_time_that_stands_or_runs_back_is_not_taken():
    contacts = ForceContacts()
    t = np.arange(0.0, 1.0, 0.01)
    contacts.run(np.zeros((len(t), 2)), t)
    for bad in (t[-1], 0.5, -9e9):
        assert contacts.step([900.0, 900.0], bad) == []
    assert contacts.in_contact == (False, False)


finite = st.floats(-2000, 3000)
hostile = st.one_of(finite, st.just(0.0), st.just(800.0), st.floats(width=64))


def listed(columns):
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(force=arrays(np.float64, st.tuples(st.integers(1, 80), st.just(2)), elements=hostile), data=st.data())
def test_any_stream_gives_ordered_events_and_run_equals_steps(force, data):
    steps = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**62), 2**62))
    times = np.cumsum(data.draw(arrays(np.int64, len(force), elements=steps)))
    core = _core.ForceContacts()
    rows = [row for i in range(len(force)) for row in listed(core.run(force[i : i + 1], times[i : i + 1]))]
    assert rows == listed(_core.ForceContacts().run(force, times))
    for side, kind, time, emit, confidence in rows:
        assert side in (0, 1)
        assert kind in (0, 1)
        assert time <= emit
        assert 0.0 < confidence <= 1.0
    for side in (0, 1):
        own = [row[2] for row in rows if row[0] == side]
        assert all(b - a >= 120_000_000 for a, b in pairwise(own))


@pytest.mark.parametrize("bad", [np.nan, np.inf, "low", "high"])
@pytest.mark.parametrize("name", RANGES)
def test_bad_parameters_are_refused(name, bad):
    low, high = RANGES[name]
    value = {"low": low - 0.001, "high": high + 0.001}.get(bad, bad)
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[{low}, {high}\], got"):
        ForceContacts(**{name: value})


def test_swapped_thresholds_are_refused():
    with pytest.raises(ConfigError, match=r"^off must lie below on, got 0\.2 and 0\.1"):
        ForceContacts(on=0.1, off=0.2)


def test_wrong_arguments_are_refused():
    contacts = ForceContacts()
    for call, message in [
        (lambda: contacts.step([1.0, 2.0, 3.0], 0.0), r"^force must have shape \(2,\)"),
        (lambda: contacts.step([1.0, 2.0], np.nan), "^t must lie in"),
        (lambda: contacts.step(["a", "b"], 0.0), "^force must be numbers"),
        (lambda: contacts.run(np.zeros((3, 3)), np.arange(3.0)), r"^force must have shape \(T, 2\)"),
        (lambda: contacts.run(np.zeros(3), np.arange(3.0)), r"^force must have shape \(T, 2\)"),
        (lambda: contacts.run(np.zeros((3, 2)), np.arange(4.0)), r"^t must have shape \(3,\), got \(4,\)"),
        (lambda: contacts.run(np.zeros((1, 2)), [[0.0]]), r"^t must have shape \(T,\)"),
        (lambda: detect(None, sensor="radar"), "^sensor must be auto, fused, force.*, got 'radar'"),
    ]:
        with pytest.raises(ConfigError, match=message):
            call()


def test_reset_makes_it_new():
    t = np.arange(0.0, 10.0, 0.01)
    contacts = ForceContacts()
    first = list(contacts.run(gait(t), t))
    contacts.reset()
    assert list(contacts.run(gait(t), t)) == first


def test_events_survive_their_file(tmp_path):
    rows = [Event("left", "ic", 0.5, 0.51, 1.0), Event("right", "to", 0.6, np.nan, 1.0)]
    Events.from_rows(rows).write_csv(tmp_path / "e.csv")
    back = Events.read_csv(tmp_path / "e.csv")
    np.testing.assert_array_equal(back.time, [0.5, 0.6])
    np.testing.assert_array_equal(back.emit, [0.51, np.nan])
    assert [(e.side, e.kind) for e in back] == [("left", "ic"), ("right", "to")]
    assert back.times("right", "to").tolist() == [0.6]
    assert len(back.select(kind="ic")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column foot, event, time_s is missing"),
        ("foot,event\nleft,ic\n", "column time_s is missing"),
        ("foot,event,time_s\nmiddle,ic,1\n", "foot must be left or right, got 'middle' at row 1"),
        ("foot,event,time_s\nleft,hs,1\n", "event must be ic or to, got 'hs' at row 1"),
        ("foot,event,time_s\nleft,ic,soon\n", "time_s must be a finite number, got 'soon' at row 1"),
        ("foot,event,time_s\nleft,ic,nan\n", "time_s must be a finite number, got 'nan' at row 1"),
        ("foot,event,time_s\nleft,ic\n", "row 1 must have 3 cells, got 2"),
        ("foot,event,time_s,emit_s\nleft,ic,1,inf\n", "emit_s must be a finite number"),
    ],
)
def test_bad_event_files_are_refused(tmp_path, text, message):
    (tmp_path / "events.csv").write_text(text)
    with pytest.raises(RecordingError, match=message):
        Events.read_csv(tmp_path / "events.csv")


def test_looking_ahead_finds_the_contacts_where_the_force_begins_and_leaves_the_detector_alone():
    t = np.arange(0.0, 20.0, 0.01)
    force = gait(t, noise=2.0)
    contacts = ForceContacts()
    ahead, online = contacts.run(force, t, causal=False), ForceContacts().run(force, t)
    assert contacts.in_contact == (False, False)
    assert np.isnan(ahead.emit).all()
    assert len(ahead) == len(online)
    for side, start in (("left", 0.3), ("right", 0.9)):
        late = ahead.times(side, "ic") - start - STRIDE * np.round((ahead.times(side, "ic") - start) / STRIDE)
        assert np.abs(late).max() < 0.005
        assert (ahead.times(side, "ic") <= online.times(side, "ic") + 1e-9).all()


def test_looking_ahead_drops_a_scuff_and_bridges_a_short_lift():
    t = np.arange(0.0, 20.0, 0.01)
    force = gait(t)
    rough = force.copy()
    rough[(t > 9.6) & (t < 9.73), 0] = 150.0  # the left foot scuffs in swing
    rough[(t > 10.8) & (t < 10.9), 1] = 0.0  # the right foot lifts in stance for 0.1 s
    plain, found = (ForceContacts().run(f, t, causal=False) for f in (force, rough))
    assert len(ForceContacts().run(rough, t)) == len(plain) + 4
    assert [(e.side, e.kind) for e in found] == [(e.side, e.kind) for e in plain]


def test_looking_ahead_takes_an_empty_and_a_dead_recording():
    assert len(ForceContacts().run(np.zeros((0, 2)), np.zeros(0), causal=False)) == 0
    assert len(ForceContacts().run(np.full((50, 2), np.nan), np.arange(50) * 0.01, causal=False)) == 0


def test_a_slow_change_of_weight_in_double_support_is_no_toe_off():
    t = np.arange(0.0, 20.0, 0.01)
    force = gait(t)
    stop = int(11.2 / 0.01)  # both feet on the ground; from here the weight only shifts
    share = 0.5 + 0.2 * np.exp(-(t[stop:] - t[stop]) / 0.15)
    force[stop:] = 800.0 * np.stack([1 - share, share], axis=1)
    late = [event for event in ForceContacts().run(force, t) if event.time > 11.3]
    assert late == []


def test_a_sensor_that_gives_nothing_is_paused():
    contacts = ForceContacts()
    assert contacts.paused == (False, False)
    contacts.step([700.0, np.nan], 0.0)
    assert contacts.paused == (False, True)
    contacts.step([np.inf, 0.0], 0.01)
    assert contacts.paused == (True, False)


def test_looking_ahead_finds_a_step_wholly_on_the_other_sensor():
    t = np.arange(0.0, 20.0, 0.01)
    force = gait(t)
    across = force.copy()
    span = (t > 9.85) & (t < 10.8)  # one stance of the left foot
    across[span] = np.stack([0.0 * force[span, 0], force[span].sum(axis=1)], axis=1)
    plain, found = (ForceContacts().run(f, t, causal=False) for f in (force, across))
    assert len(ForceContacts().run(across, t)) == len(plain) - 4
    for side in ("left", "right"):
        for kind in ("ic", "to"):
            np.testing.assert_allclose(found.times(side, kind), plain.times(side, kind), atol=0.05)
    assert sorted(event.confidence for event in found)[:5] == [0.3] * 4 + [1.0]
    assert len(ForceContacts(shared=False).run(across, t, causal=False)) == len(plain) - 4
