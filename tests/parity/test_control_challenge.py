"""Resistance, error amplification and complementary motion: Rust against the reference, and what must hold for both."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core, control
from gaitloop.errors import ConfigError

SIX = np.ones(6)
LOAD = {"viscous": 2.0 * SIX, "elastic": 60.0 * SIX, "speed": 0.5 * SIX, "follow": 0.4, "max_torque": 15.0 * SIX}
ERROR = {
    "gain": 80.0 * SIX,
    "tube": 0.2 * SIX,
    "stiffness": 300.0 * SIX,
    "damping": 6.0 * SIX,
    "max_torque": 25.0 * SIX,
    "budget": 0.5,
    "power": 0.3,
}
anything = st.one_of(
    st.floats(-3.0, 3.0), st.floats(width=64), st.sampled_from([np.nan, np.inf, 1e308, -1e308, 5e-324])
)
signal = arrays(np.float64, (4, 6), elements=anything)


def both():
    return _core, import_module("gaitloop.reference.control")


def agree(got, want, atol=1e-9):
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=atol)


def movement(seed, n=800):
    rng = np.random.default_rng(seed)
    t = np.arange(n)[:, None] * 0.004
    w = rng.uniform(3.0, 9.0, 6)
    q, dq = 0.3 * np.sin(w * t), 0.3 * w * np.cos(w * t)
    q[rng.random(q.shape) < 0.002] = np.nan
    return q, dq, rng.uniform(-0.1, 1.1, (n, 6)), rng.normal(0.0, 0.15, (n, 6)).cumsum(axis=0) * 0.05


@pytest.mark.parametrize("seed", range(4))
def test_movements_match_the_reference(seed):
    q, dq, challenge, q_ref = movement(seed)
    for name, params, rows in (
        ("Resistance", LOAD, (q, dq, challenge)),
        ("ErrorAmplification", ERROR, (q, dq, q_ref, challenge)),
    ):
        rust, reference = (getattr(m, name)(**params) for m in both())
        whole = rust.run(*rows, 0.004)
        agree(whole, reference.run(*rows, 0.004))
        rust.reset()
        for k, row in enumerate(zip(*rows, strict=True)):
            for column, value in zip(whole, rust.step(*row, 0.004), strict=True):
                np.testing.assert_array_equal(column[k], value)


@settings(max_examples=60)
@given(q=signal, dq=signal, r=signal, c=signal, dt=anything)
def test_hostile_input_matches_the_reference(q, dq, r, c, dt):
    for name, params, rows in (("Resistance", LOAD, (q, dq, c)), ("ErrorAmplification", ERROR, (q, dq, r, c))):
        got, want = (getattr(m, name)(**params).run(*rows, dt) for m in both())
        agree(got, want)
        assert np.isfinite(got).all()
        assert (np.abs(got[0]) <= 25.0).all()


def test_tanks_match_the_reference():
    q, dq, challenge, q_ref = movement(9)
    rust, reference = (m.ErrorAmplification(**ERROR) for m in both())
    for row in zip(q, dq, q_ref, challenge, strict=True):
        rust.step(*row, 0.004)
        reference.step(*row, 0.004)
        np.testing.assert_allclose(rust.stored, reference.stored, rtol=0, atol=1e-9)
    assert rust.stored.min() < 0.5


class Mirror:
    """The other leg does the same, larger."""

    def step(self, q, dq):
        return 1.1 * np.asarray(q), 1.1 * np.asarray(dq)


leg = arrays(np.float64, (5, 3), elements=anything)


@settings(max_examples=80)
@given(q=leg, dq=leg, r=leg, v=leg, dt=st.one_of(st.floats(0.0, 0.03), anything))
def test_complementary_motion_matches_the_reference(q, dq, r, v, dt):
    reference = import_module("gaitloop.reference.control").ComplementaryMotion(Mirror(), [2.0, 3.0, 1.0], 0.2)
    public = control.ComplementaryMotion(Mirror(), [2.0, 3.0, 1.0], 0.2)
    with np.errstate(over="ignore"):
        got, want = (law.run(q, dq, r, v, dt) for law in (public, reference))
    agree(got, want)
    for column in got:
        assert np.isfinite(column).all()


def test_complementary_motion_hands_over_like_the_reference():
    rng = np.random.default_rng(2)
    t = np.arange(1500)[:, None] * 0.002
    q, dq = 0.4 * np.sin(5.0 * t + [0.0, 1.0, 2.0]), 2.0 * np.cos(5.0 * t + [0.0, 1.0, 2.0])
    q[300:700] = np.nan
    q[rng.random(1500) < 0.01] = np.nan
    r, v = 0.3 * np.sin(5.0 * t + [0.2, 0.9, 2.2]), 1.5 * np.cos(5.0 * t + [0.2, 0.9, 2.2])
    laws = [
        m.ComplementaryMotion(Mirror(), [4.0, 4.0, 4.0], 0.3)
        for m in (control, import_module("gaitloop.reference.control"))
    ]
    got, want = (law.run(q, dq, r, v, 0.002) for law in laws)
    agree(got, want)
    assert np.abs(np.diff(got.q, axis=0)).max() <= 4.0 * 0.002 + 1e-12
    laws[0].reset()
    assert laws[0].step(q[0], dq[0], r[0], v[0], 0.0).confidence == 0.0


REFUSED = [
    *(("Resistance", {key: -SIX if key != "follow" else 0.0}) for key in LOAD),
    *(("ErrorAmplification", {key: 1e4 * (1.0 if key in ("budget", "power") else SIX)}) for key in ERROR),
    ("ErrorAmplification", {"tube": np.array([0.1, 0.1, np.nan, 0.1, 0.1, 0.1])}),
]


@pytest.mark.parametrize(("name", "bad"), REFUSED)
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in both():
        with pytest.raises(ConfigError) as refused:
            getattr(module, name)(**{**(LOAD if name == "Resistance" else ERROR), **bad})
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


@pytest.mark.parametrize(("velocity", "fade"), [([0.05, 1.0, 1.0], 0.2), ([1.0] * 3, np.nan)])
def test_bad_complementary_motion_is_refused_alike(velocity, fade):
    messages = []
    for module in (control, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError) as refused:
            module.ComplementaryMotion(Mirror(), velocity, fade)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_public_doors_take_lists_and_refuse_other_shapes():
    law = control.Resistance([2.0] * 6, [0.0] * 6, [0.0] * 6, 1.0, [20.0] * 6)
    out = law.step([0.0] * 5 + [None], [1.0] * 6, [1.0] * 6, 0.001)
    assert isinstance(out, control.ChallengeTorque)
    assert out.tau.tolist() == [-2.0] * 5 + [0.0]
    with pytest.raises(ConfigError, match=r"^challenge must have shape \(2, 6\), got \(1, 6\)"):
        law.run(np.zeros((2, 6)), np.zeros((2, 6)), np.zeros((1, 6)), 0.001)
    push = control.ErrorAmplification(**ERROR)
    with pytest.raises(ConfigError, match=r"^q_ref must have"):
        push.step(SIX, SIX, SIX[:5], SIX, 0.001)
    push.run(np.zeros((2, 6)), np.ones((2, 6)), 0.1 + np.zeros((2, 6)), np.ones((2, 6)), 0.001)
    push.reset()
    assert push.stored.tolist() == [0.5] * 6
    motion = control.ComplementaryMotion(Mirror(), [1.0] * 3, 0.2)
    with pytest.raises(ConfigError, match=r"^q must have shape \(3,\)"):
        motion.step([0.0] * 2, [0.0] * 3, [0.0] * 3, [0.0] * 3, 0.001)
    with pytest.raises(ConfigError, match=r"^dq_ref must have shape \(2, 3\)"):
        motion.run(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((1, 3)), 0.001)
