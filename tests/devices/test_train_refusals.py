"""What `gaitloop train` refuses of a device, by field and value and with what to do, before its bus is opened."""

from __future__ import annotations

import copy
import dataclasses
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrating import profile_of, written
from drive_sessions import exo, found, papers, plan_text, swept
from gaitloop._core import ENVELOPE_FIELDS
from gaitloop.cli import main
from gaitloop.devices.profile import load_profile
from gaitloop.errors import ConfigError
from gaitloop.session.burden import Burden
from gaitloop.session.fitting import Fitting
from gaitloop.session.plan import Plan
from gaitloop.session.programme import Programme, Rules, Stage
from gaitloop.train import fit_programme

NOWHERE = "/dev/no such port"
STAGE = {"kind": "walk", "speed": 0.3, "support": 0.0, "mode": "assist", "floor": 0.2, "ceiling": 1.0}


def refused(capsys, words):
    """The one line that is told."""
    assert main(list(map(str, words))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1
    assert "cannot be opened" not in err  # the bus was not asked for yet
    return err


def train(folder, value=None, *words, calibration=True, **changes):
    """The words of the command for a device."""
    plan, profile, sealed = papers(folder, value, **changes)
    given_ = ["--calibration", sealed] if calibration else []
    return ["train", plan, "--device", profile, *given_, "--channel", NOWHERE, "--out", folder / "a.mcap", *words]


def put(value, path, new):
    *folders, key = path.split(".")
    for folder in folders:
        value = value[folder]
    value[key] = new


@pytest.mark.parametrize(
    ("path", "new", "words"),
    [
        ("treadmill.kind", "serial", "treadmill.kind must be drive in .*device.toml for a session that walks, got ser"),
        ("joints.ankle_l", "sensed", "joints.ankle_l must be driven or absent in .*, got sensed: no drive measures it"),
        ("bus.panel_drive", None, "bus.panel_drive is missing in .*: nothing is armed without the operator's panel"),
    ],
)
def test_a_device_whose_loop_lacks_a_part_is_refused_by_its_name(tmp_path, capsys, path, new, words):
    value = exo()
    put(value, path, new)
    if path == "treadmill.kind":
        del value["drive"]["belt"]
    if path == "bus.panel_drive":
        del value["bus"]["panel_drive"], value["bus"]["panel_bit"]
    err = refused(capsys, train(tmp_path, value))
    assert re.search(words, err), err
    assert not (tmp_path / "a.mcap").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("simulated_ankle", "ankle, got treadmill_exo: an ankle device has no belt to command"),
        ("simulated_overground_exo", "overground_exo, got treadmill_exo: its person walks without a belt"),
        ("simulated_end_effector", "end_effector, got treadmill_exo: its drives move plates"),
    ],
)
def test_another_class_is_refused_with_the_reason_and_the_one_that_works(tmp_path, capsys, name, why):
    value = copy.deepcopy(dict(load_profile(name).document))
    err = refused(capsys, train(tmp_path, value))
    assert why in err
    assert "train on a treadmill_exo whose belt is a drive, as simulated_bus_exo" in err


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"support": 0.2}, "training.support must be 0 where support.kind is passive in .*, got 0.2: .*drive.winch"),
        ({"ankle": '"driven"'}, "device.ankle must be sensed where .* has joints.ankle_l = absent, got driven"),
        ({"q_min": [1.05, -0.1, -0.7] * 2}, r"limits of the plan \(session\).*hip_l must not be empty.* of session"),
        ({"q_max": [0.2, 1.4, 0.6] * 2}, r"limits of hip_l must reach from -.* walking at 0.3 m/s needs, got"),
        ({"tick_max": 0.004}, "limits.tick_max must be at least one tick, 0.005 s of bus.rate in .*, got 0.004"),
        ({"lease": 0.001}, "limits.lease must be at least one tick"),
        ({"speed": 1.4, "belt_speed_max": 1.2}, "speed must lie in .*1.2"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_by_field_and_value(tmp_path, capsys, changes, words):
    if "q_min" in changes:
        changes = {**changes, "q_max": [1.1, 1.4, 0.6] * 2}
        value = exo()
        value["limits"]["q_max"] = [1.0, 1.4, 0.5] * 2
    err = refused(capsys, train(tmp_path, None, **changes))
    assert re.search(words, err), err


def test_words_of_the_command_that_do_not_fit_a_device_are_refused(tmp_path, capsys):
    for words, told in [
        (["--pace", "fast"], "--pace must be real on a device"),
        (["--at", "5:press start"], "--at must leave the panel of a device to a person, got 5:press start"),
        (["--at", "5:dance"], "script must have one of pause"),
        (["--operator", "Ada"], "operator"),
    ]:
        assert told in refused(capsys, train(tmp_path, None, *words))
    assert "--calibration must name what `gaitloop calibrate" in refused(capsys, train(tmp_path, calibration=False))
    sim = ["train", tmp_path / "plan.toml", "--device", "sim", "--out", tmp_path / "a.mcap"]
    for name in ("calibration", "eds", "channel"):
        assert f"--{name} goes with the profile of a device only" in refused(capsys, [*sim, f"--{name}", "x"])
    assert "its folder does not exist" in refused(capsys, [*train(tmp_path)[:-1], tmp_path / "no" / "a.mcap"])
    same = train(tmp_path)
    same[same.index("--out") + 1] = tmp_path / "found.toml"
    assert "--out must not be the file that is read" in refused(capsys, same)
    assert "is not known; known devices are" in refused(capsys, [*sim[:3], "lokomat", *sim[4:]])


def test_a_calibration_must_be_sealed_and_of_this_very_profile(tmp_path, capsys):
    words = train(tmp_path)
    sealed = tmp_path / "found.toml"
    text = sealed.read_text()
    sealed.write_text(text.replace("q_max = 1.4", "q_max = 1.3"))
    assert "seal.sha256 must match the content" in refused(capsys, words)
    sealed.write_text(text)
    value = exo()
    value["drive"]["hip_l"]["zero"] = 1
    assert "calibration is of the profile" in refused(capsys, train(tmp_path, value))
    assert "calibrate this device" in refused(capsys, train(tmp_path, value))


def test_drives_that_are_not_simulated_need_their_makers_description(tmp_path, capsys):
    value = exo()
    value["simulated"] = False
    assert "--eds must name the maker's description" in refused(capsys, train(tmp_path, value))


def test_everything_that_fits_reaches_for_the_bus(tmp_path, capsys):
    """Otherwise the other tests would show nothing."""
    assert main(list(map(str, train(tmp_path)))) == 2
    assert "cannot be opened" in capsys.readouterr().err
    assert not (tmp_path / "a.mcap").exists()


PROFILE = profile_of("\n".join(written(exo())) + "\n")
ROPED = profile_of("\n".join(written(exo(winch=True))) + "\n")


def programme(rules=None, text=None, **changes):
    plan = Plan.from_text(plan_text() if text is None else text)
    given_ = {"minutes": 1.0} if "steps" not in changes else {}
    stage = Stage(name="walk", **(STAGE | given_ | changes))
    return Programme(plan=plan, stages=(stage,), rules=Rules(**(rules or {})))


@pytest.mark.parametrize(
    ("rules", "changes", "words"),
    [
        ({}, {"support": 0.1}, r"stages\[0\]\.support must be 0 where support.kind is passive .*, got 0.1"),
        ({"challenge_steps": 50, "challenge_speed": 0.1, "speed_max": 1.4}, {}, r"limits of knee_l must reach"),
        ({"heart_rate_max": 120.0}, {}, r"rules\.heart_rate_max must be left out on .*, got 120: .*never act"),
        ({}, {"speed": 1.4}, r"limits of knee_l must reach|stages\[0\]\.speed"),
    ],
)
def test_a_programme_that_would_wait_for_what_nobody_measures_is_refused(rules, changes, words):
    sealed = found(PROFILE, knee_l={"q_max": 1.0})
    with pytest.raises(ConfigError, match=words):
        fit_programme(programme(rules, **changes), PROFILE, sealed, PROFILE.bus(sealed))


def test_a_heart_rate_that_a_sensor_beside_the_machine_measures_may_have_a_limit():
    sealed = found(PROFILE)
    made = programme({"heart_rate_max": 120.0})
    assert fit_programme(made, PROFILE, sealed, PROFILE.bus(sealed), heart_rate=True).rules == made.rules


def test_a_winch_carries_what_the_plan_asks_for():
    sealed = found(ROPED)
    made = fit_programme(programme(support=0.1), ROPED, sealed, ROPED.bus(sealed))
    assert made.plan.limits["support_force_max"] == 600.0


@given(st.data())
def test_the_limits_in_force_lie_inside_those_of_each(data):
    """Whatever the plan says, no limit is wider than the profile's, the calibration's or the plan's."""
    own = Plan.from_text(plan_text())
    limits = copy.deepcopy(dict(own.limits))
    for name, per_joint, low, high, *_, rule in ENVELOPE_FIELDS:
        if rule == "own" or name in ("q_min", "q_max", "tick_max", "sample_age_max", "lease", "belt_speed_max"):
            continue
        near = st.floats(max(low, 0.02), min(high, 1000.0))
        limits[name] = data.draw(st.lists(near, min_size=6, max_size=6) if per_joint else near, name)
    knee = data.draw(st.floats(1.2, 1.4), "knee")
    sealed = found(PROFILE, knee_l={"q_max": knee})
    plan = dataclasses.replace(own, limits=limits)
    made = fit_programme(Programme.of(plan), PROFILE, sealed, PROFILE.bus(sealed)).plan
    for name, *_, rule in ENVELOPE_FIELDS:
        got = np.asarray(made.limits[name])
        device = np.asarray(getattr(PROFILE.envelope, name))
        if rule == "own":
            assert (got == device).all(), name
        elif rule == "larger":
            assert (got >= np.maximum(device, limits[name])).all(), name
        else:
            assert (got <= np.minimum(device, limits[name])).all(), name
    assert made.limits["q_max"][1] == min(knee, 1.4)
    assert made.limits["belt_accel_max"] <= PROFILE.treadmill.acceleration


FITTING = Fitting(
    name="a device",
    device_class="treadmill_exo",
    profile_sha256="0" * 64,
    calibration_sha256="1" * 64,
    serial="7",
    kinds=("driven",) * 6,
    rate=200.0,
    safe_profile="lock_brake",
    watchdog=0.04,
    digest=(1.0, None, 2.0**53 - 1, 5.0, 6.0, 7.0),
)


@given(
    st.floats(10.0, 5000.0),
    st.floats(0.002, 0.05),
    st.lists(st.none() | st.integers(1, 2**53 - 1), min_size=6, max_size=6),
)
def test_what_a_record_has_of_a_device_reads_back_to_the_same_bits(rate, watchdog, digest):
    digest = tuple(None if value is None else float(value) for value in digest)
    one = dataclasses.replace(FITTING, rate=rate, watchdog=watchdog, digest=digest)
    assert Fitting.from_text(one.to_text()) == one


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"rate": 200.0', '"rate": NaN', "device.rate must lie in"),
        ('"rate": 200.0', '"rate": "fast"', "device.rate must be a number"),
        ('"lock_brake"', '"let_go"', "device.safe_profile must be one of"),
        ('["driven", ', '["floating", ', r"device.kinds\[0\] must be one of"),
        ('"digest": [1.0, ', '"digest": [', "device.digest must be a list of 6 values"),
        ('"digest": [1.0, ', '"digest": ["one", ', r"device.digest\[0\] must be a number"),
        ('"serial": "7"', '"owner": "7"', "device.serial is missing|device.owner is not"),
        ("{", "[{", "device must be JSON"),
        ("{", "{}x", "device must be JSON"),
    ],
)
def test_a_record_whose_device_was_changed_is_refused_by_name(old, new, words):
    text = FITTING.to_text()
    assert old in text
    with pytest.raises(ConfigError, match=words):
        Fitting.from_text(text.replace(old, new, 1))


