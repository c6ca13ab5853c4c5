"""Values computed by hand for foot lift, torque profiles, foot plates and compensation, for both implementations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gaitloop import control
from gaitloop.reference import control as reference

GOLDEN = json.loads(Path(__file__).with_name("device_laws.json").read_text("utf-8"))
ATOL = 1e-12
ONE = np.ones(6)


@pytest.fixture(params=[control, reference], ids=["rust", "reference"])
def room(request):
    """The room as the package offers it, and its reference."""
    return request.param


def test_foot_lift_sees_the_height_of_the_toe(room):
    case = GOLDEN["foot_lift"]
    law = room.FootLift(case["mass"], case["height"], ONE)
    force = np.array([0.0, 700.0])
    out = law.step(np.radians(case["q_deg"]), 0.0 * ONE, np.array([0.7, 0.2]), force, np.ones(2), 0.001)
    np.testing.assert_allclose(out[1][0], case["toe_height"], atol=1e-8)


def test_foot_lift_judges_a_toe_that_rises_by_where_it_will_be(room):
    case = GOLDEN["foot_lift_rise"]

    def found(rate, **changes):
        law = room.FootLift(case["mass"], case["height"], ONE, **changes)
        rates = np.array([0.0, 0.0, rate, 0.0, 0.0, 0.0])
        swing = [0.62] + [0.62 + case["progress"] * 0.36] * 15
        for left, force in [(0.5, 700.0)] * 60 + [(phase, 0.0) for phase in swing]:
            out = law.step(0.0 * ONE, rates, np.array([left, 0.1]), np.array([force, 700.0]), np.ones(2), 0.001)
        return out.dragging[0]

    assert found(0.9999 * case["rate"])
    assert not found(1.0001 * case["rate"])
    assert found(1.0001 * case["rate"], look_ahead=0.0)
    assert found(np.nan)


def test_spline_profile(room):
    case = GOLDEN["spline_profile"]
    four = case["ankle"]
    arrays = [np.zeros((6, 2)), np.full((6, 2), four["peak"]), np.full((6, 2), four["rise"])]
    arrays[0][[2, 5], 0] = -four["torque"]
    law = room.SplineProfile(*arrays, np.full((6, 2), four["fall"]))
    for phase, want in case["rows"]:
        tau = law.step(np.array([phase, phase]), ONE)
        np.testing.assert_allclose(tau, [0.0, 0.0, want] * 2, atol=ATOL)


def test_proportional_moment(room):
    case = GOLDEN["proportional_moment"]
    law = room.ProportionalMoment(case["mass"], case["height"], **case["params"])
    out = law.step(np.array(case["foot_force"]), np.array(case["cop"]), 0.0 * ONE, ONE, case["dt"])
    np.testing.assert_allclose(out[0], case["tau"], atol=ATOL)
    np.testing.assert_allclose(out[1], case["moment"], atol=ATOL)


def test_foot_plate(room):
    case = GOLDEN["foot_plate"]
    path = np.tile(np.array(case["pose"]), (8, 2, 1))
    law = room.FootPlate(path, *(np.array(case[k]) for k in ("stiffness", "damping", "max_force")))
    rest = np.zeros(2)
    out = law.step(np.array(case["at"]), np.zeros((2, 3)), rest, rest, np.array(case["guidance"]))
    np.testing.assert_allclose(out[0], case["force"], atol=1e-11)
    np.testing.assert_allclose(out[1], case["energy"], atol=1e-11)


def test_compensation(room):
    case = GOLDEN["compensation"]
    per_joint = (case[k] * ONE for k in ("coulomb", "viscous", "inertia", "max_torque"))
    law = room.Compensation(np.array([case["gravity"]] * 2), *per_joint, **case["params"])
    q = np.radians(case["q_deg"])
    out = law.step(case["tau"] * ONE, q, case["dq"] * ONE, case["ddq"] * ONE, 0.001)
    np.testing.assert_allclose(out[0], case["tau_motor"], atol=ATOL)
