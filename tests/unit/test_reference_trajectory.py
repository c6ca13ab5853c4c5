"""Trajectories of the reference against hand-computed numbers, published ones and invariants."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.body import Body
from gaitloop.reference.trajectory import GaitPattern, MinimumJerk, koopman


def sine_table(n=101, gap=0.0):
    p = np.linspace(0.0, 1.0, n)
    return np.stack(
        [0.4 * np.cos(2 * np.pi * p), 0.6 + 0.3 * np.sin(2 * np.pi * p), 0.1 * np.sin(2 * np.pi * p) + gap * p], 1
    )


def test_key_event_is_the_regression_of_the_paper():
    # max_stance of the hip at 1 m/s and 1.7 m: index -10.809 + 11.762 * 1.7, angle 18.917 + 2.583 * 3.6.
    event = koopman.key_events(koopman.HIP, 1.0, 1.7)[1]
    assert event.phase == pytest.approx((19.9954 - 11.809 + 0.0) / 99.0)
    assert event.angle == pytest.approx(28.2158)
    assert event.slope == 0.0
    assert event.curvature == pytest.approx(100.0**2 * -0.112)


def test_raw_curve_passes_through_its_events_with_their_derivatives():
    for table in (koopman.HIP, koopman.KNEE, koopman.ANKLE):
        events = koopman.key_events(table, 0.8, 1.75)
        assert len({event.phase for event in events}) == 6
        for event in events:
            at = event.phase
            d = 1e-5
            mid, up = koopman.raw(events, at), koopman.raw(events, at + d)
            assert mid == pytest.approx(event.angle, abs=1e-9)
            assert (up - mid) / d == pytest.approx(event.slope + 0.5 * d * event.curvature, abs=0.05)


def test_koopman_samples_are_shifted_turned_and_tilted():
    pattern = GaitPattern.koopman(0.8, 1.75, pelvic_tilt=0.1)
    events = koopman.key_events(koopman.HIP, 0.8, 1.75)
    want = math.radians(koopman.raw(events, 0.75 + 0.045)) - 0.1  # in swing, where the hip is not moved
    assert pattern.evaluate(0.75).q[0] == pytest.approx(want, abs=1e-12)
    assert pattern.evaluate(0.25).q[3] == pytest.approx(want, abs=1e-12)
    assert pattern.speed == 0.8
    assert pattern.offset == 0.5


def test_stance_foot_goes_with_the_belt():
    for speed in (0.2, 0.5, 1.4):
        pattern = GaitPattern.koopman(speed, 1.75)
        body = Body(75.0, 1.75)
        phase = np.linspace(0.1, 0.4, 301)
        q, dq, _ = pattern.evaluate(phase)  # no rate given: the pattern's own
        v = body.thigh.length * np.cos(q[:, 0]) * dq[:, 0]
        v = v + body.shank.length * np.cos(q[:, 0] - q[:, 1]) * (dq[:, 0] - dq[:, 1])
        np.testing.assert_allclose(-v, speed, rtol=0.01)


def test_published_stride_rate():
    # SR = -0.532 + 0.020 * 3.6 + 0.47 * 1.8 = 0.386 at 1 m/s; cycle 2 sqrt(0.386) s.
    assert GaitPattern.koopman(1.0, 1.8).published_stride_rate == pytest.approx(1.0 / (2.0 * math.sqrt(0.386)))


def test_asked_clearance_is_reached_and_changes_swing_only():
    plain = GaitPattern.koopman(0.5, 1.75)
    lifted = GaitPattern.koopman(0.5, 1.75, foot_clearance=0.04)
    assert lifted.foot_clearance(1.75) == pytest.approx(0.04, abs=1e-9)
    assert plain.foot_clearance(1.75) != pytest.approx(0.04, abs=1e-3)
    np.testing.assert_allclose(lifted.evaluate(0.3).q[:3], plain.evaluate(0.3).q[:3], atol=1e-6)
    table = GaitPattern.from_table(sine_table(), stride_time=1.0)
    assert GaitPattern.from_table(np.hstack([sine_table()] * 2), stride_time=1.0).foot_clearance(
        1.75
    ) == table.foot_clearance(1.75)
    with pytest.raises(ConfigError, match=r"^foot_clearance must lie in \[.*\], got 0.15$"):
        GaitPattern.koopman(0.5, 1.5, foot_clearance=0.15)


def test_rates_and_accelerations_follow_the_chain_rule():
    pattern = GaitPattern.from_table(sine_table(), stride_time=1.25, offset=0.3)
    q, dq, ddq = pattern.evaluate_sides([0.25, 0.0], [2.0, 0.5], [3.0, 0.0])
    assert q[0] == pytest.approx(0.0, abs=1e-6)
    assert dq[0] == pytest.approx(-0.4 * 2 * math.pi * 2.0, rel=1e-5)
    assert ddq[0] == pytest.approx(-0.4 * 2 * math.pi * 3.0, rel=1e-4, abs=1e-3)
    assert ddq[3] == pytest.approx(-0.4 * (2 * math.pi) ** 2 * 0.25, rel=1e-3)
    left, right = pattern.evaluate(0.1), pattern.evaluate_sides([0.1, 0.4])
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)
    assert pattern.stride_rate == 0.8


def test_batch_and_out_equal_single_calls():
    pattern = GaitPattern.from_table(sine_table(), stride_time=1.0)
    phase = np.array([0.1, 0.7, 1.3])
    batch = pattern.evaluate(phase, [1.0, 0.9, 0.8])
    out = tuple(np.empty((3, 6)) for _ in range(3))
    pattern.evaluate(phase, [1.0, 0.9, 0.8], out=out)
    for i in range(3):
        single = pattern.evaluate(phase[i], [1.0, 0.9, 0.8][i])
        for a, b, c in zip(batch, out, single, strict=True):
            np.testing.assert_array_equal(a[i], c)
            np.testing.assert_array_equal(b[i], c)


def test_a_gap_is_closed_half_at_each_end():
    pattern = GaitPattern.from_table(sine_table(gap=0.02), stride_time=1.0)
    flat = GaitPattern.from_table(sine_table(), stride_time=1.0)
    difference = pattern.evaluate([0.0, 0.5]).q[:, 2] - flat.evaluate([0.0, 0.5]).q[:, 2]
    np.testing.assert_allclose(difference, [0.01, 0.01], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"stride_time": 0.2}, "stride_time"),
        ({"closing": np.nan}, "closing"),
        ({"offset": 1.5}, "offset"),
        ({"angles": np.zeros((8, 3))}, "angles"),
        ({"angles": np.zeros((9, 4))}, "angles"),
        ({"angles": sine_table(gap=0.2)}, "angles"),
    ],
)
def test_a_bad_table_is_refused(change, name):
    with pytest.raises(ConfigError, match=f"^{name}"):
        GaitPattern.from_table(**{"angles": sine_table(), "stride_time": 1.0, **change})


def test_minimum_jerk_at_its_half():
    q, dq, ddq = MinimumJerk([0.0, 1.0], [1.0, -1.0], 2.0).evaluate([-1.0, 1.0, 2.0, 3.0])
    np.testing.assert_allclose(q, [[0.0, 1.0], [0.5, 0.0], [1.0, -1.0], [1.0, -1.0]])
    np.testing.assert_allclose(dq[1], [15.0 / 16.0, -15.0 / 8.0])
    np.testing.assert_allclose(dq[[0, 2, 3]], 0.0, atol=1e-12)
    np.testing.assert_allclose(ddq, 0.0, atol=1e-12)
    assert MinimumJerk(0.0, 1.0, 2.0).evaluate(0.5).ddq == pytest.approx((15.0 - 180.0 / 16.0 + 120.0 / 64.0) / 4.0)


def test_rates_that_are_no_numbers_or_too_large_are_bounded():
    pattern = GaitPattern.from_table(sine_table(), stride_time=1.0)
    wild = pattern.evaluate_sides([0.25, np.nan], [np.inf, 1e9], [np.nan, -1e9])
    tame = pattern.evaluate_sides([0.25, 0.0], [0.0, 100.0], [0.0, -1e4])
    for a, b in zip(wild, tame, strict=True):
        np.testing.assert_array_equal(a, b)
