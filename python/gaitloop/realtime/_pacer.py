"""The grid for loops written in Python."""

from __future__ import annotations

from collections.abc import Iterator

from gaitloop import _core
from gaitloop.errors import RealTimeError

from ._statistics import Statistics, statistics_of


class Pacer(_core.Pacer):
    """A grid of absolute times for a loop in Python, with the statistics of `Loop`.

    It holds the rate as well as the interpreter lets it: beside a busy thread it wakes milliseconds late.

    Parameters
    ----------
    rate : float
        Ticks a second [1/s], 10 to 5000.
    policy : str
        What happens when a tick is missed: `skip` goes on at the next time of the grid and counts, `stop` raises.
    spin : float
        Last part of each wait that is spun instead of slept [s], 0 to 0.1.

    Raises
    ------
    ConfigError
        If a setting is refused.

    Examples
    --------
    >>> pacer = Pacer(rate=500.0)
    >>> times = [pacer.wait() for _ in range(3)]
    >>> times[0], all(t % 2_000_000 == 0 for t in times), pacer.statistics().ticks
    (0, True, 3)
    """

    def __new__(cls, rate: float = 1000.0, policy: str = "skip", *, spin: float = 0.0) -> Pacer:
        """Check the settings; the first wait begins the grid."""
        return super().__new__(cls, rate, policy, spin)

    def statistics(self) -> Statistics:
        """Tell what was counted and measured since the first wait.

        Returns
        -------
        Statistics
            Ticks, overruns with their cause, and percentiles.
        """
        return statistics_of(self.tally())

    def __iter__(self) -> Iterator[int]:
        """Yield the time of each tick [ns], until one is missed under the policy `stop`."""
        while True:
            try:
                t = self.wait()
            except RealTimeError:
                return
            yield t
