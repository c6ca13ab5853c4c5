"""How hard a session is: its schedule, a difficulty that holds a success rate, a speed that holds a heart rate."""

import numpy as np

import gaitloop as gl

SKILL, SPREAD = 0.6, 0.1  # at a difficulty of 0.6 half the trials succeed: an assumed person
REST, MAX = 70.0, 160.0


def staircase(target):
    """Level and success rate over 400 trials."""
    law, random, rows = (
        gl.assist.Staircase(target=target, step=0.05, floor=0.0, ceiling=1.0, initial=0.2),
        np.random.default_rng(3),
        [],
    )
    for _ in range(400):
        chance = 1.0 / (1.0 + np.exp((law.level - SKILL) / SPREAD))
        law.update(bool(random.random() < chance))
        rows.append((law.level, law.rate))
    return np.array(rows).T


def governor():
    """Time [min], heart rate [1/min] and speed [m/s]; for four minutes the reading is missing."""
    law = gl.assist.IntensityGovernor(
        rest=REST, max=MAX, lower=0.4, upper=0.5, limit=130, slowest=0.2, fastest=1.2, initial=0.4, rate_up=0.005,
        rate_down=0.02, hold=30,
    )  # fmt: skip
    heart, rows = REST, []
    for second in range(1500):
        speed, _, _ = law.step(heart if not 900 <= second < 1140 else None, age=0.5, dt=1.0)
        heart += (REST + 60.0 * speed - heart) / 40.0  # an assumed heart
        rows.append((second / 60.0, heart, speed))
    return np.array(rows).T, law.target(0.4), law.target(0.5)


def schedule():
    """The protocol for spinal cord injury, twelve sessions; and speed [m/s] over half an hour."""
    plan = gl.assist.Schedule.spinal_cord(
        0.5, sessions_per_week=3, guidance=1.0, guidance_floor=0.4, guidance_ease=5e-4
    )
    support = [plan.at(session, time=600, steps=0, within_limits=0).support for session in range(1, 13)]
    time = np.arange(0.0, 1801.0, 10.0)
    return np.array(support), time, plan.run(1, time, 0.8 * time, np.maximum(time - 400.0, 0.0))


def main():
    for target in (0.6, 0.75, 0.9):
        level, rate = staircase(target)
        print(
            f"staircase for {target:.2f}: success rate {rate[-1]:.3f} after 400 trials, level {level[200:].mean():.2f}"
        )
    (_, heart, speed), low, high = governor()
    print(f"governor: {heart[800:900].mean():.0f} /min in a band of {low:.0f} to {high:.0f}, at {speed[850]:.2f} m/s")
    print(f"schedule: support {schedule()[0][0]:.2f} in the first session, {schedule()[0][-1]:.2f} in the twelfth")


def draw(figure):
    figure.set_size_inches(9.0, 5.0)
    (sessions, session), (stairs, pulse) = figure.subplots(2, 2)
    support, time, goal = schedule()
    sessions.step(np.arange(1, 13), 100 * support, "C0o-", where="mid", markersize=3)
    sessions.set(xlabel="session [-]", ylabel="body-weight support [%]", title="Schedule: over the sessions")
    sessions.set_ylim(0, 50)
    for name, values, color in (("speed [m/s]", goal.speed, "C0"), ("guidance [-]", goal.guidance, "C3")):
        session.plot(time / 60, values, color, label=name)
    session.plot(time / 60, goal.challenge, "C2", label="challenge [-]")
    session.set(xlabel="time [min]", ylabel="[m/s], [-]", title="Schedule: in a session")
    for target, color in ((0.6, "C0"), (0.9, "C3")):
        level, rate = staircase(target)
        stairs.plot(level, color, linewidth=0.8, label=f"level, target {target}")
        stairs.plot(rate, color, linestyle="--", label="success rate so far")
    stairs.set(xlabel="trial [-]", ylabel="level, rate [-]", title="Staircase", ylim=(0, 1))
    (minutes, heart, speed), low, high = governor()
    pulse.axhspan(low, high, color="C3", alpha=0.12)
    pulse.axvspan(15, 19, color="0.93")
    pulse.plot(minutes, heart, "C3", label="heart rate [1/min]")
    pulse.plot(minutes, 100 * speed, "C0", label="speed [cm/s]")
    pulse.set(xlabel="time [min]", ylabel="[1/min], [cm/s]", title="IntensityGovernor (grey: no reading)")
    session.set_ylim(-0.05, 1.3)
    session.legend(loc="upper left", ncols=3)
    stairs.legend(loc="lower right", ncols=2)
    pulse.legend()


if __name__ == "__main__":
    main()
