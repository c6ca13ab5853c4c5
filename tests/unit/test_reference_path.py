"""Path control of the reference: timing is free, shape is not, and the wall gives back only what was put into it."""

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.control import Nearest, PathControl

DT = 0.001
WEIGHT = [1.0, 1.0, 0.0] * 2
LAW = {"window": 0.15, "band": 0.08, "stiffness": 300.0, "wall_torque": 40.0, "damping": 5.0, "flow": 0.0}
ON = np.ones(6)


def samples(phase):
    """A loop like that of hip and knee in walking, with a slow stance and a fast swing."""
    a = 2.0 * np.pi * np.asarray(phase)
    hip, knee = 0.15 + 0.35 * np.cos(a), 0.45 - 0.4 * np.cos(a + 1.2) - 0.15 * np.cos(2.0 * a)
    return np.stack([hip, knee, 0.1 * np.sin(a)] * 2, axis=-1)


PATH = samples(np.arange(128) / 128)


def law(**changes):
    return PathControl(PATH, WEIGHT, **{**LAW, **changes})


def at(phase):
    return np.concatenate([samples(p)[3 * i : 3 * i + 3] for i, p in enumerate(phase)])


@pytest.mark.parametrize("lead", [-0.12, 0.0, 0.12])
def test_timing_is_the_persons(lead):
    """Ahead or behind by less than the window, wavering, with a band's half of noise: nothing is felt."""
    control, rng = law(), np.random.default_rng(1)
    for k in range(1500):
        p = np.array([0.8 * DT * k, 0.8 * DT * k + 0.5])
        mine = p + lead * np.sin(2.0 * np.pi * 0.3 * DT * k)
        out = control.step(at(mine) + rng.uniform(-0.02, 0.02, 6), np.ones(6), p, [0.8, 0.8], ON, DT)
        assert not out.tau.any()
        assert not out.energy.any()


def test_the_point_stays_with_a_person_who_stands_still_and_is_dragged_by_the_window_only():
    control, before = law(), None
    q = at([0.3, 0.8])
    for k in range(400):
        p = np.array([0.3, 0.8]) + 0.8 * DT * k
        out = control.step(q, np.zeros(6), p, [0.8, 0.8], ON, DT)
        late = (out.nearest - p + 0.5) % 1.0 - 0.5
        if 0.8 * DT * k < 0.15:
            np.testing.assert_allclose(out.nearest, [0.3, 0.8], atol=1e-6)
        assert (late >= -0.15 - 1e-12).all()
        moved = 0.0 if before is None else np.abs((out.nearest - before + 0.5) % 1.0 - 0.5).max()
        assert moved <= 5.0 * DT + 1e-12
        before = out.nearest


def test_the_point_goes_back_with_the_person():
    control, last = law(), 0.65
    for k in range(200):
        out = control.step(at([0.65 - 0.0005 * k] * 2), np.zeros(6), [0.6, 0.6], [0.0, 0.0], ON, DT)
        assert np.abs(out.distance).max() < 2e-3
        assert out.nearest[0] <= last + 1e-6
        last = out.nearest[0]
    assert last == pytest.approx(0.55, abs=1e-3)


def test_the_point_moves_at_a_bounded_rate_whatever_the_person_and_the_phase_do():
    control, rng, before = law(), np.random.default_rng(2), None
    for _ in range(400):
        q = rng.uniform(-2.0, 2.0, 6)
        out = control.step(q, q, rng.uniform(0.0, 1.0, 2), [1.0, 1.0], ON, 0.002)
        if before is not None:
            assert np.abs((out.nearest - before + 0.5) % 1.0 - 0.5).max() <= 5.0 * 0.002 + 1e-12
        before = out.nearest


def test_the_search_finds_the_nearest_point_of_the_window():
    rng, grid = np.random.default_rng(3), np.linspace(-0.15, 0.15, 3001)
    for _ in range(60):
        p, q = rng.uniform(0.0, 1.0), rng.uniform(-0.5, 1.2, 6)
        near = Nearest(PATH, WEIGHT, 0.15)
        for _ in range(60):
            got = near.step(0, q, q, p, DT)
        d = np.hypot(*(samples(p + grid)[:, :2] - q[:2]).T)
        assert got.distance <= d.min() + 1e-4


