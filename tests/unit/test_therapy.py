"""A therapist's plan: what it says arrives in a session, and limits only get narrower."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.session.build import trainer_config
from gaitloop.session.limits_write import confirm
from gaitloop.session.limits_write import new_text as new_limits
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.therapy import TherapyPlan, describe, differences, new_text
from therapy_cases import PERSON, PLAN, TEXT, UNMEASURED, changed


def test_a_session_has_what_the_plan_says() -> None:
    first, last = PLAN.programme(1), PLAN.programme(12)
    assert [stage.kind for stage in first.stages] == ["warm_up", "walk", "rest", "walk", "cool_down"]
    assert [stage.minutes for stage in first.stages] == [5.0, 6.0, 2.0, 6.0, 2.0]
    assert [stage.support for stage in first.stages] == [0.5] * 5
    assert [stage.support for stage in last.stages] == [0.2] * 5
    walk, rest = first.stages[1], first.stages[2]
    assert (walk.mode, walk.floor, walk.ceiling, walk.speed) == ("assist", 0.3, 1.0, pytest.approx(1.5 / 3.6))
    assert (rest.speed, rest.mode, rest.floor) == (0.0, "assist", 0.3)
    assert (first.stages[0].mode, first.stages[0].floor) == ("guidance", 1.0)
    assert last.stages[1].speed > walk.speed
    rules = first.rules
    assert (rules.challenge_steps, rules.challenge_support, rules.support_min) == (750, 0.05, 0.1)
    assert (rules.heart_rate_max, rules.pain_stops_max, rules.spasm_stops_max) == (None, 3, 3)
    assert (first.number, first.patient, first.text) == (1, None, TEXT)


def test_the_machine_starts_as_the_first_stage_does_and_its_text_says_all() -> None:
    plan = PLAN.programme(4).plan
    assert (plan.training["speed"], plan.training["support"]) == (pytest.approx(1.5 / 3.6), 0.4)
    assert plan.patient == {"profile": "fac", "level": 2, "side": "left", "mass": 75.0, "height": 1.75}
    assert plan.duration == pytest.approx(21 * 60 + 3 + 8 + 2)
    assert Plan.from_text(plan.text) == plan
    np.testing.assert_allclose(np.degrees(plan.assist["upper"]), [3.58, 2.92, 7.16, 7.16, 7.54])
    trainer_config(plan)


def test_steps_and_absolute_values_and_points_are_what_they_say() -> None:
    text = changed("minutes = 6  # or steps (R6-length)", "steps = 300").replace(
        "speed_percent = 100  # of the week's speed; or speed_kmh", "speed_kmh = 2.0", 1
    )
    text = text.replace(
        "support_points = 0  # on top of the week's share; or support_percent", "support_points = -10", 1
    )
    programme = TherapyPlan.from_text(text).programme(7)
    stage = programme.stages[1]
    assert (stage.minutes, stage.steps, stage.support) == (None, 300, pytest.approx(0.2))
    assert stage.speed == pytest.approx(2.0 / 3.6)
    assert programme.stages[2].support == stage.support  # a rest keeps it
    # 300 steps at 0.56 m/s take about four minutes, which is what is left of six.
    assert 60 * 16 < programme.plan.duration < 60 * 21


def test_forgetting_asks_for_its_own_keys() -> None:
    text = changed('law = "band"', 'law = "forgetting"').replace("step_up_percent = 2 ", "keep_percent = 95 ")
    text = text.replace("step_down_percent = 0.5 ", "gain_percent_per_degree = 2 ")
    assist = TherapyPlan.from_text(text).programme().plan.assist
    assert (assist["law"], assist["forget"]) == ("forgetting", 0.95)
    # An error of one degree beyond the dead zone makes 2 points.
    assert assist["gain"] * np.radians(1.0) == pytest.approx(0.02)
    np.testing.assert_allclose(np.degrees(assist["dead_zone"]), [2.15, 1.75, 4.29, 4.3, 4.52])


def test_a_range_of_motion_narrows_and_never_widens() -> None:
    wide = TherapyPlan.from_text(changed("hip_left_deg = [-18, 70]", "hip_left_deg = [-80, 120]"))
    assert wide.limits == TherapyPlan.from_text(changed("[-18, 70]", '"not measured"')).limits
    assert PLAN.limits["q_min"][0] == pytest.approx(np.radians(-18.0))
    assert PLAN.limits["q_max"][0] == wide.limits["q_max"][0]  # 70 degrees is wider than the device
    assert PLAN.limits["q_min"][3] == wide.limits["q_min"][3]  # the other side is its own
    assert PLAN.setters["q_min"][0] == "patient"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_measured_range_ever_widens_a_limit(data: st.DataObject) -> None:
    ends = st.none() | st.tuples(st.integers(-90, 0), st.integers(1, 160))
    ranges = data.draw(st.fixed_dictionaries(dict.fromkeys(UNMEASURED, ends)))
    said = {name: '"not measured"' if pair is None else str(list(pair)) for name, pair in ranges.items()}
    known = "|".join(said)
    text = re.sub(rf"^({known})_deg = .*$", lambda line: f"{line[1]}_deg = {said[line[1]]}", TEXT, flags=re.MULTILINE)
    device = demo_plan().limits
    try:
        limits = TherapyPlan.from_text(text).limits
    except ConfigError as error:
        if not str(error).startswith("patient.range."):  # too small for walking
            raise
        return
    assert np.all(np.asarray(limits["q_min"]) >= np.asarray(device["q_min"]))
    assert np.all(np.asarray(limits["q_max"]) <= np.asarray(device["q_max"]))
    for name in ("tau_max", "belt_speed_max", "wall_stiffness"):
        np.testing.assert_array_equal(limits[name], device[name])


def test_limits_come_from_confirmed_files_only(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(new_text(PERSON), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"plan\.toml: .*device\.toml: cannot be read"):
        TherapyPlan.load(tmp_path / "plan.toml")
    (tmp_path / "device.toml").write_text(new_limits("device", "treadmill_exo"), encoding="utf-8")
    with pytest.raises(ConfigError, match="confirmation is missing"):
        TherapyPlan.load(tmp_path / "plan.toml")
    confirm(tmp_path / "device.toml", "safety engineer", today=datetime.date(2026, 3, 1))
    plan = TherapyPlan.load(tmp_path / "plan.toml")
    made = plan.programme(2).plan
    assert [file.by for file in made.limits_files] == ["safety engineer"]
    assert made.limits["q_min"][0] == pytest.approx(np.radians(-18.0))
    with pytest.raises(ConfigError, match=r"^limits\.files needs a folder"):
        TherapyPlan.from_text(new_text(PERSON))


@pytest.mark.parametrize("session", [0, 13, -1, 1.0, True, "1", None])
def test_a_session_that_is_not_in_the_schedule_is_refused(session: object) -> None:
    with pytest.raises(ConfigError, match=r"^session must be a whole number in \[1, 12\], got "):
        PLAN.programme(session)  # type: ignore[arg-type]


def test_a_plan_says_what_it_will_do() -> None:
    text = describe(PLAN)
    assert "Walking: 4 weeks with 3 sessions each" in text
    assert re.search(r"hip left +-18\.0 to +63\.0 degrees \(by the measurement, limits\)", text)
    assert "Not measured, so only the limits hold: knee left" in text
    assert "After 750 steps, and again after each 750 more: 5 points less support (not below 10 %)." in text
    assert "The heart rate is not watched." in text
    table = [line.split() for line in text.splitlines() if re.match(r"\s+\d+\s+\d\s", line)]
    assert [row[0] for row in table] == [str(i) for i in range(1, 13)]
    assert [row[5] for row in table] == ["50"] * 3 + ["40"] * 3 + ["30"] * 3 + ["20"] * 3
    assert all(int(row[7]) > 750 for row in table)
    assert "Note:" not in text


def test_a_plan_warns_of_what_a_reader_should_know() -> None:
    slow = changed("speed_kmh = 1.5  #", "speed_kmh = 1.2  #")
    assert "Note: 1.20 km/h is slower than 1.44" in describe(TherapyPlan.from_text(slow))
    swapped = changed('side = "left"', 'side = "right"')
    assert "Note: the right side is called the weaker one" in describe(TherapyPlan.from_text(swapped))
    rigid = changed('left = ["1", "1+", "2"]', 'left = ["1", "1+", "4"]')
    assert "rigid joint (ankle left)" in describe(TherapyPlan.from_text(rigid))


def test_the_same_plan_has_no_differences() -> None:
    assert differences(PLAN, TherapyPlan.from_text(TEXT + "\n# a remark\n")) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("fac = 2", "fac = 3", "Person: functional ambulation category from 2 to 3"),
        ("weight_kg = 75", "weight_kg = 80", "Person: body weight from 75 kg to 80 kg"),
        ("left = [2, 3, 2]", "left = [2, 3, 4]", "Person: strength of ankle left from 2 to 4"),
        ('"1+", "2"]', '"1+", "3"]', "Person: tone of ankle left from 2 to 3"),
        ("[-18, 70]", "[-18, 50]", "Person: measured range of hip left from -18 to 70 degrees to -18 to 50 degrees"),
        (
            "weeks = 4\nsessions_per_week = 3",
            "weeks = 4\nsessions_per_week = 5",
            "Schedule: sessions a week from 3 to 5",
        ),
        ("[50, 40, 30, 20]", "[50, 40, 30, 25]", "from 50, 40, 30, 20 % to 50, 40, 30, 25 %"),
        ("steps = 750", "steps = 800", "Challenge: steps that raise the challenge from 750 to 800"),
        ("pain_stops_most = 3", "pain_stops_most = 1", "Stops: stops for pain that end the session from 3 to 1"),
        ("minutes = 5 ", "minutes = 4 ", 'Stage "Warm-up": length from 5 min to 4 min'),
        ("minutes = 5 ", "steps = 300 ", 'Stage "Warm-up": length from not given to 300 steps'),
        (
            "tau_max = [140.0",
            "tau_max = [120.0",
            "largest torque magnitude of hip left from 140 N·m to 120 N·m (narrower)",
        ),
        ("belt_speed_max = 1.4 ", "belt_speed_max = 1.5 ", "largest belt speed from 1.4 m/s to 1.5 m/s (WIDER)"),
    ],
)
def test_a_difference_is_said_in_plain_words(old: str, new: str, line: str) -> None:
    lines = differences(PLAN, TherapyPlan.from_text(changed(old, new)))
    assert any(line in said for said in lines), lines


def test_stages_that_come_and_go_are_told_apart() -> None:
    rest = TEXT.index('[[stage]]\nkind = "rest"')
    second = TEXT.index('[[stage]]\nkind = "walk"\nname = "Second walk"')
    shorter = TherapyPlan.from_text(TEXT[:rest] + TEXT[second:])
    lines = differences(PLAN, shorter)
    assert 'Stage "Rest" is dropped' in lines
    assert lines[-4] == "Together: session 1 is the first that differs"
    assert 'Stage "Rest" is added, as stage 3' in differences(shorter, PLAN)


BALANCE = """
[balance]
force_most_newton = 400
travel_most_cm = 8
margin_least_cm = 4.5
sway_most_cm = 4
step_up_percent = 10
step_down_percent = 5
"""


def test_a_plan_that_trains_the_balance_reaches_the_machine() -> None:
    text = changed('mode = "assist"', 'mode = "balance"')
    plan = TherapyPlan.from_text(text.replace("[schedule]", BALANCE + "\n[schedule]"))
    made = plan.programme(1)
    assert made.stages[1].mode == "balance"
    guide = made.plan.guide
    assert guide is not None
    assert {
        name: guide[name] for name in ("force_max", "travel", "margin_min", "sway_max", "step_up", "step_down")
    } == {
        "force_max": 400.0,
        "travel": 0.08,
        "margin_min": 0.045,
        "sway_max": 0.04,
        "step_up": 0.1,
        "step_down": 0.05,
    }
    assert Plan.from_text(made.plan.text) == made.plan
    assert "held with at most 400 N and stopped 8 cm from the middle" in describe(plan)
    wider = TherapyPlan.from_text(text.replace("[schedule]", BALANCE.replace("= 8", "= 9") + "\n[schedule]"))
    assert differences(plan, wider) == ["Balance: travel of the guide to either side from 8 cm to 9 cm"]
    assert PLAN.programme(1).plan.guide is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("travel_most_cm = 8\n", "", r"balance\.travel_most_cm is missing"),
        ("force_most_newton = 400", "force_most_newton = 4000", r"balance\.force_most_newton must lie in \[20, 2000\]"),
        ("sway_most_cm = 4", "sway_most_cm = nan", r"balance\.sway_most_cm must lie in \[0\.5, 30\]"),
        ("step_up_percent = 10", "step_up_percent = 10\nlean = 1", r"balance\.lean is not a known key"),
    ],
)
def test_a_balance_out_of_range_is_refused_by_name(old: str, new: str, message: str) -> None:
    text = changed('mode = "assist"', 'mode = "balance"')
    with pytest.raises(ConfigError, match=message):
        TherapyPlan.from_text(text.replace("[schedule]", BALANCE.replace(old, new) + "\n[schedule]"))
