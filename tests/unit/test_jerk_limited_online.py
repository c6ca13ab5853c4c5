"""The generator in a loop: refused inputs, changed limits, noise, moving targets, limits of position, batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.trajectory import ControlInterface, InputParameter, JerkLimited, OutputParameter, Result, Synchronization

CYCLE = 1e-3


def parameters(dofs, **fields):
    """Input with moderate limits and what is given."""
    inp = InputParameter(dofs)
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [2.0] * dofs, [10.0] * dofs, [200.0] * dofs
    for name, value in fields.items():
        setattr(inp, name, value)
    return inp


def follow(otg, inp, out, cycles):
    """Results and states of so many cycles."""
    results, states = [], []
    for _ in range(cycles):
        results.append(otg.update(inp, out))
        states.append([out.new_position.copy(), out.new_velocity.copy(), out.new_acceleration.copy()])
        out.pass_to_input(inp)
    return results, np.array(states)


def test_a_refused_input_leaves_the_movement_in_force_then_holds():
    inp, out, otg = parameters(1, target_position=[1.0]), OutputParameter(1), JerkLimited(1, CYCLE)
    want = otg.calculate(inp)
    follow(otg, inp, out, 100)
    inp.target_position[0] = np.nan
    results, states = follow(otg, inp, out, 2000)
    assert results[0] is Result.KeptTrajectory
    assert results[-1] is Result.Holding
    assert "target_position must lie in" in out.fault
    np.testing.assert_allclose(states[0, 0], want.at_time(0.101)[0], atol=1e-12)
    assert states[-1].ravel().tolist() == [1.0, 0.0, 0.0]
    inp.target_position[0] = 0.0
    results, states = follow(otg, inp, out, 2000)
    assert results[0] is Result.Working
    assert out.fault is None
    assert results[-1] is Result.Finished


def test_a_kept_movement_that_ends_in_motion_stops():
    inp = parameters(1, target_position=[1.0], target_velocity=[1.0])
    out, otg = OutputParameter(1), JerkLimited(1, CYCLE)
    follow(otg, inp, out, 10)
    inp.max_jerk[0] = -1.0
    results, states = follow(otg, inp, out, 3000)
    assert [r for i, r in enumerate(results) if i == 0 or r != results[i - 1]] == [
        Result.KeptTrajectory,
        Result.Stopping,
        Result.Holding,
    ]
    assert states[-1, 1:].tolist() == [[0.0], [0.0]]
    assert np.abs(np.diff(states[:, 2, 0])).max() <= 200.0 * CYCLE * (1 + 1e-9)


def test_without_anything_accepted_it_stops_or_holds():
    inp = parameters(1, current_velocity=[1.0], target_position=[np.nan])
    otg, out = JerkLimited(1, CYCLE), OutputParameter(1)
    results, states = follow(otg, inp, out, 1000)
    assert results[0] is Result.Stopping
    assert results[-1] is Result.Holding
    assert states[-1, 1, 0] == 0.0
    inp = InputParameter(1)
    inp.current_position = [0.7]
    assert JerkLimited(1, CYCLE).update(inp, out) is Result.Holding
    assert out.new_position.tolist() == [0.7]


@pytest.mark.parametrize("jerk", [4.0, 1.0])
def test_a_lowered_velocity_limit_never_reverses(jerk):
    """In cruise at 3 the limit becomes 1; ruckig 0.19.4 goes back to -0.12 (jerk 4) and -1.0 (jerk 1)."""
    inp = parameters(1, target_position=[100.0], max_velocity=[3.0], max_acceleration=[5.0], max_jerk=[jerk])
    out, otg = OutputParameter(1), JerkLimited(1, 0.01)
    _, states = follow(otg, inp, out, 800)
    assert states[-1, 1, 0] == pytest.approx(3.0)
    inp.max_velocity[0] = 1.0
    _, states = follow(otg, inp, out, 1500)
    assert states[:, 1].min() >= 1.0 - 1e-9
    assert (np.diff(states[:, 1, 0]) <= 1e-9).all()


@pytest.mark.parametrize("dofs", [1, 6])
def test_closed_loop_with_noise_never_fails(dofs):
    """12,000 cycles with 1 nrad of noise on the measured position; ruckig 0.19.4 raises in three of them."""
    rng = np.random.default_rng(3)
    inp, out, otg = parameters(dofs), OutputParameter(dofs), JerkLimited(dofs, CYCLE)
    seen = set()
    for k in range(12_000):
        if k % 1500 == 0:
            inp.target_position = rng.uniform(-1, 1, dofs)
        seen.add(otg.update(inp, out))
        out.pass_to_input(inp)
        inp.current_position[:] += rng.normal(0, 1e-9, dofs)
    assert seen <= {Result.Working, Result.Finished}
    np.testing.assert_allclose(out.new_position, inp.target_position, atol=1e-6)


def test_a_moving_target_is_tracked_without_chatter():
    """A sine with noise of 1 nrad: after catching up, small error and an acceleration close to the target's own."""
    rng = np.random.default_rng(4)
    inp, out, otg = parameters(1, tracking=0.02), OutputParameter(1), JerkLimited(1, CYCLE)
    errors, jerks = [], []
    for k in range(4000):
        w, t = 2.0, k * CYCLE
        noise = rng.normal(0, 1e-9)
        inp.target_position = [0.5 * np.sin(w * t) + noise]
        inp.target_velocity, inp.target_acceleration = [0.5 * w * np.cos(w * t)], [-0.5 * w * w * np.sin(w * t)]
        assert otg.update(inp, out) is Result.Working
        out.pass_to_input(inp)
        errors.append(out.new_position[0] - 0.5 * np.sin(w * (t + CYCLE)))
        jerks.append(out.new_jerk[0])
    assert np.abs(errors[1000:]).max() < 1e-4
    assert np.abs(jerks[1000:]).max() < 0.1 * 200.0


