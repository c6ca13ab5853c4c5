"""Path control and force field: Rust against the reference, and what must hold for both."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core, control
from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

PHASE = np.arange(64) / 64
PATH = np.array([GaitPattern.koopman(speed=0.6, height=1.72).evaluate_sides([p, p])[0] for p in PHASE])
WEIGHT = np.array([1.0, 0.8, 0.0, 1.0, 0.8, 0.3])
LAWS = {
    "PathControl": {"band": 0.05, "stiffness": 300.0, "wall_torque": 60.0, "damping": 8.0, "flow": 10.0},
    "ForceField": {
        "tube": 0.03,
        "normal_width": 0.1,
        "normal": 50.0,
        "tangent_width": 0.2,
        "tangent": 12.0,
        "damping": 2.0,
    },
}
anything = st.one_of(
    st.floats(-3.0, 3.0), st.floats(width=64), st.sampled_from([np.nan, np.inf, 1e308, -1e308, 5e-324])
)


def made(module, name, weight=WEIGHT, window=0.1, path=PATH, **changes):
    return getattr(module, name)(path, weight, window, *{**LAWS[name], **changes}.values())


def both(name, **changes):
    return made(_core, name, **changes), made(import_module("gaitloop.reference.control"), name, **changes)


def agree(got, want, atol=1e-9):
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=atol)


def walk(seed, n=600, rate=0.8, lag=0.0):
    """A person near the path, with absent readings now and then."""
    rng = np.random.default_rng(seed)
    dt = 0.002
    own = np.cumsum(np.full(n, rate * dt)) + 0.02 * np.sin(np.arange(n) * 0.01)
    curves = PATH[((own[:, None] + [0.0, 0.5]) % 1.0 * 64).astype(int) % 64]
    q = np.concatenate([curves[:, 0, :3], curves[:, 1, 3:]], axis=1)
    q += np.cumsum(rng.normal(0.0, 0.004, q.shape), axis=0)
    dq = np.gradient(q, dt, axis=0) * 0.2
    gone = rng.random(q.shape) < 0.001
    q[gone] = np.nan
    phase = (own[:, None] + lag + [0.0, 0.5]) % 1.0
    guidance = np.clip(rng.normal(0.8, 0.4, (n, 6)), -0.2, 1.2)
    return q, dq, phase, np.full((n, 2), rate), guidance, dt


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("seed", range(6))
def test_walks_match_the_reference(name, seed):
    rows = walk(seed, lag=0.03 * (seed - 2))
    rust, reference = both(name)
    agree(rust.run(*rows), reference.run(*rows))
    rust.reset()
    again = [rust.step(*row, rows[-1]) for row in zip(*rows[:-1], strict=True)]
    fresh = made(_core, name)
    for k, column in enumerate(fresh.run(*rows)):
        np.testing.assert_array_equal(column, np.array([tick[k] for tick in again]))


@settings(max_examples=60)
@given(
    name=st.sampled_from(sorted(LAWS)),
    q=arrays(np.float64, (3, 6), elements=anything),
    dq=arrays(np.float64, (3, 6), elements=anything),
    phase=arrays(np.float64, (3, 2), elements=anything),
    rate=arrays(np.float64, (3, 2), elements=anything),
    guidance=arrays(np.float64, (3, 6), elements=anything),
    dt=anything,
)
def test_hostile_input_matches_the_reference_and_stays_bounded(name, q, dq, phase, rate, guidance, dt):
    rust, reference = both(name)
    got, want = (law.run(q, dq, phase, rate, guidance, dt) for law in (rust, reference))
    agree(got, want)
    assert np.isfinite(got[0]).all()
    assert np.isfinite(got[3]).all()
    assert (np.abs(got[0]) <= WEIGHT * 112.0 + 1e-9).all()


@pytest.mark.parametrize("name", LAWS)
def test_without_guidance_nothing_is_felt_and_the_place_is_kept(name):
    q, dq, phase, rate, guidance, dt = walk(3)
    for law in both(name):
        out = law.run(q, dq, phase, rate, 0.0 * guidance, dt)
        assert not out[0].any()
        assert not out[3].any()
        assert np.isfinite(out[1]).any()


@pytest.mark.parametrize("name", LAWS)
def test_the_nearest_point_moves_no_faster_than_five_cycles_a_second(name):
    q, dq, phase, rate, guidance, dt = walk(4)
    near = made(_core, name).run(q, dq, phase, rate, guidance, dt)[1]
    move = (np.diff(near, axis=0) + 0.5) % 1.0 - 0.5
    assert np.nanmax(np.abs(move)) <= 5.0 * dt + 1e-12


REFUSED = [
    ("PathControl", {"path": PATH[:7]}),
    ("PathControl", {"path": np.where(np.arange(384).reshape(64, 6) == 13, np.nan, PATH)}),
    ("PathControl", {"weight": np.array([1.0, -0.1, 0, 0, 0, 0])}),
    ("PathControl", {"window": 0.3}),
    ("ForceField", {"window": np.nan}),
    *(("PathControl", {key: -1.0}) for key in LAWS["PathControl"]),
    *(("ForceField", {key: 1e4}) for key in LAWS["ForceField"]),
]


@pytest.mark.parametrize(("name", "bad"), REFUSED)
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError) as refused:
            made(module, name, **bad)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


def test_public_door_takes_lists_and_refuses_other_shapes():
    law = made(control, "PathControl", weight=[1.0] * 6)
    out = law.step(PATH[0].tolist(), [0.0] * 6, [0.0, 0.0], [0.0] * 2, [1.0] * 6, 0.001)
    assert isinstance(out, control.PathTorque)
    np.testing.assert_allclose(out.distance, 0.0, atol=1e-9)
    with pytest.raises(ConfigError, match=r"^phase must have shape \(2,\)"):
        law.step([0.0] * 6, [0.0] * 6, [0.0] * 3, [0.0] * 2, [1.0] * 6, 0.001)
    with pytest.raises(ConfigError, match=r"^guidance must have shape \(3, 6\), got \(2, 6\)"):
        law.run(np.zeros((3, 6)), np.zeros((3, 6)), np.zeros((3, 2)), np.zeros((3, 2)), np.zeros((2, 6)), 0.001)
    with pytest.raises(ConfigError, match=r"^path must have shape \(N, 6\), got \(8, 5\)"):
        made(control, "ForceField", path=np.zeros((8, 5)))
    law.reset()
