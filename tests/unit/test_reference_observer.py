"""Torque of the person seen from outside: momentum against the plant's mass matrix, error against the plant's truth."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop._core import SAMPLE_FIELDS
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.reference.body import Body, LegDynamics
from gaitloop.reference.control import HumanTorqueObserver

FIRST = {name: start for name, start, *_ in SAMPLE_FIELDS}
DT = 0.001
START = 14_000  # let down and in rhythm [ticks]
DAMPING = np.array([1.5, 1.0, 0.8])
LEGS = (slice(0, 3), slice(3, 6))


def passive(angles, mass):
    """Torque of relaxed joints as the plant has it: Riener & Edrich (1999), ankle's sign turned, scaled with mass."""
    h, k, a = np.degrees(angles)
    hip = math.exp(1.4655 - 0.0034 * k - 0.0750 * h) - math.exp(1.3403 - 0.0226 * k + 0.0305 * h) + 8.072
    knee = math.exp(1.800 + 0.0460 * a - 0.0352 * k + 0.0217 * h) - 4.820 + math.exp(2.220 - 0.150 * k)
    knee -= math.exp(-3.971 + 0.0004 * a + 0.0495 * k - 0.0128 * h)
    ankle = math.exp(-7.9763 - 0.1949 * a + 0.0008 * k) - math.exp(2.1016 + 0.0843 * a - 0.0176 * k) + 1.792
    return mass / 70.0 * np.array([hip, knee, ankle])


@cache
def walk(speed, seed, severity=0.0, ankle="sensed"):
    """Measured and true signals of a walk in a device that pushes at its own rhythm."""
    patient = Patient.stroke(severity=severity, seed=seed) if severity else Patient.healthy(seed)
    plant, mass = Plant(patient, Device.treadmill_exo(ankle=ankle), seed), patient.parameters()["mass"]
    command, rows, names = np.zeros(6), [], ("q", "dq", "foot_force", "rope_position")
    for k in range(START + 5000):
        values, truth = plant.measure(k * 1_000_000).value, plant.look()
        if k >= START:
            true = [
                truth.patient_torque[leg] + passive(truth.q[3:][leg], mass) - DAMPING * truth.dq[3:][leg]
                for leg in LEGS
            ]
            measured = {
                name: values[FIRST[name] : FIRST[name] + width] for name, width in zip(names, (6, 6, 2, 1), strict=True)
            }
            guide = plant.frame()
            pelvis = [guide.velocity, math.nan, guide.pitch, guide.pitch_rate]
            own = {"command": command, "true": np.concatenate(true), "pelvis": pelvis}
            rows.append({**measured, **own, "truth": truth})
        wave = 2.0 * math.pi * k * DT / 1.2
        command = 7.0 * np.array([1.1, 0.7, 0.0, -1.1, 0.7, 0.0]) * np.sin(wave * np.array([1, 2, 1, 1, 1, 1]))
        plant.advance(command, belt_speed=min(speed, k * 0.0002), support_force=0.3 * mass * 9.80665)
    signals = {name: np.array([row[name] for row in rows]) for name in (*names, "command", "true", "pelvis")}
    return patient.parameters(), signals, [row["truth"] for row in rows]


def observer(person, factor=1.0, **changes):
    limbs = {"thigh_limb": 2.5, "shank_limb": 1.5, "friction": [0.5, 0.5, 0.2], "torque_lag": 0.004}
    return HumanTorqueObserver(person["mass"] * factor, person["height"], **{**limbs, **changes})


def under_foot(person, truths):
    body = Body(person["mass"], person["height"])
    normal = np.array([t.contacts[:, 1] for t in truths]).reshape(-1, 2, 2)
    shear = np.array([t.contacts[:, 2] for t in truths]).reshape(-1, 2, 2)
    total = normal.sum(axis=2)
    where = (normal[:, :, 1] * body.toe - normal[:, :, 0] * body.heel) / np.maximum(total, 1e-9)
    return np.stack([shear.sum(axis=2), total, where], axis=2)


def observe(walked, factor=1.0, guide=True, ground=False, **changes):
    person, signals, truths = walked
    return observer(person, factor, **changes).run(
        signals["q"],
        signals["dq"],
        signals["command"],
        signals["foot_force"] > 20.0,
        DT,
        ground=under_foot(person, truths) if ground else None,
        pelvis=signals["pelvis"] if guide else None,
        height=signals["rope_position"][:, 0],
    )


def errors(walked, told, side, wanted, trusted=0.5):
    """RMSE of hip and knee where the foot is (not) in the air, and the share of that time in which it was told."""
    _, signals, truths = walked
    load = np.array([t.contacts[2 * side : 2 * side + 2, 1].sum() for t in truths])
    phase = (load <= 0.0) if wanted == "swing" else (load > 20.0)
    mask = phase & (told.confidence[:, 3 * side] >= trusted)
    error = (told.torque - signals["true"])[mask, 3 * side : 3 * side + 2]
    return np.sqrt(np.mean(error**2, axis=0)), mask.sum() / phase.sum()


# Weak feet that touch the belt midway in every swing: each touch starts the confidence again, which takes 25 ms to
# reach a half, twice in such a swing.
SCUFFING = [(0.8, 4, 0.5, 0)]


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.1])
@pytest.mark.parametrize(("speed", "seed", "severity"), [(0.5, 1, 0.0), (0.8, 4, 0.5), (1.1, 1, 0.0), (1.1, 2, 0.0)])
def test_swing_with_all_masses_ten_percent_wrong(speed, seed, severity, factor):
    walked = walk(speed, seed, severity)
    told = observe(walked, factor)
    for side in (0, 1):
        error, share = errors(walked, told, side, "swing")
        assert error[0] <= 4.0
        assert error[1] <= 3.0
        assert share >= 0.85
        assert (share < 0.9) == ((speed, seed, severity, side) in SCUFFING)


