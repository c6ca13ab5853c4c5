"""Feed a record's samples to a fresh trainer and compare every command bit for bit."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop.errors import ConfigError, RecordingError
from gaitloop.safety import Envelope

from .asks import ASKED, Asker
from .build import build_trainer, envelope_of
from .fitting import Fitting, fitted
from .layout import Block, Tables
from .plan import Plan
from .reader import Reader
from .record import limits_hash
from .retrace import Retrace, trains_balance


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a replay leaves its record.

    Attributes
    ----------
    tick : int
        Number of the tick in the record [-].
    t : int
        Time of the tick [ns].
    field : str
        Field of the command.
    recorded : float or int
        What the record has [SI].
    replayed : float or int
        What the trainer gives now [SI].
    """

    tick: int
    t: int
    field: str
    recorded: float | int
    replayed: float | int

    def __str__(self) -> str:
        where = f"tick {self.tick} (t = {self.t * 1e-9:.3f} s), {self.field}"
        return f"first difference at {where}: recorded {self.recorded!r}, replayed {self.replayed!r}"


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What a replay found.

    Attributes
    ----------
    ticks : int
        Ticks compared [-].
    difference : Difference or None
        The first difference, if any.
    losses : tuple of str
        What of the record could not be read.
    """

    ticks: int
    difference: Difference | None
    losses: tuple[str, ...]


def plan_of(reader: Reader) -> Plan:
    """Read the plan a record was made from.

    Parameters
    ----------
    reader : Reader
        An open record.

    Returns
    -------
    Plan
        Plan with the seed and the length of the record, fitted to its device where it has one.

    Raises
    ------
    RecordingError
        If the record lacks its plan or the plan's limits are not those of the record.
    """
    missing = [name for name in ("plan", "seed", "duration") if name not in reader.metadata]
    if missing:
        raise RecordingError(f"{reader.path}: metadata {', '.join(missing)} is missing")
    try:
        limits = json.loads(reader.metadata.get("limits", "null"))
        plan = Plan.from_text(reader.metadata["plan"], limits=None if limits is None else dict(limits))
        if "device" in reader.metadata:
            plan = fitted(plan, Fitting.from_text(reader.metadata["device"]), Envelope(**dict(limits)))
        seed, duration = json.loads(reader.metadata["seed"]), json.loads(reader.metadata["duration"])
    except ConfigError:
        raise
    except (ValueError, TypeError, RecursionError) as error:
        raise RecordingError(f"{reader.path}: metadata seed, duration and limits must be JSON: {error}") from None
    return plan.change(seed=seed, duration=duration)


def replay(path: str | Path) -> ReplayResult:
    """Replay a record.

    Parameters
    ----------
    path : path-like
        Session record; a cut-off one is replayed as far as it goes.

    Returns
    -------
    ReplayResult
        Number of ticks compared and the first difference.

    Raises
    ------
    RecordingError
        If the file is no session record or no tick of it can be compared.
    ConfigError
        If this version refuses the record's plan.
    """
    reader = Reader(path)
    plan = plan_of(reader)
    recorded = reader.metadata.get("limits_sha256", "")
    if recorded != limits_hash(envelope_of(plan).to_dict()):
        raise RecordingError(
            f"{reader.path}: limits_sha256 must match the limits of the plan, got {recorded or 'none'}"
        )
    trainer, ticks, sideways = _Led(plan, reader), 0, _sideways_of(plan, reader)
    for block in reader.blocks():
        if reader.gap is not None and ticks >= reader.gap:
            break  # behind a hole the trainer's state is unknown
        difference = _compare(trainer, block, reader.tables, ticks)
        if difference is None and sideways is not None and (found := sideways.run(block)) is not None:
            difference = Difference(ticks + max(0, int(np.searchsorted(block.t, found[0]))), *found)
        ticks += len(block.t) if difference is None else difference.tick - ticks
        if difference is not None:
            return ReplayResult(ticks, difference, tuple(reader.losses))
    if ticks == 0:
        lost = f" ({'; '.join(reader.losses)})" if reader.losses else ""
        raise RecordingError(f"{reader.path}: must have a tick to compare, got none{lost}")
    return ReplayResult(ticks, None, tuple(reader.losses))


def _sideways_of(plan: Plan, reader: Reader) -> Retrace | None:
    if plan.guide is None or not trains_balance(reader.metadata):
        return None
    return Retrace(plan, reader.tables, reader.messages("/change"), reader.messages("/stride"), str(reader.path))


class _Led:
    """A fresh trainer that is asked again, each time before the tick that had the request first."""

    def __init__(self, plan: Plan, reader: Reader) -> None:
        self._trainer, self._asker = build_trainer(plan), Asker(plan)
        changes = (c for c in reader.messages("/change") if isinstance(c.get("t"), int) and c.get("what") in ASKED)
        self._changes = deque(sorted(changes, key=lambda change: int(change["t"])))  # of equal times in their order
        self._path = reader.path

    def run(self, block: Block) -> dict[str, NDArray[Any]]:
        """Commands of a block, as `Trainer.run` gives them."""
        parts, first, end = [], 0, len(block.t)
        while first < end:
            while self._changes and self._changes[0]["t"] <= block.t[first]:
                self._ask(self._changes.popleft())
            due = int(np.searchsorted(block.t, self._changes[0]["t"])) if self._changes else end
            span = slice(first, min(max(due, first + 1), end))
            parts.append(self._trainer.run(block.t[span], block.sample[span], block.valid[span], block.stamp[span]))
            first = span.stop
        return {name: np.concatenate([part[name] for part in parts]) for name in ("command", "command_integers")}

    def _ask(self, change: Mapping[str, Any]) -> None:
        what, after = change["what"], change.get("after")
        try:
            self._asker.ask(self._trainer, what, after)
        except ConfigError as error:
            raise RecordingError(f"{self._path}: /change {what} at t = {change['t']} is refused: {error}") from None


def _compare(trainer: _Led, block: Block, tables: Tables, first: int) -> Difference | None:
    out = trainer.run(block)
    # Bits, not values: -0.0 differs from 0.0, and a NaN would not differ from itself.
    values = np.ascontiguousarray(block.command).view(np.int64), np.ascontiguousarray(out["command"]).view(np.int64)
    integers = block.command_integers, out["command_integers"]
    told = ~np.isnan(block.command).all(axis=0)  # what an earlier version did not record cannot be compared
    differing = (values[0] != values[1])[:, told].any(axis=1) | (integers[0] != integers[1]).any(axis=1)
    if not differing.any():
        return None
    row = int(np.argmax(differing))
    names = [f"{s.name}[{i}]" if s.length > 1 else s.name for s in tables.command for i in range(s.length)]
    for name, old, new in zip(names, block.command[row], out["command"][row], strict=True):
        if not np.isnan(old) and np.float64(old).view(np.int64) != np.float64(new).view(np.int64):
            return Difference(first + row, int(block.t[row]), name, float(old), float(new))
    for name, old, new in zip(tables.command_integers, integers[0][row], integers[1][row], strict=True):
        if old != new:
            return Difference(first + row, int(block.t[row]), name, int(old), int(new))
    raise AssertionError("a differing row has a differing field")
