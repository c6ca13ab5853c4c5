"""Long records of a simulated walk, as a live recorder writes them, and what it takes to read them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from gaitloop.session.layout import Block, Tables
from gaitloop.session.live import LiveRecorder
from gaitloop.session.plan import demo_plan
from gaitloop.session.reader import Reader
from gaitloop.session.runner import metadata_of, simulate

#: Ticks of a chunk, as in a session that hands over what came in every few hundredths of a second.
_TICKS = 40
#: Ticks that may wait before the walk does; it is faster than the recorder.
_WAITING = 4000
#: Groups of a sample by the machine's part that measures them: drives, force plates, belt, winch, buttons.
SOURCES = (("q", "dq", "drive_"), ("foot_",), ("belt_",), ("rope_",), ("buttons",))
_READ = """
import json, resource, sys, time
from gaitloop.session.reader import Reader
begun = time.perf_counter()
reader = Reader(sys.argv[1])
if sys.argv[2] == "summary":
    found = reader.summary()
    counts = [len(found.events), len(found.strides), len(found.states)]
else:
    counts = [sum(len(block.t) for block in reader.blocks())]
print(json.dumps({
    "counts": counts, "losses": reader.losses, "seconds": round(time.perf_counter() - begun, 2),
    "megabytes_read": round(reader.bytes_read / 1e6, 2),
    "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
}))
"""


def shaken(block, rng, tables):
    """Times of measurement as a machine has them, to the nanosecond: what comes from one source has one time."""
    stamp = block.stamp.copy()
    for source in SOURCES:
        groups = [i for i, spec in enumerate(tables.sample) if spec.name.startswith(source)]
        stamp[:, groups] = (block.t - rng.integers(100_000, 1_100_000, len(block.t)))[:, None]
    return Block(**{name: getattr(block, name) for name in Block.__slots__} | {"stamp": stamp})


def cut(block, first):
    """Some ticks of a block, and the telemetry of them."""
    part = slice(first, first + _TICKS)
    ticks = {name: getattr(block, name)[part] for name in Block.__slots__ if not name.startswith("telemetry")}
    inside = (block.telemetry_t >= ticks["t"][0]) & (block.telemetry_t <= ticks["t"][-1])
    return Block(**ticks, telemetry_t=block.telemetry_t[inside], telemetry=block.telemetry[inside])


def due(messages, name, t):
    """Messages up to this time, taken off the list."""
    count = sum(int(message[name]) <= t for message in messages[:100])
    found, messages[:] = messages[:count], messages[count:]
    return found


def write_walk(path, minutes):
    """Record a walk of this length, in short chunks."""
    plan, rng, tables = demo_plan().change(duration=minutes * 60.0), np.random.default_rng(1), Tables.from_core()
    walk = path.with_name("walk.mcap")
    simulate(plan, out=walk)
    summary = Reader(walk).summary()
    with LiveRecorder(path, metadata_of(plan), tables=tables, rows=1_000_000) as recorder:
        for block in Reader(walk).blocks():
            for first in range(0, len(block.t), _TICKS):
                part = shaken(cut(block, first), rng, tables)
                last = int(part.t[-1])
                recorder.write(part, due(summary.events, "t_emit", last), due(summary.strides, "t_end", last))
                while recorder._waiting_rows > _WAITING:
                    time.sleep(0.001)
    walk.unlink()
    return recorder.lost.rows


def reading(path, what):
    """Read in a process of its own, and say what that took."""
    command = [sys.executable, "-c", _READ, str(path), what]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=900).stdout)


def measured(path: Path, minutes: float):
    """Write, and read twice."""
    lost = write_walk(path, minutes)
    size = path.stat().st_size / 1e6
    return {
        "minutes": minutes,
        "rows_lost": lost,
        "megabytes": round(size, 2),
        "megabytes_in_30_min": round(size * 30.0 / minutes, 1),
        "summary": reading(path, "summary"),
        "all_ticks": reading(path, "blocks"),
    }
