"""The compiled fit to a person against its NumPy reference."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import trajectory
from gaitloop.errors import ConfigError
from gaitloop.reference import trajectory as reference

MODULES = (trajectory, reference)
PHASES = np.linspace(-0.2, 1.2, 71)
RTOL = 1e-12
RATE = 100.0  # samples in a second [1/s]
TURNS = np.array([0.0, 0.15, 0.3, 0.5, 0.65, 0.8])  # each hip is flexed most at the contacts of its foot


def walk(seed, strides=9, noise=0.02, shift=0.0):
    """Angles, time and contacts of a person who walks unevenly: noise, a bad stride, gaps, an odd sampling clock."""
    random = np.random.default_rng(seed)
    durations = 1.2 * (1.0 + 0.04 * random.standard_normal(strides))
    left = 0.31 + np.concatenate([[0.0], np.cumsum(durations)])
    right = left[:-1] + durations * (0.5 + 0.02 * random.standard_normal(strides))
    time = np.arange(0.0, left[-1] + 0.4, 1.0 / RATE)
    time = time + 0.2 / RATE * random.uniform(-1.0, 1.0, time.size)
    phase = np.interp(time, left, np.arange(strides + 1.0))
    wave = np.arange(6)[None, :]
    angles = 0.3 + 0.25 * np.cos(2 * np.pi * (phase[:, None] + TURNS)) + shift
    angles += 0.08 * np.sin(4 * np.pi * (phase[:, None] - 0.1 * wave)) + noise * random.standard_normal(angles.shape)
    return angles, time, (left, right)


def fit(module, recording, **options):
    model = module.GaitPattern.koopman(0.8, 1.75)
    try:
        return module.GaitPattern.fit(*recording, model=model, **options)
    except ConfigError as error:
        return str(error).partition(" must ")[0]


def assert_same(recording, **options):
    got, want = (fit(m, recording, **options) for m in MODULES)
    if isinstance(got, str) or isinstance(want, str):
        assert got == want
        return want
    assert got.cycles_used == want.cycles_used
    assert got.cycles_needed == want.cycles_needed
    assert [tuple(row) for row in got.rejected] == [tuple(row) for row in want.rejected]
    for name in ("residual_rms", "spread"):
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), rtol=0, atol=RTOL)
    for name in ("stride_rate", "speed", "offset"):
        assert getattr(got.pattern, name) == pytest.approx(getattr(want.pattern, name), rel=RTOL)
    assert got.pattern.published_stride_rate is None
    assert want.pattern.published_stride_rate is None
    results = (x.pattern.evaluate(PHASES, 1.0) for x in (got, want))
    for g, w, growth in zip(*results, (1, 1e3, 1e6), strict=True):
        np.testing.assert_allclose(g, w, rtol=0, atol=10 * RTOL * growth)
    return want


@settings(max_examples=120)
@given(
    seed=st.integers(0, 2**31),
    strides=st.integers(4, 14),
    noise=st.floats(0.0, 0.2),
    options=st.fixed_dictionaries(
        {},
        optional={
            "speed": st.floats(0.05, 5.0),
            "tolerance": st.floats(1e-4, 0.2),
            "min_cycles": st.integers(3, 8),
            "duration_span": st.floats(0.01, 1.0),
            "max_gap": st.floats(0.001, 0.5),
            "distance_min": st.floats(0.0, 1.0),
            "harmonics": st.integers(1, 40),
        },
    ),
    bad=st.lists(
        st.tuples(st.integers(0, 800), st.integers(0, 5), st.sampled_from([nan, inf, 3.0, -2.0, 0.9])), max_size=6
    ),
    hole=st.none() | st.tuples(st.integers(20, 600), st.integers(1, 40)),
)
def test_fit(seed, strides, noise, options, bad, hole):
    angles, time, contacts = walk(seed, strides, noise)
    for row, joint, value in bad:
        angles[row % len(angles), joint] = value
    if hole is not None:
        kept = np.ones(len(time), bool)
        kept[hole[0] : hole[0] + hole[1]] = False
        angles, time = angles[kept], time[kept]
    assert_same((angles, time, contacts), **options)


def test_a_usual_fit_is_made():
    result = assert_same(walk(1, 12))
    assert result.cycles_used == (12, 11)


def test_each_reason_is_given_alike():
    angles, time, (left, right) = walk(2, 30, noise=0.01)
    angles[200, 0] = nan  # a gap
    angles[500, 1] = 2.8  # out of range
    angles[(time > left[20]) & (time < left[21]), 0] += 0.5  # far from the median
    left = np.delete(left, 15)  # twice as long
    left = np.concatenate([[-1.0], left, [time[-1] + 1.0]])  # outside
    result = assert_same((angles, time, (left, right)))
    assert {row.reason for row in result.rejected} == {"outside", "duration", "gap", "range", "distance"}


def test_contacts_on_samples_and_at_the_ends():
    time = np.arange(0.0, 12.01, 0.01)
    phase = (time / 1.2)[:, None]
    angles = 0.3 + 0.2 * np.cos(2 * np.pi * (phase + TURNS))
    contacts = (time[::120].copy(), time[60::120].copy())
    assert not isinstance(assert_same((angles, time, contacts), tolerance=1e-4), str)


def test_too_few_cycles_and_no_contacts_are_refused():
    angles, time, (left, right) = walk(3, 5)
    assert assert_same((angles, time, (left[:4], right))) == "good cycles on the left"
    assert assert_same((angles, time, (left, right[:4]))) == "good cycles on the right"
    assert assert_same((angles, time, (left[:0], right[:0]))) == "good cycles on the left"


def test_contacts_of_the_wrong_foot_or_every_other_one_are_refused():
    angles, time, (left, right) = walk(3, 12)
    assert assert_same((angles, time, (right, left))) == "lead of the left leg at its contacts"
    assert assert_same((angles, time, (left, left))) == "lead of the right leg at its contacts"
    for contacts in ((left[::2], right), (left, right[::2])):
        assert assert_same((angles, time, contacts), min_cycles=3) == "mean cycle on the right"


def test_a_result_out_of_range_is_refused():
    angles, time, contacts = walk(4, 9, noise=0.0)
    angles[:, 1] += 2.35
    angles[:, 4] = 2.6
    for options in ({}, {"harmonics": 1}):
        assert_same((angles, time, contacts), **options)


@pytest.mark.parametrize(
    "options",
    [
        {"speed": 0.04},
        {"tolerance": 0.3},
        {"min_cycles": 2},
        {"min_cycles": 1001},
        {"duration_span": nan},
        {"max_gap": 0.6},
        {"distance_min": -0.1},
        {"harmonics": 0},
        {"harmonics": 41},
    ],
)
def test_same_settings_are_refused(options):
    assert assert_same(walk(5), **options) == next(iter(options))


def spoilt(which):
    angles, time, (left, right) = walk(6)
    if which == "time":
        time[30] = time[29]
    elif which == "time nan":
        time[30] = nan
    elif which == "short":
        return angles[:1], time[:1], (left, right)
    elif which == "angles":
        return angles[:-1], time, (left, right)
    elif which == "left":
        left[3] = left[1]
    elif which == "right":
        right[2] = nan
    return angles, time, (left, right)


@pytest.mark.parametrize("which", ["time", "time nan", "short", "angles", "left", "right"])
def test_same_recordings_are_refused(which):
    assert isinstance(assert_same(spoilt(which)), str)
