"""The bus of drives is put through what every driver must do, on simulated drives in a process of their own; then what
only a loop can see of it: signs, units, and rest at the end."""

from __future__ import annotations

import contextlib
import sys
import threading
import time

import pytest

from devices.conformance import DeviceConformance, until
from drive_machine import Simulator, Watched, bus, drive, looped, set_up
from gaitloop.devices.drives import EDS, configure, verify
from gaitloop.errors import DeviceError, GaitloopError

pytestmark = [
    pytest.mark.paced,
    pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning"),
    pytest.mark.skipif(sys.platform != "linux", reason="serial lines are opened on Linux only"),
]
POWERED = {"switched_on", "operation_enabled", "quick_stop_active"}


class DrivesRig:
    """Two drives behind an adapter."""

    gone = r"the line to drive 1 failed|drive 1 does not answer"

    def __init__(self):
        self.simulator = Simulator()
        self.unplugged = False

    def driver(self):
        return bus(self.simulator.adapters[0])

    def works(self, driver):
        configure(driver, driver.network, EDS)
        verify(driver, driver.network)

    def commanded(self, driver):
        self.works(driver)
        # On, and held there by a master that beats, as somebody who forgets about them would leave them.
        master = threading.Thread(target=self._beat, args=(driver.network, 0x700 + driver.config.node), daemon=True)
        master.start()
        for number in (1, 2):
            node = driver.network[number]
            driver.network.send_message(0, bytes((1, number)))
            node.sdo.download(0x6060, 0, bytes((10,)))
            for word in (0x80, 0x06, 0x07, 0x0F):
                node.sdo.download(0x6040, 0, bytes((word, 0)))
        self.simulator.wait(2, "operation_enabled")

    @staticmethod
    def _beat(network, number):
        with contextlib.suppress(Exception):  # until the line is closed, or gone
            while True:
                network.send_message(number, b"\x05")
                time.sleep(0.01)

    def at_rest(self):
        if not self.unplugged:
            until(lambda: not POWERED & set(self.simulator.latest().values()))

    def unplug(self):
        self.unplugged = True
        self.simulator.process.kill()
        self.simulator.process.wait()

    def fail(self, driver):
        for _ in range(3):
            verify(driver, driver.network)


class TestDrives(DeviceConformance):
    @pytest.fixture
    def rig(self):
        rig = DrivesRig()
        yield rig
        rig.simulator.close()

    def test_what_it_does_when_it_is_left_or_lost_is_what_it_was_set_to(self, rig):
        profile = rig.driver().safe_profile
        assert (profile.on_exit, profile.on_link_loss, profile.within) == ("power_off", "quick_stop", 0.04)
        mixed = bus(rig.simulator.adapters[0], [drive(1), drive(2, settings={"abort_connection": 2})])
        assert mixed.safe_profile.on_link_loss == "power_off or quick_stop"

    def test_nothing_can_be_done_before_it_is_open(self, rig):
        driver = rig.driver()
        for call in (driver.stop, lambda: driver.network):
            with pytest.raises(DeviceError, match="not open; use it in a with block"):
                call()

    def test_stopped_the_drives_have_no_power_and_answer_still(self, rig):
        with rig.driver() as driver:
            rig.commanded(driver)
            driver.stop()
            rig.at_rest()
            verify(driver, driver.network)

    def test_left_their_power_is_taken_and_not_left_to_their_watchdog(self, rig):
        """Which would stop them quickly first; where this machine is busy it may, and the same is tried again."""
        for _ in range(5):
            with rig.driver() as driver:
                rig.commanded(driver)
            seen = {1: [], 2: []}
            while not all("switch_on_disabled" in states for states in seen.values()):
                line = rig.simulator.lines.get(timeout=10.0)
                seen[line["node"]].append(line["state"])
            if not any("quick_stop_active" in states for states in seen.values()):
                return
        pytest.fail(f"they stopped by themselves: {seen}")

    def test_a_drive_of_the_wrong_kind_or_number_is_refused_and_the_line_given_back(self, rig):
        line = rig.simulator.adapters[0]
        with pytest.raises(GaitloopError, match="drive 9 does not answer"):
            bus(line, [drive(9, "hip_l")]).open()
        with bus(line) as driver:
            rig.works(driver)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_angles_are_radians_flexion_positive_from_the_zero_that_was_set(sign):
    """The simulated limbs hang still at 0 counts; what a joint's zero and its direction make of that is told."""
    with Simulator("--position", "0", adapters=1) as simulator:
        drives = [drive(1, counts=sign * 100_000.0, zero=20_000), drive(2, counts=sign * 50_000.0, zero=-5000)]
        with looped(set_up(bus(simulator.adapters[0], drives))) as loop:
            watched = Watched(loop)

            def measured():
                watched.state()
                return [row for rows in watched.rows for row in zip(rows["sample"], rows["valid"], strict=True)]

            until(lambda: any(valid[:2].all() for _, valid in measured()))
            sample = next(sample for sample, valid in measured() if valid[:2].all())
            assert sample[:2] == pytest.approx([sign * -0.2, sign * 0.1], abs=0.01)
            loop.stop()
            loop.stop()
            assert loop.end == "stopped"
            until(lambda: not POWERED & set(simulator.latest().values()))
