"""Force contacts on recorded people, plain and disturbed, judged by the scorer that comes with the recordings."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from gaitloop.events import Events, ForceContacts, detect
from gaitloop.recording import load

SETS = ("force_belts", "force_insoles")
TOLERANCE = 0.05  # [s]


@pytest.fixture(scope="module")
def scorer(data_root) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_events", data_root / "score_events.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recordings(data_root):
    return {name: [load(p) for p in sorted((data_root / "data" / name).iterdir())] for name in SETS}


def stances(recording, side):
    """Spans from initial contact to toe-off of the reference [s]."""
    events = recording.events.select(side)
    rows = sorted((event.time, event.kind) for event in events)
    return [(a, b) for (a, kind), (b, other) in pairwise(rows) if (kind, other) == ("ic", "to")]


def across(recording, t, force, share, every, seed=1):
    """A share of the foot's force falls on the other sensor, for one of `every` steps."""
    rng = np.random.default_rng(seed)
    disturbed = force.copy()
    for i, side in enumerate(("left", "right")):
        for start, end in stances(recording, side):
            part = rng.uniform(*share)
            if rng.random() < 1 / every and end - start < 1.5:
                span = (t > start - 0.06) & (t < end + 0.06)
                disturbed[span, i] -= part * force[span, i]
                disturbed[span, 1 - i] += part * force[span, i]
    return disturbed


def rolling(recording, t, force, every=8, seed=2):
    """The foot rolls from one belt towards the other within the step: its share grows from 0.2 to 0.6."""
    rng = np.random.default_rng(seed)
    disturbed = force.copy()
    for i, side in enumerate(("left", "right")):
        for start, end in stances(recording, side):
            if rng.random() < 1 / every and end - start < 1.5:
                span = (t > start - 0.06) & (t < end + 0.06)
                part = 0.2 + 0.4 * np.clip((t[span] - start) / (end - start), 0, 1)
                disturbed[span, i] -= part * force[span, i]
                disturbed[span, 1 - i] += part * force[span, i]
    return disturbed


DISTURBANCES = {
    "offset up": lambda r, t, f: f + 20.0,
    "offset down": lambda r, t, f: f - 20.0,
    "offsets apart": lambda r, t, f: f + np.array([20.0, -20.0]),
    "slow drift": lambda r, t, f: f + 20.0 * np.sin(2 * np.pi * t / 20.0)[:, None],
    "ramp": lambda r, t, f: f + np.linspace(-20.0, 20.0, len(t))[:, None],
    "gain up": lambda r, t, f: 1.2 * f,
    "gain down": lambda r, t, f: 0.8 * f,
    "quarter across": lambda r, t, f: across(r, t, f, (0.25, 0.25), 8),
    "half across": lambda r, t, f: across(r, t, f, (0.5, 0.5), 8),
    "any part across": lambda r, t, f: across(r, t, f, (0.1, 0.9), 8),
    "rolling across": rolling,
    "all at once": lambda r, t, f: 0.8 * across(r, t, f, (0.1, 0.7), 10) + 20.0 * np.sin(2 * np.pi * t / 20.0)[:, None],
}


ACROSS = {"quarter across", "half across", "any part across", "rolling across", "all at once"}


def score(scorer, folder, recordings, data_root, name, find):
    for recording in recordings:
        find(recording).write_csv(folder / f"{recording.name}.csv")
    table = scorer.score(str(data_root / "data" / name), str(folder), tols=(TOLERANCE,))
    cells = {kind: cell for (kind, _), cell in table.items()}
    for kind, cell in cells.items():
        delay = f"delay {cell['delay_med_ms']:.0f} ms (median)" if "delay_med_ms" in cell else "looking ahead"
        print(f"{name:14} {kind}  F1 {cell['f1']:.4f} at 50 ms, error {cell['mae_ms']:.1f} ms (mean), {delay}")
    return cells


