"""Recording while it runs: nothing waits for the disk, and what the disk does not take is counted and told."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError, RecordingError
from gaitloop.session import live
from gaitloop.session.live import LiveRecorder
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder
from session_records import EVENT, META, STRIDE, TABLES, make_block


def until(met: Callable[[], bool], most: float = 20.0) -> None:
    end = time.monotonic() + most
    while not met():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.002)


class Disk:
    """Stands between a recorder and its file; full, slow or stuck when told so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: OSError | None = None
        self.free = threading.Event()
        self.free.set()
        put = Recorder.put

        def tried(recorder: Recorder, runs: Any) -> None:
            assert self.free.wait(20.0)
            if self.error is not None:
                raise self.error
            put(recorder, runs)

        monkeypatch.setattr(Recorder, "put", tried)
        monkeypatch.setattr(live, "RETRY", 0.005)
        monkeypatch.setattr(live, "PATIENCE", 0.5)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_what_was_handed_over_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with LiveRecorder(path, META, tables=TABLES) as recorder:
        for first in range(0, 1000, 5):
            recorder.write(make_block(first, 5), [EVENT] if first == 20 else [], [STRIDE] if first == 30 else [])
        assert recorder.tell("/pain", 7, {"reason": "knee"}, wait=True)
        assert Reader(path, tables=TABLES).messages("/pain") == [{"t": 7, "reason": "knee"}]
        recorder.write(make_block(1000, 200))
    assert (recorder.lost.rows, recorder.lost.messages, recorder.trouble) == (0, 0, None)
    reader = Reader(path, tables=TABLES)
    blocks = list(reader.blocks())
    want = [make_block(first, 5) for first in range(0, 1000, 5)] + [make_block(1000, 200)]
    for name in ("t", "command", "command_integers", "telemetry", "valid"):
        both = (np.concatenate([getattr(block, name) for block in many]) for many in (blocks, want))
        np.testing.assert_array_equal(*both, err_msg=name)
    assert (reader.messages("/event"), reader.messages("/stride"), reader.losses) == ([EVENT], [STRIDE], [])
    assert [s["state"] for s in reader.summary().states] == ["BOOT", "RUN"]


def test_what_was_handed_over_is_soon_with_the_system(tmp_path: Path) -> None:
    """Without closing, and without waiting for a whole second of ticks."""
    path = tmp_path / "a.mcap"
    recorder = LiveRecorder(path, META, tables=TABLES)
    try:
        recorder.write(make_block(0, 7))
        until(lambda: sum(len(block.t) for block in Reader(path, tables=TABLES).blocks()) == 7)
    finally:
        recorder.close()


def told_lost(path: Path) -> Counter[str]:
    told: Counter[str] = Counter()
    for loss in Reader(path, tables=TABLES).messages("/loss"):
        told[loss["what"]] += loss["count"]
    return told


