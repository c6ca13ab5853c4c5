"""Limits of the position, velocity limits lowered on the way, and changes of the target: judged by the checker."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.trajectory import InputParameter, JerkLimited, OutputParameter, Result

sys.path.append(str(Path(__file__).resolve().parent))
parity = __import__("test_trajectory_jerk_limited")
checker = parity.checker


def in_range(case, half, rng):
    """The case slower and with its positions moved into a range of about the given half width, and that range."""
    low, high = -half * rng.uniform(0.5, 1.0, len(case["start"])), half * rng.uniform(0.5, 1.0, len(case["start"]))
    out = {**case, "start": [list(x) for x in case["start"]], "end": [list(x) for x in case["end"]]}
    for part in ("start", "end"):
        for i, state in enumerate(out[part]):
            state[0] = rng.uniform(0.9 * low[i], 0.9 * high[i])
            state[1:] = np.multiply(state[1:], (0.4 * half**0.5, 0.2))  # slow enough to stop, mostly
    for i, state in enumerate(out["end"]):
        if rng.random() < 0.4:
            out["end"][i] = [state[0], 0.0, 0.0]
    return out, np.column_stack([low, high])


def planned(case, limits):
    inp = parity.given(case)
    inp.min_position, inp.max_position = limits.T
    return JerkLimited(len(case["start"]), 0.001).calculate(inp)


def judged(case, limits, trajectory):
    """Kinds of violations per degree of freedom, position limits included."""
    return {
        (v.track, v.kind)
        for v in checker.check(
            trajectory.profiles,
            start=case["start"],
            end=case["end"],
            velocity=parity.table(case, "velocity"),
            acceleration=parity.table(case, "acceleration"),
            jerk=parity.table(case, "jerk")[:, 1],
            position=limits,
            duration=trajectory.duration,
        )
    }


@pytest.mark.parametrize("half", [0.3, 1.0, 5.0])
@pytest.mark.parametrize("dofs", [1, 3])
def test_position_limits_are_kept(half, dofs):
    rng = np.random.default_rng(int(10 * half) + dofs)
    kept = limited = refused = changed = 0
    for _ in range(150):
        case, limits = in_range(parity.random_case(rng, dofs, undone=True), half, rng)
        if rng.random() < 0.5:
            case["minimum_duration"] = 8.0 * half**0.5  # moving states with time to spare stray far
        try:
            got = planned(case, limits)
        except ConfigError:
            refused += 1
            continue
        if got.is_limited:  # said so: a start that cannot stop in time
            limited += 1
            continue
        kept += 1
        assert judged(case, limits, got) == set(), (case, limits)
        free = parity.plan(case)
        assert got.duration >= free.duration * (1 - 1e-9) - 1e-9
        inside = judged(case, limits, free) == set()
        changed += not inside
        if inside:
            assert got.duration == pytest.approx(free.duration, rel=1e-12)
    print(f"kept {kept}, of them changed {changed}; limited {limited}, refused {refused}")
    assert kept >= 70


@pytest.mark.parametrize(
    ("start", "end", "jerk", "limits", "duration"),
    [
        ((0.205, -0.2825, -0.1686), (0.0708, -0.3584, 0.0929), 1.383, (-0.2405, 0.273), 6.016),
        ((-0.2118, 0.142, 0.2282), (-0.5278, 0.4662, 0.2803), 2.41, (-0.6774, 0.9181), 6.087),
    ],
)
def test_time_to_spare_is_spent_inside(start, end, jerk, limits, duration):
    """Where the plain movement of that duration strays out."""
    case = {"start": [start], "end": [end], "max_jerk": [jerk], "minimum_duration": duration}
    case |= {"min_velocity": [-1.8], "max_velocity": [1.4], "min_acceleration": [-1.5], "max_acceleration": [0.55]}
    if end[0] < start[0] and end[1] > 0:
        case |= {"min_velocity": [-0.79], "max_velocity": [1.77], "max_acceleration": [1.8]}
    limits = np.array([limits])
    assert (0, "position") in judged(case, limits, parity.plan(case))
    got = planned(case, limits)
    assert not got.is_limited
    assert judged(case, limits, got) == set()
    assert got.duration >= duration


def test_a_start_that_cannot_stop_leaves_as_little_as_it_can():
    """By hand: from v = 2, 1 s of jerk -1 to v = 1.5, a = -1, which is held until v = 0."""
    inp = InputParameter(1)
    inp.current_velocity, inp.target_position, inp.max_position, inp.min_position = [2.0], [0.5], [1.0], [-1.0]
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [3.0], [1.0], [1.0]
    got = JerkLimited(1, 0.001).calculate(inp)
    assert got.is_limited
    assert got.position_extrema[0]["max"] == pytest.approx(2 - 1 / 6 + 1.5**2 / 2, abs=1e-9)


@pytest.mark.parametrize("jerk", [1.0, 4.0])
@pytest.mark.parametrize("speed", [3.0, -3.0])
def test_a_lowered_velocity_limit_is_approached_without_turning_back(jerk, speed):
    """From 3 to a limit of 1, where the peer runs backwards (-0.12 at jerk 4, -1.0 at jerk 1)."""
    inp = InputParameter(1)
    inp.current_velocity, inp.target_position = [speed], [np.sign(speed) * 20.0]
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [1.0], [4.0], [jerk]
    got = JerkLimited(1, 0.001).calculate(inp)
    _, v, _ = got.at_time(np.linspace(0, got.duration, 20001))
    assert (np.sign(speed) * v).min() >= -1e-12
    found = checker.check(
        got.profiles,
        start=(0, speed, 0),
        end=(np.sign(speed) * 20.0, 0, 0),
        velocity=(-1, 1),
        acceleration=(-4, 4),
        jerk=jerk,
        duration=got.duration,
    )
    assert found == []


def test_ruckig_issue_69_a_target_changed_on_the_way():
    """The loop of github.com/pantor/ruckig/issues/69: every state handed back, the first target moved halfway."""
    otg, inp, out = JerkLimited(2, 0.002), InputParameter(2), OutputParameter(2)
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [32.34, 19.6], [245.0, 98.0], [2450.0, 2450.0]
    inp.current_position, inp.target_position = [5.0, 0.0], [0.1, -3.35]
    moved, steps, before = False, 0, None
    while (result := otg.update(inp, out)) == Result.Working:
        steps += 1
        assert steps < 5000
        state = [np.array(x) for x in (out.new_position, out.new_velocity, out.new_acceleration)]
        if before is not None:
            assert (np.abs(state[2] - before[2]) <= 2450.0 * 0.002 + 1e-9).all()
            assert (np.abs(state[1] - before[1]) <= np.array([245.0, 98.0]) * 0.002 + 1e-9).all()
        before = state
        if out.new_position[0] < 2.5 and not moved:
            moved = True
            inp.target_position[0] = 0.0
        out.pass_to_input(inp)
    assert result == Result.Finished
    assert moved
    np.testing.assert_allclose(out.new_position, [0.0, -3.35], atol=1e-8)
