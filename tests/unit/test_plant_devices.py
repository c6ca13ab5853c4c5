"""The four classes of devices: a person walks in each, within its bounds; bad input is refused by name."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ZERO = np.zeros(6)
PERSON = Patient.healthy(1)
LIMP = PERSON.replace(strength=[0.0] * 6)


def example(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("kind", lambda: Device("chair")),
        ("kind", lambda: Device(3)),
        ("plate_force", lambda: Device("ankle_left", plate_force=10.0)),
        ("shape", lambda: Device("end_effector", shape=1.0)),
        ("support", lambda: Device.overground_exo(support="none")),
        ("trunk_mass", lambda: Device.overground_exo(trunk_mass=31.0)),
        ("ankle_stiffness", lambda: Device.overground_exo(ankle_stiffness=-1.0)),
        ("torque_max", lambda: Device.overground_exo(torque_max=np.nan)),
        ("support_force", lambda: Device.overground_exo(support_force=np.inf)),
        ("support_pace", lambda: Device.overground_exo(pace=0.0)),
        ("plate_mass", lambda: Device.end_effector(plate_mass=0.5)),
        ("plate_force", lambda: Device.end_effector(plate_force=3001.0)),
        ("noise", lambda: Device.end_effector(noise=11.0)),
        ("side", lambda: Device.ankle("none")),
        ("torque_max", lambda: Device.ankle(torque_max=301.0)),
        ("shank_mass", lambda: Device.ankle(shank_mass="heavy")),
    ],
)
def test_bad_device_is_refused_by_name(name, make):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        make()


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("plate_force", {"plate_force": np.zeros(6)}),
        ("plate_force", {"plate_force": np.full((2, 3), np.nan)}),
        ("plate_force", {"plate_force": np.full((2, 3), 3001.0)}),
        ("cue", {"cue": 1.5}),
        ("cue", {"cue": np.nan}),
    ],
)
def test_bad_command_is_refused_by_name(name, command):
    plant = Plant(PERSON, Device.end_effector())
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        plant.advance(ZERO, **command)


def test_each_class_has_its_own_fittings():
    fitted = {
        "frame": Plant(PERSON, Device.treadmill_exo()).fittings(),
        "arms": Plant(PERSON, Device.overground_exo()).fittings(),
        "plates": Plant(PERSON, Device.end_effector()).fittings(),
        "ankle": Plant(PERSON, Device.ankle("right")).fittings(),
    }
    assert {name: f.plate_pose is not None for name, f in fitted.items()} == dict.fromkeys(fitted, False) | {
        "plates": True
    }
    assert {name: f.tips is not None for name, f in fitted.items()} == dict.fromkeys(fitted, False) | {"arms": True}
    assert fitted["plates"].plate_pose.shape == fitted["plates"].strap_force.shape == (2, 3)
    assert all(f.trunk.shape == (2,) for f in fitted.values())
    assert Device.ankle("right").joints == ["absent"] * 5 + ["driven"]


@pytest.mark.parametrize("support", ["crutches", "frame"])
@pytest.mark.parametrize(("name", "speed"), [("limp", 0.1), ("limp", 0.3), ("healthy", 0.2), ("FAC 1", 0.3)])
def test_weight_shift_makes_twenty_steps_without_a_fall(support, name, speed):
    patient = {"limp": LIMP, "healthy": PERSON, "FAC 1": Patient.fac(1, seed=2)}[name]
    overground = example("overground_exo")
    rows, plant = overground.walk(patient, support, speed, 50_000 if speed < 0.2 else 36_000)
    assert rows[-1, 16] >= 20
    assert plant.upright
    assert rows[:, 2].min() > 0.9 * rows[0, 2]
    assert np.abs(np.degrees(rows[:, 3])).max() < 25.0
    assert 0.08 < overground.speed_of(rows) < 0.45
    weight = plant.body_weight + 23.0 * 9.81
    settled = rows[rows[:, 0] > 5.0]
    assert settled[:, [10, 11, 13]].sum(axis=1).mean() == pytest.approx(weight, rel=0.02)
    assert settled[:, 13].max() < 0.4 * plant.body_weight


def test_nobody_steps_without_a_weight_shift():
    overground = example("overground_exo")
    trigger = overground.StepTrigger()
    even = [trigger.step(np.array([400.0, 400.0]), 0.0, 0, 0.001) for _ in range(1000)]
    brief = [trigger.step(np.array([700.0, 100.0]), 0.0, 0, 0.001) for _ in range(90)]
    lifted = [trigger.step(np.zeros(2), -0.5, 0, 0.001) for _ in range(1000)]
    assert not any(even + brief + lifted)
    assert any(trigger.step(np.array([700.0, 100.0]), 0.0, 0, 0.001) for _ in range(110))
    assert any(trigger.step(np.array([400.0, 400.0]), -0.3, 0, 0.001) for _ in range(110))


@pytest.mark.parametrize("name", ["level", "stairs up", "stairs down"])
def test_plates_lead_the_feet_along_their_path(name):
    trainer = example("end_effector")
    pattern = trainer.PATHS[name]
    rows, plant = trainer.walk(pattern, trainer.people()["FAC 1"])
    late = rows[rows[:, 0] > 9.0]
    assert plant.upright
    assert np.abs(late[:, 11:17] - late[:, 17:23])[:, [0, 1, 3, 4]].max() < 0.015
    # Hip and knee come out as in the pattern that the path was made from.
    error = np.degrees(late[:, 5:7] - pattern.evaluate(late[:, 1])[0][:, :2])
    assert np.sqrt((error**2).mean(axis=0)).max() < 5.0
    assert np.abs(late[:, 29:35]).max() < 1000.0


def test_a_rope_that_holds_carries_whom_the_plates_move_but_no_leg_supports():
    plant = Plant(LIMP, Device.end_effector(), seed=1)
    start = plant.fittings().plate_pose
    for _ in range(6000):
        seen = plant.fittings()
        force = [2e4, 2e4, 400.0] * (start - seen.plate_pose) - [800.0, 800.0, 20.0] * seen.plate_velocity
        plant.advance(ZERO, rope="hold", plate_force=force)
    assert plant.upright


def test_ankle_torque_takes_over_from_the_calf():
    ankle = example("ankle_device")
    walks = [ankle.walk(PERSON, largest) for largest in (0.0, 15.0, 30.0)]
    own, device = zip(*(ankle.power(rows) for rows, _ in walks), strict=True)
    assert all(plant.upright and abs(plant.look().q[0]) < 0.1 for _, plant in walks)
    assert own[0] > own[1] > own[2] > 0.4 * own[0]
    assert device[0] == 0.0 < device[1] < device[2]


def test_an_ankle_device_on_one_side_leaves_the_other_alone():
    plant = Plant(PERSON, Device.ankle("left"), seed=1)
    for _ in range(200):
        plant.advance(np.full(6, -40.0), belt_speed=0.5)
    torque = plant.look().device_torque
    np.testing.assert_allclose(torque, [0.0, 0.0, -40.0, 0.0, 0.0, 0.0], atol=1e-6)
