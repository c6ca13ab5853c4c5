"""A velocity limit lowered in motion: approached from above, never through zero and back."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
CYCLE = 0.01
JERKS = (4.0, 1.0)


def cruise(module, jerk, seconds=11.0):
    """Velocity and acceleration (T, 2): in cruise at 3 rad/s when the limit becomes 1 rad/s at t = 0."""
    generator = getattr(module, "JerkLimited", None) or module.Ruckig
    otg, inp, out = generator(1, CYCLE), module.InputParameter(1), module.OutputParameter(1)
    inp.current_position, inp.current_velocity, inp.current_acceleration = [0.0], [3.0], [0.0]
    inp.target_position, inp.target_velocity, inp.target_acceleration = [100.0], [0.0], [0.0]
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [1.0], [5.0], [jerk]
    rows = [(3.0, 0.0)]
    for _ in range(round(seconds / CYCLE)):
        otg.update(inp, out)
        out.pass_to_input(inp)
        rows.append((out.new_velocity[0], out.new_acceleration[0]))
    return np.array(rows)


def main():
    print("jerk limit [rad/s³]  smallest velocity [rad/s]  at the new limit after [s]")
    for jerk in JERKS:
        velocity = cruise(tr, jerk)[:, 0]
        print(f"{jerk:19.1f}  {velocity.min():25.6f}  {CYCLE * np.argmax(velocity <= 1.0 + 1e-9):26.2f}")
    lowest = min(cruise(tr, jerk)[:, 0].min() for jerk in JERKS)
    print(f"from 3 rad/s the limit of 1 rad/s is approached from above; the lowest velocity is {lowest:.3f} rad/s")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    modules = [("JerkLimited", tr, "C0")]
    try:
        import ruckig

        modules.append((f"ruckig {ruckig.__version__}", ruckig, "C3"))
    except ImportError:
        pass  # a development dependency; the picture then shows one curve
    for axis, jerk in zip(figure.subplots(1, 2), JERKS, strict=True):
        for label, module, color in modules:
            velocity = cruise(module, jerk)[:, 0]
            axis.plot(CYCLE * np.arange(len(velocity)), velocity, color, label=label)
        axis.axhline(1.0, color="k", linestyle=":", label="lowered limit")
        axis.axhline(0.0, color="0.5", linewidth=0.8)
        axis.set(xlabel="time since the limit was lowered [s]", ylabel="velocity [rad/s]")
        axis.set_title(f"jerk limit {jerk:g} rad/s³")
        axis.legend()


if __name__ == "__main__":
    main()
