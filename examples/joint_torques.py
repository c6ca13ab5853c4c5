"""What the motors of an empty exoskeleton must add, found from a sweep; and what a person in it adds."""

import numpy as np

import gaitloop as gl

DT, START, END = 0.001, 14_000, 17_500  # [s], ticks
FIELD = {name: slice(start, start + length) for name, start, length, *_ in gl.trainer.SAMPLE_FIELDS}
DAMPING = np.array([1.5, 1.0, 0.8])  # of a relaxed joint in the plant [N·m·s/rad]
GRAVITY = gl.control.segment_gravity([0.42, 0.42], [4.0, 2.0, 0.0], [0.2, 0.18, 0.0], [0.02, -0.01, 0.0])
COULOMB, VISCOUS, ZERO, MOST = [2.0, 1.5, 0.0] * 2, [0.8, 0.5, 0.0] * 2, np.zeros(6), np.full(6, 150.0)


def sweep():
    """A slow movement of an assumed exoskeleton, both ways; and the torque of its motors, with 0.3 N·m of noise."""
    t = np.arange(0.0, 40.0, 0.05)[:, None]
    rate = np.where(t < 25.0, 1.0, 3.0) * np.array([0.31, 0.47, 0.0] * 2)
    angle, size = np.cumsum(rate, axis=0) * 0.05, np.array([0.6, 0.5, np.nan] * 2)
    q, dq = [0.2, 0.6, 0.0] * 2 + size * np.sin(angle), size * rate * np.cos(angle)
    true = gl.control.Compensation([GRAVITY, GRAVITY], COULOMB, VISCOUS, ZERO, MOST, friction_share=1.0)
    tau = true.run(np.zeros_like(q), q, dq, None, 0.05).tau_motor
    return t[:, 0], q, dq, tau + np.random.default_rng(1).normal(0.0, 0.3, tau.shape)


def identified():
    t, q, dq, tau = sweep()
    found = gl.control.identify_compensation(tau, q, dq)
    law = gl.control.Compensation(found.gravity, *np.maximum(found[1:3], 0.0), ZERO, MOST)
    return t, tau, found, law.run(np.zeros_like(q), q, dq, None, 0.05).added


def passive(angles, mass):
    """Torque of relaxed joints as the plant has it [Riener & Edrich 1999], hip and knee."""
    h, k, a = np.degrees(angles)
    hip = np.exp(1.4655 - 0.0034 * k - 0.0750 * h) - np.exp(1.3403 - 0.0226 * k + 0.0305 * h) + 8.072
    knee = np.exp(1.800 + 0.0460 * a - 0.0352 * k + 0.0217 * h) - 4.820 + np.exp(2.220 - 0.150 * k)
    return mass / 70.0 * np.array([hip, knee - np.exp(-3.971 + 0.0004 * a + 0.0495 * k - 0.0128 * h), 0.0])


def observed():
    """Time, swing of the left foot, true and told torque of the left hip and knee, confidence."""
    patient = gl.plant.Patient.healthy(1)
    person = patient.parameters()
    plant = gl.plant.Plant(patient, gl.plant.Device.treadmill_exo(), seed=1)
    observer = gl.control.HumanTorqueObserver(
        person["mass"], person["height"], thigh_limb=2.5, shank_limb=1.5, friction=[0.5, 0.5, 0.2], torque_lag=0.004
    )
    command, rows, wave = np.zeros(6), [], np.array([1, 2, 1, 1, 1, 1]) * 2.0 * np.pi * DT / 1.2
    for tick in range(END):
        if tick >= START:
            seen, look = plant.measure(tick * 1_000_000).value, plant.look()
            contact = seen[FIELD["foot_force"]] > 20.0
            frame = (look.dq[0], np.nan, look.q[2], look.dq[2])  # of the pelvis, as sensors of its frame give it
            told = observer.step(
                *(seen[FIELD["q"]], seen[FIELD["dq"]], command, contact, DT),
                pelvis=frame,
                height=seen[FIELD["rope_position"]][0],
            )
            true = look.patient_torque[:3] + passive(look.q[3:6], person["mass"]) - DAMPING * look.dq[3:6]
            rows.append((tick * DT, look.contacts[:2, 1].sum() <= 0.0, *true[:2], *told.torque[:2], told.confidence[0]))
        command = 7.0 * np.array([1.1, 0.7, 0.0, -1.1, 0.7, 0.0]) * np.sin(wave * tick)
        plant.advance(command, belt_speed=min(0.8, tick * 0.0002), support_force=0.3 * plant.body_weight)
    return np.array(rows)


def main():
    _, _, found, _ = identified()
    print("left leg         true   found  standard error")
    for name, true, value, error in (
        ("gravity, thigh", GRAVITY[0], found.gravity[0, 0], found.gravity_error[0, 0]),
        ("gravity, shank", GRAVITY[2], found.gravity[0, 2], found.gravity_error[0, 2]),
        ("Coulomb, hip", COULOMB[0], found.coulomb[0], found.coulomb_error[0]),
        ("Coulomb, knee", COULOMB[1], found.coulomb[1], found.coulomb_error[1]),
    ):
        print(f"{name:14} {true:6.2f}  {value:6.2f}  {error:14.2f}  N·m")
    rows = observed()
    rows = rows[(rows[:, 1] > 0) & (rows[:, 6] >= 0.5)]
    error = np.sqrt(((rows[:, 4:6] - rows[:, 2:4]) ** 2).mean(axis=0))
    print(f"the person's torque in swing is told to {error[0]:.1f} N·m (hip) and {error[1]:.1f} (knee) RMS")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    motor, hip, knee = figure.subplots(1, 3)
    t, tau, _, added = identified()
    motor.plot(t, tau[:, 0], "0.6", linewidth=2.5, label="motor of the left hip, sweep")
    motor.plot(t, added[:, 0], "C3", label="added by Compensation")
    motor.plot(t, tau[:, 0] - added[:, 0], "C0", linewidth=0.7, label="left to feel, noise included")
    motor.set(xlabel="time [s]", ylabel="left hip [N·m]", title="empty exoskeleton", ylim=(-12, 36))
    rows = observed()
    for axis, k, name in ((hip, 2, "left hip"), (knee, 3, "left knee")):
        swing = np.flatnonzero(np.diff(np.concatenate([[0.0], rows[:, 1], [0.0]])))
        for first, last in swing.reshape(-1, 2):
            axis.axvspan(rows[first, 0], rows[last - 1, 0], color="0.93")
        axis.plot(rows[:, 0], rows[:, k], "k", linewidth=0.9, label="person, true", zorder=3)
        axis.plot(rows[:, 0], rows[:, k + 2], "C3", label="told by the observer", linewidth=1.2)
        axis.set(xlabel="time [s]", ylabel=f"{name} [N·m]", title="person walks (grey: swing)", ylim=(-60, 90))
    motor.legend(loc="upper right")
    hip.legend(loc="upper right")


if __name__ == "__main__":
    main()
