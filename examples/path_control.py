"""Three laws around the same curve of hip and knee: impedance, path control, force field."""

import numpy as np

import gaitloop as gl

PATTERN = gl.trajectory.GaitPattern.koopman(0.8, 1.75)
PATH = PATTERN.samples()  # at the phases of each side's own cycle
PHASES = np.arange(len(PATH)) / len(PATH)
LEG, EVEN = [1.0, 1.0, 0.0] * 2, np.ones(6)
PHASE, RATE = 0.72, PATTERN.stride_rate  # where the reference is [-], and its rate [1/s]

IMPEDANCE = gl.control.Impedance([60.0, 60.0, 0.0] * 2, np.zeros(6))
TUNNEL = gl.control.PathControl(
    PATH, LEG, window=0.08, band=0.08, stiffness=100.0, wall_torque=40.0, damping=0.0, flow=8.0
)
FIELD = gl.control.ForceField(
    PATH,
    LEG,
    window=0.08,
    tube=0.04,
    normal_width=0.2,
    normal=40.0,
    tangent_width=0.2,
    tangent=8.0,
    damping=0.0,
)


def torque(law, hip, knee):
    """Torque at the left hip and knee of a person at rest there, who has just been met, and their nearest phase."""
    q, phases = np.array([hip, knee, 0.0, np.nan, np.nan, np.nan]), [PHASE, PHASE + 0.5]
    if law is IMPEDANCE:
        reference, rate, _ = PATTERN.evaluate(PHASE, RATE)
        return law.step(q, np.zeros(6), reference, rate, EVEN)[:2], PHASE
    law.reset()
    out = law.step(q, np.zeros(6), phases, [RATE, RATE], EVEN, 0.001)
    return out.tau[:2], out.nearest[0]


def beside(phase, distance):
    """Hip and knee at a distance from the path, along its normal."""
    (hip, knee), slope = PATTERN.evaluate(phase)[0][:2], PATTERN.evaluate(phase, 1.0)[1][:2]
    normal = np.array([-slope[1], slope[0]]) / np.hypot(*slope)
    return np.array([hip, knee]) + distance * normal


def main():
    print("a leg at rest, 4 % of the cycle behind the reference, beside the path by")
    print("distance [rad]  impedance hip, knee  path control hip, knee  force field hip, knee [N·m]")
    for distance in (0.0, 0.04, 0.12, 0.30):
        place = beside(PHASE - 0.04, distance)
        rows = [torque(law, *place)[0] for law in (IMPEDANCE, TUNNEL, FIELD)]
        print(f"{distance:14.2f}  " + "  ".join(f"{hip:10.1f} {knee:10.1f}" for hip, knee in rows))
    print("the impedance asks for a time, the other two for a shape: on the path they only help along it")


def draw(figure):
    figure.set_size_inches(9.0, 3.6)
    axes = figure.subplots(1, 3, sharey=True)
    near = (np.abs((PHASES - PHASE + 0.5) % 1.0 - 0.5)) <= 0.08
    hips, knees = np.meshgrid(np.radians(np.arange(-15, 41, 5)), np.radians(np.arange(25, 81, 5)))
    for axis, law, name in zip(
        axes, (IMPEDANCE, TUNNEL, FIELD), ("Impedance", "PathControl", "ForceField"), strict=True
    ):
        arrows = np.array([torque(law, *place)[0] for place in zip(hips.flat, knees.flat, strict=True)])
        size = np.hypot(*arrows.T)
        axis.plot(*np.degrees(PATH[:, :2].T), "0.75", linewidth=1.0, label="whole path")
        axis.plot(*np.degrees(PATH[near, :2].T), "k", linewidth=2.2, label="within the window")
        axis.plot(*np.degrees(PATTERN.evaluate(PHASE)[0][:2]), "o", color="C3", label="reference")
        shown = arrows / np.maximum(size, 1e-9)[:, None] * np.sqrt(size)[:, None]
        arrow = axis.quiver(
            np.degrees(hips).ravel(), np.degrees(knees).ravel(), *shown.T, size, cmap="viridis_r", clim=(0, 30),
            angles="xy", scale=70, width=0.008,
        )  # fmt: skip
        axis.set(xlabel="hip [°]", title=name, xlim=(-19, 43), ylim=(13, 82))
    axes[0].set_ylabel("knee [°]")
    axes[0].legend(loc="lower center", ncols=2)
    figure.colorbar(arrow, ax=axes, label="torque [N·m]", shrink=0.85)


if __name__ == "__main__":
    main()
