"""A plan in plain words: what it will do, and each of its figures by a name that a therapist uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gaitloop._core import JOINTS as CORE_JOINTS

from .build import seconds_of, stages_of, steps_of
from .schema import JOINTS, NOT_MEASURED, SIDES

if TYPE_CHECKING:
    from gaitloop.session.programme import Stage

    from .plan import TherapyPlan

#: Name and unit of each figure, by section and key.
NAMES: dict[tuple[str, str], tuple[str, str]] = {
    ("plan", "name"): ("name of the plan", ""),
    ("plan", "patient"): ("pseudonym of the person", ""),
    ("person", "fac"): ("functional ambulation category", ""),
    ("person", "side"): ("weaker side", ""),
    ("person", "weight_kg"): ("body weight", "kg"),
    ("person", "height_cm"): ("body height", "cm"),
    ("device", "kind"): ("device", ""),
    ("device", "ankle"): ("ankles of the device", ""),
    ("device", "firmness_percent"): ("firmness of full guidance", "%"),
    ("device", "seed"): ("seed of a simulated session", ""),
    ("reference", "foot_clearance_cm"): ("clearance under the toe", "cm"),
    ("reference", "pelvic_tilt_deg"): ("pelvic tilt", "degrees"),
    ("reference", "leg_weight_percent"): ("share of the leg's weight carried in swing", "%"),
    ("assistance", "law"): ("law between strides", ""),
    ("assistance", "tolerance_percent"): ("error that passes, of the published band", "%"),
    ("assistance", "step_up_percent"): ("more help after a stride outside the band", "points"),
    ("assistance", "step_down_percent"): ("less help after a better stride", "points"),
    ("assistance", "keep_percent"): ("help that stays from stride to stride", "%"),
    ("assistance", "gain_percent_per_degree"): ("help for a degree of error", "points"),
    ("assistance", "change_percent_per_second"): ("fastest change of help in a second", "points"),
    ("assistance", "soft_start_seconds"): ("soft start", "s"),
    ("assistance", "settle_seconds"): ("time before gait is judged", "s"),
    ("schedule", "weeks"): ("weeks", ""),
    ("schedule", "sessions_per_week"): ("sessions a week", ""),
    ("schedule", "support_percent"): ("body weight carried, week by week", "%"),
    ("schedule", "speed_kmh"): ("speed, week by week", "km/h"),
    ("challenge", "rule"): ("rule of the challenge", ""),
    ("challenge", "steps"): ("steps that raise the challenge", ""),
    ("challenge", "less_support_points"): ("support taken off by a challenge", "points"),
    ("challenge", "more_speed_kmh"): ("speed added by a challenge", "km/h"),
    ("challenge", "least_support_percent"): ("least support of a challenge", "%"),
    ("challenge", "most_speed_kmh"): ("highest speed of a challenge", "km/h"),
    ("stop", "pain_stops_most"): ("stops for pain that end the session", ""),
    ("stop", "spasm_stops_most"): ("stops for a spasm that end the session", ""),
    ("stop", "heart_rate"): ("heart rate", ""),
    ("stop", "heart_rate_most_per_minute"): ("heart rate that pauses the session", "a minute"),
    ("stop", "heart_rate_seconds"): ("time above that heart rate before it counts", "s"),
    ("balance", "force_most_newton"): ("largest force of the guide sideways", "N"),
    ("balance", "travel_most_cm"): ("travel of the guide to either side", "cm"),
    ("balance", "margin_least_cm"): ("margin of stability that is well enough", "cm"),
    ("balance", "sway_most_cm"): ("sway that is well enough", "cm"),
    ("balance", "step_up_percent"): ("more help sideways after a worse stride", "points"),
    ("balance", "step_down_percent"): ("less help sideways after a better stride", "points"),
    ("stage", "kind"): ("kind", ""),
    ("stage", "name"): ("name", ""),
    ("stage", "minutes"): ("length", "min"),
    ("stage", "steps"): ("length", "steps"),
    ("stage", "mode"): ("way to help", ""),
    ("stage", "terrain"): ("ground", ""),
    ("stage", "grade_percent"): ("grade", "%"),
    ("incline", "most_uphill_percent"): ("steepest grade uphill", "%"),
    ("incline", "most_downhill_percent"): ("steepest grade downhill", "%"),
    ("incline", "change_percent_per_second"): ("fastest change of the grade in a second", "points"),
    ("stage", "speed_percent"): ("speed", "% of the week's"),
    ("stage", "speed_kmh"): ("speed", "km/h in every week"),
    ("stage", "support_points"): ("body weight carried", "points on top of the week's"),
    ("stage", "support_percent"): ("body weight carried", "% in every week"),
    ("stage", "assistance_percent"): ("help", "%"),
    ("stage", "floor_percent"): ("least help", "%"),
    ("stage", "ceiling_percent"): ("most help", "%"),
}
#: Slowest walking that was tried with success in simulation [m/s].
TRIED = 0.4
#: Steepest grade uphill that was tried with success in simulation [%].
TRIED_UPHILL = 5.0
_MODES = {
    "guidance": "guided along the reference whatever the person does",
    "path": "free in time, guided back to the path outside a tunnel around it",
    "assist": "helped as much as needed",
    "resistance": "helped as much as needed, against a load",
    "balance": "helped as much as needed, sideways too",
}
_KINDS = {"warm_up": "Warm-up", "walk": "Walk", "rest": "Rest", "cool_down": "Cool-down"}


def shown(value: Any) -> str:
    """Say a value of a plan.

    Parameters
    ----------
    value : object
        What the plan has.

    Returns
    -------
    str
        The value, without its unit.
    """
    if value is None:
        return NOT_MEASURED
    if isinstance(value, (list, tuple)):
        return ", ".join(map(shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def with_unit(section: str, key: str, value: Any) -> str:
    """Say a value of a plan with its unit.

    Parameters
    ----------
    section : str
        Section of the plan.
    key : str
        Key in it.
    value : object
        What the plan has.

    Returns
    -------
    str
        The value and its unit.
    """
    return f"{shown(value)} {NAMES[section, key][1]}".rstrip()


def describe(plan: TherapyPlan) -> str:
    """Say what a plan will do, each session of it in a table.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.

    Returns
    -------
    str
        Lines of text.
    """
    weeks, each = plan.schedule["weeks"], plan.schedule["sessions_per_week"]
    parts = [
        f"{plan.name}: {weeks} weeks with {each} sessions each, on {plan.device['kind']}.",
        *_person(plan.person),
        *_range(plan),
        "",
        "A session:",
        *(f"  {i + 1}. {line}" for i, line in enumerate(_stage_lines(plan))),
        "",
        *_rules(plan),
        "",
        *session_table(plan),
        *_notes(plan),
    ]
    return "\n".join(parts)


def _person(person: Mapping[str, Any]) -> list[str]:
    side = person["side"]
    weak = ", ".join(f"{joint} {grade}" for joint, grade in zip(JOINTS, person["strength"][side], strict=True))
    tone = ", ".join(f"{joint} {grade}" for joint, grade in zip(JOINTS, person["tone"][side], strict=True))
    return [
        f"For a person of {person['weight_kg']:g} kg and {person['height_cm']:g} cm, functional ambulation category "
        f"{person['fac']}, {side} side weaker.",
        f"Strength of that side: {weak}; tone: {tone}.",
    ]


def _range(plan: TherapyPlan) -> list[str]:
    """Range of motion in force, and who set its ends."""
    lines = ["Range of motion that nothing drives a joint out of:"]
    for i, joint in enumerate(CORE_JOINTS):
        name = f"{joint[:-2]} {SIDES[0] if joint.endswith('_l') else SIDES[1]}"
        ends = [float(np.degrees(plan.limits[end][i])) for end in ("q_min", "q_max")]
        whose = [_setter(plan.setters[end], i) for end in ("q_min", "q_max")]
        by = whose[0] if whose[0] == whose[1] else f"{whose[0]}, {whose[1]}"
        lines.append(f"  {name:12s} {ends[0]:6.1f} to {ends[1]:5.1f} degrees (by the {by})")
    unknown = [name.replace("_", " ") for name, ends in plan.person["range"].items() if ends is None]
    if unknown:
        lines.append(f"  Not measured, so only the limits hold: {', '.join(unknown)}.")
    return lines


def _setter(setters: tuple[str, ...], i: int) -> str:
    setter = setters[i] if len(setters) > 1 else setters[0]
    return {"patient": "measurement", "device": "limits"}.get(setter, setter)


def _stage_lines(plan: TherapyPlan) -> list[str]:
    return [f'{_KINDS[stage["kind"]]} "{stage["name"]}": {_stage_words(stage)}.' for stage in plan.stages]


def _stage_words(stage: Mapping[str, Any]) -> str:
    length = f"{stage['minutes']:g} minutes" if "minutes" in stage else f"{stage['steps']} steps"
    if stage["kind"] == "rest":
        return f"{length} standing, with the support of the stage before"
    speed = (
        f"{stage['speed_kmh']:g} km/h" if "speed_kmh" in stage else f"{stage['speed_percent']:g} % of the week's speed"
    )
    if "support_percent" in stage:
        support = f"{stage['support_percent']:g} % of the body weight carried"
    elif stage["support_points"]:
        more = "more" if stage["support_points"] > 0 else "less"
        support = f"{abs(stage['support_points']):g} points {more} than the week's support"
    else:
        support = "the week's support"
    if "assistance_percent" in stage:
        share = f"with {stage['assistance_percent']:g} % of the help"
    else:
        share = f"with {stage['floor_percent']:g} to {stage['ceiling_percent']:g} % of the help"
    return f"{length} at {speed} with {support}, {_ground(stage)}, {_MODES[stage['mode']]}, {share}"


def _ground(stage: Mapping[str, Any]) -> str:
    if "grade_percent" in stage:
        return f"{stage['terrain']} at a grade of {stage['grade_percent']:g} %"
    return f"on {stage['terrain']} ground"


def _rules(plan: TherapyPlan) -> list[str]:
    challenge, stop = plan.challenge, plan.stop
    if challenge["rule"] == "none":
        first = "The challenge does not rise within a session."
    else:
        parts = []
        if challenge["less_support_points"]:
            least = f"(not below {challenge['least_support_percent']:g} %)"
            parts.append(f"{challenge['less_support_points']:g} points less support {least}")
        if challenge["more_speed_kmh"]:
            most = f"(not above {challenge['most_speed_kmh']:g} km/h)"
            parts.append(f"{challenge['more_speed_kmh']:g} km/h faster {most}")
        steps = challenge["steps"]
        first = f"After {steps} steps, and again after each {steps} more: {', '.join(parts) or 'nothing changes'}."
    if stop["heart_rate"] == "limit":
        heart = (
            f"It pauses when the heart beats more than {stop['heart_rate_most_per_minute']:g} times a minute for "
            f"{stop['heart_rate_seconds']:g} s."
        )
    else:
        heart = "The heart rate is not watched."
    ends = f"It ends after {stop['pain_stops_most']} stops for pain or {stop['spasm_stops_most']} for a spasm."
    return [*_balance(plan.balance), first, f"The pain button takes all help away at once. {ends} {heart}"]


def _balance(balance: Mapping[str, Any]) -> list[str]:
    if not balance:
        return []
    return [
        f"Sideways the pelvis is held with at most {balance['force_most_newton']:g} N and stopped "
        f"{balance['travel_most_cm']:g} cm from the middle. Help fades while feet land at least "
        f"{balance['margin_least_cm']:g} cm outside the fall and the sway stays within {balance['sway_most_cm']:g} cm."
    ]


def _notes(plan: TherapyPlan) -> list[str]:
    """What a reader should know besides."""
    notes = []
    slowest = min(s.speed for week in range(plan.schedule["weeks"]) for s in stages_of(plan, week) if s.kind != "rest")
    if slowest < TRIED:
        notes.append(
            f"Note: {3.6 * slowest:.2f} km/h is slower than {3.6 * TRIED:.2f}, below which the simulated machine stops "
            "for a spasm with many of the simulated people."
        )
    steep = max((s.get("grade_percent", 0.0) for s in plan.stages if s.get("terrain") == "uphill"), default=0.0)
    if steep > TRIED_UPHILL:
        notes.append(
            f"Note: {steep:g} % uphill is steeper than {TRIED_UPHILL:g}, above which the simulated machine "
            "stops with most of the simulated people."
        )
    side, person = plan.person["side"], plan.person
    rigid = [f"{joint} {s}" for s in SIDES for i, joint in enumerate(JOINTS) if person["tone"][s][i] == "4"]
    if rigid:
        notes.append(f"Note: tone 4 is a rigid joint ({', '.join(rigid)}); no rule of this package plans for it.")
    other = SIDES[1 - SIDES.index(side)]
    if sum(person["strength"][side]) > sum(person["strength"][other]):
        notes.append(f"Note: the {side} side is called the weaker one, but has the higher strength.")
    return ["", *notes] if notes else []


def session_table(plan: TherapyPlan) -> list[str]:
    """Show each session of the schedule in a line.

    Parameters
    ----------
    plan : TherapyPlan
        The plan.

    Returns
    -------
    list of str
        Lines of a table: session, week, length, walking, speed, support, help, and steps by the reference, before any
        challenge.
    """
    head = ("session", "week", "minutes", "walking", "speed km/h", "support %", "help %", "steps")
    weekly = {}
    for week in range(plan.schedule["weeks"]):
        stages = stages_of(plan, week)
        weekly[week] = _cells(plan, stages)
    rows: list[tuple[str, ...]] = [head]
    for session in range(1, plan.sessions + 1):
        week = plan.week_of(session)
        rows.append((str(session), str(week), *weekly[week - 1]))
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _cells(plan: TherapyPlan, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    moving = [stage for stage in stages if stage.kind != "rest"]
    walking = sum(seconds_of(plan, (stage,)) - seconds_of(plan, ()) for stage in moving) / 60.0
    return (
        f"{seconds_of(plan, stages) / 60.0:.0f}",
        f"{walking:.0f}",
        _span([3.6 * stage.speed for stage in moving], 2),
        _span([100.0 * stage.support for stage in moving], 0),
        _span([100.0 * share for stage in moving for share in (stage.floor, stage.ceiling)], 0),
        str(sum(steps_of(plan, stage) for stage in stages)),
    )


def _span(values: list[float], digits: int) -> str:
    low, high = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return low if low == high else f"{low}-{high}"
