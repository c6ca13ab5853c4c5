"""The stock `canopen` library drives the simulated drive as it would a real one."""

from __future__ import annotations

import struct
import time

import can
import canopen
import pytest
from canopen.profiles.p402 import BaseNode402

from drive_machine import Simulator
from gaitloop.devices.drives import EDS


@pytest.fixture
def network():
    with Simulator("--nodes", "1") as simulator:
        made = canopen.Network()
        made.NOTIFIER_CYCLE = 0.05
        made.connect(interface="slcan", channel=simulator.adapters[0], bitrate=1_000_000, sleep_after_open=0.0)
        made.simulator = simulator
        yield made
        made.disconnect()


@pytest.fixture
def node(network):
    return network.add_node(BaseNode402(1, canopen.import_od(str(EDS), 1)))


def test_its_own_state_machine_brings_it_to_work_and_down_again(node):
    node.nmt.state = "OPERATIONAL"
    node.network.sync.start(0.01)
    node.setup_402_state_machine(read_pdos=True)
    node.rpdo[1].start(0.01)
    node.op_mode = "CYCLIC SYNCHRONOUS TORQUE"
    for state in ("READY TO SWITCH ON", "SWITCHED ON", "OPERATION ENABLED"):
        node.state = state
        assert node.state == state
    node.rpdo[1]["Target torque"].raw = 200
    node.rpdo[1].update()
    begun = node.sdo[0x6064].raw
    time.sleep(0.3)
    assert node.sdo[0x6064].raw > begun + 1000
    node.state = "SWITCH ON DISABLED"
    node.rpdo[1].stop()
    node.network.sync.stop()


def test_text_numbers_and_refusals_are_those_of_the_standard(node):
    assert node.sdo[0x1008].raw == "gaitloop simulated drive"
    assert node.sdo[0x1000].raw & 0xFFFF == 402
    with pytest.raises(canopen.SdoAbortedError) as aborted:
        node.sdo.upload(0x5FFF, 0)
    assert aborted.value.code == 0x0602_0000
    with pytest.raises(canopen.SdoAbortedError) as aborted:
        node.sdo.download(0x605A, 0, b"\x09\x00")
    assert aborted.value.code == 0x0609_0030
    node.sdo.download(0x6087, 0, struct.pack("<I", 5000), force_segment=True)
    assert node.sdo[0x6087].raw == 5000


def test_velocity_and_position_are_followed(node):
    node.nmt.state = "OPERATIONAL"
    for word in (0x06, 0x07):
        node.sdo[0x6040].raw = word
    node.sdo[0x6060].raw = 9
    node.sdo[0x60FF].raw = 50_000
    node.sdo[0x6040].raw = 0x0F
    time.sleep(0.5)
    assert node.sdo[0x606C].raw == pytest.approx(50_000, rel=0.1)
    node.sdo[0x6060].raw = 8
    node.sdo[0x607A].raw = here = node.sdo[0x6064].raw + 5_000
    time.sleep(0.5)
    assert node.sdo[0x6064].raw == pytest.approx(here, abs=500)


def test_a_fault_is_told_and_reset_by_a_rising_bit(node):
    told = []
    node.emcy.add_callback(lambda emergency: told.append(emergency.code))
    node.sdo[0x2001].raw = 0x4310
    time.sleep(0.1)
    assert told == [0x4310]
    assert node.sdo[0x6041].raw & 0x4F == 0x08
    node.sdo[0x6040].raw = 0x80
    assert node.sdo[0x6041].raw & 0x4F == 0x40
    time.sleep(0.05)
    assert told[-1] == 0


def test_it_boots_beats_and_answers_everybody_on_the_bus(node):
    node.sdo[0x1017].raw = 20
    other = can.Bus(
        interface="slcan", channel=node.network.simulator.adapters[1], bitrate=1_000_000, sleep_after_open=0
    )
    try:
        node.nmt.state = "RESET"
        seen = []
        end = time.monotonic() + 5.0
        while (0x701, b"\x00") not in seen and time.monotonic() < end:
            message = other.recv(0.1)
            seen += [(message.arbitration_id, bytes(message.data))] if message else []
        assert (0x000, b"\x81\x01") in seen, "what one adapter sends, the other hears"
        assert (0x701, b"\x00") in seen
        node.sdo[0x1017].raw = 20
        assert node.nmt.wait_for_heartbeat(2.0) == "PRE-OPERATIONAL"
    finally:
        other.shutdown()
