"""The page of a trial and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MissingExtraError
from ._result import MEASURES, Direction, TrialResult, interval

#: Arms as the page calls them, and their colours.
NAMES = {"none": "no help", "stiff": "stiff guidance", "path": "path control", "assist": "assist as needed"}
COLOURS = {"none": "#66727f", "stiff": "#d1600f", "path": "#4f9d69", "assist": "#0b6fa4"}
_SCALES = {"rad": (np.degrees(1.0), "°"), "-": (100.0, "%"), "m": (1000.0, "mm")}
_ALONE = {
    "deviation": ("distance from healthy walking", "rad"),
    "knee_peak": ("peak knee flexion", "rad"),
    "clearance": ("toe clearance", "m"),
}
_INTRO = """A consistency check: people after a stroke, simulated, are trained from the same start in every arm.
**A model cannot prove therapy.** It can show whether the controllers do to this model what papers report of people,
and where not. The learner's equations and constants are published; none was tuned to the outcome."""


def _shown(unit: str) -> tuple[float, str]:
    return _SCALES.get(unit, (1.0, unit))


def write(result: TrialResult, folder: Path) -> list[Path]:
    """Write `trial.json`, `trial.md` and the pictures.

    Parameters
    ----------
    result : TrialResult
        What came of the trial.
    folder : Path
        Where to; made when absent.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {"sessions.png": _draw_sessions, "outcomes.png": _draw_outcomes}
    paths = [_save(draw, result, folder / name) for name, draw in pictures.items()]
    result.save(folder / "trial.json")
    (folder / "trial.md").write_text(page(result), "utf-8")
    return [folder / "trial.json", folder / "trial.md", *paths]


def require_matplotlib() -> Any:
    """Import matplotlib's figure without a window.

    Returns
    -------
    type
        `matplotlib.figure.Figure`.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("pictures need matplotlib: pip install 'gaitloop[report]'") from None
    return Figure


def page(result: TrialResult) -> str:
    """Tell the trial as Markdown.

    Parameters
    ----------
    result : TrialResult
        What came of it.

    Returns
    -------
    str
        The page.
    """
    s = result.settings
    head = (
        f"# Virtual trial\n\n{_INTRO}\n\n{s['patients']} people (functional ambulation categories 4, 3 and 2), "
        f"{s['sessions']} sessions of {s['strides']} strides at {s['speed']:g} m/s with {100 * s['carried']:.0f} % of "
        f"the body weight carried, seed {s['seed']}.\n"
    )
    directions = "\n".join(_sentence(direction) for direction in result.directions())
    return (
        f"{head}\n## Published directions\n\n| published | source | difference (95 %) | here |\n|---|---|---|---|\n"
        f"{directions}\n\n## Means over the second half of the sessions, with 95 % intervals over people\n\n"
        f"{_table(result)}\n\n![Over the sessions](sessions.png)\n\n![Outcomes](outcomes.png)\n"
    )


def _sentence(direction: Direction) -> str:
    verdict = {True: "reproduced", False: "**not reproduced**", None: "arm not run"}[direction.reproduced]
    shown = (
        "" if direction.reproduced is None else f"{direction.mean:+.3g} ({direction.low:+.3g} to {direction.high:+.3g})"
    )
    return f"| {direction.name} | {direction.source} | {shown} | {verdict} |"


def _table(result: TrialResult) -> str:
    arms = list(result.arms)
    rows = [f"| | {' | '.join(NAMES.get(arm, arm) for arm in arms)} |", "|---" * (len(arms) + 1) + "|"]
    labels = {name: (measure.label, measure.unit) for name, measure in MEASURES.items()}
    labels |= {name: (f"walking alone afterwards: {label}", unit) for name, (label, unit) in _ALONE.items()}
    for name, (label, unit) in labels.items():
        scale, shown = _shown(unit)
        cells = [np.multiply(interval(result.outcome(arm, name)), scale) for arm in arms]
        rows.append(f"| {label} [{shown}] | " + " | ".join(f"{m:.1f} ({a:.1f} to {b:.1f})" for m, a, b in cells) + " |")
    early = [sum(course["stops"] for course in result.arms[arm]) for arm in arms]
    rows.append("| sessions that ended early with a stop | " + " | ".join(map(str, early)) + " |")
    return "\n".join(rows)


def _save(draw: Callable[[Any, TrialResult], None], result: TrialResult, path: Path) -> Path:
    figure = require_matplotlib()(figsize=(10, 6.5), layout="constrained")
    draw(figure, result)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    return path


def _draw_sessions(figure: Any, result: TrialResult) -> None:
    """Every measure over the sessions: mean over people and its interval."""
    panels = figure.subplots(2, 4).flat
    for axes, (name, measure) in zip(panels, MEASURES.items(), strict=False):
        scale, unit = _shown(measure.unit)
        for arm in result.arms:
            values = result.sessions(arm, name) * scale
            bounds = np.array([interval(column) for column in values.T])
            sessions = np.arange(1, len(bounds) + 1)
            axes.plot(sessions, bounds[:, 0], color=COLOURS.get(arm), label=NAMES.get(arm, arm))
            axes.fill_between(sessions, bounds[:, 1], bounds[:, 2], color=COLOURS.get(arm), alpha=0.2, linewidth=0)
        axes.set_title(f"{measure.label}\n[{unit}]", fontsize=9)
        axes.set_xlabel("session", fontsize=8)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        axes.spines[["top", "right"]].set_visible(False)
    last = figure.axes[len(MEASURES)]
    last.axis("off")
    last.legend(*figure.axes[0].get_legend_handles_labels(), loc="center", frameon=False)


def _draw_outcomes(figure: Any, result: TrialResult) -> None:
    """Each person before and after, walking alone, and the mean of each arm with its interval."""
    generator = np.random.default_rng(0)
    for axes, (name, (label, unit)) in zip(figure.subplots(1, 3), _ALONE.items(), strict=True):
        scale, shown = _shown(unit)
        groups = {"before": (result.alone(next(iter(result.arms)), name, "before"), "#1f2933")}
        groups |= {NAMES.get(arm, arm): (result.alone(arm, name), COLOURS.get(arm, "#1f2933")) for arm in result.arms}
        for place, (values, colour) in enumerate(groups.values()):
            mean, low, high = np.multiply(interval(values), scale)
            spread = place + generator.uniform(-0.12, 0.12, len(values))
            axes.plot(spread, values * scale, ".", color=colour, alpha=0.5)
            axes.errorbar(place + 0.28, mean, [[mean - low], [high - mean]], fmt="o", color=colour, capsize=3)
        axes.set_xticks(range(len(groups)), [text.replace(" ", "\n") for text in groups], fontsize=8)
        axes.set_title(f"walking alone: {label} [{shown}]", fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
