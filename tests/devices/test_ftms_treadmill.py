"""The Bluetooth treadmill against a simulated server: who may, what the console does, what is refused."""

from __future__ import annotations

import pytest

from devices.conformance_treadmill import LIMITS
from gaitloop.devices.base import BeltLimits
from gaitloop.devices.treadmill import FtmsServer, FtmsTreadmill, SimulatedFtms
from gaitloop.devices.treadmill import ftms_codec as codec
from gaitloop.devices.treadmill import ftms_features as features
from gaitloop.devices.treadmill.ftms_control import (
    ControlOp,
    ControlRequest,
    Result,
    StopKind,
    decode_response,
    encode_request,
)
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError


@pytest.fixture
def link():
    return SimulatedFtms(FtmsServer())


def made(link, **changes):
    given = {"limits": LIMITS, "worn": "nothing", "stops_on_link_loss": True, "clock": link.now} | changes
    return FtmsTreadmill(link, given.pop("limits"), **given)


def walk(link, driver, speed, seconds):
    for _ in range(round(seconds / 0.05)):
        driver.set_speed(speed)
        driver.poll()
        link.pass_time(0.05)


def answers(server):
    return [decode_response(data).result for number, data in server.told if number == codec.CONTROL_POINT]


@pytest.mark.parametrize("worn", ["treadmill_exo", "treadmill_exo_ankle", "overground_exo_frame", "end_effector"])
def test_legs_tied_to_a_frame_are_refused_with_the_reason(link, worn):
    with pytest.raises(ConfigError, match=r"tied to .* once a second .* too slow to be in step .* use SerialTreadmill"):
        made(link, worn=worn)


def test_free_legs_are_taken_and_nonsense_is_not(link):
    for worn in ("nothing", "ankle", "ankle_left"):
        made(link, worn=worn)
    for worn in ("", "ankles", None, 1):
        with pytest.raises(ConfigError, match="worn must be one of nothing, ankle"):
            made(link, worn=worn)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stops_on_link_loss": False}, "stops_on_link_loss must be True, seen on this machine with an empty belt"),
        ({"stops_on_link_loss": None}, "stops_on_link_loss must be True"),
        ({"reserved": "maybe"}, "reserved must be 'refuse' or 'skip'"),
        ({"lost_after": 0.0}, r"lost_after must lie in \[0.02, 10\] s, got 0"),
        ({"answer_within": float("nan")}, "answer_within must lie in"),
    ],
)
def test_bad_parameters(link, changes, says):
    with pytest.raises(ConfigError, match=says):
        made(link, **changes)


