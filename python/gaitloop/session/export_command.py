"""`gaitloop export`: every topic of a record as a table, CSV or Parquet, with units."""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gaitloop import JOINTS, SIDES
from gaitloop._files import spare, whole, write
from gaitloop.errors import ConfigError, MissingExtraError

from .layout import Block, FieldSpec, Tables
from .reader import Reader
from .topics import JSON_SCHEMAS

#: Formats of the tables.
FORMATS = ("csv", "parquet")
_TICKS = ("sample", "command", "telemetry")
_UNIT = re.compile(r"\[([^\]]*)\]\s*(.*)")
#: Values of a column, and which of them are there; all where that is None.
_Values = tuple[Sequence[Any] | NDArray[Any], NDArray[np.bool_] | None]


class Column(NamedTuple):
    """A column of a table.

    Attributes
    ----------
    name : str
        Name.
    unit : str
        Unit; empty where there is none.
    doc : str
        What it is.
    kind : str
        `float`, `integer`, `boolean` or `text`; lists and objects are JSON in a text.
    """

    name: str
    unit: str
    doc: str
    kind: str


class _Table(Protocol):
    def add(self, values: Sequence[_Values]) -> None: ...


def export(path: str | Path, folder: str | Path, form: str = "csv") -> tuple[list[Path], list[str]]:
    """Write every topic of a record as a table, and its metadata beside them.

    Numbers are exact: those of a CSV file are the shortest that read back to the same bits, those of a Parquet file the
    bits. What was not measured is an empty cell or null. In CSV the unit stands in the head of the column, in Parquet
    in the metadata of the field.

    Parameters
    ----------
    path : path-like
        Session record; of a damaged one, what can be read.
    folder : path-like
        Where the tables go; made when it does not exist.
    form : str
        `csv` or `parquet`.

    Returns
    -------
    tuple of list
        Files written, and what of the record was lost.

    Raises
    ------
    ConfigError
        If there is no such format.
    RecordingError
        If the file is no session record.
    MissingExtraError
        If the extra `log`, or for Parquet `parquet`, is not installed.
    """
    if form not in FORMATS:
        raise ConfigError(f"format must be one of {', '.join(FORMATS)}, got {form!r}")
    reader, target = Reader(path), Path(folder)
    table = _parquet if form == "parquet" else _csv
    if form == "parquet":
        _require_arrow()
    files = [target / f"{name}.{form}" for name in (*_TICKS, *(topic[1:] for topic in JSON_SCHEMAS))]
    files.append(target / "metadata.json")
    for file in files:
        spare(file, path)
    target.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        columns = _tick_columns(reader.tables)
        tables = [stack.enter_context(table(file, head)) for file, head in zip(files, columns, strict=False)]
        for block in reader.blocks():
            for into, values in zip(tables, _tick_values(reader.tables, block), strict=True):
                into.add(values)
    for file, (topic, (_, properties)) in zip(files[len(_TICKS) :], JSON_SCHEMAS.items(), strict=False):
        head, messages = [_text_column(name, rule) for name, rule in properties.items()], reader.messages(topic)
        with table(file, head) as into:
            into.add([_text_values(column, messages) for column in head])
    write(files[-1], json.dumps(reader.metadata, indent=2, ensure_ascii=False).encode() + b"\n")
    return files, reader.losses


def _names(spec: FieldSpec) -> list[str]:
    if spec.length == 1:
        return [spec.name]
    parts = {len(JOINTS): JOINTS, len(SIDES): SIDES}.get(spec.length, tuple(map(str, range(spec.length))))
    return [f"{spec.name}_{part}" for part in parts]


def _tick_columns(tables: Tables) -> tuple[list[Column], list[Column], list[Column]]:
    def values(specs: Sequence[FieldSpec]) -> list[Column]:
        return [Column(name, spec.unit, spec.doc.strip(), "float") for spec in specs for name in _names(spec)]

    time = Column("tick_time", "ns", "time of the tick since session start", "integer")
    stamps = [
        Column(f"{spec.name}_stamp", "ns", f"when {spec.name} was measured, since session start", "integer")
        for spec in tables.sample
    ]
    integers = [
        Column(name, "ns" if name in ("t", "expiry") else "", "of the command", "integer")
        for name in tables.command_integers
    ]
    return (
        [time, *values(tables.sample), *stamps],
        [time, *values(tables.command), *integers],
        [time, *values(tables.telemetry)],
    )