states_inside = st.tuples(
    st.floats(-1, 1), st.floats(-1.5, 1.5), st.floats(-5, 5), st.floats(-0.9, 0.9), st.floats(-0.8, 0.8)
)


@given(st.lists(states_inside, min_size=1, max_size=4), st.sampled_from(list(Synchronization)), st.floats(0, 3))
def test_position_limits_are_never_crossed(rows, synchronization, minimum):
    dofs = len(rows)
    p0, v0, a0, p1, v1 = np.array(rows).T
    low, high = np.full(dofs, -1.0), np.full(dofs, 1.0)
    inp = parameters(dofs, current_position=p0, current_velocity=v0, current_acceleration=a0, target_position=p1)
    inp.target_velocity, inp.synchronization, inp.minimum_duration = v1, synchronization, minimum
    otg = JerkLimited(dofs, CYCLE)
    stops = otg.stop(inp)
    fits = [e["max"] <= 1.0 and e["min"] >= -1.0 for e in stops.position_extrema]
    inp.max_position, inp.min_position = high, low
    try:
        trajectory = otg.calculate(inp)
    except ConfigError as error:
        assert "target_position" in str(error)  # noqa: PT017
        return
    p, _, a = trajectory.at_time(np.linspace(0.0, trajectory.duration + 2.0, 2001))
    for i in range(dofs):
        if fits[i]:
            assert p[:, i].max() <= 1.0 + 1e-9
            assert p[:, i].min() >= -1.0 - 1e-9
    assert trajectory.is_limited or all(p.max(0) <= 1.0 + 1e-9)
    np.testing.assert_array_less(np.abs(a), 10.0 + 1e-9)
    for profile, i in zip(trajectory.profiles, range(dofs), strict=True):
        assert np.abs(profile[:, 4]).max(initial=0.0) <= 200.0 * (1 + 1e-9)
        arrived = trajectory.at_time(float(profile[:, 0].sum()) - 1e-12)
        np.testing.assert_allclose([arrived[0][i], arrived[1][i]], [p1[i], v1[i]], atol=1e-6)


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(-2, 2), st.integers(1, 300)), min_size=1, max_size=8), st.booleans()
)
def test_position_limits_hold_through_changes(requests, velocity):
    inp, out, otg = parameters(1, max_position=[1.0], min_position=[-1.0]), OutputParameter(1), JerkLimited(1, 0.005)
    for position, speed, cycles in requests:
        inp.control_interface = ControlInterface.Velocity if velocity else ControlInterface.Position
        inp.target_position, inp.target_velocity = [position], [speed if velocity else 0.0]
        _, states = follow(otg, inp, out, cycles)
        assert np.abs(states[:, 0]).max() <= 1.0 + 1e-9
        assert np.abs(states[:, 2]).max() <= 10.0 + 1e-9
        assert out.fault is None


