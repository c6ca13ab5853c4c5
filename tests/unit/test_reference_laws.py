"""Phase, control, assist and measures of the reference against numbers worked out by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import BandLaw, ForgettingLaw
from gaitloop.reference.body import Body
from gaitloop.reference.control import Impedance, LegGravity, guidance, swing_window
from gaitloop.reference.measures import StrideMeter, stride_measures, symmetry
from gaitloop.reference.phase import PhaseEstimator, PhaseMode

LAW = {"floor": 0.1, "ceiling": 0.9, "initial": 0.5}
BAND = {"lower": np.full(7, 0.05), "upper": np.full(7, 0.1), "step_up": 0.1, "step_down": 0.02, **LAW}


def test_phase_runs_at_the_nominal_rate_until_a_contact():
    phase = PhaseEstimator(rate_time=0.005)
    phase.reset((0.2, 0.9))
    state = phase.step([None, math.nan], 1.0, 0.01)
    np.testing.assert_allclose(state.phase, [0.21, 0.91])
    np.testing.assert_allclose(state.accel, 100.0)
    assert state.mode.tolist() == [PhaseMode.FREE] * 2
    assert state.confidence.tolist() == [0.0, 0.0]


def test_phase_is_drawn_to_a_contact_and_learns_its_rate():
    phase = PhaseEstimator(rate_time=0.005)
    phase.reset((0.9, 0.5))
    state = phase.step([0.0, None], 1.0, 0.01)
    # e = 0.1, c = 0.35 * 0.07 = 0.0245; target = 1 + c/0.3; c -= 0.0245/0.3 * 0.01.
    assert state.rate[0] == pytest.approx(1.0 + 0.0245 / 0.3)
    assert state.rate[1] == 1.0
    assert state.confidence[0] == pytest.approx(0.5 * 0.6)
    assert phase._sides[0].correction == pytest.approx(0.0245 * (1.0 - 0.01 / 0.3))
    for _ in range(79):
        phase.step([None, None], 1.0, 0.01)
    phase.step([0.0, None], 1.0, 0.01)
    # Second contact after 0.8 nominal strides: gain max(0.2, 1/2), 1 + 0.5 (1.25 - 1), within the span.
    assert phase._sides[0].ratio == pytest.approx(1.125)


def test_doubled_missed_and_old_contacts():
    phase = PhaseEstimator(rate_time=0.005)
    phase.step([0.0, None], 1.0, 0.01)
    trust = phase._sides[0].trust
    before = phase._sides[0].progress
    phase.step([0.005, None], 1.0, 0.01)
    assert phase._sides[0].trust == 0.8 * trust
    assert phase._sides[0].progress == pytest.approx(before + 0.01)
    modes = [phase.step([None, 1.5], 1.0, 0.01).mode.tolist() for _ in range(160)]
    assert modes[90][0] == PhaseMode.SYNCED
    assert modes[120][0] == PhaseMode.OVERDUE
    assert modes[155][0] == PhaseMode.LOST
    assert modes[155][1] == PhaseMode.FREE


def test_phase_run_is_repeated_step():
    ages = np.full((50, 2), np.nan)
    ages[10, 0] = ages[30, 1] = 0.004
    many = PhaseEstimator().run(ages, np.full(50, 0.9), 0.01)
    one = PhaseEstimator()
    for i in range(50):
        for a, b in zip(one.step(ages[i], 0.9, 0.01), many, strict=True):
            np.testing.assert_array_equal(a, b[i])


def test_impedance_by_hand():
    law = Impedance(np.full(6, 100.0), np.full(6, 10.0))
    q, dq = [0.1, np.nan, 0.0, 0.0, 0.0, 0.0], [0.5, 0.0, np.nan, 0.0, 0.0, 0.0]
    tau = law.step(q, dq, np.full(6, 0.3), np.full(6, 1.0), [0.5, 1.0, 1.0, 2.0, np.nan, 0.0])
    np.testing.assert_allclose(tau, [0.5 * (20.0 + 5.0), 0.0, 0.0, 40.0, 0.0, 0.0])


def test_gravity_of_a_side_with_an_absent_angle_is_zero():
    torque = LegGravity(75.0, 1.75).torque([0.3, 0.2, 0.1, 0.3, np.nan, 0.1], 0.05)
    np.testing.assert_array_equal(torque, [*Body(75.0, 1.75).leg_gravity(0.3, 0.2, 0.1, 0.05), 0.0, 0.0, 0.0])


def test_guidance_windows():
    leading, trailing, prepositioning, stance, clearance = support = [0.1, 0.2, 0.3, 0.4, 0.5]
    support += [0.6, 0.7]
    np.testing.assert_allclose(guidance(0.325, support), [trailing, stance, stance])
    np.testing.assert_allclose(guidance(0.70, support), [leading, clearance, clearance])
    np.testing.assert_allclose(guidance(0.95, support), [leading, prepositioning, 0.5 * clearance + 0.5 * stance])
    assert guidance(0.45, support)[1] == pytest.approx(0.5 * (clearance + stance))
    assert guidance(0.10, support)[0] == pytest.approx(0.5 * (leading + trailing))
    assert (swing_window(0.80), swing_window(0.3)) == (1.0, 0.0)
    assert swing_window(0.62) == pytest.approx(0.5)


def test_band_law_holds_steps_and_stays_in_its_bounds():
    law = BandLaw(**BAND)
    np.testing.assert_allclose(
        law.update(0, [0.2, 0.01, 0.07, np.nan, 0.1, 0.2, None]), [0.6, 0.48, 0.5, 0.5, 0.5, 0.6, 0.5]
    )
    for _ in range(30):
        law.update(0, [0.2, 0.01, 0.07, np.nan, 0.1, 0.2, None])
    np.testing.assert_allclose(law.support, [[0.9, 0.1, 0.5, 0.5, 0.5, 0.9, 0.5], [0.5] * 7])


def test_forgetting_law_settles_where_its_formula_says():
    law = ForgettingLaw(forget=0.9, gain=0.5, dead_zone=np.full(7, 0.02), floor=0.0, ceiling=1.0, initial=1.0)
    for _ in range(400):
        support = law.update(1, [0.12, 0.0, 0.02, 1.0, None, None, 0.12])
    np.testing.assert_allclose(support, [0.5 * 0.1 / 0.1, 0.0, 0.0, 1.0, 1.0, 1.0, 0.5 * 0.1 / 0.1], atol=1e-12)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"step_up": 0.3}, "step_up"),
        ({"lower": np.full(7, 0.2)}, "lower"),
        ({"floor": 0.95}, "floor"),
        ({"initial": 0.0}, "initial"),
    ],
)
def test_a_bad_law_is_refused(change, name):
    with pytest.raises(ConfigError, match=f"^{name} must lie"):
        BandLaw(**{**BAND, **change})


def walk_one_stride(meter, absent=0):
    """A stride of 1 s in ticks of 10 ms; toe-off at 0.6 s; returns the closed one."""
    q_ref = np.array([0.2, 0.5, 0.0, -0.1, 0.1, 0.0])
    for i in range(101):
        t = 10_000_000 * i
        event = {0: (0, 0), 60: (1, 600_000_000), 100: (0, 1_000_000_000)}.get(i)
        q = q_ref + np.array([0.01, -0.02, 0.03, 0.0, 0.0, 0.0])
        q[0] += 0.1 if i == 50 else 0.0
        if 0 < i <= absent:
            q[0] = np.nan
        closed = meter.step(
            event=event,
            in_contact=(i < 60, i < 10 or i >= 50),
            other_contact=500_000_000 if i >= 50 else None,
            q=q,
            q_ref=q_ref,
            phase=t * 1e-9 % 1.0,
            force=700.0 if i < 60 else 0.0,
            belt_speed=0.8,
            dt=0.01,
        )
    return closed


def test_a_stride_by_hand():
    stride = walk_one_stride(StrideMeter(0, 75.0, 1.75))
    assert (stride.stride_time, stride.stance_time, stride.step_time) == pytest.approx((1.0, 0.6, 0.5))
    assert stride.stance_share == pytest.approx(0.6)
    assert stride.double_support == pytest.approx(0.2)
    assert stride.stride_length == pytest.approx(0.8)
    assert (stride.force_peak, stride.force_mean) == pytest.approx((700.0, 420.0))
    assert stride.measured == pytest.approx((0.31, 0.21, 0.48, 0.48, 0.48))
    assert stride.reference == pytest.approx((0.2, 0.2, 0.5, 0.5, 0.5))
    np.testing.assert_allclose(stride.rms, [math.sqrt((99 * 0.01**2 + 0.11**2) / 100), 0.02, 0.03])
    np.testing.assert_allclose(stride.subtask_errors()[:5], [0.0, 0.01, 0.0, 0.02, 0.02], atol=1e-15)
    assert stride.subtask_errors()[5:] == [None, None]
    body = Body(75.0, 1.75)
    want = body.leg(0.21, 0.48, 0.0).ankle[0] - body.leg(-0.1, 0.1, 0.0).ankle[0]
    assert stride.step_length == pytest.approx(want)
    assert stride.valid


def test_a_value_absent_too_often_is_absent():
    assert walk_one_stride(StrideMeter(0, 75.0, 1.75), absent=10).measured.hip_max == pytest.approx(0.31)
    stride = walk_one_stride(StrideMeter(0, 75.0, 1.75), absent=11)
    assert (stride.measured.hip_max, stride.reference.hip_min) == (None, None)
    assert stride.measured.knee_swing_max == pytest.approx(0.48)
    assert stride.subtask_errors()[:2] == [None, None]


def test_batch_measures_of_two_strides():
    rows = [(0, 0, 0.0), (1, 1, 0.1), (1, 0, 0.5), (0, 1, 0.6), (0, 0, 1.0)]
    rows += [(1, 1, 1.1), (1, 0, 1.5), (0, 1, 1.6), (0, 0, 2.1)]
    side, kind, time = (np.array(column) for column in zip(*rows, strict=True))
    t = 0.005 + 0.01 * np.arange(250)
    angles = np.tile(np.sin(2 * np.pi * t)[:, None], (1, 6))
    forces = np.stack([t, -t], axis=1)
    tables = stride_measures(SimpleNamespace(side=side, kind=kind, time=time), (t, angles), (t, forces), 0.5)
    np.testing.assert_allclose(tables.left.stride_time, [1.0, 1.1])
    np.testing.assert_allclose(tables.left.stance_time, [0.6, 0.6])
    np.testing.assert_allclose(tables.left.step_time, [0.5, 0.6])
    np.testing.assert_allclose(tables.left.double_support_time, [np.nan, 0.2], atol=1e-12)
    np.testing.assert_allclose(tables.right.double_support_share, [0.2])
    np.testing.assert_allclose(tables.left.cadence, [2.0, 2.0 / 1.1])
    np.testing.assert_allclose(tables.left.hip_max, math.sin(2 * math.pi * 0.245))
    np.testing.assert_allclose(tables.left.knee_swing_max[0], math.sin(2 * math.pi * 0.945))
    np.testing.assert_allclose(tables.left.knee_at_contact[0], math.sin(2 * math.pi * 0.995))
    np.testing.assert_allclose(tables.left.ankle_range, 2.0 * math.sin(2 * math.pi * 0.245))
    np.testing.assert_allclose(tables.left.force_mean[0], 0.5)
    np.testing.assert_allclose(tables.left.stride_length, [0.5, 0.55])


def test_a_repeated_event_breaks_both_strides():
    rows = [(0, 0, 0.0), (1, 0, 0.4), (0, 1, 0.6), (0, 1, 0.7), (0, 0, 1.0), (1, 0, 1.4)]
    side, kind, time = (np.array(column) for column in zip(*rows, strict=True))
    tables = stride_measures(SimpleNamespace(side=side, kind=kind, time=time))
    assert np.isnan(tables.left.stance_time).all()
    assert np.isnan(tables.right.double_support_time).all()
    np.testing.assert_allclose(tables.right.stride_time, [1.0])


def test_symmetry():
    assert symmetry(2.0, 1.0) == pytest.approx(math.log(2.0))
    with pytest.raises(ConfigError, match=r"^right must lie in"):
        symmetry(1.0, 0.0)
