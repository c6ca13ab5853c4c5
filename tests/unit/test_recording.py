"""Recordings: what is read, and what is refused by file, column and row."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from gaitloop.errors import RecordingError
from gaitloop.recording import load, tables

META = {"force_rate_hz": 100.0, "population": "nobody"}
JOINTS = "hip_l,knee_l,ankle_l,hip_r,knee_r,ankle_r"


def forces(rows=None, header="time_s,fz_left,fz_right"):
    rows = [f"{i / 100:.2f},{i},{2 * i}" for i in range(20)] if rows is None else rows
    return "\n".join([header, *rows]) + "\n"


def make(folder: Path, files=None, meta=META, **signals) -> Path:
    folder.mkdir(exist_ok=True)
    if meta is not None:
        (folder / "meta.json").write_text(meta if isinstance(meta, str) else json.dumps(meta))
    for name, text in signals.items():
        (folder / f"{name}.csv.gz").write_bytes(text if isinstance(text, bytes) else gzip.compress(text.encode()))
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    return folder


def test_a_recording_is_read(tmp_path):
    files = {
        "events.csv": "foot,event,time_s\nLeft,IC,0.05\nright,to,0.1\n",
        "windows.csv": "foot,start_s,end_s,event\nleft,0,0.2,ic\nright,0,0.1,\n",
    }
    recording = load(make(tmp_path / "walk", files, forces=forces()))
    t, force = recording.foot_forces()
    np.testing.assert_allclose(t, np.arange(20) / 100)
    np.testing.assert_array_equal(force, np.arange(20)[:, None] * [1.0, 2.0])
    assert recording.name == "walk"
    assert recording.meta["population"] == "nobody"
    assert recording.signal("forces").rate == 100.0
    assert recording.signal("forces").column("fz_right")[3] == 6.0
    assert [event.kind for event in recording.events] == ["ic", "to"]
    assert [(w.side, w.end, w.kind) for w in recording.windows] == [("left", 0.2, "ic"), ("right", 0.1, None)]
    values = recording.signal("forces").values
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0] = 1.0


def test_columns_are_taken_by_name_and_empty_cells_are_absent(tmp_path):
    rows = [f"{i / 100:.2f},{'' if i == 3 else i},{'' if i == 4 else -i}" for i in range(9)]
    recording = load(make(tmp_path, forces=forces(rows, "time_s,fz_right,fz_left")))
    force = recording.foot_forces()[1]
    assert np.isnan(force[3, 1])
    assert np.isnan(force[4, 0])
    assert force[5].tolist() == [-5.0, 5.0]


def test_plates_that_one_foot_stepped_on_give_its_force(tmp_path):
    meta = {**META, "plate_feet": {"fz_plate0": ["right"], "fz_plate1": ["left"], "fz_plate2": ["right"]}}
    rows = [f"{i / 100:.2f},1,10,100" for i in range(9)]
    recording = load(make(tmp_path, meta=meta, forces=forces(rows, "time_s,fz_plate0,fz_plate1,fz_plate2")))
    assert recording.foot_forces()[1][0].tolist() == [10.0, 101.0]


def test_a_foot_without_a_plate_is_absent(tmp_path):
    meta = {**META, "plate_feet": {"fz_plate0": ["right"], "fz_plate1": ["left", "right"]}}
    rows = [f"{i / 100:.2f},1,10" for i in range(9)]
    recording = load(make(tmp_path, meta=meta, forces=forces(rows, "time_s,fz_plate0,fz_plate1")))
    np.testing.assert_array_equal(recording.foot_forces()[1][0], [np.nan, 1.0])


def test_angles_and_rates_that_are_not_whole_are_read(tmp_path):
    rows = [f"{i / 204.8:.5f},0,0,0,0,0,0" for i in range(50)]
    recording = load(make(tmp_path, meta={"rate_hz": 204.8}, angles=forces(rows, f"time_s,{JOINTS}")))
    assert recording.signal("angles").values.shape == (50, 6)
    with pytest.raises(
        RecordingError, match=r"sensor force is missing .* the recording offers joints, with angles \(hip_l, "
    ):
        recording.foot_forces()


def line(i, time=None, left="1", right="2"):
    return f"{i / 100 if time is None else time},{left},{right}"


def lines(at, **change):
    return [line(i, **(change if i == at else {})) for i in range(10)]


GAP = [line(i, time=i / 100 + (0.5 if i > 5 else 0)) for i in range(10)]
BAD = {
    "no sample": (forces([]), r"forces\.csv\.gz: time_s must have 2 or more samples, got 0"),
    "one sample": (forces([line(0)]), "time_s must have 2 or more samples, got 1"),
    "nothing at all": ("", "column time_s is missing; got nothing"),
    "unsorted time": (forces(lines(4, time=0.01)), "time_s must increase, got 0.01 after 0.03 at row 5"),
    "repeated time": (forces(lines(4, time=0.03)), "time_s must increase, got 0.03 after 0.03 at row 5"),
    "time is no number": (forces(lines(4, time="nan")), "time_s must be a finite number, got nan at row 5"),
    "time is missing": (forces(lines(4, time="")), "time_s must be a finite number, got nan at row 5"),
    "time is infinite": (forces(lines(4, time="inf")), "time_s must be a finite number, got inf at row 5"),
    "a gap": (forces(GAP), r"step of time_s must lie in \[0.005, 0.015\] s, got a gap of 0.51 s from 0.05 s to 0.56 s"),
    "wrong rate": (forces([line(i, time=i / 50) for i in range(9)]), r"must lie in \[98, 102\] Hz, got 50 Hz"),
    "text in a cell": (forces(lines(2, left="many")), "fz_left must be a number or empty, got 'many' at row 3"),
    "infinite force": (forces(lines(2, right="inf")), "fz_right must be finite or empty, got infinity at row 3"),
    "short row": (forces([*lines(0), "0.1,3"]), "row 11 must have 3 cells, got 2"),
    "long row": (forces([*lines(0), "0.1,3,4,5"]), "row 11 must have 3 cells, got 4"),
    "no time": (forces(header="clock,fz_left,fz_right"), "column time_s is missing; got clock, fz_left, fz_right"),
    "time not first": (forces(header="fz_left,time_s,fz_right"), "time_s must be the first column, got fz_left"),
    "column twice": (forces(header="time_s,fz_left,fz_left"), "column fz_left must be there once"),
    "no force": (forces(header="time_s,left,right"), r"needs a column named fz_\.\.\., got time_s, left, right"),
    "cut off": (gzip.compress(forces().encode())[:-9], "must be a whole gzip file, it is damaged or cut off"),
    "no gzip": (b"time_s,fz_left,fz_right\n", "must be a whole gzip file"),
    "flipped bits": (gzip.compress(forces().encode())[:20] + b"\xff" * 60, "must be a whole gzip file"),
    "no text": (gzip.compress(b"\xff\xfe\x00\x01"), "must be UTF-8 text"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_signals_are_refused(tmp_path, case):
    text, message = BAD[case]
    with pytest.raises(RecordingError, match=message) as caught:
        load(make(tmp_path, forces=text))
    assert "forces.csv.gz" in str(caught.value)


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        (None, r"meta\.json cannot be read"),
        ("{", r"meta\.json must be JSON"),
        ("[1]", r"meta\.json must hold a JSON object, got list"),
        ({}, r"meta\.json: force_rate_hz is missing; forces\.csv\.gz needs its rate"),
        ({"force_rate_hz": "fast"}, r"force_rate_hz must lie in \[1.0, 100000.0\], got 'fast'"),
        ({"force_rate_hz": 0}, r"force_rate_hz must lie in \[1.0, 100000.0\], got 0"),
        ({"force_rate_hz": True}, "force_rate_hz must lie in"),
        ('{"force_rate_hz": NaN}', "force_rate_hz must lie in .* got nan"),
        ('{"force_rate_hz": Infinity}', "force_rate_hz must lie in .* got inf"),
    ],
)
def test_bad_meta_is_refused(tmp_path, meta, message):
    with pytest.raises(RecordingError, match=message):
        load(make(tmp_path, meta=meta, forces=forces()))


def test_a_table_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    folder = make(tmp_path, forces=forces())
    text = gzip.decompress((folder / "forces.csv.gz").read_bytes())
    monkeypatch.setattr(tables, "LARGEST_TEXT", len(text))
    load(folder)
    monkeypatch.setattr(tables, "LARGEST_TEXT", len(text) - 1)
    with pytest.raises(RecordingError, match=rf"forces\.csv\.gz must have at most {len(text) - 1} bytes"):
        load(folder)


def test_folders_without_what_is_needed_are_refused(tmp_path):
    with pytest.raises(RecordingError, match=r"must be the folder of a recording, got no such folder"):
        load(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(RecordingError, match=r"must be the folder of a recording, got a file"):
        load(tmp_path / "file")
    with pytest.raises(RecordingError, match="no signal; need one of imu"):
        load(make(tmp_path / "empty"))
    only_left = make(tmp_path / "left", forces=forces([line(i) for i in range(9)], "time_s,fz_left,fz_other"))
    with pytest.raises(RecordingError, match=r"column fz_right is missing and meta\.json names no plate_feet"):
        load(only_left).foot_forces()
    with pytest.raises(RecordingError, match="column nothing must be one of fz_left, fz_other"):
        load(only_left).signal("forces").column("nothing")
    angles = make(tmp_path / "angles", meta={"rate_hz": 100}, angles=forces(header="time_s,hip_l,knee_l"))
    with pytest.raises(RecordingError, match="column hip_r, knee_r is missing"):
        load(angles)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foot,start_s\nleft,1\n", "column end_s is missing"),
        ("foot,start_s,end_s\nleft,2,1\n", "end_s must not lie below start_s, got 1.0 at row 1"),
        ("foot,start_s,end_s\nup,2,3\n", "foot must be left or right"),
    ],
)
def test_bad_windows_are_refused(tmp_path, text, message):
    with pytest.raises(RecordingError, match=message):
        load(make(tmp_path, {"windows.csv": text}, forces=forces()))


def test_every_recording_of_people_is_read(data_root):
    folders = sorted(p.parent for p in (data_root / "data").glob("*/*/meta.json"))
    assert len(folders) > 40
    for folder in folders:
        recording = load(folder)
        assert len(recording.events) > 0
