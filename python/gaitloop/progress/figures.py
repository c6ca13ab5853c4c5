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
)
from .drawing import COLOURS, INK, MUTED, NORM, REFERENCE, STATE_COLOURS, contrast_ink, empty, render

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
                    axes.step(times, 100 * values, where="post", color=COLOURS[side], lw=width)
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
                axes.plot(times, rolling_median(ratio), color=INK)
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
                    axes.plot(times, rolling_median(weights), color=COLOURS[side])
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
    """Begin an excerpt in the middle of the walk.

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
    return float(max(0.0, round((first + last - window) / 2, 1)))


def _stances(times: list[tuple[float, str]]) -> list[tuple[float, float]]:
    bars, since = [], None
    for t, event in sorted(times):
        if event == "initial_contact":
            since = t
        elif since is not None:
            bars.append((since, t))
            since = None
    return bars


def states(data: SessionData) -> str:
    """States of the supervisor and the belt's speed over the whole session.

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
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1.0, 2.2))
        spans = state_spans(data)
        for name, start, end, _ in spans:
            top.broken_barh([(start / 60, (end - start) / 60)], (0, 1), color=STATE_COLOURS.get(name, MUTED), lw=0)
            if end - start > 0.08 * data.t_end:
                top.text(
                    (start + end) / 120,
                    0.5,
                    name.replace("_", " "),
                    ha="center",
                    va="center",
                    color=contrast_ink(STATE_COLOURS.get(name, MUTED)),
                    weight="bold",
                    fontsize=9,
                )
        top.set_yticks([])
        top.set_ylabel("state", rotation=0, ha="right", va="center")
        top.grid(visible=False)
        top.spines["left"].set_visible(False)
        top.spines["bottom"].set_visible(False)
        top.tick_params(bottom=False)
        step = max(1, len(data.t) // 2000)
        bottom.plot(data.t[::step] / 60, data.rows("belt_speed")[::step, 0], color=INK, lw=1.3)
        bottom.set_ylabel("belt speed\n(m/s)")
        bottom.set_ylim(0, max(1.2 * float(np.nanmax(data.rows("belt_speed"), initial=0.0)), 0.1))
        _minutes(bottom, data)

    return render("states", (8.8, 2.4), draw, "States of the supervisor and speed of the belt over the session")


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
