"""Sessions on simulated drives: steps told from the joints, help that adapts, and what of the device is taken off."""

from __future__ import annotations

import functools
import sys
from itertools import pairwise

import numpy as np
import pytest

from calibrating import profile_of, written
from drive_sessions import BusyError, exo, found, led, stage, swept, tried
from gaitloop.session import Reader
from gaitloop.session.replay import plan_of, replay
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only"),
]


def walked(out, *given, **words):
    """A session that the guard did not stop."""
    out.unlink(missing_ok=True)
    ending = led(out, *given, **words)
    if ending.message or ending.reason not in ("finished", "stopped"):
        raise BusyError(f"{ending.reason}: {ending.message}")
    return ending


def test_a_stage_in_steps_ends_and_help_adapts_to_measured_strides(tmp_path):
    out = tmp_path / "a.mcap"
    rules = {"challenge_steps": 10, "challenge_speed": 0.02, "speed_max": 0.65}
    ending = tried(lambda: walked(out, (stage(steps=12, speed=0.6),), rules=rules, speed="0.6", settle_time="1.0"))
    assert ending.reason == "finished"
    reader = Reader(out)
    contacts = [event for event in reader.messages("/event") if event["event"] == "initial_contact"]
    assert len(contacts) >= 10
    sides = [contact["side"] for contact in sorted(contacts, key=lambda contact: contact["t"])]
    assert all(one != other for one, other in pairwise(sides))  # no step is told twice
    strides = [stride for stride in reader.messages("/stride") if stride["valid"]]
    assert len(strides) >= 5
    for stride in strides:
        assert stride["stride_time"] == pytest.approx(1.46, abs=0.25)  # the pattern's at 0.6 m/s
        assert stride["stride_length"] == pytest.approx(0.88, abs=0.15)
        assert 0.5 < stride["stance_share"] < 0.8
        assert stride["force_peak"] is stride["force_mean"] is None  # nobody felt a foot
        assert stride["step_width"] is None
    support = [stride["support"][0] for stride in strides if stride["support"]]
    assert support[0] > support[-1]  # who keeps to the reference gets less help
    codes = [note["text_code"] for note in reader.messages("/note")]
    assert codes.count("challenge_raised") == 1
    with certain():
        assert replay(out).difference is None


def residual(path):
    """Root mean square of reference minus angle of the legs while they are guided fully and the belt has its speed."""
    reader, away = Reader(path), []
    columns = {name: reader.tables.columns("telemetry", name) for name in ("q_ref", "engagement")}
    q = reader.tables.columns("sample", "q")
    legs, plan = [0, 1, 3, 4], plan_of(reader)
    for block in reader.blocks():
        rows = np.searchsorted(block.t, block.telemetry_t)
        kept = rows < len(block.t)
        led_ = (block.telemetry[kept, columns["engagement"].start] >= 1.0) & (
            block.command[rows[kept], 6] > 0.9 * plan.training["speed"]
        )
        reference = block.telemetry[kept][led_, columns["q_ref"]][:, legs]
        away.append(reference - block.sample[rows[kept]][led_, q][:, legs])
    errors = np.concatenate(away)
    assert len(errors) > 100
    return float(np.sqrt(np.mean(errors**2)))


def test_what_a_calibration_found_of_weight_and_friction_is_taken_off(tmp_path):
    """Limbs with friction, hips with a weight: the same walk is nearer to the reference, and replays."""
    limbs = ("--coulomb", "3.0", "--friction", "1.5", "--gravity", "0.0")
    plain = found(profile_of("\n".join(written(exo())) + "\n"))
    known = swept(plain, coulomb=3.0, viscous=1.5, thigh=6.0)
    out, left = tmp_path / "a.mcap", {}
    stages = (stage(steps=10, speed=0.6, floor=1.0, ceiling=1.0),)

    def weigh(session, drives):
        drives.process.stdin.write("load 1 6.0\nload 3 6.0\n")
        drives.process.stdin.flush()

    def walk(calibration):
        return walked(out, stages, calibration=calibration, drives=limbs, at=weigh, speed="0.6")

    for name, calibration in (("without", plain), ("with", known)):
        tried(functools.partial(walk, calibration))
        left[name] = residual(out)
        burden = plan_of(Reader(out)).fitting.burden
        assert (burden is None) == (name == "without")
        with certain():
            assert replay(out).difference is None
    assert left["with"] < 0.8 * left["without"], left
