"""Uphill and downhill: what a plan may ask, what a session asks of the belt and when, and its record."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.realtime import PlantDevice
from gaitloop.session.asks import Asker
from gaitloop.session.conductor import check_stages
from gaitloop.session.display import Status
from gaitloop.session.helm import Ask, Helm, Seen, Setting
from gaitloop.session.incline import (
    STEEPEST,
    STEP,
    asked_incline,
    grade_of,
    incline_of,
    reference_pattern,
    said,
)
from gaitloop.session.machine import SimulatedMachine, simulated_loop
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.programme import Programme, Rules, Stage
from gaitloop.session.reader import Reader
from gaitloop.session.replay import replay
from gaitloop.session.session import Session
from gaitloop.trajectory import GaitPattern

RATE = 0.3  # [°/s]
SLOPES = f"\n[incline]\nlow_deg = -4.0\nhigh_deg = 4.0\nrate_deg = {RATE}\n"
WALK: dict[str, Any] = {
    "kind": "walk",
    "speed": 0.5,
    "support": 0.3,
    "mode": "assist",
    "floor": 0.5,
    "ceiling": 1.0,
}
SLOW = settings(max_examples=60, deadline=None)


@cache
def plan() -> Plan:
    text = demo_plan().text
    assert "version = 1" in text
    return Plan.from_text(text.replace("version = 1", "version = 2", 1) + SLOPES)


def stage(name: str, grade: float, minutes: float = 0.4) -> Stage:
    terrain = "level" if not grade else "uphill" if grade > 0.0 else "downhill"
    return Stage(name=name, minutes=minutes, terrain=terrain, incline=incline_of(grade), **WALK)


def programme(*stages: Stage) -> Programme:
    return Programme(plan=plan(), stages=stages, rules=Rules())


def led(stages: Programme, **options: Any) -> tuple[Session, list[Status], Any]:
    """Lead a session, and keep its status of each look."""
    session = Session(stages, SimulatedMachine(stages.plan), patience=2.0, **options)
    shown: list[Status] = []
    session._line = type("Kept", (), {"show": lambda _, s: shown.append(s), "close": lambda _: None})()
    return session, shown, session.run()


@pytest.fixture(scope="module")
def hills(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Status], Any]:
    path = tmp_path_factory.mktemp("hills") / "hills.mcap"
    stages = programme(stage("level", 0.0, 0.2), stage("up", 4.0, 0.6), stage("down", -4.0, 0.8))
    _, shown, ending = led(stages, out=path)
    return path, shown, ending


def test_a_person_walks_level_then_up_then_down_and_the_belt_is_level_again_at_the_end(hills: Any) -> None:
    _, shown, ending = hills
    assert (ending.reason, ending.message) == ("finished", "")
    assert not {status.state for status in shown} & {"prot_stop", "safe", "release", "lockout", "degraded"}
    grades = [grade_of(status.incline) for status in shown]
    assert max(grades) == pytest.approx(4.0)
    assert min(grades) == pytest.approx(-4.0)
    stopping = next(status for status in shown if status.status == "stopping")
    assert stopping.incline == 0.0
    assert shown[-1].incline == 0.0
    for before, after in itertools.pairwise(shown):
        assert abs(after.incline - before.incline) <= math.radians(RATE) * (after.t - before.t) * (1.0 + 1e-6) + 1e-12
    assert any("4.0 % up" in str(status) for status in shown)
    assert any("4.0 % down" in str(status) for status in shown)


def test_its_record_says_where_the_belt_lay_and_every_command_comes_back(hills: Any) -> None:
    path, _, _ = hills
    result = replay(path)
    assert result.difference is None
    assert result.ticks > 100_000
    reader = Reader(path)
    stages = list(reader.messages("/stage"))
    told = {(s["stage"], s["phase"]): (grade_of(s["incline"]), s["climb"]) for s in stages}
    assert told["level", "end"] == (0.0, 0.0)
    assert told["up", "end"][0] == pytest.approx(4.0)
    assert told["down", "end"][0] == pytest.approx(0.0, abs=1e-9)
    # The way of the belt on the slope, part of it while it tilted.
    assert 0.2 < told["up", "end"][1] < 0.5 * 36.0 * 0.04
    assert told["down", "end"][1] < told["up", "end"][1]
    asked = [c["after"] for c in reader.messages("/change") if c["what"] == "incline"]
    assert [round(grade_of(a), 6) for a in asked] == [4.0, -4.0, 0.0]
    slopes = [c["after"].get("incline", 0.0) for c in reader.messages("/change") if c["what"] == "control"]
    assert max(slopes) == incline_of(4.0)
    assert abs(slopes[-1]) <= STEP + 1e-9  # the stop does not wait for the last step
    assert max(abs(b - a) for a, b in zip([0.0, *slopes], slopes, strict=False)) < math.radians(2.0)


@pytest.mark.parametrize("command", ["pause", "stop", "press stop"])
def test_in_a_pause_and_in_every_stop_the_belt_stays_as_it_is(command: str) -> None:
    script = [(9.0, command), (23.0, "resume"), (45.0, "stop")] if command == "pause" else [(9.0, command)]
    _, shown, ending = led(programme(stage("up", 4.0, 2.0)), script=script)
    assert ending.reason == "stopped"
    by = [status for status in shown if status.t >= 9.2 and (command != "pause" or status.t < 23.0)]
    assert len({status.incline for status in by}) == 1
    assert 0.5 < grade_of(by[0].incline) < 4.0
    if command == "pause":
        assert {status.status for status in by} == {"pausing", "paused"}
        assert grade_of(shown[-1].incline) > grade_of(by[0].incline)  # it went on with the walking


def test_a_skipped_last_stage_stops_on_the_slope_and_says_so() -> None:
    _, shown, ending = led(programme(stage("up", 4.0, 2.0)), script=[(24.0, "skip")])
    assert ending.reason == "skipped"
    assert shown[-1].incline > 0.01


def test_a_level_session_is_the_same_whether_its_belt_could_tilt_or_not() -> None:
    level = (stage("level", 0.0, 0.15),)
    rows = []
    for made in (programme(*level), Programme(plan=demo_plan(), stages=level, rules=Rules())):
        machine = SimulatedMachine(made.plan)
        kept: list[Any] = []
        own = machine.rows
        machine.rows = lambda own=own, kept=kept: (kept.append(own()), kept[-1])[1]  # type: ignore[method-assign]
        assert Session(made, machine).run().reason == "finished"
        rows.append(np.concatenate([row.raw["sample"] for row in kept]))
    np.testing.assert_array_equal(rows[0], rows[1])


def test_a_loop_in_real_time_is_asked_through_its_device() -> None:
    machine = simulated_loop(plan())
    assert machine._plant is not None
    machine.ask(Ask("incline", 0.0, 0.05))
    with pytest.raises(ConfigError, match="incline must lie in"):
        machine.ask(Ask("incline", 0.0, 0.08))
    level = Plant(Patient.healthy(seed=1), Device.treadmill_exo(), seed=1)
    with pytest.raises(ConfigError, match="incline must lie in"):
        PlantDevice(level).request_incline(0.01)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"terrain": "uphill"}, "incline must be above 0"),
        ({"terrain": "uphill", "incline": -0.02}, "incline must be above 0"),
        ({"terrain": "downhill", "incline": 0.02}, "incline must be below 0"),
        ({"terrain": "uphill", "incline": 0.2}, "at most 0.1745 rad"),
        ({"terrain": "level", "incline": 0.02}, "incline must be 0 on level ground"),
        ({"terrain": "stairs", "incline": 0.02}, "incline must be 0 on stairs ground"),
        ({"terrain": "uphill", "incline": math.nan}, "incline must lie in"),
        ({"terrain": "uphill", "incline": "steep"}, "incline must lie in"),
    ],
)
def test_a_stage_has_an_incline_where_its_ground_has_one(change: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        Stage(name="walk", minutes=1.0, **WALK, **change)


def test_what_a_machine_cannot_do_is_refused_by_name() -> None:
    level = Programme(plan=demo_plan(), stages=(stage("up", 3.0),), rules=Rules())
    with pytest.raises(ConfigError, match=r"stages\[0\].terrain must be level on this machine.*no \[incline\]"):
        check_stages(level)
    with pytest.raises(ConfigError, match=r"stages\[0\].incline must lie in \[-0.0698, 0.0698\]"):
        check_stages(programme(stage("up", 9.0)))
    stairs = Stage(name="stairs", minutes=1.0, terrain="stairs", **WALK)
    with pytest.raises(ConfigError, match="got stairs: a belt has no steps"):
        check_stages(programme(stairs))
    drives = replace(plan(), fitting=type("Drives", (), {"name": "bench"})())
    with pytest.raises(ConfigError, match=r"must be level on bench, got uphill: .*its treadmill"):
        check_stages(replace(programme(stage("up", 3.0)), plan=drives))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (demo_plan().text + SLOPES, "incline needs version = 2, got 1"),
        (plan().text.replace("rate_deg = 0.3\n", ""), "incline.rate is missing"),
        (plan().text.replace("low_deg = -4.0", "low_deg = 1.0"), r"incline.low_deg must lie in \[-10, 0\], got 1"),
        (plan().text.replace("high_deg = 4.0", "high_deg = 11.0"), r"incline.high_deg must lie in \[0, 10\], got 11"),
        (plan().text.replace("rate_deg = 0.3", "rate_deg = nan"), "incline.rate_deg must lie in"),
        (plan().text + "most = 3\n", "incline.most is not a known key"),
    ],
)
def test_limits_of_the_inclination_have_no_default_and_are_strict(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Plan.from_text(text)


@SLOW
@given(
    goals=st.lists(st.one_of(st.none(), st.floats(-0.17, 0.17)), min_size=1, max_size=20),
    engagement=st.floats(0.0, 1.0),
    refuse=st.booleans(),
)
def test_the_belt_is_asked_only_while_somebody_walks_and_the_reference_follows_it(
    goals: list[float | None], engagement: float, refuse: bool
) -> None:
    start = Setting(speed=0.5, support_force=200.0, law="impedance", pattern=0.5, floor=0.0, ceiling=1.0)
    helm, incline, slope, target = Helm(start), 0.0, 0.0, None
    for i, goal in enumerate(goals):
        for k in range(40):
            engaged = engagement if k < 5 else 1.0
            seen = Seen(t=50.0 * i + k, state="run", belt=0.5, belt_command=0.5, engagement=engaged, incline=incline)
            for ask in helm.steer(replace(start, incline=goal), seen):
                if ask.what == "incline":
                    assert ask.after is None or (engaged >= 1.0 and goal == ask.after)
                    if refuse and k == 10:
                        helm.refused(ask)
                        continue
                    target = ask.after
                elif ask.what == "control":
                    slope = ask.after.get("incline", 0.0)
            if target is not None:
                incline += min(max(target - incline, -0.01), 0.01)
        assert goal is None or (incline == pytest.approx(goal, abs=1e-9) and slope == goal)
        assert abs(slope - incline) <= STEP + 1e-9


@SLOW
@given(
    speed=st.floats(0.14, 1.4),
    height=st.floats(1.5, 2.0),
    incline=st.floats(-incline_of(15.0), incline_of(15.0)),
)
def test_the_reference_on_any_slope_is_a_pattern_of_the_same_pace(speed: float, height: float, incline: float) -> None:
    there = reference_pattern(speed, height, incline, math.radians(8.0), 0.04)
    level = GaitPattern.koopman(speed, height, foot_clearance=0.04)
    assert there.stride_rate == pytest.approx(level.stride_rate)
    assert there.speed == pytest.approx(speed)
    q = there.evaluate(np.linspace(0.0, 1.0, 101))[0]
    assert np.isfinite(q).all()
    assert np.abs(q).max() < 2.0
    if incline == 0.0:
        np.testing.assert_array_equal(q, level.evaluate(np.linspace(0.0, 1.0, 101))[0])


@SLOW
@given(st.floats(-17.0, 17.0))
def test_grades_and_inclinations_are_inverse(grade: float) -> None:
    assert grade_of(incline_of(grade)) == pytest.approx(grade)
    assert (said(incline_of(grade)) == "") == (abs(grade) < 0.05)


@pytest.mark.parametrize("value", ["1", True, math.nan, math.inf, STEEPEST * 1.01, [0.1], {}])
def test_a_record_that_asks_for_no_inclination_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match="incline"):
        asked_incline(value)
    with pytest.raises(ConfigError, match="incline"):
        Asker(plan()).ask(None, "incline", value)  # type: ignore[arg-type]
    assert Asker(plan()).ask(None, "incline", 0.02) is None  # type: ignore[arg-type]
