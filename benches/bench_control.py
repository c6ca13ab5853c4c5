"""Control: torque of one tick, of a recording, gravity of both legs and guidance."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core, control

PUBLIC = {"rust": lambda: control, "reference": lambda: import_module("gaitloop.reference.control")}
ROOMS = {"rust": lambda: _core, "reference": lambda: import_module("gaitloop.reference.control")}
Q = np.array([0.4, 0.6, -0.1, -0.2, 0.1, 0.15])


@pytest.mark.parametrize("which", ROOMS)
def bench_control_impedance(benchmark, which):
    benchmark.group = "control/impedance/6"
    law = ROOMS[which]().Impedance(np.full(6, 200.0), np.full(6, 5.0))
    benchmark(law.step, Q, Q, np.zeros(6), np.zeros(6), np.full(6, 0.7))


@pytest.mark.parametrize("which", ROOMS)
def bench_control_impedance_run(benchmark, which):
    benchmark.group = "control/impedance_run/1000"
    law = ROOMS[which]().Impedance(np.full(6, 200.0), np.full(6, 5.0))
    q, zero = np.tile(Q, (1000, 1)), np.zeros((1000, 6))
    benchmark(law.run, q, q, zero, zero, zero + 0.7)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_fader(benchmark, which):
    benchmark.group = "control/fader_run/1000"
    fader = ROOMS[which]().Fader(time=0.3, rate=np.full(6, 500.0), energy=2.0, power=2.0)
    old, new, energy = np.zeros((1000, 6)), np.full((1000, 6), 20.0), np.full(1000, 0.5)
    benchmark(fader.run, old, new, energy, 2.0 * energy, 0.001, np.arange(1000) % 400 == 0)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_body_weight(benchmark, which):
    benchmark.group = "control/body_weight_run/1000"
    rope, ones = ROOMS[which]().BodyWeightSupport(800.0, 500.0, drag=500.0, lag=0.05), np.ones(1000)
    height = 0.95 + 0.02 * np.sin(0.02 * np.arange(1000))
    benchmark(rope.run, 0.3 * ones, np.full(1000, 3), 200.0 * ones, height, 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_observer(benchmark, which):
    benchmark.group = "control/observer_run/1000"
    observer, ones = ROOMS[which]().HumanTorqueObserver(75.0, 1.75), np.ones(1000)
    q, zero = np.tile(Q, (1000, 1)), np.zeros((1000, 6))
    ground, contact = np.full((1000, 2, 3), 0.1), np.zeros((1000, 2), dtype=bool)
    inputs = {"ground": ground, "pelvis": zero[:, :4].copy(), "height": ones}
    benchmark(observer.run, q, zero, zero, contact, 0.001, **inputs)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_gravity(benchmark, which):
    benchmark.group = "control/gravity/6"
    benchmark(ROOMS[which]().LegGravity(75.0, 1.75).torque, Q, 0.0)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_guidance(benchmark, which):
    benchmark.group = "control/guidance/3"
    benchmark(ROOMS[which]().guidance, 0.55, np.array([0.2, 0.8, 0.4, 0.6, 1.0, 0.0, 0.0]))


@pytest.mark.parametrize("which", PUBLIC)
def bench_control_compensation(benchmark, which):
    benchmark.group = "control/compensation/6"
    one = np.ones(6)
    law = PUBLIC[which]().Compensation(np.full((2, 6), 10.0), one, one, 0.2 * one, 50.0 * one)
    benchmark(law.step, np.zeros(6), Q, Q, Q, 0.001)


@pytest.mark.parametrize("which", PUBLIC)
def bench_control_foot_lift(benchmark, which):
    benchmark.group = "control/foot_lift/6"
    law = PUBLIC[which]().FootLift(75.0, 1.75, np.ones(6))
    benchmark(law.step, Q, Q, np.array([0.7, 0.2]), np.array([0.0, 700.0]), np.ones(2), 0.001)


@pytest.mark.parametrize("which", PUBLIC)
def bench_control_foot_plate(benchmark, which):
    benchmark.group = "control/foot_plate/6"
    path = np.random.default_rng(1).uniform(-0.3, 0.3, (128, 2, 3))
    law = PUBLIC[which]().FootPlate(path, [9000.0, 9000.0, 300.0], [90.0, 90.0, 3.0], [400.0, 900.0, 60.0])
    still, two = np.zeros((2, 3)), np.array([0.7, 0.2])
    benchmark(law.step, still, still, two, np.ones(2), np.ones(2))


@pytest.mark.parametrize("which", PUBLIC)
def bench_control_proportional_moment(benchmark, which):
    benchmark.group = "control/proportional_moment/6"
    law = PUBLIC[which]().ProportionalMoment(75.0, 1.75)
    benchmark(law.step, np.array([300.0, 700.0]), np.array([0.1, np.nan]), Q, np.ones(6), 0.001)


@pytest.mark.parametrize("which", PUBLIC)
def bench_control_spline_profile(benchmark, which):
    benchmark.group = "control/spline_profile/6"
    benchmark(PUBLIC[which]().SplineProfile.hip(10.0, 12.0).step, np.array([0.7, 0.2]), np.ones(6))


AROUND = np.tile(np.linspace(0.0, 0.3, 64)[:, None], (1, 6))


@pytest.mark.parametrize("which", ROOMS)
def bench_control_path(benchmark, which):
    benchmark.group = "control/path/6"
    law = ROOMS[which]().PathControl(AROUND, np.ones(6), 0.1, 0.03, 300.0, 50.0, 5.0, 5.0)
    benchmark(law.step, Q, Q, np.array([0.2, 0.7]), np.ones(2), np.ones(6), 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_force_field(benchmark, which):
    benchmark.group = "control/force_field/6"
    law = ROOMS[which]().ForceField(AROUND, np.ones(6), 0.1, 0.03, 0.1, 50.0, 0.2, 5.0, 2.0)
    benchmark(law.step, Q, Q, np.array([0.2, 0.7]), np.ones(2), np.ones(6), 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_resistance(benchmark, which):
    benchmark.group = "control/resistance/6"
    six = np.ones(6)
    law = ROOMS[which]().Resistance(2.0 * six, 50.0 * six, 0.5 * six, 0.5, 20.0 * six)
    benchmark(law.step, Q, Q, six, 0.001)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_error_amplification(benchmark, which):
    benchmark.group = "control/error_amplification/6"
    six = np.ones(6)
    law = ROOMS[which]().ErrorAmplification(50.0 * six, 0.2 * six, 300.0 * six, 2.0 * six, 20.0 * six, 1.0, 0.5)
    benchmark(law.step, Q, Q, Q + 0.1, six, 0.001)