def test_the_point_finds_its_way_downhill_from_anywhere():
    """Where it comes to rest, the path does not lead any nearer, unless out of the window."""
    rng = np.random.default_rng(6)
    for _ in range(60):
        near, p, q = Nearest(PATH, WEIGHT, 0.25), rng.uniform(0.0, 1.0), rng.uniform(-0.5, 1.2, 6)
        start = at([p + rng.uniform(-0.2, 0.2)] * 2)
        near.step(0, start, start, p, DT)
        distances = [(got := near.step(0, q, q, p, DT)).distance for _ in range(300)]
        assert (np.diff(distances) < 1e-8).all()
        u, slope = (got.phase - p + 0.5) % 1.0 - 0.5, np.dot(got.error, got.tangent)
        assert abs(slope) < 1e-6 or (abs(u) > 0.25 - 1e-9 and slope * u > 0.0)


def test_the_wall_is_the_gradient_of_its_energy():
    """Also with unequal guidance, for a point that is held (no time passes)."""
    rng = np.random.default_rng(4)
    for _ in range(40):
        control, q, g = law(damping=0.0), at([0.4, 0.9]) + rng.uniform(-0.5, 0.5, 6), rng.uniform(0.0, 1.0, 6)
        p = [0.4, 0.9]
        tau = control.step(q, np.zeros(6), p, [0.0, 0.0], g, 0.0).tau
        for j in range(6):
            ends = []
            for sign in (-1.0, 1.0):
                moved = q.copy()
                moved[j] += sign * 1e-6
                ends.append(control.step(moved, np.zeros(6), p, [0.0, 0.0], g, 0.0).energy.sum())
            assert tau[j] == pytest.approx(-(ends[1] - ends[0]) / 2e-6, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_gets_more_out_of_the_wall_than_was_put_in(seed):
    """Work of the wall on the person along any way, at a fixed phase, is at most the fall of its energy."""
    rng, control = np.random.default_rng(seed), law(damping=8.0 if seed % 2 else 0.0)
    centre, work, first = at([0.7, 0.2]), 0.0, None
    amplitude, rate, lag = rng.uniform(0.0, 0.5, 6), rng.uniform(0.5, 3.0, 6), rng.uniform(0.0, 6.0, 6)
    tau = q = None
    for k in range(3000):
        angle = 2.0 * np.pi * rate * DT * k + lag
        now = centre + amplitude * np.sin(angle)
        dq = amplitude * 2.0 * np.pi * rate * np.cos(angle)
        out = control.step(now, dq, [0.7, 0.2], [1.0, 1.0], ON, DT)
        if q is not None:
            work += 0.5 * (out.tau + tau) @ (now - q)
            assert work <= first - out.energy.sum() + 2e-3
        else:
            first = out.energy.sum()
        tau, q = out.tau, now
    assert control.stiffness > 0.0


def test_damping_takes_energy_along_the_normal_only():
    soft, damped, still = law(damping=0.0), law(damping=20.0), np.zeros(6)
    q = at([0.7, 0.2]) + np.array([-0.3, 0.3, 0.0, -0.3, 0.3, 0.0])
    base = soft.step(q, still, [0.7, 0.2], [0.0, 0.0], ON, DT)
    normal = base.tau / np.linalg.norm(base.tau[:3])
    for velocity in (np.eye(6) * 0.2).tolist() + (-np.eye(6) * 0.2).tolist():
        extra = damped.step(q, velocity, [0.7, 0.2], [0.0, 0.0], ON, DT).tau - base.tau
        assert extra @ velocity <= 1e-15
    across = np.array([normal[1], -normal[0], 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(damped.step(q, across, [0.7, 0.2], [0.0, 0.0], ON, DT).tau[:2], base.tau[:2], atol=1e-9)


def test_flow_helps_who_is_slow_and_fades_towards_the_edge():
    control, p = law(flow=10.0), [0.7, 0.2]
    slope = (at([0.7005, 0.2005]) - at([0.6995, 0.1995])) / 0.001
    still = control.step(at(p), np.zeros(6), p, [0.8, 0.8], ON, DT).tau
    assert still[:2] @ slope[:2] > 0.0
    assert 9.0 < np.linalg.norm(still[:2]) <= 10.0
    assert not control.step(at(p), 0.81 * slope, p, [0.8, 0.8], ON, DT).tau.any()
    assert not control.step(at(p), np.zeros(6), p, [0.0, np.nan], ON, DT).tau.any()
    control.reset()
    normal = np.array([-slope[1], slope[0], 0.0, 0.0, 0.0, 0.0]) / np.hypot(*slope[:2])
    sizes = [
        np.linalg.norm(law(flow=10.0).step(at(p) + a * normal, np.zeros(6), p, [0.8, 0.8], ON, DT).tau[:2])
        for a in (0.03, 0.05, 0.07, 0.0799)
    ]
    assert (np.diff(sizes) < 0.0).all()
    assert sizes[-1] < 0.01


def test_a_leg_without_a_reading_feels_nothing_and_starts_anew():
    control, q, p = law(), at([0.7, 0.2]) + 0.3, [0.7, 0.2]
    for name in ("q", "dq", "phase"):
        given = {"q": q.copy(), "dq": np.zeros(6), "phase": np.array(p)}
        given[name][0] = np.nan
        out = control.step(given["q"], given["dq"], given["phase"], [1.0, 1.0], ON, DT)
        assert not out.tau[:3].any()
        assert np.isnan([out.nearest[0], out.distance[0]]).all()
        assert out.energy[0] == 0.0 < out.energy[1]
        assert out.tau[3:5].all()
    q[2] = np.nan
    assert control.step(q, np.zeros(6), p, [1.0, 1.0], ON, DT).tau[:2].all()


def test_nothing_is_felt_without_guidance_and_nothing_ever_beyond_the_bound():
    rng = np.random.default_rng(5)
    hostile = np.array([0.0, 1e308, -1e308, 5e-324, np.inf, -np.inf, np.nan, 1.0, -3.0])
    control = PathControl(PATH, [1.0, 0.5, 10.0, 1.0, 2.0, 0.0], **{**LAW, "flow": 9.0, "damping": 200.0})
    for _ in range(400):
        q, dq, g = (rng.choice(hostile, 6) if rng.random() < 0.5 else rng.uniform(-1.0, 1.0, 6) for _ in range(3))
        p, r = rng.choice(hostile, 2), rng.choice(hostile, 2)
        if rng.random() < 0.7:
            p = rng.uniform(0.0, 1.0, 2)
        out = control.step(q, dq, p, r, g, rng.choice(hostile))
        assert (np.abs(out.tau) <= 40.0 * np.array([1.0, 0.5, 10.0, 1.0, 2.0, 0.0]) + 1e-9).all()
        assert np.isfinite(out.energy).all()
        assert (out.energy >= 0.0).all()
        assert not control.step(q, dq, p, r, np.zeros(6), DT).tau.any()


def test_run_is_step_for_each_tick():
    q = PATH[::8] + 0.2
    rows = q, np.zeros_like(q), np.full((16, 2), 0.3), np.ones((16, 2)), np.ones((16, 6))
    got, again = law().run(*rows, DT), law()
    for k in range(16):
        for a, b in zip(again.step(*(r[k] for r in rows), DT), got, strict=True):
            np.testing.assert_array_equal(a, b[k])
    assert law().run(*(r[:0] for r in rows), DT).tau.shape == (0, 6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": np.zeros((9, 5))}, r"path must have shape \(N, 6\)"),
        ({"path": np.zeros((7, 6))}, "path must have length 8 to 1024, got 7"),
        ({"path": np.full((8, 6), 3.1)}, r"path must lie in \[-3, 3\], got 3.1 at index 0"),
        ({"weight": np.full(6, -1.0)}, r"weight must lie in \[0, 10\], got -1 at index 0"),
        ({"window": 0.3}, r"window must lie in \[0.01, 0.25\]"),
        ({"band": 0.0}, r"band must lie in \[0.005, 0.5\]"),
        ({"stiffness": np.nan}, r"stiffness must lie in \[0, 2000\], got NaN"),
        ({"wall_torque": 0.0}, r"wall_torque must lie in \[1, 300\]"),
        ({"damping": 201.0}, r"damping must lie in \[0, 200\]"),
        ({"flow": 51.0}, r"flow must lie in \[0, 50\]"),
    ],
)
def test_bad_parameters_are_refused(change, message):
    with pytest.raises(ConfigError, match=f"^{message}"):
        PathControl(**{"path": PATH, "weight": WEIGHT, **LAW, **change})
