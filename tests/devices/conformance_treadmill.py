"""What every treadmill driver must do: signs, units, limits, ramps, stops, silence."""

from __future__ import annotations

import math
import time
from typing import Protocol

import pytest

from devices.conformance import DeviceConformance
from gaitloop.devices.base import BeltLimits, Treadmill
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError

LIMITS = BeltLimits(max_speed=1.2, acceleration=0.8, deceleration=0.8, overspeed=1.5)


class Rig(Protocol):
    """A simulated belt with its driver, beside what every rig has."""

    step: float  # [s] between two calls of the loop
    resolution: float  # [m/s] of what the wire can say
    slowest: float  # [m/s] that the machine can walk
    lost_after: float  # [s]

    def now(self) -> float:
        """Time of the driver [s]."""

    def wait(self, dt: float) -> None:
        """Let time pass [s]."""

    def true_speed(self) -> float:
        """What the belt truly does [m/s]."""

    def mute(self) -> None:
        """Have the device say nothing any more."""

    def was_told_to_stop(self) -> bool:
        """Whether the last that moved or stopped the machine was a command to stop, not a lost link or a watchdog."""

    def press_stop(self) -> str:
        """Stop the machine as a person beside it would; the cause that the driver must report."""


def walk(rig, driver, speed, seconds):
    """Run the loop; the next state after it."""
    until = rig.now() + seconds
    while rig.now() < until:
        driver.set_speed(speed)
        driver.poll()
        rig.wait(rig.step)
    return driver.read(2.0)


def settle(rig, seconds=10.0):
    """Wait until the belt stands; how long it took [s]."""
    begun = rig.now()
    while rig.true_speed() != 0.0 and rig.now() - begun < seconds:
        rig.wait(0.05)
    assert rig.true_speed() == 0.0
    return rig.now() - begun


def until_it_fails(driver):
    """Read until the link is known to be lost."""
    for _ in range(400):
        driver.poll()
        time.sleep(0.005)


