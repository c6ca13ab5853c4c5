"""From what a session wants now to what may be asked of the trainer now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .incline import Tilt

#: Time after a law was asked for in which its change may not show yet [s].
_UNSEEN = 0.3
#: Slowest reference of which the trainer takes any [m/s].
_SLOWEST = 0.14


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a session sees of its machine, every few ticks.

    Attributes
    ----------
    t : float
        Time of the newest tick [s].
    state : str
        State of the supervisor.
    cause : str
        Why it is in this state, where that is a stop.
    belt : float
        Measured belt speed [m/s].
    belt_command : float
        Belt speed of the newest command [m/s].
    support_command : float
        Body-weight support of the newest command [N].
    engagement : float
        How far the soft start is, 0 to 1 [-].
    change : float
        How far a change of law is, 0 where there is none [-].
    phase : tuple of float, shape (2,)
        Phase of each side [-].
    rate : tuple of float, shape (2,)
        Strides a second of each side [1/s].
    help : float
        Most support in use of any sagittal subtask [-], 0 to 1.
    steps : int
        Steps of both feet since the last look [-].
    heart_rate : float or None
        Heart rate, where one was measured [1/min].
    incline : float
        Inclination of the belt [rad], positive uphill.
    """

    t: float
    state: str
    cause: str = "none"
    belt: float = 0.0
    belt_command: float = 0.0
    support_command: float = 0.0
    engagement: float = 0.0
    change: float = 0.0
    phase: tuple[float, float] = (0.0, 0.5)
    rate: tuple[float, float] = (0.0, 0.0)
    help: float = 1.0
    steps: int = 0
    heart_rate: float | None = None
    incline: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Everything of a machine that a session sets.

    Attributes
    ----------
    speed : float
        Belt speed [m/s].
    support_force : float
        Body-weight support [N].
    law : str
        One of `asks.LAWS`.
    pattern : float
        Speed that the reference belongs to [m/s].
    floor : float
        Least assistance [-].
    ceiling : float
        Largest assistance [-].
    incline : float or None
        Inclination of the belt [rad], positive uphill; None holds it as it is.
    """

    speed: float
    support_force: float
    law: str
    pattern: float
    floor: float
    ceiling: float
    incline: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request.

    Attributes
    ----------
    what : str
        One of `asks.ASKED`.
    before : object
        What was asked before.
    after : object
        What is asked now.
    """

    what: str
    before: Any
    after: Any


def _control(law: str, speed: float, incline: float) -> dict[str, Any]:
    """Law and reference as they are asked for; on the level as where no belt tilts."""
    return {"law": law, "speed": speed, **({"incline": incline} if incline else {})}


class Helm:
    """Asks in an order that the trainer takes: a reference never slower than its belt, one change of law at a time.

    Parameters
    ----------
    start : Setting
        What the trainer was built with; its floor and ceiling are those of its law.

    Attributes
    ----------
    asked : Setting
        What was asked for last.
    """

    def __init__(self, start: Setting) -> None:
        self.asked = start
        self._own, self._tilt = (start.floor, start.ceiling), Tilt()
        self._slower: float | None = None
        self._unseen = -1.0

    def steer(self, wanted: Setting, seen: Seen) -> Iterator[Ask]:
        """Give what can be asked now; what cannot is asked later.

        Parameters
        ----------
        wanted : Setting
            What is wanted.
        seen : Seen
            The machine as it is.

        Yields
        ------
        Ask
            One request after the other; whoever takes it makes it before the next one.
        """
        yield from self._assistance(wanted)
        if wanted.support_force != self.asked.support_force:
            before = self.asked.support_force
            self.asked = replace(self.asked, support_force=wanted.support_force)
            yield Ask("support_force", before, wanted.support_force)
        tilt = self._tilt
        yield from tilt.steer(wanted.incline, seen, Ask)
        slope = tilt.reference(wanted.incline, seen)
        changing = seen.change > 0.0 or seen.t < self._unseen
        if not changing:
            self._slower = None
        pending = (wanted.law, wanted.pattern, slope) != (self.asked.law, self.asked.pattern, tilt.slope)
        if pending and not changing and wanted.pattern >= max(self.asked.speed, seen.belt_command, _SLOWEST):
            old = _control(self.asked.law, self.asked.pattern, tilt.slope)
            self._slower, self._unseen, pending = self.asked.pattern, seen.t + _UNSEEN, False
            self.asked, tilt.slope = replace(self.asked, law=wanted.law, pattern=wanted.pattern), slope
            yield Ask("control", old, _control(wanted.law, wanted.pattern, slope))
        bounds = [self.asked.pattern, *([wanted.pattern] if pending else [])]
        speed = min(wanted.speed, *bounds, wanted.speed if self._slower is None else self._slower)
        if speed != self.asked.speed:
            slower, self.asked = self.asked.speed, replace(self.asked, speed=speed)
            yield Ask("speed", slower, speed)

    def refused(self, ask: Ask) -> None:
        """Take a request back that the trainer refused; it is made again at the next look.

        Parameters
        ----------
        ask : Ask
            The request.
        """
        if ask.what == "control":
            self.asked = replace(self.asked, law=ask.before["law"], pattern=ask.before["speed"])
            self._tilt.slope = ask.before.get("incline", 0.0)
        elif ask.what == "incline":
            self._tilt.asked = ask.before
        elif ask.what in ("speed", "support_force"):
            self.asked = replace(self.asked, **{ask.what: ask.before})

    def _assistance(self, wanted: Setting) -> Iterator[Ask]:
        before, after = (self.asked.floor, self.asked.ceiling), (wanted.floor, wanted.ceiling)
        if before == after:
            return
        self.asked = replace(self.asked, floor=wanted.floor, ceiling=wanted.ceiling)
        if before != self._own:  # floor and ceiling may not cross on the way
            yield Ask("assistance_release", None, None)
        if after != self._own:
            yield Ask("assistance_ceiling", before[1], after[1])
            yield Ask("assistance_floor", before[0], after[0])
