"""Changes in motion, body-weight support and human torque against numbers worked out by hand, both implementations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np


def golden(name):
    return json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))


def test_change_in_motion(impl):
    case = golden("bumpless")
    fader = impl("control").Fader(**{**case["params"], "rate": np.full(6, case["params"]["rate"])})
    assert fader.request()
    for row in case["rows"]:
        new = np.array([*row["tau_new"], 0.0, 0.0, 0.0, 0.0])
        tau, w, done = fader.step(np.zeros(6), new, *row["energy"], case["dt"])
        np.testing.assert_allclose([w, fader.stored], [row["w"], row["stored"]], atol=1e-12)
        np.testing.assert_allclose(tau[:2], row["tau"], atol=1e-12)
        assert not done


def test_body_weight_support(impl):
    case = golden("body_weight")
    law = impl("control").BodyWeightSupport(**case["params"])
    for row in case["rows"]:
        force, hold, caught, watching = law.step(0.4, row["mode"], row["force"], 0.9, case["dt"])
        np.testing.assert_allclose(force, row["command"], atol=1e-12)
        assert (hold, caught, watching) == (False, False, True)


def test_human_torque_of_legs_held_still(impl):
    case = golden("observer")
    watch = impl("control").HumanTorqueObserver(case["mass"], case["height"])
    q = np.radians(case["q_deg"])
    for _ in range(3):
        torque, confidence = watch.step(q, np.zeros(6), np.zeros(6), np.array([False, False]), 0.001)
    want = [np.nan if x is None else x for x in case["torque"]]
    np.testing.assert_allclose(torque, want, atol=1e-9)
    np.testing.assert_allclose(confidence, case["confidence"], atol=1e-12)
