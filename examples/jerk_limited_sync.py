"""Several degrees of freedom: each by itself, all arriving together, or along one straight line."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
MODES = (tr.Synchronization.No, tr.Synchronization.Time, tr.Synchronization.Phase)


def plan(mode):
    inp = tr.InputParameter(3)
    inp.target_position = [0.9, 0.4, -0.3]
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [1.0] * 3, [3.0, 2.0, 4.0], [20.0, 8.0, 30.0]
    inp.synchronization = mode
    return tr.JerkLimited(3, 0.01).calculate(inp)


def off_line(trajectory):
    """Largest distance from the straight line between start and target [rad]."""
    q = trajectory.at_time(np.linspace(0.0, trajectory.duration, 500))[0]
    line = q[-1] / np.linalg.norm(q[-1])
    return np.linalg.norm(q - np.outer(q @ line, line), axis=1).max()


def main():
    print("synchronisation  arrivals [s]              off the line [rad]")
    for mode in MODES:
        trajectory = plan(mode)
        ends = [pieces[:, 0].sum() for pieces in trajectory.profiles]
        print(f"{mode.name:15}  {np.round(ends, 3)!s:24}  {off_line(trajectory):.4f}")
    straight, free = (plan(mode).duration for mode in (tr.Synchronization.Phase, tr.Synchronization.Time))
    print(f"the straight line takes {straight / free:.3f} times as long as arriving together")


def draw(figure):
    path, *speeds = figure.subplots(1, 4)
    for k, mode in enumerate(MODES):
        trajectory, axis = plan(mode), speeds[k]
        t = np.linspace(0.0, trajectory.duration, 400)
        q, dq, _ = trajectory.at_time(t)
        path.plot(q[:, 0], q[:, 2], f"C{k}", label=mode.name)
        for joint, style in enumerate(("-", "--", ":")):
            axis.plot(t, dq[:, joint], f"C{k}{style}", label=f"degree {joint}")
        axis.set(title=mode.name, xlabel="time [s]", ylabel="velocity [rad/s]", ylim=(-1.1, 1.6))
        axis.legend(loc="upper right", ncols=1)
    path.set(title="path", xlabel="degree 0 [rad]", ylabel="degree 2 [rad]")
    path.legend()


if __name__ == "__main__":
    main()
