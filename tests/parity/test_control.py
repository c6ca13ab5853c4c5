"""Control: Rust against the reference, and what must hold for both."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core, control
from gaitloop.errors import ConfigError

ATOL = 1e-12  # [N·m], relative to the torque where it is larger
K = np.array([300.0, 200.0, 80.0, 300.0, 250.0, 60.0])
B = np.array([10.0, 8.0, 2.0, 11.0, 8.0, 2.0])
anything = st.one_of(st.floats(-3.0, 3.0), st.floats(width=64))
signal = arrays(np.float64, (4, 6), elements=anything)
sane = arrays(np.float64, (6,), elements=st.floats(-3.0, 3.0))
support = arrays(np.float64, (7,), elements=anything)


def both():
    return _core, import_module("gaitloop.reference.control")


@settings(max_examples=60)
@given(q=signal, dq=signal, q_ref=signal, dq_ref=signal, g=signal)
def test_impedance_matches_reference(q, dq, q_ref, dq_ref, g):
    got, want = (m.Impedance(K, B).run(q, dq, q_ref, dq_ref, g) for m in both())
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=ATOL)
    assert np.isfinite(got).all()
    law = _core.Impedance(K, B)
    np.testing.assert_array_equal(got, [law.step(*row) for row in zip(q, dq, q_ref, dq_ref, g, strict=True)])


@settings(max_examples=60)
@given(q=arrays(np.float64, (6,), elements=anything), pitch=anything)
def test_gravity_matches_reference(q, pitch):
    got, want = (m.LegGravity(75.0, 1.75).torque(q, pitch) for m in both())
    np.testing.assert_allclose(got, want, rtol=1e-12, atol=ATOL)
    assert np.isfinite(got).all()


@settings(max_examples=100)
@given(phase=anything, s=support)
def test_windows_match_reference(phase, s):
    rust, reference = both()
    np.testing.assert_allclose(rust.guidance(phase, s), reference.guidance(phase, s), rtol=0, atol=ATOL)
    np.testing.assert_allclose(rust.swing_window(phase), reference.swing_window(phase), rtol=0, atol=ATOL)


@pytest.mark.parametrize("phase", np.linspace(-1.0, 2.0, 121))
def test_windows_match_reference_all_over_the_cycle(phase):
    rust, reference = both()
    for s in (np.array([0.1, 0.9, 0.3, 0.8, 0.5, 1.0, 0.0]), np.array([0.7, 0.2, 0.9, 0.1, 0.4, 0.0, 1.0])):
        np.testing.assert_allclose(rust.guidance(phase, s), reference.guidance(phase, s), rtol=0, atol=ATOL)
    np.testing.assert_allclose(rust.swing_window(phase), reference.swing_window(phase), rtol=0, atol=ATOL)


@given(q=sane, dq=sane, r=signal)
def test_without_guidance_a_moving_reference_is_not_felt(q, dq, r):
    for m in both():
        assert not m.Impedance(K, B).step(q, dq, r[0], r[1], np.zeros(6)).any()


@given(q=sane, dq=sane, e=sane, g=st.floats(0.0, 1.0))
def test_impedance_is_odd_and_at_rest_on_the_reference(q, dq, e, g):
    for m in both():
        law, g6 = m.Impedance(K, B), np.full(6, g)
        assert not law.step(q, dq, q, dq, g6).any()
        zero = np.zeros(6)
        np.testing.assert_array_equal(law.step(zero, zero, e, dq, g6), -law.step(zero, zero, -e, -dq, g6))


def test_absent_joint_gets_no_torque(impl):
    q, dq = np.full(6, 0.1), np.zeros(6)
    q[1], dq[3] = np.nan, np.inf
    tau = impl("control").Impedance(K, B).step(q, dq, np.zeros(6), np.zeros(6), np.full(6, 2.0))
    np.testing.assert_allclose(tau, [-30.0, 0.0, -8.0, 0.0, -25.0, -6.0], atol=ATOL)


def potential(q, pitch, mass=75.0, height=1.75):
    """Potential energy of one leg from segment tables, written out anew [J]."""
    thigh, shank = 0.245 * height, 0.246 * height
    down = [pitch + q[0], pitch + q[0] - q[1]]
    foot = down[1] + q[2]
    knee = -thigh * np.cos(down[0])
    ankle = knee - shank * np.cos(down[1])
    sole = 0.5 * 0.0743 * height * np.sin(foot) - 0.5 * 0.039 * height * np.cos(foot)
    energy = 0.100 * 0.433 * knee + 0.0465 * (knee + 0.433 * (ankle - knee)) + 0.0145 * (ankle + sole)
    return mass * 9.80665 * energy


@pytest.mark.parametrize("pitch", [0.0, 0.2])
def test_gravity_is_the_gradient_of_potential_energy(impl, pitch):
    q = np.array([0.4, 0.6, -0.1, -0.2, 0.1, 0.15])
    torque = impl("control").LegGravity(75.0, 1.75).torque(q, pitch)
    for leg in (slice(0, 3), slice(3, 6)):
        slope = [(potential(q[leg] + d, pitch) - potential(q[leg] - d, pitch)) / 2e-6 for d in 1e-6 * np.eye(3)]
        np.testing.assert_allclose(torque[leg], slope, atol=1e-6)


def test_gravity_mirrors_and_leaves_a_leg_with_an_absent_angle(impl):
    law = impl("control").LegGravity(75.0, 1.75)
    q = np.array([0.4, 0.6, -0.1, -0.2, 0.1, 0.15])
    whole = law.torque(q)
    np.testing.assert_array_equal(law.torque(np.roll(q, 3)), np.roll(whole, 3))
    q[5] = np.nan
    np.testing.assert_array_equal(law.torque(q), [*whole[:3], 0.0, 0.0, 0.0])


def test_guidance_shares_sum_to_one_and_hand_over_smoothly(impl):
    room = impl("control")
    phases = np.linspace(0.0, 1.0, 2001)
    shares = np.array([[room.guidance(p, e) for e in np.eye(7)] for p in phases])
    assert not shares[:, 5:].any()  # the lateral subtasks guide no joint of the sagittal plane
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-14)
    assert (shares >= 0.0).all()
    assert np.abs(np.diff(shares, axis=0)).max() < 0.02  # slope of the smooth step is at most 15 per cycle
    np.testing.assert_allclose(shares[0], shares[-1], atol=1e-12)
    owners = {0.3: (1, 3, 3), 0.65: (0, 4, 4), 0.95: (0, 2, None)}
    for phase, joints in owners.items():
        for joint, owner in enumerate(joints):
            if owner is not None:
                assert room.guidance(phase, np.eye(7)[owner])[joint] == 1.0


@pytest.mark.parametrize(("name", "top"), [("stiffness", 2000), ("damping", 200)])
@pytest.mark.parametrize("bad", [np.nan, -1.0, 2001.0, np.inf])
def test_bad_gains_are_refused(impl, name, top, bad):
    gains = {"stiffness": K, "damping": B, name: np.array([1.0, 1.0, bad, 1.0, 1.0, 1.0])}
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \[0, {top}\], got .* at index 2"):
        impl("control").Impedance(gains["stiffness"], gains["damping"])


@pytest.mark.parametrize(
    ("name", "mass", "height"), [("mass", np.nan, 1.75), ("mass", 19.0, 1.75), ("height", 75.0, 2.4)]
)
def test_bad_bodies_are_refused(impl, name, mass, height):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        impl("control").LegGravity(mass, height)


def test_public_door_takes_lists_and_refuses_other_shapes():
    law = control.Impedance([100.0] * 6, [1.0] * 6)
    assert law.step([0.0] * 5 + [None], [0.0] * 6, [0.1] * 6, [0.0] * 6, [1.0] * 6).tolist() == [10.0] * 5 + [0.0]
    with pytest.raises(ConfigError, match=r"^q_ref must have"):
        law.step([0.0] * 6, [0.0] * 6, [0.1] * 5, [0.0] * 6, [1.0] * 6)
    with pytest.raises(ConfigError, match=r"^dq must have shape"):
        law.run(np.zeros((3, 6)), np.zeros((2, 6)), np.zeros((3, 6)), np.zeros((3, 6)), np.zeros((3, 6)))
    with pytest.raises(ConfigError, match=r"^support must have"):
        control.guidance(0.1, [1.0] * 5)
    with pytest.raises(ConfigError, match=r"^stiffness must be numbers"):
        control.Impedance(["a"] * 6, [1.0] * 6)
