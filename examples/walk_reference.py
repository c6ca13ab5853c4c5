"""Reference curves over walking speed and body height: cadence, step height and largest joint velocities."""

import numpy as np

import gaitloop as gl

SPEEDS, HEIGHTS = (0.2, 0.5, 0.8, 1.1, 1.4), (1.5, 1.6, 1.75, 1.9, 2.0)
PHASE = np.linspace(0.0, 1.0, 201)
koopman = gl.trajectory.GaitPattern.koopman


def main():
    print("speed [m/s]  strides [1/s]  clearance [m]  knee peak [rad]  knee velocity [rad/s]")
    for speed in SPEEDS:
        pattern = koopman(speed=speed, height=1.72)
        q, dq, _ = pattern.evaluate(PHASE)
        knee, velocity = q[:, 1].max(), np.abs(dq[:, 1]).max()
        clearance = pattern.foot_clearance(1.72)
        print(f"{speed:11.1f}  {pattern.stride_rate:13.2f}  {clearance:13.3f}  {knee:15.2f}  {velocity:21.2f}")
    slow, fast = (koopman(v, 1.72).evaluate(PHASE)[0][:, 1].max() for v in (SPEEDS[0], SPEEDS[-1]))
    print(f"the knee flexes to {np.degrees(slow):.0f}° when slow and to {np.degrees(fast):.0f}° when fast")


def draw(figure):
    figure.set_size_inches(9.0, 4.8)
    axes = figure.subplots(2, 4)
    for row, values in zip(axes, (SPEEDS, HEIGHTS), strict=True):
        for k, value in enumerate(values):
            speed, height, unit = (value, 1.75, "m/s") if values is SPEEDS else (0.8, value, "m")
            q = np.degrees(koopman(speed, height).evaluate(PHASE)[0])
            for axis, joint, name in zip(row, range(3), ("hip", "knee", "ankle"), strict=False):
                axis.plot(100 * PHASE, q[:, joint], color=f"{0.75 - 0.18 * k}", label=f"{value:g} {unit}")
                axis.set(title=name, xlabel="cycle [%]")
        row[0].set_ylabel("angle [°]")
        row[1].legend(loc="upper left", title="height 1.75 m" if values is SPEEDS else "speed 0.8 m/s")
    for axis, values, label in ((axes[0, 3], SPEEDS, "speed [m/s]"), (axes[1, 3], HEIGHTS, "height [m]")):
        grid = np.linspace(values[0], values[-1], 40)
        patterns = [koopman(x, 1.75) if values is SPEEDS else koopman(0.8, x) for x in grid]
        axis.plot(grid, [p.stride_rate for p in patterns], "C3", label="matched to the belt")
        axis.plot(grid, [p.published_stride_rate for p in patterns], "k--", label="as published")
        axis.set(title="cadence", xlabel=label, ylabel="strides [1/s]")
        axis.legend()


if __name__ == "__main__":
    main()
