"""What was learned of how much help a person needs, kept over a pause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .helm import Seen, Setting

#: Help on top of what was learned with which a person walks on [-]; our choice.
MARGIN = 0.1
#: Step in which help comes back to it [-], and time from one to the next [s]: 2.5 % a second, an eighth of what
#: a trainer may change it by; our choice.
STEP, STEP_TIME = 0.05, 2.0


class Learned:
    """Brings help back, after a pause, to about what it was before.

    While a person is set in motion again help is full, and the law that learns follows it, so it would have to learn
    anew. A ceiling that comes down in small steps takes it back to the most that any part of the gait needed before,
    and a margin; it is the stage's own again once it is there, or as soon as another stage asks for another.
    """

    def __init__(self) -> None:
        self._level: float | None = None
        self._since: float | None = None

    def turn(self, before: str, after: str, seen: Seen) -> None:
        """Follow the status of a session.

        Parameters
        ----------
        before, after : str
            The status that was and the one that comes, each one of `conductor.STATUSES`.
        seen : Seen
            The machine as it is.
        """
        if before == "walking" and after != "walking" and self._since is None:
            self._level = seen.help
        if after != "walking":
            self._since = None
        elif before == "resuming" and self._level is not None:
            self._since = seen.t

    def cap(self, wanted: Setting, seen: Seen) -> Setting:
        """Narrow what a stage is walked with, as long as help comes back.

        Parameters
        ----------
        wanted : Setting
            What the stage asks for.
        seen : Seen
            The machine as it is.

        Returns
        -------
        Setting
            The same with a ceiling between its floor and its own.
        """
        if self._since is None or self._level is None:
            return wanted
        steps = 1 + int((seen.t - self._since) / STEP_TIME)
        goal = max(wanted.floor, self._level + MARGIN)
        ceiling = max(goal, 1.0 - STEP * steps)
        if ceiling >= wanted.ceiling or (ceiling <= goal and seen.help <= goal):
            self._since = None if ceiling <= goal else self._since
            return wanted
        return replace(wanted, ceiling=ceiling)
