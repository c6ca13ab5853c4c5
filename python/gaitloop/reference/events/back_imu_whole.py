"""Section 4.4: initial contacts and toe-offs of a whole recording of the lower back, looking ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._conventions import GRAVITY, Array, Event, EventKind, clamp

_GRID = 0.02
_SHORTEST = 2.0
_GRAVITY_TIME = 0.7
_WIDTHS = (0.1, 0.14, 0.18, 0.26, 0.34)
_WIDTH_SHARE = 0.23
_TURN_WIDTH, _TURN_TIME = 0.2, 0.4
_NODE = 24
_EVERY = 2
_BLOCK = _NODE // _EVERY
_REACH = 6
_STRIDES = np.arange(15, 91)
_WEAKEST = (0.1, 0.03)
_USUAL_STRIDE = 1.1
_STRIDE_SPREAD = 0.25
_AMPLITUDE_WIDTH = 1.5
_LEAD, _TURN_LEAD = 0.06, 0.05
_STEP_COST, _START, _FEWEST = 0.25, 1.2, 3
_NEAREST, _FARTHEST = 0.25, 2.2
_ODD, _ODDEST = 0.55, 1.5
_NEAR, _REPEAT = 4, 3.0
_MISSED = 1.3
_CLOSING, _CLOSING_CLEAR = (0.6, 1.4), 0.1


class WholeSettings(NamedTuple):
    """What the detector was set to.

    Attributes
    ----------
    floor : float
        Smallest height of a step in the smoothed vertical acceleration [m/s^2].
    gap : float
        Longest gap in the signal that is bridged [s].
    """

    floor: float
    gap: float


@dataclass
class _Trunk:
    """Signals of the trunk on an even grid: vertical acceleration [m/s^2], turning rate [rad/s]."""

    vertical: Array
    turn: Array


@dataclass
class _Peaks:
    """Candidates of steps: time [s], clearness 0 to 1, step time there [s]."""

    time: Array
    clear: Array
    step: Array


class _Contact(NamedTuple):
    """A contact: time [s], side, step time [s], clearness, how sure the side is."""

    time: float
    side: int
    step: float
    clear: float
    sure: float


def double_support(step: float) -> float:
    """Time from a contact to the toe-off of the other foot [s].

    The swing time changes less with speed than the step time does, so that double support takes most of what slow
    walking adds (Grieve and Gear 1966, doi:10.1080/00140136608964399).

    Parameters
    ----------
    step : float
        Step time [s].

    Returns
    -------
    float
        Double-support time [s].
    """
    return clamp(0.72 * step - 0.25, 0.12 * step, 0.45 * step)


def whole_recording(rows: Array, t: NDArray[np.int64], settings: WholeSettings) -> list[Event]:
    """Events of a recording without absent rows.

    Parameters
    ----------
    rows : ndarray of float, shape (T, 6)
        Acceleration [m/s^2] and angular velocity [rad/s].
    t : ndarray of int, shape (T,)
        Rising times [ns].
    settings : WholeSettings
        Smallest height and longest gap.

    Returns
    -------
    list of Event
        Events in order of time, known at the last sample.
    """
    cuts = np.flatnonzero(np.diff(t) > int(settings.gap * 1e9)) + 1
    events: list[Event] = []
    for part in np.split(np.arange(len(t)), cuts):
        start = int(t[part[0]])
        seconds = np.asarray((t[part] - start) * 1e-9, dtype=np.float64)
        if seconds[-1] < _SHORTEST:
            continue
        for kind, side, at, confidence in _piece(rows[part], seconds, settings.floor):
            events.append(Event(kind, side, start + math.trunc(at * 1e9), int(t[-1]), confidence))
    return _alternating(sorted(events, key=lambda event: event.t))


def _alternating(events: list[Event]) -> list[Event]:
    """The events without those that repeat the last kind of their foot."""
    kinds: list[EventKind | None] = [None, None]
    kept: list[Event] = []
    for event in events:
        if event.kind is not kinds[event.side]:
            kinds[event.side] = event.kind
            kept.append(event)
    return kept


def _piece(rows: Array, seconds: Array, floor: float) -> list[tuple[EventKind, int, float, float]]:
    """Events of one gapless piece: kind, side, time [s], confidence."""
    trunk = _trunk(_even(rows, seconds))
    step = _step_time(trunk)
    peaks = _candidates(_scaled(trunk.vertical, step), step, floor)
    turn = _triple(trunk.turn, _TURN_WIDTH)
    turn = turn - _both_ways(turn, _TURN_TIME)
    events: list[tuple[EventKind, int, float, float]] = []
    for chain in _chains(peaks):
        contacts = _contacts(chain, peaks, turn)
        events += _events(contacts)
    return [event for event in events if 0.0 <= event[2] <= seconds[-1]]


def _even(rows: Array, seconds: Array) -> Array:
    """Mean of the straight lines between samples over each grid interval, shape (n, 6)."""
    n = int(seconds[-1] / _GRID) + 1
    at = _GRID * np.arange(n)
    dt = np.diff(seconds)
    slope = np.diff(rows, axis=0) / dt[:, None]
    area = np.vstack([np.zeros(6), np.cumsum(0.5 * (rows[1:] + rows[:-1]) * dt[:, None], axis=0)])

    def integral(x: Array) -> Array:
        k = np.clip(np.searchsorted(seconds, x, side="right") - 1, 0, len(seconds) - 2)
        d = (x - seconds[k])[:, None]
        return area[k] + rows[k] * d + 0.5 * slope[k] * d * d

    edges = np.concatenate([[0.0], np.minimum(at + 0.5 * _GRID, seconds[-1])])
    mean: Array = np.diff(integral(edges), axis=0) / np.diff(edges)[:, None]
    return mean


def _both_ways(x: Array, tau: float) -> Array:
    """First-order low-pass run forwards and then backwards over rows."""
    k = _GRID / (tau + _GRID)
    for _ in range(2):
        out, m = np.empty_like(x), x[0].copy()
        for i in range(len(x)):
            m = (1.0 - k) * m + k * x[i]
            out[i] = m
        x = out[::-1]
    return x


def _triple(x: Array, width: float) -> Array:
    """Three moving averages one after the other, the ends held."""
    n = int(0.5 * width / _GRID + 0.5)
    m = 2 * n + 1
    for _ in range(3):
        sums = np.cumsum(np.concatenate([[0.0], np.full(n, x[0]), x, np.full(n, x[-1])]))
        x = (sums[m:] - sums[:-m]) * (1.0 / m)
    return x


def _trunk(rows: Array) -> _Trunk:
    """Vertical acceleration and turning rate, from the slow part of the acceleration."""
    g = _both_ways(rows[:, :3], _GRAVITY_TIME)
    square = np.maximum((g * g).sum(axis=1), 1e-4)
    vertical = GRAVITY * ((g * rows[:, :3]).sum(axis=1) / square - 1.0)
    return _Trunk(vertical, (g * rows[:, 3:]).sum(axis=1) / np.sqrt(square))


def _step_time(trunk: _Trunk) -> Array:
    """Step time at every grid point [s]: half the stride that repeats best.

    The vertical acceleration repeats every step, the turning rate every stride with the opposite sign after a step.
    """
    vertical = _triple(trunk.vertical, 0.1)
    turn = _triple(trunk.turn, 0.1)
    turn = turn - _both_ways(turn, 0.8)
    v, y = _likeness(vertical[::_EVERY], _WEAKEST[0]), _likeness(turn[::_EVERY], _WEAKEST[1])
    strides = _EVERY * _GRID * _STRIDES
    score = v[:, _STRIDES] + y[:, _STRIDES] + _half_lags(v - y) - _STRIDE_SPREAD * np.log(strides / _USUAL_STRIDE) ** 2
    weight = np.maximum(score.max(axis=1), 0.0)
    whole = (score * weight[:, None]).sum(axis=0) / max(weight.sum(), 1e-9)
    best = 0.5 * strides[(score + whole).argmax(axis=1)]
    near = np.stack([np.concatenate([best[:1], best[:-1]]), best, np.concatenate([best[1:], best[-1:]])])
    nodes = _NODE * np.arange(len(best))
    steps: Array = np.interp(np.arange(len(vertical)), nodes, np.sort(near, axis=0)[1])
    return steps


def _half_lags(r: Array) -> Array:
    """Columns at half the strides, by the cubic through four lags where that lies between two."""
    k = _STRIDES // 2
    between = (9.0 * (r[:, k] + r[:, k + 1]) - (r[:, k - 1] + r[:, k + 2])) / 16.0
    half: Array = np.where(_STRIDES % 2 == 0, r[:, k], between)
    return half


def _products(x: Array) -> Array:
    """Sums over each block of the products of its points with those after each lag, shape (blocks, lags)."""
    blocks = -(-len(x) // _BLOCK)
    x = np.concatenate([x, np.zeros(blocks * _BLOCK - len(x) + int(_STRIDES[-1]))])
    n = blocks * _BLOCK
    columns = [(x[:n] * x[lag : lag + n]).reshape(blocks, _BLOCK).sum(axis=1) for lag in range(_STRIDES[-1] + 1)]
    return np.stack(columns, axis=1)


def _likeness(x: Array, weakest: float) -> Array:
    """Autocorrelation around every node under a Hann window, by lag, 1 at lag 0, shape (nodes, lags)."""
    half = _REACH * _BLOCK
    window = _products(0.5 + 0.5 * np.cos(np.pi * np.arange(-half, half) / half)) / _BLOCK
    blocks = _products(x)
    n = len(blocks)
    total, weights = np.zeros_like(blocks), np.zeros(n)
    for shift, weight in enumerate(window, start=-_REACH):
        seen = np.arange(max(0, -shift), min(n, n - shift))
        total[seen] += weight * blocks[seen + shift]
        weights[seen] += weight[0]
    power: Array = np.maximum(total[:, 0], weakest * weakest * _BLOCK * weights)
    return total / power[:, None]


def _scaled(vertical: Array, step: Array) -> Array:
    """Vertical acceleration smoothed as much as the step time at each point allows."""
    levels = np.array([_triple(vertical, width) for width in _WIDTHS])
    widths = np.array(_WIDTHS)
    want = np.clip(_WIDTH_SHARE * step, widths[0], widths[-1])
    k = np.clip(np.searchsorted(widths, want, side="right") - 1, 0, len(widths) - 2)
    part = (want - widths[k]) / (widths[k + 1] - widths[k])
    i = np.arange(len(vertical))
    smooth: Array = levels[k, i] * (1.0 - part) + levels[k + 1, i] * part
    return smooth


def _candidates(x: Array, step: Array, floor: float) -> _Peaks:
    """Every peak, and how clearly it stands out against the person's own amplitude."""
    k = np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])) + 1
    amplitude = np.sqrt(2.0 * np.maximum(_triple(x * x, _AMPLITUDE_WIDTH), 0.0))
    usual = np.sort(amplitude)[int(0.9 * (len(x) - 1))]
    amplitude = np.maximum(np.maximum(amplitude, 0.3 * usual), 0.4 * floor)
    edges = np.concatenate([[0], k, [len(x) - 1]])
    lows = np.array([x[a : b + 1].min() for a, b in pairwise(edges.tolist())], dtype=np.float64)
    height = x[k] - 0.5 * (lows[:-1] + lows[1:])
    bend = np.minimum(x[k - 1] - 2.0 * x[k] + x[k + 1], -1e-12)
    shift = np.clip(0.5 * (x[k - 1] - x[k + 1]) / bend, -0.5, 0.5)
    time: Array = np.asarray(_GRID * (k + shift), dtype=np.float64)
    return _Peaks(time, np.clip(0.5 * height / amplitude[k], 0.0, 1.0), step[k])


