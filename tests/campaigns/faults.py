"""The whole campaign of injected faults; what came of it goes into one file with the commit it was made on.

python tests/campaigns/faults.py [--device CLASS] [--runs N] [--pairs N] [--hours H] [--seed SEED] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from gaitloop.faults import CLASSES, Campaign, summarise, table, walk_nominally

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments: str) -> str:
    """What git says of the project."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def show(done: int, total: int) -> None:
    """A line of progress, a hundred times in all."""
    if done % max(1, total // 100) == 0:
        print(f"\r{done} of {total} faults", end="", file=sys.stderr)


def main() -> None:
    """Run the campaign, print its table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="treadmill_exo", choices=CLASSES)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=100.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    campaign = Campaign(arguments.runs, arguments.pairs, arguments.seed, device=arguments.device)
    made = {"commit": git("rev-parse", "HEAD"), "clean": not git("status", "--porcelain")}
    cases = campaign.run(show)
    found = summarise(campaign, cases, walk_nominally(arguments.hours, arguments.seed, arguments.device))
    print(table(found))
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(made | found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
