"""Foot lift of the reference against numbers worked out by hand."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference._foot import foot
from gaitloop.reference.body import Body
from gaitloop.reference.control import FootLift
from gaitloop.reference.control.foot_lift import expected

MASS, HEIGHT = 75.0, 1.75
WEIGHT = MASS * 9.80665
DRIVEN = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
STAND = [0.0, 0.0, 0.0]
DRAG = [0.0, 0.15, -0.15]  # a slightly bent leg, foot level
STILL = np.zeros(6)
ON, OFF = 0.8 * WEIGHT, 0.0


def lift(**changes):
    return FootLift(MASS, HEIGHT, changes.pop("driven", DRIVEN), **changes)


def stand(law, ticks=200):
    for _ in range(ticks):
        law.step(np.array(STAND * 2), STILL, [0.5, 0.0], [ON, ON], [1.0, 1.0], 0.001)


def swing(law, leg, ticks, *, force=OFF, dq=STILL, support=1.0, rate=0.9, start=0.62, other=ON):
    """The left leg swings in one posture; returns every output."""
    q = np.array([*leg, *STAND])
    rows = [
        law.step(q, dq, [start + k * rate * 0.001, 0.1], [force, other], [support, 0.0], 0.001) for k in range(ticks)
    ]
    return rows


def test_height_of_the_toe_is_taken_from_the_standing_foot():
    body, law = Body(MASS, HEIGHT), lift()
    q = np.array([0.5, 0.9, 0.1, -0.1, 0.05, 0.02])
    out = law.step(q, STILL, [0.7, 0.2], [OFF, ON], [1.0, 1.0], 0.001)
    own, other = body.leg(*q[:3]), body.leg(*q[3:])
    assert out.height[0] == own.toe[1] - min(other.heel[1], other.toe[1])
    assert out.height[1] == other.toe[1] - min(own.heel[1], own.toe[1])
    assert not out.assumed.any()


def test_an_absent_ankle_is_assumed_and_said():
    law = lift()
    q = np.array([0.5, 0.9, 0.1, -0.1, 0.05, np.nan])
    out = law.step(q, STILL, [0.7, 0.2], [OFF, ON], [1.0, 1.0], 0.001)
    body = Body(MASS, HEIGHT)
    flat = body.leg(-0.1, 0.05, 0.15)
    assert out.height[0] == pytest.approx(body.leg(0.5, 0.9, 0.1).toe[1] - flat.heel[1], abs=1e-12)
    assert out.assumed.tolist() == [True, True]
    q[3] = np.nan
    assert np.isnan(law.step(q, STILL, [0.7, 0.2], [OFF, ON], [1.0, 1.0], 0.001).height).all()


def test_a_foot_that_drags_is_lifted_within_the_swing():
    law = lift()
    stand(law)
    rows = swing(law, DRAG, 150)
    dragging = [bool(row.dragging[0]) for row in rows]
    decided = dragging.index(True) * 0.0009 / 0.36
    assert 0.08 <= decided < 0.2
    assert all(dragging[dragging.index(True) :])
    last = rows[-1]
    body = Body(MASS, HEIGHT)
    leg = body.leg(*DRAG)
    p = 149 * 0.0009 / 0.36
    d = 0.06 - last.height[0]
    assert p > 0.2
    force = min(2000.0 * d, 100.0)
    want = [force * leg.ankle[0], -force * (leg.ankle[0] - leg.knee[0]), 0.0]
    np.testing.assert_allclose(last.tau[:3], want, rtol=1e-9)
    assert last.energy[0] == pytest.approx(100.0 * (d - 0.025) if force == 100.0 else 0.5 * 2000.0 * d * d)
    assert not last.tau[3:].any()
    first = dragging.index(True)
    for k in range(first, first + 50):  # level grows by 1/50 a tick
        assert rows[k].lifting[0]
    tau = np.array([row.tau[1] for row in rows])
    assert np.abs(np.diff(tau)).max() < 1.2 * np.abs(last.tau[1]) / 50.0 + 0.2


def test_a_driven_ankle_is_lifted_at_the_toe():
    law = lift(driven=np.ones(6))
    stand(law)
    last = swing(law, DRAG, 150)[-1]
    leg = Body(MASS, HEIGHT).leg(*DRAG)
    force = min(2000.0 * (0.06 - last.height[0]), 100.0)
    np.testing.assert_allclose(last.tau[2], min(15.0, force * (leg.toe[0] - leg.ankle[0])), rtol=1e-9)
    assert last.tau[2] > 0.0


def test_a_free_foot_is_left_alone():
    law = lift()
    stand(law)
    rows = swing(law, [0.5, 1.0, 0.0], 300)
    assert not any(row.dragging[0] or row.lifting[0] for row in rows)


def test_speeds_of_the_foot_are_those_of_its_points():
    rng, body, dt = np.random.default_rng(4), Body(MASS, HEIGHT), 1e-6
    for _ in range(20):
        angles, rates, pitch = rng.normal(0.0, 0.4, 3), rng.normal(0.0, 3.0, 3), rng.normal(0.0, 0.2)
        seen = foot(body, angles, rates, pitch, None)
        before, after = (body.leg(*(angles + sign * dt * rates), pitch) for sign in (-0.5, 0.5))
        low = "heel" if seen.heel[1] < seen.toe[1] else "toe"
        want = [(np.array(getattr(after, at)) - getattr(before, at)) / dt for at in ("toe", low)]
        np.testing.assert_allclose([seen.toe_speed, seen.toe_rise], want[0], atol=1e-7)
        np.testing.assert_allclose([seen.low_speed, seen.low_rise], want[1], atol=1e-7)


def test_a_toe_that_peels_off_is_left_alone_and_one_that_is_drawn_forward_is_not():
    for rates, found in (([0.0, 0.0, 2.5], False), ([2.5, 0.0, 0.0], True)):
        law = lift()
        stand(law)
        rows = swing(law, STAND, 60, dq=np.array([*rates, *STAND]))
        assert any(row.dragging[0] for row in rows) == found


def test_load_or_no_speed_is_a_sign_too():
    for force, dq, height in ((0.05 * WEIGHT, STILL, [0.5, 1.0, 0.0]), (OFF, STILL, [0.0, 0.2, 0.05])):
        law = lift()
        stand(law)
        assert any(row.dragging[0] for row in swing(law, height, 90, force=force, dq=dq))


def test_nothing_in_stance_and_nothing_without_a_standing_leg():
    law = lift()
    stand(law)
    swing(law, DRAG, 150)
    row = swing(law, DRAG, 1, force=0.25 * WEIGHT, start=0.75)[-1]
    assert not row.tau.any()
    assert row.energy[0] == 0.0
    law = lift()
    stand(law)
    assert not any(row.lifting[0] for row in swing(law, DRAG, 150, other=0.0))


def test_contact_ends_the_swing_and_the_next_one_needs_a_stance():
    law = lift()
    stand(law)
    swing(law, DRAG, 150)
    rows = swing(law, DRAG, 40, force=0.5 * WEIGHT, start=0.75)
    assert not rows[-1].dragging[0]
    rows = swing(law, DRAG, 100, start=0.79)
    assert not any(row.dragging[0] for row in rows)
    assert not rows[-1].lifting[0]


def test_without_a_foot_force_nothing_is_decided():
    law, dq = lift(), np.array([2.0, 0.0, 0.0, -0.3, 0.0, 0.0])
    none = np.full(2, np.nan)
    q = np.array([*DRAG, *STAND])
    rows = [law.step(q, dq, [0.62 + 0.0009 * k, 0.1], none, [1.0, 1.0], 0.001) for k in range(150)]
    assert not any(row.dragging[0] for row in rows)
    assert np.isfinite(rows[-1].height).all()


def test_where_an_ankle_is_assumed_only_the_load_tells():
    for force, found in ((OFF, False), (0.05 * WEIGHT, True)):
        law = lift()
        stand(law)
        rows = swing(law, [*DRAG[:2], np.nan], 120, force=force)
        assert any(row.dragging[0] for row in rows) == found


def test_support_is_that_of_the_first_tick_of_the_swing():
    taus = []
    for second in (0.0, 1.0):
        law = lift()
        stand(law)
        swing(law, DRAG, 10, support=0.5)
        taus.append(swing(law, DRAG, 140, support=second, start=0.629)[-1].tau)
    np.testing.assert_array_equal(taus[0], taus[1])
    law = lift()
    stand(law)
    full = swing(law, DRAG, 150, support=1.0)[-1].tau
    np.testing.assert_allclose(taus[0], 0.5 * full, rtol=1e-9)


def test_torque_is_bounded_in_its_direction():
    law = lift(max_torque=[0.5, 1.0, 1.0] * 2, max_force=300.0, stiffness=5000.0)
    free = lift(max_force=300.0, stiffness=5000.0, max_torque=[100.0] * 6)
    for one in (law, free):
        stand(one)
    bent, open_ = swing(law, DRAG, 150)[-1].tau, swing(free, DRAG, 150)[-1].tau
    assert np.abs(bent[0]) <= 0.5 + 1e-12
    assert np.abs(bent[1]) <= 1.0 + 1e-12
    np.testing.assert_allclose(bent[0] * open_[1], bent[1] * open_[0], rtol=1e-9)


def test_expected_height_has_the_corners_that_the_text_names():
    for p, want in ((0.08, 0.0), (0.14, 1.0), (0.2, 2.0), (0.39, 2.0), (0.5, 1.5), (0.6, 1.0), (0.75, 1.0)):
        assert expected(p) == pytest.approx(want)


def test_run_is_step_for_each_row_and_reset_forgets():
    rng = np.random.default_rng(1)
    n = 300
    q = rng.normal(0.2, 0.3, (n, 6))
    rows = q, rng.normal(0.0, 2.0, (n, 6)), rng.random((n, 2)), rng.uniform(-50, 900, (n, 2)), rng.random((n, 2))
    law = lift()
    whole = law.run(*rows, 0.01, rng.normal(0.0, 0.1, n) * 0.0)
    law.reset()
    for k, row in enumerate(zip(*rows, strict=True)):
        out = law.step(*row, 0.01, 0.0)
        for name in out._fields:
            np.testing.assert_array_equal(getattr(out, name), getattr(whole, name)[k])


def test_whatever_comes_the_result_is_finite():
    bad = [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 0.0]
    law = lift()
    for k in range(200):
        row = [np.roll(np.resize(bad, n), k) for n in (6, 6, 2, 2, 2)]
        out = law.step(*row, bad[k % 7], bad[(k + 3) % 7])
        assert np.isfinite(out.tau).all()
        assert np.isfinite(out.energy).all()


@pytest.mark.parametrize(
    ("name", "bad"),
    [("stiffness", 5001.0), ("clearance", math.nan), ("fade_in", 0.049), ("swing_end", 1.1), ("max_force", -1.0)],
)
def test_bad_parameters_are_refused(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        lift(**{name: bad})
