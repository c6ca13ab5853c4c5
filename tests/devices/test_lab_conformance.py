"""Every sensor and every outlet of a laboratory is put through what all of their kind must do."""

from __future__ import annotations

import sys
import threading
import time

import pylsl
import pytest
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from devices.conformance import until
from devices.conformance_lab import AGE, InletConformance, OutletConformance, newest
from devices.imu_line import SerialSender
from gaitloop.devices.lab import CallableSensor, LslInlet, LslOutlet, Message, OscOutlet, SerialImu

linux = pytest.mark.skipif(sys.platform != "linux", reason="senders on one machine are found by multicast on Linux")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


class InletRig:
    """What every rig of a sensor has."""

    gone = ""

    def works(self, sensor):
        until(lambda: (self.send(self.values), newest(sensor))[1] is not None)

    commanded = works

    def at_rest(self):
        until(lambda: not [t for t in threading.enumerate() if t.name == f"gaitloop-{self.kind.__name__}"])

    def fail(self, sensor):
        until(lambda: sensor.state == "lost" and newest(sensor) is None)


class CallableRig(InletRig):
    """A function that a thread calls, or the tick itself."""

    kind, values = CallableSensor, (410.0, -3.5)

    def __init__(self, rate):
        self.rate, self.now = rate, None

    def driver(self):
        sensor = CallableSensor(self.read, channels=2, max_age=AGE, rate=self.rate)
        sensor.close()
        return sensor

    def read(self):
        if self.now == "gone":
            raise OSError("it is not there")
        return self.now

    def send(self, values):
        self.now = values

    def silence(self):
        self.now = None

    def unplug(self):
        self.now = "gone"

    def fail(self, sensor):
        """A function that raises may come back, so the sensor is not lost; it is absent, and says why."""
        until(lambda: newest(sensor) is None)
        assert "it is not there" in sensor.reason
        assert sensor.counts.failures > 0


class TestCallable(InletConformance):
    @pytest.fixture(params=[None, 500.0], ids=["tick", "thread"])
    def rig(self, request):
        return CallableRig(request.param)


class ImuRig(InletRig):
    """Lines on a pseudo-terminal."""

    kind, values = SerialImu, (0.25, -1.5, 2.0, 0.5, 1.0, 9.75)

    def __init__(self):
        self.sender = SerialSender(self.values)

    def driver(self):
        sensor = SerialImu(self.sender.name, max_age=AGE, timeout=10.0)
        sensor.close()
        return sensor

    def send(self, values):
        self.sender.values = values

    def silence(self):
        self.sender.quiet = True

    def unplug(self):
        self.sender.close()


@posix
class TestSerialImu(InletConformance):
    @pytest.fixture
    def rig(self):
        rig = ImuRig()
        yield rig
        rig.sender.close()


class LslRig(InletRig):
    """A stream of the lab streaming layer."""

    kind, values = LslInlet, (350.0, -20.0)

    def __init__(self):
        self.name = f"conform-{time.monotonic_ns()}"
        self.outlet = pylsl.StreamOutlet(pylsl.StreamInfo(self.name, "Force", 2, 100.0, pylsl.cf_float32, self.name))
        self.found = pylsl.resolve_byprop("name", self.name, 1, 20.0)

    def driver(self):
        sensor = LslInlet(self.name, max_age=AGE, timeout=20.0)
        sensor.close()
        return sensor

    def send(self, values):
        self.outlet.push_sample([float("nan") if v is None else v for v in values])
        time.sleep(0.005)

    def silence(self):
        pass  # it sends when it is asked only

    def unplug(self):
        self.outlet = None


@pytest.fixture(scope="module")
def streams():
    """The sender in use; another one after it was unplugged."""
    return []


@linux
class TestLsl(InletConformance):
    @pytest.fixture
    def rig(self, monkeypatch, streams):
        if not streams or streams[-1].outlet is None:
            streams.append(LslRig())
        rig = streams[-1]
        # Looking for it takes most of a second each time, and is tried elsewhere.
        monkeypatch.setattr(pylsl, "resolve_streams", lambda _: rig.found)
        return rig


class OutletRig:
    """What every rig of an outlet has."""

    gone = ""

    def works(self, outlet):
        self.told = None

        def heard():
            outlet.offer(Message("state", time.monotonic_ns(), (4, 2, 7)))
            time.sleep(0.01)
            return self.heard() is not None

        until(heard)

    def commanded(self, outlet):
        outlet.offer(Message("state", 0, (4, 2, 7)))

    def at_rest(self):
        until(lambda: not [t for t in threading.enumerate() if t.name == f"gaitloop-{self.kind.__name__}"])

    def fail(self, outlet):
        """A receiver that is gone is not missed, and holds nobody up."""
        for i in range(200):
            outlet.offer(Message("state", i, (4, 2, 7)))
        until(lambda: sum((outlet.counts.sent, outlet.counts.dropped, outlet.counts.failures)) >= 201)


class OscRig(OutletRig):
    """A real server of Open Sound Control."""

    kind = OscOutlet

    def __init__(self):
        self.told, dispatcher = None, Dispatcher()
        self.parts = {}
        dispatcher.set_default_handler(lambda address, value: self.parts.update({address.rsplit("/")[-1]: value}))
        self.server = BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.plugged = True

    def driver(self):
        outlet = OscOutlet("127.0.0.1", self.server.server_address[1])
        outlet.close()
        return outlet

    def heard(self):
        names = ("state", "severity", "cause")
        return tuple(float(self.parts[n]) for n in names) if set(names) <= set(self.parts) else None

    def unplug(self):
        if self.plugged:
            self.plugged = False
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()


class TestOsc(OutletConformance):
    @pytest.fixture
    def rig(self):
        rig = OscRig()
        yield rig
        rig.unplug()


class LslOutRig(OutletRig):
    """A receiver of the streams, which looks once."""

    kind, station = LslOutlet, 7

    def __init__(self):
        self.inlet = None

    def driver(self):
        outlet = LslOutlet(self.station)
        outlet.close()
        return outlet

    def heard(self):
        if self.inlet is None:
            found = pylsl.resolve_byprop("name", f"gaitloop-{self.station}-state", 1, 5.0)
            self.inlet = pylsl.StreamInlet(found[0], recover=False) if found else None
            return None
        sample, _ = self.inlet.pull_sample(0.05)
        self.told = tuple(sample) if sample is not None else self.told
        return self.told

    def works(self, outlet):
        self.inlet = None  # streams that were closed do not come back
        super().works(outlet)

    def unplug(self):
        self.inlet = None


@linux
class TestLslOut(OutletConformance):
    @pytest.fixture
    def rig(self):
        return LslOutRig()
