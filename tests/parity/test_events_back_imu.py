"""The compiled lower-back contacts against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.recording import KINDS, load
from gaitloop.recording.events import SIDES

reference = import_module("gaitloop.reference.events")
PARAMS = [
    {},
    {"floor": 0.05, "rise": 0.1, "step_time": 0.3, "gap": 0.1},
    {"floor": 5.0, "rise": 0.9, "step_time": 1.8, "gap": 1.0},
    {"floor": 0.3, "rise": 0.5, "step_time": 1.1, "gap": 0.4},
]
AXES = [f"{signal}_{axis}" for signal in ("acc", "gyr") for axis in "xyz"]


def assert_same(rows, t, params, causal):
    got, want = (m.BackImuContacts(**params).run(rows, t, causal) for m in (_core, reference))
    for a, b in zip(got[:4], want[:4], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(got[4], want[4], rtol=0.0, atol=1e-9)
    return len(got[0])


def trunk(rng, t):
    """Walking with pauses, of changing step time and size, in an unknown mounting, with noise."""
    step, size, turning = rng.uniform(0.35, 1.3), rng.uniform(0.3, 6.0), rng.choice([0.0, 0.02, 0.3, 2.0])
    rate = 1.0 / (step * (1.0 + 0.15 * np.sin(t / rng.uniform(2.0, 20.0))))
    phase = np.cumsum(rate * np.gradient(t))
    go = np.clip(3.0 * np.sin(t / rng.uniform(2.0, 9.0) + rng.uniform(0.0, 6.0)) + rng.uniform(-1.0, 3.0), 0.0, 1.0)
    rows = rng.choice([0.0, 0.02, 0.5, 2.0]) * rng.standard_normal((len(t), 6)) * [1, 1, 1, 0.1, 0.1, 0.1]
    rows[:, 2] += rng.choice([9.81, 10.3, 1.0]) + size * go * (
        np.cos(2 * np.pi * phase) + rng.uniform(0.0, 1.0) * np.cos(4 * np.pi * phase + 1.0)
    )
    rows[:, 0] += 0.5 * size * go * np.sin(2 * np.pi * phase)
    rows[:, 5] += turning * go * np.cos(np.pi * phase + rng.uniform(0.0, 3.0))
    mount = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return np.hstack([rows[:, :3] @ mount.T, rows[:, 3:] @ mount.T])


def walking(rng, rate, seconds):
    """A walk with holes and jumps of the clock in some of them, sampled evenly or not."""
    n = int(rate * seconds)
    t = np.cumsum(rng.uniform(0.7, 1.3, n) if rng.random() < 0.5 else np.ones(n)) / rate
    rows, times = trunk(rng, t), np.round(t * 1e9).astype(np.int64)
    if rng.random() < 0.3:
        rows[rng.random(rows.shape) < 0.01] = np.nan
    if rng.random() < 0.3:
        for i in rng.integers(0, n, 3):
            times[i:] += int(rng.choice([-300_000_000, 100_000_000, 250_000_000, 10_000_000_000]))
    return rows, times


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [20, 47, 100, 333])
def test_walking_gives_the_same_events(rate, params, causal):
    found = 0
    for seed in range(5):
        rows, t = walking(np.random.default_rng([seed, rate]), rate, 16)
        found += assert_same(rows, t, params, causal)
    assert found > (10 if params.get("floor") == 5.0 else 40)


odd = st.one_of(
    st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 5e-324, 0.0, 9.81, 12.0, 999.0, 1e3, 1e2]), st.floats(width=64)
)


@st.composite
def hostile(draw):
    """A walk in which some rows hold anything and the clock does anything."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows, t = walking(rng, draw(st.sampled_from([11, 50, 100])), 8)
    if draw(st.booleans()):
        rows = np.clip(rows, -10.0, 10.0)
    starts = st.integers(0, len(t))
    stretches = st.lists(st.tuples(odd, st.integers(0, 5), starts, st.integers(1, 40)), max_size=8)
    for value, axis, start, length in draw(stretches):
        rows[start : start + length, axis] = value
    jumps = st.one_of(st.integers(-(10**9), 3 * 10**9), st.integers(0, 2**60))
    for start, jump in draw(st.lists(st.tuples(starts, jumps), max_size=3)):
        t[start:] += jump
    return rows, t


