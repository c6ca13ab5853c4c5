"""A goal is met only by what was seen, and only by enough of it."""

from __future__ import annotations

import pytest

from gaitloop.faults import Campaign, summarise
from gaitloop.faults._goals import goals
from gaitloop.faults._nominal import Nominal


@pytest.fixture(scope="module")
def found():
    campaign = Campaign(runs=38, pairs=2, seed=2)
    return summarise(campaign, campaign.run(), Nominal(100.0, 0, 0, {}))


def met(found):
    return {goal["goal"]: goal["met"] for goal in goals(found)}


def test_a_small_campaign_says_so(found):
    said = met(found)
    assert [*said] == ["G1", "G2", "G3", "G4", "G5", "G7", "G8", "G9"]
    assert (said["G1"], said["G3"]) == (None, None)
    assert said["G4"] is said["G9"] is True
    assert goals(found) == found["goals"]


def test_a_large_one_meets_its_goals(found):
    said = met(found | {"runs": 100_000, "pairs": 10_000})
    assert said["G1"] is said["G3"] is True


@pytest.mark.parametrize(
    ("change", "goal"),
    [
        ({"unsafe_outputs": 1}, "G1"),
        ({"unsafe_outputs_of_pairs": 1}, "G3"),
        ({"unanswered": 1}, "G4"),
        ({"cause_names_the_fault": 0.79}, "G8"),
        ({"stopped_without_cause": 1}, "G8"),
        ({"nominal": {"hours": 100.0, "stops": 11}}, "G9"),
    ],
)
def test_one_bad_thing_is_enough(found, change, goal):
    assert met(found | change)[goal] is False


def test_rows_late_or_far_out_miss_their_goal(found):
    bad = [{**row, "reacted": 1.0, "overshoot_deg": 1.0} for row in found["rows"]]
    assert met(found | {"rows": bad})["G5"] is met(found | {"rows": bad})["G7"] is True
    late = [{**bad[0], "reacted": 0.98}, *bad[1:]]
    assert met(found | {"rows": late})["G5"] is False
    far = [{**bad[0], "overshoot_deg": 10.1}, *bad[1:]]
    assert met(found | {"rows": far})["G7"] is False
