"""The report of a person's weeks: for the therapist with every number and its source, for the person in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gaitloop.analysis.norm import NORM_SOURCE

from ..errors import ConfigError
from . import course_figures, page, plain
from ._fields import word
from .course import Course, in_store
from .data import SIDES, Curves, cycle_curves
from .dose import FIGURES, STEPS_NEEDED, ZONES
from .gait import fingerprint
from .milestones import GoalState
from .outcomes import INSTRUMENTS
from .trends import VERDICTS, Trend

_MARKS = {VERDICTS[0]: "good", VERDICTS[1]: "", VERDICTS[2]: "alert"}
_SHARES = ("step_time_variability", "step_length_variability", "robot_share", "foot_placement")
Cycles = tuple[str, tuple[Curves | None, Curves | None]]


def render(course: Course, reader: str = "therapist", records: Sequence[str | Path] = ()) -> str:
    """Draw the report of a person's weeks.

    Parameters
    ----------
    course : Course
        The weeks, as `course_of` gathers them.
    reader : str
        `therapist`, or `patient`: one page in large and plain words.
    records : sequence of path-like
        One or two records of sessions in the store, whose cycles are drawn.

    Returns
    -------
    str
        HTML; equal weeks give equal text.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed.
    ConfigError
        If there is no such reader, or a record does not belong to the person.
    """
    if word("for", reader, page.READERS) == "patient":
        return plain.weeks(course)
    if len(records) > 2:
        raise ConfigError(f"records must be one or two, got {len(records)}")
    drawn = sorted((_cycles(course, Path(record)) for record in records), key=lambda entry: entry[0])
    return page.fill(
        "weeks.html",
        reader,
        "Progress of a person",
        course=course,
        headline=headline(course),
        cards=_cards(course),
        period=_period(course),
        outcomes=course_figures.outcomes(course) if course.outcomes else "",
        changes=[_change(trend) for trend in course.trends if trend.measure in INSTRUMENTS],
        figures=[_change(t) for t in course.trends if t.measure in FIGURES and t.measure != "speed"],
        sources=_sources(course),
        gait=course_figures.gait(course) if course.sessions else "",
        dose=course_figures.dose(course) if course.sessions else "",
        zones=[(name.replace("_", " "), f"{course.dose.zone_minutes[name]:.0f} min") for name in ZONES],
        cycles=_drawn(drawn),
        advice=[(plain.day(a.when), a.text) for a in course.watch.advice],
        safety=_safety(course),
        goals=[_goal(state) for state in course.goals],
        milestones=[(plain.day(m.when), m.what) for m in reversed(course.milestones)],
        watched=_watched(course),
        needed=STEPS_NEEDED,
        norm=NORM_SOURCE,
    )


def write(
    course: Course, paths: Sequence[str | Path], *, reader: str = "therapist", records: Sequence[str | Path] = ()
) -> None:
    """Draw the report of a person's weeks into files.

    Parameters
    ----------
    course : Course
        The weeks, as `course_of` gathers them.
    paths : sequence of path-like
        Files to write, .html or .pdf; an existing one is replaced once the new one is whole and on the disk.
    reader : str
        `therapist`, or `patient`: one page in large and plain words.
    records : sequence of path-like
        One or two records of sessions in the store, whose cycles are drawn.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed, or for a PDF the extra `pdf`.
    ConfigError
        If there is no such reader or kind of file, or a record does not belong to the person.
    """
    files = [Path(path) for path in paths]
    page.check(files)
    page.write(render(course, reader, records), files)


def headline(course: Course) -> list[str]:
    """Say how it goes in a few sentences, independence first.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    list of str
        Sentences.
    """
    told = [trend for trend in course.trends if trend.measure in INSTRUMENTS]
    if not told:
        found = ["There are too few assessments to tell a change: two of one instrument are needed."]
    else:
        found = []
        for verdict in VERDICTS:
            names = [INSTRUMENTS[t.measure].name for t in told if t.verdict == verdict]
            if names:
                found.append(f"{verdict[0].upper()}{verdict[1:]} since the first value: {', '.join(names)}.")
    if course.plateau is not None:
        found.append(
            f"Plateau: since {plain.day(course.plateau)} no instrument has changed by an amount that counts (the last "
            "three values of each; this rule is an assumption). Worth a look at the plan."
        )
    if course.watch.advice:
        count, last = len(course.watch.advice), course.watch.advice[-1]
        hints = "One hint" if count == 1 else f"{count} hints"
        found.append(
            f"{hints} of a setback, the last on {plain.day(last.when)}; "
            f"{course.watch.expected:.1f} would be expected by chance."
        )
    if course.dropout is not None:
        left = course.dropout
        found.append(f"Left the programme on {plain.day(left.left)}: {left.reason.replace('_', ' ')}.")
    return found


def _period(course: Course) -> str:
    if course.begin is None or course.end is None:
        return "no session and no assessment yet"
    return f"{plain.day(course.begin)} to {plain.day(course.end)}"


def _cards(course: Course) -> list[tuple[str, str, str]]:
    total = course.dose
    own = f"{100 * total.active_steps / total.steps:.0f} % of all" if total.steps else "no step yet"
    return [
        ("Sessions", f"{total.sessions}", f"{total.minutes:.0f} min in the device"),
        ("Walked", f"{total.walking_minutes:.0f} min", f"{total.distance:.0f} m"),
        ("Steps", f"{total.steps}", "both feet"),
        ("Active steps", f"{total.active_steps:.0f}", f"{own}; a step times one minus its help"),
        ("Adverse events", f"{len(course.adverse_events)}", f"{sum(e.serious for e in course.adverse_events)} serious"),
        (
            "Hints of a setback",
            f"{len(course.watch.advice)}",
            f"{course.watch.expected:.1f} expected by chance in {course.watch.judged} sessions judged",
        ),
    ]


def _change(trend: Trend) -> dict[str, str]:
    slope = trend.slope
    if trend.measure in INSTRUMENTS:
        kind = INSTRUMENTS[trend.measure]
        name, unit = kind.name, "" if kind.unit == "-" else f" {kind.unit}"
        first, last = f"{trend.values[0][1]:g}{unit}", kind.describe(trend.values[-1][1])
        change, band = f"{trend.change:+.3g}{unit}", f"{trend.band.low:g}{unit}" if trend.band.low else "every level"
    else:
        name, unit = FIGURES[trend.measure].doc, ""
        name = name[0].upper() + name[1:]
        usual = trend.values[-1][1] - trend.change
        first, last, band = (_figure(trend.measure, v) for v in (usual, trend.values[-1][1], trend.band.low))
        change = ("+" if trend.change > 0 else "") + _figure(trend.measure, trend.change)
    notice = trend.important
    weekly = "" if slope is None else f"{slope.value:+.2g}{unit} a week" if trend.measure in INSTRUMENTS else ""
    return {
        "name": name,
        "first": first,
        "last": last,
        "change": change.replace("-", "−"),
        "band": band,
        "notice": "not known" if notice is None else _range(notice.low, notice.high, unit),
        "slope": weekly.replace("-", "−"),
        "verdict": trend.verdict,
        "mark": _MARKS[trend.verdict],
    }


def _figure(measure: str, value: float) -> str:
    """A figure in words; lengths in millimetres, shares in percent."""
    kind = FIGURES[measure]
    if kind.unit == "m":
        return f"{1000 * value:.3g} mm"
    return f"{100 * value:.2g} %" if measure in _SHARES else kind.describe(value)


def _range(low: float, high: float, unit: str) -> str:
    return f"{low:g}{unit}" if low == high else f"{low:g} to {high:g}{unit}"


def _sources(course: Course) -> list[tuple[str, str, str]]:
    return [
        (INSTRUMENTS[t.measure].name, t.band.source, t.important.source)
        for t in course.trends
        if t.measure in INSTRUMENTS and t.important is not None
    ]


def _watched(course: Course) -> str:
    watch = course.watch
    text = (
        f"Judged from the {watch.baseline + 1}th session with a figure on, each against the person's own earlier "
        f"sessions; {watch.judged} of {len(course.sessions)} sessions were judged. With nothing changed, one false "
        f"hint comes about every {watch.run_length:.0f} sessions: {watch.expected:.1f} were to be expected here. More "
        "come where good and bad weeks follow each other."
    )
    if watch.missing:
        names = ", ".join(name.replace("_", " ") for name in watch.missing)
        text += f" Never counted, as it was not measured or rests on fewer than {STEPS_NEEDED} steps: {names}."
    return text


def _safety(course: Course) -> list[tuple[str, str, str, str, str]]:
    rows = []
    for event in course.adverse_events:
        session = "" if event.session is None else f"session {event.session} of the store"
        grade = f"{event.severity}, serious" if event.serious else event.severity
        rows.append((plain.day(event.happened), event.what, grade, event.related, session))
    return rows


def _goal(state: GoalState) -> dict[str, Any]:
    goal = state.goal
    if goal.measure in INSTRUMENTS:
        name, shown = INSTRUMENTS[goal.measure].name, INSTRUMENTS[goal.measure].describe
    else:
        name, shown = goal.measure.replace("_", " ").capitalize(), FIGURES[goal.measure].describe
    due = "" if goal.due is None else f"by {plain.day(goal.due)}"
    reached = "" if state.reached is None else f"reached on {plain.day(state.reached)}"
    share = 0 if state.share is None else max(0, round(100 * state.share))
    return {
        "name": name,
        "target": shown(goal.target),
        "due": due,
        "last": "no value yet" if state.last is None else shown(state.last),
        "share": 100 if reached else share,
        "words": reached or f"{share} % of the way",
    }


def _cycles(course: Course, path: Path) -> Cycles:
    from ..session.digest import Digest
    from ..session.reader import Reader

    reader = Reader(path)
    session = in_store(course, fingerprint(path), str(path))
    digest = Digest(reader.tables)
    for block in reader.blocks():
        digest.add(block)
    summary = reader.summary()
    digest.events, digest.strides = summary.events, summary.strides
    left, right = (cycle_curves(digest, side) for side in SIDES)
    return f"{session.started:%Y-%m-%d %H:%M}", (left, right)


def _drawn(drawn: Sequence[Cycles]) -> dict[str, str] | None:
    if not drawn:
        return None
    first, last = drawn[0], drawn[-1] if len(drawn) > 1 else None
    svg = course_figures.cycles(first, last)
    return {"svg": svg, "first": first[0], "last": "" if last is None else last[0]}
