"""The compiled shank contacts against the reference: the same events at the same nanosecond."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.recording import KINDS
from gaitloop.recording.events import SIDES

reference = import_module("gaitloop.reference.events")
PARAMS = [
    {},
    {"contact_delay": 0.0, "lift_lead": 0.0, "gap": 0.03},
    {"contact_delay": 0.1, "lift_lead": 0.15, "gap": 1.0},
    {"contact_delay": 0.0213, "lift_lead": 0.0711},
]
KNOTS = [0.0, 0.05, 0.12, 0.3, 0.5, 0.58, 0.64, 0.72, 0.82, 0.9, 0.955, 1.0]
RATES = [-2.2, -1.8, -0.6, -0.5, -1.2, -3.2, -3.6, 1.5, 5.2, 5.0, 0.0, -2.2]


def assert_same(gyr, t, params):
    """Both forms, tick by tick and looking ahead; how many events the first one found."""
    counts = []
    for causal in (True, False):
        got, want = (m.ShankGyroContacts(**params).run(gyr, t, causal) for m in (_core, reference))
        for a, b in zip(got[:4], want[:4], strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(got[4], want[4], rtol=0.0, atol=1e-9)
        counts.append(len(got[0]))
    return counts[0]


def walking(rng, rate, n):
    """Steps of changing length, strength and mounting, with pauses of the person, noise, impacts and holes."""
    t = np.cumsum(np.where(rng.random(n) < 0.02, rng.uniform(0.5, 3.0, n), 1.0)) / rate
    pace = np.where(np.sin(t / rng.uniform(1.5, 4.0)) > -0.7, rng.uniform(0.6, 1.3) * (1 + 0.2 * np.sin(0.3 * t)), 0.0)
    phase = np.cumsum(pace * np.diff(t, prepend=0.0))[:, None] + [0.0, 0.5]
    forward = np.interp(phase % 1.0, KNOTS, RATES) * (pace > 0.0)[:, None] * rng.uniform(0.4, 1.4, 2)
    gyr = forward[:, :, None] * rng.standard_normal((2, 3)) + rng.uniform(0.0, 0.4) * rng.standard_normal((n, 2, 3))
    gyr += rng.uniform(0.0, 4.0) * ((phase % 1.0 < 0.02) & (pace > 0.0)[:, None])[:, :, None] * rng.standard_normal(3)
    gyr[rng.random((n, 2)) < rng.choice([0.0, 0.01])] = np.nan
    hole = rng.integers(0, n)
    gyr[hole : hole + rng.integers(0, rate), rng.integers(0, 2)] = np.nan
    gyr[n // 2 :] *= rng.choice([-1.0, 1.0])  # the sensors are turned round
    return gyr, np.round(t * 1e9).astype(np.int64)


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("rate", [50, 100, 213])
def test_walking_gives_the_same_events(rate, params):
    found = 0
    for seed in range(3):
        found += assert_same(*walking(np.random.default_rng(seed), rate, 12 * rate), params)
    assert found > 30


@pytest.mark.parametrize("side", [0, 1])
def test_a_sensor_that_dies_gives_the_same_events(side):
    for start in range(300, 420, 7):
        gyr, t = walking(np.random.default_rng(1), 100, 1000)
        gyr[start:, side] = np.nan
        assert_same(gyr, t, {})


def test_a_fast_sensor_gives_the_same_events():
    assert assert_same(*walking(np.random.default_rng(9), 1000, 8000), {}) > 15


levels = st.one_of(st.sampled_from([0.0, -3.0, -1.0, 1.0, 5.0, 60.0, -60.0]), st.floats(-8, 8), st.floats(width=64))
stretches = st.lists(st.tuples(levels, levels, levels, st.integers(1, 40)), min_size=1, max_size=20)
ticks = st.sampled_from([1_000_000, 4_900_000, 10_000_000, 20_000_000, 33_000_000, 160_000_000])


@given(stretches=stretches, tick=ticks, params=st.sampled_from(PARAMS))
def test_held_rates_give_the_same_events(stretches, tick, params):
    gyr = np.concatenate([np.tile([[a, b, 0.0], [c, -a, b]], (count, 1, 1)) for a, b, c, count in stretches])
    assert_same(gyr, np.arange(len(gyr), dtype=np.int64) * tick, params)


@given(seed=st.integers(0, 2**32 - 1), data=st.data())
def test_walking_with_hostile_values_gives_the_same_events(seed, data):
    gyr, t = walking(np.random.default_rng(seed), 100, 400)
    value = data.draw(st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 5e-324, 60.0, -60.0, 0.0]))
    start, stop, step = data.draw(st.tuples(st.integers(0, 399), st.integers(0, 400), st.integers(1, 9)))
    gyr[start:stop:step, :, data.draw(st.integers(0, 2))] = value
    at, shift = data.draw(
        st.tuples(st.integers(0, 399), st.sampled_from([0, 10**8, 10**10, -(10**9), 2**61, -(2**62)]))
    )
    t[at:] += shift
    assert_same(gyr, t, {})


@given(gyr=arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2), st.just(3)), elements=levels), data=st.data())
def test_hostile_times_give_the_same_events(gyr, data):
    step = st.one_of(st.just(10_000_000), st.integers(-(10**9), 10**9), st.integers(-(2**61), 2**61))
    steps = data.draw(st.lists(step, min_size=len(gyr), max_size=len(gyr)))
    start = data.draw(st.sampled_from([0, -(2**63), 2**63 - 10**9]))
    t = np.array(np.clip(np.cumsum(np.array([start, *steps[1:]], dtype=object)), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(gyr, t, {})


@pytest.mark.parametrize("start", [-(2**63), 2**63 - 5 * 10**9])
def test_walking_at_the_ends_of_time_gives_the_same_events(start):
    gyr, t = walking(np.random.default_rng(3), 100, 600)
    steps = [start + now for now in t.tolist()]
    t = np.array(np.clip(np.array(steps, dtype=object), -(2**63), 2**63 - 1), dtype=np.int64)
    assert_same(gyr, t, PARAMS[2])


def recorded(folder):
    """Rates of both shanks [rad/s] and times [ns]."""
    table = np.genfromtxt(folder / "imu.csv.gz", delimiter=",", names=True)
    names = [[f"{side}_shank_gyr_{axis}" for axis in "xyz"] for side in SIDES]
    if not {name for own in names for name in own} <= set(table.dtype.names):
        return None
    gyr = np.stack([np.stack([table[name] for name in own], axis=1) for own in names], axis=1)
    return gyr, np.round(table["time_s"] * 1e9).astype(np.int64)


def test_recorded_people_give_the_same_events(data_root):
    people = [recorded(file.parent) for file in sorted((data_root / "data").glob("imu_legs_*/*/imu.csv.gz"))]
    people = [person for person in people if person is not None]
    assert len(people) >= 4
    for gyr, t in people:
        assert assert_same(gyr[:3000], t[:3000], {}) > 50


@pytest.mark.parametrize("module", [_core, reference], ids=["rust", "reference"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("name", ["contact_delay", "lift_lead", "gap"])
def test_bad_parameters_are_refused_alike(module, name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        module.ShankGyroContacts(**{name: bad})


@pytest.mark.parametrize("bad", [{"contact_delay": 0.2, "gap": 0.0}, {"lift_lead": 0.151, "gap": 2.0}, {"gap": 0.009}])
def test_the_first_bad_parameter_is_named_alike(bad):
    messages = []
    for module in (_core, reference):
        with pytest.raises(ConfigError) as refused:
            module.ShankGyroContacts(**bad)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_step_and_runs_of_parts_give_the_rows_of_run():
    gyr, t = walking(np.random.default_rng(5), 100, 900)
    whole = list(zip(*(column.tolist() for column in _core.ShankGyroContacts().run(gyr, t)), strict=True))
    parts = _core.ShankGyroContacts()
    rows = [parts.run(gyr[i : i + 37], t[i : i + 37]) for i in range(0, len(gyr), 37)]
    assert [row for part in rows for row in zip(*(column.tolist() for column in part), strict=True)] == whole
    one, other, named = _core.ShankGyroContacts(), reference.ShankGyroContacts(), []
    for row, now in zip(gyr, t.tolist(), strict=True):
        found = one.step(row, now * 1e-9)
        want = other.step(row, now)
        named += [(e.side, e.kind, e.time, e.emit, e.confidence) for e in found]
        assert [(e.side, e.kind) for e in found] == [(SIDES[e.side], KINDS[e.kind]) for e in want]
        assert (one.in_contact, one.paused) == (tuple(other.in_contact), tuple(other.paused))
    assert named == [(SIDES[a], KINDS[b], c * 1e-9, d * 1e-9, e) for a, b, c, d, e in whole]
    assert len(named) > 10
