"""Pictures that compare: joint angles over the stride with those of healthy adults, and left with right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kinematics import PHASES, cycles
from .norm import JOINT_NAMES, NORM_SOURCE, norm_band
from .picture import COLOURS, GREY, new_figure, plain
from .study import Analysis
from .summary import SIDES

__all__ = ["draw_angles", "draw_symmetry"]

Array = NDArray[np.float64]
#: Strides from which on a standard error is drawn.
STRIDES_MIN = 3
MEASURES = (
    ("Stride time", "stride_time", "s", 1.0),
    ("Stance time", "stance_time", "s", 1.0),
    ("Swing time", "swing_time", "s", 1.0),
    ("Step time", "step_time", "s", 1.0),
    ("Double support time", "double_support_time", "s", 1.0),
    ("Stride length", "stride_length", "m", 1.0),
    ("Step length", "step_length", "m", 1.0),
    ("Peak force", "force_peak", "N", 1.0),
)


def draw_angles(analysis: Analysis, path: str | Path) -> bool:
    """Draw the joint angles of each stride, from initial contact to initial contact, over those of healthy adults.

    Parameters
    ----------
    analysis : Analysis
        What to draw.
    path : str or Path
        File to write.

    Returns
    -------
    bool
        Whether there is a whole stride with angles; nothing is written when not.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    if analysis.angles is None:
        return False
    strides = {side: cycles(analysis.angles, analysis.events, side) for side in SIDES}
    if not any(np.isfinite(own).all(axis=2).any() for own in strides.values()):
        return False
    figure = new_figure(12.0, 4.4)
    panels = figure.subplots(1, 3)
    share, mean, deviation = norm_band()
    for joint, axes in enumerate(panels):
        low, high = (np.degrees(mean[joint] + k * deviation[joint]) for k in (-1.0, 1.0))
        axes.fill_between(100 * share, low, high, color="#dddddd", lw=0, label="healthy adults")
        axes.plot(100 * share, np.degrees(mean[joint]), color="#aaaaaa", lw=1.2)
        drawn = [_curves(axes, strides[side][:, joint], side) for side in SIDES]
        if any(drawn):
            axes.legend(frameon=False, fontsize=9)
        else:
            axes.text(50.0, 0.5 * sum(axes.get_ylim()), "not measured", ha="center", color=GREY)
        axes.set_title(f"{JOINT_NAMES[joint]} [deg]", loc="left", fontsize=11)
        axes.set_xlabel("Stride from initial contact [%]", color=GREY)
        axes.set_xlim(0, 100)
        plain(axes)
    source = "" if "joints" in analysis.recording.sensors else "; angles from markers on the skin: offsets are usual"
    figure.suptitle(f"{analysis.recording.name}: joint angles over the stride", fontsize=13, x=0.01, ha="left")
    figure.supxlabel(f"Band: {NORM_SOURCE}{source}", fontsize=8, color=GREY, x=0.01, ha="left")
    figure.savefig(path, dpi=130)
    return True


def _curves(axes: Any, strides: Array, side: str) -> bool:
    whole = strides[np.isfinite(strides).all(axis=1)]
    if not len(whole):
        return False
    percent = np.linspace(0.0, 100.0, PHASES)
    degrees = np.degrees(whole)
    for stride in degrees[:: max(1, len(degrees) // 40)]:
        axes.plot(percent, stride, color=COLOURS[side], lw=0.5, alpha=0.3)
    label = f"{side}, {len(whole)} stride{'s' if len(whole) > 1 else ''}"
    axes.plot(percent, degrees.mean(axis=0), color=COLOURS[side], lw=2.0, label=label)
    return True


def draw_symmetry(analysis: Analysis, path: str | Path) -> bool:
    """Draw ln(left/right) of the sides' means of each measure, with two standard errors.

    Parameters
    ----------
    analysis : Analysis
        What to draw.
    path : str or Path
        File to write.

    Returns
    -------
    bool
        Whether there is a measure that both sides have; nothing is written when not.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    rows = [
        (name, *pair, unit) for name, attribute, unit, scale in MEASURES if (pair := _pair(analysis, attribute, scale))
    ]
    if not rows:
        return False
    figure = new_figure(9.0, 1.6 + 0.45 * len(rows))
    axes = figure.subplots()
    axes.axvline(0.0, color=GREY, lw=1.0)
    reach = 0.1
    for i, (_, left, right, unit) in enumerate(rows):
        ratio = float(np.log(left.mean() / right.mean()))
        error = 2.0 * float(np.hypot(_relative_error(left), _relative_error(right)))
        enough = min(len(left), len(right)) >= STRIDES_MIN
        colour = COLOURS["left" if ratio > 0.0 else "right"]
        axes.barh(i, ratio, height=0.55, color=colour, xerr=error if enough else None, ecolor=GREY, capsize=3)
        reach = max(reach, 1.15 * (abs(ratio) + (error if enough else 0.0)))
        digits = 0 if unit == "N" else 3
        text = f"{left.mean():.{digits}f} | {right.mean():.{digits}f} {unit}"
        axes.annotate(text, (1.02, i), xycoords=("axes fraction", "data"), va="center", fontsize=9, color=GREY)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(-reach, reach)
    axes.set_xlabel("ln(left/right), 0 is even; whiskers: two standard errors", color=GREY)
    axes.set_title("longer or larger on the right  ◂  ▸  on the left", fontsize=9, color=GREY)
    axes.annotate("left | right", (1.02, 1.0), xycoords="axes fraction", va="bottom", fontsize=9, color=GREY)
    figure.suptitle(f"{analysis.recording.name}: symmetry", fontsize=13, x=0.01, ha="left")
    plain(axes)
    figure.savefig(path, dpi=130)
    return True


def _pair(analysis: Analysis, attribute: str, scale: float) -> tuple[Array, Array] | None:
    sides = []
    for table in analysis.strides:
        values = scale * getattr(table, attribute)[np.asarray(table.valid, dtype=bool)]
        sides.append(values[np.isfinite(values)])
    left, right = sides
    if not len(left) or not len(right) or not (left.mean() > 0.0 and right.mean() > 0.0):
        return None
    return left, right


def _relative_error(values: Array) -> float:
    if len(values) < 2:
        return 0.0
    return float(np.std(values, ddof=1) / np.sqrt(len(values)) / np.mean(values))
