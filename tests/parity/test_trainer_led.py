"""Ticks led by another controller against their reference: the trainer bit for bit, the controllers closely."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop import Simulation, Trainer, TrainerConfig, _core
from gaitloop.assist import BandLaw
from gaitloop.control import plate_path
from gaitloop.errors import ConfigError
from gaitloop.faults import CLASSES
from gaitloop.plant import Device, Fault, Patient, Plant, Sensors
from gaitloop.reference import assist as reference_assist
from gaitloop.reference import control as reference_control
from gaitloop.reference import lead as reference
from gaitloop.reference import safety as reference_safety
from gaitloop.reference import trainer as reference_trainer
from gaitloop.reference import trajectory as reference_trajectory
from gaitloop.safety import Envelope
from gaitloop.simulation import Lead
from gaitloop.trainer import _LED as PHASE
from gaitloop.trainer import ControlConfig
from gaitloop.trajectory import GaitPattern

sys.path.append(str(Path(__file__).resolve().parents[1]))
both = importlib.import_module("trainer_pair")
MASS, HEIGHT, TOLD = both.MASS, both.HEIGHT, both.TOLD
#: The curves of both sides are solved in different ways, and agree to a few units in the last place.
ATOL, TORQUE_ATOL = 1e-9, 1e-7  # [rad] or [rad/s], [N·m]
START = [("arm", 0.45, 0.5), ("start", 0.55, 0.6)]
NUMBERS = {
    "mass": MASS,
    "height": HEIGHT,
    "stiffness": np.full(6, 100.0),
    "damping": np.full(6, 2.0),
    "leg_weight": 0.0,
    "support_slew": 0.2,
    "engage_time": 0.6,
    "settle_time": 1.0,
    "speed": 0.3,  # no machine here has a belt, but the limiter of one
}
LEGS = {"stiffness": [400.0, 400.0, 0.0] * 2, "damping": [20.0, 15.0, 0.0] * 2}
PATH = plate_path(GaitPattern.koopman(0.4, HEIGHT).samples(64), HEIGHT, samples=64)
PLATES = {"stiffness": [3e4, 5e4, 600.0], "damping": [1e3, 1.2e3, 20.0], "max_force": [800.0, 1800.0, 150.0]}
RESULTS = ("command_integers", "command", "telemetry")


def device(kind: str) -> Device:
    return Device.end_effector(axes=True) if kind == "plates" else Device.overground_exo(pace=0.2)


def lead(kind: str, *, swing: float = 0.8, cycle: float = 2.0) -> Lead:
    if kind == "plates":
        return Lead.plates(PATH, **PLATES, cycle=cycle)
    pattern = GaitPattern.koopman(0.2, HEIGHT, foot_clearance=0.04)
    return Lead.steps(ControlConfig(pattern=pattern, **LEGS), swing=swing)


def twin_lead(kind: str, *, swing: float = 0.8, cycle: float = 2.0) -> reference.Steps | reference.PlatePath:
    if kind == "plates":
        return reference.PlatePath(reference_control.FootPlate(PATH, **PLATES), cycle)
    pattern = reference_trajectory.GaitPattern.koopman(0.2, HEIGHT, foot_clearance=0.04)
    return reference.Steps(pattern, **LEGS, swing=swing)


def limits(kind: str) -> dict[str, Any]:
    return dict(CLASSES["end_effector" if kind == "plates" else "overground_exo"].limits)


def numbers(kind: str) -> dict[str, Any]:
    return NUMBERS | {"kinds": tuple(device(kind).joints), "support_force": 220.0 if kind == "plates" else 0.0}


def session(kind: str, ticks: int, presses: list[Any], *faults: Fault) -> dict[str, Any]:
    """Samples, commands and telemetry of a machine that is led."""
    config = TrainerConfig(
        device=device(kind).declaration,
        pattern=GaitPattern.koopman(0.4, HEIGHT),
        envelope=Envelope(**limits(kind)),
        assist=BandLaw(**both.BAND),
        **numbers(kind),
    )
    sensors = Sensors(q_second=True, tau_interaction=True)
    plant = Plant(Patient.healthy(1).replace(mass=MASS, height=HEIGHT), device(kind), 1, sensors=sensors)
    machine = Simulation(Trainer(config), plant, [*START, *presses], lead(kind))
    machine.inject(faults)
    return machine.run(ticks)


def twin(kind: str) -> reference_trainer.Trainer:
    declared = device(kind).declaration
    told = {name: getattr(declared, name) for name in ("safe_profile", "tick", "watchdog", "digest")}
    return reference_trainer.Trainer(
        {
            "device": reference_safety.Declaration(**told),
            "pattern": reference_trajectory.GaitPattern.koopman(0.4, HEIGHT),
            "envelope": reference_safety.Envelope(**limits(kind)),
            "assist": reference_assist.BandLaw(**both.BAND),
            "events": {},
            "phase": PHASE,
            **numbers(kind),
        }
    )


def replayed(kind: str, block: dict[str, Any]) -> np.ndarray:
    """Lead the reference by what was asked, compare every bit, and give what the controller is told."""
    recorded = both.Recorded(*(block[name] for name in ("t", "sample", "valid", "stamp")))
    out = {name: block["out"][name] for name in RESULTS}
    names = ("tau_requested", "q_ref", "dq_ref", "guidance")
    trainer, told, got = twin(kind), [], {name: [] for name in RESULTS}
    driven = np.array(device(kind).joints) == "driven"
    for row in range(len(recorded.t)):
        asked = reference.Ask(*(out["telemetry"][row, TOLD[name]].copy() for name in names))

        asked.torque[~driven] = np.nan  # nothing may come of what is asked where no drive is

        def answer(now: reference.Now, asked: reference.Ask = asked) -> reference.Ask:
            told.append([*now.q, *now.dq, *now.foot_force, now.engagement, now.dt, 0.0])
            return asked

        c = trainer.step_led(recorded.sample(row), answer)
        flags = [float(c.support_mode), float(c.enable), float(c.clear), float(c.brake)]
        got["command"].append([*c.torque, c.belt_speed, c.support_force, *flags])
        got["command_integers"].append([c.t, c.expiry, c.sequence, c.state, c.severity, c.cause, c.limits])
        seen = trainer.telemetry
        assert seen is not None
        got["telemetry"].append(np.concatenate([np.ravel(getattr(seen, name)) for name in both.COMPARED]))
    for name in RESULTS[:2]:
        np.testing.assert_array_equal(out[name], np.array(got[name]), err_msg=name)
    start, want = 0, np.array(got["telemetry"])
    for name, (core, _) in both.AGREED.items():
        here = out["telemetry"][:, TOLD[core]]
        np.testing.assert_array_equal(here, want[:, start : start + here.shape[1]], err_msg=name)
        start += here.shape[1]
    np.testing.assert_array_equal(out["telemetry"][:, TOLD["engagement"]][:, 0], np.array(told)[:, 14])
    return np.array(told)


def assert_leads_alike(kind: str, told: np.ndarray) -> np.ndarray:
    """Both controllers ask for the same; give that."""
    got, mind, want = lead(kind)._core.run(told), twin_lead(kind), []
    for row in told:
        now = reference.Now(row[:6], row[6:12], row[12:14], float(row[14]), float(row[15]))
        want.append(np.concatenate(mind.ask(now, float(row[16]))))
    np.testing.assert_allclose(got[:, :6], np.array(want)[:, :6], rtol=1e-9, atol=TORQUE_ATOL)
    np.testing.assert_allclose(got[:, 6:], np.array(want)[:, 6:], rtol=0, atol=ATOL)
    return got


def states(block: dict[str, Any]) -> set[str]:
    return {_core.STATES[state] for state in block["out"]["command_integers"][:, 3]}


@pytest.mark.parametrize(("kind", "ticks"), [("plates", 6500), ("steps", 6000)])
def test_a_led_session_gives_the_same_commands(kind: str, ticks: int) -> None:
    block = session(kind, ticks, [("stop", 5.0, 5.1)])
    assert {"selftest", "standby", "armed", "run", "soft_stop"} <= states(block)
    told = replayed(kind, block)
    asked = assert_leads_alike(kind, told)
    if kind == "plates":
        np.testing.assert_array_equal(asked[:, 6:12], block["out"]["telemetry"][:, TOLD["q_ref"]])


STRIKES = {
    "feedback lost": ("CO1_feedback_lost", {}),
    "jump": ("SE3_jump", {"magnitude": 0.3}),
    "hard over": ("AC2_hard_over", {"magnitude": 1.0}),
}


@pytest.mark.parametrize("kind", ["plates", "steps"])
@pytest.mark.parametrize("strike", STRIKES)
def test_a_fault_in_a_led_tick_gives_the_same_stop(kind: str, strike: str) -> None:
    name, given = STRIKES[strike]
    block = session(kind, 2600, [], Fault(name, "knee_l", start=2.0, **given))
    replayed(kind, block)
    assert {"prot_stop", "safe"} & states(block)


def test_a_joint_that_stands_while_it_is_led_is_stuck_alike() -> None:
    frozen = [Fault("SE2_frozen", "knee_r", start=4.0, group=group) for group in ("q", "dq")]
    block = session("steps", 4500, [], *frozen)
    replayed("steps", block)
    causes = {_core.CAUSES[cause] for cause in block["out"]["command_integers"][:, 5]}
    assert causes == {"none", "encoder_stuck"}


def test_pain_and_an_open_chain_stop_a_led_machine_alike() -> None:
    for button, state in (("pain", "prot_stop"), ("estop_ok", "safe")):
        block = session("steps", 2300, [(button, 2.0, 2.1)])
        replayed("steps", block)
        assert state in states(block)


def shifting(rng: np.random.Generator, ticks: int) -> np.ndarray:
    """What a controller may be told: somebody who shifts their weight, leans, sits down; holes and odd ticks."""
    told = np.zeros((ticks, 17))
    told[:, :6], told[:, 6:12] = rng.normal(0.0, 0.3, (ticks, 6)), rng.normal(0.0, 1.0, (ticks, 6))
    blocks = ticks // 100
    told[:, 12:14] = rng.choice([0.0, 40.0, 200.0, 360.0, 500.0], (blocks, 2)).repeat(100, axis=0)
    told[:, 14] = rng.choice([0.0, 0.5, 1.0, 1.0, 1.0, 1.0], blocks // 5).repeat(500)
    told[500:5000, 14] = 1.0
    told[:, 15] = rng.choice([0.004, 0.0, 0.02], ticks, p=[0.97, 0.01, 0.02])
    told[:, 16] = rng.choice([0.0, -0.19, -0.21], blocks, p=[0.8, 0.1, 0.1]).repeat(100)
    told[:, :14] = np.where(rng.random((ticks, 14)) < 0.001, np.nan, told[:, :14])
    return told


@pytest.mark.parametrize("kind", ["plates", "steps"])
def test_leads_ask_for_the_same_whatever_they_are_told(kind: str) -> None:
    told = shifting(np.random.default_rng(3), 6000)
    asked = assert_leads_alike(kind, told)
    moves = np.abs(asked[:, 12:18]).max(axis=1) > 0.0
    begun = np.count_nonzero(np.diff(moves.astype(int)) == 1)
    assert begun == 1 if kind == "plates" else begun > 5
    assert moves.sum() > 1000


@pytest.mark.parametrize(("kind", "given"), [("steps", {"swing": 0.2}), ("plates", {"cycle": 21.0})])
def test_a_bad_duration_is_refused_alike(kind: str, given: dict[str, float]) -> None:
    said = []
    for make in (lead, twin_lead):
        with pytest.raises(ConfigError) as refusal:
            make(kind, **given)
        said.append(str(refusal.value))
    assert said[0] == said[1]
    assert said[0].startswith(next(iter(given)))


def test_what_a_lead_is_told_has_its_columns() -> None:
    with pytest.raises(ConfigError, match=r"^told must have shape \(T, 17\)"):
        lead("steps")._core.run(np.zeros((3, 16)))
