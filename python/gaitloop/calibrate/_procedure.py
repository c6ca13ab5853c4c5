"""The procedure: zero, sign and range by hand and without power, then sweeps, each step confirmed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gaitloop._core import JOINTS
from gaitloop.devices.calibration import SIDES, Calibration, JointCalibration, fits
from gaitloop.errors import DeviceError, SafetyStopError

from ._fit import fit_leg, weigh
from ._operator import Operator, confirm
from ._resume import joined, kept, rest_of
from ._way import Way, plan_way

if TYPE_CHECKING:
    from gaitloop.control import Identified
    from gaitloop.devices.profile import Profile

    from ._fit import Sweep
    from ._machine import Machine

#: How far a joint may move while it is read, and must have moved to tell a sign [rad].
_STILL, _MOVED = 0.01, 0.1
#: Times that a movement of a sweep is tried, and stops of the guard that a sweep may have in all; both are our choice.
_TRIES, _STOPS = 3, 6
#: Where the simulated hand puts a joint for its sign, and how far from the profile's ends for its range [rad].
_HAND, _ENDS = 0.2, 0.05
#: Where it lets a joint go: an encoder of which nothing but zero is heard passes no self-test [rad].
_BESIDE = 0.01


def calibrate(
    profile: Profile, machine: Machine, operator: Operator, *, by: str, at: str, serial: str, weigh_legs: bool = False
) -> Calibration:
    """Find everything, one joint and one leg after the other; the operator confirms each step before it happens.

    Parameters
    ----------
    profile : Profile
        The device.
    machine : Machine
        Its drives.
    operator : Operator
        Who stands beside it.
    by : str
        Name or role of who confirms.
    at : str
        When this is, for the file.
    serial : str
        Serial number of the device.
    weigh_legs : bool
        Whether a person's passive legs are weighed after the empty ones.

    Returns
    -------
    Calibration
        That fits the profile.

    Raises
    ------
    OperatorError
        If a step is not confirmed.
    DeviceError
        If the device cannot be used or is lost.
    SafetyStopError
        If the guard stopped a sweep three times in one movement, or six times in all.
    ConfigError
        If what was found does not fit the profile; the message says what to do.
    """
    work = _Work(profile, machine, operator, by, at, serial)
    for joint in profile.driven:
        work.by_hand(joint)
    legs = {side: tuple(joint for joint in profile.driven if joint.endswith(f"_{side[0]}")) for side in SIDES}
    empty = {side: work.sweep_empty(side, leg) for side, leg in legs.items() if leg}
    for side, known in empty.items() if weigh_legs else ():  # only now does anybody get in
        work.sweep_leg(side, legs[side], known)
    done = work.calibration()
    done.check(profile)
    return done


class _Work:
    """What is known so far."""

    def __init__(self, profile: Profile, machine: Machine, operator: Operator, by: str, at: str, serial: str) -> None:
        self.profile, self.machine, self.operator = profile, machine, operator
        self._by = by
        self._draft = Calibration(
            profile=profile.name,
            profile_sha256=profile.digest,
            serial=serial,
            at=at,
            joints={},
            legs={},
            confirmed={},
        )

    def calibration(self) -> Calibration:
        return self._draft

    def _put(self, **changes: object) -> None:
        self._draft = dataclasses.replace(self._draft, **changes)  # type: ignore[arg-type]

    def _ask(self, step: str, text: str) -> None:
        confirm(self.operator, step, text)
        self._put(confirmed={**self._draft.confirmed, step: self._by})

    def _read(self, joint: str) -> float:
        """Counts of a joint that is held still."""
        spread = _STILL * abs(self.profile.drive[joint].counts)
        for _ in range(3):
            counts = self.machine.counts(joint)
            if max(counts) - min(counts) <= spread:
                return float(np.median(counts))
            self.operator.tell(f"  {joint} moved while it was read; hold it still.")
        raise DeviceError(f"{joint} did not stand still while it was read three times: hold it, and begin again")

    def by_hand(self, joint: str) -> None:
        """Zero, sign and range of a joint, its drive without power."""
        told, limits = self.profile.drive[joint], self.profile.envelope
        i = JOINTS.index(joint)
        low, high = float(np.asarray(limits.q_min)[i]), float(np.asarray(limits.q_max)[i])
        self._ask(f"{joint}_zero", f"The drives have no power. Set {joint} to its zero mark by hand and hold it there.")
        self.machine.hand(joint, 0.0)
        zero = round(self._read(joint))
        away = (zero - told.zero) / told.counts
        self.operator.tell(f"  {joint}: zero at {zero} counts, {away:+.3f} rad from the profile's")

        bends = "up, towards the shin" if joint.startswith("ankle") else "in flexion"
        self._ask(f"{joint}_sign", f"Move {joint} {bends} by hand, by {_MOVED:g} rad or more, and hold it there.")
        self.machine.hand(joint, _HAND)
        moved = (self._read(joint) - zero) / abs(told.counts)
        if abs(moved) < _MOVED:
            words = f"{joint} must be moved by {_MOVED:g} rad or more to tell its sign"
            raise DeviceError(f"{words}, got {abs(moved):.3f}; begin again")
        sign = 1 if moved > 0.0 else -1
        found = JointCalibration(zero=zero, sign=sign, q_min=max(low, -_STILL), q_max=min(high, _STILL))
        fits(self.profile, joint, found)  # a wrong sign or zero ends it here
        self.operator.tell(f"  {joint}: counts {'rise' if sign > 0 else 'fall'}, as the profile has it")

        ends = []
        for word, name, end in (("lower", "least", low), ("upper", "most", high)):
            text = f"Move {joint} by hand to the {word} end of its range; the profile allows at {name} {end:+.3f} rad."
            self._ask(f"{joint}_{word}", text)
            self.machine.hand(joint, end + (_ENDS if end < 0.0 else -_ENDS))
            ends.append((self._read(joint) - zero) / told.counts)
        found = dataclasses.replace(found, q_min=min(ends), q_max=max(ends))
        fits(self.profile, joint, found)
        self.operator.tell(f"  {joint}: range {found.q_min:+.3f} to {found.q_max:+.3f} rad, inside [{low:g}, {high:g}]")
        self.machine.hand(joint, 0.0)
        self._put(joints={**self._draft.joints, joint: found})

    def _start(self) -> dict[str, float]:
        """Let every joint hang, and tell where it is [rad]."""
        out = {}
        for joint, found in self._draft.joints.items():
            self.machine.hand(joint, _BESIDE)
            self.machine.hand(joint, None)
            out[joint] = (self._read(joint) - found.zero) / self.profile.drive[joint].counts
        return out

    def _sweep(self, step: str, leg: tuple[str, ...], way: Way, who: str) -> Sweep:
        ends = ", ".join(f"{joint} between {low:+.2f} and {high:+.2f} rad" for joint, (low, high) in way.ends.items())
        sweeps = [sweep for joint in leg if (sweep := self.profile.drive[joint].sweep) is not None]
        torque, pace = max(sweep.torque for sweep in sweeps), min(sweep.slow for sweep in sweeps)
        parts, tries, stops = list["Sweep"](), 0, 0
        while True:
            self._ask(
                step,
                f"THE DRIVES WILL MOVE {ends}, one joint at a time, at most {way.speed:g} rad/s with at most "
                f"{torque:g} N·m, for {way.seconds:.0f} s. {who} Keep the E-stop in your hand.",
            )
            try:
                return joined([*parts, self.machine.sweep(self._draft, leg, way, self.operator)])
            except SafetyStopError as error:
                swept, done = kept(error, way)
                tries, stops = 0 if done else tries + 1, stops + 1
                if tries == _TRIES or stops == _STOPS:
                    raise
                self.operator.tell(f"  {error}. Look for the reason before you go on.")
            if swept is not None:
                parts.append(swept)
                way = rest_of(way, done, self._start(), pace)
                self.operator.tell(f"  What was swept before is kept; {len(way.durations)} movements are left.")

    def sweep_empty(self, side: str, leg: tuple[str, ...]) -> Identified:
        """Friction and weight of an empty leg of the device."""
        way = plan_way(self.profile, self._draft.joints, leg, self._start())
        recorded = self._sweep(f"{side}_empty", leg, way, "Nobody is in the device, nobody touches it.")
        frictions, weight, found = fit_leg(recorded, leg)
        joints = dict(self._draft.joints)
        for joint, friction in frictions.items():
            parts = {name: getattr(friction, name) for name in ("coulomb", "viscous", "inertia")}
            joints[joint] = dataclasses.replace(joints[joint], **parts)
            self.operator.tell(f"  {joint}: {_shown(parts)}")
        self.operator.tell(f"  {side} leg weighs {_terms(weight.gravity)}; {weight.residual:.3g} N·m are left over")
        self._put(joints=joints, legs={**self._draft.legs, side: weight})
        return found

    def sweep_leg(self, side: str, leg: tuple[str, ...], empty: Identified) -> None:
        """Weight of a person's passive leg."""
        self._ask(f"{side}_donned", f"Put the person's {side} leg into the device. The drives have no power meanwhile.")
        self.machine.load(leg)
        way = plan_way(self.profile, self._draft.joints, leg, self._start(), weigh=True)
        recorded = self._sweep(f"{side}_leg", leg, way, "The person lets the leg hang and does not help.")
        person, residual = weigh(recorded, leg, empty, way.speed)
        told = dataclasses.replace(self._draft.legs[side], person=person, person_residual=residual)
        self.operator.tell(f"  {side} leg of the person weighs {_terms(person)}; {residual:.3g} N·m are left over")
        self._put(legs={**self._draft.legs, side: told})


_UNITS = {"coulomb": "N·m", "viscous": "N·m·s/rad", "inertia": "kg·m²"}


def _shown(parts: dict[str, tuple[float, float]]) -> str:
    return ", ".join(f"{name} {value:.3g} ± {error:.2g} {_UNITS[name]}" for name, (value, error) in parts.items())


def _terms(terms: Mapping[str, tuple[float, float]]) -> str:
    return ", ".join(f"{name} {value:.3g} ± {error:.2g}" for name, (value, error) in terms.items()) + " N·m"
