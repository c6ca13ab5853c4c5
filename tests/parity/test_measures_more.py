"""Further measures: Rust against the reference."""

from __future__ import annotations

import csv
import gzip
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import measures

REFERENCE = import_module("gaitloop.reference.measures")
COLUMNS = REFERENCE.StrideTable._fields
STRIDE = 1.2


def walker(rng, strides=6):
    """Events of a walker, jittered, some lost."""
    rows = []
    for k in range(strides):
        for side, shift in ((0, 0.0), (1, 0.6)):
            rows += [(k * STRIDE + shift, side, 0), (k * STRIDE + shift + 0.72, side, 1)]
    rows = [(t + rng.normal(0.0, 0.01), s, k) for t, s, k in rows if rng.random() > 0.04]
    time, side, kind = (np.array(column) for column in zip(*rows, strict=True))
    return SimpleNamespace(side=side, kind=kind, time=time)


def smooth(rng, time, *shape):
    """Sums of a few harmonics of the stride, one draw a column."""
    total = np.zeros((len(time), *shape))
    for k in range(1, 5):
        for wave in (np.sin, np.cos):
            total += np.multiply.outer(wave(2 * np.pi * k * time / STRIDE), rng.normal(0.0, 1.0 / k, shape))
    return total


def gaps(rng, x, share):
    bad = rng.random(x.shape) < share
    return np.where(bad, rng.choice([np.nan, np.inf, 2e6, -1e300]), x)


def recording(seed):
    """A walk with some of the inputs, each on its own clock, some samples absent."""
    rng = np.random.default_rng(seed)
    share = float(rng.choice([0.0, 0.02]))
    t = np.cumsum(rng.uniform(0.008, 0.012, 800))
    foot = smooth(rng, t, 2, 6) * np.repeat([4.0, 1.0], 3)
    still = ((t % STRIDE) < 0.72)[:, None, None]
    foot = np.where(still, 0.02 * foot, foot) + np.array([1.0, -2.0, 9.5, 0.0, 0.0, 0.0])
    way = np.zeros((800, 5, 3))
    way[..., 0] = (1.1 * t)[:, None]
    more = {
        "angles": (t, gaps(rng, 0.3 * smooth(rng, t, 6), share)),
        "forces": (t + 0.003, gaps(rng, 400.0 + 300.0 * smooth(rng, t, 2), share)),
        "markers": (t + 0.001, gaps(rng, 0.2 * smooth(rng, t, 5, 3) + way + [0.0, 0.0, 0.5], share)),
        "foot_imu": (t, gaps(rng, foot, 0.1 * share)),
        "trunk": (t, gaps(rng, smooth(rng, t, 3), 0.1 * share)),
        "torques": (t, *(gaps(rng, smooth(rng, t, 6), share) for _ in range(3))),
        "belt_speed": [None, 0.9, (t, gaps(rng, 0.9 + 0.05 * smooth(rng, t), share))][int(rng.integers(0, 3))],
        "mass": 75.0,
        "height": [None, 1.75][int(rng.integers(0, 2))],
    }
    keep = {name: value for name, value in more.items() if rng.random() < 0.85}
    return walker(rng), keep


def assert_same_tables(got, want):
    for a, b in zip(got, want, strict=True):
        for name in COLUMNS:
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_table_matches_reference(seed):
    events, more = recording(seed)
    assert_same_tables(*(m.stride_measures(events, **more) for m in (measures, REFERENCE)))


