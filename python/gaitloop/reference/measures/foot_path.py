"""Way of a foot from its inertial sensor, from rest to rest (section 8.5)."""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import GRAVITY, Array, EventKind
from .signals import GAP, samples

WINDOW = 0.2
RESTLESS = 1.5
TIE = 1e-6
FELT = (0.25, 2.25)
SHAKING = 5.0
JOLT = 15.0
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
        Absent when no span qualifies, or when in the best one the foot turns at more than 1.5 rad/s or the force is not
        within a half of gravity.
    """
    first = int(np.searchsorted(time, stance[0] - TIE, side="left"))
    past = int(np.searchsorted(time, stance[1] + TIE, side="right"))
    window = min(WINDOW, (stance[1] - stance[0]) / 3.0)
    total = np.zeros((past - first + 1, 5))
    rows = imu[first:past]
    squares = [(rows[:, columns] ** 2).sum(axis=1) for columns in (slice(3, 6), slice(0, 3))]
    total[1:] = np.cumsum(np.column_stack([*squares, rows[:, :3]]), axis=0)
    best, found, j = math.inf, None, first
    for i in range(first, past):
        while j + 1 < past and time[j + 1] - time[i] <= window + TIE:
            j += 1
        if time[j] - time[i] < 0.8 * window - TIE:
            continue
        turning, square, *force = ((total[j + 1 - first] - total[i - first]) / (j + 1 - i)).tolist()
        varying = max(0.0, square - (force[0] * force[0] + force[1] * force[1] + force[2] * force[2]))
        unrest = turning + varying / (SHAKING * SHAKING)
        if unrest < best - TIE:
            best, found = unrest, _rest((i + j) // 2, turning, np.array(force))
    return found


def _rest(middle: int, turning: float, force: Array) -> Rest | None:
    """Accept a foot that hardly turns and feels something like gravity."""
    felt = float(force @ force) / (GRAVITY * GRAVITY)
    return Rest(middle, force) if turning <= RESTLESS * RESTLESS and FELT[0] <= felt <= FELT[1] else None


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
    """Integrate from rest to rest; the speed left at the end is taken out where the force jumped most.

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
    jolt = (np.diff(force, axis=0) ** 2).sum(axis=1) / (JOLT * JOLT)
    shaken = np.concatenate(([0.0], np.cumsum((1.0 + jolt * jolt) * dt)))
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


class FootStep(NamedTuple):
    """What the way of a foot came to.

    Attributes
    ----------
    t_start, t_end : int
        Rows at which the foot rested before and after [ns].
    length, lift, height_change, turn : float
        As in `FootPath` [m], [m], [m], [rad].
    """

    t_start: int
    t_end: int
    length: float
    lift: float
    height_change: float
    turn: float


class FootMeter:
    """Way of one foot while it walks: known at each toe-off, for the swing before.

    Keeps the last 4096 rows.
    """

    def __init__(self) -> None:
        self._times: deque[int] = deque(maxlen=CAPACITY)
        self._rows: deque[list[float]] = deque(maxlen=CAPACITY)
        self._zero: int | None = None
        self._contact: int | None = None
        self._before: tuple[int, Rest] | None = None

    def step(self, imu: ArrayLike, t: int, event: tuple[int, int] | None = None) -> FootStep | None:
        """Take a row and the event of this foot reported with it.

        Parameters
        ----------
        imu : array_like of float, shape (6,)
            Specific force [m/s²] and rate of turn [rad/s]; a row with an absent number is not kept.
        t : int
            Time of the row [ns]; a row that is not later than the last one kept is not kept.
        event : tuple of int, optional
            Its kind [-], an `EventKind`, and when it happened [ns].

        Returns
        -------
        FootStep or None
            The way between the rests of the last two stances, with the toe-off that ends the second.
        """
        self._zero = t if self._zero is None else self._zero
        row = np.asarray(imu, dtype=np.float64)
        if (np.abs(row) <= LIMIT).all() and (not self._times or t > self._times[-1]):
            self._times.append(t)
            self._rows.append(row.tolist())
        if event is None:
            return None
        if event[0] == EventKind.INITIAL_CONTACT:
            self._before = self._before if self._contact is None else None
            self._contact = event[1]
            return None
        if self._contact is None or event[1] <= self._contact:
            return None
        stance, self._contact = ((self._contact - self._zero) * 1e-9, (event[1] - self._zero) * 1e-9), None
        return self._end(self._zero, stance)

    def _end(self, zero: int, stance: tuple[float, float]) -> FootStep | None:
        """End the stance."""
        before, self._before = self._before, None
        time, rows = np.array([(t - zero) * 1e-9 for t in self._times]), np.array(self._rows).reshape(-1, 6)
        rest = find_rest(time, rows, stance)
        if rest is None:
            return None
        self._before = (self._times[rest.middle], rest)
        if before is None or before[0] < self._times[0]:
            return None
        path = walk_path(time, rows, Rest(self._times.index(before[0]), before[1].force), rest)
        if path is None:
            return None
        return FootStep(before[0], self._before[0], path.length, path.lift, path.height_change, path.turn)
