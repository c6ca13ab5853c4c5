"""The classes of devices on which faults are played: limits, people, and how they walk.

All of it is simulation. The limits here are assumptions of this campaign, chosen around how its simulated people walk;
they are no defaults of gaitloop and no advice for any device.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from .._core import JOINTS
from ..control import plate_path
from ..errors import ConfigError
from ..plant import Device, Patient, Plant, Sensors
from ..safety import Envelope
from ..session.build import GRAVITY, build_trainer, trainer_config
from ..session.plan import demo_plan
from ..simulation import Lead, Simulation
from ..trainer import ControlConfig, Trainer, TrainerConfig
from ..trajectory import GaitPattern
from ._rows import DRIVEN, ROWS, Row

Make = Callable[[float, int, Sensors], Simulation]

_PLAN = demo_plan()
MASS, HEIGHT = _PLAN.patient["mass"], _PLAN.patient["height"]
_BELT = frozenset({"AC9_belt_runaway", "AC9_belt_slip", "AC10_belt_stop"})
_FEET = frozenset(row.kind for row in ROWS if row.kind.startswith(("SE9_", "SE10_")))


def _legs(*leg: float) -> list[float]:
    return [*leg, *leg]


#: Limits of the overground exoskeleton: those of the demonstration, with knees that may bend and swing more, and brakes
#: that close soon, since the legs sink without them.
OVERGROUND = MappingProxyType(
    dict(_PLAN.limits)
    | {
        "q_max": _legs(1.10, 1.50, 0.60),
        "dq_max": _legs(6.0, 12.0, 12.0),
        "stop_deadline": 0.3,
    }
)
#: Limits of the ankle device: those of the demonstration, with a steeper torque, since springs follow each landing.
ANKLE = MappingProxyType(dict(_PLAN.limits) | {"tau_rate_max": _legs(4000.0, 4000.0, 8000.0)})
#: Limits of foot plates as axes, forward and up in metres and units of 10 N, pitch in radians and newton metres.
PLATES = MappingProxyType(
    dict(_PLAN.limits)
    | {
        "q_min": _legs(-0.45, -0.10, -1.00),
        "q_max": _legs(0.40, 0.30, 0.60),
        "dq_max": _legs(1.5, 1.0, 5.0),
        "brake_decel": _legs(10.0, 10.0, 60.0),
        "tau_max": _legs(80.0, 180.0, 150.0),
        "tau_rate_max": _legs(4000.0, 8000.0, 4000.0),
        "wall_stiffness": _legs(3000.0, 5000.0, 600.0),
        "wall_damping": _legs(150.0, 150.0, 20.0),
        "stop_damping": _legs(100.0, 100.0, 10.0),
        "yield_damping": _legs(50.0, 50.0, 5.0),
        "power_max": _legs(60.0, 60.0, 150.0),
        "energy_max": _legs(30.0, 30.0, 80.0),
        "interaction_max": _legs(100.0, 200.0, 180.0),
        "stop_deadline": 0.1,
    }
)


class DeviceClass(NamedTuple):
    """A class of devices in the campaign.

    Attributes
    ----------
    limits : mapping
        Limits of its guard and of its judge [SI].
    walker : callable
        Makes a machine in which somebody walks, from an impairment [-], a seed [-] and sensors.
    people : tuple of float
        Impairments of those who walk for as long as a fault is watched, as `walker` takes them [-].
    fitted : tuple of str
        Joints that it measures; for foot plates the places of their axes.
    driven : tuple of str
        Joints that it drives.
    spared : mapping
        Kinds of faults that it cannot have, and why.
    nominal : callable
        Makes a machine in which somebody walks without faults, like `walker`.
    """

    limits: Mapping[str, Any]
    walker: Make
    people: tuple[float, ...]
    fitted: tuple[str, ...]
    driven: tuple[str, ...]
    spared: Mapping[str, str]
    nominal: Make

    def rows(self) -> tuple[Row, ...]:
        """Give what is injected into this class.

        Returns
        -------
        tuple of Row
            Rows of the table of hazards that apply, striking only what is there.
        """
        return tuple(row._replace(parts=self._parts(row.parts)) for row in ROWS if row.kind not in self.spared)

    def _parts(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        there = {JOINTS: self.fitted, DRIVEN: self.driven}
        return there.get(parts, parts)


def _person(severity: float, seed: int) -> Patient:
    """Somebody of the size of the plan's person, with this severity of a stroke [-]."""
    person = Patient.healthy(seed=seed) if severity == 0.0 else Patient.stroke(severity=severity, seed=seed)
    # The plan's own person: its pattern and limits are for that size.
    return person.replace(mass=MASS, height=HEIGHT)


def _treadmill(severity: float, seed: int, sensors: Sensors) -> Simulation:
    plant = Plant(_person(severity, seed), Device.treadmill_exo(), seed=seed, sensors=sensors)
    return Simulation(build_trainer(_PLAN), plant, _START)


