"""Write what is left of a damaged record as a record of its own, with what was lost in it, in words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gaitloop import __version__
from gaitloop._files import spare, whole
from gaitloop.errors import RecordingError

from .container import COPY_CHANNEL, MARK_CHANNEL, Container, Run, run_of_rows, text_run
from .pieces import Message, Pieces
from .reader import Reader
from .record import is_announcement_due
from .topics import METADATA, SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was left of a record.

    Attributes
    ----------
    ticks : int
        Ticks that could be read [-].
    messages : int
        Messages of the JSON topics that could be read [-].
    losses : tuple of str
        What could not be read.
    """

    ticks: int
    messages: int
    losses: tuple[str, ...]


def salvage(path: str | Path, out: str | Path) -> Salvage:
    """Write what is left of a record; every bit of it is as it was.

    Parameters
    ----------
    path : path-like
        Record, damaged or whole, of this or an earlier version.
    out : path-like
        Record to write; an existing one is replaced once this one is complete.

    Returns
    -------
    Salvage
        What was left, and what was lost.

    Raises
    ------
    ConfigError
        If both are the same file.
    RecordingError
        If the file is no session record, or nothing of it is left.
    OSError
        If the record cannot be written.
    """
    source, target = Path(path), Path(out)
    spare(target, source)
    reader = Reader(source)
    ticks = messages = 0
    for chunk in reader.chunks():
        ticks += sum(map(len, chunk.rows.get("/sample", [])))
        messages += sum(map(len, chunk.messages.values()))
    found = Salvage(ticks, messages, tuple(reader.losses))
    if not ticks + messages:
        raise RecordingError(f"{source}: nothing is left to salvage ({'; '.join(found.losses) or 'it is empty'})")
    with whole(target) as part, part.open("wb", buffering=0) as stream:
        metadata = {
            **reader.metadata,
            "schema_version": str(SCHEMA_VERSION),
            "salvaged_by": f"gaitloop {__version__}",
            "salvage_losses": json.dumps(found.losses),
        }
        _copy(Reader(source), Container(stream, f"gaitloop {__version__}", (METADATA, metadata)))
    return found


def _copy(reader: Reader, container: Container) -> None:
    known: set[int] = set()
    told: dict[str, int] = {}
    announced: list[int] = []
    for chunk in reader.chunks():
        # Those of version 1 were not numbered through.
        runs = list(_runs(reader, chunk, told if reader.metadata["schema_version"] == "1" else None))
        if not runs:
            continue
        for number, made in reader.channels.definitions.items():
            if number not in known and number not in (MARK_CHANNEL, COPY_CHANNEL):
                container.channel(made.topic, made.encoding, made.name, made.schema_encoding, made.schema, number)
                known.add(number)
        t = min(int(run.times[0]) for run in runs)
        if is_announcement_due(announced, t):
            container.announce_again(t)
            announced.append(t)
        container.chunk(runs)
    container.finish()


def _runs(reader: Reader, chunk: Pieces, told: dict[str, int] | None) -> Iterator[Run]:
    numbers = {made.topic: number for number, made in reader.channels.definitions.items()}
    for topic, messages in chunk.messages.items():
        if told is not None:
            first = told.get(topic, 0)
            messages = [Message(first + i, m.t, m.values) for i, m in enumerate(messages)]
            told[topic] = first + len(messages)
        yield text_run(numbers[topic], messages)
    for many in chunk.rows.values():
        for rows in many:
            yield run_of_rows(int(rows["_channel"][0]), rows)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `gaitloop salvage` takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument("record", type=Path, metavar="FILE.mcap", help="damaged session record")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.mcap", help="record to write of what is left")


def command(arguments: argparse.Namespace) -> int:
    """Run `gaitloop salvage`.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    found = salvage(arguments.record, arguments.out)
    for loss in found.losses:
        print(f"lost: {loss}", file=sys.stderr)
    lost = f"{len(found.losses)} losses told above" if found.losses else "nothing was lost"
    print(f"{found.ticks} ticks and {found.messages} messages are left, {lost}; {arguments.out}")
    return 0
