"""A therapist's plan: written from a few figures, checked, and what its first and last session do."""

from __future__ import annotations

import tempfile
from pathlib import Path

from gaitloop.session.limits_write import confirm
from gaitloop.session.limits_write import new_text as new_limits
from gaitloop.therapy import Figures, TherapyPlan, describe, new_text

FIGURES = Figures(
    fac=2,
    side="left",
    weight_kg=75.0,
    height_cm=175.0,
    strength={"left": (2, 3, 2), "right": (5, 5, 5)},
    tone={"left": ("1", "1+", "2"), "right": ("0", "0", "0")},
    range={
        "hip_left": (-18.0, 95.0),
        "knee_left": (-2.0, 120.0),
        "ankle_left": (-40.0, 15.0),
        "hip_right": (-20.0, 110.0),
        "knee_right": (-2.0, 130.0),
        "ankle_right": None,
    },
    heart_rate=130.0,
    name="Walking again, left side weaker",
)


def main() -> None:
    """Write limits and a plan into a folder, and read the plan."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "device.toml").write_text(new_limits("device", "treadmill_exo"), encoding="utf-8")
        confirm(folder / "device.toml", "safety engineer")  # after reading every line of it
        (folder / "plan.toml").write_text(new_text(FIGURES), encoding="utf-8")
        plan = TherapyPlan.load(folder / "plan.toml")
    print(describe(plan))
    for session in (1, plan.sessions):
        programme = plan.programme(session)
        print(f"session {session}: {programme.plan.duration / 60:.0f} minutes in {len(programme.stages)} stages")


if __name__ == "__main__":
    main()
