"""The online generator: what it does on request, what it refuses, and its shapes."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.body import Body
from gaitloop.trajectory import GaitGenerator, GaitPattern, GaitState

LIMITS = {
    "max_velocity": [7.0, 12.0, 8.0],
    "max_acceleration": [150.0, 340.0, 320.0],
    "max_jerk": [9000.0, 19000.0, 19000.0],
    "lower": [-0.8, -0.2, -0.8],
    "upper": [1.2, 1.5, 0.8],
}
DT = 1e-3


@pytest.fixture
def generator():
    return GaitGenerator(**LIMITS)


@pytest.fixture(scope="module")
def pattern():
    return GaitPattern.koopman(0.8, 1.75)


def ticks(seconds):
    return round(seconds / DT)


def sole(q, height=1.75):
    """Height of heel and toe of both legs under the hip [m], shape (T, 2, 2): leg, then heel and toe."""
    body = Body(75.0, height)
    points = [[body.leg(*row[3 * side : 3 * side + 3]) for side in (0, 1)] for row in np.atleast_2d(q)]
    return np.array([[[leg.heel[1], leg.toe[1]] for leg in legs] for legs in points])


def clearance(run):
    """Smallest height of a swinging toe over the lowest point of the other foot [m]; infinite when none swings."""
    z = sole(run.q)
    smallest = np.inf
    for side in (0, 1):
        swing = (run.phases[:, side] >= 0.70) & (run.phases[:, side] <= 0.90)
        smallest = min([smallest, *(z[swing, side, 1] - z[swing, 1 - side].min(axis=-1))])
    return smallest


def test_walking_is_the_pattern_itself(generator, pattern):
    generator.run(ticks(generator.walk(pattern)) + 2, DT)
    for _ in range(50):
        now = generator.step(0.013)
        want = pattern.evaluate_sides(now.phases, now.phase_rates)
        np.testing.assert_array_equal([now.q, now.dq, now.ddq], want)
        assert now.state == GaitState.WALKING
        np.testing.assert_array_equal(now.phase_rates, [pattern.stride_rate] * 2)


def test_states_and_remaining_time_follow_the_requests(generator, pattern):
    assert generator.reference.state == GaitState.STANDING
    seen = []
    for request in (
        lambda: generator.walk(pattern, steps=1, first="right"),
        lambda: generator.walk(GaitPattern.koopman(0.5, 1.75), steps=3),
        lambda: generator.stand(wait=False),
        lambda: generator.catch([0.2] * 6, [0.5] * 6),
    ):
        seconds = request()
        assert generator.reference.remaining == pytest.approx(seconds, abs=1e-12)
        run = generator.run(ticks(seconds) + 2, DT)
        np.testing.assert_allclose(np.diff(run.remaining)[:-3], -DT, atol=1e-9)
        assert run.remaining[-1] == 0
        seen += [GaitState(run.state[0]).name, GaitState(run.state[-1]).name]
    want = ["STARTING", "WALKING", "CHANGING", "WALKING", "STOPPING", "STANDING", "CATCHING", "STANDING"]
    assert seen == want


@pytest.mark.parametrize("speed", [0.3, 0.8, 1.2])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_changes_take_the_steps_asked_for_where_bounds_allow(generator, pattern, speed, steps):
    other = GaitPattern.koopman(speed, 1.75)
    assert generator.walk(other, steps=steps) == pytest.approx(steps / (2 * other.stride_rate))
    generator.run(6000, DT)
    assert generator.walk(pattern, steps=steps) == pytest.approx(steps / (2 * pattern.stride_rate))


@pytest.mark.parametrize("speed", [0.3, 0.7, 1.2])
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_first_and_last_step_clear_the_ground(generator, speed, steps):
    pattern = GaitPattern.koopman(speed, 1.75)
    for first in ("left", "right"):
        seconds = generator.walk(pattern, steps=steps, first=first)
        assert clearance(generator.run(ticks(seconds), DT)) > 0.002
        generator.run(ticks(0.3 + 0.2 * steps), DT)
        seconds = generator.stand(steps=steps)
        assert clearance(generator.run(ticks(seconds) + 3, DT)) > 0.002
        assert generator.reference.state == GaitState.STANDING


def test_a_stop_at_once_dips_no_more_than_stated(generator, pattern):
    for late in np.linspace(0, 1 / pattern.stride_rate, 7):
        generator.walk(pattern)
        generator.run(5000 + ticks(late), DT)
        assert clearance(generator.run(ticks(generator.stand(wait=False)) + 2, DT)) > -0.021


def test_standing_is_level_and_still(pattern):
    generator = GaitGenerator(**LIMITS, hip=0.1, knee=0.2)
    generator.walk(pattern, steps=1)
    generator.run(3456, DT)
    generator.run(ticks(generator.stand()) + 3, DT)
    now = generator.reference
    np.testing.assert_array_equal([now.dq, now.ddq], np.zeros((2, 6)))
    np.testing.assert_allclose(np.ptp(sole(now.q)), 0, atol=1e-12)
    np.testing.assert_allclose(now.q, [0.1, 0.2, 0.1] * 2, atol=1e-15)


@pytest.mark.parametrize("dt", [1e-3, 5e-3, 0.02])
def test_a_stop_takes_no_longer_than_it_says(pattern, dt):
    """Also where the phase in which it begins comes within the first tick."""
    walking = GaitGenerator(**LIMITS)
    walking.run(ticks(walking.walk(pattern) + 1.0), DT)
    early = walking.reference.phases[0]
    rate = pattern.stride_rate
    ahead = (0.08 - 0.5 * rate * 0.5 / rate - early) % 0.5 / rate  # until the phase in which a stop of one step begins
    for short in (-0.5, 0.1, 0.5, 0.9, 1.5):
        generator = GaitGenerator(**LIMITS)
        generator.run(ticks(generator.walk(pattern) + 1.0), DT)
        generator.run(8, (ahead - short * dt) / 8)
        seconds = generator.stand(steps=1)
        run = generator.run(int(seconds / dt) + 2, dt)
        assert run.state[-1] == GaitState.STANDING


def test_the_leg_asked_for_leads(generator, pattern):
    for first, lead in (("left", 0), ("right", 3)):
        generator.walk(pattern, first=first)
        q = generator.run(500, DT).q[-1]
        assert q[lead] > q[3 - lead] + 0.01
        generator.run(3000, DT)
        generator.run(ticks(generator.stand()) + 3, DT)


def test_an_interrupted_change_stays_as_gentle(generator):
    slow, quick = GaitPattern.koopman(0.3, 1.75), GaitPattern.koopman(0.5, 1.75)
    generator.walk(quick, steps=1)
    plain = generator.run(5000, DT)
    generator.stand(steps=1, wait=False)
    generator.run(3000, DT)
    generator.walk(quick, steps=1)
    parts = [generator.run(350, DT)]
    for target in (slow, quick, slow):
        generator.walk(target, steps=2)
        parts.append(generator.run(400, DT))
    q, ddq = (np.concatenate([getattr(part, name) for part in parts]) for name in ("q", "ddq"))
    assert np.abs(np.diff(ddq, axis=0)).max() < 1.3 * np.abs(np.diff(plain.ddq, axis=0)).max()
    # Nor does it swing beyond what the patterns do.
    ends = np.array([[p.evaluate(np.arange(128) / 128)[0] for p in (slow, quick)]])
    assert (q >= np.minimum(ends.min(axis=(0, 1, 2)), 0) - 0.02).all()
    assert (q <= ends.max(axis=(0, 1, 2)) + 0.02).all()


def test_a_change_under_phases_from_outside_is_smooth(generator, pattern):
    rate, before = 0.7, None
    for i in range(4000):
        if i in (0, 1500, 1800):
            generator.walk(GaitPattern.koopman(1.0, 1.75) if i == 1500 else pattern)
        t = i * DT
        now = generator.step_with([rate * t, rate * t + 0.5], [rate] * 2, [0.0] * 2, DT)
        if before is not None:
            np.testing.assert_allclose(now.q - before.q, 0.5 * DT * (now.dq + before.dq), atol=2e-6)
            assert (np.abs(now.ddq - before.ddq) <= np.tile(LIMITS["max_jerk"], 2) * DT).all()
        before = now
    assert now.state == GaitState.WALKING


def test_a_caught_limb_goes_on_as_it_moved(generator, pattern):
    generator.run(100, DT)
    q, dq, ddq = (x.copy() for x in pattern.evaluate(0.37))
    for target in (pattern, None):
        generator.catch(q + 0.05, 0.9 * dq, ddq, pattern=target)
        now = generator.reference
        for got, want, tolerance in ((now.q, q + 0.05, 1e-12), (now.dq, 0.9 * dq, 1e-10), (now.ddq, ddq, 1e-8)):
            np.testing.assert_allclose(got, want, atol=tolerance)
    generator.catch(q, dq, ddq, pattern=pattern)
    assert generator.reference.phases[0] == pytest.approx(0.37, abs=0.006)
    run = generator.run(300, DT)
    # What moves with the pattern is hardly bent.
    assert np.abs(run.q - pattern.evaluate_sides(run.phases)[0]).max() < 0.03
    generator.catch(q, dq, pattern=pattern, phase=0.25)
    assert generator.reference.phases[0] == 0.25


def test_frozen_holds_and_resumes_where_it_was(generator, pattern):
    generator.walk(pattern)
    generator.run(600, DT)
    generator.freeze()
    assert generator.frozen
    run = generator.run(1200, DT)
    assert (run.pace[0] > 0.99, run.pace[-1]) == (True, 0.0)
    np.testing.assert_array_equal(run.q[1001:], np.broadcast_to(run.q[-1], run.q[1001:].shape))
    np.testing.assert_array_equal(run.dq[-1], 0)
    assert run.state[-1] == GaitState.STARTING
    generator.walk(GaitPattern.koopman(0.5, 1.75))  # waits with everything else
    np.testing.assert_allclose(generator.step(DT).q, run.q[-1], atol=1e-12)
    generator.resume()
    assert not generator.frozen
    assert generator.run(4000, DT).state[-1] == GaitState.WALKING
    assert generator.reference.phase_rates[0] == GaitPattern.koopman(0.5, 1.75).stride_rate


def test_phases_from_outside_are_followed(generator, pattern):
    generator.walk(pattern, steps=1)
    generator.run(2000, DT)
    out = np.empty((3, 6))
    now = generator.step_with([0.2, 0.75], [0.6, 0.7], [0.1, -0.2], DT, out)
    want = pattern.evaluate_sides([0.2, 0.75], [0.6, 0.7], [0.1, -0.2])
    np.testing.assert_array_equal(out, want)
    np.testing.assert_array_equal([now.phases, now.phase_accels], [[0.2, 0.75], [0.1, -0.2]])


def test_run_is_repeated_step_and_out_is_filled(pattern):
    one, many = GaitGenerator(**LIMITS), GaitGenerator(**LIMITS)
    for generator in (one, many):
        generator.walk(pattern)
    run = many.run(700, 0.002)
    out = np.empty((3, 6))
    for i in range(700):
        now = one.step(0.002, out)
        np.testing.assert_array_equal(out, [run.q[i], run.dq[i], run.ddq[i]])
    assert (run.q.shape, run.phases.shape, run.state.shape) == ((700, 6), (700, 2), (700,))
    assert isinstance(now.state, int)
    three = tuple(np.empty(6) for _ in range(3))
    one.step(0.002, three)
    np.testing.assert_array_equal(three[0], one.reference.q)


def test_refusal_tells_joint_figure_bound_and_a_cadence_that_fits(pattern):
    generator = GaitGenerator(**{**LIMITS, "max_velocity": [7.0, 4.0, 8.0]})
    with pytest.raises(ConfigError, match=r"^velocity of knee_l must lie in \[-4, 4\], got 5\.\d+; it fits at 0\.7"):
        generator.walk(pattern)
    assert generator.reference.state == GaitState.STANDING
    narrow = GaitGenerator(**{**LIMITS, "upper": [1.2, 1.5, 0.8, 1.2, 0.8, 0.8]})
    with pytest.raises(ConfigError, match=r"^position of knee_r must lie in \[-0\.2, 0\.8\], got 0\.9\d+$"):
        narrow.walk(pattern)


def test_a_cadence_that_fits_is_accepted(pattern):
    limits = {**LIMITS, "max_velocity": [7.0, 4.0, 8.0]}
    with pytest.raises(ConfigError) as refused:
        GaitGenerator(**limits).walk(pattern)
    factor = float(str(refused.value).split("fits at ")[1].split()[0])
    angles = pattern.evaluate(np.arange(129) / 128)[0]

    def slower(by):
        return GaitPattern.from_table(angles, stride_time=1 / (pattern.stride_rate * by))

    assert GaitGenerator(**limits).walk(slower(0.99 * factor)) > 0
    with pytest.raises(ConfigError, match="velocity of knee"):
        GaitGenerator(**limits).walk(slower(1.01 * factor))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_velocity": [7.0, np.inf, 8.0]}, r"^max_velocity must lie in \[0.001, 1000\], got inf"),
        ({"max_acceleration": [1.0, 2.0]}, r"^max_acceleration must have shape \(6,\)"),
        ({"max_jerk": "fast"}, "^max_jerk must be real numbers"),
        ({"lower": [0.1, -0.2, -0.8]}, "^standing posture must lie in"),
        ({"lower": [1.3, -0.2, -0.8]}, "^lower must lie below upper"),
        ({"knee": np.nan}, "^knee must lie in"),
        ({"freeze_time": 0}, "^freeze_time must lie in"),
    ],
)
def test_what_is_wrong_with_a_bound_is_said(change, message):
    with pytest.raises(ConfigError, match=message):
        GaitGenerator(**{**LIMITS, **change})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (lambda g, p: g.walk(p, steps=0.9), r"^steps must lie in \[1, 3\]"),
        (lambda g, p: g.walk("fast"), "^pattern must be a GaitPattern"),
        (lambda g, p: g.walk(p, first="both"), "^first must be 'left' or 'right'"),
        (lambda g, p: g.stand(steps=np.nan), "^steps must lie in"),
        (lambda g, p: g.catch([0.0] * 5, [0.0] * 6), r"^q must have shape \(6,\)"),
        (lambda g, p: g.catch([0.0] * 6, [0.0, 13.0, 0, 0, 0, 0]), r"^dq must lie in \[-12, 12\], got 13 at index 1"),
        (lambda g, p: g.catch([2.0] + [0.0] * 5, [0.0] * 6), r"^q must lie in \[-0.8, 1.2\], got 2 at index 0"),
        (lambda g, p: g.catch([0.0] * 6, [0.0] * 6, pattern=p, phase=1.5), "^phase must lie in"),
        (lambda g, p: g.step_with([0.1], [0.8] * 2, [0.0] * 2, DT), r"^phases must have shape \(2,\)"),
        (lambda g, p: g.step(DT, np.empty((2, 6))), "^out must"),
        (lambda g, p: g.run(-1, DT), "^ticks must lie in"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(generator, pattern, request_, message):
    with pytest.raises(ConfigError, match=message):
        request_(generator, pattern)
    assert generator.reference.state == GaitState.STANDING


def test_odd_ticks_hold_the_reference(generator, pattern):
    generator.walk(pattern)
    generator.run(300, DT)
    held = generator.reference.q
    for dt in (0.0, -1.0, 0.11, np.nan, np.inf):
        np.testing.assert_array_equal(generator.step(dt).q, held)


@pytest.mark.parametrize("out", [np.empty(3), np.empty((3, 6), np.float32), (np.empty(6),) * 3, np.empty((3, 6)).T])
def test_a_refused_out_takes_no_tick(generator, pattern, out):
    generator.walk(pattern)
    generator.run(300, DT)
    before = generator.reference
    with pytest.raises(ConfigError, match=r"^out must"):
        generator.step(0.1, out)
    with pytest.raises(ConfigError, match=r"^out must"):
        generator.step_with([0.3, 0.8], [1.0, 1.0], [0.0, 0.0], 0.1, out)
    np.testing.assert_array_equal(generator.reference.q, before.q)
    assert generator.reference.remaining == before.remaining


def test_a_masked_angle_is_not_taken_for_a_number(generator):
    with pytest.raises(ConfigError, match=r"^q must lie in \[-0\.8, 1\.2\], got NaN at index 3$"):
        generator.catch(np.ma.array([0.0] * 6, mask=[0, 0, 0, 1, 0, 0]), [0.0] * 6)


@pytest.mark.parametrize("walks", [True, False])
def test_a_refused_catch_tells_what_came(generator, pattern, walks):
    q, dq = [1.19, 0.1, 0.0, 0.0, 0.1, 0.0], [6.5, 0.0, 0.0, 0.0, 0.0, 0.0]
    with pytest.raises(ConfigError) as caught:
        generator.catch(q, dq, pattern=pattern if walks else None)
    assert str(caught.value) == (
        "q, dq and ddq of hip_l must leave a way within its bounds, got 1.19, 6.5 and 0; "
        "its position goes beyond on every way tried"
    )
    assert generator.reference.state == GaitState.STANDING


@pytest.mark.parametrize("wait", ["no", 0, None, 1.0])
def test_waiting_is_yes_or_no(generator, wait):
    with pytest.raises(ConfigError, match=r"^wait must be True or False, got "):
        generator.stand(wait=wait)
    generator.stand(wait=np.True_)


def test_a_tick_is_a_number(generator):
    for call in (
        lambda: generator.step("a"),
        lambda: generator.run(3, "a"),
        lambda: generator.step_with([0, 0], [0, 0], [0, 0], "a"),
    ):
        with pytest.raises(ConfigError, match=r"^dt must be a number, got 'a'$"):
            call()


def test_results_of_another_shape_are_refused_readably(generator):
    three = tuple(np.zeros(6) for _ in range(3))
    for out, message in (
        (np.zeros((2, 6)), "out must have shape (3, 6), got (2, 6)"),
        (three[:2], "out must be three float64 arrays of shape (6,), got 2"),
        ((*three[:2], np.zeros(6, np.float32)), "three float64 arrays of shape (6,), got dtype float32 and shape (6,)"),
        ((*three[:2], [0.0] * 6), "out must be three float64 arrays of shape (6,), got list"),
        (np.zeros((3, 6), np.float32), "of shape (6,), got dtype float32 and shape (3, 6)"),
        (3, "out must be three float64 arrays of shape (6,), got int"),
    ):
        with pytest.raises(ConfigError) as caught:
            generator.step(DT, out)
        assert message in str(caught.value)


@pytest.mark.parametrize("start", np.arange(0.0, 0.5, 0.05))
def test_a_stop_waits_for_its_phase_when_phases_come_from_outside(generator, pattern, start):
    """Wherever they are against the generator's own when the running change has ended."""
    rate = 1.05 * pattern.stride_rate
    ends = generator.walk(pattern)
    generator.stand(steps=1)
    trigger, dt, began = 0.08 - 0.5 * 0.5, 5e-3, None
    for k in range(round((ends + 1.5) / dt)):
        now = generator.step_with([start + rate * dt * k, start + 0.5 + rate * dt * k], [rate] * 2, [0.0] * 2, dt)
        if began is None and now.state == GaitState.STOPPING:
            began = now.phases[0]
    assert (began - trigger) % 0.5 < 1.5 * rate * dt
