"""The compiled corridor against its reference while laws, reference and support are changed in motion."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.control import SUBTASKS

sys.path.append(str(Path(__file__).resolve().parents[1]))
both = importlib.import_module("trainer_pair")
COLUMNS, FIRST, HEIGHT, MASS = both.COLUMNS, both.FIRST, both.HEIGHT, both.MASS

PATH = {
    "weight": np.array([1.0, 0.8, 0.0] * 2),
    "window": 0.1,
    "band": 0.05,
    "stiffness": 300.0,
    "wall_torque": 60.0,
    "damping": 8.0,
    "flow": 10.0,
}
LIFT = {"mass": MASS, "height": HEIGHT, "driven": np.ones(6), "clearance": 0.04, "lift_height": 0.12}
LOAD = {
    "viscous": np.array([2.0, 1.0, 3.0] * 2),
    "elastic": np.array([30.0, 20.0, 10.0] * 2),
    "speed": np.full(6, 0.5),
    "follow": 0.4,
    "max_torque": np.full(6, 15.0),
}
STIFFER = FIRST | {"stiffness": 1.6 * FIRST["stiffness"], "damping": 0.5 * FIRST["damping"], "leg_weight": 0.1}
ALONG = FIRST | {"path": PATH}
HELPED = FIRST | {"foot_lift": LIFT, "resistance": LOAD}
OTHER = FIRST | {"pattern": {"speed": 1.0, "height": 1.62, "pelvic_tilt": 0.2}}
SLOWER = FIRST | {"pattern": {"speed": 0.5, "height": HEIGHT}}
SHIFTED = FIRST | {
    "pattern": {"angles": np.roll(both.TRACE, 9, axis=0), "stride_time": 1.3, "offset": 0.45, "speed": 0.9}
}
EVERYTHING = STIFFER | OTHER | {"path": PATH, "foot_lift": LIFT, "resistance": LOAD}
BRISK = {"time": 0.3, "rate": [500.0] * 6, "energy": 6.0, "power": 6.0}
QUICK = {"time": 0.02, "rate": [4000.0] * 6, "energy": 20.0, "power": 20.0}


@pytest.fixture(scope="module")
def session() -> Any:
    return both.walked()


def asks(*requests: tuple[int, Mapping[str, Any]]) -> list[tuple[int, Any]]:
    return [(tick, ("request_control", wanted)) for tick, wanted in requests]


def fades(told: Mapping[str, np.ndarray]) -> int:
    """How many changes came to their end."""
    w = told["change"][:, 0]
    return int(((w[:-1] > 0.0) & (np.diff(w) < 0.0)).sum())


#: Requests with their ticks, how many changes end, and how many ticks are compared.
CHANGES = {
    "stiffer springs": (asks((1000, STIFFER)), 1, 1400),
    "along a path and back": (asks((1000, ALONG), (1300, FIRST)), 2, 1600),
    "a lift and a load added and taken away": (asks((1000, HELPED), (1400, FIRST)), 2, 1700),
    "another person's pattern": (asks((1000, OTHER)), 1, 1500),
    "several within a fade": (asks((1000, STIFFER), (1020, HELPED), (1040, ALONG), (1060, OTHER)), 2, 1600),
    "all at once": (asks((1000, EVERYTHING)), 1, 1600),
    "while standing": (asks((0, STIFFER), (20, ALONG), (60, OTHER)), 2, 1200),
    "twice before a tick": (asks((1000, STIFFER), (1000, OTHER), (1000, ALONG)), 2, 1500),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_in_motion_give_the_same_commands(session: Any, name: str) -> None:
    asked, ends, ticks = CHANGES[name]
    walked = both.walk(session.rows(0, ticks), asked, change=BRISK)
    assert not any(walked.answers)
    assert fades(walked.told) == ends
    assert walked.states[-1] == "run"


def test_changes_as_fast_as_by_default_give_the_same_commands(session: Any) -> None:
    walked = both.walk(session.rows(0, 1600), asks((700, EVERYTHING), (800, FIRST)))
    assert fades(walked.told) == 2


def test_a_quick_change_before_the_start_sets_the_first_phase(session: Any) -> None:
    walked = both.walk(session.rows(0, 400), asks((110, SHIFTED)), change=QUICK)
    plain = both.walk(session.rows(0, 400), [], change=QUICK)
    start = walked.states.index("run")
    assert fades(walked.told) == 1
    assert walked.told["change"][start] == 0.0
    assert (walked.told["phase"][start + 1] != plain.told["phase"][start + 1]).any()


def test_a_trainer_may_begin_with_every_law(session: Any) -> None:
    walked = both.walk(session.rows(0, 1300), asks((1000, FIRST)), control=EVERYTHING, change=QUICK)
    assert fades(walked.told) == 1


def test_what_waits_is_the_newest_and_bounds_the_belt(session: Any) -> None:
    asked: list[tuple[int, Any]] = [
        *asks((900, OTHER), (910, EVERYTHING), (920, SLOWER)),
        (920, ("request_speed", 0.9)),  # the set in use is for 0.8 m/s
        (920, ("request_speed", 0.4)),
        *asks((921, SLOWER)),  # the belt still runs faster
        *asks((1249, STIFFER), (1250, SLOWER)),
        (1260, ("request_speed", 0.6)),
        *asks((1270, OTHER)),  # the one that waited is forgotten
        (1280, ("request_speed", 0.6)),
        (1280, ("request_speed", 0.9)),
        (1770, ("request_speed", 0.9)),
    ]
    walked = both.walk(session.rows(0, 1800), asked, change=BRISK)
    refused = [walked.answers[k] for k in (2, 3, 5, 8, 11)]
    assert refused[2].startswith("pattern.speed must lie in [0.55")
    assert [*refused[:2], *refused[3:]] == [
        "pattern.speed must lie in [0.8, 3], got 0.5",
        "speed must lie in [0, 0.8], got 0.9",
        "speed must lie in [0, 0.5], got 0.6",
        "speed must lie in [0, 0.8], got 0.9",
    ]
    assert not any(walked.answers[k] for k in (0, 1, 4, 6, 7, 9, 10, 12))


TABLE = {"angles": both.TRACE, "stride_time": 1.4}
REFUSED = {
    "leg_weight must lie in [0, 1], got 1.5": {"leg_weight": 1.5, "stiffness": np.full(6, -1.0)},
    "leg_weight must lie in [0, 1], got NaN": {"leg_weight": np.nan},
    "pattern.speed must lie in [0.05, 3], got NaN": {"pattern": TABLE, "stiffness": np.full(6, -1.0)},
    "pattern.speed must lie in [0.05, 3], got 4": {"pattern": TABLE | {"speed": 4.0}, "damping": np.full(6, -1.0)},
    "pattern.speed must lie in [0.8, 3], got 0.7": {"pattern": TABLE | {"speed": 0.7}},
    "stiffness must lie in [0, 2000], got 2001 at index 2": {
        "stiffness": np.array([1.0, 1.0, 2001.0] * 2),
        "damping": np.full(6, -1.0),
    },
    "damping must lie in [0, 200], got NaN at index 0": {"damping": np.full(6, np.nan)},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_changes_nothing(session: Any, message: str) -> None:
    walked = both.walk(session.rows(0, 180), asks((160, FIRST | REFUSED[message])))
    assert walked.answers == [message]
    assert (walked.told["change"] == 0.0).all()


def spoil(recorded: Any, rows: slice, seed: int) -> None:
    """Make some readings any number, absent, late or early."""
    rng = np.random.default_rng(seed)
    n = (rows.stop - rows.start) // 3
    at = rng.integers(rows.start, rows.stop, n)
    columns = rng.integers(0, COLUMNS["rope_position"].stop, n)
    recorded.value[at, columns] = rng.integers(0, 2**63, n).view(np.float64) * rng.choice([-1.0, 1.0], n)
    recorded.valid[rng.integers(rows.start, rows.stop, n), rng.integers(0, COLUMNS["belt_speed"].stop, n)] = False
    recorded.t[rng.integers(rows.start, rows.stop, n // 10)] += rng.integers(-3_000_000, 3_000_000, n // 10)


HOSTILE = {
    "not a number": lambda r, rows: r.value[rows, COLUMNS["q"]].__setitem__(slice(None), np.nan),
    "a jump of a knee": lambda r, rows: r.value[rows, COLUMNS["q"]].__setitem__((slice(None), 1), 0.1),
    "no foot forces": lambda r, rows: r.valid[rows, COLUMNS["foot_force"]].__setitem__(slice(None), False),
    "a tick of everything huge": lambda r, rows: r.value[rows.start, : COLUMNS["belt_speed"].stop].fill(1e308),
    "any bits": lambda r, rows: spoil(r, rows, 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_samples_in_a_change_give_the_same_commands(session: Any, name: str) -> None:
    recorded = session.rows(0, 1200)
    HOSTILE[name](recorded, slice(1020, 1080))
    walked = both.walk(recorded, asks((1000, EVERYTHING), (1050, STIFFER), (1060, FIRST)), change=BRISK)
    assert (walked.told["change"][1019:1080] > 0.0).any()


@pytest.mark.parametrize("seed", [1, 2])
def test_requests_at_any_time_give_the_same_commands(session: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = (FIRST, STIFFER, ALONG, HELPED, OTHER, SLOWER, EVERYTHING)
    asked: list[tuple[int, Any]] = []
    for tick in sorted(rng.integers(0, 1500, 14).tolist()):
        speed = ("request_speed", float(rng.choice([0.4, 0.8, 0.9])))
        asked.append((tick, ("request_control", kinds[rng.integers(7)]) if rng.random() < 0.8 else speed))
    change = {"time": 0.2, "rate": [600.0] * 6, "energy": 0.5, "power": 1.0}
    assert fades(both.walk(session.rows(0, 1600), asked, change=change).told) > 2


OVERRIDES: list[tuple[int, Any]] = [
    (100, ("request_override", "foot_clearance", "floor", 100.0)),
    (900, ("request_override", "foot_clearance", "ceiling", 90.0)),
    (900, ("request_override", "leading_limb", "hold", 10.0)),
    (2100, ("request_override", "all", "ceiling", 50.0)),
    (2100, ("request_override", "clearance", "hold", 3.0)),
    (2100, ("request_override", "step_length", "hold", 50.0)),
    (2100, ("request_override", "toes", "hold", 50.0)),
    (2100, ("request_override", "all", "push", 50.0)),
    (2100, ("request_override", "trailing_limb", "hold", 101.0)),
    (2100, ("release_override", "clearance")),
    (2150, ("release_override", "foot_clearance")),
    (2150, ("request_override", "all", "ceiling", 50.0)),
    (2150, ("request_override", "stance_stability", "floor", 40.0)),
    (3200, ("release_override", "leading_limb")),
    (3600, ("release_override", "all")),
]


def test_a_therapist_and_catch_strides_give_the_same_supports(session: Any) -> None:
    catch = {"period": 6, "seed": 3, "floor": np.array([0.0, 0.1, 0.2, 0.3, 0.0, 0.5, 1.0])}
    recorded = session.rows(0, 4500)
    walked = both.walk(recorded, [*OVERRIDES, *asks((4000, HELPED))], catch=catch, catch_slew=0.9)
    refused = [answer for answer in walked.answers if answer]
    subtasks = ", ".join(SUBTASKS)
    assert refused == [
        "floor must lie below ceiling, got 100 and 90",
        "floor must lie below ceiling, got 100 and 50",
        f"target must be one of {subtasks}, all, got clearance",
        f"target must be one of {subtasks}, all, got step_length",
        f"target must be one of {subtasks}, all, got toes",
        "mode must be one of hold, floor, ceiling, got push",
        "trailing_limb must lie in [0, 100], got 101",
        f"target must be one of {subtasks}, all, got clearance",
    ]
    trials = (np.diff(walked.told["catch_trial"], axis=0) > 0.0).sum(axis=0)
    assert trials.sum() >= 2
    reliance = walked.pair[0].trainer.reliance()
    assert reliance is not None
    want = walked.pair[1].trainer._supports.catch.reliance()
    for name in ("strides", "mean", "error"):
        np.testing.assert_allclose(getattr(reliance, name), getattr(want, name), rtol=0, atol=1e-9)


@pytest.mark.parametrize("bad", [0.1, 6.0, np.nan])
def test_a_slew_of_catch_strides_out_of_range_is_refused(bad: float) -> None:
    said = []
    for made in (both.Core, both.Twin):
        with pytest.raises(ConfigError, match=r"^catch_slew must lie in \[0.2, 5\]") as refusal:
            made(catch_slew=bad)
        said.append(str(refusal.value))
    assert said[0] == said[1]
