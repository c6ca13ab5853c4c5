"""Foot lift on simulated people: silent with healthy ones, in time with feet that drag, and of use to them."""

from functools import cache

import numpy as np
import pytest

from gaitloop.control import FootLift
from gaitloop.events import ForceContacts
from gaitloop.phase import PhaseEstimator
from gaitloop.plant import Device, Patient, Plant
from gaitloop.trajectory import GaitPattern

DRIVEN = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
START = 12_000  # ticks until the person walks on their own legs
LOADED, UNLOADED = 0.20, 0.05  # shares of body weight on a foot


class Walk:
    """Ticks of a walk in a transparent exoskeleton, with what the law said and what is true.

    Two laws see it, one without the pitch of the pelvis, as in the trainer, and one with it; the first may act.
    """

    def __init__(self, patient, speed, ticks, seed, *, unloading, lifter, acting):
        self.ticks, parameters = ticks, patient.parameters()
        weight = parameters["mass"] * 9.80665
        plant = Plant(patient, Device.treadmill_exo(lifter_stiffness=lifter), seed=seed)
        contacts, phase = ForceContacts(), PhaseEstimator()
        laws = [FootLift(parameters["mass"], parameters["height"], DRIVEN) for _ in range(2)]
        rate = GaitPattern.koopman(speed=speed, height=parameters["height"]).stride_rate / speed
        names = {"load": 2, "clock": 2, "toe": 2, "touch": 2, "dragging": 4, "tau": 12}
        self.data = {name: np.zeros((ticks, width)) for name, width in names.items()}
        tau = np.zeros(6)
        for i in range(ticks):
            belt = min(speed, 0.25e-3 * i)
            plant.advance(tau, belt_speed=belt, support_force=unloading * weight)
            value, truth = plant.measure(i * 1_000_000).value, plant.look()
            ages = np.full(2, np.nan)
            for event in contacts.step(value[30:32], i * 1e-3):
                if event.kind == "ic":
                    ages[0 if event.side == "left" else 1] = i * 1e-3 - event.time
            phases = phase.step(ages, rate * belt, 0.001).phase
            seen = value[:6], value[6:12], phases, value[30:32], [1.0, 1.0], 0.001
            out = [law.step(*seen, pitch) for law, pitch in zip(laws, (0.0, plant.frame().pitch), strict=True)]
            tau = out[0].tau if acting else tau
            said, torque = (np.concatenate([getattr(o, name) for o in out]) for name in ("dragging", "tau"))
            point = truth.contacts.reshape(2, 2, 4)[:, 1]
            row = (value[30:32] / weight, (truth.patient_phase + np.array([0.0, 0.5])) % 1.0, point[:, 0], point[:, 1])
            for column, x in zip(self.data.values(), (*row, said, torque), strict=True):
                column[i] = x
        self.upright = plant.upright

    def swings(self, side):
        """First and last tick of each swing: from the foot off the belt to the next real load on it."""
        load, clock = self.data["load"][:, side], self.data["clock"][:, side]
        i = START
        while i < self.ticks:
            if load[i] < UNLOADED <= load[i - 1] and 0.5 < clock[i] < 0.85:
                ends = np.flatnonzero(load[i + 150 : i + 900] > LOADED)
                if len(ends) == 0:
                    return
                yield i, i + 150 + ends[0]
                i += 150 + ends[0]
            i += 1

    def steps(self, side, sees_pitch=False):
        """Per swing: whether the toe touches in mid-swing, its least height, and when the law decided [-] or None."""
        for first, last in self.swings(side):
            span = last - first
            middle = slice(first + int(0.15 * span), first + int(0.75 * span))
            touch = (self.data["touch"][middle, side] > 5.0).any()
            said = np.flatnonzero(self.data["dragging"][first:last, 2 * sees_pitch + side])
            yield touch, self.data["toe"][middle, side].min(), said[0] / span if len(said) else None


@cache
def healthy(seed, speed):
    return Walk(Patient.healthy(seed), speed, 40_000, seed, unloading=0.0, lifter=None, acting=False)


@cache
def stroke(severity, seed, acting=False, speed=0.5, unloading=0.3):
    side = ("left", "right")[seed % 2]
    patient = Patient.stroke(side=side, severity=severity, seed=seed)
    return Walk(patient, speed, 40_000, seed, unloading=unloading, lifter=0.0, acting=acting), seed % 2


HEALTHY = [(1, 0.4), (2, 0.6), (3, 0.8), (4, 1.0), (5, 1.2), (5, 0.4), (11, 0.4), (15, 0.4)]


@pytest.mark.parametrize("sees_pitch", [True, False])
def test_healthy_people_are_left_alone(sees_pitch):
    false = count = 0
    for person in HEALTHY:
        walk = healthy(*person)
        steps = [step for side in (0, 1) for step in walk.steps(side, sees_pitch)]
        false += sum(said is not None for touch, _, said in steps if not touch)
        assert walk.upright
        count += len(steps)
    assert count > 300
    assert false < 0.01 * count


# Weaker people are slower and on more support: at 0.5 m/s and 30 % they collapse in a device that does not guide.
DRAGGING = {0.5: (0.5, 0.3), 0.6: (0.5, 0.3), 0.7: (0.5, 0.4), 0.8: (0.4, 0.5)}
# Who is not found in time in 19 of 20 swings. In the misses the foot hops off again without having carried a fifth of
# body weight for 50 ms, which is no new swing to the law, or its load takes a third of the swing to fall below a tenth.
NOT_IN_TIME = {(0.6, 1), (0.8, 2)}


@pytest.mark.parametrize("sees_pitch", [True, False])
@pytest.mark.parametrize("severity", DRAGGING)
def test_a_foot_that_drags_is_found_before_a_fifth_of_its_swing_but_for_those_listed(severity, sees_pitch):
    speed, unloading = DRAGGING[severity]
    count, missed = 0, set()
    for seed in (1, 2):
        walk, side = stroke(severity, seed, speed=speed, unloading=unloading)
        assert walk.upright
        found = [said for touch, _, said in walk.steps(side, sees_pitch) if touch]
        count += len(found)
        if sum(said is not None and said < 0.2 for said in found) < 0.95 * len(found):
            missed.add((severity, seed))
    assert count >= 20
    assert missed == {person for person in NOT_IN_TIME if person[0] == severity}


def test_no_torque_while_a_foot_carries_load():
    walk, _ = stroke(0.7, 2)
    for side in (0, 1):
        standing = walk.data["load"][:, side] >= LOADED
        for first in (3 * side, 6 + 3 * side):
            assert not walk.data["tau"][standing, first : first + 3].any()


@pytest.mark.parametrize("seed", [1, 2])
def test_fewer_swings_touch_the_belt_when_the_foot_is_lifted(seed):
    (without, side), (lifted, _) = stroke(0.6, seed), stroke(0.6, seed, acting=True)
    before, after = ([touch for touch, *_ in walk.steps(side)] for walk in (without, lifted))
    assert lifted.upright
    assert min(len(before), len(after)) >= 15
    assert np.mean(after) < 0.75 * np.mean(before)
