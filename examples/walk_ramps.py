"""Ramps up and down: the published pattern with its feet set on the slope."""

from math import cos, radians, sin

import numpy as np

import gaitloop as gl
from gaitloop.reference.body import Body

SPEED, HEIGHT = 0.8, 1.75
INCLINES = (-10, -5, 0, 5, 10)  # [°]
PHASE = np.linspace(0.0, 1.0, 201)
BODY = Body(75.0, HEIGHT)


def ramp(incline_deg):
    return gl.trajectory.GaitPattern.ramp(SPEED, HEIGHT, radians(incline_deg), foot_clearance=0.015)


def legs(pattern, phase, slope):
    """Hip, knee, ankle, heel, toe of both legs (2, 5, 2) in the world [m], the lowest point on the slope."""
    q = pattern.evaluate(phase)[0]
    points = np.array([[(0.0, 0.0), *BODY.leg(*side)] for side in (q[:3], q[3:])])
    over = points[..., 1] - points[..., 0] * np.tan(slope)  # over a slope through the hip
    forward = phase * SPEED / pattern.stride_rate
    return points + np.array([forward * cos(slope), forward * sin(slope) - over.min()])


def slip(pattern, slope):
    """How far the left toe moves along the slope while it stands, 15 to 45 % of the cycle [m]."""
    feet = np.array([legs(pattern, p, slope)[0, 4] for p in np.linspace(0.15, 0.45, 31)])
    return np.ptp(feet @ [cos(slope), sin(slope)])


def main():
    print("incline [°]  at contact: hip, knee, ankle [°]  knee peak [°]  toe moves in stance [mm]")
    for incline in INCLINES:
        pattern = ramp(incline)
        q = np.degrees(pattern.evaluate(PHASE)[0][:, :3])
        moved = 1e3 * slip(pattern, radians(incline))
        print(f"{incline:11d}  {q[0].round(0)!s:>32}  {q[:, 1].max():13.0f}  {moved:24.1f}")
    up, down = (np.degrees(ramp(i).evaluate(0.0)[0][1]) for i in (10, -10))
    print(f"the knee meets the ground at {up:.0f}° up 10° and at {down:.0f}° down 10°")


def draw(figure):
    figure.set_size_inches(9.0, 5.6)
    top, bottom = figure.subplots(2, 3, height_ratios=(1.25, 1))
    for axis, incline in zip(top, (-10, 0, 10), strict=True):
        slope, pattern = radians(incline), ramp(incline)
        ground = np.array([-0.45, 1.55])
        axis.fill_between(ground, ground * np.tan(slope), -0.35, color="0.9")
        for phase in np.linspace(0.0, 1.0, 21):
            hip, knee, ankle, heel, toe = legs(pattern, phase, slope)[0]
            color = "C3" if phase > 0.62 else f"{0.15 + 0.6 * phase}"
            axis.plot(*np.array([hip, knee, ankle, heel, toe, ankle]).T, color=color, linewidth=0.9)
        trace = np.array([legs(pattern, phase, slope)[0] for phase in PHASE])
        axis.plot(*trace[:, 0].T, "C0", label="hip")
        axis.plot(*trace[:, 4].T, "C2", label="toe")
        axis.set(aspect="equal", xlim=ground, ylim=(-0.35, 1.2), xlabel="forward [m]")
        axis.set_title(f"{incline:+d}°" if incline else "level")
    top[0].set_ylabel("up [m]")
    top[0].legend(loc="lower left")
    for k, incline in enumerate(INCLINES):
        q = np.degrees(ramp(incline).evaluate(PHASE)[0])
        for axis, joint, name in zip(bottom, range(3), ("hip", "knee", "ankle"), strict=True):
            color = ("C0", "#7fb2d9", "0.3", "#f2a08c", "C3")[k]
            axis.plot(100 * PHASE, q[:, joint], color=color, label=f"{incline:+d}°" if incline else "level")
            axis.set(xlabel="cycle [%]", title=name)
    bottom[0].set_ylabel("angle [°]")
    bottom[0].legend(loc="upper center")


if __name__ == "__main__":
    main()
