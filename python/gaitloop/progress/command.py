"""`gaitloop progress`: sessions and assessments into a store, and what became of a person out of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from .._files import spare
from ..errors import ConfigError, RecordingError
from . import incidents
from ._fields import in_words, new_patient_id, patient_id
from .course import Course, course_of
from .course_report import headline
from .dose import FIGURES, ZONES
from .gait import read_session
from .milestones import Goal
from .outcomes import AIDS, INSTRUMENTS, Outcome, walk_speed
from .store import Store

_RUN_LENGTH = 60.0
#: Digits of the time at which a record began, in nanoseconds since 1970: it lies before 2287.
_LONGEST_ANCHOR = 19


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the command.
    """
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    add = actions.add_parser("add", help="read a session from its record into the store, which is made where absent")
    add.add_argument("record", type=Path, metavar="FILE.mcap", help="session record")
    _person(add, _add, "pseudonym, or new for a fresh one, which is printed")
    add.add_argument("--started", metavar="TIME", help="when it began, where the record has no wall clock")
    add.add_argument("--rest", type=float, metavar="RATE", help="heart rate at rest [1/min], for minutes in zones")
    add.add_argument("--max-rate", type=float, metavar="RATE", help="largest heart rate [1/min], for minutes in zones")

    assess = actions.add_parser("assess", help="enter a value of an instrument")
    _person(assess, _assess, "pseudonym, or new for a fresh one, which is printed")
    assess.add_argument("--instrument", required=True, metavar="NAME", help=f"one of {', '.join(INSTRUMENTS)}")
    assess.add_argument("--value", type=float, help="the value, in the instrument's unit")
    assess.add_argument("--time", type=float, metavar="SECONDS", help="for walk_10m: time over the timed part, instead")
    assess.add_argument("--distance", type=float, metavar="METRES", help="for walk_10m: its length [m] (10)")
    assess.add_argument(
        "--date", required=True, metavar="TIME", help="when it was taken: 2026-03-02 or 2026-03-02T09:00"
    )
    assess.add_argument("--assessor", required=True, metavar="CODE", help="code of who took it; no name")
    assess.add_argument("--device", default="none", help="device worn during the test (none)")
    assess.add_argument("--aid", default="none", help=f"aid in use, one of {', '.join(AIDS)} (none)")

    for action in (add, assess):
        action.add_argument("--new", action="store_true", help="take this pseudonym into the store first")
    _further_arguments(actions)


def _further_arguments(actions: Any) -> None:
    event = actions.add_parser("event", help="enter an adverse event")
    _person(event, incidents.event, "pseudonym")
    incidents.event_arguments(event)
    left = actions.add_parser("dropout", help="enter that a person left, and why")
    _person(left, incidents.dropout, "pseudonym")
    incidents.dropout_arguments(left)

    for name, run, text in _LISTS:
        _person(actions.add_parser(name, help=text), run, "pseudonym")
    alerts = actions.add_parser("alerts", help="hints of a setback, and how many to expect by chance")
    _person(alerts, _alerts, "pseudonym")
    text = f"mean number of sessions between false hints, 20 to 1000 ({_RUN_LENGTH:g})"
    alerts.add_argument("--run-length", type=float, default=_RUN_LENGTH, metavar="SESSIONS", help=text)

    goals = actions.add_parser("goals", help="how far each goal is; with --measure and --target, agree on another")
    _person(goals, _goals, "pseudonym")
    goals.add_argument("--measure", metavar="NAME", help="instrument or figure of gait")
    goals.add_argument("--target", type=float, metavar="VALUE", help="value to reach, in the unit of the measure (SI)")
    goals.add_argument("--agreed", metavar="TIME", help="when it was agreed; values from then on count (now)")
    goals.add_argument("--due", metavar="TIME", help="when it should be reached")


def _person(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int], patient: str) -> None:
    parser.add_argument("--store", type=Path, required=True, metavar="FILE", help="store of progress")
    parser.add_argument("--patient", required=True, metavar="ID", help=patient)
    parser.set_defaults(action=run)


def command(arguments: argparse.Namespace) -> int:
    """Do what was asked for.

    Parameters
    ----------
    arguments : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    int
        Exit code [-].
    """
    run: Callable[[argparse.Namespace], int] = arguments.action
    return run(arguments)


def time_of(name: str, value: str) -> datetime:
    """Read a time as people write it.

    Parameters
    ----------
    name : str
        What to call it in an error.
    value : str
        Date, or date and time, by ISO 8601; a time without a zone is local time.

    Returns
    -------
    datetime
        The time; of a date alone midnight in UTC, in which all times are kept and shown, so that it stays that date.

    Raises
    ------
    ConfigError
        If it is none.
    """
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(value), time(tzinfo=UTC))
    try:
        given = datetime.fromisoformat(value)
        return given if given.tzinfo is not None else given.astimezone()
    except (ValueError, OverflowError, OSError):
        raise ConfigError(
            f"{name} must be a time such as 2026-03-02, 2026-03-02T09:00 or 2026-03-02T09:00+01:00, got {value!r:.80}"
        ) from None


