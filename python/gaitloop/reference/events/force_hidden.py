"""Section 4.1: steps that stood wholly on the other foot's sensor, found with the whole recording known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from .._conventions import Event, EventKind
from .force_ahead import CONTACT, LIFT, Side, seconds

_RISE_TIME = 60_000_000
_RISE = 0.1
_WITHIN = 0.3
_SEARCH = (0.6, 1.5)
_CONFIDENCE = 0.3


def hidden(sides: tuple[Side, Side], events: Sequence[list[Event]]) -> list[Event]:
    """Events of each step that one sensor did not see and the other saw as one long contact with two more loadings.

    Parameters
    ----------
    sides : tuple of Side
        What both sensors measured.
    events : sequence of list of Event
        The events of each side, by time.

    Returns
    -------
    list of Event
        Those that are missing.
    """
    found: list[Event] = []
    if min(side.stances for side in sides) < 2 or not min(side.swing for side in sides) > 0.0:
        return found
    for one in (0, 1):
        two = 1 - one
        lifts, contacts = _long(sides[one], events[one], LIFT), _long(sides[two], events[two], CONTACT)
        found += [e for a, b in lifts for c, d in contacts if c < a < d for e in _step(sides, one, (a, b), (c, d))]
    return found


def _long(side: Side, events: Sequence[Event], kinds: tuple[EventKind, EventKind]) -> list[tuple[int, int]]:
    """Lifts or contacts that lasted about a stride longer than usual."""
    usual = side.stance + side.swing + (side.swing if kinds == LIFT else side.stance)
    spans = [(a.t, b.t) for a, b in pairwise(events) if (a.kind, b.kind) == kinds]
    return [(a, b) for a, b in spans if abs(seconds(a, b) - usual) <= _WITHIN * (side.stance + side.swing)]


def _step(sides: tuple[Side, Side], one: int, lift: tuple[int, int], contact: tuple[int, int]) -> list[Event]:
    """The four events of one hidden step, if the host's sensor shows both loadings."""
    own, other = sides[one], sides[1 - one]
    double = int(max(0.0, (own.stance + other.stance - own.swing - other.swing) / 4.0) * 1e9)
    landed = _loading(other, lift[0], own.swing)
    again = None if landed is None else _loading(other, landed, (own.stance + own.swing) / 2.0)
    if landed is None or again is None or not again + double < min(lift[1], contact[1]):
        return []
    rows = ((0, one, landed), (1, 1 - one, landed + double), (0, 1 - one, again), (1, one, again + double))
    return [Event(EventKind(kind), side, t, t, _CONFIDENCE) for kind, side, t in rows]


def _loading(side: Side, start: int, usual: float) -> int | None:
    """When the force of a loaded sensor began to rise fastest, around a usual time after another."""
    first = bisect_left(side.t, start + int(_SEARCH[0] * usual * 1e9))
    last = bisect_right(side.t, start + int(_SEARCH[1] * usual * 1e9))
    best, at = _RISE * side.scale, None
    for i in range(first, last):
        rise = side.x[bisect_right(side.t, side.t[i] + _RISE_TIME) - 1] - side.x[i]
        if rise > best:
            best, at = rise, side.t[i]
    return at
