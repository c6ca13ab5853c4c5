"""Patterns in a therapist's words: each word exact, all together, or refused with what can be had."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gaitloop as gl
from gaitloop.errors import ConfigError
from gaitloop.trajectory import Description, GaitPattern, LimbComplement

HEIGHT = 1.72
LIMITS = ([-0.8, -0.3, -0.9], [1.4, 2.0, 0.9])
TIGHT = ([-0.6, -0.1, -0.6], [0.8, 1.1, 0.6])
WAVE = np.cos(2 * np.pi * np.linspace(0, 1, 51))[:, None] * [0.4, 0.3, 0.1]


@pytest.fixture(scope="module")
def base():
    return GaitPattern.koopman(0.8, HEIGHT)


def leg_points(q):
    """Ankle and toe before the hip, heights of heel and toe, for angles (..., 3): written out anew."""
    thigh, shank, high, heel, toe = HEIGHT * np.array([0.245, 0.246, 0.039, 0.0286, 0.0743])
    t = q[..., 0]
    s, f = t - q[..., 1], t - q[..., 1] + q[..., 2]
    x, z = thigh * np.sin(t) + shank * np.sin(s), -thigh * np.cos(t) - shank * np.cos(s)
    up = [z + k * np.sin(f) - high * np.cos(f) for k in (-heel, toe)]
    return x, x + toe * np.cos(f) + high * np.sin(f), up[0], up[1]


def measured(pattern):
    """The words of a pattern from dense samples, by code of its own."""
    grid = np.arange(20000) / 20000
    legs = [pattern.evaluate_sides(np.stack([grid, grid], axis=1))[0][:, 3 * s : 3 * s + 3] for s in (0, 1)]
    at = lambda left, right: np.split(pattern.evaluate_sides([left, right])[0], 2)  # noqa: E731
    o = pattern.offset
    left, right = at(0.0, o), at(-o, 0.0)
    steps = leg_points(left[0])[0] - leg_points(left[1])[0], leg_points(right[1])[0] - leg_points(right[0])[0]
    swing = 0.70 + 0.005 * np.arange(41)
    clearance = []
    for side, shift in ((0, o), (1, -o)):
        phases = np.stack([swing, swing + shift] if side == 0 else [swing + shift, swing], axis=1)
        q = pattern.evaluate_sides(phases)[0]
        legs_now = [q[:, :3], q[:, 3:]]
        _, _, heel, toe = leg_points(legs_now[1 - side])
        clearance.append(100 * (leg_points(legs_now[side])[3] - np.minimum(heel, toe)).min())
    return {
        "step_length": steps,
        "foot_clearance_cm": clearance,
        "knee_range_deg": [np.degrees(np.ptp(leg[:, 1])) for leg in legs],
        "hip_range_deg": [np.degrees(np.ptp(leg[:, 0])) for leg in legs],
        "stance_share": [grid[leg_points(leg)[1].argmin()] for leg in legs],
    }


TOLERANCE = {
    "step_length": 1e-9,
    "foot_clearance_cm": 1e-6,
    "knee_range_deg": 1e-4,  # the grid's own error
    "hip_range_deg": 1e-4,
    "stance_share": 1e-4,
}


def assert_met(pattern, words):
    by_hand, own = measured(pattern), pattern.describe(HEIGHT)
    for name, tolerance in TOLERANCE.items():
        assert getattr(own, name) == pytest.approx(by_hand[name], abs=tolerance), name
        if name in words:
            asked = np.broadcast_to(words[name], 2)
            if name == "step_length" and "asymmetry" in words:  # then it is the mean of both
                asked = asked * 2 / (1 + np.exp(words["asymmetry"])) * [np.exp(words["asymmetry"]), 1]
            assert getattr(own, name) == pytest.approx(asked, abs=min(1e-7, tolerance)), name
    for name in ("cadence", "speed", "asymmetry", "phase_offset"):
        if name in words:
            assert getattr(own, name) == pytest.approx(words[name], abs=1e-8), name
    assert sum(own.step_length) / 2 * own.cadence / 60 == pytest.approx(own.speed, abs=1e-9)
    # The stance foot goes with the belt from its contact to the other's, at each instant.
    for side, until in ((0, 1 - pattern.offset), (1, pattern.offset)):
        t = np.linspace(0, until, 201)
        x = leg_points(pattern.evaluate_sides(np.stack([t, t], axis=1))[0][:, 3 * side : 3 * side + 3])[0]
        np.testing.assert_allclose(-np.gradient(x, t)[2:-2] * pattern.stride_rate, own.speed, rtol=0.03)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"step_length": 0.5},
        {"step_length": (0.45, 0.52)},
        {"foot_clearance_cm": 3.0},
        {"foot_clearance_cm": (2.0, 4.0)},
        {"knee_range_deg": (50.0, 65.0)},
        {"hip_range_deg": (42.0, 45.0)},
        {"stance_share": 0.66},
        {"stance_share": (0.62, 0.68)},
        {"cadence": 90.0},
        {"speed": 0.6},
        {"asymmetry": 0.2},
        {"phase_offset": 0.45},
        {"step_length": 0.45, "cadence": 100.0},
        {"step_length": 0.45, "speed": 0.7},
        {"cadence": 100.0, "speed": 0.7},
        {"step_length": 0.48, "cadence": 100.0, "speed": 0.8, "asymmetry": -0.1},
    ],
    ids=str,
)
def test_each_word_is_met(base, words):
    assert_met(base.adjust(height=HEIGHT, range_of_motion=LIMITS, **words), words)


def test_all_words_are_met_together(base):
    rng = np.random.default_rng(11)
    pair = lambda low, high: tuple(rng.uniform(low, high, 2).tolist())  # noqa: E731
    refusals = []
    for _ in range(40):
        words = {
            "step_length": rng.uniform(0.43, 0.52),
            "asymmetry": rng.uniform(-0.12, 0.12),
            "speed": rng.uniform(0.6, 1.0),
            "phase_offset": rng.uniform(0.485, 0.515),
            "foot_clearance_cm": pair(2.8, 4.2),
            "knee_range_deg": pair(55, 64),
            "hip_range_deg": pair(40, 44),
            "stance_share": pair(0.63, 0.66),
        }
        try:
            changed = base.adjust(height=HEIGHT, range_of_motion=LIMITS, **words)
        except ConfigError as refused:
            refusals.append(str(refused))
        else:
            assert_met(changed, words)
    print(refusals)
    assert len(refusals) <= 2
    for message in refusals:  # what was asked lies outside what can be had
        low, high, got = map(float, re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", message)[:3])
        assert not low <= got <= high


@pytest.mark.parametrize("walking", [(0.2, 1.6), (0.5, 1.9), (1.3, 1.8)])
def test_other_speeds_and_sizes(walking):
    pattern = GaitPattern.koopman(*walking)
    own = pattern.describe(walking[1])
    asked = {
        "foot_clearance_cm": own.foot_clearance_cm[0] + 1.0,
        "knee_range_deg": own.knee_range_deg[0] + 4.0,
        "hip_range_deg": own.hip_range_deg[0] + 4.0,
        "cadence": 1.05 * own.cadence,
    }
    after = pattern.adjust(height=walking[1], range_of_motion=LIMITS, **asked).describe(walking[1])
    for name, value in asked.items():
        assert np.broadcast_to(getattr(after, name), 2) == pytest.approx([value, value], abs=1e-7)


def test_a_recorded_stride_is_set_on_the_belt():
    table = GaitPattern.koopman(1.0, HEIGHT).evaluate(np.linspace(0, 1, 51))[0][:, :3]
    pattern = GaitPattern.from_table(table, stride_time=1.3, speed=1.1)
    assert_met(pattern.adjust(height=HEIGHT, range_of_motion=LIMITS, foot_clearance_cm=2.5), {"foot_clearance_cm": 2.5})


def test_the_result_stays_smooth_over_the_seam(base):
    changed = base.adjust(height=HEIGHT, range_of_motion=LIMITS, stance_share=(0.62, 0.68), foot_clearance_cm=3)
    for before, start, tolerance in zip(
        changed.evaluate(1 - 1e-9), changed.evaluate(0.0), (1e-7, 1e-6, 1e-4), strict=True
    ):
        np.testing.assert_allclose(before, start, atol=tolerance)


def test_refusal_says_what_can_be_reached(base):
    with pytest.raises(ConfigError, match=r"^knee_range_deg must lie in \[") as refused:
        base.adjust(height=HEIGHT, range_of_motion=TIGHT, knee_range_deg=80)
    low, high = map(float, re.findall(r"[\d.]+", str(refused.value))[:2])
    assert low < 50 < high < 80
    base.adjust(height=HEIGHT, range_of_motion=TIGHT, knee_range_deg=high)
    with pytest.raises(ConfigError, match=r"^knee_range_deg"):
        base.adjust(height=HEIGHT, range_of_motion=TIGHT, knee_range_deg=high + 0.1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("height", {"height": np.nan}),
        ("range_of_motion", {"range_of_motion": 3.0}),
        (r"range_of_motion\[0\]", {"range_of_motion": ([-4, -1, -1], [1, 1, 1])}),
        (r"range_of_motion\[1\]", {"range_of_motion": ([-1, -1, -1], [1, 1])}),
        (r"range_of_motion\[0\] must lie below", {"range_of_motion": ([1, -1, -1], [-1, 1, 1])}),
        ("step_length", {"step_length": np.nan}),
        ("step_length", {"step_length": (0.4, 0.5, 0.6)}),
        ("step_length", {"step_length": 1.1}),
        ("foot_clearance_cm", {"foot_clearance_cm": -1}),
        ("foot_clearance_cm", {"foot_clearance_cm": 14}),
        ("foot_clearance_cm", {"foot_clearance_cm": (2, 14)}),
        ("knee_range_deg", {"knee_range_deg": np.inf}),
        ("hip_range_deg", {"hip_range_deg": 15}),
        ("stance_share", {"stance_share": 0.8}),
        ("stance_share", {"stance_share": 0.51}),
        ("cadence", {"cadence": "fast"}),
        ("cadence", {"cadence": 9}),
        ("cadence", {"step_length": 0.5, "speed": 2.0}),
        ("step_length", {"cadence": 30.0}),
        ("speed", {"step_length": 0.5, "cadence": 100.0, "speed": 0.9}),
        ("asymmetry", {"asymmetry": 2}),
        ("asymmetry", {"step_length": (0.4, 0.5), "asymmetry": 0.0}),
        ("phase_offset", {"phase_offset": 0.2}),
        ("adjusted knee_l", {"range_of_motion": ([-0.8, -0.3, -0.9], [1.4, 0.5, 0.9])}),
    ],
)
def test_adjust_refuses(base, name, words):
    with pytest.raises(ConfigError, match=rf"^{name}"):
        base.adjust(**{"height": HEIGHT, "range_of_motion": LIMITS, **words})


def test_difference_gives_back_what_was_put_in(base):
    table = base.evaluate(np.linspace(0, 1, 41))[0][:, :3]
    wave = 0.01 * np.cos(2 * np.pi * np.linspace(0, 1, 41))[:, None]
    got = base.difference(table - [0.1, -0.05, 0.02] - wave)
    np.testing.assert_allclose(got.offset[:3], [0.1, -0.05, 0.02], atol=1e-14)
    np.testing.assert_allclose(got.rms[:3], 0.01 / np.sqrt(2), atol=1e-14)
    np.testing.assert_allclose(got.offset[3:], got.offset[:3], atol=1e-14)
    for bad in (table[:8], table[:, :2], table * np.nan):
        with pytest.raises(ConfigError, match=r"^angles"):
            base.difference(bad)


def test_speed_table_is_the_monotone_cubic_of_scipy():
    interpolate = pytest.importorskip("scipy.interpolate")
    rng = np.random.default_rng(4)
    speeds = np.array([0.4, 0.7, 0.8, 1.3, 1.5])
    strides = rng.uniform(0.5, 1.5, (5, 1, 3)) * WAVE
    times = [1.8, 1.4, 1.35, 1.1, 1.05]
    for speed in (0.4, 0.55, 0.75, 1.2999, 1.5):
        pattern = GaitPattern.from_speed_table(strides, speeds, times, speed)
        want = interpolate.PchipInterpolator(speeds, strides)(speed)
        np.testing.assert_allclose(pattern.evaluate(np.arange(50) / 50)[0][:, :3], want[:-1], atol=1e-13)
        assert 1 / pattern.stride_rate == pytest.approx(float(interpolate.PchipInterpolator(speeds, times)(speed)))
        assert pattern.speed == speed


def test_size_scales_speed_and_time():
    strides = np.array([0.5, 0.8, 1.0])[:, None, None] * WAVE
    table = (strides, [0.5, 1.0, 1.5], [1.6, 1.2, 1.0])
    tall = GaitPattern.from_speed_table(*table, 1.2)
    child = GaitPattern.from_speed_table(*table, 1.2 * np.sqrt(0.5 / 0.9), leg_length=0.5, table_leg_length=0.9)
    phase = np.linspace(0, 1, 30)
    np.testing.assert_allclose(child.evaluate(phase)[0], tall.evaluate(phase)[0], atol=1e-13)
    assert child.stride_rate / tall.stride_rate == pytest.approx(np.sqrt(0.9 / 0.5), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("angles", {"angles": WAVE}),
        ("angles", {"angles": np.stack([WAVE, WAVE])[:, :, :2]}),
        ("angles", {"angles": WAVE[None], "speeds": [1.0], "stride_times": [1.0]}),
        ("speeds", {"speeds": [1.0]}),
        ("speeds must increase", {"speeds": [1.0, 0.5]}),
        ("stride_times", {"stride_times": [1.0, np.nan]}),
        (r"speed must lie in \[0.5, 1\]", {"speed": 1.01}),
        (r"speed must lie in \[0.5, 1\]", {"speed": 0.49}),
        ("speed", {"speed": np.nan}),
        ("leg_length", {"leg_length": 0.8}),
        ("leg_length", {"leg_length": 2.0, "table_leg_length": 0.8}),
        ("table_leg_length", {"leg_length": 0.8, "table_leg_length": [0.8, 0.8, 0.8]}),
    ],
)
def test_speed_table_refuses(name, change):
    good = {"angles": np.stack([WAVE, 0.5 * WAVE]), "speeds": [0.5, 1.0], "stride_times": [1.5, 1.0], "speed": 0.7}
    with pytest.raises(ConfigError, match=rf"^{name}"):
        GaitPattern.from_speed_table(**{**good, **change})


def test_complement_gives_both_legs_the_sound_one():
    two = GaitPattern.from_table(np.hstack([WAVE, 0.5 * WAVE]), stride_time=1.2, offset=0.42, speed=0.9)
    for side, sound in (("left", WAVE), ("right", 0.5 * WAVE)):
        both = GaitPattern.complement(two, side, 0.48)
        alone = GaitPattern.complement(sound, side, 0.48, stride_time=1.2, speed=0.9)
        for pattern in (both, alone):
            assert (pattern.offset, pattern.speed, pattern.stride_rate) == (0.48, 0.9, 1 / 1.2)
            q = pattern.evaluate(np.arange(50) / 50)[0]
            np.testing.assert_allclose(q[:, :3], sound[:-1], atol=1e-14)
            np.testing.assert_allclose(pattern.evaluate(np.arange(50) / 50 - 0.48)[0][:, 3:], sound[:-1], atol=1e-13)


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("side", (WAVE, "both"), {"stride_time": 1.0}),
        ("stride_time", (WAVE, "left"), {}),
        ("angles", (np.hstack([WAVE, WAVE]), "left"), {"stride_time": 1.0}),
        ("offset", (GaitPattern.koopman(0.8, 1.7), "left", 1.2), {}),
        ("stride_time", (GaitPattern.koopman(0.8, 1.7), "left"), {"stride_time": 1.0}),
    ],
)
def test_complement_refuses(name, arguments, options):
    with pytest.raises(ConfigError, match=rf"^{name}"):
        GaitPattern.complement(*arguments, **options)


def test_limb_complement_is_the_regression_it_says_it_is(base):
    sound, ridge = "right", 1e-2
    other = LimbComplement.from_pattern(base, sound=sound, ridge=ridge)
    q, dq, _ = base.evaluate(np.arange(200) / 200)
    f, g = np.hstack([q[:, 3:], dq[:, 3:]]), np.hstack([q[:, :3], dq[:, :3]])
    z, y = (f - f.mean(0)) / f.std(0), (g - g.mean(0)) / g.std(0)
    weights = np.linalg.solve(z.T @ z / 200 + ridge * np.eye(6), z.T @ y / 200)
    want = np.clip(g.mean(0) + g.std(0) * (z @ weights), g.min(0), g.max(0))
    got = np.array([np.hstack(other.step(row[:3], row[3:])) for row in f])
    np.testing.assert_allclose(got, want, atol=1e-11)
    np.testing.assert_allclose(other.rms, np.sqrt(np.mean((want - g) ** 2, axis=0)), atol=1e-11)


@pytest.mark.parametrize("speed", [0.3, 0.8, 1.3])
def test_limb_complement_does_as_well_as_it_says_on_healthy_walking(speed):
    other = LimbComplement.from_pattern(GaitPattern.koopman(speed, 1.75))
    print(np.degrees(other.rms[:3]).round(2), "deg", other.rms[3:].round(2), "rad/s")
    assert (np.degrees(other.rms[:3]) < [2.5, 8.5, 4.0]).all()


def test_limb_complement_never_fails_and_never_leaves_its_range(base):
    other = LimbComplement.from_pattern(base)
    q, dq, _ = base.evaluate(np.arange(200) / 200)
    for bad in (np.nan, np.inf, -np.inf, 1e308, -50.0):
        got_q, got_dq = other.step([bad, 0.0, bad], [bad, bad, 0.0])
        for got, of in ((got_q, q[:, 3:]), (got_dq, dq[:, 3:])):
            assert (got >= of.min(axis=0) - 1e-12).all()
            assert (got <= of.max(axis=0) + 1e-12).all()
    for call in (
        lambda: other.step([0.0], [0.0] * 3),
        lambda: LimbComplement(),
        lambda: LimbComplement.from_pattern(base, sound="both"),
        lambda: LimbComplement.from_pattern(base, ridge=0.0),
        lambda: LimbComplement.from_pattern(3),
    ):
        with pytest.raises(ConfigError):
            call()


def test_words_are_told_as_a_value(base):
    own = base.describe(HEIGHT)
    assert isinstance(own, Description)
    assert own == base.describe(HEIGHT)
    assert min(own.foot_clearance_cm) == pytest.approx(100 * base.foot_clearance(HEIGHT), abs=1e-12)
    assert own.stance_speed == pytest.approx((0.8, 0.8), rel=1e-9)
    with pytest.raises(ConfigError, match=r"^height"):
        base.describe(3.0)
    assert gl.trajectory.GaitPattern is GaitPattern


def test_pairs_of_a_description_are_tuples(base):
    own = base.describe(HEIGHT)
    names = ("step_length", "foot_clearance_cm", "knee_range_deg", "hip_range_deg", "stance_share", "stance_speed")
    assert all(type(getattr(own, name)) is tuple for name in names)
    assert hash(own) == hash(base.describe(HEIGHT))
