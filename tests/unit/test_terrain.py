"""Ramps and stairs: feet on the ground, clearance, published figures, and errors that say what is unreachable."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

FINE = np.arange(2000) / 2000
#: What the spline may differ from the constructed path between its samples [m].
MM2 = 0.002


class Leg:
    """Forward kinematics of a leg, written down a second time, from the lengths of the specification."""

    def __init__(self, height):
        self.thigh, self.shank, self.ankle = 0.245 * height, 0.246 * height, 0.039 * height
        self.heel, self.toe = 0.0286 * height, 0.0743 * height

    def sole(self, q):
        """Heel (x, z), ball (x, z) from the hip and pitch of the foot."""
        hip, knee, ankle = q[:, :3].T
        pitch = hip - knee + ankle
        x = self.thigh * np.sin(hip) + self.shank * np.sin(hip - knee)
        z = -self.thigh * np.cos(hip) - self.shank * np.cos(hip - knee)
        sin, cos = np.sin(pitch), np.cos(pitch)
        heel, ball = (
            np.stack([x + f * cos + self.ankle * sin, z + f * sin - self.ankle * cos]) for f in (-self.heel, self.toe)
        )
        return heel, ball, pitch


RAMPS = [
    (speed, height, incline)
    for speed, height in ((0.14, 1.75), (0.3, 1.6), (0.8, 1.75), (1.1, 1.9), (1.4, 1.75))
    for incline in (-10, -4, 0, 4, 10)
]


def on_slope(speed, height, incline, **kwargs):
    """Pattern, angles, and heights of heel and ball over the slope normal to it, hip height from the leg in front."""
    slope = np.radians(incline)
    pattern = GaitPattern.ramp(speed, height, slope, **kwargs)
    q, _, _ = pattern.evaluate(FINE)
    heel, ball, pitch = Leg(height).sole(q)
    under = np.minimum(heel[1] - heel[0] * np.tan(slope), ball[1] - ball[0] * np.tan(slope))
    hip = -under[np.arange(2000) % 1000]
    over = [(p[1] + hip) * np.cos(slope) - p[0] * np.sin(slope) for p in (heel, ball)]
    return pattern, q, (heel, ball, pitch - slope), under, np.minimum(*over)


@pytest.mark.parametrize(("speed", "height", "incline"), RAMPS)
def test_both_feet_stand_on_one_slope(speed, height, incline):
    """At contact both are on it; then the foot behind rolls over its toes, which are not modelled, up to toe-off."""
    _, _, _, under, _ = on_slope(speed, height, incline)
    front, behind = FINE < 0.1, (FINE >= 0.5) & (FINE < 0.6)
    gap = under[behind] - under[front]
    assert abs(gap[0]) <= 0.0005
    assert gap.min() >= -MM2
    assert gap.max() <= 0.1


def test_any_ramp_keeps_its_feet_above_ground():
    rng = np.random.default_rng(1)
    for _ in range(100):
        speed, height, incline = rng.uniform(0.14, 1.4), rng.uniform(1.5, 2.0), rng.uniform(-10, 10)
        _, _, _, under, over = on_slope(speed, height, incline)
        assert (under[1000:1200] - under[:200]).min() >= -MM2, (speed, height, incline)
        assert over[FINE > 0.6].min() >= -MM2, (speed, height, incline)


@pytest.mark.parametrize(("speed", "height", "incline"), RAMPS)
def test_standing_foot_stays_where_it_is(speed, height, incline):
    pattern, _, (heel, ball, pitch), _, _ = on_slope(speed, height, incline)
    slope, leg = np.radians(incline), Leg(height)
    stride = speed / pattern.stride_rate * np.cos(slope)
    # The heel where it rolls over the heel, else the ball, taken back by the length of the foot.
    point = np.where(pitch >= -1e-4, heel[0], ball[0] - (leg.heel + leg.toe) * np.cos(slope))
    stance = (FINE > 0.01) & (FINE < 0.59)
    where = (point + stride * FINE)[stance]
    assert np.ptp(where) <= 0.0005
    slip = np.abs(np.gradient(point, FINE) / stride + 1)[stance]
    assert np.quantile(slip, 0.99) <= 0.05


@pytest.mark.parametrize(("speed", "height", "incline"), RAMPS)
def test_swinging_foot_clears_the_slope(speed, height, incline):
    asked = 0.02
    _, _, _, _, over = on_slope(speed, height, incline, foot_clearance=asked)
    assert over[(FINE >= 0.70) & (FINE <= 0.90)].min() >= asked - MM2
    assert over[FINE > 0.6].min() >= -MM2


@pytest.mark.parametrize(("speed", "height", "incline"), RAMPS)
def test_joints_stay_within_their_range(speed, height, incline):
    q = np.degrees(on_slope(speed, height, incline)[1])
    for joint, (low, high) in enumerate(((-40, 120), (0, 135), (-60, 45))):
        assert q[:, joint].min() >= low - 0.5
        assert q[:, joint].max() <= high + 0.5


def koopman(speed, height=1.75):
    return GaitPattern.koopman(speed, height)


@pytest.mark.parametrize(
    ("height", "speed", "limit"),
    [
        (1.5, 0.3, (1.6, 0.3, 1.7)),
        (1.5, 0.8, (3.4, 2.4, 2.5)),
        (1.5, 1.4, (2.6, 0.3, 2.6)),
        (1.75, 0.14, (2.2, 0.3, 2.3)),
        (1.75, 0.3, (1.2, 0.3, 1.3)),
        (1.75, 0.5, (0.9, 0.3, 0.9)),
        (1.75, 0.8, (1.9, 0.8, 1.5)),
        (1.75, 1.1, (2.2, 0.9, 1.7)),
        (1.75, 1.4, (1.8, 0.3, 1.8)),
        (2.0, 0.3, (2.7, 0.3, 2.8)),
        (2.0, 0.8, (0.7, 0.7, 0.7)),
        (2.0, 1.4, (1.0, 0.9, 1.0)),
    ],
)
def test_level_ramp_is_close_to_the_published_pattern(height, speed, limit):
    ramp, level = GaitPattern.ramp(speed, height, 0.0), koopman(speed, height)
    apart = (ramp.evaluate(FINE)[0] - level.evaluate(FINE)[0])[:, :3]
    difference = np.degrees(np.sqrt(np.mean(apart**2, axis=0)))
    print(height, speed, difference.round(1))
    assert (difference <= limit).all()
    assert ramp.stride_rate == level.stride_rate


@pytest.mark.parametrize("height", [1.5, 1.75, 2.0])
@pytest.mark.parametrize("speed", [0.3, 0.5, 0.8, 1.1, 1.4])
def test_hip_and_knee_are_about_as_fast_as_on_the_level(speed, height):
    level = np.abs(koopman(speed, height).evaluate(FINE)[1]).max(axis=0)
    for incline in (-10, -5, -2.5, 0, 2.5, 5, 10):
        ramp = np.abs(GaitPattern.ramp(speed, height, np.radians(incline)).evaluate(FINE)[1]).max(axis=0)
        hip, knee, ankle = (ramp / level)[:3]
        assert hip <= 1.34
        assert knee <= 1.3
        assert ankle <= 2.4


def test_contact_angles_change_as_published():
    """McIntosh et al. 2006, J Biomech 39:2491: at contact hip flexion grows from -10° to 10°, knee flexion and ankle
    dorsiflexion grow uphill and not downhill."""
    inclines = (-10, -5, 0, 5, 8, 10)
    hip, knee, ankle = (
        np.degrees([GaitPattern.ramp(0.8, 1.75, np.radians(i)).evaluate(0.0)[0][k] for i in inclines]) for k in range(3)
    )
    print(np.round([hip, knee, ankle], 1))
    assert (np.diff(hip[2:]) > 2).all()
    assert (np.diff(knee[2:]) > 5).all()
    assert (np.diff(ankle[2:]) > 2).all()
    assert abs(knee[:2] - knee[2]).max() <= 0.5
    assert (ankle[:2] < ankle[2]).all()


def test_ramp_is_periodic_and_both_legs_alike():
    pattern = GaitPattern.ramp(0.8, 1.75, 0.1)
    assert pattern.offset == 0.5
    assert pattern.speed == 0.8
    a, b = pattern.evaluate(0.13), pattern.evaluate(0.63)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x[:3], y[3:], atol=1e-9)
    for x, y in zip(pattern.evaluate(1 - 1e-12), pattern.evaluate(0.0), strict=True):
        np.testing.assert_allclose(x, y, atol=1e-7)


STAIRS = [
    (rise, tread, height, direction)
    for rise, tread in ((0.1, 0.32), (0.15, 0.29), (0.18, 0.285), (0.2, 0.25))
    for height in (1.55, 1.75, 1.95)
    for direction in ("up", "down")
]


def on_stairs(rise, tread, height, direction, **kwargs):
    """Pattern, heel and ball from where the ball stands, pitch of the foot, and how far ahead of it the nose is."""
    pattern = GaitPattern.stairs(rise, tread, height, direction, **kwargs)
    clearance, step = kwargs.get("foot_clearance", 0.02), rise if direction == "up" else -rise
    heel, ball, pitch = Leg(height).sole(pattern.evaluate(FINE)[0])
    moved = np.stack([2 * tread * FINE, 2 * step * FINE])
    heel, ball = heel + moved, ball + moved
    origin = ball[:, :1]
    if direction == "up":
        ahead = clearance + 0.049 * height
    else:
        ahead = min(0.023 * height, tread - clearance - 0.1029 * height)
    return pattern, heel - origin, ball - origin, pitch, ahead


@pytest.mark.parametrize(("rise", "tread", "height", "direction"), STAIRS)
def test_foot_stands_on_its_tread(rise, tread, height, direction):
    _, heel, ball, _, _ = on_stairs(rise, tread, height, direction)
    stance = FINE < 0.65
    assert np.abs(ball[:, stance]).max() <= 0.0005
    assert heel[1, stance].min() >= -0.0005


@pytest.mark.parametrize(("rise", "tread", "height", "direction"), STAIRS)
def test_foot_lands_two_treads_on(rise, tread, height, direction):
    _, _, ball, _, _ = on_stairs(rise, tread, height, direction)
    step = rise if direction == "up" else -rise
    np.testing.assert_allclose(ball[:, -1], [2 * tread, 2 * step], atol=0.001)


@pytest.mark.parametrize("clearance", [0.02, 0.045])
@pytest.mark.parametrize(("rise", "tread", "height", "direction"), STAIRS)
def test_sole_clears_the_noses(rise, tread, height, direction, clearance):
    _, heel, ball, pitch, ahead = on_stairs(rise, tread, height, direction, foot_clearance=clearance)
    swing = FINE > 0.65
    up = direction == "up"
    middle = (ahead, rise) if up else (ahead + tread, -rise)
    over = swing & (heel[0] <= middle[0]) & (ball[0] >= middle[0])
    sole = ball[1] + np.tan(pitch) * (middle[0] - ball[0])
    assert over.any()
    assert (sole - middle[1])[over].min() >= clearance - MM2
    point, edge = (ball, (ahead + tread, 2 * rise)) if up else (heel, (ahead, 0.0))
    first = np.flatnonzero(swing & (point[0] >= edge[0]))[0]
    assert point[1, first] - edge[1] >= clearance - MM2
    # Nothing of the sole enters a step on the way.
    for x, z in (heel, ball):
        passed = np.floor((x - ahead) / tread) + 1
        assert (z - passed * (rise if up else -rise))[swing].min() >= -MM2


@pytest.mark.parametrize(("rise", "tread", "height", "direction"), STAIRS)
def test_knee_bends_at_least_ten_degrees(rise, tread, height, direction):
    knee = np.degrees(GaitPattern.stairs(rise, tread, height, direction).evaluate(FINE)[0][:, 1])
    assert 9.5 <= knee.min() <= 10.5
    assert knee.max() <= 135


def peaks(rise, tread, direction):
    q = np.degrees(GaitPattern.stairs(rise, tread, 1.75, direction).evaluate(FINE)[0][:, :3])
    return q.max(axis=0), q.min(axis=0)


def test_stairs_against_published_peaks():
    """Assumed paths against people; the limits say how far they are apart."""
    up, _ = peaks(0.18, 0.285, "up")
    down, lowest = peaks(0.18, 0.285, "down")
    one_step, _ = peaks(0.203, 0.285, "up")
    print(up.round(1), down.round(1), lowest.round(1), one_step.round(1))
    # Protopapadaki et al. 2007, Clin Biomech 22:203, rise 0.18 m, tread 0.285 m, ascent minus descent of the peaks:
    # hip 28.10 (SD 4.08), knee 3.39 (7.20), dorsiflexion -9.90 (3.80).
    difference = up - down
    assert abs(difference[0] - 28.10) <= 4.08
    assert abs(difference[1] - 3.39) <= 7.20
    assert abs(difference[2] + 9.90) <= 2 * 3.80
    # One step of 0.203 m, 14 people: leading hip 66.3, leading knee 90.5.
    assert abs(one_step[0] - 66.3) <= 3
    assert abs(one_step[1] - 90.5) <= 16
    # Descent of 13 steps, 101 people: hip -8 to 30, knee 11 to 85, ankle -28 to 31.
    assert (np.abs(down - [30, 85, 31]) <= [8, 5, 3]).all()
    assert (np.abs(lowest - [-8, 11, -28]) <= [18, 2, 9]).all()


def test_steeper_stairs_need_more_flexion():
    for direction in ("up", "down"):
        knees = [peaks(rise, 0.29, direction)[0][1] for rise in (0.10, 0.14, 0.18, 0.22)]
        assert (np.diff(knees) > 3).all()


def test_stairs_say_their_pace():
    pattern = GaitPattern.stairs(0.15, 0.2, 1.4, cadence=1.5)
    assert pattern.stride_rate == 0.75
    assert pattern.speed == pytest.approx(1.5 * 0.25)
    assert pattern.offset == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GaitPattern.ramp(1.5, 1.75, 0.1), "speed must lie in [0.14, 1.4]"),
        (lambda: GaitPattern.ramp(0.8, 1.4, 0.1), "height must lie in [1.5, 2]"),
        (lambda: GaitPattern.ramp(0.8, 1.75, 0.2), "incline must lie in [-0.1745"),
        (lambda: GaitPattern.ramp(0.8, 1.75, np.nan), "incline must lie in"),
        (lambda: GaitPattern.ramp(0.8, 1.75, 0.0, foot_clearance=0.2), "foot_clearance must lie in [0, 0.1]"),
        (lambda: GaitPattern.ramp(0.8, 1.75, "up"), "incline must be a number"),
        (lambda: GaitPattern.ramp(0.8, 1.75, 0.0, foot_clearance=0.1), "foot_clearance must lie in [0, 0.048"),
        (lambda: GaitPattern.ramp(1.4, 2.0, 0.17, foot_clearance=0.1), "ankle must lie in [-1.047"),
        (lambda: GaitPattern.stairs(0.3, 0.3, 1.75), "rise must lie in [0.05, 0.25]"),
        (lambda: GaitPattern.stairs(0.2, 0.1, 1.75), "tread must lie in [0.2, 0.45]"),
        (lambda: GaitPattern.stairs(0.2, 0.3, 2.4), "height must lie in"),
        (lambda: GaitPattern.stairs(0.2, 0.3, 1.75, cadence=0.1), "cadence must lie in"),
        (lambda: GaitPattern.stairs(0.2, 0.3, 1.75, foot_clearance=-0.01), "foot_clearance must lie in"),
        (lambda: GaitPattern.stairs(0.2, 0.3, 1.75, "sideways"), "direction must be up or down, got 'sideways'"),
        (lambda: GaitPattern.stairs(0.17, 0.2, 1.9, "down"), "tread must lie in [0.2155"),
        (lambda: GaitPattern.stairs(0.25, 0.3, 1.2), "ankle must lie in [-1.047"),
        (lambda: GaitPattern.stairs(0.25, 0.2, 1.5, "down"), "ankle must lie in"),
        (lambda: GaitPattern.stairs(0.25, 0.2, 1.3), "knee must lie in [0, 2.356"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(call, message):
    with pytest.raises(ConfigError) as caught:
        call()
    print(caught.value)
    assert str(caught.value).startswith(message)
