"""Compiled changes of a pattern, speed tables and the other leg against their NumPy reference."""

from __future__ import annotations

import functools
import re
from math import inf, nan

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop import trajectory
from gaitloop.errors import ConfigError
from gaitloop.reference import trajectory as reference

MODULES = (trajectory, reference)
PHASES = np.linspace(-0.2, 1.2, 91)
RTOL = 1e-12
MOTION = ([-0.8, -0.2, -0.8], [1.6, 2.0, 0.8])
any_float = st.floats(width=64)


@functools.cache
def patterns(name):
    """A published pattern, or a table of 57 rows whose legs differ."""
    if isinstance(name, float):
        return [m.GaitPattern.koopman(name, 1.72) for m in MODULES]
    angles = trajectory.GaitPattern.koopman(0.8, 1.72).evaluate(np.linspace(0, 1, 58))[0]
    other = trajectory.GaitPattern.koopman(1.0, 1.72).evaluate(np.linspace(0, 1, 58))[0]
    table = np.hstack([angles[:, :3], other[:, :3]])
    return [m.GaitPattern.from_table(table, stride_time=1.25, offset=0.48) for m in MODULES]


def tried(make):
    """What both make, or the field that each refuses."""
    results = []
    for i, module in enumerate(MODULES):
        try:
            results.append(make(module, i))
        except ConfigError as error:
            results.append(str(error).partition(" must ")[0].partition("[")[0])
    return results


def assert_same(results, atol):
    got, want = results
    if isinstance(got, str) or isinstance(want, str):
        assert got == want
        return None
    for name in ("stride_rate", "speed", "offset", "published_stride_rate"):
        expected = getattr(want, name)
        assert getattr(got, name) == (None if expected is None else pytest.approx(expected, rel=1e-10))
    for g, w, growth in zip(got.evaluate(PHASES, 1.0), want.evaluate(PHASES, 1.0), (1, 1e3, 1e6), strict=True):
        np.testing.assert_allclose(g, w, rtol=0, atol=atol * growth)
    return want


WORDS = ("step_length", "foot_clearance_cm", "knee_range_deg", "hip_range_deg", "stance_share", "stance_speed")


@given(speed=st.floats(0.14, 1.4), own=st.floats(1.5, 2.0), height=st.floats(1.0, 2.3))
def test_describe(speed, own, height):
    got, want = (m.GaitPattern.koopman(speed, own).describe(height) for m in MODULES)
    for name in WORDS:
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), rtol=1e-9, atol=1e-10, err_msg=name)
    for name in ("cadence", "speed", "asymmetry", "phase_offset"):
        expected = getattr(want, name)
        assert getattr(got, name) == (None if expected is None else pytest.approx(expected, rel=1e-10, abs=1e-10))


def test_describe_legs_that_differ():
    got, want = (p.describe(1.72) for p in patterns("table"))
    for name in WORDS:
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), rtol=1e-9, err_msg=name)
    assert got.speed is None
    assert got.asymmetry == pytest.approx(want.asymmetry, abs=1e-10)


def adjust(words, name=0.8, motion=MOTION):
    """Root finders agree to 1e-8 where the roots are well conditioned."""
    base = patterns(name)
    return tried(lambda _, i: base[i].adjust(height=1.72, range_of_motion=motion, **words))


def pair(low, high):
    return st.floats(low, high) | st.tuples(st.floats(low, high), st.floats(low, high))


easy = st.fixed_dictionaries(
    {},
    optional={
        "step_length": pair(0.42, 0.52),
        "foot_clearance_cm": pair(1.8, 2.6),
        "knee_range_deg": pair(50.0, 60.0),
        "hip_range_deg": pair(38.0, 44.0),
        "stance_share": st.floats(0.62, 0.645),
        "phase_offset": st.floats(0.46, 0.54),
    },
)


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(words=easy, more=st.sampled_from([{}, {"cadence": 92.0}, {"speed": 0.7}, {"asymmetry": 0.1}]))
def test_adjust(words, more):
    if "asymmetry" in more and isinstance(words.get("step_length"), tuple):
        more = {}
    assert_same(adjust({**words, **more}), 1e-8)


