"""Fitting a pattern to a person: what is learned, what is rejected and why, how many cycles it takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import FrozenInstanceError
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.recording import Event, Events, Recording, Signal
from gaitloop.session.build import build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.simulation import Simulation
from gaitloop.trajectory import Fit, GaitPattern, Rejected

SPEED, HEIGHT = 0.8, 1.72
RATE = 100.0
PHASES = np.arange(400) / 400
MODEL = GaitPattern.koopman(SPEED, HEIGHT)


def person(scale=1.0):
    """A person who walks as the model plus a known residual (left and right differ), and the residual (T, 6) [rad]."""
    phase = np.arange(201) / 200
    turns = 2 * np.pi * phase[:, None]
    amplitude = np.radians([5.0, -6.0, 4.0, 3.0, 4.0, -5.0]) * scale
    shift = np.array([0.0, 1.0, 2.0, 0.5, 1.5, 2.5])
    residual = amplitude * (0.5 + np.sin(turns + shift) + 0.4 * np.cos(3 * turns + shift))
    model = MODEL.evaluate_sides(np.stack([phase, phase], axis=1))[0]
    return GaitPattern.from_table(model + residual, stride_time=1 / MODEL.stride_rate, speed=SPEED)


def walk(pattern, durations, noise=0.0, seed=0, offset=0.5):
    """Time, angles and contacts of a walk with strides of given durations [s], the right side `offset` behind."""
    contacts = np.concatenate([[0.0], np.cumsum([*durations, 1.2])]) + 0.2
    cycle = np.arange(len(contacts))
    time = np.arange(0.2, contacts[-2] + 0.02, 1 / RATE)
    left_phase = np.interp(time, contacts, cycle)
    angles = pattern.evaluate_sides(np.stack([left_phase, left_phase - offset], axis=1))[0]
    angles = angles + noise * np.random.default_rng(seed).standard_normal(angles.shape)
    return time, angles, contacts[:-1], np.interp(cycle[:-2] + offset, cycle, contacts)


def strides(count, seed=1):
    return 1.2 + 0.05 * np.random.default_rng(seed).standard_normal(count)


def curves(pattern):
    return pattern.evaluate_sides(np.stack([PHASES, PHASES], axis=1))[0]


def rms(difference):
    return np.degrees(np.sqrt(np.mean(difference**2, axis=0)))


def fit(walked, **kwargs):
    time, angles, left, right = walked
    return GaitPattern.fit(angles, time, (left, right), model=MODEL, **kwargs)


def test_a_known_residual_is_recovered():
    truth = person()
    fitted = fit(walk(truth, strides(12)))
    error = rms(curves(fitted.pattern) - curves(truth))
    print(error.round(3))
    assert (error <= 0.1).all()
    assert (rms(curves(MODEL) - curves(truth)) > 2.5).all()
    np.testing.assert_allclose(np.degrees(fitted.residual_rms), rms(curves(truth) - curves(MODEL)), atol=0.1)
    assert fitted.cycles_used == (12, 11)
    assert fitted.cycles_needed == 1
    assert fitted.rejected == ()


@pytest.mark.parametrize("count", [8, 30])
def test_noise_is_averaged_away(count):
    noise = np.radians(2.0)
    truth = person()
    fitted = fit(walk(truth, np.full(count, 1.234), noise=noise))
    error = rms(curves(fitted.pattern) - curves(truth))
    print(error.round(2), fitted.spread.round(3))
    assert (error <= 1.1 * 2.0 / np.sqrt(count - 1)).all()
    # Linear interpolation between samples averages neighbours, so less than the noise itself is left.
    assert (np.abs(fitted.spread / noise - 0.82) < 0.06).all()


def test_what_chance_explains_is_taken_off():
    """The mean of six cycles of a person like the model is off by about 1°; next to nothing of it is learned."""
    walked = walk(MODEL, strides(6), noise=np.radians(3.0), seed=3)
    fitted = fit(walked, harmonics=40)
    assert (fitted.spread / np.sqrt(6) > np.radians(0.9)).all()
    assert rms(curves(fitted.pattern) - curves(MODEL)).max() < 0.2


def test_a_person_like_the_model_leaves_it_alone():
    fitted = fit(walk(MODEL, strides(10)))
    assert (rms(curves(fitted.pattern) - curves(MODEL)) <= 0.05).all()


def planted():
    """A walk of 20 strides, and what is wrong with which: reason by start of the left cycle."""
    durations = strides(20)
    durations[4] = 2.0
    time, angles, left, right = walk(person(), durations, noise=np.radians(0.5))
    # Contacts that nothing was recorded after.
    left = np.append(left, left[-1] + 1.2)

    def within(cycle):
        return (time >= left[cycle] + 0.3) & (time <= left[cycle] + 0.5)

    angles[within(7), 1] = np.nan
    angles[within(9), 0] = 2.6
    whole = (time >= left[12]) & (time < left[13])
    angles[whole, 0] += np.radians(15.0)
    angles[whole, 1] += np.radians(12.0)
    bad = {4: "duration", 7: "gap", 9: "range", 12: "distance", 20: "outside"}
    return (time, angles, left, right), {left[i]: reason for i, reason in bad.items()}


def test_each_bad_cycle_is_rejected_once_with_its_reason():
    walked, bad = planted()
    fitted = fit(walked)
    left = {r.start: r.reason for r in fitted.rejected if r.side == "left"}
    assert left == bad
    assert all(isinstance(r, Rejected) for r in fitted.rejected)
    assert fitted.cycles_used[0] == len(walked[2]) - 1 - len(bad)
    # The long stride is the only one the right side sees, in the two cycles it reaches into.
    assert Counter(r.reason for r in fitted.rejected if r.side == "right") <= Counter(duration=2, distance=1)
    assert (rms(curves(fitted.pattern) - curves(person())) <= 0.4).all()


def test_bad_cycles_spoil_a_fit_that_takes_them():
    walked, _ = planted()
    strict, lax = fit(walked), fit(walked, distance_min=1.0, duration_span=1.0)
    truth = curves(person())
    assert rms(curves(lax.pattern) - truth).max() > 2 * rms(curves(strict.pattern) - truth).max()


def test_missing_samples_are_a_gap_too():
    time, angles, left, right = walk(person(), strides(10))
    kept = (time < left[3] + 0.3) | (time > left[3] + 0.4)
    fitted = fit((time[kept], angles[kept], left, right))
    reasons = {(r.side, r.reason) for r in fitted.rejected}
    assert reasons == {("left", "gap"), ("right", "gap")}
    assert fit((time[kept], angles[kept], left, right), max_gap=0.2).rejected == ()


def test_a_step_over_cycles_needs_as_many_as_the_mean_takes_to_settle():
    time, angles, left, right = walk(MODEL, strides(12))
    angles[time < left[1]] += np.radians(3.0)
    # Running means are off by 3/m - 3/12 degrees: 1.25 after two cycles, 0.75 after three.
    assert fit((time, angles, left, right), tolerance=np.radians(1.0)).cycles_needed == 3
    assert fit((time, angles, left, right), tolerance=np.radians(0.3)).cycles_needed == 6
    assert fit((time, angles, left, right), tolerance=np.radians(3.0)).cycles_needed == 1


def test_cadence_speed_and_offset_are_the_persons():
    fitted = fit(walk(person(), np.full(10, 1.5), offset=0.45), speed=0.7)
    assert fitted.pattern.stride_rate == pytest.approx(1 / 1.5)
    assert fitted.pattern.speed == 0.7
    assert fitted.pattern.offset == pytest.approx(0.55, abs=1e-6)
    assert fitted.pattern.published_stride_rate is None


def test_published_model_is_the_default():
    time, angles, left, right = walk(person(), strides(10))
    fitted = GaitPattern.fit(angles, time, (left, right), speed=SPEED, height=HEIGHT)
    np.testing.assert_array_equal(curves(fitted.pattern), curves(fit((time, angles, left, right)).pattern))
    assert fitted.pattern.speed == SPEED


def recording(walked, events=True):
    time, angles, left, right = walked
    names = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")
    order = [3, 4, 5, 0, 1, 2]
    signal = Signal(RATE, time, tuple(names[i] for i in order), angles[:, order])
    rows = [Event("left", "ic", t, np.nan, 1.0) for t in left] + [Event("right", "ic", t, np.nan, 1.0) for t in right]
    rows += [Event("left", "to", t + 0.7, np.nan, 1.0) for t in left]
    table = Events.from_rows(sorted(rows, key=lambda row: row.time))
    return Recording("walk", {}, {"angles": signal}, table if events else None), table


def test_a_recording_is_taken_with_its_events():
    walked = walk(person(), strides(10))
    want = curves(fit(walked).pattern)
    full, table = recording(walked)
    np.testing.assert_array_equal(curves(GaitPattern.fit(full, model=MODEL).pattern), want)
    bare, _ = recording(walked, events=False)
    np.testing.assert_array_equal(curves(GaitPattern.fit(bare, contacts=table, model=MODEL).pattern), want)
    like = SimpleNamespace(side=table.side, kind=table.kind, time=table.time)
    np.testing.assert_array_equal(curves(GaitPattern.fit(full, contacts=like, model=MODEL).pattern), want)
    with pytest.raises(ConfigError, match="contacts must be given"):
        GaitPattern.fit(bare, model=MODEL)


def test_the_result_cannot_be_changed():
    fitted = fit(walk(person(), strides(8)))
    assert isinstance(fitted, Fit)
    with pytest.raises(FrozenInstanceError):
        fitted.cycles_needed = 3
    with pytest.raises(ValueError, match="read-only"):
        fitted.spread[0] = 0.0


GOOD = walk(person(), strides(8))


def changed(index, make):
    walked = [x.copy() for x in GOOD]
    walked[index] = make(walked[index])
    return walked


@pytest.mark.parametrize(
    ("walked", "kwargs", "message"),
    [
        (walk(person(), strides(4)), {}, "good cycles on the left must have length 5 or more, got 4"),
        (walk(person(), strides(5)), {}, "good cycles on the right must have length 5 or more, got 4"),
        (GOOD, {"min_cycles": 2}, "min_cycles must lie in [3, 1000], got 2"),
        (GOOD, {"min_cycles": 5.5}, "min_cycles must be a whole number"),
        (GOOD, {"harmonics": 41}, "harmonics must lie in [1, 40], got 41"),
        (GOOD, {"tolerance": 0.0}, "tolerance must lie in"),
        (GOOD, {"duration_span": 2.0}, "duration_span must lie in"),
        (GOOD, {"max_gap": 0.0}, "max_gap must lie in"),
        (GOOD, {"distance_min": np.nan}, "distance_min must lie in"),
        (GOOD, {"speed": 9.0}, "speed must lie in [0.05, 5]"),
        (changed(0, lambda t: t[:-1]), {}, "angles must have length"),
        (changed(0, lambda t: t[::-1]), {}, "time must increase"),
        (changed(0, lambda t: t * np.nan), {}, "time must lie in"),
        (changed(1, lambda q: q[:, :3]), {}, "angles must have shape (T, 6)"),
        (changed(2, lambda c: c[::-1]), {}, "contacts_left must increase"),
        (changed(3, lambda c: np.append(c, np.inf)), {}, "contacts_right must lie in"),
        (changed(3, lambda c: c[:0]), {}, "good cycles on the right must have length 5 or more, got 0"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(walked, kwargs, message):
    with pytest.raises(ConfigError) as caught:
        fit(walked, **kwargs)
    assert str(caught.value).startswith(message)


def test_missing_arguments_are_named():
    time, angles, left, right = GOOD
    for call, message in (
        (lambda: GaitPattern.fit(angles, time, (left, right)), "speed and height must be given"),
        (lambda: GaitPattern.fit(angles, None, (left, right), model=MODEL), "time must be given"),
        (lambda: GaitPattern.fit(angles, time, 3, model=MODEL), "contacts must be Events or a pair"),
    ):
        with pytest.raises(ConfigError, match=message):
            call()


def test_simulated_person_in_the_machine_is_fitted():
    """The gait of the plant's healthy person in the trainer, by the events of the trainer's own detector."""
    plan = demo_plan()
    plant = Plant(Patient.healthy(seed=1), Device.treadmill_exo(), seed=1)
    simulation = Simulation(build_trainer(plan), plant, presses(plan))
    block = simulation.run(40_000)
    contacts = [(e["side"], e["t"] * 1e-9) for e in simulation.events() if e["kind"] in (0, "ic", "initial contact")]
    time, angles = block["t"] * 1e-9, block["sample"][:, :6]
    left, right = (
        np.array([t for side, t in contacts if side in (i, name)]) for i, name in enumerate(("left", "right"))
    )
    fitted = GaitPattern.fit(angles, time, (left, right), speed=SPEED, height=HEIGHT)
    print(fitted.cycles_used, fitted.cycles_needed, Counter(r.reason for r in fitted.rejected))
    print(np.degrees(fitted.residual_rms).round(1), np.degrees(fitted.spread).round(1))
    # The median of the recorded cycles, put together a second time, is what the fit gives.
    cycles = [
        np.stack([np.interp(a + (b - a) * PHASES, time, angles[:, k]) for k in range(3)], axis=1)
        for a, b in pairwise(left)
        if a in set(left) - {r.start for r in fitted.rejected if r.side == "left"}
    ]
    assert len(cycles) == fitted.cycles_used[0] >= 10
    assert (rms(curves(fitted.pattern)[:, :3] - np.median(cycles, axis=0)) <= 1.0).all()
    assert fitted.cycles_needed <= max(fitted.cycles_used)


def test_masked_angles_are_a_gap():
    time = np.arange(0.0, 16.0, 0.01)
    strides = np.arange(13) / MODEL.stride_rate
    angles, _, _ = MODEL.evaluate(time * MODEL.stride_rate)
    contacts = strides, strides[:-1] + 0.5 * strides[1]
    masked = np.ma.array(angles, mask=np.zeros(angles.shape, bool))
    masked[300:350] += 0.02
    masked[300:350] = np.ma.masked
    gap = angles.copy()
    gap[300:350] = np.nan
    got, want = (GaitPattern.fit(x, time, contacts, model=MODEL) for x in (masked, gap))
    assert got.rejected == want.rejected
    assert {row.reason for row in got.rejected} == {"gap"}


def test_what_is_no_model_or_count_is_said():
    with pytest.raises(ConfigError, match=r"^model must be a GaitPattern or None, got int$"):
        GaitPattern.fit(np.zeros((9, 6)), np.arange(9.0), ([], []), model=3)
    with pytest.raises(ConfigError, match=r"^min_cycles must lie in \[3, 1000\], got"):
        GaitPattern.fit(np.zeros((9, 6)), np.arange(9.0), ([], []), model=MODEL, min_cycles=10**30)


@pytest.mark.parametrize("side", [0, 1])
def test_contacts_missed_every_other_time_on_a_side_are_refused(side):
    time = np.arange(0.0, 30.0, 0.01)
    strides = np.arange(24) / MODEL.stride_rate
    angles, _, _ = MODEL.evaluate(time * MODEL.stride_rate)
    contacts = [strides, strides[:-1] + 0.5 * strides[1]]
    contacts[side] = contacts[side][::2]
    with pytest.raises(ConfigError, match=r"^mean cycle on the right must lie in \["):
        GaitPattern.fit(angles, time, contacts, model=MODEL)


@pytest.mark.parametrize("speed", [0.14, 0.8, 1.4])
def test_exchanged_feet_and_lifts_for_contacts_are_refused(speed):
    model = GaitPattern.koopman(speed, HEIGHT)
    time, angles, left, right = walk(model, strides(10))

    def told(contacts):
        with pytest.raises(ConfigError) as caught:
            GaitPattern.fit(angles, time, contacts, model=model)
        return str(caught.value).partition(" must lie in [-0.05, 3], got -0.")[0]

    assert told((right, left)) == "lead of the left leg at its contacts"
    assert told((left, left)) == "lead of the right leg at its contacts"
    assert told((left + 0.62 * 1.2, right + 0.62 * 1.2)) == "lead of the left leg at its contacts"


@pytest.mark.parametrize("reach", [1.0, 0.2])
def test_a_stiff_knee_that_hardly_steps_is_fitted(reach):
    time, angles, left, right = walk(MODEL, strides(10))
    angles[:, 0] = 0.2 + reach * (angles[:, 0] - 0.2)
    angles[:, 1] = 0.05
    angles[:, 2] = 0.0
    assert fit((time, angles, left, right)).residual_rms[1] > 0.3
