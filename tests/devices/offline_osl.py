"""Actuators and sensors of the library `opensourceleg` itself in its offline mode; `make test-osl` runs this.

The library needs a NumPy older than the rest of the tests, so it has an environment of its own.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from opensourceleg.actuators import TMotorServoActuator
    from opensourceleg.actuators.base import (
        CONTROL_MODE_CONFIGS,
        CONTROL_MODES,
        MOTOR_CONSTANTS,
        ActuatorBase,
        ControlModeConfig,
    )
    from opensourceleg.sensors.encoder import AS5048B
    from opensourceleg.sensors.imu import LordMicrostrainIMU
    from opensourceleg.sensors.loadcell import DephyLoadcellAmplifier

from devices.conformance import DeviceConformance, until
from devices.conformance_lab import newest
from devices.conformance_machine import MS, walk
from gaitloop.devices.base import Machine
from gaitloop.devices.lab import Route, SensorBoard
from gaitloop.devices.osl import SENSOR_KINDS, OslEncoder, OslJoint, OslMachine, OslSensor
from gaitloop.errors import ConfigError, DeviceError
from gaitloop.trainer import Sample

GEAR, CONSTANT = 41.5, 0.1133
CONSTANTS = MOTOR_CONSTANTS(16384, CONSTANT, 80.0, 110.0)


def nothing(actuator):
    pass


class Bench(ActuatorBase):
    """An actuator on the library's own base, of which the hardware alone is made up here."""

    position, current = 0.0, 0.0

    def __init__(self, tag="bench", offline=False):
        super().__init__(tag=tag, gear_ratio=GEAR, motor_constants=CONSTANTS, offline=offline)

    @property
    def _CONTROL_MODE_CONFIGS(self):  # noqa: N802  # the library's name
        return CONTROL_MODE_CONFIGS(CURRENT=ControlModeConfig(entry_callback=nothing, exit_callback=nothing))

    def start(self):
        self._is_open = self._is_streaming = True

    def stop(self):
        self._is_open = self._is_streaming = False

    def update(self):
        self.position += 1e-4 * self.current

    def set_motor_current(self, value):
        self.current = value

    def _unused(self, *_, **__):
        raise NotImplementedError

    set_motor_voltage = set_motor_position = set_motor_torque = set_output_torque = home = _unused
    set_current_gains = set_position_gains = _set_impedance_gains = set_motor_impedance = _unused
    set_output_impedance = set_output_position = set_motor_velocity = _unused
    motor_position = property(lambda self: self.position)
    motor_velocity = motor_voltage = motor_torque = property(lambda self: 0.0)
    motor_current = property(lambda self: self.current)
    case_temperature = winding_temperature = property(lambda self: 25.0)


def joint(actuator, name="knee_l", **changes):
    given = {"sign": -1, "zero": 0.0, "torque_constant": CONSTANT, "current_unit": "mA", "torque_max": 40.0}
    return OslJoint(actuator=actuator, joint=name, **(given | changes))


def machine(*joints, offline=True):
    return OslMachine(joints, on_link_loss="stops", within=0.2, offline=offline)


class OfflineRig:
    """A T-Motor, an actuator on the library's base and an encoder, all in the offline mode."""

    gone = "actuator hip failed .*it is not there"

    def __init__(self):
        self.hip = TMotorServoActuator(tag="hip", gear_ratio=9.0, offline=True)
        self.knee = Bench("knee", offline=True)
        self.encoder = AS5048B(tag="knee", offline=True)

    def driver(self):
        encoder = OslEncoder(sensor=self.encoder, sign=1, zero=0.0)
        return machine(joint(self.hip, "hip_l", current_unit="A"), joint(self.knee, encoder=encoder))

    def works(self, driver):
        assert isinstance(driver, Machine)
        driver.measure((driver._last or 0) + MS, sample := Sample())
        assert sample.valid[[0, 1, 6, 7, 13]].all()
        assert sample.valid.sum() == 5
        assert not np.any(sample.value[sample.valid])

    def commanded(self, driver):
        driver.measure(walk()[-1].t, Sample())
        driver.exchange(walk()[-1])
        assert self.hip.mode is self.knee.mode is CONTROL_MODES.CURRENT

    def at_rest(self):
        pass  # the offline mode keeps nothing of what it is told

    def unplug(self):
        def gone():
            raise OSError("it is not there")

        self.hip.update = gone

    def fail(self, driver):
        self.works(driver)


class TestOffline(DeviceConformance):
    @pytest.fixture
    def rig(self):
        return OfflineRig()


def test_an_actuator_that_is_offline_is_not_taken_for_one_that_is_there():
    for offline in (TMotorServoActuator(tag="hip", offline=True), Bench(offline=True)):
        with pytest.raises(ConfigError, match="is offline and tells made-up zeros"):
            machine(joint(offline), offline=False)
    with pytest.raises(ConfigError, match="is offline and tells made-up zeros"):
        OslSensor(AS5048B(offline=True), "encoder", rate=10.0, max_age=1.0)


def test_the_librarys_own_rules_are_kept_by_a_walk():
    """Its base refuses a current outside the mode for it, so the order of calls is seen to be right."""
    actuator = Bench()
    with machine(joint(actuator), offline=False) as driver:
        assert actuator.mode is CONTROL_MODES.CURRENT
        command = walk()[-1]
        driver.measure(command.t, sample := Sample())
        driver.exchange(command)
        wanted = min(max(command.torque[1], -40.0), 40.0)
        assert actuator.current == pytest.approx(-wanted / GEAR / CONSTANT * 1000.0)
        driver.measure(command.t + MS, sample)
        assert sample.q[1] == pytest.approx(-actuator.position / GEAR)
        assert driver.torque[1] == pytest.approx(wanted)
        driver.measure(command.expiry + MS, sample)
        assert actuator.current == 0.0
    assert not actuator.is_streaming


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: AS5048B(offline=True), "encoder"),
        (lambda: DephyLoadcellAmplifier(np.eye(6), offline=True), "loadcell"),
        (lambda: LordMicrostrainIMU(offline=True), "imu_microstrain"),
    ],
)
def test_sensors_are_sensors_of_a_board(make, kind):
    with OslSensor(make(), kind, rate=200.0, max_age=5.0, offline=True) as sensor:
        until(lambda: newest(sensor) is not None)
        assert newest(sensor).values == (0.0,) * len(SENSOR_KINDS[kind])
        gain = np.zeros((2, sensor.channels))
        gain[0, -1] = 1.0
        sample = Sample()
        sample.t = newest(sensor).stamp + 1
        SensorBoard([Route(sensor=sensor, group="foot_force", gain=gain)]).write(sample)
        assert sample.valid[30:32].tolist() == [True, False]
    assert sensor.state == "closed"


def test_a_port_without_hardware_is_an_error_of_ours():
    encoder = AS5048B(bus="/dev/i2c-none")
    with pytest.raises(DeviceError, match="sensor AS5048B failed"):
        OslSensor(encoder, "encoder", rate=10.0, max_age=1.0)
