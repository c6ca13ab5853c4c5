"""A therapist's plan for tests, its limits its own, and changes of it."""

from __future__ import annotations

from gaitloop.session.plan import demo_plan
from gaitloop.therapy import Figures, TherapyPlan, new_text
from gaitloop.therapy.schema import JOINTS, SIDES

UNMEASURED = dict.fromkeys(f"{joint}_{side}" for side in SIDES for joint in JOINTS)
PERSON = Figures(
    fac=2,
    side="left",
    weight_kg=75.0,
    height_cm=175.0,
    strength={"left": (2, 3, 2), "right": (5, 5, 5)},
    tone={"left": ("1", "1+", "2"), "right": ("0", "0", "0")},
    range={**UNMEASURED, "hip_left": (-18.0, 70.0)},
)
# Limits of the plan's own spare a test the file.
OWN = "[limits]\n" + demo_plan().text.partition("[limits]\n")[2]


def inline(text: str) -> str:
    """Put limits in the place of the files that a plan names."""
    head, _, rest = text.partition("[limits]")
    return head + OWN + "\n[device]\n" + rest.partition("[device]\n")[2]


TEXT = inline(new_text(PERSON))
PLAN = TherapyPlan.from_text(TEXT)


def changed(old: str, new: str, count: int = 1) -> str:
    """Replace a part of the plan that must be there."""
    assert old in TEXT, old
    return TEXT.replace(old, new, count)
