"""Octets of the Fitness Machine Service: the published layout, written by hand, and any octets at all."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.devices.treadmill import ftms_codec as codec
from gaitloop.devices.treadmill import ftms_control as control
from gaitloop.devices.treadmill import ftms_features as features
from gaitloop.errors import ConfigError, WireError

KMH = 1 / 3.6  # [m/s]

# Per flag, from the tables of the specification and the supplement: struct letters, counts, attributes and values.
LAYOUT = [
    (0, "H", (432,), {"speed": 4.32 * KMH}),
    (1, "H", (65535,), {"average_speed": 655.35 * KMH}),
    (2, "3B", (0x39, 0x30, 0x01), {"distance": 77_881.0}),
    (3, "hh", (-35, 120), {"inclination": -0.035, "ramp_angle": math.radians(12.0)}),
    (4, "HH", (251, 16), {"elevation_gain": 25.1, "elevation_loss": 1.6}),
    (5, "B", (7,), {"pace_counts": 7.0}),
    (6, "B", (9,), {"average_pace_counts": 9.0}),
    (7, "HHB", (321, 65535, 12), {"energy_kcal": 321.0, "energy_per_hour_kcal": None, "energy_per_minute_kcal": 12.0}),
    (8, "B", (255,), {"heart_rate_bpm": 255.0}),
    (9, "B", (73,), {"metabolic_equivalent": 7.3}),
    (10, "H", (3600,), {"elapsed": 3600.0}),
    (11, "H", (60,), {"remaining": 60.0}),
    (12, "hh", (-120, 32767), {"force": -120.0, "power": None}),
]
groups = st.sets(st.integers(0, 12))


def written(present, wide=False):
    """A notification with these groups, by hand, and what it says."""
    flags = 1 - (0 in present) | sum(1 << bit for bit in present if bit)
    data, values = struct.pack("<H", flags), {}
    for bit, letters, counts, attributes in LAYOUT:
        if bit in present:
            data += struct.pack("<" + ("H" if wide and bit in (5, 6) else letters), *counts)
            values |= attributes
    return data, values


def agree(told, values):
    for name in codec.TreadmillData.__dataclass_fields__:
        got, want = getattr(told, name), values.get(name)
        assert (got is None) == (want is None), name
        assert got is None or got == pytest.approx(want, rel=1e-12), name


def test_octets_written_out_by_hand():
    told = codec.decode_treadmill_data(bytes.fromhex("0c 00 90 01 10 27 00 0f 00 ff 7f"))
    agree(told, {"speed": 4.0 * KMH, "distance": 10_000.0, "inclination": 0.015})
    assert codec.encode_treadmill_data(codec.TreadmillData(speed=4.0 * KMH)) == bytes.fromhex("00 00 90 01")
    assert control.encode_request(control.ControlRequest(control.ControlOp.SET_SPEED, 1.0)) == bytes.fromhex("02 68 01")


@given(groups, st.booleans())
def test_every_combination_of_fields_is_read(present, wide):
    data, values = written(present, wide)
    agree(codec.decode_treadmill_data(data), values)


@given(groups)
def test_what_is_read_is_written_again(present):
    data, _ = written(present)
    assert codec.encode_treadmill_data(codec.decode_treadmill_data(data)) == data


@given(groups, st.integers(1, 60))
def test_a_notification_cut_off_is_refused(present, cut):
    data, _ = written(present - {5, 6})  # a pace tells its size by the length
    with pytest.raises(WireError, match="Treadmill Data must have"):
        codec.decode_treadmill_data(data[: max(len(data) - cut, 0)])


@given(groups, st.binary(min_size=1, max_size=40))
def test_octets_left_over_are_refused(present, more):
    data, _ = written(present - {5, 6})
    with pytest.raises(WireError, match="Treadmill Data must have"):
        codec.decode_treadmill_data(data + more)


@given(groups, st.integers(1, 7), st.binary(max_size=6))
def test_reserved_flags_are_refused_or_skipped_with_what_is_behind(present, reserved, more):
    data, values = written(present - {5, 6})
    flags = int.from_bytes(data[:2], "little") | reserved << 13
    data = flags.to_bytes(2, "little") + data[2:] + more
    with pytest.raises(WireError, match="sets reserved flags: 0x"):
        codec.decode_treadmill_data(data)
    agree(codec.decode_treadmill_data(data, reserved="skip"), values)


@given(st.integers(0, 65535), st.integers(0, (1 << 24) - 1), st.integers(-32768, 32766))
def test_units_to_the_last_count(speed, distance, slope):
    data = struct.pack("<HH", 0x000C, speed) + distance.to_bytes(3, "little") + struct.pack("<hh", slope, 0x7FFF)
    told = codec.decode_treadmill_data(data)
    assert told.speed == pytest.approx(speed / 100 / 3.6, abs=1e-12)
    assert told.distance == distance
    assert told.inclination == pytest.approx(slope / 1000, abs=1e-12)
    assert codec.encode_treadmill_data(told) == data


DECODERS = [
    codec.decode_treadmill_data,
    lambda data: codec.decode_treadmill_data(data, reserved="skip"),
    features.decode_features,
    lambda data: features.decode_range(codec.SPEED_RANGE, data),
    lambda data: features.decode_range(codec.INCLINATION_RANGE, data),
    control.decode_request,
    control.decode_response,
    control.decode_status,
]


@pytest.mark.parametrize("decode", DECODERS)
@given(data=st.binary(max_size=64))
def test_any_octets_give_a_value_or_one_refusal(decode, data):
    try:
        told = decode(data)
    except WireError:
        return
    numbers = (getattr(told, name) for name in told.__dataclass_fields__)
    assert all(math.isfinite(number) for number in numbers if isinstance(number, float))


def test_ranges():
    span = features.decode_range(codec.SPEED_RANGE, bytes.fromhex("50 00 d0 07 0a 00"))
    assert (span.low, span.high, span.step) == pytest.approx((0.8 * KMH, 20.0 * KMH, 0.1 * KMH))
    slope = features.decode_range(codec.INCLINATION_RANGE, bytes.fromhex("e2 ff 96 00 05 00"))
    assert (slope.low, slope.high, slope.step) == pytest.approx((-0.03, 0.15, 0.005))
    assert features.encode_range(codec.INCLINATION_RANGE, slope) == bytes.fromhex("e2 ff 96 00 05 00")
    for bad in ("d0 07 50 00 0a 00", "50 00 d0 07 00 00", "50 00 d0 07 0a", "50 00 d0 07 0a 00 00"):
        with pytest.raises(WireError, match="range must have"):
            features.decode_range(codec.SPEED_RANGE, bytes.fromhex(bad))


def test_features():
    told = features.decode_features(bytes.fromhex("0d 10 00 00 03 00 00 00"))
    Machine, Target = features.MachineFeature, features.TargetFeature
    assert told.machine == Machine.AVERAGE_SPEED | Machine.TOTAL_DISTANCE | Machine.INCLINATION | Machine.ELAPSED_TIME
    assert told.target == Target.SPEED | Target.INCLINATION
    assert features.encode_features(told) == bytes.fromhex("0d 10 00 00 03 00 00 00")
    for bad in ("00 00 02 00 00 00 00 00", "00 00 00 00 00 00 00 80", "00"):
        with pytest.raises(WireError, match="Fitness Machine Feature"):
            features.decode_features(bytes.fromhex(bad))


COMMANDS = [
    ("00", control.ControlOp.REQUEST_CONTROL, None),
    ("01", control.ControlOp.RESET, None),
    ("02 f4 01", control.ControlOp.SET_SPEED, 5.0 * KMH),
    ("03 f1 ff", control.ControlOp.SET_INCLINATION, -0.015),
    ("07", control.ControlOp.START_OR_RESUME, None),
    ("08 01", control.ControlOp.STOP_OR_PAUSE, control.StopKind.STOP),
    ("08 02", control.ControlOp.STOP_OR_PAUSE, control.StopKind.PAUSE),
]


@pytest.mark.parametrize(("octets", "op", "value"), COMMANDS)
def test_commands(octets, op, value):
    data = bytes.fromhex(octets)
    assert control.encode_request(control.ControlRequest(op, value)) == data
    told = control.decode_request(data)
    assert told.op is op
    assert told.value == (None if value is None else pytest.approx(value))
    with pytest.raises(WireError, match="must have"):
        control.decode_request(data + b"\0")


@pytest.mark.parametrize("bad", ["", "04 00 00", "15", "80 01 01", "08 00", "08 03", "08", "02 00"])
def test_commands_that_are_none(bad):
    with pytest.raises(WireError):
        control.decode_request(bytes.fromhex(bad))


def test_answers():
    told = control.decode_response(bytes.fromhex("80 02 03"))
    assert told == control.ControlResponse(2, control.Result.INVALID_PARAMETER)
    for bad in ("", "80 02", "80 02 00", "80 02 06", "81 02 01", "80 02 01 00"):
        with pytest.raises(WireError):
            control.decode_response(bytes.fromhex(bad))


NEWS = [
    ("01", control.StatusOp.RESET, None),
    ("02 01", control.StatusOp.STOPPED_BY_USER, control.StopKind.STOP),
    ("02 02", control.StatusOp.STOPPED_BY_USER, control.StopKind.PAUSE),
    ("03", control.StatusOp.STOPPED_BY_SAFETY_KEY, None),
    ("04", control.StatusOp.STARTED_BY_USER, None),
    ("05 2c 01", control.StatusOp.SPEED_CHANGED, 3.0 * KMH),
    ("06 ec ff", control.StatusOp.INCLINATION_CHANGED, -0.02),
    ("ff", control.StatusOp.CONTROL_LOST, None),
]


@pytest.mark.parametrize(("octets", "op", "value"), NEWS)
def test_news(octets, op, value):
    data = bytes.fromhex(octets)
    assert control.encode_status(control.Status(op, value)) == data
    told = control.decode_status(data)
    assert (told.op, told.value) == (op, None if value is None else pytest.approx(value))


def test_news_of_other_machines_is_known_by_its_length():
    assert control.decode_status(bytes.fromhex("0e 10 0e")).value is None
    for bad in ("", "00", "16", "fe", "0e 10", "03 00", "02", "02 03", "05 00"):
        with pytest.raises(WireError):
            control.decode_status(bytes.fromhex(bad))


@pytest.mark.parametrize("value", [-0.01, 182.05, math.nan, math.inf, None])
def test_a_speed_that_does_not_fit_is_not_sent(value):
    with pytest.raises(ConfigError, match="speed must"):
        control.encode_request(control.ControlRequest(control.ControlOp.SET_SPEED, value))
