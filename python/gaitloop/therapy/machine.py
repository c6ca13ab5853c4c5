"""The plan of the machine for one session, written from a therapist's: what a record keeps and a replay reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gaitloop.errors import ConfigError
from gaitloop.session.plan import Plan, demo_plan
from gaitloop.session.programme import Stage

from .build import LOPES_LOWER, LOPES_UPPER, seconds_of

if TYPE_CHECKING:
    from .plan import TherapyPlan

#: Guide sideways of the simulated device: softest and stiffest [N/m], and damping [N·s/m], without which a stiffness of
#: 600 to 1500 N/m swings with the stride; docs/plant.md has the figures.
GUIDE = {"stiffness_min": 100.0, "stiffness_max": 8000.0, "damping": 300.0}
#: Longest session [min], start and stop included.
_LONGEST = 120.0


@lru_cache(maxsize=1)
def _gains() -> Mapping[str, Any]:
    """Full guidance of the simulated device."""
    return demo_plan().training


def _value(value: Any) -> str:
    """Write a value as TOML has it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return str(value) if isinstance(value, int) else repr(float(value))


def _section(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in values.items())]


def _assist(plan: TherapyPlan, stages: Sequence[Stage]) -> dict[str, Any]:
    """The law between strides, and its bounds over all stages; it starts with as much help as the first one allows."""
    given, share = plan.assistance, plan.assistance["tolerance_percent"] / 100.0
    lower, upper = ([share * bound for bound in bounds] for bounds in (LOPES_LOWER, LOPES_UPPER))
    if given["law"] == "band":
        steps = {f"step_{way}": given[f"step_{way}_percent"] / 100.0 for way in ("up", "down")}
        law: dict[str, Any] = {"lower_deg": lower, "upper_deg": upper, **steps}
    else:
        # Per cent for a degree are hundredths of the whole for pi / 180 rad.
        gain = min(20.0, given["gain_percent_per_degree"] * 0.01 * 57.29577951308232)
        law = {"forget": given["keep_percent"] / 100.0, "gain": gain, "dead_zone_deg": lower}
    ends = {"floor": min(s.floor for s in stages), "ceiling": max(s.ceiling for s in stages)}
    return {"law": given["law"], **law, **ends, "initial": stages[0].ceiling}


def _guide(balance: Mapping[str, Any]) -> dict[str, float]:
    return {
        **GUIDE,
        "force_max": balance["force_most_newton"],
        "travel": balance["travel_most_cm"] / 100.0,
        "margin_min": balance["margin_least_cm"] / 100.0,
        "sway_max": balance["sway_most_cm"] / 100.0,
        "step_up": balance["step_up_percent"] / 100.0,
        "step_down": balance["step_down_percent"] / 100.0,
    }


def machine_plan(plan: TherapyPlan, stages: Sequence[Stage], number: int) -> Plan:
    """Make the plan of the machine for a session.

    Parameters
    ----------
    plan : TherapyPlan
        The therapist's plan.
    stages : sequence of Stage
        Stages of the session.
    number : int
        Which session it is [-], from 1.

    Returns
    -------
    Plan
        With every limit in force written out, the person's range of motion included, so that its text alone says all.

    Raises
    ------
    ConfigError
        If the stages together are longer than a session may be.
    """
    seconds = seconds_of(plan, stages)
    if seconds > 60.0 * _LONGEST:
        raise ConfigError(f"stage must take at most {_LONGEST:g} minutes together, got {seconds / 60.0:.1f}")
    person, reference, given, device = plan.person, plan.reference, plan.assistance, plan.device
    gains, firm = _gains(), device["firmness_percent"] / 100.0
    training = {
        "speed": stages[0].speed,
        "support": stages[0].support,
        "foot_clearance": reference["foot_clearance_cm"] / 100.0,
        "pelvic_tilt_deg": reference["pelvic_tilt_deg"],
        "leg_weight": reference["leg_weight_percent"] / 100.0,
        "support_slew": given["change_percent_per_second"] / 100.0,
        "engage_time": given["soft_start_seconds"],
        "settle_time": given["settle_seconds"],
        "stiffness": [firm * v for v in gains["stiffness"]],
        "damping": [firm * v for v in gains["damping"]],
    }
    body = {"mass": person["weight_kg"], "height": person["height_cm"] / 100.0}
    lines = [
        "# Written from a therapist's plan; SI units.",
        "version = 1",
        *_section("session", {"name": f"{plan.name}, session {number}", "duration": seconds, "seed": device["seed"]}),
        *_section("patient", {"profile": "fac", "level": person["fac"], "side": person["side"], **body}),
        *_section("training", training),
        *_section("training.assist", _assist(plan, stages)),
        *_section("device", {name: device[name] for name in ("kind", "ankle")}),
        *_section("limits", plan.limits),
    ]
    if any(stage.mode == "balance" for stage in stages):
        lines += _section("guide", _guide(plan.balance))
    return replace(Plan.from_text("\n".join(lines) + "\n"), limits_files=plan.limits_files)
