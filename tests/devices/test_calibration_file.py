"""Files of calibrations: sealed, of one profile, refused after any change, and applied to the drives."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.devices.calibration import (
    Calibration,
    JointCalibration,
    LegCalibration,
    _text,
    load_calibration,
    save_calibration,
)
from gaitloop.devices.profile import load_profile
from gaitloop.errors import ConfigError

PROFILE = load_profile("simulated_ankle")


def made(**changes):
    joint = JointCalibration(
        zero=1234, sign=1, q_min=-0.5, q_max=0.4, coulomb=(1.5, 0.01), viscous=(0.8, 0.02), inertia=(0.2, 0.01)
    )
    bare = dataclasses.replace(joint, zero=-77, coulomb=None, viscous=None, inertia=None)
    leg = LegCalibration(
        gravity={"foot_sin": (3.0, 0.05)},
        residual=0.02,
        condition=3.0,
        friction_speed=0.02,
        person={"foot_sin": (2.0, 0.1)},
        person_residual=0.1,
    )
    given = {
        "profile": PROFILE.name,
        "profile_sha256": PROFILE.digest,
        "serial": "SN-1",
        "at": "2026-03-01T10:00:00Z",
        "joints": {"ankle_l": joint, "ankle_r": bare},
        "legs": {"left": leg},
        "confirmed": {"ankle_l_zero": 'A "quoted" name\\'},
    }
    return Calibration(**(given | changes))


def with_joint(**changes):
    joints = dict(made().joints)
    return made(joints=joints | {"ankle_l": dataclasses.replace(joints["ankle_l"], **changes)})


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "a.toml"
    save_calibration(made(), path)
    assert load_calibration(path) == made()
    with pytest.raises(ConfigError, match="exists and is not written over"):
        save_calibration(made(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.toml"]


def test_drives_take_zero_and_range():
    drives = {drive.part: drive for drive in PROFILE.drives(made())}
    assert (drives["ankle_l"].zero, drives["ankle_r"].zero) == (1234, -77)
    envelope = made().envelope(PROFILE)
    assert np.asarray(envelope.q_min)[2] == -0.5
    assert np.asarray(envelope.q_max)[2] == 0.4
    assert made().gravity()[0].tolist() == [0, 0, 0, 0, 3.0, 0]
    assert made().gravity(person=True)[0, 4] == 2.0
    assert made().friction("coulomb").tolist() == [0, 0, 1.5, 0, 0, 0]


def test_a_flipped_bit_anywhere_is_refused():
    data = _text.to_text(made()).encode()
    for at in range(len(data)):
        for bit in (0, 3, 7):
            body = bytearray(data)
            body[at] ^= 1 << bit
            try:
                text = bytes(body).decode()
            except UnicodeDecodeError:
                continue
            with pytest.raises(ConfigError, match=r"^x: .*changed after it was written"):
                _text.from_text(text, "x")


def test_a_cut_or_longer_file_is_refused(tmp_path):
    data = _text.to_text(made()).encode()
    for body in (data[:-1], data[:100], b"", data + b"\n", b"\xff" + data, b"x" * (_text.MAX_BYTES + 1)):
        path = tmp_path / "x.toml"
        path.write_bytes(body)
        with pytest.raises(ConfigError, match=r"x\.toml: "):
            load_calibration(path)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_calibration(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"sign": -1},
            "joint.ankle_l.sign must be 1 as in the profile, got -1: the encoder counts the other way; look for",
        ),
        (
            {"zero": 60_000},
            r"joint.ankle_l.zero must lie within 0.5 rad .* 0.6 rad away: set the joint to its mark again",
        ),
        ({"q_max": 0.6}, r"joint.ankle_l must have a range inside \[-0.7, 0.5\] rad .* find the zero again"),
        ({"q_min": 0.45}, "joint.ankle_l must have a range inside"),
        ({"q_min": -0.8}, "joint.ankle_l must have a range inside"),
    ],
)
def test_what_the_profile_does_not_allow_is_refused_with_what_to_do(changes, words):
    with pytest.raises(ConfigError, match=words):
        PROFILE.bus(with_joint(**changes))


def test_a_calibration_of_another_profile_is_refused():
    other = load_profile("simulated_treadmill_exo")
    with pytest.raises(
        ConfigError, match=r"calibration is of the profile 'Simulated ankle device' .* with `gaitloop calibrate`"
    ):
        other.bus(made())
    with pytest.raises(ConfigError, match="calibration is of the profile"):
        PROFILE.bus(made(profile_sha256="0" * 64))
    with pytest.raises(ConfigError, match=r"has no joint.ankle_r, which is driven"):
        PROFILE.bus(made(joints={"ankle_l": made().joints["ankle_l"]}))
    with pytest.raises(ConfigError, match="does not drive"):
        PROFILE.bus(made(joints=dict(made().joints) | {"hip_l": made().joints["ankle_l"]}))


def resealed(text, old, new):
    body = text.partition(_text._MARK)[0]
    assert old in body
    return _text._sealed(body.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version = 1", "version = 2", "version must be at most 1, got 2: it is of a newer gaitloop, update"),
        ("version = 1", "version = 0", "version 0 cannot be read any more: calibrate again"),
        ("version = 1", "version = true", "version must be a whole number"),
        ("zero = 1234", "zero = 1.5", r"joint\.ankle_l\.zero must be a whole number, got 1.5 \(line"),
        ("zero = 1234", "speling = 1", "is not a known key|is missing"),
        ("zero = 1234\n", "", r"joint\.ankle_l\.zero is missing"),
        ("coulomb = [1.5, 0.01]", "coulomb = [nan, 0.01]", r"joint\.ankle_l\.coulomb must lie in"),
        ("[joint.ankle_l]", "[joint.elbow]", r"joint\.elbow is not a known key"),
        ("[leg.left]", "[leg.middle]", r"leg\.middle is not a known key"),
        ("foot_sin = [3.0", "foot_tan = [3.0", "foot_tan is not a known key"),
        ('serial = "SN-1"', 'serial = ""', "serial must have 1 to 80 printable"),
    ],
)
def test_what_is_sealed_but_wrong_is_refused_too(old, new, words):
    with pytest.raises(ConfigError, match=rf"^x: .*({words})"):
        _text.from_text(resealed(_text.to_text(made()), old, new), "x")


def test_an_older_layout_is_brought_forward(monkeypatch):
    def forward(document):
        document["at"] = document.pop("on")
        return document

    monkeypatch.setitem(_text.MIGRATIONS, 0, forward)
    text = resealed(resealed(_text.to_text(made()), "version = 1", "version = 0"), "\nat = ", "\non = ")
    assert _text.from_text(text, "x") == made()


numbers = st.floats(-900.0, 900.0)


@settings(max_examples=60, deadline=None)
@given(
    zero=st.integers(-(2**31), 2**31 - 1),
    ends=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    pair=st.tuples(numbers, numbers),
    words=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60),
)
def test_any_finding_survives_the_file(zero, ends, pair, words):
    found = with_joint(zero=zero, q_min=ends[0], q_max=ends[1], coulomb=pair)
    found = dataclasses.replace(found, serial=words, confirmed={"step": words})
    assert _text.from_text(_text.to_text(found), "x") == found
