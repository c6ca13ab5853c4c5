"""The compiled generator against its NumPy reference, through random sequences of requests."""

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
ATOL = 1e-10  # of the largest value of the field; plans are searched with the same steps on both sides
WIDE = {
    "max_velocity": [12.0, 15.0, 12.0],
    "max_acceleration": [250.0, 400.0, 400.0],
    "max_jerk": [12e3, 30e3, 30e3],
    "lower": np.radians([-40.0, -15.0, -60.0]),
    "upper": np.radians([70.0, 110.0, 50.0]),
}
TIGHT = {**WIDE, "max_acceleration": [60.0, 130.0, 110.0], "max_jerk": [2.5e3, 6.5e3, 7e3], "freeze_time": 2.0}
BOUNDS = {"wide": WIDE, "tight": TIGHT}


@functools.cache
def patterns(name):
    """The same pattern of both implementations; the table has another number of intervals and another offset."""
    if isinstance(name, float):
        return [m.GaitPattern.koopman(name, 1.75) for m in MODULES]
    phase = np.linspace(0.0, 1.0, 61)[:, None]
    columns = np.arange(6)[None, :]
    table = 0.1 * columns % 0.3 + 0.12 * np.sin(2 * np.pi * (phase + 0.13 * columns)) + 0.03 * np.cos(4 * np.pi * phase)
    return [m.GaitPattern.from_table(table, stride_time=1.3, offset=0.42) for m in MODULES]


names = st.sampled_from([0.2, 0.5, 0.8, 1.1, "table"])
steps = st.floats(1.0, 3.0)
state = st.tuples(
    *(arrays(np.float64, 6, elements=st.floats(-s, s)) for s in (0.12, 0.5, 3.0)),
)
requests = st.one_of(
    st.tuples(st.just("walk"), names, steps, st.sampled_from(["left", "right"])),
    st.tuples(st.just("walk"), names, steps, st.sampled_from(["left", "right"])),
    st.tuples(st.just("stand"), steps, st.booleans()),
    st.tuples(st.just("catch"), state, st.none() | names, st.none() | st.floats(-0.1, 1.1), steps),
    st.tuples(st.just("catch_own"), st.none() | names, steps),
    st.tuples(st.just("freeze")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("resume")),
)
ticks = st.tuples(st.integers(1, 30), st.floats(2e-3, 0.05))
stories = st.lists(st.tuples(requests, ticks), min_size=1, max_size=6)


def ask(generator, which, request, now):
    """Make a request; the time told, or the beginning of the refusal."""
    kind, *rest = request
    try:
        if kind == "walk":
            name, count, first = rest
            return generator.walk(patterns(name)[which], steps=count, first=first)
        if kind == "stand":
            return generator.stand(steps=rest[0], wait=rest[1])
        if kind.startswith("catch"):
            moving, name, phase, count = rest if kind == "catch" else (now, rest[0], None, rest[1])
            pattern = None if name is None else patterns(name)[which]
            return generator.catch(*moving, pattern=pattern, phase=phase, steps=count)
        return getattr(generator, kind)()
    except ConfigError as error:
        return str(error).partition(" must ")[0]


def assert_same(got, want):
    for name in ("q", "dq", "ddq", "phase_rates", "phase_accels", "remaining", "pace"):
        g, w = getattr(got, name), getattr(want, name)
        np.testing.assert_allclose(g, w, rtol=0, atol=ATOL * max(1.0, float(np.abs(w).max())), err_msg=name)
    turn = (got.phases - want.phases + 0.5) % 1.0 - 0.5
    np.testing.assert_allclose(turn, 0.0, atol=ATOL, err_msg="phases")
    assert got.state == want.state


def play(bounds, story):
    pair = [m.GaitGenerator(**BOUNDS[bounds]) for m in MODULES]
    got = want = None
    for request, (count, dt) in story:
        now = pair[0].step(0.0)
        answers = [ask(g, i, request, (now.q, now.dq, now.ddq)) for i, g in enumerate(pair)]
        assert answers[0] == (pytest.approx(answers[1], abs=1e-10) if isinstance(answers[1], float) else answers[1])
        assert pair[0].frozen == pair[1].frozen
        assert_same(pair[0].reference, pair[1].reference)
        for _ in range(count):
            got, want = (g.step(dt) for g in pair)
            assert_same(got, want)


@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(bounds=st.sampled_from(sorted(BOUNDS)), story=stories)
def test_same_requests_give_the_same_reference(bounds, story):
    play(bounds, story)


