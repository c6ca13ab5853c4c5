"""An input that makes no sense in the middle of a movement: nothing is raised, nothing jumps."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
CYCLE, REFUSED = 0.002, 0.5  # [s]


def session(seconds=2.2):
    """Angle, velocity (T,) and result of each cycle; from 0.5 s on the target is not a number."""
    otg, inp, out = tr.JerkLimited(1, CYCLE), tr.InputParameter(1), tr.OutputParameter(1)
    inp.target_position, inp.target_velocity = [0.8], [0.6]
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [1.2], [4.0], [40.0]
    rows, faults = [], set()
    for k in range(round(seconds / CYCLE)):
        if k * CYCLE >= REFUSED:
            inp.target_position[0] = np.nan
        result = otg.update(inp, out)
        faults.add(out.fault)
        rows.append((out.new_position[0], out.new_velocity[0], result))
        out.pass_to_input(inp)
    angle, velocity, results = np.array(rows).T
    return CYCLE * np.arange(1, len(rows) + 1), angle, velocity, results.astype(int), faults - {None}


def main():
    t, angle, velocity, results, faults = session()
    print("from [s]  result          angle [rad]  velocity [rad/s]")
    for k in np.nonzero(np.diff(results, prepend=9))[0]:
        print(f"{t[k]:8.3f}  {tr.Result(results[k]).name:14}  {angle[k]:11.3f}  {velocity[k]:16.3f}")
    print("fault:", *faults)
    step = np.abs(np.diff(velocity)).max() / CYCLE
    print(f"rests at {angle[-1]:.3f} rad; the largest acceleration on the way is {step:.2f} of 4 rad/s²")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    t, angle, velocity, results, _ = session()
    for axis, values, label in zip(
        figure.subplots(1, 2), (angle, velocity), ("angle [rad]", "velocity [rad/s]"), strict=True
    ):
        for k, result in enumerate(tr.Result):
            here = results == result
            if here.any():
                axis.plot(t[here], values[here], f"C{k}", linewidth=2.2, label=result.name)
        axis.axvline(REFUSED, color="k", linestyle=":", label="target becomes NaN")
        axis.set(xlabel="time [s]", ylabel=label)
    axis.legend()


if __name__ == "__main__":
    main()
