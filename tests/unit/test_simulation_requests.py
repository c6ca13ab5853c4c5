"""What a therapist asks of a simulated session while it runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gaitloop import Simulation, _core
from gaitloop.assist import CatchTrials
from gaitloop.control import PathControl, Resistance
from gaitloop.errors import ConfigError
from gaitloop.plant import Patient, Plant
from gaitloop.session.build import build_device, presses, trainer_config
from gaitloop.session.plan import demo_plan
from gaitloop.trainer import Trainer
from gaitloop.trajectory import GaitPattern

PLAN = demo_plan().change(duration=120.0)
AT = {name: slice(at, at + n) for name, at, n, _, _ in _core.TELEMETRY_FIELDS}


def walking(severity=0.4, ticks=25_000, **change):
    patient = Patient.stroke(severity=severity, seed=1).replace(
        mass=PLAN.patient["mass"], height=PLAN.patient["height"]
    )
    trainer = Trainer(dataclasses.replace(trainer_config(PLAN), **change))
    simulation = Simulation(trainer, Plant(patient, build_device(PLAN), 1), presses(PLAN))
    simulation.skip(ticks)
    return simulation


def column(block, name):
    return block["out"]["telemetry"][:, AT[name]]


def absurd(control):
    """Legal, and more than anyone would ask for."""
    path = PathControl(
        control.pattern.samples(64), weight=[10.0] * 6, window=0.01, band=0.005, stiffness=2000.0, wall_torque=300.0,
        damping=200.0, flow=50.0,
    )  # fmt: skip
    load = Resistance(viscous=[50.0] * 6, elastic=[500.0] * 6, speed=[50.0] * 6, follow=10.0, max_torque=[100.0] * 6)
    yield dataclasses.replace(control, stiffness=[2000.0] * 6, damping=[200.0] * 6)
    yield dataclasses.replace(control, path=path)
    yield dataclasses.replace(control, resistance=load)


@pytest.mark.parametrize("which", range(3), ids=["impedance", "path", "resistance"])
def test_an_absurd_law_is_faded_in_and_stays_within_the_envelope(which):
    simulation = walking()
    config = trainer_config(PLAN)
    simulation.request_control(list(absurd(config.control))[which])
    block = simulation.run(15_000)
    change, asked = column(block, "change")[:, 0], column(block, "tau_requested")
    assert 0.0 < change[0] <= 0.001 + 1e-12
    assert np.isfinite(asked).all()
    assert np.ptp([0.0, *column(block, "support").ravel(), 1.0]) == 1.0
    torque = block["out"]["command"][:, :6]
    limit = np.asarray(config.envelope.tau_max)
    assert (np.abs(torque) <= limit + 1e-9).all()
    slope = np.asarray(config.envelope.tau_rate_max) * 1e-3 + 1e-6  # towards zero the guard may be faster
    assert (torque[1:] <= np.maximum(torque[:-1], 0.0) + slope).all()
    assert (torque[1:] >= np.minimum(torque[:-1], 0.0) - slope).all()


def test_an_override_holds_and_is_given_back():
    simulation = walking()
    simulation.request_override("foot_clearance", "hold", 100.0)
    block = simulation.run(8000)
    assert (column(block, "support")[-1][[4, 11]] == 1.0).all()
    simulation.release_override("foot_clearance")
    with pytest.raises(ConfigError, match="mode must be one of"):
        simulation.request_override("all", "keep", 50.0)
    assert simulation.reliance() is None


def test_strides_without_support_are_seen_and_a_stop_gives_support_back():
    simulation = walking(catch=CatchTrials(period=6, seed=3, floor=[0.0] * 7), settle_time=2.0)
    simulation.request_override("all", "hold", 80.0)
    block = simulation.run(20_000)
    assert column(block, "catch_trial").any()
    assert simulation.reliance().strides.sum() > 0
    while not column(simulation.run(1), "catch_trial").any():
        assert simulation.t < 110e9
    simulation.request_stop()
    block = simulation.run(1500)
    assert not column(block, "catch_trial")[2:].any()
    assert column(block, "support")[-1] == pytest.approx(0.8)


def test_a_pattern_slower_than_the_belt_is_refused():
    simulation = walking()
    control = trainer_config(PLAN).control
    simulation.request_speed(0.1)
    simulation.skip(10)
    slow = dataclasses.replace(control, pattern=GaitPattern.koopman(0.3, 1.75))
    with pytest.raises(ConfigError, match=r"pattern.speed must lie in \[0\.[4-9]"):
        simulation.request_control(slow)
