"""Sensors on two shoes, mounted askew: what the gyroscope sees, and the events that are told while the person walks."""

import numpy as np

import gaitloop as gl

DT, END = 0.01, 12.0  # [s]
STRIDE, STAND = 1.3, 2.0  # [s]; the left foot stands for STAND, the right one half a stride longer
TOE_OFF, CONTACT = 0.70, 1.15  # [s], of the stride
GRAVITY = 9.81  # [m/s²]
# Pitch rate of a foot over the stride, heel up positive: push-off, swing, contact of the heel, foot flat.
KNOTS = [0.0, 0.45, 0.69, 0.75, 0.85, 1.05, 1.12, 1.16, 1.22, STRIDE]  # [s]
RATES = [0.0, 0.0, 8.0, 0.0, -5.33, -4.44, 0.0, 4.0, 0.0, 0.0]  # [rad/s]
TIME = np.arange(0.0, END, DT)


def foot(delay):
    """Acceleration and angular velocity (T, 6) of a foot, x forward, z up: gravity and the way forward, pitched."""
    u = np.mod(TIME - STAND - delay, STRIDE)
    walks = STAND + delay <= TIME
    rate = np.where(walks, np.interp(u, KNOTS, RATES), 0.0)
    grid = np.linspace(0.0, STRIDE, 1301)
    turned = np.cumsum(np.interp(grid, KNOTS, RATES)) * (grid[1] - grid[0])
    pitch = np.where(walks, np.interp(u, grid, turned - turned[-1] * grid / STRIDE), 0.0)
    swing = np.clip((u - 0.6) / 0.55, 0.0, 1.0)
    forward = np.where(walks, 18.0 * np.sin(2.0 * np.pi * swing), 0.0)
    zero = np.zeros(len(TIME))
    x = forward * np.cos(pitch) - GRAVITY * np.sin(pitch)
    z = forward * np.sin(pitch) + GRAVITY * np.cos(pitch)
    return np.stack([x, zero, z, zero, rate, zero], axis=1)


def mounted(rows, rng):
    """The same as a sensor sees it that sits in any direction, with its noise."""
    axes, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    axes *= np.linalg.det(axes)
    noise = rng.standard_normal(rows.shape) * [0.05, 0.05, 0.05, 0.015, 0.015, 0.015]
    return np.concatenate([rows[:, :3] @ axes.T, rows[:, 3:] @ axes.T], axis=1) + noise


def walk():
    """Rows (T, 2, 6) of both sensors and the events told tick by tick."""
    rng = np.random.default_rng(4)
    imu = np.stack([mounted(foot(delay), rng) for delay in (0.0, 0.5 * STRIDE)], axis=1)
    detector = gl.events.FootImuContacts()
    told = [event for row, t in zip(imu, TIME, strict=True) for event in detector.step(row, t)]
    return imu, told


def truth(side, kind):
    """Times at which it happens [s]."""
    first = STAND + (0.5 * STRIDE if side == "right" else 0.0) + (CONTACT if kind == "ic" else TOE_OFF)
    return np.arange(first, END - 0.1, STRIDE)


def main():
    _, told = walk()
    print("foot   event  happened  found  off by, median [ms]  known after, median [ms]  confidence of the first, last")
    for side in ("left", "right"):
        for kind in ("to", "ic"):
            events = [event for event in told if event[:2] == (side, kind)]
            true = truth(side, kind)
            off = [event.time - true[np.abs(true - event.time).argmin()] for event in events]
            late = [event.emit - event.time for event in events]
            print(
                f"{side:5}  {kind:5}  {len(true):8}  {len(events):5}  {1e3 * np.median(off):19.0f}"
                f"  {1e3 * np.median(late):24.0f}  {events[0].confidence:23.2f}, {events[-1].confidence:.2f}"
            )
    first = min(event.time for event in told)
    print(f"the first step, at {first:.2f} s, is told too: direction and sign of the axis are found in its push-off")


def draw(figure):
    figure.set_size_inches(9.0, 4.6)
    imu, told = walk()
    axes = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [1.3, 1.3, 1.0]})
    for k, name in enumerate("xyz"):
        axes[0].plot(TIME, imu[:, 0, 3 + k], f"C{k}", linewidth=1.0, label=name)
    axes[0].set(ylabel="sensor's axes\n[rad/s]", title="angular velocity of the left foot as the sensor gives it")
    axes[1].plot(TIME, foot(0.0)[:, 4], "0.45", linewidth=1.0, label="pitch rate, not known to the detector")
    axes[1].set(ylabel="heel up\n[rad/s]", ylim=(-14.0, 10.0))
    for kind, mark, color, label in (("to", "^", "C3", "toe-off"), ("ic", "v", "C2", "initial contact")):
        events = [event for event in told if event[:2] == ("left", kind)]
        times = [event.time for event in events]
        axes[1].plot(times, np.interp(times, TIME, foot(0.0)[:, 4]), mark, color=color, markersize=6, label=label)
        axes[2].plot(times, [1e3 * (event.emit - event.time) for event in events], mark, color=color, markersize=6)
        axes[1].vlines(truth("left", kind), -8.0, 9.5, color=color, linewidth=0.7, linestyle=":")
    axes[2].set(xlabel="time [s]", ylabel="known after\n[ms]", xlim=(0.5, 10.0), ylim=(0.0, 35.0))
    axes[0].legend(loc="lower left", ncols=3)
    axes[1].legend(loc="lower left", ncols=3)


if __name__ == "__main__":
    main()
