"""Pictures of the page on trajectories: `python docs/pictures_trajectory.py` writes them to docs/images."""

from __future__ import annotations

from math import radians
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")
from matplotlib import pyplot as plt

from gaitloop.trajectory import GaitPattern

IMAGES = Path(__file__).parent / "images"
HEIGHT = 1.72
LIMITS = ([radians(x) for x in (-30, -5, -35)], [radians(x) for x in (60, 90, 30)])  # hip, knee, ankle
PHASE = np.linspace(0.0, 1.0, 401)


def curves(patterns):
    """Left hip, knee and ankle of each pattern over one cycle."""
    figure, axes = plt.subplots(1, 3, figsize=(9.0, 2.8), layout="constrained", sharex=True)
    for axis, joint, name in zip(axes, range(3), ("hip", "knee", "ankle"), strict=True):
        for label, pattern in patterns.items():
            axis.plot(100 * PHASE, np.degrees(pattern.evaluate(PHASE)[0][:, joint]), label=label, linewidth=1.4)
        axis.set(title=name, xlabel="cycle [%]")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("angle [°]")
    axes[0].legend(fontsize=7)
    return figure


def speeds():
    """The published pattern from slow to fast."""
    return curves({f"{speed} m/s": GaitPattern.koopman(speed, HEIGHT) for speed in (0.2, 0.5, 0.8, 1.1, 1.4)})


def adjusted():
    """One pattern changed by one word at a time."""
    published = GaitPattern.koopman(0.8, HEIGHT)
    words = {
        "foot clearance 4 cm": {"foot_clearance_cm": 4.0},
        "step length 0.40 m": {"step_length": 0.40},
        "knee range 50°": {"knee_range_deg": 50.0},
    }
    changed = {
        name: published.adjust(height=HEIGHT, range_of_motion=LIMITS, **word)  # type: ignore[arg-type]
        for name, word in words.items()
    }
    return curves({"published, 0.8 m/s": published, **changed})


PICTURES = {"trajectory_speeds": speeds, "trajectory_adjusted": adjusted}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        draw().savefig(IMAGES / f"{name}.png", dpi=110, metadata={"Software": None})
        print(IMAGES / f"{name}.png")
