"""Values computed by hand for the laws between cycles, read by both implementations."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

GOLDEN = json.loads(Path(__file__).with_name("assist_laws.json").read_text("utf-8"))
ATOL = 1e-12


@pytest.fixture(params=["rust", "reference"])
def room(request):
    return import_module("gaitloop.reference.assist" if request.param == "reference" else "gaitloop.assist")


def test_half_lives(room):
    for forget, keep, learn, *want in GOLDEN["half_lives"]:
        np.testing.assert_allclose(room.half_lives(forget, keep, learn), want, rtol=1e-12)


def test_iterative(room):
    case = GOLDEN["iterative"]
    params = {k: np.full(6, v) if k in ("gain", "bound") else v for k, v in case["params"].items()}
    law = room.IterativeLearning(**params)
    law.observe(0, case["phase"], [case["error"]] * 3)
    for i in range(10):  # every other node without an error
        if i != 3:
            law.observe(0, i / 10, [0.0] * 3)
    law.close(0, True)
    np.testing.assert_allclose(law.table(0), [case["table"]] * 3, atol=ATOL)
    for i in range(10):
        law.observe(0, i / 10, [0.0] * 3)
    law.close(0, True)
    np.testing.assert_allclose(law.table(0), [case["again_without_error"]] * 3, atol=ATOL)


def test_staircase(room):
    case = GOLDEN["staircase"]
    law = room.Staircase(**case["params"])
    got = [law.update(None if outcome is None else bool(outcome)) for outcome in case["outcomes"]]
    np.testing.assert_allclose(got, case["levels"], atol=ATOL)


def test_intensity(room):
    case = GOLDEN["intensity"]
    governor = room.IntensityGovernor(**case["params"])
    for rate, age, dt, value, mode in case["rows"]:
        got = governor.step(rate, age, dt)
        np.testing.assert_allclose(got.value, value, atol=ATOL)
        assert got.mode == mode


def test_schedule(room):
    case = GOLDEN["schedule"]
    schedule = room.Schedule(**case["params"])
    for *at, want in case["rows"]:
        np.testing.assert_allclose(schedule.at(*at), want, atol=ATOL)


def test_catch(room):
    case = GOLDEN["catch"]
    law = room.CatchTrials(period=case["period"], seed=case["seed"], floor=np.zeros(7))
    caught = [law.begin(k % 2) for k in range(30)]
    assert np.flatnonzero(caught).tolist() == case["strides"]


def test_override(room):
    case = GOLDEN["override"]
    override = room.Override()
    for call in case["set"]:
        override.set(*call)
    np.testing.assert_allclose(override.apply(case["support"]), case["applied"], atol=ATOL)
    given, want = case["clearance"]
    assert override.clearance(given) == pytest.approx(want, abs=ATOL)
