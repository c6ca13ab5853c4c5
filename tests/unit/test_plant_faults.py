"""Faults on purpose: what each kind does to a sample, who refuses what, and what a session makes of it."""

import numpy as np
import pytest

from gaitloop._core import COMMAND_INTEGERS, STATES
from gaitloop.errors import ConfigError
from gaitloop.plant import FAULTS, Device, Fault, Patient, Plant, Sensors
from gaitloop.session import demo_plan
from gaitloop.session.runner import build_trainer, presses
from gaitloop.simulation import Simulation
from gaitloop.trainer import SAMPLE_FIELDS

PERSON = Patient.fac(5, seed=1)
EVERY = Sensors(q_second=True, q_motor=True, tau_interaction=True, imu_rate=True, heart_rate=True)
TICKS, START, END = 200, 50, 150
MS = 1_000_000
GROUPS = {name: (index, slice(start, start + length)) for index, (name, start, length, *_) in enumerate(SAMPLE_FIELDS)}


def measure(faults, ticks=TICKS):
    plant = Plant(PERSON, Device.treadmill_exo(ankle="driven"), 3, sensors=EVERY, faults=faults)
    rows = []
    for tick in range(ticks):
        rows.append(plant.measure(tick * MS))
        plant.advance([4.0, -2.0, 1.0, -4.0, 2.0, -1.0], belt_speed=0.5)
    return (np.array(column) for column in zip(*(row[1:] for row in rows), strict=True))


def fault(kind, where=None, **more):
    return Fault(kind, where, **{"start": START * 1e-3, "duration": (END - START) * 1e-3, **more})


# Kind, where, magnitude, group, position in it, and what the value becomes from value, seconds, value at the start.
VALUES = [
    ("SE1_nan", "knee_l", 0.0, "q", 1, lambda x, s, x0: np.nan * x),
    ("SE1_infinite", "knee_l", 0.0, "q", 1, lambda x, s, x0: np.inf + x),
    ("SE2_frozen", "hip_r", 0.0, "q", 3, lambda x, s, x0: np.full_like(x, x0)),
    ("SE3_jump", "hip_l", 0.2, "q", 0, lambda x, s, x0: x + 0.2),
    ("SE3_bit_flip", "hip_l", 10, "q", 0, lambda x, s, x0: ((x * 2**16).astype(np.int64) ^ 2**10) / 2**16),
    ("SE4_drift", "ankle_r", 0.5, "q", 5, lambda x, s, x0: x + 0.5 * s),
    ("SE5_sign_flip", "knee_r", 0.0, "q", 4, lambda x, s, x0: -x),
    ("SE6_scale", "knee_r", 57.3, "q", 4, lambda x, s, x0: x * 57.3),
    ("SE9_saturated", "left", 1500.0, "foot_force", 0, lambda x, s, x0: np.full_like(x, 1500.0)),
    ("SE9_offset", "right", -30.0, "foot_force", 1, lambda x, s, x0: x - 30.0),
    ("SE10_stuck_low", "left", 0.0, "foot_force", 0, lambda x, s, x0: 0.0 * x),
    ("SE10_stuck_high", "left", 400.0, "foot_force", 0, lambda x, s, x0: np.full_like(x, 400.0)),
    ("SE10_chatter", "left", 50.0, "foot_force", 0, lambda x, s, x0: np.where(np.round(s * 1e3) % 20 < 10, x, 0.0)),
    ("SE11_rotated", "shank_r", 3.0, "imu_rate", 4, lambda x, s, x0: x * np.cos(3.0)),
    ("SE12_zero_frames", "hip_l", 0.0, "q", 0, lambda x, s, x0: 0.0 * x),
]


@pytest.mark.parametrize(("kind", "where", "magnitude", "group", "place", "becomes"), VALUES, ids=lambda v: str(v)[:16])
def test_a_fault_changes_its_value_while_it_lasts_and_nothing_else(kind, where, magnitude, group, place, becomes):
    value, valid, stamp = measure([])
    spoilt, still_valid, same_stamp = measure([fault(kind, where, magnitude=magnitude)])
    column = GROUPS[group][1].start + place
    inside = value[START:END, column]
    value[START:END, column] = becomes(inside, np.arange(END - START) * 1e-3, inside[0])
    np.testing.assert_allclose(spoilt, value, rtol=1e-14, atol=1e-14)
    assert np.array_equal(still_valid, valid)
    assert np.array_equal(same_stamp, stamp)


@pytest.mark.parametrize(("kind", "group"), [("SE1_invalid", "q"), ("SE9_lost", "foot_force")])
def test_validity_goes_and_comes_back(kind, group):
    value, valid, stamp = measure([])
    same, spoilt, same_stamp = measure([fault(kind)])
    valid[START:END, GROUPS[group][1]] = False
    assert np.array_equal(spoilt, valid)
    assert np.array_equal(same, value)
    assert np.array_equal(same_stamp, stamp)


def test_another_group_can_be_struck():
    value, *_ = measure([])
    spoilt, *_ = measure([fault("SE3_jump", "right", magnitude=7.0, group="foot_force")])
    value[START:END, GROUPS["foot_force"][1].start + 1] += 7.0
    assert np.array_equal(spoilt, value)


