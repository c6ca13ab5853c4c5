"""Inputs on which users of ruckig reported errors (numbers of pantor/ruckig's issues), planned and walked along."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.trajectory import DurationDiscretization, InputParameter, JerkLimited, OutputParameter, Result

ZERO6 = [0.0] * 6
CASES = {
    96: (
        {
            "current_position": [0.2473592757796861, 0.2921606775204735, 0.7758663276711127, 0, 3.141592653589793, 0],
            "current_velocity": [-0.2426115138900957, 0.2200706500820608, -0.01891492763905089, 0, 0, 0],
            "current_acceleration": [0.01877538437863763, -0.6573642866096158, 0.5, 0, 0, 0],
            "target_position": [0.2308075286416321, 0.3066442218484541, 0.7733155040940536, 0, 3.141592653589793, 0],
            "max_velocity": [0.25] * 3 + [0.35] * 3,
            "max_acceleration": [2.5] * 3 + [3.5] * 3,
            "max_jerk": [62.5] * 3 + [87.5] * 3,
        },
        DurationDiscretization.Discrete,
    ),
    100: (
        {
            "current_position": [0.02853333333333339],
            "current_velocity": [0.6800000000000006],
            "current_acceleration": [7.999999999999993],
            "max_velocity": [1.0],
            "max_acceleration": [10.0],
            "max_jerk": [100.0],
        },
        DurationDiscretization.Continuous,
    ),
    130: (
        {
            "current_position": [
                0.1720894642466409,
                3.62255615705579,
                1.675754445058354,
                2.181127634157466,
                0.7829547,
                0,
            ],
            "current_velocity": [0, -0.06422550797049381, -0.006910864193129071, 0.1207111377965507, 0, 0],
            "current_acceleration": [0, 0, 0, -0.3999999999978001, 0, 0],
            "target_position": [
                0.1703441349946466,
                3.587689540855463,
                1.671344092861895,
                2.271916653384632,
                0.7826056365942573,
                -0.003141592653589793,
            ],
            "target_velocity": [0, -0.06423623454575711, -0.007006078877926925, 0.1187909578397501, 0, 0],
            "max_velocity": [
                0.06981316999999999,
                0.06423623454575711,
                0.007006078877926925,
                0.1187909578397501,
                6.981317008,
                34.90658504,
            ],
            "max_acceleration": [0.034906585, 0.261799388, 0.043633231, 0.4, 4.01425728, 34.90658504],
            "max_jerk": [100.0] * 6,
        },
        DurationDiscretization.Continuous,
    ),
    194: (
        {
            "current_position": [2.990056872367862, 2.51504516601562, 0.0, 0.0],
            "target_position": [2.990056872367862, 2.51504516601562, 0.0, 719.0],
            "max_velocity": [225.0, 600.0, 12499.99999999999, 546.454545454545],
            "max_acceleration": [11250.0, 30000.0, 624999.9999999997, 27272.72727272725],
            "max_jerk": [562500.0, 1500000.0, 31249999.99999998, 1363636.363636363],
        },
        DurationDiscretization.Continuous,
    ),
}


@pytest.mark.parametrize("number", CASES)
def test_a_reported_input_is_planned_and_walked(number):
    fields, discretization = CASES[number]
    dofs = len(fields["max_velocity"])
    inp, out, otg = InputParameter(dofs), OutputParameter(dofs), JerkLimited(dofs, 0.004)
    for name, values in fields.items():
        setattr(inp, name, values)
    inp.duration_discretization = discretization
    trajectory = otg.calculate(inp)
    p, v, _ = trajectory.at_time(trajectory.duration)
    np.testing.assert_allclose(p, inp.target_position, atol=1e-8)
    np.testing.assert_allclose(v, inp.target_velocity, atol=1e-8)
    cycles = 0
    while (result := otg.update(inp, out)) == Result.Working:
        out.pass_to_input(inp)
        cycles += 1
    assert result is Result.Finished
    assert cycles == pytest.approx(trajectory.duration / 0.004, abs=2)


def test_a_target_changed_on_the_way_as_reported():
    """Issue 69: a target changed by 0.1 in motion."""
    inp, out, otg = InputParameter(2), OutputParameter(2), JerkLimited(2, 0.002)
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [32.34, 19.6], [245.0, 98.0], [2450.0, 2450.0]
    inp.current_position, inp.target_position = [5.0, 0.0], [0.1, -3.35]
    previous = np.array([0.0, 0.0])
    while (result := otg.update(inp, out)) == Result.Working:
        if out.new_position[0] < 2.5:
            inp.target_position[0] = 0.0
        assert (np.abs(out.new_acceleration - previous) <= 2450.0 * 0.002 * (1 + 1e-9)).all()
        previous = out.new_acceleration.copy()
        out.pass_to_input(inp)
    assert result is Result.Finished
    np.testing.assert_allclose(out.new_position, [0.0, -3.35], atol=1e-8)
