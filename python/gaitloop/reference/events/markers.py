"""Section 4: initial contacts and toe-offs from markers on heels, toes and pelvis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import ConfigError
from .._checks import in_range
from .._conventions import Array, Event, EventKind, clamp

Vector: TypeAlias = tuple[float, float, float]
Plane: TypeAlias = tuple[float, float]
Columns: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]
Found: TypeAlias = tuple[EventKind, int, float]

_NEVER = -(2**63)
_REACH = 1e3
_BODY_TIME = 0.6
_GROUND_TIME = 0.3
_SLOW_TIME = 0.02
_FLAT_TIME = 60_000_000
_STANCE_TIME = 100_000_000
_STILL_TIME = 200_000_000
_FLAT_SPEED = 0.15
_AHEAD = 0.1
_ARMED = 1.0
_RESTED = 0.35
_SLOPE = 0.5
_SLOW = 0.7
_REST = 0.15
_LIFT = 0.5
_TURN = 0.6
_LATE = (0.0, -0.003)
_PAIR = 100_000_000
_KINDS = ("initial contacts", "toe-offs")


class Motion(NamedTuple):
    """What one tick tells of a foot.

    Attributes
    ----------
    heel, toe : tuple of float
        Velocities in the laboratory [m/s].
    along : tuple of float
        Horizontal vector from heel to toe [m].
    dt : float
        Time since the foot's reading before [s].
    lag : float
        Time by which the velocities are late [s].
    """

    heel: Vector
    toe: Vector
    along: Plane
    dt: float
    lag: float


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
        dt = _sec(self.t, t)
        self.t, self.count = t, min(self.count + 1, 3)
        memory = smoothing / (smoothing + dt) if self.count > 2 else 0.0
        g, h = 1.0 - memory * memory, (1.0 - memory) * (1.0 - memory)
        ahead = [x + v * dt for x, v in zip(self.x, self.v, strict=True)]
        miss = [q - a for q, a in zip(p, ahead, strict=True)]
        x0, x1, x2 = (a + g * m for a, m in zip(ahead, miss, strict=True))
        v0, v1, v2 = (v + h * m / dt for v, m in zip(self.v, miss, strict=True))
        self.x, self.v = (x0, x1, x2), (v0, v1, v2)
        return dt


@dataclass
class _Foot:
    stance: bool | None = None
    ready: bool = False
    since: int = _NEVER
    seen: int | None = None
    slow: tuple[float, ...] | None = None
    flat: int | None = None
    last: tuple[int, float] | None = None
    top: float = 0.0
    turn: float = 0.0

    def pause(self) -> None:
        """Forget where the foot was, after a gap."""
        self.slow, self.flat = None, None
        self.enter(None, _NEVER)

    def enter(self, stance: bool | None, t: int) -> None:
        """Begin a stance or a swing."""
        self.stance, self.ready, self.last, self.top, self.turn, self.since = stance, False, None, 0.0, 0.0, t

    def flat_for(self, t: int, time: int) -> bool:
        """Whether the foot has been flat for that time [ns]."""
        return self.flat is not None and t - self.flat >= time


@dataclass
class Scene:
    """What is known of body and ground, in the laboratory.

    Attributes
    ----------
    body : tuple of float
        Mean velocity of the body [m/s].
    age : float
        Time it was averaged over [s].
    before : tuple or None
        Time [ns], pelvis [m] and middle of the foot markers [m] at the tick before.
    ground : tuple of float or None
        Velocity of the ground [m/s].
    ground_age : float
        Time it was averaged over [s].
    """

    body: Plane = (0.0, 0.0)
    age: float = 0.0
    before: tuple[int, Plane | None, Plane | None] | None = None
    ground: Plane | None = None
    ground_age: float = 0.0


def _sec(a: int, b: int) -> float:
    return (b - a) * 1e-9


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


def _length(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)


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
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _tracks: tuple[_Track, ...] = field(init=False, repr=False)
    _scene: Scene = field(init=False, repr=False)
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
        self._feet = (_Foot(), _Foot())
        self._tracks = tuple(_Track() for _ in range(4))
        self._scene = Scene()
        self._t = _NEVER
        self._paused = (False, False)

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact; False when it is not known."""
        return self._feet[0].stance is True, self._feet[1].stance is True

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
        if self._t != _NEVER and t <= self._t:
            return []
        self._t = t
        seen = [point(p) for p in np.asarray(markers, dtype=np.float64).tolist()]
        self._paused = (seen[0] is None or seen[1] is None, seen[2] is None or seen[3] is None)
        self._follow_body(seen, t)
        return self.decide([self._follow_foot(side, seen[2 * side], seen[2 * side + 1], t) for side in (0, 1)], t)

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
        if not causal:
            from .markers_offline import run_offline

            return columns(run_offline(self, np.asarray(markers, dtype=np.float64), np.asarray(t, dtype=np.int64)))
        rows = zip(np.asarray(markers, dtype=np.float64), np.asarray(t).tolist(), strict=True)
        return columns(event for row, at in rows for event in self.step(row, at))

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
            If there are fewer than three pairs of a kind.
        """
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
        scene = self._scene
        pelvis = None if seen[4] is None else seen[4][:2]
        feet = [p for p in seen[:4] if p is not None]
        middle = (sum(p[0] for p in feet) / 4, sum(p[1] for p in feet) / 4) if len(feet) == 4 else None
        before, scene.before = scene.before, (t, pelvis, middle)
        if before is None or t - before[0] > _ns(self.gap):
            return
        a, b = (before[1], pelvis) if before[1] is not None and pelvis is not None else (before[2], middle)
        if a is None or b is None:
            return
        dt = _sec(before[0], t)
        scene.age = min(scene.age + dt, _BODY_TIME)
        scene.body = _toward(scene.body, ((b[0] - a[0]) / dt, (b[1] - a[1]) / dt), _share(dt, scene.age))

    def _follow_foot(self, side: int, heel: Vector | None, toe: Vector | None, t: int) -> Motion | None:
        """Step 2: velocities of heel and toe; a gap forgets where the foot was."""
        foot = self._feet[side]
        if heel is None or toe is None:
            return None
        tracks = self._tracks[2 * side : 2 * side + 2]
        if foot.seen is not None and t - foot.seen > _ns(self.gap):
            foot.pause()
            tracks[0].t = tracks[1].t = None
        foot.seen = t
        dts = [track.take(p, t, self.smoothing) for track, p in zip(tracks, (heel, toe), strict=True)]
        if dts[0] is None:
            return None
        lag = 0.5 * dts[0] + 2.0 * self.smoothing
        return Motion(tracks[0].v, tracks[1].v, (toe[0] - heel[0], toe[1] - heel[1]), dts[0], lag)

    def decide(self, motions: Sequence[Motion | None], t: int) -> list[Event]:
        """Steps 3 and 4: the ground, then each foot.

        Parameters
        ----------
        motions : sequence of Motion or None
            Motion of each foot, None where it was not seen.
        t : int
            Time of the tick [ns].

        Returns
        -------
        list of Event
            At most one event per side, left first.
        """
        for foot, motion in zip(self._feet, motions, strict=True):
            if motion is not None:
                self._follow_ground(foot, motion, t)
        events = []
        for side, (foot, motion) in enumerate(zip(self._feet, motions, strict=True)):
            found = None if motion is None else self._tick(foot, motion, t)
            if found is not None:
                events.append(Event(found[0], side, found[1], t, found[2]))
        return events

    @property
    def scene(self) -> Scene:
        """What is known of body and ground."""
        return self._scene

    def begin(self, ground: Plane | None) -> None:
        """Begin with a ground whose velocity is known.

        Parameters
        ----------
        ground : tuple of float or None
            Velocity of the ground [m/s].
        """
        self.reset()
        self._scene.ground = ground

    def motion(self, side: int, heel: Vector, toe: Vector, along: Plane, t: int) -> Motion:
        """A foot whose velocities are known and not late.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        heel, toe : tuple of float
            Velocities in the laboratory [m/s].
        along : tuple of float
            Horizontal vector from heel to toe [m].
        t : int
            Time [ns].

        Returns
        -------
        Motion
            What the tick tells of the foot.
        """
        foot = self._feet[side]
        if foot.seen is not None and t - foot.seen > _ns(self.gap):
            foot.pause()
        dt = 0.0 if foot.seen is None else _sec(foot.seen, t)
        foot.seen = t
        return Motion(heel, toe, along, dt, 0.0)

    def _follow_ground(self, foot: _Foot, m: Motion, t: int) -> None:
        """Step 3: a foot that lies flat and does not overtake the body moves as the ground does."""
        scene = self._scene
        new = (*m.heel, *m.toe)
        k = m.dt / (_SLOW_TIME + m.dt)
        foot.slow = new if foot.slow is None else tuple(a + k * (b - a) for a, b in zip(foot.slow, new, strict=True))
        hx, hy, hz, tx, ty, tz = foot.slow
        v = (0.5 * (hx + tx), 0.5 * (hy + ty))
        ahead = (v[0] - scene.body[0]) * m.along[0] + (v[1] - scene.body[1]) * m.along[1]
        still = abs(hz) < _FLAT_SPEED and abs(tz) < _FLAT_SPEED and _length(hx - tx, hy - ty) < _FLAT_SPEED
        if not (still and ahead <= _AHEAD * _length(*m.along)):
            foot.flat = None
            return
        foot.flat = t if foot.flat is None else foot.flat
        if not foot.flat_for(t, _FLAT_TIME):
            return
        scene.ground_age = min(scene.ground_age + m.dt, _GROUND_TIME)
        scene.ground = v if scene.ground is None else _toward(scene.ground, v, _share(m.dt, scene.ground_age))

    def _tick(self, foot: _Foot, m: Motion, t: int) -> Found | None:
        """Step 4: contact or lift of one foot."""
        scene = self._scene
        if scene.ground is None:
            return None
        gx, gy = scene.ground
        s = max(self.speed_min, _length(scene.body[0] - gx, scene.body[1] - gy))
        heel = _length(m.heel[0] - gx, m.heel[1] - gy)
        toe = _length(m.toe[0] - gx, m.toe[1] - gy)
        if foot.stance is None:
            if foot.flat_for(t, _FLAT_TIME):
                foot.enter(True, t)
                foot.ready = True
            elif toe > _ARMED * s:
                foot.enter(False, t)
                foot.ready, foot.top = True, toe
            return None
        return self._stand(foot, m, t, s, toe) if foot.stance else self._swing(foot, m, t, s, (heel, toe))

    def _stand(self, foot: _Foot, m: Motion, t: int, s: float, toe: float) -> Found | None:
        """Step 4b: a foot in contact leaves when its toe moves and its heel no longer rises around the toe."""
        turn = m.heel[2] - m.toe[2]
        foot.turn = max(foot.turn, turn)
        w = max(_LIFT * s - toe, turn - _TURN * foot.turn)
        before, foot.last = foot.last, (t, w)
        foot.ready = foot.ready or toe < _RESTED * s
        if not (foot.ready and w < 0.0 and t - foot.since >= _STANCE_TIME):
            return None
        confidence = clamp(0.5 + 0.5 * foot.turn / s, 0.0, 1.0)
        foot.enter(False, t)
        foot.flat, foot.top = None, toe
        return EventKind.TOE_OFF, self.when(before, t, w, m.lag, EventKind.TOE_OFF), confidence

    def _swing(self, foot: _Foot, m: Motion, t: int, s: float, speeds: Plane) -> Found | None:
        """Step 4c: a foot in the air touches the ground when its heel or its toe comes to rest."""
        ends = zip(speeds, (m.heel[2], m.toe[2]), strict=True)
        w = min(max(_SLOPE * v - vz - _REST * s, v - _SLOW * s) for v, vz in ends)
        before, foot.last = foot.last, (t, w)
        foot.top = max(foot.top, speeds[1])
        foot.ready = foot.ready or speeds[1] > _ARMED * s
        confidence = clamp(foot.top / (2.5 * s), 0.0, 1.0)
        if foot.ready and w < 0.0:
            foot.enter(True, t)
            return EventKind.INITIAL_CONTACT, self.when(before, t, w, m.lag, EventKind.INITIAL_CONTACT), confidence
        if foot.flat is not None and foot.flat_for(t, _STILL_TIME) and max(speeds) < _RESTED * s:
            at = foot.flat
            foot.enter(True, t)
            return EventKind.INITIAL_CONTACT, max(_NEVER, min(t, at - _ns(self.bias_ic))), confidence
        return None

    def when(self, before: tuple[int, float] | None, t: int, w: float, lag: float, kind: EventKind) -> int:
        """Time of a crossing to below 0 [ns], by a straight line between two ticks, less lag and bias.

        Parameters
        ----------
        before : tuple of int and float, or None
            Time [ns] and value [m/s] at the foot's tick before.
        t : int
            Time of the tick [ns].
        w : float
            Value at the tick, below 0 [m/s].
        lag : float
            Time by which the velocities are late [s].
        kind : EventKind
            Whose bias counts.

        Returns
        -------
        int
            The time, not after `t` [ns].
        """
        at = t
        if before is not None and before[1] >= 0.0:
            at = before[0] + math.trunc(before[1] / (before[1] - w) * (t - before[0]))
        bias = self.bias_to if kind == EventKind.TOE_OFF else self.bias_ic
        return max(_NEVER, min(t, at - _ns(lag + _LATE[kind] + bias)))


def point(p: Sequence[float]) -> Vector | None:
    """Accept a marker that was seen.

    Parameters
    ----------
    p : sequence of float
        Position [m].

    Returns
    -------
    tuple of float or None
        The position [m], None where a coordinate is not finite or beyond 1 km.
    """
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


def _share(dt: float, age: float) -> float:
    return min(1.0, dt / age) if age > 0.0 else 1.0


def _toward(v: Plane, to: Plane, k: float) -> Plane:
    return v[0] + k * (to[0] - v[0]), v[1] + k * (to[1] - v[1])


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
