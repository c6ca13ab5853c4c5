"""Write a session to MCAP, ready for Foxglove and exact enough to replay.

Topics: `/sample` and `/command` at every tick, `/telemetry` at every tenth (ros2msg schemas, CDR payloads of fixed
size), `/event`, `/stride` and `/state` as JSON. The metadata record `gaitloop` holds the plan and everything that made
the session. Nothing in a record depends on the wall clock, so that equal plans and seeds give equal bytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop import __version__

from .container import Container, Run, require_mcap, run_of_rows, text_run
from .digest import state_changes
from .layout import AFTER_TICK, Block, Layout, Tables, command_layout, sample_layout, telemetry_layout
from .messages import check_told
from .topics import JSON_SCHEMAS, METADATA, SCHEMA_VERSION

#: Metadata and channels stand in the file again after this time [ns], the first time after the shorter one: what a
#: session has told by then is short, and all of it would be lost with the chunk that it begins with.
ANNOUNCE_EVERY, ANNOUNCE_SOON = 60_000_000_000, 1_000_000_000


def is_announcement_due(announced: Sequence[int], t: int) -> bool:
    """Tell whether metadata and channels should be written once more.

    Parameters
    ----------
    announced : sequence of int
        When they were, since session start [ns].
    t : int
        Time of the next chunk, since session start [ns].

    Returns
    -------
    bool
        Whether they should stand before it.
    """
    if not announced:
        return True
    return t - announced[-1] >= (ANNOUNCE_EVERY if len(announced) > 1 else min(ANNOUNCE_SOON, ANNOUNCE_EVERY))


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
        names = {"states": self._tables.states, "causes": self._tables.causes}
        everything = {
            "schema_version": str(SCHEMA_VERSION),
            "software": __version__,
            **{key: json.dumps(list(value)) for key, value in names.items()},
            **metadata,
        }
        self._file = Path(path).open("wb", buffering=0)  # noqa: SIM115 - closed by `close`
        try:
            self._container = Container(self._file, f"gaitloop {__version__}", (METADATA, everything))
        except BaseException:
            self._file.close()
            raise
        self._fitted: tuple[str, ...] = ()
        self._sample: tuple[int, Layout] | None = None
        self._command = self._open("/command", command_layout(self._tables))
        self._telemetry = self._open("/telemetry", telemetry_layout(self._tables))
        self._json = {
            topic: self._container.channel(topic, "json", name, "jsonschema", _json_schema(name, properties))
            for topic, (name, properties) in JSON_SCHEMAS.items()
        }
        self._told = dict.fromkeys(JSON_SCHEMAS, 0)
        self._ticks = self._rows = 0
        self._announced: list[int] = []
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
        for runs in self.prepare(block, events, strides):
            self.put(runs)

    def prepare(
        self,
        block: Block,
        events: Iterable[Mapping[str, Any]] = (),
        strides: Iterable[Mapping[str, Any]] = (),
        *,
        skipped: int = 0,
    ) -> list[list[Run]]:
        """Turn a block into chunks that `put` takes, each of which can be tried again.

        Parameters
        ----------
        block : Block
            Consecutive ticks.
        events : iterable of mapping
            Gait events of the block, by the `/event` schema.
        strides : iterable of mapping
            Strides closed in the block, by the `/stride` schema.
        skipped : int, optional
            Ticks lost since the last block [-]; a reader will see that they are missing.

        Returns
        -------
        list of list of Run
            Chunks in order: what is known of events, strides and states; ticks.
        """
        if not len(block.t):
            return []
        messages: dict[str, list[tuple[int, Mapping[str, Any]]]] = {
            "/event": [(int(event["t_emit"]), event) for event in events],
            "/stride": [(int(stride["t_end"]), stride) for stride in strides],
            "/state": [(int(state["t"]), state) for state in self._states(block)],
        }
        texts = [self._text_run(topic, rows) for topic, rows in messages.items() if rows]
        self._ticks += skipped
        ticks = [self._telemetry_run(block), self._sample_run(block), self._command_run(block)]
        self._ticks += len(block.t)
        return [texts, ticks] if texts else [ticks]

    def put(self, runs: list[Run]) -> None:
        """Write one chunk of `prepare`.

        Parameters
        ----------
        runs : list of Run
            The chunk.

        Raises
        ------
        OSError
            If it cannot be written; the file is as it was before.
        """
        t = min(int(run.times[0]) for run in runs if len(run.times))
        if is_announcement_due(self._announced, t):
            self._container.announce_again(t)
            self._announced.append(t)
        self._container.chunk(runs)

    def message(self, topic: str, t_ns: int, values: Mapping[str, Any]) -> list[Run]:
        """Turn one message into a chunk that `put` takes.

        Parameters
        ----------
        topic : str
            One of `topics.TOLD`.
        t_ns : int
            When it was so, since session start [ns].
        values : mapping
            The rest of the message.

        Returns
        -------
        list of Run
            The chunk.

        Raises
        ------
        ConfigError
            If the topic is none of these, or a value does not fit its schema.
        """
        return [self._text_run(topic, [(t_ns, check_told(topic, t_ns, values))])]

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
        self.put(self.message(topic, t_ns, values))
        return True

    def _text_run(self, topic: str, messages: list[tuple[int, Mapping[str, Any]]]) -> Run:
        first = self._told[topic]
        run = text_run(self._json[topic], [(i, t, values) for i, (t, values) in enumerate(messages, first)])
        self._told[topic] += len(messages)
        return run

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
            values = block.command_integers[:, column]
            if name in AFTER_TICK:
                name, values = AFTER_TICK[name][0], values - block.t
            rows[name] = values[:, None]
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
        """Write the summary and close the file.

        Raises
        ------
        OSError
            If the summary cannot be written; what stands in the file can be read all the same.
        """
        if not self._file.closed:
            try:
                if not self._announced:
                    self._container.announce_again(0)
                self._container.finish()
                with contextlib.suppress(OSError):  # a pipe has no disk to wait for
                    os.fsync(self._file.fileno())
            finally:
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
