"""Torque learned over phase and by a model: Rust against the reference."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import _core, assist
from gaitloop.errors import ConfigError

reference = import_module("gaitloop.reference.assist")
BOTH = pytest.mark.parametrize("room", [_core, reference], ids=["rust", "reference"])
ITERATIVE = {
    "bins": 17,
    "keep": 0.9,
    "gain": np.array([80.0, 60.0, 0.0, 80.0, 500.0, 10.0]),
    "lead": 0.03,
    "smoothing": 0.1,
    "bound": np.array([30.0, 20.0, 10.0, 30.0, 5.0, 0.0]),
}
MODEL = {
    "phases": 9,
    "angles": 3,
    "q_min": np.array([-0.5, 0.0, -0.4, -0.5, 0.0, -0.4]),
    "q_max": np.array([0.8, 1.2, 0.4, 0.8, 1.2, 0.4]),
    "slope": 6.0,
    "gain": np.array([300.0, 200.0, 0.0, 300.0, 1000.0, 50.0]),
    "forget_time": 3.0,
    "bound": np.array([40.0, 30.0, 0.0, 40.0, 100.0, 5.0]),
}
HOSTILE = st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, -0.0, 1.0])
numbers = st.one_of(st.floats(-2.0, 2.0), HOSTILE)


def pair(name, params, **change):
    return tuple(getattr(room, name)(**{**params, **change}) for room in (_core, reference))


def close(a, b, atol=1e-9):
    np.testing.assert_allclose(a, b, rtol=0, atol=atol)


@settings(max_examples=60)
@given(st.data(), st.integers(10, 100), st.floats(0.0, 0.2), st.floats(0.0, 0.25))
def test_iterative_matches(data, bins, lead, smoothing):
    rust, twin = pair("IterativeLearning", ITERATIVE, bins=bins, lead=lead, smoothing=smoothing)
    tick = st.tuples(st.integers(0, 1), numbers, st.lists(numbers, min_size=3, max_size=3), st.integers(0, 6))
    for side, phase, errors, end in data.draw(st.lists(tick, min_size=1, max_size=40)):
        for law in (rust, twin):
            law.observe(side, phase, np.array(errors))
            if end < 2:
                law.close(side, end == 0)
        close(rust.torque(side, phase), twin.torque(side, phase))
        close(rust.table(side), twin.table(side))


@pytest.mark.parametrize("bins", [10, 37, 100])
def test_iterative_matches_over_strides_and_runs_as_it_steps(bins):
    rng = np.random.default_rng(bins)
    phase = np.arange(6000) / 400.0 + 0.001 * rng.normal(size=6000)
    errors = 0.2 * rng.normal(size=(6000, 3))
    errors[rng.random((6000, 3)) < 0.1] = np.nan
    ends, valid = np.arange(6000) % 400 == 399, rng.random(6000) < 0.8
    rust, twin = pair("IterativeLearning", ITERATIVE, bins=bins)
    torque = rust.run(phase, errors, 1, ends, valid)
    close(torque, twin.run(phase, errors, 1, ends, valid))
    assert np.all(np.abs(torque) <= ITERATIVE["bound"][3:] + 1e-12)
    assert np.max(np.abs(torque[:, 0])) > 1.0
    rust.reset()
    twin.reset()
    public = assist.IterativeLearning(**{**ITERATIVE, "bins": bins})
    for k in range(1200):
        if ends[k]:
            public.close(1, bool(valid[k]))
        public.observe(1, phase[k], errors[k])
        np.testing.assert_array_equal(public.torque(1, phase[k]), torque[k])
    close(rust.table(1), twin.table(1))


@settings(max_examples=60)
@given(st.data(), st.integers(4, 24), st.integers(1, 5))
def test_model_matches(data, phases, angles):
    rust, twin = pair("ModelBased", MODEL, phases=phases, angles=angles)
    vector = st.lists(numbers, min_size=6, max_size=6)
    tick = st.tuples(st.lists(numbers, min_size=2, max_size=2), vector, vector, vector, vector, numbers)
    for *inputs, dt in data.draw(st.lists(tick, min_size=1, max_size=15)):
        given_ = [np.array(x) for x in inputs]
        tau = rust.step(*given_, dt)
        close(tau, twin.step(*given_, dt))
        assert np.all(np.isfinite(tau))
        assert np.all(np.abs(tau) <= MODEL["bound"])
        close(rust.weights(), twin.weights())


def test_model_matches_over_a_walk_and_runs_as_it_steps():
    rng = np.random.default_rng(3)
    t = np.arange(3000) * 0.004
    phase = np.stack([t / 1.1, t / 1.1 + 0.5], axis=1)
    q_ref = 0.4 * np.sin(2 * np.pi * (phase[:, :1] + np.arange(6) / 6))
    q, dq, dq_ref = q_ref - 0.1, 0.1 * rng.normal(size=(3000, 6)), np.zeros((3000, 6))
    q[rng.random((3000, 6)) < 0.02] = np.nan
    rust, twin = pair("ModelBased", MODEL)
    tau = rust.run(phase, q, dq, q_ref, dq_ref, 0.004)
    close(tau, twin.run(phase, q, dq, q_ref, dq_ref, 0.004))
    assert np.max(np.abs(tau)) > 20.0
    public = assist.ModelBased(**MODEL)
    for k in range(300):
        np.testing.assert_array_equal(public.step(phase[k], q[k], dq[k], q_ref[k], dq_ref[k], 0.004), tau[k])
    public.reset()
    assert public.weights().shape == (6, 9, 3)
    assert not public.weights().any()


@BOTH
@pytest.mark.parametrize(
    ("name", "params", "change", "message"),
    [
        ("IterativeLearning", ITERATIVE, {"bins": 9}, "bins must lie in [10, 100], got 9"),
        ("IterativeLearning", ITERATIVE, {"keep": 1.0}, "keep must lie in [0.5, 0.999], got 1"),
        ("IterativeLearning", ITERATIVE, {"gain": np.full(6, -1.0)}, "gain must lie in [0, 500], got -1 at index 0"),
        ("IterativeLearning", ITERATIVE, {"lead": math.nan}, "lead must lie in [0, 0.2], got NaN"),
        ("IterativeLearning", ITERATIVE, {"smoothing": 0.3}, "smoothing must lie in [0, 0.25], got 0.3"),
        (
            "IterativeLearning",
            ITERATIVE,
            {"bound": np.full(6, 101.0)},
            "bound must lie in [0, 100], got 101 at index 0",
        ),
        ("ModelBased", MODEL, {"phases": 3}, "phases must lie in [4, 24], got 3"),
        ("ModelBased", MODEL, {"angles": 6}, "angles must lie in [1, 5], got 6"),
        ("ModelBased", MODEL, {"q_max": np.full(6, -1.0)}, "q_min must lie below q_max, got -0.5 and -1 at index 0"),
        ("ModelBased", MODEL, {"slope": 21.0}, "slope must lie in [0, 20], got 21"),
        ("ModelBased", MODEL, {"forget_time": 0.1}, "forget_time must lie in [0.5, 60], got 0.1"),
        ("ModelBased", MODEL, {"bound": np.full(6, math.inf)}, "bound must lie in [0, 100], got inf at index 0"),
    ],
)
def test_bad_parameters_are_refused_alike(room, name, params, change, message):
    with pytest.raises(ConfigError) as refused:
        getattr(room, name)(**{**params, **change})
    assert str(refused.value) == message


@BOTH
def test_a_wrong_side_is_refused_alike(room):
    law = room.IterativeLearning(**ITERATIVE)
    with pytest.raises(ConfigError, match=r"^side must lie in \[0, 1\], got 2$"):
        law.torque(2, 0.1)
