"""Events of whole recordings beside off-line packages of the field, on the same samples in the same run.

The peers need an older NumPy and run in an environment of their own (`make bench` makes it), each in a process that
answers when asked; the question costs some ten microseconds of their tens of milliseconds.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop.events import _detect

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
walks = importlib.import_module("walks")
RATE, DURATION = 100.0, 120.0
SAMPLES = round(RATE * DURATION)
PEERS = {"foot_imu": "gaitmap", "back_imu": "mobgap"}
PYTHON = Path(os.environ.get("GAITLOOP_PEERS", Path(sys.prefix) / "peers")) / "bin/python"


@pytest.fixture
def ask(tmp_path, request):
    """Start a peer's process on the walk; gives a call that makes it find the events once."""
    running = []

    def start(peer, rows):
        if not PYTHON.exists():  # without timing there is nothing to compare, so nobody has to install them
            tell = pytest.skip if request.config.getoption("benchmark_disable") else pytest.fail
            tell(f"no environment of the peers at {PYTHON}: make bench")
        events = walks.events(DURATION)
        contacts = {side: events.times(side, "ic") for side in ("left", "right")}
        np.savez(tmp_path / "walk.npz", rows=rows, rate=RATE, **contacts)
        command = [PYTHON, Path(__file__).with_name("peer_worker.py"), peer, tmp_path / "walk.npz"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        running.append(process)
        assert process.stdout.readline() == "ready\n"

        def call():
            process.stdin.write("\n")
            return int(process.stdout.readline())

        return call

    yield start
    for process in running:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


@pytest.mark.parametrize(
    ("implementation", "sensor"),
    [
        pytest.param(name, sensor, marks=pytest.mark.benchmark(group=f"events/{sensor}/recording/{SAMPLES}"))
        for sensor, peer in PEERS.items()
        for name in ("rust", peer)
    ],
)
def bench_events_peers(benchmark, ask, implementation, sensor):
    t, rows = _detect.ROWS[sensor](walks.walk(sensor, duration=DURATION))

    def ours():
        return len(_detect.DETECTORS[sensor]().run(rows, t, False))  # looking ahead, as the peers do

    assert benchmark(ours if implementation == "rust" else ask(implementation, rows)) > 200
