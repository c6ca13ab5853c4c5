"""Sessions that somebody or something gets in the way of: whoever waits, leaves or lies, a stop is heard."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError, RealTimeError
from gaitloop.session import Programme, Reader, Remote, Rules, Session
from gaitloop.session.beside import Beside
from gaitloop.session.console import Console
from gaitloop.session.display import Line, Status
from gaitloop.session.effort import EffortMeter
from gaitloop.session.helm import Seen
from gaitloop.session.keeper import Keeper
from gaitloop.session.layout import Tables
from gaitloop.session.live import LiveRecorder
from gaitloop.session.machine import Rows, SimulatedMachine
from gaitloop.session.plan import demo_plan
from gaitloop.session.replay import replay
from gaitloop.session.runner import metadata_of
from gaitloop.session.sight import Sight
from gaitloop.session.watch import LOST_TIME, Watch
from gaitloop.train._command import _signals

PLAN = demo_plan().change(duration=60.0)
TABLES = Tables.from_core()


def until(met: Any, most: float = 20.0) -> None:
    end = time.monotonic() + most
    while not met():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)


def test_a_stop_before_the_start_is_kept_and_the_record_replays(tmp_path: Path) -> None:
    session = Session(PLAN, out=tmp_path / "a.mcap", script=[(0.1, "stop"), (10.0, "stop")])
    assert session.run().reason == "stopped"
    reader = Reader(tmp_path / "a.mcap")
    blocks = list(reader.blocks())
    belt = TABLES.columns("sample", "belt_speed").start
    assert max(float(block.sample[:, belt].max()) for block in blocks) < 0.05, "the belt never runs"
    assert blocks[-1].t[-1] < 10e9
    assert replay(tmp_path / "a.mcap").difference is None


def test_a_reason_is_waited_for_when_the_session_ends_for_pain() -> None:
    script = [(20.0, "press pain"), (24.0, "reason knee")]
    programme = replace(Programme.of(PLAN), rules=Rules(pain_stops_max=1))
    ending = Session(programme, script=script).run()
    assert (ending.reason, ending.pains) == ("pain_stops", ("knee",))


def test_pain_in_a_soft_stop_counts(tmp_path: Path) -> None:
    script = [(20.0, "stop"), (20.6, "press pain"), (22.0, "reason hip")]
    ending = Session(PLAN, out=tmp_path / "a.mcap", script=script).run()
    assert (ending.reason, ending.pains) == ("stopped", ("hip",))
    assert [pain["reason"] for pain in Reader(tmp_path / "a.mcap").messages("/pain")] == ["hip"]


def test_two_pains_have_two_reasons() -> None:
    again = [(12.5, "press reset"), (14.0, "press arm"), (15.0, "press start")]
    script = [(10.0, "press pain"), *again, (19.0, "press pain"), (21.0, "reason knee")]
    assert Session(PLAN, script=script, patience=20.0).run().pains == ("not said", "knee")


def test_a_role_that_is_none_is_refused_where_it_is_given_and_not_repeated() -> None:
    session = Session(PLAN)
    for say in (session.pause, session.resume, session.skip, session.stop):
        with pytest.raises(ConfigError, match="who must be one of therapist") as told:
            say("Erika Mustermann")
        assert "Erika" not in str(told.value)
    with pytest.raises(ConfigError, match="who must be one of"):
        session.note("a note", "Erika Mustermann")


def test_a_button_that_is_none_is_refused_before_anything_moves() -> None:
    with pytest.raises(ConfigError, match=r"script must press one of estop_ok.*got 'foo'"):
        Session(PLAN, script=[(25.0, "press foo")])


class Stubborn(SimulatedMachine):
    """A machine whose end takes too long."""

    def close(self) -> None:
        raise RealTimeError("the loop did not end: its device hangs")


def test_a_machine_that_does_not_end_leaves_a_whole_record(tmp_path: Path) -> None:
    ending = Session(PLAN, Stubborn(PLAN), out=tmp_path / "a.mcap", script=[(5.0, "stop")]).run()
    assert ending.message == "the loop did not end: its device hangs"
    assert Reader(tmp_path / "a.mcap").losses == []


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are those of Unix")
def test_a_terminal_that_takes_nothing_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0), open(writing, "w", encoding="utf-8") as stream:
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * 65536)
        os.set_blocking(writing, True)
        line = Line(stream)
        status = Status(status="walking", stage="walk", stages=1)
        done = threading.Event()

        def show() -> None:
            for steps in range(3000):
                line.show(replace(status, reason=str(steps)))
            line.close()
            done.set()

        threading.Thread(target=show, daemon=True).start()
        assert done.wait(20.0), "whoever shows waits for whoever reads"
        os.set_blocking(reading, False)
        until(lambda: _empty(reading))  # the thread that writes ends, and the file may be closed


def _empty(number: int) -> bool:
    try:
        return not os.read(number, 1 << 20)
    except BlockingIOError:
        return True


def test_a_line_that_is_refused_leaves_the_console_its_ears(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    gone, told = os.pipe()
    os.close(gone)
    with open(reading, encoding="utf-8") as stdin, open(told, "w", encoding="utf-8") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        session = Session(PLAN)
        with Console(session, stdin):
            os.write(writing, b"what\nstop")
            os.close(writing)
            until(lambda: len(session._inbox) == 1)
    assert session._inbox[0][0] == "stop", "also of a last line without an end"


class Heard:
    """What a remote says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def pause(self, who: str) -> None:
        self.said.append("pause")

    skip = pause

    def stop(self, who: str) -> None:
        self.said.append("stop")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
