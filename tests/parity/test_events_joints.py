"""The compiled joint contacts against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

reference = import_module("gaitloop.reference.events")
SETTINGS = [{}, {"earliest": 0.0, "latest": 0.2}, {"usual": 0.0, "gap": 1.0}, {"gap": 0.03}]


def assert_same(q, t, settings):
    found = 0
    for causal in (True, False):
        got, want = (m.JointContacts(**settings).run(q, t, causal) for m in (_core, reference))
        for a, b in zip(got[:4], want[:4], strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(got[4], want[4], rtol=0, atol=1e-12)
        found += len(got[0])
    return found


def walking(seed, rate, seconds=12.0):
    """A walk that starts, changes speed and stops, with noise, lean, missing ankles and holes."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    pattern = GaitPattern.koopman(speed=rng.uniform(0.3, 1.2), height=rng.uniform(1.5, 1.9))
    pace = np.clip(np.minimum(t - 1.0, seconds - 1.0 - t), 0.0, 1.0) * rng.uniform(0.4, 1.0)
    q = pattern.evaluate(np.cumsum(pace) / rate)[0] + rng.uniform(0.0, 0.01) * rng.standard_normal((len(t), 6))
    q[:, [0, 3]] += rng.uniform(-0.1, 0.1)
    if seed % 3 == 1:
        q[:, [2, 5]] = np.nan
    q[rng.random(q.shape) < rng.choice([0.0, 0.01])] = np.nan
    q[len(t) // 2 : len(t) // 2 + round(0.3 * rate), seed % 6] = np.nan
    return q, np.round(t * 1e9).astype(np.int64)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("rate", [47, 100, 333, 1000])
def test_walking_gives_the_same_events(rate, settings):
    assert sum(assert_same(*walking(seed, rate), settings) for seed in range(3 if rate < 500 else 1)) > 20


angles = st.one_of(st.sampled_from([0.0, 0.3, -0.3, 1.0, 3.2, np.nan, np.inf, 1e308, 5e-324]), st.floats(width=64))
stretches = st.lists(st.tuples(arrays(np.float64, 6, elements=angles), st.integers(1, 40)), min_size=1, max_size=20)


@given(stretches=stretches, tick=st.sampled_from([1_000_000, 10_000_000, 33_000_000, 150_000_000]))
def test_held_angles_give_the_same_events(stretches, tick):
    q = np.concatenate([np.tile(row, (count, 1)) for row, count in stretches])
    assert_same(q, np.arange(len(q), dtype=np.int64) * tick, {})


@given(data=st.data(), seed=st.integers(0, 20))
def test_hostile_times_give_the_same_events(data, seed):
    q, _ = walking(seed, 20, 6.0)
    step = st.one_of(st.just(50_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(step, min_size=len(q), max_size=len(q)))
    t = np.array(np.clip(np.cumsum(np.array(steps, dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(q, t, {})


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("name", ["earliest", "latest", "usual", "gap"])
def test_bad_settings_are_refused_alike(module, name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        module.JointContacts(**{name: bad})


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
def test_swapped_settings_are_refused_alike(module):
    with pytest.raises(ConfigError, match=r"^earliest must lie below latest, got 0\.15 and 0\.1"):
        module.JointContacts(earliest=0.15)


def test_chunks_and_steps_give_the_events_of_run():
    q, t = walking(4, 100)
    whole = [tuple(row) for row in zip(*_core.JointContacts().run(q, t), strict=True)]
    chunked, one = _core.JointContacts(), _core.JointContacts()
    parts = [row for i in range(0, len(t), 37) for row in zip(*chunked.run(q[i : i + 37], t[i : i + 37]), strict=True)]
    assert whole == parts
    steps = [event for row, now in zip(q, t, strict=True) for event in one.step(row, now * 1e-9)]
    assert [(e.time, e.emit, e.confidence) for e in steps] == [(a * 1e-9, b * 1e-9, c) for _, _, a, b, c in whole]
    assert len(whole) > 20
