"""Two plans side by side, in plain words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from gaitloop._core import ENVELOPE_FIELDS
from gaitloop._core import JOINTS as CORE_JOINTS

from .schema import JOINTS, SIDES
from .words import NAMES, session_table, shown, with_unit

if TYPE_CHECKING:
    from .plan import TherapyPlan

_SECTIONS = ("person", "device", "reference", "assistance", "schedule", "challenge", "stop", "balance")
_TITLES = {
    "plan": "Plan",
    "person": "Person",
    "device": "Device",
    "reference": "Reference",
    "assistance": "Help",
    "schedule": "Schedule",
    "challenge": "Challenge",
    "stop": "Stops",
    "balance": "Balance",
}


def differences(before: TherapyPlan, after: TherapyPlan) -> list[str]:
    """Say what a plan has that another has not.

    Parameters
    ----------
    before : TherapyPlan
        A plan.
    after : TherapyPlan
        The plan that it is compared with.

    Returns
    -------
    list of str
        A line for each figure that differs, with both values; none where the plans do the same.
    """
    lines = _table(
        "plan", {"name": before.name, "patient": before.patient}, {"name": after.name, "patient": after.patient}
    )
    for section in _SECTIONS:
        lines += _table(section, getattr(before, section), getattr(after, section))
    return lines + _body(before, after) + _limits(before, after) + _stages(before, after) + _sessions(before, after)


def _table(section: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Figures of a section that differ, or are in one of the two only."""
    lines = []
    for key in dict.fromkeys([*before, *after]):
        if (section, key) not in NAMES or before.get(key) == after.get(key):
            continue
        said = [
            with_unit(section, key, side[key]) if side.get(key) is not None else "not given" for side in (before, after)
        ]
        lines.append(f"{_TITLES.get(section, section)}: {NAMES[section, key][0]} {_change(*said)}")
    return lines


def _change(before: str, after: str) -> str:
    return f"from {before} to {after}"


def _body(before: TherapyPlan, after: TherapyPlan) -> list[str]:
    lines = []
    for what in ("strength", "tone"):
        for side in SIDES:
            for i, joint in enumerate(JOINTS):
                grades = before.person[what][side][i], after.person[what][side][i]
                if grades[0] != grades[1]:
                    lines.append(f"Person: {what} of {joint} {side} {_change(*map(str, grades))}")
    for name, ends in before.person["range"].items():
        other = after.person["range"][name]
        if ends != other:
            said = [shown(None) if e is None else f"{e[0]:g} to {e[1]:g} degrees" for e in (ends, other)]
            lines.append(f"Person: measured range of {name.replace('_', ' ')} {_change(*said)}")
    return lines


def _limits(before: TherapyPlan, after: TherapyPlan) -> list[str]:
    """Limits in force that differ, per joint, and whether they got narrower."""
    lines = []
    for name, per_joint, _, _, unit, doc, rule in ENVELOPE_FIELDS:
        pairs = zip(
            *(value if per_joint else [value] for value in (before.limits[name], after.limits[name])), strict=True
        )
        for i, (old, new) in enumerate(pairs):
            if old == new:
                continue
            where = f" of {CORE_JOINTS[i][:-2]} {SIDES[0] if i < len(JOINTS) else SIDES[1]}" if per_joint else ""
            how = "" if rule == "own" else " (narrower)" if (new > old) == (rule == "larger") else " (WIDER)"
            said = [_quantity(value, unit) for value in (old, new)]
            lines.append(f"Limits: {doc[0].lower()}{doc[1:]}{where} {_change(*said)}{how}")
    return lines


def _quantity(value: float, unit: str) -> str:
    """Say a limit; angles in degrees."""
    if unit.startswith("rad"):
        return f"{math.degrees(value):.4g} {unit.replace('rad', 'degrees')}"
    return f"{value:g} {'' if unit == '-' else unit}".rstrip()


def _stages(before: TherapyPlan, after: TherapyPlan) -> list[str]:
    """Stages that were added, dropped or changed; those of the same kind and name belong together."""
    one, two = ([(str(stage["kind"]), str(stage["name"])) for stage in plan.stages] for plan in (before, after))
    lines = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal" or (what == "replace" and i2 - i1 == j2 - j1):
            for old, new in zip(before.stages[i1:i2], after.stages[j1:j2], strict=True):
                said = _table("stage", old, new)
                lines += [line.replace("stage:", f'Stage "{old["name"]}":', 1) for line in said]
            continue
        lines += [f'Stage "{stage["name"]}" is dropped' for stage in before.stages[i1:i2]]
        lines += [
            f'Stage "{stage["name"]}" is added, as stage {j1 + k + 1}' for k, stage in enumerate(after.stages[j1:j2])
        ]
    return lines


def _sessions(before: TherapyPlan, after: TherapyPlan) -> list[str]:
    """First session that does something else, with both its lines."""
    tables = session_table(before), session_table(after)
    if before.sessions != after.sessions:
        return [f"Together: {before.sessions} sessions become {after.sessions}"]
    for one, two in zip(tables[0][1:], tables[1][1:], strict=True):
        if one.split() != two.split():
            return [
                f"Together: session {one.split()[0]} is the first that differs",
                *(f"    {line}" for line in (tables[0][0], one, two)),
            ]
    return []
