"""Calibration with a scripted operator: what was planted is found, and nothing moves without an explicit yes."""

from __future__ import annotations

import copy
import dataclasses
import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrating import Scripted, one_ankle, profile_of, written
from gaitloop import cli
from gaitloop.calibrate import Sweep, Terminal, calibrate, plan_way
from gaitloop.calibrate._resume import SweepStopError
from gaitloop.devices.calibration import FRICTION_SPEED, JointCalibration
from gaitloop.devices.profile import load_profile
from gaitloop.errors import ConfigError, DeviceError, OperatorError, SafetyStopError
from gaitloop.safety import CAUSES

EXO = load_profile("simulated_treadmill_exo")
JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")


class Bench:
    """A device in numbers: limbs with weight and friction, led as the loop leads them; it counts what moves it."""

    def __init__(self, profile, zeros=None, signs=None, seed=0, noise=0.0):
        rng = np.random.default_rng(seed)
        self.profile, self.rng, self.noise = profile, rng, noise
        self.zero = {joint: profile.drive[joint].zero for joint in profile.driven} | (zeros or {})
        self.sign = dict.fromkeys(profile.driven, 1) | (signs or {})
        self.coulomb, self.viscous = rng.uniform(0.3, 2.5, 6), rng.uniform(0.1, 2.0, 6)
        self.inertia, self.weight = rng.uniform(0.05, 0.3, 6), rng.uniform(1.0, 4.0, (2, 4))
        self.leg = np.zeros((2, 4))
        self.angle = dict.fromkeys(profile.driven, 0.0)
        self.hands, self.sweeps, self.stops = 0, 0, 0
        self.cuts, self.ways = [], []  # times after which the guard stops a sweep [s]

    def counts(self, joint):
        told = self.profile.drive[joint]
        place = self.zero[joint] + self.sign[joint] * told.counts * self.angle[joint]
        return [round(place)] * 10

    def hand(self, joint, angle):
        self.hands += 1
        self.angle[joint] = 0.0 if angle is None else angle

    def load(self, leg):
        self.leg[JOINTS.index(leg[0]) // 3] = self.rng.uniform(2.0, 6.0, 4)

    def gravity(self, q, weight):
        """Torque that holds hip and knee."""
        out = np.zeros_like(q)
        for side in (0, 1):
            thigh, shank = q[:, 3 * side], q[:, 3 * side] - q[:, 3 * side + 1]
            a, b, c, d = weight[side]
            below = c * np.sin(shank) + d * np.cos(shank)
            out[:, 3 * side] = a * np.sin(thigh) + b * np.cos(thigh) + below
            out[:, 3 * side + 1] = -below
        return out

    def sweep(self, found, leg, way, operator):
        self.sweeps += 1
        if self.stops:
            self.stops -= 1
            raise SafetyStopError("the guard stopped the sweep: prot_stop, joint_invalid")
        t = np.arange(0.0, way.seconds, 0.02)
        ends = np.cumsum(way.durations)
        place = np.minimum(np.searchsorted(ends, t, side="right"), len(ends) - 1)
        start = np.vstack([way.postures[:1], way.postures[:-1]])
        s = np.clip((t - (ends - way.durations)[place]) / way.durations[place], 0.0, 1.0)[:, None]
        step, T = (way.postures - start)[place], way.durations[place][:, None]
        q = start[place] + step * s**3 * (10 - 15 * s + 6 * s**2)
        dq = step / T * (30 * s**2 - 60 * s**3 + 30 * s**4)
        ddq = step / T**2 * (60 * s - 180 * s**2 + 120 * s**3)
        friction = self.coulomb * dq / np.sqrt(dq**2 + FRICTION_SPEED**2) + self.viscous * dq
        tau = self.inertia * ddq + friction + self.gravity(q, self.weight + self.leg)
        tau += self.rng.normal(0.0, self.noise, tau.shape) if self.noise else 0.0
        there = [kind != "absent" for kind in self.profile.kinds]
        swept = Sweep(t, np.where(there, q, np.nan), np.where(there, dq, np.nan), dq, tau)
        self.ways.append(way)
        if self.cuts and (cut := self.cuts.pop(0)) is not None:
            part = Sweep(*(values[t < cut] for values in swept))
            raise SweepStopError("the guard stopped the sweep: prot_stop, sample_stale", part)
        return swept


def run(profile, bench, operator=None, **more):
    operator = operator or Scripted()
    return calibrate(profile, bench, operator, by="engineer", at="2026-03-01", serial="7", **more)


@pytest.mark.parametrize("seed", range(4))
def test_what_was_planted_is_found(seed):
    rng = np.random.default_rng(seed + 100)
    zeros = {joint: int(rng.integers(-40_000, 40_000)) for joint in EXO.driven}
    bench = Bench(EXO, zeros=zeros, seed=seed, noise=0.05)
    found = run(EXO, bench, weigh_legs=True)
    assert {joint: each.zero for joint, each in found.joints.items()} == zeros
    for joint, each in found.joints.items():
        j = JOINTS.index(joint)
        low, high = np.asarray(EXO.envelope.q_min)[j], np.asarray(EXO.envelope.q_max)[j]
        assert (each.q_min, each.q_max) == pytest.approx((low + 0.05, high - 0.05), abs=1e-4)
        assert each.coulomb[0] == pytest.approx(bench.coulomb[j], rel=0.03, abs=0.03)
        assert each.viscous[0] == pytest.approx(bench.viscous[j], rel=0.05, abs=0.08)
        assert abs(each.coulomb[0] - bench.coulomb[j]) < 6.0 * each.coulomb[1] + 0.005
    np.testing.assert_allclose(found.gravity()[:, :4], bench.weight, atol=0.12)
    np.testing.assert_allclose(found.gravity(person=True)[:, :4], bench.leg, atol=0.25)
    assert set(found.confirmed.values()) == {"engineer"}
    drives = {drive.part: drive.zero for drive in EXO.drives(found)}
    assert drives == zeros


def test_every_step_is_asked_for_once():
    operator = Scripted()
    run(EXO, Bench(EXO), operator, weigh_legs=True)
    assert len(operator.asked) == 22


@pytest.mark.parametrize("answer", ["", "no\n", "y\n", "yes please\n", "\n", "ja\n"])
def test_nothing_but_yes_goes_on(answer):
    bench, operator = Bench(EXO), Scripted([answer])
    with pytest.raises(OperatorError, match=r"hip_l_zero was not confirmed .* nothing moves and nothing is written"):
        run(EXO, bench, operator)
    assert (bench.hands, bench.sweeps, len(operator.asked)) == (0, 0, 1)


@pytest.mark.parametrize("place", [0, 1, 15, 16, 17, 18, 19, 20, 21])
def test_leaving_at_any_step_moves_nothing_more(place):
    bench, operator = Bench(EXO), Scripted(["yes\n"] * place + ["no\n"])
    with pytest.raises(OperatorError):
        run(EXO, bench, operator, weigh_legs=True)
    asked = [question.split("]")[0][1:] for question in operator.asked]
    moving = [step for step in asked[:-1] if step.endswith(("_empty", "_leg"))]
    assert len(asked) == place + 1
    assert bench.sweeps == len(moving)


def test_each_sweep_is_announced_with_what_moves_how_far_how_fast_and_how_strongly():
    operator = Scripted()
    run(EXO, Bench(EXO), operator)
    (told,) = [question for question in operator.asked if question.startswith("[left_empty]")]
    for words in ("hip_l between -0.45 and +0.85 rad", "knee_l between", "at most 0.5 rad/s", "25 N·m", "s.", "E-stop"):
        assert words in told


def test_a_wrong_sign_ends_it_before_anything_moves():
    bench = Bench(EXO, signs={"knee_l": -1})
    with pytest.raises(
        ConfigError, match=r"joint\.knee_l\.sign must be 1 .* look for crossed wires or a swapped drive"
    ):
        run(EXO, bench)
    assert bench.sweeps == 0


def test_a_zero_far_from_where_it_was_built_ends_it():
    with pytest.raises(
        ConfigError, match=r"joint\.hip_l\.zero must lie within 0\.5 rad .* set the joint to its mark again"
    ):
        run(EXO, Bench(EXO, zeros={"hip_l": 60_000}))


def test_a_range_beyond_the_profile_ends_it():
    bench = Bench(EXO)
    bench.hand = lambda joint, angle: bench.angle.update({joint: 3.0 * (angle or 0.0)})
    with pytest.raises(ConfigError, match=r"joint\.hip_l must have a range inside .*have its end stops looked at"):
        run(EXO, bench)
    assert bench.sweeps == 0


def test_a_joint_that_was_not_moved_far_enough_or_does_not_stand_still_is_told():
    bench = Bench(EXO)
    bench.hand = lambda *_: None
    with pytest.raises(DeviceError, match=r"hip_l must be moved by 0\.1 rad or more to tell its sign, got 0\.000"):
        run(EXO, bench)
    operator, bench = Scripted(), Bench(EXO)
    bench.counts = lambda joint: [0, 5000]
    with pytest.raises(DeviceError, match="hip_l did not stand still while it was read three times"):
        run(EXO, bench, operator)
    assert sum("moved while it was read; hold it still" in text for text in operator.told) == 3


@pytest.mark.parametrize("stops", [1, 2, 3])
def test_a_sweep_that_the_guard_stopped_is_asked_for_again_three_times_at_most(stops):
    bench, operator = Bench(EXO), Scripted()
    bench.stops = stops
    if stops == 3:
        with pytest.raises(SafetyStopError, match="prot_stop, joint_invalid"):
            run(EXO, bench, operator)
    else:
        assert run(EXO, bench, operator).legs.keys() == {"left", "right"}
        assert sum(question.startswith("[left_empty]") for question in operator.asked) == stops + 1
    assert CAUSES[3] == "joint_invalid"


def same(one, other):
    for joint, each in one.joints.items():
        for name in ("coulomb", "viscous", "inertia"):
            assert getattr(each, name)[0] == pytest.approx(getattr(other.joints[joint], name)[0], abs=0.02), (
                joint,
                name,
            )
    for side, leg in one.legs.items():
        for term, (value, _) in leg.gravity.items():
            assert value == pytest.approx(other.legs[side].gravity[term][0], abs=0.05), (side, term)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.0, 130.0), min_size=1, max_size=3))
