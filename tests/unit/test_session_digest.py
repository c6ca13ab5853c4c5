"""What is kept of a session: rows, states and the few numbers of its outcome."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.session.digest import Digest
from gaitloop.session.layout import Block, FieldSpec, Tables

STATES = ("standby", "armed", "run", "soft_stop", "prot_stop", "safe", "lockout")
TABLES = Tables(
    sample=(
        FieldSpec("q", 0, 6, "rad", ""),
        FieldSpec("foot_force", 6, 2, "N", ""),
        FieldSpec("belt_speed", 8, 1, "m/s", ""),
    ),
    command=(),
    telemetry=(
        FieldSpec("q_ref", 0, 6, "rad", ""),
        FieldSpec("support", 6, 14, "-", ""),
        FieldSpec("engagement", 20, 1, "-", ""),
        FieldSpec("phase", 21, 2, "-", ""),
    ),
    command_integers=("state", "severity", "cause"),
    states=STATES,
    causes=("none", "pain", "stop_request"),
)


def make_block(states: list[tuple[str, int]], first: int = 0, belt: float = 0.5) -> Block:
    """A block of 1 s per state and cause."""
    tick = first + np.arange(1000 * len(states))
    integers = np.zeros((len(tick), 3), dtype=np.int64)
    for i, (state, cause) in enumerate(states):
        integers[1000 * i : 1000 * (i + 1)] = (STATES.index(state), 0, cause)
    sample = np.full((len(tick), 9), belt)
    valid = np.ones((len(tick), 9), dtype=bool)
    valid[:, 1] = False
    telemetry = np.zeros((len(tick) // 10, 23))
    telemetry[:, 20] = tick[::10] * 1e-3 > 0.5
    telemetry[:, [*range(6, 11), *range(13, 18)]] = 1.0 - 0.1 * tick[::10, None] * 1e-3  # not the lateral subtasks
    t = tick * 1_000_000
    return Block(
        t, sample, valid, np.zeros((len(t), 3), dtype=np.int64), np.zeros((len(t), 0)), integers, t[::10], telemetry
    )


def stops(*states: tuple[str, int]) -> tuple[str, ...]:
    digest = Digest(TABLES)
    digest.add(make_block(list(states)))
    return digest.outcome().stops


def test_a_stop_is_counted_once_with_its_cause() -> None:
    assert stops(("run", 0), ("soft_stop", 0), ("standby", 0)) == ("none",)
    assert stops(("run", 0), ("prot_stop", 1), ("safe", 1)) == ("pain",)
    assert stops(("run", 0), ("soft_stop", 2), ("prot_stop", 2), ("safe", 2)) == ("stop_request", "stop_request")
    assert stops(("run", 0), ("safe", 1)) == ("pain",)
    assert stops(("run", 0), ("soft_stop", 0), ("standby", 0), ("run", 0), ("lockout", 1)) == ("none", "pain")
    assert stops(("standby", 0), ("armed", 0), ("run", 0)) == ()


def test_blocks_join_without_a_seam() -> None:
    whole, parts = Digest(TABLES), Digest(TABLES)
    whole.add(make_block([("run", 0)] * 3))
    for i in range(3):
        parts.add(make_block([("run", 0)], first=1000 * i))
    np.testing.assert_array_equal(whole.t, parts.t)
    np.testing.assert_array_equal(whole.rows("support"), parts.rows("support"))
    assert whole.states == parts.states == [{"t": 0, "state": "run", "cause": "none", "severity": 0}]
    assert whole.outcome() == parts.outcome()


def test_numbers_follow_the_rows() -> None:
    digest = Digest(TABLES)
    contact = {"side": "left", "event": "initial_contact", "t": 0, "t_emit": 0}
    stride = {"side": "left", "valid": True, "stance_time": 0.8, "t_start": 10**9, "t_end": 2 * 10**9}
    digest.add(
        make_block([("run", 0)] * 4),
        [contact, {**contact, "event": "toe_off"}, contact],
        [
            stride,
            {**stride, "side": "right", "stance_time": 0.4},
            {**stride, "valid": False, "stance_time": 9.0},
            {**stride, "t_start": 400_000_000, "stance_time": 9.0},  # begins in the soft start
        ],
    )
    outcome = digest.outcome()
    assert outcome.steps == 2
    digest.add(
        make_block([("standby", 0)], first=4000, belt=0.0), [{**contact, "t": 4_500_000_000, "t_emit": 4_500_000_000}]
    )
    assert digest.outcome().steps == 2
    assert outcome.distance == pytest.approx(2.0)
    assert outcome.speed == pytest.approx(0.5)
    assert outcome.symmetry == pytest.approx(np.log(2))
    assert outcome.support_start == pytest.approx(0.949, abs=1e-3)
    assert outcome.support_end == pytest.approx(0.601, abs=1e-3)


def test_absent_values_stay_absent() -> None:
    digest = Digest(TABLES)
    digest.add(make_block([("run", 0)]))
    assert np.isnan(digest.rows("q")[:, 1]).all()
    assert not np.isnan(digest.rows("q")[:, 0]).any()


def test_an_empty_session_has_numbers_too() -> None:
    outcome = Digest(TABLES).outcome()
    assert (outcome.steps, outcome.distance, outcome.symmetry, outcome.stops) == (0, 0.0, None, ())
