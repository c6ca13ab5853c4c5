"""A process whose loop trains is stopped and goes on: what its loop does then, and what of that may not be."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TRIES = 5
#: Time for which the loop is watched once it goes on [s].
AFTER = 0.3
PERIOD = 0.001  # [s]
STOPS = {"prot_stop", "safe"}

CHILD = f"""
import json, sys, time
import numpy as np
from gaitloop.safety import CAUSES, STATES
from realtime_machine import ready, until

with ready(rows=100_000) as loop:
    until(lambda: loop.statistics().ticks > 1500)
    before = loop.read()
    print(STATES[before["out"]["command_integers"][-1, 3]], flush=True)
    sys.stdin.readline()
    time.sleep({AFTER})
rows = loop.read()
t = np.concatenate([before["t"][-1:], rows["t"]])
first = int(np.argmax(np.diff(t)))
codes = rows["out"]["command_integers"][first:]
print(json.dumps({{
    "gap": float(np.diff(t)[first]) / 1e9,
    "ticks": len(codes),
    "least_step": float(np.diff(t).min()) / 1e9,
    "states": sorted({{STATES[code] for code in codes[:, 3]}}),
    "cause": CAUSES[codes[-1, 5]],
    "end": loop.end,
    "enabled": loop.device.held["enabled"],
}}))
"""


class StarvedError(AssertionError):
    """The machine kept the processor from the loop, again and again."""


def _trains() -> subprocess.Popen[str]:
    for _ in range(TRIES):
        command = [sys.executable, "-W", "ignore", "-c", CHILD]
        process = subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if process.stdout and process.stdout.readline() == "run\n":
            return process
        process.kill()
        process.communicate()
    raise StarvedError("the machine was too busy for the loop to reach training")


def _stands(pid: int) -> bool:
    states = [
        (task / "stat").read_text("utf-8").rpartition(")")[2].split()[0] for task in Path(f"/proc/{pid}/task").iterdir()
    ]
    return set(states) == {"T"}


def stand_still(pause: float) -> dict[str, object]:
    """Stop a process for a time [s], let it go on, and tell what its loop did; `found` is what it may not do."""
    process = _trains()
    process.send_signal(signal.SIGSTOP)
    while not _stands(process.pid):
        time.sleep(0.0005)
    time.sleep(pause)
    process.send_signal(signal.SIGCONT)
    out, _ = process.communicate("on\n", timeout=120)
    if process.returncode:
        raise AssertionError(out)
    told = json.loads(out)
    wrong = {
        "its end is no stop": told["end"] != "stopped" or told["enabled"],
        "it did not see the pause": told["gap"] < pause - PERIOD,  # ticks are told times of the grid
        "ticks were made up for": told["least_step"] < 0.9 * PERIOD,
        "hardly a tick followed": told["ticks"] < 0.5 * AFTER / PERIOD,
        f"it went on as {told['states']}": not set(told["states"]) <= STOPS,
        f"its cause is {told['cause']}": told["cause"] != "time_jump",
    }
    return {"pause": pause, **told, "found": [name for name, is_so in wrong.items() if is_so]}
