"""From a plan to a trainer, a person, a device and an operator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitloop.assist import BandLaw, ForgettingLaw
from gaitloop.events import JointContacts
from gaitloop.phase import PhaseEstimator
from gaitloop.safety import Envelope
from gaitloop.trainer import Trainer, TrainerConfig
from gaitloop.trajectory import GaitPattern

from .plan import Plan, named

if TYPE_CHECKING:
    from gaitloop.plant import Device, Patient

#: Standard gravity [m/s²].
GRAVITY = 9.80665
#: Bounds of the subtasks outside the sagittal plane where a plan leaves them out [m, rad], published for LOPES II.
_LATERAL_BOUNDS = {"weight_shift": (0.025, 0.0417), "lateral_foot_placement": (math.radians(1.15), math.radians(1.91))}
#: Time kept free at the end for the soft stop [s].
STOP_TIME = 8.0
#: Time at which the operator of a simulated session presses start [s].
START_TIME = 1.0
#: How that operator starts: button, time pressed [s] and time let go [s].
START = (("arm", 0.5, 0.7), ("start", START_TIME, START_TIME + 0.2))


def envelope_of(plan: Plan) -> Envelope:
    """Take the limits of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    Envelope
        Checked limits.

    Raises
    ------
    ConfigError
        If a limit is refused; the message names its path.
    """
    with named("limits"):
        return Envelope(**plan.limits)


def trainer_config(plan: Plan) -> TrainerConfig:
    """Gather what the trainer of a plan is made of.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    TrainerConfig
        Checked configuration.

    Raises
    ------
    ConfigError
        If a room refuses a value; the message names its path.
    """
    envelope = envelope_of(plan)
    training, mass, height = plan.training, plan.patient["mass"], plan.patient["height"]
    with named("training.assist"):
        assist = _assist(plan)
    with named("training"):
        pattern = GaitPattern.koopman(
            training["speed"],
            height,
            pelvic_tilt=training["pelvic_tilt"],
            foot_clearance=training["foot_clearance"],
        )
        return TrainerConfig(
            **_device_of(plan),
            mass=mass,
            height=height,
            pattern=pattern,
            stiffness=training["stiffness"],
            damping=training["damping"],
            envelope=envelope,
            assist=assist,
            speed=training["speed"],
            support_force=training["support"] * mass * GRAVITY,
            leg_weight=training["leg_weight"],
            support_slew=training["support_slew"],
            engage_time=training["engage_time"],
            settle_time=training["settle_time"],
        )


def _device_of(plan: Plan) -> dict[str, Any]:
    """What the trainer is told of its device: of the one that the plan was fitted to, else of the simulated one."""
    device = plan.fitting
    if device is None:
        ankle = plan.device["ankle"]
        return {"kinds": ("driven", "driven", ankle) * 2, "device": build_device(plan).declaration}
    told: dict[str, Any] = {"kinds": device.kinds, "device": device.declaration, "period": 1.0 / device.rate}
    if device.contacts == "joints":
        # Legs that the reference moves make contact when the reference does: a phase that followed such contacts would
        # follow itself, and the legs drift apart. It goes by the belt; contacts count, measure, and are missed.
        told |= {"contacts": JointContacts(), "phase": PhaseEstimator(phase_gain=0.0, rate_span=0.0)}
    if device.burden is not None:
        told["compensation"] = device.burden.law
    return told


def _assist(plan: Plan) -> BandLaw | ForgettingLaw:
    values = {name: value for name, value in plan.assist.items() if name not in ("law", *_LATERAL_BOUNDS)}
    band = plan.assist["law"] == "band"
    lateral = [plan.assist.get(name, bounds if band else bounds[0]) for name, bounds in _LATERAL_BOUNDS.items()]
    if not band:
        values["dead_zone"] = np.array([*values["dead_zone"], *lateral])
        return ForgettingLaw(**values)
    for i, name in enumerate(("lower", "upper")):
        values[name] = np.array([*values[name], *(bounds[i] for bounds in lateral)])
    return BandLaw(**values)


def build_trainer(plan: Plan) -> Trainer:
    """Make the trainer of a plan, at boot.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    Trainer
        A trainer that has not ticked yet.
    """
    return Trainer(trainer_config(plan))


def build_patient(plan: Plan) -> Patient:
    """Make the simulated person of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    Patient
        A person whose habits follow from the plan's seed.
    """
    from gaitloop.plant import Patient

    profile, side, seed = plan.patient["profile"], plan.patient["side"], plan.seed
    with named("patient"):
        if profile == "healthy":
            patient = Patient.healthy(seed=seed)
        elif profile == "fac":
            patient = Patient.fac(plan.patient["level"], side=side, seed=seed)
        else:
            patient = Patient.stroke(side=side, severity=plan.patient["severity"], seed=seed)
        return patient.replace(mass=plan.patient["mass"], height=plan.patient["height"])


def build_device(plan: Plan) -> Device:
    """Make the simulated device of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    Device
        The device.
    """
    from gaitloop.plant import Device

    with named("device"):
        limits = plan.incline
        if limits is None:
            return Device.treadmill_exo(ankle=plan.device["ankle"])
        span = (limits["low"], limits["high"])
        return Device.treadmill_exo(ankle=plan.device["ankle"], incline=span, incline_rate=limits["rate"])


def presses(plan: Plan) -> list[tuple[str, float, float]]:
    """Press arm, start, and stop in time for a soft stop.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    list of tuple
        Button, time pressed [s] and time let go [s].
    """
    stop = plan.duration - STOP_TIME
    return [*START, ("stop", stop, stop + 0.2)]