def _chains(peaks: _Peaks) -> list[list[int]]:
    """The chains of steps that gain most: clear peaks, a step time apart; a chain has at least three."""
    n = len(peaks.time)
    total, back, head = [0.0] * n, [-1] * n, [True] * n
    best, last = 0.0, -1
    for i in range(n):
        gain, back[i] = best - _START, last
        for j in range(i - 1, -1, -1):
            gap = float(peaks.time[i] - peaks.time[j])
            if gap >= _FARTHEST * peaks.step[i]:
                break
            if gap < _NEAREST:
                continue
            odd = math.log(gap / peaks.step[i]) / _ODD
            linked = total[j] - min(odd * odd, _ODDEST)
            if linked > gain:
                gain, back[i], head[i] = linked, j, False
        total[i] = gain + float(peaks.clear[i]) - _STEP_COST
        if total[i] > best:
            best, last = total[i], i
    chains: list[list[int]] = [[]]
    while last >= 0:
        chains[-1].append(last)
        if head[last]:
            chains.append([])
        last = back[last]
    found = [chain[::-1] for chain in reversed(chains) if len(chain) >= _FEWEST]
    heads = [*(chain[0] for chain in found), n]
    return [_closed(chain, heads[i + 1], peaks) for i, chain in enumerate(found)]


