"""Jerk-limited movement against ruckig: planning, one cycle, and many states at once."""

from __future__ import annotations

import time

import numpy as np
import pytest
import ruckig

from gaitloop import trajectory

CYCLE = 1e-3
STATES = 64
MANY = 100_000
SAMPLE = 2000
NAMES = {
    "current_position": "p0",
    "current_velocity": "v0",
    "current_acceleration": "a0",
    "target_position": "p1",
    "target_velocity": "v1",
    "target_acceleration": "a1",
    "max_velocity": "vm",
    "max_acceleration": "am",
    "max_jerk": "jm",
}


def random_states(n, dofs, seed=0):
    """The distribution of ruckig's own benchmark."""
    rng, shape = np.random.default_rng(seed), (n, dofs)
    s = {"p0": 4, "v0": 0.8, "a0": 0.8, "p1": 4, "v1": 0.8, "a1": 0.8}
    s = {key: rng.normal(0, width, shape) for key, width in s.items()}
    s |= {key: rng.uniform(0.08, 16, shape) for key in ("vm", "am", "jm")}
    s["vm"] += np.abs(s["v1"])
    s["am"] += np.abs(s["a1"])
    room = np.sqrt(2 * s["jm"] * (s["vm"] - np.abs(s["v1"])))
    s["a1"] = np.clip(s["a1"], -0.999 * room, 0.999 * room)
    return {name: s[key] for name, key in NAMES.items()}


def peer(implementation, dofs):
    """Generator, input, output and trajectory."""
    if implementation == "rust":
        module, generator = trajectory, trajectory.JerkLimited(dofs, CYCLE)
    else:
        module, generator = ruckig, ruckig.Ruckig(dofs, CYCLE)
    return generator, module.InputParameter(dofs), module.OutputParameter(dofs), module.Trajectory(dofs)


def problems(implementation, dofs, n=STATES):
    """One input per state, so that only planning is timed."""
    states, inputs = random_states(n, dofs), []
    for i in range(n):
        inp = peer(implementation, dofs)[1]
        for name, values in states.items():
            setattr(inp, name, values[i].tolist())
        inputs.append(inp)
    return inputs


@pytest.mark.parametrize(
    "dofs",
    [
        pytest.param(n, marks=pytest.mark.benchmark(group=f"trajectory/jerk_limited/calculate/{n}x{STATES}"))
        for n in (1, 6)
    ],
)
@pytest.mark.parametrize("implementation", ["rust", "ruckig"])
def bench_jerk_limited_calculate(benchmark, dofs, implementation):
    generator, _, _, out = peer(implementation, dofs)
    inputs = problems(implementation, dofs)

    def plan_all():
        for inp in inputs:
            generator.calculate(inp, out)

    benchmark(plan_all)
    best = []
    for inp in inputs:
        times = []
        for _ in range(15):
            start = time.perf_counter_ns()
            generator.calculate(inp, out)
            times.append(time.perf_counter_ns() - start)
        best.append(min(times))
    benchmark.extra_info[f"{implementation}_worst_us"] = max(best) / 1e3


@pytest.mark.parametrize(
    "dofs", [pytest.param(n, marks=pytest.mark.benchmark(group=f"trajectory/jerk_limited/update/{n}")) for n in (1, 6)]
)
@pytest.mark.parametrize("implementation", ["rust", "ruckig"])
def bench_jerk_limited_update(benchmark, dofs, implementation):
    """A cycle with unchanged target: update, read position, velocity and acceleration, and pass them back."""
    generator, inp, out, _ = peer(implementation, dofs)
    inp.target_position = [1e3] * dofs
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [0.2] * dofs, [1.0] * dofs, [1.0] * dofs

    def cycles():
        for _ in range(100):
            generator.update(inp, out)
            _ = out.new_position, out.new_velocity, out.new_acceleration
            out.pass_to_input(inp)

    cycles()
    benchmark(cycles)


@pytest.mark.benchmark(group=f"trajectory/jerk_limited/batch/{MANY}x6")
@pytest.mark.parametrize("implementation", ["rust", "ruckig"])
def bench_jerk_limited_batch(benchmark, implementation):
    """On one core each; ruckig in a loop over a sample of states, the filling of its inputs left out."""
    if implementation == "rust":
        generator, states = trajectory.JerkLimited(6, CYCLE), random_states(MANY, 6)
        benchmark.pedantic(lambda: generator.calculate_batch(**states, threads=1), rounds=3, warmup_rounds=1)
        return
    generator, _, _, out = peer(implementation, 6)
    inputs = problems(implementation, 6, SAMPLE)

    def loop():
        for _ in range(MANY // SAMPLE):
            for inp in inputs:
                generator.calculate(inp, out)

    benchmark.pedantic(loop, rounds=3)
