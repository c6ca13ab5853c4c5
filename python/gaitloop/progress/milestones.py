"""Goals, milestones, streaks of sessions and a score of difficulty: what keeps a person going."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from ..assist import Staircase
from ..errors import ConfigError
from ._fields import moment, number, patient_id
from .dose import FIGURES, Session
from .outcomes import INDEPENDENT, INSTRUMENTS, Outcome

# Speeds that part walking at home, limited and full walking in the community: Perry, J. et al. (1995). Classification
# of walking handicap in the stroke population. Stroke 26, 982-989.
_SPEEDS = ((0.4, "at home only"), (0.8, "with limits in the community"))
# Round numbers to be pleased about; they have no clinical meaning.
_SESSIONS = (1, 10, 25, 50, 100)
_STEPS = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a person and a therapist agreed to reach.

    Attributes
    ----------
    patient : str
        Pseudonym.
    measure : str
        Instrument, or a figure of gait of which more or less is better.
    target : float
        Value to reach [unit of the measure].
    agreed : datetime
        When it was agreed, with a time zone; values from then on count.
    due : datetime or None
        When it should be reached.

    Raises
    ------
    ConfigError
        If a field is outside its range, or `due` lies before `agreed`.
    """

    patient: str
    measure: str
    target: float
    agreed: datetime
    due: datetime | None = None

    def __post_init__(self) -> None:
        patient_id(self.patient)
        direction(self.measure)
        instrument = INSTRUMENTS.get(self.measure)
        value = instrument.read(self.target, "target") if instrument else number("target", self.target, -1e9, 1e9)
        object.__setattr__(self, "target", value)
        object.__setattr__(self, "agreed", moment("agreed", self.agreed))
        if self.due is not None:
            object.__setattr__(self, "due", moment("due", self.due))
            if self.due < self.agreed:
                raise ConfigError(f"due must not lie before agreed, got {self.due} and {self.agreed}")


def direction(measure: str) -> int:
    """Which way of a measure is better.

    Parameters
    ----------
    measure : str
        Instrument or figure of gait.

    Returns
    -------
    int
        1 where more is better, -1 where less is [-].

    Raises
    ------
    ConfigError
        If there is no such measure, or neither way can be called better.
    """
    better = 1 if measure in INSTRUMENTS else FIGURES[measure].better if measure in FIGURES else 0
    if not better:
        known = [*INSTRUMENTS, *(name for name, kind in FIGURES.items() if kind.better)]
        raise ConfigError(f"measure must be one of {', '.join(known)}, got {measure!r:.80}")
    return better


def values_of(
    measure: str, sessions: Iterable[Session] = (), outcomes: Iterable[Outcome] = ()
) -> list[tuple[datetime, float]]:
    """Collect a measure over time; figures that rest on too few steps are left out.

    Parameters
    ----------
    measure : str
        Instrument or figure of gait.
    sessions : iterable of Session
        Sessions of one person.
    outcomes : iterable of Outcome
        Values of instruments of the same person.

    Returns
    -------
    list of tuple
        Time and value [unit of the measure], in order of time.
    """
    if measure in INSTRUMENTS:
        return sorted((o.taken, o.value) for o in outcomes if o.instrument == measure)
    found = ((s.started, s.figure(measure)) for s in sessions)
    return sorted((when, figure.value) for when, figure in found if figure is not None and figure.counts)


@dataclass(frozen=True, slots=True)
class GoalState:
    """How far a goal is.

    Attributes
    ----------
    goal : Goal
        The goal.
    first : float or None
        First value since it was agreed [unit of the measure].
    last : float or None
        Last value [unit of the measure].
    reached : datetime or None
        When it was first reached.
    share : float or None
        How much of the way from `first` to the target the best value has gone [-], 0 to 1.
    """

    goal: Goal
    first: float | None
    last: float | None
    reached: datetime | None
    share: float | None


def follow(goal: Goal, values: Sequence[tuple[datetime, float]]) -> GoalState:
    """Tell how far a goal is.

    Parameters
    ----------
    goal : Goal
        The goal.
    values : sequence of tuple
        Time and value of its measure, as `values_of` gives them [unit of the measure].

    Returns
    -------
    GoalState
        Values before the goal was agreed do not count.
    """
    better = direction(goal.measure)
    since = [(when, value) for when, value in sorted(values) if when >= goal.agreed]
    if not since:
        return GoalState(goal, None, None, None, None)
    first, last = since[0][1], since[-1][1]
    reached = next((when for when, value in since if better * (value - goal.target) >= 0.0), None)
    best = max(better * value for _, value in since)
    way = better * (goal.target - first)
    share = 1.0 if way <= 0.0 else min((best - better * first) / way, 1.0)
    return GoalState(goal, first, last, reached, share)


