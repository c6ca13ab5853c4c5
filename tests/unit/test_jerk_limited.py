"""Jerk-limited movement as its users see it: arrays, limits, synchronisation, results."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.trajectory import (
    ControlInterface,
    DurationDiscretization,
    InputParameter,
    JerkLimited,
    OutputParameter,
    Result,
    Synchronization,
    Trajectory,
)

CYCLE = 1e-3


def parameters(dofs, **fields):
    """Input with moderate limits and what is given."""
    inp = InputParameter(dofs)
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [2.0] * dofs, [10.0] * dofs, [200.0] * dofs
    for name, value in fields.items():
        setattr(inp, name, value)
    return inp


def sampled(trajectory, n=2001):
    return trajectory.at_time(np.linspace(0.0, trajectory.duration, n))


def test_rest_to_rest_by_hand():
    """v 1, a 2, j 10 over 1 rad: v/a + a/j = 0.7 s per ramp, over 0.35 rad each, and 0.3 rad at full speed."""
    inp = parameters(1, target_position=[1.0], max_velocity=[1.0], max_acceleration=[2.0], max_jerk=[10.0])
    trajectory = JerkLimited(1, CYCLE).calculate(inp)
    assert trajectory.duration == pytest.approx(1.7, rel=1e-12)
    np.testing.assert_allclose(np.ravel(trajectory.at_time(0.85)), [0.5, 1.0, 0.0], atol=1e-12)


def test_element_writes_take_effect():
    inp = parameters(2, target_position=[1.0, 1.0])
    otg = JerkLimited(2, CYCLE)
    before = otg.calculate(inp).duration
    inp.target_position[0] = 5.0
    assert otg.calculate(inp).duration > before
    inp.target_position[:] = 0.0
    assert otg.calculate(inp).duration == 0.0


def test_update_sees_an_element_write():
    inp, out, otg = parameters(1, target_position=[1.0]), OutputParameter(1), JerkLimited(1, CYCLE)
    otg.update(inp, out)
    out.pass_to_input(inp)
    otg.update(inp, out)
    assert not out.new_calculation
    out.pass_to_input(inp)
    inp.target_position[0] = 2.0
    otg.update(inp, out)
    assert out.new_calculation


def test_assignment_copies():
    source = np.array([1.0, 2.0])
    inp = parameters(2, target_position=source)
    source[:] = 9.0
    assert inp.target_position.tolist() == [1.0, 2.0]
    inp.target_position = np.arange(4.0)[::2]
    assert inp.target_position.tolist() == [0.0, 2.0]


@pytest.mark.parametrize("value", [[1.0], [1.0, 2.0, 3.0], np.zeros((2, 1)), "ab", None, 3.0, [None, 1.0], ["1", "2"]])
def test_a_wrong_assignment_names_the_field(value):
    with pytest.raises(ConfigError, match=r"target_position must"):
        parameters(2).target_position = value


def test_views_cannot_be_resized():
    inp, out = parameters(3), OutputParameter(3)
    for view in (inp.current_position, inp.max_jerk, out.new_position, inp.enabled):
        with pytest.raises(ValueError, match=r"resize|own"):
            view.resize(100, refcheck=False)
        with pytest.raises(ValueError, match=r"resize|own"):
            view.base.resize(100, refcheck=False)


def test_a_view_outlives_its_object():
    view = parameters(3, target_position=[1.0, 2.0, 3.0]).target_position
    assert view.tolist() == [1.0, 2.0, 3.0]


def test_the_shape_of_a_view_cannot_hurt():
    inp = parameters(4, target_position=[1.0] * 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        inp.target_position.shape = (2, 2)
        inp.target_position.dtype = np.int8
    inp.target_position = [2.0] * 4
    assert JerkLimited(4, CYCLE).calculate(inp).at_time(1e3)[0].tolist() == [2.0] * 4


REFUSED = [
    ("current_position", np.nan),
    ("current_velocity", np.inf),
    ("target_position", -np.inf),
    ("target_velocity", 2.1),
    ("target_acceleration", 11.0),
    ("max_velocity", 0.0),
    ("max_velocity", np.nan),
    ("max_acceleration", -1.0),
    ("max_jerk", 0.0),
    ("min_velocity", 0.5),
    ("min_acceleration", np.nan),
]


@pytest.mark.parametrize(("name", "bad"), REFUSED)
def test_a_refused_field_is_named_with_its_index(name, bad):
    inp = parameters(3)
    values = [-1.0 if name.startswith("min") else 1.0] * 3
    setattr(inp, name, [*values[:2], bad])
    with pytest.raises(ConfigError, match=rf"^{name} must lie in .* at index 2"):
        JerkLimited(3, CYCLE).validate_input(inp)


def test_no_limit_has_a_default():
    inp = InputParameter(1)
    with pytest.raises(ConfigError, match=r"^max_velocity must lie in"):
        JerkLimited(1, CYCLE).calculate(inp)


@pytest.mark.parametrize(("dofs", "cycle"), [(0, 1e-3), (17, 1e-3), (1, 0.0), (1, np.nan)])
def test_a_generator_refuses(dofs, cycle):
    with pytest.raises(ConfigError, match=r"must lie in"):
        JerkLimited(dofs, cycle)


@pytest.mark.parametrize("dofs", range(1, 17))
def test_any_number_of_degrees_of_freedom_arrives_together(dofs):
    inp = parameters(dofs, target_position=np.linspace(0.1, 3.0, dofs), target_velocity=np.linspace(-0.5, 0.5, dofs))
    trajectory = JerkLimited(dofs, CYCLE).calculate(inp)
    p, v, a = trajectory.at_time(trajectory.duration)
    np.testing.assert_allclose(p, inp.target_position, atol=1e-9)
    np.testing.assert_allclose(v, inp.target_velocity, atol=1e-9)
    np.testing.assert_allclose(a, 0.0, atol=1e-10)
    assert trajectory.duration >= trajectory.independent_min_durations.max()


def test_without_synchronisation_each_arrives_by_itself():
    inp = parameters(2, target_position=[0.1, 3.0], synchronization=Synchronization.No)
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    first = trajectory.independent_min_durations[0]
    assert first < trajectory.duration
    assert trajectory.at_time(first)[0][0] == pytest.approx(0.1, abs=1e-12)


def test_time_if_necessary_waits_for_what_moves_on():
    inp = parameters(3, target_position=[0.1, 3.0, 0.1], target_velocity=[0.0, 0.0, 0.2])
    inp.synchronization = Synchronization.TimeIfNecessary
    trajectory = JerkLimited(3, CYCLE).calculate(inp)
    own = trajectory.independent_min_durations
    assert trajectory.at_time(own[0])[0][0] == pytest.approx(0.1, abs=1e-12)
    assert trajectory.duration == pytest.approx(own.max())


def test_phase_synchronisation_goes_straight():
    target = np.array([1.0, -0.5, 0.25])
    inp = parameters(3, target_position=target, synchronization=Synchronization.Phase, max_velocity=[2.0, 0.5, 2.0])
    trajectory = JerkLimited(3, CYCLE).calculate(inp)
    p, v, a = sampled(trajectory)
    assert trajectory.is_straight
    for x in (p, v, a):
        np.testing.assert_allclose(x, x[:, :1] * target, atol=1e-9)
    assert np.abs(v[:, 1]).max() <= 0.5 + 1e-12
    assert trajectory.duration == pytest.approx(trajectory.independent_min_durations[0])


def test_phase_synchronisation_falls_back_to_time():
    inp = parameters(2, target_position=[1.0, 2.0], current_velocity=[0.5, 0.0], synchronization=Synchronization.Phase)
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    assert not trajectory.is_straight
    np.testing.assert_allclose(trajectory.at_time(trajectory.duration)[0], [1.0, 2.0], atol=1e-9)


def test_phase_synchronisation_of_velocities():
    inp = parameters(2, target_velocity=[1.0, 0.5], current_velocity=[0.2, 0.1], synchronization=Synchronization.Phase)
    inp.control_interface = ControlInterface.Velocity
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    _, v, _ = sampled(trajectory)
    assert trajectory.is_straight
    np.testing.assert_allclose(v[:, 0], 2.0 * v[:, 1], atol=1e-10)


def test_minimum_duration_and_discrete_durations():
    inp = parameters(2, target_position=[0.3, 1.0], minimum_duration=3.0)
    otg = JerkLimited(2, 0.01)
    assert otg.calculate(inp).duration == pytest.approx(3.0, abs=1e-12)
    inp.minimum_duration = None
    free = otg.calculate(inp).duration
    inp.duration_discretization = DurationDiscretization.Discrete
    cycles = otg.calculate(inp).duration / 0.01
    assert cycles == pytest.approx(round(cycles), abs=1e-9)
    assert free <= cycles * 0.01 < free + 0.01 + 1e-9


def test_a_disabled_degree_of_freedom_goes_on():
    inp = parameters(2, target_position=[1.0, 1.0], current_velocity=[0.0, 0.3])
    inp.enabled[1] = False
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    np.testing.assert_allclose(trajectory.at_time(1.0)[0][1], 0.3, atol=1e-12)


@pytest.mark.parametrize(("jerk", "acceleration"), [(np.inf, 10.0), (np.inf, np.inf)])
def test_lower_orders(jerk, acceleration):
    inp = parameters(2, target_position=[1.0, -3.0], max_jerk=[jerk] * 2, max_acceleration=[acceleration] * 2)
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    ramp = 0.0 if np.isinf(acceleration) else 2.0 / acceleration
    assert trajectory.duration == pytest.approx(3.0 / 2.0 + ramp)
    np.testing.assert_allclose(trajectory.at_time(trajectory.duration)[0], [1.0, -3.0], atol=1e-9)


def test_velocity_interface_and_mixed_interfaces():
    inp = parameters(2, target_position=[1.0, np.nan], target_velocity=[0.0, 1.5])
    inp.per_dof_control_interface = [ControlInterface.Position, ControlInterface.Velocity]
    inp.max_velocity[1] = np.nan
    trajectory = JerkLimited(2, CYCLE).calculate(inp)
    p, v, _ = trajectory.at_time(trajectory.duration)
    np.testing.assert_allclose([p[0], v[0], v[1]], [1.0, 0.0, 1.5], atol=1e-9)


def test_stop_is_the_shortest_change_to_rest():
    inp = parameters(1, current_velocity=[1.0], current_acceleration=[3.0])
    trajectory = JerkLimited(1, CYCLE).stop(inp)
    _, v, a = trajectory.at_time(trajectory.duration)
    assert abs(v[0]) < 1e-12
    assert abs(a[0]) < 1e-12
    inp.control_interface, inp.target_velocity = ControlInterface.Velocity, [0.0]
    assert trajectory.duration == pytest.approx(JerkLimited(1, CYCLE).calculate(inp).duration, rel=1e-12)


def test_extrema_and_first_time():
    inp = parameters(1, target_position=[1.0], current_velocity=[-1.0])
    trajectory = JerkLimited(1, CYCLE).calculate(inp)
    p = sampled(trajectory, 20001)[0]
    found = trajectory.position_extrema[0]
    assert found["min"] == pytest.approx(p.min(), abs=1e-7)
    assert found["max"] == pytest.approx(p.max(), abs=1e-7)
    t = trajectory.get_first_time_at_position(0, 0.5)
    assert t is not None
    assert trajectory.at_time(t)[0][0] == pytest.approx(0.5, abs=1e-9)
    assert trajectory.get_first_time_at_position(0, 2.0) is None
    again = trajectory.get_first_time_at_position(0, 0.0, 1e-3)
    assert again is not None
    assert again > 1e-3
    with pytest.raises(ConfigError, match=r"^dof must lie in"):
        trajectory.get_first_time_at_position(1, 0.0)


def test_profiles_tell_the_whole_movement():
    inp = parameters(2, target_position=[1.0, 0.4])
    trajectory = JerkLimited(2, CYCLE).calculate(inp, Trajectory(2))
    for profile in trajectory.profiles:
        assert profile[:, 0].sum() == pytest.approx(trajectory.duration)
        assert np.abs(profile[:, 4]).max() <= 200.0 * (1 + 1e-12)


def test_at_time_writes_into_out():
    trajectory = JerkLimited(2, CYCLE).calculate(parameters(2, target_position=[1.0, 0.4]))
    times, out = np.linspace(-1.0, 5.0, 7), np.empty((3, 7, 2))
    assert trajectory.at_time(times, out) is out
    np.testing.assert_array_equal(out, trajectory.at_time(times))
    np.testing.assert_array_equal(out[:, 3], trajectory.at_time(float(times[3])))


def test_update_walks_along_the_trajectory():
    inp, out, otg = parameters(3, target_position=[1.0, -0.4, 0.0]), OutputParameter(3), JerkLimited(3, CYCLE)
    trajectory = otg.calculate(inp)
    k = 0
    while (result := otg.update(inp, out)) == Result.Working:
        k += 1
        np.testing.assert_allclose(out.new_position, trajectory.at_time(k * CYCLE)[0], atol=1e-12)
        out.pass_to_input(inp)
    assert result is Result.Finished
    assert k * CYCLE < trajectory.duration <= (k + 1) * CYCLE + 1e-9
    assert out.trajectory.duration == trajectory.duration


finite = st.floats(-50, 50)
anything = st.floats(width=64)


@given(st.lists(st.tuples(*[finite] * 5), min_size=1, max_size=6), st.sampled_from(list(Synchronization)))
def test_every_movement_arrives_within_its_limits(rows, synchronization):
    dofs = len(rows)
    p0, v0, a0, p1, v1 = np.array(rows).T
    inp = parameters(dofs, current_position=p0, target_position=p1, synchronization=synchronization)
    inp.current_velocity, inp.current_acceleration = np.clip(v0, -1.5, 1.5), np.clip(a0, -8.0, 8.0)
    inp.target_velocity = np.clip(v1, -2.0, 2.0)
    trajectory = JerkLimited(dofs, CYCLE).calculate(inp)
    p, v, a = sampled(trajectory)
    assert np.abs(v).max() <= 2.0 + 1e-9
    assert np.abs(a).max() <= 10.0 + 1e-9
    own = (
        trajectory.independent_min_durations if synchronization == Synchronization.No else [trajectory.duration] * dofs
    )
    for i in range(dofs):
        end = [x[i] for x in trajectory.at_time(max(float(own[i]), 0.0))]
        if synchronization != Synchronization.TimeIfNecessary:
            np.testing.assert_allclose(end, [p1[i], inp.target_velocity[i], 0.0], atol=1e-7)
    assert np.isfinite(p).all()


@given(st.lists(st.lists(anything, min_size=13, max_size=13), min_size=1, max_size=8), st.floats(0, 1))
def test_update_never_raises(inputs, tracking):
    """Any numbers in any field, cycle after cycle: a result, and finite numbers unless never given any."""
    otg, out = JerkLimited(1, CYCLE), OutputParameter(1)
    names = [n for n in dir(InputParameter) if n.startswith(("current_", "target_", "max_", "min_"))]
    for values in inputs:
        inp = parameters(1, tracking=tracking)
        for name, value in zip(names, values, strict=False):
            setattr(inp, name, [value])
        assert isinstance(otg.update(inp, out), Result)
        state = np.concatenate([out.new_position, out.new_velocity, out.new_acceleration, out.new_jerk])
        assert np.isfinite(state).all()
