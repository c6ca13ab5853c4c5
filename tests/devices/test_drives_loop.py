"""Simulated drives in another process, driven by the loop over a serial line. A machine that is busy elsewhere may stop
them, as it should; then the same is tried again."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

import can
import numpy as np
import pytest

from drive_machine import FIRM, RATE, Joined, Simulator, Watched, armed, bus, drive, looped, set_up, trainer
from gaitloop.devices.drives import SimulatedDrive
from gaitloop.errors import DeviceError
from gaitloop.realtime import Loop
from gaitloop.safety import CAUSES
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning"),
    pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only"),
]
STOPS = ("prot_stop", "safe", "lockout")


def tried(work, times=12):
    """What a work gives, once the machine let it come that far."""
    for _ in range(times):
        with Simulator() as simulator, looped(set_up(bus(simulator.adapters[0]))) as loop:
            watched = Watched(loop)
            if not armed(watched, simulator):
                continue
            simulator.press("start", 0.1)
            if watched.reach("run", most=3.0):
                return work(simulator, loop, watched)
    pytest.fail("the machine is too busy to arm")


def drives_of(loop):
    loop.stop()
    return loop.device.drives


def test_drives_are_tested_armed_and_given_torque_and_rest_at_the_end():
    def work(simulator, loop, watched):
        time.sleep(0.5)
        running = watched.state() == "run"
        drives = drives_of(loop)
        torque = watched.column("command")[:, :6]
        if not running:
            return False
        assert np.abs(torque[:, :2]).max() > 0.01
        with certain():
            assert (torque[:, 2:] == 0.0).all(), "joints without a drive"
        assert loop.end == "stopped"
        assert loop.device.garbage == 0
        assert [d["trouble"] for d in drives] == [None, None]
        # A drive may do the last step a moment later than it was heard.
        simulator.wait(1, "switch_on_disabled", "ready_to_switch_on", most=2.0)
        time.sleep(0.1)
        assert set(simulator.latest().values()) == {"switch_on_disabled"}
        return True

    assert any(tried(work) for _ in range(3))


def test_whoever_commands_beside_the_loop_stops_it_for_good():
    def work(simulator, loop, watched):
        other = can.Bus(interface="slcan", channel=simulator.adapters[1], bitrate=1_000_000, sleep_after_open=0)
        other.send(can.Message(arbitration_id=0x201, data=b"\x0f\x00\x0a\xe8\x03", is_extended_id=False))
        stopped = watched.reach(*STOPS, most=2.0)
        other.shutdown()
        assert stopped
        assert CAUSES[watched.column("command_integers")[-1, 5]] == "drive_fault"
        assert [d["trouble"] for d in drives_of(loop)] == ["second_master"] * 2

    tried(work)


def test_drives_that_fall_silent_stop_the_loop_and_themselves():
    def work(simulator, loop, watched):
        os.kill(simulator.process.pid, signal.SIGSTOP)
        try:
            assert watched.reach(*STOPS, most=2.0)
            time.sleep(0.2)
            assert {d["trouble"] for d in drives_of(loop)} <= {"feedback_lost", "heartbeat_lost"}
        finally:
            os.kill(simulator.process.pid, signal.SIGCONT)

    tried(work)


def test_an_adapter_that_is_pulled_out_ends_the_loop():
    def work(simulator, loop, watched):
        simulator.process.kill()
        assert watched.reach("never", most=3.0) is False
        assert loop.end == "device_lost"

    tried(work)


@pytest.mark.parametrize("settings", [{"max_torque": 1499}, {"abort_connection": 1}, {"serial": 9}])
def test_drives_that_hold_another_configuration_are_not_armed(settings):
    with Simulator() as simulator:
        made = set_up(bus(simulator.adapters[0]))
        other = bus(simulator.adapters[0], [drive(1, settings=settings), drive(2)])
        with looped(made, digest=other.digest) as loop:
            watched = Watched(loop)
            assert watched.reach("lockout", "safe")
            with certain():
                assert "standby" not in watched.states
            simulator.press("arm", 0.1)
            time.sleep(0.3)
            with certain():
                assert "armed" not in watched.states


def test_drives_that_were_never_set_up_are_not_even_opened():
    with Simulator() as simulator:
        made = bus(simulator.adapters[0])
        loop = Loop(trainer(made), made, rate=RATE, privileges=FIRM)
        with pytest.raises(DeviceError, match="panel on its inputs, did not answer in time"):
            loop.start()


def test_drives_that_are_not_there_are_told_at_the_start():
    with Simulator("--nodes", "1") as simulator:
        made = bus(simulator.adapters[0])
        loop = Loop(trainer(made), made, rate=RATE, privileges=FIRM)
        with pytest.raises(DeviceError, match="drive on the CAN bus"):
            loop.start()


def test_a_port_that_is_not_there_is_told_with_what_to_look_at():
    made = bus("/dev/no such port")
    loop = Loop(trainer(made), made, rate=RATE, privileges=FIRM)
    with pytest.raises(DeviceError, match=r"cannot be opened \(entity not found\): look at its address, its plug"):
        loop.start()


def test_a_loop_of_another_rate_is_refused():
    made = bus("nowhere", rate=200.0)
    loop = Loop(trainer(made), made, rate=RATE, privileges=FIRM)
    with pytest.raises(DeviceError, match="set up for another rate: make the loop with theirs"):
        loop.start()


def no_interface():
    """Why the system has no virtual CAN bus `vcan0`; None where it has."""
    try:
        with socket.socket(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW) as one:
            one.bind(("vcan0",))
    except (AttributeError, OSError) as error:
        return str(error)
    return None


@pytest.mark.skipif(no_interface() is not None, reason=f"no CAN interface vcan0 here: {no_interface()}")
def test_drives_are_tested_over_an_interface_of_the_system():
    joined = Joined("vcan0", [SimulatedDrive(node=node, serial=node) for node in (1, 2)], "socketcan")
    try:
        with looped(set_up(bus("vcan0", interface="socketcan"))) as loop:
            assert Watched(loop).reach("standby")
    finally:
        joined.close()
