"""The online generator through random sequences of requests: smooth, and within bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitGenerator, GaitPattern, GaitState

LOWER, UPPER = np.array([-0.8, -0.2, -0.8] * 2), np.array([1.2, 1.5, 0.8] * 2)
STEPS = st.floats(1, 3)
UNIT = st.floats(-1, 1)


def table(rows, offset):
    phase = 2 * np.pi * np.arange(rows)[:, None] / (rows - 1)
    angles = np.array([0.3, 0.4, 0.1] * 2) * (1 + np.sin(phase + np.arange(6))) - 0.1
    return GaitPattern.from_table(angles, stride_time=1.1, offset=offset)


def needs(pattern):
    """Largest velocity, acceleration and jerk in steady walking [rad/s, rad/s², rad/s³]."""
    phase = np.arange(12800) / 12800
    _, dq, ddq = pattern.evaluate(phase)
    jerk = np.diff(ddq, axis=0) * 12800 * pattern.stride_rate
    return np.array([np.abs(x).max(axis=0) for x in (dq, ddq, jerk)])


PATTERNS = [
    *(GaitPattern.koopman(speed, 1.75) for speed in (0.25, 0.6, 1.0)),
    GaitPattern.koopman(1.0, 1.75, foot_clearance=0.04),
    table(101, 0.5),
    table(33, 0.42),
]
NEEDS = np.max([needs(pattern) for pattern in PATTERNS], axis=0)

request = st.one_of(
    st.tuples(st.just("walk"), st.integers(0, len(PATTERNS) - 1), STEPS, st.sampled_from(["left", "right"])),
    st.tuples(st.just("walk"), st.integers(0, 2), STEPS, st.sampled_from(["left", "right"])),
    st.tuples(st.just("stand"), STEPS, st.booleans()),
    st.tuples(st.just("catch"), st.integers(-1, len(PATTERNS) - 1), st.tuples(*[UNIT] * 6), st.tuples(*[UNIT] * 6)),
    st.tuples(st.just("freeze")),
    st.tuples(st.just("resume")),
)


def rows(reference):
    return np.array([reference.q, reference.dq, reference.ddq])


def ask(generator, bounds, kind, *values):
    """Make a request; True when the reference may jump to a state handed in."""
    if kind == "walk":
        number, steps, first = values
        assert np.isfinite(generator.walk(PATTERNS[number], steps=steps, first=first))
    elif kind == "stand":
        assert np.isfinite(generator.stand(steps=values[0], wait=values[1]))
    elif kind == "catch":
        number, angle, speed = values
        q = 0.5 * (LOWER + UPPER) + 0.35 * np.array(angle) * (UPPER - LOWER)
        state = q, 0.6 * np.array(speed) * bounds[0], 0.3 * np.array(speed) * bounds[1]
        try:
            generator.catch(*state, pattern=None if number < 0 else PATTERNS[number])
        except ConfigError:
            return False
        np.testing.assert_allclose(rows(generator.reference), state, atol=1e-8)
        return True
    else:
        getattr(generator, kind)()
    return False


def check(before, run, bounds, dt):
    q, dq, ddq = (np.vstack([first, rest]) for first, rest in zip(before, (run.q, run.dq, run.ddq), strict=True))
    velocity, acceleration, jerk = bounds
    assert (np.abs(dq) <= velocity + 1e-9).all()
    assert (np.abs(ddq) <= acceleration + 1e-9).all()
    assert (np.abs(np.diff(ddq, axis=0)) <= jerk * dt + 1e-9).all()
    assert (q >= LOWER - 1e-8).all()
    assert (q <= UPPER + 1e-8).all()
    # Trapezoids of the derivative, off by at most what the jerk allows.
    speed = np.diff(dq, axis=0) - 0.5 * dt * (ddq[1:] + ddq[:-1])
    assert (np.abs(speed) <= 0.25 * jerk * dt**2 + 1e-12).all()
    way = np.diff(q, axis=0) - 0.5 * dt * (dq[1:] + dq[:-1])
    assert (np.abs(way) <= acceleration * dt**3 + 0.25 * jerk * dt**3).all()
    assert ((run.phases >= 0) & (run.phases < 1)).all()


@settings(max_examples=60)
@given(
    requests=st.lists(st.tuples(request, st.integers(1, 900)), min_size=1, max_size=12),
    dt=st.floats(1e-3, 5e-3),
    room=st.floats(1.15, 3.0),
)
def test_every_sequence_stays_smooth_and_within_bounds(requests, dt, room):
    bounds = room * NEEDS
    names = ("max_velocity", "max_acceleration", "max_jerk")
    generator = GaitGenerator(**dict(zip(names, bounds, strict=True)), lower=LOWER, upper=UPPER, freeze_time=0.8)
    for what, ticks in requests:
        before = rows(generator.reference)
        if not ask(generator, bounds, *what):
            np.testing.assert_allclose(rows(generator.reference), before, atol=1e-8)
        before = rows(generator.reference)
        check(before, generator.run(ticks, dt), bounds, dt)
    generator.resume()
    generator.stand(steps=1)
    before = rows(generator.reference)
    check(before, generator.run(int((generator.reference.remaining + 2) / dt), dt), bounds, dt)
    assert generator.reference.state == GaitState.STANDING
    np.testing.assert_array_equal(rows(generator.reference), 0)


@pytest.mark.parametrize("room", [1.15, 1.3, 2.0])
def test_bounds_close_to_the_need_are_used_and_not_broken(room):
    """A change that is stretched comes close to a bound: the figures computed for it are not far too large."""
    fast, bounds = PATTERNS[2], room * needs(PATTERNS[2])
    names = ("max_velocity", "max_acceleration", "max_jerk")
    generator = GaitGenerator(**dict(zip(names, bounds, strict=True)), lower=LOWER, upper=UPPER)
    before = rows(generator.reference)
    asked, seconds = 0.5 / fast.stride_rate, generator.walk(fast, steps=1)
    assert asked <= seconds <= {1.15: 2.2, 1.3: 1.4, 2.0: 1.01}[room] * asked
    check(before, generator.run(int(seconds / 1e-3) + 2000, 1e-3), bounds, 1e-3)
