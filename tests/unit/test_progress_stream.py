"""The stream for games: what is told arrives, slow readers lose the oldest and are told, nobody is waited for."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError, DeviceError
from gaitloop.progress import GameServer, GameStream
from gaitloop.progress.stream import KINDS
from progress_cases import PERSON


def until(true, seconds=10.0):
    """Poll, as a busy machine takes its time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_every_reader_gets_every_message_from_when_it_came():
    stream = GameStream()
    first = stream.subscribe()
    stream.tell("state", 0.0, what="walking")
    second = stream.subscribe()
    stream.tell("step", 1.25, side="left", steps=7, support=0.5)
    lines = [json.loads(line) for line in first.read()]
    assert lines == [
        {"v": 1, "n": 1, "t": 0.0, "kind": "state", "what": "walking"},
        {"v": 1, "n": 2, "t": 1.25, "kind": "step", "side": "left", "steps": 7, "support": 0.5},
    ]
    assert [json.loads(line) for line in second.read()] == lines[1:]
    assert first.read() == []


@given(st.integers(1, 20), st.integers(0, 60))
def test_a_slow_reader_loses_the_oldest_and_is_told_how_many(capacity, count):
    stream = GameStream(capacity=capacity)
    reader = stream.subscribe()
    for i in range(count):
        stream.tell("score", float(i), score=i % 100)
    lines = [json.loads(line) for line in reader.read()]
    lost = max(count - capacity, 0)
    assert reader.dropped == lost
    if lost:
        assert lines.pop(0) == {"kind": "dropped", "count": lost}
    assert [line["n"] for line in lines] == list(range(lost + 1, count + 1))
    stream.tell("score", 99.0, score=1)
    assert [json.loads(line)["n"] for line in reader.read()] == [count + 1]


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("patient", {}, "kind must be one of step, score"),
        ("step", {"patient": PERSON}, "step has no field 'patient'; it has side"),
        ("step", {"side": PERSON}, "side must be one of left, right"),
        ("step", {"support": 1.5}, r"support must lie in \[0, 1\] \[-\], got 1.5"),
        ("step", {"symmetry": float("nan")}, "symmetry must lie in"),
        ("step", {"speed": "fast"}, "speed must be a number, got 'fast'"),
        ("score", {"score": 5.5}, "score must be a whole number, got 5.5"),
        ("score", {"success": "yes"}, "success must be true or false"),
        ("milestone", {"what": "Ms Miller walked"}, "what must be one of independence"),
    ],
)
def test_nothing_else_can_be_told(kind, values, words):
    stream = GameStream()
    reader = stream.subscribe()
    with pytest.raises(ConfigError, match=words):
        stream.tell(kind, 0.0, **values)
    assert reader.read() == []


def test_no_field_takes_free_text():
    for rules in KINDS.values():
        for rule in rules.values():
            assert rule is bool or all(isinstance(part, str) for part in rule) or len(rule) == 2


def test_a_closed_subscription_takes_no_more():
    stream = GameStream()
    reader = stream.subscribe()
    stream.tell("score", 0.0, score=1)
    reader.close()
    stream.tell("score", 1.0, score=2)
    assert len(reader.read()) == 1
    stream.close()


def test_a_reader_is_woken():
    stream = GameStream()
    reader = stream.subscribe()
    got = []
    thread = threading.Thread(target=lambda: got.extend(reader.read(30.0)))
    thread.start()
    stream.tell("score", 0.0, score=1)
    thread.join(30.0)
    assert len(got) == 1


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GameStream(capacity=0), r"capacity must lie in \[1, 10000\]"),
        (lambda: GameServer(GameStream(), host="0.0.0.0"), "other machines cannot reach"),
        (lambda: GameServer(GameStream(), host="192.168.1.7"), "other machines cannot reach"),
        (lambda: GameServer(GameStream(), host="clinic"), "host must be an address of this machine"),
        (lambda: GameServer(GameStream(), port=70_000), r"port must lie in \[0, 65535\]"),
        (lambda: GameStream().subscribe().read(-1.0), "timeout must lie in"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_a_game_reads_lines_and_is_never_listened_to():
    stream = GameStream()
    with GameServer(stream) as server, socket.create_connection(("127.0.0.1", server.port), timeout=10.0) as game:
        until(lambda: server.connections == 1)
        game.sendall(b'{"kind":"stop"}\n')
        stream.tell("state", 3.0, what="paused")
        with game.makefile("r", encoding="ascii") as lines:
            assert json.loads(lines.readline()) == {"v": 1, "n": 1, "t": 3.0, "kind": "state", "what": "paused"}
        with pytest.raises(DeviceError, match=r"port \d+ of 127.0.0.1 cannot be had"):
            GameServer(stream, port=server.port)
    server.close()


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=10.0)


def test_a_game_that_hangs_holds_up_nobody_and_is_let_go():
    stream = GameStream(capacity=5000)
    with GameServer(stream, most=2) as server, connect(server) as hung:
        with connect(server) as lively:
            until(lambda: server.connections == 2)
            with connect(server) as third:
                assert third.recv(1) == b""  # one too many
            seen = 0
            with lively.makefile("r", encoding="ascii") as lines:
                for i in range(300):
                    stream.tell("score", float(i), score=i % 100)
                    seen = json.loads(lines.readline()).get("n", seen)
            assert seen == 300

        def let_go():  # what nobody takes fills the line, and then its time runs out
            for i in range(5000):
                stream.tell("score", float(i), score=i % 100)
            return server.connections == 0

        until(let_go, 30.0)
        assert hung.fileno() >= 0


def test_a_game_that_leaves_is_forgotten():
    stream = GameStream()
    with GameServer(stream) as server:
        game = socket.create_connection(("127.0.0.1", server.port), timeout=10.0)
        until(lambda: server.connections == 1)
        game.close()

        def gone():
            stream.tell("score", 0.0, score=1)
            return server.connections == 0

        until(gone)
