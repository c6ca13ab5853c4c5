"""The loop beside a busy watcher for hours: its memory, its page faults, what it asks of the allocator.

python tests/campaigns/soak.py [--seconds 7200] [--out FILE.json]

The process is started again under a small library that counts, thread by thread, how often the allocator is called
(`allocator.c`, which needs a C compiler). A loop that the guard stopped is replaced by another one, and its cause told.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import itertools
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))
COUNTED = "GAITLOOP_ALLOCATOR"
#: Accepted growth of the process's resident memory [B].
GROWTH = 2**20
#: Ticks after which nothing may be allocated, and share of the time after which memory may not grow.
WARM_TICKS, WARM_SHARE = 100, 0.25
#: Time between two looks of the watcher, and between two requests [s]; with each request memory is measured.
LOOK, ASK = 0.1, 0.5
STOPPED = {"prot_stop", "safe", "soft_stop"}


def git(*arguments: str) -> str:
    """What git says of the project."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def again_counted() -> None:
    """Start this process again with every call of the allocator counted."""
    if shutil.which("cc") is None:
        sys.exit("a C compiler is missing: apt-get install gcc libc6-dev")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "allocator.so")
        source = str(Path(__file__).with_name("allocator.c"))
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), source], check=True)
        environment = {**os.environ, "LD_PRELOAD": str(library), COUNTED: str(library)}
        sys.exit(subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode)


def moved() -> int:
    """Pages that the kernel has moved so far, of any process, where it may move locked ones too; 0 where it may not.

    Whoever touches such a page meanwhile meets a fault that no program can prevent.
    """
    if Path("/proc/sys/vm/compact_unevictable_allowed").read_text("utf-8").strip() != "1":
        return 0
    rows = (line.split() for line in Path("/proc/vmstat").read_text("utf-8").splitlines())
    return next((int(n) for name, n in rows if name == "pgmigrate_success"), 0)


def thread_of_the_loop() -> int:
    """Number of the loop's thread."""
    tasks = Path("/proc/self/task").iterdir()
    return next(int(task.name) for task in tasks if (task / "comm").read_text("utf-8").strip() == "gaitloop")


