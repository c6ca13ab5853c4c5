"""Section 4.3: what a gyroscope on a shank shows before any event: its axis, its direction, its jolts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

Vector = tuple[float, float, float]

_CHUNK = 0.04
_MEMORY = 8.0
_MOVING = 0.4
_TURN = 0.2
_SHOCK = 0.01
_SHOCK_MEMORY = 0.2
_SHOCK_RATIO = 16.0


@dataclass
class Axis:
    """The medio-lateral axis of a shank in its sensor's own axes, and which way is forward.

    The main axis of the angular velocity while the leg moves, without its slow part (turning); forward is the direction
    in which it is fast for a short time (swing), because it is slow for a long time in the other (stance).
    """

    direction: Vector | None = None
    sign: float = 1.0
    square: list[float] = field(default_factory=lambda: [0.0] * 6)
    cube: float = 0.0
    chunk: list[float] = field(default_factory=lambda: [0.0] * 6)
    chunk_cube: float = 0.0
    length: float = 0.0
    turn: Vector = (0.0, 0.0, 0.0)

    def along(self, w: Vector) -> float:
        """Angular velocity about the axis, before its sign [rad/s].

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].

        Returns
        -------
        float
            Its component along the axis [rad/s], 0 while no axis is known.
        """
        u = self.direction
        return 0.0 if u is None else (u[0] * w[0] + u[1] * w[1]) + u[2] * w[2]

    def take(self, w: Vector, x: float, dt: float) -> bool:
        """Take one tick.

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].
        x : float
            Its component along the axis [rad/s].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether the sign has changed.
        """
        a = dt / (_TURN + dt)
        s, h = self.turn, [0.0] * 3
        self.turn = (s[0] + a * (w[0] - s[0]), s[1] + a * (w[1] - s[1]), s[2] + a * (w[2] - s[2]))
        for i in range(3):
            h[i] = w[i] - self.turn[i]
        for i, (j, k) in enumerate(((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))):
            self.chunk[i] += h[j] * h[k] * dt
        self.chunk_cube += x * x * x * dt
        self.length += dt
        return self.length >= _CHUNK and self._close()

    def drop(self) -> None:
        """Forget the chunk that is being gathered and the slow part of the rate, as after a gap."""
        self.turn = (0.0, 0.0, 0.0)
        self._empty()

    def _empty(self) -> None:
        self.chunk, self.chunk_cube, self.length = [0.0] * 6, 0.0, 0.0

    def _close(self) -> bool:
        """Add the chunk, turn the axis, choose the sign."""
        c, cube, length = self.chunk, self.chunk_cube, self.length
        self._empty()
        if (c[0] + c[3]) + c[5] < _MOVING * _MOVING * length:
            return False
        keep = max(0.0, 1.0 - length / _MEMORY)
        self.square = [keep * a + b for a, b in zip(self.square, c, strict=True)]
        self.cube = keep * self.cube + cube
        self._turn()
        if self.cube * self.sign >= 0.0:
            return False
        self.sign = -self.sign
        return True

    def _turn(self) -> None:
        """Two steps of power iteration from the direction so far, eight from the start."""
        xx, xy, xz, yy, yz, zz = self.square
        rows = ((xx, xy, xz), (xy, yy, yz), (xz, yz, zz))
        u, steps = self.direction, 2
        if u is None:
            u, steps = rows[0] if xx >= yy and xx >= zz else rows[1] if yy >= zz else rows[2], 8
        for _ in range(steps):
            x, y, z = ((r[0] * u[0] + r[1] * u[1]) + r[2] * u[2] for r in rows)
            norm = math.sqrt((x * x + y * y) + z * z)
            if not norm > 0.0:
                return
            u = (x / norm, y / norm, z / norm)
        self.direction = u


@dataclass
class Shock:
    """The jolt of an impact: angular velocity through two high-pass filters, against its usual size.

    Smooth motion, however fast, passes neither; the heel's impact does.
    """

    slow: Vector | None = None
    slope: Vector = (0.0, 0.0, 0.0)
    usual: float = 0.0

    def take(self, w: Vector, dt: float) -> bool:
        """Take one tick.

        Parameters
        ----------
        w : tuple of float
            Angular velocity in the sensor's axes [rad/s].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether this tick stands out.
        """
        if self.slow is None:
            self.slow, self.slope = w, (0.0, 0.0, 0.0)
            return False
        a = dt / (_SHOCK + dt)
        square, slow, slope = 0.0, [0.0] * 3, [0.0] * 3
        for i in range(3):
            slow[i] = self.slow[i] + a * (w[i] - self.slow[i])
            first = w[i] - slow[i]
            slope[i] = self.slope[i] + a * (first - self.slope[i])
            second = first - slope[i]
            square += second * second
        self.slow, self.slope = (slow[0], slow[1], slow[2]), (slope[0], slope[1], slope[2])
        found = square > _SHOCK_RATIO * self.usual
        self.usual += (square - self.usual) * (dt / (_SHOCK_MEMORY + dt))
        return found
