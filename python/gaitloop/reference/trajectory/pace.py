"""Section 3.6: how fast running time passes, from a stand-still to normal."""

from __future__ import annotations

import math


class Pace:
    """Rate of running time, between 0 and 1, moved by a bounded second derivative.

    Parameters
    ----------
    freeze_time : float
        Time from full pace to a stand-still [s].
    """

    def __init__(self, freeze_time: float) -> None:
        self.bound = 4.0 / freeze_time**2
        self.reset()

    def reset(self) -> None:
        """Pass at full pace from now on."""
        self.aim = 1.0
        self.value = 1.0
        self.slope = 0.0
        self._sign, self._t, self._t1, self._t2 = 1.0, 0.0, 0.0, 0.0
        self._start = (1.0, 0.0)

    def head_for(self, aim: float) -> None:
        """Take the pace to another value by the quickest profile.

        Parameters
        ----------
        aim : float
            Pace to reach [-], 0 or 1.
        """
        if aim == self.aim:
            return
        m, dm, j = self.value, self.slope, self.bound
        self.aim = aim
        stop = m + dm * abs(dm) / (2.0 * j)
        sign = 1.0 if aim - stop >= 0.0 else -1.0
        peak = sign * math.sqrt(max(0.0, j * sign * (aim - m) + dm**2 / 2.0))
        self._sign, self._t, self._start = sign, 0.0, (m, dm)
        self._t1 = max(0.0, sign * (peak - dm) / j)
        self._t2 = abs(peak) / j

    def step(self, dt: float) -> float:
        """Let real time pass.

        Parameters
        ----------
        dt : float
            Real time [s].

        Returns
        -------
        float
            Running time that passes [s].
        """
        if self._t >= self._t1 + self._t2:
            return self.aim * dt
        before = self._integral(self._t)
        self._t += dt
        self.value, self.slope = self._state(self._t)
        return self._integral(self._t) - before

    def _state(self, t: float) -> tuple[float, float]:
        """Pace and its derivative at a time of the profile."""
        m, dm = self._start
        j = self._sign * self.bound
        if t < self._t1:
            return m + dm * t + j * t**2 / 2.0, dm + j * t
        x = self._t1 + self._t2 - t
        return (self.aim - j * x**2 / 2.0, j * x) if x > 0.0 else (self.aim, 0.0)

    def _integral(self, t: float) -> float:
        """Running time since the profile began."""
        m, dm = self._start
        j = self._sign * self.bound
        a = min(t, self._t1)
        total = m * a + dm * a**2 / 2.0 + j * a**3 / 6.0
        b = min(max(t - self._t1, 0.0), self._t2)
        total += self.aim * b - j * (self._t2**3 - (self._t2 - b) ** 3) / 6.0
        return total + self.aim * max(0.0, t - self._t1 - self._t2)
