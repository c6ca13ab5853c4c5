"""The virtual trial on many people; the means, intervals and directions go into one file.

python tests/campaigns/trial.py [--patients N] [--seed SEED] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from pathlib import Path

import gaitloop
from gaitloop.trial import Trial

ROOT = Path(__file__).resolve().parents[2]


def git(*arguments: str) -> str:
    """What git says of the project."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def main() -> None:
    """Run the trial and write what came of it; a direction that is missed is a result, not a failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    trial = Trial(patients=arguments.patients, seed=arguments.seed)
    found = trial.run(lambda done, total: print(f"\r{done} of {total} courses", end="", file=sys.stderr)).to_dict()
    courses = found.pop("arms")
    walked = {
        arm: {name: sum(course[name] for course in rows) for name in ("strides", "stops")}
        for arm, rows in courses.items()
    }
    made = {
        "commit": git("rev-parse", "HEAD"),
        "clean": not git("status", "--porcelain"),
        "versions": {"gaitloop": gaitloop.__version__, "python": platform.python_version()},
    }
    text = json.dumps(made | found | {"walked": walked}, indent=1) + "\n"
    print(file=sys.stderr)
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
