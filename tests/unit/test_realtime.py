"""The loop in a Rust thread, from Python: what it commands, counts and answers. No limit here is a time."""

from __future__ import annotations

import dataclasses
import gc
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from gaitloop._core import TELEMETRY_FIELDS
from gaitloop.errors import ConfigError, RealTimeError
from gaitloop.realtime import Loop, Pacer, PlantDevice, Privileges, RealTimeWarning, probe_privileges
from gaitloop.safety import STATES
from gaitloop.session.build import build_trainer, trainer_config
from gaitloop.trainer import ControlConfig, Trainer
from paced import certain
from realtime_machine import QUIET, StarvedError, device, five_tries, plan, ready, until

pytestmark = [pytest.mark.paced, pytest.mark.filterwarnings("ignore::gaitloop.realtime.RealTimeWarning")]


def state(rows):
    return STATES[rows["out"]["command_integers"][-1, 3]]


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="threads and processors are seen on Linux")


def fed(loop, rows):
    """The loop runs, or the machine starved it, which leaves the test undecided."""
    if state(rows) in ("soft_stop", "prot_stop", "safe", "lockout") and loop.statistics().missed >= 4:
        raise StarvedError(f"{loop.statistics().missed} ticks were missed")
    return state(rows) == "run"


def threads():
    names = (p / "comm" for p in Path("/proc/self/task").iterdir())
    return sum(name.read_text("utf-8").strip() == "gaitloop" for name in names)


@five_tries
def test_two_seconds_of_the_demonstration_are_told_whole_and_can_be_replayed_bit_for_bit():
    with ready() as loop:
        time.sleep(2.0)
    rows, seen = loop.read(), loop.statistics()
    assert seen.dropped == 0
    with certain():
        assert len(rows["t"]) == seen.ticks - seen.dropped
        assert seen.ticks == seen.wake.count == seen.execution.count
    assert seen.ticks + seen.missed >= rows["index"][-1] + 1 > 1900
    with certain():
        assert (np.diff(rows["index"]) >= 1).all()
        np.testing.assert_array_equal(rows["t"], rows["index"] * 1_000_000)
        assert (rows["execution"] > 0).all()
        assert (rows["late"] >= 0).all()
        assert (rows["late"] < 1_000_000).all()
        assert seen.wake.p50 <= seen.wake.p99 <= seen.wake.max
        again = build_trainer(plan()).run(rows["t"], rows["sample"], rows["valid"], rows["stamp"])
        for name, values in again.items():
            np.testing.assert_array_equal(rows["out"][name], values)
    assert fed(loop, rows)
    assert np.any(rows["out"]["command"][:, :6] != 0.0)


def test_the_time_each_tick_took_reaches_the_watchers_with_the_next_one():
    with ready() as loop:
        until(lambda: loop.statistics().ticks > 50)
    rows = loop.read()
    with certain():
        assert not rows["valid"][0, -1]
        np.testing.assert_array_equal(rows["sample"][1:, -1], rows["execution"][:-1] / 1e9)


@five_tries
def test_a_stop_in_the_middle_ends_in_the_safe_profile():
    with ready() as loop:
        until(lambda: loop.statistics().ticks > 1500)
        assert loop.running
        with pytest.raises(RealTimeError, match="has not ended"):
            _ = loop.device
        rows = loop.read()
        assert fed(loop, rows)
    assert loop.end == "stopped"
    held = loop.device.held
    with certain():
        assert not loop.running
        assert not held["enabled"]
        assert held["expiry"] < 0
        assert held["belt_speed"] == 0.0
        np.testing.assert_array_equal(held["torque"], np.zeros(6))
    loop.stop()
    ticks = loop.statistics().ticks
    time.sleep(0.01)
    with certain():
        assert loop.statistics().ticks == ticks
    with pytest.raises(RealTimeError, match="has ended"):
        loop.request_speed(0.1)
    with pytest.raises(RealTimeError, match="started already"):
        loop.start()


def test_an_exception_of_whoever_watches_stops_the_loop():
    loop = ready()

    def watch():
        with loop:
            until(lambda: loop.statistics().ticks > 10)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch()
    assert loop.end == "stopped"


@on_linux
def test_a_loop_that_is_forgotten_comes_to_an_end():
    loop = ready()
    loop.start()
    assert threads() == 1
    del loop
    gc.collect()
    with certain():
        assert threads() == 0