def random_events(rng, n):
    """Events in no order of kinds, some at the same time."""
    time = np.sort(np.round(rng.uniform(0.0, 8.0, n), 1))
    return SimpleNamespace(side=rng.integers(0, 2, n), kind=rng.integers(0, 2, n), time=time)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_table_of_wild_events_matches_reference(seed):
    rng = np.random.default_rng(seed)
    _, more = recording(seed)
    events = random_events(rng, int(rng.integers(0, 60)))
    assert_same_tables(*(m.stride_measures(events, **more) for m in (measures, REFERENCE)))


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_table_of_sparse_and_wild_samples_matches_reference(seed):
    """Long gaps, constants, two values only, absurd ones, few samples, a reference of its own."""
    rng = np.random.default_rng(seed)
    n = int(rng.choice([1, 2, 30, 400]))
    t = np.cumsum(rng.choice([1e-4, 0.01, 0.03, 0.09, 0.2], n))

    def wild(*shape):
        size = (n, *shape)
        kind = int(rng.integers(0, 3))
        x = [np.full(size, rng.normal()), rng.integers(0, 2, size).astype(float), rng.normal(0.0, 3.0, size)][kind]
        return gaps(rng, x, 0.05) if rng.random() < 0.5 else x

    more = {
        "angles": (t, wild(6)),
        "forces": (t, wild(2)),
        "markers": (t, wild(5, 3)),
        "foot_imu": (t, wild(2, 6) * 3.0),
        "trunk": (t, wild(3)),
        "torques": (t, wild(6), wild(6), wild(6)),
        "belt_speed": [None, np.nan, (t, wild())][int(rng.integers(0, 3))],
        "mass": 75.0,
        "height": 1.75,
        "reference": rng.normal(size=(51, 3)),
    }
    events = walker(rng)
    assert_same_tables(*(m.stride_measures(events, **more) for m in (measures, REFERENCE)))


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), hostile=st.booleans())
def test_foot_meter_matches_reference(seed, hostile):
    rng = np.random.default_rng(seed)
    t = np.cumsum(rng.integers(3_000_000, 12_000_000, 1500))
    rows = smooth(rng, t * 1e-9, 6) * np.repeat([4.0, 1.0], 3)
    rows = np.where(((t * 1e-9) % STRIDE < 0.72)[:, None], 0.02 * rows, rows) + np.array([9.0, 3.0, 1.0, 0.0, 0.0, 0.0])
    if hostile:
        rows = gaps(rng, rows, 0.02)
        t = t + np.where(rng.random(1500) < 0.02, -30_000_000, 0)
    due = [(k, int((i * STRIDE + at + rng.normal(0, 0.01)) * 1e9)) for i in range(9) for at, k in ((0.0, 0), (0.72, 1))]
    meters, steps = (measures.FootMeter(), REFERENCE.FootMeter()), 0
    for row, now in zip(rows, t.tolist(), strict=True):
        event = due.pop(0) if due and now > due[0][1] + 30_000_000 else None
        got, want = (meter.step(row, now, event) for meter in meters)
        assert (got is None) == (want is None)
        if got is not None:
            steps += 1
            assert (got.t_start, got.t_end) == (want.t_start, want.t_end)
            for name in ("length", "lift", "height_change", "turn"):
                assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-9, abs=1e-9)
    assert steps > 0 or hostile


@pytest.mark.parametrize(("step", "known"), [(340_000, 0), (390_000, 0), (410_000, 3)])
def test_a_rest_that_left_the_ring_is_forgotten_by_both(step, known):
    rng = np.random.default_rng(step)
    t = np.arange(0, int(4.5 * STRIDE * 1e9), step)
    still = (t * 1e-9 % STRIDE < 0.72)[:, None]
    rows = smooth(rng, t * 1e-9, 6) * np.where(still, 0.02, 1.0) + np.array([9.0, 3.0, 1.0, 0.0, 0.0, 0.0])
    due = [(kind, int((i * STRIDE + at) * 1e9)) for i in range(5) for at, kind in ((0.0, 0), (0.72, 1))]
    meters, ways = (measures.FootMeter(), REFERENCE.FootMeter()), 0
    for row, now in zip(rows, t.tolist(), strict=True):
        event = due.pop(0) if due and now > due[0][1] else None
        got, want = (meter.step(row, now, event) for meter in meters)
        assert (got is None) == (want is None)
        if got is not None:
            ways += 1
            assert (got.t_start, got.t_end) == (want.t_start, want.t_end)
            assert got.length == pytest.approx(want.length, rel=1e-9, abs=1e-9)
    assert ways == known


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_details_match_reference(seed):
    rng = np.random.default_rng(seed)
    meters, closed = [m.StrideMeter(int(seed % 2), 75.0, 1.75, details=True) for m in (measures, REFERENCE)], 0
    values = {
        name: gaps(rng, rng.normal(size=(600, 6)), 0.01) for name in ("q", "q_ref", "dq", "tau_robot", "tau_human")
    }
    for i in range(600):
        event = (int(i % 120 == 72), i * 10_000_000) if i % 120 in (0, 72) else None
        tick = {"event": event, "in_contact": (True, False), "phase": (i % 120) / 120.0, "dt": 0.01}
        tick |= {"force": float(rng.normal(400.0, 100.0)), "belt_speed": 0.8, **{k: v[i] for k, v in values.items()}}
        got, want = (meter.step(**tick) for meter in meters)
        if got is None:
            continue
        closed += 1
        for name in want.details._fields[:-1]:
            a, b = getattr(got.details, name), getattr(want.details, name)
            assert (a is None) == (b is None), name
            assert a is None or a == pytest.approx(b, rel=1e-12, abs=1e-12), name
        for name in want.details.work._fields:
            assert getattr(got.details.work, name) == pytest.approx(
                getattr(want.details.work, name), rel=1e-12, nan_ok=True
            )
    assert closed == 4


