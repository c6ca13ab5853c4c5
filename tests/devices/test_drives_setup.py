"""Drives are set up, read back and proved through the stock library, on a bus in one process and on a serial line."""

from __future__ import annotations

import contextlib

import canopen
import pytest

from drive_machine import JOINTS, Joined, Simulator, bus, drive
from gaitloop.devices.drives import EDS, SETTINGS, SimulatedDrive, configure, connect, prove, verify
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError

pytestmark = pytest.mark.paced


@contextlib.contextmanager
def virtual(channel, drives=None):
    """Drives, and a network of the library that is connected to them."""
    joined = Joined(channel, drives or [SimulatedDrive(node=n, serial=n) for n in JOINTS])
    network = canopen.Network()
    network.NOTIFIER_CYCLE = 0.05
    network.connect(interface="virtual", channel=channel)
    try:
        yield network
    finally:
        network.disconnect()
        joined.close()


@pytest.fixture(params=["virtual", "slcan"])
def network(request):
    """The same drives over both."""
    if request.param == "virtual":
        with virtual("setup") as made:
            yield made
        return
    with Simulator() as simulator:
        made = connect(bus(simulator.adapters[0]))
        yield made
        made.disconnect()


def test_what_was_set_is_read_back_and_the_watchdog_is_seen_at_work(network):
    made = bus("nowhere")
    network.add_node(1, str(EDS))
    network.add_node(2, str(EDS))
    with pytest.raises(DeviceError, match=r"drive 1 holds .* in 0x6007:00 \(abort_connection"):
        verify(made, network)
    configure(made, network, EDS)
    verify(made, network)
    stopped = {"switch_on_disabled", "quick_stop_active"}
    assert set(prove(made, network).values()) <= stopped
    assert set(prove(made, network, powered=True).values()) <= stopped


def mutations():
    """Every critical object that a drive lets itself be written, and another value for it."""
    for address, wanted in bus("nowhere").config.critical(0).items():
        if wanted.written:
            yield address, wanted


def test_each_critical_object_that_holds_anything_else_is_refused():
    with virtual("mutate") as network:
        made = bus("nowhere", [drive(1)])
        configure(made, network, EDS)
        changed = 0
        for address, wanted in mutations():
            other = {(0x6007, 0): 2, (0x605A, 0): 6, (0x605E, 0): 1, (0x1029, 1): 0}.get(
                address, wanted.value ^ 1 or 2
            ) & (1 << 8 * wanted.size) - 1
            if 0x1600 <= address[0] <= 0x1A02 and address[0] & 0xF00 in (0x600, 0xA00):
                other = 0 if address[1] else wanted.value - 1
            network[1].sdo.download(*address, other.to_bytes(8, "little")[: wanted.size])
            with pytest.raises(DeviceError, match=rf"drive 1 holds .* in {address[0]:#06x}:{address[1]:02x}"):
                verify(made, network)
            with pytest.raises(DeviceError, match=r"in 0x"):
                prove(made, network)
            network[1].sdo.download(*address, wanted.data())
            changed += 1
        verify(made, network)
        assert changed >= 20


@pytest.mark.parametrize("name", ["vendor", "product", "serial"])
def test_drives_that_changed_places_are_refused(name):
    with virtual("places") as network, pytest.raises(DeviceError, match=rf"\({name}: "):
        configure(bus("nowhere", [drive(1, settings={name: 77})]), network, EDS)


@pytest.mark.parametrize("abort", [1, 2])
def test_other_ways_of_stopping_are_proved_too(abort):
    with virtual("ways") as network:
        made = bus("nowhere", [drive(1, settings={"abort_connection": abort})])
        configure(made, network, EDS)
        assert prove(made, network, powered=True)[1] in ("switch_on_disabled", "fault_reaction", "fault")


def test_a_drive_that_goes_on_without_its_master_is_refused(monkeypatch):
    with virtual("deaf") as network:
        made = bus("nowhere", [drive(1)])
        configure(made, network, EDS)
        monkeypatch.setattr("gaitloop.devices.drives._prove.verify", lambda *_: None)
        for address, value in [((0x1016, 1), bytes(4)), ((0x1016, 1), (0x7F << 16 | 5000).to_bytes(4, "little"))]:
            network[1].sdo.download(*address, value)
            with pytest.raises(DeviceError, match="goes on without the heartbeat of its master"):
                prove(made, network)


def test_a_node_that_is_no_drive_or_does_not_answer_or_has_no_description_is_told(tmp_path):
    with virtual("odd") as network:
        with pytest.raises(DeviceTimeoutError, match=r"drive 9 does not answer .*powered, wired"):
            configure(bus("nowhere", [drive(9, "hip_l")]), network, EDS)
        with pytest.raises(ConfigError, match="eds must be a description"):
            configure(bus("nowhere", [drive(1)]), network, tmp_path / "none.eds")
        short = tmp_path / "short.eds"
        text = EDS.read_text("utf-8").replace("=0x6085\n", "=0x2FFF\n")
        begin, end = text.index("[6085]"), text.index("[6087]")
        short.write_text(text[:begin] + text[end:], "utf-8")
        with pytest.raises(ConfigError, match=r"has no 0x6085:00 \(quick_stop_deceleration"):
            configure(bus("nowhere", [drive(1)]), network, short)


def test_a_value_that_the_drive_refuses_is_told_with_its_object(monkeypatch):
    with virtual("refuse") as network:
        made = bus("nowhere", [drive(1)])
        monkeypatch.setitem(made.config.drives[0].settings, "quick_stop", 4)
        with pytest.raises(DeviceError, match=r"drive 1 refuses 0x4 in 0x605a:00 \(quick_stop"):
            configure(made, network, EDS)


def test_a_bus_that_the_library_cannot_open_is_told():
    with pytest.raises(DeviceError, match=r"cannot be opened: there is no such port; ports of this machine"):
        connect(bus("/nowhere/tty"))


def test_every_setting_stands_in_the_description_of_the_simulated_drive():
    dictionary = canopen.import_od(str(EDS), 1)
    for setting in SETTINGS.values():
        entry = dictionary[setting.index]
        assert len(entry if setting.sub == 0 else entry[setting.sub]) == 8 * setting.size
