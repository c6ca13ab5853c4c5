"""An overground exoskeleton: shifting the weight onto the front foot starts the next step."""

import numpy as np

import gaitloop as gl
from gaitloop.reference.body import Body

SWING = {0.1: 1.0, 0.2: 1.0, 0.3: 0.9, 0.4: 0.7}  # [s], by the speed of the pattern [m/s]
TICKS, DT, LET_DOWN = 30_000, 0.001, 4000
TORQUE = 150.0  # of hips and knees [N·m]
FORCE = next(start for name, start, *_ in gl.trainer.SAMPLE_FIELDS if name == "foot_force")


class StepTrigger:
    """Says when to step: the front foot bears `share` of the load, or the trunk leans by `lean`, for `hold` seconds."""

    def __init__(self, share=0.65, lean=-0.2, hold=0.1):
        self.share, self.lean, self.hold, self.since = share, lean, hold, 0.0

    def step(self, load, pitch, front, dt):
        """Load under each foot (2,) [N], pitch of the trunk [rad], the foot in front; True starts the other leg."""
        shifted = load[front] > self.share * max(sum(load), 1.0) or pitch < self.lean
        self.since = self.since + dt if shifted and sum(load) > 100.0 else 0.0
        go = self.since > self.hold
        self.since = 0.0 if go else self.since
        return go


class Stepper:
    """Half a cycle of a gait pattern per trigger, minimum jerk in time; between steps it holds double support."""

    def __init__(self, pattern, swing, hold):
        self.pattern, self.swing, self.trigger = pattern, swing, StepTrigger(hold=hold)
        self.front, self.steps, self.movement, self.t = 0, 0, None, 0.0
        self.impedance = gl.control.Impedance([400.0, 400.0, 0.0] * 2, [20.0, 15.0, 0.0] * 2)

    def phase(self, load, pitch):
        """Phase of the left side [-] and its rate [1/s]: 0 after the left foot's landing, 0.5 after the right one's."""
        if self.movement is None and self.trigger.step(load, pitch, self.front, DT):
            self.movement, self.t = gl.trajectory.MinimumJerk(0.5 * self.front, 0.5 * self.front + 0.5, self.swing), 0.0
        if self.movement is None:
            return 0.5 * self.front, 0.0
        self.t += DT
        phase, rate, _ = self.movement.evaluate(self.t)
        if self.t >= self.swing:
            self.movement, self.front, self.steps = None, 1 - self.front, self.steps + 1
        return phase % 1.0, rate

    def step(self, q, dq, load, pitch):
        phase, rate = self.phase(load, pitch)
        reference = self.pattern.evaluate(phase, rate)
        torque = self.impedance.step(q, dq, reference[0], reference[1], np.ones(6))
        return np.clip(torque, -TORQUE, TORQUE), phase


def walk(patient, support="crutches", speed=0.2, ticks=TICKS, seed=1):
    """Walk; gives time, pelvis x and z, pitch, joints, loads, arm forces and phase every 20 ms, and the plant."""
    device = gl.plant.Device.overground_exo(support=support, pace=speed)
    plant = gl.plant.Plant(patient, device, seed)
    pattern = gl.trajectory.GaitPattern.koopman(max(speed, 0.2), patient.parameters()["height"], foot_clearance=0.04)
    stepper, rows = Stepper(pattern, SWING[speed], 0.6 if speed < 0.2 else 0.1), []
    for tick in range(ticks):
        value = plant.measure(tick * 1_000_000).value
        fitted, load = plant.fittings(), value[FORCE : FORCE + 2]
        if tick < LET_DOWN:  # hold
            load = np.zeros(2)
        torque, phase = stepper.step(value[:6], value[6:12], load, fitted.trunk[0])
        plant.advance(torque, cue=phase)
        if tick % 20 == 0:
            rows.append((tick * DT, *plant.look().q, *load, *fitted.arm_force, phase, stepper.steps, *fitted.tips))
    return np.array(rows), plant


def people():
    healthy = gl.plant.Patient.healthy(1)
    return {"no strength in the legs": healthy.replace(strength=[0.0] * 6), "healthy": healthy}


CASES = [
    ("no strength in the legs", "crutches", 0.2),
    ("no strength in the legs", "frame", 0.3),
    ("healthy", "frame", 0.4),
]


def speed_of(rows):
    late = rows[rows[:, 0] > 10.0]
    return (late[-1, 1] - late[0, 1]) / (late[-1, 0] - late[0, 0])


def main():
    print("person                   support   steps  speed [m/s]  arms up, mean, largest [N]  trunk [°]   upright")
    for name, support, speed in CASES:
        rows, plant = walk(people()[name], support, speed)
        up, pitch = rows[rows[:, 0] > 5.0, 13], np.degrees(rows[rows[:, 0] > 5.0, 3])
        lean = f"{pitch.min():4.0f} {pitch.max():4.0f}"
        print(
            f"{name:23}  {support:8}  {rows[-1, 16]:5.0f}  {speed_of(rows):11.2f}"
            f"  {up.mean():20.0f} {up.max():6.0f}  {lean:9}  {'yes' if plant.upright else 'no'}"
        )
    print("each step began when the front foot bore 65 % of the load")


def draw(figure):
    figure.set_size_inches(9.0, 5.0)
    axes = figure.subplot_mosaic([["x", "x"], ["load", "joint"]])
    rows, _ = walk(people()["no strength in the legs"], "crutches", 0.2, 20_000)
    t = rows[:, 0]
    body = Body(75.0, people()["healthy"].parameters()["height"])
    for row in rows[200::25]:
        for side, color in ((0, "C0"), (1, "C3")):
            points = np.array([(0.0, 0.0), *body.leg(*row[4 + 3 * side : 7 + 3 * side], row[3])]) + row[1:3]
            axes["x"].plot(*points[[0, 1, 2, 3, 4, 2]].T, color=color, linewidth=0.6)
            shoulder = row[1:3] + 0.5 * np.array([-np.sin(row[3]), np.cos(row[3])])
            axes["x"].plot([row[17 + side], shoulder[0]], [0.0, shoulder[1]], color="0.75", linewidth=0.5)
        axes["x"].plot([row[1], shoulder[0]], [row[2], shoulder[1]], color="k", linewidth=0.6)
    axes["x"].set(
        aspect="equal", xlabel="forward [m]", ylabel="up [m]", title="every half second: legs, trunk, crutches"
    )
    late = rows[t > 4.0]
    for side, name in ((0, "left"), (1, "right")):
        axes["load"].plot(late[:, 0], late[:, 10 + side], f"C{3 * side}", label=f"{name} foot")
        axes["joint"].plot(late[:, 0], np.degrees(late[:, 5 + 3 * side]), f"C{3 * side}", label=f"{name} knee")
    axes["load"].plot(late[:, 0], late[:, 13], "0.5", label="arms")
    axes["load"].set(xlabel="time [s]", ylabel="upward force [N]", xlim=(4, 14), ylim=(-50, 1600))
    axes["joint"].set(xlabel="time [s]", ylabel="angle [°]", xlim=(4, 14), ylim=(-3, 85))
    axes["load"].legend(loc="upper right", ncols=3)
    axes["joint"].legend(loc="upper right", ncols=2)


if __name__ == "__main__":
    main()
