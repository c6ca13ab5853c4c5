"""The balance of a record once more: what its steps and its guide say must come out of its rows again, bit for bit."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gaitloop.errors import ConfigError, RecordingError

from .balance import World
from .layout import Block, Tables
from .plan import Plan
from .sideways import GUIDE_SHARE
from .topics import SIDEWAYS

_SIDES = ("left", "right")


def trains_balance(metadata: Mapping[str, str]) -> bool:
    """Tell whether a record is of a session that trains the balance.

    Parameters
    ----------
    metadata : mapping of str to str
        Metadata of the record.

    Returns
    -------
    bool
        Whether one of its stages does.
    """
    try:
        return any(stage["mode"] == "balance" for stage in json.loads(metadata.get("programme", "{}"))["stages"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


class Retrace:
    """Moves person and guide on by the rows of a record, and compares its strides.

    Parameters
    ----------
    plan : Plan
        The plan of the record; it has a guide.
    tables : Tables
        Field tables of the record.
    changes : sequence of mapping
        Its `/change` messages.
    strides : sequence of mapping
        Its `/stride` messages.
    path : str
        The record, for messages.
    """

    def __init__(
        self,
        plan: Plan,
        tables: Tables,
        changes: Sequence[Mapping[str, Any]],
        strides: Sequence[Mapping[str, Any]],
        path: str,
    ) -> None:
        self._world, self._path = World(plan, tables), path
        asked = (change for change in changes if change.get("what") == GUIDE_SHARE and isinstance(change.get("t"), int))
        self._changes = deque(sorted(asked, key=lambda change: int(change["t"])))
        whole = (s for s in strides if s.get("side") in _SIDES and isinstance(s.get("t_end"), int))
        self._strides = deque(sorted(whole, key=lambda stride: int(stride["t_end"])))

    def run(self, block: Block) -> tuple[int, str, float, float] | None:
        """Take a block.

        Parameters
        ----------
        block : Block
            The next ticks.

        Returns
        -------
        tuple or None
            Of the first stride that differs its time [ns], the field, what was recorded and what comes out now [units
            of `topics.SIDEWAYS`], NaN for what there is not; None where all is the same.
        """
        first, end = 0, len(block.t)
        while first < end:
            while self._changes and self._changes[0]["t"] <= block.t[first]:
                self._ask(self._changes.popleft())
            due = int(np.searchsorted(block.t, self._changes[0]["t"])) if self._changes else end
            span = slice(first, min(max(due, first + 1), end))
            self._world.add(block.t[span], block.sample[span], block.valid[span], block.command_integers[span])
            first = span.stop
            found = self._compare(int(block.t[first - 1]))
            if found is not None:
                return found
        return None

    def _ask(self, change: Mapping[str, Any]) -> None:
        try:
            self._world.ask(change.get("after"))
        except ConfigError as error:
            raise RecordingError(f"{self._path}: /change at t = {change['t']} is refused: {error}") from None

    def _compare(self, now: int) -> tuple[int, str, float, float] | None:
        """Compare the strides whose contacts, and a few ticks more, have been seen."""
        while self._strides and self._strides[0]["t_end"] + 4_000_000 <= now:
            stride = self._strides.popleft()
            side, t_end = stride["side"], int(stride["t_end"])
            step = self._world.step(side, t_end * 1e-9)
            said = {name: None if step is None else getattr(step, name) for name in SIDEWAYS}
            for name, value in said.items():
                if name in stride and stride[name] != value:
                    recorded = float("nan") if stride[name] is None else float(stride[name])
                    return t_end, name, recorded, float("nan") if value is None else float(value)
        return None
