"""The compiled marker contacts against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.recording import KINDS, load
from gaitloop.recording.events import SIDES

reference = import_module("gaitloop.reference.events")
PARAMS = [
    {},
    {"smoothing": 0.0, "speed_min": 0.05, "gap": 0.03},
    {"smoothing": 0.02, "speed_min": 1.0, "gap": 1.0},
    {"bias_ic": 0.013, "bias_to": -0.1},
    {"bias_ic": -0.1, "bias_to": 0.1},
]
MARKERS = ("left_heel", "left_toe", "right_heel", "right_toe")


def assert_same(markers, t, params, modes=(True, False)):
    found = 0
    for causal in modes:
        got, want = (m.MarkerContacts(**params).run(markers, t, causal) for m in (_core, reference))
        for a, b in zip(got[:4], want[:4], strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(got[4], want[4], rtol=0, atol=1e-9)
        found += len(got[0])
    return found


def walking(rng, rate, n):
    """Strides of one person on a belt or overground, in any direction, with noise, unsteady clock and dropouts."""
    t = np.cumsum(rng.uniform(1 - rng.choice([0.0, 0.3]), 1.0, n)) / rate
    stride, length, duty = rng.uniform(0.8, 1.6), rng.uniform(0.3, 1.7), rng.uniform(0.55, 0.75)
    markers = np.zeros((n, 5, 3))
    for side in range(2):
        phase = t / stride + 0.5 * side
        u = phase % 1.0
        swing = np.clip((u - duty) / (1 - duty), 0, 1)
        rise = np.clip((u - duty + 0.15) / 0.2, 0, 1) * np.clip((1 - u) / (1 - duty), 0, 1)
        heel, toe = markers[:, 2 * side], markers[:, 2 * side + 1]
        heel[:, 0] = length * (np.floor(phase) + swing**2 * (2 - swing))
        toe[:, 0] = heel[:, 0] + 0.2
        heel[:, 2], toe[:, 2] = 0.05 + 0.2 * rise, 0.03 + 0.1 * swing * (1 - swing)
    markers[:, 4] = np.stack([length * (t / stride + 0.5), 0.02 * np.sin(t), 1.0 + 0 * t], axis=1)
    markers[:, :, 0] -= rng.choice([0.0, 1.0]) * length * t[:, None] / stride
    c, s = np.cos(turn := rng.uniform(0, 7)), np.sin(turn)
    markers = markers @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + rng.uniform(0, 2e-3) * rng.standard_normal(
        (n, 5, 3)
    )
    lost = rng.random((n, 5)) < rng.choice([0.0, 0.03])
    lost[rng.integers(n) :][: rng.integers(1, rate)] |= rng.random(5) < 0.3
    lost[:, 4] |= rng.random() < 0.3
    return np.where(lost[:, :, None], np.nan, markers), np.round(t * 1e9).astype(np.int64)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [47, 100, 200, 1000])
def test_walking_gives_the_same_events(rate, params):
    found = 0
    for seed in range(2):
        rng = np.random.default_rng([rate, seed])
        found += assert_same(*walking(rng, rate, min(8 * rate, 2400)), params)
    assert found > 12


levels = st.one_of(
    st.sampled_from([0.0, 0.1, 0.3, 1.0, np.nan, np.inf, -np.inf, 1e3, 1e308, -1e308, 5e-324]),
    st.floats(-2, 2),
    st.floats(width=64),
)
stretches = st.lists(st.tuples(st.lists(levels, min_size=15, max_size=15), st.integers(1, 20)), min_size=1, max_size=6)
ticks = st.sampled_from([1, 1_000_000, 4_900_000, 10_000_000, 33_000_000, 150_000_000])


@given(stretches=stretches, tick=ticks, slope=st.floats(-0.05, 0.05), params=st.sampled_from(PARAMS))
def test_held_and_drifting_levels_give_the_same_events(stretches, tick, slope, params):
    rows = np.concatenate([np.tile(row, (count, 1)) for row, count in stretches])
    rows = rows + slope * (np.arange(len(rows)) % 20)[:, None] * (np.arange(15) % 7)
    assert_same(rows.reshape(-1, 5, 3), np.arange(len(rows), dtype=np.int64) * tick, params)


@given(rows=arrays(np.float64, st.tuples(st.integers(1, 40), st.just(5), st.just(3)), elements=levels), data=st.data())
def test_hostile_times_give_the_same_events(rows, data):
    step = st.one_of(st.just(10_000_000), st.integers(-(10**8), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(step, min_size=len(rows), max_size=len(rows)))
    t = np.array(np.clip(np.cumsum(np.array(steps, dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(rows, t, {})


@pytest.mark.parametrize("seed", range(6))
def test_walking_with_a_jumping_clock_gives_the_same_events(seed):
    rng = np.random.default_rng(seed)
    markers, t = walking(rng, 100, 800)
    for at in rng.integers(0, len(t), 8):
        t[at:] += rng.choice([-1_000_000_000, -20_000_000, 50_000_000, 90_000_000, 400_000_000])
    for at in rng.integers(0, len(t), 8):
        markers[at] *= rng.choice([0.0, 1e6, -1.0])
    assert assert_same(markers, t, {}) > 5


def recorded(folder):
    """Markers (T, 5, 3) [m] and times [ns]; without a sacrum the middle of the front iliac spines, or nothing."""
    signal = load(folder).signal("markers")
    at = {name[:-2] for name in signal.names}
    place = {name: np.stack([signal.column(f"{name}_{axis}") for axis in "xyz"], axis=1) for name in at}
    pelvis = place.get("sacrum")
    if pelvis is None:
        spines = [place[name] for name in ("left_asis", "right_asis") if name in place]
        pelvis = np.mean(spines, axis=0) if spines else np.full((len(signal.t), 3), np.nan)
    markers = np.stack([*(place[name] for name in MARKERS), pelvis], axis=1)
    return np.ascontiguousarray(markers), np.round(signal.t * 1e9).astype(np.int64)


@pytest.mark.parametrize("name", ["imu_feet_mocap", "plates_adult", "plates_norm"])
def test_recorded_people_give_the_same_events(data_root, name):
    for folder in sorted((data_root / "data" / name).iterdir()):
        assert assert_same(*recorded(folder), {}) > 8


def test_a_recording_in_pieces_is_a_recording():
    markers, t = walking(np.random.default_rng(3), 100, 900)
    for module in (_core, reference):
        whole, pieces = module.MarkerContacts().run(markers, t), module.MarkerContacts()
        parts = [
            pieces.run(m, p) for m, p in zip(np.split(markers, [1, 50, 433]), np.split(t, [1, 50, 433]), strict=True)
        ]
        for column, part in zip(whole, zip(*parts, strict=True), strict=True):
            np.testing.assert_array_equal(column, np.concatenate(part))


def test_step_gives_the_rows_of_run_and_the_same_state():
    markers, t = walking(np.random.default_rng(5), 100, 700)
    states = []
    for module in (_core, reference):
        one, all_ = module.MarkerContacts(), module.MarkerContacts().run(markers, t)
        rows, state = [], []
        for row, now in zip(markers, t.tolist(), strict=True):
            if module is _core:
                found = one.step(row, now * 1e-9)
                rows += [(e.side, e.kind, e.time, e.emit, e.confidence) for e in found]
            else:
                found = one.step(row, now)
                rows += [(SIDES[e.side], KINDS[e.kind], e.t * 1e-9, e.t_emit * 1e-9, e.confidence) for e in found]
            state.append((tuple(one.in_contact), tuple(one.paused)))
        side, kind, time, emit, confidence = (np.asarray(column).tolist() for column in all_)
        names = [SIDES[i] for i in side], [KINDS[i] for i in kind]
        seconds = [x * 1e-9 for x in time], [x * 1e-9 for x in emit]
        assert rows == list(zip(*names, *seconds, confidence, strict=True))
        states.append(state)
    assert states[0] == states[1]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, 5.0])
@pytest.mark.parametrize("name", ["smoothing", "speed_min", "bias_ic", "bias_to", "gap"])
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in (_core, reference):
        with pytest.raises(ConfigError, match=rf"^{name} must lie in \[") as refusal:
            module.MarkerContacts(**{name: bad})
        messages.append(str(refusal.value))
    assert messages[0] == messages[1]


def calibrated(module, events, known):
    if module is _core:
        return _core.calibrate_markers(events, known)
    return reference.MarkerContacts.calibrate(events, known)


def test_calibrations_are_the_same():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        known, events = [], []
        for _ in range(rng.integers(1, 4)):
            n = int(rng.integers(20, 60))
            side, kind = rng.integers(0, 2, (2, n))
            t = np.cumsum(rng.integers(20, 400, n)) * 1_000_000
            known.append((side, kind, t))
            keep = rng.random(n) < 0.9
            events.append((side[keep], kind[keep], (t + rng.integers(-120, 120, n) * 1_000_000)[keep]))
        got, want = (calibrated(module, events, known) for module in (_core, reference))
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-12)


def test_calibrations_are_refused_alike():
    few = (np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.array([0, 10**9]))
    many = (np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.int64), np.arange(4) * 10**9)
    for module in (_core, reference):
        for events, known, message in [
            ([few], [few], "^reference must give at least 3 pairs of initial contacts, got 2$"),
            ([many], [many], "^reference must give at least 3 pairs of toe-offs, got 0$"),
            ([few, few], [few], "^reference must hold 2 recordings as events does, got 1$"),
        ]:
            with pytest.raises(ConfigError, match=message):
                calibrated(module, events, known)
