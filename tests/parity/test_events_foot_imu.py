"""The compiled foot contacts against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.recording import KINDS
from gaitloop.recording.events import SIDES

reference = import_module("gaitloop.reference.events")
PARAMS = [
    {},
    {"push": 0.2, "swing": 0.2, "lift": 0.02, "min_stance": 0.05, "min_swing": 0.05, "gap": 1.0},
    {"toe_off_delay": 0.05, "contact_delay": -0.05, "gap": 0.03},
    {"push": 3.0, "swing": 2.0, "toe_off_delay": -0.0213, "contact_delay": 0.0311, "min_stance": 0.7},
]
NAMES = ["push", "swing", "lift", "toe_off_delay", "contact_delay", "min_stance", "min_swing", "gap"]
KNOTS = [0.0, 0.35, 0.53, 0.58, 0.65, 0.81, 0.86, 0.89, 0.94, 1.0]
RATES = [0.0, 0.0, 8.0, 0.0, -5.33, -4.44, 0.0, 4.0, 0.0, 0.0]


def assert_same(imu, t, params):
    """Both forms, tick by tick and as a whole; how many events the first one found."""
    counts = []
    for causal in (True, False):
        got, want = (m.FootImuContacts(**params).run(imu, t, causal) for m in (_core, reference))
        for a, b in zip(got[:4], want[:4], strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(got[4], want[4], rtol=0.0, atol=1e-9)
        counts.append(len(got[0]))
    return counts[0]


def mounted(imu, rng):
    """The rows of sensors that sit on the feet in another way each."""
    out = imu.copy()
    for foot in range(2):
        q, r = np.linalg.qr(rng.standard_normal((3, 3)))
        turn = q * np.sign(np.diag(r)) * rng.choice([-1.0, 1.0])
        out[:, foot] = np.concatenate([imu[:, foot, :3] @ turn.T, imu[:, foot, 3:] @ turn.T], axis=1)
    return out


def walking(rng, rate, n):
    """Steps of changing length, strength and mounting, with pauses of the person, noise, impacts and holes."""
    dt = np.where(rng.random(n) < 0.02, rng.uniform(0.5, 3.0, n), 1.0) / rate
    t = np.cumsum(dt)
    pace = np.where(np.sin(t / rng.uniform(1.0, 3.0)) > -0.7, rng.uniform(0.6, 1.2) * (1 + 0.2 * np.sin(0.3 * t)), 0.0)
    phase = np.cumsum(pace * dt)[:, None] + [0.0, 0.5]
    rate_up = np.interp(phase % 1.0, KNOTS, RATES) * pace[:, None] * rng.uniform(0.3, 1.2, 2)
    pitch = np.cumsum((rate_up - rate_up.mean(axis=0)) * dt[:, None], axis=0)
    s = np.clip((phase % 1.0 - 0.45) / 0.43, 0.0, 1.0)
    ahead = rng.uniform(8.0, 25.0) * np.sin(2 * np.pi * s) * (pace > 0.0)[:, None]
    zero = np.zeros_like(pitch)
    acc = [ahead * np.cos(pitch) - 9.81 * np.sin(pitch), zero, ahead * np.sin(pitch) + 9.81 * np.cos(pitch)]
    imu = np.stack([*acc, zero, rate_up, zero], axis=2)
    imu += rng.uniform(0.0, 0.4) * rng.standard_normal(imu.shape)
    hit = (phase % 1.0 > 0.88) & (phase % 1.0 < 0.9) & (pace > 0.0)[:, None]
    imu[:, :, :3] += rng.uniform(0.0, 20.0) * hit[:, :, None] * rng.standard_normal(3)
    imu = mounted(imu, rng)
    imu[rng.random((n, 2)) < rng.choice([0.0, 0.01])] = np.nan
    hole = rng.integers(0, n)
    imu[hole : hole + rng.integers(0, rate), rng.integers(0, 2)] = np.nan
    if rng.random() < 0.3:
        imu[n // 2 :] = mounted(imu[n // 2 :], rng)  # the sensors are turned round
    return imu, np.round(t * 1e9).astype(np.int64)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [50, 100, 204.8])
def test_walking_gives_the_same_events(rate, params):
    found = 0
    for seed in range(3):
        found += assert_same(*walking(np.random.default_rng(seed), rate, int(12 * rate)), params)
    assert found > 25


def test_a_fast_sensor_gives_the_same_events():
    assert assert_same(*walking(np.random.default_rng(9), 1000, 8000), {}) > 10


levels = st.one_of(st.sampled_from([0.0, -3.0, 3.0, 9.8, -9.8, 1e3, -1e3]), st.floats(-12, 12), st.floats(width=64))
stretches = st.lists(st.tuples(levels, levels, levels, st.integers(1, 40)), min_size=1, max_size=15)
ticks = st.sampled_from([1_000_000, 4_900_000, 10_000_000, 20_000_000, 33_000_000, 160_000_000])


@settings(max_examples=60)
@given(stretches=stretches, tick=ticks, params=st.sampled_from(PARAMS))
def test_held_values_give_the_same_events(stretches, tick, params):
    rows = [np.tile([[a, 0, 9.8, b, c, 0], [0, b, 9.8, 0, a, -c]], (count, 1, 1)) for a, b, c, count in stretches]
    imu = np.concatenate(rows)
    assert_same(imu, np.arange(len(imu), dtype=np.int64) * tick, params)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), data=st.data())
def test_walking_with_hostile_values_gives_the_same_events(seed, data):
    imu, t = walking(np.random.default_rng(seed), 100, 400)
    value = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 5e-324, 1e3, -1e3, 1000.1, 30.0, 0.0]))
    start, stop, step = data.draw(st.tuples(st.integers(0, 399), st.integers(0, 400), st.integers(1, 9)))
    imu[start:stop:step, :, data.draw(st.integers(0, 5))] = value
    at, shift = data.draw(
        st.tuples(st.integers(0, 399), st.sampled_from([0, 10**8, 10**10, -(10**9), 2**61, -(2**62)]))
    )
    t[at:] += shift
    assert_same(imu, t, {})


@given(imu=arrays(np.float64, st.tuples(st.integers(1, 25), st.just(2), st.just(6)), elements=levels), data=st.data())
def test_hostile_times_give_the_same_events(imu, data):
    step = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(step, min_size=len(imu), max_size=len(imu)))
    start = data.draw(st.sampled_from([0, -(2**63), 2**63 - 10**9]))
    t = np.array(np.clip(np.cumsum(np.array([start, *steps[1:]], dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(imu, t, {})


@pytest.mark.parametrize("start", [1 - 2**63, 2**63 - 5 * 10**9, -3 * 10**9])
def test_walking_at_the_ends_of_time_gives_the_same_events(start):
    imu, t = walking(np.random.default_rng(3), 100, 600)
    steps = [start + now for now in (t - t[0]).tolist()]
    t = np.array(np.clip(np.array(steps, dtype=object), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(imu, t, PARAMS[2])


def recorded(folder):
    """Rows of both feet and times [ns]; absent without sensors on the feet."""
    table = np.genfromtxt(folder / "imu.csv.gz", delimiter=",", names=True)
    names = [[f"{side}_foot_{kind}_{axis}" for kind in ("acc", "gyr") for axis in "xyz"] for side in SIDES]
    if not {name for own in names for name in own} <= set(table.dtype.names):
        return None
    imu = np.stack([np.stack([table[name] for name in own], axis=1) for own in names], axis=1)
    return imu, np.round(table["time_s"] * 1e9).astype(np.int64)


def test_recorded_people_give_the_same_events(data_root):
    people = [recorded(file.parent) for file in sorted((data_root / "data").glob("imu_*/*/imu.csv.gz"))]
    people = [person for person in people if person is not None]
    assert len(people) >= 26
    assert sum(assert_same(imu[:1700], t[:1700], {}) for imu, t in people) > 1000


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("name", NAMES)
def test_bad_parameters_are_refused_alike(module, name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        module.FootImuContacts(**{name: bad})


@pytest.mark.parametrize("first", range(len(NAMES)))
def test_the_first_bad_parameter_is_named_alike(first):
    messages = []
    for module in (_core, reference):
        with pytest.raises(ConfigError) as refused:
            module.FootImuContacts(**dict.fromkeys(NAMES[first:], 5.5))
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(f"{NAMES[first]} must lie in")


def test_step_and_runs_of_parts_give_the_rows_of_run():
    imu, t = walking(np.random.default_rng(5), 100, 1500)
    whole = list(zip(*(column.tolist() for column in _core.FootImuContacts().run(imu, t)), strict=True))
    parts = _core.FootImuContacts()
    rows = [parts.run(imu[i : i + 37], t[i : i + 37]) for i in range(0, len(imu), 37)]
    assert [row for part in rows for row in zip(*(column.tolist() for column in part), strict=True)] == whole
    one, other, named = _core.FootImuContacts(), reference.FootImuContacts(), []
    for row, now in zip(imu, t.tolist(), strict=True):
        found = one.step(row, now * 1e-9)
        want = other.step(row, now)
        named += [(e.side, e.kind, e.time, e.emit, e.confidence) for e in found]
        assert [(e.side, e.kind) for e in found] == [(SIDES[e.side], KINDS[e.kind]) for e in want]
        assert (one.in_contact, one.paused) == (tuple(other.in_contact), tuple(other.paused))
    assert named == [(SIDES[a], KINDS[b], c * 1e-9, d * 1e-9, e) for a, b, c, d, e in whole]
    assert len(named) > 10
