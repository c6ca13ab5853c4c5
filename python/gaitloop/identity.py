"""Who belongs to a pseudonym: names in one encrypted file, apart from every record, store and report.

The file is sealed with AES-256-GCM under a key that scrypt derives from a passphrase; a changed bit is noticed. Nothing
here writes a name to a log, an error or another file. `gaitloop identity` asks for names and passphrases at the
terminal, as the arguments of a command are seen by others.
"""

from __future__ import annotations

import argparse
import base64
import getpass
import json
import re
import secrets
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._files import held, write
from .errors import IdentityError, MissingExtraError

__all__ = ["Identities", "Person"]

_FORMAT, _VERSION = "gaitloop-identity", 1
#: Cost of a guess: 128 MB and some tenths of a second, as OWASP's Password Storage Cheat Sheet recommends for scrypt.
_COST = {"n": 2**17, "r": 8, "p": 1}
_MOST = {"n": 2**20, "r": 16, "p": 4}
#: Characters of a passphrase; NIST SP 800-63B, section 5.1.1.1, asks for at least 8.
_LEAST, _LONGEST = 8, 1024
_LARGEST = 64_000_000
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody; printed without the name.

    Attributes
    ----------
    patient : str
        Pseudonym, 32 hexadecimal digits.
    name : str
        Name as it was entered.
    """

    patient: str
    name: str

    def __repr__(self) -> str:
        return f"Person({self.patient!r})"


class Identities:
    """An open file of identities; made by `create` or `open`, and saved whole at every change.

    Several may have the same file open, in one program or in several: a change is made to what the file holds then.

    Parameters
    ----------
    path : Path
        The file.
    key : bytes
        Key derived from the passphrase.
    head : mapping
        How it was derived.
    people : dict of str to Person
        People by pseudonym.

    Examples
    --------
    >>> # people = Identities.create("identities.json", passphrase)
    >>> # patient = people.add("Erika Mustermann")
    """

    def __init__(self, path: Path, key: bytes, head: Mapping[str, Any], people: dict[str, Person]) -> None:
        self._path, self._key, self._head, self._people = path, key, dict(head), people

    def __repr__(self) -> str:
        return f"Identities({str(self._path)!r}, {len(self._people)} people)"

    @classmethod
    def create(cls, path: str | Path, passphrase: str) -> Identities:
        """Begin a file.

        Parameters
        ----------
        path : path-like
            File to write; an existing one is spared.
        passphrase : str
            At least 8 characters; without it nobody reads the file again.

        Returns
        -------
        Identities
            The open file, with nobody in it.

        Raises
        ------
        IdentityError
            If the passphrase is too short or too long.
        ConfigError
            If the file exists.
        MissingExtraError
            If the extra `identity` is not installed.
        """
        if not _LEAST <= len(passphrase) <= _LONGEST:
            raise IdentityError(f"the passphrase must have {_LEAST} to {_LONGEST} characters, got {len(passphrase)}")
        head = {"format": _FORMAT, "version": _VERSION, "kdf": "scrypt", **_COST, "salt": secrets.token_hex(16)}
        made = cls(Path(path).resolve(), _derive(passphrase, head), head, {})
        made._save({}, new=True)
        return made

    @classmethod
    def open(cls, path: str | Path, passphrase: str) -> Identities:
        """Open a file.

        Parameters
        ----------
        path : path-like
            The file.
        passphrase : str
            What it was sealed with.

        Returns
        -------
        Identities
            The open file.

        Raises
        ------
        IdentityError
            If it cannot be read, is from a newer version, was changed, or the passphrase is another.
        MissingExtraError
            If the extra `identity` is not installed.
        """
        path = Path(path).resolve()  # of a link the file itself is locked and replaced
        head, nonce, sealed = _read(path)
        key = _derive(passphrase, head)
        people = _people(path, _unseal(path, key, head, nonce, sealed))
        return cls(path, key, head, people)

    def add(self, name: str, *, patient: str | None = None) -> str:
        """Add somebody.

        Parameters
        ----------
        name : str
            Name, 1 to 200 characters.
        patient : str, optional
            Pseudonym that the person has already, such as in a store; a fresh one is drawn when absent.

        Returns
        -------
        str
            The pseudonym.

        Raises
        ------
        IdentityError
            If the name is empty or too long, or the pseudonym is none or taken.
        """
        person = Person(secrets.token_hex(16) if patient is None else _pseudonym(patient), _name(name))

        def add(people: dict[str, Person]) -> dict[str, Person]:
            if person.patient in people:
                raise IdentityError(
                    f"{person.patient} belongs to somebody already; rename them, or leave the pseudonym out"
                )
            return {**people, person.patient: person}

        self._change(add)
        return person.patient

    def find(self, text: str) -> list[Person]:
        """Find people by a part of their name, whatever the case, or by their pseudonym.

        Parameters
        ----------
        text : str
            Part of the name or the whole pseudonym; everybody when empty.

        Returns
        -------
        list of Person
            Who fits, by name.
        """
        wanted = text.strip().casefold()
        found = [p for p in self._people.values() if wanted in p.name.casefold() or wanted == p.patient]
        return sorted(found, key=lambda person: (person.name.casefold(), person.patient))

    def rename(self, patient: str, name: str) -> None:
        """Give somebody another name.

        Parameters
        ----------
        patient : str
            Pseudonym.
        name : str
            Name, 1 to 200 characters.

        Raises
        ------
        IdentityError
            If nobody has the pseudonym, or the name is refused.
        """
        person = Person(_pseudonym(patient), _name(name))

        def rename(people: dict[str, Person]) -> dict[str, Person]:
            if patient not in people:
                raise IdentityError(f"nobody has the pseudonym {patient}; find shows who is there")
            return {**people, patient: person}

        self._change(rename)

    def _change(self, change: Callable[[dict[str, Person]], dict[str, Person]]) -> None:
        """Change what the file holds now: others may have changed it since it was opened."""
        try:
            with held(self._path):
                head, nonce, sealed = _read(self._path)
                if head != self._head:
                    raise IdentityError(f"{self._path}: is another file than the one that was opened; open it again")
                people = change(_people(self._path, _unseal(self._path, self._key, head, nonce, sealed)))
                self._save(people)
        except FileNotFoundError:
            raise IdentityError(f"{self._path}: is gone; put the last copy of it back and try again") from None
        self._people = people

    def _save(self, people: Mapping[str, Person], *, new: bool = False) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        rows = [{"patient": person.patient, "name": person.name} for person in people.values()]
        plain = json.dumps({"people": rows}, ensure_ascii=False).encode()
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._key).encrypt(nonce, plain, _canonical(self._head))
        text = {**self._head, "nonce": nonce.hex(), "sealed": base64.b64encode(sealed).decode()}
        write(self._path, json.dumps(text, indent=2).encode() + b"\n", new=new)
        self._path.chmod(0o600)


def _canonical(head: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(head), sort_keys=True).encode()


def _derive(passphrase: str, head: Mapping[str, Any]) -> bytes:
    try:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError as error:
        raise MissingExtraError("identities need the extra identity: pip install 'gaitloop[identity]'") from error
    scrypt = Scrypt(salt=bytes.fromhex(head["salt"]), length=32, n=head["n"], r=head["r"], p=head["p"])
    return scrypt.derive(passphrase.encode("utf-8", "surrogatepass"))


def _read(path: Path) -> tuple[dict[str, Any], bytes, bytes]:
    try:
        if path.stat().st_size > _LARGEST:
            raise IdentityError(f"{path}: must have at most {_LARGEST} bytes; it is no file of identities")
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise IdentityError(f"{path}: cannot be opened: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise IdentityError(f"{path}: is no file of identities, or damaged; take the last copy of it") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise IdentityError(f"{path}: is no file of identities")
    if type(found.get("version")) is not int or not 1 <= found["version"] <= _VERSION:
        raise IdentityError(f"{path}: version must lie in [1, {_VERSION}]; a newer gaitloop reads newer files")
    try:
        nonce, sealed = bytes.fromhex(found.pop("nonce")), base64.b64decode(found.pop("sealed"), validate=True)
        bytes.fromhex(found["salt"])
        costs = [found[name] for name in _MOST]
    except (KeyError, ValueError, TypeError, AttributeError):
        raise IdentityError(f"{path}: is damaged; take the last copy of it") from None
    allowed = all(type(cost) is int and 1 <= cost <= most for cost, most in zip(costs, _MOST.values(), strict=True))
    if not allowed or found["n"] < 2 or found["n"] & (found["n"] - 1) or len(nonce) != 12:
        raise IdentityError(f"{path}: is damaged; take the last copy of it")
    return found, nonce, sealed


def _unseal(path: Path, key: bytes, head: Mapping[str, Any], nonce: bytes, sealed: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, sealed, _canonical(head))
    except InvalidTag:
        raise IdentityError(f"{path}: the passphrase is wrong, or the file was changed") from None


def _people(path: Path, plain: bytes) -> dict[str, Person]:
    try:
        rows = json.loads(plain)["people"]
        people = {row["patient"]: Person(_pseudonym(row["patient"]), _name(row["name"])) for row in rows}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IdentityError(f"{path}: holds what no version of gaitloop wrote") from None
    return people


def _pseudonym(text: str) -> str:
    # What should be a pseudonym may be a name, which no error repeats.
    if not isinstance(text, str) or not _PSEUDONYM.fullmatch(text):
        raise IdentityError("a pseudonym must have 32 hexadecimal digits in lower case")
    return text


def _name(text: str) -> str:
    name = text.strip() if isinstance(text, str) else ""
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise IdentityError(f"a name must have 1 to {_LONGEST_NAME} printable characters")
    return name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what `gaitloop identity` takes.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    texts = {
        "new": "begin a file",
        "add": "add somebody and show the pseudonym",
        "find": "show who fits a part of a name, or a pseudonym",
        "rename": "give somebody another name",
    }
    commands = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    for name, text in texts.items():
        one = commands.add_parser(name, help=f"{text}; the rest is asked for")
        one.add_argument("file", type=Path, metavar="FILE", help="file of identities")
        if name in ("add", "rename"):
            one.add_argument(
                "--patient", required=name == "rename", metavar="PSEUDONYM", help="pseudonym the person has already"
            )


def command(arguments: argparse.Namespace) -> int:
    """Run `gaitloop identity`.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    file, what = arguments.file, arguments.what
    passphrase = _asked("passphrase: ", secret=True)
    if what == "new":
        if _asked("once more: ", secret=True) != passphrase:
            raise IdentityError("the two passphrases differ; nothing was written")
        Identities.create(file, passphrase)
        print(f"{file}: nobody in it yet; whoever loses the passphrase loses the names")
        return 0
    if what == "find":
        people = Identities.open(file, passphrase)
        found = people.find(_asked("name or pseudonym, or nothing for everybody: "))
        for person in found:
            print(f"{person.patient}  {person.name}")
        print(f"{len(found)} found")
        return 0
    name = _asked("name: ")  # before the file is opened: who types takes time
    people = Identities.open(file, passphrase)
    if what == "add":
        print(f"{people.add(name, patient=arguments.patient)} added")
    else:
        people.rename(arguments.patient, name)
        print(f"{arguments.patient} renamed")
    return 0


def _asked(prompt: str, *, secret: bool = False) -> str:
    try:
        if secret:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", getpass.GetPassWarning)  # it says so in words besides
                return getpass.getpass(prompt)
        if sys.stdin is None:
            raise EOFError
        print(prompt, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise EOFError
    except EOFError:
        raise IdentityError(
            f"{prompt.split(',')[0].rstrip(': ')} was not answered; run this in a terminal and type it, or give it "
            "as a line of the input; nothing was changed"
        ) from None
    return line.rstrip("\n")
