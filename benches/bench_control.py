"""Control: torque of one tick, of a recording, gravity of both legs and guidance."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core

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
def bench_control_gravity(benchmark, which):
    benchmark.group = "control/gravity/6"
    benchmark(ROOMS[which]().LegGravity(75.0, 1.75).torque, Q, 0.0)


@pytest.mark.parametrize("which", ROOMS)
def bench_control_guidance(benchmark, which):
    benchmark.group = "control/guidance/3"
    benchmark(ROOMS[which]().guidance, 0.55, np.array([0.2, 0.8, 0.4, 0.6, 1.0, 0.0, 0.0]))
