"""A treadmill exoskeleton: impedance around a pattern whose phase follows belt and contacts; less and less guidance."""

import numpy as np

import gaitloop as gl

SPEED, SUPPORT, TICKS, DT = 0.6, 0.3, 26_000, 0.001
START = {name: slice(start, start + length) for name, start, length, *_ in gl.trainer.SAMPLE_FIELDS}
STIFFNESS, DAMPING = [500.0, 800.0, 0.0] * 2, [35.0, 10.0, 0.0] * 2
TORQUE, SLOPE = 140.0, 4000.0  # [N·m], [N·m/s]


class Clock:
    """Phase of the left side: as fast as the belt asks, 30 % of what a contact shows made up for over 0.3 s."""

    def __init__(self, pattern):
        self.per_metre = pattern.stride_rate / pattern.speed
        self.phase, self.owed, self.on, self.since = 0.0, 0.0, [False, False], [1.0, 1.0]

    def step(self, belt, force):
        for side in (0, 1):
            self.since[side] += DT
            on = force[side] > (20.0 if self.on[side] else 60.0)
            if on != self.on[side] and self.since[side] > 0.1:
                self.on[side], self.since[side] = on, 0.0
                if on:
                    self.owed = -0.3 * ((self.phase + 0.5 * side + 0.5) % 1.0 - 0.5)
        rate = self.per_metre * max(belt, 0.0)
        paid = np.clip(self.owed * DT / 0.3, -0.5 * rate * DT, 0.5 * rate * DT)
        self.owed -= paid
        self.phase = (self.phase + rate * DT + paid) % 1.0
        return self.phase, rate


def walk(patient, guidance=1.0, ankle="sensed", speed=SPEED):
    """Walk; gives time, phase, reference, joints, own torque, device torque and load every 10 ms, and the plant."""
    plant = gl.plant.Plant(patient, gl.plant.Device.treadmill_exo(ankle=ankle), seed=1)
    pattern = gl.trajectory.GaitPattern.koopman(speed, patient.parameters()["height"], foot_clearance=0.04)
    law, clock = gl.control.Impedance(STIFFNESS, DAMPING), Clock(pattern)
    torque, rows = np.zeros(6), []
    for tick in range(TICKS):
        t = tick * DT
        seen = plant.measure(tick * 1_000_000).value
        phase, rate = clock.step(seen[START["belt_speed"]][0], seen[START["foot_force"]])
        reference = pattern.evaluate(phase, rate)
        engaged = np.clip(t / 2.0, 0.0, 1.0)
        asked = law.step(seen[:6], seen[6:12], reference[0], reference[1], np.full(6, guidance * engaged))
        torque = np.clip(np.clip(asked, -TORQUE, TORQUE), torque - SLOPE * DT, torque + SLOPE * DT)
        belt = np.clip(0.25 * (t - 2.0), 0.0, speed)
        plant.advance(torque, belt_speed=belt, support_force=SUPPORT * plant.body_weight * engaged)
        if tick % 10 == 0:
            look = plant.look()
            both = (reference[0], look.q[3:], look.patient_torque, look.device_torque, seen[START["foot_force"]])
            rows.append(np.concatenate([(t, phase), *both]))
    return np.array(rows), plant


def late(rows):
    return rows[rows[:, 0] > 17.0]


def main():
    person = gl.plant.Patient.stroke(side="left", severity=0.5, seed=1)
    print("guidance  error left hip, knee, ankle [°]  largest device torque hip, knee [N·m]  left knee [°]  upright")
    for guidance in (1.0, 0.6, 0.3):
        rows, plant = walk(person, guidance)
        rows = late(rows)
        error = np.degrees(np.sqrt(((rows[:, 2:5] - rows[:, 8:11]) ** 2).mean(axis=0)))
        torque, knee = np.abs(rows[:, 20:22]).max(axis=0), np.degrees(rows[:, 9].max())
        figures = f"{error[0]:16.1f} {error[1]:6.1f} {error[2]:7.1f}  {torque[0]:29.0f} {torque[1]:7.0f}"
        print(f"{guidance:8.1f}  {figures}  {knee:13.0f}  {'yes' if plant.upright else 'no'}")
    print("less guidance, more of the person's own movement: the weak left knee bends less")


def draw(figure):
    figure.set_size_inches(9.0, 3.0)
    knee, torque, load = figure.subplots(1, 3)
    person = gl.plant.Patient.stroke(side="left", severity=0.5, seed=1)
    for guidance, color in ((1.0, "C0"), (0.3, "C3")):
        rows, plant = walk(person, guidance)
        rows = late(rows)
        bins = np.arange(0.0, 1.0, 0.02)
        place = np.digitize(rows[:, 1], bins) - 1
        mean = np.array([rows[place == k].mean(axis=0) for k in range(len(bins))])
        phase, label = 100.0 * bins + 1.0, f"guidance {guidance:.1f}"
        knee.plot(phase, np.degrees(mean[:, 9]), color, label=label)
        if guidance == 1.0:
            knee.plot(phase, np.degrees(mean[:, 3]), "k:", linewidth=1.0, label="reference")
        torque.plot(phase, mean[:, 21], color, label=f"device, {label}")
        torque.plot(phase, mean[:, 15], color, linestyle="--", linewidth=1.0)
        load.plot(phase, mean[:, 26] / plant.body_weight, color)
    knee.set(xlabel="left cycle [%]", ylabel="left knee [°]", title="knee of the weak side", ylim=(-5, 85))
    torque.set(xlabel="left cycle [%]", ylabel="left knee [N·m]", title="torque (dashed: own)")
    load.set(xlabel="left cycle [%]", ylabel="left foot [body weights]", title="ground force at 30 % support")
    knee.legend(loc="upper left")


if __name__ == "__main__":
    main()
