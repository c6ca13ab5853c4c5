"""Schedule: the published protocol, slopes, purity, absent and hostile input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import Schedule

PARAMS = {
    "sessions": [1, 5, 9],
    "support": [0.5, 0.3, 0.1],
    "guidance": [1.0, 0.8, 0.6],
    "speed": [0.4, 0.6, 0.8],
    "duration": 1800.0,
    "warm_up": 300.0,
    "cool_down": 120.0,
    "start_share": 0.5,
    "guidance_floor": 0.2,
    "guidance_ease": 0.001,
    "challenge_steps": 750.0,
    "challenge_ramp": 250.0,
}


def schedule(**change):
    return Schedule(**{**PARAMS, **change})


def test_the_published_weeks():
    plan = Schedule.spinal_cord(0.5, sessions_per_week=3, guidance=1.0, guidance_floor=0.3, guidance_ease=0.0)
    got = [plan.at(session, 600.0, 0.0, 0.0).support for session in range(1, 13)]
    np.testing.assert_allclose(got, np.repeat([0.45, 0.40, 0.30, 0.20], 3))
    speeds = [plan.at(1, t, 0.0, 0.0).speed for t in (0.0, 150.0, 300.0, 1680.0, 1740.0, 1800.0)]
    np.testing.assert_allclose(speeds, [0.25, 0.375, 0.5, 0.5, 0.375, 0.25])
    challenges = [plan.at(1, 0.0, steps, 0.0).challenge for steps in (0, 750, 875, 1000, 5000)]
    assert challenges == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_between_and_beyond_the_points():
    x = schedule()
    assert x.at(3, 600.0, 0.0, 0.0)[:3] == pytest.approx((0.4, 0.9, 0.5))
    assert x.at(0, 600.0, 0.0, 0.0)[:3] == (0.5, 1.0, 0.4)
    assert x.at(500, 600.0, 0.0, 0.0)[:3] == (0.1, 0.6, 0.8)


def test_good_gait_lowers_guidance_down_to_the_floor():
    x = schedule()
    assert [x.at(1, 0.0, 0.0, s).guidance for s in (0.0, 100.0, 900.0, -5.0)] == pytest.approx([1.0, 0.9, 0.2, 1.0])
    assert schedule(guidance=[0.1] * 3).at(1, 0.0, 0.0, 900.0).guidance == 0.1


def test_rates_are_bounded_in_a_session():
    x = schedule()
    t = np.arange(0.0, 1800.0, 1.0)
    goals = x.run(9, t, t, t)
    assert np.abs(np.diff(goals.speed)).max() <= 0.8 * 0.5 / 120.0 + 1e-12
    assert np.abs(np.diff(goals.guidance)).max() <= 0.001 + 1e-12
    assert np.abs(np.diff(goals.challenge)).max() <= 1.0 / 250.0 + 1e-12
    assert np.ptp(goals.support) == 0.0


anything = st.one_of(st.floats(-10.0, 3000.0), st.floats(width=64))


@given(a=anything, b=anything, c=anything, d=anything)
def test_a_goal_lies_in_its_limits_whatever_comes(a, b, c, d):
    x = schedule()
    goal = x.at(a, b, c, d)
    assert 0.1 <= goal.support <= 0.5
    assert 0.2 <= goal.guidance <= 1.0
    assert 0.2 <= goal.speed <= 0.8
    assert 0.0 <= goal.challenge <= 1.0
    assert goal == x.at(a, b, c, d)


BAD = [
    ({"sessions": []}, r"^sessions must have length 1 to 64, got 0"),
    ({"sessions": [1, 3, 3]}, r"^sessions must increase, got 3 after 3 at index 2"),
    ({"sessions": [0, 1, 2]}, r"^sessions must lie in \[1, 10000\], got 0 at index 0"),
    ({"support": [0.5, 0.4]}, r"^support must have length 3, got 2"),
    ({"guidance": [0.5, 0.4, 1.1]}, r"^guidance must lie in \[0, 1\], got 1.1 at index 2"),
    ({"speed": [0.5, np.nan, 1.1]}, r"^speed must lie in \[0, 3\], got NaN at index 1"),
    ({"duration": 599.0}, r"^duration must lie in \[600, 7200\]"),
    ({"warm_up": 5.0}, r"^warm_up must lie in \[10, 1800\], got 5"),
    ({"duration": 600.0, "warm_up": 500.0}, r"^warm_up must lie in \[10, 480\], got 500"),
    ({"guidance_ease": 0.02}, r"^guidance_ease must lie in \[0, 0.01\]"),
    ({"challenge_ramp": 0.0}, r"^challenge_ramp must lie in \[1, 100000\]"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_parameters_are_refused_by_name(change, message):
    with pytest.raises(ConfigError, match=message):
        schedule(**change)
