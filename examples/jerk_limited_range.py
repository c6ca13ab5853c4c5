"""A range of motion as a limit like the others: never crossed where that is possible, and said where it binds."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
LOW, HIGH, CYCLE = -0.1, 1.2, 0.002  # knee [rad], [s]
VELOCITY = {"control_interface": tr.ControlInterface.Velocity}
CASES = {
    "fits anyway": {"current_velocity": [2.0], "target_position": [0.3]},
    "keep a velocity": {"target_velocity": [1.5], **VELOCITY},
    "pass a point moving": {"target_position": [1.0], "target_velocity": [1.0]},
    "cannot stop in time": {"current_velocity": [4.0], "target_position": [0.5]},
}


def parameters(name, limited=True):
    inp = tr.InputParameter(1)
    inp.current_position, inp.max_velocity, inp.max_acceleration, inp.max_jerk = [0.6], [6.0], [12.0], [200.0]
    if limited:
        inp.min_position, inp.max_position = [LOW], [HIGH]
    for field, value in CASES[name].items():
        setattr(inp, field, value)
    return inp


def follow(name, limited=True, seconds=1.2):
    """Angles (T,) and the results that occurred."""
    otg, inp, out = tr.JerkLimited(1, CYCLE), parameters(name, limited), tr.OutputParameter(1)
    angles, results = [inp.current_position[0]], set()
    for _ in range(round(seconds / CYCLE)):
        results.add(otg.update(inp, out).name)
        out.pass_to_input(inp)
        angles.append(out.new_position[0])
    return np.array(angles), results


def main():
    print(f"{'request':20}  largest angle [rad]: free, limited  results")
    for name in CASES:
        (free, _), (limited, results) = follow(name, False), follow(name)
        print(f"{name:20}  {free.max():26.3f} {limited.max():8.3f}  {', '.join(sorted(results))}")
    beyond = parameters("fits anyway")
    beyond.target_position[0] = 1.3
    try:
        tr.JerkLimited(1, CYCLE).calculate(beyond)
    except gl.errors.ConfigError as error:
        print(f"refused: {error}")
    kept = sum(follow(name)[0].max() <= HIGH + 1e-9 for name in CASES)
    print(f"{kept} of {len(CASES)} stay within {HIGH} rad; who comes too fast to stop overshoots and is told so")


def draw(figure):
    figure.set_size_inches(9.0, 2.9)
    for axis, name in zip(figure.subplots(1, len(CASES), sharey=True), CASES, strict=True):
        for limited, style, label in ((False, "C1--", "without"), (True, "C0", "with limits")):
            angles = follow(name, limited)[0]
            axis.plot(CYCLE * np.arange(len(angles)), angles, style, label=label)
        axis.axhspan(HIGH, 2.0, color="C3", alpha=0.15)
        axis.set(title=name, xlabel="time [s]", ylim=(0.2, 1.75))
    figure.axes[0].set_ylabel("knee [rad]; shaded: out of range")
    figure.axes[0].legend(loc="upper left")


if __name__ == "__main__":
    main()