def foot_walk(seed, strides=12):
    """Rows of both feet and the events of a walk without a miss."""
    rng = np.random.default_rng(seed)
    t = np.arange(0, int(strides * STRIDE * 1e9), 10_000_000)
    rows = smooth(rng, t * 1e-9, 2, 6) * np.repeat([4.0, 1.0], 3)
    phase = np.stack([t * 1e-9 / STRIDE, t * 1e-9 / STRIDE - 0.5], axis=1) % 1.0
    rows = np.where((phase < 0.6)[..., None], 0.02 * rows, rows) + np.array([9.0, 3.0, 1.0, 0.0, 0.0, 0.0])
    due = [(i * STRIDE + at, side, kind) for i in range(strides) for at, side, kind in WALK]
    time, side, kind = (np.array(column) for column in zip(*due, strict=True))
    return t, rows, SimpleNamespace(side=side, kind=kind, time=time)


WALK = ((0.0, 0, 0), (0.12, 1, 1), (0.6, 1, 0), (0.72, 0, 1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_meter_of_a_foot_gives_the_table(seed):
    t, rows, events = foot_walk(seed)
    tables = measures.stride_measures(events, foot_imu=(t * 1e-9, rows))
    for foot, table in enumerate(tables):
        meter, steps = measures.FootMeter(), []
        mine = events.side == foot
        due = list(zip(events.kind[mine].tolist(), np.round(events.time[mine] * 1e9).astype(int).tolist(), strict=True))
        for row, now in zip(rows[:, foot], t.tolist(), strict=True):
            steps.append(meter.step(row, now, due.pop(0) if due and now > due[0][1] else None))
        steps = [step for step in steps if step is not None]
        for step, name in (("length", "stride_length"), ("lift", "foot_lift"), ("turn", "turn")):
            got = np.array([getattr(one, step) for one in steps])
            np.testing.assert_allclose(got, getattr(table, name)[: len(got)], rtol=1e-9, atol=1e-9)
        assert len(table) - 1 <= len(steps) <= len(table)


@pytest.mark.parametrize("seed", range(4))
def test_way_of_a_foot_matches_reference(seed):
    t, rows, _ = foot_walk(seed)
    stances = [((k * STRIDE, k * STRIDE + 0.72), ((k + 1) * STRIDE, (k + 1) * STRIDE + 0.72)) for k in range(3)]
    for pair in [*stances, (stances[0][0], stances[0][0]), ((0.0, 0.0), stances[0][1])]:
        got, want = (m.foot_trajectory(t * 1e-9, rows[:, 0], *pair) for m in (measures, REFERENCE))
        assert (got is None) == (want is None)
        for name in want._fields if want is not None else ():
            np.testing.assert_allclose(getattr(got, name), getattr(want, name), rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32))
def test_work_matches_reference(seed):
    rng = np.random.default_rng(seed)
    t = np.cumsum(rng.choice([1e-3, 0.01, 0.1, 0.2], 100))
    arrays = [gaps(rng, rng.normal(size=(100, 6)), float(rng.choice([0.0, 0.05, 0.6]))) for _ in range(3)]
    for got, want in zip(*(m.robot_work(t, *arrays) for m in (measures, REFERENCE)), strict=True):
        for name in want._fields:
            assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-12, nan_ok=True), name


