"""What may never happen to a reader, for any bytes: one function per target, for atheris and for the replay by pytest.

A target feeds the bytes to a reader. Only errors of gaitloop may come out; they are refusals. Everything else is a
finding, and so is an input that takes long or much memory, which the callers watch.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from gaitloop import recording as recordings
from gaitloop._schema import without_comments
from gaitloop.errors import GaitloopError
from gaitloop.session import build, container, digest, layout, limits, limits_write, plan, reader, record

#: Seconds that one input may take.
LONGEST = 10.0
#: Bytes that one input may take.
LARGEST = 256_000_000
#: Key of signed limits files.
KEY = bytes(range(32))
#: Begins a part of a recording, `=== forces.csv`; `=!= forces.csv` begins bytes that are stored as they are.
MARK = b"==="
RAW = b"=!="
#: Fits in every name of a file that a recording may hold.
NAMES = ("meta.json", "events.csv", "windows.csv", *(f"{name}.csv" for name in recordings.SIGNALS))


@contextmanager
def only_refusals() -> Iterator[None]:
    """Let pass what gaitloop refuses on purpose; the message must say something."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except GaitloopError as error:
        if not str(error).strip():
            raise AssertionError("a refusal without a word") from error


@contextmanager
def folder() -> Iterator[Path]:
    """A folder in memory where there is one."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="gaitloop-fuzz-", dir=shm if shm.is_dir() else None) as name:
        yield Path(name)


def fuzz_plan(data: bytes) -> None:
    """A plan: read, and built into the trainer that it describes."""
    with folder() as at:
        path = at / "plan.toml"
        path.write_bytes(data)
        with only_refusals():
            made = plan.Plan.load(path)
            assert made.limits_files or made == plan.Plan.from_text(made.text), "the text gives the same plan again"
            bare = without_comments(made.text)
            assert made.limits_files or replace(made, text=bare) == plan.Plan.from_text(bare), (
                "and so does what a record has"
            )
            build.envelope_of(made)
            build.trainer_config(made)


def fuzz_limits(data: bytes) -> None:
    """A limits file, as it is (`r`, `u` unconfirmed), confirmed (`c`) or signed (`s`): read, and combined."""
    kind, body = data[:1], data[1:]
    key = KEY if kind == b"s" else None
    if kind in (b"c", b"s"):
        body = limits.sealed(body.decode("utf-8", "replace"), "fuzz", "2026-01-01", key).encode()
    with only_refusals():
        read = limits.LimitsFile.from_bytes(body, "limits.toml", key, confirmed=kind != b"u")
        device = () if read.source == "device" else (demo_device(),)
        told = limits.combine([*device, read])
        assert limits_write.table(told).strip()
        if read.by:
            again = limits.LimitsFile.from_bytes(body, "limits.toml", key)
            assert (again.text, again.by, again.on) == (read.text, read.by, read.on), "read twice is read alike"


@cache
def demo_device() -> limits.LimitsFile:
    """The limits of the demonstration's device, confirmed."""
    text = limits.sealed(limits_write.new_text("device", "treadmill_exo"), "fuzz", "2026-01-01")
    return limits.LimitsFile.from_bytes(text.encode(), "device.toml")


def parts(data: bytes) -> dict[str, bytes]:
    """The files of a recording in one input: a line `=== name` before each, their text behind it."""
    files: dict[str, bytes] = {}
    for piece in data.replace(b"\n" + RAW, b"\n" + MARK + b"!").split(b"\n" + MARK):
        head, _, body = piece.removeprefix(MARK).partition(b"\n")
        raw, name = head.startswith(b"!"), head.strip(b"! =").decode("ascii", "replace")
        if name in NAMES:
            signal = name not in NAMES[:3]
            files[f"{name}.gz" if signal else name] = gzip.compress(body, 1) if signal and not raw else body
    return files


def fuzz_recording(data: bytes) -> None:
    """A recording in a folder: read, checked, and turned into the rows of every detector."""
    with folder() as at:
        for name, body in parts(data).items():
            (at / name).write_bytes(body)
        with only_refusals():
            made = recordings.load(at)
            for finding in recordings.check(made):
                assert finding.text
            for rows in ("foot_forces", "foot_imu", "shank_gyro", "back_imu", "joint_angles", "marker_points"):
                with only_refusals():
                    t, _ = getattr(made, rows)()
                    assert np.isfinite(t).all()


def wrap(body: bytes, metadata: Mapping[str, str]) -> bytes:
    """A session record whose one chunk holds `body`, with the right lengths and checksums."""
    from mcap import records

    _, zstandard = container.require_mcap()
    stream = io.BytesIO()
    file = container.Container(stream, "fuzz", (record.METADATA, metadata))
    chunk = records.Chunk(
        compression="zstd",
        data=zstandard.ZstdCompressor(level=1).compress(body),
        message_start_time=0,
        message_end_time=1_000_000_000,
        uncompressed_crc=zlib.crc32(body),
        uncompressed_size=len(body),
    )
    file._write(file._bytes(chunk))
    return stream.getvalue()


