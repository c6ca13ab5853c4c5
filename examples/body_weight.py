"""A rope that carries part of the weight of a simulated person, and holds when both knees give way."""

import numpy as np

import gaitloop as gl

DT, FALL, END = 0.001, 15.1, 17.0  # [s]
FIELD = {name: start for name, start, *_ in gl.trainer.SAMPLE_FIELDS}
KNEES = np.array([0.0, 150.0, 0.0, 0.0, 150.0, 0.0])  # bent by force [N·m]
SHARE = 0.3


def walk(mode=gl.control.SupportLaw.DYNAMIC):
    """Time, share in the rope, height and its rate, whether caught, every 5 ms."""
    patient = gl.plant.Patient.healthy(2)
    plant = gl.plant.Plant(patient, gl.plant.Device.treadmill_exo(), seed=2)
    law, rows = gl.control.BodyWeightSupport(plant.body_weight, 900.0), []
    for tick in range(round(END / DT)):
        t = tick * DT
        seen = plant.measure(tick * 1_000_000).value
        out = law.step(SHARE, mode, seen[FIELD["rope_force"]], seen[FIELD["rope_position"]], DT)
        plant.advance(
            np.zeros(6) if t < FALL else KNEES,
            belt_speed=min(0.8, 0.2 * t),
            support_force=out.force,
            rope="hold" if out.hold else "track",
        )
        if tick % 5 == 0:
            look = plant.look()
            rows.append((t, look.rope_force / plant.body_weight, look.q[1], look.dq[1], out.caught))
    return np.array(rows)


class Drum:
    """A rope whose drive pulls 7 % too weakly, has 200 N·s/m of drag and follows with 50 ms (an assumed one)."""

    def __init__(self):
        self.force = 0.0

    def step(self, command, speed):
        self.force += DT / 0.05 * (0.93 * command - self.force)
        return self.force - 200.0 * speed


def on_drum(mode, share=0.4, weight=750.0):
    """Share that a person feels whose pelvis goes up and down by 2 cm, after 12 s."""
    law = gl.control.BodyWeightSupport(weight, 900.0, drag=200.0, lag=0.05, share_rate=0.1)
    drum, felt, rows, rate = Drum(), 0.0, [], 4.0 * np.pi / 1.2
    for tick in range(14_400):
        sway = 0.02 * np.array([np.sin(rate * tick * DT), rate * np.cos(rate * tick * DT)])
        felt = drum.step(law.step(share, mode, felt, 0.9 + sway[0], DT).force, sway[1])
        rows.append(felt / weight)
    return np.array(rows[12_000:])


MODES = (gl.control.SupportLaw.COUNTERWEIGHT, gl.control.SupportLaw.DYNAMIC, gl.control.SupportLaw.ADAPTIVE)


def main():
    print("rope with drag and lag, 0.40 of body weight asked for")
    for mode in MODES:
        felt = on_drum(mode)
        print(f"  {mode.name:13}  mean {felt.mean():.3f}  from {felt.min():.3f} to {felt.max():.3f}")
    rows = walk()
    steady = rows[(rows[:, 0] > 13.0) & (rows[:, 0] < FALL)]
    fall = rows[rows[:, 0] >= FALL]
    left = fall[(fall[:, 3] < -0.35) | (fall[:, 2] < steady[:, 2].min() - 0.01), 0][0]
    caught = fall[fall[:, 4] > 0, 0][0]
    print(f"knees give way at {FALL:.2f} s, the pelvis leaves the stride at {left:.2f} s, held at {caught:.2f} s")
    print(f"the pelvis sinks {100 * (steady[:, 2].min() - fall[:, 2].min()):.0f} cm below its lowest place in walking")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    long, force, height = figure.subplots(1, 3, width_ratios=(1.4, 1, 1))
    rows = walk()
    for mode, color in zip(MODES, ("0.6", "C0", "C3"), strict=True):
        felt = on_drum(mode)
        long.plot(DT * np.arange(len(felt)), felt, color, label=mode.name)
    long.axhline(0.4, color="k", linestyle="--", linewidth=1.0, label="asked for")
    long.set(xlabel="time [s]", ylabel="share of body weight [-]", title="rope with drag and lag", ylim=(0.3, 0.52))
    long.legend(loc="upper right", ncols=2)
    end = rows[rows[:, 0] > FALL - 1.0]
    caught = end[end[:, 4] > 0, 0][0]
    force.plot(end[:, 0], end[:, 1], "C0")
    force.set(xlabel="time [s]", ylabel="share of body weight [-]", title="a fall: rope")
    height.plot(end[:, 0], end[:, 2], "C3")
    height.set(xlabel="time [s]", ylabel="height of the pelvis [m]", title="a fall: pelvis", ylim=(0.78, 0.91))
    for axis in (force, height):
        axis.axvline(FALL, color="k", linestyle=":", linewidth=1.0, label="knees give way")
        axis.axvline(caught, color="C2", linewidth=1.0, label="caught: length held")
    height.legend(loc="upper right")


if __name__ == "__main__":
    main()
