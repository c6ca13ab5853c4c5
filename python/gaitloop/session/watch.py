"""The rules of a programme, told what is seen."""

from __future__ import annotations

from .helm import Seen
from .programme import Rules, Stage

#: A heart rate that was known counts as lost after so long without one [s].
LOST_TIME = 10.0


class Watch:
    """Stop rules and challenge rules.

    Parameters
    ----------
    rules : Rules
        The rules.

    Attributes
    ----------
    raises : int
        How often the challenge rose [-].
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._above = 0.0
        self._unknown: float | None = None
        self._stops: dict[str, int] = {}
        self._steps = 0
        self.raises = 0

    def high(self, seen: Seen) -> bool:
        """Whether the heart rate is above its limit now.

        Parameters
        ----------
        seen : Seen
            The machine as it is.

        Returns
        -------
        bool
            False too where none is measured or there is no limit.
        """
        most = self._rules.heart_rate_max
        return most is not None and seen.heart_rate is not None and seen.heart_rate > most

    def alarm(self, seen: Seen, dt: float, *, walks: bool = True) -> str:
        """Why the session pauses by itself now.

        The heart rate was above its limit for so long that it counts, or one that has a limit was known and is lost.

        Parameters
        ----------
        seen : Seen
            The machine as it is.
        dt : float
            Time since the last look [s].
        walks : bool
            Whether there is anything to pause; a loss waits until there is.

        Returns
        -------
        str
            `heart_rate`, `heart_rate_lost`, or empty; a loss is told once.
        """
        high = self.high(seen)
        self._above = self._above + dt if high else 0.0
        if high and self._above >= self._rules.heart_rate_time:
            return "heart_rate"
        if seen.heart_rate is not None:
            self._unknown = 0.0
        elif self._unknown is not None:
            self._unknown += dt
            if self._unknown >= LOST_TIME and walks:
                self._unknown = None
                return "heart_rate_lost" if self._rules.heart_rate_max is not None else ""
        return ""

    def enough(self, cause: str) -> bool:
        """Count a stop of the guard.

        Parameters
        ----------
        cause : str
            Its cause.

        Returns
        -------
        bool
            Whether there were as many of its kind as end a session.
        """
        kind = "spasm" if cause == "clonus" else cause
        self._stops[kind] = self._stops.get(kind, 0) + 1
        most = {"pain": self._rules.pain_stops_max, "spasm": self._rules.spasm_stops_max}.get(kind)
        return most is not None and self._stops[kind] >= most

    def challenge(self, steps: int) -> bool:
        """Count steps.

        Parameters
        ----------
        steps : int
            Steps since the last look [-].

        Returns
        -------
        bool
            Whether the challenge rises now.
        """
        if self._rules.challenge_steps is None:
            return False
        self._steps += steps
        if self._steps < self._rules.challenge_steps:
            return False
        self._steps -= self._rules.challenge_steps
        self.raises += 1
        return True

    def raised(self, stage: Stage) -> tuple[float, float]:
        """Speed and support of a stage, as far as the challenge has risen.

        Parameters
        ----------
        stage : Stage
            The stage.

        Returns
        -------
        speed : float
            Belt speed [m/s].
        support : float
            Share of the body weight carried [-].
        """
        rules = self._rules
        if stage.kind != "walk" or not self.raises:
            return stage.speed, stage.support
        less = round(stage.support - self.raises * rules.challenge_support, 9)
        support = max(less, min(rules.support_min, stage.support))
        speed = stage.speed
        if rules.speed_max is not None:
            faster = round(stage.speed + self.raises * rules.challenge_speed, 9)
            speed = max(stage.speed, min(faster, rules.speed_max))
        return speed, support
