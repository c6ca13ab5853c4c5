"""Initial contact and toe-off from optical markers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..errors import ConfigError
from ..recording import Events
from ._contacts import Ints, run, to_nanoseconds

__all__ = ["MarkerContacts"]


class MarkerContacts(_core.MarkerContacts):
    """Initial contact and toe-off of both feet from markers on heel, toe and pelvis, tick by tick.

    A foot is on the ground when its heel or its toe has come to rest on it, and leaves when its toe moves and its heel
    no longer rises around the toe, or when its toe moves very fast. Velocities count relative to the ground, whose own
    velocity is found while a foot lies flat on it: overground or on one or two belts, in any horizontal direction.
    Without a pelvis marker the middle of the feet stands for the body.

    Parameters
    ----------
    smoothing : float
        Time constant of the velocity filter [s], 0 to 0.02.
    speed_min : float
        Smallest walking speed that thresholds are shares of [m/s], 0.05 to 1.
    bias_ic : float
        How much too late initial contacts are told in this laboratory [s], -0.1 to 0.1; see `calibrate`.
    bias_to : float
        How much too late toe-offs are told in this laboratory [s], -0.1 to 0.1.
    gap : float
        Time without a sample after which the state of a foot is forgotten [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    O'Connor et al., Automatic detection of gait events using kinematic data, 2007; Zeni et al., Two simple methods for
    determining gait events during treadmill and overground walking, 2008; Hreljac and Marshall, Algorithms to determine
    event timing during normal walking using kinematic data, 2000. Velocities: Morrison, Introduction to sequential
    smoothing and prediction, 1969; Brookner, Tracking and Kalman filtering made easy, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(0.0, 3.0, 0.01)
    >>> way = np.stack([np.interp(t - late, [0.5, 0.9, 1.5, 1.9], [0, 1.4, 1.4, 2.8]) for late in (0, 0.5)], axis=1)
    >>> markers = np.zeros((len(t), 5, 3))
    >>> markers[:, [0, 2], 0], markers[:, [1, 3], 0] = way, way + 0.2  # feet that slide from step to step
    >>> markers[:, 4, 0] = way.mean(axis=1)
    >>> [(event.side, event.kind) for event in MarkerContacts().run(markers, t)][:4]
    [('left', 'to'), ('left', 'ic'), ('right', 'to'), ('right', 'ic')]
    """

    __slots__ = ()

    def __new__(
        cls,
        *,
        smoothing: float = 0.003,
        speed_min: float = 0.2,
        bias_ic: float = 0.0,
        bias_to: float = 0.0,
        gap: float = 0.1,
    ) -> Self:
        return super().__new__(
            cls,
            smoothing=to_number("smoothing", smoothing),
            speed_min=to_number("speed_min", speed_min),
            bias_ic=to_number("bias_ic", bias_ic),
            bias_to=to_number("bias_to", bias_to),
            gap=to_number("gap", gap),
        )

    def run(self, markers: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        markers : array_like of float, shape (T, 5, 3)
            Left heel, left toe, right heel, right toe and pelvis (sacrum, or the middle of the front iliac spines),
            each x, y, z with z up [m]; NaN where a marker was not seen.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.
        causal : bool
            Whether each event may use only samples up to its `emit` time. If not, the detector's state plays no part,
            velocities are taken without delay and contacts are moved towards the moment of the fastest fall.

        Returns
        -------
        Events
            All events in the order in which they were known; in order of time where the future was looked at.

        Raises
        ------
        ConfigError
            If the shapes do not fit, a time is not finite or times do not increase.
        """
        return run(super().run, "markers", markers, t, causal)

    @classmethod
    def calibrate(cls, events: Iterable[Events], reference: Iterable[Events]) -> tuple[float, float]:
        """Measure by how much events are told too late in a laboratory: with its markers, shoes and people.

        Parameters
        ----------
        events : iterable of Events
            What a detector with both biases 0 found, one entry per recording, in the mode (`causal` or not) that will
            be used; of other people than those who will be judged.
        reference : iterable of Events
            What force plates say about the same recordings, in the same order.

        Returns
        -------
        bias_ic : float
            Median of event less reference over the initial contacts that have a reference within 0.1 s [s].
        bias_to : float
            The same of the toe-offs [s].

        Raises
        ------
        ConfigError
            If both do not hold the same number of recordings, or fewer than 3 events of a kind have a reference.

        Examples
        --------
        >>> from gaitloop.events import Event, Events
        >>> plates = Events.from_rows(Event("left", kind, k, k, 1.0) for k in (1.0, 2.0, 3.0) for kind in ("ic", "to"))
        >>> late = Events(plates.side, plates.kind, plates.time + 0.01, plates.emit, plates.confidence)
        >>> bias_ic, bias_to = MarkerContacts.calibrate([late], [plates])
        >>> contacts = MarkerContacts(bias_ic=bias_ic, bias_to=bias_to)
        >>> round(bias_ic, 6), round(bias_to, 6)
        (0.01, 0.01)
        """
        found, known = [_columns("events", e) for e in events], [_columns("reference", e) for e in reference]
        return _core.calibrate_markers(found, known)


def _columns(name: str, events: Events) -> tuple[Ints, Ints, Ints]:
    """Side, kind, time [ns]."""
    if not isinstance(events, Events):
        raise ConfigError(f"{name} must hold Events, got {events!r:.80}")
    return np.array(events.side), np.array(events.kind), to_nanoseconds(f"times of {name}", events.time)