def test_noise_has_its_size_and_its_seed():
    value, *_ = measure([])
    runs = [next(iter(measure([fault("SE7_noise", "hip_l", magnitude=0.1, seed=s)]))) for s in (1, 1, 2)]
    assert runs[0].tobytes() == runs[1].tobytes() != runs[2].tobytes()
    assert np.std((runs[0] - value)[START:END, 0]) == pytest.approx(0.1, rel=0.3)
    assert np.array_equal(runs[0][:, 1:], value[:, 1:])


def test_messages_repeat_and_get_lost():
    _, _, stamp = measure([fault("SE8_duplicate", magnitude=0.5, seed=4)])
    index = GROUPS["q"][0]
    repeats = np.sum(np.diff(stamp[START:END, index]) == 0)
    assert 30 <= repeats <= 70
    assert (np.diff(stamp[:, GROUPS["dq"][0]]) == MS).all()
    _, _, stamp = measure([fault("CO1_feedback_lost", "knee_l")])
    assert (stamp[START:END, index] == START * MS).all()
    assert stamp[END, index] == END * MS


@pytest.mark.parametrize(
    ("kind", "magnitude", "stamps"),
    [
        ("TI3_backwards", 0.02, lambda t: t - 20 * MS),
        ("TI3_repeats", 0.0, lambda t: np.full_like(t, t[0])),
        ("TI4_jump", 0.02, lambda t: t + 20 * MS),
        ("TI5_wrap", 16, lambda t: t % (2**16 * 1000)),
    ],
)
def test_stamps_of_one_group_go_wrong(kind, magnitude, stamps):
    value, valid, stamp = measure([])
    same, same_valid, spoilt = measure([fault(kind, magnitude=magnitude, group="belt_speed")])
    index = GROUPS["belt_speed"][0]
    stamp[START:END, index] = stamps(stamp[START:END, index])
    assert np.array_equal(spoilt, stamp)
    assert np.array_equal(same, value)
    assert np.array_equal(same_valid, valid)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("kind", lambda: Fault("SE99", start=0.0)),
        ("where", lambda: Fault("SE1_nan", "elbow", start=0.0)),
        ("where", lambda: Fault("SE1_nan", "left", start=0.0)),
        ("where", lambda: Fault("SE10_stuck_low", "hip_l", start=0.0)),
        ("where", lambda: Fault("AC10_belt_stop", "left", start=0.0)),
        ("where", lambda: Fault("SE1_nan", "left", group="belt_speed", start=0.0)),
        ("group", lambda: Fault("SE1_nan", group="buttons", start=0.0)),
        ("group", lambda: Fault("SE10_stuck_low", group="q", start=0.0)),
        ("group", lambda: Fault("AC3_dead", group="q", start=0.0)),
        ("magnitude", lambda: Fault("SE1_nan", magnitude=1.0, start=0.0)),
        ("magnitude", lambda: Fault("SE8_duplicate", magnitude=1.5, start=0.0)),
        ("start", lambda: Fault("SE1_nan", start=-1.0)),
        ("start", lambda: Fault("SE1_nan", start=np.nan)),
        ("duration", lambda: Fault("SE1_nan", start=0.0, duration=np.inf)),
        ("seed", lambda: Fault("SE1_nan", start=0.0, seed=-1)),
        ("group", lambda: Plant(PERSON, Device.treadmill_exo(), faults=[Fault("SE11_rotated", magnitude=1, start=0)])),
    ],
)
def test_bad_faults_are_refused_by_name(name, make):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        make()


def test_the_table_covers_the_rows_of_the_hazard_table():
    rows = {info.row for info in FAULTS.values()}
    assert rows >= {f"SE{n}" for n in range(1, 13)} | {f"AC{n}" for n in (1, 2, 3, 4, 5, 6, 9, 10, 11)} | {"CO1"}
    for name, info in FAULTS.items():
        assert name.startswith(f"{info.row}_")
        magnitude = info.largest if info.smallest <= info.largest else None
        assert Fault(name, magnitude=magnitude, start=1.0) is not None


@pytest.mark.parametrize(
    ("kind", "where", "magnitude"),
    [
        ("SE1_nan", "knee_l", 0.0),
        ("SE2_frozen", "knee_l", 0.0),
        ("AC9_belt_runaway", None, 1.3),
        ("AC3_dead", "hip_r", 1.0),
        ("CO1_feedback_lost", "knee_r", 0.0),
    ],
)
def test_a_session_with_a_fault_ends_in_a_stop(kind, where, magnitude):
    plan = demo_plan()
    person = Patient.stroke(severity=0.5, seed=1).replace(mass=75.0, height=1.75)  # whom the plan is for
    plant = Plant(person, Device.treadmill_exo(), seed=1)
    simulation = Simulation(build_trainer(plan), plant, presses(plan))
    simulation.skip(25_000)
    simulation.inject([Fault(kind, where, magnitude=magnitude, start=25.1)])
    state = simulation.run(8000)["out"]["command_integers"][:, COMMAND_INTEGERS.index("state")]
    assert (state[:100] == STATES.index("run")).all()
    assert state[-1] == STATES.index("safe")
