"""The compiled jerk-limited generator against its slow reference, the checker, ruckig, and its own symmetries."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop.reference.trajectory import jerk_limited as reference
from gaitloop.trajectory import (
    ControlInterface,
    DurationDiscretization,
    InputParameter,
    JerkLimited,
    Synchronization,
)

sys.path.append(str(Path(__file__).resolve().parents[1]))
checker = importlib.import_module("jerk_limited_checker")

CASES = json.loads((Path(__file__).resolve().parents[1] / "golden/jerk_limited.json").read_text("utf-8"))
RTOL = 1e-9
# What the core may take for none (section 3.7). Where less than that decides, its duration lies between those of the
# reference with and without it.
SLACK = 1.1e-8


def table(case, name):
    """Lowest and highest per degree of freedom."""
    high = np.array([np.inf if x is None else x for x in case[f"max_{name}"]])
    return np.column_stack([case.get(f"min_{name}", -high), high])


def problem(case):
    n = len(case["start"])
    return reference.Problem(
        start=case["start"],
        end=case["end"],
        max_velocity=table(case, "velocity"),
        max_acceleration=table(case, "acceleration"),
        max_jerk=table(case, "jerk")[:, 1],
        interface=(case.get("interface", "position"),) * n,
        minimum_duration=case.get("minimum_duration", 0.0),
        cycle_time=case.get("cycle_time"),
    )


def given(case):
    """The case as an input of the core."""
    inp = InputParameter(len(case["start"]))
    for prefix, states in (("current", case["start"]), ("target", case["end"])):
        for name, column in zip(("position", "velocity", "acceleration"), np.transpose(states), strict=True):
            setattr(inp, f"{prefix}_{name}", column)
    for name in ("velocity", "acceleration"):
        low, high = table(case, name).T
        setattr(inp, f"max_{name}", high)
        if f"min_{name}" in case:
            setattr(inp, f"min_{name}", low)
    inp.max_jerk = table(case, "jerk")[:, 1]
    if case.get("interface") == "velocity":
        inp.control_interface = ControlInterface.Velocity
    if "minimum_duration" in case:
        inp.minimum_duration = case["minimum_duration"]
    if "cycle_time" in case:
        inp.duration_discretization = DurationDiscretization.Discrete
    if not case.get("together", True):
        inp.synchronization = Synchronization.No
    return inp


def plan(case):
    return JerkLimited(len(case["start"]), case.get("cycle_time", 0.001)).calculate(given(case))


def order(case):
    return 3 if None not in case["max_jerk"] else 2 if None not in case["max_acceleration"] else 1


def faults(case, trajectory):
    """What the checker finds."""
    end = np.array(case["end"], dtype=float)
    velocity = table(case, "velocity")
    if case.get("interface") == "velocity":
        end[:, 0] = np.nan
        velocity = velocity * np.inf
    return checker.check(
        trajectory.profiles,
        start=case["start"],
        end=end,
        velocity=velocity,
        acceleration=table(case, "acceleration"),
        jerk=table(case, "jerk")[:, 1],
        duration=trajectory.duration if case.get("together", True) else trajectory.independent_min_durations,
        order=order(case),
    )


def random_case(rng, dofs, *, hostile=False, orders=(3,), interface="position", undone=False):
    """States within limits, both sides different; hostile: of all sizes, at their limits, equal or zero.

    undone: the target's acceleration can be undone before the velocity limit.
    """
    rows = []
    kind = rng.choice(orders)
    while len(rows) < dofs:
        size = 10.0 ** rng.uniform(-2, 2, 3) if hostile else np.ones(3)
        v, a, jerk = size[:2, None] * rng.uniform(0.5, 2, (2, 2)) * [-1, 1], None, size[2] * rng.uniform(0.5, 3)
        v, a = v
        pick = (lambda low, high: rng.choice([low, high, 0.0, *rng.uniform(low, high, 3)])) if hostile else rng.uniform
        (v0, v1), (a0, a1) = (pick(*v) for _ in range(2)), (pick(*a) for _ in range(2))
        if hostile and rng.random() < 0.2:
            v1, a1 = v0, rng.choice([a0, a1])
        if kind < 3:
            a0 = a1 = 0.0
        peaks = np.array([v0 + a0 * abs(a0) / 2 / jerk, v1 - a1 * abs(a1) / 2 / jerk])
        if undone:
            peaks = np.append(peaks, v1 + a1 * abs(a1) / 2 / jerk)
        if (peaks < v[0]).any() or (peaks > v[1]).any():
            continue
        way = rng.normal() * rng.choice([1e-3, 0.1, 1.0, 10.0]) * v[1] * max(1e-3, (abs(v1 - v0) + v[1]) / a[1])
        p0 = rng.normal()
        rows.append((p0, v0, a0, p0 + way * rng.choice([0.0, 1.0, 1.0, 1.0]), v1, a1, *v, *a, jerk))
    x = np.array(rows)
    return {
        "start": x[:, :3].tolist(),
        "end": x[:, 3:6].tolist(),
        "min_velocity": x[:, 6].tolist(),
        "max_velocity": x[:, 7].tolist(),
        "min_acceleration": x[:, 8].tolist() if kind > 1 else [-np.inf] * dofs,
        "max_acceleration": x[:, 9].tolist() if kind > 1 else [None] * dofs,
        "max_jerk": x[:, 10].tolist() if kind > 2 else [None] * dofs,
        "interface": interface,
    }


def shortest(case, durations):
    """Of each degree of freedom alone, and of all together."""
    alone = [float(d.fastest[0]) for d in durations]
    limits = (case.get("minimum_duration", 0.0), case.get("cycle_time"))
    return np.array([*alone, float(reference.common_duration(durations, *limits))])


def compare(cases):
    """Cases whose durations differ from the reference's by more than the tolerance explains, and how many need it."""
    got, exact = [plan(c) for c in cases], reference.all_durations([problem(c) for c in cases])
    mine = [np.append(g.independent_min_durations, g.duration) for g in got]
    theirs = [shortest(c, d) for c, d in zip(cases, exact, strict=True)]
    other = [k for k, (m, t) in enumerate(zip(mine, theirs, strict=True)) if (np.abs(m - t) > RTOL * t + 1e-12).any()]
    relaxed = reference.all_durations([problem(cases[k]) for k in other], absolute=SLACK) if other else []
    wrong = [(faults(c, g), c) for c, g in zip(cases, got, strict=True) if faults(c, g)]
    for k, durations in zip(other, relaxed, strict=True):
        least = shortest(cases[k], durations)
        if (mine[k] < least * (1 - RTOL) - 1e-7).any() or (mine[k] > theirs[k] * (1 + RTOL) + 1e-12).any():
            wrong.append((mine[k].tolist(), theirs[k].tolist(), least.tolist(), cases[k]))
    return wrong, len(other)


