"""Pictures of a session as SVG text: one visual language, left blue, right orange, reference dashed grey."""

from __future__ import annotations

from typing import Any

import numpy as np

from gaitloop.analysis import norm_band
from gaitloop.control import N_SAGITTAL_SUBTASKS

from .data import (
    CYCLE,
    LEG,
    SIDES,
    SUBTASKS,
    ReportInfo,
    SessionData,
    cycle_curves,
    log_ratio,
    rolling_median,
    stride_series,
    with_gaps,
)
from .drawing import ALERT, COLOURS, INK, MUTED, NORM, REFERENCE, STATE_COLOURS, contrast_ink, empty, render
from .told import Course

_GRAVITY = 9.80665


def _minutes(axes: Any, data: SessionData) -> None:
    axes.set_xlim(0.0, max(data.t_end / 60, 0.1))
    axes.set_xlabel("time (min)")


def angles(data: SessionData) -> str:
    """Joint angles against their reference and those of healthy adults over the gait cycle.

    Parameters
    ----------
    data : SessionData
        The session.

    Returns
    -------
    str
        SVG.
    """
    share, healthy, deviation = norm_band()

    def draw(figure: Any) -> None:
        grid = figure.subplots(2, 3, sharex=True, sharey="col")
        for row, side in zip(grid, SIDES, strict=True):
            curves = cycle_curves(data, side)
            for joint, axes in enumerate(row):
                if joint == 0:
                    axes.set_ylabel(f"{side} leg\nangle (°)")
                axes.set_title(LEG[joint] if side == "left" else "")
                low, high = (np.degrees(healthy[joint] + way * deviation[joint]) for way in (-1.0, 1.0))
                axes.fill_between(100 * share, low, high, color=NORM, lw=0)
                axes.axhline(0, color="#c6ced6", lw=0.8)
                axes.set_xlim(0, 100)
                if curves is None:
                    empty(axes, "no steady stride")
                    continue
                mean, spread, wanted = (np.degrees(a[:, joint]) for a in curves[:3])
                axes.fill_between(100 * CYCLE, mean - spread, mean + spread, color=COLOURS[side], alpha=0.2, lw=0)
                axes.plot(100 * CYCLE, wanted, color=REFERENCE, ls=(0, (4, 2)), lw=1.4)
                axes.plot(100 * CYCLE, mean, color=COLOURS[side])
                if np.isfinite(curves.toe_off):
                    axes.axvline(100 * curves.toe_off, color=MUTED, lw=0.9, ls=":")
        for axes in grid[1]:
            axes.set_xlabel("gait cycle (%)")
            axes.set_xticks([0, 25, 50, 75, 100])

    return render("angles", (8.8, 4.9), draw, "Joint angles of both legs over the gait cycle")


def support(data: SessionData) -> str:
    """Support per subtask that the device sees over the session.

    Parameters
    ----------
    data : SessionData
        The session.

    Returns
    -------
    str
        SVG.
    """
    told = [len(stride.get("support") or ()) for side in SIDES for stride in data.steady(side)]
    seen = min(max(told, default=0), len(SUBTASKS)) or N_SAGITTAL_SUBTASKS

    def draw(figure: Any) -> None:
        row = figure.subplots(1, seen, sharey=True, sharex=True)
        for task, axes in enumerate(row):
            for side in SIDES:
                found = [(s["t_end"] * 6e-10 / 36, s["support"][task]) for s in _supported(data, side, seen)]
                if found:
                    times, values = np.array(found).T
                    # Where both sides agree the thin line lies in the middle of the thick one.
                    width = 3.4 if side == "left" else 1.5
                    axes.step(*with_gaps(times, 100 * values), where="post", color=COLOURS[side], lw=width)
            axes.set_title(SUBTASKS[task], fontsize=10)
            axes.set_ylim(-3, 103)
            _minutes(axes, data)
        row[0].set_ylabel("support (%)")

    return render("support", (1.76 * seen, 2.5), draw, "Help of the robot over the session, by part of the step")


def _supported(data: SessionData, side: str, seen: int) -> list[dict[str, Any]]:
    return [stride for stride in data.steady(side) if len(stride.get("support") or ()) >= seen]


