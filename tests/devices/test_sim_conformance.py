"""The plant as a device, in process and as another process, is put through what every machine must do."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from devices.conformance import until
from devices.conformance_machine import MS, PLANT, LinkedMachineConformance, MachineConformance, walk
from gaitloop.devices.sim import PlantMachine, RemotePlant, SimulatorProcess
from gaitloop.devices.sim.__main__ import build
from gaitloop.devices.sim._codec import Commanded
from gaitloop.errors import DeviceError
from gaitloop.trainer import Sample


class SimRig:
    """What both ways have."""

    driven, gone = (0, 1, 3, 4), ""

    def works(self, driver):
        sample = Sample()
        driver.measure((driver._last or 0) + MS, sample)
        assert sample.valid[:6].all()

    def commanded(self, driver):
        """The last steps of a walk; who is measured is a person who stood meanwhile."""
        self.made, sample = driver, Sample()
        for command in walk()[-100:]:
            driver.measure(command.t, sample)
            driver.exchange(command)
        driver.measure(command.t + MS, sample)

    def push(self, driver, joint, torque):
        self.made, sample = driver, Sample()
        given = np.zeros(6)
        given[joint] = torque
        for t in range(0, 40 * MS, MS):
            driver.measure(t, sample)
            if t == 0:
                begin = sample.q[joint]
            self.give(driver, Commanded(t, t + 20 * MS, t // MS, tuple(given), 0.0, 0.0, 0, True, True, False))
        return sample.q[joint] - begin


class PlantRig(SimRig):
    """In this process; nobody can unplug it."""

    def driver(self):
        self.made = PlantMachine(build(*PLANT))
        return self.made

    def give(self, driver, said):
        driver._stepped.exchange(said)

    def torque(self):
        return self.made.look().device_torque

    def at_rest(self):
        assert not self.made._stepped.core.held["enabled"]
        assert not np.any(self.made._stepped.core.held["torque"])

    def unplug(self):
        pass

    def fail(self, driver):
        self.works(driver)


class TestPlant(MachineConformance):
    @pytest.fixture
    def rig(self):
        return PlantRig()


class RemoteRig(SimRig):
    """In a process of its own, which is made again after it was unplugged."""

    gone = "the link to .* is lost .*comes to rest by itself within 5 s"

    def __init__(self):
        self.simulator = SimulatorProcess("--severity", "0.6", "--seed", "3")
        self.unplugged = False

    def driver(self):
        return RemotePlant(self.simulator.port, lease=5.0, timeout=2.0)

    def give(self, driver, said):
        driver._send(said)

    def torque(self):
        return np.array(self.simulator.tell("look")["device_torque"])

    def at_rest(self):
        def rests():
            look = self.simulator.tell("look")
            # While its client is there, no time passes in which its torque could fade.
            faded = look["client"] or np.abs(look["device_torque"]).max() < 0.5
            return faded and not look["enabled"] and not any(look["torque"])

        until(rests)

    def unplug(self):
        self.unplugged = True
        self.simulator.tell("unplug")

    def fail(self, driver):
        self.works(driver)

    def mute(self):
        self.simulator.tell("mute")

    def speak(self):
        self.simulator.tell("speak")


@pytest.fixture(scope="module")
def processes():
    rigs = []
    yield rigs
    for rig in rigs:
        rig.simulator.close()


@pytest.mark.skipif(sys.platform == "win32", reason="words on the standard input are taken on POSIX only")
class TestRemote(LinkedMachineConformance):
    @pytest.fixture
    def rig(self, processes):
        if not processes or processes[-1].unplugged:
            processes.append(RemoteRig())
        return processes[-1]

    def test_what_it_does_when_it_is_left_is_known_once_it_was_opened(self, rig):
        driver = rig.driver()
        assert driver.safe_profile.on_exit == "unknown"
        with driver:
            assert driver.safe_profile.on_exit == "release_after_damp"
            assert driver.safe_profile.within == 5.0

    def test_a_port_that_nobody_serves_is_told(self):
        with pytest.raises(DeviceError, match=r"nobody serves a simulated device on port 1 .*start `python"):
            RemotePlant(1, lease=1.0, timeout=0.1).open()
