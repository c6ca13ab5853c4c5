"""Safety of the reference against numbers worked out by hand."""

import math

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.safety import (
    Belt,
    BeltMode,
    Cause,
    Declaration,
    Guard,
    LegMode,
    Monitors,
    OperatorCommand,
    SelfTestResult,
    State,
    Supervisor,
    Support,
    SupportMode,
)
from reference_limits import DRIVEN, LIMITS, MS, ONE, envelope

DEVICE = Declaration(safe_profile="release_after_damp", tick=0.001, watchdog=0.04, digest=ONE)


def tick(guard, t, mode, q=0.0, dq=0.0, tau=0.0):
    fault = guard.check(t, np.full(6, q), np.full(6, dq), np.full(6, tau))
    torque, limits = guard.limit(mode)
    return fault, float(torque[0]), limits


@pytest.mark.parametrize("name", sorted(LIMITS))
@pytest.mark.parametrize("bad", [math.nan, math.inf, -4.0])
def test_a_bad_limit_is_refused(name, bad):
    with pytest.raises(ConfigError, match=f"^{name} must lie in"):
        envelope(**{name: np.full(6, bad) if np.ndim(LIMITS[name]) else bad})


def test_intersection_is_the_narrower():
    other = envelope(q_min=-1.0 * ONE, q_max=0.5 * ONE, tau_max=60.0 * ONE, lease=0.005, stop_decel=1.0)
    both = envelope().intersect(other)
    assert (both.q_min[0], both.q_max[0], both.tau_max[0]) == (-0.5, 0.5, 40.0)
    assert (both.lease, both.stop_decel) == (0.005, 2.0)
    with pytest.raises(ConfigError, match=r"^range of motion of hip_l must not be empty"):
        envelope().intersect(envelope(q_min=-2.0 * ONE, q_max=-0.5 * ONE))


def test_torque_rises_by_its_rate_and_stops_at_its_limit():
    guard = Guard(envelope(), DRIVEN)
    assert tick(guard, 0, LegMode.FULL, tau=100.0) == ((0, 0, None), 1.0, 1 | 8)
    assert tick(guard, 2 * MS, LegMode.FULL, tau=100.0)[1] == pytest.approx(3.0)
    for i in range(60):
        _, tau, limits = tick(guard, (3 + i) * MS, LegMode.FULL, tau=100.0)
    assert (tau, limits) == (40.0, 1)
    assert tick(guard, 64 * MS, LegMode.NARROW, tau=100.0)[1] == pytest.approx(38.0)
    assert tick(guard, 65 * MS, LegMode.ZERO, tau=100.0)[1:] == (0.0, 0)


def test_walls():
    guard = Guard(envelope(tau_rate_max=20000.0 * ONE), DRIVEN)
    # At the end of the range v_hi = 0: hi = 20 (0 - 1) = -20, reached at 20 N·m a tick.
    assert tick(guard, 0, LegMode.FULL, q=1.0, dq=1.0, tau=10.0)[1:] == (-20.0, 2)
    # 0.01 rad before the end: v_hi = sqrt(2 50 0.01) = 1, so 0.5 rad/s leaves hi = 20 * 0.5 = 10.
    assert tick(guard, 1 * MS, LegMode.FULL, q=0.99, dq=0.5, tau=30.0)[1] == 0.0  # -20 and the slope
    assert tick(guard, 2 * MS, LegMode.FULL, q=0.99, dq=0.5, tau=30.0)[1] == pytest.approx(10.0, abs=1e-9)
    # 0.02 rad below the lower end, at rest: lo = 400 * 0.02 = 8.
    _, tau, limits = tick(guard, 3 * MS, LegMode.FULL, q=-0.52, dq=0.0, tau=-30.0)
    assert (tau, limits) == (pytest.approx(8.0), 4)


