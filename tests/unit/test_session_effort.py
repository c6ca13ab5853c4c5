"""Work, share and resistance of a stride: against the truth of the simulated person, and absent where not measured."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop.measures import robot_work
from gaitloop.measures.lines import velocity_resistance
from gaitloop.plant import Plant, Sensors
from gaitloop.session.build import START, build_device, build_patient, build_trainer
from gaitloop.session.effort import LONGEST, EffortMeter
from gaitloop.session.layout import Tables
from gaitloop.session.plan import demo_plan
from gaitloop.session.topics import EFFORT
from gaitloop.simulation import Simulation

TABLES = Tables.from_core()
WIDTH = TABLES.lengths[0]
ROPE = ("hold", "track", "jog")
MS = 1_000_000
NOTHING = dict.fromkeys(EFFORT)


def columns(name):
    return TABLES.columns("sample", name)


def meter():
    return EffortMeter(TABLES, mass=75.0, height=1.75)


def walk(sensors, seconds=25, **changes):
    """Rows and steady strides of a simulated walk of the demonstration."""
    plan = demo_plan()
    person = build_patient(plan).replace(**changes)
    plant = Plant(person, build_device(plan), seed=plan.seed, sensors=sensors)
    simulation = Simulation(build_trainer(plan), plant, START)
    raws, strides = [], []
    for _ in range(seconds):
        raws.append(simulation.run(1000))
        strides += simulation.strides()
    return person, raws, [stride for stride in strides if stride.valid and stride.t_start > 9 * 1000 * MS]


def told(raws, strides):
    """What is told of each stride, each once its rows are there."""
    effort, left, found = meter(), list(strides), []
    for raw in raws:
        effort.add(raw["t"], raw["sample"], raw["valid"])
        while left and left[0].t_end <= int(raw["t"][-1]):
            found.append(effort.of_stride(left.pop(0)))
    return found


@pytest.fixture(scope="module")
def measured():
    return walk(Sensors(tau_interaction=True))


def truth(person, raws):
    """True angles, velocities, torque of the device and of the person at the joints, by walking again."""
    spec = importlib.util.spec_from_file_location(
        "joint_torques", Path(__file__).parents[2] / "examples/joint_torques.py"
    )
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    plan = demo_plan()
    plant, rows = Plant(person, build_device(plan), seed=plan.seed), []
    for raw in raws:
        for command in raw["out"]["command"]:
            look = plant.look()
            q, dq = look.q[3:9], look.dq[3:9]
            passive = np.concatenate([example.passive(q[s : s + 3], 75.0) for s in (0, 3)])
            own = look.patient_torque + passive - np.tile(example.DAMPING, 2) * dq
            rows.append((*q, *dq, *look.device_torque, *own))
            torque, belt, support, mode, enabled = command[:6], command[6], command[7], int(command[8]), command[9]
            plant.advance(torque, belt_speed=belt, support_force=support, rope=ROPE[mode], enabled=bool(enabled))
    return np.split(np.array(rows), [6, 12, 18], axis=1)


def test_share_and_resistance_agree_with_the_truth_of_the_simulated_person(measured):
    person, raws, strides = measured
    q, dq, device, own = truth(person, raws)
    time = np.arange(len(q)) * 1e-3
    errors = []
    for stride, found in zip(strides, told(raws, strides), strict=True):
        lift = stride.t_start // MS + round(1e3 * stride.stance_time)
        whole, swing = slice(stride.t_start // MS, stride.t_end // MS), slice(lift, stride.t_end // MS)
        knee, legs = 3 * stride.side + 1, [2, 5]
        own[:, legs] = np.nan  # the ankles are not driven
        work = robot_work(time[swing], dq[swing], device[swing], own[swing])[stride.side]
        resistance = velocity_resistance(q[swing, knee], dq[swing, knee], own[swing, knee])
        given = robot_work(time[whole], dq[whole], device[whole], own[whole])[stride.side]
        assert found["robot_work"] == pytest.approx(given.robot_work, rel=0.02)
        assert found["robot_braking"] == pytest.approx(given.robot_braking, rel=0.05, abs=0.3)
        errors.append((found["human_share"] - work.human_share, found["knee_resistance"] - resistance))
        assert found["human_covered"] > 0.25
    assert len(errors) > 10
    share, resistance = np.abs(errors).T
    assert share.max() < 0.05
    assert share.mean() < 0.02
    assert resistance.max() < 2.0


def test_a_knee_with_a_stretch_reflex_resists_more():
    means = []
    for gain in (0.0, 10.0):
        _, raws, strides = walk(Sensors(tau_interaction=True), reflex_gain=[0.0, gain, 0.0, 0.0, 0.0, 0.0])
        left = [found["knee_resistance"] for s, found in zip(strides, told(raws, strides), strict=True) if s.side == 0]
        means.append(np.mean(left))
    assert means[1] > means[0] + 1.0


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        ("tau_interaction", set(EFFORT)),
        ("dq", {"robot_work", "robot_braking", "human_work", "human_share", "knee_resistance"}),
        ("foot_force", {"human_work", "human_share", "knee_resistance"}),
        ("rope_position", set()),
    ],
)
def test_without_a_sensor_nothing_is_made_up(measured, hidden, missing):
    _, raws, strides = measured
    less = [{**raw, "valid": raw["valid"].copy()} for raw in raws]
    for raw in less:
        raw["valid"][:, columns(hidden)] = False
    for found in told(less, strides):
        assert {name for name, value in found.items() if value is None} == missing


def test_the_usual_sensors_have_no_torque():
    _, raws, strides = walk(Sensors(), seconds=12)
    assert strides
    assert all(found == NOTHING for found in told(raws, strides))


def rows_of(q, dq, torque, force=0.0, begin=0):
    """Ticks of a left knee alone."""
    count = len(q)
    sample, valid = np.zeros((count, WIDTH)), np.zeros((count, WIDTH), dtype=bool)
    for name, values in (("q", q), ("dq", dq), ("tau_interaction", torque)):
        sample[:, columns(name).start + 1] = values
        valid[:, columns(name)] = True
    sample[:, columns("foot_force")], valid[:, columns("foot_force")] = force, True
    return (begin + np.arange(count)) * MS, sample, valid


def test_work_of_a_made_stride():
    time = np.arange(1000) * 1e-3
    effort = meter()
    effort.add(*rows_of(np.sin(time), np.where(time < 0.5, 1.0, -1.0), 3.0 * np.ones(1000)))
    found = effort.of(0, 0, 1000 * MS, 0.6)
    assert found["robot_work"] == pytest.approx(1.5, abs=0.01)
    assert found["robot_braking"] == pytest.approx(1.5, abs=0.01)
    assert found["human_covered"] == pytest.approx(0.4, abs=0.06)
    assert effort.of(0, 0, 1000 * MS, None)["human_work"] is None
    assert effort.of(1, 0, 1000 * MS, 0.6)["robot_work"] == 0.0


def test_a_foot_on_the_ground_hides_the_person():
    time = np.arange(1000) * 1e-3
    effort = meter()
    effort.add(*rows_of(np.sin(time), np.cos(time), np.ones(1000), force=25.0))
    found = effort.of(0, 0, 1000 * MS, 0.5)
    assert found["robot_work"] is not None
    assert (found["human_share"], found["knee_resistance"], found["human_covered"]) == (None, None, 0.0)


def test_a_swing_that_is_hardly_seen_has_no_resistance():
    time, effort = np.arange(1000) * 1e-3, meter()
    t, sample, valid = rows_of(np.sin(5.0 * time), 5.0 * np.cos(5.0 * time), np.cos(time))
    sample[:850, columns("foot_force")] = 100.0  # on the ground until long after the toe-off
    effort.add(t, sample, valid)
    found = effort.of(0, 0, 1000 * MS, 0.4)
    assert 0.05 < found["human_covered"] < 0.18
    assert (found["knee_resistance"], found["human_share"]) == (None, None)


def test_strides_that_are_no_longer_there_are_not_told():
    effort, second = meter(), rows_of(np.ones(1000), np.ones(1000), np.ones(1000))
    assert effort.of(0, 0, 1000 * MS, 0.5) == NOTHING
    for begin in range(0, 20_000, 1000):
        effort.add(second[0] + begin * MS, *second[1:])
    assert effort.of(0, 18_000 * MS, 19_000 * MS, 0.5)["robot_work"] == pytest.approx(1.0, abs=0.01)
    assert effort.of(0, 1_000 * MS, 2_000 * MS, 0.5) == NOTHING
    assert effort.of(0, 14_900 * MS, 16_000 * MS, 0.5) == NOTHING  # its begin is no longer kept
    assert effort.of(0, 16_500 * MS, round(16_500 * MS + 1.01e9 * LONGEST), 0.5) == NOTHING
    assert effort.of(0, 21_000 * MS, 22_000 * MS, 0.5) == NOTHING


def test_a_stride_is_told_the_same_again():
    time, effort = np.arange(2000) * 1e-3, meter()
    effort.add(*rows_of(np.sin(3.0 * time), 3.0 * np.cos(3.0 * time), np.sin(7.0 * time)))
    first = effort.of(0, 0, 1000 * MS, 0.4)
    effort.of(0, 1000 * MS, 2000 * MS, 0.4)
    assert effort.of(0, 0, 1000 * MS, 0.4) == first
    assert first["knee_resistance"] is not None


@pytest.mark.parametrize("value", [1e300, -1e155, np.inf, np.nan, 2e6])
@pytest.mark.parametrize("name", ["q", "dq", "tau_interaction", "foot_force", "rope_position"])
def test_a_value_without_sense_is_as_one_that_is_absent(name, value):
    time, found = np.arange(1000) * 1e-3, []
    for valid in (True, False):
        effort, (t, sample, known) = meter(), rows_of(np.sin(5.0 * time), 5.0 * np.cos(5.0 * time), np.cos(time))
        sample[450:470, columns(name)] = value
        known[450:470, columns(name)] = valid
        effort.add(t, sample, known)
        found.append(effort.of(0, 0, 1000 * MS, 0.4))
    assert found[0] == found[1]
    assert found[0]["human_share"] is not None


def test_time_that_stands_still_gives_nothing():
    t, sample, valid = rows_of(np.ones(1000), np.ones(1000), np.ones(1000))
    effort = meter()
    effort.add(np.where(t == 500 * MS, 499 * MS, t), sample, valid)
    assert effort.of(0, 0, 1000 * MS, 0.5) == NOTHING


anything = st.floats(width=64) | st.sampled_from([0.0, 1e6, -1e6, 1e300, float("nan"), float("inf")])


@settings(max_examples=60)
@given(
    sample=arrays(np.float64, (40, WIDTH), elements=anything, fill=anything),
    valid=arrays(np.bool_, (40, WIDTH), fill=st.just(True)),
    step=st.sampled_from([MS, 10 * MS, 50 * MS, 0]),
    side=st.sampled_from([0, 1]),
    stride=st.tuples(st.integers(-5, 45), st.integers(-5, 45)),
    stance=st.none() | st.floats(-1.0, 3.0),
)
def test_whatever_is_measured_gives_numbers_or_nothing(sample, valid, step, side, stride, stance):
    effort = meter()
    effort.add(np.arange(40) * step, sample, valid)
    found = effort.of(side, stride[0] * step, stride[1] * step, stance)
    assert set(found) == set(EFFORT)
    known = {name: value for name, value in found.items() if value is not None}
    assert all(isinstance(value, float) and abs(value) <= 1e6 for value in known.values())
    for name in ("human_share", "human_covered"):
        assert 0.0 <= known.get(name, 0.0) <= 1.0
    for name in ("robot_work", "robot_braking", "human_work"):
        assert known.get(name, 0.0) >= 0.0
