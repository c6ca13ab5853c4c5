"""Many simulations at once: each as if it were alone."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop import Simulation, _core
from gaitloop.errors import ConfigError
from gaitloop.plant import Patient, Plant
from gaitloop.safety import CAUSES, SEVERITIES, STATES
from gaitloop.session.build import build_device, build_trainer, presses
from gaitloop.session.plan import demo_plan
from gaitloop.simulation import run_batch

PLAN = demo_plan().change(duration=60.0)
TICKS = 30_000
SEEDS = (1, 2, 3, 4)


def simulation(seed, severity=0.4):
    patient = Patient.stroke(severity=severity, seed=seed).replace(
        mass=PLAN.patient["mass"], height=PLAN.patient["height"]
    )
    return Simulation(build_trainer(PLAN), Plant(patient, build_device(PLAN), seed), presses(PLAN))


def plain(summary):
    """The summary as something that can be compared whole."""
    fields = summary._asdict()
    strides = [(s.side, s.t_start, s.t_end, s.force_peak) for s in fields.pop("strides")]
    arrays = {name: fields.pop(name).tobytes() for name in ("error", "device_torque", "patient_torque", "guidance")}
    return fields, strides, arrays


@pytest.fixture(scope="module")
def batch():
    return run_batch([simulation(seed) for seed in SEEDS], TICKS, threads=4)


def test_a_batch_is_what_each_would_be_alone_in_order(batch):
    for seed, got in zip(SEEDS, batch, strict=True):
        assert plain(got) == plain(run_batch([simulation(seed)], TICKS, threads=1)[0])
    assert len({plain(summary)[2]["error"] for summary in batch}) == len(SEEDS)


def test_a_summary_is_what_the_ticks_say(batch):
    alone = simulation(SEEDS[0])
    strides, events, blocks = [], [], []
    for _ in range(TICKS // 1000):  # before the queues of the trainer are full
        blocks.append(alone.run(1000))
        strides += alone.strides()
        events += alone.events()
    sample = np.concatenate([block["sample"] for block in blocks])
    names = ("telemetry", "command_integers")
    out = {name: np.concatenate([block["out"][name] for block in blocks]) for name in names}
    summary = batch[0]
    states = [STATES.index(name) for name in ("run", "degraded")]
    fields = {name: out["telemetry"][:, at : at + n] for name, at, n, _, _ in _core.TELEMETRY_FIELDS}
    state = out["command_integers"][:, _core.COMMAND_INTEGERS.index("state")]
    walking = np.isin(state, states) & (fields["engagement"][:, 0] >= 1.0)
    assert summary.ticks == TICKS
    assert 5000 < summary.walking == walking.sum()
    rms = np.sqrt(np.mean((sample[walking, :6] - fields["q_ref"][walking]) ** 2, axis=0))
    np.testing.assert_allclose(summary.error, rms, rtol=1e-9)
    np.testing.assert_allclose(summary.guidance, fields["guidance"][walking].mean(axis=0), rtol=1e-9)
    assert summary.events == events
    assert [s.t_end for s in summary.strides] == [s.t_end for s in strides]
    assert summary.state == STATES[state[-1]]
    assert summary.severity in SEVERITIES
    assert summary.cause in CAUSES
    assert summary.upright


def test_a_batch_goes_on_from_where_it_was():
    one, two = simulation(1), simulation(1)
    parts = [run_batch([one], TICKS // 2)[0] for _ in range(2)]
    whole = run_batch([two], TICKS)[0]
    assert sum(part.walking for part in parts) == whole.walking
    assert all(part.strides for part in parts)
    assert parts[0].events + parts[1].events == whole.events
    assert one.t == two.t == TICKS * 1_000_000


def test_bad_batches_are_refused_by_name():
    one = simulation(1)
    with pytest.raises(ConfigError, match=r"^simulations must be different objects"):
        run_batch([one, one], 10)
    assert one.t == 0
    with pytest.raises(ConfigError, match=r"^ticks must lie in \[0, 1000000000\], got -1"):
        run_batch([one], -1)
    with pytest.raises(ConfigError, match=r"^threads must lie in \[0, 1024\], got 0\.5"):
        run_batch([one], 1, threads=0.5)
    assert run_batch([], 10) == []
    assert isinstance(one, _core.Simulation)