@settings(max_examples=60)
@given(stream=hostile(), params=st.sampled_from(PARAMS), causal=st.booleans())
def test_hostile_streams_give_the_same_events(stream, params, causal):
    assert_same(*stream, params, causal)


@given(
    row=arrays(np.float64, 6, elements=odd),
    steps=st.lists(st.integers(-(2**62), 2**62) | st.just(10_000_000), min_size=1, max_size=60),
    causal=st.booleans(),
)
def test_constant_rows_at_any_times_give_the_same_events(row, steps, causal):
    t = np.array(np.clip(np.cumsum(np.array(steps, dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(np.tile(row, (len(t), 1)), t, {}, causal)


@pytest.mark.parametrize("name", ["imu_back_indip", "imu_feet_back", "imu_legs_stroke"])
def test_recorded_people_give_the_same_events(data_root, name):
    for folder in sorted((data_root / "data" / name).iterdir()):
        signal = load(folder).signal("imu")
        rows = np.stack([signal.column(f"lower_back_{axis}") for axis in AXES], axis=1)
        for causal in (True, False):
            assert assert_same(rows, np.round(signal.t * 1e9).astype(np.int64), {}, causal) >= 20


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, 9.0])
@pytest.mark.parametrize("name", ["floor", "rise", "step_time", "gap"])
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in (_core, reference):
        with pytest.raises(ConfigError, match=rf"^{name} must lie in \[") as refused:
            module.BackImuContacts(**{name: bad})
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_bad_parameters_are_named_in_the_same_order():
    for module in (_core, reference):
        with pytest.raises(ConfigError, match=r"^rise must lie in \["):
            module.BackImuContacts(gap=9.0, step_time=9.0, rise=9.0)


def test_step_gives_the_rows_of_run():
    rows, times = walking(np.random.default_rng(3), 100, 20)
    rows[300:400] = np.nan
    kept = []
    for module in (_core, reference):
        one, all_ = module.BackImuContacts(), module.BackImuContacts().run(rows, times)
        stepped, states = [], []
        for row, now in zip(rows, times.tolist(), strict=True):
            if module is _core:
                found = one.step(row, now * 1e-9)
                stepped += [(e.side, e.kind, e.time, e.emit, e.confidence) for e in found]
            else:
                found = one.step(row, now)
                stepped += [(SIDES[e.side], KINDS[e.kind], e.t * 1e-9, e.t_emit * 1e-9, e.confidence) for e in found]
            states.append((one.in_contact, one.paused))
        side, kind, time, emit, confidence = (column.tolist() for column in all_)
        names = [SIDES[i] for i in side], [KINDS[i] for i in kind]
        seconds = [x * 1e-9 for x in time], [x * 1e-9 for x in emit]
        assert stepped == list(zip(*names, *seconds, confidence, strict=True))
        assert len(stepped) > 10
        kept.append(states)
    assert kept[0] == kept[1]


@given(cuts=st.lists(st.integers(0, 1600), max_size=6), seed=st.integers(0, 50))
def test_a_recording_in_parts_gives_the_same_events(cuts, seed):
    rows, t = walking(np.random.default_rng(seed), 100, 16)
    part = _core.BackImuContacts()
    edges = [0, *sorted(cuts), len(t)]
    found = [part.run(rows[a:b], t[a:b]) for a, b in pairwise(edges)]
    whole = _core.BackImuContacts().run(rows, t)
    for i in range(5):
        np.testing.assert_array_equal(np.concatenate([columns[i] for columns in found]), whole[i])
