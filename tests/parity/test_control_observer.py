"""Torque of the person: Rust against the reference, on sane and hostile input."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError

RTOL, ATOL = 1e-9, 1e-8  # [N·m]; differences over a tick of 1 ms amplify rounding a thousandfold
N = 20
PARAMS = {
    "thigh_limb": 2.0,
    "shank_limb": 1.0,
    "friction": np.array([1.0, 0.5, 0.2]),
    "armature": np.array([0.05, 0.1, 0.02]),
    "torque_lag": 0.004,
    "ankle": True,
}
hostile = st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308, 1e6, 1.1e6, 5e-324, 0.0])
value = st.one_of(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0), st.floats(-2.0, 2.0), hostile)
ticks = st.one_of(st.sampled_from([1e-3, 5e-3]), st.floats(1e-4, 0.03), hostile)


def both(**change):
    return tuple(
        m.HumanTorqueObserver(75.0, 1.75, **{**PARAMS, **change})
        for m in (_core, import_module("gaitloop.reference.control"))
    )


def signal(*shape, element=value):
    return arrays(np.float64, (N, *shape), elements=element)


def same(got, want):
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=RTOL, atol=ATOL)


@settings(max_examples=60, deadline=None)
@given(
    joints=signal(3, 6),
    contact=arrays(np.bool_, (N, 2)),
    dt=ticks,
    ground=signal(2, 3),
    pelvis=signal(4),
    height=signal(),
)
def test_run_matches_reference_and_repeated_step(joints, contact, dt, ground, pelvis, height):
    rust, reference = both()
    q, dq, tau = (np.ascontiguousarray(joints[:, i]) for i in range(3))
    got, want = (x.run(q, dq, tau, contact, dt, ground=ground, pelvis=pelvis, height=height) for x in (rust, reference))
    same(got, want)
    assert (np.isfinite(got[0]) == (got[1] > 0.0)).all() or np.isfinite(got[0][got[1] > 0.0]).all()
    assert ((got[1] >= 0.0) & (got[1] <= 1.0)).all()
    again, _ = both()
    for i in range(N):
        rest = {"ground": ground[i], "pelvis": pelvis[i], "height": height[i]}
        step = again.step(q[i], dq[i], tau[i], contact[i].tolist(), dt, **rest)
        for a, b in zip(step, got, strict=True):
            np.testing.assert_array_equal(a, b[i])


@pytest.mark.parametrize("missing", [None, "vx", "vz", "pitch", "rate", "height", "ankle", "ground", "hip"])
@pytest.mark.parametrize("change", [{}, {"ankle": False, "gain": 40.0, "torque_lag": 0.0, "height_time": 0.0}])
def test_walking_matches_reference(missing, change):
    """A second of smooth movement with contacts; something is missing for a part of it."""
    rust, reference = both(**change)
    rng = np.random.default_rng(7)
    for k in range(1000):
        t = k * 1e-3
        wave = 2 * np.pi * t + np.arange(6)
        q, dq = 0.4 * np.sin(wave), 0.4 * 2 * np.pi * np.cos(wave)
        tau = rng.normal(0.0, 10.0, 6)
        contact = [bool(t % 1.0 < 0.6), bool((t + 0.5) % 1.0 < 0.6)]
        ground = np.array([[20.0 * np.sin(wave[0]), 500.0, 0.05 * np.sin(wave[1])], [10.0, 400.0, 0.02]])
        pelvis = np.array([0.1 * np.sin(wave[2]), 0.1 * np.cos(wave[3]), 0.05 * np.sin(wave[4]), 0.3])
        height = 0.95 + 0.02 * np.sin(2 * wave[0])
        if missing and k % 400 > 150:
            if missing == "ankle":
                q[[2, 5]] = np.nan
            elif missing == "hip":
                dq[0] = np.nan
            elif missing == "ground":
                ground[0, 1] = np.nan
            elif missing == "height":
                height = np.nan
            else:
                pelvis[["vx", "vz", "pitch", "rate"].index(missing)] = np.nan
        rest = {"ground": ground, "pelvis": pelvis, "height": height}
        got, want = (x.step(q, dq, tau, contact, 1e-3, **rest) for x in (rust, reference))
        same(got, want)


def test_what_is_left_out_is_absent_and_reset_is_as_new():
    rust, reference = both()
    q = np.array([0.3, 0.5, 0.1, 0.0, 0.2, 0.0])
    for x in (rust, reference):
        x.step(q, np.ones(6), np.zeros(6), [False, True], 0.001)
        x.reset()
    for _ in range(5):
        args = (q, np.zeros(6), np.zeros(6), [False, True], 0.001)
        same(rust.step(*args), reference.step(*args))


BAD = [
    ("mass", 19.0),
    ("height", np.nan),
    ("thigh_limb", -1.0),
    ("shank_limb", 11.0),
    ("friction", np.array([0.0, 21.0, 0.0])),
    ("armature", np.full(3, -1.0)),
    ("gain", 9.0),
    ("torque_lag", 0.2),
    ("height_time", np.inf),
]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError) as refused:
            module.HumanTorqueObserver(**{"mass": 75.0, "height": 1.75, **PARAMS, name: bad})
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(f"{name} must lie in [")
