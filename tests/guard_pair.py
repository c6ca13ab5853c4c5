"""Guard and supervisor of both implementations, each fed by the other, over ticks that walk, fail and stop."""

from __future__ import annotations

import numpy as np

from gaitloop import safety
from gaitloop.reference import safety as reference

KINDS = ["driven", "driven", "sensed", "driven", "driven", "absent"]
TINY = [5e-324, -1e-310, 1e-140, -1.1e-140]
HOSTILE = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, *TINY, 1e6, -1.0000001e6, 1e308, -1e308])
COMMANDS = [0, 1, 2, 3, 4, 5]


def limits(rng):
    """Limits anywhere in their ranges, ends included."""
    values = {}
    for name, per_joint, low, high, *_ in safety.ENVELOPE_FIELDS:
        if name == "yield_damping":
            continue
        value = rng.uniform(low, high, 6) if per_joint else rng.uniform(low, high)
        values[name] = np.where(rng.random(6) < 0.1, low, value) if per_joint else float(value)
    values["q_min"], values["q_max"] = rng.uniform(-1.5, 0.0, 6), rng.uniform(0.1, 2.0, 6)
    values["power_max"], values["energy_max"] = rng.uniform(0.0, 600.0, 6), rng.uniform(0.0, 100.0, 6)
    values["yield_damping"] = 0.5 * values["stop_damping"][::-1]
    values["tick_max"] = float(rng.uniform(0.002, 0.02))
    return values


def brisk(rng):
    """The like for joints that move as fast as people, with deadlines as short as they may be."""
    return limits(rng) | {"dq_max": rng.uniform(6.0, 20.0, 6), "stop_deadline": 0.1, "soft_deadline": 0.5}


def declared(module, profile):
    """A device of the profile of that number."""
    name = safety.SAFE_PROFILES[profile]
    lower = {"lower_deadline": 0.7} if profile == 2 else {}
    return module.Declaration(safe_profile=name, tick=0.001, watchdog=0.04, digest=[1.0] * 6, **lower)


def machine(module, values, profile):
    """A guard and a supervisor of one implementation."""
    envelope = module.Envelope(**values)
    return module.Guard(envelope, KINDS), module.Supervisor(envelope, declared(module, profile))


def ticks(rng, n, faulty):
    """Times, readings, requests and what the supervisor is told; with faults where `faulty`."""
    step = rng.choice([1_000_000, 500_000, 0, -3_000_000, 30_000_000, 2**40], n, p=[0.994, 0.002] + [0.001] * 4)
    rate = rng.uniform(-3.0, 3.0, (n // 40 + 1, 6)).repeat(40, axis=0)[:n]
    q = 0.6 * np.sin(np.cumsum(rate * 0.004, axis=0)) + 0.2
    dq, tau = 1.5 * rate + rng.normal(0.0, 0.1, (n, 6)), rng.normal(0.0, 60.0, (n // 10 + 1, 6)).repeat(10, axis=0)[:n]
    if faulty:
        q, dq, tau = (np.where(rng.random((n, 6)) < 3e-4, rng.choice(HOSTILE, (n, 6)), x) for x in (q, dq, tau))
    else:
        step = np.full(n, 1_000_000)
    rare = lambda p: rng.random(n) < (p if faulty else 0.0)  # noqa: E731
    told = {
        "estop_ok": ~rare(1e-3),
        "nonresettable": rare(1e-4),
        "command": rng.choice(COMMANDS, n, p=[0.3, 0.25, 0.25, 0.001, 0.189, 0.01]),
        "local": rng.random(n) < 0.95,
        "pain": rare(1e-3),
        "still": rare(0.02),
        "selftest": np.where(rare(2e-5), 2, 1),
        "enable": rng.random(n) < 0.98,
        "carried": rng.random(n) < 0.9,
    }
    return np.cumsum(step), q, dq, tau, told


def differences(seed, n, faulty):
    """First tick at which the two differ, if any, and the states and causes that were met."""
    rng = np.random.default_rng(seed)
    values = brisk(rng)
    t, q, dq, tau, told = ticks(rng, n, faulty)
    columns = {name: column.tolist() for name, column in told.items()}
    make = lambda module: machine(module, values, seed % 3)  # noqa: E731
    pairs = [make(module) for module in (safety, reference)]
    met = set()
    for k in range(n):
        inputs = {name: column[k] for name, column in columns.items()}
        rows = [one_tick(*pair, int(t[k]), q[k], dq[k], tau[k], inputs) for pair in pairs]
        if rows[0] != rows[1]:
            return (k, *rows), met
        met.add((rows[0][0], rows[0][7]))
        if safety.STATES[rows[0][0]] == "lockout":
            pairs = [(guard, make(m)[1]) for (guard, _), m in zip(pairs, (safety, reference), strict=True)]
    return None, met


def one_tick(guard, supervisor, t, q, dq, tau, inputs):
    """One tick in the trainer's order: check, supervisor, limit. Everything that comes out."""
    fault = guard.check(t, q, dq, tau)
    severity, cause = (int(x) for x in (fault if isinstance(fault, tuple) else (fault.severity, fault.cause))[:2])
    out = supervisor.step(**inputs, severity=severity, cause=cause, t_ns=t)
    safe = guard.limit(int(out.leg))
    orders = tuple(int(getattr(out, name)) for name in ("state", "leg", "belt", "support", "energised"))
    joint = fault[2] if isinstance(fault, tuple) else fault.joint
    reported = (int(out.severity), int(out.cause))
    return (
        *orders,
        severity,
        cause,
        reported[1],
        reported[0],
        joint,
        int(safe.limits),
        tuple((safe.torque + 0.0).tolist()),
    )
