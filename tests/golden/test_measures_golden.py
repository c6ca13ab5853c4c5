"""Further measures of strides against numbers worked out by hand."""

from __future__ import annotations

import json
import math
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

CASES = json.loads(Path(__file__).with_name("measures_more.json").read_text("utf-8"))
WHERE = {"rust": "gaitloop.measures", "reference": "gaitloop.reference.measures"}


@pytest.fixture(params=WHERE)
def room(request):
    return import_module(WHERE[request.param])


def number(x):
    return math.nan if x is None else x


@pytest.mark.parametrize("case", CASES["variability"])
def test_variability(room, case):
    got = room.variability([number(x) for x in case["values"]])
    assert got.strides == case["strides"]
    for name in ("mean", "median", "sd", "mad"):
        assert getattr(got, name) == pytest.approx(case[name], abs=1e-12)
    assert got.cv == pytest.approx(case["sd"] / case["mean"])
    assert not got.stable


@pytest.mark.parametrize("case", CASES["stride_symmetry"])
def test_stride_symmetry(room, case):
    assert room.stride_symmetry(case["left"], case["right"]) == pytest.approx(
        number(case["want"]), abs=1e-12, nan_ok=True
    )


@pytest.mark.parametrize("case", CASES["margin_of_stability"])
def test_margin_of_stability(room, case):
    names = ("position", "velocity", "boundary", "leg_length")
    assert room.margin_of_stability(*(case[name] for name in names)) == pytest.approx(case["want"], abs=1e-12)


def test_harmonic_ratio(room):
    case = CASES["harmonic_ratio"]
    angle = 2.0 * np.pi * np.arange(case["points"]) / case["points"]
    x = sum(a * np.cos(k * angle + k) for k, a in enumerate(case["amplitudes"], start=1)) + 9.8
    assert room.harmonic_ratio(x) == pytest.approx(case["plain"])
    assert room.harmonic_ratio(x, lateral=True) == pytest.approx(case["lateral"])


def test_sagittal_gps(room):
    case = CASES["sagittal_gps"]
    offset = np.radians(case["offset_deg"])
    got = room.sagittal_gps(room.adult_angles()[0] + offset)
    np.testing.assert_allclose(got.gvs, offset, atol=1e-12)
    assert got.gps == pytest.approx(math.radians(case["gps_deg"]))


def test_robot_work(room):
    case = CASES["robot_work"]
    time = np.arange(101) * 0.01
    dq, robot, human = (np.full((101, 6), np.nan) for _ in range(3))
    dq[:, :2] = case["dq"]
    robot[:, :2] = case["hip_robot"], case["knee_robot"]
    human[:, :2] = case["hip_human"], case["knee_human"]
    left, right = room.robot_work(time, dq, robot, human)
    assert left.robot_work == pytest.approx(case["work"])
    assert left.robot_braking == pytest.approx(case["braking"])
    assert left.human_work == pytest.approx(case["human"])
    assert left.human_share == pytest.approx(case["share"])
    assert left.human_covered == 1.0
    assert math.isnan(right.robot_work)
    assert right.human_covered == 0.0


def events(duration, stance):
    """Two strides of the left foot."""
    time = [0.0, stance * duration, duration, (1.0 + stance) * duration, 2.0 * duration]
    return SimpleNamespace(side=np.zeros(5, int), kind=np.array([0, 1, 0, 1, 0]), time=np.array(time))


def test_loading(room):
    case = CASES["loading"]
    time = np.arange(-100, 2000) * 1e-3
    force = np.interp(time % 1.0, [0.0, 0.1, 0.2, 0.4, 0.6, 1.0], [0.0, 200.0, 800.0, 800.0, 0.0, 0.0])
    left, _ = room.stride_measures(
        events(1.0, 0.6), forces=(time, np.stack([force, force], axis=1)), mass=800.0 / 9.80665
    )
    assert left.load_peak == pytest.approx([case["load_peak"]] * 2)
    assert left.loading_rate == pytest.approx([case["loading_rate"]] * 2)
    assert left.load_share == pytest.approx([case["load_share"]] * 2, abs=2e-3)


def test_walk_ratio(room):
    case = CASES["walk_ratio"]
    left, _ = room.stride_measures(events(case["stride_time"], 0.6), belt_speed=case["belt"])
    assert left.walk_ratio == pytest.approx([case["want"]] * 2)
    assert left.speed == pytest.approx([case["belt"]] * 2)
