"""Section 4.6: contacts from markers when the whole recording may be looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._conventions import Array, Event, EventKind
from .marker_feet import NEVER, Body, Feet, Foot, Motion, Plane, nanoseconds, seconds

_SPAN = 5_000_000
_HALF = 500_000_000
_WINDOW = 50_000_000
_SHARE = 0.3
_REACH = 1e3

Times: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


def run_offline(feet: Feet, gap: int, markers: Array, t: Times) -> list[Event]:
    """Contacts of a recording, by velocities that are not late and times that are refined.

    Parameters
    ----------
    feet : Feet
        Whose settings count.
    gap : int
        Longest gap that is bridged [ns].
    markers : ndarray of float, shape (T, 5, 3)
        Left heel, left toe, right heel, right toe and pelvis [m], z up; NaN when not seen.
    t : ndarray of int, shape (T,)
        Times [ns].

    Returns
    -------
    list of Event
        The events, known at the last tick.
    """
    later = np.ones(len(t), dtype=bool)
    later[1:] = t[1:] > np.maximum.accumulate(t)[:-1]
    t, markers = t[later], markers[later]
    with np.errstate(invalid="ignore"):
        seen: Mask = np.all(np.abs(markers) <= _REACH, axis=2)
    v = np.stack([_velocity(t, markers[:, i], seen[:, i], gap) for i in range(4)], axis=1)
    body = _body(t, markers, seen)
    motions = _motions(t, markers, v)
    plain = replace(feet, bias=(0.0, 0.0))
    _, ground = _pass(plain, gap, motions, t, body, [None, None])
    done = []
    for event in _pass(plain, gap, motions, t, body, ground)[0]:
        at = _refine(event, t, v[:, 2 * event.side, 2], v[:, 2 * event.side + 1, 2])
        at = max(NEVER, min(int(t[-1]), at - nanoseconds(feet.bias[event.kind])))
        done.append(event._replace(t=at, t_emit=int(t[-1])))
    return done


def _velocity(t: Times, x: Array, seen: Mask, gap: int) -> Array:
    """Velocity of a marker between its nearest readings at least 5 ms before and after [m/s]; NaN without them."""
    v = np.full(x.shape, np.nan)
    at = np.flatnonzero(seen)
    ts = t[at]
    before = np.searchsorted(ts, ts - _SPAN, side="right") - 1
    after = np.searchsorted(ts, ts + _SPAN, side="left")
    for i, a, b in zip(at.tolist(), before.tolist(), after.tolist(), strict=True):
        if a >= 0 and b < len(at) and t[i] - ts[a] <= gap and ts[b] - t[i] <= gap:
            v[i] = (x[at[b]] - x[at[a]]) / (int(ts[b] - ts[a]) * 1e-9)
    return v


def _middle(markers: Array) -> Array:
    """Middle of the four foot markers, horizontally [m]."""
    total: Array = markers[:, 0, :2] + markers[:, 1, :2] + markers[:, 2, :2] + markers[:, 3, :2]
    return total / 4.0


def _body(t: Times, markers: Array, seen: Mask) -> list[Plane]:
    """Mean velocity over half a second before and after each tick [m/s]."""
    whole: Mask = np.all(seen[:, :4], axis=1)
    sources = [
        (t[seen[:, 4]], markers[seen[:, 4], 4, :2]),
        (t[whole], _middle(markers[whole])),
    ]
    found = []
    last = (0.0, 0.0)
    for at in t:
        for ts, x in sources:
            a, b = np.searchsorted(ts, at - _HALF), np.searchsorted(ts, at + _HALF, side="right") - 1
            if b > a:
                v = (x[b] - x[a]) / (int(ts[b] - ts[a]) * 1e-9)
                last = (float(v[0]), float(v[1]))
                break
        found.append(last)
    return found


def _motions(t: Times, markers: Array, v: Array) -> list[list[Motion | None]]:
    """Motion of each foot at each tick, None where it was not seen."""
    whole: Mask = np.all(np.isfinite(v).reshape(len(t), 2, 6), axis=2)
    with np.errstate(invalid="ignore", over="ignore"):  # of markers that were not seen
        along = (markers[:, 1:4:2, :2] - markers[:, 0:4:2, :2]).tolist()
    speeds, before = v.tolist(), [-1, -1]
    rows: list[list[Motion | None]] = []
    for i, at in enumerate(t.tolist()):
        row: list[Motion | None] = [None, None]
        for side in (0, 1):
            if whole[i, side]:
                dt = 0.0 if before[side] < 0 else seconds(int(t[before[side]]), at)
                heel, toe = speeds[i][2 * side], speeds[i][2 * side + 1]
                row[side] = Motion(tuple(heel), tuple(toe), tuple(along[i][side]), dt, 0.0)
                before[side] = i
        rows.append(row)
    return rows


def _pass(
    feet: Feet, gap: int, motions: list[list[Motion | None]], t: Times, body: list[Plane], ground: list[Plane | None]
) -> tuple[list[Event], list[Plane | None]]:
    """Once through the recording; the events, and each foot's ground as it was when first known [m/s]."""
    feet = replace(feet, body=Body(), each=(Foot(ground=ground[0]), Foot(ground=ground[1])))
    first, events = list(ground), []
    for at, row, velocity in zip(t.tolist(), motions, body, strict=True):
        for foot, motion in zip(feet.each, row, strict=True):
            if motion is not None:
                foot.see(at, gap)
        feet.body.velocity = velocity
        events += feet.decide(row, at)
        first = [foot.ground if known is None else known for foot, known in zip(feet.each, first, strict=True)]
    return events, first


def _refine(event: Event, t: Times, heel: Array, toe: Array) -> int:
    """Move an initial contact a share of the way to the fastest fall of the foot beside it [ns]."""
    if event.kind == EventKind.TOE_OFF:
        return event.t
    fall = -np.minimum(heel, toe)
    first = int(np.searchsorted(t, event.t - _WINDOW))
    last = int(np.searchsorted(t, event.t + _WINDOW, side="right")) - 1
    inside = [i for i in range(first, last + 1) if fall[i] == fall[i]]
    if len(inside) < 3:
        return event.t
    top = max(inside, key=lambda i: (fall[i], -i))
    if top in (inside[0], inside[-1]):
        return event.t
    at = int(t[top])
    before, after = float(fall[top - 1]), float(fall[top + 1])
    bend = before - 2.0 * float(fall[top]) + after
    if bend < 0.0:
        at += int(0.5 * (before - after) / bend * 0.5 * int(t[top + 1] - t[top - 1]))
    return event.t + int(_SHARE * (at - event.t))
