"""Sessions of starting plans by walking category: how many simulated people train to the end, and why others do not.

A session is shortened: each stage takes a share of its minutes, so that people are lowered, walk, rest, are lowered
again and cool down as in a whole one. A person has the size that a seed gives, and the starting plan is written for it.

python tests/campaigns/starting_plans.py [--people N] [--seed SEED] [--share SHARE] [--jobs N] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gaitloop.plant import Patient
from gaitloop.session import Session
from gaitloop.session.limits_write import confirm
from gaitloop.session.limits_write import new_text as limits_text
from gaitloop.therapy import TherapyPlan
from gaitloop.therapy.ask import gather
from gaitloop.therapy.write import new_text

ROOT = Path(__file__).resolve().parents[2]
#: Sessions of the twelve that are tried: one of each week [-].
SESSIONS = (1, 4, 7, 12)


@dataclass(frozen=True)
class Case:
    """A session of a starting plan, for the person of a seed."""

    fac: int
    session: int
    seed: int


def write_limits(folder: Path) -> None:
    """The limits of the simulated device, where a plan looks for them."""
    (folder / "device.toml").write_text(limits_text("device", "treadmill_exo"), "utf-8")
    confirm(folder / "device.toml", "campaign")


def start_plan(fac: int, seed: int, folder: Path) -> TherapyPlan:
    """The starting plan for somebody of the size that a seed gives, everything else as nobody gave it."""
    body = Patient.fac(fac, seed=seed).parameters()
    given = {"fac": str(fac), "weight": f"{body['mass']:.1f}", "height": f"{100.0 * body['height']:.1f}"}
    text = new_text(gather(given, None, lambda _: None, name="Starting plan", limits=("device.toml",)))
    return TherapyPlan.from_text(text.replace("\nseed = 1 ", f"\nseed = {seed} "), folder=folder)


def run(case: Case, share: float, folder: Path) -> dict[str, object]:
    """Train once; how it ended, when, and in which stage."""
    programme = start_plan(case.fac, case.seed, folder).programme(case.session)
    short = [replace(stage, minutes=max(0.5, share * stage.minutes)) for stage in programme.stages if stage.minutes]
    session = Session(replace(programme, stages=tuple(short)), patience=3.0)
    ending = session.run()
    status = session.status
    return asdict(case) | {"reason": ending.reason, "stage": status.stage, "seconds": round(status.t, 1)}


def git(*arguments: str) -> str:
    """What git says of the project."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def summed(runs: list[dict[str, object]]) -> dict[str, object]:
    """Of each category: sessions, how many finished, and why the others did not."""
    table = {}
    for fac in sorted({int(str(run["fac"])) for run in runs}):
        mine = [run for run in runs if run["fac"] == fac]
        others = Counter(f"{run['reason']} in {run['stage']}" for run in mine if run["reason"] != "finished")
        finished = sum(run["reason"] == "finished" for run in mine)
        table[f"FAC {fac}"] = {"sessions": len(mine), "finished": finished, "others": dict(others.most_common())}
    return table


def main() -> None:
    """Train everyone, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.25, help="of the minutes of each stage, at least 0.5 min")
    parser.add_argument("--fac", type=int, nargs="+", default=[0, 1, 2, 3, 4, 5], choices=range(6))
    parser.add_argument("--sessions", type=int, nargs="+", default=list(SESSIONS))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.people)
    cases = [Case(fac, session, seed) for seed in seeds for fac in options.fac for session in options.sessions]
    made = {"commit": git("rev-parse", "HEAD"), "clean": not git("status", "--porcelain")}
    runs: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(options.jobs) as pool:
        write_limits(Path(name))
        for done in as_completed([pool.submit(run, case, options.share, Path(name)) for case in cases]):
            runs.append(done.result())
            print(f"\r{len(runs)} of {len(cases)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    runs.sort(key=lambda run: (run["fac"], run["session"], run["seed"]))
    table = summed(runs)
    for fac, row in table.items():
        print(f"{fac}: {row}")
    record = made | {"seed": options.seed, "people": options.people, "share": options.share, "table": table}
    if options.out:
        options.out.write_text(json.dumps(record | {"runs": runs}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