def open_store(path: Path, *, made: bool = False) -> Store:
    """Open a store; only what writes to one may make it.

    Parameters
    ----------
    path : Path
        The file.
    made : bool
        Whether it is made where there is none.

    Returns
    -------
    Store
        The store, to be closed.

    Raises
    ------
    ConfigError
        If there is none, or no folder to make it in.
    """
    if not path.parent.is_dir():
        raise ConfigError(f"--store must be in a folder that exists, got {path}")
    if not made and not path.exists():
        raise ConfigError(
            f"--store must be a store that exists, got {path}; `gaitloop progress add` makes one for a new person"
        )
    return Store(path)


def load(path: Path, patient: str, run_length: float = _RUN_LENGTH) -> Course:
    """Read a person's weeks from a store.

    Parameters
    ----------
    path : Path
        The store.
    patient : str
        Pseudonym.
    run_length : float
        Mean number of sessions between false alarms [sessions].

    Returns
    -------
    Course
        The weeks.
    """
    patient_id(patient)
    with closing(open_store(path)) as store:
        return course_of(store, patient, run_length=run_length)


def _chosen(given: str) -> str:
    return new_patient_id() if given == "new" else patient_id(given)


def _is_new(arguments: argparse.Namespace) -> bool:
    return bool(arguments.patient == "new" or arguments.new)


def _known(store: Store, arguments: argparse.Namespace, chosen: str) -> str:
    if _is_new(arguments):
        store.add_patient(chosen)
        return f"new patient {chosen}: "
    if chosen not in store.patients():
        raise ConfigError(f"--patient must be in the store, got {chosen}; with --new it is taken in")
    return ""


def _same_person(record: Path, metadata: Mapping[str, str], chosen: str) -> None:
    try:
        told = json.loads(metadata.get("programme", "{}")).get("patient")
    except (ValueError, AttributeError):
        told = None
    if told is not None and told != chosen:
        raise ConfigError(f"--patient must be the person of {record}, {told!s:.40}, got {chosen}")


