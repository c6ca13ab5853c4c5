"""An ankle device: a torque over the stride helps the calf; everything else the person does alone."""

import numpy as np

import gaitloop as gl

SPEED, TICKS, DT = 0.8, 25_000, 0.001
PEAK, RISE, FALL = 0.50, 0.25, 0.12  # of the stride, by the foot's own contact
FORCE = next(start for name, start, *_ in gl.trainer.SAMPLE_FIELDS if name == "foot_force")


class Strides:
    """Phase of each foot's stride, from its own contacts; absent until two strides of usual length are known."""

    def __init__(self, weight):
        self.weight, self.on, self.last, self.length = weight, [False, False], [None, None], [None, None]

    def step(self, load, t):
        for side in (0, 1):
            before, self.on[side] = self.on[side], load[side] > (0.02 if self.on[side] else 0.06) * self.weight
            since = np.inf if self.last[side] is None else t - self.last[side]
            if self.on[side] and not before and since > 0.5:
                if since < 2.5:
                    length = self.length[side]
                    self.length[side] = since if length is None else length + 0.3 * (since - length)
                self.last[side] = t
        return [
            np.nan if length is None else (t - last) / length
            for last, length in zip(self.last, self.length, strict=True)
        ]


def walk(patient, largest, side="both", speed=SPEED, ticks=TICKS):
    """Walk; gives time, phase of both feet, both ankles' angle, rate, own torque and device torque, loads, knees."""
    plant = gl.plant.Plant(patient, gl.plant.Device.ankle(side), seed=1)
    law = gl.control.SplineProfile.ankle(largest, PEAK, RISE, FALL)
    strides, rows = Strides(plant.body_weight), []
    for tick in range(ticks):
        t = tick * DT
        load = plant.measure(tick * 1_000_000).value[FORCE : FORCE + 2]
        phase = strides.step(load, t)
        share = min(1.0, max(0.0, (t - 12.0) / 4.0))  # comes in once the person walks on their own
        torque = law.step(phase, np.full(6, share))
        plant.advance(torque, belt_speed=min(speed, 0.25 * t))
        if tick % 5 == 0:
            look = plant.look()
            ankles = np.concatenate([v[[2, 5]] for v in (look.q[3:], look.dq[3:], look.patient_torque)])
            rows.append((t, *phase, *ankles, *look.device_torque[[2, 5]], *load, *look.q[[4, 7]]))
    return np.array(rows), plant


def late(rows):
    return rows[rows[:, 0] > 16.5]


def power(rows):
    """Mean power of own calf and device over both ankles, pushing [W]."""
    rows = late(rows)
    return [np.maximum(rows[:, k : k + 2] * rows[:, 5:7], 0.0).mean(axis=0).sum() for k in (7, 9)]


def main():
    healthy = gl.plant.Patient.healthy(1)
    print("person              device  largest [N·m]  own calf [W]  device [W]  upright")
    for name, patient, side in (("healthy", healthy, "both"), ("stroke, left weak", None, "left")):
        patient = patient or gl.plant.Patient.stroke(side="left", severity=0.4, seed=2)
        for largest in (0.0, 15.0, 30.0):
            rows, plant = walk(patient, largest, side, SPEED if name == "healthy" else 0.6)
            own, device = power(rows)
            upright = "yes" if plant.upright else "no"
            print(f"{name:18}  {side:6}  {largest:13.0f}  {own:12.1f}  {device:10.1f}  {upright}")
    print("own power falls by about what the device gives: this person keeps to their movement and does not adapt")


def draw(figure):
    figure.set_size_inches(9.0, 3.0)
    torque, angle, force = figure.subplots(1, 3)
    for largest, color in ((0.0, "0.5"), (15.0, "C0"), (30.0, "C3")):
        rows, plant = walk(gl.plant.Patient.healthy(1), largest)
        rows = late(rows)
        rows = rows[np.argsort(rows[:, 1] % 1.0)]
        phase, weight = 100.0 * (rows[:, 1] % 1.0), plant.body_weight
        bins = np.arange(0.0, 101.0, 2.0)
        mean = [np.array([rows[(phase >= a) & (phase < a + 2.0), k].mean() for a in bins[:-1]]) for k in range(13)]
        middle = bins[:-1] + 1.0
        torque.plot(middle, -mean[7], color, label=f"own, device {largest:.0f} N·m")
        torque.plot(middle, -mean[9], color, linestyle="--")
        angle.plot(middle, np.degrees(mean[3]), color)
        force.plot(middle, mean[11] / weight, color)
    torque.set(xlabel="stride [%]", ylabel="plantarflexion [N·m]", title="torque (dashed: device)")
    angle.set(xlabel="stride [%]", ylabel="left ankle [°]", title="angle")
    force.set(xlabel="stride [%]", ylabel="left foot [body weights]", title="ground force")
    torque.legend(loc="upper right", ncols=1)
    torque.set_ylim(-30.0, 190.0)


if __name__ == "__main__":
    main()
