"""Measures: what the public functions take, refuse and give back."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop import measures
from gaitloop.errors import ConfigError
from gaitloop.reference import measures as reference

TIME = np.arange(400) * 0.01
SIX = np.zeros((400, 6))
REST = np.tile([0.0, 0.0, 9.8, 0.0, 0.0, 0.0], (400, 1))
EVENTS = SimpleNamespace(
    side=np.array([0, 1, 1, 0, 0, 1, 1, 0, 0]),
    kind=np.array([0, 1, 0, 1, 0, 1, 0, 1, 0]),
    time=np.array([0.0, 0.1, 0.6, 0.7, 1.2, 1.3, 1.8, 1.9, 2.4]),
)


def table(**more):
    return lambda: measures.stride_measures(EVENTS, **more)


def tick(**changes):
    row = {"in_contact": (True, False), "q": np.zeros(6), "q_ref": np.zeros(6), "phase": 0.0, "dt": 0.01}
    return lambda: measures.StrideMeter(0, 75.0, 1.75).step(**{**row, **changes})


def work(*arrays):
    return lambda: measures.robot_work(*arrays)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (table(mass=5.0), r"^mass must lie in \[20, 200\], got 5"),
        (table(height=2.5), r"^height must lie in \[1, 2.3\], got 2.5"),
        (table(mass="heavy"), r"^mass must be a number, got 'heavy'"),
        (table(markers=([0.0], np.zeros((1, 4, 3)))), r"^markers must have shape \(T, 5, 3\), got \(1, 4, 3\)"),
        (table(markers=([0.0], np.zeros((1, 15)))), r"^markers must have 3 dimensions, got shape \(1, 15\)"),
        (table(markers=([0.0, 1.0], np.zeros((1, 5, 3)))), r"^markers must have length 2, got 1"),
        (table(foot_imu=([0.0], np.zeros((1, 2, 3)))), r"^foot_imu must have shape \(T, 2, 6\), got \(1, 2, 3\)"),
        (table(foot_imu=([1.0, 0.0], np.zeros((2, 2, 6)))), r"^foot_imu_time must increase, got 0 after 1 at index 1"),
        (table(trunk=([0.0], np.zeros((1, 6)))), r"^trunk must have shape \(T, 3\), got \(1, 6\)"),
        (table(trunk=([math.nan], np.zeros((1, 3)))), r"^trunk_time must lie in"),
        (table(torques=(TIME, SIX)), r"^torques must be \(time, dq, tau_robot, tau_human\)"),
        (table(torques=(TIME, SIX, SIX[1:], SIX)), r"^tau_robot must have length 400, got 399"),
        (table(torques=(TIME[::-1], SIX, SIX, SIX)), r"^torques_time must increase"),
        (table(reference=np.zeros((50, 3))), r"^reference must have shape \(51, 3\), got \(50, 3\)"),
        (work(TIME, SIX, SIX, SIX[:, :5]), r"^tau_human must have shape \(T, 6\), got \(400, 5\)"),
        (work(TIME[:5], SIX, SIX, SIX), r"^dq must have length 5, got 400"),
        (lambda: measures.margin_of_stability(0.0, 0.0, 0.0, 2.0), r"^leg_length must lie in \[0.3, 1.5\], got 2"),
        (lambda: measures.sagittal_gps(np.zeros((50, 3))), r"^angles must have shape \(51, 3\), got \(50, 3\)"),
        (lambda: measures.adult_angles(1.0), r"^pelvic_tilt must lie in \[-0.5, 0.5\], got 1"),
        (lambda: measures.adult_angles(speed=6.0), r"^speed must lie in \[0, 5\], got 6"),
        (lambda: measures.harmonic_ratio(np.zeros((2, 50))), r"^acceleration must have 1 dimension, got shape"),
        (lambda: measures.harmonic_ratio(np.zeros(50), lateral="yes"), r"^lateral must be true or false, got 'yes'"),
        (
            lambda: measures.stride_measures([(["left"], "ic", 0.0)]),
            r"^side must be one of \['left', 'right'\] or 0 or 1",
        ),
        (lambda: measures.FootMeter().step(REST[0], 0.5), r"^t must be a whole number of nanoseconds, got 0.5"),
        (lambda: measures.FootMeter().step(REST[0], 2**63), r"^t must lie in \[-2\*\*63, 2\*\*63 - 1\], got 92"),
        (
            lambda: measures.FootMeter().step(REST[0], 0, "ic"),
            r"^event must be a pair \(kind, time\) or None, got 'ic'",
        ),
        (lambda: measures.FootMeter().step(REST[0], 0, ("ic", 0)), r"^event must have kind 0 or 1, got 'ic'"),
        (lambda: measures.FootMeter().step(REST[0], 0, (2, 0)), r"^event must lie in \[0, 1\], got 2"),
        (tick(event=(0, 0.5)), r"^event must be a whole number of nanoseconds, got 0.5"),
        (tick(other_contact=0.5), r"^other_contact must be a whole number of nanoseconds, got 0.5"),
        (tick(in_contact=True), r"^in_contact must be a pair \(left, right\), got True"),
        (tick(in_contact=(True, False, True)), r"^in_contact must be a pair \(left, right\)"),
        (tick(in_contact=(0.5, True)), r"^in_contact must be true or false, got 0.5"),
        (lambda: measures.variability(["slow"]), r"^values must be numbers"),
        (lambda: measures.foot_trajectory(TIME, SIX[:5], (0, 1), (2, 3)), r"^imu must have length 400, got 5"),
        (lambda: measures.foot_trajectory(TIME, SIX[:, :5], (0, 1), (2, 3)), r"^imu must have shape \(T, 6\)"),
        (lambda: measures.foot_trajectory(TIME, SIX, (1, 0), (2, 3)), r"^before must increase, got 0 after 1"),
        (lambda: measures.foot_trajectory(TIME, SIX, (0, 1), (2, math.nan)), r"^after must lie in"),
        (lambda: measures.foot_trajectory(TIME, SIX, (0, 1), 2.0), r"^after must be a pair \(contact, toe_off\)"),
        (lambda: measures.FootMeter().step(np.zeros(5), 0), r"^imu must have shape \(6,\), got \(5,\)"),
        (lambda: measures.FootMeter().step(np.zeros(6), 0, (2, 0)), r"^event must lie in \[0, 1\], got 2"),
        (lambda: measures.StrideMeter(2, 75.0, 1.75, details=True), r"^side must lie in \[0, 1\], got 2"),
    ],
)
def test_bad_input_is_named_with_its_value_and_range(call, message):
    with pytest.raises(ConfigError, match=message):
        call()


def test_torques_of_another_shape_are_refused():
    meter = measures.StrideMeter(0, 75.0, 1.75, details=True)
    tick = {"in_contact": (True, False), "q": np.zeros(6), "q_ref": np.zeros(6), "phase": 0.0, "dt": 0.01}
    with pytest.raises(ConfigError, match=r"^tau_robot must have shape \(6,\), got \(3,\)"):
        meter.step(**tick, dq=np.zeros(6), tau_robot=np.zeros(3))


def test_columns_are_those_of_the_core_in_order():
    left, right = measures.stride_measures(EVENTS)
    names = (*measures.STRIDE_COLUMNS, "valid")
    assert tuple(left.__dataclass_fields__) == names
    assert all(len(getattr(side, name)) == len(side) for side in (left, right) for name in names)
    assert (len(left), len(right)) == (2, 1)
    assert np.isnan(left.sagittal_gps).all()


def test_a_foot_that_never_rests_has_no_way():
    spinning = REST + np.array([0.0, 0.0, 0.0, 5.0, 0.0, 0.0])
    assert measures.foot_trajectory(TIME, spinning, (0.0, 1.0), (1.5, 2.5)) is None
    assert measures.foot_trajectory(TIME, 0.3 * REST, (0.0, 1.0), (1.5, 2.5)) is None
    still = measures.foot_trajectory(TIME, REST, (0.0, 1.0), (1.5, 2.5))
    assert still is not None
    assert (still.length, still.lift, still.turn) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert still.position.shape == still.velocity.shape == (len(still.time), 3)


def test_details_are_given_when_asked_for():
    tick = {"in_contact": (True, False), "q": np.zeros(6), "q_ref": np.zeros(6), "phase": 0.8, "dt": 0.01}
    ones = {"dq": np.ones(6), "tau_robot": np.full(6, -2.0), "tau_human": np.ones(6)}
    for details in (False, True):
        meter = measures.StrideMeter(0, 75.0, 1.75, details=details)
        for i in range(101):
            event = {0: (0, 0), 60: (1, 600_000_000), 100: (0, 1_000_000_000)}.get(i)
            stride = meter.step(event=event, belt_speed=0.6, force=75.0 * 9.80665, **tick, **ones)
        assert stride is not None
        assert (stride.details is not None) == details
    more = stride.details
    assert (more.cadence, more.toe_clearance, more.hip_range) == (2.0, 0.0, 0.0)
    assert more.swing_time == pytest.approx(0.4)
    assert more.walk_ratio == pytest.approx(0.0025)
    assert more.load_share == pytest.approx(1.0)
    assert more.work.robot_work == 0.0
    assert more.work.robot_braking == pytest.approx(6.0)
    assert more.work.human_share == 1.0


def test_no_torque_gives_no_work():
    left, _ = measures.robot_work(TIME, np.full((400, 6), np.nan), SIX, SIX)
    assert math.isnan(left.robot_work)
    assert left.human_covered == 0.0
    assert math.isnan(left.human_share)


def test_contacts_may_be_an_array():
    for flags in (np.array([True, False]), [1, 0]):
        assert tick(in_contact=flags)() is None


def test_a_million_strides_take_seconds():
    time = (np.arange(1_000_000)[:, None] + np.array([0.0, 0.1, 0.5, 0.6])).ravel()
    events = SimpleNamespace(side=np.tile([0, 1, 1, 0], 1_000_000), kind=np.tile([0, 1, 0, 1], 1_000_000), time=time)
    left, right = measures.stride_measures(events, belt_speed=0.8)
    assert len(left) == len(right) == 999_999
    np.testing.assert_allclose(left.stance_time, 0.6, atol=1e-9)
    np.testing.assert_allclose(left.stride_length, 0.8, atol=1e-9)


def test_a_margin_of_what_was_not_measured_is_absent():
    for values in ((math.inf, 1.0, 1.0), (0.0, math.nan, 1.0), (0.0, 1.0, -2e6)):
        assert math.isnan(measures.margin_of_stability(*values, 0.9))
        assert math.isnan(reference.margin_of_stability(*values, 0.9))
    by_hand = 0.5 - (0.1 + 1.2 * math.sqrt(0.9 / 9.80665))
    assert measures.margin_of_stability(0.1, 1.2, 0.5, 0.9) == pytest.approx(by_hand, abs=1e-15)


@pytest.mark.parametrize(("known", "has"), [(50, True), (30, True), (29, False)])
def test_share_needs_three_tenths_of_the_time(known, has):
    ones = np.ones((100, 6))
    human = np.where(np.arange(100)[:, None] < known, ones, np.nan)
    left, right = measures.robot_work(TIME[:100], ones, ones, human)
    for leg in (left, right):
        assert leg.human_covered == pytest.approx(known / 100.0)
        assert math.isnan(leg.human_share) != has
        assert math.isnan(leg.human_work) != has
