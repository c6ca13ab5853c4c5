"""C3D files, written here from a made-up walk and read again."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

from gaitloop.errors import MissingExtraError, RecordingError
from gaitloop.recording import load

RATE, FORCE_RATE = 100.0, 1000.0
T = np.arange(300) / RATE
LABELS = {"left_heel": "LHEE", "left_toe": "LTOE", "right_heel": "RHEE", "right_toe": "RTOE"}


def markers():
    """Feet that step 1.2 m forward every 1.2 s, the left first, and a pelvis above them [m]; x forward, z up."""
    points = {}
    for name, y, start in (("left", 0.1, 0.3), ("right", -0.1, 0.9)):
        share = np.clip((T[:, None] - [start, start + 1.2]) / 0.4, 0.0, 1.0)
        swing = (0.5 - 0.5 * np.cos(np.pi * share)).sum(axis=1)
        heel = np.stack([1.2 * swing, np.full(300, y), 0.05 + 0.1 * np.sin(np.pi * share).sum(axis=1)], axis=1)
        points[f"{name}_heel"], points[f"{name}_toe"] = heel, heel + np.array([0.2, 0.0, -0.02])
    points["sacrum"] = np.stack([0.8 * T, 0 * T, np.full(300, 0.9)], axis=1)
    return points


def write(path, points, turn=None, labels=LABELS, units="mm", plates=(), events=()):
    """Write markers, plates (corners [m], vertical force [N] at FORCE_RATE) and events, in axes turned by `turn`."""
    ezc3d = importlib.import_module("ezc3d")
    turn = np.eye(3) if turn is None else np.asarray(turn, dtype=float)
    names = {**labels, "sacrum": "SACR"}
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"], point["UNITS"]["value"] = [RATE], [units]
    point["LABELS"]["value"] = ["Walker:" + names[name] for name in points]
    table = np.ones((4, len(points), len(T)))
    for i, p in enumerate(points.values()):
        table[:3, i] = 1000.0 * turn @ p.T
    file["data"]["points"] = table
    if plates:
        add_plates(file, plates, turn)
    for side, label, time in events:
        file.add_event([0, time], context=side, label=label)
    file.write(str(path))
    return path


def add_plates(file, plates, turn):
    channels = np.zeros((1, 6 * len(plates), len(plates[0][1])))
    corners = np.zeros((3, 4, len(plates)))
    for i, (border, force) in enumerate(plates):
        channels[0, 6 * i + 2] = force
        corners[:, :, i] = 1000.0 * turn @ np.asarray(border, dtype=float).T
    analog = file["parameters"]["ANALOG"]
    analog["RATE"]["value"] = [FORCE_RATE]
    analog["LABELS"]["value"] = [f"{k}{i}" for i in range(len(plates)) for k in ("Fx", "Fy", "Fz", "Mx", "My", "Mz")]
    file["data"]["analogs"] = channels
    number = np.arange(1.0, 6 * len(plates) + 1).reshape(len(plates), 6).T
    file.add_parameter("FORCE_PLATFORM", "USED", len(plates))
    for name, value in (
        ("TYPE", np.full(len(plates), 2.0)),
        ("CHANNEL", number),
        ("ZERO", np.zeros(2)),
        ("ORIGIN", np.tile([[0.0], [0.0], [-40.0]], len(plates))),
        ("CORNERS", corners),
    ):
        file.add_parameter("FORCE_PLATFORM", name, value)
        if name in ("TYPE", "CHANNEL", "ZERO"):  # the writer takes whole numbers through the back door only
            file["parameters"]["FORCE_PLATFORM"][name].update(type=2, value=value.astype(int))


def plate(x):
    """Corners of a plate from x to x + 0.5 m, counted as laboratories do: seen from above against the clock."""
    return [[x + 0.5, 0.3, 0.0], [x, 0.3, 0.0], [x, -0.3, 0.0], [x + 0.5, -0.3, 0.0]]


def loaded(start, end):
    t = np.arange(3000) / FORCE_RATE
    return np.where((t > start) & (t < end), -700.0, 0.0)


UPWARD = {
    "z up": np.eye(3),
    "y up": [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    "x up": [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
    "walking along y": [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
    "walking backwards along x": [[-1, 0, 0], [0, -1, 0], [0, 0, 1]],
    "z down": [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
}


@pytest.mark.parametrize("axes", UPWARD)
@pytest.mark.parametrize("plates", [False, True])
def test_axes_and_units_are_those_of_the_format(tmp_path, axes, plates):
    points = markers()
    both = [(plate(-0.2), loaded(0.2, 0.8)), (plate(1.1), loaded(0.8, 1.4))] if plates else ()
    recording = load(write(tmp_path / "walk.c3d", points, UPWARD[axes], plates=both))
    t, rows = recording.marker_points()
    np.testing.assert_allclose(t, T)
    want = np.stack([points[n] for n in ("left_heel", "left_toe", "right_heel", "right_toe", "sacrum")], axis=1)
    np.testing.assert_allclose(rows, want, atol=1e-6)
    assert recording.signal("markers").rate == RATE
    assert recording.sensors == (("markers", "force") if plates else ("markers",))


def test_the_markers_tell_which_foot_met_which_plate(tmp_path):
    plates = [(plate(-0.2), loaded(0.0, 0.05)), (plate(1.1), loaded(0.8, 1.4)), (plate(3.5), loaded(5, 6))]
    recording = load(write(tmp_path / "walk.c3d", markers(), plates=plates))
    assert recording.meta["plate_feet"] == {"fz_plate0": ["left", "right"], "fz_plate1": ["left"], "fz_plate2": []}
    t, force = recording.foot_forces()
    assert len(t) == 3000
    np.testing.assert_allclose(np.nanmax(force[:, 0]), 700.0)
    assert np.isnan(force[:, 1]).all()


def test_other_labels_are_given(tmp_path):
    odd = {**LABELS, "left_heel": "A1", "right_toe": "R.Toe"}
    path = write(tmp_path / "walk.c3d", markers(), labels=odd)
    assert "left_heel_x" not in load(path).signal("markers").names
    assert np.isfinite(load(path, labels={"left_heel": "Walker:A1"}).marker_points()[1]).all()
    with pytest.raises(RecordingError, match="label 'B' of left_heel is missing; got Walker:A1"):
        load(path, labels={"left_heel": "B"})


def test_events_of_the_file_are_the_reference(tmp_path):
    events = [("Left", "Foot Strike", 0.7), ("Right", "Foot Off", 0.9), ("General", "Event", 1.0)]
    recording = load(write(tmp_path / "walk.c3d", markers(), events=events))
    assert [(e.side, e.kind) for e in recording.events] == [("left", "ic"), ("right", "to")]
    assert recording.events.time[0] == pytest.approx(0.7, abs=1.1 / RATE)


def test_a_marker_that_was_not_seen_is_absent(tmp_path):
    points = markers()
    points["left_heel"][50:80] = np.nan
    rows = load(write(tmp_path / "walk.c3d", points)).marker_points()[1]
    assert np.isnan(rows[50:80, 0]).all()
    assert np.isfinite(rows[:, 1:]).all()


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(RecordingError, match="must be a C3D file, got no such file"):
        load(tmp_path / "none.c3d")
    (tmp_path / "bad.c3d").write_bytes(b"no C3D file" * 100)
    with pytest.raises(RecordingError, match="must be a whole C3D file"):
        load(tmp_path / "bad.c3d")
    whole = write(tmp_path / "whole.c3d", markers()).read_bytes()
    for name, data in (("cut", whole[:-900]), ("short", whole[:300]), ("marker", whole[:1] + b"x" + whole[2:])):
        (tmp_path / f"{name}.c3d").write_bytes(data)
        with pytest.raises(RecordingError, match="must be a whole C3D file: its header"):
            load(tmp_path / f"{name}.c3d")
    with pytest.raises(RecordingError, match="unit of length must be one of m, cm, mm, got 'inch'"):
        load(write(tmp_path / "inch.c3d", markers(), units="inch"))
    with pytest.raises(RecordingError, match="no marker of a known label and no force plate; labels are Walker:X"):
        load(write(tmp_path / "x.c3d", {"left_heel": markers()["left_heel"]}, labels={"left_heel": "X"}))


def test_a_missing_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[c3d\]"):
        load(tmp_path / "walk.c3d")
