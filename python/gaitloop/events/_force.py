"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import to_floats, to_number
from ..errors import ConfigError
from ..recording import KINDS, Event, Events, Recording

__all__ = ["KINDS", "Event", "Events", "ForceContacts", "detect"]

SIDES = _core.SIDES
#: Largest time that is taken [s]: what fits in 64-bit nanoseconds.
TIME_MAX = 9e9


class ForceContacts:
    """Initial contact and toe-off of both feet from their vertical forces, tick by tick.

    Thresholds with hysteresis, debouncing and a refractory time; the zero of each foot is followed while it is
    lifted and its scale from step to step. A foot that stands across two belts loads the other foot's sensor too; the
    other foot's toe-off and next contact are then read from the ratio of both forces.

    Parameters
    ----------
    scale : float
        Peak force of a step that is assumed until one was seen [N], 100 to 3000.
    on : float
        Force at which a contact begins, as a share of the peak force [-], 0.01 to 0.5.
    off : float
        Force at which a contact ends, as a share of the peak force [-], 0.01 to 0.5, not above `on`.
    floor : float
        Smallest of both thresholds [N], 1 to 200.
    arm : float
        Share of the upper threshold from which the debounce time of a contact counts [-], 0.1 to 1.
    debounce : float
        Time a new state must last before it is believed [s], 0 to 0.05.
    refractory : float
        Smallest time between two events of a foot [s], 0 to 0.5.
    baseline_time : float
        Time constant with which the zero of a lifted foot is followed [s], 0.02 to 10.
    baseline_max : float
        Largest zero error that is followed [N], 0 to 200.
    settle : float
        Time from the first sample until events are reported [s], 0 to 1.
    gap : float
        Time without a sample after which the state of a foot is forgotten [s], 0.01 to 1.
    shared : bool
        Whether a foot may load the other foot's sensor too, as on two belts.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> contacts = ForceContacts()
    >>> t = np.arange(0.0, 1.0, 0.01)
    >>> left = np.where(t > 0.5, 700.0, 0.0)
    >>> [(event.side, event.kind) for event in contacts.run(np.stack([left, 0 * left], axis=1), t)]
    [('left', 'ic')]
    """

    def __init__(
        self,
        *,
        scale: float = 700.0,
        on: float = 0.055,
        off: float = 0.04,
        floor: float = 30.0,
        arm: float = 0.3,
        debounce: float = 0.008,
        refractory: float = 0.12,
        baseline_time: float = 0.3,
        baseline_max: float = 50.0,
        settle: float = 0.1,
        gap: float = 0.1,
        shared: bool = True,
    ) -> None:
        self._core = _core.ForceContacts(
            scale=to_number("scale", scale),
            on=to_number("on", on),
            off=to_number("off", off),
            floor=to_number("floor", floor),
            arm=to_number("arm", arm),
            debounce=to_number("debounce", debounce),
            refractory=to_number("refractory", refractory),
            baseline_time=to_number("baseline_time", baseline_time),
            baseline_max=to_number("baseline_max", baseline_max),
            settle=to_number("settle", settle),
            gap=to_number("gap", gap),
            shared=shared,
        )

    def step(self, force: ArrayLike, t: float) -> list[Event]:
        """Take one tick; a tick whose time does not exceed the one before is not taken.

        Parameters
        ----------
        force : array_like of float, shape (2,)
            Vertical force on the left and right foot [N], upward positive; NaN where nothing was measured.
        t : float
            Time of the tick [s], -9e9 to 9e9.

        Returns
        -------
        list of Event
            What is known since this tick: at most one event per foot, left first.

        Raises
        ------
        ConfigError
            If the force has another shape or the time is not finite.
        """
        rows = self._core.step(to_floats("force", force), int(_nanoseconds(np.array([to_number("t", t)]))[0]))
        return [Event(SIDES[s], KINDS[k], time * 1e-9, emit * 1e-9, c) for s, k, time, emit, c in rows]

    def run(self, force: ArrayLike, t: ArrayLike) -> Events:
        """Take a recording: the same as a step per sample.

        Parameters
        ----------
        force : array_like of float, shape (T, 2)
            Vertical force on the left and right foot [N], upward positive; NaN where nothing was measured.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.

        Returns
        -------
        Events
            All events in the order in which they were known.

        Raises
        ------
        ConfigError
            If the shapes do not fit, a time is not finite or times do not increase.
        """
        times = to_floats("t", t)
        if times.ndim != 1:
            raise ConfigError(f"t must have shape (T,), got {times.shape}")
        late = np.flatnonzero(np.diff(times) <= 0.0)
        if len(late):
            i = late[0]
            raise ConfigError(f"t must increase, got {times[i + 1]:g} after {times[i]:g} at index {i + 1}")
        values = to_floats("force", force)
        if values.ndim != 2:
            raise ConfigError(f"force must have shape (T, 2), got {values.shape}")
        side, kind, time, emit, confidence = self._core.run(values, _nanoseconds(times))
        return Events(side, kind, _seconds(time), _seconds(emit), confidence)

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether the left and the right foot are on the ground, as far as known."""
        return self._core.in_contact

    def reset(self) -> None:
        """Forget everything."""
        self._core.reset()


def detect(recording: Recording, sensor: str = "force", causal: bool = True) -> Events:
    """Find the gait events of a recording.

    Parameters
    ----------
    recording : Recording
        As `gaitloop.load` reads it.
    sensor : str
        What to look at: `force`.
    causal : bool
        Whether each event may use only samples up to its `emit` time; the only way there is for `force`.

    Returns
    -------
    Events
        All events in the order in which they were known.

    Raises
    ------
    ConfigError
        If the sensor is not known, or has no detector that looks ahead.
    RecordingError
        If the recording does not hold that sensor.

    Examples
    --------
    >>> import gaitloop as gl
    >>> events = gl.events.detect(gl.load("../shared/data/force_belts/belts"))  # doctest: +SKIP
    """
    if sensor != "force":
        raise ConfigError(f"sensor must be force, got {sensor!r}")
    if not causal:
        raise ConfigError("causal must be True for sensor force, got False")
    t, force = recording.foot_forces()
    return ForceContacts().run(force, t)


def _seconds(t: NDArray[np.int64]) -> NDArray[np.float64]:
    return t.astype(np.float64) * 1e-9


def _nanoseconds(t: NDArray[np.float64]) -> NDArray[np.int64]:
    bad = np.flatnonzero(~(np.abs(t) <= TIME_MAX))
    if len(bad):
        raise ConfigError(f"t must lie in [{-TIME_MAX:g}, {TIME_MAX:g}], got {t[bad[0]]} at index {bad[0]}")
    return np.round(t * 1e9).astype(np.int64)
