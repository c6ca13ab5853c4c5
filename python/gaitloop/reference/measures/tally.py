"""Values over the ticks of a stride (section 8)."""

from __future__ import annotations

import math
from typing import NamedTuple

from .._conventions import present

STANCE = (0.10, 0.40)
SWING = (0.60, 0.95)


def measured(x: float | None) -> float | None:
    """`x` when it is finite and of magnitude 1e6 or less, else absent.

    Parameters
    ----------
    x : float or None
        A measured number [-].

    Returns
    -------
    float or None
        The number [-], or None.
    """
    x = present(x)
    return x if x is not None and abs(x) <= 1e6 else None


class Tally:
    """What is kept of a value over ticks; sound when it was present in 90 % of them."""

    def __init__(self) -> None:
        self.seen = 0
        self.present = 0
        self._max = -math.inf
        self._min = math.inf
        self._sum = 0.0
        self._time = 0.0

    def add(self, x: float | None, weight: float = 1.0) -> None:
        """Take the value of one tick.

        Parameters
        ----------
        x : float or None
            The value [-], None when absent.
        weight : float
            Duration of the tick [s].
        """
        self.seen += 1
        if x is not None:
            self.present += 1
            self._max, self._min = max(self._max, x), min(self._min, x)
            self._sum += x * weight
            self._time += weight

    @property
    def sound(self) -> bool:
        """Whether enough of the value was present."""
        return self.seen > 0 and 10 * self.present >= 9 * self.seen

    @property
    def max(self) -> float | None:
        """Largest value [-], absent unless sound."""
        return self._max if self.sound else None

    @property
    def min(self) -> float | None:
        """Smallest value [-], absent unless sound."""
        return self._min if self.sound else None

    @property
    def mean(self) -> float | None:
        """Mean over time [-], absent unless sound and of some duration."""
        return self._sum / self._time if self.sound and self._time != 0.0 else None


class KeyAngles(NamedTuple):
    """Angles of a stride that say how it went.

    Attributes
    ----------
    hip_max, hip_min : float or None
        Largest and smallest hip angle [rad].
    knee_at_contact : float or None
        Knee angle at the end of the stride [rad].
    knee_stance_max, knee_swing_max : float or None
        Largest knee angle in stance and in swing [rad].
    """

    hip_max: float | None
    hip_min: float | None
    knee_at_contact: float | None
    knee_stance_max: float | None
    knee_swing_max: float | None


class KeyTallies:
    """Tallies of the key angles."""

    def __init__(self) -> None:
        self.hip, self.stance, self.swing = Tally(), Tally(), Tally()
        self.last_knee: float | None = None

    def add(self, hip: float | None, knee: float | None, phase: float, weight: float) -> None:
        """Take the angles of one tick.

        Parameters
        ----------
        hip, knee : float or None
            Angles [rad], None when absent.
        phase : float
            Phase of the side [-].
        weight : float
            Duration of the tick [s].
        """
        self.hip.add(hip, weight)
        if STANCE[0] <= phase <= STANCE[1]:
            self.stance.add(knee, weight)
        if SWING[0] <= phase <= SWING[1]:
            self.swing.add(knee, weight)
        self.last_knee = knee

    def key(self) -> KeyAngles:
        """Read the key angles.

        Returns
        -------
        KeyAngles
            The angles [rad].
        """
        return KeyAngles(self.hip.max, self.hip.min, self.last_knee, self.stance.max, self.swing.max)
