"""The judge of fault injection: every unsafe thing is seen, nothing safe is, and the guard has no part in it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from gaitloop.faults import OUTCOMES, OUTPUTS, Judge, _judge
from gaitloop.session.plan import demo_plan

PROTECTIVE, SAFE, RUN, SOFT = 7, 8, 4, 6
LIMITS = demo_plan().limits
COLUMNS = _judge.COLUMNS


def rows(ticks=400, state=RUN):
    """A machine that does nothing, in the middle of its range."""
    out = np.zeros((ticks, max(part.stop for part in COLUMNS.values())))
    out[:, 0] = out[:, COLUMNS["sample_t"].start] = 1e-3 * np.arange(ticks)
    out[:, COLUMNS["state"]] = state
    out[:, COLUMNS["enable"]] = 1.0
    out[:, COLUMNS["support_mode"]] = float(state == RUN)
    out[:, COLUMNS["belt_speed"]] = 0.5
    out[:, COLUMNS["upright"]] = 1.0
    for name in ("q", "true_q"):
        out[:, COLUMNS[name]] = 0.3
    return out


def put(out, name, at, value, joint=0):
    out[at, COLUMNS[name].start + joint] = value
    return out


def stopped(out):
    for name, value in (("state", SAFE), ("enable", 0.0), ("support_mode", 0.0)):
        put(out, name, slice(200, None), value)
    return out


UNSAFE = {
    "U1": put(rows(), "torque", 100, np.nan),
    "U2": put(rows(), "torque", slice(None), 141.0, joint=3),
    "U3": put(rows(), "torque", slice(100, None), 4.1),
    "U4": put(put(put(rows(), "q", slice(None), 1.09), "dq", slice(None), 3.0), "torque", slice(None), 1.0),
    "U5": put(put(rows(state=PROTECTIVE), "dq", slice(None), -1.0, joint=1), "torque", slice(None), -2.0, joint=1),
    "U6": put(stopped(rows()), "torque", 300, 1e-6),
    "U7": put(rows(state=PROTECTIVE), "support_mode", 300, 1.0),
    "U8": put(rows(state=SOFT), "belt_speed", slice(300, None), 0.51),
    "U10": put(rows(), "interaction", slice(100, 122), -151.0, joint=4),
}
HARMFUL = {
    "O1": put(rows(), "true_q", 200, 1.10 + np.radians(11.0)),
    "O2": put(rows(), "true_dq", 200, 7.9),
    "O3": np.concatenate([rows(1000, PROTECTIVE), rows(600, PROTECTIVE)]),
    "O4": put(stopped(rows()), "enable", 390, 1.0),
}


@pytest.fixture(scope="module")
def judge():
    return Judge(LIMITS, np.radians(10.0))


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_unsafe_output_is_seen_for_what_it_is(judge, name):
    assert judge(UNSAFE[name], seen=None).outputs == (name,)


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_unsafe_outcome_is_seen_for_what_it_is(judge, name):
    assert judge(HARMFUL[name], seen=100).outcomes == (name,)


@pytest.mark.parametrize("state", [RUN, SOFT, PROTECTIVE])
def test_a_machine_that_does_nothing_is_safe(judge, state):
    verdict = judge(rows(state=state), seen=None)
    assert (verdict.outputs, verdict.outcomes, verdict.overshoot) == ((), (), 0.0)


def test_what_is_allowed_is_not_counted(judge):
    cut = put(rows(), "torque", slice(0, 100), 100.0)
    back = put(
        put(put(rows(state=PROTECTIVE), "q", slice(None), 1.2), "dq", slice(None), -0.1),
        "torque",
        slice(50, None),
        -3.9,
    )
    slow = put(rows(), "torque", slice(None), np.minimum(3.9 * np.arange(400), 140.0))
    late = put(rows(), "true_dq", 120, 7.9)  # within 50 ms of being seen
    for allowed in (cut, back, slow):
        assert judge(allowed, seen=None).outputs == ()
    assert judge(late, seen=100).outcomes == ()
    assert judge(late, seen=None).outcomes == ()


def test_power_along_the_movement_is_limited_and_against_it_is_not(judge):
    most = LIMITS["power_max"][0] / 137.0
    for speed, want in ((1.001 * most, ("U2",)), (0.999 * most, ()), (-1.001 * most, ())):
        assert (
            judge(put(put(rows(), "dq", slice(None), speed), "torque", slice(None), 137.0), seen=None).outputs == want
        )


def driven(ticks, torque, speed):
    """A hip that is driven."""
    return put(put(rows(ticks), "dq", slice(None), speed), "torque", slice(None), torque)


def test_energy_along_the_movement_is_limited_over_its_window_and_against_it_is_not(judge):
    # 280 W are allowed at once, of a store of 150 J that leaks 150 W: until 137 J are in it, after 1.05 s.
    assert judge(driven(1040, 100.0, 2.8), seen=None).outputs == ()
    assert judge(driven(1100, 100.0, 2.8), seen=None).outputs == ("U2",)
    assert judge(driven(5000, 100.0, 1.4), seen=None).outputs == (), "as much as leaks"
    assert judge(driven(5000, 100.0, -2.8), seen=None).outputs == ()
    for pause, rest, want in ((1000, 0.0, ()), (500, 0.0, ("U2",)), (500, -2.8, ("U2",))):
        speed = np.repeat([2.8, rest, 2.8], [1000, pause, 800])
        assert judge(driven(1800 + pause, 100.0, speed), seen=None).outputs == want, "it leaks, and takes nothing back"


def test_energy_is_that_of_a_store_taken_step_by_step(judge):
    rng = np.random.default_rng(3)
    watched = driven(3000, 0.0, 0.0)
    watched[:, COLUMNS["torque"]] = rng.normal(0.0, 60.0, (3000, 6))
    watched[:, COLUMNS["dq"]] = np.where(rng.random((3000, 6)) < 0.01, np.nan, rng.normal(1.0, 3.0, (3000, 6)))
    watched[:, COLUMNS["sample_t"]] += rng.choice([0.0, 0.004, -0.004], (3000, 1))
    watched[::200, COLUMNS["dq"]] = 1e6
    most, stored, newest = np.array(LIMITS["energy_max"]), np.zeros(6), watched[0, COLUMNS["sample_t"].start]
    left = judge._left(watched)
    torque, dq, told = (watched[:, COLUMNS[name]] for name in ("torque", "dq", "sample_t"))
    for k in range(1, 3000):
        dt = min(max(told[k, 0] - newest, 0.0), LIMITS["tick_max"])
        newest = max(newest, told[k, 0])
        speed = np.minimum(np.abs(dq[k]), LIMITS["dq_max"]) * np.sign(dq[k])
        more = np.maximum(stored + (np.maximum(torque[k - 1] * speed, 0.0) - most) * dt, 0.0)
        stored = np.where(np.isnan(dq[k]), stored, more)
        assert np.allclose(left[k], most + np.maximum(most - stored, 0.0) / 0.1, rtol=0.0, atol=1e-6)
    assert (stored > 0.0).any()


def test_too_much_torque_between_machine_and_person_must_stop_within_its_time(judge):
    def pushed(ticks, state=RUN):
        return put(rows(state=state), "interaction", slice(100, 100 + ticks), 151.0)

    assert judge(pushed(20), seen=None).outputs == ()
    assert judge(pushed(22), seen=None).outputs == ("U10",)
    assert judge(pushed(22, SOFT), seen=None).outputs == ("U10",)
    assert judge(pushed(300, PROTECTIVE), seen=None).outputs == ()
    stops = put(put(pushed(300), "state", slice(120, None), PROTECTIVE), "support_mode", slice(120, None), 0.0)
    assert judge(stops, seen=None).outputs == ()
    gap = put(pushed(25), "interaction", 110, 0.0)
    assert judge(gap, seen=None).outputs == (), "back within its limit in between"
    assert judge(put(pushed(25), "interaction", 110, np.nan), seen=None).outputs == ("U10",), (
        "not measured clears nothing"
    )
    assert judge(put(rows(), "interaction", slice(None), np.nan), seen=None).outputs == ()


def test_a_dose_that_is_spent_must_end_the_training():
    judge = Judge({**LIMITS, "dose_max": [10.0] * 6}, np.radians(10.0))
    for size, want in ((101.0, ("U10",)), (99.0, ())):
        spent = put(rows(101), "interaction", slice(None), size)
        assert judge(spent, seen=None).outputs == want
        assert judge(put(put(spent, "state", 100, SOFT), "support_mode", 100, 0.0), seen=None).outputs == ()


def test_absent_readings_are_not_judged_but_torque_is(judge):
    blind = put(put(rows(), "q", slice(None), np.nan), "dq", slice(None), np.nan)
    assert judge(blind, seen=None).outputs == ()
    assert judge(put(blind, "torque", slice(None), 141.0), seen=None).outputs == ("U2",)


def test_it_imports_nothing_of_the_guard():
    tree = ast.parse(Path(_judge.__file__).read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not any("safety" in name for name in modules | names)
    assert used & {"Guard", "Envelope", "Supervisor", "STATES", "ENVELOPE_FIELDS"} == set()
