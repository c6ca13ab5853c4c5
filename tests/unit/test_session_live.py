"""Sessions on the simulated machine: pause, pain, replay, trouble with the record, and who may say what."""

from __future__ import annotations

import errno
import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError, DeviceError
from gaitloop.session import Programme, Reader, Remote, Rules, Session, Stage
from gaitloop.session.console import Console, press_key
from gaitloop.session.keeper import Keeper
from gaitloop.session.layout import Tables
from gaitloop.session.machine import Rows, SimulatedMachine
from gaitloop.session.plan import demo_plan
from gaitloop.session.replay import replay

PLAN = demo_plan().change(duration=60.0)
WALK: dict[str, Any] = {"kind": "walk", "support": 0.3, "mode": "assist", "floor": 0.2, "ceiling": 1.0}
PROGRAMME = Programme(
    plan=PLAN,
    stages=(
        Stage(name="warm-up", minutes=0.2, speed=0.5, **WALK),
        Stage(name="faster", steps=30, speed=0.6, **WALK | {"support": 0.35}),
    ),
    rules=Rules(),
    patient="0123456789abcdef" * 2,
)
OPERATOR = "f" * 32
#: Pause and pain, with the reason given, and a note.
SCRIPT = [(25.0, "pause"), (33.0, "note better shoes"), (36.0, "press pain"), (37.0, "reason knee")]


def whole(reader: Reader) -> dict[str, np.ndarray]:
    blocks = list(reader.blocks())
    return {name: np.concatenate([getattr(block, name) for block in blocks]) for name in ("t", "sample", "command")}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "a.mcap"
    ending = Session(PROGRAMME, out=path, operator=OPERATOR, script=SCRIPT).run()
    assert (ending.reason, ending.pains, ending.lost_rows) == ("pain", ("knee",), 0)
    return path


def test_the_same_script_gives_the_same_bytes(record: Path, tmp_path: Path) -> None:
    Session(PROGRAMME, out=tmp_path / "b.mcap", operator=OPERATOR, script=SCRIPT).run()
    assert (tmp_path / "b.mcap").read_bytes() == record.read_bytes()


def test_replay_asks_again_and_finds_every_bit(record: Path) -> None:
    result = replay(record)
    assert result.difference is None
    assert result.ticks == len(whole(Reader(record))["t"])
    assert {change["what"] for change in Reader(record).messages("/change")} >= {"speed", "control", "support_force"}