def _closed(chain: list[int], end: int, peaks: _Peaks) -> list[int]:
    """The chain with the small step that brings the feet together, if a peak before the next chain shows it."""
    last = chain[-1]
    best, clear = -1, _CLOSING_CLEAR
    for i in range(last + 1, end):
        share = float((peaks.time[i] - peaks.time[last]) / peaks.step[last])
        if share > _CLOSING[1]:
            break
        if share >= _CLOSING[0] and peaks.clear[i] > clear:
            best, clear = i, float(peaks.clear[i])
    return [*chain, best] if best >= 0 else chain


def _contacts(chain: list[int], peaks: _Peaks, turn: Array) -> list[_Contact]:
    """Contacts of a chain with sides that alternate: an odd one out is dropped, a missing one filled in."""
    time = peaks.time[chain] - _LEAD
    vote = _votes(np.interp(time - _TURN_LEAD, _GRID * np.arange(len(turn)), turn))
    sides, sure = _sides(vote)
    contacts: list[_Contact] = []
    for at, side, i, how in zip(time.tolist(), sides, chain, sure, strict=True):
        new = _Contact(at, side, float(peaks.step[i]), float(peaks.clear[i]), how)
        if contacts and contacts[-1].side == side:
            old = contacts[-1]
            if at - old.time < _MISSED * new.step:
                if new.clear > old.clear:
                    contacts[-1] = new
                continue
            contacts.append(_Contact(0.5 * (old.time + at), 1 - side, new.step, 0.0, how))
        contacts.append(new)
    return contacts


