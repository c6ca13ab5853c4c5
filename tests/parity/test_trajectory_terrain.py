"""The compiled patterns for ramps and stairs against their NumPy reference."""

from __future__ import annotations

from math import inf, nan, radians

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from gaitloop import trajectory
from gaitloop.errors import ConfigError
from gaitloop.reference import trajectory as reference

MODULES = (trajectory, reference)
PHASES = np.linspace(-0.3, 1.3, 97)
ATOL = 1e-11  # [rad], of the samples; bisections end within 1e-14 of both knees' bend and of the lift
TEN = radians(10)


def both(name, *args, **options):
    """Patterns of both implementations, or the field that each refuses."""
    results = []
    for module in MODULES:
        try:
            results.append(getattr(module.GaitPattern, name)(*args, **options))
        except ConfigError as error:
            results.append(str(error).partition(" must ")[0])
    return results


def assert_same(got, want):
    if isinstance(want, str) or isinstance(got, str):
        assert got == want
        return False
    for name in ("stride_rate", "speed", "offset", "published_stride_rate"):
        assert getattr(got, name) == (None if getattr(want, name) is None else pytest.approx(getattr(want, name)))
    # the slope of a spline of 128 samples is some 128 times as uncertain as they are
    for g, w, growth in zip(got.evaluate(PHASES, 1.0), want.evaluate(PHASES, 1.0), (1, 1e3, 1e6), strict=True):
        np.testing.assert_allclose(g, w, rtol=0, atol=ATOL * growth)
    return True


@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(
    speed=st.floats(0.14, 1.4),
    height=st.floats(1.5, 2.0),
    incline=st.floats(-TEN, TEN),
    clearance=st.floats(0.0, 0.1),
    tilt=st.floats(-0.1, 0.3),
    rise=st.sampled_from([0.0, 0.03, 0.1, radians(15.0)]),
)
def test_ramp(speed, height, incline, clearance, tilt, rise):
    assert_same(*both("ramp", speed, height, incline, foot_clearance=clearance, pelvic_tilt=tilt, heel_rise=rise))


@pytest.mark.parametrize("degrees", [-10, -5, 0, 5, 10])
@pytest.mark.parametrize("speed", [0.14, 0.8, 1.3])
def test_usual_ramps_are_made(speed, degrees):
    assert assert_same(*both("ramp", speed, 1.75, radians(degrees)))


@settings(max_examples=100, phases=(Phase.explicit, Phase.generate))
@given(
    rise=st.floats(0.05, 0.25),
    tread=st.floats(0.2, 0.45),
    height=st.floats(1.0, 2.3),
    direction=st.sampled_from(["up", "down"]),
    cadence=st.floats(0.2, 3.0),
    clearance=st.floats(0.0, 0.1),
)
def test_stairs(rise, tread, height, direction, cadence, clearance):
    assert_same(*both("stairs", rise, tread, height, direction, cadence=cadence, foot_clearance=clearance))


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("height", [1.5, 1.75, 1.95])
def test_usual_stairs_are_made(height, direction):
    assert assert_same(*both("stairs", 0.17, 0.29, height, direction))


@pytest.mark.parametrize(
    ("name", "args", "options"),
    [
        ("ramp", (0.13, 1.75, 0.0), {}),
        ("ramp", (0.8, 2.1, 0.0), {}),
        ("ramp", (0.8, 1.75, 0.18), {}),
        ("ramp", (0.8, 1.75, nan), {}),
        ("ramp", (0.8, 1.75, 0.1), {"foot_clearance": 0.11}),
        ("ramp", (0.8, 1.75, 0.1), {"foot_clearance": 0.1}),
        ("ramp", (0.8, 1.75, 0.1), {"pelvic_tilt": inf}),
        ("ramp", (0.8, 1.75, 0.1), {"heel_rise": -0.01}),
        ("ramp", (0.8, 1.75, 0.1), {"heel_rise": 0.27}),
        ("stairs", (0.04, 0.29, 1.75), {}),
        ("stairs", (0.17, 0.5, 1.75), {}),
        ("stairs", (0.17, nan, 1.75), {}),
        ("stairs", (0.17, 0.29, 0.9), {}),
        ("stairs", (0.17, 0.29, 1.75, "sideways"), {}),
        ("stairs", (0.17, 0.29, 1.75, "up"), {"cadence": 3.1}),
        ("stairs", (0.17, 0.29, 1.75, "down"), {"foot_clearance": -0.01}),
        ("stairs", (0.17, 0.2, 1.75, "down"), {"foot_clearance": 0.05}),
        ("stairs", (0.25, 0.45, 1.0, "up"), {}),
        ("stairs", (0.25, 0.45, 1.0, "down"), {}),
    ],
)
def test_same_arguments_are_refused(name, args, options):
    got, want = both(name, *args, **options)
    assert isinstance(want, str)
    assert got == want