def test_a_start_that_cannot_stop_inside_says_so():
    inp = parameters(1, current_position=[0.99], current_velocity=[2.0], target_position=[0.0], max_position=[1.0])
    out, otg = OutputParameter(1), JerkLimited(1, CYCLE)
    results, states = follow(otg, inp, out, 3000)
    assert results[0] is Result.Limited
    assert results[-1] is Result.Finished
    inp = parameters(1, current_position=[0.99], current_velocity=[2.0])
    free = otg.stop(inp).position_extrema[0]["max"]
    assert 1.0 < states[:, 0].max() < free - 1e-4
    inp.max_position = [1.0]
    stop = otg.stop(inp)
    assert stop.is_limited
    assert 1.0 < stop.position_extrema[0]["max"] < free - 1e-4


def test_a_velocity_that_meets_a_limit_stops_there_and_says_so():
    inp = parameters(1, target_velocity=[1.5], max_position=[1.0], control_interface=ControlInterface.Velocity)
    out, otg = OutputParameter(1), JerkLimited(1, CYCLE)
    _, states = follow(otg, inp, out, 3000)
    assert states[:, 1, 0].max() == pytest.approx(1.5)
    assert states[:, 0, 0].max() <= 1.0 + 1e-9
    assert states[-1].ravel() == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    assert otg.update(inp, out) is Result.Limited


def test_a_target_outside_its_limits_is_refused():
    inp = parameters(1, target_position=[2.0], max_position=[1.0])
    with pytest.raises(ConfigError, match=r"^target_position must lie in"):
        JerkLimited(1, CYCLE).calculate(inp)
    inp = parameters(1, target_position=[0.999], target_velocity=[1.0], max_position=[1.0])
    with pytest.raises(ConfigError, match=r"^target_position must lie in"):
        JerkLimited(1, CYCLE).calculate(inp)


def batch_states(n, dofs, seed=0):
    rng = np.random.default_rng(seed)
    draw = {f"current_{x}": rng.normal(0, 0.5, (n, dofs)) for x in ("position", "velocity", "acceleration")}
    limits = {"max_velocity": [2.0] * dofs, "max_acceleration": [10.0] * dofs, "max_jerk": [200.0] * dofs}
    return {**draw, "target_position": rng.normal(0, 1, (n, dofs)), **limits}


@pytest.mark.parametrize("threads", [None, 1, 2])
def test_a_batch_equals_single_movements(threads):
    states, otg = batch_states(600, 3), JerkLimited(3, CYCLE)
    batch = otg.calculate_batch(**states, threads=threads)
    p, v, a = batch.at_time(0.3)
    at_end = batch.at_time(batch.durations)[0]
    np.testing.assert_allclose(at_end, states["target_position"], atol=1e-9)
    for i in (0, 255, 256, 599):
        inp = parameters(3, **{k: x if np.ndim(x) == 1 else x[i] for k, x in states.items()})
        one = otg.calculate(inp)
        assert one.duration == batch.durations[i]
        np.testing.assert_array_equal([p[i], v[i], a[i]], one.at_time(0.3))


def test_a_batch_says_which_row_it_refuses():
    states, otg = batch_states(300, 2), JerkLimited(2, CYCLE)
    states["target_position"][270, 1] = np.nan
    with pytest.raises(ConfigError, match=r"target_position must lie in .* at index 1 in row 270"):
        otg.calculate_batch(**states)
    with pytest.raises(ConfigError, match=r"^fields must be among"):
        otg.calculate_batch(**batch_states(3, 2), taget_position=[0.0, 0.0])
    with pytest.raises(ConfigError, match=r"^max_jerk must be given"):
        otg.calculate_batch(current_position=[[0.0, 0.0]], max_velocity=[1.0, 1.0], max_acceleration=[1.0, 1.0])
    with pytest.raises(ConfigError, match=r"must have shape"):
        otg.calculate_batch(**{**batch_states(3, 2), "target_velocity": np.zeros((2, 2))})


def test_a_batch_writes_into_out():
    out = np.empty(5)
    batch = JerkLimited(2, CYCLE).calculate_batch(**batch_states(5, 2), out=out)
    assert batch.durations is out
    assert (out > 0).all()
    assert len(batch) == 5
