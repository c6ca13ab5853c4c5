"""Guard and supervisor against their references over a million ticks of nominal and faulty input.

python tests/campaigns/parity.py --out docs/evidence/parity.json
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from gaitloop import safety

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))
pair = importlib.import_module("guard_pair")
TICKS = 10_000  # of one seed


def one(seed: int, faulty: bool) -> tuple[object, set[tuple[int, int]]]:
    """Differences of one seed."""
    return pair.differences(seed, TICKS, faulty)


def main() -> None:
    """Run the seeds, half of them nominal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--ticks", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    seeds = range(1000, 1000 + max(1, options.ticks // TICKS // 2))
    record = {"commit": subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()}
    differ = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, faulty in (("nominal", False), ("faulty", True)):
            results = list(pool.map(partial(one, faulty=faulty), seeds))
            wrong = [{"seed": s, "tick": found[0]} for s, (found, _) in zip(seeds, results, strict=True) if found]
            met = set().union(*(seen for _, seen in results))
            record[name] = {
                "ticks": TICKS * len(seeds),
                "seeds": [seeds.start, seeds.stop - 1],
                "different": wrong,
                "states": sorted({safety.STATES[state] for state, _ in met}),
                "causes": sorted({safety.CAUSES[cause] for _, cause in met}),
            }
            differ += len(wrong)
            print(f"{name}: {record[name]['ticks']} ticks, {len(wrong)} seeds differ, {len(met)} states with causes")
    if options.out:
        options.out.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