@pytest.mark.parametrize("name", [0.3, 1.2, "table"])
@pytest.mark.parametrize(
    "words", [{}, {"foot_clearance_cm": (2.5, 3.0)}, {"cadence": 80.0, "knee_range_deg": 50.0}, {"stance_share": 0.63}]
)
def test_adjust_other_patterns(name, words):
    assert assert_same(adjust(words, name), 1e-8) is not None


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"step_length": 0.04}, "step_length"),
        ({"step_length": (0.5, 1.3)}, "step_length"),
        ({"foot_clearance_cm": nan}, "foot_clearance_cm"),
        ({"knee_range_deg": 130.0}, "knee_range_deg"),
        ({"hip_range_deg": 4.0}, "hip_range_deg"),
        ({"stance_share": 0.8}, "stance_share"),
        ({"cadence": inf}, "cadence"),
        ({"speed": 0.04, "cadence": 300.0}, "cadence"),
        ({"asymmetry": 1.1}, "asymmetry"),
        ({"phase_offset": 0.2}, "phase_offset"),
        ({"step_length": 0.5, "cadence": 100.0, "speed": 1.0}, "speed"),
        ({"step_length": 1.2, "cadence": 200.0}, "speed"),
        ({"cadence": 10.0, "speed": 2.5}, "step_length"),
        ({"step_length": 0.05, "speed": 2.5}, "cadence"),
        ({"step_length": (0.5, 0.4), "asymmetry": 0.1}, "asymmetry"),
        ({"foot_clearance_cm": 14.9}, "foot_clearance_cm"),
        ({"step_length": 1.15, "foot_clearance_cm": 14.9}, "step_length"),
        ({"knee_range_deg": 118.0}, "knee_range_deg"),
        ({"hip_range_deg": 88.0, "foot_clearance_cm": 3.0}, "hip_range_deg"),
    ],
)
def test_same_words_are_refused(words, field):
    assert adjust(words) == [field, field]


@pytest.mark.parametrize(
    "words",
    [
        {"knee_range_deg": 80.0},
        {"knee_range_deg": (50.0, 80.0)},
        {"hip_range_deg": (80.0, 60.0)},
        {"cadence": 90.0, "speed": 1.6},
        {"step_length": (0.9, 0.5)},
    ],
)
def test_same_ranges_are_told(words):
    """Where roots end because two meet, root finders give up a little apart."""
    messages = []
    for pattern in patterns(0.8):
        with pytest.raises(ConfigError) as refused:
            pattern.adjust(height=1.72, range_of_motion=([-0.6, -0.1, -0.6], [0.8, 1.1, 0.6]), **words)
        match = re.fullmatch(r"(\w+) must lie in \[(.+), (.+)\], got (\S+)(.*)", str(refused.value))
        assert match is not None
        messages.append(match.groups())
    got, want = messages
    assert (got[0], got[4]) == (want[0], want[4])
    np.testing.assert_allclose([float(x) for x in got[1:4]], [float(x) for x in want[1:4]], rtol=2e-2)


def test_a_range_of_motion_too_small_for_the_pattern_is_refused_by_its_joint():
    assert adjust({}, motion=([-0.8, -0.2, -0.8], [1.6, 0.6, 0.8]))[1].startswith("adjusted knee")
    got, want = adjust({"cadence": 90.0}, motion=([-0.8, -0.2, -0.8], [1.6, 0.6, 0.8]))
    assert got == want


@pytest.mark.parametrize(
    ("height", "motion"),
    [(0.9, MOTION), (1.72, ([-4.0] * 3, [1.0] * 3)), (1.72, ([0.5] * 3, [0.4] * 3)), (nan, MOTION)],
)
def test_same_people_are_refused(height, motion):
    got, want = tried(lambda _, i: patterns(0.8)[i].adjust(height=height, range_of_motion=motion))
    assert isinstance(want, str)
    assert got == want


strides = st.tuples(st.integers(2, 5), st.integers(9, 20), st.sampled_from([3, 6])).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.floats(-1.4, 1.4)),
        arrays(np.float64, shape[0], elements=st.floats(0.05, 0.9)),
        arrays(np.float64, shape[0], elements=st.floats(0.3, 10.0)),
    )
)


@given(
    strides=strides,
    where=st.floats(0, 1),
    closing=st.floats(0.01, 0.5),
    legs=st.none() | st.floats(0.3, 1.3),
    own=st.floats(0.3, 1.3),
)
def test_from_speed_table(strides, where, closing, legs, own):
    angles, steps, times = strides
    angles[:, -1] = angles[:, 0] + 0.05
    speeds = np.cumsum(steps)
    scale = 1.0 if legs is None else np.sqrt(own / legs)
    speed = float((speeds[0] + where * (speeds[-1] - speeds[0])) * scale)
    options = {} if legs is None else {"leg_length": own, "table_leg_length": legs}
    results = tried(
        lambda m, _: m.GaitPattern.from_speed_table(angles, speeds, times, speed, closing=closing, **options)
    )
    assert_same(results, 1e-10)


