"""Every compiled detector: one tick, recordings at once and in chunks, beside its reference and an empty call."""

from __future__ import annotations

import importlib
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.events import _detect
from gaitloop.reference import events as reference

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
walks = importlib.import_module("walks")

CLASSES = {
    "force": "ForceContacts",
    "foot_imu": "FootImuContacts",
    "shank_gyro": "ShankGyroContacts",
    "back_imu": "BackImuContacts",
    "joints": "JointContacts",
    "markers": "MarkerContacts",
}
SENSORS = list(CLASSES)
#: Sensors that are read in one tick: a foot, a shank, a joint, a marker each counts as one.
READ = {"force": 2, "foot_imu": 2, "shank_gyro": 2, "back_imu": 1, "joints": 6, "markers": 5}
MODULES = {"rust": _core, "reference": reference}
SAMPLES, BATCH, CHUNK, STEPS = 6_000, 600_000, 100, 1_000


def recording(sensor, samples=SAMPLES):
    """Rows of walking at 100 Hz and times [ns], repeated to a length."""
    t, rows = _detect.ROWS[sensor](walks.walk(sensor, duration=60.0))
    rows = np.ascontiguousarray(np.tile(rows, (-(-samples // len(t)), *[1] * (rows.ndim - 1)))[:samples])
    return rows, np.arange(samples, dtype=np.int64) * 10_000_000


def detector(sensor, implementation="rust"):
    return getattr(MODULES[implementation], CLASSES[sensor])()


def note_rate(benchmark, sensor, ticks):
    """Remark how many samples were taken per second; a sample is what one sensor gives in one tick."""
    if benchmark.stats is not None:
        benchmark.extra_info["million samples/s"] = READ[sensor] * ticks / benchmark.stats.stats.median * 1e-6


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("implementation", ["rust", "reference", "empty"])
def bench_events_step(benchmark, sensor, implementation):
    """A thousand ticks one by one; `empty` calls as often what gives back two flags and does nothing else."""
    benchmark.group = f"events/{sensor}/step/{STEPS}"
    contacts = detector(sensor, "reference" if implementation == "reference" else "rust")
    rows = [row.copy() for row in recording(sensor, STEPS)[0]]
    period = 10_000_000 if implementation == "reference" else 0.01  # the compiled step takes seconds
    starts = count(0, STEPS)

    def times():
        start = next(starts)
        return ([period * (start + i) for i in range(STEPS)],), {}

    def step(times):
        for row, t in zip(rows, times, strict=True):
            contacts.step(row, t)

    def empty(times):
        for _, _ in zip(rows, times, strict=True):
            contacts.in_contact  # noqa: B018

    benchmark.pedantic(empty if implementation == "empty" else step, setup=times, rounds=50)


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("implementation", ["rust", "reference"])
def bench_events_run(benchmark, sensor, implementation):
    benchmark.group = f"events/{sensor}/run/{SAMPLES}"
    rows, times = recording(sensor)
    columns = benchmark(lambda: detector(sensor, implementation).run(rows, times))
    assert len(columns[0]) > 100


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("implementation", ["rust"])
def bench_events_batch(benchmark, sensor, implementation):
    benchmark.group = f"events/{sensor}/batch/{BATCH}"
    rows, times = recording(sensor, BATCH)
    benchmark(lambda: detector(sensor, implementation).run(rows, times))
    note_rate(benchmark, sensor, BATCH)


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("implementation", ["rust"])
def bench_events_ahead(benchmark, sensor, implementation):
    """The same recording looked at as a whole."""
    benchmark.group = f"events/{sensor}/ahead/{BATCH}"
    rows, times = recording(sensor, BATCH)
    benchmark(lambda: detector(sensor, implementation).run(rows, times, False))
    note_rate(benchmark, sensor, BATCH)


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("implementation", ["rust"])
def bench_events_chunked(benchmark, sensor, implementation):
    benchmark.group = f"events/{sensor}/chunked/{BATCH}x{CHUNK}"
    rows, times = recording(sensor, BATCH)
    chunks = [(rows[i : i + CHUNK], times[i : i + CHUNK]) for i in range(0, BATCH, CHUNK)]

    def chunked():
        contacts = detector(sensor, implementation)
        for part, t in chunks:
            contacts.run(part, t)

    benchmark(chunked)
    note_rate(benchmark, sensor, BATCH)
