"""Committed accuracy figures hold, the page shows them, and the future changes nothing that was reported before."""

from __future__ import annotations

import importlib
import json
import sys
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


def folders(data_root):
    return sorted(p.parent for p in (data_root / "data").glob("*/*/meta.json"))


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_cutting_a_recording_changes_no_event_reported_before(data_root, sensor):
    """That an event was known when its `emit` says so: nothing after the cut can have helped."""
    rng = np.random.default_rng(7)
    tried = 0
    for folder in folders(data_root):
        recording = load(folder)
        if sensor not in recording.sensors:
            continue
        t, rows = _detect.ROWS[sensor](recording)
        whole = list(_detect.DETECTORS[sensor]().run(rows, t, True))
        for cut in rng.integers(len(t) // 10, len(t), CUTS):
            part = list(_detect.DETECTORS[sensor]().run(rows[:cut], t[:cut], True))
            assert part == [event for event in whole if event.emit <= t[cut - 1] + 5e-10], (folder, cut)
            tried += len(part)
    assert tried > 100 or sensor == "joints"


@pytest.mark.parametrize("sensor", _detect.DETECTORS)
def test_events_alternate_and_no_event_comes_from_a_pause(data_root, sensor):
    """Each foot's events follow one another, and while its samples are missing nothing is reported."""
    for folder in folders(data_root)[::3]:
        recording = load(folder)
        if sensor not in recording.sensors:
            continue
        t, rows = _detect.ROWS[sensor](recording)
        holes = np.array(rows)
        start, end = len(t) // 2, len(t) // 2 + max(3, int(0.3 / (t[1] - t[0])))
        holes[start:end] = np.nan
        events = _detect.DETECTORS[sensor]().run(holes, t, True)
        assert not ((events.emit > t[start] - 1e-9) & (events.emit < t[min(end, len(t) - 1)] - 1e-9)).any(), folder
        for side in ("left", "right"):
            for kinds in (events.select(side).kind,):
                assert np.count_nonzero(np.diff(kinds) == 0) <= 1, folder  # once over the pause


def test_looking_ahead_gives_no_time_of_knowing(data_root):
    for folder in folders(data_root)[::5]:
        recording = load(folder)
        for sensor in (s for s in recording.sensors if s in _detect.DETECTORS):
            assert np.isnan(detect(recording, sensor, causal=False).emit).all()
