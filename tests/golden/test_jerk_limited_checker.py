"""The checker of jerk-limited trajectories finds planted faults and nothing else.

The trajectory is known by hand: jerk 1 for 2 s up to acceleration 2, -1 for 2 s up to velocity 4 (8 rad so far), a
second of cruise (4 rad), and the same backwards.
"""

from __future__ import annotations

import importlib
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))
checker = importlib.import_module("jerk_limited_checker")

STEPS = [(2, 1), (2, -1), (1, 0), (2, -1), (2, 1)]  # duration, jerk: up to v = 4, cruise, down; 8 + 4 + 8 = 20 rad
PROMISED = {
    "start": (0.0, 0.0, 0.0),
    "end": (20.0, 0.0, 0.0),
    "velocity": (-4.0, 4.0),
    "acceleration": (-2.0, 2.0),
    "jerk": 1.0,
    "duration": 9.0,
}


def pieces(steps=STEPS, state=(0, 0, 0)):
    """Pieces with exact states at their starts."""
    p, v, a = (Fraction(x) for x in state)
    rows = []
    for duration, jerk in steps:
        h, j = Fraction(duration), Fraction(jerk)
        rows.append([float(x) for x in (h, p, v, a, j)])
        p, v, a = p + h * v + h * h * a / 2 + h**3 * j / 6, v + h * a + h * h * j / 2, a + h * j
    return np.array(rows)


def kinds(profile, **changed):
    return {v.kind for v in checker.check([profile], **{**PROMISED, **changed})}


def test_a_good_trajectory_passes():
    assert kinds(pieces()) == set()
    assert kinds(pieces(), position=(0.0, 20.0)) == set()


@pytest.mark.parametrize(
    ("limit", "kind"),
    [
        ({"velocity": (-4.0, 4.0 - 1e-6)}, "velocity"),
        ({"velocity": (0.5, 4.0)}, "velocity"),  # a start below may come in, but not leave again
        ({"acceleration": (-2.0, 2.0 - 1e-6)}, "acceleration"),
        ({"acceleration": (-2.0 + 1e-6, 2.0)}, "acceleration"),
        ({"jerk": 1.0 - 1e-6}, "jerk"),
        ({"position": (0.0, 20.0 - 1e-6)}, "position"),
        ({"position": (1e-6, 30.0)}, "position"),
        ({"end": (20.0 + 1e-6, 0.0, 0.0)}, "end_position"),
        ({"end": (20.0, 1e-6, 0.0)}, "end_velocity"),
        ({"end": (20.0, 0.0, 1e-9)}, "end_acceleration"),
        ({"end": (np.nan, 0.0, 0.0)}, None),  # velocity interface: no position to reach
        ({"duration": 9.0 + 1e-9}, "total"),
        ({"start": (1e-6, 0.0, 0.0)}, "position_gap"),
        ({"start": (0.0, 0.0, -1e-7)}, "acceleration_gap"),
    ],
)
def test_a_broken_promise_is_found(limit, kind):
    found = kinds(pieces(), **limit)
    assert (kind in found) if kind else found == set()


@pytest.mark.parametrize(
    ("column", "kind"), [(1, "position_gap"), (2, "velocity_gap"), (3, "acceleration_gap"), (4, "end_acceleration")]
)
@pytest.mark.parametrize("row", range(5))
def test_a_changed_number_is_found(column, kind, row):
    profile = pieces()
    profile[row, column] += 1e-6
    assert kind in kinds(profile)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_a_bad_duration_is_found(bad):
    profile = pieces()
    profile[2, 0] = bad
    assert "finite" in kinds(profile)


def test_the_highest_velocity_inside_a_piece_is_seen():
    # one piece: v = 1 + 2 t - t², highest 2 at t = 1, both ends 1
    profile = pieces([(2, -2)], (0, 1, 2))
    promised = {"start": (0, 1, 2), "end": (2 + 4 - 8 / 3, 1, -2), "acceleration": (-2, 2), "jerk": 2, "duration": 2.0}
    assert kinds(profile, **{**promised, "velocity": (-4, 2)}) == set()
    assert (
        kinds(
            -profile * [-1, 1, 1, 1, 1],
            **{k: np.negative(v) for k, v in promised.items() if k in ("start", "end")}
            | {"acceleration": (-2, 2), "jerk": 2, "duration": 2.0, "velocity": (-2, 4)},
        )
        == set()
    )
    later = np.vstack([pieces([(2, 1)], (0, 0, 0)), pieces([(2, -2)], (Fraction(4, 3), 2, 2))])
    assert "velocity" in kinds(later, velocity=(-4, 3 - 1e-6), end=(np.nan, 2, -2), jerk=2, duration=4.0)
    assert kinds(later, velocity=(-4, 3), end=(np.nan, 2, -2), jerk=2, duration=4.0) == set()


