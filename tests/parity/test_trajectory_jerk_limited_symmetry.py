"""What holds for any good jerk-limited planner: symmetries, and nothing but the rest from any point of its way."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from gaitloop.trajectory import Synchronization

sys.path.append(str(Path(__file__).resolve().parent))
parity = __import__("test_trajectory_jerk_limited")

RTOL = 1e-9
SETTINGS = [
    {},
    {"hostile": True},
    {"orders": (2,)},
    {"interface": "velocity"},
    {"interface": "velocity", "hostile": True, "orders": (2, 3)},
]


def cases(settings, n=60, dofs=3, seed=5):
    rng = np.random.default_rng(seed)
    return [parity.random_case(rng, dofs, **settings) for _ in range(n)]


def changed(case, columns, factors, turned=False):
    """The case with each column of the states and each limit multiplied; turned: sides of the limits swapped."""
    out = dict(case)
    for part in ("start", "end"):
        out[part] = (np.array(case[part]) * columns).tolist()
    for name, factor in factors.items():
        low, high = parity.table(case, name).T * factor
        if turned:
            low, high = -high, -low
        if name != "jerk":
            out[f"min_{name}"] = low.tolist()
        out[f"max_{name}"] = [None if np.isinf(x) else x for x in high.tolist()]
    return out


def same(got, want, factor=1.0, rtol=RTOL):
    np.testing.assert_allclose(
        got.independent_min_durations, want.independent_min_durations * factor, rtol=rtol, atol=1e-9
    )
    assert got.duration == pytest.approx(want.duration * factor, rel=rtol, abs=1e-9)


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_mirror_image_takes_as_long_and_is_the_mirror_image(settings):
    for case in cases(settings):
        want = parity.plan(case)
        got = parity.plan(changed(case, -1, {"velocity": 1, "acceleration": 1}, turned=True))
        same(got, want)
        for t in np.linspace(0, 1, 7) * want.duration:
            for x, y in zip(got.at_time(t), want.at_time(t), strict=True):
                np.testing.assert_allclose(-x, y, rtol=1e-7, atol=2e-7 * max(1.0, np.abs(y).max()))


@pytest.mark.parametrize("scale", [0.125, 4.0])
@pytest.mark.parametrize("settings", SETTINGS)
def test_faster_time_scales_the_durations(settings, scale):
    for case in cases(settings):
        columns = scale ** np.arange(3)
        factors = {"velocity": scale, "acceleration": scale**2, "jerk": scale**3}
        got = parity.plan(changed(case, columns, factors))
        # the tolerances of the end do not scale: where they decide, so does the duration
        same(got, parity.plan(case), 1 / scale, rtol=1e-6 if settings.get("hostile") else 1e-7)


@pytest.mark.parametrize("scale", [0.25, 8.0])
def test_longer_ways_with_higher_limits_take_as_long(scale):
    for case in cases({}):
        got = parity.plan(changed(case, scale, {"velocity": scale, "acceleration": scale, "jerk": scale}))
        same(got, parity.plan(case), rtol=1e-7)


@pytest.mark.parametrize("settings", SETTINGS)
def test_degrees_of_freedom_may_change_places(settings):
    order = [2, 0, 1]
    for case in cases(settings):
        moved = {k: [v[i] for i in order] if isinstance(v, list) else v for k, v in case.items()}
        got, want = parity.plan(moved), parity.plan(case)
        assert got.duration == want.duration
        assert (got.independent_min_durations == want.independent_min_durations[order]).all()
        for x, y in zip(got.at_time(got.duration / 3), want.at_time(want.duration / 3), strict=True):
            assert (x == y[order]).all()


@pytest.mark.parametrize("settings", SETTINGS[:1] + SETTINGS[2:4])
def test_from_any_point_on_the_way_the_rest_takes_the_rest(settings):
    """Alone: what is fastest stays fastest. A start moved by rounding may cost the tolerance's worth."""
    checked = 0
    for case in cases({**settings, "undone": True}, dofs=1):
        whole = parity.plan(case)
        for share in (0.1, 0.37, 0.5, 0.81, 0.97):
            t = share * whole.duration
            state = np.column_stack(whole.at_time(t))
            if parity.order(case) == 2:
                state[:, 2] = 0.0
            rest = parity.plan({**case, "start": state.tolist()})
            assert rest.duration == pytest.approx(whole.duration - t, rel=1e-7, abs=1e-6), case
            checked += 1
    assert checked == 300


def test_waiting_for_nobody_takes_the_durations_alone():
    for case in cases({}, n=30):
        inp = parity.given(case)
        inp.synchronization = Synchronization.No
        got = parity.JerkLimited(3, 0.001).calculate(inp)
        np.testing.assert_array_equal(got.independent_min_durations, parity.plan(case).independent_min_durations)
        lasts = [parity.checker.rows(p)[:, 0].sum() for p in got.profiles]
        np.testing.assert_allclose(lasts, got.independent_min_durations, rtol=1e-12, atol=1e-15)
        assert got.duration == pytest.approx(max(lasts), rel=1e-12)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_one_line_in_space_is_kept_with_phase_synchronisation(factor):
    rng = np.random.default_rng(3)
    for _ in range(40):
        way = rng.normal(0, 1, 3)
        case = {
            "start": np.column_stack([rng.normal(0, 1, 3), 0.1 * way, 0.05 * way]).tolist(),
            "end": None,
            "max_velocity": rng.uniform(0.5, 2, 3).tolist(),
            "max_acceleration": rng.uniform(0.5, 2, 3).tolist(),
            "max_jerk": rng.uniform(0.5, 3, 3).tolist(),
        }
        start = np.array(case["start"])
        case["end"] = np.column_stack([start[:, 0] + factor * way, 0 * way, 0 * way]).tolist()
        inp = parity.given(case)
        inp.synchronization = Synchronization.Phase
        got = parity.JerkLimited(3, 0.001).calculate(inp)
        assert got.is_straight
        assert parity.faults(case, got) == []
        assert got.duration >= parity.plan(case).duration * (1 - RTOL)
        for t in np.linspace(0, 1, 9) * got.duration:
            done = (np.array(got.at_time(t)[0]) - start[:, 0]) / way
            np.testing.assert_allclose(done, done[0], atol=1e-7 / np.abs(way).min())
