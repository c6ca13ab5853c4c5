"""How late threads wake: the loop's thread beside cyclictest, and beside a busy Python thread a loop in Python.

    python benches/realtime.py [--seconds 10] [--rounds 3] [--picture FILE] [--json FILE]

cyclictest (Debian's rt-tests) and the loop are measured in turn on the same machine and compared round by round, each
round in the other order than the one before: what a shared machine does at one moment it does not do at the next. Of
all rounds the median of each percentile and of each ratio counts.

"loop" is a thread that wakes on the loop's grid and does nothing else, as cyclictest's does; "trained" is the whole
loop with trainer and simulated plant, whose work leaves colder caches behind.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gaitloop.plant import Plant
from gaitloop.realtime import Loop, Pacer, PlantDevice, RealTimeWarning, Statistics, measure_wakeups, probe_privileges
from gaitloop.session.build import build_device, build_patient, build_trainer, presses
from gaitloop.session.plan import demo_plan

ROOT = Path(__file__).resolve().parents[1]

RATE = 1000.0  # [1/s]
LONGEST = 1_000_000  # longest latency that cyclictest tells apart [µs]
PRIORITY = "80"
SPIN = "while True:\n    pass"
#: Ratio, what must hold of it, and the figures it is made of: (case, percentile) over (case, percentile).
GOALS = (
    ("idle, p50 over cyclictest", "at most", 1.25, ("loop, idle", "p50"), ("cyclictest, idle", "p50")),
    ("idle, p99 over cyclictest", "at most", 1.5, ("loop, idle", "p99"), ("cyclictest, idle", "p99")),
    ("all cores busy, p50 over cyclictest", "at most", 1.25, ("loop, busy", "p50"), ("cyclictest, busy", "p50")),
    ("all cores busy, p99 over cyclictest", "at most", 1.5, ("loop, busy", "p99"), ("cyclictest, busy", "p99")),
    ("beside a Python thread, p50 over idle", "at most", 1.5, ("loop, thread", "p50"), ("loop, idle", "p50")),
    ("loop in Python there, p50 over ours", "at least", 50.0, ("Python loop, thread", "p50"), ("loop, thread", "p50")),
)
Row = dict[str, float]


def of_histogram(counts: dict[int, int], beyond: int) -> Row:
    """Percentiles [s] of whole microseconds and their counts, each spread over its own; `beyond` were longer."""
    total, seen, found = sum(counts.values()) + beyond, 0, {}
    wanted = {"p50": 0.5, "p99": 0.99}
    for latency, count in sorted(counts.items()):
        for name, share in wanted.items():
            if seen < share * total <= seen + count:
                found[name] = (latency + (share * total - seen) / count) / 1e6
        seen += count
    return {name: found.get(name, LONGEST / 1e6) for name in wanted}


def of_cyclictest(text: str) -> Row:
    """Percentiles [s] of what cyclictest prints with `-h`."""
    counts = {int(us): int(n) for us, n in re.findall(r"^(\d+)\s+(\d+)$", text, re.MULTILINE) if int(n)}
    beyond = re.search(r"^# Histogram Overflows: (\d+)", text, re.MULTILINE)
    return of_histogram(counts, int(beyond[1]) if beyond else 0)


def cyclictest(seconds: float) -> Row:
    """One run of cyclictest, with the privileges that the loop asks for."""
    loops = str(int(seconds * RATE))
    command = ["cyclictest", "-q", "-m", "-t1", "-p", PRIORITY, "-i", str(int(1e6 / RATE)), "-l", loops]
    run = subprocess.run([*command, "-h", str(LONGEST)], check=False, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"cyclictest does not run here: {(run.stderr or run.stdout).strip()}")
    return of_cyclictest(run.stdout)


def row(seen: Statistics) -> Row:
    """Percentiles [s] of waking."""
    return {"p50": seen.wake.p50, "p99": seen.wake.p99}


def loop(seconds: float) -> Row:
    """One run of a thread that wakes as the loop's does."""
    return row(measure_wakeups(RATE, seconds).statistics)


def trained(seconds: float) -> Row:
    """One run of the whole loop: trainer and simulated plant in every tick."""
    plan = demo_plan()
    device = PlantDevice(Plant(build_patient(plan), build_device(plan), seed=plan.seed), presses(plan))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RealTimeWarning)  # told once, in the head
        with Loop(build_trainer(plan), device) as live:
            time.sleep(seconds)
        return row(live.statistics())


