"""Messages of numbers only, a queue that drops and counts, and OSC as a real server receives it."""

from __future__ import annotations

import builtins
import math
import threading
import time
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.dispatcher import Dispatcher
from pythonosc.osc_server import BlockingOSCUDPServer

from gaitloop.devices.lab import LAYOUT, Feed, LslOutlet, Message, OscOutlet, Outlet
from gaitloop.errors import ConfigError, DeviceError, MissingExtraError
from gaitloop.plant import Plant
from gaitloop.safety import STATES
from gaitloop.session.build import build_device, build_patient, build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.simulation import Simulation
from gaitloop.trainer import Sample
from realtime_machine import QUIET, ready

CODES = (4, 0, 0)
STRIDE = (0, 1, 1.2, 0.7, None, math.nan, 0.6, 0.5, 1.0, 800.0, 500.0)


def until(condition):
    end = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


@given(st.sampled_from(list(LAYOUT)), st.data(), st.text(min_size=1))
def test_no_text_has_a_place_in_a_message(kind, data, name):
    """Nor is it repeated by the refusal, which may be logged."""
    name = f"§{name}§"
    values = [0] * len(LAYOUT[kind])
    values[data.draw(st.integers(0, len(values) - 1))] = data.draw(st.sampled_from([name, name.encode(), [name], True]))
    with pytest.raises(ConfigError) as refusal:
        Message(kind, 0, tuple(values))
    assert name not in str(refusal.value)
    with pytest.raises(ConfigError):
        Message(kind, name, (0,) * len(values))


class Named(float):
    name = "Ada Lovelace"


def test_numbers_are_plain_when_they_go_out():
    values = Message("phase", np.int64(5), (*map(Named, [0.5] * 6), np.int64(1), 2)).values
    assert [type(v) for v in values] == [float] * 6 + [int] * 2
    assert Message("phase", 0, (math.nan, math.inf, 1e39, 10**400, None, 0.0, 2**40, None)).values == (
        *[None] * 5,
        0.0,
        None,
        None,
    )


@pytest.mark.parametrize(
    "arguments",
    [("name", 0, ()), ([], 0, ()), ("state", 0, (1, 2)), ("state", 0, [1, 2, 3]), ("state", 0, (1.0, 2, 3))],
)
def test_a_message_keeps_to_the_layout(arguments):
    with pytest.raises(ConfigError):
        Message(*arguments)


def telemetry(phase=0.25):
    names = {"phase": phase, "phase_rate": 0.9, "confidence": 0.5, "mode": 1.0}
    return {name: np.array([value, value]) for name, value in names.items()}


def test_a_state_is_told_when_it_changes_and_once_a_second():
    feed = Feed(every=100)
    told = [(t, m.kind) for t in range(2500) for m in feed.tick(t * 1_000_000, telemetry(), (4 + (t >= 1700), 0, 0))]
    assert [t for t, kind in told if kind == "state"] == [0, 1000, 1700]
    assert [t for t, kind in told if kind == "phase"] == list(range(0, 2500, 100))


@pytest.fixture(scope="module")
def walked():
    """Twenty seconds of a simulated person, as rows of a loop and strides."""
    plan = demo_plan()
    plant = Plant(build_patient(plan), build_device(plan), seed=plan.seed)
    simulation = Simulation(build_trainer(plan), plant, presses(plan))
    return simulation.run(20_000), simulation.strides()


def test_ticks_of_a_trainer_say_what_rows_of_a_loop_say(walked):
    rows, trainer, feed, told = walked[0], build_trainer(demo_plan()), Feed(every=7), []
    sample = Sample()
    for i, t in enumerate(rows["t"].tolist()[:3000]):
        sample.t = t
        for name in ("value", "valid", "stamp"):
            getattr(sample, name)[:] = rows["sample" if name == "value" else name][i]
        command = trainer.step(sample)
        told += feed.tick(t, trainer.telemetry, command)
    part = {"t": rows["t"][:3000], "out": {name: values[:3000] for name, values in rows["out"].items()}}
    assert told == Feed(every=7).rows(part)
    states = [STATES[m.values[0]] for m in told if m.kind == "state"]
    assert states[0] == "selftest"
    assert len(set(states)) > 2


def test_a_walk_is_told_as_it_was(walked):
    rows, strides = walked
    feed = Feed(every=10)
    phases = [m for m in feed.rows(rows) if m.kind == "phase"]
    assert len(phases) == 2000
    np.testing.assert_array_equal([m.values[:2] for m in phases], rows["out"]["telemetry"][::10, :2])
    told = feed.strides(strides)
    assert len(told) == len(strides) > 10
    for message, stride in zip(told, strides, strict=True):
        values = dict(zip((name for name, _ in LAYOUT["stride"]), message.values, strict=True))
        assert values == {name: getattr(stride, name) for name in values}
        assert message.t == stride.t_end


