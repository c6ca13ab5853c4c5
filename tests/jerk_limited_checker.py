"""Checks jerk-limited trajectories without knowing how they were planned.

A track is what one degree of freedom does: pieces (duration, position, velocity, acceleration, jerk), each state at
the piece's own start. The checker integrates durations and jerks from the start state in pairs of doubles (about 32
digits), and looks at
- finite: every number is finite and no duration negative,
- total: the durations add up to what is claimed,
- position_gap, velocity_gap, acceleration_gap: each piece begins where the integral is (lower orders may jump, see
  `Tracks.order`),
- end_position, end_velocity, end_acceleration: the integral ends at the target,
- jerk, acceleration, velocity, position: limits, in the interior of each piece too (there a quadratic and a cubic
  have their extrema).

A start outside a limit must not get worse than it has to (the jerk limit decides how far), and once inside it stays
inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = tuple[Array, Array]  # a number as the sum of a double and a much smaller one
_SPLIT = 134217729.0  # 2**27 + 1


class Violation(NamedTuple):
    """One broken promise: which track, what, by how much, and how much is let pass."""

    track: int
    kind: str
    excess: float
    allowed: float


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """What is let pass: absolute values at a scale of 1, and parts of the scale of the track.

    Steps between pieces and the end together: a planner may put its rounding where it likes, but not more than that.
    """

    position: float = 1.01e-8  # 1e-8 and rounding
    velocity: float = 1.01e-8
    acceleration: float = 1e-10
    limit: float = 1e-11
    total: float = 1e-12


@dataclass(kw_only=True)
class Tracks:
    """Many tracks of at most M pieces and what they promise; arrays of shape (N,) unless said.

    `pieces` (N, M, 5): duration [s], position [rad], velocity, acceleration, jerk; rows past the last have duration
    0 and NaN behind it or repeat the last. `start`, `end` (N, 3). Velocity interface: `end` position NaN. `order`
    3: nothing jumps; 2: the acceleration may; 1: velocity too.
    """

    pieces: Array
    start: Array
    end: Array
    velocity: Array  # (N, 2) lowest and highest
    acceleration: Array  # (N, 2)
    jerk: Array
    position: Array | None = None  # (N, 2)
    duration: Array | None = None
    order: int = 3
    tolerance: Tolerance = field(default_factory=Tolerance)


def two_sum(a: Array, b: Array) -> Pair:
    """Exact sum."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Array, b: Array) -> Pair:
    """Exact product."""
    p = a * b
    x, y = _SPLIT * a, _SPLIT * b
    ah, bh = x - (x - a), y - (y - b)
    al, bl = a - ah, b - bh
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


def add(x: Pair, y: Pair) -> Pair:
    """Sum of two pairs."""
    s, e = two_sum(x[0], y[0])
    f, g = two_sum(x[1], y[1])
    s, e = two_sum(s, e + f)
    return two_sum(s, e + g)


def times(x: Pair, y: Pair) -> Pair:
    """Product of two pairs."""
    p, e = two_product(x[0], y[0])
    return two_sum(p, e + (x[0] * y[1] + x[1] * y[0]))


def pair(a: Array | float) -> Pair:
    """A double as a pair."""
    a = np.asarray(a, dtype=np.float64)
    return a, np.zeros_like(a)


_HALF, _SIXTH = pair(0.5), (np.asarray(1 / 6), np.asarray(float(Fraction(1, 6) - Fraction(1 / 6))))


def advance(state: tuple[Pair, Pair, Pair], jerk: Array, h: Pair) -> tuple[Pair, Pair, Pair]:
    """Position, velocity and acceleration after the time `h` of constant jerk."""
    p, v, a = state
    j = pair(jerk)
    jh = times(j, h)
    a_h = times(a, h)
    jh_h = times(jh, h)
    p = add(p, times(h, add(v, add(times(_HALF, a_h), times(_SIXTH, jh_h)))))
    return p, add(v, add(a_h, times(_HALF, jh_h))), add(a, jh)


def _above(value: Array, limits: Array) -> Array:
    """How far outside limits (N, 2); negative inside."""
    return np.maximum(value - limits[:, 1], limits[:, 0] - value)


def _turning_velocity(v: Array, a: Array, j: Array, h: Array) -> Array:
    """Velocity where the acceleration is zero inside the piece, else at its start."""
    with np.errstate(all="ignore"):
        t = -a / j
        return np.where((t > 0) & (t < h), v - a * a / (2 * j), v)


def _turning_positions(state: tuple[Array, ...], j: Array, h: Array) -> list[Array]:
    """Positions where the velocity is zero inside the piece, else at its start."""
    p, v, a = state
    found = []
    with np.errstate(all="ignore"):
        root = np.sqrt(a * a - 2 * j * v)
        q = -(a + np.copysign(root, a))
        for t in (q / j, 2 * v / q):
            inside = (t > 0) & (t < h)
            found.append(np.where(inside, p + t * (v + t * (a / 2 + t * j / 6)), p))
    return found


