"""The compiled foot plates against their NumPy reference."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import control
from gaitloop.errors import ConfigError
from gaitloop.reference import control as reference
from gaitloop.trajectory import GaitPattern

RTOL, ATOL = 1e-12, 1e-10
anything = st.one_of(st.floats(-2.0, 2.0), st.floats(width=64))
PATH = np.random.default_rng(1).uniform(-0.5, 0.5, (20, 2, 3))
LAW = {"stiffness": [8000.0, 20000.0, 300.0], "damping": [200.0, 100.0, 5.0], "max_force": [400.0, 900.0, 60.0]}


def rows(*shape):
    return arrays(np.float64, (8, *shape), elements=anything)


@settings(max_examples=80)
@given(pose=rows(2, 3), velocity=rows(2, 3), phase=rows(2), rate=rows(2), guidance=rows(2), soft=st.booleans())
def test_force_matches_the_reference(pose, velocity, phase, rate, guidance, soft):
    law = {**LAW, "stiffness": [0.0, 20000.0, 0.0], "max_force": [0.0, 2000.0, 10.0]} if soft else LAW
    got, want = (m.FootPlate(PATH, **law) for m in (control, reference))
    a, b = (x.run(pose, velocity, phase, rate, guidance) for x in (got, want))
    np.testing.assert_allclose(a.force, b.force, RTOL, ATOL)
    np.testing.assert_allclose(a.energy, b.energy, RTOL, ATOL)
    assert (np.abs(a.force) <= np.array(law["max_force"])).all()
    for k, row in enumerate(zip(pose, velocity, phase, rate, guidance, strict=True)):
        for one, all_ in zip(got.step(*row), a, strict=True):
            np.testing.assert_array_equal(one, all_[k])


@settings(max_examples=40)
@given(
    angles=arrays(np.float64, st.tuples(st.integers(8, 40), st.just(6)), elements=st.floats(-3.0, 3.0)),
    height=st.floats(1.0, 2.3),
    ground=st.sampled_from(["level", "stairs"]),
    offset=st.floats(0.0, 1.0),
    samples=st.integers(8, 60),
)
def test_plate_path_matches_the_reference(angles, height, ground, offset, samples):
    got, want = (m.plate_path(angles, height, ground, offset=offset, samples=samples) for m in (control, reference))
    np.testing.assert_allclose(got, want, 1e-11, 1e-11)
    assert got.shape == (samples, 2, 3)


@pytest.mark.parametrize("step_length", [None, 0.1, 0.5, 1.2])
@pytest.mark.parametrize("ground", ["level", "stairs"])
def test_plate_path_of_a_pattern_matches_the_reference(ground, step_length):
    angles = GaitPattern.koopman(speed=0.8, height=1.72).evaluate_sides(np.tile(np.arange(100) / 100, (2, 1)).T)[0]
    got, want = (m.plate_path(angles, 1.72, ground, step_length=step_length) for m in (control, reference))
    np.testing.assert_allclose(got, want, 1e-11, 1e-11)
    if ground == "level":
        assert got[:, :, 1].min() > -0.02
    if step_length is not None:
        steps = [got[0, side, 0] - got[64, 1 - side, 0] for side in (0, 1)]
        assert np.mean(steps) == pytest.approx(step_length, abs=1e-9)


def refused(make):
    found = []
    for room in (control, reference):
        with pytest.raises(ConfigError) as error:
            make(room)
        found.append(str(error.value))
    return found


def spoiled(index, value):
    path = PATH.copy()
    path.ravel()[index] = value
    return path


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"path": np.zeros((9, 3, 2))}, "path must have shape (N, 2, 3), got (9, 3, 2)"),
        ({"path": np.zeros((7, 2, 3))}, "path must have length 8 to 1024, got 7"),
        ({"path": np.zeros((1025, 2, 3))}, "path must have length 8 to 1024, got 1025"),
        ({"path": spoiled(13, 2.5)}, "path must lie in [-2, 2], got 2.5 at index 13"),
        ({"path": spoiled(14, 1.7)}, "path must lie in [-1.5, 1.5], got 1.7 at index 14"),
        ({"path": spoiled(3, math.nan)}, "path must lie in [-2, 2], got NaN at index 3"),
        ({"stiffness": [1.0, 1.0, 5001.0]}, "stiffness must lie in [0, 5000], got 5001 at index 2"),
        ({"stiffness": [-1.0, 1.0, 5001.0]}, "stiffness must lie in [0, 50000], got -1 at index 0"),
        ({"damping": [1.0, math.inf, 1.0]}, "damping must lie in [0, 5000]"),
        ({"max_force": [2001.0, 1.0, 1.0]}, "max_force must lie in [0, 2000], got 2001 at index 0"),
    ],
)
def test_a_bad_plate_is_refused_alike(change, start):
    rust, numpy = refused(lambda m: m.FootPlate(**{"path": PATH, **LAW, **change}))
    assert rust == numpy
    assert rust.startswith(start)


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"angles": np.zeros((9, 5))}, "angles must have shape (N, 6), got (9, 5)"),
        ({"angles": np.zeros((7, 6))}, "angles must have length 8 to 1024, got 7"),
        ({"angles": np.full((8, 6), 3.5)}, "angles must lie in [-3, 3], got 3.5 at index 0"),
        ({"height": 0.9}, "height must lie in [1, 2.3], got 0.9"),
        ({"ground": "hill"}, "ground must be one of level, stairs, got 'hill'"),
        ({"offset": 1.1}, "offset must lie in [0, 1], got 1.1"),
        ({"step_length": 0.05}, "step_length must lie in [0.1, 1.2], got 0.05"),
        ({"samples": 7}, "samples must lie in [8, 1024], got 7"),
        ({"step_length": 0.5}, "step must lie in [0.05, 2], got 0"),
    ],
)
def test_a_bad_path_is_refused_alike(change, start):
    rust, numpy = refused(lambda m: m.plate_path(**{"angles": np.zeros((8, 6)), "height": 1.7, **change}))
    assert rust == numpy
    assert rust.startswith(start)