def _anybody(severity: float, seed: int, sensors: Sensors) -> Simulation:
    """Somebody of 50 to 100 kg and 1.55 to 1.9 m at 0.5 to 1 m/s, with 20 to 40 % of the weight carried.

    With less than 20 %, heavy people with a stroke sink in earnest: 140 N·m do not hold them.
    """
    rng = np.random.default_rng(seed)
    mass, height = float(rng.uniform(50.0, 100.0)), float(rng.uniform(1.55, 1.9))
    training = dict(_PLAN.training) | {"speed": float(rng.uniform(0.5, 1.0)), "support": float(rng.uniform(0.2, 0.4))}
    plan = replace(_PLAN, training=training, patient=dict(_PLAN.patient) | {"mass": mass, "height": height})
    person = _person(severity, seed).replace(mass=mass, height=height)
    return Simulation(build_trainer(plan), Plant(person, Device.treadmill_exo(), seed=seed, sensors=sensors), _START)


def _config(device: Device, limits: Mapping[str, Any], **changes: Any) -> TrainerConfig:
    """The trainer of the demonstration, for another device."""
    plain = {
        name: getattr(_BASE, name)
        for name in ("assist", "pattern", "stiffness", "damping", "support_slew", "engage_time", "settle_time")
    }
    given = {"speed": 0.0, "support_force": 0.0, "leg_weight": 0.0} | changes
    return TrainerConfig(
        kinds=tuple(device.joints),
        device=device.declaration,
        mass=MASS,
        height=HEIGHT,
        envelope=Envelope(**limits),
        **(plain | given),
    )


def _overground(weakness: float, seed: int, sensors: Sensors) -> Simulation:
    """Somebody whose legs have lost this share of their strength walks on crutches, a step each time they lean on."""
    device = Device.overground_exo(pace=0.2)
    person = _person(0.0, seed).replace(strength=[1.0 - weakness] * len(JOINTS))
    pattern = GaitPattern.koopman(0.2, HEIGHT, foot_clearance=0.04)
    stiffness, damping = _legs(400.0, 400.0, 0.0), _legs(20.0, 15.0, 0.0)
    lead = Lead.steps(ControlConfig(pattern=pattern, stiffness=stiffness, damping=damping), swing=1.0)
    trainer = Trainer(_config(device, OVERGROUND, pattern=pattern))
    return Simulation(trainer, Plant(person, device, seed, sensors=sensors), _START, lead)


def _plates(severity: float, seed: int, sensors: Sensors) -> Simulation:
    """Plates lead somebody along a slow walk, a cycle in 3 s; the rope carries 30 % of their weight."""
    device = Device.end_effector(axes=True)
    angles = GaitPattern.koopman(0.4, HEIGHT).samples(128)
    path = plate_path(angles, HEIGHT, samples=128)
    lead = Lead.plates(path, _STIFF, _DAMPED, _FORCE, cycle=3.0)
    trainer = Trainer(_config(device, PLATES, support_force=0.3 * MASS * GRAVITY))
    return Simulation(trainer, Plant(_person(severity, seed), device, seed, sensors=sensors), _START, lead)


def _ankles(severity: float, seed: int, sensors: Sensors) -> Simulation:
    """Both ankles are held near the reference, while somebody walks on the belt."""
    device = Device.ankle()
    springs = {"stiffness": _legs(0.0, 0.0, 300.0), "damping": _legs(0.0, 0.0, 5.0)}
    trainer = Trainer(_config(device, ANKLE, speed=0.6, **springs))
    return Simulation(trainer, Plant(_person(severity, seed), device, seed, sensors=sensors), _START)


_BASE = trainer_config(_PLAN)
_START = [("arm", 0.5, 0.7), ("start", 1.0, 1.2)]
#: Stiffness, damping and largest force of the springs of plates, forward, up and in pitch [SI].
_STIFF, _DAMPED, _FORCE = (3e4, 5e4, 600.0), (1000.0, 1200.0, 20.0), (800.0, 1800.0, 150.0)
_NO_BELT = dict.fromkeys(sorted(_BELT), "there is no belt")
_NO_ROPE, _SLACK = {"PA4_slack": "there is no rope"}, {"PA4_slack": "the rope carries nothing"}
_NO_FEET = dict.fromkeys(sorted(_FEET), "feet do not leave the plates, and nothing looks at their force")
_ANKLES = ("ankle_l", "ankle_r")

#: The classes of devices by name.
CLASSES: Mapping[str, DeviceClass] = MappingProxyType(
    {
        "treadmill_exo": DeviceClass(_PLAN.limits, _treadmill, (0.0, 0.2, 0.3), JOINTS, DRIVEN, {}, _anybody),
        "overground_exo": DeviceClass(
            OVERGROUND, _overground, (0.0, 0.5, 1.0), JOINTS, DRIVEN, _NO_BELT | _NO_ROPE, _overground
        ),
        "end_effector": DeviceClass(PLATES, _plates, (0.0, 0.2, 0.3), JOINTS, JOINTS, _NO_BELT | _NO_FEET, _plates),
        "ankle": DeviceClass(ANKLE, _ankles, (0.0, 0.2, 0.3), _ANKLES, _ANKLES, _SLACK, _ankles),
    }
)


def class_of(name: str) -> DeviceClass:
    """Look up a class of devices.

    Parameters
    ----------
    name : str
        Its name, of `CLASSES`.

    Returns
    -------
    DeviceClass
        The class.

    Raises
    ------
    ConfigError
        If there is none of this name.
    """
    if name not in CLASSES:
        raise ConfigError(f"device must be one of {', '.join(CLASSES)}, got {name!r:.80}")
    return CLASSES[name]
