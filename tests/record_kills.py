"""Processes that record in real time and are killed at any moment; what is left of their records is judged."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gaitloop.session.layout import TELEMETRY_EVERY, Block
from gaitloop.session.live import LiveRecorder
from gaitloop.session.machine import LOOK, simulated_loop
from gaitloop.session.plan import demo_plan
from gaitloop.session.reader import Reader
from gaitloop.session.runner import metadata_of, simulate
from gaitloop.session.session import Session

#: Samples that a kill may take along [s].
LIMIT = 0.050
#: A child kept from the processor for longer, at its end or shortly before, cannot tell what recording costs [s].
STARVED, SHORTLY = 0.020, 0.100
_BLOCK = 0.005
_SOURCE_FROM, _SOURCE_TICKS = 6000, 4000
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["record_kills"])
#: What a child tells through shared memory: when it began [ns], ticks handed over, notes acknowledged, when it last had
#: been kept from the processor [ns], its last look at the clock [ns].
_BEGAN, _HANDED, _ACKNOWLEDGED, _STARVED, _LOOKED = range(5)


def _source():
    """Ticks of full width, of a simulated walk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "walk.mcap"
        simulate(demo_plan().change(duration=20.0), out=path)
        blocks = list(Reader(path).blocks())
    parts = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in Block.__slots__}
    first, told = _SOURCE_FROM, _SOURCE_FROM // TELEMETRY_EVERY
    ticks = {name: parts[name][first : first + _SOURCE_TICKS] for name in parts if not name.startswith("telemetry")}
    rows = {name: parts[name][told : told + _SOURCE_TICKS // TELEMETRY_EVERY] for name in ("telemetry_t", "telemetry")}
    return Block(**ticks, **rows)


SOURCE = _source()


def made(first, last):
    """The ticks [first, last) of an endless walk."""
    ticks = np.arange(first, last)
    at, t = ticks % _SOURCE_TICKS, ticks * 1_000_000
    told = ticks[ticks % TELEMETRY_EVERY == 0]
    return Block(
        t=t,
        sample=SOURCE.sample[at],
        valid=SOURCE.valid[at],
        stamp=SOURCE.stamp[at] - SOURCE.t[at, None] + t[:, None],
        command=SOURCE.command[at],
        command_integers=SOURCE.command_integers[at],
        telemetry_t=told * 1_000_000,
        telemetry=SOURCE.telemetry[told % _SOURCE_TICKS // TELEMETRY_EVERY],
    )


def _note(recorder, shared, pause):
    """Tell notes one after the other, each acknowledged."""
    number = 0
    while True:
        if recorder.tell("/note", number, {"who": "therapist", "when": None, "text": str(number)}, wait=True):
            number += 1
            shared[_ACKNOWLEDGED] = number
        time.sleep(pause)


def _look(shared, pace=0.0):
    now = time.monotonic_ns()
    if now - (shared[_LOOKED] or now) > (STARVED + pace) * 1e9:
        shared[_STARVED] = now
    shared[_LOOKED] = now


def _synthetic(path, shared, pause):
    """Ticks by the clock, handed over every few milliseconds, until killed."""
    recorder = LiveRecorder(path, metadata_of(demo_plan()))
    threading.Thread(target=_note, args=(recorder, shared, pause), daemon=True).start()
    shared[_BEGAN], done = time.monotonic_ns(), 0
    while True:
        now = (time.monotonic_ns() - shared[_BEGAN]) // 1_000_000
        if now > done:
            recorder.write(made(done, now))
            done = shared[_HANDED] = now
        _look(shared)
        time.sleep(_BLOCK)


def _looped(path, shared, pause):
    """The ticks of the real loop."""
    from realtime_machine import FIRM, ready

    warnings.simplefilter("ignore")
    recorder = LiveRecorder(path, metadata_of(demo_plan()))
    threading.Thread(target=_note, args=(recorder, shared, pause), daemon=True).start()
    loop = ready(privileges=FIRM)
    loop.start()
    shared[_BEGAN] = time.monotonic_ns()
    while True:
        raw = loop.read()
        if len(raw["t"]):
            out, told = raw["out"], raw["index"] % TELEMETRY_EVERY == 0
            ticks = {name: raw[name] for name in ("t", "sample", "valid", "stamp")}
            commands = {name: out[name] for name in ("command", "command_integers")}
            telemetry = {"telemetry_t": raw["t"][told], "telemetry": out["telemetry"][told]}
            recorder.write(Block(**ticks, **commands, **telemetry))
            shared[_HANDED] = int(raw["index"][-1]) + 1
        _look(shared)
        time.sleep(_BLOCK)


def _session(path, shared, pause):
    """A whole session on the real loop, led as `gaitloop train --pace real` leads it."""
    warnings.simplefilter("ignore")
    machine = simulated_loop(demo_plan())
    start, rows = machine.start, machine.rows

    def begin():
        start()
        shared[_BEGAN] = time.monotonic_ns()

    def look():
        found = rows()
        if len(found.raw["t"]):
            shared[_HANDED] = int(found.raw["index"][-1]) + 1
        _look(shared, LOOK)
        return found

    machine.start, machine.rows = begin, look
    Session(demo_plan(), machine, out=path).run()


@dataclass
class Kill:
    """What one killed process left."""

    ticks: int = 0
    lost: float = 0.0
    handed_lost: float = 0.0
    acknowledged: int = 0
    missing: int = 0
    starved: bool = False
    wrong: list[str] = field(default_factory=list)


#: Who records, by name.
KINDS = {"clock": _synthetic, "loop": _looped, "session": _session}


def kill(path, after, kind, pause):
    """Start a process, kill it a while after it began, and judge what it left."""
    shared = _CONTEXT.RawArray("q", 5)
    process = _CONTEXT.Process(target=KINDS[kind], args=(path, shared, pause), daemon=True)
    process.start()
    end = time.monotonic() + 60.0
    while not shared[_BEGAN]:
        assert time.monotonic() < end, "it does not begin"
        time.sleep(0.002)
    time.sleep(after)
    # Stopped, it cannot go on between the look at what it had and its end; the kill needs nothing of it.
    os.kill(process.pid, signal.SIGSTOP)
    now, told = time.monotonic_ns(), list(shared)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    process.close()
    return judge(path, now, told, kind)


def judge(path, now, told, kind):
    """Compare the record with what the process had told."""
    pace = LOOK if kind == "session" else 0.0
    starved = now - told[_LOOKED] > (STARVED + pace) * 1e9 or now - told[_STARVED] < SHORTLY * 1e9
    found = Kill(acknowledged=told[_ACKNOWLEDGED], starved=starved)
    reader = Reader(path)
    blocks = list(reader.blocks())
    found.ticks = sum(len(block.t) for block in blocks)
    end = int(blocks[-1].t[-1]) // 1_000_000 + 1 if blocks else 0
    found.lost = (now - told[_BEGAN]) * 1e-9 - end * 1e-3
    found.handed_lost = (told[_HANDED] - end) * 1e-3
    notes = {note["text"] for note in reader.messages("/note")}
    found.missing = sum(str(number) not in notes for number in range(found.acknowledged))
    allowed = ("closing bytes", "ends in the middle", "last readable", "no chunk is left")
    found.wrong = [loss for loss in reader.losses if not any(words in loss for words in allowed)]
    if kind == "clock":
        for block in blocks:
            want = made(int(block.t[0]) // 1_000_000, int(block.t[-1]) // 1_000_000 + 1)
            same = [
                np.array_equal(getattr(block, n), getattr(want, n), equal_nan=True) for n in ("t", "command", "valid")
            ]
            same.append(np.array_equal(block.sample[want.valid], want.sample[want.valid]))
            if not all(same):
                found.wrong.append(f"ticks from {block.t[0]} ns on are not what was handed over")
    return found


def kills(folder, runs, *, kind="clock", seed=1, workers=2, longest=0.6):
    """Kill that many processes; each after another time."""
    draw = random.Random(seed)
    # A note hurries the writer, so with rare ones more is lost of the samples.
    waits = [(draw.uniform(0.0, longest), draw.choice((0.003, 0.1))) for _ in range(runs)]

    def one(work):
        number, (after, pause) = work
        path = Path(folder) / f"{number}.mcap"
        found = kill(path, after, kind, pause)
        if not (found.wrong or found.missing):
            path.unlink()
        return found

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, enumerate(waits)))
