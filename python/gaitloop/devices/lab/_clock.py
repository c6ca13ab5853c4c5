"""Times of other clocks on the loop's clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_TRIES = 9
_GIGA = 1_000_000_000


class ClockMap:
    """Between a clock of this machine in seconds and the loop's in nanoseconds.

    Both are read in turn a few times, and the closest pair counts: its two readings of the loop's clock enclose the
    other one, so that the map is off by at most half of what lies between them.

    Parameters
    ----------
    clock : callable
        The loop's clock: a function without arguments that gives now [ns].
    other : callable
        The other clock: a function without arguments that gives now [s].

    Examples
    --------
    >>> times = iter(range(0, 18_000_000_000, 1_000_000_000))
    >>> clock_map = ClockMap(lambda: next(times), lambda: 100.0)
    >>> clock_map.to_loop(101.5) - clock_map.to_loop(100.0)
    1500000000
    """

    def __init__(self, clock: Callable[[], int], other: Callable[[], float]) -> None:
        self._clock, self._other = clock, other
        self.refresh()

    def refresh(self) -> None:
        """Read both clocks again."""
        pairs = []
        for _ in range(_TRIES):
            before, there, after = self._clock(), self._other(), self._clock()
            pairs.append((after - before, (before + after) // 2 - round(there * _GIGA)))
        self._apart, self._offset = min(pairs)

    @property
    def uncertainty(self) -> float:
        """Largest error of the map when it was made [s]."""
        return self._apart / 2 / _GIGA

    def to_loop(self, seconds: float) -> int:
        """Tell a time of the other clock on the loop's.

        Parameters
        ----------
        seconds : float
            Time of the other clock [s].

        Returns
        -------
        int
            The same time on the loop's clock [ns].
        """
        return round(seconds * _GIGA) + self._offset

    def to_other(self, t: int) -> float:
        """Tell a time of the loop's clock on the other one.

        Parameters
        ----------
        t : int
            Time of the loop's clock [ns].

        Returns
        -------
        float
            The same time on the other clock [s].
        """
        return (t - self._offset) / _GIGA


class ArrivalClock:
    """A remote clock whose times are known only by when they arrive.

    A message can be late, never early, so the shortest way of the last ones counts: a time is put at its own arrival
    less what it was later than the fastest of the window. It is never put after its arrival. Drift of the remote
    clock is followed within the window.

    Parameters
    ----------
    window : int
        How many arrivals are remembered [-], at least 1.

    Examples
    --------
    >>> arrivals = ArrivalClock(window=100)
    >>> [arrivals.place(there, here) for there, here in [(0, 5_000), (1_000, 9_000), (2_000, 7_000)]]
    [5000, 6000, 7000]
    """

    def __init__(self, window: int = 256) -> None:
        self._offsets: deque[int] = deque(maxlen=window)

    def reset(self) -> None:
        """Forget every arrival."""
        self._offsets.clear()

    def place(self, there: int, here: int) -> int:
        """Take an arrival, and tell when it was sent.

        Parameters
        ----------
        there : int
            Time of the remote clock when it was sent [ns].
        here : int
            Time of the clock here when it arrived [ns].

        Returns
        -------
        int
            When it was sent, on the clock here [ns], at most `here`.
        """
        self._offsets.append(here - there)
        return there + min(self._offsets)
