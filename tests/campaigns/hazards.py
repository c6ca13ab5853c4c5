"""Writes the table of hazards into SAFETY.md, from hazards.toml and the latest campaign of injected faults.

python tests/campaigns/hazards.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gaitloop.safety import Hazard, hazards

ROOT = Path(__file__).resolve().parents[2]
PAGE, RESULTS = ROOT / "SAFETY.md", ROOT / "docs/evidence/faults.json"
BEGIN, END = "<!-- hazards: made by `make hazards` -->", "<!-- end of hazards -->"
HEAD = ("id", "hazard", "seen by", "reaction", "keeper", "state", "latest result", "shown by")


def results() -> dict[str, Any]:
    """What the latest campaign found."""
    return json.loads(RESULTS.read_text("utf-8"))


def outcome(row: dict[str, Any]) -> str:
    """One kind of fault, in a few words."""
    name = row["fault"].partition("_")[2].replace("_", " ")
    unsafe = sum(row["unsafe_outputs"].values())
    time = "" if row["p99_s"] is None else f", p99 {1000 * row['p99_s']:.0f} ms"
    seen = "" if row["reacted"] is None else f", {100 * row['reacted']:.0f} % in time{time}"
    over = f", over {row['overshoot_deg']:.1f}°" if row["overshoot_deg"] else ""
    return f"{name}: {row['runs']} runs, {unsafe} unsafe{seen}{over}{'' if row['met'] else ', **not met**'}"


def line(hazard: Hazard, found: dict[str, Any]) -> str:
    """One row of the table."""
    rows = [outcome(row) for row in found["rows"] if row["row"] == hazard.id and row["runs"]]
    links = [f"[{Path(where.partition('::')[0]).name}]({where.partition('::')[0]})" for where in hazard.tests]
    if hazard.faults:
        links.append("[campaign](tests/faults/test_campaign.py)")
    state = hazard.state + (f": {hazard.note}" if hazard.note else "")
    cells = (
        *(hazard.id, hazard.name, hazard.seen, hazard.reaction, hazard.keeper, state),
        *("; ".join(rows) or "-", ", ".join(dict.fromkeys(links)) or "-"),
    )
    return f"| {' | '.join(cells)} |"


def table() -> str:
    """The whole table with its markers."""
    found = results()
    states = [hazard.state for hazard in hazards()]
    counts = ", ".join(f"{states.count(state)} {state}" for state in ("tested", "part", "open"))
    told = (
        f"{len(states)} hazards: {counts}. Latest results: {found['runs']} single faults and {found['pairs']} pairs, "
        f"seed {found['seed']}, made on commit {found['commit'][:12]}."
    )
    head = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    return "\n".join([BEGIN, "", told, "", *head, *(line(hazard, found) for hazard in hazards()), "", END])


def page() -> str:
    """SAFETY.md as it should be."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    return before + table() + rest.partition(END)[2]


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    print(f"{PAGE.name}: {len(hazards())} hazards")


if __name__ == "__main__":
    main()
