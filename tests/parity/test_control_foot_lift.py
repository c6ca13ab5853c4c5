"""The compiled foot lift against its NumPy reference: walks with and without drag, holes, and numbers of any kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import control
from gaitloop.errors import ConfigError
from gaitloop.reference import control as reference

RTOL, ATOL = 1e-12, 1e-9
DT = 0.005
HOSTILE = np.array([0.0, -0.0, 1e308, -1e308, 5e-324, math.inf, -math.inf, math.nan, 1.0, -1.0])


def walk(seed, ticks=700):
    """Six joints, phases and foot forces of somebody whose knee bends too little now and then."""
    rng = np.random.default_rng(seed)
    rate, knee = rng.uniform(0.6, 1.1), rng.uniform(0.3, 1.1)
    left = (rng.uniform() + rate * DT * np.arange(ticks)) % 1.0
    phase = np.stack([left, (left + rng.uniform(0.45, 0.55)) % 1.0], axis=1)
    q = np.empty((ticks, 6))
    for side in (0, 1):
        p = phase[:, side]
        bump = np.exp(-(((p - 0.72) / 0.11) ** 2))
        q[:, 3 * side] = 0.15 + 0.4 * np.cos(2.0 * np.pi * p)
        q[:, 3 * side + 1] = 0.1 + knee * bump
        q[:, 3 * side + 2] = rng.uniform(-0.3, 0.1) * bump
    q += rng.normal(0.0, 0.003, q.shape)
    dq = np.gradient(q, DT, axis=0)
    stance = phase < rng.uniform(0.6, 0.66)
    force = np.where(stance, rng.uniform(300.0, 800.0, phase.shape), rng.choice([0.0, 10.0, 40.0], phase.shape))
    support = np.repeat(rng.uniform(-0.2, 1.3, (7, 2)), ticks // 7, axis=0)
    return {"q": q, "dq": dq, "phase": phase, "foot_force": force, "support": support}


def spoil(rows, seed, share, values):
    """The same with some of its numbers replaced."""
    rng = np.random.default_rng(seed)
    for values_of in rows.values():
        hit = rng.random(values_of.shape) < share
        values_of[hit] = rng.choice(values, hit.sum())
    return rows


def compare(rows, dt=DT, pitch=None, driven=(1, 1, 1, 1, 1, 0), **changes):
    laws = [m.FootLift(75.0, 1.75, np.array(driven, float), **changes) for m in (control, reference)]
    got, want = (law.run(*rows.values(), dt, pitch) for law in laws)
    for name in ("lifting", "dragging", "assumed"):
        np.testing.assert_array_equal(getattr(got, name), getattr(want, name), err_msg=name)
    for name in ("height", "tau", "energy"):
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), RTOL, ATOL, err_msg=name)
    assert np.isfinite(got.tau).all()
    assert np.isfinite(got.energy).all()
    return got


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    lost=st.sampled_from(["", "ankles", "forces", "both"]),
    look_ahead=st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.3, 0.5]),
)
def test_walks_match_the_reference(seed, lost, look_ahead):
    rows = walk(seed)
    if lost in ("ankles", "both"):
        rows["q"][:, [2, 5]] = np.nan
        rows["dq"][:, [2, 5]] = np.nan
    if lost in ("forces", "both"):
        rows["foot_force"][:] = np.nan
    compare(rows, pitch=np.random.default_rng(seed).normal(0.0, 0.1, 700), look_ahead=look_ahead)


def test_the_walks_tell_how_far_ahead_a_toe_is_judged():
    found = []
    for look_ahead in (0.0, 0.1, 0.3):
        walks = [compare(walk(seed), clearance=0.03, look_ahead=look_ahead) for seed in range(8)]
        found.append(sum(int(out.dragging.sum()) for out in walks))
    assert found[0] > found[1] > found[2] > 0


def test_the_walks_lift_with_every_set_of_sensors_that_has_a_foot_force():
    for lost in ((), ("q", "dq"), ("foot_force",)):
        lifted = 0
        for seed in range(8):
            rows = walk(seed)
            for name in lost:
                rows[name][:, [2, 5] if name != "foot_force" else [0, 1]] = np.nan
            lifted += int(compare(rows, stiffness=4000.0, clearance=0.04).lifting.any(axis=0).sum())
        assert (lifted > 0) == ("foot_force" not in lost), lost


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), share=st.sampled_from([0.002, 0.02, 0.5]), dt=st.sampled_from([DT, 0.1, 0.0, -1.0]))
def test_anything_matches_the_reference(seed, share, dt):
    compare(spoil(walk(seed, 350), seed, share, HOSTILE), dt)
    compare(spoil(walk(seed, 350), seed, share, [np.nan]), dt, max_torque=np.array([5.0, 0.0, 15.0, 40.0, 1.0, 3.0]))


@pytest.mark.parametrize("dt", [math.nan, math.inf, 0.11, 1e308])
def test_a_bad_duration_matches_the_reference(dt):
    compare(walk(1), dt)


@pytest.mark.parametrize("pitch", [math.nan, math.inf, 1e308])
def test_a_bad_pitch_matches_the_reference(pitch):
    got = compare(walk(2), pitch=np.full(700, pitch))
    assert not got.tau.any()


def test_run_is_step_for_each_tick_and_reset_is_new():
    rows, law = walk(3), control.FootLift(75.0, 1.75, np.ones(6))
    got = law.run(*rows.values(), DT)
    for _ in range(2):
        law.reset()
        for k in range(700):
            tick = law.step(*(values[k] for values in rows.values()), DT)
            for name, value in tick._asdict().items():
                np.testing.assert_array_equal(value, getattr(got, name)[k], err_msg=name)


BAD = {
    "stiffness": (-1.0, 5001.0),
    "lift_height": (0.009, 0.16),
    "clearance": (0.001, 0.06),
    "max_force": (-1.0, 301.0),
    "max_torque": (np.full(6, -1.0), np.array([1.0, 2.0, 101.0, 1.0, 1.0, 1.0])),
    "look_ahead": (-0.01, 0.51),
    "swing_start": (0.49, 0.76),
    "swing_end": (0.84, 1.01),
    "absent_ankle": (-0.71, 0.31),
    "fade_in": (0.04, 0.51),
    "fade_out": (0.01, math.nan),
}


def messages(**changes):
    given_ = {"mass": 75.0, "height": 1.75, "driven": np.ones(6), **changes}
    found = []
    for room in (control, reference):
        with pytest.raises(ConfigError) as refused:
            room.FootLift(**given_)
        found.append(str(refused.value))
    return found


@pytest.mark.parametrize(("name", "bad"), [(n, x) for n, both in BAD.items() for x in both])
def test_bad_parameters_are_refused_alike(name, bad):
    rust, numpy = messages(**{name: bad})
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")
    first, *_ = messages(**{name: bad}, mass=19.0, driven=np.full(6, 2.0))
    assert first.startswith("mass must lie in [20, 200]")
