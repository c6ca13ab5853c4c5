"""Body-weight support: Rust against the reference, on sane and hostile input."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError

ATOL = 1e-9  # [N]
N = 60
hostile = st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308, 1e4, 10.0, 5e-324, 0.0])
share = st.one_of(st.floats(0.0, 0.6), st.sampled_from([0.2, 0.3]), hostile)
height = st.one_of(st.floats(0.9, 1.0), st.floats(0.9, 1.0), st.floats(-12.0, 12.0), hostile)
force = st.one_of(st.floats(0.0, 600.0), st.floats(0.0, 600.0), hostile)
ticks = st.one_of(st.sampled_from([1e-3, 5e-3, 0.02]), st.floats(1e-4, 0.03), hostile)
GAINS = {"drag": 800.0, "lag": 0.05, "slope": 900.0}


def both(**change):
    return tuple(
        m.BodyWeightSupport(800.0, 500.0, **{**GAINS, **change})
        for m in (_core, import_module("gaitloop.reference.control"))
    )


def same(got, want):
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=ATOL)


@settings(max_examples=150, deadline=None)
@given(
    shares=arrays(np.float64, (N,), elements=share),
    modes=arrays(np.int64, (N,), elements=st.integers(0, 3)),
    forces=arrays(np.float64, (N,), elements=force),
    heights=arrays(np.float64, (N,), elements=height),
    dt=ticks,
)
def test_run_matches_reference_and_repeated_step(shares, modes, forces, heights, dt):
    rust, reference = both()
    got = rust.run(shares, modes, forces, heights, dt)
    same(got, reference.run(shares, modes, forces, heights, dt))
    assert ((got[0] >= 0.0) & (got[0] <= 500.0)).all()
    again, _ = both()
    rows = zip(shares, modes.tolist(), forces, heights, strict=True)
    np.testing.assert_array_equal(np.array([again.step(*row, dt) for row in rows]).T, np.array(got, dtype=float))


@settings(max_examples=20, deadline=None)
@given(mode=st.integers(0, 3), rope=st.floats(0.5, 1.2), seed=st.integers(0, 1000), drop=st.integers(200, 1400))
def test_a_session_with_a_fall_matches_reference(mode, rope, seed, drop):
    """Walking, standing, a fall and a release, the rope giving a share of what it is told."""
    rng = np.random.default_rng(seed)
    rust, reference = both(fall_time=0.01)
    pull, rows = 100.0, []
    for k in range(1600):
        asked = 0.3 if k < 700 else 0.2
        z = 0.95 + 0.02 * np.sin(0.05 * k) * (k < 300) - (0.3 * min(1.0, (k - drop) / 100.0) if k > drop else 0.0)
        measured = None if k % 97 == 0 else pull + rng.normal(0.0, 1.0)
        seen = None if k % 89 < 3 else z
        got, want = (x.step(asked, mode, measured, seen, 0.004) for x in (rust, reference))
        rows.append((*got, *want))
        if k % 211 == 0:
            assert rust.release() == reference.release()
        pull += (rope * got[0] - pull) * 0.1
    table = np.array(rows, dtype=float)
    np.testing.assert_allclose(table[:, :4], table[:, 4:], rtol=0, atol=ATOL)
    assert table[:, 1].any()
    assert rust.caught == reference.caught
    rust.reset()
    reference.reset()
    same(rust.step(0.5, mode, 300.0, 0.9, 0.001), reference.step(0.5, mode, 300.0, 0.9, 0.001))


def test_standing_still_locks_alike():
    rust, reference = both()
    rows = [[x.step(0.2, 0, 160.0, 0.95, 0.005)[1] for _ in range(400)] for x in (rust, reference)]
    assert rows[0] == rows[1]
    assert any(rows[0])


@pytest.mark.parametrize("speed", [0.08, 0.15, 0.22, 0.3, 0.38, 0.45])
def test_a_steady_descent_is_caught_in_the_same_tick(speed):
    ticks = []
    for x in both():
        heights = 0.95 - speed * 0.001 * np.arange(1500)
        caught = x.run(np.full(1500, 0.2), np.full(1500, 2), np.full(1500, 160.0), heights, 0.001)[2]
        ticks.append(int(np.argmax(caught)) if caught.any() else None)
    assert ticks[0] == ticks[1]
    assert ticks[0] is not None or speed < 0.1


@pytest.mark.parametrize("speed", [0.0, 0.009, 0.015, 0.019, 0.025, 0.05])
@pytest.mark.parametrize("wrong", [0.0, 5.0, 7.99, 8.01, 20.0])
def test_the_rope_is_locked_in_the_same_tick(speed, wrong):
    heights = 0.95 + speed * 0.001 * np.arange(3000)
    rows = [
        x.run(np.full(3000, 0.2), np.zeros(3000, dtype=int), np.full(3000, 160.0 + wrong), heights, 0.001)[1]
        for x in both(kp=0.0, ki=0.0)
    ]
    np.testing.assert_array_equal(*rows)
    assert rows[0].any() == (speed < 0.02 and wrong < 8.0)


@pytest.mark.parametrize(("speed", "goes"), [(0.0, True), (0.045, True), (0.055, False), (0.3, False)])
def test_a_caught_person_is_let_down_alike(speed, goes):
    for x in both():
        for k in range(400):
            x.step(0.2, 2, 160.0, 0.95 - 0.0006 * k, 0.001)
        assert x.caught
        for k in range(400):
            x.step(0.2, 2, 160.0, 0.71 + speed * 0.001 * k, 0.001)
        assert x.release() == goes


BAD = {
    "body_weight": (199.0, 2001.0),
    "force_max": (-1.0, np.nan),
    "rate": (0.5, 2001.0),
    "slope": (0.5, np.inf),
    "share_rate": (0.0, 0.2),
    "kp": (-0.1, 3.0),
    "ki": (-0.5, 11.0),
    "reserve": (-0.5, 0.4),
    "drag": (-1.0, 2001.0),
    "lag": (-0.5, 0.3),
    "fall_drop": (0.03, 0.4),
    "fall_speed": (0.3, np.nan),
    "fall_time": (-0.5, 0.2),
}


@pytest.mark.parametrize(("name", "bad"), [(name, bad) for name, values in BAD.items() for bad in values])
def test_bad_parameters_are_refused_alike(name, bad):
    params = {"body_weight": 800.0, "force_max": 500.0, name: bad}
    messages = []
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError) as refused:
            module.BodyWeightSupport(**params)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(f"{name} must lie in [")


def test_a_rate_above_the_slope_is_refused_alike():
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError, match=r"^rate must lie below slope, got 300 and 200"):
            module.BodyWeightSupport(800.0, 500.0, rate=300.0, slope=200.0)
