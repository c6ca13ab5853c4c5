"""`gaitloop train` on simulated drives in another process, over a serial line, from set-up to the end of its record.

A machine that is busy elsewhere may stop the drives, as it should; then the same is tried again.
"""

from __future__ import annotations

import json
import signal
import sys
import time

import numpy as np
import pytest

from drive_sessions import STOPPED, BusyError, Training, papers, simulator, tried, walking
from gaitloop.calibrate import SimulatedMachine
from gaitloop.devices.calibration import load_calibration, seal_of
from gaitloop.devices.drives import EDS, make_ready
from gaitloop.devices.profile import load_profile
from gaitloop.session import Reader
from gaitloop.session.replay import plan_of, replay
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only"),
]


def trained(folder, work, *, lost=False):
    """Do a work on a session that walks; its exit code, its words, and its record."""

    def once():
        plan, profile, calibration = papers(folder)
        out = folder / "a.mcap"
        out.unlink(missing_ok=True)
        with simulator() as drives:
            words = [plan, "--device", profile, "--calibration", calibration, "--channel", drives.adapters[0]]
            with Training(*words, "--out", out) as training:
                walking(training, drives)
                work(training, drives)
                ended = training.end()
        if not lost and any(word in ended[2] for word in STOPPED):
            raise BusyError(ended[2])
        return *ended, out

    return tried(once)


def column(reader, name, topic="sample"):
    blocks = list(reader.blocks())
    at = next(s.start for s in getattr(reader.tables, topic) if s.name == name)
    return np.concatenate([getattr(block, topic)[:, at] for block in blocks])


def test_a_session_walks_pauses_goes_on_stops_and_is_replayed(tmp_path):
    def work(training, drives):
        time.sleep(2.5)
        training.say("pause")
        training.reach("paused (asked), run")
        training.say("resume")
        training.reach("resuming, run")
        time.sleep(2.7)
        training.say("stop")

    code, last, told, out = trained(tmp_path, work)
    assert code == 0, told
    assert ", ended: stopped; " in last
    reader = Reader(out)
    belt, q = column(reader, "belt_speed"), column(reader, "q")
    assert belt.max() == pytest.approx(0.3, abs=0.02)
    stood = np.flatnonzero(belt > 0.2)[-1]
    first = np.flatnonzero(belt > 0.2)[0]
    assert (np.abs(belt[first:stood]) < 0.01).any()  # the pause lay between two walks
    assert q.max() - q.min() > 0.3
    assert [note["text_code"] for note in reader.messages("/note")] == ["pause", "resume", "stop"]
    result = replay(out)
    with certain():
        assert result.difference is None
    assert result.losses == ()
    assert result.ticks == len(belt)

    profile, calibration = load_profile(tmp_path / "device.toml"), load_calibration(tmp_path / "found.toml")
    device = json.loads(reader.metadata["device"])
    assert device["name"] == profile.name
    assert device["profile_sha256"] == profile.digest
    assert (device["calibration_sha256"], device["serial"]) == (seal_of(calibration), "SN-7")
    assert device["calibration_sha256"] in (tmp_path / "found.toml").read_text()
    plan = plan_of(reader)
    assert plan.limits["tau_max"] == [30.0] * 6  # the device's, narrower than the plan's
    assert plan.limits["interaction_max"][2] == 60.0
    assert plan.limits["support_force_max"] == 0.0


def test_drives_that_die_end_the_session_with_what_to_look_at(tmp_path):
    def work(training, drives):
        time.sleep(0.5)
        drives.process.kill()

    code, last, told, out = trained(tmp_path, work, lost=True)
    assert code == 1, told
    assert "error: the device was lost (device_lost); see plugs and power" in told
    assert ", ended: device_lost; " in last
    with certain():
        assert replay(out).difference is None


def test_a_wish_of_the_system_to_end_is_a_soft_stop(tmp_path):
    def work(training, drives):
        time.sleep(0.5)
        training.process.send_signal(signal.SIGTERM)
        training.reach("stopping (stopped), soft_stop", "stopping (stopped), standby")

    code, last, told, out = trained(tmp_path, work)
    assert code == 130, told
    assert ", ended: stopped; " in last
    with certain():
        assert replay(out).difference is None


def test_a_stop_while_armed_is_replayed_too(tmp_path):
    def once():
        plan, profile, calibration = papers(tmp_path)
        out = tmp_path / "a.mcap"
        with simulator() as drives:
            words = [plan, "--device", profile, "--calibration", calibration, "--channel", drives.adapters[0]]
            with Training(*words, "--out", out) as training:
                training.reach("press ARM on the panel", most=60.0)
                training.reach(", standby")
                drives.press("arm", 0.15)
                training.reach(", armed")
                training.say("stop")
                training.reach("stopping (stopped), standby")
                return training.end()

    code, _, told = tried(once)
    assert code == 0, told
    assert [change["what"] for change in Reader(tmp_path / "a.mcap").messages("/change")][-1] == "stop"
    with certain():
        assert replay(tmp_path / "a.mcap").difference is None


def test_the_simulated_drives_of_a_calibration_are_all_that_a_profile_names():
    profile = load_profile("simulated_bus_exo")
    with SimulatedMachine(profile) as machine:
        stopped = make_ready(profile.bus(channel=machine.channel), EDS)
    assert list(stopped) == [1, 2, 3, 4, 5, 6]
    assert not set(stopped.values()) & {"ready_to_switch_on", "switched_on", "operation_enabled"}
