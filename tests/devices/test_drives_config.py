"""What a bus of drives refuses before anything is opened, each by its name and with what would be accepted."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from drive_machine import bus, drive
from gaitloop._core import DRIVE_TROUBLES, drive_digest
from gaitloop.devices.drives import SETTINGS, SimulatedDrive, SimulatedDrives
from gaitloop.errors import ConfigError, DeviceError
from gaitloop.realtime import Loop

JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")


def six():
    return [drive(place + 1, part) for place, part in enumerate(JOINTS)]


def test_six_drives_fit_a_megabit_at_250_and_not_at_1000():
    fits = bus("nowhere", six())
    assert 0.5 < fits.bus_share < 0.7
    words = (
        r"6 drives at 1000 1/s take up to 2\d{6} of 1000000 bit/s, which is 2\d\d %, and at most 70 %.*up to (\d+) 1/s"
    )
    with pytest.raises(ConfigError, match=words) as refused:
        bus("nowhere", six(), rate=1000.0)
    highest = int(str(refused.value).split("up to ")[-1].split(" ")[0])
    assert bus("nowhere", six(), rate=float(highest), heartbeat=0.008).bus_share <= 0.7


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": float("nan")}, "rate must lie in"),
        ({"rate": 9.0}, "rate must lie in"),
        ({"bitrate": 123456.0}, "bitrate must be one that adapters know"),
        ({"node": 0}, "node must lie in"),
        ({"node": 300}, "node must lie in"),
        ({"node": 2}, "node must be different"),
        ({"watchdog": 0.1}, "watchdog must lie in"),
        ({"heartbeat": 0.03}, "heartbeat must lie in"),
        ({"drive_heartbeat": 0.0}, "drive_heartbeat must lie in"),
        ({"panel": (2, 16)}, "panel must lie in"),
        ({"panel": (0, 25)}, "panel_bit must lie in"),
        ({"interface": "telepathy"}, "interface must be one of slcan, socketcan, got 'telepathy'"),
    ],
)
def test_a_bus_is_refused_by_name(changes, words):
    with pytest.raises(ConfigError, match=words):
        bus("nowhere", **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"part": "elbow"}, "part must be one of hip_l.*belt, winch, got 'elbow'"),
        ({"part": "knee_l"}, "joint must be different"),
        ({"node": 127}, "node must be different|node must lie in"),
        ({"counts": 0.0}, "counts must lie in"),
        ({"rated_torque": float("inf")}, "rated_torque must lie in"),
        ({"setpoint_max": -1.0}, "setpoint_max must lie in"),
        ({"feedback_age_max": 0.2}, "feedback_age_max must lie in"),
        ({"heartbeat_timeout": 0.0}, "heartbeat_timeout must lie in"),
        ({"limit_time": 0.0}, "limit_time must lie in"),
    ],
)
def test_a_drive_is_refused_by_name(changes, words):
    with pytest.raises(ConfigError, match=words):
        bus("nowhere", [drive(1, **changes), drive(2)])


def test_a_bus_has_one_to_eight_drives():
    for drives in ([], [drive(n, JOINTS[n % 6]) for n in range(1, 10)]):
        with pytest.raises(ConfigError, match=r"axes"):
            bus("nowhere", drives, rate=50.0)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_must_be_given_and_lie_in_its_range(name):
    whole = SimulatedDrive(node=1).settings()
    with pytest.raises(ConfigError, match=rf"settings must have {name}: .*no default"):
        drive(1, whole={n: v for n, v in whole.items() if n != name})
    for bad in (SETTINGS[name].high + 1, SETTINGS[name].low - 1, 1.5, True, None):
        with pytest.raises(ConfigError, match=rf"settings\.{name} must be an int in"):
            drive(1, settings={name: bad})
    with pytest.raises(ConfigError, match="settings has no 'max_tork'"):
        drive(1, whole={**whole, "max_tork": 1})


def test_a_digest_is_of_the_configuration_of_its_own_drive():
    made = bus("nowhere")
    np.testing.assert_array_equal(np.isfinite(made.digest), [True, True, False, False, False, False])
    assert made.digest[0] != made.digest[1]
    changed = bus("nowhere", [drive(1, settings={"max_torque": 1499}), drive(2)])
    assert changed.digest[0] != made.digest[0]
    assert changed.digest[1] == made.digest[1]
    assert drive_digest([(0x6072, 0, b"\x01\x00")]) != drive_digest([(0x6072, 0, b"\x01\x00\x00\x00")])


def test_a_bus_that_cannot_be_opened_is_told_at_the_start(tmp_path):
    from drive_machine import FIRM, RATE, trainer

    for channel in (str(tmp_path / "no_tty"), "/dev/null"):
        made = bus(channel)
        with pytest.raises(DeviceError, match="CAN bus of the drives"):
            Loop(trainer(made), made, rate=RATE, privileges=FIRM).start()


def test_an_interface_of_the_system_that_is_not_there_is_told_at_the_start():
    from drive_machine import FIRM, RATE, trainer

    made = bus("nosuchcan0", interface="socketcan")
    with pytest.raises(DeviceError, match="CAN bus of the drives"):
        Loop(trainer(made), made, rate=RATE, privileges=FIRM).start()


def test_simulated_drives_refuse_by_name():
    with pytest.raises(ConfigError, match="nodes"):
        SimulatedDrives([])
    with pytest.raises(ConfigError, match="inertia must lie in"):
        SimulatedDrives([SimulatedDrive(node=1, inertia=0.0)])
    with pytest.raises(ConfigError, match="presses must name one of"):
        SimulatedDrives([SimulatedDrive(node=1)], [("fire", 0.0, 1.0)])
    with pytest.raises(ConfigError, match="adapters must lie in"):
        SimulatedDrives([SimulatedDrive(node=1)]).open(9)
    with pytest.raises(ConfigError, match="opened before"):
        SimulatedDrives([SimulatedDrive(node=1)]).serve(0.1)


def test_the_simulator_refuses_without_a_traceback():
    command = [sys.executable, "-m", "gaitloop.devices.drives.simulator", "--adapters", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, "error: adapters must lie in [1, 8], got 0\n")


def test_troubles_have_names():
    assert len(set(DRIVE_TROUBLES)) == len(DRIVE_TROUBLES) >= 19
    assert DRIVE_TROUBLES[7] == "stopped_itself"
