"""What this machine can do."""

from __future__ import annotations

from typing import NamedTuple

from gaitloop import _core

from ._privileges import Privilege, Privileges, privileges_of
from ._statistics import Statistics, statistics_of


class Measurement(NamedTuple):
    """How a thread woke.

    Attributes
    ----------
    statistics : Statistics
        What was counted and measured.
    privileges : tuple of Privilege
        What was asked of the system, and what became of it.
    """

    statistics: Statistics
    privileges: tuple[Privilege, ...]


def measure_wakeups(
    rate: float = 1000.0, seconds: float = 2.0, *, spin: float = 0.0, privileges: Privileges | None = None
) -> Measurement:
    """Wake on a grid, in a thread that does nothing else, and tell how late.

    Parameters
    ----------
    rate : float
        Ticks a second [1/s], 10 to 5000.
    seconds : float
        Time to measure [s], 0.01 to 86400.
    spin : float
        Last part of each wait that is spun instead of slept [s], 0 to 0.1.
    privileges : Privileges, optional
        What is asked of the system; by default everything but processors to stay on.

    Returns
    -------
    Measurement
        Statistics, and what became of the privileges.

    Raises
    ------
    ConfigError
        If a number is outside its range.
    """
    asked = Privileges() if privileges is None else privileges
    tally, told = _core.measure_wakeups(rate, seconds, spin, asked.compiled())
    return Measurement(statistics_of(tally), privileges_of(told))


def probe_privileges(privileges: Privileges | None = None) -> tuple[Privilege, ...]:
    """Ask the system for privileges on a thread of its own, and give them back.

    Parameters
    ----------
    privileges : Privileges, optional
        What is asked for; by default everything but processors to stay on.

    Returns
    -------
    tuple of Privilege
        What became of each.
    """
    return privileges_of(_core.probe_privileges((Privileges() if privileges is None else privileges).compiled()))
