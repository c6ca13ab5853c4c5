"""The vote of detectors on the steps of recorded people; each source is the reference events with faults added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gaitloop import _core
from gaitloop.events import detect
from gaitloop.recording import KINDS, load
from gaitloop.recording.events import SIDES
from gaitloop.reference import events as reference

TICK = 10_000_000
TOLERANCE = 0.05  # [s]
GOOD = {"jitter": 0.02, "loss": 0.05, "delay": 0.02}
SCENES = {
    "three alike": [GOOD, {**GOOD, "delay": 0.04}, {**GOOD, "delay": 0.06}],
    "two alike": [GOOD, {**GOOD, "delay": 0.04}],
    "three, one falls silent": [GOOD, GOOD, {**GOOD, "until": 8.0}],
    "three, one invents": [GOOD, GOOD, {**GOOD, "invents": 0.6}],
    "three, one late by 40 ms": [GOOD, GOOD, {**GOOD, "bias": 0.04}],
}


@pytest.fixture(scope="module")
def people(data_root):
    """Side, kind and time [s] of the events of each recording, by time."""
    trials = [
        load(folder)
        for name in ("imu_feet_back", "imu_legs_stroke")
        for folder in sorted((data_root / "data" / name).iterdir())
    ]
    return [
        sorted(((SIDES.index(e.side), KINDS.index(e.kind), e.time) for e in r.events), key=lambda e: e[2])
        for r in trials
    ]


def source(rows, rng, jitter, loss, delay, bias=0.0, until=np.inf, invents=0.0):
    kept = []
    for side, kind, t in rows:
        if t <= until and rng.random() >= loss:
            kept.append((side, kind, t + bias + rng.normal(0.0, jitter)))
            if rng.random() < invents:
                kept.append((side, int(rng.integers(2)), t + rng.uniform(0.15, 0.5)))
    kept.sort(key=lambda row: row[2])
    side, kind, t = (np.array(column) for column in zip(*kept, strict=True))
    ns = np.round(t * 1e9).astype(np.int64)
    return side.astype(np.int64), kind.astype(np.int64), ns, ns + round(delay * 1e9), np.ones(len(ns))


def counts(rows, columns, tolerance=TOLERANCE):
    """True events, found ones, and pairs of both within the tolerance."""
    found = [(int(s), int(k), t * 1e-9) for s, k, t in zip(*columns[:3], strict=True)]
    pairs, rest = 0, set(range(len(found)))
    for side, kind, t in rows:
        near = [i for i in rest if found[i][:2] == (side, kind) and abs(found[i][2] - t) <= tolerance]
        if near:
            pairs += 1
            rest.remove(min(near, key=lambda i: abs(found[i][2] - t)))
    return np.array([len(rows), len(found), pairs])


def f1(total):
    return 2.0 * total[2] / (total[0] + total[1])


def rust(count):
    return _core.FusedContacts([str(i) for i in range(count)], [1.0] * count)


def twin(count):
    return reference.FusedContacts([1.0] * count)


@pytest.mark.parametrize("vote", [rust, twin])
@pytest.mark.parametrize("scene", SCENES)
def test_the_vote_beats_each_of_its_sources(people, scene, vote):
    alone, fused = np.zeros((len(SCENES[scene]), 3)), np.zeros(3)
    for seed, rows in enumerate(people):
        rng = np.random.default_rng(seed)
        sources = [source(rows, rng, **settings) for settings in SCENES[scene]]
        ticks = np.arange(int((rows[-1][2] + 1.0) * 1e9 / TICK)) * TICK
        alive = np.ones((len(ticks), len(sources), 2), dtype=bool)
        alone += [counts(rows, one) for one in sources]
        fused += counts(rows, vote(len(sources)).run(sources, alive, ticks))
    singles = [f1(total) for total in alone]
    print(
        f"{scene:26} F1 at 50 ms of the sources {', '.join(f'{x:.3f}' for x in singles)}, of the vote {f1(fused):.3f}"
    )
    assert f1(fused) > max(singles) + 0.01


DEAD = {"nothing": (), "feet": ("foot",), "shanks": ("shank",), "back": ("back",), "a foot": ("left_foot",)}


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("dead", DEAD)
def test_all_sensors_of_a_person_after_a_stroke_go_on_when_some_die(data_root, dead, causal):
    for folder in sorted((data_root / "data" / "imu_legs_stroke").iterdir()):
        person = load(folder)
        imu = person.signals["imu"]
        values, gone = imu.values.copy(), (imu.t > 15.3) & (imu.t < 41.7)
        for i, name in enumerate(imu.names):
            if any(part in name for part in DEAD[dead]):
                values[gone, i] = np.nan
        hurt = replace(person, signals={**person.signals, "imu": replace(imu, values=values)})
        found = detect(hurt, "fused", causal)
        assert np.isnan(found.emit).all() if not causal else (np.diff(found.emit) >= 0.0).all()
        rows = [(SIDES.index(e.side), KINDS.index(e.kind), e.time) for e in person.events]
        columns = found.side, found.kind, np.round(found.time * 1e9).astype(np.int64)
        assert f1(counts(rows, columns, 0.25)) > (0.93 if dead != "nothing" else 0.97)
