"""The safety room against its reference, bit for bit, on random and hostile ticks."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gaitloop import safety
from gaitloop.errors import ConfigError
from gaitloop.reference import safety as reference
from guard_pair import HOSTILE, KINDS, declared, limits


def spoil(rng, values, share):
    return np.where(rng.random(values.shape) < share, rng.choice(HOSTILE, values.shape), values)


def recording(rng, n, share):
    step = rng.choice([1_000_000, 500_000, 0, -3_000_000, 30_000_000, 2**40], n, p=[0.9, 0.06, 0.01, 0.01, 0.01, 0.01])
    walk = np.cumsum(rng.normal(0.0, 0.05, (n, 6)), axis=0)
    q, dq = 2.2 * np.sin(walk), rng.normal(0.0, 4.0, (n, 6))
    modes = np.repeat(rng.integers(0, 7, n // 20 + 1), 20)[:n]
    return (
        np.cumsum(step),
        spoil(rng, q, share),
        spoil(rng, dq, share),
        spoil(rng, rng.normal(0, 150, (n, 6)), share),
        modes,
    )


@pytest.mark.parametrize("seed", range(20))
def test_guard_decides_as_its_reference(seed):
    rng = np.random.default_rng(seed)
    values = limits(rng)
    t, q, dq, tau, modes = recording(rng, 5000, 0.02 * (seed % 3))
    got = safety.Guard(safety.Envelope(**values), KINDS).run(t, q, dq, tau, modes)
    want = reference.Guard(reference.Envelope(**values), KINDS).run(t, q, dq, tau, modes)
    for name, a, b in zip(("torque", "limits", "severity", "cause"), got, want, strict=True):
        assert np.array_equal(a, b), f"{name} differs first at {np.argwhere(np.asarray(a != b))[0]}"
    assert np.isfinite(got[0]).all()
    assert np.count_nonzero(got[0]) > 1000
    assert all(np.count_nonzero(got[1] & bit) > 10 for bit in (32, 64))


@pytest.mark.parametrize("seed", range(4))
def test_a_guard_that_yields_does_so_as_its_reference(seed):
    rng = np.random.default_rng(200 + seed)
    values = limits(rng)
    values |= {"stop_damping": rng.uniform(1.0, 20.0, 6), "dq_max": np.full(6, 10.0), "tau_max": np.full(6, 100.0)}
    values |= {"yield_damping": rng.uniform(0.0, 1.5, 6) * values["stop_damping"], "stop_deadline": 1.0}
    t, q, dq, tau, _ = recording(rng, 4000, 0.005)
    q, dq = 0.3 * q, 0.25 * dq
    ours = safety.Guard(safety.Envelope(**values), KINDS)
    theirs = reference.Guard(reference.Envelope(**values), KINDS)
    firm = safety.Guard(safety.Envelope(**values), KINDS)
    modes, yields = np.repeat(rng.choice([2, 5, 6], 200), 20), np.repeat(rng.random(400) < 0.5, 10)
    others = 0
    for k in range(len(t)):
        ours.yields(bool(yields[k]))
        theirs.yields(bool(yields[k]))
        for guard in (ours, theirs, firm):
            guard.check(int(t[k]), q[k], dq[k], tau[k])
        got, want = ours.limit(int(modes[k])), theirs.limit(int(modes[k]))
        assert np.array_equal(got.torque, want.torque)
        assert got.limits == want.limits
        others += not np.array_equal(got.torque, firm.limit(int(modes[k])).torque)
    assert others > 200


@pytest.mark.parametrize("seed", range(4))
def test_guard_decides_as_its_reference_about_numbers_too_small_to_count(seed):
    rng = np.random.default_rng(100 + seed)
    values = limits(rng)
    # The ends of the range of motion at 0, where what is left of the way is as small as the angle.
    values["q_min"], values["q_max"] = np.where([seed % 2 == 0] * 6, [[0.0] * 6, [1.0] * 6], [[-1.0] * 6, [0.0] * 6])
    t, q, dq, tau, modes = recording(rng, 4000, 0.0)
    scale = 10.0 ** rng.integers(-320, -130, (3, 4000, 6))
    q, dq, tau = (np.where(rng.random(x.shape) < 0.5, s * x, x) for s, x in zip(scale, (q, dq, tau), strict=True))
    got = safety.Guard(safety.Envelope(**values), KINDS).run(t, q, dq, tau, modes)
    want = reference.Guard(reference.Envelope(**values), KINDS).run(t, q, dq, tau, modes)
    plain = [np.where(np.abs(x) <= 1e-140, 0.0, x) for x in (q, dq, tau)]
    zeros = safety.Guard(safety.Envelope(**values), KINDS).run(t, *plain, modes)
    for name, a, b, c in zip(("torque", "limits", "severity", "cause"), got, want, zeros, strict=True):
        assert np.array_equal(a, b), f"{name} differs first at {np.argwhere(np.asarray(a != b))[0]}"
        assert np.array_equal(a, c), f"{name} differs from that of zeros first at {np.argwhere(np.asarray(a != c))[0]}"


def test_guard_step_is_its_run_and_agrees_on_extreme_times():
    rng = np.random.default_rng(5)
    values = limits(rng)
    t, q, dq, tau, modes = recording(rng, 400, 0.05)
    t[200:] = rng.choice([-(2**63), 2**63 - 1, 0, 7], 200)
    run = safety.Guard(safety.Envelope(**values), KINDS).run(t, q, dq, tau, modes)
    ours = safety.Guard(safety.Envelope(**values), KINDS)
    theirs = reference.Guard(reference.Envelope(**values), KINDS)
    for k in range(len(t)):
        a, b = (g.check(int(t[k]), q[k], dq[k], tau[k]) for g in (ours, theirs))
        assert (a.severity, a.cause, a.joint) == tuple(b)
        x, y = (g.limit(int(modes[k])) for g in (ours, theirs))
        assert np.array_equal(x.torque, y.torque)
        assert np.array_equal(x.torque, run[0][k])
        assert x.limits == y.limits == run[1][k]


def test_an_angle_that_is_distrusted_is_one_that_is_absent():
    rng = np.random.default_rng(6)
    values = limits(rng)
    t, q, dq, tau, modes = recording(rng, 3000, 0.02)
    ours, theirs, absent = (m.Guard(m.Envelope(**values), KINDS) for m in (safety, reference, safety))
    held = np.repeat(rng.random((60, 6)) < 0.2, 50, axis=0)
    differ = 0
    for k in range(len(t)):
        ours.check(int(t[k]), q[k], dq[k], tau[k])
        theirs.check(int(t[k]), q[k], dq[k], tau[k])
        absent.check(int(t[k]), np.where(held[k], np.nan, q[k]), dq[k], tau[k])
        ours.distrust(held[k].tolist())
        theirs.distrust(held[k].tolist())
        x, y, z = (g.limit(int(modes[k])) for g in (ours, theirs, absent))
        assert np.array_equal(x.torque, y.torque)
        assert np.array_equal(x.torque, z.torque)
        assert x.limits == y.limits == z.limits
        differ += bool(x.limits & 16)
    assert differ > 500


@pytest.mark.parametrize("seed", range(6))
def test_supervisor_decides_as_its_reference(seed):
    rng = np.random.default_rng(seed)
    values = limits(rng)
    t, seen, braked, lowered = 0, set(), set(), False
    profile = seed % 3
    for k in range(6000):
        if k % 300 == 0:
            ours, theirs = (m.Supervisor(m.Envelope(**values), declared(m, profile)) for m in (safety, reference))
        t += int(rng.choice([1_000_000, 200_000_000, 0, -5], p=[0.5, 0.4, 0.05, 0.05]))
        tick = {
            "estop_ok": bool(rng.random() < 0.99),
            "severity": int(rng.choice(5, p=[0.93, 0.04, 0.01, 0.01, 0.01])),
            "cause": int(rng.integers(0, 19)),
            "nonresettable": bool(rng.random() < 0.02),
            "command": int(rng.choice(6, p=[0.1, 0.3, 0.3, 0.05, 0.15, 0.1])),
            "local": bool(rng.random() < 0.9),
            "pain": bool(rng.random() < 0.01),
            "still": bool(rng.random() < 0.2),
            "selftest": int(rng.choice(3, p=[0.4, 0.59, 0.01])),
            "enable": bool(rng.random() < 0.9),
            "t_ns": t,
            "carried": bool(rng.random() < 0.3),
        }
        a, b = ours.step(**tick), theirs.step(**tick)
        names = ("state", "leg", "belt", "support", "energised", "brake", "severity", "cause")
        assert all(getattr(a, n) == getattr(b, n) for n in names), (k, tick, a, b)
        seen.add(a.state)
        lowered |= safety.LEG_MODES[a.leg] == "lower"
        braked.add(a.brake)
    assert len(seen) == len(safety.STATES) - 1
    assert lowered == (profile == 2)
    assert braked == ({False, True} if profile == 1 else {False})


def test_first_tick_of_a_supervisor_is_that_of_its_reference():
    """Random ticks hardly ever begin with a fault."""
    values = limits(np.random.default_rng(0))
    calm = {"cause": 16, "command": 0, "local": True, "pain": False, "still": True, "selftest": 1, "enable": True}
    for estop_ok, severity, nonresettable in product((True, False), range(5), (True, False)):
        ours, theirs = (m.Supervisor(m.Envelope(**values), declared(m, 0)) for m in (safety, reference))
        tick = {**calm, "estop_ok": estop_ok, "severity": severity, "nonresettable": nonresettable, "t_ns": 0}
        a, b = ours.step(**tick), theirs.step(**tick)
        assert (a.state, a.severity, a.cause) == (b.state, b.severity, b.cause), tick
        service = nonresettable and (severity > 0 or not estop_ok)
        assert safety.STATES[a.state] == ("lockout" if service else "selftest")


@pytest.mark.parametrize("seed", range(6))
def test_belt_and_support_move_as_their_reference(seed):
    rng = np.random.default_rng(seed)
    values = limits(rng)
    start = float(rng.uniform(0.0, values["support_force_max"]))
    pairs = [(m.Belt(m.Envelope(**values)), m.Support(m.Envelope(**values), start)) for m in (safety, reference)]
    target, dt = rng.uniform(-0.5, 4.0, 4000), np.full(4000, 0.001)
    target = spoil(rng, np.repeat(target[:40], 100), 0.01)
    dt = spoil(rng, dt, 0.01)
    modes = np.repeat(rng.choice(4, 200, p=[0.7, 0.1, 0.1, 0.1]), 20)
    for k in range(4000):
        a, b = (p[0].step(float(target[k]), int(modes[k]), float(dt[k])) for p in pairs)
        assert a == b
        assert 0.0 <= a <= values["belt_speed_max"]
        a, b = (p[1].step(400.0 * float(target[k]), int(modes[k]) % 3, float(dt[k])) for p in pairs)
        assert a == b


@pytest.mark.parametrize("seed", range(4))
def test_monitors_judge_as_their_reference(seed):
    rng = np.random.default_rng(seed)
    values = limits(rng)
    ours, theirs = (m.Monitors(m.Envelope(**values), KINDS) for m in (safety, reference))
    causes = set()
    for k in range(4000):
        calm, bad = k % 1000 < 500, (k // 250) % 4
        odd = lambda x: float(rng.choice(HOSTILE)) if rng.random() < 0.01 else x  # noqa: E731
        tick = {
            "t": k * 1_000_000,
            "state": int(rng.choice([0, 3, 5, 6, 7, 8])) if rng.random() < 0.003 else 4,
            "settled": bool(rng.random() > 0.002),
            "q_stamp": k * 1_000_000 - int(rng.integers(0, 2_000_000)) + (60_000_000 if rng.random() < 0.01 else 0),
            "dq_stamp": k * 1_000_000 - (60_000_000 if rng.random() < 0.01 else 0),
            "belt_meas": odd(0.8 if calm or bad != 1 else 1.1),
            "belt_cmd": odd(0.8),
            "phase_lost": (not calm and rng.random() < 0.3, False),
            "rope_position": odd(1.0 if calm or bad != 2 else 0.9),
            "stance_share": np.array([0.8 if rng.random() < 0.02 else np.nan, odd(np.nan)]),
            "q": np.array([odd(0.0) for _ in range(6)]),
            "q_ref": np.full(6, 0.0 if calm or bad != 3 else 0.7),
            "guidance": np.array([odd(0.9) for _ in range(6)]),
            "dt": odd(0.001),
        }
        a, b = ours.step(**tick), theirs.step(**tick)
        assert (a.severity, a.cause, a.joint) == tuple(b), (k, tick)
        causes.add(safety.CAUSES[a.cause])
    assert causes >= {"none", "sample_stale", "events_lost"}


def test_names_and_codes_are_those_of_the_reference():
    pairs = [
        (safety.SEVERITIES, reference.Severity),
        (safety.CAUSES, reference.Cause),
        (safety.STATES, reference.State),
        (safety.LEG_MODES, reference.LegMode),
        (safety.BELT_MODES, reference.BeltMode),
        (safety.SUPPORT_MODES, reference.SupportMode),
    ]
    for names, codes in pairs:
        assert [int(c) for c in codes] == list(range(len(names)))


@pytest.mark.parametrize("seed", range(5))
def test_intersection_is_that_of_the_reference(seed):
    rng = np.random.default_rng(seed)
    a, b = limits(rng), limits(rng)
    got = safety.Envelope(**a).intersect(safety.Envelope(**b)).to_dict()
    assert got == reference.Envelope(**a).intersect(reference.Envelope(**b)).to_dict()


def narrowing(rng, values):
    """Some of the limits that can be narrowed, around the device's, their ranges of motion rarely clashing."""
    own = {name for name, *_, rule in safety.ENVELOPE_FIELDS if rule == "own"}
    named = {}
    for name, per_joint, low, high, *_ in safety.ENVELOPE_FIELDS:
        if name not in own and rng.random() < 0.4:
            shift = (
                rng.choice([0.0, 0.1, 0.5]) * rng.normal(size=6) * (0.3 if name in ("q_min", "q_max") else high - low)
            )
            value = np.clip(np.asarray(values[name]) + shift, low, high)
            named[name] = value if per_joint else float(value[0])
    return named


