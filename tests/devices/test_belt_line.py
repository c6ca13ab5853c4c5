"""The open belt protocol: lines, any octets, and what the simulated firmware does with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.devices.treadmill import BeltFirmware
from gaitloop.devices.treadmill import belt_line as line
from gaitloop.errors import ConfigError, WireError

sequences = st.integers(0, line.SEQUENCE - 1)
commands = st.one_of(
    st.just(line.Command("ID")),
    st.builds(line.Command, st.sampled_from(["S", "R"]), sequences),
    st.builds(line.Command, st.just("V"), sequences, st.integers(0, line.LARGEST)),
)
speeds = st.integers(-line.LARGEST, line.LARGEST)
replies = st.one_of(
    st.builds(line.Identity, st.integers(0, 999), st.integers(1, line.LARGEST), st.integers(1, 10_000)),
    st.builds(line.Refusal, sequences, st.sampled_from(line.REASONS)),
    st.builds(line.State, sequences, speeds, st.integers(0, line.LARGEST), st.just(False), st.just("none")),
    st.builds(line.State, sequences, speeds, st.integers(0, 9), st.just(True), st.sampled_from(line.CAUSES[1:])),
)


def test_lines_written_out_by_hand():
    """Checksums are CRC-16/CCITT-FALSE, whose check value over 123456789 is 29B1."""
    assert line.frame("123456789") == b"$123456789*29B1\n"
    assert line.encode_command(line.Command("V", 7, 800)) == b"$V 7 800*8CC2\n"
    state = line.State(7, 799, 800, False, "none")
    assert line.encode_reply(state).startswith(b"$ST 7 799 800 R none*")


@given(commands)
def test_commands_arrive_as_they_were_sent(command):
    assert line.decode_command(line.encode_command(command)) == command


@given(replies)
def test_replies_arrive_as_they_were_sent(reply):
    data = line.encode_reply(reply)
    assert len(data) <= line.LONGEST
    assert line.decode_reply(data) == reply


@given(replies, st.data())
def test_no_changed_octet_goes_through(reply, data):
    octets = bytearray(line.encode_reply(reply)[:-1])
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        line.decode_reply(bytes(octets))


@pytest.mark.parametrize("decode", [line.decode_command, line.decode_reply])
@given(octets=st.one_of(st.binary(max_size=80), st.text(max_size=20).map(lambda text: text.encode())))
def test_any_octets_are_refused_and_nothing_else(decode, octets):
    for data in (octets, b"$" + octets + b"*0000", b"$" + octets + b"*%04X" % line.crc_hqx(octets, 0xFFFF)):
        try:
            told = decode(data)
        except WireError:
            continue
        assert isinstance(told, line.Command | line.Identity | line.State | line.Refusal)


@pytest.mark.parametrize(
    "body",
    [
        "V 1",
        "V 1 2 3",
        "V 65536 1",
        "V 1 10000",
        "V 1 -1",
        "V 1 +1",
        "V 1 01",
        "V 1 1.0",
        "V  1 1",
        "X 1",
        "S",
        "",
        "V ² 1",
    ],
)
def test_commands_that_are_none(body):
    octets = body.encode()
    with pytest.raises(WireError):
        line.decode_command(b"$" + octets + b"*%04X\n" % line.crc_hqx(octets, 0xFFFF))


@pytest.mark.parametrize(
    "body",
    [
        "ST 1 0 0 H none",
        "ST 1 0 0 R watchdog",
        "ST 1 0 0 R",
        "ST 1 0 0 X none",
        "NO 1 why",
        "ID 1 0 200",
        "ID 1 2000 0",
    ],
)
def test_replies_that_are_none(body):
    with pytest.raises(WireError):
        line.decode_reply(line.frame(body))


@pytest.mark.parametrize("body", ["a$b", "a*b", "a\nb", "ä", "x" * 58])
def test_bodies_that_cannot_be_sent(body):
    with pytest.raises(ConfigError, match="a body must be up to 57 printable ASCII characters"):
        line.frame(body)


@given(st.lists(st.binary(max_size=90), max_size=12), st.lists(replies, min_size=1, max_size=4))
def test_lines_are_found_again_behind_any_garbage(chunks, told):
    """After a line feed nothing is lost, however the octets arrive."""
    splitter = line.Splitter()
    for chunk in chunks:
        assert all(len(text) <= len(chunk) + line.LONGEST for text in splitter.feed(chunk))
    splitter.feed(b"\n")
    found = [text for octet in b"".join(map(line.encode_reply, told)) for text in splitter.feed(bytes([octet]))]
    assert [line.decode_reply(text) for text in found] == told


def test_octets_without_an_end_are_not_kept():
    splitter = line.Splitter()
    told = [text for _ in range(1000) for text in splitter.feed(b"x" * 50)]
    assert [len(text) for text in told] == [line.LONGEST]
    assert len(splitter._held) < line.LONGEST
    assert splitter.feed(b"\n" + line.frame("S 1")) == [line.frame("S 1")[:-1]]


class Bench:
    """A firmware on a bench: commands in, its last state out."""

    def __init__(self, **given):
        self.firmware = BeltFirmware(**given)
        self.sequence = 0

    def send(self, verb, speed_mm_s=0, *, again=False):
        self.sequence += not again
        self.firmware.take()
        self.firmware.feed(line.encode_command(line.Command(verb, self.sequence, speed_mm_s)))
        return [line.decode_reply(text + b"\n") for text in self.firmware.take().split(b"\n")[:-1]]

    def run(self, seconds):
        for _ in range(round(seconds / 0.005)):
            self.firmware.advance(0.005)


def test_a_belt_moves_only_after_a_release():
    bench = Bench()
    assert bench.send("V", 500) == [line.Refusal(1, "halted")]
    assert bench.send("R") == [line.State(2, 0, 0, False, "none")]
    assert bench.send("V", 500) == [line.State(3, 0, 500, False, "none")]
    bench.run(0.1)
    assert bench.firmware.speed == pytest.approx(0.1)
    assert bench.send("V", 2001) == [line.Refusal(4, "range")]


def test_the_watchdog_stops_the_belt_when_no_command_comes():
    bench = Bench(watchdog_ms=200)
    bench.send("R")
    for _ in range(10):
        bench.send("V", 500)
        bench.run(0.19)
    assert bench.firmware.cause == "none"
    assert bench.firmware.speed == pytest.approx(0.5)
    bench.run(0.02)
    assert bench.firmware.cause == "watchdog"
    bench.run(0.51)
    assert bench.firmware.speed == 0.0
    assert bench.send("V", 500) == [line.Refusal(bench.sequence, "halted")]


@pytest.mark.parametrize("sign_of_life", [b"garbage\n", b"$V 9 500*0000\n", b"\n", b"$ID*\n"])
def test_what_is_no_command_does_not_keep_the_belt_going(sign_of_life):
    bench = Bench(watchdog_ms=200)
    bench.send("R")
    bench.send("V", 500)
    for _ in range(50):
        bench.firmware.feed(sign_of_life)
        bench.run(0.005)
    assert bench.firmware.cause == "watchdog"


def test_a_command_that_repeats_itself_does_not_keep_the_belt_going():
    bench = Bench(watchdog_ms=200)
    bench.send("R")
    bench.send("V", 500)
    for _ in range(50):
        bench.send("V", 500, again=True)
        bench.run(0.005)
    assert bench.firmware.cause == "watchdog"


def test_the_stop_button_is_stronger_than_a_release():
    bench = Bench()
    bench.send("R")
    bench.send("V", 500)
    bench.run(0.1)
    bench.firmware.press()
    assert bench.send("R") == [line.Refusal(3, "button")]
    bench.firmware.release()
    assert bench.send("R") == [line.Refusal(4, "moving")]
    bench.run(1.0)
    assert bench.firmware.cause == "button"
    assert bench.send("R") == [line.State(5, 0, 0, False, "none")]