def test_what_was_swept_before_a_stop_is_kept_and_finds_the_same(cuts):
    whole, bench, operator = Bench(EXO), Bench(EXO), Scripted()
    bench.cuts = [*cuts[:2], None, *cuts[2:]]
    same(run(EXO, bench, operator), run(EXO, whole))
    first, *_ = bench.ways
    for before, way in pairwise(bench.ways[: 1 + len(cuts[:2])]):
        assert len(way.durations) <= len(before.durations)
        assert way.seconds <= before.seconds + 10.0
        np.testing.assert_array_equal(way.postures[-1], first.postures[-1])  # it ends where it was to end
        np.testing.assert_array_equal(way.postures, first.postures[-len(way.postures) :])
    # every try was asked for, with the time that was left
    asked = [question for question in operator.asked if question.startswith("[left_empty]")]
    assert len(asked) == 1 + len(cuts[:2])
    assert f"for {bench.ways[1].seconds:.0f} s" in asked[1]


def test_a_sweep_that_stops_and_stops_is_given_up_though_it_goes_on():
    bench, operator = Bench(EXO), Scripted()
    bench.cuts = [8.0] * 20  # a movement or so each time
    with pytest.raises(SafetyStopError, match="sample_stale"):
        run(EXO, bench, operator)
    assert len(bench.ways) <= 6
    bench = Bench(EXO)
    bench.cuts = [1.0] * 20  # none is ever done
    with pytest.raises(SafetyStopError, match="sample_stale"):
        run(EXO, bench)
    assert len(bench.ways) == 3


