"""The measurable goals that a campaign can speak to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..safety import hazards
from ._rows import ROWS

#: Size of a campaign from which its counts answer the goal: single faults, pairs [-], hours [h].
SINGLES, PAIRS, HOURS = 100_000, 10_000, 100.0
#: Largest number of stops for nothing [1/h], and share of causes that name the fault [-].
NUISANCE, NAMED = 0.1, 0.8


def goals(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Judge a campaign by the goals.

    Parameters
    ----------
    found : dict
        What `summarise` gathered.

    Returns
    -------
    list of dict
        `goal`, `name`, `wanted`, `seen` and `met`, which is None where the campaign was too small to say.
    """
    return [*_counts(found), *_reactions(found), *_nuisance(found)]


def _goal(goal: str, name: str, wanted: str, seen: str, met: bool | None) -> dict[str, Any]:
    return {"goal": goal, "name": name, "wanted": wanted, "seen": seen, "met": met}


def _enough(good: bool, size: float, wanted: float) -> bool | None:
    """A bad result counts however few there are; a good one only of enough."""
    return good if size >= wanted or not good else None


def _counts(found: dict[str, Any]) -> list[dict[str, Any]]:
    unsafe, runs = found["unsafe_outputs"], found["runs"]
    twice, pairs = found["unsafe_outputs_of_pairs"], found["pairs"]
    bound = found["unsafe_outputs_upper_95"]
    least = "" if bound is None else f" (at most {bound:.1e} a fault)"
    kept = [hazard for hazard in hazards() if hazard.state != "open"]
    told = {row.kind for row in ROWS}
    return [
        _goal(
            *("G1", "unsafe outputs of single faults", f"0 of {SINGLES}", f"{unsafe} of {runs}{least}"),
            _enough(unsafe == 0, runs, SINGLES),
        ),
        _goal(
            *(
                "G2",
                "hazards with a test of their own",
                "60 %",
                f"{len(kept)} of {len(hazards())}, {len(told)} kinds of fault",
            ),
            len(kept) >= 0.6 * len(hazards()),
        ),
        _goal(
            "G3", "unsafe outputs of pairs", f"0 of {PAIRS}", f"{twice} of {pairs}", _enough(twice == 0, pairs, PAIRS)
        ),
    ]


def _reactions(found: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in found["rows"] if row["runs"]]
    late = [row["fault"] for row in rows if row["reacted"] is not None and row["reacted"] < 0.99]
    over = _largest(row["overshoot_deg"] for row in rows)
    named, nameless = found["cause_names_the_fault"], found["stopped_without_cause"]
    share = "-" if named is None else f"{100 * named:.1f} %, {nameless} without a cause"
    return [
        _goal(
            "G4",
            "the tick that sees a fault answers it",
            "always",
            f"{found['unanswered']} times not",
            found["unanswered"] == 0,
        ),
        _goal(
            "G5",
            "seen within the time of its row, p99",
            "every row",
            f"{len(rows) - len(late)} of {len(rows)}",
            not late,
        ),
        _goal("G7", "largest way out of the range of motion", "10°", f"{over:.1f}°", over <= 10.0),
        _goal(
            *("G8", "the cause names the fault", f"{100 * NAMED:.0f} %, never none", share),
            None if named is None else named >= NAMED and nameless == 0,
        ),
    ]


def _nuisance(found: dict[str, Any]) -> list[dict[str, Any]]:
    nominal = found["nominal"]
    if nominal is None:
        return []
    hours, stops = nominal["hours"], nominal["stops"]
    good = stops <= NUISANCE * hours or stops == 0
    seen = f"{stops} in {hours:.0f} h"
    return [_goal("G9", "stops without a fault", "1 in 10 h, over 100 h", seen, _enough(good, hours, HOURS))]


def _largest(values: Iterable[float | None]) -> float:
    return max((value for value in values if value is not None), default=0.0)