@pytest.mark.parametrize("said", [b"pause\nstop\n", b"pause\nstop", b"stop"])
def test_who_says_stop_and_leaves_is_heard(tmp_path: Path, said: bytes) -> None:
    heard: Any = Heard()
    with Remote(heard, str(tmp_path / "door")):
        for n in range(1, 21):
            with socket.socket(socket.AF_UNIX) as speaker:
                speaker.connect(str(tmp_path / "door"))
                speaker.sendall(said)
            until(lambda n=n: heard.said.count("stop") == n)  # type: ignore[misc]


def test_a_stop_is_heard_of_who_reads_no_answers_and_finds_a_place() -> None:
    heard: Any = Heard()
    with Remote(heard, 0) as remote:
        assert remote.port is not None
        idle = [socket.create_connection(("127.0.0.1", remote.port)) for _ in range(12)]
        with socket.create_connection(("127.0.0.1", remote.port)) as speaker:
            for _ in range(200):
                speaker.sendall(b"what\n" * 100)
            speaker.sendall(b"stop\n")
            until(lambda: "stop" in heard.said)
        for other in idle:
            other.close()


def rows_of(ticks: int) -> Rows:
    machine = SimulatedMachine(PLAN)
    parts = [machine.rows() for _ in range(ticks // 50)]
    names = ("t", "sample", "valid", "stamp")
    raw: dict[str, Any] = {name: np.concatenate([part.raw[name] for part in parts]) for name in names}
    raw["out"] = {name: np.concatenate([part.raw["out"][name] for part in parts]) for name in parts[0].raw["out"]}
    return Rows(raw, [], [])


def without(rows: Rows, gone: slice) -> Rows:
    keep = np.ones(len(rows.raw["t"]), dtype=bool)
    keep[gone] = False
    raw = {name: rows.raw[name][keep] for name in ("t", "sample", "valid", "stamp")}
    return Rows({**raw, "out": {name: column[keep] for name, column in rows.raw["out"].items()}}, [], [])


def test_ticks_that_the_loop_could_not_hand_over_are_counted_and_seen(tmp_path: Path) -> None:
    rows = without(rows_of(1000), slice(400, 470))
    sight = Sight(TABLES, EffortMeter(TABLES, mass=75.0, height=1.75), Beside(TABLES))
    recorder = LiveRecorder(tmp_path / "a.mcap", metadata_of(PLAN))
    keeper = Keeper(recorder)
    for first, end in ((0, 250), (250, 930)):  # the hole lies within the second look
        raw = {name: rows.raw[name][first:end] for name in ("t", "sample", "valid", "stamp")}
        out = {name: column[first:end] for name, column in rows.raw["out"].items()}
        sight.see(Rows({**raw, "out": out}, [], []))
        for missed, block, events, strides in sight.blocks():
            keeper.skip(missed)
            recorder.write(block, events, strides)
    keeper.close()
    assert keeper.lost[0] == 70
    reader = Reader(tmp_path / "a.mcap")
    assert sum(len(block.t) for block in reader.blocks()) == 930
    assert any("ticks 400 to 469 are missing" in loss for loss in reader.losses)


def test_a_heart_rate_that_is_old_is_not_known() -> None:
    rows, columns = rows_of(100), TABLES.columns("sample", "heart_rate")
    group = [spec.name for spec in TABLES.sample].index("heart_rate")
    rows.raw["valid"][:, columns] = True
    rows.raw["sample"][:, columns] = 95.0
    seen = []
    for age in (1.0, 60.0):
        rows.raw["stamp"][:, group] = rows.raw["t"] - int(age * 1e9)
        sight = Sight(TABLES, EffortMeter(TABLES, mass=75.0, height=1.75), Beside(TABLES))
        seen.append(sight.see(rows).heart_rate)
    assert seen == [95.0, None]


def test_a_strap_that_slips_pauses_once_where_there_is_a_limit() -> None:
    for limit, told in ((130.0, "heart_rate_lost"), (None, "")):
        watch = Watch(Rules(heart_rate_max=limit, heart_rate_time=1.0))
        seen = Seen(t=0.0, state="run")
        assert {watch.alarm(seen, 1.0) for _ in range(100)} == {""}, "one that was never there is not lost"
        watch.alarm(replace(seen, heart_rate=90.0), 1.0)
        alarms = [watch.alarm(seen, 1.0) for _ in range(100)]
        assert [alarm for alarm in alarms if alarm] == ([told] if told else [])
        assert alarms.index(told) == (LOST_TIME - 1.0 if told else 0.0)


def test_a_strap_that_slips_in_a_pause_or_a_rest_pauses_what_comes_after() -> None:
    watch = Watch(Rules(heart_rate_max=130.0))
    seen = Seen(t=0.0, state="run")
    watch.alarm(replace(seen, heart_rate=90.0), 1.0)
    assert {watch.alarm(seen, 1.0, walks=False) for _ in range(100)} == {""}
    assert [watch.alarm(seen, 1.0) for _ in range(3)] == ["heart_rate_lost", "", ""]


def test_a_simulated_heart_that_beats_too_fast_pauses_the_session(tmp_path: Path) -> None:
    programme = replace(Programme.of(PLAN), rules=Rules(heart_rate_max=85.0, heart_rate_time=3.0))
    session = Session(programme, SimulatedMachine(PLAN, heart_rate=True), out=tmp_path / "a.mcap")
    assert session.run().reason == "nobody_resumed"
    reader, column = Reader(tmp_path / "a.mcap"), TABLES.columns("sample", "heart_rate").start
    notes = [note["t"] for note in reader.messages("/note") if note.get("text_code") == "pause_heart_rate"]
    assert len(notes) == 1
    rates = {
        int(t): rate
        for block in reader.blocks()
        for t, rate in zip(block.t.tolist(), block.sample[:, column].tolist(), strict=True)
    }
    assert all(rates[t] > 85.0 for t in range(notes[0] - 2_900_000_000, notes[0], 100_000_000) if t in rates)
    assert replay(tmp_path / "a.mcap").difference is None


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")
def test_a_terminal_that_is_closed_stops_softly_however_often_it_says_so() -> None:
    heard: Any = Heard()
    heard.stop = lambda: heard.said.append("stop")
    with _signals(heard) as asked:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGHUP)
            until(lambda: len(asked) == len(heard.said))
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert heard.said == ["stop", "stop"]
