"""The inclination of the Bluetooth treadmill: within limits that were given, on a ramp, where the machine can."""

from __future__ import annotations

import itertools
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.conformance import LIMITS
from gaitloop.devices.treadmill import FtmsServer, FtmsTreadmill, InclineLimits, SimulatedFtms
from gaitloop.devices.treadmill import ftms_codec as codec
from gaitloop.devices.treadmill import ftms_features as features
from gaitloop.devices.treadmill.ftms_control import ControlOp, ControlRequest, decode_request, encode_request
from gaitloop.errors import ConfigError, DeviceError

RANGE = features.Range(-0.03, 0.12, 0.005)
INCLINE = {"low": -0.022, "high": 0.098, "rate": 0.005}


def linked(**changes):
    link = SimulatedFtms(FtmsServer(incline_range=RANGE, period=0.5, **changes))
    link.commands, obey = [], link.server.command
    link.server.command = lambda data: (link.commands.append(data), obey(data))
    return link


def made(link, **changes):
    given = {"worn": "nothing", "stops_on_link_loss": True, "clock": link.now, "incline": InclineLimits(**INCLINE)}
    return FtmsTreadmill(link, LIMITS, **(given | changes))


@contextmanager
def started(link, driver):
    with driver:
        link.pass_time(0.6)
        driver.read(1.0)
        driver.start()
        yield driver


def tilt(link, driver, goal, seconds):
    """Set-points and what the machine was told, call by call."""
    points = []
    for _ in range(round(seconds / 0.1)):
        points.append(driver.set_inclination(goal))
        driver.poll()
        link.pass_time(0.05)
    told = [decode_request(data) for data in link.commands if data[0] == ControlOp.SET_INCLINATION]
    return points, [request.value for request in told]


@pytest.mark.parametrize("name", INCLINE)
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.6, 0.6, "1", None])
def test_limits_are_checked_and_have_no_default(name, value):
    with pytest.raises(ConfigError, match=f"{name} must"):
        InclineLimits(**INCLINE | {name: value})
    with pytest.raises(TypeError):
        InclineLimits(**{k: v for k, v in INCLINE.items() if k != name})


def test_it_rises_on_its_ramp_to_the_machine_s_own_spacing():
    link = linked()
    with started(link, made(link)) as driver:
        before = link.now()
        points, told = tilt(link, driver, 0.052, 25.0)
        assert points[-1] == 0.052
        assert link.server.inclination_target == pytest.approx(0.05)
        assert max(b - a for a, b in itertools.pairwise(points)) <= INCLINE["rate"] * 0.25 + 1e-12
        assert 0.052 / INCLINE["rate"] <= link.now() - before
        steps = [b - a for a, b in itertools.pairwise(told)]
        assert steps == pytest.approx([RANGE.step] * len(steps)), "each of them once"
        assert driver.read(1.0).inclination == pytest.approx(0.05)


def test_what_is_outside_the_limits_or_the_machine_s_range_is_refused_and_changes_nothing():
    link = linked()
    with started(link, made(link)) as driver:
        for bad in (0.11, -0.023, float("nan"), "up", None):
            with pytest.raises(ConfigError, match="inclination must"):
                driver.set_inclination(bad)
        assert all(data[0] != ControlOp.SET_INCLINATION for data in link.commands)
        assert tilt(link, driver, 0.0, 0.1)[1] == [0.0]
    link = linked()
    wide = InclineLimits(low=-0.2, high=0.2, rate=0.01)
    with (
        started(link, made(link, incline=wide)) as driver,
        pytest.raises(ConfigError, match=r"must lie in -0\.03 to 0\.12, what the simulated treadmill can be set to"),
    ):
        driver.set_inclination(0.15)


def test_without_limits_or_on_a_machine_that_cannot_it_is_never_commanded():
    link = linked()
    with started(link, made(link, incline=None)) as driver, pytest.raises(ConfigError, match="incline must be given"):
        driver.set_inclination(0.0)
    flat = SimulatedFtms(FtmsServer(period=0.5))
    with started(flat, made(flat)) as driver, pytest.raises(DeviceError, match="does not let its inclination be set"):
        driver.set_inclination(0.0)
    link = linked()
    link.server.characteristic = _without(link.server.characteristic)
    with pytest.raises(DeviceError, match="does not tell its inclination range"):
        made(link).open()


def _without(read):
    return lambda number: None if number == codec.INCLINATION_RANGE else read(number)


def test_the_ramp_begins_where_the_machine_is_and_goes_on_from_the_console():
    link = linked(inclination=0.08, inclination_target=0.08)
    with started(link, made(link)) as driver:
        points, _ = tilt(link, driver, 0.0, 1.0)
        assert 0.07 < points[-1] < 0.08
        link.server.turn_inclination(0.02)
        driver.poll()
        assert driver.set_inclination(0.09) == pytest.approx(0.02, abs=0.002)
    link = linked()
    driver = made(link).open()
    driver._inclination, driver._stopped_by = None, None
    with pytest.raises(DeviceError, match="has not told its inclination yet"):
        driver.set_inclination(0.05)
    driver.close()


def test_a_stop_leaves_it_as_it_is_until_the_belt_is_started_again():
    link = linked()
    with started(link, made(link)) as driver:
        tilt(link, driver, 0.05, 3.0)
        driver.stop()
        aim = link.server.inclination_target
        with pytest.raises(DeviceError, match="is stopped"):
            driver.set_inclination(0.05)
        link.pass_time(5.0)
        assert link.server.inclination_target == aim


@settings(max_examples=60, deadline=None)
@given(st.integers(-(2**15), 2**15 - 1))
def test_every_inclination_comes_back_as_it_went(count):
    request = ControlRequest(ControlOp.SET_INCLINATION, count * codec.SLOPE)
    data = encode_request(request)
    assert data == bytes([3]) + count.to_bytes(2, "little", signed=True)
    assert decode_request(data).value == pytest.approx(request.value, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.floats(), st.floats(-0.022, 0.098)), max_size=20))
def test_whatever_is_asked_the_machine_is_told_what_the_limits_allow(goals):
    link = linked()
    with started(link, made(link)) as driver:
        for goal in goals:
            try:
                driver.set_inclination(goal)
            except ConfigError:
                assert not INCLINE["low"] <= goal <= INCLINE["high"]
            link.pass_time(0.2)
            driver.poll()
        last = 0.0
        for data in link.commands:
            if data[0] == ControlOp.SET_INCLINATION:
                value = decode_request(data).value
                assert INCLINE["low"] <= value <= INCLINE["high"], "rounded to the inside"
                assert abs(value - last) <= RANGE.step + INCLINE["rate"] * 0.25
                last = value
