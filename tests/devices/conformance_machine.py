"""What every machine that a loop of Python drives must do besides."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Protocol

import numpy as np
import pytest

from devices.conformance import DeviceConformance
from gaitloop.devices.base import Machine
from gaitloop.devices.sim import PlantMachine
from gaitloop.devices.sim.__main__ import build
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError
from gaitloop.session.build import build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Command, Sample

MS = 1_000_000  # [ns]
PLANT = ("treadmill_exo", "left", 0.6, 3)


class MachineRig(Protocol):
    """A simulated machine, beside what every rig has."""

    driven: tuple[int, ...]  # joints that it drives

    def push(self, driver: Any, joint: int, torque: float) -> float:
        """Give one joint a torque [N·m] and the others none for a while; how far its angle went [rad]."""

    def torque(self) -> np.ndarray:
        """What the drives truly give, at the joints [N·m]."""

    def mute(self) -> None:
        """Have it not answer, where it is at the end of a link."""

    def speak(self) -> None:
        """Have it answer again."""


@cache
def walk(ticks=3000):
    """Commands of a trainer with a simulated person, and when; the last ones have torque."""
    plan = demo_plan()
    trainer, sample, commands = build_trainer(plan), Sample(), []
    with PlantMachine(build(*PLANT), presses(plan)) as machine:
        for t in range(0, ticks * MS, MS):
            machine.measure(t, sample)
            commands.append(trainer.step(sample))
            machine.exchange(commands[-1])
    assert np.abs(commands[-1].torque).max() > 0.1
    assert commands[-1].enable
    return commands


class MachineConformance(DeviceConformance):
    """Signs, units, validity, stops, silence."""

    def test_it_is_a_machine(self, rig):
        assert isinstance(rig.driver(), Machine)

    def test_nothing_can_be_done_before_it_is_open(self, rig):
        driver, sample = rig.driver(), Sample()
        sample.q = [1.0] * 6
        for call in (driver.stop, lambda: driver.measure(0, sample), lambda: driver.exchange(Command())):
            with pytest.raises(DeviceError, match="not open; use it in a with block"):
                call()
        assert not sample.valid.any()  # what stood there is no measurement of this tick

    def test_what_is_measured_is_finite_and_stamped_and_the_rest_absent(self, rig):
        with rig.driver() as driver:
            sample = Sample()
            sample.value[:], sample.valid[:] = math.nan, True
            driver.measure(7 * MS, sample)
            assert sample.t == 7 * MS
            assert sample.valid[list(rig.driven)].all()
            assert np.isfinite(sample.value[sample.valid]).all()
            assert (sample.stamp <= sample.t).all()
            assert np.abs(sample.q[list(rig.driven)]).max() < math.pi

    def test_a_torque_that_is_positive_increases_the_angle(self, rig):
        for joint in rig.driven:
            moved = []
            for torque in (15.0, -15.0):
                with rig.driver() as driver:
                    moved.append(rig.push(driver, joint, torque))
            assert moved[0] - moved[1] > 0.005, joint

    def test_a_command_reaches_the_drives_and_ends_with_its_lease(self, rig):
        with rig.driver() as driver:
            rig.commanded(driver)
            assert np.abs(rig.torque()).max() > 0.05
            sample, after = Sample(), walk()[-1].expiry + 200 * MS
            for t in range(walk()[-1].t + MS, after, 5 * MS):
                driver.measure(t, sample)
            assert np.abs(rig.torque()).max() < 1e-6

    def test_stopped_it_rests_is_measured_and_takes_no_command(self, rig):
        with rig.driver() as driver:
            rig.commanded(driver)
            driver.stop()
            rig.at_rest()
            with pytest.raises(DeviceError, match="was stopped; close it, see why"):
                driver.exchange(walk()[-1])
            driver.measure(walk()[-1].t + 50 * MS, sample := Sample())
            assert sample.valid[list(rig.driven)].all()
            driver.stop()
            rig.at_rest()

    def test_what_is_no_command_time_or_sample_is_refused_and_changes_nothing(self, rig):
        with rig.driver() as driver:
            driver.measure(5 * MS, sample := Sample())
            for wrong in (None, [0.0] * 6, 1.0, object()):
                with pytest.raises(ConfigError, match="command must be a Command"):
                    driver.exchange(wrong)
                with pytest.raises(ConfigError, match="sample must be a Sample"):
                    driver.measure(6 * MS, wrong)
            for t in (None, 1.5, "0", -1, 2**63, 2**62 + 1, 4 * MS):
                with pytest.raises(ConfigError, match=r"^t must"):
                    driver.measure(t, sample)
            rig.works(driver)


class LinkedMachineConformance(MachineConformance):
    """A machine at the end of a link, which can be there and not answer."""

    def test_silence_is_a_timeout_and_an_absent_sample_and_may_end(self, rig):
        with rig.driver() as driver:
            driver.measure(0, sample := Sample())
            rig.mute()
            with pytest.raises(DeviceTimeoutError, match="did not answer"):
                driver.measure(MS, sample)
            assert not sample.valid.any()
            rig.speak()
            driver.measure(2 * MS, sample)
            assert (sample.t, bool(sample.valid[list(rig.driven)].all())) == (2 * MS, True)
