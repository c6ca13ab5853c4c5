"""What watches over encoders and drives, against its reference, bit for bit, on walking, faults and hostile ticks."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import safety
from gaitloop.reference import safety as reference
from gaitloop.session.plan import demo_plan

KINDS = ["driven", "driven", "sensed", "driven", "driven", "absent"]
HOSTILE = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1e6, -1.0000001e6, 1e308, -1e308])
TICKS = 20_000
BLOCK = 250  # ticks of one kind of trouble
STEP = 2.0**-16


def spoil(rng, values, share):
    return np.where(rng.random(values.shape) < share, rng.choice(HOSTILE, values.shape), values)


def states(rng):
    energised = rng.random(TICKS // BLOCK) < 0.9
    chosen = np.where(energised, rng.choice([3, 4, 4, 4, 5, 6, 7], TICKS // BLOCK), rng.integers(0, 11, TICKS // BLOCK))
    return np.repeat(chosen, BLOCK)


def moving(rng):
    """Angles and velocities of joints that swing, as sensors of finite steps tell them."""
    t = np.arange(TICKS)[:, None] * 1e-3
    rate, phase, size = rng.uniform(3.0, 9.0, 6), rng.uniform(0.0, 6.0, 6), rng.uniform(0.1, 0.6, 6)
    q = size * np.sin(rate * t + phase) + rng.choice([0.0, 2e-4]) * rng.normal(size=(TICKS, 6))
    return np.round(q / STEP) * STEP, np.round(4096.0 * size * rate * np.cos(rate * t + phase)) / 4096.0


def trouble(rng, q, dq):
    """Every other block: one joint jumps, stays, drifts, is noisy, or stands with a moving reference."""
    led = np.zeros_like(q)
    for start in range(BLOCK, TICKS, 2 * BLOCK):
        rows, i = slice(start, start + BLOCK), rng.integers(6)
        kind = rng.integers(6)
        if kind == 0:
            q[rows, i] += rng.choice([-1.0, 1.0]) * rng.uniform(0.01, 0.03)
        elif kind == 1:
            q[rows, i] = q[start, i]
        elif kind == 2:
            q[rows, i] += rng.uniform(-0.5, 0.5) * np.arange(BLOCK) * 1e-3
        elif kind == 3:
            q[rows, i] += rng.uniform(0.0005, 0.008) * rng.normal(size=BLOCK)
        elif kind == 4:
            q[rows, i], dq[rows, i], led[rows, i] = q[start, i], 0.0, rng.choice([0.4, -0.7])
        else:
            q[rows, i] *= -1.0
    return led


def pair(rng, q):
    """Angles of second sensors, of which one now and then is gone, off, or never there."""
    second = q + 1e-4 * rng.normal(size=q.shape)
    for start in range(BLOCK, TICKS, 3 * BLOCK):
        rows, i = slice(start, start + BLOCK), rng.integers(6)
        kind = rng.integers(4)
        if kind == 0:
            second[rows, i] = np.nan
        else:
            second[rows, i] += rng.choice([0.05, 0.0524, 0.06]) * rng.choice([-1.0, 1.0])
    second[:, rng.integers(6)] = np.nan
    return second


def stamps(rng, mean_late):
    """Stamps of messages that come on time, late, twice, or from nowhere."""
    t = np.arange(TICKS, dtype=np.int64) * 1_000_000 - mean_late
    again = rng.random(TICKS) < 0.01
    t[1:] = np.where(again[1:], t[:-1], t[1:])
    odd = rng.random(TICKS) < 0.0003
    return np.where(odd, rng.choice([-(2**63), 2**63 - 1, 0, 2**40], TICKS), t)


@pytest.mark.parametrize("seed", range(5))
def test_encoders_are_judged_as_by_the_reference(seed):
    rng = np.random.default_rng(seed)
    limits = demo_plan().limits
    ours, theirs = (m.Encoders(m.Envelope(**limits), KINDS) for m in (safety, reference))
    q, dq = moving(rng)
    led = trouble(rng, q, dq)
    share = 0.001 * (seed % 3)
    q, dq, led = (spoil(rng, x, share) for x in (q, dq, led))
    guidance = spoil(rng, np.repeat(rng.uniform(0.3, 1.0, (TICKS // BLOCK, 6)), BLOCK, axis=0), share)
    state, q_stamp, dq_stamp = states(rng), stamps(rng, 0), stamps(rng, int(rng.choice([0, 4_000_000])))
    second = spoil(rng, pair(rng, q), share)
    second_stamp = stamps(rng, int(rng.choice([0, 3_000_000])))
    causes, doubted = [], set()
    for k in range(TICKS):
        tick = {
            "state": int(state[k]),
            "q_stamp": int(q_stamp[k]),
            "dq_stamp": int(dq_stamp[k]),
            "second_stamp": int(second_stamp[k]),
            "q": q[k],
            "dq": dq[k],
            "q_second": second[k],
            "dq_ref": led[k],
            "guidance": guidance[k],
        }
        a, b = ours.step(**tick), theirs.step(**tick)
        assert (a.severity, a.cause, a.joint) == tuple(b), (k, tick)
        assert ours.doubted == theirs.doubted, k
        doubted.update(i for i, wrong in enumerate(ours.doubted) if wrong)
        causes.append(a.cause)
    assert doubted == {0, 1, 2, 3, 4}
    assert {safety.CAUSES[c] for c in causes} >= {
        *("none", "encoder_jump", "encoder_stuck", "encoder_noise", "encoder_mismatch")
    }


def test_every_encoder_cause_comes_up():
    rng = np.random.default_rng(7)
    found = set()
    for kind, change in enumerate(
        (
            lambda s: 0.0157 * (s > 0.3),
            lambda s: 0.0,
            lambda s: 0.05 * max(0.0, s - 0.3),
            lambda s: 0.002 * rng.normal() * (s > 0.3),
            lambda s: 0.0,
        )
    ):
        ours, theirs = (m.Encoders(m.Envelope(**demo_plan().limits), KINDS) for m in (safety, reference))
        for k in range(3000):
            s = 1e-3 * k
            q = 0.4 * np.sin(5.0 * (s if kind != 1 else min(s, 0.3))) + change(s)
            tick = {"state": 4, "q_stamp": k * 1_000_000, "dq_stamp": k * 1_000_000, "q": np.full(6, q)}
            tick |= {"dq": np.full(6, 2.0 * np.cos(5.0 * s)), "dq_ref": np.zeros(6), "guidance": np.ones(6)}
            tick |= {"second_stamp": k * 1_000_000, "q_second": np.full(6, np.nan if kind < 4 else q + 0.1 * (s > 0.3))}
            a, b = ours.step(**tick), theirs.step(**tick)
            assert (a.severity, a.cause, a.joint) == tuple(b)
            found.add(safety.CAUSES[a.cause])
    assert found == {*("none", "encoder_jump", "encoder_stuck", "encoder_drift", "encoder_noise", "encoder_mismatch")}


@pytest.mark.parametrize("seed", range(5))
def test_drives_are_judged_as_by_the_reference(seed):
    rng = np.random.default_rng(seed)
    limits = demo_plan().limits
    ours, theirs = (m.Drives(m.Envelope(**limits), KINDS) for m in (safety, reference))
    t = np.arange(TICKS)[:, None] * 1e-3
    sent = rng.uniform(0.0, 60.0, 6) * np.sin(rng.uniform(2.0, 20.0, 6) * t + rng.uniform(0.0, 6.0, 6))
    came = sent.copy()
    came[4:] = sent[:-4]
    for start in range(BLOCK, TICKS, 4 * BLOCK):
        rows, i = slice(start, start + 3 * BLOCK), rng.integers(6)
        came[rows, i] *= rng.uniform(-1.0, 2.0)
        came[rows, i] += rng.choice([0.0, 0.0, 5.0])
    share = 0.001 * (seed % 3)
    sent, came = (spoil(rng, x, share) for x in (sent, came + 0.5 * rng.normal(size=came.shape)))
    state, now, stamp = states(rng), stamps(rng, 0), stamps(rng, 2_000_000)
    dt = spoil(rng, np.full(TICKS, 1e-3), share)
    causes = []
    for k in range(TICKS):
        tick = {
            "t": int(now[k]),
            "state": int(state[k]),
            "stamp": int(stamp[k]),
            "tau_meas": came[k],
            "tau_sent": sent[k],
            "dt": float(dt[k]),
        }
        a, b = ours.step(**tick), theirs.step(**tick)
        assert (a.severity, a.cause, a.joint) == tuple(b), (k, tick)
        causes.append(a.cause)
    assert {safety.CAUSES[c] for c in causes} == {"none", "torque_residual", "torque_gain"}
