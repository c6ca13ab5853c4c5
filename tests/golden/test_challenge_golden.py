"""Path control, force field, resistance and error amplification by hand, for both implementations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gaitloop import control
from gaitloop.reference import control as reference

FOLDER = Path(__file__).parent
PATH, GOLDEN = (json.loads((FOLDER / f"{name}.json").read_text("utf-8")) for name in ("path", "challenge"))
ATOL = 1e-12
both = pytest.mark.parametrize("room", [control, reference], ids=["rust", "reference"])


def legs(hip_and_knee):
    return np.tile([*hip_and_knee, 0.0], 2)


@both
@pytest.mark.parametrize("row", PATH["rows"])
def test_wall(room, row):
    path = np.tile(legs([PATH["hip"], PATH["knee"]]), (16, 1))
    law = room.PathControl(path, row["weight"] * 2, **PATH["law"])
    q, dq, guidance = (legs(row[name]) for name in ("q", "dq", "guidance"))
    out = law.step(q, dq, [0.3, 0.8], [1.0, 1.0], guidance, 0.001)
    np.testing.assert_allclose(out.tau, legs(row["tau"]), atol=ATOL)
    np.testing.assert_allclose(out.distance, row["distance"], atol=ATOL)
    np.testing.assert_allclose(out.energy, row["energy"], atol=ATOL)


@both
def test_force_field(room):
    case = GOLDEN["force_field"]
    law = room.ForceField(np.tile(legs([case["hip"], case["knee"]]), (16, 1)), case["weight"] * 2, **case["law"])
    guidance = np.full(6, case["guidance"])
    out = law.step(legs(case["q"]), legs(case["dq"]), [0.3, 0.8], [1.0, 1.0], guidance, 0.001)
    np.testing.assert_allclose(out.tau, legs(case["tau"]), atol=ATOL)
    np.testing.assert_allclose(out.energy, case["energy"], atol=ATOL)


@both
def test_resistance(room):
    case = GOLDEN["resistance"]
    arrays = {name: np.full(6, case[name]) for name in ("viscous", "elastic", "speed", "max_torque")}
    law = room.Resistance(**arrays, follow=case["follow"])
    for q, dq, tau, energy in case["rows"]:
        out = law.step(np.full(6, q), np.full(6, dq), np.full(6, case["challenge"]), case["dt"])
        np.testing.assert_allclose(out.tau, tau, atol=ATOL)
        np.testing.assert_allclose(out.energy, energy, atol=ATOL)


@both
def test_amplification(room):
    case = GOLDEN["amplification"]
    arrays = {name: np.full(6, case[name]) for name in ("gain", "tube", "stiffness", "damping", "max_torque")}
    law = room.ErrorAmplification(**arrays, budget=case["budget"], power=case["power"])
    for q, dq, q_ref, challenge, tau, energy in case["rows"]:
        out = law.step(*(np.full(6, x) for x in (q, dq, q_ref, challenge)), case["dt"])
        np.testing.assert_allclose(out.tau, tau, atol=ATOL)
        np.testing.assert_allclose(out.energy, energy, atol=ATOL)
