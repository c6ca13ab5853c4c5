"""Cross-fade of laws: Rust against the reference, on sane and hostile input."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import _core
from gaitloop.errors import ConfigError

ATOL = 1e-12
PARAMS = {"time": 0.05, "rate": np.array([200.0, 500.0, 50.0, 200.0, 900.0, 50.0]), "energy": 1.5, "power": 3.0}
hostile = st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308, 1e6, -1.000001e6, 5e-324, 1e-310, 0.0])
torque = st.one_of(st.floats(-60.0, 60.0), st.floats(-60.0, 60.0), hostile)
energy = st.one_of(st.floats(-5.0, 30.0), st.floats(-5.0, 30.0), hostile)
ticks = st.one_of(st.floats(1e-4, 0.03), hostile, st.floats(width=64))
N = 40


def both(**change):
    params = {**PARAMS, **change}
    return _core.Fader(**params), import_module("gaitloop.reference.control").Fader(**params)


def recording(kind):
    value = {"torque": torque, "energy": energy}[kind]
    return arrays(np.float64, (N, 6) if kind == "torque" else (N,), elements=value)


@settings(max_examples=150, deadline=None)
@given(
    old=recording("torque"),
    new=recording("torque"),
    before=recording("energy"),
    after=recording("energy"),
    asked=arrays(np.bool_, (N,)),
    dt=ticks,
)
def test_run_matches_reference_and_repeated_step(old, new, before, after, asked, dt):
    rust, reference = both()
    got, want = (f.run(old, new, before, after, dt, asked) for f in (rust, reference))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=ATOL)
    assert np.isfinite(got[0]).all()
    again, _ = both()
    for i in range(N):
        if asked[i]:
            again.request()
        tau, w, done = again.step(old[i], new[i], before[i], after[i], dt)
        np.testing.assert_array_equal(tau, got[0][i])
        assert (w, done) == (got[1][i], got[2][i])
    for name in ("busy", "w", "stored"):
        assert getattr(rust, name) == getattr(again, name)
        np.testing.assert_allclose(getattr(rust, name), getattr(reference, name), rtol=0, atol=ATOL)


@settings(max_examples=60, deadline=None)
@given(
    torques=arrays(np.float64, (20, 2, 6), elements=torque),
    rest=st.lists(st.tuples(energy, energy, ticks, st.integers(0, 15)), max_size=20),
)
def test_step_matches_reference_with_ticks_of_any_length(torques, rest):
    rust, reference = both(time=0.02, energy=0.3)
    for (old, new), (before, after, dt, deed) in zip(torques, rest, strict=False):
        if deed < 6:
            assert rust.request() == reference.request()
        elif deed == 15:
            rust.reset()
            reference.reset()
        got, want = (f.step(old, new, before, after, dt) for f in (rust, reference))
        for a, b in zip(got, want, strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=ATOL)
        np.testing.assert_allclose(rust.stored, reference.stored, rtol=0, atol=ATOL)


BAD = [
    ("time", 0.0),
    ("time", 10.1),
    ("time", np.nan),
    ("rate", np.full(6, 0.9)),
    ("rate", np.array([1.0, 2.0, np.inf, 1.0, 1.0, 1.0])),
    ("energy", -0.5),
    ("energy", np.nan),
    ("power", 0.0),
    ("power", 50.1),
]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_parameters_are_refused_alike(name, bad):
    messages = []
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError) as refused:
            module.Fader(**{**PARAMS, name: bad})
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].startswith(f"{name} must lie in [")


def test_the_first_bad_parameter_is_named():
    for module in (_core, import_module("gaitloop.reference.control")):
        with pytest.raises(ConfigError, match=r"^rate must lie in"):
            module.Fader(time=0.1, rate=np.zeros(6), energy=-1.0, power=0.0)
