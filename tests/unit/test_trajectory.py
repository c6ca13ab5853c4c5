"""Invariants of trajectories and what they refuse, for both implementations."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern, MinimumJerk

GOOD = 0.3 * np.cos(2 * np.pi * np.linspace(0, 1, 21))[:, None] * np.array([1.0, 0.5, 0.2])


@pytest.fixture(params=["gaitloop.trajectory", "gaitloop.reference.trajectory"])
def trajectory(request):
    return import_module(request.param)


@pytest.fixture
def pattern(trajectory):
    return trajectory.GaitPattern.koopman(0.8, 1.72)


def changed(row, column, value):
    table = GOOD.copy()
    table[row, column] = value
    return table


def test_is_periodic_and_smooth_where_the_cycle_ends(pattern):
    before, start, later = (pattern.evaluate(p) for p in (1 - 1e-9, 0.0, 3.0))
    for b, s, after, tolerance in zip(before, start, later, (1e-7, 1e-6, 1e-4), strict=True):
        np.testing.assert_allclose(b, s, atol=tolerance)
        np.testing.assert_array_equal(s, after)


def test_evaluate_is_evaluate_sides(pattern):
    phase = np.linspace(0, 1, 50, endpoint=False)
    sides = np.stack([phase, (phase + pattern.offset) % 1.0], axis=1)
    for a, b in zip(pattern.evaluate(phase), pattern.evaluate_sides(sides), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


def test_halves_mirror_each_other(pattern):
    phase = np.linspace(0, 1, 40, endpoint=False)
    for a, b in zip(pattern.evaluate(phase), pattern.evaluate(phase + 0.5), strict=True):
        np.testing.assert_allclose(a[:, :3], b[:, 3:], atol=1e-10)
        np.testing.assert_allclose(a[:, 3:], b[:, :3], atol=1e-10)


def test_right_follows_left_by_the_offset(trajectory):
    pattern = trajectory.GaitPattern.from_table(GOOD, stride_time=1.2, offset=0.3)
    phase = np.linspace(0, 1, 40, endpoint=False)
    np.testing.assert_allclose(pattern.evaluate(phase)[0][:, 3:], pattern.evaluate(phase + 0.3)[0][:, :3], atol=1e-12)


def test_six_columns_give_each_side_its_own(trajectory):
    pattern = trajectory.GaitPattern.from_table(np.hstack([GOOD, 2 * GOOD]), stride_time=1.2)
    q, _, _ = pattern.evaluate_sides([0.17, 0.17])
    np.testing.assert_allclose(q[3:], 2 * q[:3], atol=1e-12)


@pytest.mark.parametrize("speed", [0.14, 0.2, 0.28, 0.4, 0.55, 0.8, 1.1, 1.4])
@pytest.mark.parametrize("height", [1.5, 1.62, 1.75, 1.88, 2.0])
def test_stance_foot_moves_with_the_belt(trajectory, speed, height):
    pattern = trajectory.GaitPattern.koopman(speed, height)
    phase = np.linspace(0.10, 0.40, 301)
    q, dq, _ = pattern.evaluate(phase)
    thigh, shank = 0.245 * height, 0.246 * height
    direction = q[:, 0] - q[:, 1]
    velocity = thigh * np.cos(q[:, 0]) * dq[:, 0] + shank * np.cos(direction) * (dq[:, 0] - dq[:, 1])
    assert -velocity.mean() == pytest.approx(speed, rel=0.01)
    # Not only in the mean: at each instant.
    np.testing.assert_allclose(-velocity, speed, rtol=0.05)


@pytest.mark.parametrize("clearance", [0.02, 0.035])
def test_asked_clearance_is_reached(trajectory, clearance):
    pattern = trajectory.GaitPattern.koopman(0.8, 1.72, foot_clearance=clearance)
    assert pattern.foot_clearance(1.72) == pytest.approx(clearance, abs=1e-10)


def test_velocity_and_acceleration_are_derivatives(pattern):
    h = 1e-6
    back, now, ahead = (pattern.evaluate(0.23 + k * h * pattern.stride_rate) for k in (-1, 0, 1))
    np.testing.assert_allclose((ahead[0] - back[0]) / (2 * h), now[1], atol=1e-6)
    np.testing.assert_allclose((ahead[1] - back[1]) / (2 * h), now[2], atol=1e-2)


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("speed", (np.nan, 1.7), {}),
        ("speed", (np.inf, 1.7), {}),
        ("speed", (0.13, 1.7), {}),
        ("speed", (1.41, 1.7), {}),
        ("speed", (-0.8, 1.7), {}),
        ("height", (0.8, 1.49), {}),
        ("height", (0.8, 172.0), {}),
        ("pelvic_tilt", (0.8, 1.7), {"pelvic_tilt": 8.0}),
        ("pelvic_tilt", (0.8, 1.7), {"pelvic_tilt": np.nan}),
        ("foot_clearance", (0.8, 1.7), {"foot_clearance": -0.01}),
        ("foot_clearance", (0.8, 1.7), {"foot_clearance": np.nan}),
        ("foot_clearance", (0.8, 1.7), {"foot_clearance": 0.16}),
        ("foot_clearance", (0.8, 1.7), {"foot_clearance": 0.149}),
    ],
)
def test_koopman_refuses(trajectory, name, arguments, options):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in \["):
        trajectory.GaitPattern.koopman(*arguments, **options)


@pytest.mark.parametrize(
    ("name", "table", "options"),
    [
        ("angles", GOOD[:8], {}),
        ("angles", GOOD[:, :2], {}),
        ("angles", GOOD[:, 0], {}),
        ("angles", GOOD[None], {}),
        ("angles", np.zeros((0, 3)), {}),
        ("angles", changed(3, 1, np.nan), {}),
        ("angles", changed(3, 1, np.inf), {}),
        ("angles", np.degrees(GOOD), {}),
        ("angles", changed(-1, 2, GOOD[0, 2] + 0.18), {}),
        ("angles", GOOD.astype(complex), {}),
        ("angles", [["a", "b", "c"]] * 9, {}),
        ("stride_time", GOOD, {"stride_time": 0.0}),
        ("stride_time", GOOD, {"stride_time": np.nan}),
        ("offset", GOOD, {"offset": -0.1}),
        ("offset", GOOD, {"offset": np.nan}),
        ("speed", GOOD, {"speed": 0.0}),
        ("speed", GOOD, {"speed": np.inf}),
        ("closing", GOOD, {"closing": 0.0}),
        ("closing", GOOD, {"closing": 0.51}),
    ],
)
def test_from_table_refuses(trajectory, name, table, options):
    with pytest.raises(ConfigError, match=rf"^{name}\b"):
        trajectory.GaitPattern.from_table(table, **{"stride_time": 1.2, **options})


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("start", (np.nan, 1.0, 1.0)),
        ("end", (0.0, np.inf, 1.0)),
        ("end", ([0.0, 1.0], [0.0, 1.0, 2.0], 1.0)),
        ("duration", (0.0, 1.0, 0.0)),
        ("duration", (0.0, 1.0, -1.0)),
        ("duration", (0.0, 1.0, np.nan)),
        ("duration", (0.0, 1.0, 1e5)),
    ],
)
def test_minimum_jerk_refuses(trajectory, name, arguments):
    with pytest.raises(ConfigError, match=rf"^{name}\b"):
        trajectory.MinimumJerk(*arguments)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("phase", lambda p: p.evaluate([[0.1]])),
        ("phase", lambda p: p.evaluate("0.1")),
        ("phase", lambda p: p.evaluate(None)),
        ("phase", lambda p: p.evaluate([1j])),
        ("phase_rate", lambda p: p.evaluate([0.1, 0.2], [1.0])),
        ("phase_rate", lambda p: p.evaluate(0.1, [1.0, 2.0])),
        ("phases", lambda p: p.evaluate_sides([0.1])),
        ("phases", lambda p: p.evaluate_sides(0.1)),
        ("phase_rates", lambda p: p.evaluate_sides([0.1, 0.2], [1.0])),
        ("phase_accels", lambda p: p.evaluate_sides(np.zeros((3, 2)), None, np.zeros((2, 2)))),
        ("out", lambda p: p.evaluate(0.1, out=(np.zeros(6), np.zeros(6)))),
        ("out", lambda p: p.evaluate(0.1, out=np.zeros((3, 5)))),
        ("out", lambda p: p.evaluate([0.1], out=(np.zeros(6), np.zeros(6), np.zeros(6)))),
        ("out", lambda p: p.evaluate(0.1, out=(np.zeros(6, np.float32), np.zeros(6), np.zeros(6)))),
        ("out", lambda p: p.evaluate(0.1, out=np.zeros((3, 12))[:, ::2])),
        ("out", lambda p: p.evaluate(0.1, out=3)),
        ("out", lambda p: p.evaluate(0.1, out=[np.zeros(6)] * 3)),
        ("height", lambda p: p.foot_clearance(np.nan)),
    ],
)
def test_evaluate_refuses(name, call):
    with pytest.raises(ConfigError, match=rf"^{name}\b"):
        call(GaitPattern.koopman(0.8, 1.72))


def test_compiled_class_takes_float64_only():
    pattern = _core.GaitPattern.koopman(0.8, 1.72)
    for bad in ([0.1], np.zeros(3, np.float32), np.zeros((2, 2)), np.zeros(6)[::2], 1):
        with pytest.raises(ConfigError, match=r"^phase\b"):
            pattern.evaluate(bad)


def test_out_is_written_and_returned():
    pattern = GaitPattern.koopman(0.8, 1.72)
    for phase, shape in ((0.3, (6,)), (np.linspace(0, 1, 4), (4, 6))):
        want = pattern.evaluate(phase)
        three, packed = tuple(np.empty(shape) for _ in range(3)), np.empty((3, *shape))
        assert pattern.evaluate(phase, out=three) is three
        assert pattern.evaluate(phase, out=packed) is packed
        for got in (three, packed):
            np.testing.assert_array_equal(np.stack(got), np.stack(want))


def test_minimum_jerk_keeps_shapes():
    for start, t, shape in (
        (0.0, 0.1, ()),
        (0.0, [0.1] * 4, (4,)),
        ([0.0] * 3, 0.1, (3,)),
        ([0.0] * 3, [0.1] * 4, (4, 3)),
    ):
        got = MinimumJerk(start, start, 1.0).evaluate(t)
        assert [x.shape for x in got] == [shape] * 3


def test_a_pattern_is_made_by_its_constructors_only():
    with pytest.raises(ConfigError, match=r"^GaitPattern\b"):
        GaitPattern()


def test_rows_of_different_length_are_refused():
    pattern = GaitPattern.koopman(0.8, 1.75)
    with pytest.raises(ConfigError, match=r"^phase must be an array of shape \(\) or \(T,\), got rows"):
        pattern.evaluate([[1], [1, 2]])
    with pytest.raises(ConfigError, match=r"^step_length must be an array of shape \(\) or \(2,\), got rows"):
        pattern.adjust(height=1.75, range_of_motion=([-1] * 3, [2] * 3), step_length=[[1], [2, 3]])


def test_many_rates_beside_one_phase_are_refused():
    with pytest.raises(ConfigError, match=r"^phase_rate must have shape \(\) beside one phase, got \(3,\)$"):
        GaitPattern.koopman(0.8, 1.75).evaluate(0.3, np.ones(3))


def test_a_masked_number_is_refused():
    with pytest.raises(ConfigError, match=r"^pelvic_tilt must be a number, got masked$"):
        GaitPattern.koopman(0.8, 1.75, pelvic_tilt=np.ma.masked)
