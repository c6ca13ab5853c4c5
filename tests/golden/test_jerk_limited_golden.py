"""Durations of jerk-limited movements known by hand, from ruckig's own tests, and inputs that once failed there.

Where no duration is known, ruckig's counts if it finds one. Starts outside the limits are the core's alone.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gaitloop.reference.trajectory import jerk_limited as reference

sys.path.append(str(Path(__file__).resolve().parents[1]))
checker = importlib.import_module("jerk_limited_checker")

CASES = json.loads(Path(__file__).with_name("jerk_limited.json").read_text("utf-8"))
INSIDE = [c for c in CASES if not c.get("outside")]
FAILS_IN_RUCKIG = {"ruckig issue 129", "ruckig issue 160 first", "ruckig issue 160 second"}
ROUNDED = 1e-13  # part of the decimal numbers: some inputs are possible only because of how they were rounded


def limits(case, name):
    """Lowest and highest per degree of freedom."""
    high = np.array([np.inf if x is None else x for x in case[f"max_{name}"]])
    return np.column_stack([case.get(f"min_{name}", -high), high])


def problem(case):
    n = len(case["start"])
    return reference.Problem(
        start=case["start"],
        end=case["end"],
        max_velocity=limits(case, "velocity"),
        max_acceleration=limits(case, "acceleration"),
        max_jerk=limits({"max_jerk": case["max_jerk"]}, "jerk")[:, 1],
        interface=(case.get("interface", "position"),) * n,
        minimum_duration=case.get("minimum_duration", 0.0),
        cycle_time=case.get("cycle_time"),
    )


@cache
def reference_durations(slack=0.0):
    """Possible durations of all cases, worked out side by side; with slack, of the sensitive ones."""
    cases = [c for c in INSIDE if not slack or c.get("sensitive")]
    found = reference.all_durations([problem(c) for c in cases], slack)
    return {c["name"]: d for c, d in zip(cases, found, strict=True)}


def from_reference(case, slack=0.0):
    durations = reference_durations(slack)[case["name"]]
    return float(reference.common_duration(durations, case.get("minimum_duration", 0.0), case.get("cycle_time")))


def from_ruckig(case):
    """Ruckig's duration; None where it finds none."""
    ruckig = importlib.import_module("ruckig")
    n = len(case["start"])
    otg, inp, trajectory = (
        ruckig.Ruckig(n, case.get("cycle_time", 0.001)),
        ruckig.InputParameter(n),
        ruckig.Trajectory(n),
    )
    set_fields(inp, case)
    if case.get("interface") == "velocity":
        inp.control_interface = ruckig.ControlInterface.Velocity
    if "cycle_time" in case:
        inp.duration_discretization = ruckig.DurationDiscretization.Discrete
    try:
        ok = otg.calculate(inp, trajectory) in (ruckig.Result.Working, ruckig.Result.Finished)
    except (ruckig.RuckigError, ValueError):
        return None
    return trajectory.duration if ok else None


def set_fields(inp, case):
    """Put a case into an InputParameter, ruckig's or any with the same names."""
    for prefix in ("start", "end"):
        for name, column in zip(("position", "velocity", "acceleration"), np.transpose(case[prefix]), strict=True):
            setattr(inp, f"{'current' if prefix == 'start' else 'target'}_{name}", column.tolist())
    for name in ("velocity", "acceleration", "jerk"):
        setattr(inp, f"max_{name}", [np.inf if x is None else x for x in case[f"max_{name}"]])
        if f"min_{name}" in case:
            setattr(inp, f"min_{name}", case[f"min_{name}"])
    if "minimum_duration" in case:
        inp.minimum_duration = case["minimum_duration"]


def tolerance(case):
    return case.get("tolerance", 1e-12)


@pytest.mark.parametrize("case", [c for c in INSIDE if "duration" in c], ids=lambda c: c["name"])
def test_reference_has_the_known_duration(case):
    assert from_reference(case) >= case["duration"] * (1 - tolerance(case)) - 1e-12
    slack = ROUNDED if case.get("sensitive") else 0.0
    assert from_reference(case, slack) <= case["duration"] * (1 + tolerance(case)) + 1e-12


@pytest.mark.parametrize("case", [c for c in INSIDE if "duration" not in c], ids=lambda c: c["name"])
def test_reference_has_ruckigs_duration(case):
    theirs = from_ruckig(case)
    assert (theirs is None) == (case["name"] in FAILS_IN_RUCKIG)
    ours = from_reference(case)
    assert np.isfinite(ours)
    if theirs is not None:
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("case", [c for c in CASES if "gap" in c], ids=lambda c: c["name"])
def test_reference_has_the_known_gap(case):
    (durations,) = reference_durations()[case["name"]]
    low, high = case["gap"]
    gaps = np.array([(float(a[0]), float(b[0])) for a, b in durations.gaps])
    assert (np.abs(gaps - [low, high]).max(axis=1) < 1e-9).any(), gaps
    middle = np.array([(low + high) / 2], dtype=np.longdouble)
    assert float(durations.first_from(middle)[0]) == pytest.approx(high, rel=1e-12)
    assert float(durations.first_from(0 * middle + low - 1e-9)[0]) == pytest.approx(low, abs=2e-9)
