"""The pages for the person who trains: large, in plain words, one page each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from gaitloop.control import N_SAGITTAL_SUBTASKS

from . import course_figures, page, told
from .course import Course
from .data import Numbers, SessionData, with_gaps
from .drawing import COLOURS, empty, render
from .milestones import GoalState
from .outcomes import INDEPENDENT, INSTRUMENTS
from .trends import VERDICTS, Trend

#: How many of each a page has room for.
_MOST_LINES, _MOST_GOALS, _MOST_MILESTONES = 3, 2, 3
#: Levels of help, as one would say them to the person.
HELP = (
    "You cannot walk yet, or only between bars or with two helpers.",
    "One person holds you and carries some of your weight.",
    "One person steadies you while you walk.",
    "You walk with somebody close by.",
    "You walk alone on flat ground.",
    "You walk alone anywhere, on stairs too.",
)
_WORDS = {
    "fac": "How much help you need to walk",
    "walk_10m": "How fast you walk",
    "walk_6min": "How far you walk in six minutes",
    "berg": "Your balance",
    "fugl_meyer_leg": "How well you move your leg",
    "speed": "How fast you train",
    "step_length_left": "How long your left steps are",
    "step_length_right": "How long your right steps are",
    "asymmetry": "How even your legs carry you",
    "hip_range": "How far your hips move",
    "knee_range": "How far your knees bend",
    "ankle_range": "How far your ankles move",
    "clearance": "How high you lift your feet",
    "step_time_variability": "How steady your steps are",
    "step_width_variability": "How steady your steps are from side to side",
    "step_length_variability": "How even your steps are",
    "sagittal_gps": "How close your walk is to a usual one",
    "robot_share": "How much the robot does for you",
    "foot_placement": "How well your feet follow your body",
    "resistance": "How easily your legs move",
}
_UNITS = {"m/s": "metres a second", "m": "metres"}


def amount(measure: str, value: float) -> str:
    """Put a value of an instrument in plain words.

    Parameters
    ----------
    measure : str
        Instrument.
    value : float
        The value [unit of the instrument].

    Returns
    -------
    str
        Words.
    """
    kind = INSTRUMENTS[measure]
    if measure == "fac":
        return HELP[int(value)]
    if kind.unit == "-":
        return f"{value:.0f} of {kind.high:.0f} points"
    return f"{value:.2f} {_UNITS[kind.unit]}" if kind.unit == "m/s" else f"{value:.0f} {_UNITS[kind.unit]}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f}"


def session(data: SessionData, outcome: Numbers, happened: told.Course) -> str:
    """Draw the page of one session.

    Parameters
    ----------
    data : SessionData
        The session.
    outcome : Numbers
        Its headline numbers.
    happened : told.Course
        When stages, pauses and pain were.

    Returns
    -------
    str
        HTML.
    """
    walked = outcome.distance / outcome.speed if outcome.speed > 0 else 0.0
    cards = [
        ("Steps", f"{outcome.steps}", "with both feet"),
        ("Way", f"{outcome.distance:.0f} metres", "on the belt"),
        ("Walking", f"{_minutes(walked)} minutes", f"of {_minutes(outcome.duration)} in the trainer"),
    ]
    lead = f"You walked {outcome.steps} steps today." if outcome.steps else "You did not walk today."
    return page.fill(
        "session_patient.html",
        "patient",
        "Your training",
        lead=lead,
        cards=cards,
        sentences=_today(outcome, happened),
        help=_help(data) if outcome.steps else "",
    )


def _today(outcome: Numbers, happened: told.Course) -> list[str]:
    found = []
    start, end = outcome.support_start, outcome.support_end
    if start is not None and end is not None:
        parts = f"from {100 * start:.0f} to {100 * end:.0f} parts of a hundred"
        several = len(happened.stages) > 1  # each stage has bounds of its own for the help
        less, more = end < start - 0.02 and not several, end > start + 0.02 and not several
        about = f"The robot helped you about the same all the time, {100 * end:.0f} parts of a hundred."
        found.append(
            f"The robot could help you less and less: {parts}."
            if less
            else f"The robot helped you more towards the end: {parts}."
            if more
            else about
            if abs(end - start) <= 0.02
            else f"The help of the robot went {parts}."
        )
    ratio = outcome.symmetry
    if ratio is not None:
        longer = "left" if ratio > 0 else "right"
        even = "Both legs carried you about equally long."
        found.append(even if abs(ratio) < 0.05 else f"Your {longer} leg carried you a little longer in each step.")
    if happened.pauses:
        found.append(f"You paused {_often(len(happened.pauses))}.")
    pain = outcome.stops.count("pain")
    if pain:
        found.append(f"The button for pain was pressed {_often(pain)}. Tell your therapist how it feels now.")
    machine = sum(cause not in ("none", "stop_request", "pain") for cause in outcome.stops)
    if machine:
        found.append(f"The machine stopped by itself {_often(machine)}, to keep you safe. Ask your therapist why.")
    return found


def _often(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _help(data: SessionData) -> str:
    """Mean help over the session, as one thick line."""
    found = sorted(
        (stride["t_end"] * 1e-9 / 60, float(np.mean(stride["support"][:N_SAGITTAL_SUBTASKS])))
        for side in ("left", "right")
        for stride in data.steady(side)
        if stride.get("support")
    )

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        if found:
            times, values = np.array(found).T
            values = (values + np.concatenate([values[:1], values[:-1]])) / 2  # both legs, which step in turn
            times, values = with_gaps(times, values)
            axes.fill_between(times, values, color=course_figures.GIVEN, lw=0)
            axes.plot(times, values, color=COLOURS["left"], lw=3)
        else:
            empty(axes, "too few steps")
        axes.set_ylim(0.0, 1.05)
        axes.set_yticks([0.0, 0.5, 1.0], ["none", "half", "full"])
        axes.set_xlim(0.0, max(data.t_end / 60, 0.1))
        axes.set_xlabel("minutes")
        axes.set_ylabel("help")

    return render("help", (5.6, 2.4), draw, "Help of the robot over the training", font=13.0)


def weeks(course: Course) -> str:
    """Draw the page of a person's weeks.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    str
        HTML.
    """
    total = course.dose
    hint = bool(course.watch.advice) and course.sessions[-1].started == course.watch.advice[-1].when
    shown = course.milestones[-(_MOST_MILESTONES - hint) :]
    own = f"{100 * total.active_steps / total.steps:.0f} of 100 were your own" if total.steps else "none yet"
    cards = [
        ("Training days", f"{total.sessions}", _since(course)),
        ("Steps", f"{total.steps:,}".replace(",", " "), own),
        ("Walking", f"{total.walking_minutes:.0f} minutes", "all days together"),
    ]
    return page.fill(
        "weeks_patient.html",
        "patient",
        "Your progress",
        lead=lead(course),
        cards=cards,
        lines=_lines(course),
        picture=course_figures.own_steps(course) if course.sessions else "",
        milestones=[_milestone(course, m.kind, m.what, m.when) for m in shown],
        goals=[_goal(state) for state in course.goals[:_MOST_GOALS]],
        hint=hint,
    )


def _since(course: Course) -> str:
    return "" if course.begin is None else f"since {day(course.begin)}"


def day(when: datetime) -> str:
    """A date as people write it.

    Parameters
    ----------
    when : datetime
        The time.

    Returns
    -------
    str
        Day, month, year.
    """
    return f"{when.day} {when:%B %Y}"


def lead(course: Course) -> str:
    """Say in one or two sentences how it goes, independence first.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    str
        Sentences.
    """
    known = [trend for trend in course.trends if trend.measure in INSTRUMENTS]
    if not course.sessions and not course.outcomes:
        return "Nothing has been written down yet."
    if not known:
        return "You have made a start. Later tests will show what has changed."
    better = [trend for trend in known if trend.verdict == VERDICTS[0]]
    worse = [trend for trend in known if trend.verdict == VERDICTS[2]]
    if better and not worse:
        independent = better[0].measure == "fac" and better[0].values[-1][1] >= INDEPENDENT
        if independent and better[0].values[0][1] < INDEPENDENT:
            return "You now walk without anybody's help."
        still = " In the last weeks it has stayed as it is: talk with your therapist about the next step."
        return "You walk better than at the start." + (still if course.plateau is not None else "")
    if worse and not better:
        return "Some things are harder than at the start. Your therapist will look at it with you."
    if better and worse:
        return "Some things are better than at the start, some are harder. Talk about it with your therapist."
    return "Your walking has stayed about the same. Talk with your therapist about what to try next."


def _lines(course: Course) -> list[tuple[str, str, str, str]]:
    known = [trend for trend in course.trends if trend.measure in INSTRUMENTS]
    return [_line(trend) for trend in known[:_MOST_LINES]]


def _line(trend: Trend) -> tuple[str, str, str, str]:
    words = {VERDICTS[0]: "better", VERDICTS[1]: "about the same", VERDICTS[2]: "harder than before"}
    first, last = trend.values[0][1], trend.values[-1][1]
    return (
        _WORDS[trend.measure],
        amount(trend.measure, first),
        amount(trend.measure, last),
        words[trend.verdict],
    )


def _milestone(course: Course, kind: str, what: str, when: datetime) -> str:
    if kind == "independence":
        level = next((o.value for o in course.outcomes if o.instrument == "fac" and o.taken == when), None)
        words = HELP[int(level)] if level is not None else "You need less help to walk."
    elif kind == "speed":
        words = "You walk faster: your speed is now enough for more places outside your home."
    elif kind == "sessions":
        number = what.split()[0]
        words = "Your first training day." if number == "1" else f"{number} training days done."
    else:
        words = f"{int(what.split()[0]):,} steps walked.".replace(",", " ")
    return f"{day(when)}: {words}"


def _goal(state: GoalState) -> tuple[str, str, int]:
    measure = state.goal.measure
    name = _WORDS[measure]
    aim = f": {amount(measure, state.goal.target)}" if measure in INSTRUMENTS and measure != "fac" else ""
    if measure == "fac":
        aim = f": {HELP[int(state.goal.target)]}"
    share = 0 if state.share is None else max(0, round(100 * state.share))
    if state.reached is not None:
        return f"{name}{aim}", "reached", 100
    if state.share is None:
        return f"{name}{aim}", "just begun", 0
    return f"{name}{aim}", f"{share} of 100 parts of the way", share
