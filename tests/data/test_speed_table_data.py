"""Children's and adults' published curves between speeds and sizes; offsets of the published pattern."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

JOINTS = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
CLASSES = ("very_slow", "slow", "free", "fast", "very_fast")
GRAVITY = 9.80665
# Middles of the published classes of non-dimensional speed; the outer two reach half a class beyond their border.
SPEEDS = np.array([0.159, 0.295, 0.4315, 0.568, 0.704])
# Assumption for the test: leg length of the children, and stride times by the walking ratio of a healthy adult.
CHILD_LEG, ADULT_LEG = 0.65, 0.91


def curves(path, key):
    """Tables (N, 3) [rad] of the file by the values of column `key`."""
    columns = defaultdict(lambda: defaultdict(list))
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            columns[row[key]][row["joint"]].append(float(row["mean_deg"]))
    return {k: np.radians(np.column_stack([c[j] for j in JOINTS])) for k, c in columns.items()}


@pytest.fixture(scope="module")
def children(data_root):
    tables = curves(data_root / "normative/schwartz2008_children_joint_angles.csv", "speed_category")
    return np.stack([tables[c] for c in CLASSES])


@pytest.fixture(scope="module")
def adults(data_root):
    return curves(data_root / "normative/fukuchi2018_adults_overground_comfortable.csv", "group")["healthy_all_adults"]


@pytest.fixture(scope="module")
def table(children):
    speeds = SPEEDS * np.sqrt(GRAVITY * CHILD_LEG)
    return children, speeds, 1.2 / np.sqrt(speeds)


def error(pattern, curves):
    """RMS [deg] with each joint's offset removed, and the offset [deg]."""
    got = pattern.difference(curves)
    return np.degrees(got.rms[:3]), np.degrees(got.offset[:3])


def test_each_recorded_class_comes_back(table):
    strides, speeds, times = table
    for stride, speed, time in zip(strides, speeds, times, strict=True):
        pattern = GaitPattern.from_speed_table(*table, float(speed))
        rms, _ = error(pattern, stride)
        assert (rms <= 0.2).all(), rms  # closing the curve costs up to this
        assert 1 / pattern.stride_rate == pytest.approx(time, rel=1e-12)


def test_a_class_left_out_is_found_again_between_its_neighbours(table):
    strides, speeds, _ = table
    for i in (1, 2, 3):
        rest = [np.delete(x, i, axis=0) for x in table]
        rms, offset = error(GaitPattern.from_speed_table(*rest, float(speeds[i])), strides[i])
        print(CLASSES[i], rms.round(2), offset.round(2))
        assert (rms <= [1.5, 2.5, 1.5]).all()
        # Better than the nearest recorded class taken as it is.
        near = [error(GaitPattern.from_table(strides[k], stride_time=1.0), strides[i])[0] for k in (i - 1, i + 1)]
        assert (rms <= np.min(near, axis=0) + 0.1).all()


def test_children_serve_adults_by_non_dimensional_speed(table, adults):
    own = {"leg_length": ADULT_LEG, "table_leg_length": CHILD_LEG}
    comfortable = 0.43 * np.sqrt(GRAVITY * ADULT_LEG)
    right, wrong = (error(GaitPattern.from_speed_table(*table, comfortable * k, **own), adults)[0] for k in (1.0, 0.55))
    print("adults against children at the same non-dimensional speed", right.round(2), "too slow", wrong.round(2))
    assert (right <= [3.0, 5.0, 3.5]).all()
    assert right.sum() < wrong.sum()


def test_nothing_is_extrapolated(table):
    own = {"leg_length": ADULT_LEG, "table_leg_length": CHILD_LEG}
    for v in (0.15, 0.72):
        with pytest.raises(ConfigError, match=r"^speed must lie in \["):
            GaitPattern.from_speed_table(*table, v * np.sqrt(GRAVITY * ADULT_LEG), **own)


def test_offsets_of_the_published_pattern_are_reported(adults):
    rms, offset = error(GaitPattern.koopman(4 / 3.6, 1.75), adults)
    print(f"published pattern minus adults: offsets {offset.round(2)} deg, RMS {rms.round(2)} deg without them")
    assert (rms <= [1.2, 2.0, 2.3]).all()
    assert (np.abs(offset) <= [12.0, 6.0, 6.0]).all()


def test_an_adult_stride_walks_on_a_belt_when_adjusted(adults):
    pattern = GaitPattern.from_table(adults, stride_time=1.1, speed=1.25)
    changed = pattern.adjust(height=1.7, range_of_motion=([-0.7, -0.2, -0.7], [1.0, 1.4, 0.7]), foot_clearance_cm=2.0)
    own = changed.describe(1.7)
    assert own.foot_clearance_cm == pytest.approx((2.0, 2.0), abs=1e-6)
    assert own.stance_speed == pytest.approx((1.25, 1.25), rel=0.01)
