"""What a person does without support, found by single strides; and a therapist's word on top of a law."""

import numpy as np

import gaitloop as gl

STRIDES, SUBTASK = 400, 4
HELP, NOISE = 12.0, 1.0  # what full support takes off the error, and its spread [°]: assumed
GIVEN, FLOOR = 0.8, 0.2


def catch():
    """Support and error [°] of every stride of the left side, and reliance [°] with its standard error."""
    law = gl.assist.CatchTrials(period=10, seed=4, floor=[FLOOR] * 7)
    random, rows = np.random.default_rng(1), []
    for stride in range(2 * STRIDES):
        side = stride % 2
        law.begin(side)
        support = law.apply(side, [GIVEN] * 7)[SUBTASK]
        drift = 4.0 * (1.0 - stride / (2 * STRIDES))
        error = np.radians(HELP * (1.0 - support) + drift + NOISE * random.standard_normal())
        law.close(side, [error if k == SUBTASK else None for k in range(7)], valid=True)
        if side == 0:
            found = law.reliance()
            mean, spread = found.mean[0, SUBTASK], found.error[0, SUBTASK]
            rows.append((support, *np.degrees((error, mean, spread))))
    return np.array(rows).T


def override(follow):
    """Support of the law and as applied; a hold of 90 % at stride 10 that ends at 40, a ceiling of 40 % at 60."""
    law = gl.assist.BandLaw(
        lower=[0.04] * 7, upper=[0.08] * 7, step_up=0.05, step_down=0.02, floor=0.0, ceiling=1.0, initial=0.4
    )
    therapist, rows = gl.assist.Override(), []
    for stride in range(80):
        if stride == 10:
            therapist.set("foot_clearance", "hold", 90)
        if stride == 40:
            therapist.release("foot_clearance")
        if stride == 60:
            therapist.set("foot_clearance", "ceiling", 40)
        applied = therapist.apply(law.update(0, [0.03] * 7))
        if follow:
            law.follow(0, applied)
        rows.append(applied[SUBTASK])
    return np.array(rows)


def main():
    support, _, mean, error = catch()
    count, true = int((support < GIVEN).sum()), HELP * (GIVEN - FLOOR)
    print(f"{count} catch strides of the left side in {STRIDES}")
    print(f"reliance {mean[-1]:.1f}° ({error[-1]:.1f}° standard error); put in: {true:.1f}°")
    jumps = [np.diff(override(follow))[39] for follow in (False, True)]
    print(f"step of support when a hold is released: {jumps[0]:+.2f} without follow, {jumps[1]:+.2f} with it")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    strides, reliance, therapist = figure.subplots(1, 3)
    support, error, mean, spread = catch()
    number = np.arange(STRIDES)
    caught = support < GIVEN
    strides.plot(number[:120], error[:120], "C0.", markersize=3, label="support 80 %")
    strides.plot(number[:120][caught[:120]], error[:120][caught[:120]], "C3o", markersize=4, label="catch stride, 20 %")
    strides.set(xlabel="left stride [-]", ylabel="error [°]", title="CatchTrials: one stride in ten", ylim=(0, 20))
    reliance.axhline(HELP * (GIVEN - FLOOR), color="k", linestyle=":", linewidth=1.0, label="put in")
    reliance.plot(number, mean, "C0", label="estimate")
    reliance.fill_between(number, mean - spread, mean + spread, color="C0", alpha=0.2, label="standard error")
    reliance.set(xlabel="left stride [-]", ylabel="reliance [°]", title="reliance on support", ylim=(0, 10))
    therapist.plot(100 * override(False), "0.6", label="without follow")
    therapist.plot(100 * override(True), "C3", label="with follow")
    therapist.axvspan(10, 40, color="0.93")
    therapist.text(25, 99, "hold 90 %", ha="center")
    therapist.text(70, 99, "ceiling 40 %", ha="center")
    therapist.axvspan(60, 80, color="0.93")
    therapist.set(xlabel="stride [-]", ylabel="support [%]", title="Override and its release", ylim=(0, 108))
    for axes in (strides, reliance, therapist):
        axes.legend(loc="lower left" if axes is therapist else "best")


if __name__ == "__main__":
    main()
