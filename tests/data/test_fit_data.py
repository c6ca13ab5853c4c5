"""Fitting a pattern to recorded strides and published curves of people."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

JOINTS = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
PHASES = np.arange(200) / 200


def column(path, value, **keys):
    """Table (N, 3) [rad] of the rows of a file that have the given keys."""
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(row[k] == v for k, v in keys.items())]
    return np.radians(np.column_stack([[float(r[value]) for r in rows if r["joint"] == j] for j in JOINTS]))


def walk(person, count, noise, seed=0):
    """Angles of `count` strides of a person at 60 Hz with noise [rad] and strides of uneven duration."""
    rng = np.random.default_rng(seed)
    contacts = np.concatenate([[0.0], np.cumsum((1 + 0.02 * rng.standard_normal(count + 1)) / person.stride_rate)])
    time = np.arange(0.0, contacts[-2] + 1 / 30, 1 / 60)
    phase = np.interp(time, contacts, np.arange(count + 2))
    angles = person.evaluate(phase)[0] + noise * rng.standard_normal((len(time), 6))
    return angles, time, (contacts[:-1], np.interp(np.arange(count) + 0.5, np.arange(count + 2), contacts))


def rms(a, b):
    return np.degrees(np.sqrt(np.mean((a - b) ** 2, axis=0)))


@pytest.mark.parametrize(
    ("name", "value", "keys"),
    [
        ("opensim_subject01_walk_strides.csv", "angle_deg", {"model": "gait2392", "side": "r", "stride": "0"}),
        ("fukuchi2018_adults_overground_comfortable.csv", "mean_deg", {"group": "healthy_all_adults"}),
    ],
)
def test_people_are_fitted_much_closer_than_the_model(data_root, name, value, keys):
    table = column(data_root / "normative" / name, value, **keys)
    person = GaitPattern.from_table(table, stride_time=1.233, speed=1.14)
    model = GaitPattern.koopman(1.14, 1.80)
    fit = GaitPattern.fit(*walk(person, 10, np.radians(1.0)), model=model)
    truth = person.evaluate(PHASES)[0]
    before, after = (rms(pattern.evaluate(PHASES)[0], truth) for pattern in (model, fit.pattern))
    print(name, "model", before[:3].round(1), "fit", after.round(2), "needed", fit.cycles_needed, "of", fit.cycles_used)
    assert (after <= 0.6).all()
    assert (before[:3] >= 3 * after[:3]).all()
    assert fit.rejected == ()
    assert fit.cycles_needed <= 3


def test_a_short_recording_is_refused_with_what_is_there(data_root):
    """2.5 s on a treadmill hold one whole stride of the right and two of the left foot."""
    with (data_root / "normative/opensim_subject01_walk_timeseries_60hz.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    time = np.array([float(row["time_s"]) for row in rows])
    angles = np.radians([[float(row[f"{j}_{s}_deg"]) for s in "lr" for j in JOINTS] for row in rows])
    loaded = np.array([[float(row[f"grf_vertical_{s}_N"]) >= 30 for s in "lr"] for row in rows])
    contacts = [time[1:][loaded[1:, i] & ~loaded[:-1, i]] for i in (0, 1)]
    with pytest.raises(ConfigError, match=r"good cycles on the left must have length 3 or more, got [12]$"):
        GaitPattern.fit(angles, time, contacts, speed=1.14, height=1.80, min_cycles=3)
