"""The compiled corridor against its reference: the same samples, the same commands."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gaitloop import Simulation, Trainer, TrainerConfig, _core
from gaitloop.assist import BandLaw
from gaitloop.control import Compensation
from gaitloop.events import ForceContacts, JointContacts
from gaitloop.plant import Device, Patient, Plant, Sensors
from gaitloop.reference import assist as reference_assist
from gaitloop.reference import safety as reference_safety
from gaitloop.reference import trainer as reference_trainer
from gaitloop.reference import trajectory as reference_trajectory
from gaitloop.safety import Declaration, Envelope
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import _LED as PHASE
from gaitloop.trajectory import GaitPattern

# The tick's arithmetic agrees to a few units in the last place; a closed loop over thousands of ticks adds them up.
TORQUE_ATOL = 1e-7  # [N·m]
ANGLE_ATOL = 1e-9  # [rad], phases alike

SPEED, MASS, HEIGHT = 0.8, 75.0, 1.75
BAND = {
    "lower": np.append(np.radians([2.15, 1.75, 4.29, 4.30, 4.52]), [0.025, 0.02]),
    "upper": np.append(np.radians([3.58, 2.92, 7.16, 7.16, 7.54]), [0.0417, 0.033]),
    "step_up": 0.05,
    "step_down": 0.05,
    "floor": 0.2,
    "ceiling": 1.0,
    "initial": 0.8,
}
NUMBERS = {
    "mass": MASS,
    "height": HEIGHT,
    "stiffness": np.array([500.0, 800.0, 100.0] * 2),
    "damping": np.array([35.0, 10.0, 2.0] * 2),
    "leg_weight": 0.4,
    "support_slew": 0.3,
    "engage_time": 0.8,
    "settle_time": 2.0,
    "speed": SPEED,
    "support_force": 220.0,
}
KINDS = ("driven", "driven", "sensed") * 2
COLUMNS = {name: slice(start, start + length) for name, start, length, _, _ in _core.SAMPLE_FIELDS}
GROUPS = {name: i for i, (name, *_) in enumerate(_core.SAMPLE_FIELDS)}


@dataclass
class Recorded:
    t: np.ndarray
    value: np.ndarray
    valid: np.ndarray
    stamp: np.ndarray

    def copy(self, rows: slice) -> Recorded:
        return Recorded(self.t[rows].copy(), self.value[rows].copy(), self.valid[rows].copy(), self.stamp[rows].copy())


#: A device that weighs and rubs, for a trainer that no foot is felt by.
BURDEN = {
    "gravity": np.array([[1.0, 9.0, 4.0, 0.5, 0.2, 0.1], [2.0, 8.0, 3.0, 0.0, 0.0, 0.0]]),
    "coulomb": np.array([2.0, 1.5, 0.5] * 2),
    "viscous": np.array([1.0, 0.8, 0.2] * 2),
    "inertia": np.zeros(6),
    "max_torque": np.array([20.0, 6.0, 10.0] * 2),
    "friction_speed": 0.02,
    "inertia_share": 0.0,
}


def declared() -> dict[str, Any]:
    """What the simulated device declares, in plain numbers."""
    told = Device.treadmill_exo().declaration
    return {name: getattr(told, name) for name in ("safe_profile", "tick", "watchdog", "digest")}


def compiled(*, blind: bool = False, **device: Any) -> Trainer:
    blinded = {"contacts": JointContacts(), "compensation": Compensation(**BURDEN)} if blind else {}
    return Trainer(
        TrainerConfig(
            kinds=KINDS,
            device=Declaration(**{**declared(), **device}) if device else Device.treadmill_exo().declaration,
            pattern=GaitPattern.koopman(SPEED, HEIGHT, foot_clearance=0.03),
            envelope=Envelope(**demo_plan().limits),
            assist=BandLaw(**BAND),
            **({"contacts": ForceContacts(shared=False)} | blinded),
            **NUMBERS,
        )
    )


def reference(*, blind: bool = False, **device: Any) -> reference_trainer.Trainer:
    return reference_trainer.Trainer(
        {
            **({"joint_events": {}, "compensation": BURDEN} if blind else {}),
            "kinds": KINDS,
            "device": reference_safety.Declaration(**{**declared(), **device}),
            "pattern": reference_trajectory.GaitPattern.koopman(SPEED, HEIGHT, foot_clearance=0.03),
            "envelope": reference_safety.Envelope(**demo_plan().limits),
            "assist": reference_assist.BandLaw(**BAND),
            "events": {"shared": False},
            "phase": PHASE,
            **NUMBERS,
        }
    )


def whole_session(sensors: Sensors) -> Recorded:
    """Samples of a whole short session: boot, arm, start, walk, soft stop."""
    presses = [("arm", 0.45, 0.5), ("start", 0.55, 0.6), ("stop", 13.3, 13.4)]
    patient = Patient.stroke(side="left", severity=0.5, seed=2).replace(mass=MASS, height=HEIGHT)
    plant = Plant(patient, Device.treadmill_exo(), seed=3, sensors=sensors)
    block = Simulation(compiled(), plant, presses).run(16_300)
    return Recorded(block["t"], block["sample"], block["valid"], block["stamp"])


@pytest.fixture(scope="module")
def session() -> Recorded:
    return whole_session(Sensors())


def sample_of(recorded: Recorded, row: int) -> Any:
    groups = {
        name: SimpleNamespace(
            value=recorded.value[row, columns],
            valid=recorded.valid[row, columns],
            stamp=int(recorded.stamp[row, GROUPS[name]]),
        )
        for name, columns in COLUMNS.items()
    }
    return SimpleNamespace(t=int(recorded.t[row]), **groups)


@dataclass
class Walked:
    """A reference that has stepped through samples, and what it told."""

    twin: reference_trainer.Trainer
    floats: list[list[float]] = field(default_factory=list)
    integers: list[list[int]] = field(default_factory=list)
    thoughts: list[list[float]] = field(default_factory=list)

    def through(self, recorded: Recorded) -> Walked:
        """Step through the samples that it has not seen."""
        for row in range(len(self.floats), len(recorded.t)):
            c = self.twin.step(sample_of(recorded, row))
            flags = [float(c.support_mode), float(c.enable), float(c.clear), float(c.brake)]
            self.floats.append([*c.torque, c.belt_speed, c.support_force, *flags])
            self.integers.append([c.t, c.expiry, c.sequence, c.state, c.severity, c.cause, c.limits])
            seen = self.twin.telemetry
            self.thoughts.append([*seen.phase, *seen.phase_rate, *seen.confidence, *seen.mode, *seen.q_ref])
        return self


def assert_same(recorded: Recorded, begun: Walked | None = None, **device: Any) -> np.ndarray:
    """Run both over the samples; give the states seen. A reference that has begun them goes on."""
    block = compiled(**device).run(recorded.t, recorded.value, recorded.valid, recorded.stamp)
    told = (begun or Walked(reference(**device))).through(recorded)
    np.testing.assert_array_equal(block["command_integers"], np.array(told.integers))
    np.testing.assert_allclose(block["command"], np.array(told.floats), rtol=0, atol=TORQUE_ATOL)
    np.testing.assert_allclose(block["telemetry"][:, :14], np.array(told.thoughts), rtol=0, atol=ANGLE_ATOL)
    return block["command_integers"][:, 3]


@pytest.fixture(scope="module")
def walking(session: Recorded) -> Walked:
    """The reference after two seconds, in motion."""
    return Walked(reference()).through(session.copy(slice(0, 2000)))


def test_a_whole_session_gives_the_same_commands(session: Recorded) -> None:
    states = assert_same(session)
    names = {_core.STATES[state] for state in states}
    assert {"selftest", "standby", "armed", "run", "soft_stop"} <= names


def test_contacts_of_the_joints_and_a_burden_give_the_same_commands(session: Recorded) -> None:
    recorded = session.copy(slice(0, 3600))
    plain = compiled().run(recorded.t, recorded.value, recorded.valid, recorded.stamp)
    block = compiled(blind=True).run(recorded.t, recorded.value, recorded.valid, recorded.stamp)
    assert np.abs(block["command"][:, :6] - plain["command"][:, :6]).max() > 2.0
    assert_same(recorded, blind=True)


def break_value(name: str, value: float) -> Any:
    def apply(r: Recorded, rows: slice) -> None:
        r.value[rows, COLUMNS[name]] = value

    return apply


def drop(name: str) -> Any:
    def apply(r: Recorded, rows: slice) -> None:
        r.valid[rows, COLUMNS[name]] = False

    return apply


def press(*names: str) -> Any:
    def apply(r: Recorded, rows: slice) -> None:
        for name in names:
            r.value[rows, COLUMNS["buttons"].start + _core.BUTTONS.index(name)] = 1.0

    return apply


def shift_time(step: int) -> Any:
    def apply(r: Recorded, rows: slice) -> None:
        r.t[rows.start :] += step

    return apply


def age(name: str, step: int) -> Any:
    def apply(r: Recorded, rows: slice) -> None:
        r.stamp[rows, GROUPS[name]] -= step

    return apply


FAULTS = {
    "joint angles not a number": break_value("q", np.nan),
    "joint velocities infinite": break_value("dq", np.inf),
    "huge angles": break_value("q", 1e308),
    "out of range": break_value("q", 1.2),
    "fast": break_value("dq", 9.0),
    "no angles": drop("q"),
    "no foot forces": drop("foot_force"),
    "no belt": drop("belt_speed"),
    "wrong belt": break_value("belt_speed", 0.2),
    "sunk": break_value("rope_position", 0.3),
    "drive off": break_value("drive_status", 0.0),
    "drive in trouble": break_value("drive_status", -8.0),
    "bus late": break_value("drive_status", 2.0),
    "bus still late": break_value("drive_status", 3.0),
    "emergency stop and all buttons": break_value("buttons", 0.0),
    "no buttons": drop("buttons"),
    "pain": press("pain"),
    "stop and start": press("stop", "start", "arm"),
    "time stands": shift_time(-1_000_000),
    "time runs back": shift_time(-400_000_000),
    "time jumps": shift_time(300_000_000),
    "old angles": age("q", 20_000_000),
    "angles from the future": age("q", -20_000_000),
}


@pytest.mark.parametrize("length", [1, 400])
@pytest.mark.parametrize("name", FAULTS)
def test_faults_in_motion_give_the_same_stop(session: Recorded, walking: Walked, name: str, length: int) -> None:
    recorded = session.copy(slice(0, 2700))
    FAULTS[name](recorded, slice(2000, 2000 + length))
    assert_same(recorded, deepcopy(walking))


@pytest.mark.parametrize("status", [-8.0, 0.0, 1.0, 2.0, 3.0])
def test_what_a_drive_tells_before_training_is_judged_alike(session: Recorded, status: float) -> None:
    before = assert_same(session.copy(slice(0, 1500)))
    for state in ("standby", "armed"):
        row = int(np.flatnonzero(before == _core.STATES.index(state))[0]) + 1
        recorded = session.copy(slice(0, row + 50))
        recorded.value[row:, COLUMNS["drive_status"].start + 1] = status
        told = _core.STATES[assert_same(recorded)[row]]
        stop = {"standby": "safe", "armed": "prot_stop"}[state] if status < 0.0 else "standby"
        assert told == (stop if status < 0.0 or status >= 2.0 else state)


@pytest.mark.parametrize(
    "device", [{"safe_profile": "lock_brake"}, {"safe_profile": "controlled_lower", "lower_deadline": 0.4}]
)
@pytest.mark.parametrize("fault", [None, "pain", "no angles"])
def test_every_safe_profile_comes_to_rest_alike(session: Recorded, device: dict[str, Any], fault: str | None) -> None:
    recorded = session.copy(slice(0, 4200))
    if fault is None:
        press("stop")(recorded, slice(2000, 2100))
    else:
        FAULTS[fault](recorded, slice(2000, 2100))
    states = assert_same(recorded, **device)
    assert {4, 6 if fault is None else 7} <= set(states.tolist())


def test_hostile_bits_give_the_same_commands(session: Recorded) -> None:
    recorded = session.copy(slice(0, 3000))
    rng = np.random.default_rng(7)
    rows = rng.integers(100, 3000, 400)
    columns = rng.integers(0, recorded.value.shape[1], 400)
    recorded.value[rows, columns] = rng.integers(0, 2**63, 400).view(np.float64) * rng.choice([-1.0, 1.0], 400)
    recorded.valid[rng.integers(0, 3000, 300), rng.integers(0, recorded.value.shape[1], 300)] = False
    assert_same(recorded)


def test_second_sensors_and_torques_are_read_alike() -> None:
    recorded = whole_session(Sensors(q_second=True, tau_interaction=True))
    assert {4, 6} <= set(assert_same(recorded).tolist())
    for name, off in {"q_second": 0.1, "tau_interaction": 20.0}.items():
        wrong = recorded.copy(slice(0, 3000))
        wrong.value[2500:, COLUMNS[name].start + 1] += off
        stopped = assert_same(wrong)
        assert stopped[stopped > 6][0] == {"q_second": 7, "tau_interaction": 8}[name]


def test_a_stop_for_the_muscles_yields_alike(session: Recorded) -> None:
    recorded = session.copy(slice(0, 4600))
    # Clonus of the left ankle at 6 Hz, which is only sensed, and a knee that goes on moving when all is stopped.
    s, rows = 0.001 * np.arange(2400), slice(2200, 4600)
    recorded.value[rows, COLUMNS["q"].start + 2] += 0.05 * np.sin(12.0 * np.pi * s)
    recorded.value[rows, COLUMNS["dq"].start + 2] += 0.6 * np.pi * np.cos(12.0 * np.pi * s)
    states = assert_same(recorded)
    block = compiled().run(recorded.t, recorded.value, recorded.valid, recorded.stamp)
    stopped = np.flatnonzero(states == _core.STATES.index("prot_stop"))
    assert _core.CAUSES[block["command_integers"][stopped[0], 5]] == "clonus"
    # Past the way from the torque before, nothing is more than the damping that yields.
    late = stopped[100:]
    damped = demo_plan().limits["yield_damping"] * np.abs(recorded.value[late, COLUMNS["dq"]])
    torque = np.abs(block["command"][late, :6])
    assert (torque <= damped + 1e-6).all()
    assert (torque[:, :2] > 0.5 * damped[:, :2]).any(axis=0).all()


def test_held_stuck_and_unreadable_buttons_mean_the_same(session: Recorded) -> None:
    recorded = session.copy(slice(0, 4000))
    rng, columns = np.random.default_rng(5), COLUMNS["buttons"]
    names = list(_core.BUTTONS)
    for name, rate in {"arm": 0.02, "start": 0.02, "stop": 0.01, "reset": 0.02}.items():
        column = columns.start + names.index(name)
        recorded.value[:, column] = np.cumsum(rng.random(4000) < rate) % 2
        recorded.valid[:, column] = rng.random(4000) > 0.02
    states = assert_same(recorded)
    assert {1, 2, 3, 4, 6} <= set(states.tolist())
