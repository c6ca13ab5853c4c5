"""Tables of a record: every value of every topic, exactly, with its unit, and nothing where nothing was measured."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest

from gaitloop.errors import ConfigError, MissingExtraError
from gaitloop.session import export_command
from gaitloop.session.export_command import export
from gaitloop.session.layout import Tables
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder
from gaitloop.session.topics import JSON_SCHEMAS
from session_records import EVENT, META, STRIDE, TABLES, make_block

CHANGE = {"who": "program", "when": None, "what": "speed", "before": 0.5, "after": {"x": [1]}}


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Tables, "from_core", lambda: TABLES)
    block = make_block(0, 60)
    block.command[3, :3] = [np.nan, -0.0, 1e-310]
    with Recorder(tmp_path / "a.mcap", META, tables=TABLES) as recorder:
        recorder.tell("/change", 5, CHANGE)
        recorder.write(block, [EVENT], [STRIDE])
        recorder.write(make_block(60, 30))
    return tmp_path / "a.mcap"


def floats(cells: list[str]) -> Any:
    return np.array([float(cell) if cell else np.nan for cell in cells])


def test_csv_holds_everything(record: Path, tmp_path: Path) -> None:
    files, losses = export(record, tmp_path / "out")
    assert losses == []
    assert {path.stem for path in files} == {
        *("sample", "command", "telemetry", "metadata"),
        *(topic[1:] for topic in JSON_SCHEMAS),
    }
    (block,) = Reader(record, tables=TABLES).blocks()
    with (tmp_path / "out/sample.csv").open(newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head[:3] == ["tick_time [ns]", "q_hip_l [rad]", "q_knee_l [rad]"]
    assert "heart_rate [1/min]" in head
    assert head[-1] == "foot_force_stamp [ns]"
    assert [int(row[0]) for row in rows] == block.t.tolist()
    for column in range(9):
        got = floats([row[1 + column] for row in rows])
        want = np.where(block.valid[:, column], block.sample[:, column], np.nan)
        assert got.tobytes() == want.tobytes()
    with (tmp_path / "out/command.csv").open(newline="") as stream:
        head, *rows = csv.reader(stream)
    assert floats([row[1] for row in rows]).tobytes() == block.command[:, 0].tobytes()
    assert rows[3][1:4] == ["", "-0.0", "1e-310"]
    assert [int(row[head.index("expiry [ns]")]) for row in rows] == block.command_integers[:, 1].tolist()
    with (tmp_path / "out/change.csv").open(newline="") as stream:
        (change,) = csv.DictReader(stream)
    assert change == {
        **{"t [ns]": "5", "who": "program", "when": "", "what": "speed"},
        **{"before": "0.5", "after": '{"x": [1]}'},
    }
    with (tmp_path / "out/stride.csv").open(newline="") as stream:
        (stride,) = csv.DictReader(stream)
    assert (stride["stance_time [s]"], stride["step_length [m]"], stride["valid"]) == ("0.7", "", "1")
    assert META.items() <= json.loads((tmp_path / "out/metadata.json").read_text()).items()


def test_parquet_holds_the_same(record: Path, tmp_path: Path) -> None:
    export(record, tmp_path / "out", "parquet")
    (block,) = Reader(record, tables=TABLES).blocks()
    table = pyarrow.parquet.read_table(tmp_path / "out/sample.parquet")
    assert table.schema.field("q_hip_l").metadata == {b"unit": b"rad", b"description": b"Joint angles."}
    assert table["tick_time"].to_pylist() == block.t.tolist()
    want = [value if there else None for value, there in zip(block.sample[:, 0], block.valid[:, 0], strict=True)]
    assert table["q_hip_l"].to_pylist() == want
    assert table["heart_rate"].null_count == 90
    assert pyarrow.parquet.read_table(tmp_path / "out/telemetry.parquet").num_rows == 9
    (event,) = pyarrow.parquet.read_table(tmp_path / "out/event.parquet").to_pylist()
    assert event == EVENT
    assert pyarrow.parquet.read_table(tmp_path / "out/note.parquet").num_rows == 0


def test_what_is_refused(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="format must be one of csv, parquet, got 'xls'"):
        export(record, tmp_path / "out", "xls")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[parquet\]"):
        export(record, tmp_path / "out", "parquet")
    assert not (tmp_path / "out").exists()


def test_a_table_is_whole_or_not_there(record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_command._Csv, "add", full)
    with pytest.raises(OSError, match="No space"):
        export(record, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
