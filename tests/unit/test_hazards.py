"""The table of hazards says only what is there, and every hazard is in it."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

from gaitloop import safety
from gaitloop.plant import FAULTS

ROOT = Path(__file__).resolve().parents[2]
HAZARDS = {hazard.id: hazard for hazard in safety.hazards()}
# How many of each group the risk analysis counts.
GROUPS = {"SE": 12, "AC": 12, "CO": 9, "TI": 7, "NU": 7, "CF": 11, "PA": 10, "PW": 7, "DL": 6, "RS": 10, "BA": 3}


def test_every_hazard_is_there_once():
    assert [*HAZARDS] == [f"{group}{k + 1}" for group, count in GROUPS.items() for k in range(count)]
    assert len(safety.hazards()) == 94


@pytest.mark.parametrize("hazard", HAZARDS.values(), ids=HAZARDS)
def test_a_hazard_is_as_tested_as_it_says(hazard):
    assert all((hazard.name, hazard.seen, hazard.reaction, hazard.keeper))
    assert hazard.state in safety.HAZARD_STATES
    shown = bool(hazard.tests or hazard.faults)
    assert shown == (hazard.state != "open")
    assert hazard.note or hazard.state == "tested"
    for where in hazard.tests:
        path, _, name = where.partition("::")
        assert (ROOT / path).is_file(), where
        assert not name or re.search(rf"\b{name}\b", (ROOT / path).read_text("utf-8")), where


@pytest.mark.parametrize("hazard", [h for h in HAZARDS.values() if h.faults], ids=lambda h: h.id)
def test_a_fault_belongs_to_its_hazard(hazard):
    for fault in hazard.faults:
        assert fault["kind"].split("_")[0] == hazard.id
        assert fault["kind"] in FAULTS
        assert set(fault["causes"]) <= set(safety.CAUSES)
        low, high = fault.get("size", (0, 0))
        assert low <= high
        assert "unmet" not in fault or (hazard.state, bool(fault["unmet"])) == ("part", True)
        assert fault["within"] > 0


def test_every_fault_of_the_plant_is_played():
    played = Counter(fault["kind"] for hazard in HAZARDS.values() for fault in hazard.faults)
    assert set(played) <= set(FAULTS)
    assert max(played.values()) == 1


def test_the_page_shows_the_table_as_it_is():
    """After a change of the table or of the results: `make hazards`."""
    spec = importlib.util.spec_from_file_location("hazard_table", ROOT / "tests/campaigns/hazards.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.page() == script.PAGE.read_text("utf-8")
    assert script.page().count("\n| ") > len(HAZARDS)
