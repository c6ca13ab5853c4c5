"""The serial treadmill against a process on a pseudo-terminal: whatever is wrong is one error that says what to do."""

from __future__ import annotations

import builtins
import os
import pty
import subprocess
import sys
import time

import pytest

from devices.conformance_treadmill import LIMITS
from gaitloop.devices.base import BeltLimits
from gaitloop.devices.treadmill import SerialTreadmill, SimulatedBelt
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, MissingExtraError


@pytest.fixture(scope="module")
def shared():
    with SimulatedBelt(watchdog_ms=500, acceleration=2.0) as belt:
        yield belt


@pytest.fixture
def belt(shared):
    for word in ("well", "release"):
        shared.tell(word)
    return shared


def made(port, **changes):
    given = {"limits": LIMITS, "watchdog_within": 0.5, "lost_after": 0.6, "answer_within": 0.2} | changes
    return SerialTreadmill(port, given.pop("limits"), **given)


def walk(driver, speed, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        driver.set_speed(speed)
        driver.poll()
        time.sleep(0.02)


def test_no_such_port():
    with pytest.raises(
        DeviceError,
        match=r"/dev/ttyNONE does not open: there is no such port; ports of this machine: .*Plug the device in",
    ):
        made("/dev/ttyNONE").open()


def test_a_file_is_no_port(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError, match="check that it is a serial port"):
        made(str(tmp_path / "file")).open()


def test_a_busy_port(belt):
    with made(belt.port), pytest.raises(DeviceError, match="another program has it; end that program"):
        made(belt.port).open()
    with made(belt.port):
        pass


def test_a_port_without_permission(belt, monkeypatch):
    if os.geteuid() == 0:  # who may do everything is told what the system would tell others
        real = os.open

        def refused(path, *rest, **more):
            if path == belt.port:
                raise PermissionError(13, "Permission denied", path)
            return real(path, *rest, **more)

        monkeypatch.setattr(os, "open", refused)
    else:
        mode = os.stat(belt.port).st_mode
        os.chmod(belt.port, 0)
    with pytest.raises(DeviceError, match=r"no permission.* `sudo usermod -aG dialout \$USER`"):
        made(belt.port).open()
    if os.geteuid() != 0:
        os.chmod(belt.port, mode)


def test_the_library_is_missing(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "serial":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'gaitloop\[serial\]'"):
        made("/dev/ttyUSB0")


def test_nobody_answers():
    master, slave = pty.openpty()
    try:
        with pytest.raises(DeviceTimeoutError, match="answers to the belt protocol; see that the treadmill is on"):
            made(os.ttyname(slave)).open()
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("trouble", ["garbage", "garble"])
def test_garbage_and_wrong_checksums_at_the_beginning(belt, trouble):
    belt.tell(trouble)
    with pytest.raises(DeviceTimeoutError, match=r"lines unreadable or with a wrong checksum: see to 115200 baud"):
        made(belt.port).open()


@pytest.mark.parametrize("trouble", ["garbage", "garble"])
def test_garbage_and_wrong_checksums_on_the_way_stop_the_belt(belt, trouble):
    with made(belt.port) as driver:
        driver.start()
        walk(driver, 0.6, 0.5)
        belt.tell(trouble)
        with pytest.raises(DeviceError, match=r"(told nothing|followed no command) for .* wrong checksum: "):
            walk(driver, 0.6, 5.0)
        assert driver.stopped_by == "link_lost"
        deadline = time.monotonic() + 3.0
        while belt.speed() > 0.0 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert belt.speed() == 0.0
        assert belt.tell("cause") == "host"  # the belt still heard the stop


def test_a_belt_that_hears_nothing_stops_by_its_watchdog(belt):
    driver = made(belt.port, lost_after=0.6).open()
    driver.start()
    walk(driver, 0.6, 0.5)
    belt.tell("deaf")
    with pytest.raises(DeviceError, match=r"watchdog|followed no command|did not confirm the stop"):
        walk(driver, 0.6, 5.0)
    assert driver.stopped_by is not None
    belt.tell("well")
    driver.close()
    assert belt.tell("cause") == "watchdog"


def test_a_belt_that_hears_nothing_is_noticed_before_its_watchdog(belt):
    """It still tells its state, and in it that it follows nothing."""
    driver = made(belt.port, lost_after=0.2).open()
    driver.start()
    walk(driver, 0.6, 0.3)
    belt.tell("deaf")
    with pytest.raises(DeviceError, match=r"has followed no command for 0\.[23]\d s; its watchdog stops it"):
        walk(driver, 0.6, 5.0)
    assert driver.stopped_by == "link_lost"
    driver.close()


def test_a_caller_that_hangs_leaves_a_belt_that_stands(belt):
    with made(belt.port) as driver:
        driver.start()
        walk(driver, 0.6, 0.5)
        time.sleep(1.2)
        assert belt.speed() == 0.0
        assert belt.tell("cause") == "watchdog"
        with pytest.raises(DeviceError, match=r"stopped \(watchdog\)|has told nothing"):
            walk(driver, 0.6, 0.5)


WALK = """
import sys, time
from gaitloop.devices.base import BeltLimits
from gaitloop.devices.treadmill import SerialTreadmill
limits = BeltLimits(max_speed=1.2, acceleration=0.8, deceleration=0.8, overspeed=1.5)
with SerialTreadmill(sys.argv[1], limits, watchdog_within=0.5, lost_after=0.6) as driver:
    driver.start()
    while True:
        driver.set_speed(0.6)
        driver.poll()
        time.sleep(0.02)
"""


def test_a_process_that_is_killed_leaves_a_belt_that_stands(belt):
    with subprocess.Popen([sys.executable, "-c", WALK, belt.port]) as child:
        deadline = time.monotonic() + 20.0
        while belt.speed() < 0.4 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert belt.speed() >= 0.4
        child.kill()
    time.sleep(0.5 + 0.6 / 2.0 + 0.3)
    assert belt.speed() == 0.0
    assert belt.tell("cause") == "watchdog"


def test_a_belt_that_is_unplugged_before_it_is_opened():
    with SimulatedBelt() as gone:
        gone.tell("unplug")
        with pytest.raises(DeviceError, match=r"there is no such port|is gone"):
            made(gone.port).open()


def test_a_watchdog_that_is_too_slow(belt):
    with pytest.raises(DeviceError, match=r"waits 500 ms, watchdog_within allows 100 ms; shorten it in the treadmill"):
        made(belt.port, watchdog_within=0.1).open()


def test_limits_beyond_the_machine(belt):
    limits = BeltLimits(max_speed=2.5, acceleration=0.5, deceleration=0.5, overspeed=2.6)
    with pytest.raises(ConfigError, match=r"limits.max_speed must be at most 2 m/s, the fastest of"):
        made(belt.port, limits=limits).open()


def test_the_safe_profile_tells_the_watchdog_that_the_machine_has(belt):
    driver = made(belt.port, watchdog_within=1.0)
    assert driver.safe_profile.within == 1.0
    with driver:
        assert driver.safe_profile.within == 0.5


def test_a_stop_button_has_to_be_released_first(belt):
    with made(belt.port) as driver:
        belt.tell("press")
        with pytest.raises(DeviceError, match=r"refused \(button\); release the stop button first"):
            driver.start()
        belt.tell("release")
        driver.start()
