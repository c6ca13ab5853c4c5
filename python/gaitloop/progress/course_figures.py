"""Pictures of a person's weeks as SVG text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from gaitloop.analysis import norm_band

from .course import Course
from .data import CYCLE, LEG, SIDES, Curves
from .dose import STEPS_NEEDED, ZONES, Session
from .drawing import ALERT, COLOURS, GOOD, INK, MUTED, NORM, REFERENCE, empty, render
from .evidence import error_band, important_difference
from .milestones import values_of
from .outcomes import INSTRUMENTS, Outcome
from .trends import outcome_trend

_ZONE_COLOURS = ("#d6e4f0", "#a9c9e2", "#6fa3cc", "#2f74a8", "#12456f")
OWN, GIVEN = COLOURS["left"], "#b9d3e6"


class Panel(NamedTuple):
    """One measure of gait in the picture of all.

    Attributes
    ----------
    name : str
        Figure, or `support`.
    title : str
        Title.
    label : str
        What the axis says, with its unit.
    shown : callable
        From SI to what the axis shows.
    """

    name: str
    title: str
    label: str
    shown: Callable[[float], float]


#: Measures over sessions that a therapist sees.
PANELS = (
    Panel("asymmetry", "Asymmetry of stance", "longer side over shorter (%)", lambda v: 100.0 * math.expm1(v)),
    Panel("support", "Help of the robot", "mean over the steps (%)", lambda v: 100.0 * v),
    Panel("speed", "Speed of the belt", "speed (m/s)", float),
    Panel("step_time_variability", "Unsteadiness of step time", "coefficient of variation (%)", lambda v: 100.0 * v),
    Panel("knee_range", "Range of the knee", "smaller side (°)", math.degrees),
    Panel("sagittal_gps", "Distance from the norm", "gait profile score (°)", math.degrees),
)


def weeks(course: Course, when: datetime) -> float:
    """Time since the first session or value [weeks]."""
    begin = course.begin
    assert begin is not None
    return (when - begin).total_seconds() / (7 * 86_400.0)


def _span(course: Course) -> tuple[float, float]:
    end = course.end
    last = weeks(course, end) if end is not None else 1.0
    return -0.03 * max(last, 1.0), 1.03 * max(last, 1.0)


def _comparable(course: Course, instrument: str) -> tuple[list[Outcome], list[Outcome]]:
    """Values with the device and aid of the last, and the others."""
    taken = [outcome for outcome in course.outcomes if outcome.instrument == instrument]
    if instrument == "fac":
        return taken, []
    last = (taken[-1].device, taken[-1].aid)
    same = [outcome for outcome in taken if (outcome.device, outcome.aid) == last]
    return same, [outcome for outcome in taken if (outcome.device, outcome.aid) != last]


def measured(course: Course) -> list[str]:
    """Instruments that have a value, independence first."""
    have = {outcome.instrument for outcome in course.outcomes}
    return [name for name in INSTRUMENTS if name in have]


def outcomes(course: Course) -> str:
    """Instruments over the weeks, with the error of measurement and what people notice.

    Parameters
    ----------
    course : Course
        The weeks, with a value at least.

    Returns
    -------
    str
        SVG.
    """
    names = measured(course)
    columns = 4 if len(names) == 4 else min(len(names), 3)
    rows = math.ceil(len(names) / columns)

    def draw(figure: Any) -> None:
        grid = np.atleast_1d(figure.subplots(rows, columns, sharex=True)).ravel()
        for axes, name in zip(grid, names, strict=False):
            _outcome(axes, course, name)
        for axes in grid[len(names) :]:
            axes.set_axis_off()
        for axes in grid[max(0, len(names) - columns) : len(names)]:
            axes.set_xlabel("time (weeks)")
            axes.tick_params(labelbottom=True)

    return render("outcomes", (8.6, 2.8 * rows), draw, "Outcomes over the weeks")


def _outcome(axes: Any, course: Course, name: str) -> None:
    kind = INSTRUMENTS[name]
    same, others = _comparable(course, name)
    first = same[0].value
    trend = outcome_trend(name, course.outcomes)
    speed = next((o.value for o in course.outcomes if o.instrument == "walk_10m"), None)
    band = (trend.band if trend else error_band(name, first)).low
    notice = (trend.important if trend and trend.important else important_difference(name, speed)).low
    if band:
        axes.axhspan(first - band, first + band, color=NORM, lw=0)
    for way in (-1.0, 1.0):
        axes.axhline(first + way * notice, color=GOOD, ls=(0, (5, 3)), lw=1.2)
    axes.plot([weeks(course, o.taken) for o in same], [o.value for o in same], "o-", color=INK, ms=5)
    axes.plot([weeks(course, o.taken) for o in others], [o.value for o in others], "o", color=MUTED, mfc="white", ms=5)
    values = [o.value for o in (*same, *others)]
    reach = 1.25 * max(band, notice)
    low, high = min(*values, first - reach), max(*values, first + reach)
    margin = 0.05 * (high - low)
    axes.set_ylim(max(low, kind.low) - margin, min(high, kind.high) + margin)
    axes.set_title(_SHORT[name])
    axes.set_ylabel("level" if name == "fac" else "points" if kind.unit == "-" else f"{_QUANTITY[name]} ({kind.unit})")
    if kind.whole and kind.high - kind.low <= 6:
        axes.set_yticks(range(int(kind.low), int(kind.high) + 1))
        axes.set_ylim(kind.low - 0.3, kind.high + 0.3)
    axes.set_xlim(*_span(course))
    axes.locator_params(axis="x", nbins=5, integer=True)


_SHORT = {
    "fac": "Walking (FAC)",
    "walk_10m": "10-metre walk",
    "walk_6min": "6-minute walk",
    "berg": "Berg balance",
    "fugl_meyer_leg": "Fugl-Meyer, leg",
}
_QUANTITY = {"walk_10m": "speed", "walk_6min": "distance"}


def series(course: Course, name: str) -> list[tuple[datetime, float]]:
    """A measure over sessions; those that rest on too few steps are left out."""
    if name == "support":
        enough = [session for session in course.sessions if session.steps >= STEPS_NEEDED]
        return [(s.started, 1.0 - s.active_steps / s.steps) for s in enough]
    return values_of(name, course.sessions)


def gait(course: Course) -> str:
    """Symmetry, support and other measures over sessions, with the person's own band and the monitor's hints.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    str
        SVG.
    """

    def draw(figure: Any) -> None:
        grid = figure.subplots(2, 3, sharex=True).ravel()
        for axes, panel in zip(grid, PANELS, strict=True):
            _panel(axes, course, panel)
        for axes in grid[3:]:
            axes.set_xlabel("time (weeks)")

    return render("gait", (8.6, 5.2), draw, "Symmetry, support and other measures over the sessions")


def _panel(axes: Any, course: Course, panel: Panel) -> None:
    values = series(course, panel.name)
    trend = course.trend(panel.name)
    axes.set_title(panel.title)
    axes.set_ylabel(panel.label)
    axes.set_xlim(*_span(course))
    if not values:
        empty(axes, "not measured")
        axes.set_yticks([])
        return
    y = [panel.shown(value) for _, value in values]
    low, high = min(y), max(y)
    if trend is not None and panel.name != "speed":
        usual = trend.values[-1][1] - trend.change
        ends = [panel.shown(usual - trend.band.low), panel.shown(usual + trend.band.low)]
        axes.axhspan(*ends, color=NORM, lw=0)
        low, high = min(low, ends[0]), max(high, ends[1])
    for advice in course.watch.advice:
        if advice.figure == panel.name:
            axes.axvline(weeks(course, advice.when), color=ALERT, ls=(0, (4, 2)), lw=1.4)
    axes.plot([weeks(course, when) for when, _ in values], y, "o-", color=INK, ms=3.2, lw=1.2)
    margin = max(0.12 * (high - low), 0.05 * abs(high)) or 1.0
    floor = 0.0 if min(y) >= 0.0 else -math.inf
    axes.set_ylim(max(low - margin, floor), high + margin)
    axes.ticklabel_format(useOffset=False)


def dose(course: Course) -> str:
    """Steps of each session by who made them, and minutes by heart rate where it was measured.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    str
        SVG.
    """
    walked = course.sessions
    pulse = any(session.zones for session in walked)

    def draw(figure: Any) -> None:
        row = figure.subplots(1, 2)
        number = np.arange(1, len(walked) + 1)
        _steps(row[0], number, walked)
        bottom = np.zeros(len(walked))
        if pulse:
            for name, colour in zip(ZONES, _ZONE_COLOURS, strict=True):
                minutes = np.array([session.zones.get(name, 0.0) / 60.0 for session in walked])
                _bars(row[1], number, bottom, minutes, colour, name.replace("_", " "))
                bottom = bottom + minutes
            row[1].set_title("Minutes by heart rate")
            row[1].legend(fontsize=9, ncols=3, loc="upper left")
        else:
            bottom = np.array([(session.walking or 0.0) / 60.0 for session in walked])
            _bars(row[1], number, np.zeros(len(walked)), bottom, OWN)
            row[1].set_title("Minutes walked")
        row[1].set_ylabel("time (min)")
        row[1].set_ylim(0.0, (1.5 if pulse else 1.15) * max(float(bottom.max(initial=0.0)), 1.0))
        for axes in row:
            axes.set_xlabel("session (number)")
            axes.set_xlim(0.3, len(walked) + 0.7)
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.grid(axis="x", visible=False)

    return render("dose", (8.6, 2.9), draw, "Steps and minutes of each session")


def _bars(axes: Any, at: Any, low: Any, height: Any, colour: str, label: str | None = None) -> None:
    """A bar for each session, as one shape: hundreds of single ones take seconds to draw."""
    x = np.column_stack([at - 0.4, at - 0.4, at + 0.4, at + 0.4]).ravel()
    top = np.column_stack([low, low + height, low + height, low]).ravel()
    axes.fill_between(x, np.repeat(low, 4), top, color=colour, lw=0, label=label)


def _steps(axes: Any, number: Any, walked: Sequence[Session]) -> None:
    own = np.array([session.active_steps for session in walked])
    every = np.array([float(session.steps) for session in walked])
    _bars(axes, number, np.zeros(len(walked)), own, OWN, "the person's own")
    _bars(axes, number, own, every - own, GIVEN, "the robot's share")
    axes.set_title("Steps")
    axes.set_ylabel("steps (number)")
    axes.set_ylim(0.0, 1.35 * max(float(every.max(initial=0.0)), 1.0))
    axes.legend(fontsize=9, ncols=2, loc="upper left")


def cycles(first: tuple[str, Sequence[Curves | None]], last: tuple[str, Sequence[Curves | None]] | None) -> str:
    """Joint angles of one or two sessions over those of healthy adults.

    Parameters
    ----------
    first : tuple
        What to call the earlier session, and its cycles of left and right.
    last : tuple or None
        The same of the later one.

    Returns
    -------
    str
        SVG.
    """
    share, healthy, deviation = norm_band()

    def draw(figure: Any) -> None:
        grid = figure.subplots(2, 3, sharex=True, sharey="col")
        for at, (row, side) in enumerate(zip(grid, SIDES, strict=True)):
            for joint, axes in enumerate(row):
                low, high = (np.degrees(healthy[joint] + way * deviation[joint]) for way in (-1.0, 1.0))
                axes.fill_between(100 * share, low, high, color=NORM, lw=0)
                _cycle(axes, (last or first)[1][at], joint, COLOURS[side], "-")
                if last is not None:
                    _cycle(axes, first[1][at], joint, REFERENCE, (0, (1, 1.5)))
                axes.set_title(LEG[joint] if at == 0 else "")
                axes.set_xlim(0, 100)
            row[0].set_ylabel(f"{side} leg\nangle (°)")
        for axes in grid[1]:
            axes.set_xlabel("gait cycle (%)")
            axes.set_xticks([0, 25, 50, 75, 100])

    return render("cycles", (8.6, 4.9), draw, "Joint angles over the gait cycle, over those of healthy adults")


def _cycle(axes: Any, curves: Curves | None, joint: int, colour: str, style: Any) -> None:
    if curves is None:
        empty(axes, "no steady stride")
        return
    axes.plot(100 * CYCLE, np.degrees(curves.mean[:, joint]), color=colour, ls=style)


def own_steps(course: Course) -> str:
    """Steps of each session by who made them, large, for the person.

    Parameters
    ----------
    course : Course
        The weeks.

    Returns
    -------
    str
        SVG.
    """
    walked = course.sessions

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        number = np.arange(1, len(walked) + 1)
        own = np.array([session.active_steps for session in walked])
        every = np.array([float(session.steps) for session in walked])
        _bars(axes, number, np.zeros(len(walked)), own, OWN)
        _bars(axes, number, own, every - own, GIVEN)
        axes.set_ylim(0.0, 1.1 * max(float(every.max(initial=0.0)), 1.0))
        axes.set_ylabel("steps")
        axes.set_xlabel("training day")
        axes.set_xlim(0.3, len(walked) + 0.7)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(axis="x", visible=False)

    return render("own_steps", (5.6, 1.75), draw, "Steps of each training day, yours and the robot's", font=13.0)


__all__ = ["PANELS", "Panel", "cycles", "dose", "gait", "measured", "outcomes", "own_steps", "series", "weeks"]
