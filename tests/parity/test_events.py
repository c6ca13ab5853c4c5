"""The compiled force contacts against the reference: the same events at the same nanosecond."""

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
    {"shared": False},
    {"scale": 1500.0, "on": 0.1, "off": 0.02, "floor": 60.0, "arm": 1.0},
    {"debounce": 0.0, "refractory": 0.0, "settle": 0.0, "gap": 1.0},
    {"baseline_time": 0.02, "baseline_max": 200.0, "debounce": 0.05, "refractory": 0.5},
]


def assert_same(force, t, params):
    """Both forms, tick by tick and looking ahead; how many events the first one found."""
    counts = []
    for causal in (True, False):
        got, want = (m.ForceContacts(**params).run(force, t, causal) for m in (_core, reference))
        for a, b in zip(got, want, strict=True):
            np.testing.assert_array_equal(a, b)
        counts.append(len(got[0]))
    return counts[0]


def walking(rng, rate, n):
    """Steps of changing length and load, with noise, drift, holes, and some steps across both belts."""
    t = np.arange(n) / rate
    stride = rng.uniform(0.9, 1.5)
    u = np.mod((t[:, None] + [0.0, stride / 2]) / stride, 1.0) / rng.uniform(0.55, 0.7)
    force = np.where(u < 1.0, rng.uniform(300, 1200) * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    share = rng.uniform(0.0, 0.8) * (np.mod(np.floor(t / stride), 4) == 2)
    force = np.stack([(1 - share) * force[:, 0], force[:, 1] + share * force[:, 0]], axis=1)
    force += rng.uniform(0, 10) * rng.standard_normal(force.shape) + rng.uniform(-20, 20, 2)
    return np.where(rng.random(force.shape) < rng.choice([0.0, 0.02]), np.nan, force), t


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [47, 100, 333, 1000])
def test_walking_gives_the_same_events(rate, params):
    found = 0
    for seed in range(4):
        force, t = walking(np.random.default_rng(seed), rate, 12 * rate)
        found += assert_same(force, np.round(t * 1e9).astype(np.int64), params)
    assert found > 40


@pytest.mark.parametrize("rate", [50, 100, 1000])
def test_steps_wholly_on_the_other_sensor_give_the_same_events(rate):
    rng, hidden = np.random.default_rng(7), 0
    for _ in range(4):
        t = np.arange(20 * rate) / rate
        stride = rng.uniform(1.0, 1.4)
        u = np.mod((t[:, None] + [0.0, stride / 2]) / stride, 1.0) / rng.uniform(0.58, 0.66)
        force = np.where(u < 1.0, 800.0 * (1.0 - (2.0 * u - 1.0) ** 4), 0.0) + 3.0 * rng.standard_normal((len(t), 2))
        across = np.mod(np.floor(t / stride), 5) == 3
        force = np.stack([np.where(across, 0.0, force[:, 0]), force[:, 1] + np.where(across, force[:, 0], 0.0)], axis=1)
        times = np.round(t * 1e9).astype(np.int64)
        assert_same(force, times, {})
        hidden += np.sum(_core.ForceContacts().run(force, times, False)[4] == 0.3)
    assert hidden >= 24


levels = st.one_of(st.sampled_from([0.0, 25.0, 40.0, 90.0, 400.0, 800.0]), st.floats(-300, 2000), st.floats(width=64))
stretches = st.lists(st.tuples(levels, levels, st.integers(1, 60)), min_size=1, max_size=30)
ticks = st.sampled_from([1_000_000, 4_900_000, 10_000_000, 33_000_000, 150_000_000])


@given(stretches=stretches, tick=ticks, params=st.sampled_from(PARAMS))
def test_held_levels_give_the_same_events(stretches, tick, params):
    force = np.concatenate([np.tile([left, right], (count, 1)) for left, right, count in stretches])
    assert_same(force, np.arange(len(force), dtype=np.int64) * tick, params)


@given(force=arrays(np.float64, st.tuples(st.integers(1, 60), st.just(2)), elements=levels), data=st.data())
def test_hostile_times_give_the_same_events(force, data):
    step = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(step, min_size=len(force), max_size=len(force)))
    t = np.array(np.clip(np.cumsum(np.array(steps, dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(force, t, {})


@pytest.mark.parametrize("name", ["force_belts", "force_insoles"])
def test_recorded_people_give_the_same_events(data_root, name):
    for folder in sorted((data_root / "data" / name).iterdir()):
        t, force = load(folder).foot_forces()
        assert assert_same(force, np.round(t * 1e9).astype(np.int64), {}) > 80


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize(
    "name",
    ["scale", "on", "off", "floor", "arm", "debounce", "refractory", "baseline_time", "baseline_max", "settle", "gap"],
)
def test_bad_parameters_are_refused_alike(module, name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        module.ForceContacts(**{name: bad})


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
def test_swapped_thresholds_are_refused_alike(module):
    with pytest.raises(ConfigError, match=r"^off must lie below on, got 0\.2 and 0\.1"):
        module.ForceContacts(on=0.1, off=0.2)


def test_step_gives_the_rows_of_run():
    force, t = walking(np.random.default_rng(5), 100, 500)
    times = np.round(t * 1e9).astype(np.int64)
    for module in (_core, reference):
        one, all_ = module.ForceContacts(), module.ForceContacts().run(force, times)
        rows = []
        for f, now in zip(force, times.tolist(), strict=True):
            if module is _core:
                found = one.step(f, now * 1e-9)
                rows += [(e.side, e.kind, e.time, e.emit, e.confidence) for e in found]
            else:
                found = one.step(f, now)
                rows += [(SIDES[e.side], KINDS[e.kind], e.t * 1e-9, e.t_emit * 1e-9, e.confidence) for e in found]
        side, kind, time, emit, confidence = (column.tolist() for column in all_)
        names = [SIDES[i] for i in side], [KINDS[i] for i in kind]
        seconds = [x * 1e-9 for x in time], [x * 1e-9 for x in emit]
        assert rows == list(zip(*names, *seconds, confidence, strict=True))
        assert tuple(one.in_contact) in {(a, b) for a in (False, True) for b in (False, True)}
