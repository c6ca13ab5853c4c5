"""Committed accuracy figures hold, the page shows them, and the future changes nothing that was reported before."""

from __future__ import annotations

import importlib
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gaitloop.events import _detect, detect
from gaitloop.recording import load

sys.path.append(str(Path(__file__).resolve().parents[1]))
accuracy = importlib.import_module("accuracy")
HELD = json.loads(accuracy.FIGURES.read_text("utf-8"))
ROWS = {row.name: row for row in accuracy.rows()}
CUTS = 3
RESTED = 1.0  # [s]


@pytest.fixture(scope="module")
def scoring(data_root):
    return accuracy.scorer(data_root)


@pytest.mark.parametrize("name", ROWS)
def test_no_figure_gets_worse(scoring, data_root, name):
    figures = accuracy.measure(ROWS[name], scoring, data_root)
    assert (figures is None) == (name not in HELD), "a row came or went: python tests/accuracy.py --write"
    if figures is not None:
        assert accuracy.worse({name: HELD[name]}, {name: figures}) == []


def test_every_committed_row_is_still_in_the_table():
    assert set(HELD) <= set(ROWS)
    assert len(ROWS) == len(list(accuracy.rows()))


def test_the_page_shows_the_committed_figures():
    assert accuracy.PAGE.read_text("utf-8") == accuracy.page(HELD)


def test_a_worse_figure_is_named():
    before = {"row": {"ic": {"events": 10, "f1_50": 0.9, "error": 5.0, "delay_p05": -5.0}}}
    for name, value, good in (
        ("f1_50", 0.889, False),
        ("f1_50", 0.891, True),
        ("error", 6.1, False),
        ("error", 5.9, True),
    ):
        now = {"row": {"ic": {**before["row"]["ic"], name: value}}}
        assert (accuracy.worse(before, now) == []) is good
    assert accuracy.worse(before, {"row": {"ic": {**before["row"]["ic"], "delay_p05": -6.5}}})
    assert len(accuracy.worse(before, {"row": None})) == 4
    assert len(accuracy.worse(before, {})) == 4


@cache
def recordings(data_root, sensor):
    """Every recording that offers a sensor; of joint angles, the simulated person."""
    if sensor == "joints":
        return [accuracy.plant_walks.plant_walk(person) for person in accuracy.plant_walks.PEOPLE]
    found = (load(p.parent) for p in sorted((data_root / "data").glob("*/*/meta.json")))
    return [recording for recording in found if sensor in recording.sensors]


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_cutting_a_recording_changes_no_event_reported_before(data_root, sensor):
    """That an event was known when its `emit` says so: nothing after the cut can have helped."""
    rng = np.random.default_rng(7)
    tried = 0
    for recording in recordings(data_root, sensor):
        t, rows = _detect.ROWS[sensor](recording)
        whole = list(_detect.DETECTORS[sensor]().run(rows, t, True))
        for cut in rng.integers(len(t) // 10, len(t), CUTS):
            part = list(_detect.DETECTORS[sensor]().run(rows[:cut], t[:cut], True))
            assert part == [event for event in whole if event.emit <= t[cut - 1] + 5e-10], (recording.name, cut)
            tried += len(part)
    assert tried > 100


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_events_alternate_and_none_comes_from_a_pause(data_root, sensor):
    """Each foot's events follow one another, and while its samples are missing nothing is reported."""
    for recording in recordings(data_root, sensor)[::3]:
        t, rows = _detect.ROWS[sensor](recording)
        holes = np.array(rows)
        start, end = len(t) // 2, len(t) // 2 + max(3, int(0.3 / (t[1] - t[0])))
        holes[start:end] = np.nan
        events = _detect.DETECTORS[sensor]().run(holes, t, True)
        paused = (events.emit > t[start] - 1e-9) & (events.emit < t[min(end, len(t) - 1)] - 1e-9)
        assert not paused.any(), recording.name
        for side in ("left", "right"):
            own = events.select(side)
            again = np.flatnonzero(np.diff(own.kind) == 0)
            # Over the pause the other event may be missed, and a foot that rested is looked at afresh.
            spans = [(own.time[i], own.time[i + 1]) for i in again if own.time[i + 1] - own.time[i] < RESTED]
            assert all(a < t[min(end, len(t) - 1)] + RESTED and b > t[start] for a, b in spans), (recording.name, spans)


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_looking_ahead_gives_no_time_of_knowing(data_root, sensor):
    for recording in recordings(data_root, sensor)[::5]:
        assert np.isnan(detect(recording, sensor, causal=False).emit).all()
