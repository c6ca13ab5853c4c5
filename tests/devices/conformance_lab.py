"""What every sensor and every outlet of a laboratory must do besides."""

from __future__ import annotations

import math
import time
from typing import Any, Protocol

import pytest

from devices.conformance import DeviceConformance, until
from gaitloop.devices.lab import Message, Sensor
from gaitloop.errors import ConfigError

AGE = 0.25  # [s] of a rig's sensor


class InletRig(Protocol):
    """A sender, beside what every rig has."""

    values: tuple[float, ...]  # what it sends, in the units of its reading

    def send(self, values: Any) -> None:
        """Send one reading; None is a channel without a number."""

    def silence(self) -> None:
        """Send nothing from now on."""


def newest(sensor):
    """What a tick would get now; senders' clocks may be a little ahead of ours."""
    return sensor.latest(time.monotonic_ns() + 50_000_000)


def heard(rig, sensor, values, fits=lambda reading: True):
    """Send until a reading comes that fits."""
    got = []

    def came():
        rig.send(values)
        reading = newest(sensor)
        got.extend([reading] if reading is not None and fits(reading) else [])
        return bool(got)

    until(came)
    return got[0]


class InletConformance(DeviceConformance):
    """Units, typed absence, loss; nothing raises in a tick."""

    def test_it_moves_nothing(self, rig):
        driver = rig.driver()
        assert isinstance(driver, Sensor)
        profile = driver.safe_profile
        assert (profile.on_exit, profile.on_link_loss, profile.within) == ("nothing", "absent", driver.max_age)

    def test_what_is_measured_arrives_in_its_units_with_its_time(self, rig):
        with rig.driver() as sensor:
            before = time.monotonic_ns()
            reading = heard(rig, sensor, rig.values)
            assert reading.values == pytest.approx(rig.values)
            assert before - 1_000_000_000 <= reading.stamp <= time.monotonic_ns() + 50_000_000

    def test_a_channel_without_a_number_is_absent_and_neither_zero_nor_nan(self, rig):
        with rig.driver() as sensor:
            reading = heard(rig, sensor, (None, *rig.values[1:]), lambda reading: reading.values[0] is None)
            assert reading.values[1:] == pytest.approx(rig.values[1:])

    def test_silence_is_absence_and_no_former_value(self, rig):
        with rig.driver() as sensor:
            rig.works(sensor)
            rig.silence()
            until(lambda: newest(sensor) is None)
            assert newest(sensor) is None

    def test_a_sensor_that_is_closed_tells_nothing(self, rig):
        with rig.driver() as sensor:
            rig.works(sensor)
        assert newest(sensor) is None
        assert sensor.state == "closed"


class OutletConformance(DeviceConformance):
    """Read only, bounded, and nobody waits."""

    def test_it_commands_nothing(self, rig):
        driver = rig.driver()
        assert (driver.safe_profile.on_exit, driver.safe_profile.on_link_loss) == ("nothing", "nothing")
        # Nothing that a receiver does has a way back: there is no method that gives a reading or a command.
        told = {name for name in dir(driver) if not name.startswith("_")}
        assert told == {"close", "counts", "offer", "open", "reason", "rows", "safe_profile", "strides", "tick"}

    def test_what_is_told_arrives(self, rig):
        with rig.driver() as outlet:
            rig.works(outlet)
            assert rig.heard()[:3] == (4.0, 2.0, 7.0)

    def test_the_queue_is_bounded_and_counts_what_it_drops(self, rig):
        with rig.driver() as outlet:
            for i in range(3000):
                outlet.offer(Message("state", i, (4, 0, 0)))
            assert len(outlet._queue) <= outlet._size
        counts = outlet.counts
        assert counts.sent + counts.dropped + counts.failures == 3000
        outlet.offer(Message("state", 0, (4, 0, 0)))
        assert outlet.counts.dropped == counts.dropped + 1

    def test_anything_but_a_message_is_refused(self, rig):
        with rig.driver() as outlet:
            for thing in (None, "run", (4, 0, 0), math.nan):
                with pytest.raises(ConfigError, match="takes a Message"):
                    outlet.offer(thing)
