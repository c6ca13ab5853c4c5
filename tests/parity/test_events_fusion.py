"""The compiled vote of several detectors against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.recording import KINDS, Event, load
from gaitloop.recording.events import SIDES

reference = import_module("gaitloop.reference.events")
MS = 1_000_000
PARAMS = [
    {},
    {"wait": 0.0, "quorum": 0.0},
    {"wait": 0.1, "quorum": 1.0, "window": 0.3},
    {"window": 0.02, "stance": 0.5, "swing": 0.5},
    {"stance": 0.0, "swing": 0.0, "quorum": 0.34},
]


def both(weights, params):
    names = [str(i) for i in range(len(weights))]
    return _core.FusedContacts(names, weights, **params), reference.FusedContacts(weights, **params)


def rows(columns):
    return list(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


def assert_same_rows(got, want):
    assert [row[:4] for row in got] == [row[:4] for row in want]
    np.testing.assert_allclose([row[4] for row in got], [row[4] for row in want], rtol=0, atol=1e-9)


def assert_same(weights, params, sources, alive, t):
    """Both in one run; how many events they told."""
    core, twin = both(weights, params)
    got, want = (rows(m.run(sources, alive, t)) for m in (core, twin))
    assert_same_rows(got, want)
    assert list(core.trusted.values()) == [tuple(pair) for pair in twin.trusted]
    assert (core.in_contact, core.paused) == (tuple(twin.in_contact), tuple(twin.paused))
    return len(got)


def columns(kept):
    kept = sorted(kept, key=lambda row: row[3])
    side, kind, t, emit, confidence = zip(*kept, strict=True) if kept else [[]] * 5
    whole = (np.array(c, dtype=np.int64) for c in (side, kind, t, emit))
    return *whole, np.array(confidence, dtype=np.float64)


def heard(rng, truth):
    """The events of a walk as a source of its own faults would find them."""
    jitter, loss, delay = rng.uniform(0, 0.04), rng.choice([0, 0.1, 0.4]), rng.uniform(0, 0.3)
    until, invents, bias = rng.uniform(5, 60), rng.choice([0.0, 0.0, 0.5]), rng.choice([0.0, 0.0, 0.06])
    kept = []
    for side, kind, t in truth:
        if t < until and rng.random() >= loss:
            moments = [(kind, t + bias + jitter * rng.standard_normal())]
            if rng.random() < invents:
                moments.append((int(rng.integers(2)), t + rng.uniform(0.1, 0.5)))
            for k, x in moments:
                kept.append((side, k, round(x * 1e9), round((x + delay) * 1e9), rng.choice([0.0, 0.3, 1.0])))
    return columns(kept)


def walk(rng):
    """Side, kind, time [s] of a walk with a stop."""
    stride, t, truth = rng.uniform(0.8, 1.8), 1.0, []
    while t < 30.0:
        for side, shift in ((0, 0.0), (1, 0.5)):
            truth += [(side, 0, t + shift * stride), (side, 1, t + (shift + 0.62) * stride)]
        t += stride * rng.uniform(0.95, 1.05) + (4.0 if rng.random() < 0.05 else 0.0)
    return sorted(truth, key=lambda row: row[2])


def watched(rng, ticks, count):
    """Sources that are now and then away for a while."""
    alive = np.ones((ticks, count, 2), dtype=bool)
    for _ in range(rng.integers(4)):
        start = rng.integers(ticks)
        alive[start : start + rng.integers(1, ticks // 3), rng.integers(count), rng.integers(2)] = False
    return alive


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [30, 100, 333])
def test_walking_gives_the_same_events(rate, params):
    told = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        truth, count = walk(rng), int(rng.integers(1, 9))
        sources = [heard(rng, truth) for _ in range(count)]
        t = np.round(np.arange(32 * rate) * 1e9 / rate).astype(np.int64)
        weights = rng.choice([0.01, 0.5, 0.8, 1.0], count).tolist()
        told += assert_same(weights, params, sources, watched(rng, len(t), count), t)
    assert told > 60


@pytest.mark.parametrize("name", ["imu_feet_back", "imu_legs_stroke", "force_belts"])
def test_recorded_people_give_the_same_events(data_root, name):
    told = 0
    for seed, folder in enumerate(sorted((data_root / "data" / name).iterdir())):
        rng, events = np.random.default_rng(seed), load(folder).events
        truth = sorted(((SIDES.index(e.side), KINDS.index(e.kind), e.time) for e in events), key=lambda e: e[2])
        sources = [heard(rng, truth) for _ in range(3)]
        t = np.arange(int((truth[-1][2] + 1.0) * 100), dtype=np.int64) * 10 * MS
        told += assert_same([1.0, 0.8, 0.5], {}, sources, np.ones((len(t), 3, 2), dtype=bool), t)
    assert told > 15


moments = st.one_of(st.integers(0, 40).map(lambda k: k * 50 * MS), st.integers(-(2**63), 2**63 - 1))
confidences = st.one_of(st.sampled_from([0.0, 0.5, 1.0, np.nan, np.inf, -1.0]), st.floats())
happened = st.tuples(st.integers(0, 1), st.integers(0, 1), moments, moments, confidences)
tables = st.lists(st.lists(happened, max_size=25).map(columns), min_size=1, max_size=4)


@given(sources=tables, seed=st.integers(0, 99), params=st.sampled_from(PARAMS), data=st.data())
def test_any_events_and_times_give_the_same_events(sources, seed, params, data):
    steps = st.one_of(st.just(20 * MS), st.just(90 * MS), st.integers(-(10**9), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(steps, max_size=60))
    t = np.array(np.clip(np.cumsum(np.array(steps, dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    alive = np.random.default_rng(seed).random((len(t), len(sources), 2)) < 0.8
    assert_same([1.0, 0.5, 0.5, 0.01][: len(sources)], params, sources, alive, t)


spots = st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 1), st.integers(-30, 0), confidences)


@given(
    ticks=st.lists(st.tuples(st.integers(1, 40), st.lists(spots, max_size=4)), max_size=80),
    params=st.sampled_from(PARAMS),
)
def test_dense_events_give_the_same_events(ticks, params):
    t, found = 0, [[] for _ in range(4)]
    times = []
    for step, here in ticks:
        t += step * 10 * MS
        times.append(t)
        for source, side, kind, back, confidence in here:
            found[source].append((side, kind, t + back * 10 * MS, t, confidence))
    alive = np.ones((len(times), 4, 2), dtype=bool)
    assert_same([1.0, 1.0, 0.5, 0.5], params, [columns(f) for f in found], alive, np.array(times, dtype=np.int64))


@pytest.mark.parametrize("seed", range(40))
def test_a_grid_of_events_and_a_jumping_clock_give_the_same_events(seed):
    rng = np.random.default_rng(seed)
    sources = []
    for _ in range(rng.integers(1, 9)):
        n = int(rng.integers(150))
        at = rng.integers(0, 400, n) * 20 * MS
        kind = np.where(rng.random(n) < 0.3, rng.integers(0, 2, n), at // (600 * MS) % 2)
        sure = rng.choice([0.0, 0.05, 0.5, 1.0, np.nan, -0.0], n)
        sources.append((rng.integers(0, 2, n), kind, at, at + rng.integers(-5, 60, n) * 10 * MS, sure))
    t = np.arange(800) * 10 * MS + rng.integers(-25, 25, 800) * MS * (rng.random(800) < 0.2)
    t[rng.integers(800) :] += int(rng.integers(-1000, 1000)) * MS
    alive = rng.random((len(t), len(sources), 2)) < rng.choice([0.5, 0.9, 0.99])
    assert_same(rng.choice([0.01, 0.5, 1.0], len(sources)).tolist(), PARAMS[seed % len(PARAMS)], sources, alive, t)


@pytest.fixture
def trial():
    """Sources, who is alive and ticks of a walk, and the rows that the core tells of it."""
    rng = np.random.default_rng(3)
    truth = walk(rng)
    sources = [heard(rng, truth) for _ in range(3)]
    t = np.arange(3200, dtype=np.int64) * 10 * MS
    alive = watched(rng, len(t), 3)
    return sources, alive, t, rows(both([1.0, 0.8, 0.6], {})[0].run(sources, alive, t))


def test_pieces_give_the_rows_of_run(trial):
    sources, alive, t, whole = trial
    core, got = both([1.0, 0.8, 0.6], {})[0], []
    for start in range(0, len(t), 700):
        span = slice(start, start + 700)
        low, high = (t[start - 1] if start else -1), t[span][-1]
        parts = [tuple(c[(s[3] > low) & (s[3] <= high)] for c in s) for s in sources]
        got += rows(core.run(parts, alive[span], t[span]))
    assert len(whole) > 50
    assert got == whole


def test_steps_give_the_rows_of_run(trial):
    sources, alive, t, whole = trial
    core, told = both([1.0, 0.8, 0.6], {})[0], []
    queues = [[[r for r in rows(s) if r[0] == side] for side in (0, 1)] for s in sources]
    for now, who in zip(t.tolist(), alive, strict=True):
        found = []
        for queue in queues:
            here = [side.pop(0) for side in queue if side and side[0][3] <= now]
            found.append([Event(SIDES[r[0]], KINDS[r[1]], r[2] * 1e-9, r[3] * 1e-9, r[4]) for r in here])
        told += core.step(found, who, now * 1e-9)
    assert told == [Event(SIDES[a], KINDS[b], c * 1e-9, d * 1e-9, e) for a, b, c, d, e in whole]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("name", ["window", "wait", "quorum", "stance", "swing"])
def test_bad_settings_are_refused_alike(name, bad):
    assert_refused_alike([1.0], {name: bad}, f"{name} must lie in [")


@pytest.mark.parametrize("weights", [[], [1.0] * 9, [1.0, 0.001], [np.nan], [1.0] * 8 + [2.0]], ids=str)
def test_bad_weights_are_refused_alike(weights):
    assert_refused_alike(weights, {"window": 9.0}, "")


def assert_refused_alike(weights, params, start):
    said = []
    for make in (partial(_core.FusedContacts, [""] * len(weights)), reference.FusedContacts):
        with pytest.raises(ConfigError) as caught:
            make(weights, **params)
        said.append(str(caught.value).lower())
    assert said[0] == said[1]
    assert said[0].startswith(start)
