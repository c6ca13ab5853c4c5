"""Both treadmill drivers are put through what every driver must do, on simulated machines."""

from __future__ import annotations

import time

import pytest

from devices.conformance_treadmill import LIMITS, TreadmillConformance, settle, until_it_fails
from gaitloop.devices.treadmill import FtmsServer, FtmsTreadmill, SerialTreadmill, SimulatedBelt, SimulatedFtms
from gaitloop.devices.treadmill.ftms_codec import SPEED
from gaitloop.devices.treadmill.ftms_control import ControlOp, StopKind


class Belt:
    """What every rig has, of any belt."""

    gone = "see that the belt stands"

    def works(self, driver):
        assert driver.read(2.0).speed == 0.0

    def commanded(self, driver):
        driver.start()
        driver.set_speed(0.3)

    at_rest = settle
    fail = staticmethod(until_it_fails)


class FtmsRig(Belt):
    """In a time of its own: as fast as the processor."""

    step, resolution, slowest, lost_after = 0.05, SPEED, 50 * SPEED, 3.0

    def __init__(self):
        self.server = FtmsServer(acceleration=0.8, period=0.5)
        self.commands, obey = [], self.server.command
        self.server.command = lambda data: (self.commands.append(data), obey(data))
        self.link = SimulatedFtms(self.server)
        self.now, self.wait = self.link.now, self.link.pass_time
        self.unplug, self.press_stop = self.link.lose, self._press

    def driver(self):
        return FtmsTreadmill(self.link, LIMITS, worn="nothing", stops_on_link_loss=True, clock=self.link.now)

    def true_speed(self):
        if not self.link.out_of_reach:
            return self.server.speed
        self.server.advance(0.05)  # nobody is connected, so nobody lets its time pass
        return self.server.speed

    def mute(self):
        self.link.mute = True

    def was_told_to_stop(self):
        return self.commands[-1] == bytes([ControlOp.STOP_OR_PAUSE, StopKind.STOP])

    def _press(self):
        self.server.press_stop()
        return "user"


class TestFtms(TreadmillConformance):
    @pytest.fixture
    def rig(self):
        return FtmsRig()


class SerialRig(Belt):
    """In real time, against a process on a pseudo-terminal that is made again when it was unplugged."""

    step, resolution, slowest, lost_after = 0.02, 0.001, 0.0, 0.6
    now, wait = staticmethod(time.monotonic), staticmethod(time.sleep)

    def __init__(self):
        self.belt = SimulatedBelt(watchdog_ms=500, acceleration=2.0)
        self.unplugged = False

    def refreshed(self):
        if self.unplugged:
            self.belt.close()
            self.__init__()
        for word in ("well", "release"):
            self.belt.tell(word)
        settle(self)
        return self

    def driver(self):
        return SerialTreadmill(self.belt.port, LIMITS, watchdog_within=0.5, lost_after=self.lost_after)

    def true_speed(self):
        return self.belt.speed()

    def unplug(self):
        self.unplugged = True
        self.belt.tell("unplug")

    def mute(self):
        self.belt.tell("mute")

    def was_told_to_stop(self):
        return self.belt.tell("cause") == "host"

    def press_stop(self):
        self.belt.tell("press")
        return "button"


@pytest.fixture(scope="module")
def serial_rig():
    rig = SerialRig()
    yield rig
    rig.belt.close()


class TestSerial(TreadmillConformance):
    @pytest.fixture
    def rig(self, serial_rig):
        return serial_rig.refreshed()
