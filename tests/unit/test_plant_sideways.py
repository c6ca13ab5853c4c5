"""The pelvis sideways: who falls without a guide, what the guide gives, and inputs of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop.errors import ConfigError
from gaitloop.plant import SIDEWAYS_FIELDS, PelvisGuide, SidewaysPlant

AT = {name: i for i, name in enumerate(SIDEWAYS_FIELDS)}
GUIDE = {"stiffness_min": 100.0, "stiffness_max": 8000.0, "damping": 300.0, "force_max": 400.0, "travel": 0.08}
BODY = {"mass": 75.0, "height": 1.75, "side": "left"}
STEP, DOUBLE = 0.7, 0.12


def feet(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Forces of steps of 0.7 s, both feet on the ground for 0.12 s of each."""
    t = np.arange(round(1000 * seconds))
    step, within = np.divmod(t * 1e-3, STEP)
    new = np.minimum(within / DOUBLE, 1.0) * 75.0 * 9.80665
    old = 75.0 * 9.80665 - new
    left = np.where(step % 2 == 0, new, old)
    return t * 1_000_000, np.column_stack([left, 75.0 * 9.80665 - left])


def walk(seconds: float, impairment: float, guide: dict[str, float] | None, ask: float | None = None, seed: int = 1):
    plant = SidewaysPlant(
        impairment=impairment, guide=None if guide is None else PelvisGuide(**guide), seed=seed, **BODY
    )
    if ask is not None:
        plant.ask(ask)
    t, force = feet(seconds)
    return plant.run(t, force, np.ones(len(t), dtype=bool))


def widths(rows: np.ndarray) -> np.ndarray:
    landed = rows[rows[:, AT["landed"]] >= 0]
    return landed[:, AT["foot_left"]] - landed[:, AT["foot_right"]]


def test_without_a_guide_the_sound_keep_their_balance_and_the_impaired_lose_it() -> None:
    sound, poor = walk(120.0, 0.0, None), [walk(120.0, 0.9, None, seed=seed) for seed in range(4)]
    assert not sound[:, AT["caught"]].any()
    assert np.mean(widths(sound)[10:]) == pytest.approx(0.12, abs=0.02)
    assert 0.004 < np.std(widths(sound)[10:]) < 0.03
    assert all(rows[-1, AT["caught"]] for rows in poor)


def test_a_stiff_guide_holds_whoever_it_is_and_narrows_the_steps() -> None:
    for impairment in (0.0, 0.9):
        held = walk(60.0, impairment, GUIDE)
        assert np.abs(held[:, AT["position"]]).max() < 0.02
        assert not held[:, AT["caught"]].any()
        assert np.mean(widths(held)[10:]) < 0.09
    assert np.std(widths(walk(60.0, 0.9, GUIDE))) > np.std(widths(walk(60.0, 0.0, GUIDE)))


def test_a_guide_without_damping_swings_with_the_stride() -> None:
    """Pendulum and spring together have the pace of the stride, about 0.7 a second, near 2 kN/m less the toppling."""
    loose = GUIDE | {"damping": 40.0, "stiffness_max": 8000.0, "travel": 0.3}
    sway = {
        b: np.ptp(walk(40.0, 0.0, loose | {"damping": b}, ask=1200.0)[20_000:, AT["position"]]) for b in (40.0, 300.0)
    }
    assert sway[40.0] > 2.0 * sway[300.0]


def test_the_same_seed_gives_the_same_bits_in_pieces_too() -> None:
    whole = walk(10.0, 0.6, GUIDE, ask=500.0)
    plant = SidewaysPlant(impairment=0.6, guide=PelvisGuide(**GUIDE), seed=1, **BODY)
    plant.ask(500.0)
    t, force = feet(10.0)
    free = np.ones(len(t), dtype=bool)
    parts = [plant.run(t[i : i + 777], force[i : i + 777], free[i : i + 777]) for i in range(0, len(t), 777)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert walk(10.0, 0.6, GUIDE, ask=500.0, seed=2).tobytes() != whole.tobytes()


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.float64, (300, 2), elements=st.floats(allow_nan=True, allow_infinity=True, width=64)),
    arrays(np.int64, 300, elements=st.integers(-(2**63), 2**63 - 1)),
    arrays(np.bool_, 300),
    st.one_of(st.none(), st.floats()),
)
def test_whatever_is_measured_the_guide_stays_finite_and_passive(
    force: np.ndarray, t: np.ndarray, free: np.ndarray, asked: float | None
) -> None:
    plant = SidewaysPlant(impairment=0.5, guide=PelvisGuide(**GUIDE), seed=3, **BODY)
    plant.ask(asked)
    for times in (t, np.arange(300) * 1_000_000):
        rows = plant.run(times, force, free)
        numbers = [i for name, i in AT.items() if name not in ("pressure", "margin")]
        assert np.isfinite(rows[:, numbers]).all()
        assert (np.abs(rows[:, AT["force"]]) <= GUIDE["force_max"]).all()
        assert (rows[:, AT["stiffness"]] >= GUIDE["stiffness_min"]).all()
        assert (rows[:, AT["stiffness"]] <= GUIDE["stiffness_max"]).all()
        assert (rows[:, AT["energy"]] >= -1e-9).all()
        assert (np.abs(rows[:, AT["position"]]) < GUIDE["travel"] + 0.02).all()


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([*GUIDE]),
    st.one_of(st.sampled_from([float("nan"), float("inf"), -1.0, 1e9]), st.text(max_size=3), st.none()),
)
def test_a_guide_out_of_range_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises((ConfigError, TypeError), match=name):
        PelvisGuide(**GUIDE | {name: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"impairment": 1.5}, r"impairment must lie in \[0, 1\], got 1.5"),
        ({"side": "both"}, "side must be one of left, right"),
        ({"mass": 20.0}, r"mass must lie in \[40, 150\]"),
        ({"changes": {"luck": 1.0}}, "changes must name some of placement_noise, reach"),
        ({"changes": {"reach": [0.02]}}, r"reach must have shape \(2,\)"),
        ({"changes": {"width": 1.0}}, r"width must lie in \[0.05, 0.3\]"),
        ({"seed": -1}, "seed must lie in"),
    ],
)
def test_a_person_out_of_range_is_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SidewaysPlant(**{**BODY, "impairment": 0.0} | changes)


def test_rows_of_other_lengths_are_refused() -> None:
    plant = SidewaysPlant(impairment=0.0, **BODY)
    with pytest.raises(ConfigError, match="t, force and free must have the same length"):
        plant.run([0, 1], np.zeros((3, 2)), [True, True])
    with pytest.raises(ConfigError, match=r"force must have shape \(T, 2\)"):
        plant.run([0], np.zeros((1, 3)), [True])
