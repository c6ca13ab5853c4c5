"""Whatever a sensor of a laboratory tells, and whatever the libraries below it raise: nothing but errors of gaitloop
when it is opened, and nothing at all in a tick."""

from __future__ import annotations

import math
import time
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.devices.lab import (
    CallableSensor,
    ImuLine,
    LslInlet,
    Message,
    Outlet,
    Route,
    SensorBoard,
    SerialImu,
    encode_line,
)
from gaitloop.devices.lab import _imu as imu_module
from gaitloop.devices.lab import _lsl as lsl_module
from gaitloop.errors import GaitloopError
from gaitloop.trainer import Sample

ERRORS = [
    RuntimeError("5"),
    OSError(5, "io"),
    KeyError("x"),
    UnicodeDecodeError("ascii", b"", 0, 1, "x"),
    MemoryError(),
]
THING = st.one_of(
    st.none(),
    st.floats(),
    st.text(max_size=3),
    st.integers(),
    st.binary(max_size=4),
    st.lists(st.one_of(st.floats(), st.none(), st.text(max_size=2)), max_size=4),
    st.sampled_from([*ERRORS, object(), [object()] * 2, {"a": 1}, [1.0, 2.0]]),
)


def given_or_raised(value):
    if isinstance(value, BaseException):
        raise value
    return value


def watched(make):
    """Make a sensor, have it asked in a tick, open it anew, and close it."""
    try:
        sensor = make()
    except GaitloopError:
        return
    with sensor:
        sample = Sample()
        sample.t = time.monotonic_ns()
        gain = [[1.0] + [0.0] * (sensor.channels - 1)] * 2
        board = SensorBoard([Route(sensor=sensor, group="foot_force", gain=gain)])
        end = time.monotonic() + 0.01
        while time.monotonic() < end:
            board.write(sample)
            reading = sensor.latest(sample.t)
            assert reading is None or all(v is None or math.isfinite(v) for v in reading.values)
        assert board.failures == 0
        try:
            sensor.reconnect()
        except GaitloopError:
            assert sensor.state == "lost"
    sensor.close()


@settings(deadline=None, max_examples=40)
@given(THING, st.sampled_from([None, 1000.0]))
def test_a_function_may_give_or_raise_anything(thing, rate):
    watched(lambda: CallableSensor(lambda: given_or_raised(thing), channels=2, max_age=1.0, rate=rate))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(ERRORS), st.just(None)), max_size=6), st.booleans())
def test_a_port_may_give_or_raise_anything(parts, sound):
    line = encode_line(ImuLine(1, 5, (0.0,) * 6))
    waiting = ([line] if sound else []) + parts

    def read(_):
        if not waiting:
            time.sleep(0.001)
            return b""
        return given_or_raised(waiting.pop(0)) or b""

    def close():
        raise RuntimeError("it was gone already")

    port = SimpleNamespace(read=read, in_waiting=0, close=close)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imu_module, "open_port", lambda *_: port)
        patch.setattr(imu_module, "in_range", lambda *_: 0.01)
        watched(lambda: SerialImu("port", max_age=1.0))


class Layer:
    """The lab streaming layer, which gives or raises whatever the test likes."""

    cf_string, util = 3, SimpleNamespace(TimeoutError=TimeoutError, LostError=ConnectionError)
    local_clock = staticmethod(time.monotonic)

    def __init__(self, told):
        self.told = told
        info = {"name": "x", "channel_format": 1, "channel_count": 2, "uid": "u", "type": "t", "source_id": "s"}
        self.info = SimpleNamespace(**{name: lambda value=value: value for name, value in info.items()})

    def resolve_streams(self, _):
        given_or_raised(self.told["resolve"])
        return [self.info]

    def StreamInlet(self, *_, **__):  # noqa: N802  # the layer's name
        given_or_raised(self.told["inlet"])
        return SimpleNamespace(
            open_stream=lambda _: given_or_raised(self.told["open"]),
            time_correction=lambda _: 0.0 if self.told["correct"] is None else given_or_raised(self.told["correct"]),
            pull_sample=self.pull,
            pull_chunk=lambda *_: ([], []),
            close_stream=lambda: given_or_raised(self.told["open"]),
        )

    def pull(self, _):
        time.sleep(0.001)
        return given_or_raised(self.told["sample"]), self.told["stamp"]


LAYER = {name: st.one_of(st.none(), st.none(), st.none(), THING) for name in ("resolve", "inlet", "open", "correct")}


@settings(deadline=None, max_examples=80)
@given(
    st.fixed_dictionaries({**LAYER, "sample": THING, "stamp": st.one_of(st.floats(), st.none(), st.text(max_size=1))})
)
def test_a_stream_may_give_or_raise_anything(told):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lsl_module, "load_lsl", lambda: Layer(told))
        watched(lambda: LslInlet("x", max_age=1.0, timeout=0.5))


class Network(Outlet):
    def __init__(self, error):
        super().__init__()
        self.error = error
        self._start()

    def _send(self, message):
        given_or_raised(self.error)

    def _shut(self):
        given_or_raised(self.error)


@settings(deadline=None, max_examples=20)
@given(st.one_of(st.none(), st.sampled_from(ERRORS)))
def test_a_network_may_raise_anything(error):
    with Network(error) as outlet:
        outlet.offer(Message("state", 0, (1, 0, 0)))
    assert (outlet.counts.sent, outlet.counts.failures) == ((0, 1) if error else (1, 0))
