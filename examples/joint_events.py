"""Contacts from an exoskeleton's encoders on a simulated person after a stroke, beside the forces under the feet."""

import numpy as np

import gaitloop as gl
from gaitloop.session.build import build_device, build_patient, build_trainer, presses
from gaitloop.session.layout import Tables

END, EVERY = 45.0, 5  # [s]; ticks of 1 ms between two samples of the encoders
SIDES, KINDS, NAMES = ("left", "right"), ("ic", "to"), ("initial contact", "toe-off")


def walk():
    """Time (T,) [s], encoders (T, 6) [rad] and forces under the feet (T, 2) [N] of the demo's first seconds."""
    plan = gl.session.demo_plan()
    plant = gl.plant.Plant(build_patient(plan), build_device(plan), seed=plan.seed)
    block = gl.simulation.Simulation(build_trainer(plan), plant, presses(plan)).run(round(1e3 * END))
    columns = Tables.from_core().columns
    q, force = (block["sample"][:, columns("sample", name)] for name in ("q", "foot_force"))
    return block["t"] * 1e-9, q, force


def found():
    """Time, angles and forces at the encoders' rate; events of the angles, and of the forces by looking ahead."""
    t, q, force = walk()
    known = gl.events.ForceContacts(shared=False).run(force, t, causal=False)
    t, q, force = t[::EVERY], q[::EVERY], force[::EVERY]
    detector = gl.events.JointContacts()
    told = [event for angles, now in zip(q, t, strict=True) for event in detector.step(angles, now)]
    return t, q, force, gl.events.Events.from_rows(told), known


def errors(told, known, side, kind):
    """Of every event of the forces how far the nearest of the angles is [s], and when that was known [s after it]."""
    mine, true = told.select(side, kind), known.times(side, kind)
    true = true[(true > mine.time.min() - 0.25) & (true < mine.time.max() + 0.25)]
    nearest = [np.abs(mine.time - at).argmin() for at in true]
    off, late = mine.time[nearest] - true, mine.emit[nearest] - true
    return off[np.abs(off) < 0.25], late[np.abs(off) < 0.25], len(true)


def main():
    *_, told, known = found()
    print("foot   event  by force  found  off by, median [ms]  mean absolute  known after, median [ms]")
    for side in SIDES:
        for kind in KINDS:
            off, late, count = errors(told, known, side, kind)
            sizes = f"{1e3 * np.median(off):19.0f}  {1e3 * np.abs(off).mean():13.0f}  {1e3 * np.median(late):24.0f}"
            print(f"{side:5}  {kind:5}  {count:8}  {len(off):5}  {sizes}")
    print(f"confidence of the contacts: {np.median(told.select(kind='ic').confidence):.2f} as a rule")


def draw(figure):
    figure.set_size_inches(9.0, 4.8)
    t, q, force, told, known = found()
    angles, load = figure.subplots(2, 1, sharex=True)
    for k, name in enumerate(("hip", "knee", "ankle")):
        angles.plot(t, np.degrees(q[:, k]), ("C0", "C1", "C4")[k], label=name, linewidth=1.1)
    load.plot(t, force[:, 0], "0.6", linewidth=1.0, label="force, not known to the detector")
    for kind, color, mark, name in zip(KINDS, ("C2", "C3"), "v^", NAMES, strict=True):
        times = told.times("left", kind)
        load.plot(times, np.interp(times, t, force[:, 0]), mark, color=color, markersize=6, label=f"{name} by angles")
        angles.vlines(times, -30.0, 75.0, color=color, linewidth=0.9)
        true = known.times("left", kind)
        load.vlines(true, 0.0, 800.0, color=color, linewidth=0.8, linestyle=":")
    angles.set(ylabel="angle [°]", title="left leg, the weaker one; lines: events by angles", ylim=(-30.0, 85.0))
    load.set(xlabel="time [s]", ylabel="force [N]", title="dotted: events by force", xlim=(END - 8.0, END))
    angles.legend(loc="upper right", ncols=3)
    load.legend(loc="upper right", ncols=3)
    load.set_ylim(-20.0, 1150.0)


if __name__ == "__main__":
    main()