def test_replay_without_a_request_differs(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Reader.messages
    monkeypatch.setattr(Reader, "messages", lambda *asked: [c for c in told(*asked) if c["what"] != "support_force"])
    assert replay(record).difference is not None


def test_a_pause_stands_and_is_no_stop(record: Path) -> None:
    reader, tables = Reader(record), Tables.from_core()
    rows = whole(reader)
    belt = rows["command"][:, next(s.start for s in tables.command if s.name == "belt_speed")]
    standing = (rows["t"] > 33e9) & (rows["t"] < 36e9)
    assert (belt[standing] == 0.0).all()
    assert (np.abs(rows["command"][standing, :2]).max(axis=1) > 1.0).all(), "the posture is held"
    knee = rows["sample"][standing, tables.columns("sample", "q").start + 1]
    assert np.ptp(knee) < 0.2
    states = [state for state in reader.messages("/state") if state["t"] > 2e9]
    assert states[0]["state"] == "prot_stop"
    assert states[0]["cause"] == "pain"


def test_pain_takes_the_help_away_within_300_ms_and_leaves_the_damping(record: Path) -> None:
    reader, tables = Reader(record), Tables.from_core()
    rows, limits = whole(reader), PLAN.limits
    at = next(state["t"] for state in reader.messages("/state") if state["cause"] == "pain")
    assert at == pytest.approx(36.05e9, abs=0.06e9)
    q, dq = (rows["sample"][:, tables.columns("sample", name)] for name in ("q", "dq"))
    inside = (q > np.array(limits["q_min"]) + 0.02) & (q < np.array(limits["q_max"]) - 0.02)
    power = np.where(inside, rows["command"][:, :6] * dq, 0.0)
    before = (rows["t"] > at - 3e9) & (rows["t"] < at)
    late = rows["t"] >= at + 300_000_000
    assert np.abs(rows["command"][before, :6]).max() > 5.0
    assert power[late].max() <= 1e-6, "nothing drives a leg any more"
    assert power[(rows["t"] >= at) & (rows["t"] < at + 100_000_000)].min() < 0.0, "it is braked"


def test_the_record_says_who_did_what(record: Path) -> None:
    reader = Reader(record)
    notes = {note["text_code"] or note["text"]: note["who"] for note in notes_of(reader)}
    assert notes["pause"] == notes["better shoes"] == f"therapist:{OPERATOR}"
    assert notes["pain_stop"] == "program"
    assert [pain["reason"] for pain in reader.messages("/pain")] == ["knee"]
    stages = [(mark["stage"], mark["phase"]) for mark in reader.messages("/stage")]
    assert stages == [("warm-up", "begin"), ("warm-up", "end"), ("faster", "begin"), ("faster", "end")]
    assert all(change["when"] is None for change in reader.messages("/change"))
    assert '"patient": "0123456789abcdef' in reader.metadata["programme"]


def notes_of(reader: Reader) -> list[dict[str, Any]]:
    return [{"text_code": None, "text": None, **note} for note in reader.messages("/note")]


def test_nobody_gives_a_reason_and_that_is_said() -> None:
    asked: list[float] = []

    def nothing() -> None:
        asked.append(time.monotonic())

    session = Session(PLAN, script=[(12.0, "press pain")], ask_reason=nothing)
    ending = session.run()
    assert (ending.pains, len(asked)) == (("not said",), 1)


def test_someone_starts_again_after_pain() -> None:
    script = [(12.0, "press pain"), (16.0, "press reset"), (17.5, "press arm"), (18.5, "press start"), (32.0, "stop")]
    show = io.StringIO()
    ending = Session(PLAN, script=script, patience=20.0, show=show).run()
    assert ending.reason == "stopped"
    said = show.getvalue()
    assert said.index("held (pain)") < said.index("resuming") < said.index("stopping")


class Full:
    """A recorder on a disk that is full after a while."""

    def __init__(self) -> None:
        self.left = 12

    def write(self, *rows: Any) -> None:
        self.tell()

    def tell(self, *what: Any, **wait: Any) -> bool:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return True

    def close(self) -> None:
        self.tell()


def test_a_full_disk_costs_the_record_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gaitloop.session.keeper._recorder", lambda *_, **__: Full())
    ending = Session(PLAN, out="unused.mcap", script=[(25.0, "stop")]).run()
    assert ending.reason == "stopped"
    assert ending.lost_rows > 10_000
    assert "No space left" in ending.message
    assert f"lost {ending.lost_rows} ticks" in ending.message


def test_without_a_record_nothing_is_lost() -> None:
    keeper = Keeper(None)
    assert keeper.tell("/note", 0, {})
    keeper.close()
    assert keeper.lost == (0, 0)


class Unplugged(SimulatedMachine):
    """A machine that disappears."""

    gone = False

    @property
    def end(self) -> str | None:
        return "device_lost" if self.gone else None

    def rows(self) -> Rows:
        rows = super().rows()
        self.gone = bool(rows.raw["t"][-1] > 15e9)
        return Rows({**rows.raw, "t": rows.raw["t"][:0]}, [], []) if self.gone else rows


def test_a_lost_device_ends_it_cleanly(tmp_path: Path) -> None:
    ending = Session(PLAN, Unplugged(PLAN), out=tmp_path / "a.mcap").run()
    assert ending.reason == "device_lost"
    assert "see plugs and power" in ending.message
    reader = Reader(tmp_path / "a.mcap")
    assert [mark["reason"] for mark in reader.messages("/stage")] == ["started", "device_lost"]
    assert replay(tmp_path / "a.mcap").difference is None


def speak(session: Session, *lines: bytes) -> list[str]:
    answers: list[str] = []
    with Remote(session, 0) as remote, socket.create_connection(("127.0.0.1", remote.port or 0), 10.0) as door:
        for line in lines:
            door.sendall(line + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                answer += door.recv(200)
            answers += answer.decode().splitlines()
    return answers


def test_a_remote_may_pause_and_stop_and_wish_and_nothing_else() -> None:
    session = Session(PLAN)
    said = [b"pause", b"skip", b"resume", b"start", b"reset", b"arm", b"\xff\x00", b"PAUSE", b"note hello", b"stop"]
    answers = speak(session, *said)
    assert [answer.split()[0] for answer in answers] == ["ok", "ok", *["refused:"] * 7, "ok"]
    assert list(session._inbox) == [("pause", "", "remote"), ("skip", "", "remote"), ("stop", "", "remote")]


def test_a_flood_is_refused_but_for_a_stop() -> None:
    session = Session(PLAN)
    answers = speak(session, *[b"pause"] * 30, b"stop")
    assert sum(answer.startswith("refused") for answer in answers) > 0
    assert answers[-1] == "ok stop"


def test_what_a_remote_says_by_python_is_no_more_than_by_its_door(tmp_path: Path) -> None:
    session = Session(PROGRAMME, out=tmp_path / "a.mcap", script=[(14.0, "stop")])
    session.skip("remote")
    session.resume("remote")
    session.run()
    codes = [note["text_code"] for note in notes_of(Reader(tmp_path / "a.mcap"))]
    assert codes[:2] == ["skip_asked", "resume_refused"]
    assert len([m for m in Reader(tmp_path / "a.mcap").messages("/stage") if m["phase"] == "begin"]) == 1


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    for address, kind in ((-1, ConfigError), ("", ConfigError), ("x" * 200, ConfigError), (True, ConfigError)):
        with pytest.raises(kind):
            Remote(Session(PLAN), address)
    with pytest.raises(DeviceError, match="cannot be listened on"):
        Remote(Session(PLAN), str(tmp_path / "no" / "door"))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes cannot be waited for there")
def test_lines_of_a_pipe_count() -> None:
    session = Session(PLAN)
    read, write = os.pipe()
    with os.fdopen(read) as stream, Console(session, stream):
        os.write(write, b"pause\nnote a b\nreason skin\nfly\n" + b"x" * 1000 + b"\nstop\n")
        end = time.monotonic() + 10.0
        while len(session._inbox) < 4 and time.monotonic() < end:
            time.sleep(0.01)
        os.close(write)
    assert [entry[0] for entry in session._inbox] == ["pause", "note", "reason", "stop"]


def test_keys_count() -> None:
    session = Session(PLAN)
    for key in " nsx1":
        press_key(session, key)
    assert [entry[0] for entry in session._inbox] == ["pause", "skip", "stop"]


@pytest.mark.parametrize(
    "entry", [(-1.0, "pause"), (1.0, "fly"), (1.0, "press"), (1.0, "pause now"), (float("nan"), "pause"), ("1", "stop")]
)
def test_a_script_is_checked(entry: Any) -> None:
    with pytest.raises(ConfigError, match="script must have"):
        Session(PLAN, script=[entry])


def test_an_operator_is_a_pseudonym() -> None:
    with pytest.raises(ConfigError, match="operator must be a pseudonym"):
        Session(PLAN, operator="Dr. Jane Doe")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_ctrl_c_ends_softly_and_leaves_a_whole_record(tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.toml", tmp_path / "a.mcap"
    plan.write_text(demo_plan().text.replace("duration = 600.0", "duration = 7200.0"), encoding="utf-8")
    words = [sys.executable, "-m", "gaitloop", "train", str(plan), "--device", "sim", "--out", str(out)]
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "walking, run" in line:
            break
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=120)
    assert process.returncode == 130, told
    assert "ended: stopped" in said
    reader = Reader(out)
    assert [mark["reason"] for mark in reader.messages("/stage")] == ["started", "stopped"]
    assert reader.messages("/state")[-1]["state"] == "standby"
    assert not reader.losses
