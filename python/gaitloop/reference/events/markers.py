"""Section 4: initial contacts and toe-offs from markers on heels, toes and pelvis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import ConfigError
from .._checks import in_range
from .._conventions import Array, Event, EventKind, clamp

Vector = tuple[float, float, float]
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Array]

_NEVER = -(2**63)
_REACH = 1e3
_BODY_TIME = 0.6
_GROUND_TIME = 0.3
_FLAT_TIME = 0.06
_FLAT_SPEED = 0.3
_AHEAD = 0.1
_ARMED = 1.0
_RESTED = 0.35
_SLOPE = 0.5
_SLOW = 0.7
_REST = 0.15
_LIFT = 0.5
_TURN = 0.4
_LATE = (0.0, 0.01)
_SPAN = 5_000_000
_HALF = 500_000_000


class Motion(NamedTuple):
    """What one tick tells of a foot.

    Attributes
    ----------
    heel, toe : tuple of float
        Velocities [m/s].
    along : tuple of float
        Horizontal vector from heel to toe [m].
    lag : float
        Time by which the velocities are late [s].
    """

    heel: Vector
    toe: Vector
    along: tuple[float, float]
    lag: float


@dataclass
class _Track:
    """Position and velocity of a marker by a fading-memory polynomial of first order."""

    t: int | None = None
    count: int = 0
    x: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    v: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def take(self, p: Sequence[float], t: int, smoothing: float) -> float | None:
        """Follow the marker; the lag of its velocity [s] once it has one."""
        if self.t is None:
            self.t, self.count, self.x, self.v = t, 1, list(p), [0.0, 0.0, 0.0]
            return None
        dt = _sec(self.t, t)
        self.t = t
        self.count = min(self.count + 1, 3)
        memory = smoothing / (smoothing + dt) if self.count > 2 else 0.0
        g, h = 1.0 - memory * memory, (1.0 - memory) * (1.0 - memory)
        for i in range(3):
            ahead = self.x[i] + self.v[i] * dt
            miss = p[i] - ahead
            self.x[i] = ahead + g * miss
            self.v[i] += h * miss / dt
        return 0.5 * dt + 2.0 * smoothing


@dataclass
class _Foot:
    stance: bool | None = None
    ready: bool = False
    seen: int | None = None
    flat: int | None = None
    last: tuple[int, float] | None = None
    top: float = 0.0
    turn: float = 0.0


@dataclass
class _Scene:
    """Mean velocity of the body and velocity of the ground, in the laboratory [m/s]."""

    body: tuple[float, float] = (0.0, 0.0)
    age: float = 0.0
    before: tuple[int, bool, float, float] | None = None
    ground: tuple[float, float] | None = None
    ground_age: float = 0.0

    def speed(self, least: float) -> float:
        """Walking speed over the ground [m/s]."""
        ground = self.ground or (0.0, 0.0)
        return max(least, math.hypot(self.body[0] - ground[0], self.body[1] - ground[1]))


def _sec(a: int, b: int) -> float:
    return (b - a) * 1e-9


def _ns(seconds: float) -> int:
    return int(seconds * 1e9)


@dataclass(kw_only=True)
class MarkerContacts:
    """Contacts of both feet, from how the heel and the toe come to rest and leave.

    Parameters
    ----------
    smoothing : float
        Memory of the velocities [s], 0 to 0.02.
    speed_min : float
        Least walking speed that scales the thresholds [m/s], 0.05 to 1.
    bias_ic, bias_to : float
        Lateness of the laboratory's initial contacts and toe-offs, taken off their times [s], -0.1 to 0.1.
    gap : float
        Longest gap in a foot's markers that is bridged [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    smoothing: float = 0.002
    speed_min: float = 0.2
    bias_ic: float = 0.0
    bias_to: float = 0.0
    gap: float = 0.1
    _feet: tuple[_Foot, _Foot] = field(init=False, repr=False)
    _tracks: tuple[_Track, ...] = field(init=False, repr=False)
    _scene: _Scene = field(init=False, repr=False)
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
        self._scene = _Scene()
        self._t = _NEVER
        self._paused = (True, True)

    @property
    def in_contact(self) -> tuple[bool, bool]:
        """Whether each foot is in contact."""
        return bool(self._feet[0].stance), bool(self._feet[1].stance)

    @property
    def paused(self) -> tuple[bool, bool]:
        """Whether each foot had no complete reading at the last tick."""
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
        seen = [_point(p) for p in np.asarray(markers, dtype=np.float64).tolist()]
        self._follow_body(seen, t)
        motions = [self._follow_foot(side, seen[2 * side], seen[2 * side + 1], t) for side in (0, 1)]
        self._paused = (seen[0] is None or seen[1] is None, seen[2] is None or seen[3] is None)
        return self._decide(motions, t)

    def run(self, markers: ArrayLike, t: ArrayLike, causal: bool = True) -> Columns:
        """Every tick of a recording.

        Parameters
        ----------
        markers : array_like of float, shape (T, 5, 3)
            Left heel, left toe, right heel, right toe and pelvis [m], z up; NaN when not seen.
        t : array_like of int, shape (T,)
            Times [ns].
        causal : bool
            Whether each event may use only what came before it; else the whole recording is looked at.

        Returns
        -------
        tuple of ndarray
            Side [-], kind [-], time [ns], time it was known [ns] and confidence [-] of each event, each (K,).
        """
        rows = np.asarray(markers, dtype=np.float64)
        times = [int(x) for x in np.asarray(t).tolist()]
        if not causal:
            raise NotImplementedError
        return _columns(event for row, at in zip(rows, times, strict=True) for event in self.step(row, at))

    def _follow_body(self, seen: Sequence[Vector | None], t: int) -> None:
        """Step 1: the mean velocity of the pelvis, or of all foot markers where it is not seen."""
        scene, pelvis = self._scene, seen[4]
        feet = [p for p in seen[:4] if p is not None]
        mean = None
        if len(feet) == 4:
            mean = tuple(0.25 * (feet[0][i] + feet[1][i] + feet[2][i] + feet[3][i]) for i in (0, 1))
        before = scene.before
        scene.before = (t, pelvis, mean)
        if before is None or t - before[0] > _ns(self.gap):
            return
        a, b = (before[1], pelvis) if before[1] is not None and pelvis is not None else (before[2], mean)
        if a is None or b is None:
            return
        dt = _sec(before[0], t)
        scene.age = min(scene.age + dt, _BODY_TIME)
        scene.body = tuple(v + ((q - p) / dt - v) * (dt / scene.age) if dt < scene.age else (q - p) / dt
                           for v, p, q in zip(scene.body, a, b, strict=False))

    def _follow_foot(self, side: int, heel: Vector | None, toe: Vector | None, t: int) -> Motion | None:
        """Step 2: velocities of heel and toe; a gap forgets where the foot was."""
        foot = self._feet[side]
        if heel is None or toe is None:
            return None
        tracks = self._tracks[2 * side : 2 * side + 2]
        if foot.seen is not None and t - foot.seen > _ns(self.gap):
            foot.stance, foot.ready, foot.flat, foot.last = None, False, None, None
            for track in tracks:
                track.t = None
        foot.seen = t
        lags = [track.take(p, t, self.smoothing) for track, p in zip(tracks, (heel, toe), strict=True)]
        if lags[0] is None:
            return None
        along = (toe[0] - heel[0], toe[1] - heel[1])
        return Motion(tuple(tracks[0].v), tuple(tracks[1].v), along, lags[0])

    def _decide(self, motions: Sequence[Motion | None], t: int) -> list[Event]:
        """Steps 3 and 4: the ground, then each foot."""
        for foot, motion in zip(self._feet, motions, strict=True):
            if motion is not None:
                self._follow_ground(foot, motion, t)
        events = []
        if self._scene.ground is not None:
            for side, (foot, motion) in enumerate(zip(self._feet, motions, strict=True)):
                if motion is not None:
                    found = self._tick(foot, motion, t)
                    if found is not None:
                        events.append(Event(found[0], side, found[1], t, found[2]))
        return events

    def _follow_ground(self, foot: _Foot, m: Motion, t: int) -> None:
        """Step 3: a foot that lies flat and moves no faster than the body moves with the ground."""
        scene = self._scene
        vx, vy = 0.5 * (m.heel[0] + m.toe[0]), 0.5 * (m.heel[1] + m.toe[1])
        ahead = (vx - scene.body[0]) * m.along[0] + (vy - scene.body[1]) * m.along[1]
        flat = (
            max(abs(m.heel[2]), abs(m.toe[2])) < _FLAT_SPEED
            and math.hypot(m.heel[0] - m.toe[0], m.heel[1] - m.toe[1]) < _FLAT_SPEED
            and ahead <= _AHEAD * math.hypot(*m.along)
        )
        if not flat:
            foot.flat = None
            return
        if foot.flat is None:
            foot.flat = t
        if t - foot.flat < _ns(_FLAT_TIME):
            return
        if scene.ground is None:
            scene.ground, scene.ground_age = (vx, vy), 0.01
            return
        dt = 2.0 * (m.lag - 2.0 * self.smoothing)
        scene.ground_age = min(scene.ground_age + dt, _GROUND_TIME)
        k = min(1.0, dt / scene.ground_age)
        scene.ground = (scene.ground[0] + k * (vx - scene.ground[0]), scene.ground[1] + k * (vy - scene.ground[1]))

    def _tick(self, foot: _Foot, m: Motion, t: int) -> tuple[EventKind, int, float] | None:
        """Step 4: contact or lift of one foot."""
        s = self._scene.speed(self.speed_min)
        gx, gy = self._scene.ground
        heel = math.hypot(m.heel[0] - gx, m.heel[1] - gy)
        toe = math.hypot(m.toe[0] - gx, m.toe[1] - gy)
        lies = foot.flat is not None and t - foot.flat >= _ns(_FLAT_TIME)
        if foot.stance is None:
            if lies:
                foot.stance, foot.ready = True, True
            elif toe > _ARMED * s:
                foot.stance, foot.ready, foot.top = False, True, toe
            foot.last = None
            return None
        last = foot.last
        if foot.stance:
            turn = m.heel[2] - m.toe[2]
            w = max(_LIFT * s - toe, turn - _TURN * s)
            foot.last = (t, w)
            foot.turn = max(foot.turn, turn)
            if toe < _RESTED * s:
                foot.ready = True
            if not (foot.ready and w < 0.0):
                return None
            c = clamp(0.5 + foot.turn / (2.0 * s), 0.0, 1.0)
            self._enter(foot, False)
            foot.top = toe
            return EventKind.TOE_OFF, self._when(last, t, w, m.lag, 1), c
        w = min(
            max(_SLOPE * heel - m.heel[2] - _REST * s, heel - _SLOW * s),
            max(_SLOPE * toe - m.toe[2] - _REST * s, toe - _SLOW * s),
        )
        foot.last = (t, w)
        foot.top = max(foot.top, toe)
        if toe > _ARMED * s:
            foot.ready = True
        if not foot.ready:
            if lies:
                self._enter(foot, True)
                foot.ready = True
            return None
        if w < 0.0:
            c = clamp(foot.top / (2.5 * s), 0.0, 1.0)
            self._enter(foot, True)
            return EventKind.INITIAL_CONTACT, self._when(last, t, w, m.lag, 0), c
        return None

    def _enter(self, foot: _Foot, stance: bool) -> None:
        foot.stance, foot.ready, foot.last, foot.top, foot.turn = stance, False, None, 0.0, 0.0

    def _when(self, last: tuple[int, float] | None, t: int, w: float, lag: float, kind: int) -> int:
        """Time of a crossing [ns], by a straight line between two ticks, without lag and bias."""
        at = t
        if last is not None and last[1] >= 0.0:
            at = last[0] + math.trunc(last[1] / (last[1] - w) * (t - last[0]))
        late = lag + _LATE[kind] + (self.bias_to if kind else self.bias_ic)
        return min(t, at - _ns(late))


def _point(p: Sequence[float]) -> Vector | None:
    """A marker that was seen."""
    x, y, z = p
    return (x, y, z) if abs(x) <= _REACH and abs(y) <= _REACH and abs(z) <= _REACH else None


def _columns(events: Iterable[Event]) -> Columns:
    found = list(events)
    return (
        np.array([event.side for event in found], dtype=np.int64),
        np.array([event.kind for event in found], dtype=np.int64),
        np.array([event.t for event in found], dtype=np.int64),
        np.array([event.t_emit for event in found], dtype=np.int64),
        np.array([event.confidence for event in found], dtype=np.float64),
    )