def _tick_values(tables: Tables, block: Block) -> tuple[list[_Values], list[_Values], list[_Values]]:
    def floats(values: NDArray[np.float64]) -> list[_Values]:
        return [(column, ~np.isnan(column)) for column in values.T]

    sample: list[_Values] = [(block.t, None), *zip(block.sample.T, block.valid.T, strict=True)]
    for group, spec in enumerate(tables.sample):
        known: NDArray[np.bool_] = block.valid[:, spec.start : spec.start + spec.length].max(axis=1)
        sample.append((block.stamp[:, group], known))
    command: list[_Values] = [(block.t, None), *floats(block.command)]
    command += [(column, None) for column in block.command_integers.T]
    return sample, command, [(block.telemetry_t, None), *floats(block.telemetry)]


def _text_column(name: str, rule: Mapping[str, Any]) -> Column:
    found = _UNIT.match(rule.get("description", ""))
    unit, doc = found.groups() if found else ("", rule.get("description", ""))
    kinds = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    plain = [kind for kind in kinds if kind != "null"]
    names = {"number": "float", "integer": "integer", "boolean": "boolean"}
    return Column(name, unit, doc, names.get(plain[0], "text") if len(plain) == 1 else "text")


def _text_values(column: Column, messages: Sequence[Mapping[str, Any]]) -> _Values:
    values = [message.get(column.name) for message in messages]
    if column.kind == "text":
        values = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    elif column.kind == "float":
        values = [None if value is None else float(value) for value in values]
    return values, np.array([value is not None for value in values], dtype=np.bool_)


class _Csv:
    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")

    def head(self, columns: Sequence[Column]) -> None:
        self._writer.writerow([f"{c.name} [{c.unit}]" if c.unit not in ("", "-") else c.name for c in columns])

    def add(self, values: Sequence[_Values]) -> None:
        self._writer.writerows(zip(*(_cells(*column) for column in values), strict=True))


def _cells(values: Sequence[Any] | NDArray[Any], known: NDArray[np.bool_] | None) -> list[Any]:
    plain = values.tolist() if isinstance(values, np.ndarray) else list(values)
    if known is not None:
        plain = [value if there else "" for value, there in zip(plain, known.tolist(), strict=True)]
    return [int(value) if isinstance(value, bool) else value for value in plain]


@contextmanager
def _csv(path: Path, columns: Sequence[Column]) -> Iterator[_Table]:
    with whole(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        table = _Csv(stream)
        table.head(columns)
        yield table


def _require_arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("Parquet needs the extra parquet: pip install 'gaitloop[parquet]'") from error
    return pyarrow, pyarrow.parquet


class _Parquet:
    def __init__(self, arrow: Any, schema: Any, writer: Any) -> None:
        self._arrow, self._schema, self._writer = arrow, schema, writer

    def add(self, values: Sequence[_Values]) -> None:
        arrays = [
            self._arrow.array(column, type=field.type, mask=None if known is None else ~known)
            for (column, known), field in zip(values, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))


@contextmanager
def _parquet(path: Path, columns: Sequence[Column]) -> Iterator[_Table]:
    arrow, parquet = _require_arrow()
    kinds = {"float": arrow.float64(), "integer": arrow.int64(), "boolean": arrow.bool_(), "text": arrow.string()}
    fields = [arrow.field(c.name, kinds[c.kind], metadata={"unit": c.unit, "description": c.doc}) for c in columns]
    schema = arrow.schema(fields)
    with whole(path) as part, parquet.ParquetWriter(part, schema, compression="zstd") as writer:
        yield _Parquet(arrow, schema, writer)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `gaitloop export` takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument("record", type=Path, metavar="FILE.mcap", help="session record")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="format of the tables (csv)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where they go (NAME-export beside the record)")


def command(arguments: argparse.Namespace) -> int:
    """Run `gaitloop export`.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    record: Path = arguments.record
    folder = arguments.out or record.with_name(f"{record.stem}-export")
    files, losses = export(record, folder, arguments.format)
    for loss in losses:
        print(f"lost: {loss}", file=sys.stderr)
    print(f"{len(files)} files; {folder}")
    return 0
