"""Encoders and drives of the reference against numbers worked out by hand."""

import math

import numpy as np
import pytest

from gaitloop.reference.safety import Cause, Drives, Encoders, State
from reference_limits import DRIVEN, MS, ONE, envelope


def read(encoders, k, q, dq=0.0, **change):
    """Tick `k` of six joints alike."""
    plain = {"state": State.RUN, "q_stamp": k * MS, "dq_stamp": k * MS, "q": q * ONE, "dq": dq * ONE}
    plain |= {"second_stamp": k * MS, "q_second": math.nan * ONE}
    return encoders.step(**{**plain, "dq_ref": np.zeros(6), "guidance": ONE, **change})


def test_an_angle_must_change_as_it_moves_and_no_more():
    encoders = Encoders(envelope(), DRIVEN)
    for k in range(200):
        assert read(encoders, k, 0.001 * k, 1.0).severity == 0
    assert read(encoders, 200, 0.2 + 0.0126, 1.0) == (3, Cause.ENCODER_JUMP, 0)
    assert read(encoders, 200, 5.0, 1.0).severity == 0  # the same message again
    assert read(encoders, 211, 5.0, 1.0).severity == 0  # after a gap: from here
    for k in range(212, 236):
        assert read(encoders, k, 5.0, 0.6).severity == 0
    assert read(encoders, 236, 5.0, 0.6) == (3, Cause.ENCODER_STUCK, 0)


def test_a_reference_that_moves_tells_a_stuck_angle_too():
    encoders = Encoders(envelope(), DRIVEN)
    still = [read(encoders, k, 0.1, dq_ref=0.6 * ONE, guidance=0.5 * ONE).severity for k in range(60)]
    assert set(still) == {0}
    found = [read(encoders, k, 0.1, dq_ref=0.6 * ONE).cause for k in range(60, 86)]
    assert found == [0] * 24 + [Cause.ENCODER_STUCK] * 2


def test_an_angle_departs_from_the_velocity_by_three_degrees_at_most():
    encoders = Encoders(envelope(), DRIVEN)
    found = [read(encoders, k, 0.1 * k * 1e-3, 0.0) for k in range(2000)]
    first = next(k for k, fault in enumerate(found) if fault.severity)
    assert found[first] == (3, Cause.ENCODER_DRIFT, 0)
    assert first == pytest.approx(-3000.0 * np.log(1.0 - 0.0524 / 0.3), abs=4)
    # Of an angle that comes late, the way since then is no drift; unpowered, nothing is judged.
    late = Encoders(envelope(), DRIVEN)
    swing = [(1.6 * math.sin(0.005 * (k - 8)), 8.0 * math.cos(0.005 * k)) for k in range(3000)]
    assert {read(late, k, *at, dq_stamp=(k + 8) * MS).severity for k, at in enumerate(swing)} == {0}
    idle = Encoders(envelope(), DRIVEN)
    assert {read(idle, k, 1.0 * (k % 2), state=State.STANDBY).severity for k in range(100)} == {0}


def test_noise_in_five_of_twenty_messages_degrades():
    encoders = Encoders(envelope(), DRIVEN)
    found = [read(encoders, k, 0.0051 * (k // 4 % 2)) for k in range(60)]
    first = next(k for k, fault in enumerate(found) if fault.severity)
    assert (first, found[first]) == (20, (1, Cause.ENCODER_NOISE, 0))
    calm = Encoders(envelope(), DRIVEN)
    assert {read(calm, k, 0.0051 * (k // 5 % 2)).severity for k in range(60)} == {0}


def test_a_second_sensor_must_agree_within_three_degrees():
    encoders = Encoders(envelope(), DRIVEN)
    # 5 ms older, at 2 rad/s: 0.01 rad behind.
    for k in range(1, 40):
        second = {"q_second": (0.002 * k - 0.01 - 0.052) * ONE, "second_stamp": (k - 5) * MS}
        assert read(encoders, k, 0.002 * k, 2.0, **second).severity == 0
    apart = {"q_second": (0.08 - 0.0526) * ONE}
    found = [read(encoders, k, 0.08, **apart) for k in (40, 41, 42)]
    assert found == [(0, 0, None)] * 2 + [(3, Cause.ENCODER_MISMATCH, 0)]
    assert read(encoders, 43, 0.08, state=State.STANDBY, **apart).severity == 3
    assert read(encoders, 44, 0.08, state=State.SAFE, **apart).severity == 0
    # Gone, it is missed after 25 messages; what is too old is gone.
    assert read(encoders, 45, 0.08, q_second=0.08 * ONE).severity == 0
    missing = [read(encoders, k, 0.08, q_second=0.08 * ONE, second_stamp=(k - 30) * MS) for k in range(46, 72)]
    assert missing == [(0, 0, None)] * 24 + [(1, Cause.ENCODER_MISMATCH, 0)] * 2
    assert read(encoders, 72, 0.08, state=State.STANDBY).severity == 0


def give(drives, k, sent, came, **change):
    """Tick `k` of six drives alike."""
    plain = {"t": k * MS, "state": State.RUN, "stamp": k * MS, "tau_meas": came * ONE, "tau_sent": sent * ONE}
    return drives.step(**{**plain, "dt": 0.001, **change})


def test_a_drive_may_lag_but_not_do_otherwise():
    drives = Drives(envelope(), DRIVEN)
    assert {give(drives, k, 20.0, 17.0).severity for k in range(20)} == {0}
    # Told to stop, it may go on for a while: after k ticks as far as 20 * 0.95^k, and 0.15 of that + 2 beyond.
    found = [give(drives, k, 0.0, 20.0).severity for k in range(20, 40)]
    late = next(k for k in range(1, 20) if 1.15 * 20.0 * 0.95**k + 2.0 < 20.0)
    assert found == [0] * (late + 8) + [4] * (20 - late - 8)
    assert give(drives, 40, 0.0, 20.0) == (4, Cause.TORQUE_RESIDUAL, 0)
    assert give(drives, 41, 0.0, 20.0, stamp=30 * MS).severity == 4  # too old to tell: the timer stays
    assert give(drives, 42, 0.0, 20.0, state=State.SAFE).severity == 0
    assert give(drives, 43, 0.0, math.nan).severity == 0


def test_a_gain_is_judged_where_there_is_torque_to_judge_it_by():
    for size, factor, want in ((5.0, 1.35, Cause.TORQUE_GAIN), (5.0, 1.25, 0), (2.9, 1.5, 0)):
        drives = Drives(envelope(), DRIVEN)
        assert {give(drives, k, size, size).severity for k in range(500)} == {0}
        found = {give(drives, k, size, factor * size).cause for k in range(500, 6000)}
        assert found == {0, want}
