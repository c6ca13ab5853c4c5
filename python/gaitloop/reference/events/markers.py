"""Section 4.6: initial contacts and toe-offs from markers on heels, toes and pelvis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import ConfigError
from .._checks import in_range
from .._conventions import Array, Event
from .marker_feet import NEVER, Feet, Motion, Plane, Vector, nanoseconds, seconds, toward
from .marker_offline import run_offline

Columns: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]

_REACH = 1e3
_BODY_TIME = 0.6
_PAIR = 100_000_000
_KINDS = ("initial contacts", "toe-offs")


@dataclass
class _Track:
    """Position and velocity of a marker by a fading-memory polynomial of first order."""

    t: int | None = None
    count: int = 0
    x: Vector = (0.0, 0.0, 0.0)
    v: Vector = (0.0, 0.0, 0.0)

    def take(self, p: Vector, t: int, smoothing: float) -> float | None:
        """Follow the marker; the time since the reading before [s], None at the first."""
        if self.t is None:
            self.t, self.count, self.x, self.v = t, 1, p, (0.0, 0.0, 0.0)
            return None
        dt = seconds(self.t, t)
        self.t, self.count = t, min(self.count + 1, 3)
        memory = smoothing / (smoothing + dt) if self.count > 2 else 0.0
        g, h = 1.0 - memory * memory, (1.0 - memory) * (1.0 - memory)
        ahead = [x + v * dt for x, v in zip(self.x, self.v, strict=True)]
        miss = [q - a for q, a in zip(p, ahead, strict=True)]
        x0, x1, x2 = (a + g * m for a, m in zip(ahead, miss, strict=True))
        v0, v1, v2 = (v + h * m / dt for v, m in zip(self.v, miss, strict=True))
        self.x, self.v = (x0, x1, x2), (v0, v1, v2)
        return dt


@dataclass(kw_only=True)
class MarkerContacts:
    """Contacts of both feet, from how heel and toe come to rest on the ground and leave it.

    Parameters
    ----------
    smoothing : float
        Memory of the velocities [s], 0 to 0.02.
    speed_min : float
        Least walking speed that scales the thresholds [m/s], 0.05 to 1.
    bias_ic, bias_to : float
        Lateness of initial contacts and toe-offs in this laboratory, taken off their times [s], -0.1 to 0.1.
    gap : float
        Longest gap in a foot's markers that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    smoothing: float = 0.003
    speed_min: float = 0.2
    bias_ic: float = 0.0
    bias_to: float = 0.0
    gap: float = 0.1
    _feet: Feet = field(init=False, repr=False)
    _tracks: tuple[_Track, ...] = field(init=False, repr=False)
    _t: int = field(init=False, repr=False)
    _paused: tuple[bool, bool] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("smoothing", 0.0, 0.02),
            ("speed_min", 0.05, 1.0),
            ("bias_ic", -0.1, 0.1),
            ("bias_to", -0.1, 0.1),
            ("gap", 0.01, 1.0),
        ):
            setattr(self, name, in_range(name, getattr(self, name), low, high))
        self.reset()

    def reset(self) -> None:
        """Forget everything, what was learnt too."""
        self._feet = Feet(speed_min=self.speed_min, bias=(self.bias_ic, self.bias_to))
        self._tracks = tuple(_Track() for _ in range(4))
        self._t = NEVER
        self._paused = (False, False)

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact; False when it is not known."""
        return self._feet.each[0].stance is True, self._feet.each[1].stance is True

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether the last tick lacked a marker of each foot."""
        return self._paused

    def step(self, markers: ArrayLike, t: int) -> list[Event]:
        """One tick.

        Parameters
        ----------
        markers : array_like of float, shape (5, 3)
            Left heel, left toe, right heel, right toe and pelvis [m], z up; NaN when not seen.
        t : int
            Time of the tick [ns].

        Returns
        -------
        list of Event
            At most one event per side, left first.
        """
        t = int(t)
        if self._t != NEVER and t <= self._t:
            return []
        self._t = t
        seen = [_point(p) for p in np.asarray(markers, dtype=np.float64).tolist()]
        self._paused = (seen[0] is None or seen[1] is None, seen[2] is None or seen[3] is None)
        self._follow_body(seen, t)
        return self._feet.decide([self._follow_foot(side, seen[2 * side], seen[2 * side + 1], t) for side in (0, 1)], t)

    def run(self, markers: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        markers : array_like of float, shape (T, 5, 3)
            Left heel, left toe, right heel, right toe and pelvis [m], z up; NaN when not seen.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether each event uses only what came before it; else the whole recording is looked at.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        rows = np.asarray(markers, dtype=np.float64)
        if not causal:
            feet = Feet(speed_min=self.speed_min, bias=(self.bias_ic, self.bias_to))
            found = run_offline(feet, nanoseconds(self.gap), rows, np.asarray(t, dtype=np.int64))
            return columns(sorted(found, key=lambda event: (event.t, event.side)))
        pairs = zip(rows, np.asarray(t).tolist(), strict=True)
        return columns(event for row, at in pairs for event in self.step(row, at))

    @classmethod
    def calibrate(cls, events: Sequence[Sequence[ArrayLike]], reference: Sequence[Sequence[ArrayLike]]) -> Plane:
        """Biases of a laboratory, from other people whose contacts are known there.

        Parameters
        ----------
        events : sequence of sequence of array_like
            Of each recording: side [-], kind [-] and time [ns] of the events that a detector without bias found.
        reference : sequence of sequence of array_like
            Of each recording: side [-], kind [-] and time [ns] of the true events.

        Returns
        -------
        tuple of float
            `bias_ic` and `bias_to` [s].

        Raises
        ------
        ConfigError
            If there are fewer than three pairs of a kind, or not as many recordings in both.
        """
        if len(events) != len(reference):
            raise ConfigError(f"reference must hold {len(events)} recordings as events does, got {len(reference)}")
        late: tuple[list[int], list[int]] = ([], [])
        for found, true in zip(events, reference, strict=True):
            for side in (0, 1):
                for kind in (0, 1):
                    late[kind].extend(_pairs(_times(found, side, kind), _times(true, side, kind)))
        for name, values in zip(_KINDS, late, strict=True):
            if len(values) < 3:
                raise ConfigError(f"reference must give at least 3 pairs of {name}, got {len(values)}")
        return float(np.median(late[0])) * 1e-9, float(np.median(late[1])) * 1e-9

    def _follow_body(self, seen: Sequence[Vector | None], t: int) -> None:
        """Step 1: mean velocity of the pelvis, or of the middle of the foot markers where it is not seen."""
        body = self._feet.body
        pelvis = None if seen[4] is None else seen[4][:2]
        feet = [p for p in seen[:4] if p is not None]
        middle = None
        if len(feet) == 4:
            (ax, ay, _), (bx, by, _), (cx, cy, _), (dx, dy, _) = feet
            middle = ((ax + bx + cx + dx) / 4.0, (ay + by + cy + dy) / 4.0)
        before, body.before = body.before, (t, pelvis, middle)
        if before is None or t - before[0] > nanoseconds(self.gap):
            return
        a, b = (before[1], pelvis) if before[1] is not None and pelvis is not None else (before[2], middle)
        if a is None or b is None:
            return
        dt = seconds(before[0], t)
        body.age = min(body.age + dt, _BODY_TIME)
        body.velocity = toward(body.velocity, ((b[0] - a[0]) / dt, (b[1] - a[1]) / dt), dt, body.age)

    def _follow_foot(self, side: int, heel: Vector | None, toe: Vector | None, t: int) -> Motion | None:
        """Step 2: velocities of heel and toe; a gap forgets where the foot was."""
        foot = self._feet.each[side]
        if heel is None or toe is None:
            return None
        tracks = self._tracks[2 * side : 2 * side + 2]
        if foot.see(t, nanoseconds(self.gap)):
            tracks[0].t = tracks[1].t = None
        dts = [track.take(p, t, self.smoothing) for track, p in zip(tracks, (heel, toe), strict=True)]
        if dts[0] is None:
            return None
        lag = 0.5 * dts[0] + 2.0 * self.smoothing
        return Motion(tracks[0].v, tracks[1].v, (toe[0] - heel[0], toe[1] - heel[1]), dts[0], lag)


def _point(p: Sequence[float]) -> Vector | None:
    """A marker that was seen, not beyond 1 km."""
    x, y, z = p
    return (x, y, z) if abs(x) <= _REACH and abs(y) <= _REACH and abs(z) <= _REACH else None


def columns(events: Iterable[Event]) -> Columns:
    """Events as columns.

    Parameters
    ----------
    events : iterable of Event
        The events.

    Returns
    -------
    tuple of ndarray
        Side [-], kind [-], time [ns], time it was known [ns] and confidence [-], each (K,).
    """
    found = list(events)
    side = np.array([event.side for event in found], dtype=np.int64)
    kind = np.array([event.kind for event in found], dtype=np.int64)
    time = np.array([event.t for event in found], dtype=np.int64)
    emit = np.array([event.t_emit for event in found], dtype=np.int64)
    return side, kind, time, emit, np.array([event.confidence for event in found], dtype=np.float64)


def _times(events: Sequence[ArrayLike], side: int, kind: int) -> list[int]:
    sides, kinds, times = (np.asarray(column) for column in events[:3])
    return [int(t) for t in times[(sides == side) & (kinds == kind)]]


def _pairs(found: list[int], true: list[int]) -> list[int]:
    """Differences of one-to-one pairs within 0.1 s, the closest first [ns]."""
    near = [(abs(f - r), j, i) for j, r in enumerate(true) for i, f in enumerate(found) if abs(f - r) <= _PAIR]
    taken: tuple[set[int], set[int]] = (set(), set())
    late = []
    for _, j, i in sorted(near):
        if j not in taken[0] and i not in taken[1]:
            taken[0].add(j)
            taken[1].add(i)
            late.append(found[i] - true[j])
    return late
