"""Measures of the reference on walkers whose way is known."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.body import Body
from gaitloop.reference.measures import (
    FootMeter,
    StrideMeter,
    adult_angles,
    foot_trajectory,
    harmonic_ratio,
    margin_of_stability,
    robot_work,
    sagittal_gps,
    stride_measures,
    variability,
)

STRIDE, STANCE, LENGTH, LIFT = 1.2, 0.72, 1.3, 0.15
G = np.array([0.0, 0.0, 9.80665])


def rotation(seed):
    q = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    return q * np.linalg.det(q)


def walker_events(strides=5):
    """Contacts of both feet, the right half a stride later."""
    rows = []
    for k in range(strides + 1):
        for side, shift in ((0, 0.0), (1, 0.5 * STRIDE)):
            rows += [(k * STRIDE + shift, side, 0), (k * STRIDE + shift + STANCE, side, 1)]
    time, side, kind = (np.array(column) for column in zip(*rows, strict=True))
    return SimpleNamespace(side=side, kind=kind, time=time)


def foot(time, turn=0.0, climb=0.0):
    """Position and pitch of the left foot: at rest in stance, a smooth swing after it."""
    k = np.floor(time / STRIDE)
    u = np.clip((time - k * STRIDE - STANCE) / (STRIDE - STANCE), 0.0, 1.0)
    s = u**3 * (10.0 - 15.0 * u + 6.0 * u * u)
    bump = (4.0 * u * (1.0 - u)) ** 3
    heading = turn * (k + s)
    pitch = -0.8 * bump * np.sin(2.0 * np.pi * u)
    return np.stack([LENGTH * (k + s), 0.0 * s, LIFT * bump + climb * (k + s)], axis=1), heading, pitch


def imu(rate=800.0, strides=5, mounting=None, **how):
    """Readings of a sensor on that foot."""
    time, h = np.arange(0.0, (strides + 1) * STRIDE, 1.0 / rate), 1e-4
    turned = np.eye(3) if mounting is None else mounting

    def frames(t):
        _, heading, pitch = foot(t, **how)
        c, s, cp, sp, o = np.cos(heading), np.sin(heading), np.cos(pitch), np.sin(pitch), 0.0 * heading
        return np.stack([c * cp, -s, c * sp, s * cp, c, s * sp, -sp, o, cp], axis=1).reshape(-1, 3, 3) @ turned

    low, middle, high = frames(time - h), frames(time), frames(time + h)
    p = [foot(time + d, **how)[0] for d in (-h, 0.0, h)]
    force = (p[0] - 2.0 * p[1] + p[2]) / (h * h) + G
    spin = np.swapaxes(middle, 1, 2) @ (high - low) / (2.0 * h)
    rate_of_turn = np.stack([spin[:, 2, 1], spin[:, 0, 2], spin[:, 1, 0]], axis=1)
    return time, np.hstack([np.einsum("nji,nj->ni", middle, force), rate_of_turn])


def both(rows):
    return np.stack([rows, rows], axis=1)


@pytest.mark.parametrize("mounting", [None, rotation(1), rotation(2), np.diag([1.0, -1.0, -1.0])])
def test_foot_imu_gives_the_way_in_any_mounting(mounting):
    time, rows = imu(mounting=mounting)
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(rows)))
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=2e-3)
    np.testing.assert_allclose(left.foot_lift, LIFT, atol=2e-3)
    np.testing.assert_allclose(left.height_change, 0.0, atol=2e-3)
    np.testing.assert_allclose(left.turn, 0.0, atol=1e-3)
    np.testing.assert_allclose(left.speed, LENGTH / STRIDE, atol=2e-3)


@pytest.mark.parametrize(("turn", "climb"), [(0.3, 0.0), (-0.5, 0.0), (0.0, 0.17), (0.0, -0.17)])
def test_foot_imu_sees_turns_and_stairs(turn, climb):
    left, _ = stride_measures(
        walker_events(), foot_imu=(imu(turn=turn, climb=climb)[0], both(imu(turn=turn, climb=climb)[1]))
    )
    np.testing.assert_allclose(left.turn, turn, atol=5e-3)
    np.testing.assert_allclose(left.height_change, climb, atol=3e-3)
    np.testing.assert_allclose(left.foot_lift, LIFT, atol=3e-3)
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=3e-3)


def test_foot_imu_keeps_the_way_when_the_impact_is_misread():
    time, rows = imu(rate=200.0)
    contact = np.argmin(np.abs(time - 2.0 * STRIDE))
    rows[contact, :3] += [20.0, 0.0, 120.0]
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(rows)))
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=0.02)


def test_last_stride_needs_no_toe_off():
    (time, rows), events = imu(rate=200.0), walker_events()
    keep = events.time < 5.0 * STRIDE + 1e-6
    events = SimpleNamespace(side=events.side[keep], kind=events.kind[keep], time=events.time[keep])
    left, _ = stride_measures(events, foot_imu=(time, both(rows)))
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=5e-3)


def test_gravity_corrects_a_gyroscope_that_is_off():
    time, rows = imu()
    rows[:, 4] += 0.05
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(rows)))
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=0.02)
    np.testing.assert_allclose(left.height_change, 0.0, atol=0.02)


def test_foot_imu_bears_lost_rows_but_no_long_gap():
    time, rows = imu()
    few, many = rows.copy(), rows.copy()
    few[[500, 501, 1500], 0] = np.nan
    many[900:1000] = np.nan
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(few)))
    np.testing.assert_allclose(left.stride_length, LENGTH, atol=0.01)
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(many)))
    np.testing.assert_array_equal(np.isnan(left.stride_length), [True, False, False, False, False])


def test_foot_meter_tells_the_same_with_each_toe_off():
    (time, rows), events = imu(rate=250.0), walker_events()
    left, _ = stride_measures(events, foot_imu=(time, both(rows)))
    mine = [(k, round(t * 1e9)) for s, k, t in zip(events.side, events.kind, events.time, strict=True) if s == 0]
    meter, found = FootMeter(), []
    for t, row in zip(time, rows, strict=True):
        ns = round(t * 1e9)
        event = mine.pop(0) if mine and ns > mine[0][1] + 20_000_000 else None
        step = meter.step(row, ns, event)
        if step is not None:
            found.append((step.length, step.lift, step.height_change, step.turn))
    columns = (left.stride_length, left.foot_lift, left.height_change, left.turn)
    np.testing.assert_allclose(found, np.stack(columns, axis=1), atol=1e-9)


def test_foot_meter_bears_anything():
    meter, rng = FootMeter(), np.random.default_rng(3)
    absurd = [np.nan, np.inf, -1e308, 5e-324, 1e6, -1e6]
    for i in range(6000):
        row = np.where(rng.random(6) < 0.1, rng.choice(absurd, 6), rng.normal(0.0, 5.0, 6))
        event = (int(rng.integers(0, 2)), int(i * 5e6 - rng.integers(0, 2e8))) if rng.random() < 0.05 else None
        step = meter.step(row, int(i * 5e6 - rng.integers(0, 2e7)), event)
        assert step is None or np.isfinite([step.length, step.lift, step.height_change, step.turn]).all()


@pytest.mark.parametrize("unit", [0.0, 1.0 / 9.80665, 100.0])
def test_sensor_that_feels_no_gravity_gives_nothing(unit):
    time, rows = imu(rate=200.0)
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(rows * np.repeat([unit, 1.0], 3))))
    assert np.isnan(left.stride_length).all()


def test_path_begins_and_ends_at_rest():
    time, rows = imu()
    path = foot_trajectory(time, rows, (0.0, STANCE), (STRIDE, STRIDE + STANCE))
    assert path.time[0] < STANCE < STRIDE < path.time[-1]
    np.testing.assert_allclose(path.velocity[[0, -1]], 0.0, atol=1e-12)
    np.testing.assert_array_equal(path.position[0], 0.0)
    assert foot_trajectory(time, rows + 2.0, (0.0, STANCE), (STRIDE, STRIDE + STANCE)) is None


def marker_rows(speed_of_belt=0.0, heading=0.0):
    """Markers of a walker whose heels are 0.2 m apart, the pelvis 0.9 m up midway between them at even speed."""
    time = np.arange(-0.2, 8.0, 0.01)
    rows = np.zeros((len(time), 5, 3))
    for side, (shift, aside) in enumerate(((0.0, 0.1), (0.5 * STRIDE, -0.1))):
        p = foot(time - shift)[0] + [LENGTH * shift / STRIDE, aside, 0.0]
        rows[:, 2 * side], rows[:, 2 * side + 1] = p, p + np.array([0.2, 0.0, 0.02])
    rows[:, 4] = np.stack([LENGTH / STRIDE * time - 0.3, 0.0 * time, 0.0 * time + 0.9], axis=1)
    rows[:, :, 0] -= speed_of_belt * time[:, None]
    c, s = math.cos(heading), math.sin(heading)
    return time, rows @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


@pytest.mark.parametrize("heading", [0.0, 1.0, math.pi])
@pytest.mark.parametrize("belt", [None, LENGTH / STRIDE])
def test_markers_give_lengths_and_margins(heading, belt):
    time, rows = marker_rows(belt or 0.0, heading)
    tables = stride_measures(walker_events(), belt_speed=belt, markers=(time, rows))
    omega = math.sqrt(9.80665 / 0.9)
    for table in tables:
        np.testing.assert_allclose(table.stride_length, LENGTH, atol=1e-9)
        np.testing.assert_allclose(table.step_length, 0.5 * LENGTH, atol=1e-9)
        np.testing.assert_allclose(table.step_width, 0.2, atol=1e-9)
        np.testing.assert_allclose(table.walk_ratio, LENGTH * STRIDE / 240.0, atol=1e-9)
        np.testing.assert_allclose(table.margin_ml, 0.1, atol=1e-9)
        np.testing.assert_allclose(table.margin_ap, 0.2 + 0.3 - LENGTH / STRIDE / omega, atol=1e-9)
        middle = foot(np.array([STANCE + 0.3 * (STRIDE - STANCE)]))[0][0, 2]
        np.testing.assert_allclose(table.toe_clearance, middle, atol=0.02)


def test_hidden_pelvis_leaves_lengths_and_takes_margins():
    time, rows = marker_rows()
    rows[:, 4] = np.nan
    left, _ = stride_measures(walker_events(), markers=(time, rows))
    np.testing.assert_allclose(left.step_length, 0.5 * LENGTH, atol=1e-9)
    assert np.isnan(left.margin_ap).all()


def test_markers_come_before_the_sensor_and_the_sensor_before_the_belt():
    (time, rows), marked = imu(), marker_rows()
    marked[1][:, 0] *= 1.1
    marked[1][marked[0] < 2.0] = np.nan
    left, _ = stride_measures(walker_events(), foot_imu=(time, both(rows)), markers=marked)
    assert left.stride_length[0] == pytest.approx(LENGTH, abs=2e-3)
    assert left.stride_length[2:] == pytest.approx(1.1 * LENGTH)


def angle_rows():
    time = np.arange(0.0, 8.0, 0.01)
    phase = np.stack([time / STRIDE, time / STRIDE + 0.5])
    mean, knots = adult_angles()[0], np.linspace(0.0, 1.0, 51)
    legs = [np.stack([np.interp(p % 1.0, knots, mean[:, j]) for j in range(3)], axis=1) for p in phase]
    return time, np.hstack(legs)


def test_adults_walk_like_adults():
    time, angles = angle_rows()
    left, right = stride_measures(walker_events(), angles=(time, angles), height=1.75)
    for table in (left, right):
        assert (table.sagittal_gps < math.radians(1.0)).all()
        assert (table.step_length > 0.4).all()
        assert (table.step_length < 0.9).all()
        assert (table.toe_clearance > -0.02).all()
        assert (table.toe_clearance < 0.1).all()
    np.testing.assert_allclose(left.step_length, right.step_length, atol=1e-6)
    np.testing.assert_allclose(left.ankle_swing_max, angles[:, 2][(time % STRIDE) > 0.6 * STRIDE].max(), atol=0.02)


def test_details_of_the_meter_agree_with_the_table():
    time, angles = angle_rows()
    force, n = 400.0 + 300.0 * np.sin(7.0 * time), len(time)
    dq, robot, human = (np.random.default_rng(i).normal(size=(n, 6)) for i in range(3))
    events = walker_events()
    left, _ = stride_measures(
        events,
        (time, angles),
        (time, np.stack([force, force], axis=1)),
        1.1,
        torques=(time, dq, robot, human),
        mass=75.0,
        height=1.75,
    )
    plain, meter, found = StrideMeter(0, 75.0, 1.75), StrideMeter(0, 75.0, 1.75, details=True), []
    mine = [(k, t) for s, k, t in zip(events.side, events.kind, events.time, strict=True) if s == 0]
    for i, t in enumerate(time):
        event = (int(mine[0][0]), round(mine.pop(0)[1] * 1e9)) if mine and t >= mine[0][1] - 1e-9 else None
        tick = {"event": event, "in_contact": (True, True), "q": angles[i], "q_ref": angles[i], "force": force[i]}
        tick |= {"phase": (t / STRIDE) % 1.0, "belt_speed": 1.1, "dt": 0.01 if i else 0.0}
        closed = meter.step(**tick, dq=dq[i], tau_robot=robot[i], tau_human=human[i])
        same = plain.step(**tick)
        if closed is not None:
            assert same.details is None
            assert str(closed._replace(details=None)) == str(same)
            found.append(closed.details)
    assert len(found) == 5
    for i, stride in enumerate(found):
        for name in ("swing_time", "cadence", "speed", "walk_ratio", "hip_range", "knee_range", "ankle_range"):
            assert getattr(stride, name) == pytest.approx(getattr(left, name)[i], rel=0.01), name
        assert stride.toe_clearance == pytest.approx(left.toe_clearance[i], abs=2e-3)
        assert stride.load_share == pytest.approx(left.load_share[i], abs=0.02)
        assert stride.work.human_share == pytest.approx(left.human_share[i], abs=0.02)
        assert 0.0 <= stride.work.human_share <= 1.0


def test_table_bears_gaps_and_absurd_numbers():
    rng = np.random.default_rng(5)
    time, events = np.arange(0.0, 8.0, 0.01), walker_events()
    n = len(time)

    def bad(*shape):
        return np.where(
            rng.random((n, *shape)) < 0.1, rng.choice([np.nan, np.inf, 1e308, -1e6]), rng.normal(size=(n, *shape))
        )

    tables = stride_measures(
        events,
        (time, bad(6)),
        (time, bad(2) * 500.0),
        (time, bad()),
        markers=(time, bad(5, 3)),
        foot_imu=(time, bad(2, 6)),
        trunk=(time, bad(3)),
        torques=(time, bad(6), bad(6), bad(6)),
        mass=70.0,
        height=1.7,
    )
    for table in tables:
        assert all(len(column) == 5 for column in table)
        assert not any(np.isinf(column).any() for column in table)


def test_steady_trunk_has_a_high_ratio_and_a_limping_one_a_low():
    t = np.arange(128) / 128.0 * 2.0 * np.pi
    assert harmonic_ratio(np.cos(2.0 * t) + 0.1 * np.cos(t)) == pytest.approx(10.0)
    assert harmonic_ratio(np.cos(2.0 * t) + np.cos(t)) == pytest.approx(1.0)
    assert math.isnan(harmonic_ratio(np.ones(40)))
    assert math.isnan(harmonic_ratio(np.full(128, 9.8)))
    time = np.arange(0.0, 8.0, 0.01)
    steady = np.cos(4.0 * np.pi * time / STRIDE) + 0.01 * np.cos(2.0 * np.pi * time / STRIDE)
    left, _ = stride_measures(walker_events(), trunk=(time, np.tile(steady, (3, 1)).T))
    assert (left.harmonic_v > 50.0).all()
    assert (left.harmonic_ml < 0.02).all()


def test_absent_angle_takes_its_score():
    angles = adult_angles()[0]
    angles[3, 1] = np.nan
    got = sagittal_gps(angles)
    np.testing.assert_array_equal(np.isnan(got.gvs), [False, True, False])
    assert math.isnan(got.gps)


def test_few_strides_give_no_spread():
    assert math.isnan(variability([]).mean)
    one = variability([2.0, math.nan])
    assert (one.strides, one.mean, one.mad) == (1, 2.0, 0.0)
    assert math.isnan(one.sd)
    assert math.isnan(one.cv)
    assert variability(np.arange(20.0)).stable


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("^leg_length must lie in", lambda: margin_of_stability(0.0, 0.0, 0.0, 2.0)),
        ("^angles must have shape", lambda: sagittal_gps(np.zeros((50, 3)))),
        ("^pelvic_tilt must lie in", lambda: adult_angles(1.0)),
        ("^mass must lie in", lambda: stride_measures(walker_events(), mass=5.0)),
        ("^markers must have shape", lambda: stride_measures(walker_events(), markers=([0.0], np.zeros((1, 4, 3))))),
    ],
)
def test_wrong_input_is_refused(message, call):
    with pytest.raises(ConfigError, match=message):
        call()


def test_body_of_the_lengths_is_the_hall():
    body = Body(70.0, 1.75)
    assert body.thigh.length + body.shank.length + body.ankle_height == pytest.approx(0.53 * 1.75)


def test_reference_follows_the_speed():
    own, slow, fast = (adult_angles(speed=v)[0] for v in (None, 0.4, 1.3))
    np.testing.assert_allclose(adult_angles(speed=1.1)[0], own)
    np.testing.assert_array_equal(adult_angles(speed=0.0)[0], adult_angles(speed=0.14)[0])
    assert np.ptp(slow[:, 0]) < np.ptp(own[:, 0]) < np.ptp(fast[:, 0])
    assert slow[:, 1].max() < math.radians(55.0)
    time, _ = angle_rows()
    knots = np.linspace(0.0, 1.0, 51)
    angles = np.stack([np.interp((time / STRIDE) % 1.0, knots, slow[:, j % 3]) for j in range(6)], axis=1)
    matched, _ = stride_measures(walker_events(), angles=(time, angles), belt_speed=0.4)
    unmatched, _ = stride_measures(walker_events(), angles=(time, angles))
    assert (matched.sagittal_gps < math.radians(1.0)).all()
    assert (unmatched.sagittal_gps > math.radians(4.0)).all()


def test_height_gives_the_pendulum():
    left, _ = stride_measures(walker_events(), markers=marker_rows(), height=1.75)
    omega = math.sqrt(9.80665 / (0.53 * 1.75))
    np.testing.assert_allclose(left.margin_ap, 0.2 + 0.3 - LENGTH / STRIDE / omega, atol=1e-9)


def test_toe_clearance_is_that_of_the_middle_of_swing():
    time = np.arange(0.0, 8.0, 0.01)
    phase, angles, body = (time / STRIDE) % 1.0, np.zeros((len(time), 6)), Body(70.0, 1.75)
    angles[:, 1] = np.where(phase < 0.695, 0.0, np.where(phase < 0.8, 0.6, 0.8))
    left, _ = stride_measures(walker_events(), angles=(time, angles), height=1.75)
    np.testing.assert_allclose(left.toe_clearance, body.leg(0.0, 0.6, 0.0).toe[1] - body.leg(0.0, 0.0, 0.0).toe[1])


def test_share_needs_three_tenths_of_the_ticks():
    time, ones = np.arange(100) * 0.01, np.ones((100, 6))
    for known, has in ((50, True), (31, True), (29, False)):
        human = np.where(np.arange(100)[:, None] < known, ones, np.nan)
        left, _ = robot_work(time, ones, ones, human)
        assert left.human_covered == pytest.approx(known / 100.0)
        assert math.isnan(left.human_share) != has
        assert left.robot_work == pytest.approx(3.0 * 0.99)