KNOWN = JointCalibration(zero=0, sign=1, q_min=-0.5, q_max=0.9)


@settings(max_examples=80, deadline=None)
@given(
    ends=st.tuples(st.floats(-0.6, 0.0), st.floats(0.45, 1.0)),
    start=st.floats(-0.7, 1.1),
    weigh=st.booleans(),
)
def test_any_way_stays_inside_the_range_and_below_its_speed(ends, start, weigh):
    found = {joint: dataclasses.replace(KNOWN, q_min=ends[0], q_max=ends[1]) for joint in ("hip_l", "knee_l")}
    way = plan_way(EXO, found, ("hip_l", "knee_l"), {"hip_l": start, "hip_r": 0.3}, weigh=weigh)
    assert (way.postures[:, [0, 1]] >= ends[0] + 0.1 - 1e-12).all()
    assert (way.postures[:, [0, 1]] <= ends[1] - 0.1 + 1e-12).all()
    assert (way.postures[:, 3] == 0.3).all()
    steps = np.abs(np.diff(way.postures, axis=0)).max(axis=1)
    assert (1.875 * steps <= way.speed * way.durations[1:] + 1e-12).all()
    assert way.speed <= (0.15 if weigh else 0.5)
    moved = (np.abs(np.diff(way.postures, axis=0)) > 1e-12).sum(axis=1)
    assert moved.max() <= 1


