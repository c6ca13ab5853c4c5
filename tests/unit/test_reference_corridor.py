"""Events and the corridor of the reference."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference._conventions import EventKind
from gaitloop.reference.assist import BandLaw
from gaitloop.reference.events import ForceContacts
from gaitloop.reference.safety import Cause, Declaration, Envelope, State
from gaitloop.reference.trainer import Trainer
from gaitloop.reference.trajectory import GaitPattern

MS = 1_000_000
ONE = np.ones(6)
SIZES = {
    "q": 6,
    "dq": 6,
    "foot_force": 2,
    "belt_speed": 1,
    "rope_force": 1,
    "rope_position": 1,
    "buttons": 8,
    "drive_status": 6,
}


def steps(detector, forces, start=0):
    found = []
    for i, force in enumerate(forces):
        found += detector.step(force, (start + i) * MS)
    return found


def test_a_contact_is_found_where_the_force_crossed():
    detector = ForceContacts()
    # Threshold 0.055 * 700 = 38.5 N; from 0 at 200 ms to 77 N at 201 ms it is crossed halfway.
    found = steps(detector, [(0.0, math.nan)] * 201 + [(77.0, math.nan)] * 20)
    assert [(e.kind, e.side, e.t) for e in found] == [(EventKind.INITIAL_CONTACT, 0, 200 * MS + MS // 2)]
    assert found[0].t_emit == 209 * MS  # armed at 201 ms, 8 ms of debouncing
    assert detector.in_contact == (True, False)
    # Off at 0.04 * 700 = 28 N, below the floor of 30 N; from 600 to 0 N in 1 ms: 0.95 of it.
    found = steps(detector, [(600.0, math.nan)] * 300 + [(0.0, math.nan)] * 20, 221)
    assert [e.kind for e in found] == [EventKind.TOE_OFF]
    assert found[0].t == 520 * MS + 950_000
    # The first stance teaches the peak: 600 N, so the next threshold is 33 N.
    assert detector._feet[0].scale == 600.0
    assert detector._feet[0].stance == pytest.approx(0.32045)


def test_a_contact_is_armed_before_it_crosses():
    found = steps(ForceContacts(), [(0.0, math.nan)] * 200 + [(20.0, math.nan)] * 8 + [(77.0, math.nan)] * 20)
    assert [e.t_emit for e in found] == [208 * MS]


def test_chatter_and_short_bumps_are_no_events():
    detector = ForceContacts()
    bump = [(100.0, 0.0)] * 5 + [(0.0, 0.0)] * 5
    assert steps(detector, [(0.0, 0.0)] * 150 + bump * 20) == []


def test_a_drifted_zero_is_followed():
    detector = ForceContacts()
    steps(detector, [(20.0, 0.0)] * 3000)
    assert detector._feet[0].baseline == pytest.approx(20.0, abs=0.01)
    assert steps(detector, [(20.0 + 35.0, 0.0)] * 50, 3000) == []


def test_time_that_stands_still_is_not_taken_and_run_is_repeated_step():
    detector = ForceContacts()
    assert detector.step((0.0, 0.0), 5) == []
    assert detector.step((900.0, 0.0), 5) == []
    assert detector._feet[0].net == 0.0
    forces = np.where(np.arange(3000)[:, None] // 500 % 2 == [0, 1], 700.0, 0.0)
    columns = ForceContacts().run(forces, np.arange(3000) * MS)
    rows = [(e.side, e.kind, e.t, e.t_emit, e.confidence) for e in steps(ForceContacts(), forces)]
    assert rows == list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(rows) == 10


@pytest.mark.parametrize(
    ("change", "name"), [({"scale": 50.0}, "scale"), ({"gap": math.nan}, "gap"), ({"off": 0.1}, "off")]
)
def test_bad_parameters_are_refused(change, name):
    with pytest.raises(ConfigError, match=f"^{name} must lie"):
        ForceContacts(**change)


ENVELOPE = {
    **{"q_min": -1.0 * ONE, "q_max": 1.5 * ONE, "dq_max": 10.0 * ONE, "brake_decel": 50.0 * ONE, "tau_max": 40.0 * ONE},
    **{"tau_rate_max": 1000.0 * ONE, "wall_stiffness": 400.0 * ONE, "wall_damping": 20.0 * ONE},
    **{"power_max": 400.0 * ONE, "energy_max": 80.0 * ONE, "interaction_max": 80.0 * ONE, "dose_max": 1e5 * ONE},
    **{
        "stop_damping": 5.0 * ONE,
        "yield_damping": 1.0 * ONE,
        "belt_speed_max": 1.5,
        "belt_accel_max": 0.5,
        "belt_jerk_max": 1.0,
    },
    **{"soft_decel": 0.5, "soft_jerk": 1.0, "stop_decel": 2.0, "support_force_max": 500.0, "support_rate_max": 100.0},
    **{"degraded_fraction": 0.25, "sample_age_max": 0.01, "tick_max": 0.01, "lease": 0.01},
    **{"soft_deadline": 5.0, "stop_deadline": 1.0},
}


def config(**change):
    one = np.ones(7)
    law = {"lower": 0.02 * one, "upper": 0.05 * one, "step_up": 0.1, "step_down": 0.1}
    plain = {
        "kinds": ["driven"] * 6,
        "device": Declaration(safe_profile="release_after_damp", tick=0.005, watchdog=0.04, digest=[7.0] * 6),
        "mass": 75.0,
        "height": 1.75,
        "pattern": GaitPattern.koopman(0.8, 1.75),
        "stiffness": 100.0 * ONE,
        "damping": 1.0 * ONE,
        "leg_weight": 0.5,
        "envelope": Envelope(**ENVELOPE),
        "phase": {},
        "events": {},
        "assist": BandLaw(**law, floor=0.0, ceiling=1.0, initial=1.0),
        "support_slew": 0.5,
        "engage_time": 0.5,
        "settle_time": 1.0,
        "period": 0.005,
        "speed": 0.8,
        "support_force": 100.0,
    }
    return {**plain, **change}


class Walker:
    """Follows the reference and loads a foot in the first 60 % of its cycle."""

    def __init__(self, **change):
        self.trainer, self.t, self.commands = Trainer(config(**change)), 0, []
        self.belt, self.q, self.dq = 0.0, np.zeros(6), np.zeros(6)
        self.phase = np.array([0.0, 0.5])
        self.status, self.fed = 0.0, 0

    def __call__(self, *pressed, dt=5 * MS, **absent):
        self.t += dt
        names = ("estop_ok", "enable", "arm", "start", "stop", "reset", "release", "pain")
        values = {
            "q": self.q,
            "dq": self.dq,
            "foot_force": np.where(self.phase < 0.6, 700.0, 0.0),
            "q_second": np.full(6, math.nan),
            "tau_interaction": np.full(6, math.nan),
            "belt_speed": [self.belt],
            "rope_force": [100.0],
            "rope_position": [1.0],
            "execution": [math.nan],
            "buttons": [float(name in ("estop_ok", "enable", *pressed)) for name in names],
            "drive_status": self.status * ONE,
            "drive_digest": 7.0 * ONE,
            "drive_watchdog": 0.04 * ONE,
        }
        values |= absent
        groups = {k: SimpleNamespace(value=v, valid=np.isfinite(v), stamp=self.t) for k, v in values.items()}
        command = self.trainer.step(SimpleNamespace(t=self.t, **groups))
        self.belt = command.belt_speed
        self.phase = self.trainer.telemetry.phase
        self.q, self.dq = self.trainer.telemetry.q_ref, self.trainer.telemetry.dq_ref
        self.commands.append(command)
        self.drive(command)
        return command

    def drive(self, command):
        """Without a lease drives stop, and stay so until they are asked back."""
        if command.expiry < command.t:
            self.status = -1.0 if command.t - self.fed >= 40 * MS else self.status
            return
        self.fed = command.t
        if self.status >= 0.0 or command.clear:
            self.status = float(command.enable)

    def running(self):
        states = [self().state for _ in range(76)]
        # 250 ms of everything in order, 60 ms without leases, 50 ms in which nothing may come back, and asking.
        assert states == [State.SELFTEST] * 74 + [State.STANDBY] * 2
        withheld = [command.expiry < command.t for command in self.commands]
        assert (sum(withheld), withheld[-1]) == (12, False)
        assert self("arm").state == State.ARMED
        assert self("start").state == State.RUN
        return self


def test_a_walk_from_boot_to_a_soft_stop():
    walker = Walker().running()
    assert walker.trainer.telemetry.engagement == 0.0
    for _ in range(100):
        assert walker.belt == 0.0 or walker.trainer.telemetry.engagement == 1.0
        walker()
    supports = []
    for _ in range(1500):
        walker()
        supports.append(walker.trainer.telemetry.support)
    assert np.abs(np.diff(supports, axis=0)).max() == pytest.approx(0.5 * 0.005)
    command, seen = walker.commands[-1], walker.trainer.telemetry
    assert (command.state, command.severity, command.cause) == (State.RUN, 0, 0)
    assert command.belt_speed == pytest.approx(0.8)
    rate = walker.trainer.control.pattern.stride_rate
    np.testing.assert_allclose(seen.phase_rate, rate, rtol=0.02)
    assert (command.t, command.expiry, command.sequence) == (walker.t, walker.t + 10 * MS, len(walker.commands))
    # The walker follows exactly, so support fades from 1 by 0.1 a stride once settled, where a stride shows an error.
    assert 0.0 <= seen.support[:, :5].max() < 0.9
    assert (seen.support[:, 5:] == 1.0).all()
    np.testing.assert_allclose(seen.guidance[:3] > 0.0, True)
    assert walker("stop").state == State.SOFT_STOP
    speeds = [walker().belt_speed for _ in range(700)]
    assert speeds == sorted(speeds, reverse=True)
    assert walker.commands[-1].state in (State.STANDBY, State.PROT_STOP, State.SAFE)


def test_the_request_is_impedance_and_weight():
    walker = Walker().running()
    for _ in range(150):
        walker()
    while not 0.2 < walker.phase[0] < 0.4:  # stance: no weight
        walker()
    walker.q = walker.q + 0.01
    walker()
    seen = walker.trainer.telemetry
    assert seen.engagement == 1.0
    hip = 100.0 * (seen.q_ref[0] - walker.trainer._guard._q[0]) + (seen.dq_ref[0] - walker.trainer._guard._dq[0])
    assert seen.guidance[0] == pytest.approx(1.0)
    assert seen.tau_cmd[0] == pytest.approx(hip)
    while not 0.70 < walker.phase[0] < 0.85:
        walker()
    walker()
    gravity = walker.trainer._gravity.torque(walker.trainer._guard._q)
    seen = walker.trainer.telemetry
    knee = 100.0 * (seen.q_ref[1] - walker.trainer._guard._q[1]) + (seen.dq_ref[1] - walker.trainer._guard._dq[1])
    assert seen.tau_cmd[1] == pytest.approx(knee + 0.5 * gravity[1])


def test_a_fault_stops_within_its_tick():
    walker = Walker().running()
    walker()
    command = walker(q=np.full(6, np.nan))
    assert (command.state, command.severity, command.cause) == (State.PROT_STOP, 3, Cause.JOINT_INVALID)
    walker = Walker().running()
    walker()
    assert walker(drive_status=np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0])).cause == Cause.DRIVE_FAULT
    for status, state in [(2.0, State.DEGRADED), (3.0, State.SOFT_STOP)]:
        walker = Walker().running()
        walker()
        command = walker(drive_status=np.array([1.0, 1.0, status, 1.0, 1.0, 1.0]))
        assert (command.state, command.cause) == (state, Cause.BUS_LATE)
    walker = Walker().running()
    walker.trainer.stop()
    assert walker().state == State.SOFT_STOP


def test_a_trouble_of_a_drive_before_training_is_a_stop_that_names_it():
    walker = Walker()
    for _ in range(76):
        walker()
    command = walker(drive_status=np.array([0.0, 0.0, -8.0, 0.0, 0.0, 0.0]))
    assert (command.state, command.cause) == (State.SAFE, Cause.DRIVE_FAULT)
    assert walker("reset", drive_status=np.full(6, -8.0)).state == State.SELFTEST
    walker = Walker()
    for _ in range(76):
        walker()
    assert walker("arm").state == State.ARMED
    assert walker(drive_status=np.zeros(6)).state == State.ARMED, "they have no power yet"
    command = walker(drive_status=np.array([1.0, 1.0, -8.0, 1.0, 1.0, 1.0]))
    assert (command.state, command.cause) == (State.PROT_STOP, Cause.DRIVE_FAULT)


def test_an_open_emergency_stop_takes_the_power():
    walker = Walker().running()
    command = walker(buttons=np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]))
    assert (command.state, command.enable, command.cause) == (State.SAFE, False, Cause.ESTOP_OPEN)
    np.testing.assert_array_equal(command.torque, 0.0)


def test_only_driven_joints_are_asked_for_torque():
    kinds = ["driven", "driven", "sensed", "driven", "driven", "absent"]
    walker = Walker(kinds=kinds).running()
    for _ in range(120):
        walker()
    walker.q = walker.q + 0.01
    walker()
    tau = walker.trainer.telemetry.tau_cmd
    assert (tau[[0, 1, 3, 4]] != 0.0).all()
    assert (tau[[2, 5]] == 0.0).all()


@pytest.mark.parametrize("name", ["leg_weight", "support_slew", "engage_time", "settle_time", "speed", "support_force"])
@pytest.mark.parametrize("bad", [math.nan, -1.0, 1e4])
def test_a_bad_configuration_is_refused(name, bad):
    with pytest.raises(ConfigError, match=f"^{name} must lie in"):
        Trainer(config(**{name: bad}))
