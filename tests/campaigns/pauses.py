"""Processes whose loop trains are stopped for 10 ms to 5 s and go on: each must resume in a latched stop.

python tests/campaigns/pauses.py [--runs N] [--seed SEED] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))
standstill = importlib.import_module("standstill")
#: Shortest and longest pause [s].
PAUSES = (0.01, 5.0)


def git(*arguments: str) -> str:
    """What git says of the project."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def patiently(pause: float) -> dict[str, Any]:
    """One pause; a machine that keeps the processor from the loop gets time to become quiet."""
    for _ in range(20):
        try:
            return standstill.stand_still(pause)
        except standstill.StarvedError:
            time.sleep(10.0)
    return standstill.stand_still(pause)


def main() -> None:
    """Stop and go on, the ends of the range first and then at random; write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    drawn = np.exp(np.random.default_rng(options.seed).uniform(*np.log(PAUSES), max(0, options.runs - 2)))
    runs: list[dict[str, Any]] = []
    for pause in [*PAUSES, *drawn.tolist()][: options.runs]:
        runs.append(patiently(pause))
        print(f"\r{len(runs)} of {options.runs}", end="", file=sys.stderr)
    print(file=sys.stderr)
    wrong = [run for run in runs if run["found"]]
    record = {
        "commit": git("rev-parse", "HEAD"),
        "clean": not git("status", "--porcelain"),
        "seed": options.seed,
        "runs": len(runs),
        "pauses": [min(run["pause"] for run in runs), max(run["pause"] for run in runs)],
        "gaps": [min(run["gap"] for run in runs), max(run["gap"] for run in runs)],
        "states": sorted({state for run in runs for state in run["states"]}),
        "wrong": wrong,
    }
    print(f"{len(runs)} pauses of {record['pauses'][0]:g} to {record['pauses'][1]:g} s, {len(wrong)} went wrong")
    if options.out:
        options.out.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
