"""A therapist's plan with uphill and downhill: what it must say, what it is refused for, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.session.incline import incline_of
from gaitloop.session.plan import Plan
from gaitloop.therapy import TherapyPlan
from gaitloop.therapy.compare import differences
from gaitloop.therapy.words import describe
from therapy_cases import PLAN, TEXT

SLOPES = """
[incline]
most_uphill_percent = 5.0
most_downhill_percent = 4.0
change_percent_per_second = 0.5

[stop]"""


def text(terrain: str = "uphill", grade: object = 3.0, version: int = 2, slopes: str = SLOPES) -> str:
    """Make the second stage of the plan a slope."""
    head, second, rest = TEXT.replace("version = 1", f"version = {version}", 1).partition('terrain = "level"')
    first = head + second
    line = f'terrain = "{terrain}"' + ("" if grade is None else f"\ngrade_percent = {grade}")
    return (first + rest.replace('terrain = "level"', line, 1)).replace("\n[stop]", slopes, 1)


def test_a_slope_becomes_an_inclination_of_the_session_and_its_limits_those_of_the_machine() -> None:
    for terrain, sign in (("uphill", 1.0), ("downhill", -1.0)):
        made = TherapyPlan.from_text(text(terrain)).programme()
        sloped = [s for s in made.stages if s.terrain == terrain]
        assert sloped
        assert all(s.incline == incline_of(sign * 3.0) for s in sloped)
        assert all(s.incline == 0.0 for s in made.stages if s.terrain == "level")
        assert made.plan.incline == {"low": -incline_of(4.0), "high": incline_of(5.0), "rate": incline_of(0.5)}
        assert Plan.from_text(made.plan.text).incline == made.plan.incline


def test_a_plan_without_slopes_is_what_it_was() -> None:
    assert PLAN.incline is None
    assert "version = 1\n" in PLAN.programme().plan.text
    newer = TherapyPlan.from_text(TEXT.replace("version = 1", "version = 2", 1))
    assert newer.programme().stages == PLAN.programme().stages
    assert newer.programme().plan.text == PLAN.programme().plan.text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"version": 1}, "incline needs version = 2, got version 1"),
        ({"version": 1, "slopes": "\n[stop]"}, r"stage\[1\].terrain uphill needs version = 2"),
        ({"slopes": "\n[stop]"}, r"incline is missing: stage\[1\] goes uphill"),
        ({"grade": None}, r"stage\[1\].grade_percent is missing: uphill needs a grade"),
        ({"grade": 0.0}, r"stage\[1\].grade_percent must lie above 0 and be at most 5 .*most_uphill_percent, got 0"),
        ({"grade": 5.1}, r"stage\[1\].grade_percent must lie above 0 and be at most 5 .*, got 5.1"),
        ({"terrain": "downhill", "grade": 4.5}, r"at most 4 of incline.most_downhill_percent, got 4.5"),
        ({"grade": -3.0}, r"stage\[1\].grade_percent must lie in \[0, 15\], got -3"),
        ({"grade": "nan"}, r"stage\[1\].grade_percent must lie in"),
        ({"grade": '"steep"'}, r"stage\[1\].grade_percent must be a number"),
        ({"terrain": "level"}, r"stage\[1\].grade_percent belongs to uphill and downhill, got it with terrain level"),
        ({"terrain": "stairs", "grade": None}, r"stage\[1\].terrain must be level or uphill or downhill .* no steps"),
        ({"slopes": SLOPES.replace("5.0", "16.0")}, r"incline.most_uphill_percent must lie in \[0, 15\], got 16"),
        ({"slopes": SLOPES.replace("= 0.5", "= 0.0")}, r"change_percent_per_second must lie in \[0.05, 1\], got 0"),
        ({"slopes": SLOPES.replace("most_uphill_percent = 5.0\n", "")}, "incline.most_uphill_percent is missing"),
    ],
)
def test_what_is_wrong_is_named_with_value_and_range(given: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TherapyPlan.from_text(text(**given))  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["uphill", "downhill"]), st.floats(-20.0, 20.0))
def test_any_grade_is_taken_or_refused_by_its_name(terrain: str, grade: float) -> None:
    most = 5.0 if terrain == "uphill" else 4.0
    if 0.0 < grade <= most:
        assert TherapyPlan.from_text(text(terrain, repr(grade))).stages[1]["grade_percent"] == grade
    else:
        with pytest.raises(ConfigError, match=r"stage\[1\].grade_percent"):
            TherapyPlan.from_text(text(terrain, repr(grade)))


def test_a_range_of_motion_too_small_for_a_slope_is_refused_with_the_slope() -> None:
    narrow = text(grade=5.0).replace('knee_left_deg = "not measured"', "knee_left_deg = [5.0, 120.0]")
    if narrow != text(grade=5.0):
        with pytest.raises(ConfigError, match="what walking at"):
            TherapyPlan.from_text(narrow)


def test_words_and_differences_speak_of_the_grade() -> None:
    plan = TherapyPlan.from_text(text())
    steep = text(grade=8.0, slopes=SLOPES.replace("5.0", "10.0"))
    assert "8 % uphill is steeper than 5" in describe(TherapyPlan.from_text(steep))
    assert "uphill is steeper" not in describe(plan)
    assert "uphill at a grade of 3 %" in describe(plan)
    lines = differences(PLAN, plan)
    assert any("ground from level to uphill" in line for line in lines), lines
    assert any("grade from not given to 3 %" in line for line in lines)
    assert any("steepest grade uphill from not given to 5 %" in line for line in lines)
    again = differences(plan, TherapyPlan.from_text(text(grade=4.0)))
    assert any("grade from 3 % to 4 %" in line for line in again)