def test_without_the_frame_measured_it_is_worse_and_says_so():
    walked = walk(1.1, 1)
    seen, blind = observe(walked), observe(walked, guide=False)
    assert np.max(blind.confidence) == pytest.approx(0.64)
    assert np.max(seen.confidence) == 1.0
    assert errors(walked, blind, 0, "swing", 0.3)[0][0] > 2.0 * errors(walked, seen, 0, "swing")[0][0]
    slow = walk(0.5, 1)
    error, _ = errors(slow, observe(slow, guide=False), 0, "swing")
    assert error[0] <= 4.0
    assert error[1] <= 3.0


def test_stance_is_told_only_with_the_force_under_the_foot():
    walked = walk(0.5, 1)
    contact = walked[1]["foot_force"] > 20.0
    told = observe(walked)
    assert np.all(np.isnan(told.torque[:, :3][contact[:, 0]]))
    assert np.all(told.confidence[:, :3][contact[:, 0]] == 0.0)
    told = observe(walked, ground=True)
    error, share = errors(walked, told, 0, "stance", 0.3)
    assert share > 0.9
    assert error[0] <= 6.0
    assert error[1] <= 4.0
    assert np.max(told.confidence[contact[:, 0], 0]) == pytest.approx(0.7)


def test_a_driven_ankle_is_told():
    walked = walk(0.5, 1, 0.0, "driven")
    told = observe(walked, ankle=True, armature=[0.0, 0.0, 0.02])
    _, signals, truths = walked
    swing = np.array([t.contacts[:2, 1].sum() for t in truths]) <= 0.0
    mask = swing & (told.confidence[:, 2] >= 0.5)
    assert np.sqrt(np.mean((told.torque - signals["true"])[mask, 2] ** 2)) < 1.0
    assert np.all(np.isnan(observe(walked).torque[:, 2]))


def test_momentum_is_the_mass_matrix_times_the_velocity():
    plant = Plant(Patient.healthy(3), Device.treadmill_exo(), 0)
    person, rng = Patient.healthy(3).parameters(), np.random.default_rng(0)
    leg = LegDynamics(Body(person["mass"], person["height"]), 2.5, 1.5)
    for _ in range(50):
        q, dq = rng.uniform(-1.0, 1.0, 9), rng.uniform(-4.0, 4.0, 9)
        dq[6:] = 0.0  # of the other leg
        p = plant.mass_matrix(q) @ dq
        momentum, bias = leg.momentum(tuple(q[3:6]), tuple(dq[3:6]), (dq[0], dq[1], q[2], dq[2]))
        np.testing.assert_allclose(momentum, p[3:6], atol=1e-9)
        step = 1e-6  # dp/dt along the movement without acceleration
        rate = (plant.mass_matrix(q + step * dq) - plant.mass_matrix(q - step * dq)) @ dq / (2.0 * step)
        np.testing.assert_allclose(rate[3:6] - np.array(plant.bias(q, dq))[3:6], bias, atol=1e-5)


def test_force_on_the_sole_has_the_torque_of_its_potential():
    body = Body(75.0, 1.75)
    leg, q, force = LegDynamics(body, 0.0, 0.0), (0.4, 0.6, -0.2), (30.0, 500.0)
    got = leg.contact(q, 0.1, body.toe, force)
    for j in range(3):
        ends = [list(q), list(q)]
        ends[0][j] -= 1e-6
        ends[1][j] += 1e-6
        low, high = (body.leg(*end, 0.1).toe for end in ends)
        assert got[j] == pytest.approx(
            sum(f * (b - a) for f, a, b in zip(force, low, high, strict=True)) / 2e-6, abs=1e-5
        )


def test_a_leg_held_still_tells_its_weight():
    watch, q = observer({"mass": 75.0, "height": 1.75}, thigh_limb=0.0, shank_limb=0.0), [0.4, 0.6, 0.1, 0.0, 0.0, 0.0]
    for _ in range(3):
        told = watch.step(q, np.zeros(6), np.zeros(6), [False, True], DT)
    np.testing.assert_allclose(told.torque[:2], Body(75.0, 1.75).leg_gravity(*q[:3])[:2], atol=1e-9)
    assert np.isnan(told.torque[2:]).all()
    assert told.confidence[0] == pytest.approx(2.0 * DT / 0.05 * 0.8**3)


numbers = st.one_of(st.floats(-5.0, 5.0), st.sampled_from([math.nan, math.inf, 1e308, -1e308, 5e-324, 1e6]))
vector = st.lists(numbers, min_size=6, max_size=6)
tick = st.tuples(vector, vector, vector, st.lists(st.booleans(), min_size=2, max_size=2), numbers, vector, vector)


@given(st.lists(tick, min_size=1, max_size=12))
def test_hostile_input_keeps_the_bounds(ticks):
    watch = observer({"mass": 75.0, "height": 1.75}, ankle=True)
    for q, dq, tau, contact, dt, ground, more in ticks:
        told = watch.step(q, dq, tau, contact, dt, ground=[ground[:3], ground[3:]], pelvis=more[:4], height=more[4])
        absent = np.isnan(told.torque)
        assert np.all(np.abs(told.torque[~absent]) <= 1e4)
        assert np.all(told.confidence[absent] == 0.0)
        assert np.all((told.confidence >= 0.0) & (told.confidence <= 1.0))


@pytest.mark.parametrize(("name", "value"), [("thigh_limb", 11.0), ("friction", [0.0, 0.0, -1.0]), ("gain", 0.0)])
def test_bad_parameters_are_refused(name, value):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        HumanTorqueObserver(75.0, 1.75, **{name: value})
