"""Write a session to MCAP, ready for Foxglove and exact enough to replay.

Topics: `/sample` and `/command` at every tick, `/telemetry` at every tenth (ros2msg schemas, CDR payloads of fixed
size), `/event`, `/stride` and `/state` as JSON. The metadata record `gaitloop` holds the plan and everything that made
the session. Nothing in a record depends on the wall clock, so that equal plans and seeds give equal bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop import __version__

from .container import Container, Run, require_mcap, run_of_rows
from .digest import state_changes
from .layout import Block, Layout, Tables, command_layout, sample_layout, telemetry_layout
from .messages import check_told
from .topics import JSON_SCHEMAS, METADATA, SCHEMA_VERSION


def limits_hash(limits: Mapping[str, Any]) -> str:
    """Fingerprint of an envelope.

    Parameters
    ----------
    limits : mapping
        Limits by name.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    plain = {name: np.asarray(value).tolist() for name, value in limits.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class Lost:
    """What a recorder could not write.

    Attributes
    ----------
    rows : int
        Ticks [-].
    messages : int
        Messages of the JSON topics [-].
    """

    rows: int = 0
    messages: int = 0


class Recorder:
    """Writes one session; a context manager.

    Parameters
    ----------
    path : path-like
        File to write; an existing one is replaced.
    metadata : mapping of str to str
        What made the session; see `runner.metadata_of`.
    tables : Tables, optional
        Field tables; those of the core when absent.

    Attributes
    ----------
    lost : Lost
        What could not be written.

    Raises
    ------
    MissingExtraError
        If the extra `log` is not installed.
    """

    def __init__(self, path: str | Path, metadata: Mapping[str, str], *, tables: Tables | None = None) -> None:
        require_mcap()
        self._tables = tables or Tables.from_core()
        self._file = Path(path).open("wb")  # noqa: SIM115 - closed by `close`
        self._container = Container(self._file, f"gaitloop {__version__}")
        names = {"states": self._tables.states, "causes": self._tables.causes}
        self._container.metadata(
            METADATA,
            {
                "schema_version": str(SCHEMA_VERSION),
                "software": __version__,
                **{key: json.dumps(list(value)) for key, value in names.items()},
                **metadata,
            },
        )
        self._fitted: tuple[str, ...] = ()
        self._sample: tuple[int, Layout] | None = None
        self._command = self._open("/command", command_layout(self._tables))
        self._telemetry = self._open("/telemetry", telemetry_layout(self._tables))
        self._json = {
            topic: self._container.channel(topic, "json", name, "jsonschema", _json_schema(name, properties))
            for topic, (name, properties) in JSON_SCHEMAS.items()
        }
        self._ticks = self._rows = 0
        self.lost = Lost()
        self._last_state: tuple[int, int, int] | None = None

    def _open(self, topic: str, layout: Layout) -> tuple[int, Layout]:
        return self._container.channel(topic, "cdr", layout.name, "ros2msg", layout.text), layout

    def write(
        self, block: Block, events: Iterable[Mapping[str, Any]] = (), strides: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Append a block; it is with the operating system when this returns.

        Parameters
        ----------
        block : Block
            Consecutive ticks; one second is a good length.
        events : iterable of mapping
            Gait events of the block, by the `/event` schema.
        strides : iterable of mapping
            Strides closed in the block, by the `/stride` schema.
        """
        if not len(block.t):
            return
        sample = self._sample_run(block)
        messages: dict[str, list[tuple[int, Mapping[str, Any]]]] = {
            "/event": [(int(event["t_emit"]), event) for event in events],
            "/stride": [(int(stride["t_end"]), stride) for stride in strides],
            "/state": [(int(state["t"]), state) for state in self._states(block)],
        }
        texts = [_json_run(self._json[topic], rows) for topic, rows in messages.items()]
        self._container.chunk([self._telemetry_run(block), *texts])
        self._container.chunk([sample, self._command_run(block)])
        self._ticks += len(block.t)

    def tell(self, topic: str, t_ns: int, values: Mapping[str, Any], *, wait: bool = False) -> bool:
        """Append one message; it is with the operating system when this returns.

        Parameters
        ----------
        topic : str
            `/stage`, `/note`, `/change`, `/pain` or `/loss`.
        t_ns : int
            When it was so, since session start [ns].
        values : mapping
            The rest of the message, by the topic's schema.
        wait : bool, optional
            Return when it is written; here it always is.

        Returns
        -------
        bool
            Whether it is written.

        Raises
        ------
        ConfigError
            If the topic is none of these, or a value does not fit its schema.
        """
        message = check_told(topic, t_ns, values)
        self._container.chunk([_json_run(self._json[topic], [(t_ns, message)])])
        return True

    def _sample_run(self, block: Block) -> Run:
        specs = self._tables.sample
        seen = {s.name for s in specs if block.valid[:, s.start : s.start + s.length].any()}
        if self._sample is None or not seen <= set(self._fitted):
            # A sensor that comes alive later opens a wider channel on the same topic.
            self._fitted = tuple(s.name for s in specs if s.name in seen or s.name in self._fitted)
            self._sample = self._open("/sample", sample_layout(self._tables, self._fitted))
        channel, layout = self._sample
        rows = layout.rows(channel, self._ticks, block.t)
        for group, spec in enumerate(specs):
            if spec.name in self._fitted:
                rows[spec.name] = block.sample[:, spec.start : spec.start + spec.length]
                rows[f"{spec.name}_age"] = (block.t - block.stamp[:, group])[:, None]
        rows["valid"] = _pack(block.valid)
        return run_of_rows(channel, rows)

    def _command_run(self, block: Block) -> Run:
        channel, layout = self._command
        rows = layout.rows(channel, self._ticks, block.t)
        for spec in self._tables.command:
            rows[spec.name] = block.command[:, spec.start : spec.start + spec.length]
        for column, name in enumerate(self._tables.command_integers):
            rows[name] = block.command_integers[:, column, None]
        return run_of_rows(channel, rows)

    def _telemetry_run(self, block: Block) -> Run:
        channel, layout = self._telemetry
        rows = layout.rows(channel, self._rows, block.telemetry_t)
        self._rows += len(rows)
        for spec in self._tables.telemetry:
            rows[spec.name] = block.telemetry[:, spec.start : spec.start + spec.length]
        return run_of_rows(channel, rows)

    def _states(self, block: Block) -> list[dict[str, Any]]:
        found, self._last_state = state_changes(self._tables, block, self._last_state)
        return found

    def close(self) -> None:
        """Write the summary and close the file."""
        if not self._file.closed:
            self._container.finish()
            self._file.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _pack(valid: NDArray[np.bool_]) -> NDArray[np.uint64]:
    padded = np.zeros((len(valid), -(-valid.shape[1] // 64) * 64), dtype=np.bool_)
    padded[:, : valid.shape[1]] = valid
    packed: NDArray[np.uint64] = np.packbits(padded, axis=1, bitorder="little").view("<u8")
    return packed


def _json_schema(name: str, properties: Mapping[str, Any]) -> str:
    return json.dumps({"title": name, "type": "object", "properties": dict(properties)}, ensure_ascii=False)


def _json_run(channel: int, messages: list[tuple[int, Mapping[str, Any]]]) -> Run:
    data, times, offsets = b"", [], []
    for sequence, (t, message) in enumerate(messages):
        body = json.dumps(dict(message), allow_nan=False, ensure_ascii=False).encode()
        times.append(t)
        offsets.append(len(data))
        data += struct.pack("<BQHIQQ", 5, 22 + len(body), channel, sequence, t, t) + body
    return Run(channel, np.array(times, dtype=np.uint64), np.array(offsets, dtype=np.uint64), data)
