"""Ratios between implementations within one benchmark run: a table, a baseline, and a check against it.

A group `<room>/<operation>/<size>` times the same work done by `rust`, by `reference` and by peers. Only ratios are
judged, since both sides of a ratio saw the same machine at the same moment. Two things are judged: the ratio to the
reference may not halve from the baseline, and the ratio to a peer should reach its goal. The table says of each goal
whether it is reached, those in `MISSED` included; for the others the check fails when the ratio of the medians and that
of the shortest rounds, which work beside it disturbs least, are both below `SLACK` of the goal. What fails is timed
again by itself up to `AGAIN` times, and only what fails each time is a fault: a change for the worse stays, a busy
moment passes. The baseline keeps the lowest of the ratios it was written from, since calls of a tenth of a microsecond
have ratios that differ by a factor of two from one machine to the next.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SUBJECT = "rust"
JUDGED = "reference"  # the ratio that the baseline holds
LOSS = 2.0  # a ratio may fall by less than this factor [-]

SLACK = 0.75  # part of a goal that a short run has to reach [-]
AGAIN = 2  # times that what fails is timed by itself [-]

# Detectors of which a step from Python is judged against an empty call.
STEPPED = ("force", "foot_imu", "shank_gyro", "back_imu", "joints", "markers")
GOALS = (  # group, peer, how many times faster than the peer [-]
    ("trajectory/evaluate/1", "scipy", 50.0),
    ("trajectory/evaluate/1000000", "scipy", 25.0),
    ("trajectory/evaluate/1000000", "numba", 2.0),
    ("trajectory/jerk_limited/calculate/1x64", "ruckig", 2.0),
    ("trajectory/jerk_limited/calculate/6x64", "ruckig", 2.0),
    ("trajectory/jerk_limited/calculate/6x64/worst", "ruckig", 2.0),
    ("trajectory/jerk_limited/update/1", "ruckig", 2.0),
    ("trajectory/jerk_limited/update/6", "ruckig", 2.0),
    ("trajectory/jerk_limited/batch/100000x6", "ruckig", 2.0),
    *((f"events/{sensor}/step/1000", "empty", 1.0 / 8.0) for sensor in STEPPED),
    ("events/foot_imu/recording/12000", "gaitmap", 100.0),
    ("plant/run/2000", "mujoco", 8.0),
)

# Goals that the last full run missed by more than `SLACK`: printed like the others, but no reason to fail.
MISSED = (
    ("trajectory/jerk_limited/calculate/1x64/worst", "ruckig", 2.0),
    ("events/back_imu/recording/12000", "mobgap", 10.0),
)

WORST = "_worst_us"  # ending of a remark with an implementation's slowest input [us]; it makes a group of its own

Medians = dict[str, dict[str, float]]


def medians(path: Path, statistic: str = "median") -> tuple[Medians, dict[str, str]]:
    """Median seconds (or another statistic's) per group and implementation, and remarks per group."""
    times: Medians = {}
    remarks: dict[str, str] = {}
    for bench in json.loads(path.read_text())["benchmarks"]:
        tokens = re.split(r"[-,]", bench["param"] or bench["name"].removeprefix("bench_"))
        name = next((token for token in tokens if token in (SUBJECT, JUDGED)), tokens[0])
        rest = "/".join(token for token in tokens if token != name)
        group = bench["group"] or bench["name"].split("[")[0].removeprefix("bench_")
        if name in times.get(group, {}) and rest:
            group = f"{group}/{rest}"
        times.setdefault(group, {})[name] = bench["stats"][statistic]
        worst = bench["extra_info"].get(f"{name}{WORST}")
        if worst is not None:
            times.setdefault(f"{group}/worst", {})[name] = worst * 1e-6
        extra = ", ".join(
            f"{key} {value:.4g}" for key, value in bench["extra_info"].items() if isinstance(value, float)
        )
        if extra:
            remarks[group] = "; ".join(filter(None, (remarks.get(group), extra)))
    return times, remarks


def seconds(value: float) -> str:
    """Write a duration with a unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def ratios(times: Medians) -> dict[str, float]:
    """How many times longer the reference takes, per group that has both."""
    pairs = {group: (row.get(JUDGED), row.get(SUBJECT)) for group, row in times.items()}
    return {group: slow / fast for group, (slow, fast) in sorted(pairs.items()) if slow and fast}


def table(times: Medians, remarks: dict[str, str]) -> str:
    """One line per group: each implementation's median, and its ratio to ours."""
    width = max(len(group) for group in times)
    lines = []
    for group, row in sorted(times.items()):
        ours = row.get(SUBJECT)
        first = [f"{SUBJECT} {seconds(ours)}"] if ours else []
        others = [
            f"{name} {seconds(value)}" + (f" ({value / ours:.1f}x)" if ours else "")
            for name, value in sorted(row.items())
            if name != SUBJECT
        ]
        note = [f"[{remarks[group]}]"] if group in remarks else []
        lines.append(f"{group:<{width}}  " + "   ".join(first + others + note))
    return "\n".join(lines)


def check(now: dict[str, float], baseline: dict[str, float]) -> list[str]:
    """Groups that are gone or whose ratio fell to half or less."""
    faults = [f"{group}: in the baseline, but not measured" for group in baseline if group not in now]
    faults += [
        f"{group}: {now[group]:.1f}x, was {was:.1f}x"
        for group, was in baseline.items()
        if group in now and now[group] * LOSS <= was * (1 + 1e-9)
    ]
    return faults


def goals_seen(
    times: Medians, goals: tuple[tuple[str, str, float], ...] = GOALS
) -> list[tuple[str, str, float, float | None]]:
    """Group, peer, goal, and the ratio seen, None where the peer is missing; groups that were not run are left out."""
    seen = []
    for group, peer, goal in goals:
        row = times.get(group, {})
        if SUBJECT in row:
            seen.append((group, peer, goal, row[peer] / row[SUBJECT] if peer in row else None))
    return seen


def goal_lines(times: Medians) -> list[str]:
    """One line per goal: what was asked, what was seen."""
    lines = []
    for group, peer, goal, ratio in goals_seen(times, GOALS + MISSED):
        verdict = "not measured" if ratio is None else f"{ratio:.1f}x, {'reached' if ratio >= goal else 'MISSED'}"
        lines.append(f"goal {group}: {goal:g}x {peer}: {verdict}")
    return lines


def check_goals(times: Medians, shortest: Medians) -> list[str]:
    """Goals whose peer is gone, or of which neither medians nor shortest rounds show `SLACK`."""
    faults = []
    for (group, peer, goal, ratio), (*_, best) in zip(goals_seen(times), goals_seen(shortest), strict=True):
        if ratio is None or best is None:
            faults.append(f"{group}: {peer} not measured, the goal is {goal:g}x")
        elif max(ratio, best) < SLACK * goal:
            faults.append(f"{group}: {ratio:.1f}x against {peer}, the goal is {goal:g}x")
    return faults


def faults_of(run: Path, baseline: dict[str, float]) -> dict[str, str]:
    """What is wrong in a run, by group."""
    times, _ = medians(run)
    lines = check(ratios(times), baseline) + check_goals(times, medians(run, "min")[0])
    return {line.split(": ")[0]: line for line in lines}


def timed_by(run: Path, groups: set[str]) -> list[str]:
    """Benches whose times a group was made from, as pytest names them."""
    names = []
    for bench in json.loads(run.read_text())["benchmarks"]:
        group = bench["group"] or bench["name"].split("[")[0].removeprefix("bench_")
        if any(wanted == group or wanted.startswith(f"{group}/") for wanted in groups):
            names.append(bench["fullname"])
    return names


def run_again(names: list[str], run: Path) -> None:
    """Run benches by themselves and write their times."""
    command = [sys.executable, "-m", "pytest", "-q", *names, f"--benchmark-json={run}"]
    subprocess.run([*command, "--benchmark-columns=median,rounds"], check=True)


def lasting(run: Path, baseline: dict[str, float]) -> list[str]:
    """Faults of a run that are there each time that their benches are run again by themselves."""
    faults = faults_of(run, baseline)
    for _ in range(AGAIN):
        names = timed_by(run, set(faults))
        if not names:
            break
        print("again:", *faults.values(), sep="\n  ")
        with tempfile.TemporaryDirectory() as folder:
            once_more = Path(folder) / "again.json"
            run_again(names, once_more)
            seen = faults_of(once_more, {group: was for group, was in baseline.items() if group in faults})
            measured = medians(once_more)[0]
        faults = {g: seen.get(g, line) for g, line in faults.items() if g in seen or g not in measured}
    return list(faults.values())


def main(argv: list[str] | None = None) -> int:
    """Print the table, and check or write the baseline when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["table", "check", "baseline"])
    parser.add_argument("run", type=Path, help="JSON written by pytest-benchmark")
    parser.add_argument("baseline", type=Path, nargs="?", help="JSON with one ratio per group")
    parser.add_argument("--lower", action="store_true", help="keep the ratios of the baseline that are lower")
    args = parser.parse_args(argv)
    if args.action != "table" and args.baseline is None:
        parser.error(f"{args.action} needs the file of the baseline")
    times, remarks = medians(args.run)
    now = ratios(times)
    print("\n".join([table(times, remarks), *goal_lines(times)]))
    if args.action == "baseline":
        was = json.loads(args.baseline.read_text()) if args.lower else {}
        kept = {group: round(min(ratio, was.get(group, ratio)), 1) for group, ratio in now.items()}
        args.baseline.write_text(json.dumps(kept, indent=2) + "\n")
    if args.action == "check":
        faults = lasting(args.run, json.loads(args.baseline.read_text()))
        print("\n".join(faults) or f"bench-ci: {len(now)} ratios hold", file=sys.stderr if faults else sys.stdout)
        return 1 if faults else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
