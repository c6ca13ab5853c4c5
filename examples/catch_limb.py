"""A limb that moves is taken over: into walking where it is nearest, or to standing; it begins at the state given."""

import numpy as np

import gaitloop as gl

DT, HEIGHT = 0.001, 1.72
WALK = gl.trajectory.GaitPattern.koopman(0.6, HEIGHT)
Q, DQ = np.zeros(6), np.zeros(6)  # the state found: left leg swinging forward, right leg standing
Q[:] = [0.15, 0.75, -0.05, -0.05, 0.15, 0.05]
DQ[:] = [1.8, -0.8, 0.4, -0.5, 0.1, 0.2]


def follow(pattern, seconds=3.0):
    """Time announced [s], then angles and velocities of six joints at each tick (T, 6), the state given first."""
    generator = gl.trajectory.GaitGenerator(
        max_velocity=[5.0, 10.0, 7.0],
        max_acceleration=[80.0, 180.0, 140.0],
        max_jerk=[4e3, 9e3, 9e3],
        lower=[-0.6, -0.1, -0.7],
        upper=[1.0, 1.5, 0.6],
    )
    wait = generator.catch(Q, DQ, pattern=pattern, steps=1)
    first, rest = generator.reference, generator.run(round(seconds / DT), DT)
    return wait, np.vstack([first.q, rest.q]), np.vstack([first.dq, rest.dq])


def main():
    print("led to     done in [s]  first angle off [rad]  first velocity off [rad/s]  largest velocity [rad/s]")
    for name, pattern in (("walking", WALK), ("standing", None)):
        wait, q, dq = follow(pattern)
        off = np.abs(q[0] - Q).max(), np.abs(dq[0] - DQ).max()
        print(f"{name:9}  {wait:11.2f}  {off[0]:21.0e}  {off[1]:26.0e}  {np.abs(dq).max():24.2f}")
    rest = np.abs(follow(None)[1][-1]).max()
    print(f"led to standing, every joint ends within {rest:.0e} rad of it")


def draw(figure):
    figure.set_size_inches(9.0, 4.4)
    for row, joint_values, label in zip(figure.subplots(2, 2, sharex=True), (1, 2), ("[°]", "[°/s]"), strict=True):
        for axis, (name, pattern) in zip(row, (("to walking", WALK), ("to standing", None)), strict=True):
            values = np.degrees(follow(pattern)[joint_values])
            t = DT * np.arange(len(values))
            for joint, color in ((0, "C0"), (1, "C1"), (3, "C0"), (4, "C1")):
                style = "-" if joint < 3 else "--"
                side = "left" if joint < 3 else "right"
                axis.plot(
                    t, values[:, joint], color + style, label=f"{('hip', 'knee')[joint % 3]}, {side}", linewidth=1
                )
                axis.plot(0, values[0, joint], color + "o", markersize=4)
            axis.axvline(follow(pattern)[0], color="k", linestyle=":", linewidth=0.9)
            axis.set_ylabel(("angle " if joint_values == 1 else "velocity ") + label)
            if joint_values == 1:
                axis.set_title(f"{name} (dotted line: done)")
                axis.legend(ncols=2, loc="upper right")
                axis.set_ylim(-25, 95)
            else:
                axis.set_xlabel("time since the catch [s]")


if __name__ == "__main__":
    main()
