"""Section 4: contacts from markers when the whole recording may be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .._conventions import Array, Event, EventKind

if TYPE_CHECKING:
    from .markers import MarkerContacts, Plane

_SPAN = 5_000_000
_HALF = 500_000_000
_WINDOW = 50_000_000
_SHARE = 0.3
_NEVER = -(2**63)

Times = NDArray[np.int64]


def run_offline(contacts: MarkerContacts, markers: Array, t: Times) -> list[Event]:
    """Contacts of a recording, by velocities that are not late and times that are refined.

    Parameters
    ----------
    contacts : MarkerContacts
        Whose settings count.
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
    times, markers = t[later], markers[later]
    with np.errstate(invalid="ignore"):
        seen = (np.abs(markers) <= 1e3).all(axis=2)
    gap = int(contacts.gap * 1e9)
    v = np.stack([_velocity(times, markers[:, i], seen[:, i], gap) for i in range(4)], axis=1)
    body = _body(times, markers, seen)
    _, ground = _pass(contacts, markers, times, v, body, None)
    events, _ = _pass(contacts, markers, times, v, body, ground)
    bias = (contacts.bias_ic, contacts.bias_to)
    done = []
    for event in events:
        at = _refine(event, times, v[:, 2 * event.side, 2], v[:, 2 * event.side + 1, 2])
        at = max(_NEVER, min(int(times[-1]), at - int(bias[event.kind] * 1e9)))
        done.append(event._replace(t=at, t_emit=int(times[-1])))
    return done


def _velocity(t: Times, x: Array, seen: NDArray[np.bool_], gap: int) -> Array:
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


def _body(t: Times, markers: Array, seen: NDArray[np.bool_]) -> list[Plane]:
    """Mean velocity over half a second before and after each tick [m/s]."""
    whole = seen[:, :4].all(axis=1)
    sources = [
        (t[seen[:, 4]], markers[seen[:, 4], 4, :2]),
        (t[whole], markers[whole, :4, :2].sum(axis=1) / 4),
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


def _pass(
    contacts: MarkerContacts, markers: Array, t: Times, v: Array, body: Sequence[Plane], ground: Plane | None
) -> tuple[list[Event], Plane | None]:
    """Once through the recording; the events, and the velocity of the ground when it was first known [m/s]."""
    machine = type(contacts)(smoothing=contacts.smoothing, speed_min=contacts.speed_min, gap=contacts.gap)
    machine.begin(ground)
    first = ground
    events = []
    complete = np.isfinite(v).all(axis=2)
    for i, at in enumerate(t.tolist()):
        motions = []
        for side in (0, 1):
            heel, toe = 2 * side, 2 * side + 1
            along = markers[i, toe, :2] - markers[i, heel, :2]
            known = bool(complete[i, heel] and complete[i, toe])
            motions.append(machine.motion(side, v[i, heel], v[i, toe], along, at) if known else None)
        machine.scene.body = body[i]
        events += machine.decide(motions, at)
        first = machine.scene.ground if first is None else first
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
