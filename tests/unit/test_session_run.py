"""Simulated sessions: what is kept, whatever the block, and how progress is shown."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from gaitloop.session import runner
from gaitloop.session.build import trainer_config
from gaitloop.session.digest import Digest
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.reader import Reader

PLAN = demo_plan().change(duration=50.0)


@pytest.fixture(scope="module")
def digest() -> Digest:
    return runner.simulate(PLAN)


def test_the_person_walks_and_is_stopped_as_asked(digest: Digest) -> None:
    outcome = digest.outcome()
    assert outcome.duration == pytest.approx(50.0, abs=0.01)
    assert 30 < outcome.steps < 90
    assert 10.0 < outcome.distance < 30.0
    assert 0.4 < outcome.speed < 0.65
    assert outcome.support_start == pytest.approx(0.9, abs=0.02)
    assert outcome.stops in {("none",), ("stop_request",)}
    names = [state["state"] for state in digest.states]
    walked = [name for name, before in zip(names, [None, *names], strict=False) if name != before]
    assert walked == ["boot", "selftest", "standby", "armed", "run", "soft_stop", "standby"] or walked[0] == "selftest"


def test_strides_carry_the_support_in_use(digest: Digest) -> None:
    assert {stride["side"] for stride in digest.strides} == {"left", "right"}
    for stride in digest.strides:
        assert len(stride["support"]) == 5
        assert all(0.2 <= value <= 1.0 for value in stride["support"])


def test_the_block_length_changes_nothing(digest: Digest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "BLOCK_TICKS", 733)
    other = runner.simulate(PLAN, out=tmp_path / "a.mcap")
    assert other.outcome() == digest.outcome()
    np.testing.assert_array_equal(other.rows("q"), digest.rows("q"))
    read = Digest(other.tables)
    for block in Reader(tmp_path / "a.mcap").blocks():
        read.add(block)
    assert read.states == digest.states
    np.testing.assert_array_equal(read.rows("support"), digest.rows("support"))


def test_another_person_walks_differently(digest: Digest) -> None:
    from gaitloop.plant import Patient

    person = Patient.healthy(seed=4)
    other = runner.simulate(PLAN, patient=person)
    assert not np.array_equal(other.rows("q"), digest.rows("q"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tau_max = [140.0", "tau_max = [-140.0", r"limits\.tau_max must lie in \[0, 300\], got -140 at index 0"),
        ("tau_max = [140.0", "tau_max = [inf", r"limits\.tau_max must lie in \[0, 300\], got inf at index 0"),
        ("lease = 0.02", "lease = nan", r"limits\.lease must lie in \[0\.001, 0\.02\], got NaN"),
        ("q_min = [-0.75", "q_min = [1.2", r"limits\.q_min must lie below q_max, got 1\.2 and 1\.1 at index 0"),
        ("support_force_max = 600.0", "support_force_max = 100.0", r"training\.support_force must lie in \[0, 100\]"),
        ("lower_deg = [2.15", "lower_deg = [4.15", r"training\.assist\.lower must lie below upper"),
        ("foot_clearance = 0.04", "foot_clearance = 0.149", r"training\.foot_clearance must lie in"),
    ],
)
def test_what_a_room_refuses_is_named_by_its_path(old: str, new: str, message: str) -> None:
    text = demo_plan().text
    assert old in text
    with pytest.raises(ValueError, match="(?i)" + message):
        trainer_config(Plan.from_text(text.replace(old, new, 1)))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_bar_on_a_terminal() -> None:
    stream = Terminal()
    progress = runner.Progress(100.0, stream)
    for done in range(1, 101):
        progress.show(float(done), done)
    text = stream.getvalue()
    assert text.endswith(" \n")
    assert text.count("\n") == 1
    assert "[##############################]  1.7 of 1.7 min, 100 steps" in text


def test_progress_is_four_lines_elsewhere() -> None:
    stream = io.StringIO()
    progress = runner.Progress(100.0, stream)
    for done in range(1, 101):
        progress.show(float(done), done)
    assert [line[:4] for line in stream.getvalue().splitlines()] == [" 25%", " 50%", " 75%", "100%"]