@pytest.mark.parametrize("speed", [None, 0.0, 0.3, 1.1, 2.0])
def test_adult_angles_match_reference(speed):
    for got, want in zip(*(m.adult_angles(0.1, speed) for m in (measures, REFERENCE)), strict=True):
        np.testing.assert_allclose(got, want, rtol=0.0, atol=1e-14)


def read(path):
    with gzip.open(path, "rt") as file:
        names = file.readline().strip().split(",")
        return dict(zip(names, np.genfromtxt(file, delimiter=",").T, strict=True))


def recorded(folder, seconds):
    """Events and foot sensors of the first seconds of a recorded walk."""
    with (folder / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([row[name] for row in rows]) for name in ("foot", "event", "time_s")}
    time = column["time_s"].astype(float)
    events = SimpleNamespace(side=(column["foot"] == "right") * 1, kind=(column["event"] == "to") * 1, time=time)
    imu = read(folder / "imu.csv.gz")
    sensors = [f"{side}_foot_{sensor}" for side in ("left", "right") for sensor in ("acc", "gyr")]
    values = np.stack([imu[f"{sensor}_{axis}"] for sensor in sensors for axis in "xyz"], axis=1)
    end = imu["time_s"] < time.min() + seconds
    return events, (imu["time_s"][end], values[end].reshape(-1, 2, 6))


@pytest.mark.parametrize("name", ["imu_feet_mocap", "imu_legs_stroke", "imu_feet_back"])
def test_recorded_feet_match_reference(data_root, name):
    folder = sorted((data_root / "data" / name).iterdir())[0]
    events, foot_imu = recorded(folder, 20.0)
    tables = [m.stride_measures(events, foot_imu=foot_imu) for m in (measures, REFERENCE)]
    assert sum(np.isfinite(side.stride_length).sum() for side in tables[0]) >= 10
    assert_same_tables(*tables)


@pytest.mark.parametrize("name", ["plates_adult", "plates_norm", "imu_feet_mocap"])
def test_recorded_markers_match_reference(data_root, name):
    folder = sorted((data_root / "data" / name).iterdir())[0]
    with (folder / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    events = [(row["foot"], row["event"], float(row["time_s"])) for row in rows]
    got = read(folder / "markers.csv.gz")
    absent = np.full(len(got["time_s"]), np.nan)
    names = ("left_heel", "left_toe", "right_heel", "right_toe", "sacrum")
    points = np.array([[got.get(f"{name}_{axis}", absent) for axis in "xyz"] for name in names]).transpose(2, 0, 1)
    side, kind = (np.array([row[i] in ("right", "to") for row in events]) * 1 for i in (0, 1))
    events = SimpleNamespace(side=side, kind=kind, time=np.array([row[2] for row in events]))
    more = {"markers": (got["time_s"], points), "height": 1.75}
    assert_same_tables(*(m.stride_measures(events, **more) for m in (measures, REFERENCE)))


@given(x=st.lists(st.floats(-1e7, 1e7) | st.just(float("nan")), max_size=30))
def test_variability_matches_reference(x):
    got, want = (m.variability(x) for m in (measures, REFERENCE))
    for name in want._fields:
        assert getattr(got, name) == pytest.approx(getattr(want, name), rel=1e-12, abs=1e-12, nan_ok=True), name


@given(seed=st.integers(0, 2**32), n=st.integers(1, 200))
def test_single_functions_match_reference(seed, n):
    rng = np.random.default_rng(seed)
    x, angles = rng.normal(size=n), rng.normal(size=(51, 3))
    speed = float(rng.uniform(0.0, 3.0))
    for lateral in (False, True):
        got, want = (m.harmonic_ratio(x, lateral=lateral) for m in (measures, REFERENCE))
        assert got == pytest.approx(want, rel=1e-9, nan_ok=True)
    got, want = (m.sagittal_gps(angles, m.adult_angles(0.1, speed)[0]) for m in (measures, REFERENCE))
    np.testing.assert_allclose([*got.gvs, got.gps], [*want.gvs, want.gps], rtol=1e-12)
    a, b = np.abs(x) + 0.1, np.abs(rng.normal(size=7)) + 0.1
    assert measures.stride_symmetry(a, b) == pytest.approx(REFERENCE.stride_symmetry(a, b), rel=1e-12)