@pytest.mark.parametrize("name", SETS)
def test_recorded_people(scorer, recordings, data_root, tmp_path, name):
    for kind, cell in score(scorer, tmp_path, recordings[name], data_root, name, detect).items():
        assert cell["f1"] >= 0.995, (kind, cell)
        assert cell["delay_med_ms"] <= 20.0, (kind, cell)


@pytest.mark.parametrize("name", SETS)
def test_looking_ahead(scorer, recordings, data_root, tmp_path, name):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        return ForceContacts().run(force, t, causal=False)

    for kind, cell in score(scorer, tmp_path, recordings[name], data_root, name, find).items():
        assert cell["f1"] >= 0.997, (kind, cell)
        assert cell["mae_ms"] <= 5.0, (kind, cell)


@pytest.mark.parametrize("disturbance", [name for name in DISTURBANCES if name not in ACROSS])
def test_looking_ahead_on_disturbed_recordings(scorer, recordings, data_root, tmp_path, disturbance):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        return ForceContacts().run(DISTURBANCES[disturbance](recording, t, force), t, causal=False)

    for kind, cell in score(scorer, tmp_path, recordings["force_insoles"], data_root, "force_insoles", find).items():
        assert cell["f1"] >= 0.995, (kind, cell)


@pytest.mark.parametrize("disturbance", DISTURBANCES)
@pytest.mark.parametrize("name", SETS)
def test_disturbed_recordings(scorer, recordings, data_root, tmp_path, name, disturbance):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        return ForceContacts().run(DISTURBANCES[disturbance](recording, t, force), t)

    for kind, cell in score(scorer, tmp_path, recordings[name], data_root, name, find).items():
        assert cell["f1"] >= (0.97 if disturbance in ACROSS else 0.99), (kind, cell)
        assert cell["delay_med_ms"] <= 22.0, (kind, cell)


@pytest.mark.parametrize("name", SETS)
def test_a_step_wholly_on_the_other_belt_invents_nothing(scorer, recordings, data_root, tmp_path, name):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        return ForceContacts().run(across(recording, t, force, (1.0, 1.0), 50), t)

    for kind, cell in score(scorer, tmp_path, recordings[name], data_root, name, find).items():
        assert cell["precision"] >= 0.97, (kind, cell)
        assert cell["f1"] >= 0.95, (kind, cell)


def test_looking_ahead_sees_most_steps_that_stood_wholly_on_the_other_belt(scorer, recordings, data_root, tmp_path):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        return ForceContacts().run(across(recording, t, force, (1.0, 1.0), 20), t, causal=False)

    name = "force_insoles"
    for kind, cell in score(scorer, tmp_path, recordings[name], data_root, name, find).items():
        assert cell["precision"] >= 0.99, (kind, cell)
        assert cell["f1"] >= 0.98, (kind, cell)


@pytest.mark.parametrize("name", SETS)
def test_no_chatter(recordings, name):
    for recording in recordings[name]:
        events = detect(recording)
        for side in ("left", "right"):
            rows = [(event.time, event.kind) for event in events.select(side)]
            for (a, kind), (b, other) in pairwise(rows):
                assert b - a >= 0.12 - 1e-9
                assert kind != other


@pytest.mark.parametrize("name", SETS)
def test_the_future_changes_nothing(recordings, name):
    for recording in recordings[name]:
        t, force = recording.foot_forces()
        whole = list(ForceContacts().run(force, t))
        cut = len(t) // 3
        part = list(ForceContacts().run(force[:cut], t[:cut]))
        assert part == [event for event in whole if event.emit <= t[cut - 1] + 1e-9]
        assert len(part) > 5


def test_missing_samples_change_little(scorer, recordings, data_root, tmp_path):
    def find(recording) -> Events:
        t, force = recording.foot_forces()
        rng = np.random.default_rng(3)
        holes = np.where(rng.random(force.shape) < 0.05, np.nan, force)
        return ForceContacts().run(holes, t)

    cells = score(scorer, tmp_path, recordings["force_insoles"], data_root, "force_insoles", find)
    assert min(cell["f1"] for cell in cells.values()) >= 0.97