class _Limits:
    """Limits that a start outside them may keep breaking, no worse than it must, until it is inside."""

    def __init__(self, limits: Array, forced: Array) -> None:
        self._limits = limits
        lowest, highest = np.minimum(limits[:, 0], forced[:, 0]), np.maximum(limits[:, 1], forced[:, 1])
        self._forced = np.column_stack([lowest, highest])
        self._held = np.column_stack([forced[:, 0] >= limits[:, 0], forced[:, 1] <= limits[:, 1]])

    def excess(self, value: Array) -> Array:
        """How far outside."""
        return _above(value, np.where(self._held, self._limits, self._forced))

    def entered(self, value: Array, rate: Array, slack: Array) -> None:
        """Take note of a value, and of how it changes, at the end of a piece."""
        self._held[:, 0] |= (value >= self._limits[:, 0] - slack) & (rate >= 0)
        self._held[:, 1] |= (value <= self._limits[:, 1] + slack) & (rate <= 0)


def _forced(x: Tracks) -> tuple[_Limits, _Limits]:
    """Limits of velocity and acceleration; what the start cannot avoid is let pass."""
    _, v, a = x.start.T
    with np.errstate(all="ignore"):
        way = np.where(a == 0, 0.0, a * np.abs(a) / (2 * x.jerk)) if x.order == 3 else np.zeros_like(a)
    peak = v + way
    if x.order == 1:
        v = peak = np.zeros_like(v)
    if x.order < 3:
        a = np.zeros_like(a)
    return (
        _Limits(x.velocity, np.column_stack([np.minimum(v, peak), np.maximum(v, peak)])),
        _Limits(x.acceleration, np.column_stack([a, a])),
    )


def _scales(x: Tracks) -> tuple[Array, Array, Array]:
    """Largest position, velocity and acceleration of each track, at least 1."""
    clean = np.nan_to_num(x.pieces[:, :, 1:4], nan=0.0, posinf=0.0, neginf=0.0)
    ends = np.nan_to_num(np.stack([x.start, x.end], axis=1), nan=0.0, posinf=0.0, neginf=0.0)
    top = np.maximum(1.0, np.maximum(np.abs(clean).max(axis=1, initial=0.0), np.abs(ends).max(axis=1)))
    return top[:, 0], top[:, 1], top[:, 2]


class _Worst(dict[str, Array]):
    """Largest excess of each kind, as a multiple of what is let pass, with that."""

    def see(self, kind: str, excess: Array, allowed: Array | float, where: Array | bool = True) -> None:
        """Take note of an excess."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(np.isneginf(excess), -np.inf, excess / allowed)  # no limit: nothing exceeds it
        ratio = np.where(where, np.where(np.isnan(ratio), np.inf, ratio), -np.inf)
        self[kind] = np.maximum(self[kind], ratio) if kind in self else ratio


def measure(x: Tracks) -> dict[str, Array]:
    """Excess of each kind as a multiple of what is let pass, shape (N,); above 1 is a violation."""
    worst, tol, scale = _Worst(), x.tolerance, _scales(x)
    used = x.pieces[:, :, 0] != 0
    finite = np.isfinite(np.where(used[:, :, None], x.pieces, 0.0)).all(axis=(1, 2)) & (x.pieces[:, :, 0] >= 0).all(
        axis=1
    )
    worst.see("finite", np.where(finite, 0.0, np.inf), 1.0)
    pieces = np.where(used[:, :, None] & finite[:, None, None], x.pieces, 0.0)  # what is not finite is judged already
    speed, accel = _forced(x)
    state: tuple[Pair, ...] = tuple(pair(c) for c in x.start.T)
    total = pair(np.zeros(len(pieces)))
    for k in range(pieces.shape[1]):
        h, *stated, j = pieces[:, k].T
        on = used[:, k]
        state = _see_gaps(worst, x, state, stated, on, scale)
        see_limits = _see_start_limits if k == 0 else _see_limits
        see_limits(worst, x, (speed, accel), state, j, h, on)
        moved = advance(state, j, pair(h))  # type: ignore[arg-type]
        state = tuple((np.where(on, m[0], s[0]), np.where(on, m[1], s[1])) for m, s in zip(moved, state, strict=True))
        total = add(total, pair(h))
        _see_limits(worst, x, (speed, accel), state, np.zeros_like(j), np.zeros_like(h), on)
        speed.entered(state[1][0], state[2][0], tol.limit * scale[1])
        accel.entered(state[2][0], j, tol.limit * scale[2])
    _see_end(worst, x, state, scale)
    if x.duration is not None:
        worst.see("total", np.abs(total[0] - x.duration + total[1]), tol.total * np.maximum(x.duration, 1e-3))
    return worst


def _see_gaps(
    worst: _Worst, x: Tracks, state: tuple[Pair, ...], stated: list[Array], on: Array, scale: tuple[Array, ...]
) -> tuple[Pair, ...]:
    """Compare where a piece says it begins with the integral; where it may jump, go on from what it says."""
    after = []
    for kind, (hi, lo), own, size, jumps in zip(
        ("position", "velocity", "acceleration"), state, stated, scale, (False, x.order < 2, x.order < 3), strict=True
    ):
        if jumps:
            after.append((np.where(on, own, hi), np.where(on, 0.0, lo)))
        else:
            worst.see(f"{kind}_gap", np.abs((own - hi) - lo), getattr(x.tolerance, kind) * size, on)
            after.append((hi, lo))
    return tuple(after)


def _see_limits(
    worst: _Worst, x: Tracks, limits: tuple[_Limits, _Limits], state: tuple[Pair, ...], j: Array, h: Array, on: Array
) -> None:
    """Compare one piece, from its start to just before its end, with the limits."""
    (p, _), (v, _), (a, _) = state
    tol = x.tolerance.limit
    if x.order == 3:
        worst.see("jerk", np.abs(j) - x.jerk, tol * x.jerk, on)
    else:
        worst.see("jerk", np.abs(j), 1e-300, on)
    sizes = [np.maximum(np.abs(lim), 0.0).max(axis=1) for lim in (x.velocity, x.acceleration)]
    if x.order > 1:
        worst.see("acceleration", limits[1].excess(a), tol * np.maximum(sizes[1], np.abs(x.start[:, 2])), on)
    turning = _turning_velocity(v, a, j, h)
    allowed = tol * np.maximum(sizes[0], np.abs(x.start[:, 1]))
    worst.see("velocity", np.maximum(limits[0].excess(v), limits[0].excess(turning)), allowed, on)
    if x.position is not None:
        for at in (p, *_turning_positions((p, v, a), j, h)):
            worst.see("position", _above(at, x.position), tol * np.maximum(1.0, np.abs(p)), on)


def _see_start_limits(worst: _Worst, x: Tracks, *rest: Any) -> None:
    """The first piece; a start outside the position limits is not the planner's doing."""
    _see_limits(worst, x, *rest)


