"""A made-up person's way: outcomes with their error and what people notice, dose, goal and milestones; and groups."""

from datetime import UTC, datetime, timedelta

import numpy as np

from gaitloop.progress import (
    Figure,
    Goal,
    Outcome,
    Session,
    TwoByTwo,
    dose,
    error_band,
    follow,
    important_difference,
    milestones,
    new_patient_id,
    number_needed_to_treat,
    overview,
    values_of,
)

PERSON, BEGIN = new_patient_id(), datetime(2026, 3, 2, 9, tzinfo=UTC)
FAC, SPEED = (2, 2, 3, 4, 4), (0.22, 0.27, 0.31, 0.38, 0.44)


def outcomes():
    """FAC and speed every two weeks."""
    for week, (fac, speed) in enumerate(zip(FAC, SPEED, strict=True)):
        taken = BEGIN + timedelta(weeks=2 * week)
        for instrument, value in (("fac", fac), ("walk_10m", speed)):
            yield Outcome(patient=PERSON, instrument=instrument, value=value, taken=taken, assessor="A1", aid="cane")


def sessions():
    """Three sessions a week for eight weeks; the support falls, the knee bends more."""
    random = np.random.default_rng(7)
    for i in range(24):
        steps = 700 + 30 * i
        knee = Figure(0.80 + 0.006 * i + 0.02 * random.standard_normal(), steps)
        yield Session(
            patient=PERSON, started=BEGIN + timedelta(days=(0, 2, 4)[i % 3] + 7 * (i // 3)), device="exoskeleton",
            duration=2400.0, walking=1500.0, steps=steps, active_steps=steps * (0.2 + 0.025 * i), distance=0.5 * steps,
            zones={"light": 900.0, "moderate": 400.0}, figures={"knee_range": knee},
        )  # fmt: skip


def main():
    walked, taken = list(sessions()), list(outcomes())
    for trend in overview(walked, taken):
        print(trend.text)
    total = dose(walked)
    print(f"{total.sessions} sessions, {total.steps} steps, {total.active_steps:.0f} of them the person's own")
    goal = Goal(patient=PERSON, measure="walk_10m", target=0.5, agreed=BEGIN)
    state = follow(goal, values_of("walk_10m", outcomes=taken))
    print(f"goal of {goal.target} m/s: {state.last} m/s, {state.share:.0%} of the way")
    for milestone in milestones(walked, taken)[-3:]:
        print(f"{milestone.when:%d %B}: {milestone.what}")
    centre = TwoByTwo("one centre", 14, 24, 9, 24)
    print(f"{centre.events} of {centre.total} walk alone, {centre.control_events} of {centre.control_total} without it")
    needed = number_needed_to_treat(2.01, base_risk=0.18)
    print(f"treat {needed:.0f} for one more at an odds ratio of 2.01 and a base of 18 %")


def draw(figure):
    left, right = figure.subplots(1, 2)
    weeks, speed = 2.0 * np.arange(len(SPEED)), np.array(SPEED)
    band, important = error_band("walk_10m", speed[0]).low, important_difference("walk_10m")
    left.axhspan(speed[0] - band, speed[0] + band, color="0.85", label="measured twice")
    left.axhspan(speed[0] + important.low, speed[0] + important.high, color="C2", alpha=0.3, label="people notice")
    left.plot(weeks, speed, "C0o-", label="10-metre walk")
    left.set(xlabel="time [weeks]", ylabel="speed [m/s]", title="What counts as better", ylim=(0, 0.5))
    left.legend(loc="lower right")
    walked = list(sessions())
    at = [(session.started - BEGIN).days / 7 for session in walked]
    right.plot(at, [session.steps for session in walked], "C0.-", label="steps")
    right.plot(at, [session.active_steps for session in walked], "C2.-", label="active steps")
    right.set(xlabel="time [weeks]", ylabel="steps in a session [-]", title="Dose", ylim=(0, None))
    right.legend(loc="lower right")


if __name__ == "__main__":
    main()
