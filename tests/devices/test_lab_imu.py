"""The line of an inertial sensor, by its properties; the sensor on a pseudo-terminal; ports that do not open."""

from __future__ import annotations

import builtins
import errno
import os
import sys
import threading
import time

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.devices.lab import ImuLine, LineBuffer, SerialImu, decode_line, encode_line
from gaitloop.devices.lab._line import LONGEST, checksum
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, MissingExtraError

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
NUMBER = st.none() | st.floats(-9999, 9999).map(lambda v: round(v, 6))
LINES = st.builds(ImuLine, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF), st.tuples(*[NUMBER] * 6))
STILL = (0.0, 0.0, 0.0, 0.0, 0.0, 9.80665)


@given(LINES)
def test_what_is_written_is_what_is_read(line):
    text = encode_line(line)
    assert len(text) <= LONGEST
    assert decode_line(text[:-2]) == line
    assert decode_line(text[:-2] + b"0") is decode_line(b"0" + text[:-2]) is None


@given(LINES, st.data())
def test_a_byte_that_changed_is_seen(line, data):
    text = bytearray(encode_line(line)[:-2])
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= data.draw(st.integers(1, 255))
    assert decode_line(bytes(text)) is None


@given(st.binary(max_size=300))
def test_no_bytes_raise_or_pass_without_their_checksum(data):
    assert decode_line(data) is None
    body = data.replace(b"*", b"")
    line = decode_line(b"$" + body + b"*%04X" % checksum(body))
    assert line is None or encode_line(line)


@given(st.text("-+.,0123456789eEinfaNX_ ", max_size=40))
def test_no_number_but_a_plain_one_passes(number):
    body = f"GLIMU,1,1,{number},0,0,0,0,0".encode()
    line = decode_line(b"$" + body + b"*%04X" % checksum(body))
    if line is not None:
        assert line.values[0] is None if number == "" else abs(line.values[0]) < 10_000


@given(st.lists(LINES, max_size=8), st.lists(st.integers(1, 50), min_size=1, max_size=40), st.binary(max_size=90))
def test_lines_come_out_whole_however_they_come_in(lines, portions, noise):
    noise = noise.replace(b"\n", b"").replace(b"\r", b"")
    data = noise + b"".join(encode_line(line) for line in lines)
    buffer, found, i = LineBuffer(), [], 0
    while i < len(data):
        portion = portions[i % len(portions)]
        found += buffer.feed(data[i : i + portion])
        i += portion
    assert [decode_line(line) for line in found] == lines
    assert buffer.cut == 0


def test_bytes_without_an_end_are_not_kept():
    buffer = LineBuffer()
    for _ in range(1000):
        assert buffer.feed(b"x" * 100) == []
        assert len(buffer._rest) <= LONGEST
    assert buffer.cut == 500
    buffer.feed(b"\n")
    line = ImuLine(1, 2, STILL)
    assert [decode_line(text) for text in buffer.feed(encode_line(line))] == [line]


@pytest.mark.parametrize(
    "line",
    [(-1, 0, STILL), (65536, 0, STILL), (0, 2**32, STILL), (0, 0, STILL[:5]), (0, 0, (float("nan"), *STILL[1:]))],
)
def test_what_the_protocol_cannot_say_is_refused(line):
    with pytest.raises(ConfigError, match="an IMU line must have"):
        encode_line(ImuLine(*line))


def test_the_checksum_is_that_of_the_catalogue():
    assert checksum(b"123456789") == 0x29B1


class Sensor:
    """An inertial sensor on the other end of a pseudo-terminal."""

    def __init__(self):
        self.end, device = os.openpty()
        self.name = os.ttyname(device)
        self._ends = [self.end, device]
        self.sequence = self.micros = 0

    def send(self, values=STILL, lost=0):
        self.sequence = (self.sequence + lost) % 65536
        os.write(self.end, encode_line(ImuLine(self.sequence, self.micros % 2**32, tuple(values))))
        self.sequence = (self.sequence + 1) % 65536
        self.micros += 10_000

    def open(self, **settings):
        """The driver, while the sensor sends until it has been heard."""
        heard = threading.Event()

        def talk():
            while not heard.wait(0.02):
                self.send()

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            return SerialImu(self.name, **{"max_age": 60.0, "timeout": 20.0, **settings})
        finally:
            heard.set()
            thread.join()

    def unplug(self):
        while self._ends:
            os.close(self._ends.pop())


@pytest.fixture
def imu():
    sensor = Sensor()
    yield sensor
    sensor.unplug()


def until(condition):
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