def _votes(turn: Array) -> list[float]:
    """Turning rates of nine contacts around each one, every other one negative, in shares of their usual size."""
    n = len(turn)
    votes = []
    for i in range(n):
        near = range(max(0, i - _NEAR), min(n, i + _NEAR + 1))
        votes.append(sum(float(turn[j]) if (i - j) % 2 == 0 else -float(turn[j]) for j in near))
    size = max(sum(abs(vote) for vote in votes) / n, 1e-9)
    return [vote / size for vote in votes]


def _sides(votes: list[float]) -> tuple[list[int], list[float]]:
    """Side of each contact, 1 right where the vote is positive; two contacts of one side in a row cost."""
    left, right = -votes[0], votes[0]
    back: list[tuple[bool, bool]] = []
    for vote in votes[1:]:
        repeat = (left - _REPEAT > right, right - _REPEAT > left)
        back.append(repeat)
        left, right = max(right, left - _REPEAT) - vote, max(left, right - _REPEAT) + vote
    side = 1 if right > left else 0
    sides = [side]
    for repeat in reversed(back):
        side = side if repeat[side] else 1 - side
        sides.append(side)
    sides.reverse()
    return sides, [clamp(vote if side == 1 else -vote, 0.0, 1.0) for side, vote in zip(sides, votes, strict=True)]


def _events(contacts: list[_Contact]) -> list[tuple[EventKind, int, float, float]]:
    """Contacts, the toe-off of the other foot between each two, and the toe-off before the first."""
    first = contacts[0]
    start = first.time - (first.step - double_support(first.step))
    events = [(EventKind.TOE_OFF, first.side, start, 0.5 * _confidence(first))]
    for now, following in pairwise(contacts):
        step = clamp(following.time - now.time, 0.7 * now.step, 1.3 * now.step)
        events.append((EventKind.INITIAL_CONTACT, now.side, now.time, _confidence(now)))
        events.append((EventKind.TOE_OFF, 1 - now.side, now.time + double_support(step), _confidence(now)))
    last = contacts[-1]
    return [*events, (EventKind.INITIAL_CONTACT, last.side, last.time, _confidence(last))]


def _confidence(contact: _Contact) -> float:
    return contact.clear * (0.5 + 0.5 * contact.sure)