@pytest.mark.parametrize("change", ["angles", "speeds", "order", "times", "speed", "below", "beyond", "leg", "one leg"])
def test_same_speed_tables_are_refused(change):
    wave = np.cos(2 * np.pi * np.linspace(0, 1, 21))[:, None] * [0.4, 0.3, 0.1]
    kw = {"angles": np.stack([0.8 * wave, wave]), "speeds": [0.6, 1.2], "stride_times": [1.5, 1.1], "speed": 0.9}
    kw |= {
        "angles": {"angles": kw["angles"][:1], "speeds": [0.6], "stride_times": [1.5]},
        "speeds": {"speeds": [0.0, 1.2]},
        "order": {"speeds": [1.2, 1.2]},
        "times": {"stride_times": [1.5, 11.0]},
        "speed": {"speed": nan},
        "below": {"speed": 0.5},
        "beyond": {"speed": 1.3},
        "leg": {"leg_length": 0.2, "table_leg_length": 0.9},
        "one leg": {"leg_length": 0.9},
    }[change]
    got, want = tried(lambda m, _: m.GaitPattern.from_speed_table(**kw))
    assert isinstance(want, str)
    assert got == want


@pytest.mark.parametrize("name", [0.5, "table"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_complement(name, side):
    base = patterns(name)
    assert assert_same(tried(lambda m, i: m.GaitPattern.complement(base[i], side, 0.47)), 1e-12) is not None
    leg = base[0].evaluate(np.linspace(0, 1, 31))[0][:, :3]
    results = tried(lambda m, _: m.GaitPattern.complement(leg, side, offset=0.55, stride_time=1.4, speed=0.6))
    assert assert_same(results, 1e-12) is not None


@pytest.mark.parametrize("args", [("both",), ("left", 1.2), ("left", nan)])
def test_same_complements_are_refused(args):
    got, want = tried(lambda m, i: m.GaitPattern.complement(patterns(0.8)[i], *args))
    assert isinstance(want, str)
    assert got == want
    leg = np.zeros((20, 3))
    got, want = tried(lambda m, _: m.GaitPattern.complement(leg, "left"))
    assert got == want == "stride_time"


@given(
    name=st.sampled_from([0.3, 0.8, "table"]),
    sound=st.sampled_from(["left", "right"]),
    ridge=st.floats(1e-6, 1.0),
    values=arrays(np.float64, (5, 2, 3), elements=st.floats(-3, 3) | any_float),
)
def test_limb_complement(name, sound, ridge, values):
    got, want = (
        m.LimbComplement.from_pattern(patterns(name)[i], sound=sound, ridge=ridge) for i, m in enumerate(MODULES)
    )
    np.testing.assert_allclose(got.rms, want.rms, rtol=0, atol=1e-10)
    for row in values:
        np.testing.assert_allclose(np.hstack(got.step(*row)), np.hstack(want.step(*row)), rtol=0, atol=1e-9)


@pytest.mark.parametrize("options", [{"ridge": 0.0}, {"ridge": 2.0}, {"ridge": nan}, {"sound": "both"}])
def test_same_maps_are_refused(options):
    got, want = tried(lambda m, i: m.LimbComplement.from_pattern(patterns(0.8)[i], **options))
    assert got == want == next(iter(options))


@given(
    table=st.tuples(st.integers(9, 40), st.sampled_from([3, 6])).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.floats(-3, 3))
    )
)
def test_difference(table):
    got, want = (p.difference(table) for p in patterns("table"))
    np.testing.assert_allclose(got.offset, want.offset, rtol=0, atol=RTOL)
    np.testing.assert_allclose(got.rms, want.rms, rtol=0, atol=RTOL)


@pytest.mark.parametrize("table", [np.zeros((8, 3)), np.zeros((9, 4)), np.full((9, 3), nan), np.full((9, 6), 3.1)])
def test_same_tables_are_refused(table):
    got, want = tried(lambda _, i: patterns(0.8)[i].difference(table))
    assert got == want == "angles"
