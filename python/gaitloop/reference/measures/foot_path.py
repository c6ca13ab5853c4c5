"""Way of a foot from its inertial sensor, from rest to rest (section 8.5)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import Array, EventKind
from .signals import GAP, samples

WINDOW = 0.2
RESTLESS = 1.5
SHAKING = 5.0
ROUGH = 10.0
LIMIT = 1e6
CAPACITY = 4096


class Rest(NamedTuple):
    """The quietest span of a stance.

    Attributes
    ----------
    middle : int
        Its middle sample [-].
    force : ndarray of float, shape (3,)
        Mean specific force, along the sensor's axes [m/s²].
    """

    middle: int
    force: Array


class FootPath(NamedTuple):
    """Way of a foot sensor from one rest to the next.

    Attributes
    ----------
    time : ndarray of float, shape (N,)
        Times [s].
    position : ndarray of float, shape (N, 3)
        Position since the first rest [m]; z up, heading arbitrary.
    velocity : ndarray of float, shape (N, 3)
        Velocity [m/s].
    length : float
        Horizontal way [m].
    lift : float
        Largest height above the line that joins the two rests [m].
    height_change : float
        Height of the second rest above the first [m].
    turn : float
        Change of heading, positive to the left [rad].
    """

    time: Array
    position: Array
    velocity: Array
    length: float
    lift: float
    height_change: float
    turn: float


def clean(time: Array, imu: Array) -> tuple[Array, Array]:
    """Leave out the rows that hold an absent number.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times [s].
    imu : ndarray of float, shape (T, 6)
        Specific force [m/s²] and rate of turn [rad/s].

    Returns
    -------
    tuple of ndarray of float, shapes (N,) and (N, 6)
        Times [s] and rows.
    """
    good = (np.abs(imu) <= LIMIT).all(axis=1)
    return time[good], imu[good]


def find_rest(time: Array, imu: Array, stance: tuple[float, float]) -> Rest | None:
    """Find the quietest 0.2 s of a stance, by the rate of turn and by how much the specific force varies.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    imu : ndarray of float, shape (T, 6)
        Specific force [m/s²] and rate of turn [rad/s].
    stance : tuple of float
        Initial contact and toe-off [s].

    Returns
    -------
    Rest or None
        Absent when no span qualifies or the foot turns at more than 1.5 rad/s in the best one.
    """
    first = int(np.searchsorted(time, stance[0], side="left"))
    past = int(np.searchsorted(time, stance[1], side="right"))
    window = min(WINDOW, (stance[1] - stance[0]) / 3.0)
    total = np.zeros((past - first + 1, 5))
    rows = imu[first:past]
    squares = [(rows[:, columns] ** 2).sum(axis=1) for columns in (slice(3, 6), slice(0, 3))]
    total[1:] = np.cumsum(np.column_stack([*squares, rows[:, :3]]), axis=0)
    best, found, j = math.inf, None, first
    for i in range(first, past):
        while j + 1 < past and time[j + 1] - time[i] <= window:
            j += 1
        if time[j] - time[i] < 0.8 * window:
            continue
        turning, square, *force = ((total[j + 1 - first] - total[i - first]) / (j + 1 - i)).tolist()
        varying = max(0.0, square - (force[0] * force[0] + force[1] * force[1] + force[2] * force[2]))
        unrest = turning + varying / (SHAKING * SHAKING)
        if unrest < best:
            quiet = turning <= RESTLESS * RESTLESS
            best, found = unrest, Rest((i + j) // 2, np.array(force)) if quiet else None
    return found


def _cross(w: Array) -> Array:
    return np.array([[0.0, -w[2], w[1]], [w[2], 0.0, -w[0]], [-w[1], w[0], 0.0]])


def _turned(w: Array) -> Array:
    """Turn by the vector `w`: its direction is the axis, its length the angle."""
    angle = math.sqrt(float(w @ w))
    if angle < 1e-12:
        return np.eye(3) + _cross(w)
    k = _cross(w / angle)
    return np.eye(3) + math.sin(angle) * k + (1.0 - math.cos(angle)) * (k @ k)


def _upright(force: Array) -> Array:
    """Shortest turn that brings `force` to point up."""
    u = force / math.sqrt(float(force @ force))
    if u[2] < -0.999999:
        return np.diag([1.0, -1.0, -1.0])
    k = _cross(np.array([u[1], -u[0], 0.0]))
    turn: Array = np.eye(3) + k + k @ k / (1.0 + u[2])
    return turn


def _sums(values: Array, dt: Array) -> Array:
    """Integral by trapezoids, from 0."""
    steps = 0.5 * (values[1:] + values[:-1]) * (dt if values.ndim == 1 else dt[:, None])
    total: Array = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(steps, axis=0)))
    return total


def _orientations(time: Array, rates: Array, before: Rest, after: Rest) -> list[Array]:
    """Orientation at each sample; what gravity finds wrong at the end is taken out in proportion to time."""
    turns = [_upright(before.force)]
    for n, dt in enumerate(np.diff(time).tolist()):
        turns.append(turns[-1] @ _turned(0.5 * (rates[n] + rates[n + 1]) * dt))
    force = turns[-1] @ after.force
    size = math.hypot(force[0], force[1])
    axis = np.zeros(3) if size < 1e-12 else np.array([force[1], -force[0], 0.0]) * math.atan2(size, force[2]) / size
    share = (time - time[0]) / (time[-1] - time[0])
    return [_turned(axis * s) @ turn for s, turn in zip(share.tolist(), turns, strict=True)]


def walk_path(time: Array, imu: Array, before: Rest, after: Rest) -> FootPath | None:
    """Integrate from rest to rest; the speed left at the end is taken out where the foot was shaken most.

    Parameters
    ----------
    time : ndarray of float, shape (T,)
        Times, increasing [s].
    imu : ndarray of float, shape (T, 6)
        Specific force [m/s²] and rate of turn [rad/s].
    before, after : Rest
        The two rests.

    Returns
    -------
    FootPath or None
        Absent when samples are missing for more than 0.1 s.
    """
    span = slice(before.middle, after.middle + 1)
    t, rows = time[span], imu[span]
    dt = np.diff(t)
    if after.middle <= before.middle or dt.max() > GAP:
        return None
    turns = _orientations(t, rows[:, 3:], before, after)
    gravity = 0.5 * (math.sqrt(float(before.force @ before.force)) + math.sqrt(float(after.force @ after.force)))
    force = np.array([turn @ row for turn, row in zip(turns, rows[:, :3], strict=True)]) - [0.0, 0.0, gravity]
    shaken = _sums(1.0 + ((force**2).sum(axis=1) / (ROUGH * ROUGH)) ** 2, dt)
    velocity = _sums(force, dt)
    velocity = velocity - (shaken / shaken[-1])[:, None] * velocity[-1]
    position = _sums(velocity, dt)
    x, y, z = position[-1].tolist()
    way = x * x + y * y
    along = np.clip((position[:, 0] * x + position[:, 1] * y) / way, 0.0, 1.0) if way > 0.0 else np.zeros(len(t))
    change = turns[-1] @ turns[0].T
    return FootPath(
        t,
        position,
        velocity,
        length=math.hypot(x, y),
        lift=float((position[:, 2] - along * z).max()),
        height_change=z,
        turn=math.atan2(change[1, 0] - change[0, 1], change[0, 0] + change[1, 1]),
    )


def foot_trajectory(
    time: ArrayLike, imu: ArrayLike, before: tuple[float, float], after: tuple[float, float]
) -> FootPath | None:
    """Way of a foot from the rest in one stance to the rest in the next.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times, increasing [s].
    imu : array_like of float, shape (T, 6)
        Specific force (gravity included) [m/s²] and rate of turn [rad/s], along the sensor's axes in any mounting.
    before, after : tuple of float
        Initial contact and toe-off of the two stances [s].

    Returns
    -------
    FootPath or None
        Absent when a stance holds no rest or samples are missing.
    """
    t, rows = clean(*samples("imu", (time, imu), 6))
    rests = [find_rest(t, rows, stance) for stance in (before, after)]
    return None if rests[0] is None or rests[1] is None else walk_path(t, rows, rests[0], rests[1])


class FootMeter:
    """Way of one foot while it walks: known at each toe-off, for the swing before.

    Keeps the last 4096 rows.
    """

    def __init__(self) -> None:
        self._time: list[float] = []
        self._rows: list[list[float]] = []
        self._zero: int | None = None
        self._contact: float | None = None
        self._before: tuple[float, Rest] | None = None

    def step(self, imu: ArrayLike, t: int, event: tuple[int, int] | None = None) -> FootPath | None:
        """Take a row and the event of this foot reported with it.

        Parameters
        ----------
        imu : array_like of float, shape (6,)
            Specific force [m/s²] and rate of turn [rad/s].
        t : int
            Time of the row [ns]; a row that is not later than the one before is not taken.
        event : tuple of int, optional
            Its kind [-], an `EventKind`, and when it happened [ns].

        Returns
        -------
        FootPath or None
            The way between the rests of the last two stances, with the toe-off that ends the second.
        """
        self._zero = t if self._zero is None else self._zero
        row, now = np.asarray(imu, dtype=np.float64), (t - self._zero) * 1e-9
        if (np.abs(row) <= LIMIT).all() and (not self._time or now > self._time[-1]):
            self._time = [*self._time[1 - CAPACITY :], now]
            self._rows = [*self._rows[1 - CAPACITY :], row.tolist()]
        if event is None:
            return None
        happened = (event[1] - self._zero) * 1e-9
        if event[0] == EventKind.INITIAL_CONTACT:
            self._before = self._before if self._contact is None else None
            self._contact = happened
            return None
        return self._end(happened)

    def _end(self, toe_off: float) -> FootPath | None:
        """End the stance."""
        if self._contact is None or not toe_off > self._contact:
            return None
        time, rows = np.array(self._time), np.array(self._rows).reshape(-1, 6)
        rest = find_rest(time, rows, (self._contact, toe_off))
        before, self._contact, self._before = self._before, None, None
        if rest is None:
            return None
        self._before = (float(time[rest.middle]), rest)
        if before is None or not len(time) or time[0] > before[0]:
            return None
        start = Rest(int(np.searchsorted(time, before[0])), before[1].force)
        return walk_path(time, rows, start, rest)
