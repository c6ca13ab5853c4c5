"""Initial contact and toe-off of each foot by the vote of several detectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import to_number
from ..errors import ConfigError
from ..recording import Events
from ._contacts import TIME_MAX, Columns, Ints, to_times

__all__ = ["FusedContacts"]

Alive: TypeAlias = Mapping[str, ArrayLike] | ArrayLike


class FusedContacts(_core.FusedContacts):
    """Initial contact and toe-off of both feet by the vote of several detectors, tick by tick.

    Events of a kind that lie close together are one event. It is told once sources of enough weight have found it, at
    the weighted median of their times, if it fits into the order and the pace of the walk. A source that falls silent
    or stands alone loses its vote on that foot until it agrees again; a source whose sensor gives nothing is not asked.

    Parameters
    ----------
    sources : mapping of str to float
        Name and weight of each source [-], 0.01 to 1; one to eight sources. A weight says how much a source is worth
        while it is right: about the share of the events that it finds within 50 ms.
    window : float
        Longest time between two events that are the same [s], 0.02 to 0.3.
    wait : float
        Longest time for which an event that has its quorum waits for the other votes [s], 0 to 0.1.
    quorum : float
        Share of the weight that has to agree [-], 0 to 1.
    stance : float
        Shortest stance time [s], 0 to 0.5.
    swing : float
        Shortest swing time [s], 0 to 0.5.

    Raises
    ------
    ConfigError
        If a name is no text, or a weight, the number of sources or a setting is outside its range.

    Examples
    --------
    >>> from gaitloop.events import Event
    >>> contacts = FusedContacts({"force": 1.0, "foot_imu": 0.8})
    >>> found = {"force": [Event("left", "ic", 0.99, 1.0, 1.0)], "foot_imu": [Event("left", "ic", 0.98, 1.0, 0.5)]}
    >>> told = contacts.step(found, {"force": (True, True), "foot_imu": (True, True)}, 1.0)
    >>> [(event.side, event.kind, round(event.time, 3), round(event.confidence, 2)) for event in told]
    [('left', 'ic', 0.99, 0.78)]
    >>> contacts.trusted
    {'force': (True, True), 'foot_imu': (True, True)}
    """

    __slots__ = ()

    def __new__(
        cls,
        sources: Mapping[str, float],
        *,
        window: float = 0.12,
        wait: float = 0.03,
        quorum: float = 0.5,
        stance: float = 0.1,
        swing: float = 0.1,
    ) -> Self:
        if not isinstance(sources, Mapping):
            raise ConfigError(f"sources must map names to weights, got {sources!r:.80}")
        bad = [name for name in sources if not isinstance(name, str)]
        if bad:
            raise ConfigError(f"sources must have names of text, got {bad[0]!r:.80}")
        return super().__new__(
            cls,
            list(sources),
            [to_number(f"weight of {name}", weight) for name, weight in sources.items()],
            window=to_number("window", window),
            wait=to_number("wait", wait),
            quorum=to_number("quorum", quorum),
            stance=to_number("stance", stance),
            swing=to_number("swing", swing),
        )

    def run(self, found: Mapping[str, Events], t: ArrayLike, alive: Alive | None = None) -> Events:  # type: ignore[override]
        """Take recorded events: the same as a step per tick in which each event is found once it was known.

        Parameters
        ----------
        found : mapping of str to Events
            What the `run` of each detector gave. Where it does not say when an event was known (NaN, as with
            `causal=False`), the event counts as known when it happened; then no `emit` of the result is known either.
        t : array_like of float, shape (T,)
            Time of each tick [s], -9e9 to 9e9, increasing.
        alive : mapping of str to array_like of bool, shape (T, 2), or array_like of bool, shape (T, S, 2), optional
            Whether each source watches the left and the right foot in each tick; always when not given.

        Returns
        -------
        Events
            All events in the order in which they were known.

        Raises
        ------
        ConfigError
            If the names are not those of the sources, shapes do not fit, or times are not finite or do not increase.
        """
        times = to_times(t)
        names = list(self.sources)
        if not isinstance(found, Mapping) or set(found) != set(names):
            got = ", ".join(map(str, found)) if isinstance(found, Mapping) else f"{found!r:.80}"
            raise ConfigError(f"found must name the sources {', '.join(names)}, got {got}")
        tables = [_columns(name, found[name]) for name in names]
        known = not any(np.isnan(found[name].emit).any() for name in names)
        side, kind, time, emit, confidence = super().run(tables, _watch(alive, names, len(times)), times)
        told = emit.astype(np.float64) * 1e-9 if known else np.full(len(emit), np.nan)
        return Events(side, kind, time.astype(np.float64) * 1e-9, told, confidence)


def _columns(name: str, events: Events) -> Columns:
    if not isinstance(events, Events):
        raise ConfigError(f"found of {name} must be Events, got {events!r:.80}")
    emit = np.where(np.isnan(events.emit), events.time, events.emit)
    return events.side, events.kind, _whole(name, "time", events.time), _whole(name, "emit", emit), events.confidence


def _whole(name: str, field: str, seconds: NDArray[np.float64]) -> Ints:
    bad = np.flatnonzero(~(np.abs(seconds) <= TIME_MAX))
    if len(bad):
        span = f"[{-TIME_MAX:g}, {TIME_MAX:g}]"
        raise ConfigError(f"{field} of {name} must lie in {span}, got {seconds[bad[0]]} at index {bad[0]}")
    return np.round(seconds * 1e9).astype(np.int64)


def _watch(alive: Alive | None, names: list[str], ticks: int) -> NDArray[np.bool_]:
    """Whether each source watches each foot, shape (T, S, 2)."""
    if alive is None:
        return np.ones((ticks, len(names), 2), dtype=bool)
    if not isinstance(alive, Mapping):
        return _flags("alive", alive, (ticks, len(names), 2))
    if set(alive) != set(names):
        raise ConfigError(f"alive must name the sources {', '.join(names)}, got {', '.join(map(str, alive))}")
    return np.stack([_flags(f"alive of {name}", alive[name], (ticks, 2)) for name in names], axis=1)


def _flags(name: str, values: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    try:
        flags = np.asarray(values)
    except ValueError:
        raise ConfigError(f"{name} must have shape {shape}, got {values!r:.80}") from None
    if flags.shape != shape:
        raise ConfigError(f"{name} must have shape {shape}, got {flags.shape}")
    if flags.dtype != np.bool_ and flags.size:
        raise ConfigError(f"{name} must be truth values, got {flags.dtype}")
    return np.ascontiguousarray(flags, dtype=np.bool_)