@posix
def test_lines_become_readings_and_what_is_missing_is_counted(imu):
    with imu.open() as sensor:
        until(lambda: sensor._before.sequence == imu.sequence - 1)  # what was under way has come
        known = sensor.counts.received
        values = (0.25, None, -1.5, 0.0, 1.0, 9.8)
        imu.send(values, lost=3)
        os.write(imu.end, b"garbage\r\n$GLIMU,1,2,3*0000\r\n\xff\xfe\n" + b"y" * 500 + b"\n")
        imu.send(values)
        until(lambda: sensor.counts.refused >= 4 and sensor.latest(time.monotonic_ns()).values == values)
        assert sensor.counts.missed == 3
        until(lambda: sensor.counts.received >= known + 2)
        imu.sequence = 0  # it counts anew
        imu.send()
        until(lambda: sensor.counts.received >= known + 3)
        imu.micros = imu.sequence = 0  # it was restarted
        restarted = time.monotonic_ns()
        imu.send(STILL)
        until(lambda: sensor.counts.received >= known + 4)
        reading = sensor.latest(time.monotonic_ns())
        assert reading.values == STILL
        assert reading.stamp >= restarted
        assert sensor.counts.missed == 3
        assert sensor.state == "open"


@posix
def test_a_sensor_that_is_unplugged_is_absent_until_it_is_asked_for_again(imu):
    sensor = imu.open()
    assert sensor.latest(time.monotonic_ns()) is not None
    imu.unplug()
    until(lambda: sensor.state == "lost")
    assert sensor.latest(time.monotonic_ns()) is None
    with pytest.raises(DeviceError, match="does not open"):
        sensor.reconnect()
    assert sensor.state == "lost"
    sensor.close()
    sensor.close()
    assert sensor.state == "closed"


@posix
def test_a_sensor_comes_back_when_it_is_asked_for(imu):
    with imu.open(max_age=0.5) as sensor:
        until(lambda: sensor.latest(time.monotonic_ns()) is None)  # it fell silent
        stop = threading.Event()

        def talk():
            while not stop.wait(0.02):
                imu.send()

        thread = threading.Thread(target=talk)
        thread.start()
        sensor.reconnect()
        until(lambda: sensor.latest(time.monotonic_ns()) is not None)
        stop.set()
        thread.join()


@posix
def test_silence_and_garbage_are_told_apart(imu):
    with pytest.raises(DeviceTimeoutError, match=r"nothing came within 0\.2 s; check power, cable") as caught:
        SerialImu(imu.name, max_age=0.1, timeout=0.2)
    stop = threading.Event()

    def talk():
        while not stop.wait(0.02):
            os.write(imu.end, b"\x00\xf8\x80\xff$GPGGA,1\n")

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        with pytest.raises(DeviceTimeoutError, match=r"bytes came within 0\.5 s, but no line of the protocol"):
            SerialImu(imu.name, max_age=0.1, timeout=0.5)
        assert caught.value  # while it is kept, nothing of the first try is forgotten, so the port was given back
    finally:
        stop.set()
        thread.join()


@posix
def test_a_port_that_another_one_has_is_told(imu):
    with imu.open(), pytest.raises(DeviceError, match="another program has it; end that program"):
        SerialImu(imu.name, max_age=0.1)


def test_a_port_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(DeviceError, match=r"no such port; ports of this machine: .*Plug the device in"):
        SerialImu("/dev/ttyNOWHERE" if sys.platform != "win32" else "COM255", max_age=0.1)


def test_a_missing_permission_is_told_with_the_remedy(monkeypatch):
    """Whoever runs this may be allowed everything, so the system's answer is given by hand."""

    def refuse(*_, **__):
        raise serial.SerialException(errno.EACCES, "could not open port: Permission denied")

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(DeviceError, match="usermod -aG dialout"):
        SerialImu("/dev/ttyUSB0", max_age=0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file")
def test_a_file_that_is_no_port_is_told(tmp_path):
    path = tmp_path / "plain"
    path.write_bytes(b"")
    with pytest.raises(DeviceError, match="check that it is a serial port"):
        SerialImu(str(path), max_age=0.1)


def test_a_missing_extra_is_named(monkeypatch):
    load = builtins.__import__

    def without(name, *rest):
        if name.startswith("serial"):
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[serial\]"):
        SerialImu("any", max_age=0.1)


@pytest.mark.parametrize("settings", [{"port": ""}, {"port": 3}, {"baud": 7}, {"timeout": 0.0}, {"max_age": -1.0}])
def test_settings_are_refused_by_name(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))} must"):
        SerialImu(**{"port": "any", "max_age": 0.1, **settings})
