"""Many movements planned at once on all cores: the shortest time from every state of a joint to rest at zero."""

import numpy as np

import gaitloop as gl

LIMITS = {"max_velocity": [2.0], "max_acceleration": [6.0], "max_jerk": [40.0]}
ANGLE, VELOCITY = np.linspace(-1.5, 1.5, 121), np.linspace(-2.0, 2.0, 121)


def durations():
    """Shortest time to rest at zero [s] from each angle (columns) and velocity (rows)."""
    q, dq = (x.reshape(-1, 1) for x in np.meshgrid(ANGLE, VELOCITY))
    plan = gl.trajectory.JerkLimited(1, 0.01).calculate_batch
    return plan(current_position=q, current_velocity=dq, target_position=[0.0], **LIMITS)


def main():
    batch = durations()
    times = batch.durations.reshape(len(VELOCITY), len(ANGLE))
    print("velocity [rad/s]  time to rest at 0 from -1, 0, 1 rad [s]")
    for row in (0, 30, 60, 90, 120):
        print(f"{VELOCITY[row]:16.1f}  {np.interp([-1.0, 0.0, 1.0], ANGLE, times[row]).round(3)}")
    assert np.abs(batch.at_time(batch.durations.max())[0]).max() < 1e-9
    print(f"{len(batch)} movements planned, the longest lasts {times.max():.2f} s; all end at rest at zero")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    plane, paths = figure.subplots(1, 2)
    batch = durations()
    shape = len(VELOCITY), len(ANGLE)
    filled = plane.contourf(ANGLE, VELOCITY, batch.durations.reshape(shape), levels=20, cmap="viridis")
    figure.colorbar(filled, ax=plane, label="shortest time to rest at 0 [s]")
    plane.set(xlabel="angle [rad]", ylabel="velocity [rad/s]", title=f"{len(batch)} movements in one call")
    t = np.linspace(0.0, 2.2, 120)
    states = np.stack([np.stack(batch.at_time(x)[:2]) for x in t])[..., 0]  # (T, 2, N)
    for start in np.linspace(0, len(batch) - 1, 41).round().astype(int):
        paths.plot(states[:, 0, start], states[:, 1, start], color="0.55", linewidth=0.7)
        paths.plot(states[0, 0, start], states[0, 1, start], "C0.", markersize=4)
    paths.plot(0, 0, "C3o", markersize=5)
    paths.set(xlabel="angle [rad]", ylabel="velocity [rad/s]", title="41 of them")


if __name__ == "__main__":
    main()
