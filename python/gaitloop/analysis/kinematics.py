"""Joint angles of a recording, and how they go over a stride."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..events import Events
from ..recording import Recording

__all__ = ["PHASES", "cycles", "joint_angles", "marker_angles"]

Array = NDArray[np.float64]
SIDES = ("left", "right")
SEGMENTS = ("hip", "knee", "ankle", "heel", "toe")
#: Samples of a normalised stride.
PHASES = 101
#: Durations of a stride that is drawn [s].
DURATION = (0.3, 3.0)


def joint_angles(recording: Recording) -> tuple[Array, Array] | None:
    """Joint angles, recorded or from markers.

    Parameters
    ----------
    recording : Recording
        What was recorded.

    Returns
    -------
    tuple of ndarray of float, shapes (T,) and (T, 6), or None
        Times [s] and angles [rad]; None where neither angles nor the markers for them were recorded.
    """
    if "joints" in recording.sensors:
        return recording.joint_angles()
    return marker_angles(recording)


def marker_angles(recording: Recording) -> tuple[Array, Array] | None:
    """Sagittal joint angles from markers on hip, knee, ankle, heel and toe.

    The plane stands upright along the way the pelvis looks, or, without markers on both spines, along the feet. Hip:
    thigh against the line from sacrum to spines, or against the vertical without them. Ankle: foot against shank,
    zero where the foot lies as it does most of the time. Markers sit on the skin and no static trial is used, so
    offsets of 10 degrees are usual; shapes and ranges are what counts.

    Parameters
    ----------
    recording : Recording
        What was recorded.

    Returns
    -------
    tuple of ndarray of float, shapes (T,) and (T, 6), or None
        Times [s] and angles [rad]; NaN where a marker was not seen; None where no side has all five markers.
    """
    signal = recording.signals.get("markers")
    if signal is None:
        return None

    def point(name: str) -> Array:
        columns = [f"{name}_{axis}" for axis in "xyz"]
        if not set(columns) <= set(signal.names):
            return np.full((len(signal.t), 3), np.nan)
        return signal.values[:, [signal.names.index(c) for c in columns]]

    points = {f"{side}_{part}": point(f"{side}_{part}") for side in SIDES for part in (*SEGMENTS, "asis")}
    points["sacrum"] = point("sacrum")
    ahead = _ahead(points)
    tilt = _tilt(points, ahead)
    angles = np.concatenate([_leg(points, side, ahead, tilt) for side in SIDES], axis=1)
    return (signal.t, angles) if np.isfinite(angles).any() else None


def _ahead(points: dict[str, Array]) -> Array:
    """Horizontal unit vectors of the way ahead, shape (T, 2)."""
    feet = np.stack([points[f"{side}_toe"] - points[f"{side}_heel"] for side in SIDES])[..., :2]
    seen = feet[np.isfinite(feet).all(axis=-1)]
    mean = seen.mean(axis=0) if len(seen) else np.array([1.0, 0.0])
    across = (points["left_asis"] - points["right_asis"])[:, :2]
    turned = np.stack([across[:, 1], -across[:, 0]], axis=1)
    foot = np.where(np.isfinite(feet), feet, 0.0).sum(axis=0)
    turned *= np.where(np.nansum(turned * foot, axis=1) < 0.0, -1.0, 1.0)[:, None]
    ahead = np.where(np.isfinite(turned), turned, mean)
    unit: Array = ahead / np.maximum(np.linalg.norm(ahead, axis=1), 1e-12)[:, None]
    return unit


def _tilt(points: dict[str, Array], ahead: Array) -> Array:
    """How far the pelvis leans forward [rad]; 0 where it is not known."""
    line = 0.5 * (points["left_asis"] + points["right_asis"]) - points["sacrum"]
    tilt = np.arctan2(-line[:, 2], (line[:, :2] * ahead).sum(axis=1))
    known = np.isfinite(tilt)
    return np.where(known, tilt, np.median(tilt[known]) if known.any() else 0.0)


def _leg(points: dict[str, Array], side: str, ahead: Array, tilt: Array) -> Array:
    def lean(upper: str, lower: str) -> Array:
        line = points[f"{side}_{lower}"] - points[f"{side}_{upper}"]
        angle: Array = np.arctan2((line[:, :2] * ahead).sum(axis=1), -line[:, 2])
        return angle

    thigh, shank = lean("hip", "knee"), lean("knee", "ankle")
    foot = lean("heel", "toe") - 0.5 * np.pi
    rest = np.median(foot[np.isfinite(foot)]) if np.isfinite(foot).any() else 0.0
    return np.stack([thigh + tilt, thigh - shank, foot - rest - shank], axis=1)


def cycles(angles: tuple[Array, Array], events: Events, side: str) -> Array:
    """Angles of a side over each stride, from initial contact to initial contact.

    Parameters
    ----------
    angles : tuple of ndarray of float, shapes (T,) and (T, 6)
        Times [s] and joint angles [rad].
    events : Events
        Events of both feet.
    side : str
        `left` or `right`.

    Returns
    -------
    ndarray of float, shape (K, 3, 101)
        Hip, knee and ankle of each stride of 0.3 to 3 s at 0, 1, ..., 100 % [rad]; NaN for a joint that was not
        measured throughout.
    """
    t, values = angles
    own = values[:, :3] if side == "left" else values[:, 3:]
    contacts = events.times(side, "ic")
    found = []
    for start, end in pairwise(contacts):
        if not DURATION[0] <= end - start <= DURATION[1] or start < t[0] or end > t[-1]:
            continue
        at = np.linspace(start, end, PHASES)
        found.append([np.interp(at, t, own[:, joint]) for joint in range(3)])
    return np.array(found).reshape(-1, 3, PHASES)
