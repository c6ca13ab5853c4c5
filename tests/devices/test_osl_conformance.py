"""The machine and the sensors of `opensourceleg` are put through what all of their kind must do, and what whoever hands
over something hostile must not see. Those of the library itself, in its offline mode, are tried by `offline_osl.py`."""

from __future__ import annotations

import contextlib
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.conformance import until
from devices.conformance_lab import AGE, InletConformance, newest
from devices.conformance_machine import MS, MachineConformance, walk
from devices.osl_fake import CONSTANT, MODES, FakeActuator, FakeSensor, UnpluggedError
from gaitloop.devices.osl import SENSOR_KINDS, OslEncoder, OslJoint, OslMachine, OslSensor
from gaitloop.errors import ConfigError, DeviceError, GaitloopError
from gaitloop.trainer import Sample

GEAR = 41.5


def joint(actuator, name="knee_l", sign=-1, **changes):
    given = {"zero": 0.25, "torque_constant": CONSTANT, "current_unit": "mA", "torque_max": 40.0}
    return OslJoint(actuator=actuator, joint=name, sign=sign, **(given | changes))


def machine(*joints, **changes):
    return OslMachine(joints, **({"on_link_loss": "stops", "within": 0.2} | changes))


class OslRig:
    """A hip in amperes that turns with flexion, and a knee in milliamperes that turns against it."""

    driven, gone = (0, 1), r"actuator knee failed \(UnpluggedError: the port is gone\)"

    def __init__(self):
        self.hip, self.knee = FakeActuator("hip", 9.0, unit=1.0), FakeActuator("knee", GEAR)

    def driver(self):
        return machine(joint(self.hip, "hip_l", 1, current_unit="A"), joint(self.knee))

    def works(self, driver):
        driver.measure((driver._last or 0) + MS, sample := Sample())
        assert sample.valid[:2].all()

    def commanded(self, driver):
        command = walk()[-1]
        driver.measure(command.t, Sample())
        driver.exchange(command)
        assert self.hip.motor_current != 0.0

    def push(self, driver, joint, torque):
        driver.measure(0, sample := Sample())
        begin = sample.q[joint]
        for t in range(1, 20):
            driver._axes[joint].give(torque)
            driver.measure(t * MS, sample)
        return sample.q[joint] - begin

    def torque(self):
        return np.array([self.hip.output_torque(), self.knee.output_torque()])

    def at_rest(self):
        assert self.hip.motor_current == 0.0
        # Whoever is gone is its firmware's business.
        assert self.knee.motor_current == 0.0 or self.knee.gone

    def unplug(self):
        self.knee.gone = True

    def fail(self, driver):
        self.works(driver)


class TestOslMachine(MachineConformance):
    @pytest.fixture
    def rig(self):
        return OslRig()

    def test_what_it_does_when_it_is_left_or_lost(self, rig):
        profile = rig.driver().safe_profile
        assert (profile.on_exit, profile.on_link_loss, profile.within) == ("zero_torque", "stops", 0.2)

    def test_one_that_is_gone_takes_the_torque_from_the_others_at_once(self, rig):
        driver = rig.driver().open()
        rig.commanded(driver)
        rig.knee.gone = True
        with pytest.raises(DeviceError, match=rig.gone):
            driver.measure(walk()[-1].t + MS, Sample())
        assert rig.hip.motor_current == 0.0
        with pytest.raises(DeviceError, match="is lost; see that it is at rest"):
            driver.exchange(walk()[-1])
        driver.close()

    def test_nothing_that_a_trainer_needs_of_drives_is_made_up(self, rig):
        with rig.driver() as driver:
            rig.commanded(driver)
            driver.measure(walk()[-1].t + MS, sample := Sample())
            assert not sample.valid[50:68].any()


def test_angles_velocities_and_torques_are_those_of_the_joint_in_si():
    actuator, encoder = FakeActuator(gear_ratio=GEAR), FakeSensor(position=1.5, velocity=0.0)
    with machine(joint(actuator, encoder=OslEncoder(sensor=encoder, sign=1, zero=1.0))) as driver:
        actuator.motor_position, actuator.motor_velocity, actuator.motor_current = -GEAR, 0.0, 0.0
        driver.measure(0, sample := Sample())
        assert sample.q[1] == pytest.approx(1.25)  # it went 1.25 rad back from the joint's zero, and is turned
        assert sample.q_second[1] == pytest.approx(0.5)
        assert sample.valid[[1, 7, 13]].all()
        assert sample.valid.sum() == 3
        actuator.motor_current = 1000.0
        driver.measure(MS, sample)
        assert sample.dq[1] == pytest.approx(-actuator.motor_velocity / GEAR)
        assert driver.torque[1] == pytest.approx(-CONSTANT * GEAR)
        assert np.isnan(driver.torque[[0, 2, 3, 4, 5]]).all()


def test_torque_is_sent_as_current_before_the_gear_and_never_beyond_its_limit():
    actuator = FakeActuator(gear_ratio=GEAR)
    with machine(joint(actuator)) as driver:
        assert actuator.mode is MODES.CURRENT
        assert actuator.calls[-1] == ("current", 0.0)
        for torque, sent in ((10.0, 10.0), (-10.0, -10.0), (41.0, 40.0), (-1e9, -40.0)):
            driver._axes[0].give(torque)
            assert actuator.motor_current == pytest.approx(-sent / GEAR / CONSTANT * 1000.0)
            assert -actuator.output_torque() == pytest.approx(sent)
    assert actuator.calls[-2:] == [("current", 0.0), ("stop",)]
    assert actuator.motor_current == 0.0


