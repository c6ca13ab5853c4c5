"""Starts outside the limits: the compiled generator takes one of the two ways in that the reference knows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop.reference.trajectory.jerk_limited_outside import outside_durations
from gaitloop.reference.trajectory.jerk_limited_reach import Cases

sys.path.append(str(Path(__file__).resolve().parent))
parity = __import__("test_trajectory_jerk_limited")


def outside(rng, symmetric):
    """A start with up to twice the velocity limit and any acceleration; the target inside."""
    while True:
        case = parity.random_case(rng, 1, undone=True)
        if symmetric:
            for name in ("velocity", "acceleration"):
                case[f"min_{name}"] = [-case[f"max_{name}"][0]]
        (v_min, v_max), (a_min, a_max) = parity.table(case, "velocity")[0], parity.table(case, "acceleration")[0]
        _, v1, a1 = case["end"][0]
        undo = a1 * abs(a1) / 2 / case["max_jerk"][0]
        if v_min <= min(v1 - undo, v1 + undo) and max(v1 - undo, v1 + undo) <= v_max and a_min <= a1 <= a_max:
            case["start"][0][1:] = [float(rng.uniform(2 * v_min, 2 * v_max)), float(rng.uniform(2 * a_min, 2 * a_max))]
            return case


def as_cases(cases):
    rows = []
    for case in cases:
        (p0, v0, a0), (p1, v1, a1) = case["start"][0], case["end"][0]
        limits = [*parity.table(case, "velocity")[0], *parity.table(case, "acceleration")[0], case["max_jerk"][0]]
        rows.append((np.longdouble(p1) - np.longdouble(p0), v0, v1, a0, a1, *limits))
    return Cases(*np.array(rows, dtype=np.longdouble).T)


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_duration_is_that_of_one_of_the_two_ways_in(symmetric):
    rng = np.random.default_rng(41)
    cases = [outside(rng, symmetric) for _ in range(24)]
    brake, soft, out = (x.astype(float) for x in outside_durations(as_cases(cases)))
    assert out.sum() > 15
    chosen = {"brake": 0, "soft": 0}
    for case, hard, gentle in zip(cases, brake, soft, strict=True):
        got = parity.plan(case)
        assert parity.faults(case, got) == [], case
        best = min(hard, gentle)
        # the shorter one, or the gentle one where only that keeps the velocity's sign
        assert got.duration == pytest.approx(best, rel=1e-9) or got.duration == pytest.approx(gentle, rel=1e-9), (
            hard,
            gentle,
            case,
        )
        chosen["brake" if got.duration < gentle * (1 - 1e-9) else "soft"] += 1
    assert min(chosen.values()) > 0, chosen
