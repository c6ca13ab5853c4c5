"""What is drawn of each sensor: one line per side that shows the steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..events import Events
from ..recording import Recording

__all__ = ["Trace", "trace"]

Array = NDArray[np.float64]
SIDES = ("left", "right")
SWING_MAX = 1.5  # [s]


class Trace(NamedTuple):
    """Lines that show the steps.

    Attributes
    ----------
    t : ndarray of float, shape (T,)
        Time of each sample [s].
    values : ndarray of float, shape (T, 2) or (T, 1)
        Left and right, or one line of both, in the unit of the label.
    label : str
        What it is, with its unit.
    """

    t: Array
    values: Array
    label: str


def trace(recording: Recording, sensor: str, events: Events) -> Trace:
    """Lines of a sensor.

    Parameters
    ----------
    recording : Recording
        What was recorded.
    sensor : str
        The sensor whose events are shown; of several that were fused the best is shown.
    events : Events
        Its events, which say which way the foot turns in swing.

    Returns
    -------
    Trace
        Vertical force, angular rate of the foot or shank about the axis it mostly turns about, knee flexion, height of
        the heel, or the acceleration of the lower back along gravity.
    """
    sensor = recording.sensors[0] if sensor == "fused" else sensor
    if sensor == "force":
        return Trace(*recording.foot_forces(), "Vertical force [N]")
    if sensor == "foot_imu":
        t, rows = recording.foot_imu()
        return Trace(t, _turning(t, rows[:, :, 3:], events), "Pitch rate of the foot [rad/s]")
    if sensor == "shank_gyro":
        t, rows = recording.shank_gyro()
        return Trace(t, _turning(t, rows, events), "Pitch rate of the shank [rad/s]")
    if sensor == "joints":
        t, rows = recording.joint_angles()
        return Trace(t, np.degrees(rows[:, [1, 4]]), "Knee flexion [deg]")
    if sensor == "markers":
        t, rows = recording.marker_points()
        return Trace(t, 100.0 * rows[:, [0, 2], 2], "Height of the heel [cm]")
    t, rows = recording.back_imu()
    acc = rows[:, :3]
    mean = np.nanmean(acc, axis=0)
    along = acc @ (mean / max(float(np.linalg.norm(mean)), 1e-12))
    return Trace(t, along[:, None], "Acceleration along gravity [m/s²]")


def _turning(t: Array, gyr: Array, events: Events) -> Array:
    """Angular rate about the axis of most turning, forward in swing, shape (T, 2)."""
    lines = []
    for i, side in enumerate(SIDES):
        seen = gyr[np.isfinite(gyr[:, i]).all(axis=1), i]
        if not len(seen):
            lines.append(np.full(len(gyr), np.nan))
            continue
        line = gyr[:, i] @ np.linalg.eigh(seen.T @ seen)[1][:, -1]
        swing = line[_swings(t, events, side)]
        turned = float(np.nansum(swing)) if len(swing) else float(np.nansum(line * np.abs(line)))
        lines.append(-line if turned < 0.0 else line)
    return np.stack(lines, axis=1)


def _swings(t: Array, events: Events, side: str) -> NDArray[np.bool_]:
    """Samples between a toe-off and the initial contact after it."""
    lifts, contacts = events.times(side, "to"), events.times(side, "ic")
    swinging = np.zeros(len(t), dtype=bool)
    for lift in lifts:
        later = contacts[contacts > lift]
        if len(later) and later[0] - lift < SWING_MAX:
            swinging |= (t > lift) & (t < later[0])
    return swinging