def test_a_loop_in_its_thread_is_heard_by_its_watcher(recwarn):
    with receiver() as (port, heard), OscOutlet("127.0.0.1", port) as outlet, ready(privileges=QUIET) as loop:
        until(lambda: loop.statistics().ticks > 100)
        outlet.rows(loop.read())
        until(lambda: any(address.endswith("/phase_left") for address, _ in heard))
    assert dict(heard)["/gaitloop/0/state/state"] in range(len(STATES))


class Slow(Outlet):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.free, self.heard, self.shut = threading.Event(), [], 0
        self._start()

    def _send(self, message):
        self.free.wait(20.0)
        if message.t == 13:
            raise OSError("the network is unreachable")
        self.heard.append(message.t)

    def _shut(self):
        self.shut += 1


def test_a_network_that_stands_still_holds_nobody_up():
    outlet = Slow(queue=8)
    begin = time.monotonic()
    for t in range(1000):
        outlet.offer(Message("state", t, CODES))
    assert time.monotonic() - begin < 10.0
    outlet.free.set()
    until(lambda: outlet.counts.sent + outlet.counts.dropped == 1000)
    assert outlet.counts.dropped in (991, 992)
    assert outlet.heard[-8:] == list(range(992, 1000))
    outlet.offer(Message("state", 13, CODES))
    until(lambda: outlet.counts.failures == 1)
    assert "unreachable" in outlet.reason
    outlet.offer(Message("state", 14, CODES))
    until(lambda: outlet.heard[-1] == 14)
    outlet.close()
    outlet.close()
    assert outlet.shut == 1
    outlet.offer(Message("state", 15, CODES))
    assert outlet.counts.dropped in (992, 993)
    with pytest.raises(ConfigError, match="takes a Message, got a str"):
        outlet.offer("Ada Lovelace")


@contextmanager
def receiver():
    heard, dispatcher = [], Dispatcher()
    dispatcher.set_default_handler(lambda address, *values: heard.append((address, *values)))
    with BlockingOSCUDPServer(("127.0.0.1", 0), dispatcher) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1], heard
        finally:
            server.shutdown()
            thread.join()


def test_virtual_reality_hears_gait_and_nothing_else():
    with receiver() as (port, heard), OscOutlet("127.0.0.1", port, station=5, every=1) as outlet:
        outlet.tick(0, telemetry(), CODES)
        outlet.offer(Message("stride", 0, STRIDE))
        outlet.offer(Message("stride", 0, STRIDE))
        until(lambda: sum(a.endswith("force_mean") for a, *_ in heard) == 2)
        until(lambda: outlet.counts.sent == 4)
    values = dict(heard)
    names = {f"/gaitloop/5/{kind}/{name}" for kind, layout in LAYOUT.items() for name, _ in layout}
    assert set(values) <= names | {f"/gaitloop/5/{kind}/count" for kind in LAYOUT}
    assert names - set(values) == {"/gaitloop/5/stride/stance_share", "/gaitloop/5/stride/double_support"}
    assert values["/gaitloop/5/phase/phase_left"] == 0.25
    assert values["/gaitloop/5/stride/stride_time"] == pytest.approx(1.2)
    assert [v for a, v in heard if a == "/gaitloop/5/stride/count"] == [0, 1]
    codes = [values[f"/gaitloop/5/{a}"] for a in ("state/state", "state/cause", "phase/mode_left", "stride/valid")]
    assert codes == [4, 0, 1, 1]
    assert all(isinstance(code, int) for code in codes)
    assert all(isinstance(v, int | float) for _, *rest in heard for v in rest)


def test_a_receiver_that_is_not_there_holds_nobody_up():
    with OscOutlet("127.0.0.1", 9) as outlet:
        for _ in range(50):
            outlet.offer(Message("state", 0, CODES))
        until(lambda: outlet.counts.sent + outlet.counts.failures == 50)


def test_a_receiver_that_nobody_knows_is_told():
    with pytest.raises(DeviceError, match=r"no\.such\.host\.invalid is not known here"):
        OscOutlet("no.such.host.invalid")


@pytest.mark.parametrize(
    ("outlet", "settings", "message"),
    [
        (OscOutlet, {"station": "Ada"}, "station must be a whole number"),
        (LslOutlet, {"station": "Ada"}, "station must be a whole number"),
        (LslOutlet, {"clock": 5}, "clock must"),
        (OscOutlet, {"port": 0}, "port must"),
        (OscOutlet, {"host": ""}, "host must"),
        (OscOutlet, {"queue": 0}, "queue must"),
        (OscOutlet, {"every": 0}, "every must"),
    ],
)
def test_settings_are_refused_by_name(outlet, settings, message):
    with pytest.raises(ConfigError, match=message):
        outlet(**settings)


def test_a_missing_extra_is_named(monkeypatch):
    load = builtins.__import__

    def without(name, *rest):
        if name.startswith("pythonosc"):
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[vr\]"):
        OscOutlet()
