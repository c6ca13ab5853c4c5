"""`gaitloop assess` says what the assessments find, and refuses what is no joint or no plan."""

from __future__ import annotations

import pytest

from gaitloop import cli
from gaitloop.session.assessments import assess_passive, assess_strength
from gaitloop.session.plan import demo_plan
from therapy_cases import TEXT

PLAN = demo_plan()


@pytest.fixture(params=["session", "therapy"])
def plan(request, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.text if request.param == "session" else TEXT, "utf-8")
    return path


def test_what_is_found_is_said(plan, capsys):
    assert cli.main(["assess", str(plan), "--device", "sim", "--joint", "knee_r"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == ["knee_r:"] * 5 + ["1"]
    assert [float(line.partition("damping ")[2].split()[0]) for line in told[1:4]] == pytest.approx([1.5] * 3, abs=1.5)
    assert "strength into flexion" in told[4]


def test_figures_are_those_of_the_library(tmp_path, capsys):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.text, "utf-8")
    assert cli.main(["assess", str(path), "--device", "sim", "--joint", "knee_l"]) == 0
    told = capsys.readouterr().out
    passive, strength = assess_passive(PLAN, "knee_l"), assess_strength(PLAN, "knee_l")
    for sweep in passive.sweeps:
        assert f"at {sweep.speed:.1f} rad/s stiffness {sweep.stiffness:.1f} N·m/rad" in told
    assert f"extension {strength.extension:.0f} N·m" in told
    assert ("the limits end there" in told) == (not (passive.low_felt and passive.high_felt))


@pytest.mark.parametrize(("joint", "message"), [("ankle_l", "ankle_l"), ("nose", "nose")])
def test_what_is_no_joint_is_refused_with_those_that_are(tmp_path, capsys, joint, message):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.text, "utf-8")
    assert cli.main(["assess", str(path), "--device", "sim", "--joint", joint]) == 2
    err = capsys.readouterr().err
    assert err == f"error: --joint must be one of hip_l, knee_l, hip_r, knee_r, got '{message}'\n"


def test_a_plan_that_is_not_there_is_refused(tmp_path, capsys):
    assert cli.main(["assess", str(tmp_path / "none.toml"), "--device", "sim"]) == 2
    assert "none.toml: cannot be read" in capsys.readouterr().err