@pytest.mark.parametrize("seed", range(60))
def test_effective_limits_are_those_of_the_reference(seed):
    rng = np.random.default_rng(seed)
    device = limits(rng)
    others = [narrowing(rng, device) for _ in range(3)]
    told = []
    for m in (safety, reference):
        try:
            made = m.effective(m.Envelope(**device), *[m.Narrowing(**named) for named in others])
        except ConfigError as error:
            told.append(str(error).partition(", got")[0] + str(error).partition(":")[2])
        else:
            told.append((made.envelope.to_dict(), dict(made.sources)))
    assert told[0] == told[1]
    assert list(reference.SOURCES) == safety.SOURCES


@pytest.mark.parametrize("seed", range(6))
def test_interaction_is_judged_as_by_its_reference(seed):
    rng = np.random.default_rng(seed)
    values = {**limits(rng), "interaction_max": rng.uniform(0.0, 60.0, 6), "dose_max": rng.uniform(5.0, 200.0, 6)}
    ours, theirs = (m.Interaction(m.Envelope(**values), KINDS) for m in (safety, reference))
    causes, state = set(), 4
    for k in range(4000):
        state = int(rng.integers(0, 11)) if rng.random() < 0.02 else state
        torque = spoil(rng, rng.normal(0.0, 40.0, 6) if k % 200 < 50 else rng.normal(60.0, 5.0, 6), 0.02)
        dt = float(spoil(rng, np.array([0.001]), 0.02)[0])
        dt = dt if abs(dt) < 1.0 or not np.isfinite(dt) else 0.02
        a, b = ours.step(state, torque, dt), theirs.step(state, torque, dt)
        assert (a.severity, a.cause, a.joint) == tuple(b)
        assert ours.share == theirs.share
        causes.add(safety.CAUSES[a.cause])
    assert causes == {"none", "interaction_torque", "dose"}
