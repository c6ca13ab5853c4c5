"""What the reference says can be reached in a given time, against a linear program over piecewise constant jerk."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from gaitloop.reference.trajectory.jerk_limited_durations import position_durations
from gaitloop.reference.trajectory.jerk_limited_models import Third
from gaitloop.reference.trajectory.jerk_limited_reach import Cases

STEPS = 240
rng = np.random.default_rng(7)


def random_case():
    """A start and an end within asymmetric limits."""
    while True:
        v_min, v_max = -rng.uniform(0.5, 2), rng.uniform(0.5, 2)
        a_min, a_max, jerk = -rng.uniform(0.5, 2), rng.uniform(0.5, 2), rng.uniform(0.5, 3)
        v0, v1 = rng.uniform(v_min, v_max, 2)
        a0, a1 = rng.uniform(a_min, a_max, 2)
        peaks = np.array([v0 + a0 * abs(a0) / 2 / jerk, v1 - a1 * abs(a1) / 2 / jerk])
        if (peaks >= v_min).all() and (peaks <= v_max).all():
            return rng.normal(0, 1), v0, v1, a0, a1, v_min, v_max, a_min, a_max, jerk


CASES = [random_case() for _ in range(8)]


def as_cases(values):
    return Cases(*(np.array([x], dtype=np.longdouble) for x in values))


def program(values, duration, sign):
    """Farthest (sign 1) or nearest displacement, or None where the end cannot be met."""
    _, v0, v1, a0, a1, v_min, v_max, a_min, a_max, jerk = values
    h = duration / STEPS
    k = np.arange(STEPS)
    after = np.tril(np.ones((STEPS, STEPS)))  # jerk i is over at node n > i
    lag = np.maximum(k[:, None] - k[None, :], 0) + 0.5  # steps from the middle of jerk i to node n + 1
    a = h * after
    v = h * h * after * lag
    p = h**3 * ((STEPS - k - 0.5) ** 2 / 2 + 1 / 24)
    times = h * (k + 1)
    nodes = np.vstack([a, -a, v, -v])
    free = v0 + a0 * times
    bounds = [np.full(STEPS, a_max - a0), np.full(STEPS, a0 - a_min), v_max - free, free - v_min]
    result = linprog(
        -sign * p,
        A_ub=nodes,
        b_ub=np.concatenate(bounds) + 1e-9,
        A_eq=np.vstack([a[-1], v[-1]]),
        b_eq=[a1 - a0, v1 - free[-1]],
        bounds=(-jerk, jerk),
        method="highs",
    )
    return v0 * duration + a0 * duration**2 / 2 - sign * result.fun if result.status == 0 else None


@pytest.mark.parametrize("values", CASES)
def test_the_farthest_and_nearest_are_those_of_a_linear_program(values):
    case = as_cases(values)
    start, (_, high) = Third(case).velocity_parts()
    begin = float(high[0]) if np.isfinite(high[0]) else float(start[0])
    for extra in (0.3, 1.0, 4.0):
        t = np.array([begin + extra], dtype=np.longdouble)
        for sign, side in ((1, case), (-1, case.mirrored())):
            exact = sign * float(Third(side).far(t)[0])
            found = program(values, float(t[0]), sign)
            assert found is not None
            # steps cut corners: a little less is found than there is
            assert sign * (exact - found) == pytest.approx(0, abs=2e-3 * extra)
            assert sign * (exact - found) > -1e-4


def test_durations_without_a_way_to_change_the_velocity_are_those_of_a_linear_program():
    values = (0.0, 0.0, 0.5, 1.0, 1.0, -5.0, 5.0, -5.0, 5.0, 1.0)
    start, (low, high) = Third(as_cases(values)).velocity_parts()
    assert [float(x[0]) for x in (start, low, high)] == pytest.approx([6**0.5 - 2, 2 - 2**0.5, 2 + 2**0.5])
    for t, possible in ((0.44, False), (0.46, True), (0.57, True), (0.6, False), (3.3, False), (3.43, True)):
        assert (program(values, t, 1) is not None) == possible, t


@pytest.mark.parametrize("values", CASES[:4])
def test_the_smallest_duration_divides_what_a_linear_program_can_reach(values):
    durations = position_durations(as_cases(values))
    shortest = float(durations.fastest[0])
    way = values[0]

    def reached(t):
        near, far = program(values, t, -1), program(values, t, 1)
        return near is not None and far is not None and near - 1e-3 <= way <= far + 1e-3

    assert reached(shortest * 1.001 + 1e-3)
    for t in np.linspace(0.1, 0.97, 12) * shortest:
        assert not reached(t)


@pytest.mark.parametrize("seed", range(3))
def test_the_slope_of_the_farthest_falls_first_and_rises_later(seed):
    """What the search for gaps rests on, and that the slope is the slope."""
    case = Cases(*np.array([random_case() for _ in range(100)]).T.astype(np.longdouble))
    model = Third(case)
    start, (_, high) = model.velocity_parts()
    begin = np.where(np.isfinite(high), high, start)
    length = np.maximum(model.steady - begin, 0)
    grid = begin + np.linspace(seed / 100, 1, 60)[:, None] * length
    slope = np.stack([model.slope(t) for t in grid])
    rises = np.diff(slope, axis=0) > 1e-12
    falls = np.diff(slope, axis=0) < -1e-12
    assert not (falls & (np.cumsum(rises, axis=0) > 0)).any()
    assert falls.any(axis=0).sum() > 10
    step = 1e-5 * length
    inner = grid[5:-5:7]
    there, back = (np.stack([model.far(t + d) for t in inner]) for d in (step, -step))
    wide = length > 1e-2
    found = (there - back)[:, wide] / (2 * step[wide])
    assert np.percentile(np.abs(found - slope[5:-5:7][:, wide]), 99) < 1e-6


def test_a_way_above_the_first_rise_and_fall_has_two_gaps():
    values = (0, -0.5233, 0.0507, 0.7304, 0.6068, -0.5463, 1.8904, -1.1528, 0.8073, 2.2711)
    model = Third(as_cases(values))
    start = float(model.velocity_parts()[0][0])
    at = [float(model.far(np.array([start + t], dtype=np.longdouble))[0]) for t in (0.0, 0.0165, 0.1, 6.0)]
    assert at[0] < at[1] > at[2] < at[3]
    way = (at[0] + at[1]) / 2
    durations = position_durations(as_cases((way, *values[1:])))
    shortest = float(durations.fastest[0])
    assert start < shortest < start + 0.0165  # on the first rise
    gaps = np.array([(float(low[0]), float(high[0])) for low, high in durations.gaps])
    real = gaps[np.isfinite(gaps[:, 0]) & (gaps[:, 0] >= shortest)]
    assert len(real) == 1
    assert start + 0.0165 < real[0, 0] < start + 0.1 < real[0, 1]
    for end in real[0]:
        assert float(model.far(np.array([end], dtype=np.longdouble))[0]) == pytest.approx(way, abs=1e-14)
