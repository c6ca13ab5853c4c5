"""Writing a starting plan: every figure explained, with the rule that gave it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from .rules import RULES, Figures, start
from .schema import JOINTS, KIND, NOT_MEASURED, SIDES, THERAPY_VERSION

_GUESS = "NOBODY GAVE THIS: a stand-in, to be replaced"
_HEAD = """\
# A therapist's plan: who trains, how, and over how many weeks. Written by `gaitloop plan new` to start from; read it,
# correct it, then look at what it will do:  gaitloop plan check THIS-FILE
# Every key is needed and no other is known. Lists of three are hip, knee, ankle. A comment such as (R3-start-slow)
# names the rule that gave a figure; the rules stand at the end of this file, each with its source.
"""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[object]) -> str:
    return f"[{', '.join(_text(v) if isinstance(v, str) else f'{v:.12g}' for v in values)}]"


def new_text(figures: Figures) -> str:
    """Write a starting plan.

    Parameters
    ----------
    figures : Figures
        What is known of the person.

    Returns
    -------
    str
        TOML text.

    Raises
    ------
    ConfigError
        If no starting plan is written for such a person; the message names the figure and the rule.
    """
    plan = start(figures)
    parts = [_HEAD, *_head(figures), *_person(figures), *_machine(figures, plan), *_sessions(figures, plan)]
    rules = [line for rule in RULES for line in _commented(f"{rule.id}: {rule.says}", f"Source: {rule.source}")]
    return "\n".join([*parts, "# The rules.", *rules]) + "\n"


def _commented(*texts: str) -> list[str]:
    """Put long texts into comments, each but the first set in."""
    marks = ["# ", *["#     "] * (len(texts) - 1)]
    pairs = zip(marks, texts, strict=True)
    return [line for mark, text in pairs for line in wrap(text, 118, initial_indent=mark, subsequent_indent="#     ")]


def _guessed(figures: Figures, name: str, text: str) -> str:
    return f"{text}; {_GUESS}" if name in figures.guessed else text


def _head(figures: Figures) -> list[str]:
    lines = [f"kind = {_text(KIND)}", f"version = {THERAPY_VERSION}", "", "[plan]"]
    lines.append(f"name = {_text(figures.name)}  # for displays; no name of a person")
    if figures.patient is None:
        lines.append(
            "# patient = a pseudonym of 32 hexadecimal digits, where the sessions shall be counted as one person's"
        )
    else:
        lines.append(f"patient = {_text(figures.patient)}  # pseudonym; who this is, is kept elsewhere")
    return lines


def _person(figures: Figures) -> list[str]:
    def said(name: str, text: str) -> str:
        return _guessed(figures, name, text)

    lines = [
        "",
        "[patient]",
        f"fac = {figures.fac}  # {said('fac', 'functional ambulation category, 0 cannot walk to 5 walks anywhere')}",
        f"side = {_text(figures.side)}  # {said('side', 'the weaker side')}",
        f"weight_kg = {figures.weight_kg:.12g}  # {said('weight', '40 to 150; the support is a share of it')}",
        f"height_cm = {figures.height_cm:.12g}  # {said('height', '150 to 200; the reference is scaled by it')}",
        "",
        "[patient.strength]  # 0 no contraction, 3 moves against gravity, 5 normal",
    ]
    weakest = said("strength", "hip, knee, ankle; the weakest group of each")
    lines += [f"{side} = {_list(figures.strength[side])}  # {weakest}" for side in SIDES]
    lines += ["", "[patient.tone]  # modified Ashworth scale: 0, 1, 1+, 2, 3, 4"]
    highest = said("tone", "hip, knee, ankle; the highest of each")
    lines += [f"{side} = {_list(figures.tone[side])}  # {highest}" for side in SIDES]
    lines += [
        "",
        "[patient.range]  # passive range of motion, [smallest, largest]; flexion and lifting the foot count up from",
        "# upright standing. It narrows the limits, never widens them. Not measured: only the limits hold (R10-range).",
    ]
    for side in SIDES:
        for joint in JOINTS:
            ends = figures.range[f"{joint}_{side}"]
            lines.append(f"{joint}_{side}_deg = {_text(NOT_MEASURED) if ends is None else _list(ends)}")
    return lines


def _machine(figures: Figures, plan: dict[str, Any]) -> list[str]:
    return [
        "",
        "[limits]  # no limit has a default; make the file with `gaitloop limits new`, read it, then confirm it",
        f"files = {_list(figures.limits)}  # in the folder of this plan",
        "",
        "[device]",
        'kind = "treadmill_exo"',
        'ankle = "sensed"  # sensed (measured only, a foot lifter holds it) or driven',
        "firmness_percent = 100  # of the full guidance of the simulated device, 10 to 100",
        "seed = 1  # of a simulated session: everything random follows from it",
        "",
        "[reference]  # the gait that the person is shown (R12-reference)",
        "foot_clearance_cm = 4  # under the toe in swing, 0 to 15",
        f"pelvic_tilt_deg = {plan['tilt']}  # taken off the published hip angle, 0 to 20",
        "leg_weight_percent = 30  # of the leg's weight carried in swing at full help, 0 to 100",
        "",
        "[assistance]  # how help changes from stride to stride (R13-band)",
        'law = "band"  # band, or forgetting (asks for keep_percent and gain_percent_per_degree)',
        "tolerance_percent = 100  # of the published band; more lets more error pass, 10 to 400",
        "step_up_percent = 2  # more help after a stride outside the band, in points, 0 to 20",
        "step_down_percent = 0.5  # less after a better one, in points, 0 to 20",
        "change_percent_per_second = 20  # how fast help may change, in points, 1 to 100",
        "soft_start_seconds = 3  # until the law is fully there, 0.5 to 30",
        "settle_seconds = 15  # after it, before gait is judged, 0 to 60",
    ]


def _sessions(figures: Figures, plan: dict[str, Any]) -> list[str]:
    return [
        "",
        "[schedule]  # (R7-often)",
        f"weeks = {plan['weeks']}",
        f"sessions_per_week = {plan['per_week']}",
        f"support_percent = {_list(plan['support'])}  # of the body weight, one a week (R1-support, R2-weak-leg)",
        f"speed_kmh = {_list(plan['speed'])}  # one a week (R3-start-slow, R4-tone)",
        "",
        "[challenge]  # within a session (R8-challenge)",
        'rule = "steps"  # steps, or none',
        "steps = 750  # of both feet; after so many, and again after each so many more,",
        "less_support_points = 5  # the rope carries less, 0 to 20",
        "more_speed_kmh = 0  # and the belt runs faster, 0 to 0.7",
        f"least_support_percent = {plan['least']}  # no less by this rule",
        f"most_speed_kmh = {plan['speed'][-1]:g}  # no faster by this rule",
        "",
        "[stop]  # the pain button always works: help goes to zero at once, the reason is asked for",
        "pain_stops_most = 3  # the session ends after so many, 1 to 20 (R11-stops)",
        "spasm_stops_most = 3  # and after so many stops for a spasm or clonus, 1 to 20 (R11-stops)",
        *_heart(figures.heart_rate),
        "",
        *_stages(plan),
    ]


def _stages(plan: dict[str, Any]) -> list[str]:
    slow = f"speed_kmh = {plan['slowest']:g}  # in every week: start slow, end slow (R3-start-slow)"
    full = ['mode = "guidance"  # all of the help, whatever the person does', "assistance_percent = 100"]
    end = [slow, "support_points = 0", *full, 'terrain = "level"', ""]
    walk = [
        f"minutes = {plan['minutes']}  # or steps (R6-length)",
        "speed_percent = 100  # of the week's speed; or speed_kmh",
        "support_points = 0  # on top of the week's share; or support_percent",
        'mode = "assist"  # (R5-help)',
        f"floor_percent = {plan['floor']:g}  # help never falls below",
        "ceiling_percent = 100  # and never rises above",
        'terrain = "level"',
        "",
    ]
    return [
        "# What a session does in turn. A rest keeps the support of the stage before it and stands.",
        *("[[stage]]", 'kind = "warm_up"', 'name = "Warm-up"', "minutes = 5  # (R6-length)", *end),
        *("[[stage]]", 'kind = "walk"', 'name = "First walk"', *walk),
        *("[[stage]]", 'kind = "rest"', 'name = "Rest"', "minutes = 2  # (R6-length)", ""),
        *("[[stage]]", 'kind = "walk"', 'name = "Second walk"', *walk),
        *("[[stage]]", 'kind = "cool_down"', 'name = "Cool-down"', "minutes = 2  # (R6-length)", *end),
    ]


def _heart(limit: float | None) -> list[str]:
    if limit is None:
        return [
            "# or limit, with heart_rate_most_per_minute and heart_rate_seconds (R9-heart-rate)",
            f"heart_rate = {_text(NOT_MEASURED)}",
        ]
    return [
        'heart_rate = "limit"  # or not measured (R9-heart-rate)',
        f"heart_rate_most_per_minute = {limit:.12g}  # above it the session pauses, 60 to 220",
        "heart_rate_seconds = 5  # for so long before it counts, 0 to 60; assumption: longer than a false beat",
    ]
