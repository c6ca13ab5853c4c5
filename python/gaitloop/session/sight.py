"""From rows of a machine to what a session sees and what its record gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .beside import Beside
from .digest import MOVING
from .effort import EffortMeter
from .helm import Seen
from .layout import Block, Tables
from .machine import Rows, joined
from .runner import BLOCK_TICKS, block_of, event_of, stride_of

#: Subtasks of a side that a session sees, the first ones of its support [-].
SAGITTAL = 5
#: A heart rate that was measured longer ago is not known any more [s].
HEART_AGE = 10.0


class Sight:
    """Looks at rows, and keeps them until they make a block.

    Parameters
    ----------
    tables : Tables
        Field tables of the rows.
    effort : EffortMeter
        Tells who moved a leg in a stride; gets all rows.
    beside : Beside
        Sensors beside the machine; gets all rows.

    Attributes
    ----------
    t : float
        Time of the newest tick [s].
    """

    def __init__(self, tables: Tables, effort: EffortMeter, beside: Beside) -> None:
        self._tables, self._effort, self._beside = tables, effort, beside
        self._columns = {
            **{name: tables.columns("sample", name) for name in ("belt_speed", "heart_rate")},
            **{
                name: tables.columns("telemetry", name)
                for name in ("engagement", "change", "phase", "phase_rate", "support")
            },
        }
        command = {spec.name: spec.start for spec in tables.command}
        self._belt, self._support = command["belt_speed"], command["support_force"]
        self._sequence = tables.command_integers.index("sequence")
        self._heart = [spec.name for spec in tables.sample].index("heart_rate")
        self._codes = [tables.command_integers.index(name) for name in ("state", "cause")]
        self._soft, self._standby, self._armed = (tables.states.index(n) for n in ("soft_stop", "standby", "armed"))
        self._before = self._newest = -1
        self._kept: list[tuple[int, Rows]] = []
        self._ticks = self._last = 0
        self.t = 0.0

    def see(self, rows: Rows) -> Seen:
        """Take rows.

        Parameters
        ----------
        rows : Rows
            At least one tick.

        Returns
        -------
        Seen
            The machine as of the newest tick.
        """
        rows = self._beside.add(rows)
        self._kept += self._whole(rows)
        raw, out = rows.raw, rows.raw["out"]
        telemetry = {name: out["telemetry"][-1, self._columns[name]] for name in ("engagement", "change")}
        help_each = out["telemetry"][-1, self._columns["support"]].reshape(2, -1)[:, :SAGITTAL]
        phase, rate = (out["telemetry"][-1, self._columns[name]] for name in ("phase", "phase_rate"))
        state, cause = (int(out["command_integers"][-1, column]) for column in self._codes)
        self._before, self._newest = self._newest, state
        self.t = float(raw["t"][-1]) * 1e-9
        belt = self._measured(raw, "belt_speed")
        contacts = sum(event["kind"] == "ic" for event in rows.events)
        return Seen(
            t=self.t,
            state=self._tables.states[state],
            cause=self._tables.causes[cause],
            belt=belt or 0.0,
            belt_command=float(out["command"][-1, self._belt]),
            support_command=float(out["command"][-1, self._support]),
            engagement=float(telemetry["engagement"][0]),
            change=float(telemetry["change"][0]),
            phase=(float(phase[0]), float(phase[1])),
            rate=(float(rate[0]), float(rate[1])),
            help=float(help_each.max()),
            steps=contacts if (belt or 0.0) > MOVING else 0,
            heart_rate=self._heart_rate(raw),
            incline=rows.incline,
        )

    def _measured(self, raw: Mapping[str, Any], name: str) -> float | None:
        column = self._columns[name].start
        value = float(raw["sample"][-1, column])
        return value if raw["valid"][-1, column] and np.isfinite(value) else None

    def _heart_rate(self, raw: Mapping[str, Any]) -> float | None:
        """The heart rate, unless it is old: a strap that slipped must not look like a calm heart."""
        age = (int(raw["t"][-1]) - int(raw["stamp"][-1, self._heart])) * 1e-9
        return self._measured(raw, "heart_rate") if age <= HEART_AGE else None

    def _whole(self, rows: Rows) -> Iterator[tuple[int, Rows]]:
        """Rows without holes, each with the number of ticks that are missing before it."""
        raw = rows.raw
        sequence = raw["out"]["command_integers"][:, self._sequence]
        missing = np.diff(sequence, prepend=self._last) - 1
        self._last = int(sequence[-1])
        holes = np.flatnonzero(missing > 0)
        ends = [*(int(hole) for hole in holes if hole), len(sequence)]
        first = 0
        for end in ends:
            part = {name: raw[name][first:end] for name in ("t", "sample", "valid", "stamp")}
            out = {name: raw["out"][name][first:end] for name in raw["out"]}
            last = end == len(sequence)  # what was told of the whole goes with its end
            kept = Rows({**part, "out": out}, rows.events if last else [], rows.strides if last else [])
            yield max(0, int(missing[first])), kept
            first = end

    def stopped_at(self, rows: Rows) -> int | None:
        """Find the tick that a stop was taken in: training goes over to a soft stop, what was armed to standby.

        Parameters
        ----------
        rows : Rows
            Rows of the last look.

        Returns
        -------
        int or None
            Its time [ns], where it is among them.
        """
        states = rows.raw["out"]["command_integers"][:, self._codes[0]]
        before = np.concatenate([[self._before], states[:-1]])
        found = np.flatnonzero((states == self._soft) | (states == self._standby) & (before == self._armed))
        return int(rows.raw["t"][found[0]]) if len(found) else None

    def full(self, *, live: bool) -> bool:
        """Whether the rows kept make a block.

        Parameters
        ----------
        live : bool
            Whether a block is as short as a look, so that a kill loses little.

        Returns
        -------
        bool
            Whether they do.
        """
        return live or sum(len(rows.raw["t"]) for _, rows in self._kept) >= BLOCK_TICKS

    def blocks(self) -> Iterator[tuple[int, Block, list[dict[str, Any]], list[dict[str, Any]]]]:
        """Take the rows kept, in as many blocks as there are without holes.

        Yields
        ------
        missed : int
            Ticks that are missing before the block [-].
        block : Block
            The ticks.
        events : list of dict
            Gait events, by the `/event` schema.
        strides : list of dict
            Strides, by the `/stride` schema.
        """
        kept, self._kept = self._kept, []
        while kept:
            count = next((i for i, (missed, _) in enumerate(kept) if i and missed), len(kept))
            missed, parts = kept[0][0], [rows for _, rows in kept[:count]]
            kept = kept[count:]
            block = block_of(joined([rows.raw for rows in parts]), self._ticks + missed)
            self._ticks += missed + len(block.t)
            events = [event_of(event) for rows in parts for event in rows.events]
            yield missed, block, events, [stride for rows in parts for stride in self._strides(rows, block)]

    def _strides(self, rows: Rows, block: Block) -> Iterator[dict[str, Any]]:
        self._effort.add(rows.raw["t"], rows.raw["sample"], rows.raw["valid"])
        for stride in rows.strides:
            sideways = self._beside.of(int(stride.side), int(stride.t_end))
            yield stride_of(stride, block, self._tables, {**self._effort.of_stride(stride), **sideways})
