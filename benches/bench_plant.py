"""The simulated person: steps of half a millisecond, beside MuJoCo on the same model without contact."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from gaitloop.plant import Device, Patient, Plant

TICKS = 2000  # [-], of 1 ms: 4000 steps


def plant():
    return Plant(Patient.stroke(severity=0.5, seed=1), Device.treadmill_exo(), seed=1)


def mujoco_model():
    mujoco = pytest.importorskip("mujoco")
    path = Path(__file__).parents[1] / "tests/unit/test_plant_mujoco.py"
    spec = importlib.util.spec_from_file_location("plant_witness", path)
    witness = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(witness)
    model = mujoco.MjModel.from_xml_string(witness.mjcf(75.0, 1.75, (2.5, 1.5), (0.0, 0.0, 0.0)))
    model.opt.timestep = 0.0005
    return mujoco, model, mujoco.MjData(model)


@pytest.mark.benchmark(group=f"plant/run/{TICKS}")
@pytest.mark.parametrize("implementation", ["rust", "mujoco"])
def bench_plant_run(benchmark, implementation):
    if implementation == "rust":
        machine, torque = plant(), np.zeros((TICKS, 6))
        rows = benchmark(machine.run, torque, 0.8, 200.0)
        assert np.isfinite(rows).all()
        return
    mujoco, model, data = mujoco_model()

    def run():
        mujoco.mj_resetData(model, data)
        mujoco.mj_step(model, data, nstep=2 * TICKS)

    benchmark(run)
    assert np.isfinite(data.qpos).all()


@pytest.mark.benchmark(group="plant/measure/1")
@pytest.mark.parametrize("implementation", ["rust"])
def bench_plant_measure(benchmark, implementation):
    machine = plant()
    benchmark(machine.sample, 1_000_000)


@pytest.mark.benchmark(group="plant/forward_dynamics/1")
@pytest.mark.parametrize("implementation", ["rust", "mujoco"])
def bench_plant_forward_dynamics(benchmark, implementation):
    q, dq, tau = np.full(9, 0.2), np.full(9, 0.5), np.zeros(9)
    if implementation == "rust":
        benchmark(plant().forward_dynamics, q, dq, tau)
        return
    mujoco, model, data = mujoco_model()
    data.qpos[:], data.qvel[:] = q, dq
    benchmark(mujoco.mj_forward, model, data)
