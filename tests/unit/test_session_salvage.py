"""Torn, cut, flipped and spliced records: what is read is right, what is not is told, and the rest can be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop.cli import main
from gaitloop.errors import RecordingError
from gaitloop.session import outline
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder, is_announcement_due
from gaitloop.session.salvage import salvage
from gaitloop.session.topics import JSON_SCHEMAS
from session_records import EVENT, META, STRIDE, TABLES, make_block

N = 20
BLOCKS = 10
quick = settings(max_examples=30)


def make(path: Path, seed: int, monkeypatch: pytest.MonkeyPatch | None = None) -> bytes:
    """A record of many short chunks that announces its channels more than once."""
    with Recorder(path, {**META, "seed": str(seed)}, tables=TABLES) as recorder:
        for number in range(BLOCKS):
            note = {"who": "program", "when": None, "text": f"{seed}-{number}"}
            recorder.tell("/note", number * N * 1_000_000, note)
            event = {**EVENT, "t": number, "t_emit": number * N * 1_000_000}
            recorder.write(make_block(number * N, N, seed), [event], [STRIDE] if number % 3 == 0 else [])
    return path.read_bytes()


@dataclass(frozen=True)
class Whole:
    """A record and everything that is in it."""

    data: bytes
    seed: int
    ticks: dict[int, bytes]
    messages: dict[str, list[dict[str, Any]]]
    metadata: dict[str, str]


@dataclass(frozen=True)
class Read:
    """What was read of a file."""

    ticks: dict[int, bytes]
    messages: dict[str, list[dict[str, Any]]]
    metadata: dict[str, str]
    losses: list[str]


def read(path: Path) -> Read:
    reader = Reader(path, tables=TABLES)
    ticks: dict[int, bytes] = {}
    for block in reader.blocks():
        for row, t in enumerate(block.t):
            told = [block.telemetry[block.telemetry_t == t]]
            parts = [block.sample, block.valid, block.stamp, block.command, block.command_integers]
            assert int(t) not in ticks
            ticks[int(t)] = b"".join(part[row].tobytes() for part in parts) + told[0].tobytes()
    messages = {topic: list[dict[str, Any]]() for topic in JSON_SCHEMAS}
    for chunk in reader.chunks():
        for topic, found in chunk.messages.items():
            messages[topic] += [message.values for message in found]
    assert reader.messages("/event") == messages["/event"]
    return Read(ticks, messages, reader.metadata, reader.losses)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("salvage")


@pytest.fixture(scope="module")
def two(folder: Path) -> tuple[Whole, Whole]:
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gaitloop.session.record.ANNOUNCE_EVERY", 5 * N * 1_000_000)
        for seed in (3, 4):
            data = make(folder / f"{seed}.mcap", seed)
            whole = read(folder / f"{seed}.mcap")
            assert whole.losses == []
            assert len(whole.ticks) == N * BLOCKS
            found.append(Whole(data, seed, whole.ticks, whole.messages, whole.metadata))
    return found[0], found[1]


def judge(data: bytes, folder: Path, wholes: tuple[Whole, ...]) -> Read | None:
    """Refused, or right as far as it goes and honest about the rest."""
    path = folder / "damaged.mcap"
    path.write_bytes(data)
    try:
        got = read(path)
    except RecordingError:
        return None
    (origin,) = [whole for whole in wholes if whole.metadata == got.metadata]
    assert got.ticks.items() <= origin.ticks.items()
    for topic, messages in got.messages.items():
        assert [m for m in messages if m not in origin.messages[topic]] == []
    if got.ticks != origin.ticks or got.messages != origin.messages:
        assert got.losses
    return got


@quick
@given(share=st.floats(0.0, 1.0, exclude_max=True))
def test_any_truncation(two: tuple[Whole, Whole], folder: Path, share: float) -> None:
    data = two[0].data[: int(share * len(two[0].data))]
    got = judge(data, folder, two[:1])
    assert got is None or got.losses


@quick
@given(at=st.lists(st.floats(0.0, 1.0, exclude_max=True), min_size=1, max_size=4), mask=st.integers(1, 255))
def test_any_flip(two: tuple[Whole, Whole], folder: Path, at: list[float], mask: int) -> None:
    data = bytearray(two[0].data)
    for share in at:
        data[int(share * len(data))] ^= mask
    judge(bytes(data), folder, two[:1])


def test_a_flip_among_the_first_and_the_last_bytes(two: tuple[Whole, Whole], folder: Path) -> None:
    """Where heads, metadata, definitions and the index stand."""
    for at in [*range(0, 900, 23), *range(len(two[0].data) - 300, len(two[0].data), 29)]:
        data = bytearray(two[0].data)
        data[at] ^= 0x11
        got = judge(bytes(data), folder, two[:1])
        assert got is not None
        assert len(got.ticks) == N * BLOCKS


@quick
@given(one=st.floats(0.0, 1.0), other=st.floats(0.0, 1.0), swap=st.booleans())
def test_any_splice_of_two_sessions(
    two: tuple[Whole, Whole], folder: Path, one: float, other: float, swap: bool
) -> None:
    first, second = two[::-1] if swap else two
    judge(first.data[: int(one * len(first.data))] + second.data[int(other * len(second.data)) :], folder, two)


@quick
@given(cuts=st.tuples(*[st.floats(0.0, 1.0)] * 3), twice=st.booleans(), noise=st.binary(max_size=40))
def test_any_part_taken_out_or_put_in_again(
    two: tuple[Whole, Whole], folder: Path, cuts: tuple[float, float, float], twice: bool, noise: bytes
) -> None:
    data = two[0].data
    a, b, c = (int(share * len(data)) for share in sorted(cuts))
    judge(data[:b] + noise + data[a:b] + data[b:] if twice else data[:a] + noise + data[b:], folder, two[:1])
    judge(data[:a] + data[b:c] + data[a:b] + data[c:], folder, two[:1])


@quick
@given(data=st.binary(max_size=200))
def test_any_bytes(folder: Path, data: bytes) -> None:
    judge(data, folder, ())


def chunks_of(whole: Whole, folder: Path) -> list[tuple[int, int]]:
    """Where the chunks of a record begin and end, with their indices."""
    from gaitloop.session.outline import opened, read_index

    path = folder / "chunks.mcap"
    path.write_bytes(whole.data)
    with opened(path) as source:
        index = read_index(source)
    assert index is not None
    starts = [place.offset for place in index.places]
    return list(zip(starts, [*starts[1:], index.places[-1].offset + index.places[-1].length], strict=True))


def test_whole_chunks_taken_out_doubled_swapped_and_foreign_are_named(two: tuple[Whole, Whole], folder: Path) -> None:
    data, places = two[0].data, chunks_of(two[0], folder)
    (a, b), (c, d), (_, e) = places[6:9]
    foreign = two[1].data[slice(*chunks_of(two[1], folder)[6])]

    def losses(parts: bytes) -> str:
        got = judge(parts, folder, two[:1])
        assert got is not None
        return "; ".join(got.losses)

    assert "chunk 6 is missing" in losses(data[:a] + data[b:])
    assert "chunks 6 to 7 are missing" in losses(data[:a] + data[d:])
    assert f"a chunk that stands twice or out of order, at byte {b}: number 6" in losses(
        data[:b] + data[a:b] + data[b:]
    )
    assert "out of order" in losses(data[:a] + data[c:d] + data[a:b] + data[d:])
    assert f"a chunk of another session, at byte {b}" in losses(data[:b] + foreign + data[b:])
    assert f"bytes {d} to {e - 1 + 40} make no sense" in losses(data[:d] + b"x" * 40 + bytes(e - d) + data[e:])


@pytest.fixture(scope="module")
def short(folder: Path) -> Whole:
    """A record of two seconds in chunks of 20 ms, as one that runs is written."""
    path = folder / "short.mcap"
    with Recorder(path, META, tables=TABLES) as recorder:
        for number in range(100):
            recorder.write(make_block(number * N, N), [EVENT] if number == 3 else [])
    whole = read(path)
    return Whole(path.read_bytes(), 1, whole.ticks, whole.messages, whole.metadata)


def spoiled(data: bytes, place: tuple[int, int]) -> bytes:
    """A byte of a chunk is another."""
    at = place[0] + 100
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def test_a_closed_record_without_its_first_chunk_is_read_by_its_index(
    short: Whole, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gaitloop.session.record.ANNOUNCE_EVERY", 10**15)  # as records without a second one have it
    path = folder / "once.mcap"
    with Recorder(path, META, tables=TABLES) as recorder:
        for number in range(40):
            recorder.write(make_block(number * N, N), [EVENT] if number == 3 else [])
    data = path.read_bytes()
    got = judge(spoiled(data, chunks_of(replace(short, data=data), folder)[0]), folder, (short,))
    assert got is not None
    assert len(got.ticks) == 40 * N
    assert got.messages["/event"] == [EVENT]
    assert got.losses[0] == "a damaged chunk, 0.000 to 0.000 s"
    assert not any("channels" in loss for loss in got.losses)
    assert salvage(folder / "damaged.mcap", folder / "left.mcap").ticks == 40 * N


def test_a_cut_record_without_its_first_chunk_is_read_by_what_it_says_again(short: Whole, folder: Path) -> None:
    places = chunks_of(short, folder)
    got = judge(spoiled(short.data, places[0])[: places[-1][0]], folder, (short,))
    assert got is not None
    assert len(got.ticks) == 99 * N, "all but the last chunk"
    assert not any("channels" in loss for loss in got.losses)


def test_chunks_that_nothing_explains_are_told_and_the_file_is_searched_once(
    short: Whole, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = chunks_of(short, folder)
    path = folder / "damaged.mcap"
    path.write_bytes(spoiled(short.data, places[0])[: places[45][0]])  # before its channels stand there again
    walked = []
    walk = outline.walk
    monkeypatch.setattr("gaitloop.session.reader.walk", lambda *words: walked.append(1) or walk(*words))
    reader = Reader(path, tables=TABLES)
    assert list(reader.chunks()) == []
    assert len(walked) == 3, "for the metadata, the chunks, and the channels"
    told = [loss for loss in reader.losses if loss.startswith("a chunk whose channels are defined in no chunk")]
    assert len(told) == 44
    assert told[-1].endswith("0.800 to 0.819 s")


def test_an_index_of_another_session_explains_nothing(two: tuple[Whole, Whole], folder: Path) -> None:
    places, others = (chunks_of(whole, folder) for whole in two)
    data = spoiled(two[0].data, places[0])[: places[4][0]] + two[1].data[others[4][0] :]
    got = judge(data, folder, two)
    assert got is not None
    assert got.ticks == {}
    path = folder / "damaged.mcap"
    reader = Reader(path, tables=TABLES)
    with outline.opened(path) as source:
        index = outline.read_index(source)
        assert index is None or not reader._is_ours(source, index)


def test_a_record_says_its_channels_again_after_a_second_and_then_each_minute() -> None:
    announced: list[int] = []
    for t in range(0, 200_000_000_000, 20_000_000):
        if is_announcement_due(announced, t):
            announced.append(t)
    assert [t * 1e-9 for t in announced] == pytest.approx([0.0, 1.0, 61.0, 121.0, 181.0])


def test_what_is_missing_is_said_in_ticks_and_messages(two: tuple[Whole, Whole], folder: Path) -> None:
    data, places = two[0].data, chunks_of(two[0], folder)
    got = judge(data[: places[4][0]] + data[places[10][0] :], folder, two[:1])
    assert got is not None
    assert "ticks 20 to 59 are missing, after 0.019 s and before 0.060 s" in got.losses
    assert "2 of /note are missing before 0.060 s" in got.losses
    assert "chunks 4 to 9 are missing" in got.losses


def test_the_metadata_are_found_again(two: tuple[Whole, Whole], folder: Path) -> None:
    data = two[0].data
    at = data.index(b"schema_version") + 20
    for damaged in (data[at:], data[:8] + bytes(at) + data[at:]):
        got = judge(damaged, folder, two[:1])
        assert got is not None
        assert len(got.ticks) == N * BLOCKS
        assert "the metadata record is damaged or of another session; a copy of it was read" in got.losses


@settings(max_examples=10)
@given(share=st.floats(0.05, 0.95), length=st.integers(1, 3000))
def test_what_is_left_is_kept(two: tuple[Whole, Whole], folder: Path, share: float, length: int) -> None:
    data = two[0].data
    at = int(share * len(data))
    got = judge(data[:at] + data[at + length :], folder, two[:1])
    assert got is not None
    out = folder / "left.mcap"
    found = salvage(folder / "damaged.mcap", out)
    again = read(out)
    assert again.ticks == got.ticks
    assert again.messages == got.messages
    assert found.ticks == len(got.ticks)
    assert found.messages == sum(map(len, got.messages.values()))
    assert set(found.losses) <= set(got.losses)
    assert {f"lost before it was salvaged: {loss}" for loss in found.losses} <= set(again.losses)
    assert [path.name for path in folder.glob("*.part")] == []


def test_a_record_of_version_1_becomes_one_of_today(root: Path, tmp_path: Path) -> None:
    found = salvage(root / "tests/golden/session_v1.mcap", tmp_path / "a.mcap")
    assert found.losses == ()
    reader = Reader(tmp_path / "a.mcap", tables=TABLES)
    assert reader.metadata["schema_version"] == "2"
    assert sum(len(block.t) for block in reader.blocks()) == found.ticks == 65
    assert (reader.messages("/event"), reader.losses) == ([EVENT, EVENT], [])


def test_the_command_says_what_was_lost(
    two: tuple[Whole, Whole], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "torn.mcap", tmp_path / "left.mcap"
    path.write_bytes(two[0].data[: len(two[0].data) // 2])
    assert main(["salvage", str(path), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "lost: the file ends in the middle, after" in said.err
    assert "losses told above; " in said.out
    assert main(["salvage", str(path), "--out", str(path)]) == 2
    assert "--out must not be the file that is read" in capsys.readouterr().err
    path.write_bytes(two[0].data[: two[0].data.index(b"schema_version") + 300])
    out.unlink()
    assert main(["salvage", str(path), "--out", str(out)]) == 2
    assert not out.exists()
