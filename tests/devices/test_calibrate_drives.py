"""Calibration of simulated drives in another process, over a serial line, through the loop and the guard.

A machine that is busy elsewhere may stop the drives, as it should; then the same is tried again.
"""

from __future__ import annotations

import _thread
import contextlib
import math
import os
import queue
import signal
import subprocess
import sys
import threading
import time

import pytest

from calibrating import Scripted, one_ankle, profile_of
from drive_machine import Simulator
from gaitloop.calibrate import DriveMachine, SimulatedMachine, calibrate, plan_way
from gaitloop.devices.calibration import Calibration, JointCalibration, load_calibration
from gaitloop.devices.drives import EDS
from gaitloop.devices.profile import load_profile
from gaitloop.errors import ConfigError, DeviceError, SafetyStopError
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning"),
    pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only"),
]
PROFILE = profile_of(one_ankle())
FOUND = Calibration(
    profile=PROFILE.name,
    profile_sha256=PROFILE.digest,
    serial="1",
    at="now",
    joints={"ankle_l": JointCalibration(zero=500, sign=1, q_min=-0.3, q_max=0.3)},
    legs={},
    confirmed={},
)


class Pressed(DriveMachine):
    """Drives of a simulator whose buttons are pressed as soon as they are asked for; `after` follows the start."""

    def __init__(self, simulator, after):
        super().__init__(PROFILE, simulator.adapters[0], EDS)
        self.simulator, self.after, self.timers = simulator, after, []

    def press(self, button):
        self.simulator.press(button, 0.15)
        if button == "start":
            self.timers.append(threading.Timer(2.0, self.after))
            self.timers[-1].start()
        return True


def came_to_rest(simulator, most=10.0):
    """Whether the drive had power and lost it again."""
    seen, end = [], time.monotonic() + most
    while time.monotonic() < end and not ("operation_enabled" in seen and seen[-1] == "switch_on_disabled"):
        with contextlib.suppress(queue.Empty):
            seen.append(simulator.lines.get(timeout=0.1)["state"])
    return seen[-1] == "switch_on_disabled"


def swept(after_of):
    """Sweep until something happens in its midst; the drives' states after it."""
    way = plan_way(PROFILE, FOUND.joints, ("ankle_l",), {"ankle_l": 0.095})
    for _ in range(12):
        with Simulator("--nodes", "1", adapters=1) as simulator:
            machine = Pressed(simulator, after_of(simulator))
            try:
                machine.sweep(FOUND, ("ankle_l",), way, Scripted())
            except SafetyStopError:
                continue  # too busy
            except KeyboardInterrupt:
                with certain():
                    assert came_to_rest(simulator)
                raise
            finally:
                for timer in machine.timers:
                    timer.cancel()  # of a try that ended before it must not strike the next one
    pytest.fail("the machine is too busy, or the sweep did not end")


def test_ctrl_c_in_a_sweep_brings_the_drives_to_rest():
    with pytest.raises(KeyboardInterrupt):
        swept(lambda simulator: _thread.interrupt_main)


def test_a_line_that_is_pulled_out_in_a_sweep_is_told_and_nothing_is_found():
    with pytest.raises(DeviceError, match=r"the device was lost in the sweep \(device_lost\).*Nothing is written"):
        swept(lambda simulator: simulator.process.kill)


def test_drives_that_changed_places_are_told_before_anything_is_read():
    with Simulator("--nodes", "1", adapters=1) as simulator:
        settings = "{line}\n"
        other = profile_of(one_ankle().replace("serial = 1\n", settings.format(line="serial = 7")))
        with (
            DriveMachine(other, simulator.adapters[0], EDS) as machine,
            pytest.raises(
                DeviceError, match="drive 1 has the serial number 1, and that of ankle_l must have 7: two drives"
            ),
        ):
            machine.counts("ankle_l")


def test_a_drive_that_somebody_else_powers_is_not_touched(monkeypatch):
    monkeypatch.setattr("gaitloop.calibrate._machine.state_of", lambda *_: "operation_enabled")
    with (
        Simulator("--nodes", "1", adapters=1) as simulator,
        DriveMachine(PROFILE, simulator.adapters[0], EDS) as machine,
        pytest.raises(
            DeviceError, match=r"drive 1 of ankle_l has power \(operation_enabled\) .* another program commands it"
        ),
    ):
        machine.counts("ankle_l")


def command(path, out, *words):
    line = [sys.executable, "-m", "gaitloop", "calibrate", str(path), "--device", "sim", "--out", str(out)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [*line, "--by", "engineer", *words], stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )


def test_the_command_finds_what_the_simulated_drive_has(tmp_path):
    """Through pipes, as an operator at a terminal; simulated drives have 1.5 N·m, 1 N·m·s/rad and 3 N·m of weight."""
    path, out = tmp_path / "device.toml", tmp_path / "found.toml"
    path.write_text(one_ankle().replace("zero = 0\n", "zero = 4321\n"))
    for _ in range(6):
        process = command(path, out)
        told, errors = process.communicate("yes\n" * 7, timeout=120)
        if "the guard stopped" not in errors:
            break
    assert process.returncode == 0, errors
    assert told.splitlines()[-1].startswith("1 joints calibrated, ")
    profile, found = load_profile(path), load_calibration(out)
    joint = found.joints["ankle_l"]
    assert joint.zero == 4321
    assert joint.coulomb[0] == pytest.approx(1.5, abs=0.1)
    assert joint.viscous[0] == pytest.approx(1.0, abs=0.2)
    gravity = found.legs["left"].gravity
    assert gravity["foot_sin"][0] == pytest.approx(3.0 * math.cos(0.04321), abs=0.15)
    assert gravity["foot_cos"][0] == pytest.approx(3.0 * math.sin(0.04321), abs=0.1)
    assert profile.bus(found).config.drives[0].zero == 4321
    with pytest.raises(ConfigError, match="calibration is of the profile"):
        load_profile("simulated_ankle").bus(found)


def test_a_shipped_device_whose_ankles_no_drive_measures_comes_to_its_sweep(monkeypatch):
    class RunsError(Exception):
        """The operator armed and started it, and it is led."""

    def last(*_):
        raise RunsError

    monkeypatch.setattr("gaitloop.calibrate._drive_sweep._Watch.last", last)
    profile = load_profile("simulated_treadmill_exo")
    with SimulatedMachine(profile) as machine, pytest.raises(RunsError):
        calibrate(profile, machine, Scripted(), by="engineer", at="now", serial="simulated", weigh_legs=False)


@pytest.mark.parametrize(("answers", "step"), [("yes\nno\n", "ankle_l_sign"), ("yes\n" * 4, "left_empty")])
def test_a_command_that_is_not_answered_yes_leaves_and_writes_nothing(tmp_path, answers, step):
    path, out = tmp_path / "device.toml", tmp_path / "found.toml"
    path.write_text(one_ankle())
    _, errors = command(path, out).communicate(answers, timeout=60)
    assert errors.startswith(f"error: {step} was not confirmed")
    assert len(errors.splitlines()) == 1
    with certain():
        assert not out.exists()


def test_ctrl_c_at_a_question_leaves_and_writes_nothing(tmp_path):
    path, out = tmp_path / "device.toml", tmp_path / "found.toml"
    path.write_text(one_ankle())
    process = command(path, out)
    assert "ankle_l_zero" in process.stdout.readline()
    os.kill(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.endswith("interrupted\n")
    with certain():
        assert not out.exists()
