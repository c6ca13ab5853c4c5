"""Both corridors, asked and told in the same words, for tests that compare them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np

from gaitloop import Simulation, Trainer, TrainerConfig, _core
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.reference import trainer as reference_trainer
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import _LED as PHASE
from gaitloop.trainer import ControlConfig
from gaitloop.trajectory import GaitPattern

TORQUE_ATOL = 1e-7  # [N·m]
ATOL = 1e-9  # angles [rad], phases, rates; velocities [rad/s] ten times as much
SPEED, MASS, HEIGHT = 0.8, 75.0, 1.75
KINDS = ("driven", "driven", "sensed") * 2
BAND = {
    "lower": np.append(np.radians([2.15, 1.75, 4.29, 4.30, 4.52]), [0.025, 0.02]),
    "upper": np.append(np.radians([3.58, 2.92, 7.16, 7.16, 7.54]), [0.0417, 0.033]),
    "step_up": 0.05,
    "step_down": 0.05,
    "floor": 0.2,
    "ceiling": 0.9,
    "initial": 0.8,
}
NUMBERS = {
    "mass": MASS,
    "height": HEIGHT,
    "support_slew": 0.3,
    "engage_time": 0.6,
    "settle_time": 2.0,
    "speed": SPEED,
    "support_force": 220.0,
}
#: What the simulated device declares of itself, in plain numbers.
DECLARED = {
    name: getattr(Device.treadmill_exo().declaration, name) for name in ("safe_profile", "tick", "watchdog", "digest")
}
#: A control set in plain numbers: the same for both corridors.
FIRST: dict[str, Any] = {
    "pattern": {"speed": SPEED, "height": HEIGHT, "foot_clearance": 0.03},
    "stiffness": np.array([500.0, 800.0, 100.0] * 2),
    "damping": np.array([35.0, 10.0, 2.0] * 2),
    "leg_weight": 0.4,
}
COLUMNS = {name: slice(start, start + length) for name, start, length, _, _ in _core.SAMPLE_FIELDS}
GROUPS = {name: i for i, (name, *_) in enumerate(_core.SAMPLE_FIELDS)}
TOLD = {name: slice(start, start + length) for name, start, length, _, _ in _core.TELEMETRY_FIELDS}
RESULTS = ("command_integers", "command", "telemetry")
Request = tuple[Any, ...]
LAWS = {"path": "PathControl", "foot_lift": "FootLift", "resistance": "Resistance"}
TRACE = np.array(
    [GaitPattern.koopman(speed=0.7, height=HEIGHT).evaluate_sides([at, at])[0] for at in np.arange(64) / 64]
)
#: Group of the telemetry of the reference, its name in the core, and how nearly both agree.
AGREED = {
    "phase": ("phase", ATOL),
    "phase_rate": ("phase_rate", ATOL),
    "mode": ("mode", 0.0),
    "q_ref": ("q_ref", ATOL),
    "dq_ref": ("dq_ref", 10 * ATOL),
    "guidance": ("guidance", ATOL),
    "support": ("support", 1e-12),
    "tau_cmd": ("tau_requested", TORQUE_ATOL),
    "change": ("change", 1e-12),
    "catch_trial": ("catch_trial", 0.0),
    "catch_announced": ("catch_announced", 0.0),
    "selftest": ("selftest", 0.0),
}
COMPARED = tuple(AGREED)


class Corridor(ABC):
    """One of both corridors, asked and told in the same words."""

    def __init__(self, package: str, **changes: Any) -> None:
        self.rooms = {
            room: import_module(f"{package}.{room}") for room in ("trajectory", "control", "assist", "safety", "events")
        }
        law, tick = changes.pop("control", FIRST), changes.pop("tick", 0.004)
        extra = {name: self.law(name, numbers) for name, numbers in changes.items() if name in ("change", "catch")}
        numbers = {name: value for name, value in changes.items() if name not in extra}
        self.config = {
            **self.control(law),
            **NUMBERS,
            **numbers,
            **extra,
            "period": tick,
            "kinds": KINDS,
            "device": self.rooms["safety"].Declaration(**{**DECLARED, "tick": tick}),
            "envelope": self.rooms["safety"].Envelope(**demo_plan().limits),
            "assist": self.rooms["assist"].BandLaw(**BAND),
        }

    def law(self, name: str, numbers: Mapping[str, Any]) -> Any:
        if name == "catch":
            catch = self.rooms["assist"].CatchTrials(**numbers)
            catch.begin(0)
            return catch
        if name == "change":
            fader = self.rooms["control"].Fader(**numbers)
            fader.request()
            return fader
        given = {"path": TRACE, **numbers} if name == "path" else numbers
        return getattr(self.rooms["control"], LAWS[name])(**given)

    def control(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        pattern, made = wanted["pattern"], self.rooms["trajectory"].GaitPattern
        chosen = made.from_table(**pattern) if "angles" in pattern else made.koopman(**pattern)
        laws = {name: self.law(name, wanted[name]) for name in LAWS if name in wanted}
        for name, used in laws.items():  # a set begins afresh, whatever a law has seen
            if name == "resistance":
                used.step(np.ones(6), np.ones(6), np.ones(6), 0.001)
            if name == "path":
                used.step(np.ones(6), np.zeros(6), [0.3, 0.8], [0.5, 0.5], np.ones(6), 0.001)
        return {**wanted, "pattern": chosen, **laws}

    def ask(self, name: str, *what: Any) -> str:
        """Ask for something in motion; give the refusal, or nothing."""
        try:
            self._ask(name, *what)
        except ConfigError as refusal:
            return str(refusal)
        return ""

    @abstractmethod
    def _ask(self, name: str, *what: Any) -> None:
        """Ask in the words of this one."""


class Core(Corridor):
    def __init__(self, **changes: Any) -> None:
        super().__init__("gaitloop", **changes)
        self.trainer = Trainer(TrainerConfig(**self.config))

    def _ask(self, name: str, *what: Any) -> None:
        if name == "request_control":
            self.trainer.request_control(ControlConfig(**self.control(*what)))
        else:
            getattr(self.trainer, name)(*what)

    def run(self, r: Recorded) -> dict[str, np.ndarray]:
        return self.trainer.run(r.t, r.value, r.valid, r.stamp)


class Twin(Corridor):
    def __init__(self, **changes: Any) -> None:
        super().__init__("gaitloop.reference", **changes)
        rest = {"events": {"shared": False}, "phase": PHASE}
        self.trainer = reference_trainer.Trainer({"leg_weight": 0.5, **self.config, **rest})

    def _ask(self, name: str, *what: Any) -> None:
        if name == "request_control":
            self.trainer.request_control(**self.control(*what))
        elif name == "request_speed":
            self.trainer.request(speed=what[0])
        else:
            getattr(self.trainer, name)(*what)

    def run(self, r: Recorded) -> dict[str, np.ndarray]:
        floats, integers, told = [], [], []
        for row in range(len(r.t)):
            c = self.trainer.step(r.sample(row))
            flags = [float(c.support_mode), float(c.enable), float(c.clear), float(c.brake)]
            floats.append([*c.torque, c.belt_speed, c.support_force, *flags])
            integers.append([c.t, c.expiry, c.sequence, c.state, c.severity, c.cause, c.limits])
            seen = self.trainer.telemetry
            assert seen is not None
            told.append(np.concatenate([np.ravel(getattr(seen, name)) for name in COMPARED]))
        return {"command": np.array(floats), "command_integers": np.array(integers), "telemetry": np.array(told)}


@dataclass
class Recorded:
    t: np.ndarray
    value: np.ndarray
    valid: np.ndarray
    stamp: np.ndarray

    def rows(self, start: int, stop: int) -> Recorded:
        rows = slice(start, stop)
        return Recorded(self.t[rows].copy(), self.value[rows].copy(), self.valid[rows].copy(), self.stamp[rows].copy())

    def sample(self, row: int) -> Any:
        at = {name: (self.value[row, c], self.valid[row, c]) for name, c in COLUMNS.items()}
        groups = {
            name: SimpleNamespace(value=value, valid=valid, stamp=int(self.stamp[row, GROUPS[name]]))
            for name, (value, valid) in at.items()
        }
        return SimpleNamespace(t=int(self.t[row]), **groups)


@cache
def walked() -> Recorded:
    """Samples of a walk, 250 a second, so that the slow one of both corridors sees more of it."""
    presses = [("arm", 0.5, 0.55), ("start", 0.6, 0.65), ("stop", 20.0, 20.1)]
    patient = Patient.stroke(side="left", severity=0.5, seed=2).replace(mass=MASS, height=HEIGHT)
    block = Simulation(Core(tick=0.001).trainer, Plant(patient, Device.treadmill_exo(), seed=3), presses).run(21_000)
    recorded = Recorded(*(block[name][::4].copy() for name in ("t", "sample", "valid", "stamp")))
    # At 250 ticks a second the drives are left without a lease 5 ms later, and stop and come back as much later.
    before = recorded.t < 450_000_000
    stopped = (recorded.t >= 300_000_000) & (recorded.t <= 368_000_000)
    recorded.value[before, COLUMNS["drive_status"]] = np.where(stopped, -1.0, 0.0)[before, None]
    return recorded


@dataclass
class Walk:
    answers: list[str]
    states: list[str]
    told: dict[str, np.ndarray]
    pair: tuple[Core, Twin]


def walk(recorded: Recorded, asked: Sequence[tuple[int, Request]], **changes: Any) -> Walk:
    """Run both corridors, with the same requests before the same ticks, and compare."""
    pair = Core(**changes), Twin(**changes)
    blocks: tuple[list[Any], list[Any]] = ([], [])
    answers = []
    at = 0
    for tick, request in [*asked, (len(recorded.t), ())]:
        if tick > at:
            for corridor, block in zip(pair, blocks, strict=True):
                block.append(corridor.run(recorded.rows(at, tick)))
        at = tick
        if request:
            given = [corridor.ask(*request) for corridor in pair]
            assert given[0] == given[1]
            answers.append(given[0])
    got, want = ({name: np.concatenate([b[name] for b in block]) for name in RESULTS} for block in blocks)
    compare(got, want)
    told = {name: got["telemetry"][:, TOLD[core]] for name, (core, _) in AGREED.items()}
    return Walk(answers, [_core.STATES[state] for state in got["command_integers"][:, 3]], told, pair)


def compare(got: Mapping[str, np.ndarray], want: Mapping[str, np.ndarray]) -> None:
    np.testing.assert_array_equal(got["command_integers"], want["command_integers"])
    np.testing.assert_allclose(got["command"], want["command"], rtol=0, atol=TORQUE_ATOL)
    start = 0
    for name, (core, atol) in AGREED.items():
        here = got["telemetry"][:, TOLD[core]]
        there = want["telemetry"][:, start : start + here.shape[1]]
        np.testing.assert_allclose(here, there, rtol=1e-9 if name == "tau_cmd" else 0, atol=atol, err_msg=name)
        start += here.shape[1]
