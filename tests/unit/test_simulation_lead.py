"""Controllers in place of the trainer's own law, and foot plates as axes."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.errors import ConfigError
from gaitloop.faults import CLASSES, Campaign
from gaitloop.plant import Device, Fault, Patient, Plant, Sensors
from gaitloop.simulation import Lead
from gaitloop.trainer import ControlConfig
from gaitloop.trajectory import GaitPattern

COLUMNS = {name: slice(start, start + length) for name, start, length, *_ in _core.WATCH_FIELDS}
CONTROL = ControlConfig(
    pattern=GaitPattern.koopman(0.2, 1.75), stiffness=[400.0, 400.0, 0.0] * 2, damping=[20.0, 15.0, 0.0] * 2
)
FLAT = np.zeros((8, 2, 3))
SPRINGS = ([3e4, 5e4, 600.0], [1e3, 1.2e3, 20.0], [800.0, 1800.0, 150.0])
BAD = {
    "swing": lambda: Lead.steps(CONTROL, swing=0.2),
    "cycle": lambda: Lead.plates(FLAT, *SPRINGS, cycle=0.4),
    "path": lambda: Lead.plates(FLAT[:, :, :2], *SPRINGS, cycle=3.0),
    "max_force": lambda: Lead.plates(FLAT, *SPRINGS[:2], [800.0, 1800.0, 301.0], cycle=3.0),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_named(name):
    with pytest.raises(ConfigError, match=f"^{name} "):
        BAD[name]()


def test_plates_are_axes_when_asked_for():
    assert Device.end_effector().joints == ["absent"] * 6
    assert Device.end_effector(axes=True).joints == ["driven"] * 6
    plant = Plant(Patient.healthy(1), Device.end_effector(axes=True), sensors=Sensors(tau_interaction=True))
    value = plant.measure(0).value
    assert np.allclose(value[:6], plant.fittings().plate_pose.ravel(), atol=1e-4)


def test_torque_of_axes_is_force_of_plates():
    ours, theirs = (Plant(Patient.healthy(1), Device.end_effector(axes=axes), 3) for axes in (True, False))
    torque = np.array([5.0, 40.0, 3.0, -4.0, 35.0, -2.0])
    for _ in range(300):
        ours.advance(torque)
        theirs.advance(np.zeros(6), plate_force=(torque * [10.0, 10.0, 1.0, 10.0, 10.0, 1.0]).reshape(2, 3))
    assert np.array_equal(ours.look().q, theirs.look().q)
    assert np.array_equal(ours.fittings().plate_pose, theirs.fittings().plate_pose)
    assert ours.fittings().plate_pose[0, 2] != 0.0


@pytest.mark.parametrize("device", CLASSES)
def test_torque_fades_where_readings_are_too_old(device):
    """What is known of a joint stays what it was, stamps included; a damper would push with the last velocity."""
    campaign = Campaign(device=device)
    kind = campaign.kind
    walker = kind.walker(0.0, 1, Sensors(q_second=True, tau_interaction=True))
    walker.skip(24_321)
    walker.inject([Fault("CO1_feedback_lost", kind.driven[1], start=walker.t * 1e-9)])
    rows = walker.watch(200, True)
    torque = rows[:, COLUMNS["torque"]]
    state = rows[:, COLUMNS["state"]][:, 0]
    stopped = int(np.argmax(state == _core.STATES.index("prot_stop")))
    assert stopped == 11
    assert np.abs(torque[stopped - 1]).max() > 0.0
    assert (torque[stopped + 51 :] == 0.0).all()
    damps = state == _core.STATES.index("prot_stop")
    along = torque * rows[:, COLUMNS["dq"]] > 0.0
    assert not along[damps].any()