def test_cutting_towards_zero_is_not_limited_in_rate():
    guard = Guard(envelope(), DRIVEN)
    for i in range(30):
        assert tick(guard, i * MS, LegMode.FULL, tau=30.0)[1] == pytest.approx(i + 1.0)
    assert tick(guard, 30 * MS, LegMode.FULL, q=1.0, dq=0.0, tau=30.0)[1] == 0.0


def test_damping_takes_energy_out_only():
    guard = Guard(envelope(), DRIVEN)
    for i in range(20):
        tick(guard, i * MS, LegMode.FULL, tau=20.0)
    # prev 20 drives dq > 0: cut to 0, then towards -5 * 2 at 1 N·m a tick.
    assert tick(guard, 20 * MS, LegMode.DAMP, dq=2.0)[1] == -1.0
    assert tick(guard, 21 * MS, LegMode.DAMP, dq=2.0)[1] == -2.0
    for i in range(22, 620):
        tick(guard, i * MS, LegMode.DAMP, dq=2.0)
    # 0.9 s after the first tick in damp a tenth of 40 N·m is left.
    for i in range(620, 921):
        _, tau, limits = tick(guard, i * MS, LegMode.DAMP, dq=2.0)
    assert tau == pytest.approx(-4.0)
    assert limits == 1


def test_an_absent_joint_fades_in_50_ms():
    guard = Guard(envelope(), DRIVEN)
    for i in range(40):
        tick(guard, i * MS, LegMode.FULL, tau=40.0)
    fault, tau, limits = tick(guard, 40 * MS, LegMode.FULL, q=math.nan, tau=40.0)
    assert fault == (3, Cause.JOINT_INVALID, 0)
    assert (tau, limits) == (pytest.approx(40.0 - 0.8), 16)


def test_faults_of_the_guard():
    guard = Guard(envelope(), ["absent", *DRIVEN[1:]])
    assert tick(guard, 0, LegMode.FULL)[0] == (0, 0, None)
    assert tick(guard, 0, LegMode.FULL)[0].cause == Cause.TIME_BACKWARDS
    assert tick(guard, 11 * MS, LegMode.FULL)[0].cause == Cause.TIME_JUMP
    assert tick(guard, 12 * MS, LegMode.FULL, q=1.0348)[0].severity == 0
    assert tick(guard, 13 * MS, LegMode.FULL, q=1.035)[0] == (3, Cause.RANGE_EXCEEDED, 1)
    assert tick(guard, 14 * MS, LegMode.FULL, dq=-5.1)[0].severity == 0
    assert tick(guard, 15 * MS, LegMode.FULL, dq=5.1)[0] == (3, Cause.OVERSPEED, 1)
    assert tick(guard, 16 * MS, LegMode.FULL, tau=math.nan)[0] == (3, Cause.CONTROLLER_NOT_FINITE, 1)
    assert tick(guard, 17 * MS, LegMode.OFF, q=math.inf, tau=math.nan)[0].cause == Cause.CONTROLLER_NOT_FINITE
    assert tick(guard, 18 * MS, LegMode.OFF, q=math.inf, tau=math.nan)[0] == (3, Cause.JOINT_INVALID, 1)


def test_whatever_comes_in_the_torque_is_finite_and_limited():
    rng = np.random.default_rng(1)
    guard = Guard(envelope(), DRIVEN)
    wild = np.array([0.0, 1e308, -1e308, math.nan, math.inf, 0.7, -0.3, 1e5])
    t = 0
    for _ in range(500):
        t += int(rng.integers(-MS, 12 * MS))
        guard.check(t, *(rng.choice(wild, 6) for _ in range(3)))
        torque, _ = guard.limit(int(rng.integers(0, 6)))
        assert np.isfinite(torque).all()
        assert (np.abs(torque) <= 40.0).all()


