"""A session of two stages with a pause and a pain, as a script says it: what the machine does, and who did what."""

import numpy as np

from gaitloop.session import Programme, Rules, Session, Stage, demo_plan

WALK = {"kind": "walk", "mode": "assist", "floor": 0.2, "ceiling": 1.0}
STAGES = (
    Stage(name="warm-up", minutes=0.3, speed=0.5, support=0.35, **WALK),
    Stage(name="walk", minutes=1.0, speed=0.6, support=0.3, **WALK),
)
SCRIPT = [(32.0, "pause"), (42.0, "resume"), (70.0, "press pain"), (72.0, "reason knee")]


def train():
    """The session, faster than real time."""
    session = Session(Programme(plan=demo_plan(), stages=STAGES, rules=Rules()), script=SCRIPT)
    return session.run()


def main():
    ending = train()
    outcome = ending.digest.outcome()
    print(f"ended: {ending.reason}, what hurt: {', '.join(ending.pains)}")
    print(f"{outcome.steps} steps, {outcome.distance:.0f} m, stops: {', '.join(outcome.stops)}")
    for state in ending.digest.states:
        print(f"{state['t'] * 1e-9:7.2f} s  {state['state']:10} {state['cause']}")


def draw(figure):
    ending = train()
    digest = ending.digest
    belt, knee = digest.rows("belt_speed")[:, 0], np.degrees(digest.rows("q")[:, 1])
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.plot(digest.t, belt, color="tab:blue")
    top.set_ylabel("belt [m/s]")
    bottom.plot(digest.t, knee, color="tab:green", linewidth=0.8)
    bottom.set_ylabel("left knee [deg]")
    bottom.set_xlabel("time [s]")
    for axes in (top, bottom):
        for t, what in SCRIPT[:3]:
            axes.axvline(t, color="tab:red" if "pain" in what else "0.4", linestyle="--", linewidth=0.8)
    for t, what in SCRIPT[:3]:
        top.annotate(what.removeprefix("press "), (t, 0.72), fontsize=7, ha="center", annotation_clip=False)
    top.set_ylim(-0.03, 0.7)


if __name__ == "__main__":
    main()