@on_linux
def test_a_loop_that_is_forgotten_ends_without_the_interpreter_lock():
    usual = trainer_config(plan())
    config = dataclasses.replace(usual, period=0.02, envelope=dataclasses.replace(usual.envelope, tick_max=0.02))
    held = [Loop(Trainer(config), device(), rate=50.0, privileges=QUIET)]
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0.001)

    helper = threading.Thread(target=count)
    switch = sys.getswitchinterval()
    sys.setswitchinterval(60.0)  # nobody takes the interpreter from this thread
    try:
        helper.start()
        held[0].start()
        until(lambda: held[0].statistics().ticks > 1 and counted[0] > 1)  # a tick has just been
        before = counted[0]
        held.clear()
        meanwhile = counted[0] - before
    finally:
        done.set()
        sys.setswitchinterval(switch)
        helper.join()
    assert meanwhile > 0


@five_tries
def test_requests_reach_the_trainer_and_its_refusals_come_back():
    start = trainer_config(plan())
    control = ControlConfig(pattern=start.pattern, stiffness=[100.0] * 6, damping=[5.0] * 6)
    with ready() as loop:
        loop.request_speed(0.3)
        loop.request_support_force(50.0)
        loop.request_override("all", "hold", 40.0)
        loop.release_override("all")
        loop.request_control(control)
        with pytest.raises(ConfigError, match=r"^speed must lie in \[0, 0.6\], got 5"):
            loop.request_speed(5.0)
        with pytest.raises(ConfigError, match=r"^support_force must lie in"):
            loop.request_support_force(-1.0)
        with pytest.raises(ConfigError, match=r"^target must be one of"):
            loop.request_override("nose", "hold", 1.0)
        loop.read()
        until(lambda: loop.statistics().ticks > 2000)
        change = next(start for name, start, *_ in TELEMETRY_FIELDS if name == "change")
        rows = loop.read()
        assert fed(loop, rows)
        assert np.any(rows["out"]["telemetry"][:, change] > 0.0)
        loop.read()
        loop.request_stop()
        time.sleep(0.1)
        rows = loop.read()
        assert state(rows) == "soft_stop" or not fed(loop, rows)
        assert state(rows) == "soft_stop"


def test_several_threads_may_hold_the_same_loop():
    failures = []

    def hold(work):
        try:
            for _ in range(30):
                work()
        except Exception as error:  # told below
            failures.append(error)

    with ready() as loop:
        works = [loop.read, loop.statistics, loop.events, loop.strides, lambda: loop.request_speed(0.4)]
        helpers = [threading.Thread(target=hold, args=(work,)) for work in works]
        for helper in helpers:
            helper.start()
        for helper in helpers:
            helper.join()
    assert failures == []


def test_a_full_ring_drops_and_counts():
    with ready(rows=10) as loop:
        until(lambda: loop.statistics().ticks > 100)
    rows, seen = loop.read(), loop.statistics()
    assert (len(rows["t"]), seen.dropped) == (10, seen.ticks - 10)
    assert rows["index"][0] <= seen.missed  # the first ticks are kept, the newer ones dropped
    assert len(loop.read()["t"]) == 0


@five_tries
def test_events_and_strides_come_out_as_the_trainer_gives_them():
    with ready() as loop:
        # The first stride ends at 10.1 s; the ring is emptied again and again so that its last row is the last tick's.
        until(lambda: (rows := loop.read())["t"].size and fed(loop, rows) and rows["index"][-1] > 10_500, most=60.0)
        events, strides = loop.events(), loop.strides()
        assert (loop.events(), loop.strides()) == ([], [])
    assert {event["kind"] for event in events} == {"ic", "to"}
    assert len(strides) == 1
    assert all(event["t"] <= event["t_emit"] for event in events)


def test_a_device_of_another_kind_is_refused_by_name_with_the_remedy():
    class Exoskeleton:
        """Written in Python."""

    trainer = build_trainer(plan())
    with pytest.raises(
        ConfigError, match=r"^device must be a native one \(PlantDevice, DriveBus\), got Exoskeleton: .*Pacer$"
    ):
        Loop(trainer, Exoskeleton())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rate": 500.0}, r"^rate must lie in \[1000, 1000\], got 500"),
        ({"rate": 1e5}, r"^rate must lie in \[10, 5000\]"),
        ({"policy": "catch up"}, r"^policy must be one of skip, stop, got 'catch up'"),
        ({"spin": 1.0}, r"^spin must lie in \[0, 0.1\]"),
        ({"rows": 0}, r"^rows must lie in \[1, 1000000\]"),
        ({"privileges": Privileges(priority=0)}, r"^priority must lie in \[1, 99\]"),
        ({"privileges": Privileges(priority=300)}, r"^priority must lie in \[1, 99\]"),
        ({"privileges": Privileges(cpus=[-1])}, r"^cpus must lie in \[0, 1023\]"),
    ],
)
def test_a_setting_is_refused_before_anything_runs(settings, message):
    with pytest.raises(ConfigError, match=message):
        Loop(build_trainer(plan()), device(), **settings)


