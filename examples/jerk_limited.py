"""Fastest movement within limits: of first, second and third order, from a moving state, to a velocity, to a stop."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
INFINITE = float("inf")
ORDERS = {"third order": (2.0, 10.0), "second order": (2.0, INFINITE), "first order": (INFINITE, INFINITE)}


def parameters(acceleration=2.0, jerk=10.0, **fields):
    """One degree of freedom from 0 to 1 rad, with at most 1 rad/s; every limit is given, none has a default."""
    inp = tr.InputParameter(1)
    inp.target_position, inp.max_velocity = [1.0], [1.0]
    inp.max_acceleration, inp.max_jerk = [acceleration], [jerk]
    for name, value in fields.items():
        setattr(inp, name, value)
    return inp


def movements():
    otg = tr.JerkLimited(1, 0.01)
    moving = {"current_position": [0.3], "current_velocity": [-0.8], "current_acceleration": [1.0]}
    yield from ((name, otg.calculate(parameters(*limits))) for name, limits in ORDERS.items())
    yield "moving, to a moving target", otg.calculate(parameters(**moving, target_velocity=[-0.3]))
    velocity = tr.ControlInterface.Velocity
    yield "to a velocity", otg.calculate(parameters(**moving, target_velocity=[0.6], control_interface=velocity))
    yield "stop", otg.stop(parameters(**moving))


def main():
    print(f"{'movement':26}  duration [s]  pieces  reaches [rad]   halfway [s]")
    for name, trajectory in movements():
        reach = trajectory.position_extrema[0]
        halfway = trajectory.get_first_time_at_position(0, 0.5)
        print(
            f"{name:26}  {trajectory.duration:12.3f}  {len(trajectory.profiles[0]):6d}"
            f"  {reach['min']:5.2f} to {reach['max']:4.2f}  {'never' if halfway is None else f'{halfway:.3f}':>11}"
        )
    discrete = parameters(duration_discretization=tr.DurationDiscretization.Discrete, minimum_duration=2.004)
    print(f"of at least 2.004 s in whole cycles: {tr.JerkLimited(1, 0.01).calculate(discrete).duration:.2f} s")


def draw(figure):
    figure.set_size_inches(9.0, 5.2)
    axes = figure.subplots(2, 4)
    names = ("position [rad]", "velocity [rad/s]", "acceleration [rad/s²]", "jerk [rad/s³]")
    for k, (label, trajectory) in enumerate(movements()):
        row, color = axes[k // 3], f"C{k}"
        t = np.linspace(-0.1, trajectory.duration + 0.15, 1200)
        inside = np.where((t >= 0.0) & (t <= trajectory.duration), 0.0, np.nan)
        state = [x[:, 0] + inside for x in trajectory.at_time(t)]
        pieces = trajectory.profiles[0]
        jerk = pieces[np.clip(np.searchsorted(np.cumsum(pieces[:, 0]), t), 0, len(pieces) - 1), 4] + inside
        order = 3 if k > 2 else 3 - k
        for axis, values, name in zip(row[: order + 1], (*state, jerk), names, strict=False):
            axis.plot(t, values, color, label=label)
            axis.set(ylabel=name, xlabel="time [s]")
    for row in axes:
        for axis, limit in zip(row[1:], (1.0, 2.0, 10.0), strict=True):
            axis.axhline(limit, color="k", linestyle=":", linewidth=1.0)
            axis.axhline(-limit, color="k", linestyle=":", linewidth=1.0)
    axes[0, 0].legend(loc="lower right")
    axes[1, 0].legend(loc="upper left")
    axes[1, 0].set_ylim(0.0, 1.6)


if __name__ == "__main__":
    main()
