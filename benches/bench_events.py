"""Force contacts, one tick and a two-minute recording at 100 Hz."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.reference import events as reference

MODULES = {"rust": _core, "reference": reference}
SAMPLES = 12_000


def recording():
    """Walking with a stride of 1.2 s: forces (T, 2) [N] and times (T,) [ns]."""
    t = np.arange(SAMPLES) / 100.0
    u = np.mod((t[:, None] + [0.0, 0.6]) / 1.2, 1.0) / 0.62
    force = np.where(u < 1.0, 800.0 * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    return force, np.round(t * 1e9).astype(np.int64)


@pytest.mark.benchmark(group="events/step/1")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_events_step(benchmark, implementation):
    force, _ = recording()
    contacts = MODULES[implementation].ForceContacts()
    ticks, unit = iter(range(2**62)), 1_000_000 if implementation == "reference" else 1e-3  # [ns] or [s]
    rows = [force[i].copy() for i in range(120)]

    def step():
        tick = next(ticks)
        contacts.step(rows[tick // 10 % 120], tick * unit)

    benchmark(step)


@pytest.mark.benchmark(group=f"events/run/{SAMPLES}")
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_events_run(benchmark, implementation):
    force, times = recording()
    columns = benchmark(lambda: MODULES[implementation].ForceContacts().run(force, times))
    assert len(columns[0]) == 4 * 100 - 1