def _see_end(worst: _Worst, x: Tracks, state: tuple[Pair, ...], scale: tuple[Array, ...]) -> None:
    """Compare the integral with the target."""
    tol = (x.tolerance.position, x.tolerance.velocity, x.tolerance.acceleration)
    for i, kind in enumerate(("position", "velocity", "acceleration")):
        if i < x.order:
            wanted = x.end[:, i]
            error = np.abs((state[i][0] - wanted) + state[i][1])
            worst.see(f"end_{kind}", np.where(np.isnan(wanted), 0.0, error), tol[i] * scale[i])


def violations(x: Tracks) -> list[Violation]:
    """Every broken promise, worst kind of each track once."""
    found = []
    for kind, ratio in measure(x).items():
        allowed = (
            getattr(x.tolerance, kind.removeprefix("end_").removesuffix("_gap"), x.tolerance.limit)
            if kind != "finite"
            else 1.0
        )
        found += [Violation(int(i), kind, float(ratio[i] * allowed), allowed) for i in np.flatnonzero(ratio > 1.0)]
    return found


COLUMNS = ("duration", "position", "velocity", "acceleration", "jerk")


def rows(pieces: Any) -> Array:
    """Pieces (K, 5), given so or by column name."""
    if isinstance(pieces, Mapping):
        return np.column_stack([np.asarray(pieces[k], dtype=np.float64) for k in COLUMNS])
    return np.asarray(pieces, dtype=np.float64).reshape(-1, 5)


def stack(profiles: Sequence[Any]) -> Array:
    """Pieces of many tracks as one array (N, M, 5), filled with rows of duration 0."""
    arrays = [rows(pieces) for pieces in profiles]
    out = np.zeros((len(arrays), max((len(a) for a in arrays), default=0) or 1, 5))
    for row, pieces in zip(out, arrays, strict=True):
        row[: len(pieces)] = pieces
    return out


def check(profiles: Sequence[Any], **promised: Any) -> list[Violation]:
    """Check one trajectory: per degree of freedom a list of pieces; `promised` as in `Tracks`, scalars broadcast."""
    n = len(profiles)
    shapes = {
        "start": (n, 3),
        "end": (n, 3),
        "velocity": (n, 2),
        "acceleration": (n, 2),
        "position": (n, 2),
        "jerk": (n,),
        "duration": (n,),
    }
    arrays = {
        k: np.broadcast_to(np.asarray(v, dtype=np.float64), shapes[k]).copy() if k in shapes and v is not None else v
        for k, v in promised.items()
    }
    return violations(Tracks(pieces=stack(profiles), **arrays))
