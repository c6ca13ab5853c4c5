"""`gaitloop plan`: what it writes it accepts, what it asks it explains, and it never writes over or half a file."""

from __future__ import annotations

import datetime
import io
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import cli
from gaitloop.errors import ConfigError
from gaitloop.session.limits_write import confirm
from gaitloop.session.limits_write import new_text as new_limits
from gaitloop.therapy import RULES, Figures, TherapyPlan, describe, new_text
from gaitloop.therapy.ask import QUESTIONS, gather
from gaitloop.therapy.schema import NOT_MEASURED, TONES
from therapy_cases import UNMEASURED, inline

GIVEN = ["--fac=3", "--side=right", "--weight=80.5", "--height=180", "--strength-left=5,5,5", "--strength-right=3,3,2"]
GIVEN += ["--tone-left=0,0,0", "--tone-right=1,1+,2", "--range-hip-right=-25,90", "--heart-rate=130"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "device.toml").write_text(new_limits("device", "treadmill_exo"), encoding="utf-8")
    confirm(tmp_path / "device.toml", "safety engineer", today=datetime.date(2026, 3, 1))
    return tmp_path


def test_without_a_question_everything_guessed_is_marked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "plan.toml"
    assert cli.main(["plan", "new", "--defaults", "--out", str(path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "6 kinds of figures are guessed and marked" in captured.out
    text = path.read_text(encoding="utf-8")
    marked = [line.partition(" = ")[0] for line in text.splitlines() if "NOBODY GAVE THIS" in line]
    assert marked == ["fac", "side", "weight_kg", "height_cm", "left", "right", "left", "right"]
    assert text.count(NOT_MEASURED) >= 7
    assert cli.main(["plan", "check", str(path)]) == 0
    assert "12 sessions, every figure inside its range and the limits" in capsys.readouterr().out


def test_options_are_not_asked_for_and_the_rest_is(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("-95,40\n-30,60\n\n\n\n\n"))
    path = folder / "plan.toml"
    assert cli.main(["plan", "new", "--out", str(path), *GIVEN]) == 0
    captured = capsys.readouterr()
    assert "range-hip-left must lie in [-90, 160], got -95." in captured.err
    assert "fac:" not in captured.err
    assert "NOBODY GAVE THIS" not in path.read_text(encoding="utf-8")
    plan = TherapyPlan.load(path)
    assert plan.person["range"]["hip_left"] == (-30.0, 60.0)
    assert plan.person["range"]["hip_right"] == (-25.0, 90.0)
    assert plan.person["range"]["knee_left"] is None
    assert (plan.person["weight_kg"], plan.person["strength"]["right"]) == (80.5, (3, 3, 2))
    assert plan.programme().rules.heart_rate_max == 130.0


def test_answers_that_end_say_what_to_give(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli.main(["plan", "new", "--out", str(folder / "plan.toml"), "--fac=2"]) == 2
    assert "error: side has no answer; give --side, or --defaults" in capsys.readouterr().err
    assert not (folder / "plan.toml").exists()


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--fac=6", "fac must lie in [0, 5], got 6"),
        ("--fac=two", "fac must be a whole number in [0, 5], got 'two'"),
        ("--weight=nan", "weight must lie in [40, 150], got nan"),
        ("--weight=heavy", "weight must be a number in [40, 150], got 'heavy'"),
        ("--height=1.8", "height must lie in [150, 200], got 1.8"),
        ("--side=middle", "side must be one of left, right, got 'middle'"),
        ("--strength-left=5,5", "strength-left must be a list of 3 grades"),
        ("--tone-left=0,0,6", "tone-left[2] must be one of 0, 1, 1+, 2, 3, 4, got '6'"),
        ("--range-knee-left=80", "range-knee-left must have length 2, got 1"),
        ("--range-knee-left=10,50", "range of knee left must reach from"),
        ("--tone-right=0,4,0", "tone of knee right must be one of 0, 1, 1+, 2, 3 for a starting plan, got 4"),
        ("--heart-rate=300", "heart-rate must lie in [60, 220], got 300"),
        ("--patient=Erika", "patient must be a pseudonym of 32 hexadecimal digits"),
        ("--name=", "name must have 1 to 60 printable characters"),
    ],
)
def test_a_figure_that_is_refused_leaves_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, message: str
) -> None:
    assert cli.main(["plan", "new", "--defaults", "--out", str(tmp_path / "plan.toml"), option]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_exists_is_spared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "plan.toml"
    path.write_text("mine", encoding="utf-8")
    assert cli.main(["plan", "new", "--defaults", "--out", str(path)]) == 2
    assert "exists and is not written over" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"


def test_two_plans_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = folder / "one.toml", folder / "two.toml"
    cli.main(["plan", "new", "--defaults", "--out", str(one)])
    two.write_text(one.read_text(encoding="utf-8").replace("[50, 40,", "[45, 40,"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["plan", "diff", str(one), str(one)]) == 0
    assert "the same in all figures" in capsys.readouterr().out
    assert cli.main(["plan", "diff", str(one), str(two)]) == 1
    out = capsys.readouterr().out
    assert "Schedule: body weight carried, week by week from 50, 40, 30, 20 % to 45, 40, 30, 20 %" in out
    assert "1 figure differs" in out


def test_a_refused_plan_is_one_line_with_path_and_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "plan.toml"
    cli.main(["plan", "new", "--defaults", "--out", str(path)])
    path.write_text(path.read_text(encoding="utf-8").replace("fac = 0", "fac = 9"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["plan", "check", str(path)]) == 2
    error = capsys.readouterr().err
    assert error == f"error: {path}: patient.fac must lie in [0, 5], got 9 (line 14)\n"


def test_every_rule_has_a_source_and_every_rule_that_is_named_exists() -> None:
    text = new_text(gather({}, None, print))
    for rule in RULES:
        assert f"# {rule.id}: " in text
        assert "assumption" in rule.source.lower() or "PMC" in rule.source
    named = {word for line in text.splitlines() if " = " in line for word in line.split("(") if word.startswith("R")}
    known = {rule.id for rule in RULES}
    assert {part.strip(" )") for word in named for part in word.split(")")[0].split(",")} <= known


def test_the_page_shows_the_example_and_every_rule_with_its_source() -> None:
    root = Path(__file__).resolve().parents[2]
    figures = runpy.run_path(str(root / "examples/therapy_plan.py"))["FIGURES"]
    assert (root / "docs/therapy_plan.toml").read_text(encoding="utf-8") == new_text(figures)
    page = (root / "docs/plan.md").read_text(encoding="utf-8")
    for rule in RULES:
        assert f"| `{rule.id}` | {rule.says} | {rule.source} |" in page


_GRADES = st.tuples(*[st.integers(0, 5)] * 3)
_TONES = st.tuples(*[st.sampled_from(TONES[:-1])] * 2, st.sampled_from(TONES))
_ENDS = st.none() | st.tuples(st.integers(-90, -15).map(float), st.integers(70, 160).map(float))
FIGURES = st.builds(
    Figures,
    fac=st.integers(0, 5),
    side=st.sampled_from(["left", "right"]),
    weight_kg=st.floats(40.0, 110.0).map(lambda v: round(v, 3)),
    height_cm=st.floats(150.0, 200.0).map(lambda v: round(v, 3)),
    strength=st.fixed_dictionaries({"left": _GRADES, "right": _GRADES}),
    tone=st.fixed_dictionaries({"left": _TONES, "right": _TONES}),
    range=st.fixed_dictionaries(dict.fromkeys(UNMEASURED, _ENDS)),
    heart_rate=st.none() | st.integers(60, 220).map(float),
    name=st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=60),
    patient=st.none() | st.just("0123456789abcdef" * 2),
)


@settings(max_examples=40, deadline=None)
@given(FIGURES)
def test_a_plan_that_was_written_is_accepted_and_says_what_was_given(figures: Figures) -> None:
    plan = TherapyPlan.from_text(inline(new_text(figures)))
    person = plan.person
    assert (plan.name, plan.patient) == (figures.name, figures.patient)
    for name in ("fac", "side", "weight_kg", "height_cm", "strength", "tone", "range"):
        assert person[name] == getattr(figures, name)
    support, speed = plan.schedule["support_percent"], plan.schedule["speed_kmh"]
    assert list(support) == sorted(support, reverse=True)
    assert list(speed) == sorted(speed)
    assert plan.programme().rules.heart_rate_max == figures.heart_rate
    assert plan.programme().stages[0].speed <= plan.programme().stages[1].speed
    assert describe(plan)


@settings(max_examples=40, deadline=None)
@given(question=st.sampled_from(QUESTIONS), answer=st.text(max_size=30))
def test_any_answer_is_taken_or_refused_by_name(question: object, answer: str) -> None:
    name = question.name  # type: ignore[attr-defined]
    try:
        gather({name: answer}, None, print)
    except ConfigError as error:
        if not str(error).startswith(name):
            raise
