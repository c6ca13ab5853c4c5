"""Markers whose events come late in a laboratory, set right by its force plates on other people."""

import numpy as np

import gaitloop as gl
from gaitloop.events import Event, Events

DT, END = 0.01, 10.0  # [s]
STANCE = 0.6  # share of the stride
PEOPLE = ((1.10, 1.30), (1.00, 1.35), (1.25, 1.15), (1.15, 1.20))  # stride time [s] and length [m]
JUDGED = 3  # the one who is left out
SIDES, KINDS, NAMES = ("left", "right"), ("ic", "to"), ("initial contact", "toe-off")


def walk(person):
    """Time (T,), markers (T, 5, 3) [m] of one who walks at a steady pace, and what the plates say of both feet."""
    (time, length), rng = PEOPLE[person], np.random.default_rng(person)
    t = np.arange(0.0, END, DT)
    markers = np.zeros((len(t), 5, 3))
    for foot in range(2):
        cycles = t / time + 0.5 * foot
        u = cycles % 1.0
        swing = np.clip((u - STANCE) / (1.0 - STANCE), 0.0, 1.0)
        heel, toe = markers[:, 2 * foot], markers[:, 2 * foot + 1]
        heel[:, 0] = length * (np.floor(cycles) + swing**2 * (2.0 - swing))
        heel[:, 2] = 0.05 + 0.2 * np.clip((u - 0.45) / 0.2, 0.0, 1.0) * np.clip((1.0 - u) / 0.35, 0.0, 1.0)
        toe[:, 0] = heel[:, 0] + 0.2
        toe[:, 2] = 0.03 + 0.1 * swing * (1.0 - swing)
    markers[:, 4] = np.stack([length * (t / time + 0.5), 0.0 * t, 1.0 + 0.0 * t], axis=1)
    rows = [
        Event(side, kind, at, at, 1.0)
        for foot, side in enumerate(SIDES)
        for kind, share in (("ic", 0.0), ("to", STANCE))
        for at in time * (np.arange(1.0, END / time) + share - 0.5 * foot)
        if 0.0 < at < END - 0.1
    ]
    return t, markers + 3e-4 * rng.standard_normal(markers.shape), Events.from_rows(rows)


def errors(events, plates, kind):
    """How far each event is from the nearest of the plates [ms], where that is below 100 ms."""
    off = []
    for side in SIDES:
        true = plates.times(side, kind)
        off += [at - true[np.abs(true - at).argmin()] for at in events.times(side, kind)]
    return 1e3 * np.array([x for x in off if abs(x) < 0.1])


def judged():
    """Errors of one person before and after calibration on the others, by kind, and the two biases [s]."""
    others = [walk(person) for person in range(len(PEOPLE)) if person != JUDGED]
    plain = gl.events.MarkerContacts()
    found = []
    for t, markers, _ in others:
        plain.reset()
        found.append(plain.run(markers, t))
    biases = plain.calibrate(found, [plates for *_, plates in others])
    told = gl.events.MarkerContacts(bias_ic=biases[0], bias_to=biases[1])
    t, markers, plates = walk(JUDGED)
    plain.reset()
    before, after = plain.run(markers, t), told.run(markers, t)
    return {kind: (errors(before, plates, kind), errors(after, plates, kind)) for kind in KINDS}, biases


def main():
    table, biases = judged()
    print("event  bias [ms]  mean absolute error [ms]: as it is  calibrated  events")
    for (kind, (before, after)), bias in zip(table.items(), biases, strict=True):
        sizes = f"{np.abs(before).mean():35.1f}  {np.abs(after).mean():10.1f}  {len(after):6}"
        print(f"{kind:5}  {1e3 * bias:9.1f}  {sizes}")
    print("a bias moves the time that is told, not the tick in which it is told")


def draw(figure):
    figure.set_size_inches(9.0, 3.6)
    height, *panels = figure.subplots(1, 3, gridspec_kw={"width_ratios": [1.6, 1.0, 1.0]})
    t, markers, plates = walk(JUDGED)
    for k, name in enumerate(("heel", "toe")):
        height.plot(t, 100.0 * markers[:, k, 2], f"C{k}", label=name, linewidth=1.0)
    for kind, color, name in zip(KINDS, ("C2", "C3"), NAMES, strict=True):
        height.vlines(plates.times("left", kind), 0.0, 27.0, color=color, linestyle=":", label=name)
    height.set(xlabel="time [s]", ylabel="height [cm]", xlim=(2.0, 5.0), ylim=(0.0, 36.0), title="left foot, plates")
    height.legend(loc="upper center", ncols=2)
    table, _ = judged()
    for axis, pair, name in zip(panels, table.values(), NAMES, strict=True):
        for k, (label, off) in enumerate(zip(("as it is", "calibrated"), pair, strict=True)):
            axis.plot(np.arange(len(off)), off, "os"[k], color=f"C{k + 4}", markersize=4, label=label)
        axis.axhline(0.0, color="0.4", linewidth=0.8)
        axis.set(title=name, xlabel="event [-]", ylabel="told less plate [ms]", ylim=(-10.0, 60.0))
    panels[0].legend(loc="upper right")


if __name__ == "__main__":
    main()
