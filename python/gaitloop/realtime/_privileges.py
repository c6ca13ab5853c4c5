"""What a thread that must wake in time wants of the system, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

Told = Sequence[tuple[str, str, str | None, str]]


class RealTimeWarning(RuntimeWarning):
    """A privilege that the system refused; the loop runs without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privileges:
    """What is asked of the system, each by itself; what is refused is reported and done without.

    Parameters
    ----------
    priority : int, optional
        Priority of `SCHED_FIFO` [-], 1 to 99; None does not ask.
    lock_memory : bool
        Keep the memory of the process from being paged.
    cpus : sequence of int
        Processors to stay on [-], 0 to 1023; none means any.
    shallow_sleep : bool
        Keep processors from sleeps that they leave slowly (`/dev/cpu_dma_latency`).
    """

    priority: int | None = 80
    lock_memory: bool = True
    cpus: Sequence[int] = ()
    shallow_sleep: bool = True

    @classmethod
    def nothing(cls) -> Privileges:
        """Ask for nothing.

        Returns
        -------
        Privileges
            None of them.
        """
        return cls(priority=None, lock_memory=False, shallow_sleep=False)

    def compiled(self) -> tuple[int | None, bool, list[int], bool]:
        """Give them in the form of the compiled loop.

        Returns
        -------
        tuple
            Priority, locked memory, processors, shallow sleep.
        """
        return self.priority, self.lock_memory, list(self.cpus), self.shallow_sleep


class Privilege(NamedTuple):
    """A privilege and what became of it.

    Attributes
    ----------
    name : str
        `real_time_priority`, `locked_memory`, `affinity` or `shallow_sleep`.
    outcome : str
        `got`, `refused` or `not asked`.
    error : str or None
        The system's words where it refused.
    remedy : str
        What to do where it is refused.
    """

    name: str
    outcome: str
    error: str | None
    remedy: str


def privileges_of(told: Told) -> tuple[Privilege, ...]:
    """Name what the compiled part tells."""
    return tuple(Privilege(*row) for row in told)
