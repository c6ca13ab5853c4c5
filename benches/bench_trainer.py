"""Speed of the corridor beside its reference, of a whole simulated session, and what a session needs of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop import Simulation, _core
from gaitloop.plant import Plant
from gaitloop.reference import assist as reference_assist
from gaitloop.reference import safety as reference_safety
from gaitloop.reference import trainer as reference_trainer
from gaitloop.reference import trajectory as reference_trajectory
from gaitloop.session.build import GRAVITY, build_device, build_patient, build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Command, Sample

MEMORY_LIMIT = 300.0  # [MB] a session of ten minutes
WALKING = 20_000  # ticks until the person walks on the belt
CHILD = """
import json, pathlib, re, resource, sys
from gaitloop.session.runner import simulate
from gaitloop.session.plan import demo_plan
simulate(demo_plan(), out=sys.argv[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
status = pathlib.Path("/proc/self/status")
if status.exists():  # on Linux `ru_maxrss` of a child begins at its parent's
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1.024e-3
print(json.dumps(peak))
"""


def reference():
    plan = demo_plan()
    training, mass, height = plan.training, plan.patient["mass"], plan.patient["height"]
    law = {name: np.array(value) if isinstance(value, tuple) else value for name, value in plan.assist.items()}
    law.pop("law")
    # The lateral subtasks, which a sagittal device does not see.
    for name, bounds in {"lower": (0.025, np.radians(1.15)), "upper": (0.0417, np.radians(1.91))}.items():
        law[name] = np.array([*law[name], *bounds])
    told = build_device(plan).declaration
    declared = {name: getattr(told, name) for name in ("safe_profile", "tick", "watchdog", "digest")}
    plain = ("stiffness", "damping", "leg_weight", "support_slew", "engage_time", "settle_time", "speed")
    return reference_trainer.Trainer(
        {
            "kinds": ("driven", "driven", plan.device["ankle"]) * 2,
            "mass": mass,
            "height": height,
            "pattern": reference_trajectory.GaitPattern.koopman(
                training["speed"], height, foot_clearance=training["foot_clearance"]
            ),
            "envelope": reference_safety.Envelope(**plan.limits),
            "device": reference_safety.Declaration(**declared),
            "assist": reference_assist.BandLaw(**law),
            "events": {"shared": False},
            "phase": {},
            "support_force": training["support"] * mass * GRAVITY,
            **{name: training[name] for name in plain},
        }
    )


def session():
    plan = demo_plan()
    return Simulation(build_trainer(plan), Plant(build_patient(plan), build_device(plan)), presses(plan))


@pytest.fixture(scope="module")
def walking():
    """Samples from boot into walking."""
    block = session().run(WALKING)
    return block["t"], block["sample"], block["valid"], block["stamp"]


def step_compiled(benchmark, walking):
    t, value, valid, stamp = walking
    count = 10_000
    trainer, command, samples = build_trainer(demo_plan()), Command(), []
    trainer.run(t[:-count], value[:-count], valid[:-count], stamp[:-count])
    for row in range(WALKING - count, WALKING):
        sample = Sample()
        sample.t = int(t[row])
        sample.value[:], sample.valid[:], sample.stamp[:] = value[row], valid[row], stamp[row]
        samples.append(sample)
    upcoming = iter(samples)
    benchmark.pedantic(lambda: trainer.step(next(upcoming), out=command), rounds=count)
    assert command.state == "run"


def step_reference(benchmark, walking):
    t, value, valid, stamp = walking
    names = [(name, slice(start, start + length)) for name, start, length, *_ in _core.SAMPLE_FIELDS]

    def sample_at(row):
        groups = {
            name: SimpleNamespace(value=value[row, part], valid=valid[row, part], stamp=int(stamp[row, group]))
            for group, (name, part) in enumerate(names)
        }
        return SimpleNamespace(t=int(t[row]), **groups)

    trainer = reference()
    for row in range(6000):
        trainer.step(sample_at(row))
    upcoming = iter([sample_at(row) for row in range(6000, 7000)])
    command = None

    def step():
        nonlocal command
        command = trainer.step(next(upcoming))

    benchmark.pedantic(step, rounds=1000)
    assert _core.STATES[command.state] == "run"


@pytest.mark.benchmark(group="trainer/step/6")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_trainer_step(benchmark, walking, implementation):
    (step_compiled if implementation == "rust" else step_reference)(benchmark, walking)


@pytest.mark.benchmark(group="trainer/run/6x20000")
@pytest.mark.parametrize("implementation", ["rust"])
def bench_trainer_run(benchmark, implementation, walking):
    benchmark.pedantic(
        lambda trainer: trainer.run(*walking), setup=lambda: ((build_trainer(demo_plan()),), {}), rounds=5
    )


@pytest.mark.benchmark(group="simulation/skip/60s")
@pytest.mark.parametrize("implementation", ["rust"])
def bench_simulation(benchmark, implementation):
    benchmark.pedantic(lambda simulation: simulation.skip(60_000), setup=lambda: ((session(),), {}), rounds=5)
    benchmark.extra_info["times_real_time"] = 60.0 / benchmark.stats.stats.median if benchmark.stats else 0.0


@pytest.mark.benchmark(group="simulation/run/60s")
@pytest.mark.parametrize("implementation", ["rust"])
def bench_simulation_with_rows(benchmark, implementation):
    def run(simulation):
        for _ in range(60):
            simulation.run(1000)

    benchmark.pedantic(run, setup=lambda: ((session(),), {}), rounds=5)
    benchmark.extra_info["times_real_time"] = 60.0 / benchmark.stats.stats.median if benchmark.stats else 0.0


@pytest.mark.benchmark(group="session/demo/600s")
@pytest.mark.parametrize("implementation", ["rust"])
def bench_session_memory(benchmark, implementation, tmp_path):
    def record():
        path = str(tmp_path / "session.mcap")
        done = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    peak = benchmark.pedantic(record, rounds=1)
    benchmark.extra_info["peak_mb"] = peak
    assert peak < MEMORY_LIMIT