def test_one_that_does_not_start_leaves_none_started():
    hip, knee = FakeActuator("hip"), FakeActuator("knee")
    knee.gone = True
    with pytest.raises(DeviceError, match="actuator knee failed"):
        machine(joint(hip, "hip_l"), joint(knee)).open()
    assert not hip.is_streaming
    knee.gone, knee.start = False, lambda: None  # it says that it started
    with pytest.raises(DeviceError, match="actuator knee sends nothing after its start; check power"):
        machine(joint(hip, "hip_l"), joint(knee)).open()
    assert not hip.is_streaming


def exits():
    raise SystemExit(1)


def test_a_library_that_would_end_the_process_does_not():
    actuator = FakeActuator()
    actuator.start = exits
    with pytest.raises(DeviceError, match="SystemExit"):
        machine(joint(actuator)).open()
    sensor = FakeSensor(position=0.0, velocity=0.0)
    sensor.start = exits
    with pytest.raises(DeviceError, match="SystemExit"):
        OslSensor(sensor, "encoder", rate=100.0, max_age=0.1)


async def later():
    pass


def test_what_is_handed_over_is_looked_at_before_it_is_used():
    awaited, offline, free = FakeActuator(), FakeActuator(), FakeActuator(gear_ratio=0.0)
    awaited.update, offline.is_offline = later, True
    for actuator, why in (
        (object(), r"must be one of the library opensourceleg, got a object: it has no start\(\)"),
        (awaited, r"must not need asyncio, and update\(\) does"),
        (offline, "is offline and tells made-up zeros; say offline=True"),
        (free, "gear_ratio must lie in"),
    ):
        with pytest.raises(ConfigError, match=why):
            machine(joint(actuator))
    for changes in ({"sign": 0}, {"sign": True}, {"name": "elbow"}, {"zero": np.nan}, {"torque_constant": 0.0},
                    {"torque_max": np.inf}, {"current_unit": "kA"}):  # fmt: skip
        with pytest.raises(ConfigError, match=next(iter(changes)).replace("name", "joint")):
            joint(FakeActuator(), **changes)
    for wrong in ({"on_link_loss": ""}, {"within": 0.0}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            machine(joint(FakeActuator()), **wrong)
    with pytest.raises(ConfigError, match="each once, got knee_l, knee_l"):
        machine(joint(FakeActuator()), joint(FakeActuator()))


WEIRD = st.one_of(
    st.floats(),
    st.none(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.integers(),
    st.sampled_from([UnpluggedError("gone"), SystemExit(1), KeyError("mot_ang"), OSError(5), [1.0], object()]),
)


class Weird(FakeActuator):
    """It tells, or raises, whatever the test likes."""

    @property
    def motor_position(self):
        return self.told("position")

    @motor_position.setter
    def motor_position(self, value):
        pass

    def told(self, name):
        value = getattr(self, "weird", {}).get(name, 0.0)
        if isinstance(value, BaseException):
            raise value
        return value

    def update(self):
        self.told("update")

    def set_motor_current(self, value):
        self.told("current")
        self.motor_current = value


@given(st.fixed_dictionaries({"position": WEIRD, "update": WEIRD, "current": WEIRD, "rate": WEIRD}))
def test_nothing_that_the_library_tells_or_raises_is_passed_on(weird):
    actuator = Weird()
    driver, sample = machine(joint(actuator)).open(), Sample()
    actuator.weird = weird
    actuator.motor_velocity = None if isinstance(weird["rate"], BaseException) else weird["rate"]
    for call in (lambda: driver.measure(0, sample), lambda: driver.exchange(walk()[-1]), driver.stop, driver.close):
        with contextlib.suppress(GaitloopError):
            call()
        assert np.isfinite(sample.value[sample.valid]).all()
    assert driver.state == "closed"


class SensorRig:
    """A load cell, or any of the others."""

    gone, kind = "", OslSensor

    def __init__(self, kind):
        self.of, self.names = kind, SENSOR_KINDS[kind]
        self.values = tuple(0.5 + i for i in range(len(self.names)))
        self.sensor = FakeSensor(**dict(zip(self.names, self.values, strict=True)))

    def driver(self):
        sensor = OslSensor(self.sensor, self.of, rate=500.0, max_age=AGE)
        sensor.close()
        return sensor

    def send(self, values):
        for name, value in zip(self.names, values, strict=True):
            setattr(self.sensor, name, value)

    def works(self, sensor):
        until(lambda: newest(sensor) is not None)

    commanded = works

    def at_rest(self):
        until(lambda: not [t for t in threading.enumerate() if t.name == "gaitloop-OslSensor"])

    def silence(self):
        self.sensor.is_streaming = False

    def unplug(self):
        self.sensor.gone = True

    def fail(self, sensor):
        until(lambda: sensor.state == "lost" and newest(sensor) is None)
        assert "the bus is gone" in sensor.reason


class TestOslSensor(InletConformance):
    @pytest.fixture(params=list(SENSOR_KINDS))
    def rig(self, request):
        return SensorRig(request.param)


def test_a_sensor_that_is_none_of_these_is_refused():
    with pytest.raises(ConfigError, match="kind must be one of encoder"):
        OslSensor(FakeSensor(), "nose", rate=1.0, max_age=1.0)
    with pytest.raises(ConfigError, match="must be one of the library"):
        OslSensor(None, "encoder", rate=1.0, max_age=1.0)
    offline = FakeSensor(position=0.0, velocity=0.0)
    offline.is_offline = True
    with pytest.raises(ConfigError, match="made-up zeros"):
        OslSensor(offline, "encoder", rate=1.0, max_age=1.0)
