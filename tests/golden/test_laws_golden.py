"""Values computed by hand for phase, control, assist and measures, read by both implementations."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop import measures

ATOL = 1e-12


def golden(room):
    return json.loads(Path(__file__).with_name(f"{room}.json").read_text("utf-8"))


def test_phase(impl):
    case = golden("phase")
    estimator = impl("phase").PhaseEstimator(rate_time=case["rate_time"])
    for age, phase, rate in case["rows"]:
        ages = np.array([np.nan if age is None else age, np.nan])
        state = estimator.step(ages, case["nominal_rate"], case["dt"])
        np.testing.assert_allclose([state.phase[0], state.rate[0]], [phase, rate], atol=ATOL)
    np.testing.assert_allclose(state.confidence, [case["confidence"], 0.0], atol=ATOL)


def test_impedance(impl):
    case = {name: np.full(6, value) for name, value in golden("control")["impedance"].items()}
    law = impl("control").Impedance(case["stiffness"], case["damping"])
    torque = law.step(case["q"], case["dq"], case["q_ref"], case["dq_ref"], case["guidance"])
    np.testing.assert_allclose(torque, case["torque"], atol=ATOL)


def test_gravity(impl):
    case = golden("control")["gravity"]
    torque = impl("control").LegGravity(case["mass"], case["height"]).torque(np.radians(case["q_deg"]))
    np.testing.assert_allclose(torque, case["torque"], atol=1e-11)


def test_windows(impl):
    case, room = golden("control"), impl("control")
    for row in case["guidance"]:
        got = room.guidance(row["phase"], np.array(row["support"]))
        np.testing.assert_allclose(got, row["guidance"], atol=ATOL)
    for phase, want in case["swing_window"]:
        assert abs(room.swing_window(phase) - want) < ATOL


@pytest.mark.parametrize("name", ["BandLaw", "ForgettingLaw"])
def test_assist(impl, name):
    case = golden("assist")[name]
    arrays = {"lower", "upper", "dead_zone"}
    params = {key: np.full(7, value) if key in arrays else value for key, value in case["params"].items()}
    law = getattr(impl("assist"), name)(**params)
    for side, error, support in case["rows"]:
        got = law.update(side, np.full(7, np.nan if error is None else error))
        np.testing.assert_allclose(got, support, atol=ATOL)


@pytest.mark.parametrize("which", ["rust", "reference"])
def test_measures(which):
    case = golden("measures")
    room = measures if which == "rust" else import_module("gaitloop.reference.measures")
    side, kind, time = zip(*case["events"], strict=True)
    events = SimpleNamespace(
        side=np.array([("left", "right").index(s) for s in side]),
        kind=np.array([("ic", "to").index(k) for k in kind]),
        time=np.array(time),
    )
    tables = room.stride_measures(events, belt_speed=case["belt_speed"])
    for name, table in zip(("left", "right"), tables, strict=True):
        for column, values in case[name].items():
            want = [np.nan if value is None else value for value in values]
            np.testing.assert_allclose(getattr(table, column), want, atol=ATOL, err_msg=f"{name} {column}")
    for left, right, want in case["symmetry"]:
        assert abs(room.symmetry(left, right) - want) < ATOL
