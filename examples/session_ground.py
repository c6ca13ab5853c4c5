"""A session uphill, downhill and with the balance to train: the ground, and how much the guide sideways helps."""

import tempfile
from pathlib import Path

import numpy as np

from gaitloop.session import Programme, Reader, Rules, Session, Stage, demo_plan
from gaitloop.session.incline import grade_of, incline_of
from gaitloop.session.plan import Plan

# Limits of the belt's inclination and of the guide of the pelvis; none has a default.
MACHINE = """
[incline]
low_deg = -3.0
high_deg = 3.0
rate_deg = 0.3

[guide]
stiffness_min = 100.0
stiffness_max = 8000.0
damping = 300.0
force_max = 400.0
travel = 0.08
margin_min = 0.045
sway_max = 0.04
step_up = 0.2
step_down = 0.1
"""
WALK = {"kind": "walk", "speed": 0.6, "support": 0.3, "ceiling": 1.0}
STAGES = (
    Stage(name="level", minutes=0.4, mode="assist", floor=0.4, **WALK),
    Stage(name="uphill", minutes=0.6, mode="assist", floor=0.4, terrain="uphill", incline=incline_of(4.0), **WALK),
    Stage(name="downhill", minutes=0.8, mode="assist", floor=0.4, terrain="downhill", incline=incline_of(-4.0), **WALK),
    Stage(name="balance", minutes=1.2, mode="balance", floor=0.0, **WALK),
)


def train():
    """The session, faster than real time: how it ended, and what its record says of stages, strides and the guide."""
    text = demo_plan().text.replace("version = 1", "version = 2", 1)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "session.mcap"
        ending = Session(Programme(plan=Plan.from_text(text + MACHINE), stages=STAGES, rules=Rules()), out=out).run()
        reader = Reader(out)
        stages, asked = list(reader.messages("/stage")), list(reader.messages("/change"))
        strides = [s for s in reader.summary().strides if s["sway"] is not None and s["guide_share"] is not None]
    return ending, stages, asked, strides


def main():
    ending, stages, _, strides = train()
    print(f"ended: {ending.reason}, {ending.digest.outcome().steps} steps")
    for stage in stages:
        if stage["phase"] == "end":
            grade, climb = grade_of(stage["incline"]), stage["climb"]
            print(f"{stage['stage']:9} ends at {grade:+4.1f} %, climbed {climb:+5.2f} m so far")
    first, last = (f"{s['guide_share']:.0%}" for s in (strides[0], strides[-1]))
    begun = next(stage["t"] for stage in stages if stage["stage"] == "balance")
    held = np.median([1e3 * s["sway"] for s in strides if s["t_end"] < begun])
    free = np.median([1e3 * s["sway"] for s in strides if s["t_end"] >= begun])
    print(f"balance: help of the guide {first} at first, {last} at last; sway {held:.0f} mm before, {free:.0f} mm then")


def grades(asked, t):
    """Inclination of the belt [%] at times [s], from what was asked: it moves as fast as it may."""
    asked = [(c["t"] * 1e-9, c["after"]) for c in asked if c["what"] == "incline" and c["after"] is not None]
    incline, out = 0.0, []
    for now, after in zip(t, np.append(t[1:], t[-1]), strict=True):
        goal = next((angle for at, angle in reversed(asked) if at <= now), 0.0)
        step = np.radians(0.3) * (after - now)
        out.append(grade_of(incline))
        incline += np.clip(goal - incline, -step, step)
    return out


def draw(figure):
    figure.set_size_inches(9.0, 4.8)
    ending, stages, asked, strides = train()
    t = ending.digest.t[::100]
    ground, share, sway = figure.subplots(3, 1, sharex=True)
    ground.plot(t, grades(asked, t), color="tab:brown")
    ground.set_ylabel("grade [%]")
    for stage in stages:
        if stage["phase"] == "begin":
            ground.annotate(stage["stage"], (stage["t"] * 1e-9, 4.6), fontsize=7, annotation_clip=False)
            for axes in (ground, share, sway):
                axes.axvline(stage["t"] * 1e-9, color="0.6", linestyle="--", linewidth=0.8)
    times = [s["t_end"] * 1e-9 for s in strides]
    share.step(times, [100.0 * s["guide_share"] for s in strides], where="post", color="tab:blue")
    share.set_ylabel("help sideways [%]")
    share.set_ylim(0.0, 105.0)
    sway.plot(times, [1e3 * s["sway"] for s in strides], ".", markersize=4, color="tab:green")
    sway.set_ylabel("sway [mm]")
    sway.set_xlabel("time [s]")
    sway.set_ylim(bottom=0.0)


if __name__ == "__main__":
    main()
