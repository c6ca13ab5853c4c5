"""The picture of an analysis: the signal with events, strides over time, both sides compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingExtraError
from .study import Analysis
from .summary import SIDES
from .traces import trace

__all__ = ["draw"]

COLOURS = {"left": "#0b6e99", "right": "#c8501e"}
GREY = "#555555"
#: Length of the excerpt of the signal [s].
EXCERPT = 8.0
MARKS = (("ic", "^", "initial contact"), ("to", "v", "toe-off"))


def new_figure(width: float, height: float) -> Any:
    """Make an empty figure.

    Parameters
    ----------
    width, height : float
        Size [inch].

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("pictures need matplotlib: pip install 'gaitloop[report]'") from None
    return Figure(figsize=(width, height), layout="constrained")


def plain(axes: Any) -> None:
    """Take the frame off and grey the ticks.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        What is changed.
    """
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=GREY, labelsize=9)


def draw(analysis: Analysis, path: str | Path) -> None:
    """Draw the signal with its events, the stride times and both sides' measures.

    Parameters
    ----------
    analysis : Analysis
        What to draw.
    path : str or Path
        File to write; its ending says which kind (`.png`, `.svg`, `.pdf`).

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    figure = new_figure(12.0, 7.2)
    grid = figure.add_gridspec(2, 4, height_ratios=[1.15, 1.0], width_ratios=[2.2, 1.0, 1.0, 1.0])
    _signal(figure.add_subplot(grid[0, :]), analysis)
    _strides(figure.add_subplot(grid[1, 0]), analysis)
    bars = (
        ("Stance share [%]", "stance_share", 100.0),
        ("Double support [%]", "double_support_share", 100.0),
        ("Step time [s]", "step_time", 1.0),
    )
    for i, (title, attribute, scale) in enumerate(bars, start=1):
        _bars(figure.add_subplot(grid[1, i]), analysis, title, attribute, scale)
    figure.suptitle(_title(analysis), fontsize=13, x=0.01, ha="left")
    figure.savefig(path, dpi=130)


def _title(analysis: Analysis) -> str:
    summary = analysis.summary
    parts = [f"{summary.recording}: {summary.events} events in {summary.duration:.0f} s"]
    if summary.cadence is not None:
        parts.append(f"{60 * summary.cadence:.0f} steps/min")
    if summary.stance_symmetry is not None:
        parts.append(f"stance-time symmetry {summary.stance_symmetry:+.3f} (ln left/right)")
    return "   ·   ".join(parts)


def _excerpt(analysis: Analysis, t: NDArray[np.float64]) -> tuple[float, float]:
    """The stretch with the most events, and of those the one nearest to the middle."""
    first, last = float(t[0]), float(t[-1])
    times = np.sort(analysis.events.time)
    if last - first <= EXCERPT:
        return first, last
    starts = np.clip(np.append(times - 0.2, 0.5 * (first + last - EXCERPT)), first, last - EXCERPT)
    held = np.searchsorted(times, starts + EXCERPT) - np.searchsorted(times, starts)
    away = np.abs(starts - 0.5 * (first + last - EXCERPT))
    start = float(starts[np.lexsort((away, -held))[0]])
    return start, start + EXCERPT


def _signal(axes: Any, analysis: Analysis) -> None:
    t, values, label = trace(analysis.recording, analysis.sensor, analysis.events)
    start, end = _excerpt(analysis, t)
    shown = (t >= start) & (t <= end)
    one = values.shape[1] == 1
    if one:
        axes.plot(t[shown], values[shown, 0], color=GREY, lw=1.2)
    for i, side in enumerate(SIDES):
        line = values[:, 0 if one else i]
        if not one:
            axes.plot(t[shown], line[shown], color=COLOURS[side], lw=1.4, label=side)
        for kind, marker, name in MARKS:
            times = analysis.events.times(side, kind)
            times = times[(times >= start) & (times <= end)]
            level = np.interp(times, t, np.nan_to_num(line))
            face = COLOURS[side] if kind == "ic" else "white"
            axes.plot(times, level, marker, color=COLOURS[side], mfc=face, ms=7, label=f"{side} {name}")
    axes.set_xlim(start, end)
    axes.set_xlabel("Time [s]", color=GREY)
    axes.set_ylabel(label, color=GREY)
    guess = ", sides guessed" if analysis.sensor == "back_imu" else ""
    axes.set_title(f"Events of sensor {analysis.sensor}{guess}", loc="left", fontsize=11)
    axes.legend(ncols=6, loc="upper center", bbox_to_anchor=(0.5, -0.16), frameon=False, fontsize=9)
    plain(axes)


def _strides(axes: Any, analysis: Analysis) -> None:
    drawn = []
    for side, table in zip(SIDES, analysis.strides, strict=True):
        valid = np.asarray(table.valid, dtype=bool)
        axes.plot(table.end[valid], table.stride_time[valid], "o", ms=3.5, color=COLOURS[side], alpha=0.75, label=side)
        drawn.append(table.stride_time[valid])
    times = np.concatenate(drawn)
    if len(times):
        low, high = np.percentile(times, [2, 98])
        margin = max(0.1, 0.6 * (high - low))
        axes.set_ylim(max(0.0, low - margin), high + margin)
    axes.set_xlabel("Time [s]", color=GREY)
    axes.set_title("Stride time [s]", loc="left", fontsize=11)
    axes.legend(frameon=False, fontsize=9, ncols=2, loc="upper right")
    plain(axes)


def _bars(axes: Any, analysis: Analysis, title: str, attribute: str, scale: float) -> None:
    for i, (side, table) in enumerate(zip(SIDES, analysis.strides, strict=True)):
        values = getattr(table, attribute)[np.asarray(table.valid, dtype=bool)]
        values = scale * values[np.isfinite(values)]
        if not len(values):
            axes.text(i, 0.0, "none", ha="center", va="bottom", color=GREY, fontsize=9)
            continue
        mean, spread = float(np.mean(values)), float(np.std(values))
        axes.bar(i, mean, width=0.62, color=COLOURS[side], yerr=spread, ecolor=GREY, capsize=4)
        axes.text(i, 0.04 * mean, f"{mean:.{2 if scale == 1.0 else 1}f}", ha="center", va="bottom", color="white")
    axes.set_xlim(-0.6, 1.6)
    axes.set_xticks([0, 1], SIDES)
    axes.set_title(title, loc="left", fontsize=11)
    plain(axes)
