"""The compiled motor compensation against its NumPy reference."""

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

RTOL, ATOL = 1e-11, 1e-10
anything = st.one_of(st.floats(-3.0, 3.0), st.floats(width=64))
signal = arrays(np.float64, (8, 6), elements=anything)
LAW = {
    "gravity": np.random.default_rng(1).uniform(-40.0, 40.0, (2, 6)),
    "coulomb": np.linspace(0.0, 5.0, 6),
    "viscous": np.linspace(2.0, 0.0, 6),
    "inertia": np.linspace(0.1, 1.0, 6),
    "max_torque": np.array([60.0, 40.0, 0.0, 60.0, 40.0, 15.0]),
}


@settings(max_examples=80)
@given(
    tau=signal,
    q=signal,
    dq=signal,
    ddq=st.one_of(st.none(), signal),
    dt=st.one_of(st.floats(0.0, 0.1), st.floats()),
    pitch=st.one_of(st.none(), arrays(np.float64, (8,), elements=anything)),
)
def test_torque_matches_the_reference(tau, q, dq, ddq, dt, pitch):
    laws = [m.Compensation(**LAW, friction_share=0.9, inertia_share=0.7) for m in (control, reference)]
    got, want = (law.run(tau, q, dq, ddq, dt, pitch) for law in laws)
    np.testing.assert_allclose(got.added, want.added, RTOL, ATOL)
    np.testing.assert_allclose(got.tau_motor, want.tau_motor, RTOL, ATOL)
    assert np.isfinite(got.tau_motor).all()
    assert (np.abs(got.added) <= LAW["max_torque"]).all()
    laws[0].reset()
    for k in range(8):
        row = [None if x is None else x[k] for x in (tau, q, dq, ddq)]
        for one, all_ in zip(laws[0].step(*row, dt, 0.0 if pitch is None else pitch[k]), got, strict=True):
            np.testing.assert_array_equal(one, all_[k])


def test_a_movement_of_some_length_matches_the_reference():
    t = 0.001 * np.arange(3000)[:, None]
    q = 0.4 * np.sin(5.0 * t + np.arange(6))
    dq = 2.0 * np.cos(5.0 * t + np.arange(6)) + np.random.default_rng(2).normal(0.0, 0.05, (3000, 6))
    dq[1000:1050, 2] = np.nan
    laws = [m.Compensation(**LAW) for m in (control, reference)]
    got, want = (law.run(np.zeros((3000, 6)), q, dq, None, 0.001) for law in laws)
    np.testing.assert_allclose(got.added, want.added, RTOL, ATOL)


@given(
    lengths=arrays(np.float64, (2,), elements=st.floats(0.1, 0.8)),
    mass=arrays(np.float64, (3,), elements=st.floats(0.0, 20.0)),
    along=arrays(np.float64, (3,), elements=st.floats(-0.5, 0.8)),
    forward=arrays(np.float64, (3,), elements=st.floats(-0.5, 0.5)),
)
def test_segment_gravity_matches_the_reference(lengths, mass, along, forward):
    got, want = (m.segment_gravity(lengths, mass, along, forward) for m in (control, reference))
    np.testing.assert_allclose(got, want, 1e-12, 1e-12)


def refused(make):
    found = []
    for room in (control, reference):
        with pytest.raises(ConfigError) as error:
            make(room)
        found.append(str(error.value))
    return found


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("gravity", np.full((2, 6), 201.0)),
        ("coulomb", np.full(6, -1.0)),
        ("viscous", np.full(6, 51.0)),
        ("inertia", np.full(6, 5.1)),
        ("max_torque", np.full(6, math.nan)),
        ("friction_speed", 0.0),
        ("friction_share", 1.1),
        ("inertia_share", 0.81),
        ("accel_time", 0.001),
    ],
)
def test_bad_parameters_are_refused_alike(name, bad):
    rust, numpy = refused(lambda m: m.Compensation(**{**LAW, name: bad}))
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")


@pytest.mark.parametrize(
    ("name", "bad"),
    [("lengths", [0.4, 0.9]), ("mass", [1.0, -1.0, 1.0]), ("along", [0.9, 0.0, 0.0]), ("forward", [0.0, 0.0, 0.6])],
)
def test_bad_segments_are_refused_alike(name, bad):
    good = {"lengths": [0.4, 0.4], "mass": [1.0, 1.0, 1.0], "along": [0.1, 0.1, 0.1], "forward": [0.0, 0.0, 0.0]}
    rust, numpy = refused(lambda m: m.segment_gravity(**{**good, name: bad}))
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")
