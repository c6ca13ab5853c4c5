"""The simulated person: bad input, determinism, the machine's answers."""

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant

PERSON = {"mass": 75.0, "height": 1.75}
ZERO = np.zeros(6)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("mass", np.nan),
        ("mass", 10.0),
        ("height", np.inf),
        ("strength", [1.1] * 6),
        ("strength", [1.0] * 5),
        ("delay", [-0.1, 0.0]),
        ("foot_drop", [True]),
        ("excursion", [np.nan] * 6),
        ("excursion", ["a"] * 6),
        ("cadence", 0.0),
        ("variability", -0.1),
        ("foot_clearance", 0.2),
    ],
)
def test_bad_patient_is_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        Patient(**{**PERSON, name: bad})


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("side", lambda: Patient.stroke(side="up", severity=0.5)),
        ("severity", lambda: Patient.stroke(severity=1.5)),
        ("severity", lambda: Patient.stroke(severity=np.nan)),
        ("seed", lambda: Patient.healthy(-1)),
        ("seed", lambda: Plant(Patient.healthy(), Device.treadmill_exo(), seed=0.5)),
        ("level", lambda: Patient.fac(6)),
        ("weight", lambda: Patient.healthy().replace(weight=1.0)),
        ("ankle", lambda: Device.treadmill_exo(ankle="absent")),
        ("thigh_mass", lambda: Device.treadmill_exo(thigh_mass=-1.0)),
        ("lifter_stiffness", lambda: Device.treadmill_exo(lifter_stiffness=np.inf)),
        ("noise", lambda: Device.treadmill_exo(noise=np.nan)),
    ],
)
def test_bad_argument_is_refused_by_name(name, make):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        make()


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("torque", {"torque": [np.nan] * 6}),
        ("torque", {"torque": [0.0] * 7}),
        ("torque", {"torque": [400.0] * 6}),
        ("belt_speed", {"belt_speed": -0.1}),
        ("support_force", {"support_force": np.inf}),
        ("rope", {"rope": "cut"}),
        ("dt", {"dt": 0.0}),
    ],
)
def test_bad_command_is_refused_by_name(name, command):
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        plant.advance(**{"torque": ZERO, **command})


def record(seed):
    plant = Plant(Patient.stroke(severity=0.5, seed=2), Device.treadmill_exo(), seed=seed)
    rows = []
    for tick in range(3000):
        plant.advance([5.0, 2.0, 0.0, -5.0, 2.0, 0.0], belt_speed=0.5, support_force=200.0)
        rows.append(plant.measure(tick * 1_000_000).value.tobytes())
    return b"".join(rows)


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not():
    assert record(4) == record(4)
    assert record(4) != record(5)


def test_severity_weakens_the_named_side_only():
    left, right = (Patient.stroke(side=s, severity=0.7, seed=5).parameters() for s in ("left", "right"))
    assert left["strength"][2] < 0.6 < left["strength"][5]
    assert right["foot_drop"] == [False, True]
    assert left["mass"] == right["mass"]


def test_sensors_report_what_is_fitted_in_round_numbers():
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    sample = plant.measure(7)
    assert sample.valid[:12].all()
    assert not sample.valid[12:30].any()
    assert (sample.stamp[[0, 1, 5, 7]] == 7).all()
    assert np.array_equal(sample.value[:6] * 2**16, np.round(sample.value[:6] * 2**16))
    assert np.array_equal(sample.value[6:12] * 2**12, np.round(sample.value[6:12] * 2**12))
    assert abs(sample.value[0] - plant.look().q[3]) < 1e-4


def test_held_rope_carries_the_person_and_disabled_drives_do_nothing():
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    start = plant.look().pelvis_height
    for _ in range(2000):
        plant.advance([100.0] * 6, belt_speed=1.0, rope="hold", enabled=False)
    truth = plant.look()
    assert abs(truth.pelvis_height - start) < 0.01
    assert truth.belt_speed == 0.0
    assert not truth.device_torque.any()
    assert truth.contacts[:, 1].sum() == 0.0


def test_belt_lags_and_brakes():
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    for _ in range(50):
        plant.advance(ZERO, belt_speed=0.5)
    assert plant.look().belt_speed == pytest.approx(0.5 * (1 - np.exp(-1)), abs=0.01)
    for _ in range(1000):
        plant.advance(ZERO, belt_speed=0.5, enabled=False)
    assert plant.look().belt_speed == 0.0


def test_drives_lag_and_saturate():
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    plant.advance([300.0, -300.0, 50.0, 0.0, 0.0, 0.0])
    first = plant.look().device_torque.copy()
    for _ in range(50):
        plant.advance([300.0, -300.0, 50.0, 0.0, 0.0, 0.0])
    last = plant.look().device_torque
    assert 0.0 < first[0] < 50.0
    np.testing.assert_allclose(last, [150.0, -150.0, 0.0, 0.0, 0.0, 0.0], atol=1e-3)


def test_run_equals_repeated_steps():
    plants = [Plant(Patient.healthy(), Device.treadmill_exo(), seed=3) for _ in range(2)]
    torque = np.random.default_rng(0).uniform(-20, 20, (200, 6))
    rows = plants[0].run(torque, 0.4, 100.0)
    for i, row in enumerate(torque):
        plants[1].advance(row, belt_speed=0.4, support_force=100.0)
        assert np.array_equal(plants[1].look().q, rows[i])


def test_healthy_person_walks_with_guidance_and_support_at_zero():
    plant = Plant(Patient.fac(5, seed=1), Device.treadmill_exo(), seed=1)
    speed = np.minimum(0.8, 0.25 * np.arange(40_000) * 1e-3)
    force = np.empty((len(speed), 2))
    for i, v in enumerate(speed):
        plant.advance(ZERO, belt_speed=v)
        if i % 10 == 0:
            force[i] = plant.look().contacts.reshape(2, 2, 4)[:, :, 1].sum(axis=1)
    late = force[20_000::10]
    assert plant.upright
    assert 0.55 < (late > 20.0).mean() < 0.70
    assert late.mean(axis=0).sum() == pytest.approx(plant.body_weight, rel=0.05)


def test_core_refuses_a_state_of_the_wrong_shape():
    plant = Plant(Patient.healthy(), Device.treadmill_exo())
    assert isinstance(plant, _core.Plant)
    with pytest.raises(ConfigError, match=r"^q must have shape \(9,\)"):
        plant.mass_matrix(np.zeros(8))
