"""Profiles of devices: every key known, none missing, each value of its type, in its range, and fitting the others."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.devices.drives import DriveBus
from gaitloop.devices.profile import Profile, load_profile, profile_names
from gaitloop.devices.profile._load import MAX_BYTES, from_bytes
from gaitloop.errors import ConfigError
from gaitloop.safety import Declaration

EXO, ANKLE = "simulated_treadmill_exo", "simulated_ankle"


def document(name=EXO):
    """A shipped profile as plain values."""
    return copy.deepcopy(dict(load_profile(name).document))


def written(value, path=()):
    """Plain values as TOML."""
    plain = {k: v for k, v in value.items() if not isinstance(v, dict)}
    lines = [f"[{'.'.join(path)}]"] if path else []
    for k, v in plain.items():
        shown = {True: "true", False: "false"}.get(v) if isinstance(v, bool) else None
        shown = shown or (f'"{v}"' if isinstance(v, str) else str(v))
        lines.append(f"{k} = {shown}")
    for k, v in value.items():
        if isinstance(v, dict):
            lines += written(v, (*path, k))
    return lines


def read(value):
    return from_bytes("\n".join(written(value)).encode(), "device.toml")


def put(value, path, new):
    *folders, key = path.split(".")
    for folder in folders:
        value = value[folder]
    if new is None:
        del value[key]
    else:
        value[key] = new


@pytest.mark.parametrize("name", profile_names())
def test_each_shipped_profile_is_a_device(name):
    profile = load_profile(name)
    assert isinstance(profile, Profile)
    assert profile.simulated
    bus = profile.bus(channel="nowhere")
    assert isinstance(bus, DriveBus)
    assert bus.config.channel == "nowhere"
    declared = profile.declaration(bus)
    assert isinstance(declared, Declaration)
    assert declared.safe_profile == profile.safe_stop.stop
    driven = [kind == "driven" for kind in profile.kinds]
    assert np.isfinite(bus.digest).tolist() == driven
    assert all(drive.counts == pytest.approx(1e5, rel=1e-6) for drive in profile.drives())
    assert (profile.belt_limits is None) == (profile.treadmill.kind == "none")


def test_there_is_one_of_each_class():
    classes = {load_profile(name).device_class for name in profile_names()}
    assert classes == {"treadmill_exo", "overground_exo", "end_effector", "ankle"}


def test_an_unknown_device_is_told_with_those_that_are_known():
    for name in ("lokomat", "", "simulated_ankle.", "nul\0"):
        with pytest.raises(ConfigError, match=r"is not known; known devices are simulated_ankle, .*path of a profile"):
            load_profile(name)
    with pytest.raises(ConfigError, match="must be a name or a path, got 3"):
        load_profile(3)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file.*known devices are"):
        load_profile(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="Is a directory"):
        load_profile(tmp_path)


def test_the_order_comments_and_channel_do_not_change_what_a_device_is():
    one, value = load_profile(EXO), document()
    value["bus"]["channel"] = "/dev/ttyUSB7"
    again = read(dict(reversed(value.items())))
    assert again.digest == one.digest
    value["drive"]["hip_l"]["zero"] = 1
    assert read(value).digest != one.digest


def every_path(value, before=()):
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from every_path(inner, (*before, key))
        else:
            yield ".".join((*before, key))


@pytest.mark.parametrize("path", list(every_path(document(ANKLE))))
def test_each_key_must_be_given_and_be_of_its_type(path):
    gone = document(ANKLE)
    put(gone, path, None)
    with pytest.raises(ConfigError) as refused:
        read(gone)
    together = {"bus.panel_drive": "bus.panel_bit", "bus.panel_bit": "bus.panel_drive"}
    assert path in str(refused.value)
    assert "is missing" in str(refused.value) or path in together
    for wrong in ([[1]], {"a": 1}, "\u00e9" * 300):
        odd = document(ANKLE)
        put(odd, path, wrong)
        with pytest.raises(ConfigError, match=r"^device\.toml: "):
            read(odd)


@pytest.mark.parametrize(
    "table", ["", "joints", "safe_profile", "bus", "treadmill", "support", "limits", "drive.hip_l"]
)
def test_a_key_that_nobody_knows_is_refused(table):
    value = document()
    put(value, f"{table}.speling" if table else "speling", 1)
    with pytest.raises(
        ConfigError, match=r"speling is not a known key; known are .*\(line \d+\)|speling is not a known"
    ):
        read(value)


BAD = [
    ("version", 2, r"version must lie in \[1, 1\], got 2"),
    ("class", "exo", "class must be one of treadmill_exo"),
    ("simulated", 1, "simulated must be true or false"),
    ("joints.hip_l", "sensed", "joints.hip_l must be driven for the class treadmill_exo"),
    ("joints.ankle_l", "driven", r"drive.ankle_l is missing; every driven part needs a table"),
    ("safe_profile.stop", "lock_brake", "safe_profile.legs must be hold with stop = lock_brake, got damp"),
    ("safe_profile.legs", "off", "safe_profile.legs must be damp"),
    ("safe_profile.belt", "off", "safe_profile.belt must be hold or damp with legs tied"),
    ("safe_profile.belt", "absent", "safe_profile.belt must be hold or damp, got absent"),
    ("safe_profile.support", "damp", "safe_profile.support must be hold"),
    ("safe_profile.lower_deadline", 2.0, "safe_profile.lower_deadline must be given with stop = controlled_lower, and"),
    ("support.kind", "none", "safe_profile.support must be absent"),
    ("bus.interface", "pcan", "bus.interface must be one of slcan, socketcan"),
    ("bus.rate", 1000.0, "bus: .*refused|bus: .*70 %|bus: "),
    ("bus.rate", 0.0, r"bus.rate must lie in \[10, 5000\], got 0"),
    ("bus.heartbeat", 0.03, r"bus.heartbeat must lie in"),
    ("bus.watchdog", 0.01, "bus.heartbeat must be at most half of bus.watchdog"),
    ("bus.node", 1, "bus: "),
    ("bus.panel_drive", "ankle_l", "bus.panel_drive must be one of hip_l"),
    ("treadmill.kind", "ftms", "treadmill.kind must be drive or serial, not ftms: the legs are tied to a frame"),
    ("treadmill.kind", "none", "treadmill"),
    ("treadmill.kind", "drive", "drive.belt is missing"),
    ("treadmill.legs_tied", False, "must name a belt and be true for a treadmill_exo"),
    ("treadmill.overspeed", 1.0, r"treadmill.overspeed must lie in \[1.4, 6\], got 1"),
    ("limits.belt_speed_max", 1.5, r"limits.belt_speed_max must lie in \[0, 1.4\] m/s of treadmill.max_speed"),
    ("limits.q_min", [0.0] * 5, "limits.q_min must have length 6, got 5"),
    ("limits.q_min", [2.0] * 6, "limits.q_min must lie below q_max"),
    ("limits.tau_max", [31.0] * 6, r"limits.tau_max\[0\] must be at most 30 N·m, which is drive.hip_l.setpoint_max"),
    ("limits.dq_max", [7.0] * 6, r"limits.dq_max\[0\] must be at most 6 rad/s"),
    ("limits.tick_max", 0.003, "limits.tick_max must be at least one tick, 0.004 s of bus.rate"),
    ("limits.lease", 0.002, "limits.lease must be at least one tick"),
    ("drive.hip_l.node", 0, r"drive.hip_l.node must lie in \[1, 126\], got 0"),
    ("drive.hip_l.node", 2, "bus: "),
    ("drive.hip_l.sign", 0, "drive.hip_l.sign must be 1 or -1, got 0"),
    ("drive.hip_l.gear", 50.0, "drive.hip_l.gear must be 100 as in settings.gear_motor and gear_shaft, got 50"),
    ("drive.hip_l.encoder_counts", 4096.0, "drive.hip_l.encoder_counts must be 6283 as in settings"),
    ("drive.hip_l.travel", 0.1, "drive.hip_l.travel must be left out: it turns"),
    ("drive.hip_l.zero", 3_000_000, "position_min and position_max must hold limits"),
    ("drive.hip_l.setpoint_max", 31.0, "drive.hip_l.setpoint_max must be at most 30 N·m, which is rated_torque with"),
    ("drive.hip_l.settings.quick_stop", 4, "drive.hip_l.settings.quick_stop must be one of 1, 2, 5, 6"),
    ("drive.hip_l.settings.position_max", -250000, "drive.hip_l.settings.position_min must lie below position_max"),
    (
        "drive.hip_l.sweep.torque",
        40.0,
        r"drive.hip_l.sweep.torque must be at most 30 N·m, which is limits.tau_max\[0\]",
    ),
    ("drive.hip_l.sweep.slow", 0.6, "drive.hip_l.sweep.slow must lie below fast = 0.5"),
    ("drive.hip_l.sweep.margin", 0.9, "drive.hip_l.sweep.margin must be at most 0.48 rad"),
    ("drive.elbow", {"node": 3}, "drive.elbow is not a known part; known are hip_l"),
    ("drive.belt", {"node": 3}, r"drive.belt.encoder_counts is missing|drive.belt"),
]


@pytest.mark.parametrize(("path", "value", "words"), BAD)
def test_each_bad_value_is_refused_with_its_path(path, value, words):
    bad = document()
    put(bad, path, value)
    with pytest.raises(ConfigError, match=rf"^device\.toml: .*({words})"):
        read(bad)


def test_who_carries_the_person_decides_how_a_device_may_stop():
    value = document("simulated_overground_exo")
    value["safe_profile"] |= {"stop": "release_after_damp", "legs": "damp"}
    with pytest.raises(
        ConfigError, match="must be lock_brake or controlled_lower where nothing else carries the person"
    ):
        read(value)
    value["safe_profile"] |= {"stop": "controlled_lower", "lower_deadline": 3.0}
    profile = read(value)
    assert profile.declaration(profile.bus()).lower_deadline == 3.0


def test_a_person_who_walks_freely_may_use_a_belt_over_bluetooth():
    value = document(ANKLE)
    value["treadmill"] = {"kind": "ftms", "legs_tied": False, "max_speed": 1.0, "acceleration": 0.2}
    value["treadmill"] |= {"deceleration": 0.2, "overspeed": 1.2}
    value["safe_profile"]["belt"] = "damp"
    assert read(value).belt_limits.max_speed == 1.0
    value["treadmill"]["legs_tied"] = True
    with pytest.raises(ConfigError, match="not ftms"):
        read(value)


def test_a_belt_on_the_bus_is_a_drive_that_slides():
    value = document()
    value["treadmill"]["kind"] = "drive"
    belt = copy.deepcopy(value["drive"]["hip_l"]) | {"node": 9, "travel": 0.4}
    del belt["sweep"]
    value["drive"]["belt"] = belt
    drives = read(value).drives()
    assert drives[-1].part == "belt"
    assert drives[-1].counts == pytest.approx(6283.185307 * 100 / 0.4)
    del belt["travel"]
    with pytest.raises(ConfigError, match=r"drive\.belt\.travel must be given for a part that slides"):
        read(value)


def test_counts_follow_gear_encoder_and_sign():
    value = document(ANKLE)
    value["drive"]["ankle_l"]["sign"] = -1
    counts = {drive.part: drive.counts for drive in read(value).drives()}
    assert counts["ankle_l"] == pytest.approx(-6283.185307 * 100 / (2 * math.pi))
    assert counts["ankle_r"] == -counts["ankle_l"]


def test_a_profile_never_changes():
    profile = load_profile(ANKLE)
    with pytest.raises(AttributeError):
        profile.name = "another"
    with pytest.raises(TypeError):
        profile.drive["ankle_l"] = None
    with pytest.raises(TypeError):
        profile.drive["ankle_l"].settings["max_torque"] = 9


TEXT = b"\n".join(line.encode() for line in written(document(ANKLE)))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_in_a_file_is_a_profile_or_one_refusal(data):
    body = bytearray(TEXT)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "insert"]))
        if kind == "flip":
            body[at] ^= 1 << data.draw(st.integers(0, 7))
        elif kind == "cut":
            del body[at : at + data.draw(st.integers(1, 60))]
        else:
            body[at:at] = data.draw(st.binary(max_size=20))
    told = ""
    try:
        assert isinstance(from_bytes(bytes(body), "x.toml"), Profile)
    except ConfigError as error:
        told = str(error)
    assert told == "" or (told.startswith("x.toml: ") and len(told) < 1500)


def test_hostile_files_are_refused_in_one_line():
    deep = b"a = " + b"[" * 20_000
    for body in (b"", b"\xff\xfe", b"\0", deep, b"x" * (MAX_BYTES + 1), b"version = 1" + b"0" * 5000, TEXT + TEXT):
        with pytest.raises(ConfigError, match=r"^x\.toml: "):
            from_bytes(body, "x.toml")


def hoist():
    """The shipped exoskeleton with a winch on its bus."""
    value = document()
    value["support"]["kind"] = "drive"
    value["bus"]["rate"] = 200.0
    table = copy.deepcopy(value["drive"]["hip_l"])
    del table["sweep"]
    table |= {"node": 77, "travel": 2 * math.pi, "setpoint_max": 0.3}
    table["settings"] |= {"quick_stop": 6, "abort_connection": 3, "fault_reaction": 2}
    table["rope"] = {
        "mode": "velocity", "load_index": 0x6401, "load_sub": 1, "digit": 0.1, "zero": 100, "gain": 0.001,
        "acceleration_max": 1.0, "force_max": 1200.0, "travel_min": -0.5, "travel_max": 0.5, "following_max": 0.02,
    }  # fmt: skip
    value["drive"]["winch"] = table
    return value


def test_a_winch_on_the_bus_is_a_drive_of_the_profile():
    profile = read(hoist())
    (winch,) = [drive for drive in profile.drives() if drive.part == "winch"]
    assert winch.winch.load == (0x6401, 1)
    assert winch.winch.travel == (-0.5, 0.5)
    assert winch.counts == pytest.approx(profile.drive["hip_l"].counts)  # a turn is 2π m, or 2π rad
    bus = profile.bus(channel="nowhere")
    assert bus.config.drives[-1].part == "winch"
    assert np.isfinite(bus.digest).tolist() == [kind == "driven" for kind in profile.kinds]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("support.kind", "driven", r"drive\.winch must be left out unless support\.kind is drive"),
        ("drive.winch", None, r"drive\.winch is missing; every driven part needs a table"),
        ("drive.winch.rope", None, r"drive\.winch\.rope must be given for this part"),
        ("drive.winch.travel", None, r"drive\.winch\.travel must be given for a part that slides"),
        ("drive.winch.rope.mode", "torque", r"drive\.winch\.rope\.mode must be one of velocity, position"),
        ("drive.winch.rope.gain", 1.0, r"drive\.winch\.rope\.gain must lie in"),
        ("drive.winch.rope.force_max", 60.0, r"limits\.support_force_max must be at most 60 N"),
        ("drive.winch.settings.quick_stop", 2, r"settings\.quick_stop of a winch must be 5 or 6"),
        ("bus.panel_drive", "winch", r"panel must be wired to another drive than the winch"),
    ],
)
def test_a_winch_that_does_not_fit_is_refused(path, value, words):
    changed = hoist()
    put(changed, path, value)
    with pytest.raises(ConfigError, match=words):
        read(changed)


def test_a_joint_has_no_rope():
    changed = hoist()
    changed["drive"]["knee_l"]["rope"] = changed["drive"]["winch"]["rope"]
    with pytest.raises(ConfigError, match=r"drive\.knee_l\.rope must be left out for this part"):
        read(changed)
