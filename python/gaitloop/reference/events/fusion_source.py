"""Section 4.7: how far one source of events is trusted on one foot."""

from __future__ import annotations

from dataclasses import dataclass

_RATE = 0.2
_LOST, _REGAINED = 0.5, 0.75
_QUIET = 3


@dataclass
class Source:
    """A source of events and its record.

    Attributes
    ----------
    weight : float
        Weight that it was given [-].
    record : float
        Share of the last events that others confirmed [-], 0 to 1.
    trusted : bool
        Whether the record is good enough.
    quiet : int
        Events of others since its last one [-].
    last : tuple of int, optional
        Kind [-] and time [ns] of its last event.
    """

    weight: float
    record: float = 1.0
    trusted: bool = True
    quiet: int = 0
    last: tuple[int, int] | None = None

    @property
    def votes(self) -> bool:
        """Whether it has a vote."""
        return self.trusted and self.quiet < _QUIET

    @property
    def worth(self) -> float:
        """Weight of its vote [-]."""
        return self.weight * max(0.05, min(1.0, self.record / _REGAINED))

    def judge(self, right: bool) -> None:
        """Add one event to the record.

        Parameters
        ----------
        right : bool
            Whether the source and the vote agreed.
        """
        self.record += _RATE * (float(right) - self.record)
        if self.record < _LOST:
            self.trusted = False
        elif self.record > _REGAINED:
            self.trusted = True