def symmetry(data: SessionData) -> str:
    """Log ratios of left to right over the session.

    Parameters
    ----------
    data : SessionData
        The session.

    Returns
    -------
    str
        SVG.
    """

    def draw(figure: Any) -> None:
        row = figure.subplots(1, 2, sharex=True, sharey=True)
        limit = 0.3
        for axes, (name, title) in zip(
            row, (("stance_time", "Stance time"), ("step_length", "Step length")), strict=True
        ):
            times, ratio = log_ratio(data, name)
            axes.axhspan(-0.1, 0.1, color="#e9f2ec", lw=0)
            axes.axhline(0, color="#8fa89a", lw=1)
            if len(ratio):
                axes.plot(times, ratio, ".", ms=3, color="#9aa5b1")
                axes.plot(*with_gaps(times, rolling_median(ratio)), color=INK)
                limit = max(limit, 1.15 * float(np.quantile(np.abs(ratio), 0.98)))
            else:
                empty(axes, "no pair of strides")
            axes.set_title(title)
            _minutes(axes, data)
        row[0].set_ylim(-limit, limit)
        row[0].set_ylabel("ln(left / right)")
        for axes in row:
            axes.text(
                0.995, 0.97, "left longer ↑", transform=axes.transAxes, ha="right", va="top", color=MUTED, fontsize=9
            )
            axes.text(0.995, 0.03, "right longer ↓", transform=axes.transAxes, ha="right", color=MUTED, fontsize=9)

    return render("symmetry", (8.8, 2.7), draw, "Left against right over the session")


def loading(data: SessionData, info: ReportInfo) -> str:
    """Force under the feet in body weights over the session.

    Parameters
    ----------
    data : SessionData
        The session.
    info : ReportInfo
        Gives the body mass.

    Returns
    -------
    str
        SVG.
    """

    def draw(figure: Any) -> None:
        row = figure.subplots(1, 2, sharex=True)
        names = (("force_peak", "Peak of each stride"), ("force_mean", "Mean over each stride"))
        for axes, (name, title) in zip(row, names, strict=True):
            top = 0.0
            for side in SIDES:
                times, force = stride_series(data, side, name)
                weights = force / (info.mass * _GRAVITY)
                if len(weights):
                    axes.plot(times, weights, ".", ms=2.5, color=COLOURS[side], alpha=0.35)
                    axes.plot(*with_gaps(times, rolling_median(weights)), color=COLOURS[side])
                    top = max(top, float(np.quantile(weights, 0.99)))
            axes.set_ylim(0, max(1.2 * top, 0.1))
            axes.set_title(title)
            _minutes(axes, data)
        row[0].set_ylabel("force (body weights)")

    return render("loading", (8.8, 2.7), draw, "Force under the feet over the session")


def events(data: SessionData, window: float = 10.0) -> str:
    """Stance and swing of both feet in the middle of the session.

    Parameters
    ----------
    data : SessionData
        The session.
    window : float
        Length of the excerpt [s].

    Returns
    -------
    str
        SVG.
    """
    start = window_start(data, window)

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        for row, side in enumerate(reversed(SIDES)):
            times = [(e["t"] * 1e-9 - start, e["event"]) for e in data.events if e["side"] == side]
            bars = _stances(times)
            axes.broken_barh([(a, b - a) for a, b in bars], (row - 0.28, 0.56), color=COLOURS[side], alpha=0.35, lw=0)
            for kind, marker in (("initial_contact", "v"), ("toe_off", "^")):
                at = [t for t, event in times if event == kind and 0 <= t <= window]
                axes.plot(at, [row] * len(at), marker, color=COLOURS[side], ms=7, ls="none", clip_on=False)
        axes.set_yticks([0, 1], ["right", "left"])
        axes.set_ylim(-0.6, 1.6)
        axes.set_xlim(0, window)
        axes.set_xticks(range(int(window) + 1))
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(f"time (s) from {int(start // 60)}:{start % 60:04.1f} min of the session")

    return render("events", (8.8, 1.9), draw, "Stance and swing of both feet over ten seconds")


def window_start(data: SessionData, window: float) -> float:
    """Begin an excerpt with steady strides all through, as near to the middle of the walk as can be.

    Parameters
    ----------
    data : SessionData
        The session.
    window : float
        Length of the excerpt [s].

    Returns
    -------
    float
        Time at which it begins [s].
    """
    if not data.events:
        return 0.0
    first, last = data.events[0]["t"] * 1e-9, data.events[-1]["t"] * 1e-9
    middle = (first + last - window) / 2
    starts = np.sort([stride["t_start"] * 1e-9 for side in SIDES for stride in data.steady(side)])
    if len(starts):
        counts = np.searchsorted(starts, starts + window) - np.arange(len(starts))
        full = starts[counts >= counts.max() - 1]
        middle = float(full[np.abs(full - middle).argmin()])
    return float(max(0.0, round(middle, 1)))