SETS = {
    "random": {"dofs": (1, 3), "n": 16},
    "hostile": {"dofs": (1, 2), "n": 48, "hostile": True},
    "lower order": {"dofs": (1, 3), "n": 60, "hostile": True, "orders": (1, 2)},
    "velocity": {"dofs": (1, 3), "n": 60, "hostile": True, "orders": (1, 2, 3), "interface": "velocity"},
}


@pytest.mark.parametrize("name", SETS)
def test_durations_are_those_of_the_reference(name):
    settings = dict(SETS[name])
    dofs, n = settings.pop("dofs"), settings.pop("n")
    rng = np.random.default_rng(17)
    cases = [random_case(rng, dofs[k % len(dofs)], **settings) for k in range(n)]
    wrong, sensitive = compare(cases)
    assert wrong == []
    assert sensitive <= (0.1 if name == "random" else 0.3) * n


def test_durations_asked_for_are_those_of_the_reference():
    rng = np.random.default_rng(23)
    cases = [random_case(rng, 2, hostile=k % 2 == 1) for k in range(12)]
    for k, case in enumerate(cases):
        case |= {"cycle_time": 0.01} if k % 3 == 0 else {"minimum_duration": float(rng.choice([0.3, 1.0, 3.0, 30.0]))}
    wrong, _ = compare(cases)
    assert wrong == []


@pytest.mark.parametrize("case", [c for c in CASES if "duration" in c], ids=lambda c: c["name"])
def test_known_durations(case):
    got = plan(case)
    assert faults(case, got) == []
    tolerance = case.get("tolerance", 1e-9)
    assert got.duration <= case["duration"] * (1 + tolerance) + 1e-12
    if not case.get("outside"):  # there a softer way in may be shorter
        assert got.duration >= case["duration"] * (1 - max(tolerance, 1e-6 if case.get("sensitive") else 1e-8)) - 1e-9


@pytest.mark.parametrize("case", [c for c in CASES if "duration" not in c], ids=lambda c: c["name"])
def test_inputs_that_once_failed_elsewhere(case):
    got = plan(case)
    assert np.isfinite(got.duration)
    assert faults(case, got) == []


def single(start, end, velocity, acceleration, jerk, **more):
    """A case of one degree of freedom."""
    names = ("min_velocity", "max_velocity", "min_acceleration", "max_acceleration", "max_jerk")
    return {
        "start": [start],
        "end": [end],
        **{k: [x] for k, x in zip(names, (*velocity, *acceleration, jerk), strict=True)},
        **more,
    }


ON_THE_SPOT = ((0.0, 0.0, 0.25), (0.0, 0.0, 0.25), (-0.37, 0.28), (-0.73, 0.45), 1.15)
HARD = {
    "velocity possible at once or much later": single(
        (0.0, -73.796, -0.37988), (-0.0020764, -73.796, -0.37988), (-103.3, 103.3), (-0.498, 0.498), 11.43
    ),
    "the same at the acceleration's limit": single(
        (0.0, -3.2068, -0.029352), (-0.0019379, -3.2068, -0.029352), (-31.3, 31.6), (-0.029352, 0.054519), 0.32211
    ),
    "behind the gap on the other side": single(
        (-1.611, -1.339, -1.198), (-2.677, -1.339, -1.198), (-1.8, 2.9), (-1.198, 1.142), 4.915
    ),
    "there already": single(*ON_THE_SPOT),
    "there already, with time to spare": single(*ON_THE_SPOT, minimum_duration=0.385),
    "that velocity already, with time to spare": single(
        (0.0, 0.0, 18.5), (0.0, 0.0, 18.5), (-60, 60), (-35, 18.9), 9.5, interface="velocity", minimum_duration=4.5
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_gaps_of_the_velocity(name):
    wrong, _ = compare([HARD[name]])
    assert wrong == []
