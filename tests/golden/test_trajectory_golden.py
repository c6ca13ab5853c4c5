"""Published and hand-computed values, read by both implementations."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

GOLDEN = json.loads(Path(__file__).with_name("trajectory.json").read_text())


@pytest.fixture(params=["gaitloop.trajectory", "gaitloop.reference.trajectory"])
def trajectory(request):
    return import_module(request.param)


@pytest.fixture
def koopman(trajectory):
    golden = GOLDEN["koopman_key_events"]
    return trajectory.GaitPattern.koopman(golden["speed"], golden["height"], pelvic_tilt=0.0)


@pytest.mark.parametrize("event", GOLDEN["koopman_key_events"]["events"], ids=lambda e: f"{e['joint']}-{e['name']}")
def test_curves_pass_through_the_published_key_events(koopman, event):
    q, _, _ = koopman.evaluate(event["phase"])
    # Sampling at 128 phases leaves up to 0.05 deg where the published acceleration jumps.
    assert np.degrees(q[event["joint"]]) == pytest.approx(event["angle_deg"], abs=0.05)


def test_published_cadence(koopman):
    assert koopman.published_stride_rate == pytest.approx(GOLDEN["published_stride_rate"]["value"], abs=1e-9)


@pytest.mark.parametrize("point", GOLDEN["minimum_jerk"]["points"], ids=lambda p: f"t={p['t']}")
def test_minimum_jerk(trajectory, point):
    golden = GOLDEN["minimum_jerk"]
    movement = trajectory.MinimumJerk(golden["start"], golden["end"], golden["duration"])
    got = [float(x) for x in movement.evaluate(point["t"])]
    assert got == pytest.approx([point["q"], point["dq"], point["ddq"]], abs=1e-14)


@pytest.mark.parametrize("point", GOLDEN["spline"]["points"], ids=lambda p: f"phase={p['phase']}")
def test_table_becomes_the_natural_periodic_spline(trajectory, point):
    values = np.repeat(np.array(GOLDEN["spline"]["values"])[:, None], 3, axis=1)
    pattern = trajectory.GaitPattern.from_table(values, stride_time=1.0)
    got = [x[0] for x in pattern.evaluate(point["phase"])]
    assert got == pytest.approx([point["q"], point["dq"], point["ddq"]], abs=1e-12)
