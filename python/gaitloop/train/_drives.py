"""A programme on the drives of a profile: everything that does not fit is refused before anything is opened."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np

from gaitloop._core import ENVELOPE_FIELDS, JOINTS
from gaitloop.devices.calibration import Calibration, load_calibration, seal_of
from gaitloop.devices.drives import DriveBus
from gaitloop.devices.profile import Profile
from gaitloop.errors import ConfigError
from gaitloop.safety import Envelope, Narrowing, effective
from gaitloop.session.build import build_trainer
from gaitloop.session.conductor import check_stages
from gaitloop.session.fitting import Fitting, fitted
from gaitloop.session.plan import Plan
from gaitloop.session.programme import Programme
from gaitloop.therapy.build import reference_of

from ._burden import burden_of

_TIGHTENED = [name for name, *_, rule in ENVELOPE_FIELDS if rule != "own"]
_BLIND = "its drives feel no foot contact on the ground, so nothing would tell where in the stride the person is"
#: Why a class cannot be trained on by a plan for a treadmill exoskeleton.
_WHY = {
    "ankle": f"an ankle device has no belt to command and {_BLIND}",
    "overground_exo": f"its person walks without a belt and {_BLIND}",
    "end_effector": "its drives move plates, and the reference of a plan is one of joints",
}
_ON_THE_BUS = "the loop commands only what is a drive on its bus"


def calibration_of(path: Path | None, profile: Profile) -> Calibration:
    """Read the calibration of a device, which must be there.

    Parameters
    ----------
    path : Path or None
        Its file, where one was named.
    profile : Profile
        The device.

    Returns
    -------
    Calibration
        What was found on it.

    Raises
    ------
    ConfigError
        If there is none, its seal is broken, or it is of another profile.
    """
    if path is None:
        raise ConfigError(
            f"--calibration must name what `gaitloop calibrate {profile.path}` wrote for this device, got nothing"
        )
    found = load_calibration(path)
    try:
        found.check(profile)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    return found


def fit_programme(
    programme: Programme, profile: Profile, found: Calibration, bus: DriveBus, *, heart_rate: bool = False
) -> Programme:
    """Take a programme for a device, by the limits of profile, calibration and plan together.

    Parameters
    ----------
    programme : Programme
        What to do.
    profile : Profile
        The device.
    found : Calibration
        What was found on it.
    bus : DriveBus
        Its drives, as `Profile.bus` made them with the calibration.
    heart_rate : bool
        Whether a sensor beside the machine measures it, as `Session` takes one.

    Returns
    -------
    Programme
        The same, its plan fitted to the device.

    Raises
    ------
    ConfigError
        If the device cannot do what is asked; the message names field and value, and says what to do.
    """
    found.check(profile)
    check_parts(programme, profile, heart_rate=heart_rate)
    limits = limits_on(programme.plan, profile, found)
    declared = profile.declaration(bus)
    fitting = Fitting(
        name=profile.name,
        device_class=profile.device_class,
        profile_sha256=profile.digest,
        calibration_sha256=seal_of(found),
        serial=found.serial,
        kinds=profile.kinds,
        rate=profile.bus_profile.rate,
        safe_profile=declared.safe_profile,
        watchdog=declared.watchdog,
        digest=tuple(declared.digest),
        lower_deadline=declared.lower_deadline,
        contacts="joints",
        burden=burden_of(found, limits),
    )
    plan = fitted(programme.plan, fitting, limits)
    made = dataclasses.replace(programme, plan=plan)
    check_stages(made)
    build_trainer(plan)
    _check_reference(made)
    return made


def limits_on(plan: Plan, profile: Profile, found: Calibration) -> Envelope:
    """Give the limits of a plan on a device: of each the narrowest of profile, calibration and plan.

    How the device stops is its own. Where no winch carries the person nothing may be asked of the support, since
    nobody would take the command.

    Parameters
    ----------
    plan : Plan
        The plan.
    profile : Profile
        The device.
    found : Calibration
        What was found on it.

    Returns
    -------
    Envelope
        Inside that of the profile.

    Raises
    ------
    ConfigError
        If a range of motion becomes empty, or a time is shorter than a tick of the device.
    """
    session = Narrowing(**{name: plan.limits[name] for name in _TIGHTENED})
    try:
        limits = effective(found.envelope(profile), session=session).envelope
    except ConfigError as error:
        raise ConfigError(
            f"limits of the plan (session) and of {profile.path} with its calibration (device): {error}; measure the "
            "person again, correct the plan, or calibrate the range again"
        ) from None
    tick = 1.0 / profile.bus_profile.rate
    for name in ("tick_max", "sample_age_max", "lease"):
        if not getattr(limits, name) >= tick:
            raise ConfigError(
                f"limits.{name} must be at least one tick, {tick:g} s of bus.rate in {profile.path}, got "
                f"{plan.limits[name]:g}: correct the plan"
            )
    rise = profile.treadmill.acceleration
    changes = {} if rise is None else {"belt_accel_max": min(limits.belt_accel_max, rise)}
    if profile.support != "drive":
        changes["support_force_max"] = 0.0
    return dataclasses.replace(limits, **changes)


def check_parts(programme: Programme, profile: Profile, *, heart_rate: bool = False) -> None:
    """Refuse a programme that asks for parts that the device has not, or not where its loop can command them.

    Parameters
    ----------
    programme : Programme
        What to do.
    profile : Profile
        The device.
    heart_rate : bool
        Whether a sensor beside the machine measures it.

    Raises
    ------
    ConfigError
        Naming the part.
    """
    plan, at = programme.plan, profile.path
    kind = plan.device["kind"]
    if profile.device_class != kind:
        raise ConfigError(
            f"device.kind must be the class of {at}, {profile.device_class}, got {kind}: "
            f"{_WHY[profile.device_class]}; train on a treadmill_exo whose belt is a drive, as simulated_bus_exo"
        )
    if profile.bus_profile.panel_drive is None:
        raise ConfigError(f"bus.panel_drive is missing in {at}: nothing is armed without the operator's panel, wire it")
    _check_joints(plan, profile)
    if profile.treadmill.kind != "drive":
        raise ConfigError(
            f"treadmill.kind must be drive in {at} for a session that walks, got {profile.treadmill.kind}: "
            f"{_ON_THE_BUS}, and a belt with a line of its own would not stop with the legs"
        )
    _check_support(programme, profile)
    _check_sensors(programme, profile, heart_rate=heart_rate)


def _check_joints(plan: Plan, profile: Profile) -> None:
    for joint in JOINTS:
        told = profile.joints[joint]
        if told == "sensed":
            raise ConfigError(
                f"joints.{joint} must be driven or absent in {profile.path}, got sensed: no drive measures it, and "
                "the self-test would wait for it in vain"
            )
        if joint.startswith("ankle") and (told == "driven") != (plan.device["ankle"] == "driven"):
            raise ConfigError(
                f"device.ankle must be {'driven' if told == 'driven' else 'sensed'} where {profile.path} has "
                f"joints.{joint} = {told}, got {plan.device['ankle']}"
            )


def _check_support(programme: Programme, profile: Profile) -> None:
    if profile.support == "drive":
        return
    asked = [("training.support", programme.plan.training["support"])]
    asked += [(f"stages[{i}].support", stage.support) for i, stage in enumerate(programme.stages)]
    for name, share in asked:
        if share > 0.0:
            raise ConfigError(
                f"{name} must be 0 where support.kind is {profile.support} in {profile.path}, got {share:g}: "
                f"{_ON_THE_BUS}, and there is no [drive.winch]"
            )


def _check_sensors(programme: Programme, profile: Profile, *, heart_rate: bool) -> None:
    """A rule that cannot act must not look as if."""
    value = programme.rules.heart_rate_max
    if value is not None and not heart_rate:
        raise ConfigError(
            f"rules.heart_rate_max must be left out on {profile.path}, got {value:g}: its drives measure no "
            "heart rate, so it would never act (table stop of a therapist's plan)"
        )


def _check_reference(programme: Programme) -> None:
    """The reference must stay inside the limits, or every stride would press the person against their wall."""
    plan, training = programme.plan, programme.plan.training
    kinds = () if plan.fitting is None else plan.fitting.kinds
    rules, raised = programme.rules, set[float]()
    if rules.challenge_steps is not None and rules.challenge_speed > 0.0 and rules.speed_max is not None:
        raised.add(rules.speed_max)
    for speed in sorted(
        {training["speed"], *raised, *(stage.speed for stage in programme.stages if stage.speed > 0.0)}
    ):
        ends, _ = reference_of(speed, plan.patient["height"], training["pelvic_tilt"], training["foot_clearance"])
        for i, joint in enumerate(JOINTS):
            low, high = (math.radians(ends[2 * (i % 3) + end]) for end in (0, 1))
            least, most = (float(np.asarray(plan.limits[name])[i]) for name in ("q_min", "q_max"))
            if kinds[i] == "driven" and not least <= low <= high <= most:
                raise ConfigError(
                    f"limits of {joint} must reach from {low:.3f} to {high:.3f} rad, what walking at {speed:g} m/s "
                    f"needs, got [{least:.3f}, {most:.3f}] of profile, calibration and plan together: change "
                    "training.pelvic_tilt, training.foot_clearance or the speed, or calibrate the range again"
                )
