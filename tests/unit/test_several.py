"""All sensors of a recording together, by `detect` and by the command."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gaitloop import analysis
from gaitloop.errors import RecordingError
from gaitloop.events import Events, choose, detect
from gaitloop.events._several import Sensed, fuse
from gaitloop.recording import Recording

sys.path.append(str(Path(__file__).parents[1]))
walks = importlib.import_module("walks")


@pytest.mark.parametrize("causal", [True, False])
def test_all_sensors_find_the_walk(causal):
    found = detect(walks.walk(), "fused", causal)
    assert len(found.times(kind="ic")) == pytest.approx(54, abs=6)
    assert np.isnan(found.emit).all() != causal
    assert (np.diff(found.emit if causal else found.time) >= 0.0).all()


def test_all_is_not_the_choice_of_itself():
    assert choose(walks.walk(duration=12.0), "auto") == "force"
    assert choose(walks.walk(duration=12.0), "fused") == "fused"


def test_one_sensor_cannot_be_fused():
    with pytest.raises(RecordingError, match=r"fused needs two or more sensors of all steps; .* offers back_imu"):
        detect(walks.walk("back_imu", duration=12.0), "fused")
    t, arrays = walks.columns(duration=12.0)
    both = walks.of_sensor(arrays, "force") | walks.of_sensor(arrays, "markers")
    walk = replace(Recording.from_arrays(both, t, units=walks.SI), meta={"plate_feet": {"fz_plate1": ["left"]}})
    with pytest.raises(RecordingError, match=r"fused needs two or more sensors of all steps; .* offers markers"):
        detect(walk, "fused")


def test_a_sensor_in_a_wrong_unit_is_refused():
    t, arrays = walks.columns(duration=12.0)
    arrays = {name: 57.3 * x if "shank_gyr" in name else x for name, x in arrays.items()}
    with pytest.raises(RecordingError, match="left_shank_gyr exceeds"):
        detect(Recording.from_arrays(arrays, t, units=walks.SI), "fused")


def test_a_sensor_that_ended_or_shows_nothing_is_not_asked():
    t = np.arange(0.0, 20.0, 0.01)
    walk = walks.events(20.0)
    known = Events(walk.side, walk.kind, walk.time, walk.time + 0.01, np.ones(len(walk)))
    nothing = Events(*[np.empty(0)] * 5)
    alone = Sensed(t, np.ones((len(t), 2), dtype=bool), known)
    ended = Sensed(t[:100] - 3.0, np.ones((100, 2), dtype=bool), nothing)
    blind = Sensed(t, np.zeros((len(t), 2), dtype=bool), nothing)
    found = fuse({"back_imu": alone, "force": ended, "markers": blind}, True)
    assert len(found) >= len(walk) - 2
    assert (found.confidence == 1.0).all()


def test_the_analysis_draws_what_was_fused(tmp_path):
    result = analysis.analyze(walks.walk(duration=12.0), sensor="fused")
    assert result.summary.sensor == "fused"
    analysis.draw(result, tmp_path / "a.png")
    assert (tmp_path / "a.png").exists()
