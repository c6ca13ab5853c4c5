"""Names that were planted wherever a program could pick them up stand in no record, report, table or message."""

from __future__ import annotations

import getpass
import logging
import platform
import socket
from pathlib import Path

import pytest

from gaitloop import identity
from gaitloop.cli import main
from gaitloop.identity import Identities
from gaitloop.session.outline import opened, unpack, walk
from therapy_cases import changed

WORDS = ("Quintessa", "Ottobrunner", "zaunkoenig")


def planted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A home of somebody's name on a machine of somebody's name, with a file of names."""
    for name in ("USER", "LOGNAME", "USERNAME", "HOSTNAME", "REALNAME", "EMAIL"):
        monkeypatch.setenv(name, f"{WORDS[0]}.{WORDS[1]}")
    home = folder / f"{WORDS[0]}-{WORDS[1]}"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for module, name in ((socket, "gethostname"), (socket, "getfqdn"), (platform, "node"), (getpass, "getuser")):
        monkeypatch.setattr(module, name, lambda *_: WORDS[2])
    monkeypatch.setattr(identity, "_COST", {"n": 2, "r": 8, "p": 1})
    Identities.create(home / "who.json", "a passphrase").add(f"{WORDS[0]} {WORDS[1]} {WORDS[2]}")
    return home


def contents(path: Path) -> list[bytes]:
    """A file as it is, and what its chunks hold."""
    found = [path.read_bytes()]
    if path.suffix == ".mcap":
        with opened(path) as source:
            found += [unpack(record)[0] for _, record in walk(source, lambda _: None) if record[0] == 6]
        assert len(found) > 10
    return found


def test_planted_names_are_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    home = planted(monkeypatch, tmp_path)
    plan, record, store = home / "plan.toml", home / "session.mcap", str(home / "progress.db")
    pseudonym = Identities.open(home / "who.json", "a passphrase").find(WORDS[0])[0].patient
    person = f'patient = "{pseudonym}"\n'
    text = changed('name = "Walking"', person + 'name = "Walking"')
    plan.write_text(text, "utf-8")
    of_person = ["--store", store, "--patient", pseudonym]
    assessed = ["--instrument", "fac", "--value", "2", "--assessor", "t1"]
    commands = [
        ["train", str(plan), "--device", "sim", "--out", str(record), "--at", "50:stop"],
        ["progress", "add", str(record), "--started", "2026-03-02T10:00", "--new", *of_person],
        ["progress", "assess", "--date", "2026-03-02", *assessed, *of_person],
        ["progress", "event", "--date", "2026-03-03", "--what", "a blister", "--severity", "mild", *of_person],
        ["progress", "show", *of_person],
        ["report", *of_person, "--out", str(home / "weeks.html"), "--out", str(home / "weeks.pdf")],
        ["report", *of_person, "--for", "patient", "--out", str(home / "person.html")],
        ["report", str(record), "--out", str(home / "report.html")],
        ["salvage", str(record), "--out", str(home / "left.mcap")],
        ["analyze", str(record), "--out", str(home / "analysis")],
        ["export", str(record), "--format", "csv", "--out", str(home / "csv")],
        ["export", str(record), "--format", "parquet", "--out", str(home / "parquet")],
    ]
    for command in commands:
        assert main(command) == 0, command
    files = [path for path in home.rglob("*") if path.is_file()]
    assert len(files) > 15
    for path in files:
        for content in contents(path):
            for word in WORDS:
                for coded in (word, word.lower(), word.upper()):
                    for encoding in ("utf-8", "utf-16-le"):
                        assert coded.encode(encoding) not in content, path.name
    told = [record.getMessage() for record in caplog.records if record.name.startswith("gaitloop")]
    assert not any(word in message for word in WORDS for message in told)
