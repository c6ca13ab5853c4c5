"""Sensors and outlets over real streams of the lab streaming layer, in one process. No limit here is a speed."""

from __future__ import annotations

import builtins
import math
import sys
import time
from contextlib import contextmanager

import numpy as np
import pylsl
import pytest

from gaitloop.devices.lab import LAYOUT, LslInlet, LslOutlet, Message, Route, SensorBoard
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, MissingExtraError
from gaitloop.trainer import Sample

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="streams find each other by multicast on one machine, which is tried on Linux"
)
FOREVER = 30.0  # [s] beyond this the test has failed; nothing takes that long


def found(name):
    return [info for info in pylsl.resolve_streams(1.0) if info.name() == name]


def until(condition):
    end = time.monotonic() + FOREVER
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def soon():
    """A time that the layer's own error cannot put a reading behind."""
    return time.monotonic_ns() + 100_000_000


class Sender:
    def __init__(self, name, channels=2, form=pylsl.cf_float32, kind="Force", source=None):
        info = pylsl.StreamInfo(name, kind, channels, 100.0, form, source or f"{name}-{time.monotonic_ns()}")
        self.outlet = pylsl.StreamOutlet(info)

    def push(self, values, stamp=0.0):
        self.outlet.push_sample(values, stamp)

    def stop(self):
        del self.outlet


@contextmanager
def inlet(name, **settings):
    with LslInlet(name, **{"max_age": 60.0, "timeout": 20.0, **settings}) as sensor:
        yield sensor


def test_what_is_sent_is_what_a_sample_holds_with_its_own_stamp():
    sender = Sender("insoles", channels=4)
    with inlet("insoles", channels=4) as sensor:
        before = time.monotonic_ns()
        sender.push([100.0, 200.0, 30.0, 40.0])
        until(lambda: sensor.counts.received == 1)
        board = SensorBoard([Route(sensor=sensor, group="foot_force", gain=[[1, 1, 0, 0], [0, 0, 1, 1]])])
        sample = Sample()
        sample.t = soon()
        board.write(sample)
        assert sample.foot_force.tolist() == [300.0, 70.0]
        assert sample.valid[30:32].all()
        stamp = int(sample.stamp[5])
        assert before - 100_000_000 <= stamp <= sample.t
        again = Sample()
        again.t = sample.t + 1_000_000
        board.write(again)
        assert (again.foot_force.tolist(), int(again.stamp[5])) == ([300.0, 70.0], stamp)
        late = Sample()
        late.t = stamp + 60_000_000_001
        board.write(late)
        assert not late.valid[30:32].any()


def test_a_channel_without_a_number_is_absent_and_neither_zero_nor_nan():
    sender = Sender("holes")
    with inlet("holes") as sensor:
        sender.push([math.nan, 5.0])
        until(lambda: sensor.counts.received == 1)
        assert sensor.latest(soon()).values == (None, 5.0)


def test_stamps_are_moved_by_the_layers_correction_and_onto_the_loops_clock(monkeypatch):
    """A sender whose clock is 1000 s behind, and a loop whose clock is 7 s ahead."""
    behind, ahead = 1000.0, 7_000_000_000
    measured = pylsl.StreamInlet.time_correction
    monkeypatch.setattr(pylsl.StreamInlet, "time_correction", lambda self, t: measured(self, t) + behind)
    sender = Sender("skewed")
    with inlet("skewed", clock=lambda: time.monotonic_ns() + ahead) as sensor:
        assert sensor.correction == pytest.approx(behind, abs=0.1)
        true = time.monotonic_ns()
        sender.push([1.0, 2.0], pylsl.local_clock() - behind)
        pushed = time.monotonic_ns()
        until(lambda: sensor.counts.received == 1)
        reading = sensor.latest(soon() + ahead)
        assert true - 100_000_000 <= reading.stamp - ahead <= pushed + 100_000_000
        sender.push([1.0, 2.0], pylsl.local_clock() - behind - 5.0)
        sender.push([1.0, 2.0], pylsl.local_clock() - behind + 500.0)
        for beyond in (math.inf, -math.inf, 1e305, -1e12):  # times that nobody's clock tells
            sender.push([1.0, 2.0], beyond)
        until(lambda: sensor.counts.refused == 6)
        assert (sensor.counts.received, sensor.state) == (1, "open")


def test_a_full_queue_drops_the_oldest_and_counts():
    sender = Sender("crowd")
    with inlet("crowd", queue=4) as sensor:
        for i in range(50):
            sender.push([float(i), 0.0])
        until(lambda: sensor.counts.received == 50)
        assert sensor.counts.dropped == 46
        assert sensor.latest(time.monotonic_ns() + 1_000_000_000).values[0] == 49.0


