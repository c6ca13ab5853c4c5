"""How large a record becomes that a live recorder writes of a full-width simulated walk, and what reading it takes.

python tests/campaigns/record_size.py [--minutes 30] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from record_size import measured


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--out", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measured(Path(folder) / "long.mcap", told.minutes)
    if told.out:
        told.out.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result, indent=2))
    return int(result["megabytes_in_30_min"] >= 300.0 or result["summary"]["peak_memory_mb"] >= 300.0)


if __name__ == "__main__":
    sys.exit(main())
