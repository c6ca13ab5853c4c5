"""The weak leg follows the sound one: readings are lost for a second, and the reference neither jumps nor runs."""

import numpy as np

import gaitloop as gl

DT = 0.01
PATTERN = gl.trajectory.GaitPattern.koopman(0.5, 1.72)
T = np.arange(0.0, 9.0, DT)
LOST = (T >= 3.0) & (T < 4.5)
MOST = np.array([4.0, 6.0, 3.0])  # fastest reference [rad/s]


def sound_leg():
    """Right leg of a person who walks unevenly [rad, rad/s], half of it with a wait; unseen while LOST."""
    pace = 1.0 - 0.9 * (np.clip((T - 6.0) / 0.4, 0, 1) - np.clip((T - 7.2) / 0.4, 0, 1))
    phase, rate = np.cumsum(pace) * PATTERN.stride_rate * DT, pace * PATTERN.stride_rate
    sides = np.stack([phase, phase + PATTERN.offset], axis=1), np.stack([rate, rate], axis=1)
    q, dq, _ = PATTERN.evaluate_sides(*sides)
    seen = np.where(LOST[:, None], np.nan, 1.0)
    return seen * q[:, 3:], seen * dq[:, 3:], q


def references():
    """The law's output, the bare map's and the pattern's, which goes on at its own pace."""
    q, dq, true = sound_leg()
    plain = PATTERN.evaluate(T * PATTERN.stride_rate, PATTERN.stride_rate)
    limb = gl.trajectory.LimbComplement.from_pattern(PATTERN, sound="right")
    law = gl.control.ComplementaryMotion(limb, MOST, fade=0.4)
    bare = gl.trajectory.LimbComplement.from_pattern(PATTERN, sound="right")
    mapped = np.array([bare.step(*row)[0] for row in zip(q, dq, strict=True)])
    return law.run(q, dq, plain[0][:, :3], plain[1][:, :3], DT), mapped, plain[0][:, :3], true


def main():
    out, mapped, _, _ = references()
    print("reference            fastest knee [rad/s]  largest step of the knee in a tick [°]")
    for name, knee in (("ComplementaryMotion", out.q[:, 1]), ("LimbComplement alone", mapped[:, 1])):
        step = np.abs(np.diff(knee)).max()
        print(f"{name:20} {step / DT:20.1f}  {np.degrees(step):38.1f}")
    print(f"bound {MOST[1]:.0f} rad/s; confidence while the sound leg is lost goes to {out.confidence[LOST].min():.0f}")


def draw(figure):
    figure.set_size_inches(9.0, 3.8)
    knee, confidence = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    out, mapped, plain, _ = references()
    knee.plot(T, np.degrees(mapped[:, 1]), "C1", linewidth=1.0, label="LimbComplement alone")
    knee.plot(T, np.degrees(plain[:, 1]), "0.6", linestyle=":", label="pattern")
    knee.plot(T, np.degrees(out.q[:, 1]), "C3", label="ComplementaryMotion")
    confidence.plot(T, out.confidence, "C3")
    for axis in (knee, confidence):
        axis.axvspan(3.0, 4.5, color="0.92")
        axis.axvspan(6.0, 7.6, color="0.96")
    knee.text(3.75, 78, "sound leg not seen", ha="center")
    knee.text(6.8, 78, "sound leg waits", ha="center")
    knee.set(ylabel="left knee, reference [°]", ylim=(-8, 88))
    confidence.set(xlabel="time [s]", ylabel="confidence [-]", ylim=(-0.1, 1.1))
    knee.legend(loc="upper left", ncols=1)


if __name__ == "__main__":
    main()
