"""From the events of all sensors of a recording to one stream of events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._inputs import Array
from ..recording import Event, Events
from ._fusion import FusedContacts

__all__ = ["WEIGHTS", "Detector", "Sensed", "fuse", "sense"]

#: Weight of each sensor in the vote [-]: about the share of the events that its detector finds within 50 ms.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"force": 1.0, "foot_imu": 0.95, "markers": 0.95, "shank_gyro": 0.9, "joints": 0.8, "back_imu": 0.5}
)
#: Confidence up to which the side of a step is a guess [-].
GUESS = 0.5
#: Time for which the last sample of a sensor says whether it gives anything [s].
FRESH = 0.1


class Detector(Protocol):
    """What is needed of a detector."""

    @property
    def paused(self) -> tuple[bool, bool]:
        """Which feet are not watched."""

    def step(self, row: ArrayLike, t: float, /) -> list[Event]:
        """Take a tick."""

    def run(self, rows: ArrayLike, t: ArrayLike, causal: bool = True, /) -> Events:
        """Take a recording."""


class Sensed(NamedTuple):
    """What one sensor showed.

    Attributes
    ----------
    t : ndarray of float, shape (T,)
        Time of each of its samples [s].
    watched : ndarray of bool, shape (T, 2)
        Whether it gave something of the left and of the right foot.
    events : Events
        What was found in it.
    """

    t: Array
    watched: NDArray[np.bool_]
    events: Events


def sense(sensor: str, detectors: tuple[Detector, Detector], rows: Array, t: Array, causal: bool) -> Sensed:
    """Find the events of one sensor and when it watched which foot.

    Parameters
    ----------
    sensor : str
        Its name; of `back_imu` only steps count of which the side is known.
    detectors : tuple of Detector
        Two new ones: one finds the events, the other tells of each sample whether a foot is watched.
    rows : ndarray of float, shape (T, ...)
        Its samples.
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    causal : bool
        Whether each event may use only samples up to its `emit` time.

    Returns
    -------
    Sensed
        Events and watch.
    """
    finder, watcher = detectors
    events = finder.run(rows, t, causal)
    watched = np.zeros((len(t), 2), dtype=bool)
    for i, (row, now) in enumerate(zip(rows, t, strict=True)):
        watcher.step(row, float(now))
        watched[i] = np.logical_not(watcher.paused)
    if sensor == "back_imu":
        sure = events.confidence > GUESS
        events = Events(*(getattr(events, name)[sure] for name in Events.__slots__))
    return Sensed(t, watched, events)


def fuse(sensed: Mapping[str, Sensed], causal: bool) -> Events:
    """Let the sensors of a recording vote on its events, with the weights of `WEIGHTS`.

    Parameters
    ----------
    sensed : mapping of str to Sensed
        What each sensor showed.
    causal : bool
        Whether the events say when they were known; if not, they are in order of time.

    Returns
    -------
    Events
        One stream of events.
    """
    ticks = np.unique(np.concatenate([one.t for one in sensed.values()]))
    alive = {name: _alive(one, ticks) for name, one in sensed.items()}
    contacts = FusedContacts({name: WEIGHTS[name] for name in sensed})
    events = contacts.run({name: one.events for name, one in sensed.items()}, ticks, alive)
    if causal:
        return events
    order = np.lexsort((events.side, events.time))
    return Events(*(getattr(events, name)[order] for name in Events.__slots__))


def _alive(one: Sensed, ticks: Array) -> NDArray[np.bool_]:
    """Whether the last sample of a sensor before each tick is a fresh one that shows the foot."""
    last = np.searchsorted(one.t, ticks, side="right") - 1
    fresh = (last >= 0) & (ticks - one.t[last] <= FRESH)
    return np.asarray(one.watched[last] & fresh[:, None])