def test_too_little_range_is_refused():
    narrow = {joint: dataclasses.replace(KNOWN, q_min=-0.1, q_max=0.2) for joint in ("hip_l", "knee_l")}
    with pytest.raises(ConfigError, match=r"joint\.hip_l must have 0\.4 rad of range to be swept, got 0\.3"):
        plan_way(EXO, narrow, ("hip_l", "knee_l"), {})


def test_a_terminal_reads_lines_and_an_end_of_input_is_no_yes():
    out = io.StringIO()
    terminal = Terminal(io.StringIO("yes\n"), out)
    terminal.tell("a line")
    assert terminal.answer("well?") == "yes\n"
    assert terminal.answer("well?") == ""
    assert out.getvalue().startswith("a line\nwell? ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["simulated_ankle", "--device", "sim", "--by", "me"], "the following arguments are required: --out"),
        (
            ["nothing", "--device", "sim", "--by", "me", "--out", "x.toml"],
            "device 'nothing' is not known; known devices",
        ),
        (["none.toml", "--device", "sim", "--by", "me", "--out", "x.toml"], "none.toml: cannot be read"),
        (["simulated_ankle", "--device", "sim", "--by", "me", "--out", "here.toml"], "exists and is not written over"),
        (["simulated_ankle", "--device", "sim", "--by", "me", "--out", "no/x.toml"], "its folder does not exist"),
        (["real.toml", "--device", "sim", "--by", "me", "--out", "x.toml"], "needs a profile of the simulated drives"),
        (
            ["real.toml", "--device", "drives", "--by", "me", "--out", "x.toml"],
            "--eds must name the maker's description",
        ),
    ],
)
def test_bad_arguments_are_refused_in_one_line(tmp_path, monkeypatch, capsys, words, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.toml").write_text("")
    (tmp_path / "real.toml").write_text(one_ankle().replace("simulated = true", "simulated = false"))
    code = 0
    try:
        code = cli.main(["calibrate", *words])
    except SystemExit as left:
        code = left.code
    assert code == 2
    assert told in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["here.toml", "real.toml"]


def test_the_shortened_device_of_these_tests_is_one():
    assert profile_of(one_ankle()).driven == ("ankle_l",)


def test_a_leg_is_weighed_without_what_the_device_itself_needs_to_be_accelerated():
    value = copy.deepcopy(dict(EXO.document))
    for drive in value["drive"].values():
        drive["sweep"] |= {"slow": 0.8, "fast": 1.0}
    profile = profile_of("\n".join(written(value)))
    bench = Bench(profile, seed=3)
    bench.inertia[:] = 1.0
    found = run(profile, bench, weigh_legs=True)
    np.testing.assert_allclose(found.gravity(person=True)[:, :4], bench.leg, atol=0.15)
