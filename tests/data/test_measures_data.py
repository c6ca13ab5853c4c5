"""Measures of strides on recorded people: foot sensors against markers, two feet on one belt, healthy walkers."""

from __future__ import annotations

import csv
import gzip
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

ROOMS = {"rust": "gaitloop.measures", "reference": "gaitloop.reference.measures"}


@pytest.fixture(params=ROOMS, scope="module")
def room(request):
    return import_module(ROOMS[request.param])


def table(path):
    with gzip.open(path, "rt") as file:
        names = file.readline().strip().split(",")
        columns = np.genfromtxt(file, delimiter=",").T
    return dict(zip(names, columns, strict=True))


def events(trial):
    with (trial / "events.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return SimpleNamespace(
        side=np.array([int(row["foot"] == "right") for row in rows]),
        kind=np.array([int(row["event"] == "to") for row in rows]),
        time=np.array([float(row["time_s"]) for row in rows]),
    )


def foot_imu(trial):
    got = table(trial / "imu.csv.gz")
    feet = [
        [got[f"{side}_foot_{sensor}_{axis}"] for sensor in ("acc", "gyr") for axis in "xyz"]
        for side in ("left", "right")
    ]
    return got["time_s"], np.array(feet).transpose(2, 0, 1)


def markers(trial):
    got = table(trial / "markers.csv.gz")
    absent = np.full(len(got["time_s"]), np.nan)
    names = ("left_heel", "left_toe", "right_heel", "right_toe", "sacrum")
    points = [[got.get(f"{name}_{axis}", absent) for axis in "xyz"] for name in names]
    return got["time_s"], np.array(points).transpose(2, 0, 1)


def trials(data_root, name):
    return sorted((data_root / "data" / name).iterdir())


def test_foot_sensor_agrees_with_markers(data_root, room):
    (trial,) = trials(data_root, "imu_feet_mocap")
    tables = [
        room.stride_measures(events(trial), **{k: f(trial)}) for k, f in (("foot_imu", foot_imu), ("markers", markers))
    ]
    error = np.concatenate([a.stride_length - b.stride_length for a, b in zip(*tables, strict=True)])
    error = error[np.isfinite(error)]
    assert len(error) >= 55
    assert np.abs(error).mean() < 0.02
    assert abs(np.median(error)) < 0.01


@pytest.mark.parametrize("seed", [1, 2])
def test_mounting_does_not_matter(data_root, room, seed):
    (trial,) = trials(data_root, "imu_feet_mocap")
    time, rows = foot_imu(trial)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    turned = np.concatenate([rows[..., :3] @ turn, rows[..., 3:] @ turn], axis=2)
    plain, other = (room.stride_measures(events(trial), foot_imu=(time, x)) for x in (rows, turned))
    for a, b in zip(plain, other, strict=True):
        np.testing.assert_allclose(a.stride_length, b.stride_length, atol=1e-9)
        np.testing.assert_allclose(a.foot_lift, b.foot_lift, atol=1e-9)


def test_both_feet_find_the_speed_of_one_belt(data_root, room):
    """Four people after stroke on a treadmill: the belt is the same under both feet."""
    for trial in trials(data_root, "imu_legs_stroke"):
        left, right = room.stride_measures(events(trial), foot_imu=foot_imu(trial))
        speeds = [np.nanmedian(side.speed) for side in (left, right)]
        assert abs(np.log(speeds[0] / speeds[1])) < 0.03, trial.name
        assert min(np.isfinite(side.speed[side.valid]).mean() for side in (left, right)) > 0.9


def test_walkers_over_ground_look_like_adults(data_root, room):
    """Seven healthy adults, there and back over 10 m."""
    for trial in trials(data_root, "imu_feet_back"):
        tables = room.stride_measures(events(trial), foot_imu=foot_imu(trial))
        length, ratio = (
            np.concatenate([getattr(side, name) for side in tables]) for name in ("stride_length", "walk_ratio")
        )
        assert np.isfinite(length).mean() > 0.9, trial.name
        assert 1.1 < np.nanmedian(length) < 1.7
        assert 0.005 < np.nanmedian(ratio) < 0.0075
        assert np.nanmedian(np.abs(np.concatenate([side.height_change for side in tables]))) < 0.08


def test_markers_over_ground_look_like_adults(data_root, room):
    found = {name: [] for name in ("stride_length", "step_length", "step_width", "toe_clearance", "margin_ml")}
    for trial in [*trials(data_root, "plates_adult"), *trials(data_root, "plates_norm")]:
        for side in room.stride_measures(events(trial), markers=markers(trial)):
            for name, values in found.items():
                values += getattr(side, name).tolist()
    median = {name: np.nanmedian(values) for name, values in found.items()}
    assert len(found["stride_length"]) >= 15
    assert 1.1 < median["stride_length"] < 1.6
    assert median["step_length"] == pytest.approx(0.5 * median["stride_length"], rel=0.03)
    assert 0.03 < median["step_width"] < 0.15
    assert 0.01 < median["toe_clearance"] < 0.03
    assert 0.0 < median["margin_ml"] < 0.05
