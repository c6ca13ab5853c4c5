"""From one state to another in a given time: minimum jerk between rests, a quintic between any states."""

import numpy as np

import gaitloop as gl

REST = gl.trajectory.MinimumJerk(0.1, 0.9, 1.2)
MOVING = gl.trajectory.Quintic((0.1, 1.5, -4.0), (0.9, -0.5, 0.0), 1.2)  # position, velocity, acceleration
T = np.linspace(0.0, 1.2, 241)


def main():
    print("time [s]  minimum jerk [rad]  quintic [rad]  its velocity [rad/s]")
    for t in (0.0, 0.3, 0.6, 0.9, 1.2):
        (q, _, _), (p, v, _) = REST.evaluate(t), MOVING.evaluate(t)
        print(f"{t:8.1f}  {float(q):18.3f}  {float(p):13.3f}  {float(v):20.3f}")
    peak = np.abs(REST.evaluate(T)[1]).max()
    print(f"minimum jerk peaks at {peak / (0.8 / 1.2):.3f} times its mean velocity (15/8)")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    axes = figure.subplots(1, 3)
    for movement, color, label in ((REST, "C0", "MinimumJerk, rest to rest"), (MOVING, "C3", "Quintic, moving")):
        for axis, values in zip(axes, movement.evaluate(T), strict=True):
            axis.plot(T, values, color, label=label)
            axis.plot(T[[0, -1]], values[[0, -1]], "o", color=color, markersize=4)
    for axis, name in zip(axes, ("angle [rad]", "velocity [rad/s]", "acceleration [rad/s²]"), strict=True):
        axis.set(xlabel="time [s]", ylabel=name)
    axes[0].legend(loc="lower right")


if __name__ == "__main__":
    main()
