"""Masters of simulated drives are killed, and how long the drives go on is measured.

python tests/campaigns/kills.py [--kills 200] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drive_kills import DEADLINE, kills


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--buses", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    told = parser.parse_args()
    result = kills(told.kills, buses=told.buses, seed=told.seed)
    delays = 1000 * np.array(result["delays"])
    summary = {
        "kills": len(delays),
        "p50_ms": round(float(np.median(delays)), 2),
        "max_ms": round(float(delays.max()), 2),
        "deadline_ms": 1000 * DEADLINE,
        "late": int((delays > 1000 * DEADLINE).sum()),
        "starved": result["starved"],
        "moved_again": result["moved_again"],
    }
    if told.out:
        told.out.write_text(json.dumps(summary, indent=2) + "\n", "utf-8")
    print(json.dumps(summary))
    return int(summary["late"] > 0 or summary["moved_again"] > 0 or len(delays) < told.kills)


if __name__ == "__main__":
    sys.exit(main())