WALK, FAST, TABLE = (("walk", name, 1.5, "left") for name in (0.5, 1.1, "table"))
STORIES = {
    "start and stop": [(WALK, (200, 0.01)), (("stand", 2.0, True), (350, 0.01))],
    "stop at once": [(WALK, (200, 0.01)), (("stand", 1.0, False), (300, 0.0101))],
    "stop while starting": [(WALK, (30, 0.01)), (("stand", 2.0, True), (600, 0.0103))],
    "change within a change": [(WALK, (40, 0.01)), (FAST, (40, 0.01)), (WALK, (300, 0.01))],
    "wait for another number of samples": [(WALK, (200, 0.01)), (TABLE, (20, 0.01)), (FAST, (500, 0.0107))],
    "start while stopping": [(WALK, (200, 0.01)), (("stand", 1.0, False), (20, 0.01)), (FAST, (300, 0.01))],
    "wait for stop, then start": [
        (TABLE, (300, 0.01)),
        (FAST, (20, 0.01)),
        (("stand", 1.0, False), (400, 0.0103)),
        (("walk", 0.8, 1.0, "right"), (300, 0.01)),
    ],
    "freeze and resume": [
        (WALK, (60, 0.01)),
        (("freeze",), (70, 0.01)),
        (("resume",), (30, 0.01)),
        (("freeze",), (150, 0.01)),
        (FAST, (20, 0.01)),
        (("resume",), (300, 0.01)),
    ],
    "catch and walk": [(WALK, (77, 0.01)), (("catch_own", 0.8, 1.0), (200, 0.01))],
    "catch and stand, then walk": [
        (WALK, (77, 0.01)),
        (("catch_own", None, 2.0), (30, 0.01)),
        (("walk", 0.8, 1.0, "right"), (200, 0.01)),
    ],
    "other numbers of samples while frozen": [
        (("freeze",), (30, 0.05)),
        (TABLE, (3, 0.04)),
        (WALK, (3, 0.04)),
        (FAST, (3, 0.04)),
        (("resume",), (200, 0.01)),
    ],
    "catch to standing within a walk": [(TABLE, (150, 0.01)), (("catch_own", None, 1.0), (30, 0.01))],
    "catch what stands": [(("catch_own", 0.8, 1.1), (100, 0.01))],
    "catch and stand": [(WALK, (77, 0.01)), (("catch_own", None, 2.0), (200, 0.01)), (("stand", 1.0, True), (5, 0.01))],
}


@pytest.mark.parametrize("bounds", sorted(BOUNDS))
@pytest.mark.parametrize("story", STORIES)
def test_told_stories(bounds, story):
    play(bounds, STORIES[story])


@settings(max_examples=40, phases=(Phase.explicit, Phase.generate))
@given(
    story=stories,
    values=arrays(np.float64, (7, 3, 2), elements=st.floats(-200, 200) | st.sampled_from([nan, inf, -inf, 1e300])),
)
def test_phases_from_outside(story, values):
    pair = [m.GaitGenerator(**WIDE) for m in MODULES]
    for (request, (count, dt)), rows in zip(story, values, strict=False):
        answers = [ask(g, i, request, (np.zeros(6),) * 3) for i, g in enumerate(pair)]
        assert answers[0] == (pytest.approx(answers[1], abs=1e-10) if isinstance(answers[1], float) else answers[1])
        for k in range(min(count, 10)):
            got, want = (g.step_with(rows[0] + 0.013 * k, rows[1], rows[2], dt) for g in pair)
            assert np.isfinite(got.ddq).all()
            assert_same(got, want)


def test_phases_from_outside_where_a_waiting_plan_begins():
    pair = [m.GaitGenerator(**WIDE) for m in MODULES]
    states = set()
    for name in (1.1, "table", 1.1):
        for i, generator in enumerate(pair):
            generator.walk(patterns(name)[i], steps=1.5)
        for k in range(60):
            got, want = (g.step_with(np.array([0.3, 0.9]) + 0.02 * k, [1.0, 1.0], [0.0, 0.5], 0.03) for g in pair)
            assert_same(got, want)
            np.testing.assert_allclose(got.phases, (np.array([0.3, 0.9]) + 0.02 * k) % 1.0, atol=1e-12)
            states.add(got.state)
            if name != 1.1 and k == 10:
                break
    assert states == {1, 2, 3}


@given(dt=st.floats(width=64))
def test_any_tick(dt):
    pair = [m.GaitGenerator(**WIDE) for m in MODULES]
    for i, generator in enumerate(pair):
        generator.walk(patterns(0.8)[i])
    for _ in range(3):
        assert_same(*(g.step(dt) for g in pair))


def test_run_is_repeated_step():
    pair = [m.GaitGenerator(**WIDE) for m in MODULES]
    for i, generator in enumerate(pair):
        generator.walk(patterns(0.8)[i])
    got, want = (g.run(150, 0.01) for g in pair)
    for name in ("q", "dq", "ddq", "state", "remaining"):
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), atol=1e-7 if name == "ddq" else 1e-9)


