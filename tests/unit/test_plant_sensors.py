"""Sensors of one's own choice: what each figure does, what is off by default, and who refuses what."""

import numpy as np
import pytest

from gaitloop._core import COMMAND_INTEGERS, STATES
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant, Sensor, Sensors
from gaitloop.session import demo_plan
from gaitloop.session.runner import build_trainer, presses
from gaitloop.simulation import Simulation
from gaitloop.trainer import SAMPLE_FIELDS

MS = 1_000_000
GROUPS = {name: (index, slice(start, start + length)) for index, (name, start, length, *_) in enumerate(SAMPLE_FIELDS)}
#: What a sensor measures; buttons are pressed, and the time a tick took is told by the loop.
SENSED = [name for name in GROUPS if name not in ("buttons", "execution")]
OPTIONAL = ["q_second", "q_motor", "tau_interaction", "imu_rate", "heart_rate"]
PERFECT = {"noise": 0.0, "resolution": 0.0}


def measure(sensors=None, ticks=300):
    plant = Plant(Patient.fac(5, seed=1), Device.treadmill_exo(ankle="driven"), 3, sensors=sensors)
    rows = []
    for tick in range(ticks):
        rows.append(plant.measure(tick * MS))
        plant.advance([4.0, -2.0, 1.0, -4.0, 2.0, -1.0], belt_speed=0.5)
    value, valid, stamp = (np.array(column) for column in zip(*(row[1:] for row in rows), strict=True))
    return value, valid, stamp


def test_usual_sensors_are_those_without_any_word():
    for usual, told in zip(measure(), measure(Sensors()), strict=True):
        assert usual.tobytes() == told.tobytes()


@pytest.mark.parametrize("name", SENSED)
def test_a_group_of_ones_own_leaves_the_others_alone(name):
    usual, own = measure(), measure(Sensors(**{name: Sensor(delay=3)}))
    index, columns = GROUPS[name]
    late = own[2][10:, index]
    assert np.array_equal(late, np.arange(7, 297) * MS)
    assert (own[2][:4, index] == 0).all()
    assert own[1][:, columns].any()
    for a, b in zip(usual[:2], own[:2], strict=True):
        assert np.array_equal(np.delete(a, np.r_[columns], 1), np.delete(b, np.r_[columns], 1))
    assert np.array_equal(np.delete(usual[2], index, 1), np.delete(own[2], index, 1))


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_may_be_fitted_is_off_unless_asked_for(name):
    columns = GROUPS[name][1]
    assert not measure(ticks=3)[1][:, columns].any()
    assert measure(Sensors(**{name: True}), ticks=3)[1][:, columns].all()
    assert not measure(Sensors(**{name: False}), ticks=3)[1][:, columns].any()


def test_noise_steps_and_losses_have_their_size():
    columns = GROUPS["foot_force"][1]
    clean = measure(Sensors(foot_force=Sensor(**PERFECT)), 2000)[0][:, columns]
    noisy = measure(Sensors(foot_force=Sensor(noise=3.0, resolution=0.0)), 2000)[0][:, columns]
    assert np.std(noisy - clean) == pytest.approx(3.0, rel=0.05)
    coarse = measure(Sensors(foot_force=Sensor(noise=0.0, resolution=20.0)), 2000)[0][:, columns]
    assert np.array_equal(coarse % 20.0, np.zeros_like(coarse))
    assert np.abs(coarse - clean).max() <= 10.0
    for dropped in ("invalid", "stale"):
        _, valid, stamp = measure(Sensors(foot_force=Sensor(dropout=0.2, dropped=dropped)), 2000)
        lost = ~valid[:, columns][:, 0] if dropped == "invalid" else np.diff(stamp[:, 5], prepend=-MS) == 0
        assert np.mean(lost) == pytest.approx(0.2, abs=0.03)


def test_a_session_bears_sensors_of_a_real_device():
    plan = demo_plan()
    late = Sensor(delay=2, dropout=0.001, dropped="stale")
    sensors = Sensors(q=late, dq=late, foot_force=Sensor(delay=4), imu_rate=True, heart_rate=True)
    person = Patient.stroke(severity=0.5, seed=1).replace(mass=75.0, height=1.75)  # whom the plan is for
    plant = Plant(person, Device.treadmill_exo(), seed=1, sensors=sensors)
    session = Simulation(build_trainer(plan), plant, presses(plan)).run(40_000)
    assert session["out"]["command_integers"][-1, COMMAND_INTEGERS.index("state")] == STATES.index("run")
    assert session["sample"][-1, GROUPS["belt_speed"][1]][0] > 0.3
    heart = session["sample"][:, GROUPS["heart_rate"][1]][:, 0]
    assert heart[0] < 75.0 < heart[-1]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("noise", lambda: Sensor(noise=-1.0)),
        ("noise", lambda: Sensor(noise=np.nan)),
        ("noise", lambda: Sensors(drive_status=Sensor(noise=0.1))),
        ("resolution", lambda: Sensor(resolution=np.inf)),
        ("delay", lambda: Sensor(delay=51)),
        ("delay", lambda: Sensor(delay=0.5)),
        ("dropout", lambda: Sensor(dropout=1.1)),
        ("dropped", lambda: Sensor(dropped="gone")),
        ("q", lambda: Sensors(q=1.0)),
        ("foot_force", lambda: Sensors(foot_force=None)),
        ("series_stiffness", lambda: Sensors(series_stiffness=0.0)),
        ("heart_rest", lambda: Sensors(heart_rest=20.0)),
        ("heart_max", lambda: Sensors(heart_max=100.0)),
        ("oxygen_max", lambda: Sensors(oxygen_max=np.nan)),
        ("heart_time", lambda: Sensors(heart_time=0.0)),
    ],
)
def test_bad_figures_are_refused_by_name(name, make):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        make()
