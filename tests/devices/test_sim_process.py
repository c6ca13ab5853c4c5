"""The plant in another process: the same bits in lockstep, by the clock under a pacer, at rest without its client."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.conformance import until
from devices.conformance_machine import MS, PLANT
from gaitloop.devices.sim import PlantMachine, RemotePlant, SimulatorProcess
from gaitloop.devices.sim import _codec as codec
from gaitloop.devices.sim.__main__ import build, main
from gaitloop.errors import ConfigError, DeviceError, GaitloopError
from gaitloop.realtime import Pacer
from gaitloop.session.build import build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.simulation import Simulation
from gaitloop.trainer import Command, Sample
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform == "win32", reason="words on the standard input are taken on POSIX only"),
]
TICKS = 2500


@pytest.fixture(scope="module")
def simulator():
    words = [f"--press={name}:{begin}:{end}" for name, begin, end in presses(demo_plan())]
    with SimulatorProcess("--severity", "0.6", "--seed", "3", *words) as made:
        yield made


def walked(machine, ticks):
    """What a loop of Python measures and commands."""
    trainer, sample, rows = build_trainer(demo_plan()), Sample(), []
    with machine:
        for t in range(0, ticks * MS, MS):
            machine.measure(t, sample)
            command = trainer.step(sample)
            machine.exchange(command)
            # What is absent is no value: its bits are nobody's business.
            value = np.where(sample.valid, sample.value, 0.0)
            rows.append((value.tobytes(), sample.valid.tobytes(), sample.stamp.tobytes(), command.torque.tobytes()))
    return rows


def test_lockstep_gives_the_same_bits_in_process_through_a_process_and_in_a_simulation(simulator):
    here = walked(PlantMachine(build(*PLANT), presses(demo_plan())), TICKS)
    for _ in range(2):  # each client begins anew
        there = walked(RemotePlant(simulator.port, lease=10.0, timeout=10.0), TICKS)
        with certain():
            assert [i for i, (a, b) in enumerate(zip(here, there, strict=True)) if a != b] == []
    rows = Simulation(build_trainer(demo_plan()), build(*PLANT), presses(demo_plan())).run(TICKS)
    with certain():
        assert np.abs(np.frombuffer(b"".join(row[3] for row in here))).max() > 1.0
        assert b"".join(row[3] for row in here) == np.ascontiguousarray(rows["out"]["command"][:, :6]).tobytes()


def test_by_the_clock_a_loop_under_a_pacer_walks_and_a_pause_ends_at_rest(simulator):
    """Time passes at the device while its client is held up, and its watchdog does what a drive's would."""
    trainer, sample = build_trainer(demo_plan()), Sample()
    with RemotePlant(simulator.port, lease=10.0, timeout=2.0, wall=True) as machine:
        for t in Pacer(rate=1000.0):
            machine.measure(t, sample)
            machine.exchange(trainer.step(sample))
            if t > 400 * MS:
                break
        until(lambda: simulator.tell("look")["t"] > t + 500 * MS)
        assert not any(simulator.tell("look")["device_torque"])
        machine.measure(simulator.tell("look")["t"] + 100 * MS, sample)
        assert sample.valid[:6].all()


def test_a_client_that_is_silent_for_longer_than_its_lease_finds_the_device_at_rest(simulator):
    machine = RemotePlant(simulator.port, lease=1.0, timeout=5.0).open()
    powered(machine)
    assert simulator.wait("lease_lost")["state"] == "lease_lost"
    at_rest(simulator)
    with pytest.raises(DeviceError, match=r"nothing came for .* and the lease is 1 s|is lost"):
        machine.measure(100 * MS, Sample())
    assert machine.state == "lost"
    machine.close()


def powered(machine):
    """Torque on a joint, for as long as the lease lets it."""
    machine.measure(0, Sample())
    machine._send(codec.Commanded(0, 2**62, 0, (20.0,) + (0.0,) * 5, 1.0, 300.0, 1, True, True, False))
    machine.measure(5 * MS, Sample())


def at_rest(simulator):
    """Its drives, belt and rope by themselves, in the device's own time."""

    def rests():
        look = simulator.tell("look")
        still = abs(look["true_belt_speed"]) < 0.01 and np.abs(look["device_torque"]).max() < 1e-3
        return still and not look["enabled"] and not look["client"]

    until(rests)


DYING = """
import sys, time
from gaitloop.devices.sim import RemotePlant, _codec as codec
from gaitloop.trainer import Sample
machine = RemotePlant(int(sys.argv[1]), lease=60.0, timeout=10.0).open()
machine.measure(0, Sample())
machine._send(codec.Commanded(0, 2**62, 0, (20.0,) + (0.0,) * 5, 1.0, 300.0, 1, True, True, False))
machine.measure(300_000_000, Sample())
print("walking", flush=True)
time.sleep(60)
"""


def test_a_client_that_dies_leaves_the_device_at_rest(simulator):
    with subprocess.Popen([sys.executable, "-c", DYING, str(simulator.port)], stdout=subprocess.PIPE) as client:
        client.stdout.readline()
        look = simulator.tell("look")
        assert look["true_belt_speed"] > 0.05
        assert look["device_torque"][0] > 1.0
        os.kill(client.pid, signal.SIGKILL)
    simulator.wait("client_gone")
    at_rest(simulator)


