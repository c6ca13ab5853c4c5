"""A person walks and the stiffness is doubled: at once, and as carried through by the trainer's fader."""

import dataclasses

import numpy as np

import gaitloop as gl
from gaitloop.session.build import trainer_config
from gaitloop.session.plan import demo_plan

PLAN = demo_plan()
SOFT, STIFF = np.array([200.0, 300.0, 0.0] * 2), np.array([400.0, 600.0, 0.0] * 2)
DRIVEN = np.array([1, 1, 0] * 2)
PERSON = gl.plant.Patient.stroke(side="left", severity=0.4, seed=1).replace(mass=75.0, height=1.75)
FIELD = {name: slice(start, start + length) for name, start, length, *_ in gl.trainer.TELEMETRY_FIELDS}
KNEE, ASKED, END, DT = 1, 13_640, 20_300, 0.001  # joint; ticks
FADERS = {
    "at once": gl.control.Fader(time=0.01, rate=[20000.0] * 6, energy=50.0, power=50.0),
    "as the trainer does": gl.control.Fader(time=1.0, rate=[200.0] * 6, energy=2.0, power=2.0),
    "0.2 J + 0.5 W": gl.control.Fader(time=1.0, rate=[200.0] * 6, energy=0.2, power=0.5),
}


def config(change, stiffness=SOFT):
    """The demonstration's trainer, with another fader and stiffness."""
    return dataclasses.replace(trainer_config(PLAN), change=change, stiffness=stiffness)


def recorded():
    """Samples of a walk under the soft law: the movement that every change below is judged on."""
    trainer = gl.Trainer(config(FADERS["at once"]))
    plant = gl.plant.Plant(PERSON, gl.plant.Device.treadmill_exo(), seed=1)
    walk = gl.Simulation(trainer, plant, [("arm", 0.45, 0.5), ("start", 0.55, 0.6)]).run(END)
    return [walk[name] for name in ("t", "sample", "valid", "stamp")]


def changed(samples, change):
    """Torque asked of the guard (T, 6), share of the new law (T,), potential stored by the change so far [J]."""
    setup = config(change)
    trainer = gl.Trainer(setup)
    first = trainer.run(*(x[:ASKED].copy() for x in samples))["telemetry"]
    trainer.request_control(dataclasses.replace(setup.control, stiffness=STIFF))
    rest = trainer.run(*(x[ASKED:].copy() for x in samples))["telemetry"]
    seen = np.concatenate([first, rest])
    error = seen[:, FIELD["q_ref"]] - samples[1][:, :6]
    gap = (0.5 * DRIVEN * (STIFF - SOFT) * seen[:, FIELD["guidance"]] * error**2).sum(axis=1)
    share = seen[:, FIELD["change"]][:, 0]
    share[np.argmax(share) + 1 :] = 1.0  # the fade is over: the law asked for is the one in use
    return seen[:, FIELD["tau_requested"]], share, np.cumsum(np.diff(share, prepend=0.0) * gap)


def added(samples, share):
    """Steepest slope that a change adds to any joint's torque: movement of the share times the laws' difference."""
    laws = [gl.Trainer(config(FADERS["at once"], k)).run(*(x.copy() for x in samples)) for k in (SOFT, STIFF)]
    soft, stiff = (law["telemetry"][:, FIELD["tau_requested"]] for law in laws)
    return np.abs(np.diff(share, prepend=0.0)[:, None] * (stiff - soft)).max() / DT


def main():
    samples = recorded()
    print("fader                fades for [s]  steepest slope added [N·m/s]  stored by the change [J]")
    for name, change in FADERS.items():
        _, share, stored = changed(samples, change)
        ticks = np.arange(ASKED, END)
        fading = ticks[(share[ASKED:] > 0.0) & (share[ASKED:] < 1.0)]
        print(f"{name:20} {len(fading) * DT:12.2f}  {added(samples, share):28.0f}  {stored[-1]:24.2f}")
    print("the movement is the same in all three; each change stores at most what its bucket holds")


def draw(figure):
    figure.set_size_inches(9.0, 3.2)
    torque, weight, energy = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
    samples = recorded()
    t = DT * (np.arange(END) - ASKED)
    shown = (t > -0.4) & (t < 2.5)
    for (name, change), color in zip(FADERS.items(), ("0.55", "C3", "C0"), strict=True):
        tau, share, stored = changed(samples, change)
        torque.plot(t[shown], tau[shown, KNEE], color, linewidth=1.2, label=name)
        weight.plot(t[shown], share[shown], color)
        energy.plot(t[shown], stored[shown], color)
        if name != "at once":
            bound = (2.0, 2.0) if color == "C3" else (0.2, 0.5)
            ahead = shown & (t >= 0)
            energy.plot(t[ahead], bound[0] + bound[1] * t[ahead], color, linestyle=":", linewidth=1.0)
    torque.set(xlabel="time since it was asked [s]", ylabel="left knee [N·m]", title="torque asked of the guard")
    weight.set(xlabel="time since it was asked [s]", ylabel="share of the new law [-]", title="weight w")
    energy.set(xlabel="time since it was asked [s]", ylabel="energy [J]", title="stored (dotted: bound)")
    torque.set_ylim(-200, 300)
    torque.legend(loc="upper right")


if __name__ == "__main__":
    main()
