"""People after a stroke as the plant has them: published signs of unassisted gait, and what can be switched on."""

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant, unassisted_gait

SEEDS = range(1, 6)


@pytest.fixture(scope="module")
def stroke():
    """Unassisted gait of categories 4, 3 and 2, weak on the left."""
    return [unassisted_gait(Patient.fac(level, seed=seed), seed=seed) for level in (4, 3, 2) for seed in SEEDS]


@pytest.fixture(scope="module")
def healthy():
    return [unassisted_gait(Patient.healthy(seed), seed=seed) for seed in SEEDS]


# Sign, its bounds, where it is published.
SIGNS = [
    # Range of the means of studies, in the introduction of Scientific Reports 2019, s41598-019-54271-2.
    ("speed", lambda g: g.speed, 0.23, 0.73),
    # Peak swing flexion of stiff-knee gait, criterion recommended by a study of 24 people after a stroke; 40 degrees in
    # PMC9654761.
    ("paretic knee peak [deg]", lambda g: np.degrees(g.knee_peak[0]), 0.0, 50.0),
    # A dropped foot does not clear the belt (our bound: 2 mm).
    ("paretic clearance [mm]", lambda g: 1000.0 * g.clearance[0], -10.0, 2.0),
]


@pytest.mark.parametrize(("name", "sign", "low", "high"), SIGNS, ids=[s[0] for s in SIGNS])
def test_everybody_after_a_stroke_shows_the_sign(stroke, name, sign, low, high):
    values = [sign(gait) for gait in stroke]
    assert low <= min(values), values
    assert max(values) <= high, values


def test_the_sound_side_stands_longer(stroke):
    """Over the people (Patterson et al. 2008, Arch Phys Med Rehabil 89:304: most are asymmetric, not all)."""
    longer = np.array([gait.stance[1] - gait.stance[0] for gait in stroke])
    assert longer.mean() > 0.01
    assert np.mean(longer > 0.0) > 0.75


def test_healthy_people_show_no_sign(healthy):
    assert min(gait.speed for gait in healthy) >= 1.1
    assert max(abs(gait.stance[1] - gait.stance[0]) for gait in healthy) < 0.01
    assert min(np.degrees(gait.knee_peak.min()) for gait in healthy) > 55.0
    assert min(gait.clearance.min() for gait in healthy) > 0.015


def test_unassisted_gait_repeats_and_refuses():
    person = Patient.fac(3, seed=2)
    one, two = (unassisted_gait(person, speed=0.3, strides=5, seed=4) for _ in range(2))
    assert one.strides == 5
    assert np.array_equal(one.deviation, two.deviation)
    for name, bad in (("speed", {"speed": 5.0}), ("strides", {"strides": 0}), ("seed", {"seed": -1})):
        with pytest.raises(ConfigError, match=rf"^{name} must"):
            unassisted_gait(person, **bad)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("hurry", [0.3, 0.0]),
        ("reflex_gain", [60.0] * 6),
        ("reflex_threshold", np.nan),
        ("reflex_delay", 0.2),
        ("fatigue", -1.0),
        ("skill", [0.6] * 6),
        ("effort", [np.nan] * 6),
        ("automatic", [2.0] * 6),
        ("skill_rates", [1.1, 0.0]),
        ("effort_rates", [1.0, -0.1]),
        ("spasm", ("knee_l", 1.0)),
        ("spasm.joint", ("wrist", 1.0, 10.0, 0.1, 0.1)),
        ("spasm.torque", ("knee_l", 1.0, 500.0, 0.1, 0.1)),
        ("spasm.rise", ("knee_l", 1.0, 10.0, 0.0, 0.1)),
    ],
)
def test_bad_parameter_is_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        Patient.healthy().replace(**{name.split(".")[0]: bad})


def hang(person, *, push=0.0, ticks=4000):
    """Ankle angle of a person who hangs over the belt and is pushed up at the left ankle."""
    plant = Plant(person, Device.treadmill_exo(ankle="driven", noise=0.0), seed=1)
    torque = np.zeros((ticks, 6))
    torque[500:, 2] = push
    return plant.run(torque, 0.0, 0.0)[:, 5]


def test_a_spasm_moves_the_joint_and_ends():
    person = Patient.healthy(1)
    still = hang(person)
    moved = hang(person.replace(spasm=("ankle_l", 1.0, -30.0, 0.1, 0.5))) - still
    assert np.abs(moved[:1000]).max() == 0.0
    assert moved[1600] < -0.02
    assert abs(moved[-1]) < 0.01


def test_a_brisk_late_reflex_beats_at_four_to_eight_hertz():
    weak = Patient.healthy(1).replace(strength=[1.0, 1.0, 0.02, 1.0, 1.0, 1.0])
    gain = [0.0, 0.0, 12.0, 0.0, 0.0, 0.0]
    late = np.diff(hang(weak.replace(reflex_gain=gain, reflex_threshold=0.2, reflex_delay=0.05), push=25.0))[2500:]
    calm = np.diff(hang(weak, push=25.0))[2500:]
    beats = np.sum((late[1:] > 0.0) & (late[:-1] <= 0.0)) / (len(late) / 1000.0)
    assert np.abs(late).max() > 10.0 * np.abs(calm).max() + 1e-4
    assert 4.0 <= beats <= 8.0


def test_nothing_is_switched_on_for_healthy_people():
    values = Patient.healthy(3).parameters()
    assert not np.any(values["reflex_gain"])
    assert values["spasm"] is None
    assert values["fatigue"] == 0.0
    assert list(values["skill_rates"]) == [1.0, 0.0] == list(values["effort_rates"])


def test_a_tired_person_walks_differently():
    fresh = unassisted_gait(Patient.healthy(1), speed=0.8, strides=60)
    tired = unassisted_gait(Patient.healthy(1).replace(fatigue=5.0), speed=0.8, strides=60)
    assert tired.deviation.sum() > fresh.deviation.sum()