def _stances(times: list[tuple[float, str]]) -> list[tuple[float, float]]:
    bars, since = [], None
    for t, event in sorted(times):
        if event == "initial_contact":
            since = t
        elif since is not None:
            bars.append((since, t))
            since = None
    return bars


def states(data: SessionData, course: Course) -> str:
    """Stages, states of the supervisor and the belt's speed over the whole session, with pauses and pain.

    Parameters
    ----------
    data : SessionData
        The session.
    course : told.Course
        When stages, pauses and pain were.

    Returns
    -------
    str
        SVG.
    """
    spans = [
        (name.replace("_", " "), start, end, STATE_COLOURS.get(name, MUTED))
        for name, start, end, _ in state_spans(data)
    ]
    stages = [
        (
            f"{stage.number} {stage.name}",
            stage.start,
            data.t_end if stage.end is None else stage.end,
            _STAGES[stage.number % 2],
        )
        for stage in course.stages
    ]
    strips = [("stage", stages)] * bool(stages) + [("state", spans)]

    def draw(figure: Any) -> None:
        rows = figure.subplots(len(strips) + 1, 1, sharex=True, height_ratios=(*[1.0] * len(strips), 2.2))
        for axes, (label, parts) in zip(rows, strips, strict=False):
            _strip(axes, label, parts, data.t_end)
        bottom = rows[-1]
        for t in course.pauses:
            bottom.axvline(t / 60, color=REFERENCE, ls=(0, (1, 1.5)), lw=1.6)
        for t in course.pains:
            bottom.axvline(t / 60, color=ALERT, lw=1.8)
        step = max(1, len(data.t) // 2000)
        bottom.plot(data.t[::step] / 60, data.rows("belt_speed")[::step, 0], color=INK, lw=1.3)
        bottom.set_ylabel("belt speed\n(m/s)")
        bottom.set_ylim(0, max(1.2 * float(np.nanmax(data.rows("belt_speed"), initial=0.0)), 0.1))
        _minutes(bottom, data)

    label = "Stages, states of the supervisor and speed of the belt over the session"
    return render("states", (8.8, 1.9 + 0.5 * len(strips)), draw, label)


def _strip(axes: Any, label: str, parts: list[tuple[str, float, float, str]], t_end: float) -> None:
    """Coloured spans with their names where they fit, else with what stands before the first space, else bare."""
    for name, start, end, colour in parts:
        axes.broken_barh([(start / 60, (end - start) / 60)], (0, 1), color=colour, lw=0)
        room = (end - start) / max(t_end, 1.0) - 0.01
        fitting = [text for text in (name, name.partition(" ")[0]) if room > _PER_LETTER * len(text)]
        if fitting:
            middle = (start + end) / 120
            axes.text(
                *(middle, 0.5, fitting[0]),
                ha="center",
                va="center",
                color=contrast_ink(colour),
                weight="bold",
                fontsize=9,
            )
    axes.set_yticks([])
    axes.set_ylabel(label, rotation=0, ha="right", va="center")
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False)


#: Colours of odd and even stages, and the share of the picture's width that a letter takes, a wide one [-].
_STAGES = ("#dfe7ef", "#c3d3e2")
_PER_LETTER = 0.0125


def state_spans(data: SessionData) -> list[tuple[str, float, float, str]]:
    """How long each state lasted.

    Parameters
    ----------
    data : SessionData
        The session.

    Returns
    -------
    list of tuple
        Name, start [s], end [s] and last cause; consecutive entries of one state are one.
    """
    spans: list[tuple[str, float, float, str]] = []
    times = [state["t"] * 1e-9 for state in data.states] + [data.t_end]
    for state, start, end in zip(data.states, times, times[1:], strict=False):
        if spans and spans[-1][0] == state["state"]:
            spans[-1] = (state["state"], spans[-1][1], end, state["cause"])
        else:
            spans.append((state["state"], start, end, state["cause"]))
    return spans
