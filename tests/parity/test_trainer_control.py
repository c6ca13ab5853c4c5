"""The compiled corridor against its reference while laws, reference and support are changed in motion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gaitloop import Simulation, Trainer, TrainerConfig, _core
from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Patient, Plant
from gaitloop.reference import trainer as reference_trainer
from gaitloop.session.plan import demo_plan
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
    "settle_time": 0.2,
    "speed": SPEED,
    "support_force": 220.0,
}
PATH = {
    "weight": np.array([1.0, 0.8, 0.0] * 2),
    "window": 0.1,
    "band": 0.05,
    "stiffness": 300.0,
    "wall_torque": 60.0,
    "damping": 8.0,
    "flow": 10.0,
}
LIFT = {"mass": MASS, "height": HEIGHT, "driven": np.ones(6), "clearance": 0.04, "lift_height": 0.12}
LOAD = {
    "viscous": np.array([2.0, 1.0, 3.0] * 2),
    "elastic": np.array([30.0, 20.0, 10.0] * 2),
    "speed": np.full(6, 0.5),
    "follow": 0.4,
    "max_torque": np.full(6, 15.0),
}
#: A control set in plain numbers: the same for both corridors.
FIRST: dict[str, Any] = {
    "pattern": {"speed": SPEED, "height": HEIGHT, "foot_clearance": 0.03},
    "stiffness": np.array([500.0, 800.0, 100.0] * 2),
    "damping": np.array([35.0, 10.0, 2.0] * 2),
    "leg_weight": 0.4,
}
STIFFER = FIRST | {"stiffness": 1.6 * FIRST["stiffness"], "damping": 0.5 * FIRST["damping"], "leg_weight": 0.1}
ALONG = FIRST | {"path": PATH}
HELPED = FIRST | {"foot_lift": LIFT, "resistance": LOAD}
OTHER = FIRST | {"pattern": {"speed": 1.0, "height": 1.62, "pelvic_tilt": 0.2}}
SLOWER = FIRST | {"pattern": {"speed": 0.5, "height": HEIGHT}}
EVERYTHING = STIFFER | OTHER | {"path": PATH, "foot_lift": LIFT, "resistance": LOAD}
QUICK = {"time": 0.05, "rate": [4000.0] * 6, "energy": 20.0, "power": 20.0}

COLUMNS = {name: slice(start, start + length) for name, start, length, _, _ in _core.SAMPLE_FIELDS}
GROUPS = {name: i for i, (name, *_) in enumerate(_core.SAMPLE_FIELDS)}
TOLD = {name: slice(start, start + length) for name, start, length, _, _ in _core.TELEMETRY_FIELDS}
RESULTS = ("command_integers", "command", "telemetry")
Request = tuple[Any, ...]
LAWS = {"path": "PathControl", "foot_lift": "FootLift", "resistance": "Resistance"}
TRACE = np.array(
    [GaitPattern.koopman(speed=0.7, height=HEIGHT).evaluate_sides([at, at])[0] for at in np.arange(64) / 64]
)


class Corridor:
    """One of both corridors, asked and told in the same words."""

    def __init__(self, package: str, **changes: Any) -> None:
        self.rooms = {
            room: import_module(f"{package}.{room}") for room in ("trajectory", "control", "assist", "safety", "events")
        }
        law = changes.pop("control", FIRST)
        extra = {name: self.law(name, numbers) for name, numbers in changes.items() if name in ("change", "catch")}
        numbers = {name: value for name, value in changes.items() if name not in extra}
        self.config = {
            **self.control(law),
            **NUMBERS,
            **numbers,
            **extra,
            "kinds": KINDS,
            "envelope": self.rooms["safety"].Envelope(**demo_plan().limits),
            "assist": self.rooms["assist"].BandLaw(**BAND),
        }

    def law(self, name: str, numbers: Mapping[str, Any]) -> Any:
        if name == "catch":
            return self.rooms["assist"].CatchTrials(**numbers)
        if name == "change":
            return self.rooms["control"].Fader(**numbers)
        given = {"path": TRACE, **numbers} if name == "path" else numbers
        return getattr(self.rooms["control"], LAWS[name])(**given)

    def control(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        pattern, made = wanted["pattern"], self.rooms["trajectory"].GaitPattern
        chosen = made.from_table(**pattern) if "angles" in pattern else made.koopman(**pattern)
        laws = {name: self.law(name, wanted[name]) for name in LAWS if name in wanted}
        return {**wanted, "pattern": chosen, **laws}

    def ask(self, name: str, *what: Any) -> str:
        """Ask for something in motion; give the refusal, or nothing."""
        try:
            self._ask(name, *what)
        except ConfigError as refusal:
            return str(refusal)
        return ""

    def _ask(self, name: str, *what: Any) -> None:
        raise NotImplementedError


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
        rest = {"events": {"shared": False}, "phase": {"phase_gain": 0.3, "dead_zone": 0.0}}
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
            floats.append([*c.torque, c.belt_speed, c.support_force, float(c.support_mode), float(c.enable)])
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


@pytest.fixture(scope="module")
def session() -> Recorded:
    """Samples of a walk: boot, arm, start, soft stop."""
    presses = [("arm", 0.15, 0.2), ("start", 0.25, 0.3), ("stop", 10.0, 10.1)]
    patient = Patient.stroke(side="left", severity=0.5, seed=2).replace(mass=MASS, height=HEIGHT)
    block = Simulation(Core().trainer, Plant(patient, Device.treadmill_exo(), seed=3), presses).run(11_000)
    return Recorded(block["t"], block["sample"], block["valid"], block["stamp"])


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
}
COMPARED = tuple(AGREED)


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


def asks(*requests: tuple[int, Mapping[str, Any]]) -> list[tuple[int, Request]]:
    return [(tick, ("request_control", wanted)) for tick, wanted in requests]


def fades(told: Mapping[str, np.ndarray]) -> int:
    """How many changes came to their end."""
    w = told["change"][:, 0]
    return int(((w[:-1] > 0.0) & (np.diff(w) < 0.0)).sum())


CHANGES = {
    "stiffer springs": (asks((1500, STIFFER)), 1),
    "along a path and back": (asks((1400, ALONG), (2800, FIRST)), 2),
    "a lift and a load added and taken away": (asks((1500, HELPED), (2900, FIRST)), 2),
    "another person's pattern": (asks((1500, OTHER)), 1),
    "several within a fade": (asks((1300, STIFFER), (1400, HELPED), (1500, ALONG), (1900, OTHER)), 3),
    "all at once": (asks((1300, EVERYTHING)), 1),
    "while standing": (asks((0, STIFFER), (60, ALONG), (180, OTHER)), 2),
    "twice before a tick": (asks((1500, STIFFER), (1500, OTHER), (1500, ALONG)), 2),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_in_motion_give_the_same_commands(session: Recorded, name: str) -> None:
    asked, ends = CHANGES[name]
    walked = walk(session.rows(0, 4000), asked)
    assert not any(walked.answers)
    assert fades(walked.told) == ends
    assert walked.states[-1] == "run"


def test_a_quick_change_before_the_start_sets_the_first_phase(session: Recorded) -> None:
    walked = walk(session.rows(0, 1500), asks((120, EVERYTHING)), change=QUICK)
    plain = walk(session.rows(0, 1500), [], change=QUICK)
    start = walked.states.index("run")
    assert fades(walked.told) == 1
    assert walked.told["change"][start] == 0.0
    assert (walked.told["phase"][start + 1] != plain.told["phase"][start + 1]).any()


def test_a_trainer_may_begin_with_every_law(session: Recorded) -> None:
    walked = walk(session.rows(0, 2500), asks((1500, FIRST)), control=EVERYTHING, change=QUICK)
    assert fades(walked.told) == 1


def test_what_waits_is_the_newest_and_bounds_the_belt(session: Recorded) -> None:
    asked: list[tuple[int, Request]] = [
        *asks((1300, OTHER), (1350, EVERYTHING), (1400, SLOWER)),
        (1400, ("request_speed", 0.9)),  # the set in use is for 0.8 m/s
        (1400, ("request_speed", 0.4)),
        *asks((1450, SLOWER)),  # waits
        (1500, ("request_speed", 0.6)),
        *asks((1550, OTHER)),  # the one that waited is forgotten
        (1600, ("request_speed", 0.6)),
        (1600, ("request_speed", 0.9)),
        (3999, ("request_speed", 0.9)),
    ]
    walked = walk(session.rows(0, 4000), asked)
    assert walked.answers == [
        *("", "", "pattern.speed must lie in [0.8, 3], got 0.5"),
        *("speed must lie in [0, 0.8], got 0.9", "", "", "speed must lie in [0, 0.5], got 0.6", "", ""),
        *("speed must lie in [0, 0.8], got 0.9", ""),
    ]


TABLE = {"angles": TRACE, "stride_time": 1.4}
REFUSED = {
    "leg_weight must lie in [0, 1], got 1.5": {"leg_weight": 1.5, "stiffness": np.full(6, -1.0)},
    "leg_weight must lie in [0, 1], got NaN": {"leg_weight": np.nan},
    "pattern must have a speed, got none": {"pattern": TABLE, "stiffness": np.full(6, -1.0)},
    "pattern.speed must lie in [0.05, 3], got 4": {"pattern": TABLE | {"speed": 4.0}, "damping": np.full(6, -1.0)},
    "pattern.speed must lie in [0.8, 3], got 0.7": {"pattern": TABLE | {"speed": 0.7}},
    "stiffness must lie in [0, 2000], got 2001 at index 2": {
        "stiffness": np.array([1.0, 1.0, 2001.0] * 2),
        "damping": np.full(6, -1.0),
    },
    "damping must lie in [0, 200], got NaN at index 0": {"damping": np.full(6, np.nan)},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_changes_nothing(session: Recorded, message: str) -> None:
    walked = walk(session.rows(0, 700), asks((600, FIRST | REFUSED[message])))
    assert walked.answers == [message]
    assert (walked.told["change"] == 0.0).all()


def spoil(recorded: Recorded, rows: slice, seed: int) -> None:
    """Make some readings any number, absent, late or early."""
    rng = np.random.default_rng(seed)
    n = (rows.stop - rows.start) // 3
    at = rng.integers(rows.start, rows.stop, n)
    columns = rng.integers(0, COLUMNS["rope_position"].stop, n)
    recorded.value[at, columns] = rng.integers(0, 2**63, n).view(np.float64) * rng.choice([-1.0, 1.0], n)
    recorded.valid[rng.integers(rows.start, rows.stop, n), rng.integers(0, COLUMNS["belt_speed"].stop, n)] = False
    recorded.t[rng.integers(rows.start, rows.stop, n // 10)] += rng.integers(-3_000_000, 3_000_000, n // 10)


HOSTILE = {
    "not a number": lambda r, rows: r.value[rows, COLUMNS["q"]].__setitem__(slice(None), np.nan),
    "a jump of a knee": lambda r, rows: r.value[rows, COLUMNS["q"]].__setitem__((slice(None), 1), 0.1),
    "no foot forces": lambda r, rows: r.valid[rows, COLUMNS["foot_force"]].__setitem__(slice(None), False),
    "a tick of everything huge": lambda r, rows: r.value[rows.start, : COLUMNS["belt_speed"].stop].fill(1e308),
    "any bits": lambda r, rows: spoil(r, rows, 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_samples_in_a_change_give_the_same_commands(session: Recorded, name: str) -> None:
    recorded = session.rows(0, 2400)
    HOSTILE[name](recorded, slice(1700, 1900))
    walk(recorded, asks((1500, EVERYTHING), (1800, STIFFER), (1850, FIRST)))


@pytest.mark.parametrize("seed", [1, 2])
def test_requests_at_any_time_give_the_same_commands(session: Recorded, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = (FIRST, STIFFER, ALONG, HELPED, OTHER, SLOWER, EVERYTHING)
    asked: list[tuple[int, Request]] = []
    for tick in sorted(rng.integers(0, 3500, 14).tolist()):
        speed = ("request_speed", float(rng.choice([0.4, 0.8, 0.9])))
        asked.append((tick, ("request_control", kinds[rng.integers(7)]) if rng.random() < 0.8 else speed))
    change = {"time": 0.2, "rate": [600.0] * 6, "energy": 0.5, "power": 1.0}
    assert fades(walk(session.rows(0, 3500), asked, change=change).told) > 2


OVERRIDES: list[tuple[int, Request]] = [
    (100, ("request_override", "foot_clearance", "floor", 100.0)),
    (1500, ("request_override", "foot_clearance", "ceiling", 90.0)),
    (1500, ("request_override", "leading_limb", "hold", 10.0)),
    (2500, ("request_override", "all", "ceiling", 50.0)),
    (2500, ("request_override", "clearance", "hold", 3.0)),
    (2500, ("request_override", "step_length", "hold", 50.0)),
    (2500, ("request_override", "toes", "hold", 50.0)),
    (2500, ("request_override", "all", "push", 50.0)),
    (2500, ("request_override", "trailing_limb", "hold", 101.0)),
    (2500, ("release_override", "clearance")),
    (2600, ("release_override", "foot_clearance")),
    (2600, ("request_override", "all", "ceiling", 50.0)),
    (2600, ("request_override", "stance_stability", "floor", 40.0)),
    (6500, ("release_override", "leading_limb")),
    (7000, ("release_override", "all")),
]


def test_a_therapist_and_catch_strides_give_the_same_supports(session: Recorded) -> None:
    catch = {"period": 6, "seed": 11, "floor": np.array([0.0, 0.1, 0.2, 0.3, 0.0, 0.5, 1.0])}
    recorded = session.rows(0, 10_000)
    walked = walk(recorded, [*OVERRIDES, *asks((8000, HELPED))], catch=catch, catch_slew=0.9)
    refused = [answer for answer in walked.answers if answer]
    subtasks = ", ".join(import_module("gaitloop.reference.control").SUBTASKS)
    assert refused == [
        "floor must lie below ceiling, got 100 and 90",
        "floor must lie below ceiling, got 100 and 50",
        f"target must be one of {subtasks}, all, got clearance",
        f"target must be one of {subtasks}, all, got step_length",
        f"target must be one of {subtasks}, all, got toes",
        "mode must be one of hold, floor, ceiling, got push",
        "trailing_limb must lie in [0, 100], got 101",
        f"target must be one of {subtasks}, all, got clearance",
    ]
    trials = (np.diff(walked.told["catch_trial"], axis=0) > 0.0).sum(axis=0)
    assert trials.sum() >= 2
    reliance = walked.pair[0].trainer.reliance()
    assert reliance is not None
    want = walked.pair[1].trainer._supports.catch.reliance()
    for name in ("strides", "mean", "error"):
        np.testing.assert_allclose(getattr(reliance, name), getattr(want, name), rtol=0, atol=1e-9)


@pytest.mark.parametrize("bad", [0.1, 6.0, np.nan])
def test_a_slew_of_catch_strides_out_of_range_is_refused(bad: float) -> None:
    said = []
    for made in (Core, Twin):
        with pytest.raises(ConfigError, match=r"^catch_slew must lie in \[0.2, 5\]") as refusal:
            made(catch_slew=bad)
        said.append(str(refusal.value))
    assert said[0] == said[1]