numbers = st.floats(0.0, 50.0)


@given(
    st.lists(st.floats(-200.0, 200.0), min_size=12, max_size=12),
    st.lists(st.tuples(numbers, numbers, numbers), min_size=6, max_size=6),
    st.floats(0.01, 1.0),
    st.sampled_from(["force", "joints"]),
)
def test_what_a_record_has_of_a_burden_reads_back_and_makes_a_law(gravity, six, speed, contacts):
    coulomb, viscous, most = zip(*six, strict=True)
    burden = Burden(gravity=tuple(gravity), coulomb=coulomb, viscous=viscous, max_torque=most, friction_speed=speed)
    one = dataclasses.replace(FITTING, contacts=contacts, burden=burden)
    assert Fitting.from_text(one.to_text()) == one
    added = burden.law.step([0.0] * 6, [0.1] * 6, [0.5] * 6, None, 0.005).added
    assert (np.abs(added) <= np.array(most) + 1e-12).all()


@given(st.recursive(st.none() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_no_burden_of_a_record_brings_the_reader_down(value):
    table = json.loads(FITTING.to_text())
    with pytest.raises(ConfigError, match=r"device\.burden"):
        Fitting.from_text(json.dumps({**table, "burden": value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("coulomb", [-1.0] * 6), ("gravity", [1e3] * 12), ("viscous", [0.0] * 5), ("friction_speed", 0.0), ("more", 1)],
)
def test_a_burden_that_was_changed_is_refused_by_name(name, value):
    burden = Burden(
        gravity=(1.0,) * 12, coulomb=(1.0,) * 6, viscous=(1.0,) * 6, max_torque=(9.0,) * 6, friction_speed=0.02
    )
    table = json.loads(dataclasses.replace(FITTING, burden=burden).to_text())
    table["burden"][name] = value
    with pytest.raises(ConfigError, match=rf"device\.burden\.{name}"):
        Fitting.from_text(json.dumps(table))


def test_a_calibration_of_another_device_takes_nothing_off():
    sealed = swept(found(PROFILE), coulomb=1.0, thigh=4.0)
    other = dataclasses.replace(sealed, profile_sha256="0" * 64)
    with pytest.raises(ConfigError, match="calibration is of the profile"):
        fit_programme(programme(), PROFILE, other, PROFILE.bus(sealed))


def test_a_burden_takes_half_of_the_torque_in_force_at_most_and_nothing_that_was_not_swept():
    plain, known = found(PROFILE), swept(found(PROFILE), coulomb=1.0, viscous=-0.1, thigh=4.0, shank=2.0)
    assert fit_programme(programme(), PROFILE, plain, PROFILE.bus(plain)).plan.fitting.burden is None
    plan = fit_programme(programme(), PROFILE, known, PROFILE.bus(known)).plan
    burden, most = plan.fitting.burden, np.array(plan.limits["tau_max"])
    assert plan.fitting.contacts == "joints"
    np.testing.assert_array_equal(burden.max_torque, 0.5 * most * [1, 1, 0, 1, 1, 0])
    assert burden.gravity == (4.0, 0.0, 2.0, 0.0, 0.0, 0.0) * 2
    assert burden.coulomb == (1.0, 1.0, 0.0) * 2
    assert burden.viscous == (0.0,) * 6  # a fit may go a little below nothing
    heavy = swept(plain, thigh=900.0)
    with pytest.raises(ConfigError, match="weight or friction that no device has: gravity must lie"):
        fit_programme(programme(), PROFILE, heavy, PROFILE.bus(heavy))


@given(st.text(max_size=50) | st.recursive(st.none() | st.floats(), st.lists, max_leaves=8).map(json.dumps))
def test_no_text_brings_the_reader_of_a_device_down(text):
    with pytest.raises(ConfigError, match="device"):
        Fitting.from_text(text)
