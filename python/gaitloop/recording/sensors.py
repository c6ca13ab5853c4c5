"""Rows of each sensor, as the detectors of `gaitloop.events` take them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import RecordingError
from .events import SIDES

if TYPE_CHECKING:
    from .model import Recording, Signal

Array = NDArray[np.float64]
#: Sensors that detectors read, with the signal each is found in.
SENSORS: Mapping[str, str] = MappingProxyType(
    {
        "force": "forces",
        "foot_imu": "imu",
        "shank_gyro": "imu",
        "back_imu": "imu",
        "joints": "angles",
        "markers": "markers",
    }
)
JOINTS = ("hip_l", "knee_l", "ankle_l", "hip_r", "knee_r", "ankle_r")
#: Ankles may be absent: an exoskeleton need not have them.
JOINTS_NEEDED = ("hip_l", "knee_l", "hip_r", "knee_r")
ACC_GYR = tuple(f"{kind}_{axis}" for kind in ("acc", "gyr") for axis in "xyz")
GYR = ACC_GYR[3:]
XYZ = tuple("xyz")
BACK = "lower_back"
SACRUM, PELVIS = "sacrum", ("left_asis", "right_asis")


def columns_of(recording: Recording, sensor: str) -> tuple[str, ...]:
    """Columns that a sensor is read from.

    Parameters
    ----------
    recording : Recording
        Where they are looked for.
    sensor : str
        One of `SENSORS`.

    Returns
    -------
    tuple of str
        Names of the columns that are there; empty when the recording does not offer the sensor.
    """
    if SENSORS[sensor] not in recording.signals:
        return ()
    names = recording.signals[SENSORS[sensor]].names
    parts = _parts(names, sensor)
    if sensor == "force":
        feet = recording.meta.get("plate_feet")
        plates = [p for p, f in feet.items() if f in (["left"], ["right"])] if isinstance(feet, dict) else []
        return parts if len(parts) == 2 or not plates else tuple(p for p in plates if p in names)
    return parts


def _parts(names: tuple[str, ...], sensor: str) -> tuple[str, ...]:
    if sensor == "joints":
        return tuple(j for j in JOINTS if j in names) if set(JOINTS_NEEDED) <= set(names) else ()
    if sensor == "back_imu":
        return _whole(names, BACK, ACC_GYR)
    if sensor == "markers":
        feet = (*_feet(names, "heel", XYZ), *_feet(names, "toe", XYZ))
        pelvis = _whole(names, SACRUM, XYZ) or tuple(c for m in PELVIS for c in _whole(names, m, XYZ))
        whole = any(_whole(names, f"{s}_heel", XYZ) and _whole(names, f"{s}_toe", XYZ) for s in SIDES)
        return (*feet, *pelvis) if whole else ()
    if sensor == "force":
        both = tuple(f"fz_{side}" for side in SIDES)
        return both if set(both) <= set(names) else ()
    return _feet(names, *(("foot", ACC_GYR) if sensor == "foot_imu" else ("shank", GYR)))


def _whole(names: tuple[str, ...], part: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    wanted = tuple(f"{part}_{ending}" for ending in endings)
    return wanted if set(wanted) <= set(names) else ()


def _feet(names: tuple[str, ...], part: str, endings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for side in SIDES for column in _whole(names, f"{side}_{part}", endings))


def offered(recording: Recording) -> tuple[str, ...]:
    """Sensors that a recording offers.

    Parameters
    ----------
    recording : Recording
        What was recorded.

    Returns
    -------
    tuple of str
        Names out of `SENSORS`, the best for finding both feet's events first: forces of each foot by itself, foot IMUs,
        markers, shanks, joint angles, force plates (which see single steps), the lower back (which sees no side).
    """
    there = [sensor for sensor in SENSORS if columns_of(recording, sensor)]
    order = ["force", "foot_imu", "markers", "shank_gyro", "joints", "back_imu"]
    if "plate_feet" in recording.meta:
        order = [*order[1:5], "force", "back_imu"]
    return tuple(sensor for sensor in order if sensor in there)


def signal_of(recording: Recording, sensor: str) -> Signal:
    """Signal that holds a sensor.

    Parameters
    ----------
    recording : Recording
        What was recorded.
    sensor : str
        One of `SENSORS`.

    Returns
    -------
    Signal
        The signal.

    Raises
    ------
    RecordingError
        If the recording does not offer the sensor; the message lists what is there.
    """
    if columns_of(recording, sensor):
        return recording.signals[SENSORS[sensor]]
    needed = {
        "force": "fz_left and fz_right, or fz_plateN with plate_feet",
        "foot_imu": "left_foot_ or right_foot_ acc_x to gyr_z",
        "shank_gyro": "left_shank_ or right_shank_ gyr_x to gyr_z",
        "back_imu": "lower_back_acc_x to lower_back_gyr_z",
        "joints": "hip_l, knee_l, hip_r, knee_r",
        "markers": "left_ or right_ heel and toe",
    }[sensor]
    offers = ", ".join(offered(recording)) or "none of the six sensors"
    raise RecordingError(
        f"{recording.path}: sensor {sensor} is missing (needs {needed}); the recording offers {offers}, "
        f"with {contents(recording)}"
    )


def contents(recording: Recording) -> str:
    """Say what the signals hold.

    Parameters
    ----------
    recording : Recording
        What was recorded.

    Returns
    -------
    str
        Each signal with its sensors, markers or columns.
    """
    parts = []
    for name, signal in recording.signals.items():
        units = dict.fromkeys(
            column.removesuffix(column[-2:]) if _is_axis(column) else column for column in signal.names
        )
        sensors = dict.fromkeys(unit.removesuffix("_acc").removesuffix("_gyr") for unit in units)
        parts.append(f"{name} ({', '.join(sensors)})")
    return "; ".join(parts)


def _is_axis(column: str) -> bool:
    return len(column) > 2 and column[-2] == "_" and column[-1] in "xyz"


def _rows(signal: Signal, columns: list[str]) -> Array:
    absent = np.full(len(signal.t), np.nan)
    return np.stack([signal.column(c) if c in signal.names else absent for c in columns], axis=1)


def _sides(recording: Recording, sensor: str, part: str, endings: tuple[str, ...]) -> tuple[Array, Array]:
    signal = signal_of(recording, sensor)
    names = [f"{side}_{part}_{ending}" for side in SIDES for ending in endings]
    held = set(columns_of(recording, sensor))
    rows = _rows(signal, [name if name in held else "" for name in names])
    return signal.t, np.ascontiguousarray(rows.reshape(-1, 2, len(endings)))


def foot_imu(recording: Recording) -> tuple[Array, Array]:
    """Accelerometer and gyroscope of both feet; see `Recording.foot_imu`."""
    return _sides(recording, "foot_imu", "foot", ACC_GYR)


def shank_gyro(recording: Recording) -> tuple[Array, Array]:
    """Gyroscope of both shanks; see `Recording.shank_gyro`."""
    return _sides(recording, "shank_gyro", "shank", GYR)


def back_imu(recording: Recording) -> tuple[Array, Array]:
    """Accelerometer and gyroscope of the lower back; see `Recording.back_imu`."""
    signal = signal_of(recording, "back_imu")
    return signal.t, _rows(signal, [f"{BACK}_{ending}" for ending in ACC_GYR])


def joint_angles(recording: Recording) -> tuple[Array, Array]:
    """Six joint angles; see `Recording.joint_angles`."""
    signal = signal_of(recording, "joints")
    return signal.t, _rows(signal, list(JOINTS))


def marker_points(recording: Recording) -> tuple[Array, Array]:
    """Heels, toes and pelvis; see `Recording.marker_points`."""
    signal = signal_of(recording, "markers")
    held = columns_of(recording, "markers")

    def point(name: str) -> Array:
        return _rows(signal, [f"{name}_{axis}" if f"{name}_{axis}" in held else "" for axis in XYZ])

    pelvis = point(SACRUM)
    if f"{SACRUM}_x" not in held:
        pelvis = 0.5 * (point(PELVIS[0]) + point(PELVIS[1]))
    points = [point(f"{side}_{part}") for side in SIDES for part in ("heel", "toe")]
    return signal.t, np.ascontiguousarray(np.stack([*points, pelvis], axis=1))
