"""Pictures of a session as SVG text: one visual language, left blue, right orange, reference dashed grey."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from gaitloop.control import N_SAGITTAL_SUBTASKS
from gaitloop.errors import MissingExtraError

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

#: Colours of the sides; told apart by people with any common colour vision.
COLOURS = {"left": "#0b6fa4", "right": "#d1600f"}
INK, MUTED, GRID, REFERENCE = "#1f2933", "#66727f", "#e4e8ec", "#475261"
STATE_COLOURS = {
    "boot": "#d5dbe1",
    "selftest": "#d5dbe1",
    "standby": "#b8c2cc",
    "armed": "#9fb8d6",
    "run": "#4f9d69",
    "degraded": "#e0b93a",
    "soft_stop": "#e08e3a",
    "prot_stop": "#c8443c",
    "safe": "#8c5a9e",
    "release": "#8c5a9e",
    "lockout": "#5c2a2a",
}
_GRAVITY = 9.80665
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": "#aab4be",
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "lines.linewidth": 1.9,
}


def _render(name: str, size: tuple[float, float], draw: Callable[[Any], None]) -> str:
    """Draw on a fresh figure and give it as SVG text, the same for the same data."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("reports need the extra report: pip install 'gaitloop[report]'") from error
    style: Any = {**_STYLE, "svg.hashsalt": f"gaitloop {name}"}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # The page sets the font and the size; ids of several pictures on one page must not meet.
    svg = re.sub(r'(<svg[^>]*?) (width|height)="[^"]*pt"', r"\1", svg)
    svg = re.sub(r'(<svg[^>]*?) (width|height)="[^"]*pt"', r"\1", svg)
    svg = re.sub(r'<g id="[a-z0-9_]+_\d+">', "<g>", svg)
    return svg.replace("'DejaVu Sans'", "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans'")


def _minutes(axes: Any, data: SessionData) -> None:
    axes.set_xlim(0.0, max(data.t_end / 60, 0.1))
    axes.set_xlabel("minutes")


def _empty(axes: Any, text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)


def angles(data: SessionData) -> str:
    """Joint angles against their reference over the gait cycle.

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
        grid = figure.subplots(2, 3, sharex=True, sharey="col")
        for row, side in zip(grid, SIDES, strict=True):
            curves = cycle_curves(data, side)
            for joint, axes in enumerate(row):
                if joint == 0:
                    axes.set_ylabel(f"{side} leg\nangle (degrees)")
                axes.set_title(LEG[joint] if side == "left" else "")
                axes.axhline(0, color="#c6ced6", lw=0.8)
                if curves is None:
                    _empty(axes, "no steady stride")
                    continue
                mean, spread, wanted = (np.degrees(a[:, joint]) for a in curves[:3])
                axes.fill_between(100 * CYCLE, mean - spread, mean + spread, color=COLOURS[side], alpha=0.2, lw=0)
                axes.plot(100 * CYCLE, wanted, color=REFERENCE, ls=(0, (4, 2)), lw=1.4)
                axes.plot(100 * CYCLE, mean, color=COLOURS[side])
                if np.isfinite(curves.toe_off):
                    axes.axvline(100 * curves.toe_off, color=MUTED, lw=0.9, ls=":")
                axes.set_xlim(0, 100)
        for axes in grid[1]:
            axes.set_xlabel("% of gait cycle")
            axes.set_xticks([0, 25, 50, 75, 100])

    return _render("angles", (9.6, 4.9), draw)


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

    return _render("support", (1.92 * seen, 2.5), draw)


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
                _empty(axes, "no pair of strides")
            axes.set_title(title)
            _minutes(axes, data)
        row[0].set_ylim(-limit, limit)
        row[0].set_ylabel("ln(left / right)")
        for axes in row:
            axes.text(
                0.995, 0.97, "left longer ↑", transform=axes.transAxes, ha="right", va="top", color=MUTED, fontsize=9
            )
            axes.text(0.995, 0.03, "right longer ↓", transform=axes.transAxes, ha="right", color=MUTED, fontsize=9)

    return _render("symmetry", (9.6, 2.7), draw)


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
        row[0].set_ylabel("body weights")

    return _render("loading", (9.6, 2.7), draw)


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
        axes.set_xlabel(f"seconds, from {int(start // 60)}:{start % 60:04.1f} of the session")

    return _render("events", (9.6, 1.9), draw)


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
                    color="white",
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
        bottom.set_ylabel("belt (m/s)")
        bottom.set_ylim(0, max(1.2 * float(np.nanmax(data.rows("belt_speed"), initial=0.0)), 0.1))
        _minutes(bottom, data)

    return _render("states", (9.6, 2.4), draw)


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
