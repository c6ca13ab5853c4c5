"""The hazards that gaitloop keeps watch for, read from `hazards.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

#: What may stand for the state of a hazard: all of it tested, not all of it, nothing yet.
HAZARD_STATES = ("tested", "part", "open")


class Hazard(NamedTuple):
    """A way in which people may come to harm, and what is done about it.

    Attributes
    ----------
    id : str
        Its number, `SE1` to `RS10`.
    name : str
        What happens.
    seen : str
        How it is noticed.
    reaction : str
        What must follow: W warn, D degrade, S soft stop, P protective stop, X power off, L lock out, or in words.
    keeper : str
        The part that keeps watch.
    state : str
        `tested`, `part` or `open`.
    tests : tuple of str
        Where it is shown, as `file` or `file::name`.
    note : str
        What is missing.
    faults : tuple of mapping
        How `gaitloop faults` plays it.
    """

    id: str
    name: str
    seen: str
    reaction: str
    keeper: str
    state: str
    tests: tuple[str, ...] = ()
    note: str = ""
    faults: tuple[Mapping[str, Any], ...] = ()


@cache
def hazards() -> tuple[Hazard, ...]:
    """Give every hazard, in the order of the table.

    Returns
    -------
    tuple of Hazard
        As `hazards.toml` has them; groups of causes are spelled out.
    """
    document = tomllib.loads(files(__package__).joinpath("hazards.toml").read_text(encoding="utf-8"))
    groups = document["groups"]

    def spelled(fault: Mapping[str, Any]) -> dict[str, Any]:
        causes = [cause for name in fault["causes"] for cause in groups.get(name, [name])]
        return {**fault, "causes": tuple(dict.fromkeys(causes))}

    return tuple(
        Hazard(
            **row
            | {"tests": tuple(row.get("tests", ())), "faults": tuple(spelled(fault) for fault in row.get("faults", ()))}
        )
        for row in document["hazard"]
    )
