"""Recorded strides and published curves of people."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pytest

from gaitloop.trajectory import GaitPattern

JOINTS = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")


def curves(path, value, keys):
    """Tables (N, 3) [rad] of the file by the values of `keys`."""
    columns = defaultdict(lambda: defaultdict(list))
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            columns[tuple(row[k] for k in keys)][row["joint"]].append(float(row[value]))
    return {k: np.radians(np.column_stack([c[j] for j in JOINTS])) for k, c in columns.items()}


def fit_error(table):
    """RMS [deg] per joint between a recorded stride and the pattern through it, the end gap included."""
    pattern = GaitPattern.from_table(table, stride_time=1.23)
    q, _, _ = pattern.evaluate(np.linspace(0, 1, len(table)))
    return np.degrees(np.sqrt(np.mean((q[:, :3] - table) ** 2, axis=0)))


def test_recorded_strides_are_reproduced(data_root):
    strides = curves(
        data_root / "normative/opensim_subject01_walk_strides.csv", "angle_deg", ("model", "side", "stride")
    )
    assert len(strides) == 5
    errors = {k: fit_error(table) for k, table in strides.items()}
    print({"/".join(k): e.round(3).tolist() for k, e in errors.items()})
    assert errors[("gait2392", "r", "0")].max() <= 0.1
    for key, table in strides.items():
        # A stride that does not end where it began cannot be periodic: closing costs about a tenth of the gap.
        gap = np.degrees(np.abs(table[-1] - table[0]))
        assert (errors[key] <= np.maximum(0.1, 0.11 * gap)).all(), (key, gap)


def test_mean_strides_of_adults_are_reproduced(data_root):
    means = curves(data_root / "normative/fukuchi2018_adults_overground_comfortable.csv", "mean_deg", ("group",))
    errors = {k[0]: fit_error(table) for k, table in means.items()}
    print({k: e.round(3).tolist() for k, e in errors.items()})
    assert max(e.max() for e in errors.values()) <= 0.1


def test_published_pattern_matches_adults(data_root):
    means = curves(data_root / "normative/fukuchi2018_adults_overground_comfortable.csv", "mean_deg", ("group",))
    pattern = GaitPattern.koopman(4 / 3.6, 1.75)
    phase = np.arange(100) / 100
    difference = np.degrees(pattern.evaluate(phase)[0][:, :3] - means[("healthy_all_adults",)][:100])
    offset, rms = difference.mean(axis=0), difference.std(axis=0)
    print(f"RMS {rms.round(2)} deg with the offsets {offset.round(2)} deg removed")
    assert (rms <= [1.2, 2.0, 2.3]).all()


@pytest.mark.parametrize(("speed", "height"), [(1.0, 1.6), (2.0, 1.75), (4.0, 1.9), (5.0, 1.75)])
def test_knee_and_ankle_are_the_published_curves(data_root, speed, height):
    table = curves(data_root / "normative/koopman2014_reconstructed_curves.csv", "mean_deg", ("speed_kph", "height_m"))
    published = table[(f"{speed:.4f}", f"{height:.4f}")]
    pattern = GaitPattern.koopman(speed / 3.6, height, pelvic_tilt=0.0)
    q, _, _ = pattern.evaluate(np.linspace(0, 1, 101) - 0.045)
    difference = np.degrees(np.abs(q[:, :3] - published).max(axis=0))
    print(difference.round(4))
    assert (difference[1:] <= 0.06).all()
