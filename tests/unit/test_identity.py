"""Names in one sealed file: found again with the passphrase only, whole or refused, and nowhere else."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitloop import identity
from gaitloop.cli import main
from gaitloop.errors import ConfigError, GaitloopError, IdentityError, MissingExtraError
from gaitloop.identity import Identities, Person

PASS = "correct horse battery"
NAME = "Zäzilie Überlinger-Canary"


@pytest.fixture(autouse=True, scope="module")
def cheap() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "_COST", {"n": 2, "r": 8, "p": 1})
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    people = Identities.create(tmp_path / "who.json", PASS)
    people.add(NAME, patient="ab" * 16)
    people.add("Another One")
    return tmp_path / "who.json"


def test_people_are_found_again(file: Path) -> None:
    people = Identities.open(file, PASS)
    assert people.find("canary") == [Person("ab" * 16, NAME)]
    assert people.find("ab" * 16) == people.find("ZÄZ") == people.find("canary")
    assert [person.name for person in people.find("")] == ["Another One", NAME]
    assert people.find("nobody") == []
    (other,) = people.find("another")
    assert len(other.patient) == 32
    people.rename("ab" * 16, " Married Name ")
    assert Identities.open(file, PASS).find("ab" * 16)[0].name == "Married Name"


def test_the_file_and_what_is_printed_show_no_name(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    people = Identities.open(file, PASS)
    shown = file.read_text() + repr(people) + repr(people.find("")) + str(people.find("")) + caplog.text
    for word in ("Canary", "berlinger", "Another"):
        assert word not in shown
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == ["who.json"]


def test_another_passphrase_and_any_change_give_one_clear_error(file: Path) -> None:
    with pytest.raises(IdentityError, match=r"who.json: the passphrase is wrong, or the file was changed$"):
        Identities.open(file, PASS + "!")
    told = json.loads(file.read_text())
    for name, value in (
        ("salt", "00" * 16),
        ("nonce", "00" * 12),
        ("r", 4),
        ("sealed", told["sealed"][::-1]),
        ("x", 1),
    ):
        file.write_text(json.dumps(told | {name: value}))
        with pytest.raises(IdentityError):
            Identities.open(file, PASS)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"version": 2}, r"version must lie in \[1, 1\]"),
        ({"version": True}, "version"),
        ({"format": "x"}, "no file of identities"),
        ({"n": 2**40}, "damaged"),
        ({"n": 3}, "damaged"),
        ({"p": 0}, "damaged"),
        ({"r": "8"}, "damaged"),
        ({"salt": 5}, "damaged"),
        ({"nonce": "zz"}, "damaged"),
        ({"sealed": "***"}, "damaged"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(file: Path, change: dict[str, Any], match: str) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(IdentityError, match=match):
        Identities.open(file, PASS)


@settings(max_examples=60)
@given(data=st.binary(max_size=300), at=st.integers(0, 500))
def test_any_bytes_are_refused(data: bytes, at: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("who")
    Identities.create(folder / "a", PASS)
    whole = (folder / "a").read_bytes()
    for content in (data, whole[:at] + data + whole[at + len(data) :]):
        (folder / "b").write_bytes(content)
        if content != whole:
            with contextlib.suppress(GaitloopError):
                assert Identities.open(folder / "b", PASS).find("") == []  # white space may change


def test_what_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="8 to 1024 characters, got 3"):
        Identities.create(tmp_path / "x", "abc")
    with pytest.raises(ConfigError, match="exists and is not written over"):
        Identities.create(file, PASS)
    with pytest.raises(IdentityError, match="cannot be opened"):
        Identities.open(tmp_path / "nowhere", PASS)
    people = Identities.open(file, PASS)
    with pytest.raises(IdentityError, match="belongs to somebody"):
        people.add("A", patient="ab" * 16)
    with pytest.raises(IdentityError, match="nobody has"):
        people.rename("cd" * 16, "A")
    for patient in ("Erika Mustermann", "AB" * 16):
        with pytest.raises(IdentityError, match="32 hexadecimal") as refused:
            people.add("A", patient=patient)
        assert "Erika" not in str(refused.value)
    for name in ("", "   ", "x" * 201, "a\nb"):
        with pytest.raises(IdentityError, match="1 to 200 printable"):
            people.add(name)
    assert len(Identities.open(file, PASS).find("")) == 2


def test_a_disk_that_is_full_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people, before = Identities.open(file, PASS), file.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(identity, "write", full)
    with pytest.raises(OSError, match="No space"):
        people.add("Third")
    assert file.read_bytes() == before
    assert len(people.find("")) == 2


def test_the_extra_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "cryptography.hazmat.primitives.kdf.scrypt", None)
    with pytest.raises(MissingExtraError, match=r"gaitloop\[identity\]"):
        Identities.open(file, PASS)


def test_the_command_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file, answers = str(tmp_path / "who.json"), [PASS, PASS]
    monkeypatch.setattr("getpass.getpass", lambda prompt: answers.pop(0) if answers else PASS)
    assert main(["identity", "new", file]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NAME}\n"))
    capsys.readouterr()
    assert main(["identity", "add", file]) == 0
    patient = capsys.readouterr().out.split()[0]
    monkeypatch.setattr("sys.stdin", io.StringIO("canary\n"))
    assert main(["identity", "find", file]) == 0
    assert f"{patient}  {NAME}" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("New\n"))
    assert main(["identity", "rename", file, "--patient", patient]) == 0
    capsys.readouterr()
    answers[:] = ["wrong passphrase"]
    assert main(["identity", "find", file]) == 2
    assert capsys.readouterr().err == f"error: {file}: the passphrase is wrong, or the file was changed\n"
    answers[:] = [PASS, PASS + "x"]
    assert main(["identity", "new", str(tmp_path / "other.json")]) == 2
    assert "differ" in capsys.readouterr().err


def test_two_who_have_the_file_open_lose_nobody(file: Path) -> None:
    first, second = Identities.open(file, PASS), Identities.open(file, PASS)
    anna, berta = first.add("Anna"), second.add("Berta")
    first.rename(berta, "Berta B")
    with pytest.raises(IdentityError, match="belongs to somebody"):
        second.add("A third", patient=anna)
    held = {person.patient: person.name for person in Identities.open(file, PASS).find("")}
    assert held[anna] == "Anna"
    assert held[berta] == "Berta B"
    assert len(held) == 4
    assert second.find("Berta B") == [], "what another one adds is there from the next change on"
    second.rename(anna, "Anna A")
    assert second.find("") == Identities.open(file, PASS).find("")


def test_many_at_once_lose_nobody(file: Path) -> None:
    # Each has a place of its own in what it waits for, so that threads stand for programs.
    def add(number: int) -> list[str]:
        people = Identities.open(file, PASS)
        return [people.add(f"Person {number} {i}") for i in range(5)]

    with ThreadPoolExecutor(8) as pool:
        given = [patient for some in pool.map(add, range(8)) for patient in some]
    held = {person.patient for person in Identities.open(file, PASS).find("Person")}
    assert sorted(held) == sorted(given)
    assert len(given) == 40
    assert [path.name for path in file.parent.iterdir()] == ["who.json"]


def test_a_file_that_was_begun_anew_or_is_gone_is_left_alone(file: Path) -> None:
    people, before = Identities.open(file, PASS), file.read_bytes()
    file.unlink()
    with pytest.raises(IdentityError, match=r"who.json: is gone; put the last copy"):
        people.add("Third")
    assert not file.exists()
    Identities.create(file, PASS + " of another")
    other = file.read_bytes()
    with pytest.raises(IdentityError, match=r"is another file than the one that was opened; open it again$"):
        people.rename("ab" * 16, "Third")
    assert file.read_bytes() == other
    file.write_bytes(before)
    people.add("Third")
    assert len(Identities.open(file, PASS).find("")) == 3


def test_the_command_opens_the_file_after_the_name_was_typed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(io.StringIO):
        def readline(self, *_: Any) -> str:
            Identities.open(file, PASS).add("Meanwhile")
            return super().readline()

    monkeypatch.setattr("getpass.getpass", lambda prompt: PASS)
    monkeypatch.setattr("sys.stdin", Slow("Late\n"))
    assert main(["identity", "add", str(file)]) == 0
    names = [person.name for person in Identities.open(file, PASS).find("")]
    assert names == ["Another One", "Late", "Meanwhile", NAME]


@pytest.mark.parametrize("what", ["new", "find", "add", "rename"])
def test_no_answer_is_one_error_that_says_what_to_do(
    file: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(prompt: str) -> str:
        raise EOFError

    before = file.read_bytes()
    words = ["identity", what, str(file), *(["--patient", "ab" * 16] if what == "rename" else [])]
    with monkeypatch.context() as patch:
        patch.setattr("getpass.getpass", nobody)
        assert main(words) == 2
    told = capsys.readouterr()
    assert told.err.startswith("error: passphrase was not answered; run this in a terminal and type it")
    assert not told.out
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASS)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    if what != "new":
        assert main(words) == 2
        told = capsys.readouterr()
        assert "name" in told.err
        assert "was not answered" in told.err
        assert NAME not in told.out, "nobody who typed nothing is shown everybody"
    assert file.read_bytes() == before


def test_without_a_terminal_there_is_one_error(file: Path) -> None:
    words = [sys.executable, "-m", "gaitloop", "identity", "find", str(file)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert ".py:" not in done.stderr, "nor a line of the program"
    assert "passphrase was not answered" in done.stderr.splitlines()[-1]


def test_a_link_to_a_file_of_identities_is_that_file(tmp_path: Path) -> None:
    people = Identities.create(tmp_path / "who.json", PASS)
    (tmp_path / "link.json").symlink_to(tmp_path / "who.json")
    Identities.open(tmp_path / "link.json", PASS).add("Anna")
    people.add("Berta")
    assert (tmp_path / "link.json").is_symlink()
    found = Identities.open(tmp_path / "who.json", PASS).find("")
    assert {person.name for person in found} == {"Anna", "Berta"}
