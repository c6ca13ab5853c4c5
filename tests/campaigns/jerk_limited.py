"""Plans many jerk-limited movements, checks every one, and compares their durations with ruckig's.

    python tests/campaigns/jerk_limited.py [--n N] [--kind KIND] [--seed SEED] [--out FILE.json]

The states come from jerk_limited_sets.py in the data folder (GAITLOOP_DATA, else ../shared beside the project).
Without `--n` the random distribution has 1e6 states for each number of degrees of freedom and every other set 1e5.
Every trajectory goes through the checker.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(Path(os.environ.get("GAITLOOP_DATA", ROOT.parent / "shared")).resolve())]
checker = importlib.import_module("jerk_limited_checker")
CHUNK = 1000
FULL = {"random": 1_000_000}
SLOWER = 1e-9  # relative, allowed against ruckig


def plan_ruckig(sets: Any, s: dict[str, Any], dofs: int) -> tuple[np.ndarray, np.ndarray]:
    """Durations [s], NaN where it fails, and whether it takes the input for valid."""
    ruckig = importlib.import_module("ruckig")
    otg, inp, trajectory = ruckig.Ruckig(dofs), ruckig.InputParameter(dofs), ruckig.Trajectory(dofs)
    n = len(s["p0"])
    durations, valid = np.full(n, np.nan), np.zeros(n, dtype=bool)
    for i in range(n):
        sets.fill(inp, s, i)
        try:
            valid[i] = otg.validate_input(inp)
        except ruckig.RuckigError:
            continue
        try:
            if otg.calculate(inp, trajectory) in (ruckig.Result.Working, ruckig.Result.Finished):
                durations[i] = trajectory.duration
        except (ruckig.RuckigError, ValueError):  # a code missing in its enum comes as ValueError
            pass
    return durations, valid


def plan(sets: Any, s: dict[str, Any], dofs: int, valid: np.ndarray) -> tuple[np.ndarray, list[Any], dict[int, str]]:
    """Durations [s], profiles of every degree of freedom, and what failed how."""
    room = importlib.import_module("gaitloop.trajectory")
    otg, inp, trajectory = room.JerkLimited(dofs, 0.001), room.InputParameter(dofs), room.Trajectory(dofs)
    durations, profiles, failed = np.full(len(valid), np.nan), [], {}
    for i in range(len(valid)):
        rows: list[Any] = [()] * dofs
        if valid[i]:
            sets.fill(inp, s, i)
            try:
                otg.calculate(inp, trajectory)
                durations[i], rows = trajectory.duration, trajectory.profiles
            except Exception as error:  # whatever it is, it is counted
                failed[i] = f"{type(error).__name__}: {error}"
        profiles += rows
    return durations, profiles, failed


def tracks(s: dict[str, Any], profiles: list[Any], durations: np.ndarray, dofs: int) -> Any:
    """What the checker wants to know."""
    column = {k: np.asarray(v, dtype=np.float64).ravel() for k, v in s.items()}
    return checker.Tracks(
        pieces=checker.stack(profiles),
        start=np.column_stack([column[k] for k in ("p0", "v0", "a0")]),
        end=np.column_stack([column[k] for k in ("p1", "v1", "a1")]),
        velocity=np.column_stack([-column["vm"], column["vm"]]),
        acceleration=np.column_stack([-column["am"], column["am"]]),
        jerk=column["jm"],
        duration=np.repeat(durations, dofs),
    )


def run_chunk(job: tuple[str, int, int, int]) -> dict[str, Any]:
    """Plan, check and compare the states of one seed."""
    kind, dofs, n, seed = job
    sets = importlib.import_module("jerk_limited_sets")
    s = sets.states(kind, n, dofs, np.random.default_rng(seed))
    theirs, valid = plan_ruckig(sets, s, dofs)
    ours, profiles, failed = plan(sets, s, dofs, valid)
    planned = ~np.isnan(ours)
    keep = np.repeat(planned, dofs)
    kept = {k: v[planned] for k, v in s.items()}
    worst = checker.measure(tracks(kept, [p for p, k in zip(profiles, keep, strict=True) if k], ours[planned], dofs))
    of_state = {k: np.full(n, -np.inf) for k in worst}
    for k, ratio in worst.items():
        of_state[k][planned] = ratio.reshape(-1, dofs).max(axis=1)
    return summary(job, theirs, ours, valid, failed, of_state)


def summary(
    job: tuple[str, int, int, int],
    theirs: np.ndarray,
    ours: np.ndarray,
    valid: np.ndarray,
    failed: dict[int, str],
    worst: dict[str, np.ndarray],
) -> dict[str, Any]:
    """Counts, extremes and a few examples of one seed."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(theirs > 0, ours / theirs, 1.0) - 1.0
        ratio[(theirs == 0) & (ours > 1e-9)] = np.inf
    both = ~np.isnan(theirs) & ~np.isnan(ours)
    slower, faster = both & (ratio > SLOWER), both & (ratio < -SLOWER)
    broken = {k: np.flatnonzero(v > 1.0) for k, v in worst.items()}
    examples = [(int(i), "slower", float(ratio[i])) for i in np.flatnonzero(slower)]
    examples += [(i, "failed", text[:200]) for i, text in failed.items()]
    examples += [(int(i), k, float(worst[k][i])) for k, at in broken.items() for i in at]
    return {
        "job": job,
        "counts": Counter(
            states=len(valid),
            valid=int(valid.sum()),
            ruckig_failed=int((valid & np.isnan(theirs)).sum()),
            failed=len(failed),
            slower=int(slower.sum()),
            faster=int(faster.sum()),
            broken=int(np.logical_or.reduce([v > 1.0 for v in worst.values()]).sum()),
        ),
        "worst_ratio": float(ratio[both].max(initial=-np.inf)),
        "best_ratio": float(ratio[both].min(initial=np.inf)),
        "worst": {k: float(v.max(initial=-np.inf)) for k, v in worst.items()},
        "broken": Counter({k: len(v) for k, v in broken.items() if len(v)}),
        "examples": [(*job, *e) for e in examples[:20]],
    }


