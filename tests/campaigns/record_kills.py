"""Recording processes are killed at random moments, and what is left of their records is judged.

python tests/campaigns/record_kills.py [--runs 1000] [--looped 100] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from record_kills import LIMIT, STARVED, kills


def summary_of(found):
    """What a set of kills came to."""
    fed = [one for one in found if not one.starved]
    lost, handed = (1000 * np.array([getattr(one, name) for one in fed]) for name in ("lost", "handed_lost"))
    return {
        "kills": len(found),
        "ticks_read_back": sum(one.ticks for one in found),
        "samples_lost_p50_ms": round(float(np.median(lost)), 1),
        "samples_lost_p99_ms": round(float(np.percentile(lost, 99)), 1),
        "samples_lost_max_ms": round(float(lost.max()), 1),
        "of_those_handed_over_max_ms": round(float(handed.max()), 1),
        "limit_ms": 1000 * LIMIT,
        "over_the_limit": int((lost > 1000 * LIMIT).sum()),
        "starved": len(found) - len(fed),
        "starved_beyond_ms": 1000 * STARVED,
        "starved_lost_max_ms": round(1000 * max((one.lost for one in found if one.starved), default=0.0), 1),
        "events_acknowledged": sum(one.acknowledged for one in found),
        "acknowledged_events_lost": sum(one.missing for one in found),
        "records_with_a_wrong_or_unreadable_chunk": sum(bool(one.wrong) for one in found),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--looped", type=int, default=100, help="kills beside, of processes with the real loop")
    parser.add_argument("--sessions", type=int, default=100, help="kills beside, of processes that lead a session")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    told = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        parts = (("clock", "ticks_by_the_clock", told.runs), ("loop", "real_loop", told.looped))
        for kind, name, runs in (*parts, ("session", "session", told.sessions)):
            if runs:
                found = kills(folder, runs, kind=kind, seed=told.seed, workers=told.workers if kind == "clock" else 1)
                result[name] = summary_of(found)
                for one in found:
                    if one.wrong:
                        print(one.wrong, file=sys.stderr)
    if told.out:
        told.out.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result, indent=2))
    bad = ("over_the_limit", "acknowledged_events_lost", "records_with_a_wrong_or_unreadable_chunk")
    return int(any(part[name] for part in result.values() for name in bad))


if __name__ == "__main__":
    sys.exit(main())
