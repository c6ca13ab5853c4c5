"""A person's weeks in one value: what a report and the command line show of a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import ConfigError
from .dose import Dose, Session, dose
from .milestones import GoalState, Milestone, follow, milestones, values_of
from .monitor import WATCHED, Advice, Monitor
from .outcomes import INSTRUMENTS, AdverseEvent, DropOut, Outcome
from .store import Store
from .trends import VERDICTS, Trend, outcome_trend, overview

#: Values of an instrument, and days between the first and the last of them, that a plateau takes. Assumptions: nobody
#: has published when people after a stroke are on one.
PLATEAU_VALUES, PLATEAU_DAYS = 3, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the monitor of setbacks said.

    Attributes
    ----------
    run_length : float
        Mean number of sessions between false alarms [sessions].
    advice : tuple of Advice
        Its hints.
    expected : float
        Hints to be expected if nothing had changed [-].
    judged : int
        Sessions in which at least one figure was judged [-].
    missing : tuple of str
        Watched figures that never counted.
    baseline : int
        Sessions before it begins to judge [-].
    """

    run_length: float
    advice: tuple[Advice, ...]
    expected: float
    judged: int
    missing: tuple[str, ...]
    baseline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A person's weeks.

    Attributes
    ----------
    patient : str
        Pseudonym.
    sessions : tuple of Session
        Sessions in order of time.
    outcomes : tuple of Outcome
        Values of instruments in order of time.
    adverse_events : tuple of AdverseEvent
        Adverse events in order of time.
    dropout : DropOut or None
        That the person left.
    dose : Dose
        All sessions together.
    trends : tuple of Trend
        Independence first.
    goals : tuple of GoalState
        How far each goal is.
    milestones : tuple of Milestone
        What was reached, in order of time.
    watch : Watch
        The monitor of setbacks.
    plateau : datetime or None
        Since when no instrument has changed by an amount that counts.
    """

    patient: str
    sessions: tuple[Session, ...]
    outcomes: tuple[Outcome, ...]
    adverse_events: tuple[AdverseEvent, ...]
    dropout: DropOut | None
    dose: Dose
    trends: tuple[Trend, ...]
    goals: tuple[GoalState, ...]
    milestones: tuple[Milestone, ...]
    watch: Watch
    plateau: datetime | None

    @property
    def begin(self) -> datetime | None:
        """First session or value."""
        return min([*(s.started for s in self.sessions), *(o.taken for o in self.outcomes)], default=None)

    @property
    def end(self) -> datetime | None:
        """Last session or value."""
        return max([*(s.started for s in self.sessions), *(o.taken for o in self.outcomes)], default=None)

    def trend(self, measure: str) -> Trend | None:
        """Give a trend.

        Parameters
        ----------
        measure : str
            Instrument or figure of gait.

        Returns
        -------
        Trend or None
            None where there are too few values.
        """
        return next((trend for trend in self.trends if trend.measure == measure), None)


def course_of(store: Store, patient: str, *, run_length: float = 60.0) -> Course:
    """Gather a person's weeks from a store.

    Parameters
    ----------
    store : Store
        The store.
    patient : str
        Pseudonym.
    run_length : float
        Mean number of sessions between false alarms of the monitor [sessions], 20 to 1000.

    Returns
    -------
    Course
        The weeks.

    Raises
    ------
    ConfigError
        If the person is not in the store or `run_length` is outside its range.
    """
    sessions, outcomes = store.sessions(patient), store.outcomes(patient)
    values = {goal.measure: values_of(goal.measure, sessions, outcomes) for goal in store.goals(patient)}
    return Course(
        patient=patient,
        sessions=sessions,
        outcomes=outcomes,
        adverse_events=store.adverse_events(patient),
        dropout=store.dropout(patient),
        dose=dose(sessions),
        trends=overview(sessions, outcomes),
        goals=tuple(follow(goal, values[goal.measure]) for goal in store.goals(patient)),
        milestones=milestones(sessions, outcomes),
        watch=watch(sessions, run_length),
        plateau=plateau_since(outcomes),
    )


def watch(sessions: Sequence[Session], run_length: float, baseline: int = 8) -> Watch:
    """Run the monitor of setbacks over sessions; with another device it begins anew.

    Parameters
    ----------
    sessions : sequence of Session
        Sessions of one person in order of time.
    run_length : float
        Mean number of sessions between false alarms [sessions], 20 to 1000.
    baseline : int
        Sessions before it begins to judge [-], 2 to 100.

    Returns
    -------
    Watch
        What it said.

    Raises
    ------
    ConfigError
        If a parameter is outside its range or the sessions are out of order.
    """
    monitor, device = Monitor(run_length=run_length, baseline=baseline), sessions[0].device if sessions else ""
    advice: list[Advice] = []
    expected, judged, never = 0.0, 0, set(WATCHED)
    for session in sessions:
        if session.device != device:
            expected, device = expected + monitor.expected_false_alarms, session.device
            monitor = Monitor(run_length=run_length, baseline=baseline)
        before = monitor.expected_false_alarms
        advice += monitor.step(session)
        judged += monitor.expected_false_alarms > before
        never &= set(monitor.skipped(session))
    return Watch(
        run_length=run_length,
        advice=tuple(advice),
        expected=expected + monitor.expected_false_alarms,
        judged=judged,
        missing=tuple(name for name in WATCHED if name in never),
        baseline=baseline,
    )


def plateau_since(outcomes: Sequence[Outcome]) -> datetime | None:
    """Since when no instrument has changed by an amount that counts.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Values of one person.

    Returns
    -------
    datetime or None
        Time of the earliest of the last three comparable values, where over at least 14 days no instrument with that
        many went up or down by an amount that counts; None where one did, or none has as many. How many, and how long,
        are assumptions of ours.
    """
    begins = []
    for instrument in INSTRUMENTS:
        whole = outcome_trend(instrument, outcomes)
        if whole is None or len(whole.values) < PLATEAU_VALUES:
            continue
        begin, end = whole.values[-PLATEAU_VALUES][0], whole.values[-1][0]
        if end - begin < timedelta(days=PLATEAU_DAYS):
            continue
        late = outcome_trend(instrument, [o for o in outcomes if o.taken >= begin or o.instrument != instrument])
        if late is None or late.verdict != VERDICTS[1]:
            return None
        begins.append(begin)
    return min(begins, default=None)


def in_store(course: Course, fingerprint: str, name: str) -> Session:
    """Find the session that a record belongs to, so that nobody's cycles are shown as somebody else's.

    Parameters
    ----------
    course : Course
        The weeks.
    fingerprint : str
        SHA-256 of the record.
    name : str
        What to call the record in an error.

    Returns
    -------
    Session
        The session.

    Raises
    ------
    ConfigError
        If the person has no session of this record.
    """
    found = next((session for session in course.sessions if session.record == fingerprint), None)
    if found is None:
        raise ConfigError(f"record must belong to a session of this patient in the store, got {name}; add it first")
    return found
