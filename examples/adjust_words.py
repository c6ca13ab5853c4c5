"""One pattern changed in a therapist's words, a word at a time, and what a refusal says."""

from math import radians

import numpy as np

import gaitloop as gl
from gaitloop.reference.body import Body

HEIGHT = 1.72
LIMITS = ([radians(x) for x in (-30, -5, -35)], [radians(x) for x in (60, 95, 30)])  # hip, knee, ankle
WORDS = {
    "foot_clearance_cm": 4.0,
    "step_length": (0.36, 0.50),
    "knee_range_deg": 70.0,
    "hip_range_deg": 50.0,
    "stance_share": 0.70,
    "phase_offset": 0.45,
}
PUBLISHED = gl.trajectory.GaitPattern.koopman(0.8, HEIGHT)
BODY = Body(75.0, HEIGHT)


def changed(word, asked):
    return PUBLISHED.adjust(height=HEIGHT, range_of_motion=LIMITS, **{word: asked})


def main():
    print(f"{'word':18}  {'before':>15}  {'asked':>14}  {'measured':>15}")
    for word, asked in WORDS.items():
        before, after = (np.round(getattr(p.describe(HEIGHT), word), 3) for p in (PUBLISHED, changed(word, asked)))
        print(f"{word:18}  {before!s:>15}  {asked!s:>14}  {after!s:>15}")
    try:
        changed("foot_clearance_cm", 15.0)
    except gl.errors.ConfigError as error:
        print(f"refused: {error}")
    both = PUBLISHED.adjust(height=HEIGHT, range_of_motion=LIMITS, foot_clearance_cm=3.0, step_length=0.45).describe(
        HEIGHT
    )
    clearance, step = round(both.foot_clearance_cm[0], 3), round(both.step_length[0], 3)
    print(f"together: clearance {clearance} cm, step {step} m at {both.cadence:.0f} steps a minute")
    worst = max(np.abs(np.subtract(getattr(changed(w, a).describe(HEIGHT), w), a)).max() for w, a in WORDS.items())
    print(f"{len(WORDS)} words asked one at a time, missed by at most {worst:.0e}")


def path(pattern, side, phases, point):
    """Place of a point of one leg before the hip, and its height over the lower end of the other foot [m]."""
    rows = []
    for phase in phases:
        own, other = phase, phase + (0.5 - side) * 2 * pattern.offset
        q = pattern.evaluate_sides([own, other] if side == 0 else [other, own])[0]
        legs = [BODY.leg(*q[:3]), BODY.leg(*q[3:])]
        ground = min(legs[1 - side].heel[1], legs[1 - side].toe[1])
        rows.append((getattr(legs[side], point)[0], getattr(legs[side], point)[1] - ground))
    return np.array(rows).T


def draw(figure):
    figure.set_size_inches(9.0, 5.4)
    axes = figure.subplots(2, 3)
    cycle = np.linspace(0.0, 1.0, 301)
    for axis, (word, asked) in zip(axes.flat, WORDS.items(), strict=True):
        for pattern, color, label in ((PUBLISHED, "0.6", "before"), (changed(word, asked), "C3", "after")):
            q = np.degrees(pattern.evaluate(cycle)[0])
            if word == "foot_clearance_cm":
                x, z = path(pattern, 0, np.linspace(0.6, 0.97, 150), "toe")
                axis.plot(x, 100 * z, color=color, label=label)
                axis.axhline(100 * pattern.foot_clearance(HEIGHT), color=color, linestyle=":")
                axis.set(xlabel="toe before the hip [m]", ylabel="toe over standing foot [cm]")
            elif word in ("step_length", "phase_offset"):
                time = cycle / pattern.stride_rate
                for side, style in ((0, "-"), (1, "--")):
                    own = cycle if side == 0 else cycle + pattern.offset
                    x = path(pattern, side, own, "ankle")[0]
                    axis.plot(time, x, style, color=color, label=f"{label}, {('left', 'right')[side]}")
                axis.set(xlabel="time [s]", ylabel="ankle before the hip [m]", ylim=(-0.42, 0.48))
            elif word == "stance_share":
                x = path(pattern, 0, cycle, "toe")[0]
                share = pattern.describe(HEIGHT).stance_share[0]
                axis.plot(100 * cycle, x, color=color, label=label)
                axis.axvline(100 * share, color=color, linestyle=":")
                axis.set(xlabel="cycle [%]", ylabel="toe before the hip [m]")
            else:
                joint = 1 if word.startswith("knee") else 0
                axis.plot(100 * cycle, q[:, joint], color=color, label=label)
                for end in (q[:, joint].min(), q[:, joint].max()):
                    axis.axhline(end, color=color, linestyle=":")
                axis.set(xlabel="cycle [%]", ylabel=f"{word.split('_')[0]} [°]")
        axis.set_title(f"{word} = {asked}")
        axis.legend(ncols=2 if word in ("step_length", "phase_offset") else 1)


if __name__ == "__main__":
    main()
