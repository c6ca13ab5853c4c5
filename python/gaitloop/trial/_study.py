"""Who is trained, how, and what is measured."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _core
from ..assist import BandLaw, ForgettingLaw
from ..control import PathControl
from ..errors import ConfigError
from ..plant import Device, Patient, Plant, unassisted_gait
from ..safety import Envelope
from ..session.plan import demo_plan
from ..trainer import Trainer, TrainerConfig
from ..trajectory import GaitPattern
from ._result import MEASURES, STATES, TrialResult, weak_leg

#: Belt speed [m/s] and share of the body weight carried [-] in every session of every arm.
SPEED, CARRIED = 0.6, 0.2
#: Belt speed [m/s] and strides of the walk without help before and after the sessions.
ALONE_SPEED, ALONE_STRIDES = 0.25, 20
#: Functional ambulation categories of the people, in turn.
LEVELS = (4, 3, 2)
GRAVITY = 9.80665
# Bounds of LOPES II (Fricke et al. 2020): support decays by a tenth a stride, faster than a person's effort (0.9335),
# and a steady error as far above the lower bound as the widest band is wide (3.02 degrees) calls for all of it.
_LOWER = np.array([*np.radians([2.15, 1.75, 4.29, 4.30, 4.52]), 0.025, np.radians(1.15)])
_FORGET = 0.9
_GAIN = (1.0 - _FORGET) / np.radians(3.02)

# A tunnel of 3 degrees around hip and knee whose window spans 2 % of the cycle: of eighteen that differ in band,
# window, stiffness, damping and flow the one in which twelve people walked most strides of a first session, and chosen
# by that alone.
_TUNNEL: Mapping[str, Any] = {
    "weight": [1.0, 1.0, 0.0] * 2,
    "window": 0.02,
    "band": 0.05,
    "stiffness": 800.0,
    "wall_torque": 120.0,
    "damping": 10.0,
    "flow": 10.0,
}

Law = BandLaw | ForgettingLaw
Report = Callable[[int, int], None]


def _constant(support: float) -> Law:
    return BandLaw(
        lower=_LOWER,
        upper=_LOWER + 0.1,
        step_up=0.0,
        step_down=0.0,
        floor=support,
        ceiling=support,
        initial=support,
    )


def _forgetting() -> Law:
    return ForgettingLaw(forget=_FORGET, gain=_GAIN, dead_zone=_LOWER, floor=0.0, ceiling=1.0, initial=1.0)


#: Arms by name: what the trainer's configuration has of its own.
ARMS: Mapping[str, Callable[[GaitPattern], dict[str, Any]]] = {
    "none": lambda _: {"assist": _constant(0.0)},
    "stiff": lambda _: {"assist": _constant(1.0)},
    "path": lambda pattern: {"assist": _constant(1.0), "path": PathControl(pattern.samples(), **_TUNNEL)},
    "assist": lambda _: {"assist": _forgetting()},
}


def _whole(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must lie in [{low}, {high}], got {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """People after a stroke, each trained in every arm from the same start.

    Parameters
    ----------
    patients : int
        People [-], 2 to 2000; functional ambulation categories 4, 3 and 2, weak left and right, in turn.
    sessions : int
        Sessions of each person in each arm [-], 1 to 100.
    strides : int
        Strides of a session [-], 5 to 1000.
    seed : int
        Where people and noise come from [-], 0 to 10**9.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """

    patients: int = 24
    sessions: int = 12
    strides: int = 60
    seed: int = 1

    def __post_init__(self) -> None:
        bounds = {"patients": (2, 2000), "sessions": (1, 100), "strides": (5, 1000), "seed": (0, 10**9)}
        for name, (low, high) in bounds.items():
            _whole(name, getattr(self, name), low, high)

    def person(self, index: int) -> Patient:
        """Make a person, who learns and slacks.

        Parameters
        ----------
        index : int
            Which one [-].

        Returns
        -------
        Patient
            The person before the first session.
        """
        side = ("left", "right")[index // len(LEVELS) % 2]
        return Patient.fac(LEVELS[index % len(LEVELS)], side=side, seed=self.seed * 10_000 + index).learning()

    def run(self, report: Report | None = None) -> TrialResult:
        """Train everybody in every arm, on all cores.

        Parameters
        ----------
        report : callable, optional
            Told how many courses are done, and of how many.

        Returns
        -------
        TrialResult
            What came of it; the same for the same trial.
        """
        tasks = [(arm, index) for index in range(self.patients) for arm in ARMS]
        found: dict[tuple[str, int], dict[str, Any]] = {}
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            courses = {pool.submit(self.course, arm, index): (arm, index) for arm, index in tasks}
            try:
                for done, course in enumerate(as_completed(courses), 1):
                    found[courses[course]] = course.result()
                    if report is not None:
                        report(done, len(tasks))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        rows = {arm: [found[arm, index] for index in range(self.patients)] for arm in ARMS}
        settings = {name: getattr(self, name) for name in ("patients", "sessions", "strides", "seed")}
        return TrialResult(settings | {"speed": SPEED, "carried": CARRIED, "alone_speed": ALONE_SPEED}, rows)

    def course(self, arm: str, index: int) -> dict[str, Any]:
        """Train one person in one arm.

        Parameters
        ----------
        arm : str
            Name of the arm.
        index : int
            Which person [-].

        Returns
        -------
        dict
            Measures by name, a value per session [units of `MEASURES`]; what was walked without help.
        """
        person = self.person(index)
        weak = int(np.argmin(person.parameters()["strength"])) // 3
        trainer, device = _trainer(arm, person), Device.treadmill_exo()
        before = _alone(person, weak, self.seed)
        course: dict[str, list[float]] = {name: [] for name in MEASURES}
        strides, stops = 0, 0
        for session in range(self.sessions):
            plant = Plant(person, device, seed=(self.seed * 10_000 + index) * 1000 + session)
            raw = _core.training_session(trainer, plant, self.strides)
            person = person.replace(skill=raw["skill"], effort=raw["drive"])
            strides, stops = strides + raw["strides"], stops + raw["stopped"]
            for name, measure in MEASURES.items():
                walked = raw["strides"] > 0 or name in STATES
                course[name].append(measure.of(raw, weak) if walked else np.nan)
        return {
            "sessions": course,
            "before": before,
            "after": _alone(person, weak, self.seed),
            "strides": strides,
            "stops": stops,
        }


def _trainer(arm: str, person: Patient) -> Trainer:
    """Make the trainer of an arm, with the limits and gains of the demonstration plan."""
    plan, body = demo_plan(), person.parameters()
    pattern = GaitPattern.koopman(
        SPEED, body["height"], pelvic_tilt=plan.training["pelvic_tilt"], foot_clearance=plan.training["foot_clearance"]
    )
    return Trainer(
        TrainerConfig(
            kinds=("driven", "driven", "sensed") * 2,
            device=Device.treadmill_exo().declaration,
            mass=body["mass"],
            height=body["height"],
            pattern=pattern,
            stiffness=plan.training["stiffness"],
            damping=plan.training["damping"],
            envelope=Envelope(**plan.limits),
            speed=SPEED,
            support_force=CARRIED * body["mass"] * GRAVITY,
            leg_weight=plan.training["leg_weight"],
            **ARMS[arm](pattern),
        )
    )


def _alone(person: Patient, weak: int, seed: int) -> dict[str, float]:
    """Walk without help; nothing new is learned meanwhile, effort goes on as it does."""
    frozen = person.replace(skill_rates=(1.0, 0.0))
    gait = unassisted_gait(frozen, speed=ALONE_SPEED, strides=ALONE_STRIDES, seed=seed)
    if gait.strides == 0:
        return {"deviation": np.nan, "knee_peak": np.nan, "clearance": np.nan}
    return {
        "deviation": weak_leg(gait.deviation, weak),
        "knee_peak": float(gait.knee_peak[weak]),
        "clearance": float(gait.clearance[weak]),
    }
