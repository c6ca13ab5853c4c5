"""The compiled torque profiles against their NumPy reference."""

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

RTOL = ATOL = 1e-12
anything = st.one_of(st.floats(-2.0, 2.0), st.floats(width=64))
force = st.one_of(st.floats(-100.0, 1500.0), st.floats(width=64))


def table(low, high):
    return arrays(np.float64, (6, 2), elements=st.floats(low, high))


def rows(columns, elements=anything):
    return arrays(np.float64, (8, columns), elements=elements)


@settings(max_examples=80)
@given(
    torque=table(-150.0, 150.0),
    peak=table(0.0, 1.0),
    rise=table(0.02, 0.5),
    fall=table(0.02, 0.5),
    phase=rows(2),
    guidance=rows(6),
)
def test_spline_matches_the_reference(torque, peak, rise, fall, phase, guidance):
    got, want = (m.SplineProfile(torque, peak, rise, fall) for m in (control, reference))
    np.testing.assert_allclose(tau := got.run(phase, guidance), want.run(phase, guidance), RTOL, 1e-10)
    assert np.isfinite(tau).all()
    np.testing.assert_array_equal(tau, [got.step(*row) for row in zip(phase, guidance, strict=True)])


@settings(max_examples=60)
@given(force=rows(2, force), cop=rows(2), q=rows(6), guidance=rows(6), dt=st.one_of(st.floats(0.0, 0.1), st.floats()))
def test_proportional_moment_matches_the_reference(force, cop, q, guidance, dt):
    laws = [m.ProportionalMoment(82.0, 1.8, gain=0.5, max_torque=25.0) for m in (control, reference)]
    got, want = (law.run(force, cop, q, guidance, dt) for law in laws)
    np.testing.assert_allclose(got.tau, want.tau, RTOL, ATOL)
    np.testing.assert_allclose(got.moment, want.moment, RTOL, ATOL)
    assert (np.abs(got.tau) <= 25.0).all()
    laws[0].reset()
    for k, row in enumerate(zip(force, cop, q, guidance, strict=True)):
        for one, all_ in zip(laws[0].step(*row, dt), got, strict=True):
            np.testing.assert_array_equal(one, all_[k])


@pytest.mark.parametrize(
    ("maker", "given_"),
    [
        ("ankle", {"torque": 40.0}),
        ("ankle", {"torque": 0.0, "peak": 0.5, "rise": 0.3, "fall": 0.05}),
        ("hip", {"extension": 10.0, "flexion": 12.0}),
        ("hip", {"extension": 0.0, "flexion": 150.0, "extension_peak": 0.05, "flexion_peak": 0.7, "rise": 0.1}),
    ],
)
def test_makers_match_the_reference(maker, given_):
    phase = np.stack([np.linspace(-1.0, 2.0, 301), np.linspace(0.5, 3.5, 301)], axis=1)
    got, want = (getattr(m.SplineProfile, maker)(**given_).run(phase, np.ones((301, 6))) for m in (control, reference))
    np.testing.assert_allclose(got, want, RTOL, 1e-10)
    assert got.any() == any(v > 0.0 for k, v in given_.items() if k in ("torque", "extension", "flexion"))


def refused(make):
    found = []
    for room in (control, reference):
        with pytest.raises(ConfigError) as error:
            make(room)
        found.append(str(error.value))
    return found


GOOD = {"torque": 10.0, "peak": 0.5, "rise": 0.2, "fall": 0.2}


@pytest.mark.parametrize(
    ("name", "bad"),
    [("torque", 151.0), ("torque", math.nan), ("peak", -0.1), ("rise", 0.01), ("fall", 0.51), ("fall", math.inf)],
)
def test_a_bad_profile_is_refused_alike(name, bad):
    tables = {n: np.full((6, 2), v) for n, v in GOOD.items()}
    tables[name][2, 1] = bad
    rust, numpy = refused(lambda m: m.SplineProfile(*tables.values()))
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")
    assert rust.endswith("at index 5")


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("mass", 10.0),
        ("height", 3.0),
        ("gain", 0.9),
        ("max_torque", 151.0),
        ("roll_radius", 0.01),
        ("smoothing", math.nan),
    ],
)
def test_bad_parameters_are_refused_alike(name, bad):
    rust, numpy = refused(lambda m: m.ProportionalMoment(**{"mass": 75.0, "height": 1.75, name: bad}))
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")


@pytest.mark.parametrize(
    ("maker", "given_", "name"),
    [
        ("ankle", {"torque": -1.0}, "torque"),
        ("ankle", {"torque": 151.0, "peak": 2.0}, "torque"),
        ("ankle", {"torque": 10.0, "peak": 2.0}, "peak"),
        ("hip", {"extension": -1.0, "flexion": -1.0}, "extension"),
        ("hip", {"extension": 1.0, "flexion": math.nan}, "flexion"),
    ],
)
def test_bad_makers_are_refused_alike(maker, given_, name):
    rust, numpy = refused(lambda m: getattr(m.SplineProfile, maker)(**given_))
    assert rust == numpy
    assert rust.startswith(f"{name} must lie in")
