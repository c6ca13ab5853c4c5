"""The phase of a leg that starts, changes pace, loses its contacts, then its sensor, and stops: each rung announced."""

import numpy as np

import gaitloop as gl

DT, DELAY = 0.01, 0.02  # [s]; a contact is known a little after it happened
FROM, STOP, END = 1.0, 34.0, 38.0  # [s]
FASTER = 12.0  # [s], from there on strides are shorter
NO_CONTACTS, NO_SENSOR = (17.0, 23.0), (26.0, 30.0)  # [s]
LADDER = ["TRACKING", "COASTING", "SYNCED", "OVERDUE", "STANCE_SWING", "STANDING", "DAMPED", "LOST", "FREE"]


def thigh(phase):
    """Thigh angle of a walker, two harmonics [rad]."""
    return 0.15 + 0.35 * np.cos(2.0 * np.pi * (phase - 0.93)) + 0.07 * np.cos(4.0 * np.pi * (phase - 0.1))


def walk(seed=3):
    """Time (T,), true phase, thigh angle and age of the contact known in each tick, of one leg."""
    rng = np.random.default_rng(seed)
    contacts = [FROM]
    while contacts[-1] < STOP:
        contacts.append(contacts[-1] + (1.25 if contacts[-1] < FASTER else 0.95) * (1.0 + 0.02 * rng.standard_normal()))
    contacts = np.array(contacts)
    t = np.arange(1, round(END / DT) + 1) * DT
    cycles = np.interp(t, contacts, np.arange(len(contacts)))
    angle = thigh(cycles) + 0.01 * rng.standard_normal(len(t)) * ((t > FROM) & (t < contacts[-1]))
    angle[(t > NO_SENSOR[0]) & (t < NO_SENSOR[1])] = np.nan
    age = np.full(len(t), np.nan)
    for contact in contacts[(contacts < NO_CONTACTS[0]) | (contacts > NO_CONTACTS[1])]:
        i = np.searchsorted(t, contact + DELAY)
        age[i] = t[i] - contact
    return t, np.where((t > FROM) & (t < contacts[-1]), cycles % 1.0, np.nan), angle, age


def follow():
    """Time, true phase, and what the estimator tells of the leg; the other leg has no sensor."""
    t, true, angle, age = walk()
    nothing = np.full(len(t), np.nan)
    inputs = np.stack([age, nothing], 1), np.full(len(t), np.nan), DT, np.stack([angle, nothing], 1)
    return t, true, gl.phase.PhaseEstimator().run(*inputs)


def main():
    t, true, state = follow()
    error = (state.phase[:, 0] - true + 0.5) % 1.0 - 0.5
    told = np.flatnonzero(state.changed[:, 0])
    print("from [s]  mode          error until the next [% of a stride]  least confidence [-]")
    for i, end in zip(told, [*told[1:], len(t)], strict=True):
        span = slice(i, end)
        known = np.isfinite(error[span])
        rms = f"{100.0 * np.sqrt(np.mean(error[span][known] ** 2)):.1f}" if known.any() else "-"
        name = gl.phase.PhaseMode(state.mode[i, 0]).name
        print(f"{t[i]:8.2f}  {name:12}  {rms:>35}  {state.confidence[span, 0].min():20.2f}")
    sure = np.isfinite(error) & (state.confidence[:, 0] > 0.5)
    print(
        f"where the confidence is above 0.5 the error is {100.0 * np.sqrt(np.mean(error[sure] ** 2)):.1f} % of a stride"
    )
    print(f"at the end the phase runs at {state.rate[-1, 0]:.3f} cycles per second")


def draw(figure):
    figure.set_size_inches(9.0, 5.4)
    t, true, state = follow()
    phase, mode, confidence = figure.subplots(3, 1, sharex=True, height_ratios=(1.2, 1.6, 0.8))
    jump = np.diff(state.phase[:, 0], prepend=0.0) < -0.5
    phase.plot(t, np.where(np.diff(true, prepend=np.nan) < -0.5, np.nan, true), "0.6", linewidth=3.0, label="true")
    phase.plot(t, np.where(jump, np.nan, state.phase[:, 0]), "C0", linewidth=1.0, label="told")
    phase.set(ylabel="phase [-]", ylim=(-0.05, 1.3))
    rungs = np.array([LADDER.index(gl.phase.PhaseMode(m).name) for m in state.mode[:, 0]])
    mode.step(t, rungs, "C3", where="post")
    mode.set(ylabel="mode [-]", yticks=range(len(LADDER)), yticklabels=[w.lower().replace("_", " ") for w in LADDER])
    mode.invert_yaxis()
    confidence.plot(t, state.confidence[:, 0], "C2")
    confidence.set(xlabel="time [s]", ylabel="confidence [-]", ylim=(-0.05, 1.05))
    spans = ((*NO_CONTACTS, "no contacts"), (*NO_SENSOR, "no sensor"), (STOP, END, "stands"))
    for start, end, label in spans:
        for axis in (phase, mode, confidence):
            axis.axvspan(start, end, color="0.5", alpha=0.12, linewidth=0.0)
        phase.text((start + end) / 2.0, 1.12, label, ha="center", fontsize=7)
    phase.text(FASTER, 1.12, "shorter strides", fontsize=7)
    phase.legend(loc="upper left", ncols=2)


if __name__ == "__main__":
    main()
