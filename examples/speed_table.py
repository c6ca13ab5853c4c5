"""A pattern between strides recorded at three speeds, for the people who were recorded and for a child.

The recorded strides are made here from the published regressions, so that what the interpolation misses is known.
"""

import numpy as np

import gaitloop as gl

HEIGHT = 1.75
LEG, CHILD_LEG = 0.53 * HEIGHT, 0.60  # [m]
SPEEDS = (0.4, 0.8, 1.2)
PHASE = np.linspace(0.0, 1.0, 101)
GaitPattern = gl.trajectory.GaitPattern
RECORDED = [GaitPattern.koopman(speed, HEIGHT) for speed in SPEEDS]
TABLE = np.stack([pattern.evaluate(PHASE)[0][:, :3] for pattern in RECORDED])
TIMES = [1.0 / pattern.stride_rate for pattern in RECORDED]


def between(speed, leg=LEG):
    return GaitPattern.from_speed_table(TABLE, SPEEDS, TIMES, speed, leg_length=leg, table_leg_length=LEG)


def missed(speed):
    """Root mean square of interpolated minus published angles, offsets included [°]."""
    difference = between(speed).evaluate(PHASE)[0] - GaitPattern.koopman(speed, HEIGHT).evaluate(PHASE)[0]
    return np.degrees(np.sqrt((difference[:, :3] ** 2).mean(axis=0)))


def main():
    print("speed [m/s]  adult strides [1/s]  child strides [1/s]  missed: hip, knee, ankle [°]")
    for speed in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        adult, child = between(speed), between(speed, CHILD_LEG)
        print(f"{speed:11.1f}  {adult.stride_rate:19.2f}  {child.stride_rate:19.2f}  {missed(speed).round(2)}")
    try:
        between(1.3)
    except gl.errors.ConfigError as error:
        print(f"refused: {error}")
    print(f"halfway between recorded speeds the knee is missed by {missed(0.6)[1]:.2f}°")


def draw(figure):
    curves, misses, times = figure.subplots(1, 3)
    for k, (speed, stride) in enumerate(zip(SPEEDS, TABLE, strict=True)):
        curves.plot(100 * PHASE, np.degrees(stride[:, 1]), color=f"{0.7 - 0.3 * k}", label=f"recorded, {speed} m/s")
    for speed, color in ((0.6, "C3"), (1.0, "C0")):
        q = np.degrees(between(speed).evaluate(PHASE)[0][:, 1])
        curves.plot(100 * PHASE, q, "--", color=color, label=f"made for {speed} m/s")
    curves.set(xlabel="cycle [%]", ylabel="knee [°]", title="between recorded speeds")
    curves.legend(loc="upper left")
    grid = np.linspace(SPEEDS[0], SPEEDS[-1], 81)
    misses.plot(grid, [missed(speed) for speed in grid], label=["hip", "knee", "ankle"])
    misses.set(xlabel="speed [m/s]", ylabel="RMS to the source [°]", title="what interpolation misses")
    misses.legend()
    for leg, label in ((LEG, f"as recorded, leg {LEG:.2f} m"), (CHILD_LEG, f"child, leg {CHILD_LEG:.2f} m")):
        reach = np.linspace(*(np.array([SPEEDS[0], SPEEDS[-1]]) * np.sqrt(leg / LEG) + [1e-9, -1e-9]), 60)
        times.plot(reach, [1.0 / between(speed, leg).stride_rate for speed in reach], label=label)
    times.plot(SPEEDS, TIMES, "ko", label="recorded")
    times.set(xlabel="speed [m/s]", ylabel="stride time [s]", title="scaled to leg length")
    times.legend()


if __name__ == "__main__":
    main()