def made_of(n: int, count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Events and strides spread over so many ticks, the last of them known after the last tick."""
    times = [int(share * n * 1_000_000) for share in np.linspace(0.0, 1.01, count)]
    return [{**EVENT, "t_emit": t} for t in times], [{**STRIDE, "t_end": t} for t in times[::3]]


@pytest.mark.parametrize("n", [49, 50, 51, 100, 1203, 12_000])
def test_a_block_longer_than_the_room_is_kept_where_nothing_waits(tmp_path: Path, n: int) -> None:
    """What a session hands over that stood still for twelve seconds."""
    path, (events, strides) = tmp_path / "a.mcap", made_of(n, 33)
    whole = make_block(0, n)
    with LiveRecorder(path, META, tables=TABLES, rows=100, messages=50) as recorder:
        recorder.write(whole, events, strides)
    assert (recorder.lost.rows, recorder.lost.messages, recorder.trouble) == (0, 0, None)
    reader = Reader(path, tables=TABLES)
    blocks = list(reader.blocks())
    for name in ("t", "command", "command_integers", "telemetry_t", "telemetry", "valid"):
        got = np.concatenate([getattr(block, name) for block in blocks])
        np.testing.assert_array_equal(got, getattr(whole, name), err_msg=name)
    assert (reader.messages("/event"), reader.messages("/stride"), reader.losses) == (events, strides, [])
    chunks = [sum(map(len, chunk.rows.get("/sample", []))) for chunk in reader.chunks()]
    assert max(chunks) <= live.CHUNK_TICKS
    t = 0
    for chunk in reader.chunks():
        for message in chunk.messages.get("/event", []):
            assert t <= message.t, "a message stands where it was known"
        t = max([t, *(int(rows["_log_time"][-1]) for rows in chunk.rows.get("/sample", []))])


def test_a_long_block_takes_no_room_of_what_comes_after_it(tmp_path: Path, disk: Disk) -> None:
    path, (events, _) = tmp_path / "a.mcap", made_of(1200, 33)
    recorder = LiveRecorder(path, META, tables=TABLES, rows=100, messages=10)
    disk.free.clear()
    recorder.write(make_block(0, 1200), events)
    for first in range(1200, 1300, 20):
        recorder.write(make_block(first, 20), [EVENT])
    assert (recorder.lost.rows, recorder.lost.messages) == (0, 0)
    recorder.write(make_block(1300, 20))
    assert recorder.lost.rows == 20, "the room has an end"
    disk.free.set()
    until(lambda: not recorder._waiting_rows)
    recorder.write(make_block(1320, 20))
    recorder.close()
    assert sum(len(block.t) for block in Reader(path, tables=TABLES).blocks()) == 1320


def test_of_a_long_block_only_what_finds_no_room_is_lost(tmp_path: Path, disk: Disk) -> None:
    path, (events, _) = tmp_path / "a.mcap", made_of(1000, 11)
    recorder = LiveRecorder(path, META, tables=TABLES, rows=300)
    disk.free.clear()
    recorder.write(make_block(0, 20))
    recorder.write(make_block(20, 1000), events)
    kept = 20 + 5 * live.CHUNK_TICKS
    assert (recorder.lost.rows, recorder.lost.messages) == (
        1020 - kept,
        sum(e["t_emit"] >= kept * 1_000_000 for e in events),
    )
    disk.free.set()
    recorder.close()
    reader = Reader(path, tables=TABLES)
    assert np.concatenate([block.t for block in reader.blocks()]).tolist() == make_block(0, kept).t.tolist()
    assert len(reader.messages("/event")) + recorder.lost.messages == 11
    assert told_lost(path) == {"rows": 1020 - kept, "messages": recorder.lost.messages}


@pytest.mark.parametrize("t", [None, "soon", 2**80, -1, 1.5])
def test_a_time_that_is_none_is_lost_alone_and_never_raises(tmp_path: Path, t: Any) -> None:
    with LiveRecorder(tmp_path / "a.mcap", META, tables=TABLES) as recorder:
        recorder.write(make_block(0, 500), [{**EVENT, "t_emit": t}], [{}])
        recorder.write(make_block(500, 50), [EVENT])
    assert recorder.lost.rows <= live.CHUNK_TICKS
    reader = Reader(tmp_path / "a.mcap", tables=TABLES)
    assert sum(len(block.t) for block in reader.blocks()) == 550 - recorder.lost.rows
    assert reader.messages("/event")[-1] == EVENT


def test_a_stuck_disk_holds_nobody_up(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "a.mcap"
    recorder = LiveRecorder(path, META, tables=TABLES, rows=100, messages=10)
    disk.free.clear()
    for first in range(0, 400, 20):
        recorder.write(make_block(first, 20))
    told = [recorder.tell("/pain", first, {"reason": None}) for first in range(14)]
    assert sum(told) == 10
    assert (recorder.lost.rows, recorder.lost.messages) == (300, 4)
    begun = time.monotonic()
    assert not recorder.tell("/pain", 99, {"reason": None}, wait=True)
    assert time.monotonic() - begun < 10.0
    disk.free.set()
    until(lambda: told_lost(path) == {"rows": 300, "messages": 5})
    recorder.write(make_block(400, 20))
    recorder.close()
    reader = Reader(path, tables=TABLES)
    assert [len(block.t) for block in reader.blocks()] == [100, 20]
    assert "ticks 100 to 399 are missing, after 0.099 s and before 0.400 s" in reader.losses
    assert any("rows were not written, as told at" in loss for loss in reader.losses)


def test_a_full_disk_that_becomes_free_again_costs_nothing_that_found_room(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "a.mcap"
    with LiveRecorder(path, META, tables=TABLES) as recorder:
        disk.error = OSError(28, "No space left on device")
        recorder.write(make_block(0, 50), [EVENT])
        until(lambda: recorder.trouble is not None)
        assert recorder.trouble == "the record cannot be written: No space left on device"
        assert not recorder.tell("/pain", 1, {"reason": None}, wait=True)
        disk.error = None
        until(lambda: recorder.trouble is None)
        assert recorder.tell("/pain", 2, {"reason": None}, wait=True)
    reader = Reader(path, tables=TABLES)
    assert [len(block.t) for block in reader.blocks()] == [50]
    assert len(reader.messages("/pain")) == 2
    assert reader.losses == []


def test_a_disk_that_stays_full_does_not_keep_the_session_from_ending(tmp_path: Path, disk: Disk) -> None:
    recorder = LiveRecorder(tmp_path / "a.mcap", META, tables=TABLES)
    disk.error = OSError(28, "No space left on device")
    for first in range(0, 500, 50):
        recorder.write(make_block(first, 50), [EVENT])
    recorder.close()
    assert (recorder.lost.rows, recorder.lost.messages) == (500, 10)
    recorder.write(make_block(500, 50))
    assert not recorder.tell("/pain", 0, {"reason": None})
    assert recorder.lost.rows == 550
    recorder.close()


FULL = """
    import resource, sys
    from session_records import META, TABLES, make_block
    from gaitloop.session import live
    from gaitloop.session.live import LiveRecorder
    live.PATIENCE = 0.3
    with LiveRecorder(sys.argv[1], META, tables=TABLES, rows=500) as recorder:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
        for first in range(0, 2000, 50):
            recorder.write(make_block(first, 50))
            if first == 1000:
                while recorder.trouble is None:
                    pass
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                while not recorder.tell("/pain", 1, {"reason": None}, wait=True):
                    pass
    print(recorder.lost.rows)
"""


def test_a_file_that_may_not_grow(tmp_path: Path, root: Path) -> None:
    """The system itself refuses, in the middle of a chunk; then it allows again."""
    assert resource.RLIMIT_FSIZE
    path = tmp_path / "a.mcap"
    command = [sys.executable, "-c", textwrap.dedent(FULL), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(root / "tests")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environment)
    lost = int(done.stdout)
    reader = Reader(path, tables=TABLES)
    assert sum(len(block.t) for block in reader.blocks()) == 2000 - lost
    assert not any("damaged" in loss or "make no sense" in loss for loss in reader.losses)
    assert sum(m["count"] for m in reader.messages("/loss")) == lost
    assert bool(lost) == bool(reader.losses)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_record_that_cannot_even_be_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"^/dev/full: the record cannot be begun: No space left"):
        LiveRecorder("/dev/full", META, tables=TABLES)
    with pytest.raises(RecordingError, match="cannot be begun"):
        LiveRecorder(tmp_path / "nowhere" / "a.mcap", META, tables=TABLES)
    for name in ("rows", "messages"):
        with pytest.raises(ConfigError, match=rf"^{name} must lie in \[\d+, 1000000\], got 1"):
            LiveRecorder(tmp_path / "a.mcap", META, tables=TABLES, **{name: 1})


def test_what_cannot_be_recorded_is_lost_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with LiveRecorder(path, META, tables=TABLES) as recorder:
        recorder.write(make_block(0, 50), [{**EVENT, "confidence": float("nan")}])
        assert recorder.tell("/pain", 1, {"reason": None}, wait=True) or recorder.trouble is not None
        recorder.write(make_block(50, 50))
    reader = Reader(path, tables=TABLES)
    assert [len(block.t) for block in reader.blocks()] == [50]
    assert (recorder.lost.rows, recorder.lost.messages) == (50, 1)
    assert "ticks 0 to 49 are missing, before 0.050 s" in reader.losses


def test_ticks_that_were_lost_on_their_way_are_counted_and_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with LiveRecorder(path, META, tables=TABLES) as recorder:
        recorder.write(make_block(0, 50))
        recorder.skip(7)
        recorder.write(make_block(57, 50))
    reader = Reader(path, tables=TABLES)
    assert [len(block.t) for block in reader.blocks()] == [50, 50]
    assert "ticks 50 to 56 are missing, after 0.049 s and before 0.057 s" in reader.losses
    assert (recorder.lost.rows, told_lost(path)["rows"], reader.gap) == (7, 7, 50)
