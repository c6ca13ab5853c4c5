"""Hand-computed values of patterns in a therapist's words, between speeds and from the other leg."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gaitloop.trajectory import GaitPattern

GOLDEN = json.loads(Path(__file__).with_name("trajectory_shape.json").read_text())
CYCLE = np.cos(2 * np.pi * np.linspace(0, 1, 129))[:, None]
WIDE = ([-1.0, -0.5, -1.0], [1.0, 2.0, 1.0])


@pytest.fixture
def pendulum():
    golden = GOLDEN["pendulum"]
    table = golden["amplitude"] * CYCLE * [1.0, 0.0, 0.0]
    return GaitPattern.from_table(table, stride_time=golden["stride_time"])


def test_a_pendulum_is_described(pendulum):
    golden = GOLDEN["pendulum"]
    own = pendulum.describe(golden["height"])
    assert own.step_length == pytest.approx((golden["step_length"],) * 2, abs=1e-12)
    assert own.hip_range_deg == pytest.approx((golden["hip_range_deg"],) * 2, abs=1e-9)
    assert own.knee_range_deg == (0.0, 0.0)
    assert own.stance_share == pytest.approx((golden["stance_share"],) * 2, abs=1e-9)
    assert (own.cadence, own.speed, own.phase_offset) == (golden["cadence"], None, 0.5)
    assert own.asymmetry == pytest.approx(0.0, abs=1e-12)


def test_a_pendulum_set_on_a_belt(pendulum):
    golden = GOLDEN["pendulum"]
    changed = pendulum.adjust(height=golden["height"], range_of_motion=WIDE, **golden["asked"])
    for phase, hip in golden["asked_hip"]:
        q, _, _ = changed.evaluate_sides([phase, phase])
        assert q[[0, 3]] == pytest.approx([hip, hip], abs=1e-7)
    own = changed.describe(golden["height"])
    assert own.cadence == pytest.approx(golden["asked_cadence"], abs=1e-9)
    assert own.step_length == pytest.approx((0.4, 0.4), abs=1e-9)


def test_between_two_speeds():
    golden = GOLDEN["speed_table"]
    strides = np.array([a * CYCLE * [1.0, 0.5, -0.2] for a in golden["amplitudes"]])
    pattern = GaitPattern.from_speed_table(strides, golden["speeds"], golden["stride_times"], golden["speed"])
    want = golden["amplitude"] * np.array([1.0, 0.5, -0.2])
    np.testing.assert_allclose(pattern.evaluate_sides([0.0, 0.0])[0], np.tile(want, 2), atol=1e-14)
    assert 1 / pattern.stride_rate == pytest.approx(golden["stride_time"], abs=1e-14)
