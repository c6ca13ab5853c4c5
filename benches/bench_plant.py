"""The simulated person: steps of half a millisecond, beside MuJoCo on the same model with contacts."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import Simulation
from gaitloop.plant import Device, Patient, Plant, to_mjcf
from gaitloop.session.build import build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.simulation import run_batch

TICKS = 2000  # [-], of 1 ms: 4000 steps
STANDING = 12_000  # [-] ticks until the person walks on the belt


PERSON, DEVICE = Patient.stroke(severity=0.5, seed=1), Device.treadmill_exo()


def plant():
    return Plant(PERSON, DEVICE, seed=1)


def mujoco_model(*, contacts):
    """The model that `to_mjcf` writes; with contacts, springs hold the joints, so that the person stands."""
    mujoco = pytest.importorskip("mujoco")
    model = mujoco.MjModel.from_xml_string(to_mjcf(PERSON, DEVICE, contacts=contacts, frame=contacts))
    model.opt.cone = mujoco.mjtCone.mjCONE_PYRAMIDAL  # the faster one
    data = mujoco.MjData(model)
    if contacts:
        p = plant().parameters()
        model.jnt_stiffness[3:], model.dof_damping[3:] = 5000.0, 100.0
        data.qpos[1] = p["thigh"]["length"] + p["shank"]["length"] + p["ankle_height"]
    return mujoco, model, data


@pytest.mark.benchmark(group=f"plant/run/{TICKS}")
@pytest.mark.parametrize("implementation", ["rust", "mujoco"])
def bench_plant_run(benchmark, implementation):
    if implementation == "rust":
        machine, torque = plant(), np.zeros((TICKS, 6))
        machine.run(np.zeros((STANDING, 6)), 0.8, 200.0)
        rows = benchmark(machine.run, torque, 0.8, 200.0)
        assert np.isfinite(rows).all()
        assert machine.look().contacts[:, 1].sum() > 0.2 * machine.body_weight
        return
    mujoco, model, data = mujoco_model(contacts=True)
    mujoco.mj_step(model, data, nstep=2 * TICKS)
    benchmark(mujoco.mj_step, model, data, nstep=2 * TICKS)
    assert np.isfinite(data.qpos).all()
    assert data.ncon >= 2


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
    mujoco, model, data = mujoco_model(contacts=False)
    data.qpos[:], data.qvel[:] = q, dq
    benchmark(mujoco.mj_forward, model, data)


@pytest.mark.benchmark(group="plant/batch/8x5000")
@pytest.mark.parametrize("implementation", ["rust", "one_thread"])
def bench_plant_batch(benchmark, implementation):
    """Trainer and plant, eight people: on all cores, and on one."""
    plan = demo_plan()
    simulations = [Simulation(build_trainer(plan), Plant(PERSON, DEVICE, seed), presses(plan)) for seed in range(8)]
    run_batch(simulations, STANDING)
    threads = 0 if implementation == "rust" else 1
    summaries = benchmark.pedantic(run_batch, (simulations, 5000), {"threads": threads}, rounds=5)
    assert all(summary.ticks == 5000 for summary in summaries)
    if benchmark.stats is not None:  # not timed in the smoke test
        benchmark.extra_info["times real time"] = 8 * 5.0 / benchmark.stats.stats.median