def refused(call):
    with pytest.raises(ConfigError) as error:
        call()
    return str(error.value).partition(" must ")[0]


@pytest.mark.parametrize(
    "change",
    [
        {"max_velocity": [nan] * 6},
        {"max_velocity": [12.0, 15.0, 12.0, 12.0, 0.0, 12.0]},
        {"max_acceleration": [1e6] * 3},
        {"max_jerk": [1e-2] * 3},
        {"lower": [-3.1] * 3},
        {"upper": [inf] * 3},
        {"lower": [1.0] * 3, "upper": [0.5] * 3},
        {"hip": 1.01},
        {"hip": 0.9, "knee": -0.9},
        {"knee": nan},
        {"hip": 0.9, "lower": [-1.0] * 3, "upper": [0.8] * 3},
        {"freeze_time": 0.05},
        {"freeze_time": inf},
    ],
)
def test_same_bounds_are_refused(change):
    assert len({refused(lambda m=m: m.GaitGenerator(**{**WIDE, **change})) for m in MODULES}) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda g, p: g.walk(p, steps=0.9),
        lambda g, p: g.walk(p, steps=nan),
        lambda g, p: g.walk(p, first="both"),
        lambda g, p: g.stand(steps=3.1),
        lambda g, p: g.catch([2.0] * 6, [0.0] * 6),
        lambda g, p: g.catch([0.0] * 6, [0.0, 0.0, 0.0, 0.0, 0.0, 13.0]),
        lambda g, p: g.catch([0.0] * 6, [0.0] * 6, [nan] * 6),
        lambda g, p: g.catch([0.0] * 6, [0.0] * 6, steps=0.0, pattern=p),
        lambda g, p: g.catch([1.35, 0.1, 0.0, 0.0, 0.1, 0.0], [11.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
        lambda g, p: g.catch([1.35, 0.1, 0.0, 0.0, 0.1, 0.0], [11.0, 0.0, 0.0, 0.0, 0.0, 0.0], pattern=p),
    ],
)
def test_same_requests_are_refused(call):
    generators = [m.GaitGenerator(**WIDE) for m in MODULES]
    fields = {refused(lambda g=g, i=i: call(g, patterns(0.8)[i])) for i, g in enumerate(generators)}
    assert len(fields) == 1


@pytest.mark.parametrize(
    ("change", "speed"),
    [
        ({"max_velocity": [1.0, 15.0, 12.0]}, 1.1),
        ({"max_acceleration": [250.0, 60.0, 400.0]}, 1.1),
        ({"max_jerk": [1e3, 30e3, 30e3]}, 0.8),
        ({"upper": np.radians([70.0, 40.0, 50.0])}, 0.8),
    ],
)
def test_same_pattern_is_refused_for_the_same_reason(change, speed):
    texts = []
    for i, module in enumerate(MODULES):
        generator = module.GaitGenerator(**{**WIDE, **change})
        with pytest.raises(ConfigError) as error:
            generator.walk(patterns(speed)[i])
        texts.append(str(error.value))
        assert generator.step(0.01).state == 0
    assert texts[0].partition(" must ")[0] == texts[1].partition(" must ")[0]
    assert texts[0].partition("; ")[2] == texts[1].partition("; ")[2]


def figure(generator, pattern):
    """The figure that refuses a pattern."""
    with pytest.raises(ConfigError) as error:
        generator.walk(pattern)
    told, value = re.fullmatch(r"(\w+ of \w+) must lie in .*, got ([^;]+).*", str(error.value)).groups()
    return told, float(value)


@pytest.mark.parametrize("name", [0.5, "table"])
@pytest.mark.parametrize(("bound", "loose"), [("max_jerk", 1e6), ("max_acceleration", 1e5), ("max_velocity", 1e3)])
def test_figures_of_a_change_that_hardly_fits(name, bound, loose):
    """Bounds at what the pattern alone needs: every change needs more, and says how much at its last duration."""
    wide = {**WIDE, "max_velocity": [1e3] * 6, "max_acceleration": [1e5] * 6, "max_jerk": [1e6] * 6}
    alone = []
    for joint in range(6):
        limits = [loose] * 6
        limits[joint] = 0.1
        told = [figure(m.GaitGenerator(**{**wide, bound: limits}), patterns(name)[i]) for i, m in enumerate(MODULES)]
        assert told[0] == (told[1][0], pytest.approx(told[1][1], rel=1e-12))
        alone.append(told[0][1])
    limits = np.array(alone) * (1.0 + 1e-12)
    told = [figure(m.GaitGenerator(**{**wide, bound: limits}), patterns(name)[i]) for i, m in enumerate(MODULES)]
    assert told[0] == (told[1][0], pytest.approx(told[1][1], rel=1e-12))