@pytest.mark.parametrize("name", ["max_speed", "acceleration", "deceleration", "overspeed"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf"), 7.0, "1", None])
def test_limits_are_checked_and_have_no_default(name, value):
    given = {"max_speed": 1.2, "acceleration": 0.5, "deceleration": 0.5, "overspeed": 1.4}
    with pytest.raises(ConfigError, match=f"{name} must"):
        BeltLimits(**given | {name: value})
    with pytest.raises(TypeError):
        BeltLimits(**{k: v for k, v in given.items() if k != name})


class TestServer:
    """The simulated machine is as strict as the specification."""

    def ask(self, server, op, value=None):
        server.told.clear()
        server.command(encode_request(ControlRequest(op, value)))
        return answers(server)

    def test_nothing_goes_without_control(self):
        server = FtmsServer()
        for op, value in ((ControlOp.START_OR_RESUME, None), (ControlOp.SET_SPEED, 0.5), (ControlOp.RESET, None)):
            assert self.ask(server, op, value) == [Result.NOT_PERMITTED]
        assert self.ask(server, ControlOp.REQUEST_CONTROL) == [Result.SUCCESS]
        assert self.ask(server, ControlOp.START_OR_RESUME) == [Result.SUCCESS]
        assert self.ask(server, ControlOp.START_OR_RESUME) == [Result.FAILED]

    def test_what_is_out_of_range_or_unknown_is_refused(self):
        server = FtmsServer(controlled=True, running=True)
        assert self.ask(server, ControlOp.SET_SPEED, 0.05) == [Result.INVALID_PARAMETER]
        assert self.ask(server, ControlOp.SET_SPEED, 2.0) == [Result.INVALID_PARAMETER]
        assert self.ask(server, ControlOp.SET_INCLINATION, 0.01) == [Result.NOT_SUPPORTED]
        for data, result in ((b"", Result.NOT_SUPPORTED), (b"\x55", Result.NOT_SUPPORTED), (b"\x02\x00", 3)):
            server.told.clear()
            server.command(data)
            assert answers(server) == [result]

    def test_the_belt_ramps_and_stops_when_the_link_is_lost(self):
        server = FtmsServer(controlled=True)
        self.ask(server, ControlOp.START_OR_RESUME)
        self.ask(server, ControlOp.SET_SPEED, 1.0)
        for _ in range(100):
            server.advance(0.01)
        assert server.speed == pytest.approx(0.5)
        server.lose_link()
        assert self.ask(server, ControlOp.STOP_OR_PAUSE, StopKind.STOP) == [Result.NOT_PERMITTED]
        for _ in range(110):
            server.advance(0.01)
        assert server.speed == 0.0


def test_the_safety_key_is_a_stop(link):
    with made(link) as driver:
        driver.start()
        walk(link, driver, 0.8, 2.0)
        link.server.pull_safety_key()
        state = driver.read(2.0)
        assert state.stopped_by == "safety_key"
        assert [event.kind for event in state.events] == ["safety_key"]
        with pytest.raises(DeviceError, match=r"stopped \(safety_key\)"):
            driver.set_speed(0.8)
        while driver.read(2.0).speed > 0.0:
            pass
        driver.start()  # control is there again, but the key is not
        with pytest.raises(DeviceError, match="START_OR_RESUME with FAILED; see to its safety key and console"):
            walk(link, driver, 0.8, 2.0)
        assert driver.stopped_by == "refused"
        assert link.server.speed == 0.0


def test_a_speed_set_at_the_console_is_told_and_the_ramp_begins_there(link):
    with made(link) as driver:
        driver.start()
        walk(link, driver, 1.0, 3.0)
        link.server.turn_speed(150 * codec.SPEED)
        link.pass_time(0.2)
        state = driver.read(2.0)
        assert [(event.kind, event.value) for event in state.events] == [("speed_changed", pytest.approx(1.5 / 3.6))]
        assert state.stopped_by is None
        assert state.setpoint == pytest.approx(1.5 / 3.6)
        assert driver.set_speed(1.0) <= 1.5 / 3.6 + 0.8 * 0.25 + 1e-9


def test_a_speed_above_the_limit_set_at_the_console_stops_the_belt(link):
    with made(link) as driver:
        driver.start()
        walk(link, driver, 1.0, 3.0)
        link.server.turn_speed(1.5)
        assert driver.read(2.0).stopped_by == "overspeed"
        assert not link.server.running


def test_a_belt_that_runs_away_is_stopped(link):
    link.server.period = 0.2
    with made(link) as driver:
        driver.start()
        walk(link, driver, 1.2, 3.0)
        link.server.target = 2.0  # nobody asked for it and nobody tells
        with pytest.raises(DeviceError, match=r"stopped \(overspeed\)"):
            walk(link, driver, 1.2, 3.0)
        assert not link.server.running


def test_control_taken_away_is_a_stop_that_asks_for_control_again(link):
    with made(link) as driver:
        driver.start()
        walk(link, driver, 0.8, 2.0)
        link.server.take_control_away()
        assert driver.read(2.0).stopped_by == "control_lost"
        assert not link.server.running


def test_news_that_cannot_be_read_is_taken_for_a_stop(link):
    with made(link) as driver:
        driver.start()
        walk(link, driver, 0.8, 2.0)
        link.server.told.append((codec.MACHINE_STATUS, b"\x77"))
        assert driver.read(2.0).stopped_by == "unknown_status"
        assert not link.server.running


def test_the_machine_gets_its_own_spacing_rounded_down(link):
    link.server.speed_range = features.Range(80 * codec.SPEED, 2000 * codec.SPEED, 10 * codec.SPEED)
    with made(link) as driver:
        driver.start()
        targets = set()
        for _ in range(60):
            setpoint = driver.set_speed(0.7)
            targets.add(round(link.server.target / codec.SPEED))
            assert link.server.target <= setpoint + 1e-9
            driver.poll()
            link.pass_time(0.05)
        assert max(targets) == 250  # 0.7 m/s are 2.52 km/h
        assert all(target % 10 == 0 for target in targets)
        with pytest.raises(ConfigError, match=r"speed must be 0 or at least 0.222 m/s, the slowest of"):
            driver.set_speed(0.1)
        walk(link, driver, 0.0, 2.0)
        assert not link.server.running


def test_a_machine_that_does_not_fit_is_refused(link):
    link.server.speed_range = features.Range(500 * codec.SPEED, 600 * codec.SPEED, codec.SPEED)
    with pytest.raises(ConfigError, match=r"limits.max_speed must be at least 1.39 m/s, the slowest of"):
        made(link).open()
    link.server.characteristic = lambda number: None
    with pytest.raises(DeviceError, match="does not let its speed be set"):
        made(link).open()
    link.out_of_reach = True
    with pytest.raises(DeviceError, match="not in reach; switch it on"):
        made(link).open()


def test_no_answer_to_a_command(link):
    driver = made(link).open()
    driver.start()
    link.server.command = lambda data: None
    with pytest.raises(
        DeviceTimeoutError, match=r"did not answer START_OR_RESUME within 2 s; see that the belt stands"
    ):
        walk(link, driver, 0.8, 1.0)
    assert driver.stopped_by == "link_lost"
    driver.close()


def test_a_dialect_is_refused_with_the_way_out_and_read_when_told_to(link):
    """Some machines count steps behind a flag that is reserved."""
    plain = codec.encode_treadmill_data

    def dialect(data):
        return bytes([plain(data)[0], plain(data)[1] | 0x20]) + plain(data)[2:] + b"\x05\x00"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "encode_treadmill_data", dialect)
        with made(link) as driver, pytest.raises(DeviceTimeoutError, match=r"2 unreadable messages.*reserved='skip'"):
            driver.read(2.0)
        with made(link, reserved="skip") as driver:
            assert driver.read(2.0).speed == 0.0