@on_linux
def test_what_the_system_refuses_is_warned_of_and_done_without():
    asked = Privileges(priority=None, lock_memory=False, shallow_sleep=False, cpus=[1023])
    loop = ready(privileges=asked)
    with pytest.warns(RealTimeWarning, match=r"no affinity \(.*\); remedy: name processors that exist"):
        loop.start()
    until(lambda: loop.statistics().ticks > 5)
    loop.stop()
    outcomes = {privilege.name: privilege.outcome for privilege in loop.privileges}
    assert outcomes.pop("affinity") == "refused"
    assert set(outcomes.values()) == {"not asked"}
    assert {p.outcome for p in probe_privileges(QUIET)} == {"not asked"}


@on_linux
def test_a_loop_whose_warning_is_an_error_does_not_run():
    loop = ready(privileges=Privileges(priority=None, lock_memory=False, shallow_sleep=False, cpus=[1023]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RealTimeWarning, match="no affinity"):
            loop.start()
    assert (loop.running, loop.end) == (False, "stopped")


@on_linux
def test_with_locked_memory_no_tick_meets_a_page_for_the_first_time():
    asked = Privileges(priority=20, lock_memory=True, shallow_sleep=False)
    with ready(privileges=asked) as loop:
        if {p.name: p.outcome for p in loop.privileges}["locked_memory"] != "got":
            pytest.skip("the system does not let this user lock memory")
        loop.request_speed(0.4)
        until(lambda: loop.statistics().ticks > 2000)
        loop.read()
    seen = loop.statistics()
    with certain():
        assert (seen.minor_faults, seen.major_faults) == (0, 0)


def test_nothing_is_told_of_a_loop_that_was_not_started():
    loop = ready()
    assert (loop.running, loop.privileges) == (False, ())
    loop.stop()
    with pytest.raises(RealTimeError, match="not started"):
        loop.statistics()


def test_a_plant_device_refuses_an_unknown_button():
    with pytest.raises(ConfigError, match=r"^presses must name one of"):
        PlantDevice(device().plant, [("self_destruct", 0.0, 1.0)])


def test_a_pacer_keeps_the_grid_and_counts_what_it_missed():
    pacer = Pacer(rate=1000.0)
    times = [pacer.wait() for _ in range(5)]
    time.sleep(0.01)
    times.append(pacer.wait())
    assert times[0] >= 0  # later than the start where a busy machine holds the very first tick up
    assert all(t % 1_000_000 == 0 for t in times)
    assert times == sorted(set(times))
    assert times[-1] - times[-2] >= 10_000_000
    seen = pacer.statistics()
    assert seen.ticks == 6
    assert seen.missed == times[-1] // 1_000_000 - 5 >= 9
    assert seen.overruns == seen.late_wakes + seen.long_ticks >= 1
    assert seen.execution.max >= 0.0099


def test_a_tick_in_python_begins_when_the_interpreter_is_to_be_had():
    pacer, held = Pacer(rate=1000.0), []

    def hold():
        time.sleep(0.02)  # until the pacer waits
        begun = time.perf_counter()
        sum(range(3_000_000))  # one call, which keeps the interpreter for itself
        held.append(time.perf_counter() - begun)

    pacer.wait()
    helper = threading.Thread(target=hold)
    helper.start()
    while helper.is_alive():
        pacer.wait()
    assert pacer.statistics().wake.max > 0.5 * held[0] > 0.0


def test_a_pacer_under_the_policy_stop_says_so_for_ever():
    pacer = Pacer(rate=10.0, policy="stop")
    assert pacer.wait() == 0
    time.sleep(0.25)
    for _ in range(2):
        with pytest.raises(RealTimeError, match="a tick was missed"):
            pacer.wait()
    assert list(pacer) == []
    with pytest.raises(ConfigError, match=r"^rate must lie in"):
        Pacer(rate=0.0)
