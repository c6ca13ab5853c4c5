"""Section 6: the point of a path that is nearest to a leg."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range
from .._conventions import clamp, present, wrap, wrap_signed
from ..curve import Curve

FASTEST = 5.0  # cycles per second
LONGEST_TICK = 0.02  # seconds
SCANS = 32
MARGIN = 1e-9  # rad²
STANDING = 0.01  # (rad/cycle)²


class Near(NamedTuple):
    """One leg beside its path.

    Attributes
    ----------
    phase : float
        Nearest phase [-].
    distance : float
        Weighted distance from there [rad].
    joints : tuple of int
        The joints that count [-].
    error, tangent, speed : list of float
        Of these joints: distance [rad], slope of the path [rad/cycle] and velocity [rad/s], all weighted.
    """

    phase: float
    distance: float
    joints: tuple[int, ...]
    error: list[float]
    tangent: list[float]
    speed: list[float]


def tick(dt: float) -> float:
    """Duration of a tick that is used.

    Parameters
    ----------
    dt : float
        Duration [s].

    Returns
    -------
    float
        0 for what is not finite or not positive, at most 0.02 [s].
    """
    return min(dt, LONGEST_TICK) if math.isfinite(dt) and dt > 0.0 else 0.0


class Nearest:
    """Follows the nearest point of a path for both legs.

    Parameters
    ----------
    path : array_like of float, shape (N, 6)
        Angles at the phases `k / N` of each side [rad], -3 to 3, N 8 to 1024.
    weight : array_like of float, shape (6,)
        Metric [-], 0 to 10; 0 leaves a joint out.
    window : float
        Half width of the moving window [-], 0.01 to 0.25.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(self, path: ArrayLike, weight: ArrayLike, window: float) -> None:
        rows = array("path", path, (-1, 6))
        if not 8 <= len(rows) <= 1024:
            raise ConfigError(f"path must have length 8 to 1024, got {len(rows)}")
        rows = all_in_range("path", rows, -3.0, 3.0, (-1, 6))
        self.weight: list[float] = all_in_range("weight", weight, 0.0, 10.0).tolist()
        self.window = in_range("window", window, 0.01, 0.25)
        self.curves = [Curve("path", rows[:, j]) for j in range(6)]
        self.joints = [tuple(j for j in range(3 * i, 3 * i + 3) if self.weight[j] > 0.0) for i in (0, 1)]
        self.reset()

    def reset(self) -> None:
        """Forget where both legs were."""
        self.phase: list[float | None] = [None, None]

    def step(self, side: int, q: ArrayLike, dq: ArrayLike, phase: float, dt: float) -> Near | None:
        """Follow one leg for one tick.

        Parameters
        ----------
        side : int
            0 left, 1 right [-].
        q, dq : array_like of float, shape (6,)
            Angles [rad] and velocities [rad/s], NaN where absent.
        phase : float
            Phase of that side [-].
        dt : float
            Duration of the tick [s].

        Returns
        -------
        Near or None
            Nothing for a leg that does not count.
        """
        joints = self.joints[side]
        angles = [present(np.asarray(q, dtype=np.float64)[j]) for j in joints]
        rates = [present(np.asarray(dq, dtype=np.float64)[j]) for j in joints]
        x = [clamp(a, -10.0, 10.0) for a in angles if a is not None]
        v = [clamp(a, -100.0, 100.0) for a in rates if a is not None]
        if not joints or not math.isfinite(phase) or len(x) < len(joints) or len(v) < len(joints):
            self.phase[side] = None
            return None
        p = wrap(float(phase))
        start, low, high = self._search(side, x, p, tick(float(dt)))
        u = start
        for _ in range(3):
            error, tangent, bend = self._at(joints, x, p + u)
            a = _dot(tangent, tangent)
            step = _dot(error, tangent) / max(a - _dot(error, bend), a / 4.0 + STANDING)
            u = clamp(u + step, low, high)
        first = self._at(joints, x, p + start)[0]
        error, tangent, _ = self._at(joints, x, p + u)
        if _dot(error, error) > _dot(first, first) + MARGIN:
            u = start
            error, tangent, _ = self._at(joints, x, p + u)
        s = self.phase[side] = wrap(p + u)
        speed = [self.weight[j] * v_j for j, v_j in zip(joints, v, strict=True)]
        return Near(s, math.sqrt(_dot(error, error)), joints, error, tangent, speed)

    def _search(self, side: int, x: list[float], p: float, h: float) -> tuple[float, float, float]:
        """Where to begin, and how far it may go both ways."""
        w, s = self.window, self.phase[side]
        if s is None:
            best, u = math.inf, -w
            for i in range(SCANS + 1):
                trial = -w + i * (2.0 * w / SCANS)
                error, _, _ = self._at(self.joints[side], x, p + trial)
                if i == 0 or _dot(error, error) < best - MARGIN:
                    best, u = _dot(error, error), trial
            low, high = max(-w, u - w / 16.0), min(w, u + w / 16.0)
        else:
            u, reach = wrap_signed(s - p), FASTEST * h
            low, high = clamp(-w, u - reach, u + reach), clamp(w, u - reach, u + reach)
        return clamp(u, low, high), low, high

    def _at(self, joints: tuple[int, ...], x: list[float], s: float) -> tuple[list[float], list[float], list[float]]:
        """Weighted distance, slope and curvature of the joints that count."""
        error, tangent, bend = [], [], []
        for j, x_j in zip(joints, x, strict=True):
            value, slope, second = (float(y) for y in self.curves[j].evaluate(s))
            error.append(self.weight[j] * (x_j - value))
            tangent.append(self.weight[j] * slope)
            bend.append(self.weight[j] * second)
        return error, tangent, bend


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))
