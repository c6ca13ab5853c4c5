"""Three ways to help a person who learns and forgets: full help for good, a band, and help that is forgotten."""

import numpy as np

import gaitloop as gl

SUBTASK, STRIDES = 4, 500  # foot clearance
LOWER = np.array([*np.radians([2.15, 1.75, 4.29, 4.30, 4.52]), 0.025, np.radians(1.15)])
UPPER = np.array([*np.radians([3.58, 2.92, 7.16, 7.16, 7.54]), 0.0417, np.radians(1.91)])
KEEP, LEARN = 0.9978, 0.0143  # of a stride's skill, and of its error (two-rate model of split-belt walking)
LACK, HELP = np.radians(25.0), np.radians(25.0)  # of knee flexion; what full support gives: assumed
FORGET = 0.9


def laws():
    """The band, forgetting that asks for all support at 10° of steady error, and full support."""
    band = gl.assist.BandLaw(lower=LOWER, upper=UPPER, step_up=0.1, step_down=0.05, floor=0.0, ceiling=1.0, initial=1.0)
    gain = (1.0 - FORGET) / (np.radians(10.0) - LOWER[SUBTASK])
    forgetting = gl.assist.ForgettingLaw(forget=FORGET, gain=gain, dead_zone=LOWER, floor=0.0, ceiling=1.0, initial=1.0)
    full = gl.assist.BandLaw(lower=LOWER, upper=UPPER, step_up=0.0, step_down=0.0, floor=1.0, ceiling=1.0, initial=1.0)
    return {"full support": full, "BandLaw": band, "ForgettingLaw": forgetting}


def train(law):
    """Error [°], support [-] and skill [°] of every stride; the last 100 strides are walked without support."""
    skill, support, rows = 0.0, 1.0, []
    for stride in range(STRIDES):
        given = support if stride < STRIDES - 100 else 0.0
        error = max(LACK - skill - HELP * given, 0.0)
        rows.append((np.degrees(error), given, np.degrees(skill)))
        skill = KEEP * skill + LEARN * error
        support = law.update(0, [error if k == SUBTASK else None for k in range(7)])[SUBTASK]
    return np.array(rows).T


def main():
    lives = gl.assist.half_lives(forget=FORGET, keep=KEEP, learn=LEARN)
    print(
        f"half-lives [strides]: law {lives.law:.0f}, learning {lives.learning:.0f}, forgetting {lives.forgetting:.0f}"
    )
    print("law             support at stride 400 [-]  learned [°]  error alone after it [°]")
    for name, law in laws().items():
        error, support, skill = train(law)
        print(f"{name:15} {support[399]:25.2f} {skill[399]:12.1f} {error[400]:25.1f}")
    print("a law that gives way faster than the person learns leaves error to learn from; full support leaves none")


def draw(figure):
    figure.set_size_inches(9.0, 2.8)
    panels = figure.subplots(1, 3)
    for (name, law), color in zip(laws().items(), ("C7", "C0", "C3"), strict=True):
        for axes, row in zip(panels, train(law), strict=True):
            axes.plot(np.arange(STRIDES), row, color, label=name)
    for axes in panels:
        axes.axvspan(400, STRIDES, color="0.93")
        axes.set_xlabel("stride [-]")
    panels[0].axhspan(np.degrees(LOWER[SUBTASK]), np.degrees(UPPER[SUBTASK]), color="C0", alpha=0.12)
    panels[0].set(ylabel="foot clearance error [°]", title="error (shaded: published band)")
    panels[1].set(ylabel="support [-]", title="support; at the end none")
    panels[2].set(ylabel="movement learned [°]", title="what the person has learned")
    panels[1].legend(loc="center", bbox_to_anchor=(0.5, 0.7))


if __name__ == "__main__":
    main()