def test_a_second_client_is_refused_in_words_and_the_first_one_goes_on(simulator):
    with RemotePlant(simulator.port, lease=10.0, timeout=10.0) as machine:
        with pytest.raises(DeviceError, match="another client has this device; close that one first"):
            RemotePlant(simulator.port, lease=10.0, timeout=10.0).open()
        machine.measure(0, Sample())
    until(lambda: not simulator.tell("look")["client"])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            codec.encode(codec.Hello(codec.LAYOUT, 0.001, 1.0, False), version=7),
            "speaks version 7 .* this one version 1",
        ),
        (codec.encode(codec.Hello(codec.LAYOUT ^ 1, 0.001, 1.0, False)), "fields of your sample are not those"),
        (codec.encode(codec.Hello(codec.LAYOUT, 0.001, 1e9, False)), r"lease must lie in \[0\.01, 60\] s"),
        (codec.encode(codec.Hello(codec.LAYOUT, float("nan"), 1.0, False)), "period must lie in"),
        (codec.encode(codec.Measure(0)), "begins with hello"),
        (b"GET / HTTP/1.1\r\n\r\n", "is another program on that port"),
        (b"", "nothing came for"),  # who says nothing holds nobody up
    ],
)
def test_who_is_no_client_is_refused_in_words(simulator, data, why):
    (refusal,) = said(simulator, data)
    assert re.search(why, refusal.text), refusal


def said(simulator, *parts):
    """What the server answers to bytes, until it hangs up."""
    until(lambda: not simulator.tell("look")["client"])
    frames, came = codec.FrameBuffer(), []
    with socket.create_connection(("127.0.0.1", simulator.port), 10.0) as link:
        try:
            for part in parts:
                link.sendall(part)
            while data := link.recv(65536):
                came += frames.feed(data)
        except ConnectionError:  # it hung up with bytes unread
            pass
    return came


def hello(lease):
    return codec.encode(codec.Hello(codec.LAYOUT, 0.001, lease, False))


WRONG = [{"torque": (301.0, *(0.0,) * 5)}, {"torque": (np.nan,) * 6}, {"belt_speed": -1.0}, {"support_force": np.inf}]
WRONG += [{"support_mode": 3}]


@pytest.mark.parametrize("changes", WRONG)
def test_a_command_outside_every_range_is_refused_and_the_device_rests(simulator, changes):
    right = codec.Commanded(0, 10, 0, (0.0,) * 6, 0.0, 0.0, 0, True, False, False)
    command = codec.encode(dataclasses.replace(right, **changes))
    answers = said(simulator, hello(10.0) + codec.encode(codec.Measure(0)), command)
    assert next(iter(changes)) in answers[-1].text
    at_rest(simulator)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_end_the_server(simulator, data, greeted):
    for answer in said(simulator, hello(0.01) if greeted else b"", data or b"x"):
        assert isinstance(answer, codec.Welcome | codec.Refused)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=100), st.just(b"\0" * 700)), max_size=3), st.booleans(), st.booleans())
def test_nothing_that_a_server_sends_raises_anything_but_an_error_of_gaitloop(parts, welcome, hang_up):
    answers = ([codec.encode(codec.Welcome("lock_brake", 0.04))] if welcome else []) + parts
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as listener:
        patch.setattr("gaitloop.devices.sim._remote._PATIENCE", 0.002)
        machine, sample, links = RemotePlant(listener.getsockname()[1], lease=1.0, timeout=0.002), Sample(), []
        thread = threading.Thread(target=answer, args=(listener, answers, hang_up, links))
        thread.start()
        calls = (machine.open, lambda: machine.measure(1, sample), lambda: machine.exchange(Command()), machine.close)
        for call in calls:
            try:
                call()
            except GaitloopError:
                assert not sample.valid.any()
        machine.close()
        thread.join()
        for link in links:
            link.close()


def answer(listener, parts, hang_up, links):
    """Say what was prepared to whoever comes."""
    link, _ = listener.accept()
    links.append(link)
    with contextlib.suppress(OSError):
        for part in parts:
            link.sendall(part)
        if hang_up:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.close()


def test_settings_are_refused_before_anything_is_opened():
    for changes in ({"port": 0}, {"lease": 0.0}, {"timeout": float("nan")}, {"period": 1.0}):
        with pytest.raises(ConfigError, match=next(iter(changes))):
            RemotePlant(**({"port": 5, "lease": 1.0, "timeout": 1.0} | changes))
    with pytest.raises(DeviceError, match=r"does not start: error: .*severity"):
        SimulatorProcess("--severity", "7")
    assert main(["--kind", "rowing_boat"]) == 2


def test_a_word_that_it_does_not_know_and_a_process_that_ended_are_told(simulator):
    with pytest.raises(DeviceError, match="a word is one of look, press"):
        simulator.tell("dance")
    with pytest.raises(DeviceError, match="button must be one of"):
        simulator.tell("press nose 1")
    other = SimulatorProcess()
    other.close()
    other.close()
    with pytest.raises(DeviceError, match="has ended"):
        other.tell("look")


def test_an_operator_presses_by_hand_here_and_there(simulator):
    machine, sample = PlantMachine(build(*PLANT)), Sample()
    with machine:
        machine.measure(0, sample)
        machine.press("estop_ok", 0.005)
        machine.press("start", 0.005)
        before = sample.buttons.tolist()
        machine.measure(MS, sample)
        during = sample.buttons.tolist()
        machine.measure(6 * MS, sample)
    assert (before[0], during[0], sample.buttons[0]) == (1.0, 0.0, 1.0)
    assert sum(during[2:]) == 1.0
    assert sample.buttons.tolist() == before
