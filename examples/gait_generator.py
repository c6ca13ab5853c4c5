"""The online reference: start, change of speed, of a word, freeze, resume, stop; nothing jumps, bounds hold."""

import numpy as np

import gaitloop as gl

DT, HEIGHT = 0.001, 1.72
BOUNDS = {"max_velocity": [5.0, 10.0, 7.0], "max_acceleration": [80.0, 180.0, 140.0], "max_jerk": [8e3, 12e3, 10e3]}
RANGE = {"lower": [-0.6, -0.1, -0.7], "upper": [1.0, 1.5, 0.6]}  # hip, knee, ankle [rad]
SLOW = gl.trajectory.GaitPattern.koopman(0.4, HEIGHT)
FAST = gl.trajectory.GaitPattern.koopman(0.9, HEIGHT)
HIGH = FAST.adjust(height=HEIGHT, range_of_motion=tuple(RANGE.values()), foot_clearance_cm=3.0)
REQUESTS = (  # [s], what
    (0.5, "walk 0.4 m/s", lambda g: g.walk(SLOW, steps=2)),
    (5.0, "walk 0.9 m/s", lambda g: g.walk(FAST, steps=2)),
    (8.0, "clearance 3 cm", lambda g: g.walk(HIGH, steps=1)),
    (10.5, "freeze", lambda g: g.freeze()),
    (12.5, "resume", lambda g: g.resume()),
    (15.0, "stand", lambda g: g.stand(steps=2)),
)


def session(seconds=17.5, tell=lambda *line: None):
    """Time (T,), angles, velocities and accelerations (T, 6)."""
    generator = gl.trajectory.GaitGenerator(**BOUNDS, **RANGE, freeze_time=0.8)
    requests, rows = list(REQUESTS), []
    for tick in range(round(seconds / DT)):
        if requests and tick * DT >= requests[0][0]:
            _, name, ask = requests.pop(0)
            wait = ask(generator)
            tell(f"{tick * DT:6.1f} s  {name:15}  {'' if wait is None else f'done in {wait:.2f} s'}")
        reference = generator.step(DT)
        rows.append((reference.q, reference.dq, reference.ddq))
    q, dq, ddq = np.array(rows).transpose(1, 0, 2)
    return DT * np.arange(1, len(q) + 1), q, dq, ddq


def shares(dq, ddq):
    """Largest velocity, acceleration and jerk of each joint as a share of its bound (3, 6) [-]."""
    largest = [np.abs(x).max(axis=0) for x in (dq, ddq, np.diff(ddq, axis=0) / DT)]
    return np.array([x / np.tile(bound, 2) for x, bound in zip(largest, BOUNDS.values(), strict=True)])


def main():
    _, q, dq, ddq = session(tell=print)
    print("largest, as a share of its bound: hip, knee, ankle of the left leg")
    for name, share in zip(BOUNDS, shares(dq, ddq), strict=True):
        print(f"  {name:16}  {share[:3].round(2)}")
    assert np.abs(q[-1]).max() < 1e-9
    print(f"stands at the end; the largest jerk is {shares(dq, ddq)[2].max():.0%} of its bound")


def draw(figure):
    figure.set_size_inches(9.0, 6.2)
    t, q, dq, ddq = session()
    axes = figure.subplots(4, 1, sharex=True, height_ratios=(1.4, 1, 1, 1))
    jerk = np.diff(ddq, axis=0, prepend=ddq[:1]) / DT
    rows = ((np.degrees(q), None), *zip((dq, ddq, jerk), BOUNDS.values(), strict=True))
    labels = ("left leg [°]", "velocity [rad/s]", "acceleration [rad/s²]", "jerk [rad/s³]")
    for axis, (values, bound), label in zip(axes, rows, labels, strict=True):
        for joint, name in enumerate(("hip", "knee", "ankle")):
            axis.plot(t, values[:, joint], f"C{joint}", linewidth=0.9, label=name)
            for sign in (1, -1) if bound else ():
                axis.axhline(sign * bound[joint], color=f"C{joint}", linestyle=":", linewidth=1.0)
        for time, name, _ in REQUESTS:
            axis.axvline(time, color="0.4", linewidth=0.8)
            if not bound:
                axis.text(time + 0.05, 88, name, va="top", fontsize=7)
        axis.set_ylabel(label)
    axes[0].set_ylim(-25, 90)
    axes[0].legend(loc="upper right")
    axes[-1].set_xlabel("time [s]; dotted: the bounds given")


if __name__ == "__main__":
    main()
