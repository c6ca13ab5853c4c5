"""An end-effector trainer: foot plates lead the feet along a level walk, and up and down stairs."""

import numpy as np

import gaitloop as gl
from gaitloop.reference.body import Body

MASS, HEIGHT, CYCLE, TICKS, DT = 75.0, 1.75, 3.0, 13_000, 0.001
POSES = 512
GaitPattern = gl.trajectory.GaitPattern
PATHS = {
    "level": GaitPattern.koopman(0.4, HEIGHT),
    "stairs up": GaitPattern.stairs(0.17, 0.29, HEIGHT, "up", cadence=1.0, foot_clearance=0.02),
    "stairs down": GaitPattern.stairs(0.17, 0.29, HEIGHT, "down", cadence=1.0, foot_clearance=0.02),
}
BODY = Body(MASS, HEIGHT)
HIP = 0.97 * (BODY.thigh.length + BODY.shank.length) + BODY.ankle_height  # where the person wants the hip [m]
# Stiffness and damping of a plate around its path, forward, up and in pitch, and the bound of its force.
STIFFNESS, DAMPING, BOUND = (
    np.array([3e4, 5e4, 600.0]),
    np.array([1000.0, 1200.0, 20.0]),
    np.array([800.0, 1800.0, 150.0]),
)


def sole(q):
    """Place of a sole under the ankle [m] and its pitch [rad], from hip, knee and ankle."""
    _, ankle, _, _ = BODY.leg(*q)
    pitch = q[0] - q[1] + q[2]
    lever = BODY.ankle_height * np.array([np.sin(pitch), -np.cos(pitch)])
    return (*(np.array(ankle) + lever + (0.0, HIP)), pitch)


def path_of(pattern):
    """Poses of both plates (N, 2, 3) over each side's own cycle: the hip rests and the feet move."""
    poses = [sole(q[:3]) for q in pattern.evaluate(np.arange(POSES) / POSES)[0]]
    return np.stack([poses, poses], axis=1)


def walk(pattern, patient, support=0.3, ticks=TICKS):
    """Walk; gives time, phase, pelvis and joints, plates, what was asked of them, straps' and drives' force, rope."""
    plant = gl.plant.Plant(patient, gl.plant.Device.end_effector(), seed=1)
    path, phase, rows = path_of(pattern), 0.0, []
    law = gl.control.FootPlate(path, STIFFNESS, DAMPING, BOUND)
    taken = gl.trajectory.MinimumJerk(0.0, 1.0, 3.0)  # of the plates, from where they are onto the path
    for tick in range(ticks):
        t = tick * DT
        rate = np.clip((t - 4.0) / 4.0, 0.0, 1.0) / CYCLE
        phase = (phase + rate * DT) % 1.0
        both = [phase, (phase + 0.5) % 1.0]
        seen, share = plant.fittings(), taken.evaluate(t)[0]
        force = law.step(seen.plate_pose, seen.plate_velocity, both, [rate, rate], [share, share]).force
        plant.advance(np.zeros(6), plate_force=force, support_force=support * plant.body_weight)
        if tick % 10 == 0:
            asked = [path[int(p * POSES) % POSES, side] for side, p in enumerate(both)]
            moved = (seen.plate_pose, asked, seen.strap_force, seen.plate_force)
            rows.append(np.concatenate([(t, phase), plant.look().q, *map(np.ravel, moved)]))
    return np.array(rows), plant


def people():
    healthy = gl.plant.Patient.healthy(1).replace(mass=MASS, height=HEIGHT)
    return {"healthy": healthy, "FAC 1": gl.plant.Patient.fac(1).replace(mass=MASS, height=HEIGHT)}


def main():
    print("path         person   plates off by [mm]  hip [°]    knee [°]   ankle [°]  drives up [N]  upright")
    for name, pattern in PATHS.items():
        for who, patient in people().items():
            rows, plant = walk(pattern, patient)
            late = rows[rows[:, 0] > 9.0]
            off = 1000.0 * np.abs(late[:, 11:17] - late[:, 17:23])[:, [0, 1, 3, 4]].max()
            q = np.degrees(late[:, 5:8])
            ranges = "  ".join(f"{low:4.0f} {high:4.0f}" for low, high in zip(q.min(0), q.max(0), strict=True))
            drive, upright = np.abs(late[:, [30, 33]]).max(), "yes" if plant.upright else "no"
            print(f"{name:11}  {who:7}  {off:18.0f}  {ranges}  {drive:13.0f}  {upright}")
    print(f"a cycle takes {CYCLE:.0f} s; the rope carries 30 % of body weight")


def draw(figure):
    figure.set_size_inches(9.0, 4.6)
    axes = figure.subplot_mosaic([[f"{name} legs" for name in PATHS], list(PATHS)], height_ratios=(1.4, 1))
    for name, pattern in PATHS.items():
        rows, _ = walk(pattern, people()["FAC 1"])
        late = rows[rows[:, 0] > 13.0 - CYCLE]
        legs, joints = axes[f"{name} legs"], axes[name]
        for row in late[::25]:
            points = np.array([(0.0, 0.0), *BODY.leg(*row[5:8], row[4])]) + row[2:4]
            legs.plot(*points[[0, 1, 2, 3, 4, 2]].T, "0.6", linewidth=0.7)
        legs.plot(late[:, 17], late[:, 18], "k--", linewidth=1.0, label="path asked for")
        legs.plot(late[:, 11], late[:, 12], "C3", label="left plate")
        legs.set(
            aspect="equal", xlabel="forward [m]", ylabel="up [m]", title=name, ylim=(-0.12, 1.1), xlim=(-0.42, 0.42)
        )
        late = late[np.argsort(late[:, 1])]
        for joint, label in enumerate(("hip", "knee", "ankle")):
            joints.plot(100 * late[:, 1], np.degrees(late[:, 5 + joint]), f"C{joint}", label=label)
            reference = np.degrees(pattern.evaluate(late[:, 1])[0][:, joint])
            joints.plot(100 * late[:, 1], reference, f"C{joint}:", linewidth=1.0)
        joints.set(xlabel="cycle [%]", ylabel="left leg [°]", ylim=(-40, 125))
    axes["stairs up legs"].legend(loc="upper center", ncols=2)
    axes["level"].legend(loc="upper left", ncols=3)


if __name__ == "__main__":
    main()
