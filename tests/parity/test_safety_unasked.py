"""Watchers over what nobody asked for, against their reference, bit for bit, on walking, faults and hostile ticks."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import safety
from gaitloop.errors import ConfigError
from gaitloop.reference import safety as reference
from gaitloop.session.plan import demo_plan

KINDS = ["driven", "driven", "sensed", "driven", "driven", "absent"]
HOSTILE = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1e6, -1.0000001e6, 1e308, -1e308])
TICKS = 20_000
STATES = {"run": 4, "degraded": 5, "soft_stop": 6, "prot_stop": 7}
CAUSES = {"none", "spasm", "clonus", "oscillation", "support_slack", "overrun", "rate"}


def pair(period=0.001):
    limits = demo_plan().limits
    return tuple(m.Watchers(m.Envelope(**limits), KINDS, period=period) for m in (safety, reference))


def spoil(rng, values, share):
    return np.where(rng.random(values.shape) < share, rng.choice(HOSTILE, values.shape), values)


def walking(rng):
    """Columns of a walk with strides of 0.4 s, without trouble."""
    t = np.arange(TICKS, dtype=np.int64) * 1_000_000
    phase = (np.arange(TICKS)[:, None] * 2.5e-3 + [0.0, 0.5]) % 1.0
    size, shift = rng.uniform(5.0, 60.0, 6), rng.uniform(0.0, 6.0, 6)
    turn = 2.0 * np.pi * phase[:, [0, 0, 0, 1, 1, 1]]
    tau = size * np.sin(turn + shift) + rng.normal(size=(TICKS, 6))
    state = np.full(TICKS, 4)
    state[:500] = 3
    return {
        "t": t,
        "state": state,
        "steady": np.ones(TICKS, dtype=bool),
        "stamp": t - 2_000_000,
        "tau_meas": tau,
        "tau_sent": tau + rng.normal(size=(TICKS, 6)),
        "dq": 1.5 * np.cos(turn + shift),
        "phase": phase,
        "guidance": np.repeat(rng.uniform(0.78, 1.0, (TICKS // 250, 6)), 250, axis=0),
        "rope_force": 220.0 + 5.0 * rng.normal(size=TICKS),
        "rope_position": 0.9 + 0.02 * np.sin(2.0 * turn[:, 0]),
        "support_cmd": np.full(TICKS, 220.0),
        "execution": rng.uniform(1e-4, 7e-4, TICKS),
        "dt": np.full(TICKS, 1e-3),
    }


def trouble(rng, walk):
    """Every 2 s something else for half a second."""
    s = np.arange(500) * 1e-3
    for start in range(4000, TICKS - 500, 2000):
        rows, i, kind = slice(start, start + 500), rng.integers(6), rng.integers(8)
        if kind == 0:
            walk["tau_meas"][rows, i] += rng.choice([-1.0, 1.0]) * rng.uniform(5.0, 60.0)
        elif kind == 1:
            walk["tau_meas"][rows, i] += rng.uniform(4.0, 40.0) * np.sin(2.0 * np.pi * rng.uniform(6.0, 40.0) * s)
        elif kind == 2:
            rows, s2 = slice(start, start + 1500), np.arange(1500) * 1e-3
            walk["dq"][rows, i] += rng.uniform(0.5, 3.0) * np.sin(2.0 * np.pi * rng.uniform(4.0, 8.0) * s2)
        elif kind == 3:
            walk["rope_force"][rows] *= rng.uniform(0.0, 0.5)
        elif kind == 4:
            walk["rope_position"][rows] -= rng.uniform(0.2, 0.8) * s
        elif kind == 5:
            walk["execution"][rows] = np.where(rng.random(500) < 0.1, rng.uniform(1e-3, 0.1), 7e-4)
        elif kind == 6:
            walk["dt"][rows] *= rng.choice([0.5, 0.9, 1.1, 1.12, 10.0])
        else:
            walk["steady"][rows], walk["state"][rows] = False, rng.choice([3, 5, 6, 7, 8])


def agree(walk, period=0.001):
    """Both say the same in every tick; the causes they name."""
    ours, theirs = pair(period)
    names = set()
    for k in range(len(walk["t"])):
        tick = {name: column[k] for name, column in walk.items()}
        tick |= {name: int(tick[name]) for name in ("t", "state", "stamp")} | {"steady": bool(tick["steady"])}
        a, b = ours.step(**tick), theirs.step(**tick)
        assert (a.severity, a.cause, a.joint) == tuple(b), (k, tick)
        names.add(safety.CAUSES[a.cause])
    return names


@pytest.mark.parametrize("seed", range(6))
def test_watchers_judge_as_the_reference(seed):
    rng = np.random.default_rng(seed)
    walk = walking(rng)
    trouble(rng, walk)
    share = 0.001 * (seed % 3)
    for name in (
        "tau_meas",
        "tau_sent",
        "dq",
        "phase",
        "guidance",
        "rope_force",
        "rope_position",
        "support_cmd",
        "execution",
    ):
        walk[name] = spoil(rng, walk[name], share)
    walk["dt"] = spoil(rng, walk["dt"], 0.1 * share)
    odd = rng.random(TICKS) < 0.1 * share
    walk["stamp"] = np.where(odd, rng.choice([-(2**63), 2**63 - 1, 0], TICKS), walk["stamp"])
    assert len(agree(walk)) > 1


def test_every_cause_comes_up():
    rng = np.random.default_rng(3)
    s = np.arange(2000) * 1e-3

    def with_change(name, change):
        walk = {key: value[:8000].copy() for key, value in walking(rng).items()}
        part = walk[name][6000:]
        part[...] = change(part)
        return agree(walk)

    def beat(frequency, size, joint=1):
        def change(part):
            part[:, joint] += size * np.sin(2.0 * np.pi * frequency * s)
            return part

        return change

    found = {
        "spasm": with_change("tau_meas", lambda x: x + 60.0),
        "clonus": with_change("dq", beat(6.0, 2.0, 2)),
        "oscillation": with_change("tau_meas", beat(15.0, 9.0)),
        "support_slack": with_change("rope_force", lambda x: 0.2 * x),
        "overrun": with_change("execution", lambda x: x + 1e-3),
        "rate": with_change("dt", lambda x: 10.0 * x),
    }
    assert all(names == {"none", cause} for cause, names in found.items()), found
    assert agree({key: value[:8000] for key, value in walking(rng).items()}) == {"none"}


def test_time_may_come_in_any_step():
    rng = np.random.default_rng(5)
    walk = walking(rng)
    trouble(rng, walk)
    walk["dt"] = rng.choice([0.0, 1e-9, 1e-5, 1e-3, 4e-3, 0.0199, 0.02, 0.5], TICKS)
    assert agree(walk, 0.004) <= CAUSES


@pytest.mark.parametrize("module", [safety, reference])
@pytest.mark.parametrize("period", [0.0, 1e-4, 0.0081, np.nan, np.inf])
def test_a_bad_period_is_refused(module, period):
    with pytest.raises(ConfigError, match=r"^period must lie in \[0.0002, 0.008\]"):
        module.Watchers(module.Envelope(**demo_plan().limits), KINDS, period=period)
