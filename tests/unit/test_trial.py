"""The virtual trial: it repeats, compares rightly, refuses bad arguments, and says what it found."""

import json

import numpy as np
import pytest

from gaitloop import cli
from gaitloop.errors import ConfigError
from gaitloop.trial import ARMS, Trial, TrialResult


@pytest.fixture(scope="module")
def small():
    return Trial(patients=2, sessions=2, strides=10, seed=3).run()


def test_a_small_trial_repeats(small):
    again = Trial(patients=2, sessions=2, strides=10, seed=3).run()
    assert json.dumps(small.to_dict()) == json.dumps(again.to_dict())
    assert set(small.arms) == set(ARMS)
    idle, pushed = (small.sessions(arm, "interaction") for arm in ("none", "stiff"))
    assert np.nanmax(idle) < 1e-9 < np.nanmin(pushed)


def test_every_arm_begins_with_the_same_people(small):
    before = [small.alone(arm, "deviation", "before") for arm in small.arms]
    assert all(np.array_equal(before[0], other, equal_nan=True) for other in before)


def planted(**outcomes):
    """A result with given effort, interaction and deviation per arm; people differ by more than the arms do."""
    names = ("effort", "work", "interaction", "error", "drive", "skill", "support")

    def course(values, person):
        sessions = {name: [10.0 * person + values.get(name, 0.0)] * 4 for name in names}
        alone = {name: 10.0 * person + values.get(name, 0.0) for name in ("deviation", "knee_peak", "clearance")}
        return {"sessions": sessions, "before": alone, "after": alone, "strides": 1, "stops": 0}

    settings = {"patients": 6, "sessions": 4, "strides": 5, "seed": 0, "speed": 0.6, "carried": 0.2}
    return TrialResult(settings, {arm: [course(v, p) for p in range(6)] for arm, v in outcomes.items()})


def test_directions_are_seen_on_planted_data():
    right = planted(
        stiff={"effort": 1.0, "interaction": 3.0, "deviation": 2.0},
        path={"effort": 2.0, "interaction": 1.0},
        assist={"effort": 2.0, "deviation": 1.0},
    )
    assert [d.reproduced for d in right.directions()] == [True] * 4
    assert right.missed() == []
    assert right.directions()[0].mean == pytest.approx(-2.0)
    wrong = planted(stiff={"effort": 2.0}, assist={"effort": 1.0})
    assert [d.reproduced for d in wrong.directions()] == [None, None, False, False]
    assert len(wrong.missed()) == 2


def test_people_who_could_not_walk_alone_are_left_out():
    result = planted(stiff={"deviation": 2.0}, assist={"deviation": 1.0})
    result.arms["assist"][0]["after"]["deviation"] = np.nan
    assert result.directions()[3].reproduced is True
    assert result.to_dict()["arms"]["assist"][0]["after"]["deviation"] is None


@pytest.mark.parametrize(
    ("name", "value"), [("patients", 1), ("sessions", 0), ("strides", 4), ("seed", -1), ("patients", 2.5)]
)
def test_bad_arguments_are_refused(name, value):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        Trial(**{name: value})


@pytest.mark.parametrize(("missed", "code"), [([], 0), (["slacking"], 1)])
def test_the_command_says_what_was_missed(tmp_path, monkeypatch, capsys, missed, code):
    monkeypatch.setattr(Trial, "run", lambda self, report: planted(stiff={}, assist={}))
    monkeypatch.setattr(TrialResult, "missed", lambda self: missed)
    assert cli.main(["trial", "--patients", "6", "--out", str(tmp_path)]) == code
    assert {path.name for path in tmp_path.iterdir()} == {"trial.json", "trial.md", "sessions.png", "outcomes.png"}
    assert "cannot" in (tmp_path / "trial.md").read_text("utf-8")
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_command_refuses_bad_arguments(capsys):
    assert cli.main(["trial", "--patients", "0"]) == 2
    assert "patients must lie in" in capsys.readouterr().err
