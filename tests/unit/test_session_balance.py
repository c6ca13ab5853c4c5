"""Sessions that train the balance: the guide helps as needed, catches who falls, and a replay sees it again."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.plant import Patient
from gaitloop.progress import read_session
from gaitloop.session import Ending, Programme, Reader, Recorder, Rules, Session, Stage
from gaitloop.session.balance import Balance, World
from gaitloop.session.beside import Sideways
from gaitloop.session.conductor import check_stages
from gaitloop.session.fitting import Fitting
from gaitloop.session.layout import Tables
from gaitloop.session.machine import SimulatedMachine
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.replay import replay
from gaitloop.session.topics import SIDEWAYS

GUIDE = """
[guide]
stiffness_min = 100.0
stiffness_max = 8000.0
damping = 300.0
force_max = 400.0
travel = 0.08
margin_min = 0.045
sway_max = 0.04
step_up = 0.2
step_down = 0.1
"""
WALK = Stage(name="balance", kind="walk", minutes=0.8, speed=0.6, support=0.3, mode="balance", floor=0.0, ceiling=1.0)
TABLES = Tables.from_core()


def plan(level: int, guide: str = GUIDE) -> Plan:
    """Legs as strong as may be are given beside it; the balance is as poor as the category says."""
    text = (
        demo_plan().text.replace('profile = "stroke"', 'profile = "fac"').replace("severity = 0.6", f"level = {level}")
    )
    return Plan.from_text(text + guide)


def trained(level: int, out: Path, guide: str = GUIDE, **kwargs: Any) -> Ending:
    given = plan(level, guide)
    machine = SimulatedMachine(given, Patient.healthy(seed=1))
    stages = kwargs.pop("stages", (WALK,))
    return Session(Programme(plan=given, stages=stages, rules=Rules()), machine, out=out, **kwargs).run()


def shares(path: Path) -> list[float]:
    return [s["guide_share"] for s in Reader(path).summary().strides if s["guide_share"] is not None]


def changes(path: Path) -> list[Any]:
    return [m["after"] for m in Reader(path).messages("/change") if m["what"] == "guide_share"]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("balance") / "good.mcap"
    assert trained(5, path).reason == "finished"
    return path


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("balance") / "poor.mcap"
    assert trained(1, path).reason == "finished"
    return path


def test_help_fades_for_a_good_walker_and_stays_for_a_poor_one(good: Path, poor: Path) -> None:
    assert shares(good)[0] > 0.9
    assert np.mean(shares(good)[-10:]) < 0.2
    assert np.mean(shares(poor)[-20:]) > np.mean(shares(good)[-20:]) + 0.1
    asked = [share for share in changes(poor) if share is not None]
    assert any(after > before for before, after in pairwise(asked)), "help rises again"


def test_a_stride_says_how_it_was_sideways(good: Path) -> None:
    strides = [s for s in Reader(good).summary().strides if s["sway"] is not None]
    assert len(strides) > 20
    for stride in strides:
        assert 0.0 < stride["step_width"] < 0.4
        assert 0.0 < stride["sway"] < 0.1
        assert stride["margin"] < 0.2
        assert (stride["foot_placement"] > 0.0) == (stride["side"] == "left")
        assert 0.0 <= stride["guide_share"] <= 1.0
        assert stride["guide_force"] <= 400.0
    assert 0.4 < np.median([s["load_left"] for s in strides]) < 0.6


def test_the_guide_holds_before_and_after(good: Path) -> None:
    asked = changes(good)
    assert asked[0] == 1.0
    assert asked[-1] is None


def test_a_replay_sees_the_same_to_the_bit(good: Path, poor: Path) -> None:
    for path in (good, poor):
        result = replay(path)
        assert result.difference is None
        assert result.ticks > 40_000


def test_a_replay_finds_a_step_that_was_another(good: Path, tmp_path: Path) -> None:
    reader, out = Reader(good), tmp_path / "other.mcap"
    summary = reader.summary()
    strides = [dict(s) for s in summary.strides]
    strides[20]["sway"] = np.nextafter(strides[20]["sway"], 1.0)
    with Recorder(out, reader.metadata) as recorder:
        for number, block in enumerate(reader.blocks()):
            recorder.write(block, [], strides if number == 0 else [])
        for topic in ("/stage", "/change"):
            for message in reader.messages(topic):
                recorder.tell(topic, message["t"], {k: v for k, v in message.items() if k != "t"})
    found = replay(out).difference
    assert found is not None
    assert found.field == "sway"


def test_the_sagittal_machine_does_not_know_of_the_guide(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "path.mcap"
    assert trained(5, path, guide="", stages=(replace(WALK, mode="assist"),)).reason == "finished"
    for one, two in zip(Reader(good).blocks(), Reader(path).blocks(), strict=True):
        np.testing.assert_array_equal(one.sample, two.sample)
        np.testing.assert_array_equal(one.command, two.command)
    assert all(s[name] is None for s in Reader(path).summary().strides for name in SIDEWAYS)


def test_who_falls_is_caught_and_the_session_pauses_until_somebody_resumes(tmp_path: Path) -> None:
    tight = GUIDE.replace("travel = 0.08", "travel = 0.012").replace("sway_max = 0.04", "sway_max = 0.3")
    path = tmp_path / "caught.mcap"
    stage = replace(WALK, minutes=0.6)
    script = [(float(t), "resume") for t in range(20, 120, 4)]
    assert trained(1, path, guide=tight, script=script, stages=(stage,)).reason in ("finished", "nobody_resumed")
    notes = [m["text_code"] for m in Reader(path).messages("/note")]
    at = notes.index("pause_balance_lost")
    assert "resume" in notes[at:]
    asked = changes(path)
    assert None in asked[:-1]
    assert replay(path).difference is None


def test_pause_and_stop_let_the_guide_hold(tmp_path: Path) -> None:
    path = tmp_path / "paused.mcap"
    ending = trained(5, path, script=[(20.0, "pause"), (32.0, "stop")])
    assert ending.reason == "stopped"
    at = [(m["t"] * 1e-9, m["after"]) for m in Reader(path).messages("/change") if m["what"] == "guide_share"]
    assert at[-1] == (pytest.approx(20.0, abs=0.1), None)


def test_a_stage_needs_a_guide_and_a_device_that_has_one() -> None:
    bare = Programme(plan=plan(5, guide=""), stages=(WALK,), rules=Rules())
    with pytest.raises(
        ConfigError, match=r"stages\[0\]\.mode must be another without a guide, got balance: add \[guide\]"
    ):
        check_stages(bare)
    fitting = object.__new__(Fitting)
    driven = Programme(plan=replace(plan(5), fitting=fitting), stages=(WALK,), rules=Rules())
    with pytest.raises(
        ConfigError, match=r"stages\[0\]\.mode must be another on this device, .*no guide of the pelvis"
    ):
        check_stages(driven)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("force_max = 400.0", "", r"guide\.force_max is missing"),
        ("travel = 0.08", "travel = inf", r"guide\.travel must lie in \[0\.01, 0\.3\], got inf"),
        ("damping = 300.0", "damping = -1", r"guide\.damping must lie in \[0, 5000\], got -1"),
        ("damping = 300.0", "damping = 1.0", r"guide\.damping must lie in \[40, 5000\], got 1"),
        ("stiffness_max = 8000.0", "stiffness_max = 50.0", r"guide\.stiffness_max must lie in \[100, 50000\], got 50"),
        ("step_up = 0.2", "step_up = 0.2\nsnap = 1", r"guide\.snap is not a known key"),
    ],
)
def test_a_guide_out_of_range_is_refused_by_name(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        World(plan(5, GUIDE.replace(old, new)), TABLES)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), "soft", True])
def test_a_share_out_of_range_is_refused(share: Any) -> None:
    with pytest.raises(ConfigError, match=r"guide_share must lie in \[0, 1\], got"):
        World(plan(5), TABLES).ask(share)


def test_a_foot_that_lands_inside_the_fall_brings_all_the_help_at_once() -> None:
    balance = Balance(plan(5), TABLES)
    balance.open(0.2, 0.8)
    balance.training = True
    fine, bad = Sideways(margin=0.09, sway=0.01), Sideways(margin=-0.001, sway=0.01)
    for side in (0, 1) * 20:
        balance._judge(side, fine)
    assert balance.share == pytest.approx(0.2)
    balance._judge(0, bad)
    assert balance.share == pytest.approx(0.8)


def test_progress_has_the_figures_of_the_feet(good: Path) -> None:
    session = read_session(good, patient="0a" * 16, started=datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.UTC))
    assert 0.0 < session.figures["step_width_variability"].value < 0.06
    assert 0.0 < session.figures["foot_placement"].value <= 1.0