def _anchored(record: Path, anchor: str) -> datetime:
    if len(anchor) > _LONGEST_ANCHOR or not (anchor.isascii() and anchor.isdecimal()):
        most = 10**_LONGEST_ANCHOR - 1
        what = f"wall_clock_anchor_ns must be a whole number in [0, {most}], got {anchor!r:.40}"
        raise RecordingError(f"{record}: {what}; give --started")
    if not int(anchor):
        raise ConfigError("--started must be given: the record has no wall clock, as of a simulated session")
    return datetime.fromtimestamp(int(anchor) // 10**9, UTC)


def _add(arguments: argparse.Namespace) -> int:
    from ..session.reader import Reader

    chosen = _chosen(arguments.patient)
    metadata = Reader(arguments.record).metadata
    _same_person(arguments.record, metadata, chosen)
    if arguments.started is not None:
        started = time_of("--started", arguments.started)
    else:
        started = _anchored(arguments.record, metadata.get("wall_clock_anchor_ns", "0"))
    session = read_session(
        arguments.record, patient=chosen, started=started, rest=arguments.rest, max_rate=arguments.max_rate
    )
    if (arguments.rest is None) != (arguments.max_rate is None):
        raise ConfigError("--rest and --max-rate must be given together, got one of them")
    with closing(open_store(arguments.store, made=_is_new(arguments))) as store:
        who = _known(store, arguments, chosen)
        number = store.add_session(session)
    counts = sum(figure.counts for figure in session.figures.values())
    print(
        f"{who}session {number} of {in_words(session.started)}: {session.steps} steps, "
        f"{session.active_steps:.0f} active, {counts} of {len(session.figures)} figures count; {arguments.store}"
    )
    return 0


def _assess(arguments: argparse.Namespace) -> int:
    chosen = _chosen(arguments.patient)
    outcome = Outcome(
        patient=chosen,
        instrument=arguments.instrument,
        value=_value(arguments),
        taken=time_of("--date", arguments.date),
        assessor=arguments.assessor,
        device=arguments.device,
        aid=arguments.aid,
    )
    with closing(open_store(arguments.store, made=_is_new(arguments))) as store:
        who = _known(store, arguments, chosen)
        store.add_outcome(outcome)
    kind = INSTRUMENTS[outcome.instrument]
    print(f"{who}{kind.name} of {in_words(outcome.taken)}: {kind.describe(outcome.value)}; {arguments.store}")
    return 0


def _value(arguments: argparse.Namespace) -> float:
    timed = arguments.time is not None or arguments.distance is not None
    if arguments.value is not None:
        if timed:
            raise ConfigError("--value must not be given together with --time or --distance")
        return float(arguments.value)
    if arguments.time is None:
        raise ConfigError("--value must be given, or for walk_10m --time")
    if arguments.instrument != "walk_10m":
        raise ConfigError(f"--time must go with walk_10m, got {arguments.instrument!r:.80}; give --value")
    return walk_speed(arguments.time, 10.0 if arguments.distance is None else arguments.distance)


def _show(arguments: argparse.Namespace) -> int:
    course = load(arguments.store, arguments.patient)
    for trend in course.trends:
        print(trend.text)
    for milestone in course.milestones:
        print(f"{milestone.when:%Y-%m-%d}: {milestone.what}")
    for event in course.adverse_events:
        print(f"{event.happened:%Y-%m-%d}: adverse event, {event.severity}: {event.what}")
    print(f"{_counts(course)}. {' '.join(headline(course))}")
    return 0


def _counts(course: Course) -> str:
    return f"{len(course.sessions)} sessions, {len(course.outcomes)} assessments"


def _dose(arguments: argparse.Namespace) -> int:
    course = load(arguments.store, arguments.patient)
    print("number,started,device,minutes,walking_minutes,steps,active_steps,distance_m")
    for number, session in enumerate(course.sessions, 1):
        walking = "" if session.walking is None else f"{session.walking / 60:.1f}"
        distance = "" if session.distance is None else f"{session.distance:.0f}"
        minutes = f"{session.duration / 60:.1f}"
        row = (number, f"{session.started:%Y-%m-%dT%H:%MZ}", session.device.replace(",", " "), minutes, walking)
        print(",".join(map(str, (*row, session.steps, f"{session.active_steps:.0f}", distance))))
    total = course.dose
    zones = ", ".join(f"{name.replace('_', ' ')} {total.zone_minutes[name]:.0f}" for name in ZONES)
    pulse = f"; minutes by heart rate: {zones}" if total.without_heart_rate < total.sessions else ""
    print(
        f"{total.sessions} sessions, {total.minutes:.0f} min, {total.walking_minutes:.0f} min walked, {total.steps} "
        f"steps, {total.active_steps:.0f} active, {total.distance:.0f} m{pulse}"
    )
    return 0


def _alerts(arguments: argparse.Namespace) -> int:
    course = load(arguments.store, arguments.patient, arguments.run_length)
    for advice in course.watch.advice:
        print(f"{advice.when:%Y-%m-%d}: {advice.text}")
    missing = f"; never counted: {', '.join(course.watch.missing)}" if course.watch.missing else ""
    print(
        f"{len(course.watch.advice)} hints in {course.watch.judged} sessions judged, {course.watch.expected:.1f} "
        f"expected by chance{missing}"
    )
    return 0


def _goals(arguments: argparse.Namespace) -> int:
    patient = patient_id(arguments.patient)
    if (arguments.measure is None) != (arguments.target is None):
        raise ConfigError("--measure and --target must be given together, got one of them")
    if arguments.measure is not None:
        goal = Goal(
            patient=patient,
            measure=arguments.measure,
            target=arguments.target,
            agreed=datetime.now(UTC) if arguments.agreed is None else time_of("--agreed", arguments.agreed),
            due=None if arguments.due is None else time_of("--due", arguments.due),
        )
        with closing(open_store(arguments.store)) as store:
            store.add_goal(goal)
    elif arguments.agreed is not None or arguments.due is not None:
        raise ConfigError("--agreed and --due must go with --measure and --target")
    course = load(arguments.store, patient)
    for state in course.goals:
        measure = state.goal.measure
        shown = INSTRUMENTS[measure].describe if measure in INSTRUMENTS else FIGURES[measure].describe
        last = "no value yet" if state.last is None else f"now {shown(state.last)}"
        way = "" if state.share is None else f", {100 * max(state.share, 0.0):.0f} % of the way"
        way = f", reached on {state.reached:%Y-%m-%d}" if state.reached is not None else way
        print(f"{measure} {shown(state.goal.target)}: {last}{way}")
    reached = sum(state.reached is not None for state in course.goals)
    print(f"{len(course.goals)} goals, {reached} reached")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """Write the report of a person's weeks, as `gaitloop report --patient` asks for.

    Parameters
    ----------
    arguments : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    int
        Exit code [-].
    """
    from . import course_report, page

    if arguments.store is None:
        raise ConfigError("--store must be given with --patient")
    course = load(arguments.store, arguments.patient, arguments.run_length)
    outs = arguments.out or [Path("progress.html")]
    for out in outs:
        spare(out, arguments.store, *(arguments.cycles or ()))
    page.check(outs)
    page.write(course_report.render(course, arguments.reader, arguments.cycles or ()), outs)
    print(f"{_counts(course)}. {' '.join(headline(course))} {', '.join(map(str, outs))}")
    return 0


_LISTS = (
    ("show", _show, "trends, milestones and adverse events"),
    ("dose", _dose, "sessions as CSV, and their sum"),
)