def python_loop(seconds: float) -> Row:
    """One run of the same grid in Python."""
    pacer = Pacer(rate=RATE)
    while pacer.wait() < seconds * 1e9:
        pass
    return row(pacer.statistics())


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Something that computes on every core."""
    helpers = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for helper in helpers:
            helper.kill()
            helper.wait()


@contextlib.contextmanager
def busy_thread() -> Iterator[None]:
    """A Python thread of this process that computes."""
    done = threading.Event()

    def spin() -> None:
        while not done.is_set():
            sum(range(100))

    helper = threading.Thread(target=spin)
    helper.start()
    try:
        yield
    finally:
        done.set()
        helper.join()


CASES = (
    ("cyclictest, idle", contextlib.nullcontext, cyclictest),
    ("loop, idle", contextlib.nullcontext, loop),
    ("trained, idle", contextlib.nullcontext, trained),
    ("Python loop, idle", contextlib.nullcontext, python_loop),
    ("cyclictest, busy", busy_cores, cyclictest),
    ("loop, busy", busy_cores, loop),
    ("trained, busy", busy_cores, trained),
    ("loop, thread", busy_thread, loop),
    ("trained, thread", busy_thread, trained),
    ("Python loop, thread", busy_thread, python_loop),
)
Runs = dict[str, list[Row]]


def measure(seconds: float, rounds: int) -> Runs:
    """Every case in turn, `rounds` times, every other time from the last to the first."""
    runs: Runs = {name: [] for name, *_ in CASES}
    for n in range(rounds):
        for name, company, case in CASES[:: (1, -1)[n % 2]]:
            print(f"round {n + 1} of {rounds}: {name}", file=sys.stderr)
            with company():
                runs[name].append(case(seconds))
    return runs


def medians(runs: Runs) -> dict[str, Row]:
    """The median of each percentile [s] over the rounds."""
    return {name: {p: statistics.median(r[p] for r in rounds) for p in rounds[0]} for name, rounds in runs.items()}


def ratios(runs: Runs) -> dict[str, dict[str, Any]]:
    """Each ratio, made round by round: its median, its least and largest, and whether it is what it should be."""
    found = {}
    for name, sense, goal, (case, p), (against, q) in GOALS:
        each = [ours[p] / theirs[q] for ours, theirs in zip(runs[case], runs[against], strict=True)]
        ratio = statistics.median(each)
        met = ratio <= goal if sense == "at most" else ratio >= goal
        found[name] = {"ratio": ratio, "rounds": [min(each), max(each)], "goal": f"{sense} {goal:g}", "met": met}
    return found


def table(runs: Runs) -> str:
    """The cases side by side, then the ratios and what they should be."""
    lines = [f"{'':<24}{'p50':>12}{'p99':>12}"]
    for name, r in medians(runs).items():
        lines.append(f"{name:<24}" + "".join(f"{1e6 * r[p]:>9.1f} µs" for p in ("p50", "p99")))
    lines.append("")
    for name, found in ratios(runs).items():
        spread = "{:.2f} to {:.2f}".format(*found["rounds"])
        met = "met" if found["met"] else "missed"
        lines.append(f"{name:<40}{found['ratio']:>9.2f}   {spread:<20} {found['goal']}: {met}")
    return "\n".join(lines)


def circumstances() -> dict[str, Any]:
    """Where and of what this was measured."""
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return {
        "commit": subprocess.run(git, check=False, capture_output=True, text=True).stdout.strip(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} processors",
        "load_before": os.getloadavg()[0],
        "privileges": {p.name: p.outcome for p in probe_privileges() if p.outcome != "not asked"},
    }


def draw(rows: dict[str, Row], path: Path) -> None:
    """The cases as bars."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.0), layout="constrained")
    axes = figure.subplots()
    for k, p in enumerate(("p50", "p99")):
        places, values = [i + 0.4 * k for i in range(len(rows))], [1e6 * r[p] for r in rows.values()]
        axes.bar_label(
            axes.barh(places, values, 0.4, label=p),
            [f"{v:.1f}" if v < 100.0 else f"{v:.0f}" for v in values],
            padding=2,
            fontsize=7,
        )
    axes.set_yticks([i + 0.2 for i in range(len(rows))], list(rows))
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.margins(x=0.1)
    axes.set_xlabel("wake-up latency [µs]")
    axes.legend()
    figure.savefig(path)


def main() -> int:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="time of each run [s]")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each case")
    parser.add_argument("--picture", type=Path, help="picture to write")
    parser.add_argument("--json", type=Path, help="figures to write, times in seconds")
    arguments = parser.parse_args()
    if shutil.which("cyclictest") is None:
        print("cyclictest is missing: apt-get install rt-tests", file=sys.stderr)
        return 2
    around = circumstances()
    print(", ".join(f"{name} {outcome}" for name, outcome in around["privileges"].items()))
    runs = measure(arguments.seconds, arguments.rounds)
    print(table(runs))
    if arguments.picture:
        draw(medians(runs), arguments.picture)
    if arguments.json:
        told = {**around, "seconds": arguments.seconds, "cases": medians(runs), "ratios": ratios(runs), "rounds": runs}
        arguments.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
