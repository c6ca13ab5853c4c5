"""The paretic leg from the sound one: half a cycle later, or instant by instant without any phase."""

import numpy as np

import gaitloop as gl

HEIGHT = 1.72
PHASE = np.linspace(0.0, 1.0, 201)
GaitPattern = gl.trajectory.GaitPattern
HEALTHY = GaitPattern.koopman(0.5, HEIGHT)


def as_walked():
    """A pattern whose left knee hardly bends in swing (an assumed example, not a recorded person)."""
    q = np.hstack([HEALTHY.evaluate(PHASE)[0][:, :3]] * 2)
    q[:, 1] *= 0.4
    q[:, 2] -= np.radians(8.0) * np.exp(-(((PHASE - 0.8) / 0.1) ** 2))
    return GaitPattern.from_table(q, stride_time=1.0 / HEALTHY.stride_rate, speed=0.5)


def online(pace):
    """Left leg estimated from the right one, which walks at `pace` (T,) of its usual speed; 100 Hz."""
    other = gl.trajectory.LimbComplement.from_pattern(HEALTHY, sound="right")
    phase = np.cumsum(pace) * HEALTHY.stride_rate / 100.0
    q = HEALTHY.evaluate(phase)[0]
    dq = HEALTHY.evaluate_sides(
        np.stack([phase, phase + HEALTHY.offset], axis=1), np.stack([pace * HEALTHY.stride_rate] * 2, axis=1)
    )[1]
    return q, np.array([other.step(q[i, 3:], dq[i, 3:])[0] for i in range(len(pace))])


def main():
    walked = as_walked()
    whole = GaitPattern.complement(walked, "right", offset=0.5)
    print("knee of the left leg: range [°], clearance of the toe [cm]")
    for name, pattern in (("as walked", walked), ("complement", whole)):
        words = pattern.describe(HEIGHT)
        print(f"  {name:10}  {words.knee_range_deg[0]:5.1f}  {words.foot_clearance_cm[0]:5.1f}")
    q, estimate = online(np.ones(600))
    rms = np.degrees(np.sqrt(((estimate - q[:, :3]) ** 2).mean(axis=0)))
    print(f"online, without a phase, the other leg is missed by {rms.round(1)}° RMS (hip, knee, ankle)")


def draw(figure):
    figure.set_size_inches(9.0, 3.0)
    first, second = figure.subplots(1, 2, width_ratios=(1, 2))
    walked = as_walked()
    whole = GaitPattern.complement(walked, "right", offset=0.5)
    for pattern, joint, style, label in (
        (walked, 4, "0.6", "right, sound"),
        (walked, 1, "k--", "left, as walked"),
        (whole, 1, "C3", "left, complement"),
    ):
        first.plot(100 * PHASE, np.degrees(pattern.evaluate(PHASE)[0][:, joint]), style, label=label)
    first.set(xlabel="left cycle [%]", ylabel="knee [°]", title="complement", ylim=(-5, 85))
    first.legend(loc="upper center", ncols=2)
    t = np.arange(700) / 100.0
    pace = 1.0 - np.clip((t - 2.0) / 0.5, 0, 1) + np.clip((t - 3.5) / 0.5, 0, 1)
    q, estimate = online(pace)
    for joint, name in ((0, "hip"), (1, "knee"), (2, "ankle")):
        second.plot(t, np.degrees(q[:, joint]), f"C{joint}:", linewidth=1.0)
        second.plot(t, np.degrees(estimate[:, joint]), f"C{joint}", label=name)
    second.axvspan(2.0, 4.0, color="0.9")
    second.text(3.0, 62, "sound leg slows, waits, goes on", ha="center")
    second.set(xlabel="time [s]", ylabel="left leg [°]", ylim=(-25, 72))
    second.set_title("LimbComplement (dotted: the pattern's own left leg)")
    second.legend(loc="upper right")


if __name__ == "__main__":
    main()
