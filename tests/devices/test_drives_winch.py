"""The rope of a body-weight support on a drive: what is refused, how it is driven, and that it holds.

What it does with a person on it is shown tick by tick in rust/realtime/src/canopen/node/tests/winch.rs.
"""

from __future__ import annotations

import sys
import time

import canopen
import numpy as np
import pytest

from drive_kills import DEADLINE, once
from drive_machine import FIRM, RATE, ROPE, Joined, Simulator, Watched, armed, bus, drive, set_up, trainer, winch
from gaitloop.devices.drives import EDS, Winch, configure, prove, verify
from gaitloop.devices.drives.simulator import winch as simulated_winch
from gaitloop.errors import ConfigError, DeviceError
from gaitloop.realtime import Loop

pytestmark = pytest.mark.paced


def pair(**changes):
    return [drive(1), winch(2, **changes)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"settings": {"quick_stop": 2}},
            r"settings\.quick_stop of a winch must be 5 or 6, so that it .* holds, got 2",
        ),
        ({"settings": {"abort_connection": 2}}, r"settings\.abort_connection of a winch must be 3"),
        ({"settings": {"abort_connection": 1}}, r"settings\.abort_connection of a winch must be 3"),
        ({"settings": {"fault_reaction": 0}}, r"settings\.fault_reaction of a winch must be 1 or 2"),
        ({"rope": {"mode": "torque"}}, "mode must be one of velocity, position, got 'torque'"),
        ({"rope": {"load": (0x1000, 0)}}, "load index must lie in"),
        ({"rope": {"zero": 40_000}}, "zero must lie in"),
        ({"rope": {"digit": 0.0}}, "digit must lie in"),
        ({"rope": {"gain": float("nan")}}, "gain must lie in"),
        ({"rope": {"acceleration_max": 0.0}}, "acceleration_max must lie in"),
        ({"rope": {"force_max": float("inf")}}, "force_max must lie in"),
        ({"rope": {"travel": (0.5, -0.5)}}, "travel_max must lie in"),
        ({"rope": {"following_max": 1.0}}, "following_max must lie in"),
        ({"setpoint_max": 2.0}, "setpoint_max must lie in"),
        ({"winch": None}, "winch of axes.1. must be given where its part is the winch"),
    ],
)
def test_a_winch_is_refused_by_name(changes, words):
    with pytest.raises(ConfigError, match=words):
        bus("nowhere", pair(**changes))


def test_one_winch_fits_a_bus_and_its_load_cell_takes_the_frame_of_a_panel():
    with pytest.raises(ConfigError, match="winch must be different"):
        bus("nowhere", [drive(1), winch(2), winch(3)])
    with pytest.raises(ConfigError, match="panel must be wired to another drive than the winch"):
        bus("nowhere", pair(), panel=(1, 16))
    for part in ("hip_l", "belt"):
        with pytest.raises(ConfigError, match=r"(mode|winch) of axes\[0\]"):
            bus("nowhere", [drive(1, part, winch=Winch(**ROPE), settings={"quick_stop": 6})])


def test_the_load_cell_is_counted_on_the_bus():
    plain = bus("nowhere", [drive(1), drive(2, "belt")])
    rope = bus("nowhere", pair())
    # Two bytes with every stuff bit are 75 bit, 250 times a second; both have a setpoint of four bytes.
    assert rope.bus_share - plain.bus_share == pytest.approx(75 * RATE / 1e6, rel=1e-9)


@pytest.mark.parametrize("mode", ["velocity", "position"])
def test_a_winch_is_set_up_read_back_and_proved_to_hold(mode):
    joined = Joined("winch " + mode, [simulated_winch(2)])
    made = bus("winch " + mode, [winch(2, rope={"mode": mode})], interface="socketcan", panel=None)
    network = canopen.Network()
    network.NOTIFIER_CYCLE = 0.03
    network.connect(interface="virtual", channel="winch " + mode)
    try:
        configure(made, network, EDS)
        verify(made, network)
        for address, value in [((0x605A, 0), 2), ((0x605B, 0), 0), ((0x6007, 0), 2), ((0x1802, 1), 1 << 31 | 0x382)]:
            wanted = made.config.critical(0)[address]
            network[2].sdo.download(*address, value.to_bytes(wanted.size, "little"))
            with pytest.raises(DeviceError, match=rf"drive 2 holds .* in {address[0]:#06x}"):
                verify(made, network)
            network[2].sdo.download(*address, wanted.data())
        entry = made.config.critical(0)[0x1A02, 1]
        assert entry.value == 0x6401_0110
        assert prove(made, network, powered=True) == {2: "quick_stop_active"}
    finally:
        network.disconnect()
        joined.close()


def tried(work, times=12, **rope):
    """What a work gives, once the machine let it come that far."""
    for _ in range(times):
        with Simulator("--nodes", "1", "--winch", "2") as simulator:
            made = set_up(bus(simulator.adapters[0], pair(rope=rope)))
            with Loop(trainer(made, support_force=200.0), made, rate=RATE, privileges=FIRM) as loop:
                watched = Watched(loop)
                if not armed(watched, simulator):
                    continue
                simulator.press("start", 0.1)
                if watched.reach("run", most=3.0) and (got := work(simulator, loop, watched)):
                    return got
    pytest.fail("the machine is too busy to arm")


@pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only")
@pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning")
@pytest.mark.parametrize("mode", ["velocity", "position"])
def test_the_rope_carries_in_training_what_is_asked_for_and_holds_after_it(mode):
    def work(simulator, loop, watched):
        end = time.monotonic() + 10.0
        while time.monotonic() < end and watched.state() == "run":
            time.sleep(0.02)
            if np.abs(watched.sample("rope_force")[0][-250:] - 200.0).max() < 10.0:
                break
        running = watched.state() == "run"
        loop.stop()
        if not running:
            return False
        force, valid = watched.sample("rope_force")
        asked = watched.column("command")[:, 7]
        assert asked.max() == 200.0
        assert valid[-1]
        assert force[-1] == pytest.approx(200.0, abs=12.0)
        place, _ = watched.sample("rope_position")
        assert np.abs(np.diff(place)).max() < 0.15 * 0.03
        assert [d["trouble"] for d in loop.device.drives] == [None, None]
        simulator.wait(2, "quick_stop_active")
        assert simulator.latest()[2] == "quick_stop_active", "it holds with its power on"
        return True

    assert tried(work, mode=mode)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked and killed as on Linux")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_winch_whose_master_is_killed_holds_within_fifty_milliseconds():
    with Simulator("--nodes", "1", "--winch", "2", adapters=1) as simulator:
        for _ in range(5):
            got = once(simulator, 0.1, rope=True)
            time.sleep(0.1)
            if got is not None:
                break
        assert got is not None
        assert max(got) <= DEADLINE
        assert simulator.latest()[2] == "quick_stop_active"
