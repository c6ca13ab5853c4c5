"""What a loop counted and measured of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Distribution:
    """Times as a histogram knows them, to two significant digits.

    Parameters
    ----------
    count : int
        Number of values [-].
    p50 : float
        Median [s].
    p90 : float
        90th percentile [s].
    p99 : float
        99th percentile [s].
    p999 : float
        99.9th percentile [s].
    p9999 : float
        99.99th percentile [s].
    max : float
        Largest value [s].
    """

    count: int
    p50: float
    p90: float
    p99: float
    p999: float
    p9999: float
    max: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a loop counted since its start.

    Parameters
    ----------
    ticks : int
        Ticks that ran [-].
    missed : int
        Times of the grid without a tick [-].
    late_wakes : int
        Overruns because the thread woke after the next tick was due [-].
    long_ticks : int
        Overruns because the tick took too long, mostly outside the device [-].
    slow_device : int
        Overruns because the tick took too long, mostly in the device [-].
    timeouts : int
        Times that the device did not answer [-].
    minor_faults : int
        Page faults of the loop's thread that needed no disk, after the first hundred ticks [-]; 0 for a pacer.
    major_faults : int
        Page faults that needed the disk [-]; 0 for a pacer.
    dropped : int
        Ticks whose telemetry found no room [-]; 0 for a pacer.
    wake : Distribution
        Time from a tick's time on the grid to its beginning [s].
    execution : Distribution
        Time that ticks took [s].
    period_error : Distribution
        Difference of the time between two beginnings and the period, either way [s].
    """

    ticks: int
    missed: int
    late_wakes: int
    long_ticks: int
    slow_device: int
    timeouts: int
    minor_faults: int
    major_faults: int
    dropped: int
    wake: Distribution
    execution: Distribution
    period_error: Distribution

    @property
    def overruns(self) -> int:
        """Overruns of any cause [-]."""
        return self.late_wakes + self.long_ticks + self.slow_device


def statistics_of(tally: dict[str, Any]) -> Statistics:
    """Name what the compiled part tells."""
    spreads = {}
    for name in ("wake", "execution", "period_error"):
        count, quantiles, largest = tally[name]
        spreads[name] = Distribution(*(count, *quantiles, largest))
    return Statistics(**{**tally, **spreads})
