"""Force field, resistance, error amplification and complementary motion of the reference."""

import math
from itertools import pairwise

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.control import ComplementaryMotion, ErrorAmplification, ForceField, Resistance
from gaitloop.reference.trajectory import GaitPattern, LimbComplement

DT = 0.001
ON = np.ones(6)
HOSTILE = np.array([0.0, 1e308, -1e308, 5e-324, np.inf, -np.inf, np.nan, 1.0, -3.0, 0.3])
ANGLE = 2.0 * np.pi * np.arange(64) / 64
PATH = np.stack([0.15 + 0.35 * np.cos(ANGLE), 0.45 - 0.4 * np.cos(ANGLE + 1.2), 0.1 * np.sin(ANGLE)] * 2, axis=-1)
FIELD = {"window": 0.15, "tube": 0.05, "normal_width": 0.1, "normal": 40.0, "tangent_width": 0.2, "tangent": 10.0}


def field(**changes):
    return ForceField(PATH, [1.0, 1.0, 0.0] * 2, **{**FIELD, "damping": 2.0, **changes})


def resistance(**changes):
    six = {
        name: np.full(6, x) for name, x in {"viscous": 3.0, "elastic": 80.0, "speed": 1.0, "max_torque": 20.0}.items()
    }
    return Resistance(**{**six, "follow": 0.5, **changes})


def amplification(**changes):
    six = {"gain": 60.0, "tube": 0.15, "stiffness": 200.0, "damping": 5.0, "max_torque": 30.0}
    six = {name: np.full(6, x) for name, x in six.items()}
    return ErrorAmplification(**{**six, "budget": 0.5, "power": 0.2, **changes})


def test_force_field_helps_near_the_path_and_pushes_back_far_from_it():
    p = np.array([16, 48]) / 64
    q, slope = np.concatenate([PATH[16, :3], PATH[48, 3:]]), np.concatenate([PATH[17, :3] - PATH[15, :3], np.zeros(3)])
    slope /= np.linalg.norm(slope[:2])
    normal = np.array([-slope[1], slope[0], 0.0, 0.0, 0.0, 0.0])
    last = math.inf
    for a in (0.0, 0.05, 0.1, 0.15, 0.199):
        tau = field(damping=0.0).step(q + a * normal, np.zeros(6), p, [0.8, 0.8], ON, DT).tau
        along, back = tau[:2] @ slope[:2], -tau[:2] @ normal[:2]
        assert along < last
        assert back == pytest.approx(40.0 * (z := max(0.0, a - 0.05) / 0.1) ** 2 / (1.0 + z**2), abs=0.5)
        last = along
    assert along == pytest.approx(0.0, abs=0.2)
    assert not field().step(q, np.zeros(6), p, [0.0, np.nan], ON, DT).tau.any()