class Console:
    """A supervisor and what it is told unless said otherwise."""

    def __init__(self):
        self.supervisor, self.t = Supervisor(envelope(), DEVICE), 0

    def __call__(self, command=OperatorCommand.NONE, **change):
        self.t += MS
        plain = {"estop_ok": True, "severity": 0, "cause": 0, "nonresettable": False, "local": True, "pain": False}
        plain |= {"still": False, "selftest": SelfTestResult.PASSED, "enable": True, "t_ns": self.t}
        return self.supervisor.step(command=command, **{**plain, **change})

    def running(self):
        for command in (0, 0, 0, OperatorCommand.ARM, OperatorCommand.START):
            out = self(command)
        assert out.state is State.RUN
        return self


def test_from_boot_to_run():
    console = Console()
    states = [console(c).state for c in (0, 0, 0, 1, 1, 2)]
    assert states == [State.SELFTEST, State.STANDBY, State.STANDBY, State.ARMED, State.ARMED, State.RUN]
    out = console()
    assert (out.leg, out.belt, out.support, out.energised) == (LegMode.FULL, BeltMode.TRACK, SupportMode.TRACK, True)


def test_held_and_remote_commands_never_energise():
    console = Console()
    console(), console()
    assert console(OperatorCommand.ARM, local=False).state is State.STANDBY
    assert console(OperatorCommand.ARM).state is State.STANDBY  # held: no edge any more
    assert Console()(OperatorCommand.ARM).state is State.SELFTEST


def test_stops_and_their_reports():
    console = Console().running()
    assert console(OperatorCommand.STOP, local=False).state is State.SOFT_STOP
    out = console(pain=True)
    assert (out.state, out.severity, out.cause) == (State.PROT_STOP, 3, Cause.PAIN)
    out = console(still=True)
    assert (out.state, out.energised, out.cause) == (State.SAFE, False, Cause.PAIN)
    assert console(OperatorCommand.RESET, enable=False).state is State.SAFE
    console()
    out = console(OperatorCommand.RESET)
    assert (out.state, out.severity, out.cause) == (State.SELFTEST, 0, 0)


def test_deadlines_come_without_any_sensor():
    console = Console().running()
    console(severity=3, cause=Cause.OVERSPEED)
    ticks = next(i for i in range(1, 2000) if console().state is State.SAFE)
    assert ticks in (1000, 1001)
    console = Console().running()
    console(severity=2, cause=Cause.EVENTS_LOST)
    frozen = console.t
    ticks = next(i for i in range(1, 9000) if console(t_ns=frozen).state is State.PROT_STOP)
    assert ticks in (5000, 5001, 5002)


def test_emergency_stop_and_lockout():
    console = Console().running()
    out = console(estop_ok=False)
    assert (out.state, out.severity, out.cause) == (State.SAFE, 4, Cause.ESTOP_OPEN)
    assert console(severity=1, nonresettable=True, cause=Cause.DRIVE_FAULT).state is State.LOCKOUT
    assert console(OperatorCommand.RESET).state is State.LOCKOUT
    assert Console().running()(estop_ok=False, nonresettable=True).state is State.LOCKOUT


def test_degraded_and_release():
    console = Console().running()
    out = console(severity=1, cause=Cause.DRIVE_FAULT)
    assert (out.state, out.leg) == (State.DEGRADED, LegMode.NARROW)
    assert console().state is State.DEGRADED
    console = Console()
    console(), console()
    assert console(OperatorCommand.RELEASE).support is SupportMode.JOG
    assert console(OperatorCommand.RELEASE, enable=False).state is State.SAFE