def test_the_highest_position_inside_a_piece_is_seen():
    # thrown up: p = 2 t - t²/2 with a = -1: highest 2 at t = 2, second order
    profile = np.array([[4.0, 0.0, 2.0, -1.0, 0.0]])
    promised = {"start": (0, 2, 0), "end": (0, -2, 0), "velocity": (-2, 2), "acceleration": (-1, 1), "jerk": np.inf}
    promised |= {"order": 2, "duration": 4.0}
    assert kinds(profile, **promised, position=(-1, 2)) == set()
    assert kinds(profile, **promised, position=(-1, 2 - 1e-6)) == {"position"}
    cubic = pieces([(4, Fraction(3, 4))], (0, 1, -2))  # v = 1 - 2 t + 3/8 t²: zero at 0.5584.. and 4.775
    turn = (2 - np.sqrt(2.5)) / 0.75
    top = turn - turn**2 + turn**3 / 8
    promised = {"start": (0, 1, -2), "end": (-4, -1, 1), "velocity": (-4, 4), "jerk": 0.75, "duration": 4.0}
    assert kinds(cubic, **promised, position=(-9, top + 1e-9)) == set()
    assert kinds(cubic, **promised, position=(-9, top - 1e-6)) == {"position"}


def test_a_start_outside_may_come_in_but_not_go_out_again():
    # v = 3 over a limit of 1: brake with jerk 1 to a = -1, back to 0
    inwards = pieces([(1, -1), (1, 0), (1, 1)], (0, 3, 0))
    end = tuple(inwards[-1][1:4] + np.array([2 - 0.5 - 0.5 + 1 / 6 - 0.5 + 0.5, 0, 0]))
    promised = {"start": (0, 3, 0), "velocity": (-1, 1), "acceleration": (-1, 1), "duration": 3.0}
    assert kinds(inwards, **promised, end=(np.nan, 1, 0)) == set(), end
    assert kinds(inwards, **{**promised, "velocity": (-1, 0.5)}, end=(np.nan, 1, 0)) == set()  # not in yet
    out_again = np.vstack([inwards, pieces([(1, 1), (1, -1)], (5, 1, 0))])
    assert "velocity" in kinds(out_again, **{**promised, "duration": 5.0}, end=(np.nan, 2, 0))
    rising = pieces([(1, 1), (1, -1)], (0, 3, 0))
    assert "velocity" in kinds(rising, **{**promised, "duration": 2.0}, end=(np.nan, 4, 0))


@pytest.mark.parametrize(("order", "jumps"), [(3, set()), (2, {"acceleration_gap"}), (1, {"velocity_gap"})])
def test_only_lower_orders_may_jump(order, jumps):
    rows = {2: [[1, 0, 0, 1, 0], [1, 0.5, 1, -1, 0]], 1: [[1, 0, 1, 0, 0], [1, 1, -1, 0, 0]], 3: pieces([(2, 1)])}[
        order
    ]
    end = {2: (1, 0, 0), 1: (0, 0, 0), 3: (4 / 3, 2, 2)}[order]
    promised = {
        "start": (0, 0, 0),
        "end": end,
        "velocity": (-4, 4),
        "acceleration": (-2, 2),
        "jerk": 1.0,
        "duration": 2.0,
    }
    assert kinds(np.array(rows, dtype=float), **promised, order=order) == set()
    assert jumps <= kinds(np.array(rows, dtype=float), **promised, order=3)


def test_pairs_of_doubles_carry_thirty_digits():
    rng = np.random.default_rng(0)
    steps = [
        (Fraction(float(h)), Fraction(float(j)))
        for h, j in zip(rng.uniform(0, 9, 40), rng.normal(0, 1, 40), strict=True)
    ]
    state = tuple(checker.pair(np.zeros(1)) for _ in range(3))
    p = v = a = Fraction(0)
    for h, j in steps:
        state = checker.advance(state, np.array([float(j)]), checker.pair(np.array([float(h)])))
        p, v, a = p + h * v + h * h * a / 2 + h**3 * j / 6, v + h * a + h * h * j / 2, a + h * j
    for (hi, lo), exact in zip(state, (p, v, a), strict=True):
        got = Fraction(float(hi[0])) + Fraction(float(lo[0]))
        assert abs(got - exact) <= abs(exact) * Fraction(1, 10**28)


def test_many_tracks_are_told_apart():
    good, bad = pieces(), pieces()
    bad[2, 0] += 1e-6
    found = checker.check([good, bad, good], **PROMISED)
    assert {v.track for v in found} == {1}
    assert {v.kind for v in found} >= {"total", "end_position"}
