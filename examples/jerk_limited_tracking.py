"""A moving, noisy target followed without chatter: what `tracking` does."""

import numpy as np

import gaitloop as gl

tr = gl.trajectory
CYCLE, SECONDS, RATE = 0.001, 4.0, 0.5  # [s], [s], [1/s]
TRACKING = (0.0, 0.02, 0.1)  # [s]


def target(t):
    """Position, velocity and acceleration of a sine."""
    w = 2.0 * np.pi * RATE
    return 0.5 * np.sin(w * t), 0.5 * w * np.cos(w * t), -0.5 * w * w * np.sin(w * t)


def follow(tracking, noise=1e-6):
    """Angle, its error to the target and mean jerk of each cycle (T,)."""
    rng = np.random.default_rng(1)
    otg, inp, out = tr.JerkLimited(1, CYCLE), tr.InputParameter(1), tr.OutputParameter(1)
    inp.current_position, inp.tracking = [0.3], tracking or None
    inp.max_velocity, inp.max_acceleration, inp.max_jerk = [3.0], [20.0], [400.0]
    rows = []
    for k in range(round(SECONDS / CYCLE)):
        p, v, a = target(k * CYCLE)
        inp.target_position, inp.target_velocity, inp.target_acceleration = [p + rng.normal(0.0, noise)], [v], [a]
        otg.update(inp, out)
        out.pass_to_input(inp)
        rows.append((out.new_position[0], out.new_position[0] - target((k + 1) * CYCLE)[0], out.new_acceleration[0]))
    angle, error, acceleration = np.array(rows).T
    return angle, error, np.diff(acceleration, prepend=acceleration[0]) / CYCLE


def main():
    print("tracking [s]  caught up after [s]  largest error then [rad]  largest jerk then [rad/s³]")
    for tracking in TRACKING:
        _, error, jerk = follow(tracking)
        late = np.abs(error) > 2e-3
        caught = f"{CYCLE * (np.nonzero(late)[0].max() + 1):.2f}" if not late[-1] else "never"
        print(f"{tracking:12.2f}  {caught:>19}  {np.abs(error[1500:]).max():24.1e}  {np.abs(jerk[1500:]).max():25.1f}")
    _, _, jerk = follow(0.1)
    own = 0.5 * (2.0 * np.pi * RATE) ** 3
    print(f"with 0.1 s of tracking the jerk is {np.abs(jerk[1500:]).max():.0f} rad/s³; the target's own is {own:.0f}")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    path, *jerks = figure.subplots(1, 4)
    t = CYCLE * np.arange(1, round(SECONDS / CYCLE) + 1)
    path.plot(t, target(t)[0], "k:", label="target")
    for k, tracking in enumerate(TRACKING):
        angle, _, jerk = follow(tracking)
        label = f"tracking {tracking:g} s" if tracking else "none"
        path.plot(t, angle, f"C{k}", label=label, linewidth=1.0)
        jerks[k].plot(t, jerk, f"C{k}", linewidth=0.5)
        jerks[k].set(title=label, xlabel="time [s]", ylim=(-430, 430))
    path.set(title="target with 1 µrad of noise", xlabel="time [s]", ylabel="angle [rad]", ylim=(-0.6, 1.15))
    path.legend(loc="upper right")
    jerks[0].set_ylabel("jerk [rad/s³]")


if __name__ == "__main__":
    main()
