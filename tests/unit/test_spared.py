"""No command writes over a file that it reads, under whatever name it is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gaitloop.cli import main
from gaitloop.session.export_command import export
from gaitloop.session.limits_write import confirm, new_text
from gaitloop.session.plan import demo_plan
from gaitloop.session.reader import Reader
from gaitloop.session.runner import simulate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("record") / "a.mcap"
    simulate(demo_plan().change(duration=20.0), out=path)
    return path.read_bytes()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: bytes) -> Path:
    """A plan with a limits file and a key, and records and a store under names that commands write."""
    (tmp_path / "key").write_bytes(bytes(range(32)))
    device = tmp_path / "device.toml"
    device.write_text(new_text("device", "treadmill_exo"), "utf-8")
    confirm(device, "safety engineer", bytes(range(32)))
    head = demo_plan().text.partition("[limits]")[0]
    (tmp_path / "plan.toml").write_text(head + '[limits]\nfiles = ["device.toml"]\n', "utf-8")
    for name in ("a.mcap", "sample.csv", "pain.csv", "metadata.json", "events.csv", "strides.mcap", "a.html"):
        (tmp_path / name).write_bytes(made)
    (tmp_path / "events.mcap").hardlink_to(tmp_path / "events.csv")
    (tmp_path / "link.html").symlink_to(tmp_path / "a.mcap")
    monkeypatch.chdir(tmp_path)
    return tmp_path


TRAIN = ["train", "plan.toml", "--device", "sim", "--key", "key", "--out"]
COMMANDS = [
    [*TRAIN, "plan.toml"],
    [*TRAIN, "device.toml"],
    [*TRAIN, "key"],
    ["report", "a.mcap", "--out", "link.html"],
    ["report", "a.html", "--out", "a.html"],
    ["report", "--patient", "ab" * 16, "--store", "weeks.html", "--out", "weeks.html"],
    ["report", "--patient", "ab" * 16, "--store", "weeks.html", "--cycles", "a.html", "--out", "a.html"],
    ["salvage", "a.mcap", "--out", "a.mcap"],
    ["export", "sample.csv", "--out", "."],
    ["export", "pain.csv", "--out", "."],
    ["export", "metadata.json", "--out", "."],
    ["events", "events.mcap", "--out", "events.csv"],
    ["analyze", "events.mcap", "--out", "."],
    ["limits", "confirm", "device.toml", "--by", "x", "--key", "device.toml"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words[:2] + words[-1:]) for words in COMMANDS])
def test_what_is_read_is_refused_as_what_is_written(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if "weeks.html" in words:
        store = ["--store", "weeks.html", "--patient", "ab" * 16, "--new"]
        assert main(["progress", "add", "a.mcap", "--started", "2026-03-02", *store]) == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    capsys.readouterr()
    assert main(words) == 2
    said = capsys.readouterr()
    assert "must not be the file that is read, got " in said.err, said
    assert said.err.count("\n") == 1
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before


def test_a_topic_is_read_once_for_its_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    messages = Reader.messages

    def counted(reader: Reader, topic: str) -> list[dict[str, object]]:
        asked[topic] += 1
        return messages(reader, topic)

    monkeypatch.setattr(Reader, "messages", counted)
    files, _ = export(folder / "a.mcap", folder / "tables")
    assert set(asked.values()) == {1}
    assert len(files) == 3 + len(asked) + 1
    assert all(path.is_file() for path in files)