def test_normal_force_is_the_gradient_of_its_energy():
    rng = np.random.default_rng(1)
    for _ in range(20):
        q, g, law = rng.uniform(-0.4, 1.0, 6), rng.uniform(0.0, 1.0, 6), field(damping=0.0, tangent=0.0)
        tau = law.step(q, np.zeros(6), [0.2, 0.7], [0.0, 0.0], g, 0.0).tau
        for j in range(6):
            moved = [q + s * 1e-6 * np.eye(6)[j] for s in (-1.0, 1.0)]
            low, high = (law.step(x, np.zeros(6), [0.2, 0.7], [0.0, 0.0], g, 0.0).energy.sum() for x in moved)
            assert tau[j] == pytest.approx((low - high) / 2e-6, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_resistance_never_pushes(seed):
    """Its work on any movement is at most the fall of its energy, tick by tick."""
    rng, law = np.random.default_rng(seed), resistance()
    amplitude, rate, lag = rng.uniform(0.0, 0.8, 6), rng.uniform(0.2, 2.0, 6), rng.uniform(0.0, 6.0, 6)
    last = None
    for k in range(4000):
        angle = 2.0 * np.pi * rate * DT * k + lag
        q, dq = amplitude * np.sin(angle), amplitude * 2.0 * np.pi * rate * np.cos(angle)
        out = law.step(q, dq, ON, DT)
        assert (np.abs(out.tau) <= 20.0).all()
        if last is not None:
            work = 0.5 * (out.tau + last[1].tau) * (q - last[0])
            assert (work <= last[1].energy - out.energy + 1e-4).all()
        last = q, out


def test_resistance_is_of_movement_not_of_posture():
    law = resistance()
    assert not law.step(np.full(6, 0.7), np.zeros(6), ON, DT).tau.any()
    held = [law.step(np.full(6, 1.0), np.zeros(6), ON, DT).tau[0] for _ in range(4000)]
    assert held[0] < -10.0
    assert (np.diff(held) > 0.0).all()
    assert abs(held[-1]) < 0.02


def test_amplification_gives_no_more_than_its_tank():
    """An adversary who always moves with the push, whose reference always stays out of reach and jumps."""
    rng, law, given, q = np.random.default_rng(2), amplification(), np.zeros(6), np.zeros(6)
    for k in range(5000):
        q_ref = q + rng.uniform(-0.15, 0.15, 6)
        dq = 5.0 * np.sign(q - q_ref)
        out = law.step(q, dq, q_ref, rng.uniform(0.5, 1.0, 6), DT)
        inside = np.abs(q_ref - q) < 0.15
        given += np.where(inside, np.maximum(0.0, out.tau * dq * DT), 0.0)
        assert (given <= 0.5 + 0.2 * DT * (k + 1) + 1e-9).all()
        q = q + dq * DT
    assert (given > 0.5).all()
    assert (law.stored < 0.2).all()


def test_amplification_is_continuous_and_turns_round_at_the_edge_of_the_tube():
    errors = np.linspace(-0.4, 0.4, 4001)
    law = amplification()
    tau = np.array([law.step(np.zeros(6), np.full(6, 0.3), np.full(6, e), ON, 0.0).tau[0] for e in errors])
    assert np.abs(np.diff(tau)).max() < 0.2
    inside = np.abs(errors) < 0.15
    assert (tau[inside] * errors[inside] <= 0.0).all()
    assert (tau[~inside] * errors[~inside] >= -1e-15).all()
    assert np.abs(tau[inside]).max() == pytest.approx(16.0 / (25.0 * math.sqrt(5.0)) * 60.0 * 0.15, rel=1e-3)


def test_one_way_through_the_tube_gives_its_potential_and_no_more():
    law, work = amplification(power=0.0, budget=20.0), 0.0
    grid = np.linspace(0.0, 0.15, 2001)
    taus = [law.step(np.full(6, x), np.zeros(6), np.zeros(6), ON, DT) for x in grid]
    work = sum(0.5 * (a.tau[0] + b.tau[0]) * (grid[1] - grid[0]) for a, b in pairwise(taus))
    assert work == pytest.approx(60.0 * 0.15**2 / 6.0, rel=1e-5)
    assert work == pytest.approx(taus[0].energy[0] - taus[-1].energy[0], rel=1e-5)


def test_hostile_numbers_stay_within_the_bounds():
    rng = np.random.default_rng(3)
    laws = resistance(), amplification(), field()
    for _ in range(500):
        a, b, c, d = (rng.choice(HOSTILE, 6) for _ in range(4))
        p, r, dt = rng.choice(HOSTILE, 2), rng.choice(HOSTILE, 2), rng.choice(HOSTILE)
        for out, bound in (
            (laws[0].step(a, b, c, dt), 20.0),
            (laws[1].step(a, b, c, d, dt), 30.0),
            (laws[2].step(a, b, p, r, d, dt), 90.0),
        ):
            assert (np.abs(out.tau) <= bound).all()
            assert np.isfinite(out.energy).all()
        lost = ~np.isfinite(a) | ~np.isfinite(b)
        assert not laws[0].step(a, b, c, dt).tau[lost].any()
        assert not laws[1].step(a, b, c, d, dt).tau[lost | ~np.isfinite(c)].any()


def test_run_is_step_for_each_tick():
    rows = PATH, np.zeros_like(PATH), PATH[::-1]
    for law, again, extra in (
        (resistance(), resistance(), (np.ones((64, 6)),)),
        (amplification(), amplification(), (PATH[::-1], np.ones((64, 6)))),
    ):
        rows = (PATH, np.ones_like(PATH), *extra)
        got = law.run(*rows, DT)
        for k in range(64):
            for a, b in zip(again.step(*(r[k] for r in rows), DT), got, strict=True):
                np.testing.assert_array_equal(a, b[k])


BAD = [
    (field, {"tube": 0.6}, r"tube must lie in \[0, 0.5\]"),
    (field, {"normal_width": 0.0}, r"normal_width must lie in \[0.01, 1\]"),
    (field, {"normal": np.nan}, r"normal must lie in \[1, 300\]"),
    (field, {"tangent_width": 2.0}, r"tangent_width must lie in \[0.01, 1\]"),
    (field, {"tangent": -1.0}, r"tangent must lie in \[0, 50\]"),
    (field, {"damping": 51.0}, r"damping must lie in \[0, 50\]"),
    (resistance, {"viscous": np.full(6, 51.0)}, r"viscous must lie in \[0, 50\], got 51 at index 0"),
    (resistance, {"elastic": np.full(6, -1.0)}, r"elastic must lie in \[0, 500\]"),
    (resistance, {"speed": np.full(6, np.nan)}, r"speed must lie in \[0, 50\]"),
    (resistance, {"follow": 0.0}, r"follow must lie in \[0.05, 10\]"),
    (resistance, {"max_torque": np.zeros(6)}, r"max_torque must lie in \[0.1, 100\]"),
    (amplification, {"gain": np.full(6, 301.0)}, r"gain must lie in \[0, 300\]"),
    (amplification, {"tube": np.zeros(6)}, r"tube must lie in \[0.01, 1\]"),
    (amplification, {"stiffness": np.full(6, -1.0)}, r"stiffness must lie in \[0, 2000\]"),
    (amplification, {"damping": np.full(6, 201.0)}, r"damping must lie in \[0, 200\]"),
    (amplification, {"max_torque": np.zeros(6)}, r"max_torque must lie in \[0.1, 150\]"),
    (amplification, {"budget": 0.0}, r"budget must lie in \[0.01, 20\]"),
    (amplification, {"power": 21.0}, r"power must lie in \[0, 20\]"),
]


@pytest.mark.parametrize(("make", "change", "message"), BAD)
def test_bad_parameters_are_refused(make, change, message):
    with pytest.raises(ConfigError, match=f"^{message}"):
        make(**change)


@pytest.fixture(scope="module")
def pattern():
    return GaitPattern.koopman(speed=0.8, height=1.72)


def motion(pattern, fade=0.5, top=20.0):
    return ComplementaryMotion(LimbComplement.from_pattern(pattern, sound="left"), np.full(3, top), fade)


def test_the_sound_leg_takes_over_within_the_fade_and_hands_back(pattern):
    law, twin = motion(pattern), LimbComplement.from_pattern(pattern, sound="left")
    rest, last = np.array([0.1, 0.2, 0.0]), None
    for k in range(1800):
        q, dq, _ = (x.ravel() for x in pattern.evaluate(np.array([0.7 * DT * k])))
        seen = k < 900
        out = law.step(*(x[:3] if seen else x[:3] * np.nan for x in (q, dq)), rest, np.zeros(3), DT)
        assert last is None or (np.abs(out.q - last) <= 20.0 * DT + 1e-12).all()
        last = out.q
        if k == 0:
            np.testing.assert_allclose(out.q, rest, atol=1e-4)
        if 500 <= k < 900:
            np.testing.assert_allclose(out.q, twin.step(q[:3], dq[:3])[0], atol=1e-12)
            assert out.confidence == pytest.approx(1.0)
        if k == 950:
            assert out.confidence == pytest.approx(1.0 - 51.0 * DT / 0.5)
            assert np.abs(out.q - rest).max() > 0.05
    np.testing.assert_allclose(out.q, rest, atol=1e-12)
    assert (out.confidence, np.abs(out.dq).max()) == (0.0, 0.0)


def test_the_reference_is_bounded_whatever_is_read(pattern):
    rng, law, last = np.random.default_rng(4), motion(pattern, 0.05, 2.0), None
    for _ in range(500):
        rows = [rng.choice(HOSTILE, 3) if rng.random() < 0.5 else rng.uniform(-1.0, 1.0, 3) for _ in range(4)]
        out = law.step(*rows, DT)
        assert (np.abs(out.dq) <= 2.0).all()
        assert 0.0 <= out.confidence <= 1.0
        assert last is None or (np.abs(out.q - last) <= 2.0 * DT + 1e-12).all()
        last = out.q
    law.reset()
    assert law.step(*rows, DT).confidence <= DT / 0.05


def test_bad_parameters_of_complementary_motion_are_refused(pattern):
    for change, name in (({"top": 0.0}, "max_velocity"), ({"fade": 6.0}, "fade")):
        with pytest.raises(ConfigError, match=f"^{name} must lie in"):
            motion(pattern, **change)
