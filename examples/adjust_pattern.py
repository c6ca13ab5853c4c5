"""A published pattern changed in a therapist's words, and what the words then are."""

from math import radians

import gaitloop as gl

HEIGHT = 1.72
LIMITS = ([radians(x) for x in (-30, -5, -35)], [radians(x) for x in (60, 90, 30)])  # hip, knee, ankle

published = gl.trajectory.GaitPattern.koopman(speed=0.8, height=HEIGHT)
changed = published.adjust(height=HEIGHT, range_of_motion=LIMITS, foot_clearance_cm=3.0, step_length=0.45)

for name, pattern in (("published", published), ("changed", changed)):
    words = pattern.describe(HEIGHT)
    clearance, length = (
        tuple(round(float(x), 2) for x in pair) for pair in (words.foot_clearance_cm, words.step_length)
    )
    print(f"{name}: clearance {clearance} cm, step {length} m, {pattern.stride_rate:.2f} strides/s")