def merge(results: list[dict[str, Any]]) -> dict[str, Any]:
    """One summary of many."""
    out: dict[str, Any] = {"counts": Counter(), "broken": Counter(), "worst": {}, "examples": []}
    for r in results:
        out["counts"].update(r["counts"])
        out["broken"].update(r["broken"])
        out["worst"] = {k: max(v, out["worst"].get(k, -np.inf)) for k, v in r["worst"].items()}
        out["examples"] = (out["examples"] + r["examples"])[:100]
    out["worst_ratio"] = max(r["worst_ratio"] for r in results)
    out["best_ratio"] = min(r["best_ratio"] for r in results)
    return out


def line(kind: str, dofs: int, r: dict[str, Any]) -> str:
    """One row of the table."""
    c = r["counts"]
    top = max(r["worst"], key=r["worst"].get)
    numbers = [c["states"], c["valid"], c["ruckig_failed"], c["failed"], c["slower"], f"{r['worst_ratio']:+.1e}"]
    numbers += [c["faster"], f"{r['best_ratio']:+.1e}", c["broken"]]
    return f"{kind:20s} {dofs:2d}" + "".join(f"{x:>10}" for x in numbers) + f"  {top} {r['worst'][top]:.1e}"


COLUMNS = ["states", "valid", "ruckig -", "ours -", "slower", "worst", "faster", "best", "broken"]
HEAD = f"{'set':20s}  J" + "".join(f"{x:>10}" for x in COLUMNS) + "  nearest to its tolerance (1 = at it)"


def evidence() -> dict[str, Any]:
    """What was run, on what."""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    changed = subprocess.run(
        [*git, "status", "--porcelain"], capture_output=True, text=True, check=False
    ).stdout.strip()
    versions = {m: getattr(importlib.import_module(m), "__version__", "?") for m in ("gaitloop", "ruckig", "numpy")}
    return {
        "commit": commit,
        "clean": not changed,
        "versions": versions | {"python": platform.python_version()},
        "machine": platform.platform(),
        "cores": os.cpu_count(),
    }


def run_set(pool: Any, kind: str, dofs: int, n: int, seed: int) -> dict[str, Any]:
    """All seeds of one set, with a line of progress."""
    jobs = [(kind, dofs, min(CHUNK, n - k), seed + k // CHUNK) for k in range(0, n, CHUNK)]
    results: list[dict[str, Any]] = []
    begun = time.monotonic()
    for r in pool.imap_unordered(run_chunk, jobs):
        results.append(r)
        print(
            f"\r{kind} {dofs}: {len(results)}/{len(jobs)} {time.monotonic() - begun:.0f} s ",
            end="",
            file=sys.stderr,
            flush=True,
        )
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    return merge(results)


def main() -> int:
    """Run the sets and print the table; 0 when nothing is broken, failed or slower."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, help="states per set and number of degrees of freedom")
    parser.add_argument("--kind", action="append", help="only this set; may be given more than once")
    parser.add_argument("--seed", type=int, default=0, help="first seed; each 1000 states have their own")
    parser.add_argument("--out", type=Path, help="file for the results")
    args = parser.parse_args()
    sets = importlib.import_module("jerk_limited_sets")
    report = {**evidence(), "seed": args.seed, "chunk": CHUNK, "sets": []}
    print(HEAD)
    with multiprocessing.get_context("spawn").Pool() as pool:
        for kind, all_dofs in sets.KINDS.items():
            for dofs in all_dofs if not args.kind or kind in args.kind else ():
                r = run_set(pool, kind, dofs, args.n or FULL.get(kind, 100_000), args.seed)
                print(line(kind, dofs, r), flush=True)
                report["sets"].append({"kind": kind, "dofs": dofs, **r})
                if args.out:
                    args.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return int(any(r["counts"][k] for r in report["sets"] for k in ("failed", "slower", "broken")))


if __name__ == "__main__":
    sys.exit(main())
