"""Torque profiles, foot plates and motor compensation of the reference against numbers worked out by hand."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.body import Body
from gaitloop.reference.control import (
    Compensation,
    FootPlate,
    LegGravity,
    ProportionalMoment,
    SplineProfile,
    plate_path,
    segment_gravity,
)
from gaitloop.reference.trajectory import GaitPattern

ONE = np.ones(6)
BAD = [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0]
WEIGHT = 75.0 * 9.80665
PHASE = np.arange(128) / 128


def table(pattern):
    return np.array([pattern.evaluate_sides([p, p], [1.0, 1.0], [0.0, 0.0]).q for p in PHASE])


def test_ankle_profile_has_its_four_parameters():
    law = SplineProfile.ankle(30.0, peak=0.5, rise=0.2, fall=0.1)
    at = lambda p: law.step([p, 0.0], ONE)[2]  # noqa: E731
    assert at(0.5) == -30.0
    assert abs(at(0.3)) + abs(at(0.6)) < 1e-12
    assert at(0.4) == pytest.approx(-15.0)
    assert at(0.55) == pytest.approx(-15.0)
    assert at(0.35) == pytest.approx(-30.0 * (3 / 16 - 2 / 64))
    for p in (0.3, 0.5, 0.6):
        assert abs(at(p + 1e-6) - at(p - 1e-6)) < 1e-7
    assert not law.step([0.5, 0.5], ONE)[[0, 1, 3, 4]].any()
    np.testing.assert_array_equal(law.step([0.4, np.nan], 0.5 * ONE), [0.0, 0.0, at(0.4) * 0.5, 0.0, 0.0, 0.0])


def test_hip_profile_extends_then_flexes_and_closes_over_the_cycle():
    law = SplineProfile.hip(20.0, 12.0)
    assert law.step([0.1, 0.62], ONE)[[0, 3]].tolist() == [-20.0, 12.0]
    tau = law.run(np.stack([PHASE, PHASE], axis=1), np.ones((128, 6)))[:, 0]
    assert np.abs(np.diff(np.append(tau, tau[0]))).max() <= 1.5 * 20.0 / 0.2 / 128 + 1e-9
    assert tau.min() >= -20.0
    assert tau.max() <= 12.0


def test_proportional_moment_is_gain_times_load_times_arm():
    law = ProportionalMoment(75.0, 1.75, gain=0.4, max_torque=60.0, smoothing=0.005)
    none = np.full(6, np.nan)
    for _ in range(20):
        out = law.step([WEIGHT, 100.0], [0.1, np.nan], none, ONE, 0.005)
    moment = WEIGHT * 0.1
    np.testing.assert_allclose(out.tau, [0, 0, -0.4 * moment, 0, 0, 0])
    np.testing.assert_allclose(out.moment, [moment, np.nan])
    first = ProportionalMoment(75.0, 1.75, gain=0.4, smoothing=0.02).step([WEIGHT, 0.0], [0.1, 0.0], none, ONE, 0.005)
    assert first.tau[2] == pytest.approx(-0.25 * min(0.4 * moment, 30.0))


def test_proportional_moment_reads_the_centre_of_pressure_from_the_shank():
    law = ProportionalMoment(75.0, 1.75, roll_radius=0.2, smoothing=0.005)
    for _ in range(5):
        out = law.step([WEIGHT, WEIGHT], [np.nan] * 2, [-0.2, 0.1, 0.0, 0.3, 0.1, 0.0], ONE, 0.005)
    np.testing.assert_allclose(out.moment, [WEIGHT * 0.06, 0.0])
    assert out.tau[5] == 0.0
    assert out.tau[2] == pytest.approx(-0.3 * WEIGHT * 0.06)
    fading = [law.step([np.nan, 0.0], [np.nan] * 2, np.zeros(6), ONE, 0.001).tau[2] for _ in range(60)]
    assert fading[0] < 0.0
    assert np.all(np.diff(fading) >= 0.0)
    assert abs(fading[-1]) < 1e-3


def test_nothing_of_the_moment_in_swing():
    law = ProportionalMoment(75.0, 1.75)
    out = law.step([0.04 * WEIGHT, 0.0], [0.1, 0.1], np.zeros(6), ONE, 0.02)
    assert not out.tau.any()


def straight(n=16):
    k = np.arange(n) / n
    x = 0.2 * np.cos(2 * np.pi * k)
    return np.stack([np.stack([x, 0.05 + 0 * k, 0 * k], axis=1)] * 2, axis=1)


def test_plate_force_is_spring_and_damper_up_to_its_bound():
    law = FootPlate(straight(), [1000.0, 2000.0, 100.0], [50.0, 60.0, 5.0], [100.0, 80.0, 10.0])
    pose, velocity = np.array([[0.15, 0.06, 0.02], [0.2, 0.05, 0.0]]), np.zeros((2, 3))
    out = law.step(pose, velocity, [0.0, 0.0], [0.0, 0.0], [0.5, 1.0])
    np.testing.assert_allclose(out.force, [[25.0, -10.0, -1.0], [0.0, 0.0, 0.0]], atol=1e-9)
    np.testing.assert_allclose(out.energy, [0.5 * (0.5 * 1000 * 0.0025 + 0.5 * 2000 * 1e-4 + 0.5 * 100 * 4e-4), 0.0])
    out = law.step(pose - [1.0, 0.0, 0.0], velocity, [0.0, 0.0], [0.0, 0.0], [1.0, 1.0])
    assert out.force[0, 0] == 100.0
    assert out.energy[1] == pytest.approx(100.0 * (1.0 - 0.05))
    moving = law.step(pose, velocity, [0.25, 0.25], [0.5, 0.5], [1.0, 1.0]).force[1, 0]
    assert moving == pytest.approx(-100.0)


def test_an_absent_pose_gives_no_force_on_its_side():
    law = FootPlate(straight(), [1000.0] * 2 + [100.0], [0.0] * 3, [100.0] * 3)
    pose = np.zeros((2, 3))
    pose[0, 2] = np.nan
    out = law.step(pose, np.zeros((2, 3)), [0.0, 0.0], [0.0, 0.0], [1.0, 1.0])
    assert not out.force[0].any()
    assert out.force[1].any()
    assert not law.step(np.zeros((2, 3)), np.zeros((2, 3)), [np.nan, 0.0], [0.0] * 2, [1.0] * 2).force[0].any()


def test_level_plates_stand_on_the_floor_and_make_the_step_asked_for():
    q = table(GaitPattern.koopman(0.6, 1.7))
    path = plate_path(q, 1.7, step_length=0.45)
    assert path[0, 0, 0] - path[64, 1, 0] == pytest.approx(0.45)
    body = Body(75.0, 1.7)
    heel = path[:, :, 1] - body.heel * np.sin(path[:, :, 2])
    toe = path[:, :, 1] + body.toe * np.sin(path[:, :, 2])
    low = np.minimum(heel, toe)
    other = np.roll(low[:, 1], -64)  # the right side is half a cycle away
    np.testing.assert_allclose(np.minimum(low[:, 0], other), 0.0, atol=1e-12)
    assert path[:, :, 1].max() < 0.25


def test_stairs_plates_sink_by_two_risers_and_go_back_by_two_treads():
    rise, tread = 0.17, 0.28
    for direction, sign in (("up", -1.0), ("down", 1.0)):
        pattern = GaitPattern.stairs(rise, tread, 1.7, direction=direction)
        path = plate_path(table(pattern), 1.7, "stairs")
        body = Body(75.0, 1.7)
        ball_x = path[:, 0, 0] + body.toe * np.cos(path[:, 0, 2])
        ball_z = path[:, 0, 1] + body.toe * np.sin(path[:, 0, 2])
        inner = slice(20, 75)
        np.testing.assert_allclose(np.diff(ball_x[inner]) * 128, -2 * tread, atol=0.02)
        np.testing.assert_allclose(np.diff(ball_z[inner]) * 128, 2 * sign * rise, atol=0.02)
        assert path[:, :, 1].min() == 0.0


def test_a_person_as_exoskeleton_is_the_weight_of_the_legs():
    body = Body(75.0, 1.75)
    leg = segment_gravity(
        [body.thigh.length, body.shank.length],
        [body.thigh.mass, body.shank.mass, body.foot.mass],
        [body.thigh.com, body.shank.com, body.ankle_height / 2],
        [0.0, 0.0, body.toe / 2],
    )
    zero = np.zeros(6)
    law = Compensation(np.stack([leg, leg]), zero, zero, zero, np.full(6, 150.0))
    q = np.array([0.4, 0.6, -0.1, -0.2, 0.1, 0.15])
    got = law.step(zero, q, zero, zero, 0.001, 0.1)
    np.testing.assert_allclose(got.added, LegGravity(75.0, 1.75).torque(q, 0.1), atol=1e-12)


def test_friction_and_inertia_are_added_in_their_shares():
    zero = np.zeros(6)
    law = Compensation(
        np.zeros((2, 6)), ONE * 4.0, ONE * 2.0, ONE * 0.5, ONE * 20.0, friction_speed=0.3, accel_time=0.05
    )
    dq = np.full(6, 0.4)
    out = law.step(ONE, zero, dq, np.full(6, np.nan), 0.01)
    friction = 0.8 * (4.0 * 0.4 / 0.5 + 2.0 * 0.4)
    np.testing.assert_allclose(out.tau_motor, 1.0 + friction)
    out = law.step(ONE, zero, dq + 0.1, np.full(6, np.nan), 0.01)  # own acceleration 0.1/0.05
    friction = 0.8 * (4.0 * 0.5 / math.hypot(0.5, 0.3) + 2.0 * 0.5)
    np.testing.assert_allclose(out.added, friction + 0.5 * 0.5 * 2.0)
    out = law.step(ONE, zero, zero, np.full(6, 3.0), 0.01)
    np.testing.assert_allclose(out.added, 0.5 * 0.5 * 3.0)
    assert law.step(ONE, zero, zero + 50.0, zero, 0.01).added.tolist() == [20.0] * 6


def test_whatever_comes_the_results_are_finite():
    zero = np.zeros(6)
    laws = [
        lambda r: ProportionalMoment(75.0, 1.75).step(r(2), r(2), r(6), r(6), r(1)[0]).tau,
        lambda r: SplineProfile.hip(20.0, 10.0).step(r(2), r(6)),
        lambda r: np.concatenate(
            [x.ravel() for x in PLATE.step(r(6).reshape(2, 3), r(6).reshape(2, 3), r(2), r(2), r(2))]
        ),
        lambda r: COMPENSATION.step(r(6), r(6), r(6), r(6), r(1)[0], r(1)[0]).tau_motor,
    ]
    rng = np.random.default_rng(0)
    for _ in range(300):
        for law in laws:
            assert np.isfinite(law(lambda n: rng.choice(BAD, n))).all()
    COMPENSATION.reset()
    assert np.isfinite(COMPENSATION.step(zero, zero, zero, zero, 0.001).added).all()


PLATE = FootPlate(straight(), [1000.0] * 2 + [100.0], [10.0] * 3, [100.0] * 3)
COMPENSATION = Compensation(np.full((2, 6), 10.0), ONE, ONE, ONE, ONE * 50.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SplineProfile.ankle(151.0), r"^torque must lie in \[0, 150\]"),
        (lambda: SplineProfile.hip(1.0, math.nan), r"^flexion must lie in"),
        (lambda: ProportionalMoment(75.0, 1.75, gain=0.9), r"^gain must lie in \[0, 0.8\]"),
        (lambda: FootPlate(np.zeros((7, 2, 3)), ONE[:3], ONE[:3], ONE[:3]), r"^path must have length 8 to 1024, got 7"),
        (lambda: FootPlate(np.zeros((8, 6)), ONE[:3], ONE[:3], ONE[:3]), r"^path must have shape \(N, 2, 3\)"),
        (lambda: FootPlate(straight(), ONE[:3], ONE[:3], [1, 1, 301.0]), r"^max_force must lie in \[0, 300\]"),
        (lambda: plate_path(np.zeros((16, 6)), 1.7, "sea"), r"^ground must be one of"),
        (lambda: plate_path(np.zeros((16, 6)), 1.7, step_length=0.4), r"^step must lie in"),
        (lambda: Compensation(np.zeros((2, 6)), ONE, ONE, ONE, ONE, inertia_share=0.9), r"^inertia_share must lie in"),
        (lambda: segment_gravity([0.4, 0.9], ONE[:3], ONE[:3] * 0, ONE[:3] * 0), r"^lengths must lie in"),
    ],
)
def test_bad_parameters_are_refused_by_name(make, message):
    with pytest.raises(ConfigError, match=message):
        make()
