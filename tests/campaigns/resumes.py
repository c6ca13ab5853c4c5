"""Pauses of simulated people after a stroke, each gone on from: how many walk to the end of the session.

python tests/campaigns/resumes.py [--runs N] [--seed SEED] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from gaitloop.session import Session
from gaitloop.session.plan import demo_plan

#: Length of a session, when it is gone on, and stopped [s].
LENGTH, RESUME, STOP = 100.0, 55.0, 95.0


def walked(seed: int, *, pause: bool) -> str:
    """How a session of one person ends."""
    plan = demo_plan().change(duration=LENGTH, seed=seed)
    script = [(40.0 + 0.3 * (seed % 7), "pause"), (RESUME, "resume")] if pause else []
    return Session(plan, script=[*script, (STOP, "stop")], patience=3.0).run().reason


def main() -> None:
    """Walk everyone with a pause and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    ends: dict[str, Counter[str]] = {"paused": Counter(), "not paused": Counter()}
    for seed in range(options.seed, options.seed + options.runs):
        for name, found in ends.items():
            found[walked(seed, pause=name == "paused")] += 1
        print(f"\r{seed - options.seed + 1} of {options.runs}", end="", file=sys.stderr)
    print(file=sys.stderr)
    record = {"runs": options.runs, "seed": options.seed, "ends": ends}
    for name, found in ends.items():
        gone = found["stopped"] + found["finished"]
        print(f"{name}: {gone} of {options.runs} walked to the end; {dict(found)}")
    if options.out:
        options.out.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
