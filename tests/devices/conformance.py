"""What every driver must do, whatever it drives or hears: a test class to inherit, with a fixture `rig`.

A rig makes the driver, and answers beside the link that the driver uses. What a kind of device must do besides is in
the other files of this name.
"""

from __future__ import annotations

import time
from typing import Any, Protocol

import pytest

from gaitloop.devices.base import Device, SafeProfile
from gaitloop.errors import DeviceError

SOON = 10.0  # [s] beyond this a test has failed; nothing takes that long


def until(condition):
    """Wait for something that comes at once on a machine that has time."""
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


class Rig(Protocol):
    """A simulated device with its driver."""

    gone: str  # in the error of whoever uses a device that is gone; empty where nothing raises

    def driver(self) -> Device:
        """A driver of it; one that reaches its device when it is made is closed again."""

    def works(self, driver: Any) -> None:
        """See that something comes from the device, or goes to it."""

    def commanded(self, driver: Any) -> None:
        """Have it move what it can move."""

    def at_rest(self) -> Any:
        """See that nothing moves, is powered, or is listened to by us any more."""

    def unplug(self) -> None:
        """Take the link away, for good."""

    def fail(self, driver: Any) -> None:
        """Use it until it is known to be gone; raises what the driver raises."""


class DeviceConformance:
    """Opening, leaving, loss."""

    def test_it_is_a_device_with_a_safe_profile(self, rig):
        driver = rig.driver()
        assert isinstance(driver, Device)
        profile = driver.safe_profile
        assert isinstance(profile, SafeProfile)
        assert profile.on_exit
        assert profile.on_link_loss
        assert profile.within is None or profile.within > 0.0

    def test_closing_twice_is_as_good_as_once(self, rig):
        driver = rig.driver()
        driver.close()
        with driver:
            driver.close()
            driver.close()
        driver.close()
        rig.at_rest()

    def test_opening_twice_is_refused_and_changes_nothing(self, rig):
        with rig.driver() as driver:
            with pytest.raises(DeviceError, match="open already; close it first"):
                driver.open()
            rig.works(driver)

    def test_it_can_be_opened_again(self, rig):
        driver = rig.driver()
        for _ in range(2):
            with driver:
                rig.works(driver)

    @pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
    def test_all_is_at_rest_however_the_block_is_left(self, rig, error):
        with pytest.raises(error) if error else pytest.MonkeyPatch.context(), rig.driver() as driver:
            rig.commanded(driver)
            if error:
                raise error
        rig.at_rest()

    def test_a_device_that_is_gone_is_told_and_can_still_be_closed(self, rig):
        driver = rig.driver()
        driver.open()
        rig.commanded(driver)
        rig.unplug()
        if rig.gone:
            with pytest.raises(DeviceError, match=rig.gone):
                rig.fail(driver)
        else:
            rig.fail(driver)
        driver.close()
        driver.close()
        rig.at_rest()
