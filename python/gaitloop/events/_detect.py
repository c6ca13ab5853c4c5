"""From a recording to events: the sensor's rows, its detector, the events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from numpy.typing import ArrayLike

from .._inputs import Array
from ..errors import ConfigError, RecordingError
from ..recording import SENSORS, Events, Recording, refuse_errors
from ._force import ForceContacts
from ._joints import JointContacts
from ._markers import MarkerContacts

__all__ = ["DETECTORS", "choose", "detect"]


class Detector(Protocol):
    """What `detect` needs of a detector."""

    def run(self, rows: ArrayLike, t: ArrayLike, causal: bool = True, /) -> Events:
        """Take a recording."""


#: Rows of each sensor, shape (T, ...) in SI units.
ROWS: Mapping[str, Callable[[Recording], tuple[Array, Array]]] = MappingProxyType(
    {
        "force": Recording.foot_forces,
        "foot_imu": Recording.foot_imu,
        "shank_gyro": Recording.shank_gyro,
        "back_imu": Recording.back_imu,
        "joints": Recording.joint_angles,
        "markers": Recording.marker_points,
    }
)
#: Detector of each sensor.
DETECTORS: dict[str, Callable[[], Detector]] = {
    "force": ForceContacts,
    "joints": JointContacts,
    "markers": MarkerContacts,
}


def choose(recording: Recording, sensor: str = "auto") -> str:
    """Sensor to look at.

    Parameters
    ----------
    recording : Recording
        What was recorded.
    sensor : str
        `auto` for the best that the recording offers, or the sensor itself.

    Returns
    -------
    str
        Name of a sensor.

    Raises
    ------
    ConfigError
        If the sensor is not known.
    RecordingError
        If the recording offers no sensor that has a detector.
    """
    known = [name for name in SENSORS if name in DETECTORS]
    if sensor not in ("auto", *known):
        raise ConfigError(f"sensor must be auto, {', '.join(known)}, got {sensor!r}")
    if sensor != "auto":
        return sensor
    offered = [name for name in recording.sensors if name in DETECTORS]
    if not offered:
        held = "; ".join(f"{name} ({', '.join(s.names)})" for name, s in recording.signals.items())
        raise RecordingError(f"{recording.path}: none of {', '.join(known)} is there; the recording holds {held}")
    return offered[0]


def detect(recording: Recording, sensor: str = "auto", causal: bool = True) -> Events:
    """Find the gait events of a recording.

    Parameters
    ----------
    recording : Recording
        As `gaitloop.load` reads it.
    sensor : str
        What to look at: `force`, `foot_imu`, `shank_gyro`, `back_imu`, `joints`, `markers`, or `auto`: the first of
        `recording.sensors`, which is the one whose events can be trusted most. `back_imu` guesses the side.
    causal : bool
        Whether each event may use only samples up to its `emit` time, as in a controller. If not, the whole recording
        is looked at first, and `emit` is NaN.

    Returns
    -------
    Events
        All events in the order in which they were known.

    Raises
    ------
    ConfigError
        If the sensor is not known.
    RecordingError
        If the recording does not hold the sensor (the message lists what is there), or its unit, sign or axes cannot
        be right (the message names the column, the value seen and the unit expected).

    Examples
    --------
    >>> import gaitloop as gl
    >>> events = gl.events.detect(gl.load("../shared/data/force_belts/belts"))  # doctest: +SKIP
    """
    chosen = choose(recording, sensor)
    t, rows = ROWS[chosen](recording)
    refuse_errors(recording, chosen)
    return DETECTORS[chosen]().run(rows, t, causal)
