"""A sample of the campaign: nothing unsafe leaves the machine, and what is not met is exactly what is listed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.faults import ROWS, Campaign, _campaign, _classes, _judge, summarise, table, walk_nominally
from gaitloop.safety import hazards
from gaitloop.session.plan import demo_plan

RUNS, PAIRS = 5000, 500
COLUMNS = _judge.COLUMNS

# Rows whose reaction, time, cause or outcome is not as wanted, with the limits and sensors of the demonstration.
NOT_MET = {fault["kind"] for hazard in hazards() for fault in hazard.faults if "unmet" in fault}


@pytest.fixture(scope="module")
def found():
    campaign = Campaign(runs=RUNS, pairs=PAIRS, seed=1)
    return summarise(campaign, campaign.run(), None)


def test_no_unsafe_output(found):
    assert (found["runs"], found["pairs"]) == (RUNS, PAIRS)
    assert found["unsafe"] == []
    assert found["unsafe_outputs"] == found["unsafe_outputs_of_pairs"] == 0


def test_without_the_guard_most_of_what_can_harm_is_unsafe(found):
    """Some faults do no harm by themselves: a drive that is dead, a sensor that says so, a contact that is missed."""
    harmful = [row for row in found["rows"] if row["unsafe_without_guard"]]
    assert len(harmful) > 0.5 * len(ROWS)
    assert found["unsafe_without_guard"] > 0.6 * sum(row["runs"] for row in harmful)


def test_rows_not_met_are_those_listed(found):
    assert {row["fault"] for row in found["rows"] if not row["met"]} == NOT_MET


def test_causes_name_the_fault(found):
    assert found["cause_names_the_fault"] >= 0.8


def test_the_table_and_the_json_say_the_same(found):
    again = json.loads(json.dumps(found))
    text = table(again)
    assert f"{RUNS} single faults: 0 with an unsafe output" in text
    assert all(row.kind in text for row in ROWS)


def test_a_run_follows_from_its_number():
    a, b = Campaign(runs=76, pairs=10, seed=3), Campaign(runs=76, pairs=10, seed=3)
    for run in (5, 40, 80):
        assert a.case(run) == b.case(run)
    assert [case.run for case in Campaign(runs=3, pairs=2).run()] == list(range(5))


# What a guard that is wrong would send, made of what the right one sent.
MISTAKES = {
    "no limit of the torque": ("torque", lambda x, _: 20.0 * x, "U2"),
    "last torque held": ("torque", lambda x, stop: np.where(stop[:, None], x[np.argmax(stop) - 1], x), "U5"),
    "torque kept when safe": ("torque", lambda x, _: x + 1e-3, "U6"),
    "support follows in a stop": ("support_mode", lambda x, _: np.ones_like(x), "U7"),
    "belt speeds up in a stop": ("belt_speed", lambda x, stop: x + 0.2 * np.cumsum(stop)[:, None] * 1e-3, "U8"),
    "power stays on": ("enable", lambda x, _: np.ones_like(x), "U6"),
    "not a number": ("torque", lambda x, stop: np.where(stop[:, None], np.nan, x), "U1"),
    "no limit of the rate": ("torque", lambda x, _: np.where(np.arange(len(x))[:, None] % 2 == 0, x, -x), "U3"),
}


@pytest.fixture(scope="module")
def watched():
    campaign = Campaign(runs=38, pairs=0, seed=1)
    walker = campaign.walkers[0].fork()
    walker.inject([ROWS[0].draw(np.random.default_rng(1), walker.t * 1e-9 + 0.5).fault])
    return campaign, walker.watch(3000, True)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_the_guard_is_seen(watched, name):
    campaign, right = watched
    column, change, kind = MISTAKES[name]
    stop = right[:, COLUMNS["state"]][:, 0] >= 7
    wrong = right.copy()
    wrong[:, COLUMNS[column]] = change(right[:, COLUMNS[column]], stop)
    judge = next(iter(campaign._judges.values()))
    assert judge(right, seen=500).outputs == ()
    assert kind in judge(wrong, seen=500).outputs


def test_two_hours_of_walking_stop_for_nothing():
    """One in ten hours is the goal; SAFETY.md says who is stopped in a hundred."""
    nominal = walk_nominally(2.0, 1)
    assert nominal.hours == pytest.approx(2.0)
    assert nominal.falls == 0
    assert nominal.causes == {}


@pytest.mark.parametrize(("name", "value"), [("runs", -1), ("pairs", 1.5), ("seed", True), ("runs", 10**8)])
def test_a_bad_number_is_named(name, value):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        Campaign(**{name: value})


def test_the_command_writes_json(tmp_path):
    out = tmp_path / "faults.json"
    line = [
        sys.executable,
        "-m",
        "gaitloop",
        "faults",
        "--runs",
        "38",
        "--pairs",
        "4",
        "--hours",
        "0",
        "--json",
        str(out),
    ]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert {"runs", "unsafe_outputs", "unsafe_without_guard", "rows"} <= set(json.loads(out.read_text()))
    line = [sys.executable, "-m", "gaitloop", "faults", "--only", "7", "--runs", "38"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 single faults" in done.stdout


# A limit as it is judged, narrow enough to be met in a walk; that of a guard which has it switched off; what is seen.
SWITCHED_OFF = {
    "power_max": (20.0, 6000.0, "U2"),
    "energy_max": (2.0, 1000.0, "U2"),
    "interaction_max": (80.0, 300.0, "U10"),
    "dose_max": (60.0, 5e5, "U10"),
}


@pytest.mark.parametrize("name", SWITCHED_OFF)
def test_a_limit_that_is_switched_off_is_seen(name, monkeypatch):
    narrow, none, kind = SWITCHED_OFF[name]
    treadmill = _classes.CLASSES["treadmill_exo"]._replace(people=(0.3,), limits=limited(name, narrow).limits)
    monkeypatch.setattr(_classes, "CLASSES", {"treadmill_exo": treadmill})
    monkeypatch.setattr(_campaign, "SEEDS", (1,))

    def unsafe(limit):
        """Kinds of unsafe output with a guard that has this limit."""
        monkeypatch.setattr(_classes, "_PLAN", limited(name, limit))
        campaign = Campaign(runs=38, pairs=0, seed=1)
        found = summarise(campaign, campaign.run(), None)
        return found["unsafe_outputs"], {kind for row in found["rows"] for kind in row["unsafe_outputs"]}

    assert unsafe(narrow) == (0, set())
    count, kinds = unsafe(none)
    assert count > 0
    assert kinds == {kind}


def limited(name, value):
    plan = demo_plan()
    return replace(plan, limits={**plan.limits, name: [value] * 6})