def test_a_lost_stream_is_absent_until_it_is_asked_for_again():
    sender = Sender("frail", source="same")
    with inlet("frail") as sensor:
        sender.push([1.0, 2.0])
        until(lambda: sensor.counts.received == 1)
        assert sensor.latest(soon()) is not None
        sender.stop()
        until(lambda: sensor.state == "lost")
        assert sensor.latest(soon()) is None
        assert "lost" in sensor.reason
        assert sensor.counts.failures == 1
        sender = Sender("frail", source="same")
        sender.push([3.0, 4.0])
        time.sleep(0.3)
        assert (sensor.state, sensor.latest(soon())) == ("lost", None)
        sensor.reconnect()
        sender.push([5.0, 6.0])
        until(lambda: sensor.latest(soon()) is not None)
        assert sensor.latest(soon()).values == (5.0, 6.0)
        sender.stop()
        until(lambda: sensor.state == "lost")
        sender = Sender("frail", source="same", channels=3)
        with pytest.raises(DeviceError, match="has 3 channels, not 2"):
            sensor.reconnect()
        assert sensor.state == "lost"
    assert sensor.state == "closed"
    assert sensor.latest(soon()) is None
    sensor.close()


def test_no_stream_is_one_error_that_lists_what_was_found():
    sender = Sender("there", kind="Force", source="plate 7")
    with pytest.raises(DeviceTimeoutError, match=r"no stream with name 'nowhere' .*'there' \(type 'Force', 2 channels"):
        LslInlet("nowhere", max_age=0.1, timeout=4.0)
    sender.stop()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "one of name, type and source_id"),
        ({"name": "a", "timeout": 0.0}, "timeout"),
        ({"name": ""}, "one of name"),
    ],
)
def test_settings_are_refused_by_name(settings, message):
    with pytest.raises(ConfigError, match=message):
        LslInlet(**settings, max_age=0.1)


def test_a_stream_that_does_not_fit_is_refused():
    one, two = Sender("twice", source="a"), Sender("twice", source="b", channels=3)
    text = Sender("words", form=pylsl.cf_string)
    until(lambda: len(found("twice")) == 2)
    with pytest.raises(DeviceError, match=r"2 streams have name 'twice'.*source 'a'.*source 'b'.*one remains"):
        LslInlet("twice", max_age=0.1)
    with pytest.raises(DeviceError, match="has 3 channels, not 2"):
        LslInlet(source_id="b", channels=2, max_age=0.1, timeout=20.0)
    with pytest.raises(DeviceError, match="has text"):
        LslInlet("words", max_age=0.1, timeout=20.0)
    for sender in (one, two, text):
        sender.stop()


def test_a_missing_extra_is_named(monkeypatch):
    load = builtins.__import__

    def without(name, *rest):
        if name == "pylsl":
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[lsl\]"):
        LslInlet("any", max_age=0.1)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[lsl\]"):
        LslOutlet()


def test_a_library_without_its_compiled_half_is_named(monkeypatch):
    load = builtins.__import__

    def broken(name, *rest):
        if name == "pylsl":
            raise RuntimeError("LSL binary library file was not found.\nmore")
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", broken)
    with pytest.raises(MissingExtraError, match=r"needs? liblsl.*PYLSL_LIB"):
        LslInlet("any", max_age=0.1)


def listen(name):
    until(lambda: found(name))
    heard = pylsl.StreamInlet(found(name)[0])
    heard.open_stream(20.0)
    return heard


def test_an_outlet_tells_gait_at_the_time_of_its_ticks():
    with LslOutlet(station=3, clock=time.monotonic_ns) as outlet:
        heard = listen("gaitloop-3-stride")
        t = time.monotonic_ns() - 5_000_000_000
        stride = (0, 1, 1.2, 0.7, None, math.nan, 0.6, 0.5, 1.0, 800.0, 500.0)
        outlet.offer(Message("stride", t, stride))
        values, stamp = heard.pull_sample(20.0)
        expected = [math.nan if v is None else v for v in stride]
        np.testing.assert_array_equal(values, expected)
        assert stamp == pytest.approx(pylsl.local_clock() - (time.monotonic_ns() - t) / 1e9, abs=0.5)
        until(lambda: outlet.counts.sent == 1)
        document = heard.info(20.0).as_xml()
    assert all(f"<label>{name}</label>" in document for name, _ in LAYOUT["stride"])
    outlet.offer(Message("state", 0, (4, 0, 0)))
    assert outlet.counts.dropped == 1
    outlet.close()


def test_an_outlet_places_ticks_that_begin_at_nothing_by_when_they_come():
    with LslOutlet(station=4) as outlet:
        heard = listen("gaitloop-4-state")
        now = pylsl.local_clock()
        outlet.offer(Message("state", 0, (2, 0, 0)))
        outlet.offer(Message("state", 0, (3, 0, 0)))
        first, second = heard.pull_sample(20.0)[1], heard.pull_sample(20.0)[1]
    assert now <= first == second <= pylsl.local_clock()