class Soak:
    """Loops one after the other, a watcher that asks and reads, and what was seen of them."""

    def __init__(self, seconds: float) -> None:
        from gaitloop.realtime import PlantDevice, Privileges
        from gaitloop.safety import CAUSES, STATES
        from gaitloop.session.build import trainer_config
        from gaitloop.trainer import ControlConfig

        self.machine: Any = importlib.import_module("realtime_machine")
        plant = self.machine.device().plant
        self.device = PlantDevice(plant, [("arm", 0.5, 0.7), ("start", 1.0, 1.2)])
        self.names, self.privileges = (STATES, CAUSES), Privileges(priority=20, shallow_sleep=False)
        pattern = trainer_config(self.machine.plan()).pattern
        laws = [ControlConfig(pattern=pattern, stiffness=[k] * 6, damping=[5.0] * 6) for k in (100.0, 60.0)]
        asks = [("speed", 0.5), ("speed", 0.6), ("support_force", 80.0), ("support_force", 120.0)]
        self.asks = itertools.cycle([*asks, *(("control", law) for law in laws), ("override", ("all", "floor", 10.0))])
        self.statm = os.open("/proc/self/statm", os.O_RDONLY)
        self.trim = ctypes.CDLL(None).malloc_trim
        self.calls = ctypes.CDLL(os.environ[COUNTED]).allocator_calls
        self.calls.restype = ctypes.c_ulong
        names = (
            "ticks",
            "missed",
            "late_wakes",
            "long_ticks",
            "slow_device",
            "minor_faults",
            "major_faults",
            "dropped",
        )
        self.counts, self.longest = dict.fromkeys(names, 0), {"wake": 0.0, "execution": 0.0}
        self.seen = {**self.counts, "loops": 0, "stopped_by_the_guard": 0, "allocator_calls": 0, "strides": 0}
        self.memory = np.full(int(seconds / ASK) + 2, -1)  # whole from the beginning, so that it is no growth itself
        self.looks = 0
        self.causes: Counter[str] = Counter()
        self.locked, self.moved = True, 0

    def watch(self, end: float) -> None:
        """One loop after the other until the time has come [s]."""
        while time.monotonic() < end:
            loop = self.machine.ready(machine=self.device, privileges=self.privileges)
            with loop:
                self.locked &= any(p.name == "locked_memory" and p.outcome == "got" for p in loop.privileges)
                self.machine.until(lambda loop=loop: loop.statistics().ticks > WARM_TICKS)
                thread = thread_of_the_loop()
                before = self.calls(thread)
                stopped = self.one(loop, end)
                self.seen["allocator_calls"] += self.calls(thread) - before
            self.seen["loops"] += 1
            self.seen["stopped_by_the_guard"] += stopped
            total = loop.statistics()
            for name in self.counts:
                self.seen[name] += getattr(total, name)
            for name in self.longest:
                self.longest[name] = max(self.longest[name], getattr(total, name).max)

    def one(self, loop: Any, end: float) -> bool:
        """Look at a loop, and ask it for changes, until it was stopped or the time has come [s]."""
        asked = time.monotonic()
        while (now := time.monotonic()) < end:
            rows = loop.read()
            loop.events()
            self.seen["strides"] += len(loop.strides())
            for *_, state, _, cause in rows["out"]["command_integers"][-1:, :6].tolist():
                if self.names[0][state] in STOPPED:
                    self.causes[self.names[1][cause]] += 1
                    return True
            if now >= asked + ASK:
                name, value = next(self.asks)
                getattr(loop, f"request_{name}")(*(value if isinstance(value, tuple) else (value,)))
                self.memory[self.looks] = self.resident()
                self.looks += 1
                asked = now
            loop.statistics()
            time.sleep(LOOK)
        return False

    def resident(self) -> int:
        """Memory of this process that is there [B], less what the allocator holds without use."""
        gc.collect()
        self.trim(0)
        return int(os.pread(self.statm, 256, 0).split()[1]) * resource.getpagesize()

    def growth(self) -> int:
        """Least memory of the last tenth over that of the first tenth after the warm-up [B]."""
        warm = self.memory[int(WARM_SHARE * self.looks) : self.looks]
        some = max(1, len(warm) // 10)
        return 0 if not len(warm) else int(warm[-some:].min() - warm[:some].min())


def told(soak: Soak, seconds: float) -> dict[str, Any]:
    """What was seen, under which circumstances, and what of it is wrong."""
    watchers = soak.calls(os.getpid())
    wrong = {
        f"memory grew by more than {GROWTH} B": soak.growth() > GROWTH,
        "the loop's thread called the allocator": soak.seen["allocator_calls"] > 0,
        "the loop's thread met page faults": soak.locked and soak.seen["minor_faults"] > soak.moved,
        "the loop's thread waited for the disk": soak.seen["major_faults"] > 0,
        "nothing was seen": watchers == 0 or soak.seen["ticks"] == 0 or soak.looks == 0,
    }
    return {
        "commit": git("rev-parse", "HEAD"),
        "clean": not git("status", "--porcelain"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} processors",
        "seconds": seconds,
        "locked_memory": soak.locked,
        "pages_moved_by_the_kernel": soak.moved,
        "memory": {"growth": soak.growth(), "first": int(soak.memory[0]), "last": int(soak.memory[soak.looks - 1])},
        "loop": {**soak.seen, "causes": soak.causes, "longest": soak.longest},
        "watcher": {"allocator_calls": watchers},
        "wrong": [name for name, is_so in wrong.items() if is_so],
    }


def main() -> None:
    """Soak, judge, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=7200.0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if sys.platform != "linux":
        print("soak: not on this system; it needs Linux with glibc")
        return
    if COUNTED not in os.environ:
        again_counted()
    soak, before = Soak(options.seconds), moved()
    soak.watch(time.monotonic() + options.seconds)
    soak.moved = moved() - before
    record = told(soak, options.seconds)
    text = json.dumps(record, indent=1) + "\n"
    if options.out:
        options.out.write_text(text, "utf-8")
    print(text)
    seen = f"{soak.seen['allocator_calls']} allocator calls, {soak.seen['minor_faults']} page faults"
    print(f"soak: {soak.seen['ticks']} ticks, memory grew by {soak.growth()} B, {seen}; {len(record['wrong'])} wrong")
    sys.exit(bool(record["wrong"]))


if __name__ == "__main__":
    main()