def test_belt_approaches_without_passing():
    belt = Belt(envelope())
    # d = 1: want = min(0.5, sqrt(1.8)), a rises by 0.01 a tick of 10 ms.
    assert belt.step(1.0, BeltMode.TRACK, 0.01) == pytest.approx(1e-4)
    assert belt.step(1.0, BeltMode.TRACK, 0.01) == pytest.approx(3e-4)
    speeds = [belt.step(1.0, BeltMode.TRACK, 0.01) for _ in range(600)]
    assert max(speeds) == speeds[-1] == 1.0
    assert belt.step(1.0, BeltMode.STOP, 0.01) == pytest.approx(0.98)
    assert belt.accel == -2.0
    assert belt.step(1.0, BeltMode.BRAKE, math.nan) == pytest.approx(0.978)
    soft = [belt.step(1.0, BeltMode.SOFT, 0.01) for _ in range(600)]
    assert soft == sorted(soft, reverse=True)
    assert soft[-1] == 0.0


def test_belt_slows_down_before_its_target():
    belt = Belt(envelope())
    belt.speed, belt.accel = 0.98, 0.185
    belt.step(1.0, BeltMode.TRACK, 0.01)
    assert belt.accel == pytest.approx(math.sqrt(1.8 * 0.02))


def test_support_moves_in_track_only():
    support = Support(envelope(), 100.0)
    assert support.step(500.0, SupportMode.HOLD, 0.01) == 100.0
    assert support.step(500.0, SupportMode.TRACK, 0.01) == 101.0
    assert support.step(math.nan, SupportMode.TRACK, 0.01) == 101.0
    assert support.step(0.0, SupportMode.TRACK, math.inf) == 100.0
    assert support.step(0.0, SupportMode.JOG, 0.01) == 100.0


def watch(monitors, n=1, **change):
    plain = {"t": 0, "state": State.RUN, "settled": True, "q_stamp": 0, "dq_stamp": 0, "belt_meas": 1.0}
    plain |= {"belt_cmd": 1.0, "phase_lost": (False, False), "rope_position": 1.0, "stance_share": (None, None)}
    plain |= {"q": np.zeros(6), "q_ref": np.zeros(6), "guidance": ONE, "dt": 0.01}
    for _ in range(n):
        fault = monitors.step(**{**plain, **change})
    return fault


def test_height_is_compared_with_a_slow_mean():
    monitors = Monitors(envelope(), DRIVEN)
    watch(monitors, rope_position=1.0)
    assert watch(monitors, 11, rope_position=0.915) == (3, Cause.POSTURE_LOST, None)


def test_monitors():
    monitors = Monitors(envelope(), DRIVEN)
    assert watch(monitors) == (0, 0, None)
    assert watch(monitors, t=11 * MS).cause == Cause.SAMPLE_STALE
    assert watch(monitors, t=11 * MS, state=State.SAFE).severity == 0
    assert watch(monitors, t=-1).cause == Cause.SAMPLE_STALE
    assert watch(monitors, 14, belt_meas=1.2).severity == 0
    assert watch(monitors, 2, belt_meas=1.2) == (3, Cause.BELT_MISMATCH, None)
    assert watch(monitors, phase_lost=(False, True)) == (2, Cause.EVENTS_LOST, None)
    assert watch(monitors, phase_lost=(False, True), settled=False).severity == 0
    assert watch(monitors, 5, rope_position=1.0).severity == 0
    assert watch(monitors, 9, rope_position=0.9).severity == 0
    assert watch(monitors, 2, rope_position=0.9).cause == Cause.POSTURE_LOST
    assert watch(monitors, 2, stance_share=(0.8, 0.8)).severity == 0
    assert watch(monitors, 1, stance_share=(0.7, None)).severity == 0
    assert watch(monitors, 1, stance_share=(0.8, 0.8)) == (2, Cause.FOOT_DRAG, None)
    off = np.array([0.0, 0.7, 0.7, 0.0, 0.0, 0.0])
    assert watch(monitors, 28, q_ref=off, settled=True, stance_share=(0.1, 0.1)).severity == 0
    assert watch(monitors, 3, q_ref=off) == (3, Cause.FOLLOWING_ERROR, 1)
    assert watch(monitors, 1, q_ref=off, guidance=0.5 * ONE).severity == 0
