"""Identification of an exoskeleton and of a leg on recordings whose answer is known."""

import numpy as np
import pytest

from gaitloop.control import identify_compensation, weigh_leg
from gaitloop.errors import ConfigError
from gaitloop.reference.control import Compensation, segment_gravity

RNG = np.random.default_rng(3)
GRAVITY = segment_gravity([0.42, 0.42], [4.0, 2.0, 0.8], [0.2, 0.18, 0.05], [0.02, -0.01, 0.06])
PERSON = segment_gravity([0.42, 0.42], [7.5, 3.5, 1.1], [0.18, 0.18, 0.03], [0.0, 0.0, 0.06])
COULOMB, VISCOUS = np.array([2.0, 1.5, 0.6] * 2), np.array([0.8, 0.5, 0.2] * 2)
INERTIA = np.array([0.3, 0.2, 0.05] * 2)
MOST = np.full(6, 150.0)


def sweep(duration=60.0, speed=1.0, ankle=True):
    """Joints on sines of their own, and their two derivatives."""
    t = np.arange(0.0, duration, 0.05)[:, None]
    w = speed * np.array([0.31, 0.47, 0.73, 0.37, 0.53, 0.67])
    size = np.array([0.6, 0.5, 0.4, 0.6, 0.5, 0.4]) * np.array([1, 1, ankle] * 2)
    mid = np.array([0.2, 0.6, 0.0] * 2)
    return mid + size * np.sin(w * t), size * w * np.cos(w * t), -size * w**2 * np.sin(w * t)


def machine(gravity, q, dq, ddq):
    law = Compensation(
        np.stack([gravity, gravity]), COULOMB, VISCOUS, INERTIA, MOST, friction_share=1.0, inertia_share=0.8
    )
    zero = np.zeros_like(q)
    return law.run(zero, q, dq, ddq / 0.8, 0.05).added


def test_a_noisy_sweep_gives_the_parameters_within_their_errors():
    slow, fast = sweep(), sweep(speed=4.0)  # inertia needs speed: slowly, it looks like gravity
    q, dq, ddq = (np.concatenate(pair) for pair in zip(slow, fast, strict=True))
    tau = machine(GRAVITY, q, dq, ddq) + RNG.normal(0.0, 0.3, q.shape)
    found = identify_compensation(tau, q, dq, ddq)
    for value, error, true in (
        (found.gravity, found.gravity_error, np.stack([GRAVITY, GRAVITY])),
        (found.coulomb, found.coulomb_error, COULOMB),
        (found.viscous, found.viscous_error, VISCOUS),
        (found.inertia, found.inertia_error, INERTIA),
    ):
        assert (np.abs(value - true) < 4.5 * error).all()
    np.testing.assert_allclose(found.residual, 0.3, rtol=0.05)
    assert (found.gravity_error < 0.2).all()


def test_standard_errors_are_the_spread_over_repeats():
    q, dq, ddq = sweep(30.0)
    clean = machine(GRAVITY, q, dq, 0.0 * ddq)
    runs = [identify_compensation(clean + RNG.normal(0.0, 0.5, q.shape), q, dq) for _ in range(40)]
    spread = np.std([run.coulomb for run in runs], axis=0)
    np.testing.assert_allclose(spread, runs[0].coulomb_error, rtol=0.4)


def test_without_noise_the_answer_is_exact_and_parts_that_are_not_there_are_left_out():
    q, dq, ddq = sweep()
    q[:, [2, 5]], dq[:, [2, 5]] = np.nan, np.nan
    bare = segment_gravity([0.42, 0.42], [4.0, 2.0, 0.0], [0.2, 0.18, 0.0], [0.02, -0.01, 0.0])
    tau = machine(bare, q, dq, 0.0 * ddq)
    tau[:, [2, 5]] = np.nan
    found = identify_compensation(tau, q, dq)
    np.testing.assert_allclose(found.gravity, [bare, bare], atol=1e-9)
    np.testing.assert_allclose(found.viscous, [0.8, 0.5, 0.0] * 2, atol=1e-9)
    assert np.isnan(found.gravity_error[:, 4:]).all()
    assert np.isnan(found.inertia_error).all()


def test_a_passive_leg_is_weighed():
    q, dq, ddq = sweep()
    exo = identify_compensation(machine(GRAVITY, q, dq, 0.0 * ddq), q, dq)
    q, dq, ddq = sweep(200.0, speed=0.2)
    tau = machine(GRAVITY + PERSON, q, dq, 0.0 * ddq) + RNG.normal(0.0, 0.3, q.shape)
    found = weigh_leg(tau, q, dq, exo)
    assert (np.abs(found.gravity - PERSON) < 4.5 * found.gravity_error).all()
    assert not found.coulomb.any()


def test_a_recording_that_cannot_tell_is_refused():
    q, dq, ddq = sweep(ankle=False)
    tau = machine(GRAVITY, q, dq, ddq)
    tau[:, [2, 5]] = np.nan
    with pytest.raises(ConfigError, match=r"^recording must move enough"):
        identify_compensation(tau, q, dq)
    q, dq, ddq = sweep(2.0)
    with pytest.raises(ConfigError, match=r"^recording must"):
        identify_compensation(machine(GRAVITY, q, dq, ddq)[:3], q[:3], dq[:3])
    with pytest.raises(ConfigError, match=r"^dq must have shape"):
        identify_compensation(q, q, dq[:3])
    with pytest.raises(ConfigError, match=r"^friction_speed must lie in"):
        identify_compensation(q, q, dq, friction_speed=0.0)
