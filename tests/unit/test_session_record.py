"""Records: exact both ways, equal bytes for equal sessions, readable by others, and honest when cut off."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from mcap.reader import make_reader

from gaitloop.errors import ConfigError, MissingExtraError, RecordingError
from gaitloop.session import container
from gaitloop.session.layout import FieldSpec, Layout, Tables
from gaitloop.session.messages import read_message
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder, limits_hash
from session_records import EVENT, META, STRIDE, TABLES, make_block, write


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return write(tmp_path / "a.mcap", [make_block(0), make_block(1000), make_block(2000, 503)])


def test_every_tick_comes_back_bit_for_bit(record: Path) -> None:
    blocks = list(Reader(record, tables=TABLES).blocks())
    assert [len(b.t) for b in blocks] == [1000, 1000, 503]
    for got, want in zip(blocks, [make_block(0), make_block(1000), make_block(2000, 503)], strict=True):
        fitted = [0, 1, 2, 3, 4, 5, 7, 8]
        for name in ("t", "valid", "command", "command_integers", "telemetry_t", "telemetry"):
            np.testing.assert_array_equal(getattr(got, name), getattr(want, name), err_msg=name)
        np.testing.assert_array_equal(got.sample[:, fitted], want.sample[:, fitted])
        np.testing.assert_array_equal(got.stamp[:, [0, 2]], want.stamp[:, [0, 2]])


def test_special_values_survive(tmp_path: Path) -> None:
    block = make_block(0, 10)
    block.command[0, :4] = [-0.0, np.nan, np.inf, 5e-324]
    block.sample[0, :3] = [-0.0, np.nan, -np.inf]
    (got,) = Reader(write(tmp_path / "a.mcap", [block]), tables=TABLES).blocks()
    assert got.command.tobytes() == block.command.tobytes()
    assert got.sample[0, :3].tobytes() == block.sample[0, :3].tobytes()


def test_equal_sessions_give_equal_bytes(record: Path, tmp_path: Path) -> None:
    again = write(tmp_path / "b.mcap", [make_block(0), make_block(1000), make_block(2000, 503)])
    assert record.read_bytes() == again.read_bytes()


def test_a_sensor_that_comes_alive_later_is_kept(tmp_path: Path) -> None:
    late = make_block(1000)
    late.valid[700:, 6] = True
    first, second = Reader(write(tmp_path / "a.mcap", [make_block(0), late]), tables=TABLES).blocks()
    assert not first.valid[:, 6].any()
    np.testing.assert_array_equal(second.valid, late.valid)
    np.testing.assert_array_equal(second.sample[700:, 6], late.sample[700:, 6])


def test_the_reader_of_the_format_agrees(record: Path) -> None:
    with record.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        topics = {channel.topic: number for number, channel in summary.channels.items()}
        marks = summary.statistics.channel_message_counts[topics.pop("/mark")]
        assert summary.statistics.channel_message_counts[topics.pop("/metadata")] == 2
        counts = summary.statistics.channel_message_counts
        counts = {topic: counts[n] for topic, n in topics.items() if counts.get(n)}
        assert counts == {"/sample": 2503, "/command": 2503, "/telemetry": 251, "/event": 3, "/stride": 3, "/state": 2}
        assert marks == 2 + 2 * 3
        times = [message.log_time for _, _, message in reader.iter_messages(topics=["/command"])]
        assert times == [i * 1_000_000 for i in range(2503)]
        schema, _, first = next(iter(reader.iter_messages(topics=["/sample"])))
        # CDR: four bytes of header, then little-endian values without padding, as the message text says.
        assert schema is not None
        assert schema.encoding == "ros2msg"
        assert schema.data.decode().startswith("float64[6] q  # [rad] Joint angles.\nfloat64[2] foot_force")
        assert first.data[:4] == bytes((0, 1, 0, 0))
        np.testing.assert_array_equal(np.frombuffer(first.data, "<f8", 6, 4), make_block(0).sample[0, :6])


def test_summary_needs_no_samples(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(record, tables=TABLES)
    monkeypatch.setattr("gaitloop.session.rows._sample_arrays", None)
    summary = reader.summary()
    assert summary.events == [EVENT] * 3
    assert summary.strides == [STRIDE] * 3
    assert [(s["t"], s["state"]) for s in summary.states] == [(0, "BOOT"), (500_000_000, "RUN")]
    assert reader.losses == []


def test_metadata_says_how_it_was_made(record: Path) -> None:
    metadata = Reader(record, tables=TABLES).metadata
    assert META.items() <= metadata.items()
    assert json.loads(metadata["states"]) == ["BOOT", "RUN"]


def test_a_cut_off_record_keeps_all_but_the_last_second(record: Path, tmp_path: Path) -> None:
    data = record.read_bytes()
    cut = tmp_path / "cut.mcap"
    for share in (0.5, 0.8, 0.9):
        cut.write_bytes(data[: int(share * len(data))])
        reader = Reader(cut, tables=TABLES)
        ticks = sum(len(block.t) for block in reader.blocks())
        assert ticks >= 1000 * (int(2.5 * share) - 1)
        assert any("ends in the middle" in loss for loss in reader.losses)
    assert ticks == 2000
    cut.write_bytes(data[:-8])
    reader = Reader(cut, tables=TABLES)
    assert sum(len(block.t) for block in reader.blocks()) == 2503
    assert reader.losses


def test_any_cut_is_refused_or_reported(record: Path, tmp_path: Path) -> None:
    data, cut = record.read_bytes(), tmp_path / "cut.mcap"
    for length in [*range(0, 900, 7), *range(900, len(data) - 1, 9973)]:
        cut.write_bytes(data[:length])
        try:
            reader = Reader(cut, tables=TABLES)
        except RecordingError:
            continue
        list(reader.blocks())
        assert reader.losses, length


def test_a_flipped_byte_is_refused_reported_or_harmless(record: Path, tmp_path: Path) -> None:
    data, bad = bytearray(record.read_bytes()), tmp_path / "bad.mcap"
    whole = b"".join(block.command.tobytes() for block in Reader(record, tables=TABLES).blocks())
    rng = np.random.default_rng(5)
    for at in [*range(8, 400, 11), *rng.integers(400, len(data), 60)]:
        data[at] ^= 0x55
        bad.write_bytes(data)
        data[at] ^= 0x55
        try:
            reader = Reader(bad, tables=TABLES)
            got = b"".join(block.command.tobytes() for block in reader.blocks())
        except RecordingError:
            continue
        assert reader.losses or got == whole, at


def test_a_chunk_that_unpacks_to_too_much_is_neither_written_nor_read(
    record: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("gaitloop.session.outline.LARGEST_CHUNK", 1000)
    reader = Reader(record, tables=TABLES)
    assert list(reader.blocks()) == []
    assert reader.losses[0].startswith("a damaged chunk")
    monkeypatch.setattr(container, "LARGEST_CHUNK", 1000)
    with pytest.raises(ConfigError, match="block must have at most 1000 bytes, got"):
        write(tmp_path / "b.mcap", [make_block(0)])


@pytest.mark.parametrize(
    "message",
    [
        b"[]",
        b"[" * 100_000,
        b'{"side": "left"}',
        json.dumps(EVENT | {"t": 1.5}).encode(),
        json.dumps(EVENT | {"t": 2**63}).encode(),
        json.dumps(EVENT | {"t": True}).encode(),
        json.dumps(EVENT | {"side": "both"}).encode(),
        json.dumps(EVENT | {"confidence": float("nan")}).encode(),
        json.dumps(EVENT).replace("1.0", "1e999").encode(),
    ],
)
def test_a_message_that_does_not_fit_its_schema_is_refused(message: bytes) -> None:
    assert read_message("/event", json.dumps(EVENT).encode()) == EVENT
    with pytest.raises(ValueError, match=r"/event|NaN"):
        read_message("/event", message)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mcap", None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[log\]"):
        container.require_mcap()


def test_layout_text_reads_back() -> None:
    layout = Layout("a/msg/B", (("float64", 6, "q", "[rad] x"), ("int64", 1, "age", ""), ("uint64", 1, "valid", "")))
    assert Layout.parse("a/msg/B", layout.text) == layout
    assert layout.dtype.itemsize == 31 + 4 + 8 * 8


def test_limits_hash_sees_every_limit() -> None:
    one = {"tau_max": np.ones(6), "lease": 0.02}
    assert limits_hash(one) == limits_hash({"lease": 0.02, "tau_max": [1.0] * 6})
    assert limits_hash(one) != limits_hash({**one, "lease": 0.021})


def test_a_row_may_have_more_than_64_values(tmp_path: Path) -> None:
    wide = replace(TABLES, sample=(*TABLES.sample, FieldSpec("q_second", 9, 60, "rad", "Many angles.")))
    rng, block = np.random.default_rng(0), make_block(0, 10)
    extra = rng.normal(size=(10, 60)), rng.random((10, 60)) > 0.5
    sample, valid = np.hstack([block.sample, extra[0]]), np.hstack([block.valid, extra[1]])
    written = replace(block, sample=sample, valid=valid, stamp=np.hstack([block.stamp, block.stamp[:, :1]]))
    with Recorder(tmp_path / "a.mcap", META, tables=wide) as recorder:
        recorder.write(written)
    (got,) = Reader(tmp_path / "a.mcap", tables=wide).blocks()
    np.testing.assert_array_equal(got.valid, valid)
    np.testing.assert_array_equal(got.sample[:, 9:], extra[0])


def test_a_record_of_an_earlier_version_lacks_what_that_did_not_have(record: Path) -> None:
    """Sixty values more in a sample, and two groups more in what is sent and told."""
    later = Tables(
        **{
            **{name: getattr(TABLES, name) for name in ("command_integers", "states", "causes")},
            "sample": (*TABLES.sample, FieldSpec("drive_digest", 9, 60, "-", "Digests.")),
            "command": (*TABLES.command, FieldSpec("clear", 7, 1, "-", "Drives may come back.")),
            "telemetry": (*TABLES.telemetry, FieldSpec("selftest", 2, 3, "-", "Self-test.")),
        }
    )
    before, after = (list(Reader(record, tables=tables).blocks()) for tables in (TABLES, later))
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(new.sample[:, :9], old.sample)
        np.testing.assert_array_equal(new.valid[:, :9], old.valid)
        assert not new.valid[:, 9:].any()
        np.testing.assert_array_equal(new.command[:, :7], old.command)
        assert np.isnan(new.command[:, 7:]).all()
        assert np.isnan(new.telemetry[:, 2:]).all()


def test_a_record_without_a_sample_is_analyzed_all_the_same(record: Path, tmp_path: Path) -> None:
    from gaitloop.session.export import analyze_record

    text, losses, files = analyze_record(record, tmp_path / "out")
    assert losses == []
    assert text.splitlines()[-1] == "3 events, 0 initial contacts, 3 strides, cadence unknown"
    assert files[0].read_text() == "foot,event,time_s,emit_s\n" + "left,to,0.005,0.009\n" * 3
    with Recorder(tmp_path / "empty.mcap", META, tables=TABLES):
        pass
    text, losses, _ = analyze_record(tmp_path / "empty.mcap", tmp_path / "out")
    assert text.splitlines()[-1] == "0 events, 0 initial contacts, 0 strides, cadence unknown"
    data = record.read_bytes()
    (tmp_path / "cut.mcap").write_bytes(data[: data.index(b"limits") + 2000])
    assert "lost" not in analyze_record(tmp_path / "cut.mcap", None)[0]


def test_every_index_entry_points_at_its_message(record: Path) -> None:
    import struct

    import zstandard
    from mcap.records import Chunk, MessageIndex
    from mcap.stream_reader import StreamReader

    data, entries = b"", 0
    with record.open("rb") as stream:
        for item in StreamReader(stream, emit_chunks=True).records:
            if isinstance(item, Chunk):
                data = zstandard.decompress(item.data, item.uncompressed_size)
            elif isinstance(item, MessageIndex):
                for time, offset in item.records:
                    opcode, _, channel, _, log_time = struct.unpack_from("<BQHIQ", data, offset)
                    assert (opcode, channel, log_time) == (5, item.channel_id, time)
                    entries += 1
    assert entries == 2 * 2503 + 251 + 3 + 3 + 2 + 2 + 8  # the copies of the metadata, and the marks
