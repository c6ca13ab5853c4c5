"""How ticks lie in a record: field tables, packed rows and the ros2 message text that describes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Telemetry is kept every so many ticks.
TELEMETRY_EVERY = 10
#: Encapsulation header of a little-endian CDR payload.
CDR_HEADER = np.array([0, 1, 0, 0], dtype=np.uint8)
#: What stands before the payload of every message in a chunk: record head, channel, sequence and times.
MESSAGE_HEAD: list[tuple[str, str]] = [
    ("_opcode", "u1"),
    ("_length", "<u8"),
    ("_channel", "<u2"),
    ("_sequence", "<u4"),
    ("_log_time", "<u8"),
    ("_publish_time", "<u8"),
]
#: Times of a command that are kept as what they are after the tick's: hardly ever another number, so hardly any room.
AFTER_TICK = {
    "t": ("t_after", "[ns] time of the command minus time of the tick"),
    "expiry": ("expiry_after", "[ns] time at which it expires minus time of the tick"),
}
_MESSAGE_OPCODE = 5
_RECORD_HEAD = 9
_NUMPY_OF_ROS = {"float64": "<f8", "float32": "<f4", "int64": "<i8", "uint64": "<u8"}


class FieldSpec(NamedTuple):
    """One group of values in a flat row.

    Attributes
    ----------
    name : str
        Name of the group.
    start : int
        Position of its first value [-].
    length : int
        Number of values [-].
    unit : str
        Unit of the values.
    doc : str
        What it is.
    """

    name: str
    start: int
    length: int
    unit: str
    doc: str


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive ticks, as the simulation gives them and as the reader gives them back.

    Attributes
    ----------
    t : ndarray of int64, shape (T,)
        Time of each tick [ns].
    sample : ndarray of float64, shape (T, S)
        Measured values [SI, by the field table].
    valid : ndarray of bool, shape (T, S)
        Which of them were measured [-].
    stamp : ndarray of int64, shape (T, G)
        When each group was measured [ns].
    command : ndarray of float64, shape (T, C)
        Commanded values [SI, by the field table].
    command_integers : ndarray of int64, shape (T, K)
        Integer columns of the command [-].
    telemetry_t : ndarray of int64, shape (M,)
        Time of each telemetry row [ns].
    telemetry : ndarray of float64, shape (M, L)
        Telemetry rows [SI, by the field table].
    """

    t: NDArray[np.int64]
    sample: NDArray[np.float64]
    valid: NDArray[np.bool_]
    stamp: NDArray[np.int64]
    command: NDArray[np.float64]
    command_integers: NDArray[np.int64]
    telemetry_t: NDArray[np.int64]
    telemetry: NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """Field tables of the flat rows, and the names behind the integers.

    Attributes
    ----------
    sample : tuple of FieldSpec
        Groups of a sample row.
    command : tuple of FieldSpec
        Groups of a command row.
    telemetry : tuple of FieldSpec
        Groups of a telemetry row.
    command_integers : tuple of str
        Names of the integer columns of a command.
    states : tuple of str
        Names of the supervisor's states.
    causes : tuple of str
        Names of the causes of a stop.
    """

    sample: tuple[FieldSpec, ...]
    command: tuple[FieldSpec, ...]
    telemetry: tuple[FieldSpec, ...]
    command_integers: tuple[str, ...]
    states: tuple[str, ...]
    causes: tuple[str, ...]

    @classmethod
    def from_core(cls) -> Tables:
        """Tables of the compiled core.

        Returns
        -------
        Tables
            The tables this version writes.
        """
        from gaitloop import _core

        return cls(
            sample=tuple(FieldSpec(*row) for row in _core.SAMPLE_FIELDS),
            command=tuple(FieldSpec(*row) for row in _core.COMMAND_FIELDS),
            telemetry=tuple(FieldSpec(*row) for row in _core.TELEMETRY_FIELDS),
            command_integers=tuple(_core.COMMAND_INTEGERS),
            states=tuple(_core.STATES),
            causes=tuple(_core.CAUSES),
        )

    @cached_property
    def lengths(self) -> tuple[int, int, int]:
        """Lengths of a sample, a command and a telemetry row."""
        return _total(self.sample), _total(self.command), _total(self.telemetry)

    def columns(self, room: str, name: str) -> slice:
        """Where a group lies in its row.

        Parameters
        ----------
        room : str
            Table, `sample`, `command` or `telemetry`.
        name : str
            Name of the group.

        Returns
        -------
        slice
            Columns of the group.
        """
        for spec in getattr(self, room):
            if spec.name == name:
                return slice(spec.start, spec.start + spec.length)
        raise KeyError(f"{room} has no group {name}")


