"""Records with made-up ticks, for the tests of what writes and reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gaitloop.session.layout import Block, FieldSpec, Tables
from gaitloop.session.record import Recorder

TABLES = Tables(
    sample=(
        FieldSpec("q", 0, 6, "rad", "Joint angles."),
        FieldSpec("heart_rate", 6, 1, "1/min", "Heart rate."),
        FieldSpec("foot_force", 7, 2, "N", "Foot forces."),
    ),
    command=(FieldSpec("torque", 0, 6, "N·m", "Torques."), FieldSpec("belt_speed", 6, 1, "m/s", "Belt.")),
    telemetry=(FieldSpec("phase", 0, 2, "-", "Phase."),),
    command_integers=("t", "expiry", "sequence", "state", "severity", "cause", "limits"),
    states=("BOOT", "RUN"),
    causes=("none", "pain"),
)
META = {"plan": "version = 1\n", "seed": "1", "duration": "3.0"}
EVENT = {"side": "left", "event": "toe_off", "t": 5_000_000, "t_emit": 9_000_000, "confidence": 1.0}
STRIDE = {"side": "right", "t_start": 0, "t_end": 9_000_000, "valid": True, "stance_time": 0.7, "step_length": None}


def make_block(first: int, n: int = 1000, seed: int = 3) -> Block:
    rng = np.random.default_rng((seed, first))
    tick = first + np.arange(n)
    t = tick * 1_000_000
    valid = rng.random((n, 9)) > 0.2
    valid[:, 6] = False
    integers = np.stack([t, t + 20_000_000, tick, np.minimum(tick // 500, 1), 0 * tick, 0 * tick, tick % 32], axis=1)
    rows = np.flatnonzero(tick % 10 == 0)
    return Block(
        t=t,
        sample=rng.normal(size=(n, 9)),
        valid=valid,
        stamp=np.stack([t - 100_000, t * 0, t - rng.integers(0, 9999, n)], axis=1),
        command=rng.normal(size=(n, 7)),
        command_integers=integers,
        telemetry_t=t[rows],
        telemetry=rng.normal(size=(len(rows), 2)).astype(np.float32).astype(np.float64),
    )


def write(path: Path, blocks: list[Block]) -> Path:
    with Recorder(path, META, tables=TABLES) as recorder:
        for block in blocks:
            recorder.write(block, [EVENT], [STRIDE])
    return path
