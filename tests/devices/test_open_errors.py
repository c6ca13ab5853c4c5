"""Whatever keeps a device from being opened is told by every driver in one error that says what to do."""

from __future__ import annotations

import builtins
import errno
import os
import sys

import can
import pytest
import serial

from drive_machine import Simulator, bus
from gaitloop.devices.base import BeltLimits
from gaitloop.devices.drives import connect
from gaitloop.devices.lab import SerialImu
from gaitloop.devices.treadmill import SerialTreadmill
from gaitloop.errors import DeviceError, MissingExtraError

LIMITS = BeltLimits(max_speed=1.0, acceleration=0.5, deceleration=0.5, overspeed=1.2)
PORT = "/dev/ttyGAIT0"
OPENERS = {
    "drives": lambda: connect(bus(PORT)),
    "treadmill": lambda: SerialTreadmill(PORT, LIMITS, watchdog_within=0.5).open(),
    "imu": lambda: SerialImu(PORT, max_age=0.1),
}
REMEDIES = {
    errno.ENOENT: r"there is no such port; ports of this machine: .*Plug the device in, or name one of them",
    errno.ENODEV: r"there is no such port; ports of this machine",
    errno.EBUSY: rf"another program has it; end that program \(on Linux `fuser {PORT}` names it\)",
    errno.EAGAIN: "another program has it",
    errno.EACCES: r"no permission, or another program has it; on Linux `sudo usermod -aG dialout \$USER` and log in",
    errno.EPERM: "no permission, or another program has it",
    errno.ENOTTY: "check that it is a serial port and allows 115200 baud",
}


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("number", REMEDIES, ids=errno.errorcode.get)
def test_what_the_system_says_becomes_one_error_with_a_remedy(monkeypatch, opener, number):
    def refuse(*_, **__):
        raise serial.SerialException(number, f"could not open port {PORT}: {os.strerror(number)}")

    monkeypatch.setattr(serial, "Serial", refuse)
    monkeypatch.setattr(serial, "serial_for_url", refuse)
    with pytest.raises(DeviceError, match=REMEDIES[number]) as told:
        OPENERS[opener]()
    assert PORT in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("opener", ["drives", "treadmill"])
@pytest.mark.parametrize("missing", ["serial", "canopen"])
def test_a_missing_extra_is_named(monkeypatch, opener, missing):
    load = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == missing:
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    if opener == "treadmill" and missing == "canopen":
        return  # it does without
    with pytest.raises(MissingExtraError, match=r"pip install 'gaitloop\[(serial|can)\]'"):
        OPENERS[opener]()


INTERFACE = {
    errno.ENODEV: "there is no such interface; `ip link show type can` lists",
    errno.ENETDOWN: "it is down; `sudo ip link set can7 up type can bitrate",
    errno.EPERM: "no permission for raw CAN sockets",
    errno.EAFNOSUPPORT: "this system has no CAN sockets; use an adapter that speaks slcan",
    errno.EIO: r".*is it plugged in, set up, and not in use by another program",
}


@pytest.mark.parametrize("number", INTERFACE, ids=errno.errorcode.get)
def test_an_interface_of_the_system_has_remedies_of_its_own(monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(can, "Bus", refuse)
    with pytest.raises(DeviceError, match=rf"^the bus socketcan:can7 cannot be opened: {INTERFACE[number]}"):
        connect(bus("can7", interface="socketcan"))


@pytest.mark.skipif(sys.platform != "linux", reason="simulated drives need pseudo-terminals")
def test_a_line_that_another_program_has_is_told():
    with Simulator("--nodes", "1") as simulator:
        network = connect(bus(simulator.adapters[0]))
        try:
            with pytest.raises(DeviceError, match="another program has it; end that program"):
                connect(bus(simulator.adapters[0]))
        finally:
            network.disconnect()
        connect(bus(simulator.adapters[0])).disconnect()