def _total(specs: Sequence[FieldSpec]) -> int:
    return sum(spec.length for spec in specs)


@dataclass(frozen=True)
class Layout:
    """Payload of one topic: its fields in order, as ros2 text and as a packed row.

    Attributes
    ----------
    name : str
        Name of the message type.
    fields : tuple of tuple
        `(ros type, length, name, comment)` in order; wider types first, so that nothing is padded.
    """

    name: str
    fields: tuple[tuple[str, int, str, str], ...]

    @property
    def text(self) -> str:
        """The message definition."""
        lines = []
        for ros, length, name, comment in self.fields:
            kind = ros if length == 1 else f"{ros}[{length}]"
            lines.append(f"{kind} {name}  # {comment}" if comment else f"{kind} {name}")
        return "\n".join(lines) + "\n"

    @cached_property
    def dtype(self) -> np.dtype[np.void]:
        """One message inside a chunk, record head included."""
        payload = [(name, _NUMPY_OF_ROS[ros], (length,)) for ros, length, name, _ in self.fields]
        return np.dtype([*MESSAGE_HEAD, ("_cdr", "u1", (4,)), *payload])

    @classmethod
    def parse(cls, name: str, text: str) -> Layout:
        """Read a message definition back.

        Parameters
        ----------
        name : str
            Name of the message type.
        text : str
            Message definition.

        Returns
        -------
        Layout
            The layout it describes.
        """
        fields = []
        for line in text.splitlines():
            body, _, comment = line.partition("#")
            if not body.strip():
                continue
            kind, field = body.split()
            ros, _, length = kind.partition("[")
            if ros not in _NUMPY_OF_ROS:
                raise KeyError(f"{name}.{field} has the unknown type {ros}")
            fields.append((ros, int(length.rstrip("]") or 1), field, comment.strip()))
        return cls(name, tuple(fields))

    def rows(self, channel: int, first: int, t: NDArray[np.int64]) -> NDArray[np.void]:
        """Rows with their record heads filled in.

        Parameters
        ----------
        channel : int
            Channel of the messages [-].
        first : int
            Sequence number of the first [-].
        t : ndarray of int64, shape (T,)
            Time of each message [ns].

        Returns
        -------
        ndarray, shape (T,)
            Rows whose payload is still zero [units of the layout].
        """
        rows = np.zeros(len(t), dtype=self.dtype)
        rows["_opcode"] = _MESSAGE_OPCODE
        rows["_length"] = self.dtype.itemsize - _RECORD_HEAD
        rows["_channel"] = channel
        rows["_sequence"] = (first + np.arange(len(t))) & 0xFFFFFFFF
        rows["_log_time"] = rows["_publish_time"] = t.view(np.uint64)
        rows["_cdr"] = CDR_HEADER
        return rows


def sample_layout(tables: Tables, fitted: Sequence[str]) -> Layout:
    """Layout of the samples of a device.

    Parameters
    ----------
    tables : Tables
        Field tables.
    fitted : sequence of str
        Groups that the device has.

    Returns
    -------
    Layout
        Values, then one age [ns] per group, then a bit per value of the whole sample that says whether it was measured.
    """
    specs = [spec for spec in tables.sample if spec.name in fitted]
    values = [("float64", spec.length, spec.name, f"[{spec.unit}] {spec.doc.strip()}") for spec in specs]
    ages = [("int64", 1, f"{spec.name}_age", "[ns] time of the tick minus time of the measurement") for spec in specs]
    words = -(-_total(tables.sample) // 64)
    mask = (
        "uint64",
        words,
        "valid",
        "bit i (of word i // 64, bit i % 64): value i of the whole sample row was measured",
    )
    return Layout("gaitloop_msgs/msg/Sample", (*values, *ages, mask))


def command_layout(tables: Tables) -> Layout:
    """Layout of the commands.

    Parameters
    ----------
    tables : Tables
        Field tables.

    Returns
    -------
    Layout
        Values, then the integer columns.
    """
    values = [("float64", spec.length, spec.name, f"[{spec.unit}] {spec.doc.strip()}") for spec in tables.command]
    integers = [("int64", 1, *AFTER_TICK.get(name, (name, ""))) for name in tables.command_integers]
    return Layout("gaitloop_msgs/msg/Command", (*values, *integers))


def telemetry_layout(tables: Tables) -> Layout:
    """Layout of the telemetry, in single precision: it is for the eye, not for replay.

    Parameters
    ----------
    tables : Tables
        Field tables.

    Returns
    -------
    Layout
        Values.
    """
    values = [("float32", spec.length, spec.name, f"[{spec.unit}] {spec.doc.strip()}") for spec in tables.telemetry]
    return Layout("gaitloop_msgs/msg/Telemetry", tuple(values))
