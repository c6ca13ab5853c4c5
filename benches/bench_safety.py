"""Speed of the safety room, beside its reference."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from gaitloop import safety

KINDS = ["driven"] * 6


@pytest.fixture(params=["rust", "reference"])
def module(request):
    return importlib.import_module("gaitloop.safety" if request.param == "rust" else "gaitloop.reference.safety")


def envelope(module):
    middle = {n: [(a + b) / 2] * 6 if joint else (a + b) / 2 for n, joint, a, b, *_ in safety.ENVELOPE_FIELDS}
    return module.Envelope(**{**middle, "q_min": [-0.5] * 6, "q_max": [1.0] * 6})


@pytest.mark.benchmark(group="safety/guard-step/6")
def bench_guard_step(benchmark, module):
    guard, q, tau = module.Guard(envelope(module), KINDS), np.full(6, 0.2), np.full(6, 20.0)
    clock = iter(range(0, 10**18, 1_000_000))

    def step():
        guard.check(next(clock), q, q, tau)
        return guard.limit(2)

    benchmark(step)


@pytest.mark.benchmark(group="safety/guard-run/6x1000")
def bench_guard_run(benchmark, module):
    q, tau = np.full((1000, 6), 0.2), np.full((1000, 6), 20.0)
    t, modes = np.arange(1000) * 1_000_000, np.full(1000, 2)
    limits = envelope(module)
    benchmark(lambda: module.Guard(limits, KINDS).run(t, q, q, tau, modes))


@pytest.mark.benchmark(group="safety/supervisor-step/1")
def bench_supervisor_step(benchmark, module):
    supervisor = module.Supervisor(
        envelope(module),
        module.Declaration(safe_profile="release_after_damp", tick=0.001, watchdog=0.04, digest=[1.0] * 6),
    )
    calm = {"severity": 0, "cause": 0, "nonresettable": False, "command": 0, "local": True, "pain": False}
    tick = {**calm, "estop_ok": True, "still": False, "selftest": 1, "enable": True}
    clock = iter(range(0, 10**18, 1_000_000))
    benchmark(lambda: supervisor.step(**tick, t_ns=next(clock)))
