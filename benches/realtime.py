"""How late threads wake: the loop's thread beside cyclictest, and beside a busy Python thread a loop in Python.

    python benches/realtime.py [--seconds 10] [--rounds 3] [--picture FILE] [--json FILE]

cyclictest (Debian's rt-tests) and the loop are measured in turn on the same machine and compared as ratios: what a
shared machine does at one moment it does not do at the next. Of all rounds the median of each percentile counts.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import cpu_count
from pathlib import Path

from gaitloop.realtime import Pacer, Statistics, measure_wakeups

RATE = 1000.0  # [1/s]
LONGEST = 1_000_000  # longest latency that cyclictest tells apart [ns]
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
    """Percentiles [s] of latencies [ns] and their counts; `beyond` were longer than any."""
    total, seen, found = sum(counts.values()) + beyond, 0, {}
    wanted = {"p50": 0.5, "p99": 0.99}
    for latency, count in sorted(counts.items()):
        seen += count
        for name, share in wanted.items():
            if name not in found and seen >= share * total:
                found[name] = latency / 1e9
    return {name: found.get(name, LONGEST / 1e9) for name in wanted}


def cyclictest(seconds: float) -> Row:
    """One run of cyclictest, with the privileges that the loop asks for."""
    loops = str(int(seconds * RATE))
    command = ["cyclictest", "-q", "-N", "-m", "-t1", "-p", PRIORITY, "-i", str(int(1e6 / RATE)), "-l", loops]
    text = subprocess.run([*command, "-h", str(LONGEST)], check=True, capture_output=True, text=True).stdout
    counts = {int(ns): int(n) for ns, n in re.findall(r"^(\d+)\s+(\d+)$", text, re.MULTILINE) if int(n)}
    beyond = re.search(r"^# Histogram Overflows: (\d+)", text, re.MULTILINE)
    return of_histogram(counts, int(beyond[1]) if beyond else 0)


def row(seen: Statistics) -> Row:
    """Percentiles [s] of waking."""
    return {"p50": seen.wake.p50, "p99": seen.wake.p99}


def loop(seconds: float) -> Row:
    """One run of a thread that wakes as the loop's does."""
    return row(measure_wakeups(RATE, seconds).statistics)


def python_loop(seconds: float) -> Row:
    """One run of the same grid in Python."""
    pacer = Pacer(rate=RATE)
    while pacer.wait() < seconds * 1e9:
        pass
    return row(pacer.statistics())


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Something that computes on every core."""
    helpers = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(cpu_count())]
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
    ("Python loop, idle", contextlib.nullcontext, python_loop),
    ("cyclictest, busy", busy_cores, cyclictest),
    ("loop, busy", busy_cores, loop),
    ("loop, thread", busy_thread, loop),
    ("Python loop, thread", busy_thread, python_loop),
)


def measure(seconds: float, rounds: int) -> dict[str, Row]:
    """Every case in turn, `rounds` times; the median of each percentile."""
    runs: dict[str, list[Row]] = {name: [] for name, *_ in CASES}
    for n in range(rounds):
        for name, company, case in CASES:
            print(f"round {n + 1} of {rounds}: {name}", file=sys.stderr)
            with company():
                runs[name].append(case(seconds))
    return {name: {p: statistics.median(r[p] for r in all_) for p in all_[0]} for name, all_ in runs.items()}


def table(rows: dict[str, Row]) -> str:
    """The cases side by side, then the ratios and what they should be."""
    lines = [f"{'':<24}{'p50':>12}{'p99':>12}"]
    lines += [f"{name:<24}" + "".join(f"{1e6 * r[p]:>9.1f} µs" for p in ("p50", "p99")) for name, r in rows.items()]
    lines.append("")
    for name, sense, goal, (case, p), (against, q) in GOALS:
        ratio = rows[case][p] / rows[against][q]
        met = ratio <= goal if sense == "at most" else ratio >= goal
        lines.append(f"{name:<40}{ratio:>9.2f}   {sense} {goal:g}: {'met' if met else 'missed'}")
    return "\n".join(lines)


def draw(rows: dict[str, Row], path: Path) -> None:
    """The cases as bars."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 3.5), layout="constrained")
    axes = figure.subplots()
    for k, p in enumerate(("p50", "p99")):
        axes.barh([i + 0.4 * k for i in range(len(rows))], [1e6 * r[p] for r in rows.values()], 0.4, label=p)
    axes.set_yticks([i + 0.2 for i in range(len(rows))], list(rows))
    axes.invert_yaxis()
    axes.set_xscale("log")
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
    rows = measure(arguments.seconds, arguments.rounds)
    print(table(rows))
    if arguments.picture:
        draw(rows, arguments.picture)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
