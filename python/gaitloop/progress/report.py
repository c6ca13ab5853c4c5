"""The report of a session: one file that needs nothing else, for therapist or patient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from gaitloop.analysis.norm import NORM_SOURCE

from . import drawing, figures, page, plain
from ._fields import word
from .data import LEG, SIDES, Numbers, ReportInfo, SessionData, cycle_curves

_STATE_WORDS = {
    "boot": "switched on",
    "selftest": "self-test",
    "standby": "waiting, no power on the joints",
    "armed": "ready, powered without torque",
    "run": "training",
    "degraded": "training with reduced torque",
    "soft_stop": "soft stop: belt and legs slow down together",
    "prot_stop": "protective stop: legs damped, belt braked",
    "safe": "stopped and latched",
    "release": "letting the person down",
    "lockout": "locked until restart",
}


def render(data: SessionData, info: ReportInfo, reader: str = "therapist") -> str:
    """Draw the report.

    Parameters
    ----------
    data : SessionData
        The session.
    info : ReportInfo
        What to say about it.
    reader : str
        `therapist`, or `patient`: one page in large and plain words.

    Returns
    -------
    str
        HTML; equal sessions give equal text.

    Raises
    ------
    MissingExtraError
        If the extra `report` is not installed.
    ConfigError
        If there is no such reader.
    """
    outcome = data.outcome()
    if word("for", reader, page.READERS) == "patient":
        return plain.session(data, outcome, info.course)
    return page.fill(
        "session.html",
        reader,
        info.title,
        info=info,
        cards=_cards(outcome),
        sentence=_sentence(outcome),
        tracking=_tracking(data),
        measures=_measures(data, info),
        states=_states(data),
        told=[line for line in info.told if line.kind != "change"],
        changes=[line for line in info.told if line.kind == "change"],
        course=info.course,
        norm=NORM_SOURCE,
        figures={
            "angles": figures.angles(data),
            "support": figures.support(data),
            "symmetry": figures.symmetry(data),
            "loading": figures.loading(data, info),
            "events": figures.events(data),
            "states": figures.states(data, info.course),
        },
    )


def write(path: str | Path, data: SessionData, info: ReportInfo, reader: str = "therapist") -> None:
    """Draw the report into a file.

    Parameters
    ----------
    path : path-like
        File to write, .html or .pdf; an existing one is replaced once the new one is whole and on the disk.
    data : SessionData
        The session.
    info : ReportInfo
        What to say about it.
    reader : str
        `therapist` or `patient`.
    """
    page.check([Path(path)])
    page.write(render(data, info, reader), [Path(path)])


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _cards(outcome: Numbers) -> list[tuple[str, str, str]]:
    ratio = outcome.symmetry
    asked = sum(cause in ("none", "stop_request") for cause in outcome.stops)
    pain = outcome.stops.count("pain")
    others = len(outcome.stops) - asked - pain
    hurt = f", {pain} for pain" if pain else ""
    longer = "" if ratio is None or abs(ratio) < 0.005 else f", {'left' if ratio > 0 else 'right'} longer"
    return [
        ("Steps", f"{outcome.steps}", "both feet"),
        ("Distance", f"{outcome.distance:.0f} m", f"in {_clock(outcome.duration)} min"),
        ("Belt speed", f"{outcome.speed:.2f} m/s", "mean while moving"),
        ("Symmetry", "–" if ratio is None else f"{ratio:+.2f}".replace("-", "−"), f"stance time, 0 is even{longer}"),
        (
            "Support",
            f"{_percent(outcome.support_start)} → {_percent(outcome.support_end)}",
            "start to end, mean of all",
        ),
        ("Stops", f"{len(outcome.stops)}", f"{asked} asked for{hurt}, {others} by the machine"),
    ]


def _sentence(outcome: Numbers) -> str:
    start, end = outcome.support_start, outcome.support_end
    if start is None or end is None:
        return "The person did not walk in this session."
    change = end - start
    words = "fell" if change < -0.02 else "rose" if change > 0.02 else "stayed about the same"
    return (
        f"{outcome.steps} steps over {outcome.distance:.0f} m. The help of the robot {words}, "
        f"from {_percent(start)} to {_percent(end)} of its full strength."
    )


def _tracking(data: SessionData) -> list[tuple[str, list[str]]]:
    """Root mean square error per joint and side, and the spread from stride to stride [deg]."""
    rows = []
    for side in SIDES:
        curves = cycle_curves(data, side)
        strides = [s["rms"] for s in data.steady(side) if s.get("rms")]
        cells = []
        for joint in range(len(LEG)):
            errors = [rms[joint] for rms in strides if rms[joint] is not None]
            error = f"{np.degrees(np.mean(errors)):.1f}°" if errors else "–"
            spread = f"{np.degrees(curves.spread[:, joint].mean()):.1f}°" if curves else "–"
            cells += [error, spread]
        rows.append((side, cells))
    return rows


def _measures(data: SessionData, info: ReportInfo) -> list[tuple[str, str, str]]:
    weight = info.mass * 9.80665
    kinds: tuple[tuple[str, str, float, int], ...] = (
        ("Stride time (s)", "stride_time", 1.0, 2),
        ("Stance share (%)", "stance_share", 100.0, 0),
        ("Double support (%)", "double_support", 100.0, 0),
        ("Step length (cm)", "step_length", 100.0, 0),
        ("Peak load (body weights)", "force_peak", 1 / weight, 2),
    )
    sometimes = (
        ("Own share of the work in swing (%)", "human_share", 100.0, 0),
        ("Resistance of the knee in swing (N·m·s/rad)", "knee_resistance", 1.0, 1),
        ("Step width (cm)", "step_width", 100.0, 1),
    )
    rows = [
        (label, _mean(data, "left", name, scale, digits), _mean(data, "right", name, scale, digits))
        for label, name, scale, digits in (*kinds, *sometimes)
    ]
    return [*rows[: len(kinds)], *(row for row in rows[len(kinds) :] if row[1:] != ("–", "–"))]


def _mean(data: SessionData, side: str, name: str, scale: float, digits: int) -> str:
    values = [s[name] * scale for s in data.steady(side) if s.get(name) is not None]
    return f"{np.mean(values):.{digits}f} ± {np.std(values):.{digits}f}" if values else "–"


def _states(data: SessionData) -> list[dict[str, Any]]:
    rows, before = [], "none"
    for name, start, end, cause in figures.state_spans(data):
        shown = "" if cause in ("none", before) else cause.replace("_", " ")
        before = cause
        rows.append(
            {
                "name": name.replace("_", " "),
                "words": _STATE_WORDS.get(name, ""),
                "start": _clock(start),
                "length": f"{end - start:.1f} s",
                "cause": shown,
                "colour": drawing.STATE_COLOURS.get(name, drawing.MUTED),
            }
        )
    return rows