def wrap_marked(body: bytes) -> bytes:
    """A session record of today whose first chunk defines channels, and whose messages are `body`."""
    stream, tables = io.BytesIO(), layout.Tables.from_core()
    file = container.Container(stream, "fuzz", (record.METADATA, {"schema_version": "2"}))
    for topic in record.JSON_SCHEMAS:
        file.channel(topic, "json", topic, "jsonschema", "{}")
    for topic, made in (("/command", layout.command_layout(tables)), ("/sample", layout.sample_layout(tables, ("q",)))):
        file.channel(topic, "cdr", made.name, "ros2msg", made.text)
    file.announce_again(0)
    zero = np.zeros(1, dtype=np.uint64)
    file.chunk([container.Run(1, zero, zero, body)])
    file.finish()
    return stream.getvalue()


def wrap_summary(body: bytes) -> bytes:
    """A session record whose section at the end, with the right checksum, is `body`."""
    whole = wrap_marked(b"")
    start = int.from_bytes(whole[-28:-20], "little")
    footer = b"\x02" + (20).to_bytes(8, "little") + start.to_bytes(8, "little") + bytes(8)
    return whole[:start] + body + footer + zlib.crc32(body + footer).to_bytes(4, "little") + whole[-8:]


def read_session(path: Path) -> None:
    """Everything that the commands ask of a record."""
    file = reader.Reader(path)
    summary = file.summary()
    told = digest.Digest(file.tables, summary.events, summary.strides)
    for block in file.blocks():
        told.add(block)
    assert all(isinstance(loss, str) and loss for loss in file.losses)
    told.outcome()
    for topic in record.JSON_SCHEMAS:
        file.messages(topic)


def fuzz_session(data: bytes) -> None:
    """A session record, as a whole file, the inside of its one chunk, or its index: its summary, ticks and outcome."""
    kind, body = data[:1], data[1:]
    if kind == b"c":
        body = wrap(body, {"schema_version": "1"})
    elif kind == b"d":
        body = wrap_marked(body)
    elif kind == b"s":
        body = wrap_summary(body)
    elif kind == b"m":
        body = wrap(b"", {"schema_version": body.decode("utf-8", "replace")})
    elif kind == b"n":
        body = wrap(b"", {"schema_version": "1", "salvage_losses": body.decode("utf-8", "replace")})
    with folder() as at:
        path = at / "session.mcap"
        path.write_bytes(body)
        with only_refusals():
            read_session(path)


#: What takes the place of a value in a line.
VALUES = (
    *("0", "-1", "1e999", "-0.0", "nan", "-inf", "5e-324", "9" * 400, "0x7fffffffffffffff", "", " ", '""', '"left"'),
    *(
        "true",
        "[]",
        "[1, 2]",
        "[nan, 1, 2, 3, 4, 5]",
        "{}",
        "{a = 1}",
        "2020-01-01",
        "null",
        '{"a": 1}',
        "\u0000",
        "\u2028",
    ),
)


def mutate_line(data: bytes, rng: random.Random) -> bytes:
    """Change one line of a text: a value in it, or where it stands."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    kind = rng.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[rng.randrange(len(lines))])
    elif kind == 2:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        cells = re.split(rb"([=,:\[\]{}]+)", lines[at])
        cells[rng.randrange(0, len(cells), 2)] = rng.choice(VALUES).encode()
        lines[at] = b"".join(cells)
    return b"\n".join(lines)


#: Every target by the name of its corpus.
TARGETS: dict[str, Callable[[bytes], None]] = {
    "plan": fuzz_plan,
    "limits": fuzz_limits,
    "recording": fuzz_recording,
    "session": fuzz_session,
}
#: Tokens that mutation should know, by target.
WORDS: dict[str, tuple[str, ...]] = {
    "plan": ("true", "nan", "inf", "1e999", "[[", "]]", '"""', "0x", "2020-01-01", "_deg", "9" * 40, "[limits]"),
    "limits": ("true", "nan", "inf", "1e999", "[[", '"""', "_deg", "remote", "sha256", "\n[confirmation]\n"),
    "recording": (
        *("\n=== ", "\n=!= ", "meta.json", "forces.csv", "events.csv"),
        *("nan", "inf", ",,", '"', "\r", "\0", "1e999", "9" * 30),
    ),
    "session": (
        json.dumps({"event": "initial_contact"}),
        *("[" * 30, "float64[", "float64[0]", "-1", "null", "/event", "/sample"),
    ),
}
