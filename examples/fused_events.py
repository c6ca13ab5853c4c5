"""Gait events of two sensors as one stream: insoles that freeze and come back, belts that give nothing for a while."""

import numpy as np

import gaitloop as gl
from gaitloop.recording import Event

DT, END, STRIDE = 0.01, 30.0, 1.2  # [s]
FIRST = {"left": 0.3, "right": 0.9}  # first contact of each foot [s]
FROZEN = (8.0, 15.0)  # the insoles repeat their last value [s]
ABSENT = (19.0, 24.0)  # the belts give nothing [s]
TIME = np.arange(0.0, END, DT)


def truth():
    """Every event that happens: side, kind, time [s]."""
    rows = []
    for side, first in FIRST.items():
        for kind, shift in (("ic", 0.0), ("to", 0.62 * STRIDE)):
            rows += [(side, kind, t) for t in np.arange((first + shift) % STRIDE, END - 0.1, STRIDE)]
    return rows


def signals():
    """Forces under the left and right foot [N] as the belts and the insoles give them."""
    rng = np.random.default_rng(1)
    u = np.mod((TIME[:, None] - list(FIRST.values())) / STRIDE, 1.0) / 0.62
    force = np.where(u < 1.0, 800.0 * (1.0 - (2.0 * u - 1.0) ** 6), 0.0)
    belts = force + 4.0 * rng.standard_normal(force.shape)
    insoles = 0.7 * np.roll(force, 2, axis=0) + 8.0 * rng.standard_normal(force.shape)
    frozen = (FROZEN[0] <= TIME) & (FROZEN[1] > TIME)
    insoles[frozen] = insoles[np.argmax(frozen) - 1]
    belts[(ABSENT[0] <= TIME) & (ABSENT[1] > TIME)] = np.nan
    return {"belts": belts, "insoles": insoles}


def walk():
    """Events of each sensor and of the vote, and when each sensor had a vote on both feet."""
    detectors = {"belts": gl.events.ForceContacts(), "insoles": gl.events.ForceContacts(scale=500.0)}
    fused = gl.events.FusedContacts({"belts": 1.0, "insoles": 0.8})
    told, votes = {"belts": [], "insoles": [], "together": []}, {"belts": [], "insoles": []}
    forces = signals()
    for i, t in enumerate(TIME):
        found = {name: detector.step(forces[name][i], t) for name, detector in detectors.items()}
        alive = {name: [not paused for paused in detector.paused] for name, detector in detectors.items()}
        told["together"] += fused.step(found, alive, t)
        for name in detectors:
            told[name] += found[name]
            votes[name].append(all(fused.trusted[name]) and all(alive[name]))
    return told, {name: np.array(vote) for name, vote in votes.items()}


def errors(events: list[Event]):
    """Of every true event how far the nearest of its kind is [s], where that is below 50 ms; how many are none."""
    rows = [
        (side, kind, t, min([event.time - t for event in events if event[:2] == (side, kind)], key=abs, default=9.0))
        for side, kind, t in truth()
    ]
    hits = [error for *_, error in rows if abs(error) < 0.05]
    return np.array(hits), len(events) - len(hits)


def main():
    told, votes = walk()
    print(f"{'':9}  found  missed  wrong  off by, median")
    for name, events in told.items():
        hits, wrong = errors(events)
        missed = len(truth()) - len(hits)
        print(f"{name:9}  {len(hits):5}  {missed:6}  {wrong:5}  {1e3 * np.median(hits):11.0f} ms")
    for name, vote in votes.items():
        for i in np.flatnonzero(np.diff(vote.astype(int))):
            print(f"{TIME[i + 1]:5.2f} s  {name} {'may vote again' if vote[i + 1] else 'lose their vote'}")
    late = [event.emit - event.time for event in told["together"]]
    print(f"known after {1e3 * np.median(late):.0f} ms as a rule, {1e3 * max(late):.0f} ms at most")


def draw(figure):
    figure.set_size_inches(9.0, 4.2)
    told, votes = walk()
    axes = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [2, 2, 1]})
    marks = {"ic": ("v", "C2", "initial contact"), "to": ("^", "C3", "toe-off")}
    for axis, (name, force) in zip(axes, signals().items(), strict=False):
        axis.plot(TIME, force[:, 0], color="0.45", linewidth=0.9)
        axis.fill_between(TIME, -80, 900, where=~votes[name], color="C1", alpha=0.2, label="no vote")
        axis.set(ylabel=f"{name} [N]", ylim=(-80, 900))
    for axis, (name, events) in zip(axes, told.items(), strict=True):
        for kind, (mark, color, label) in marks.items():
            times = [event.time for event in events if event[:2] == ("left", kind)]
            level = np.interp(times, TIME, signals()[name][:, 0]) if name != "together" else np.zeros(len(times))
            axis.plot(times, np.nan_to_num(level), mark, color=color, markersize=5, label=label)
    axes[2].set(xlabel="time [s]", ylabel="together [-]", yticks=[], ylim=(-1, 1), xlim=(2.0, END))
    axes[0].set_title("left foot: insoles freeze at 8 s, belts give nothing from 19 s; together no event is lost")
    axes[1].legend(ncols=3, loc="upper right")


if __name__ == "__main__":
    main()
