"""A record of the real loop is replayed from its samples: missed ticks, odd times and holes included."""

from __future__ import annotations

import time
import warnings

import numpy as np
import pytest

from gaitloop.session.layout import TELEMETRY_EVERY, Block
from gaitloop.session.live import LiveRecorder
from gaitloop.session.replay import replay
from gaitloop.session.runner import metadata_of
from gaitloop.session.salvage import salvage
from realtime_machine import plan, ready


def block_of(raw, keep):
    """Rows of the loop as a block."""
    out, told = raw["out"], keep & (raw["index"] % TELEMETRY_EVERY == 0)
    return Block(
        **{name: raw[name][keep] for name in ("t", "sample", "valid", "stamp")},
        **{name: out[name][keep] for name in ("command", "command_integers")},
        telemetry_t=raw["t"][told],
        telemetry=out["telemetry"][told],
    )


@pytest.fixture(scope="module")
def rows():
    """Two seconds of the loop, with whatever ticks the machine missed and one pause of the process more."""
    warnings.simplefilter("ignore")
    with ready() as loop:
        time.sleep(2.0)
    return loop.read()


def record(path, rows, skipped=slice(0, 0)):
    with LiveRecorder(path, metadata_of(plan())) as recorder:
        for first in range(0, len(rows["t"]), 20):
            keep = np.zeros(len(rows["t"]), dtype=bool)
            keep[first : first + 20] = True
            keep[skipped] = False
            recorder.skip(20 - int(keep.sum()) if first + 20 <= len(keep) else 0)
            recorder.write(block_of(rows, keep))
    return path


def test_every_command_of_the_loop_comes_again_bit_for_bit(rows, tmp_path):
    result = replay(record(tmp_path / "a.mcap", rows))
    assert (result.ticks, result.difference, result.losses) == (len(rows["t"]), None, ())


def test_behind_a_hole_nothing_is_compared(rows, tmp_path):
    path = record(tmp_path / "a.mcap", rows, slice(600, 640))
    for file in (path, tmp_path / "left.mcap"):
        if file != path:
            salvage(path, file)
        result = replay(file)
        assert (result.ticks, result.difference) == (600, None)
        assert any("ticks 600 to 639 are missing" in loss for loss in result.losses)


def test_a_changed_sample_shows(rows, tmp_path):
    # Half-way to the stop of a loop that was starved, which has zero command whatever comes after it.
    state = rows["out"]["command_integers"][:, 3]
    changed = int((state == state[0]).argmin() or len(state)) // 2
    sample = rows["sample"].copy()
    sample[changed:, :6] += 10.0
    result = replay(record(tmp_path / "a.mcap", {**rows, "sample": sample}))
    assert result.difference is not None
    assert changed <= result.difference.tick < changed + 10
