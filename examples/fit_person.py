"""The published pattern fitted to a person: which cycles are good, how many it takes, what the residual is.

The person is synthetic: a known deviation from the published curves, strides that vary, a hesitation,
hidden markers and a stumble.
"""

import numpy as np

import gaitloop as gl

RATE, STRIDES, SPEED, HEIGHT = 100.0, 24, 0.8, 1.72
GaitPattern = gl.trajectory.GaitPattern
MODEL = GaitPattern.koopman(SPEED, HEIGHT)
PHASE = np.linspace(0.0, 1.0, 129)
OWN = np.zeros((129, 6))  # the deviation: a stiff left knee in swing, a hip that flexes less
OWN[:, 1] = np.radians(-14.0) * np.exp(-(((PHASE - 0.72) / 0.12) ** 2))
OWN[:, 0] = np.radians(-4.0) * np.cos(2.0 * np.pi * PHASE)
CURVES = np.hstack([MODEL.evaluate(PHASE)[0][:, :3]] * 2) + OWN
PERSON = GaitPattern.from_table(CURVES, stride_time=1.0 / MODEL.stride_rate, speed=SPEED)


def record(seed=3):
    """Time [s], angles [rad] and initial contacts [s] of both feet."""
    rng = np.random.default_rng(seed)
    durations = rng.normal(1.0 / PERSON.stride_rate, 0.02, STRIDES)
    durations[9] *= 1.5  # a hesitation
    contacts = np.concatenate([[0.0], durations.cumsum()])
    t = np.arange(0.0, contacts[-1] + 0.02, 1.0 / RATE)
    phase = np.interp(t, contacts, np.arange(STRIDES + 1.0))
    q = PERSON.evaluate(phase)[0]
    for joint in range(6):  # strides differ, slowly along each
        q[:, joint] += np.interp(phase, np.arange(0.0, STRIDES + 1, 0.25), rng.normal(0.0, 0.03, 4 * STRIDES + 4))
    q[(phase > 4.3) & (phase < 4.5), :3] = np.nan  # markers hidden
    q[(phase > 14.6) & (phase < 14.9), 1] -= 0.5  # a stumble
    return t, q, (contacts, np.interp(np.arange(0.5, STRIDES), np.arange(STRIDES + 1), contacts))


def error(pattern):
    """Root mean square of the left leg's angles to the person's true ones [°]."""
    difference = (pattern.evaluate(PHASE)[0] - PERSON.evaluate(PHASE)[0])[:, :3]
    return np.degrees(np.sqrt((difference**2).mean()))


def main():
    t, q, contacts = record()
    fit = GaitPattern.fit(q, t, contacts, speed=SPEED, height=HEIGHT)
    print("rejected:", *(f"{r.side} cycle at {r.start:.1f} s ({r.reason})" for r in fit.rejected), sep="\n  ")
    print("residual, rms [°]", np.degrees(fit.residual_rms).round(1), " spread [°]", np.degrees(fit.spread).round(1))
    print(f"{fit.cycles_used} cycles used, {fit.cycles_needed} needed")
    print(f"left leg {error(MODEL):.1f}° from the person before, {error(fit.pattern):.1f}° after the fit")


def draw(figure):
    (t, q, contacts), cycle = record(), 100 * PHASE
    fit = GaitPattern.fit(q, t, contacts, speed=SPEED, height=HEIGHT)
    knee, residual, growth = figure.subplots(1, 3)
    bad = {round(r.start, 6): r.reason for r in fit.rejected if r.side == "left"}
    for start, end in zip(contacts[0][:-1], contacts[0][1:], strict=True):
        color = "C1" if round(start, 6) in bad else "0.8"
        stride = np.interp(start + (end - start) * PHASE, t, np.degrees(q[:, 1]))
        knee.plot(cycle, stride, color=color, linewidth=0.7)
    for pattern, style, label in ((MODEL, "k--", "published"), (fit.pattern, "C3", "fitted"), (PERSON, "C0:", "true")):
        knee.plot(cycle, np.degrees(pattern.evaluate(PHASE)[0][:, 1]), style, label=label)
    knee.plot([], [], color="C1", label="rejected")
    knee.set(xlabel="cycle [%]", ylabel="left knee [°]", title="cycles of the recording", ylim=(-25, 75))
    knee.legend(loc="upper left")
    learned = np.degrees(fit.pattern.evaluate(PHASE)[0] - MODEL.evaluate(PHASE)[0])
    for joint, name in ((0, "hip"), (1, "knee"), (2, "ankle")):
        residual.plot(cycle, learned[:, joint], f"C{joint}", label=name)
        residual.plot(cycle, np.degrees(OWN[:, joint]), f"C{joint}:")
    residual.set(xlabel="cycle [%]", ylabel="left leg [°]", title="residual (dotted: true)")
    residual.legend(loc="lower left")
    counts, errors = [], []
    for strides in range(6, STRIDES + 1):
        seen = t < contacts[0][strides]
        part = GaitPattern.fit(
            q[seen], t[seen], [c[c <= contacts[0][strides]] for c in contacts], model=MODEL, min_cycles=3
        )
        counts.append(part.cycles_used[0])
        errors.append(error(part.pattern))
    growth.plot(counts, errors, "o-", markersize=3, label="fitted")
    growth.axhline(error(MODEL), color="k", linestyle="--", label="published")
    growth.axvline(fit.cycles_needed, color="C3", linestyle=":", label="cycles needed, as reported")
    growth.set(xlabel="good cycles, left [-]", ylabel="RMS to the person [°]", title="learning", ylim=(0, None))
    growth.legend()


if __name__ == "__main__":
    main()