@dataclass(frozen=True, slots=True, order=True)
class Milestone:
    """Something reached for the first time.

    Attributes
    ----------
    when : datetime
        When it was reached.
    kind : str
        `independence`, `speed`, `sessions` or `steps`.
    what : str
        What was reached, in words.
    """

    when: datetime
    kind: str
    what: str


def milestones(sessions: Iterable[Session], outcomes: Iterable[Outcome]) -> tuple[Milestone, ...]:
    """What a person reached so far.

    Parameters
    ----------
    sessions : iterable of Session
        Sessions of one person.
    outcomes : iterable of Outcome
        Values of instruments of the same person.

    Returns
    -------
    tuple of Milestone
        In order of time. Counts of sessions and steps are round numbers without clinical meaning.
    """
    every = sorted(sessions, key=lambda session: session.started)
    taken = list(outcomes)
    found = [*_levels(values_of("fac", outcomes=taken)), *_speeds(values_of("walk_10m", outcomes=taken))]
    steps = 0
    for count, session in enumerate(every, 1):
        before, steps = steps, steps + session.steps
        if count in _SESSIONS:
            found.append(Milestone(session.started, "sessions", f"{count} session{'s' if count > 1 else ''}"))
        for goal in _STEPS:
            if before < goal <= steps:
                found.append(Milestone(session.started, "steps", f"{goal} steps"))
    return tuple(sorted(found))


def _levels(values: list[tuple[datetime, float]]) -> list[Milestone]:
    """Each FAC level above the best so far; the first value is where the person began."""
    found, best = [], values[0][1] if values else 0.0
    for when, value in values[1:]:
        if value > best:
            words = INSTRUMENTS["fac"].describe(value)
            free = "walks independently, " if best < INDEPENDENT <= value else ""
            found.append(Milestone(when, "independence", f"{free}FAC {words}"))
            best = value
    return found


def _speeds(values: list[tuple[datetime, float]]) -> list[Milestone]:
    found = []
    for speed, words in _SPEEDS:
        if not values or values[0][1] > speed:
            continue
        when = next((at for at, value in values if value > speed), None)
        if when is not None:
            found.append(Milestone(when, "speed", f"faster than {speed:g} m/s, above the range of walking {words}"))
    return found


@dataclass(frozen=True, slots=True)
class Streak:
    """Sessions that followed each other without too long a gap.

    Attributes
    ----------
    current : int
        Sessions of the streak that goes on [-]; 0 where it is broken.
    longest : int
        Sessions of the longest streak [-].
    """

    current: int
    longest: int


def streak(sessions: Iterable[Session], now: datetime, gap_days: float) -> Streak:
    """Count sessions that followed each other.

    Parameters
    ----------
    sessions : iterable of Session
        Sessions of one person.
    now : datetime
        Time as which to count, with a time zone; later sessions are left out.
    gap_days : float
        Longest gap that breaks no streak [days], 0.5 to 60; the plan of the therapy says.

    Returns
    -------
    Streak
        Lengths.

    Raises
    ------
    ConfigError
        If `now` has no time zone or `gap_days` is outside its range.
    """
    gap = timedelta(days=number("gap_days", gap_days, 0.5, 60.0, "days"))
    at = moment("now", now)
    times = sorted(session.started for session in sessions if session.started <= at)
    if not times:
        return Streak(0, 0)
    run = longest = 1
    for before, after in pairwise(times):
        run = run + 1 if after - before <= gap else 1
        longest = max(longest, run)
    return Streak(run if at - times[-1] <= gap else 0, longest)


class DifficultyScore:
    """A score that rises with success and falls with failure, so that it settles where both are as often as wanted.

    Parameters
    ----------
    target : float
        Success rate to hold [-], 0.5 to 0.95.
    step : float
        Step of a failure [-], 0.001 to 0.2.
    initial : float
        Difficulty at the start [-], 0 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> score = DifficultyScore(target=0.75, step=0.06, initial=0.5)
    >>> score.update(True), score.update(True), score.update(False)
    (52, 54, 48)
    """

    __slots__ = ("_law",)

    def __init__(self, *, target: float, step: float, initial: float) -> None:
        self._law = Staircase(target=target, step=step, floor=0.0, ceiling=1.0, initial=initial)

    def update(self, success: bool | None) -> int:
        """Take a trial.

        Parameters
        ----------
        success : bool or None
            Whether it succeeded; None when it does not count.

        Returns
        -------
        int
            Score of the next [-], 0 to 100.
        """
        self._law.update(success)
        return self.score

    @property
    def score(self) -> int:
        """Difficulty in hundredths [-], 0 to 100."""
        return round(100.0 * self._law.level)

    @property
    def rate(self) -> float | None:
        """Share of trials that succeeded [-]; None before the first."""
        return self._law.rate if self._law.trials else None
