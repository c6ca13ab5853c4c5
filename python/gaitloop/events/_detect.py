"""From a recording to events: the sensor's rows, its detector, the events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .._inputs import Array
from ..errors import ConfigError, RecordingError
from ..recording import SENSORS, Events, Recording, refuse_errors
from ._back_imu import BackImuContacts
from ._foot_imu import FootImuContacts
from ._force import ForceContacts
from ._joints import JointContacts
from ._markers import MarkerContacts
from ._several import Detector, fuse, sense
from ._shank_gyro import ShankGyroContacts

__all__ = ["DETECTORS", "choose", "detect"]


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
    "foot_imu": FootImuContacts,
    "shank_gyro": ShankGyroContacts,
    "back_imu": BackImuContacts,
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
        `auto` for the best that the recording offers, `fused` for all of them, or the sensor itself.

    Returns
    -------
    str
        Name of a sensor, or `fused`.

    Raises
    ------
    ConfigError
        If the sensor is not known.
    RecordingError
        If the recording offers no sensor that has a detector, or less than two to be fused.
    """
    known = [name for name in SENSORS if name in DETECTORS]
    if sensor not in ("auto", "fused", *known):
        raise ConfigError(f"sensor must be auto, fused, {', '.join(known)}, got {sensor!r}")
    if sensor in known:
        return sensor
    offered = [name for name in recording.sensors if name in DETECTORS]
    voters = _voters(recording)
    if not offered:
        held = "; ".join(f"{name} ({', '.join(s.names)})" for name, s in recording.signals.items())
        raise RecordingError(f"{recording.path}: none of {', '.join(known)} is there; the recording holds {held}")
    if sensor == "fused" and len(voters) < 2:
        got = ", ".join(voters) or "only force plates"
        raise RecordingError(
            f"{recording.path}: fused needs two or more sensors of all steps; the recording offers {got}"
        )
    return offered[0] if sensor == "auto" else sensor


def detect(recording: Recording, sensor: str = "auto", causal: bool = True) -> Events:
    """Find the gait events of a recording.

    Parameters
    ----------
    recording : Recording
        As `gaitloop.load` reads it.
    sensor : str
        What to look at: `force`, `foot_imu`, `shank_gyro`, `back_imu`, `joints`, `markers`, or `auto`: the first of
        `recording.sensors`, which is the one whose events can be trusted most. `back_imu` guesses the side. `fused`
        lets all sensors of the recording vote, as `FusedContacts` does: force 1, foot_imu and markers 0.95, shank_gyro
        0.9, joints 0.8 and back_imu 0.5, the last only where it knows the side; force plates, which see single steps,
        have no vote.
    causal : bool
        Whether each event may use only samples up to its `emit` time, as in a controller. If not, the whole recording
        is looked at first, and `emit` is NaN.

    Returns
    -------
    Events
        All events in the order in which they were known, or in order of time if not causal.

    Raises
    ------
    ConfigError
        If the sensor is not known.
    RecordingError
        If the recording does not hold the sensor (the message lists what is there) or two to be fused, or its unit,
        sign or axes cannot be right (the message names the column, the value seen and the unit expected).

    Examples
    --------
    >>> import gaitloop as gl
    >>> events = gl.events.detect(gl.load("../shared/data/force_belts/belts"))  # doctest: +SKIP
    """
    chosen = choose(recording, sensor)
    if chosen == "fused":
        return _all(recording, causal)
    t, rows = ROWS[chosen](recording)
    refuse_errors(recording, chosen)
    return DETECTORS[chosen]().run(rows, t, causal)


def _voters(recording: Recording) -> list[str]:
    """Sensors that see every step."""
    single = ("force",) if "plate_feet" in recording.meta else ()
    return [name for name in recording.sensors if name in DETECTORS and name not in single]


def _all(recording: Recording, causal: bool) -> Events:
    """Events that the sensors of a recording agree on."""
    sensed = {}
    for sensor in _voters(recording):
        t, rows = ROWS[sensor](recording)
        refuse_errors(recording, sensor)
        sensed[sensor] = sense(sensor, (DETECTORS[sensor](), DETECTORS[sensor]()), rows, t, causal)
    return fuse(sensed, causal)
