"""A foot that drags is lifted in the same swing: a simulated person with a weak leg, with and without."""

import numpy as np

import gaitloop as gl

SPEED, TICKS, START, DT = 0.5, 32_000, 12_000, 0.001
FIELD = {name: slice(start, start + length) for name, start, length, *_ in gl.trainer.SAMPLE_FIELDS}
WEAK = 1  # the right foot


def walk(acting):
    """Every 2 ms: time, load, toe height [m] and force [N], dragging, torque of hip and knee, own clock."""
    patient = gl.plant.Patient.stroke(side="right", severity=0.6, seed=1)
    person = patient.parameters()
    plant = gl.plant.Plant(patient, gl.plant.Device.treadmill_exo(lifter_stiffness=0.0), seed=1)
    contacts, phase = gl.events.ForceContacts(), gl.phase.PhaseEstimator()
    law = gl.control.FootLift(person["mass"], person["height"], driven=[1, 1, 0, 1, 1, 0])
    rate = gl.trajectory.GaitPattern.koopman(SPEED, person["height"]).stride_rate / SPEED
    tau, rows = np.zeros(6), []
    for tick in range(TICKS):
        t, belt = tick * DT, min(SPEED, 0.25 * tick * DT)
        plant.advance(tau, belt_speed=belt, support_force=0.3 * plant.body_weight)
        seen = plant.measure(tick * 1_000_000).value
        load, ages = seen[FIELD["foot_force"]], np.full(2, np.nan)
        for event in contacts.step(load, t):
            if event.kind == "ic":
                ages[event.side != "left"] = t - event.time
        phases = phase.step(ages, rate * belt, DT).phase
        out = law.step(seen[FIELD["q"]], seen[FIELD["dq"]], phases, load, [1.0, 1.0], DT)
        tau = out.tau if acting else tau
        if tick % 2 == 0 and tick >= START:
            look = plant.look()
            toe = look.contacts.reshape(2, 2, 4)[WEAK, 1]
            weak = (load[WEAK] / plant.body_weight, *toe[:2], out.dragging[WEAK], *out.tau[3:5])
            rows.append((t, *weak, look.patient_phase))
    return np.array(rows)


def swings(rows):
    """Rows of each swing of the weak foot, from unloading to the next real load."""
    i = 1
    while i < len(rows):
        if rows[i, 1] < 0.05 <= rows[i - 1, 1] and 0.5 < (rows[i, 7] + 0.5 * WEAK) % 1.0 < 0.85:
            ends = np.flatnonzero(rows[i + 75 : i + 450, 1] > 0.20)
            if len(ends) == 0:
                return
            yield rows[i : i + 75 + ends[0]]
            i += 75 + ends[0]
        i += 1


def judged(rows):
    """Per swing: whether the toe touches in mid-swing, and when the law decided, as a share of the swing."""
    for swing in swings(rows):
        n = len(swing)
        said = np.flatnonzero(swing[:, 4])
        touch = (swing[int(0.15 * n) : int(0.75 * n), 3] > 5.0).any()
        yield touch, said[0] / n if len(said) else np.nan


def main():
    print("weak foot     swings  toe touches in mid-swing  seen, of those  share of the swing when seen")
    for name, acting in (("without lift", False), ("with lift", True)):
        touch, said = np.array(list(judged(walk(acting)))).T
        seen = said[touch > 0]
        late = f"{np.nanmax(seen):.2f} at the latest" if np.isfinite(seen).any() else "-"
        print(f"{name:12}  {len(touch):6d}  {touch.sum():24.0f}  {np.isfinite(seen).sum():14d}  {late}")
    print("without load cells under the feet nothing is lifted; at 20 % of body weight on the foot the torque is zero")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    toe, torque, load = figure.subplots(1, 3)
    for acting, color, label in ((False, "0.55", "without"), (True, "C3", "with lift")):
        rows = walk(acting)
        for number, swing in enumerate(list(swings(rows))[:8]):
            t = swing[:, 0] - swing[0, 0]
            toe.plot(t, 100.0 * swing[:, 2], color, linewidth=0.9, label=None if number else label)
            if not acting:
                continue
            for joint, name in enumerate(("hip", "knee")):
                torque.plot(t, swing[:, 5 + joint], f"C{joint}", linewidth=0.9, label=None if number else name)
            said = np.flatnonzero(swing[:, 4])[:1]
            seen = None if number else "dragging is seen"
            toe.plot(t[said], 100.0 * swing[said, 2], "k.", markersize=5, label=seen, zorder=3)
    load.plot(100.0 * rows[:, 1], np.abs(rows[:, 6]), "C1.", markersize=2)
    load.axvline(20.0, color="k", linestyle=":", linewidth=1.0)
    toe.set(xlabel="time since the foot was unloaded [s]", ylabel="toe over the belt [cm]", title="weak foot")
    torque.set(xlabel="time since the foot was unloaded [s]", ylabel="weak leg [N·m]", title="torque of the lift")
    load.set(xlabel="load of the foot [% of body weight]", ylabel="knee, magnitude [N·m]", title="none under load")
    toe.set_ylim(top=1.45 * toe.get_ylim()[1])
    torque.set_ylim(top=1.4 * torque.get_ylim()[1])
    toe.legend(loc="upper left")
    torque.legend(loc="upper left")


if __name__ == "__main__":
    main()
