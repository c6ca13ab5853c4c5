"""Names that were planted wherever a program could pick them up stand in no record, report, table or message."""

from __future__ import annotations

import getpass
import logging
import platform
import socket
from pathlib import Path

import pyarrow.parquet
import pypdf
import pytest

from gaitloop import identity
from gaitloop.cli import main
from gaitloop.identity import Identities
from gaitloop.session import Reader
from gaitloop.session.outline import opened, unpack, walk
from gaitloop.therapy import new_text
from therapy_cases import PERSON

WORDS = ("Quintessa", "Ottobrunner", "zaunkoenig")
CODES = ("utf-8", "utf-16-le")
#: Files that people write themselves, names and all.
GIVEN = ("plan.toml", "device.toml")


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


def in_pdf(path: Path) -> list[bytes]:
    """Texts of the pages, and every stream unpacked."""
    reader = pypdf.PdfReader(path)
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    streams = [thing.get_data() for thing in objects if isinstance(thing, pypdf.generic.StreamObject)]
    assert len(streams) > 5
    texts = [page.extract_text() for page in reader.pages]
    assert all(texts)
    return [*streams, *(text.encode() for text in texts), repr(reader.metadata).encode()]


def in_parquet(path: Path) -> list[bytes]:
    """Names, units and descriptions of the columns, and every text."""
    table = pyarrow.parquet.read_table(path)
    texts = [column for column in table.columns if pyarrow.types.is_string(column.type)]
    return [table.schema.to_string(show_field_metadata=True, show_schema_metadata=True).encode()] + [
        str(column.to_pylist()).encode() for column in texts
    ]


def contents(path: Path) -> list[bytes]:
    """A file as it is, and what is packed in it."""
    found = [path.read_bytes()]
    if path.suffix == ".pdf":
        found += in_pdf(path)
    if path.suffix == ".parquet":
        found += in_parquet(path)
    if path.suffix == ".mcap":
        with opened(path) as source:
            found += [unpack(record)[0] for _, record in walk(source, lambda _: None) if record[0] == 6]
        assert len(found) > 10
    return found


def confess(home: Path, person: str) -> None:
    """A therapist's plan whose comments name somebody, and limits whose file and confirmation do."""
    head, _, rest = new_text(PERSON).partition("[limits]")
    text = f"# {WORDS[0]} {WORDS[1]}, born 1950\n{head}[limits] # {WORDS[2]}{rest}".replace(
        'name = "Walking"', f'{person}name = "Walking # by \\"day\\""  # for {WORDS[1]}'
    )
    assert person in text
    (home / "plan.toml").write_text(f'{text}\n# {WORDS[2]} "', "utf-8")
    limits = home / "device.toml"
    assert main(["limits", "new", "--device", "treadmill_exo", "--out", str(limits)]) == 0
    lines = limits.read_text("utf-8").replace('name = "treadmill_exo"', f'name = "{WORDS[0]}"')
    limits.write_text(f"# {WORDS[1]}\n{lines}", "utf-8")


def named(content: bytes) -> list[str]:
    """Planted words that stand in something, however they are written."""
    coded = {form.encode(code) for word in WORDS for form in (word, word.lower(), word.upper()) for code in CODES}
    return [word.decode("latin-1") for word in coded if word in content]


def test_planted_names_are_nowhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    home = planted(monkeypatch, tmp_path)
    monkeypatch.chdir(home)  # so that no command repeats the folder's name as it was given
    plan, record, store, home = Path("plan.toml"), Path("session.mcap"), "progress.db", Path()
    pseudonym = Identities.open("who.json", "a passphrase").find(WORDS[0])[0].patient
    confess(home, f'patient = "{pseudonym}"\n')
    of_person = ["--store", store, "--patient", pseudonym]
    assessed = ["--instrument", "fac", "--value", "2", "--assessor", "t1"]
    commands = [
        ["limits", "confirm", "device.toml", "--by", f"{WORDS[0]} {WORDS[1]}"],
        ["limits", "check", "device.toml"],
        ["plan", "check", str(plan)],
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
        said = capfd.readouterr()
        assert said.out, command
        assert named((said.out + said.err).encode()) == [], command
    files = [path for path in home.rglob("*") if path.is_file() and path.name not in GIVEN]
    assert {path.suffix for path in files} >= {".mcap", ".db", ".html", ".pdf", ".csv", ".parquet", ".json"}
    assert Reader(record).metadata["therapy"].count("Walking # by") == 1, "the plan is in the record"
    for path in files:
        for content in contents(path):
            assert named(content) == [], path.name
    told = [record.getMessage() for record in caplog.records if record.name.startswith("gaitloop")]
    assert not any(word in message for word in WORDS for message in told)