class TreadmillConformance(DeviceConformance):
    """Signs, units, limits, ramps, stops of a belt."""

    def test_it_is_a_treadmill_that_stops_when_it_is_left_or_lost(self, rig):
        driver = rig.driver()
        assert isinstance(driver, Treadmill)
        assert (driver.safe_profile.on_exit, driver.safe_profile.on_link_loss) == ("stop", "stop")

    def test_nothing_can_be_done_before_it_is_open(self, rig):
        driver = rig.driver()
        for call in (driver.start, driver.stop, lambda: driver.set_speed(0.5), lambda: driver.read(0.1)):
            with pytest.raises(DeviceError, match="not open; use it in a with block"):
                call()

    def test_opened_again_it_is_not_started(self, rig):
        driver = rig.driver()
        for _ in range(2):
            with driver:
                assert driver.read(2.0).stopped_by == "not_started"

    def test_silence_is_a_timeout_then_a_lost_link(self, rig):
        driver = rig.driver().open()
        driver.read(2.0)
        rig.mute()
        while driver.poll() is not None:
            pass  # what was on its way
        with pytest.raises(DeviceTimeoutError, match=r"told no state within 0.02 s"):
            driver.read(0.02)
        rig.wait(rig.lost_after)
        with pytest.raises(DeviceError, match="has told nothing for"):
            driver.read(0.02)
        assert driver.stopped_by == "link_lost"
        with pytest.raises(DeviceError, match=r"the link to .* is lost; see that the belt stands"):
            driver.read(0.02)
        driver.close()
        driver.close()

    def test_opening_and_starting_move_nothing(self, rig):
        with rig.driver() as driver:
            assert rig.true_speed() == 0.0
            with pytest.raises(DeviceError, match=r"is stopped \(not_started\); call start"):
                driver.set_speed(0.5)
            driver.start()
            for _ in range(3):
                assert driver.read(2.0).speed == 0.0
                driver.set_speed(0.0)
            assert rig.true_speed() == 0.0

    def test_speeds_are_metres_per_second_forward(self, rig):
        with rig.driver() as driver:
            driver.start()
            state = walk(rig, driver, 0.8, 2.0)
            assert rig.true_speed() == pytest.approx(0.8, abs=rig.resolution)
            assert state.speed == pytest.approx(0.8, abs=2 * rig.resolution)
            assert state.setpoint == pytest.approx(0.8)  # not rounded, unlike what is sent
            assert state.stopped_by is None
            assert state.events == ()

    def test_a_speed_outside_the_limits_is_refused_and_changes_nothing(self, rig):
        with rig.driver() as driver:
            driver.start()
            before = driver.set_speed(0.6)
            for speed in (-0.1, 1.21, math.nan, math.inf, "0.5", None, True):
                with pytest.raises(ConfigError, match="speed must"):
                    driver.set_speed(speed)
            assert driver.read(2.0).setpoint == before

    def test_the_set_point_keeps_to_the_ramp_whatever_is_asked(self, rig):
        with rig.driver() as driver:
            goals = [1.2, 0.0, 0.9, max(0.3, rig.slowest), 1.2, 0.0]
            last, before = 0.0, rig.now()
            driver.start()
            for goal in [g for g in goals for _ in range(8)]:
                called = rig.now()
                setpoint = driver.set_speed(goal)
                assert abs(setpoint - last) <= 0.8 * (rig.now() - before) + 1e-9
                assert 0.0 <= setpoint <= LIMITS.max_speed
                last, before = setpoint, called
                driver.poll()
                rig.wait(rig.step)

    def test_a_pause_between_calls_is_not_made_up_for(self, rig):
        with rig.driver() as driver:
            driver.start()
            before = driver.set_speed(1.2)
            rig.wait(min(0.5 * rig.lost_after, 2.0))
            driver.poll()
            if driver.stopped_by is None:  # else its watchdog was faster
                assert driver.set_speed(1.2) - before <= 0.8 * 0.25 + 1e-9

    def test_a_stop_lets_nothing_move_until_it_is_started_again(self, rig):
        with rig.driver() as driver:
            driver.start()
            walk(rig, driver, 0.6, 0.9)
            driver.stop()
            with pytest.raises(DeviceError, match=r"is stopped \(asked\)"):
                driver.set_speed(0.6)
            with pytest.raises(DeviceError, match=r"still runs at .* wait until it stands"):
                driver.start()
            while driver.read(2.0).speed > 0.0:
                pass
            driver.start()
            assert walk(rig, driver, 0.6, 0.9).speed > 0.3

    def test_a_stop_at_the_machine_is_told_once_and_stays(self, rig):
        with rig.driver() as driver:
            driver.start()
            walk(rig, driver, 0.6, 0.9)
            cause = rig.press_stop()
            rig.wait(0.1)
            states = [driver.read(2.0) for _ in range(3)]
            assert states[-1].stopped_by == cause
            assert [event.kind for state in states for event in state.events] == [cause]
            with pytest.raises(DeviceError, match=cause):
                driver.set_speed(0.6)
            settle(rig)

    @pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
    def test_the_belt_stops_however_the_block_is_left(self, rig, error):
        with pytest.raises(error) if error else pytest.MonkeyPatch.context(), rig.driver() as driver:
            driver.start()
            walk(rig, driver, 0.6, 0.9)
            assert rig.true_speed() > 0.3
            if error:
                raise error
        assert rig.was_told_to_stop()
        settle(rig)

    def test_the_belt_stops_when_the_link_is_lost(self, rig):
        driver = rig.driver().open()
        driver.start()
        walk(rig, driver, 0.6, 0.9)
        rig.unplug()
        with pytest.raises(DeviceError, match="see that the belt stands"):
            until_it_fails(driver)
        with pytest.raises(DeviceError, match=r"the link to .* is lost"):
            driver.set_speed(0.6)
        assert driver.stopped_by == "link_lost"
        settle(rig)
        driver.close()

    def test_the_belt_stops_when_the_machine_falls_silent(self, rig):
        with rig.driver() as driver:
            driver.start()
            walk(rig, driver, 0.6, 0.9)
            rig.mute()
            rig.wait(1.5 * rig.lost_after)
            with pytest.raises(DeviceError):
                until_it_fails(driver)
            assert driver.stopped_by is not None
        settle(rig)
