"""What a session tells its record one by one: checked when told, and read back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop.errors import ConfigError, RecordingError
from gaitloop.session.reader import Reader
from gaitloop.session.record import Recorder
from gaitloop.session.topics import TOLD
from session_records import EVENT, META, TABLES, make_block, write

WHO = "therapist:" + "0af3" * 8
TELL: list[tuple[str, int, dict[str, Any]]] = [
    ("/stage", 1_000_000, {"stage": "warm-up", "index": 0, "phase": "begin", "reason": "program"}),
    ("/note", 2_000_000, {"who": WHO, "when": "2026-03-02T09:00:00+00:00", "text": "tired"}),
    ("/change", 3_000_000, {"who": "program", "when": None, "what": "speed", "before": 0.4, "after": [0.5, "m/s"]}),
    ("/pain", 4_000_000, {"reason": None}),
    ("/loss", 5_000_000, {"what": "rows", "count": 12}),
]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    with Recorder(tmp_path / "a.mcap", META, tables=TABLES) as recorder:
        assert all(recorder.tell(*message, wait=True) for message in TELL[:3])
        recorder.write(make_block(0))
        assert all(recorder.tell(*message) for message in TELL[3:])
        assert (recorder.lost.rows, recorder.lost.messages) == (0, 0)
    return tmp_path / "a.mcap"


def test_what_was_told_comes_back(told: Path) -> None:
    reader = Reader(told, tables=TABLES)
    assert {topic for topic, _, _ in TELL} == set(TOLD)
    for topic, t, values in TELL:
        assert reader.messages(topic) == [{"t": t, **values}]
    assert reader.losses == ["12 rows were not written, as told at 0.005 s"]
    assert [len(block.t) for block in reader.blocks()] == [1000]


@pytest.mark.parametrize(
    ("topic", "values", "match"),
    [
        ("/sample", {}, "^topic must be one of /stage, /note"),
        (
            "/stage",
            {"stage": "walk", "index": 0, "phase": "middle"},
            "/stage.phase must be one of begin, end, got 'mid",
        ),
        ("/stage", {"stage": "walk", "index": 0.5, "phase": "end"}, "/stage.index must be of type integer, got 0.5"),
        ("/stage", {"stage": "walk", "phase": "end"}, "/stage.index is missing"),
        ("/loss", {"what": "rows", "count": 1, "why": "x"}, "/loss has the fields t, what, count, got why"),
        ("/change", {"who": "program", "what": "speed", "after": float("nan")}, "/change.after must"),
        ("/change", {"who": "program", "what": "speed", "after": [float("inf")]}, "/change cannot be told"),
        ("/change", {"who": "program", "what": "speed", "after": {1, 2}}, "/change.after must"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, topic: str, values: dict[str, Any], match: str) -> None:
    with (
        Recorder(tmp_path / "a.mcap", META, tables=TABLES) as recorder,
        pytest.raises(ConfigError, match=match),
    ):
        recorder.tell(topic, 0, values)
    assert Reader(tmp_path / "a.mcap", tables=TABLES).losses == []


def test_a_name_is_no_role_and_is_not_repeated(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.mcap", META, tables=TABLES) as recorder:
        for who in ("Erika Mustermann", "therapist: Erika Mustermann", "therapist\n"):
            with pytest.raises(ConfigError, match=r"/note.who must match") as refused:
                recorder.tell("/note", 0, {"who": who, "text": "tired"})
            assert "Erika" not in str(refused.value)


def test_a_reader_is_asked_for_topics_there_are(told: Path) -> None:
    with pytest.raises(ConfigError, match=r"^topic must be one of /event, .*, got '/sample'"):
        Reader(told, tables=TABLES).messages("/sample")


def test_a_record_of_version_1_is_read(root: Path) -> None:
    """Written before messages were told one by one."""
    reader = Reader(root / "tests/golden/session_v1.mcap", tables=TABLES)
    assert reader.metadata["schema_version"] == "1"
    (got,) = reader.blocks()
    for name, columns in (("command", slice(7)), ("sample", slice(6)), ("telemetry", slice(2))):
        want = np.concatenate([getattr(make_block(*ticks), name)[:, columns] for ticks in ((0, 40), (40, 25))])
        np.testing.assert_array_equal(getattr(got, name)[:, columns], want)
    assert reader.messages("/event") == [EVENT, EVENT]
    assert reader.messages("/stage") == []
    assert reader.losses == []


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gaitloop.session.record.SCHEMA_VERSION", 3)
    path = write(tmp_path / "a.mcap", [make_block(0, 10)])
    with pytest.raises(RecordingError, match=r"schema_version must lie in \[1, 2\], got 3"):
        Reader(path, tables=TABLES)
