"""Limits files: complete for a device, partial for those who tighten it, refused until somebody confirmed them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gaitloop._core import ENVELOPE_FIELDS, JOINTS, SOURCES
from gaitloop._schema import LIMIT_KEYS, Choice, Integer, Key, Text, located, parse, read_table
from gaitloop.errors import ConfigError
from gaitloop.safety import Effective, Envelope, Narrowing, effective

#: Version of the layout that this package reads.
LIMITS_VERSION = 1
#: Largest accepted size of a file [bytes].
MAX_BYTES = 100_000
#: Devices that limits can be written for.
DEVICES = ("treadmill_exo",)
#: Smallest and largest accepted size of a key [bytes].
KEY_BYTES = (16, 4096)
_RULES = {name: rule for name, *_, rule in ENVELOPE_FIELDS}
_TIGHTEN: dict[str, Key] = {name: key for name, key in LIMIT_KEYS.items() if _RULES[name] != "own"}
_HEAD: dict[str, Key] = {"source": Choice(tuple(SOURCES)), "device": Choice(DEVICES), "name": Text()}
_SECTIONS = ("version", *_HEAD, "limits", "confirmation")
_MARK = "\n[confirmation]\n"
_BLOCK = re.compile(r'\n\[confirmation\]\nby = "([^"\\\n]+)"\non = "(\d{4}-\d\d-\d\d)"\nsha256 = "([0-9a-f]{64})"\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsFile:
    """A limits file as read; every value checked.

    Attributes
    ----------
    path : str
        Where it was read, for messages.
    source : str
        Who sets the limits, one of `SOURCES`.
    device : str
        Kind of device that they are for.
    name : str
        What the file is about, for displays.
    limits : Envelope or Narrowing
        Every limit of a device, or what the others tighten.
    text : str
        The file without its confirmation.
    by : str
        Who confirmed it; empty where nobody has.
    on : str
        Day of the confirmation, as YYYY-MM-DD; empty where nobody has.
    sha256 : str
        Fingerprint of the confirmation, by which a record says which file was in force without saying who confirmed
        it; empty where nobody has.
    """

    path: str
    source: str
    device: str
    name: str
    limits: Envelope | Narrowing
    text: str
    by: str = ""
    on: str = ""
    sha256: str = ""

    @classmethod
    def load(cls, path: str | Path, key: bytes | None = None, *, confirmed: bool = True) -> LimitsFile:
        """Read a limits file.

        Parameters
        ----------
        path : path-like
            TOML file in UTF-8.
        key : bytes, optional
            Key that the file must be signed with; without it a signed file is refused, as nobody could tell whether
            the signature is right.
        confirmed : bool
            Whether a file that nobody confirmed is refused.

        Returns
        -------
        LimitsFile
            The file.

        Raises
        ------
        ConfigError
            If the file cannot be read, was changed after it was confirmed, or is refused; the message names the field,
            its range, the value and the line.
        """
        try:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
            raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None
        return cls.from_bytes(data, str(path), key, confirmed=confirmed)

    @classmethod
    def from_bytes(cls, data: bytes, path: str, key: bytes | None = None, *, confirmed: bool = True) -> LimitsFile:
        """Read the content of a limits file.

        Parameters
        ----------
        data : bytes
            The content.
        path : str
            Where it was read, for messages.
        key : bytes, optional
            Key that the file must be signed with.
        confirmed : bool
            Whether content that nobody confirmed is refused.

        Returns
        -------
        LimitsFile
            The file.

        Raises
        ------
        ConfigError
            As of `load`.
        """
        if len(data) > MAX_BYTES:
            raise ConfigError(f"{path}: must have at most {MAX_BYTES} bytes")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise ConfigError(f"{path}: must be UTF-8 text") from None
        try:
            body, by, on, sha256 = _unsealed(text, key)
            found = cls(path=path, text=body, by=by, on=on, sha256=sha256, **_read(body))
        except ConfigError as error:
            raise ConfigError(f"{path}: {located(text, str(error))}") from None
        if confirmed and not by:
            raise ConfigError(f"{path}: confirmation is missing; read every limit, then `gaitloop limits confirm`")
        return found


def _unsealed(text: str, key: bytes | None) -> tuple[str, str, str, str]:
    """Content, who confirmed it, when, and the fingerprint; all but the first empty where nobody has."""
    body, mark, rest = text.partition(_MARK)
    if not mark:
        return text, "", "", ""
    block = _BLOCK.match(mark + rest)
    if block is None:
        raise ConfigError("confirmation must be as `gaitloop limits confirm` writes it: by, on, sha256")
    by, on, sha256 = block.groups()
    if key is None and "hmac_sha256" in rest:
        raise ConfigError("confirmation.hmac_sha256 is a signature; give its key (--key)")
    if not hmac.compare_digest(text.encode(), sealed(body, by, on, key).encode()):
        what = "sha256 must match the content" if key is None else "hmac_sha256 must match content and key"
        raise ConfigError(f"confirmation.{what}; it was changed after it was confirmed")
    return body, by, on, sha256


def sealed(body: str, by: str, on: str, key: bytes | None = None) -> str:
    """Put a confirmation below content.

    Parameters
    ----------
    body : str
        Content of a limits file without a confirmation.
    by : str
        Name or role of who confirms.
    on : str
        Day, as YYYY-MM-DD.
    key : bytes, optional
        Key to sign with.

    Returns
    -------
    str
        Content with a confirmation: a SHA-256 over all that stands above it, and an HMAC-SHA-256 where there is a key.
    """
    said = f'{body}{_MARK}by = "{by}"\non = "{on}"\n'
    digest = f'sha256 = "{hashlib.sha256(said.encode()).hexdigest()}"\n'
    signature = "" if key is None else f'hmac_sha256 = "{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()}"\n'
    return said + digest + signature


def _read(body: str) -> dict[str, Any]:
    document = parse("limits file", body)
    if "version" not in document:
        raise ConfigError("version is missing")
    Integer(LIMITS_VERSION, LIMITS_VERSION).read("version", document["version"])
    for name in document:
        if name not in _SECTIONS[:-1]:
            raise ConfigError(f"{name} is not a known key; known are {', '.join(_SECTIONS)}")
    for name in _SECTIONS[1:-1]:
        if name not in document:
            raise ConfigError(f"{name} is missing")
    head: dict[str, Any] = {name: key.read(name, document[name]) for name, key in _HEAD.items()}
    return {**head, "limits": _read_limits(head["source"], document["limits"])}


def _read_limits(source: str, table: object) -> Envelope | Narrowing:
    try:
        if source == "device":
            return Envelope(**read_table("limits", table, LIMIT_KEYS))
        for name in table if isinstance(table, dict) else ():
            if _RULES.get(name) == "own":
                raise ConfigError(f"{name} must be left to the device, it has no narrower value")
        named = read_table("limits", table, {}, _TIGHTEN)
        if not named:
            raise ConfigError("limits must name at least one limit, got none")
        return Narrowing(**named)
    except ConfigError as error:
        said = str(error)
        raise ConfigError(said if said.startswith(("limits", "[limits")) else f"limits.{said}") from None


def combine(files: Sequence[LimitsFile]) -> Effective:
    """Take the limits in force of a device's file and those that tighten it, in any order.

    Parameters
    ----------
    files : sequence of LimitsFile
        One file of a device, and at most one of each other source.

    Returns
    -------
    Effective
        Limits in force and who set each.

    Raises
    ------
    ConfigError
        If no file is of a device, two are of the same source or of different devices, a value is wider than the
        device's, or a range of motion becomes empty.
    """
    by_source: dict[str, LimitsFile] = {}
    for file in files:
        if file.source in by_source:
            raise ConfigError(
                f"{file.path}: source must differ from that of {by_source[file.source].path}, got {file.source}"
            )
        by_source[file.source] = file
    first = by_source.pop("device", None)
    if first is None or not isinstance(first.limits, Envelope):
        raise ConfigError("limits must have one file whose source is device, got none")
    for file in by_source.values():
        if file.device != first.device:
            raise ConfigError(f"{file.path}: device must be {first.device} as in {first.path}, got {file.device}")
        _check_inside(file, first.limits)
    tighter = {name: file.limits for name, file in by_source.items() if isinstance(file.limits, Narrowing)}
    return effective(first.limits, **tighter)


def _check_inside(file: LimitsFile, device: Envelope) -> None:
    """Refuse a value that is wider than the device's."""
    ranges = {name: (low, high) for name, _, low, high, *_ in ENVELOPE_FIELDS}
    for name, given in file.limits.limits.items() if isinstance(file.limits, Narrowing) else ():
        pairs = zip(np.atleast_1d(given).tolist(), np.atleast_1d(getattr(device, name)).tolist(), strict=True)
        low, high = ranges[name]
        for i, (value, widest) in enumerate(pairs):
            least, most = (widest, high) if _RULES[name] == "larger" else (low, widest)
            if not least <= value <= most:
                where = f" for {JOINTS[i]}" if isinstance(given, list) else ""
                message = f"limits.{name} must lie in [{least:g}, {most:g}] of the device, got {value:g}{where}"
                raise ConfigError(f"{file.path}: {located(file.text, message)}")


def read_key(path: str | Path) -> bytes:
    """Read a key to sign with.

    Parameters
    ----------
    path : path-like
        File whose bytes are the key.

    Returns
    -------
    bytes
        The key.

    Raises
    ------
    ConfigError
        If the file cannot be read or is too short or too long.
    """
    low, high = KEY_BYTES
    try:
        with Path(path).open("rb") as stream:
            key = stream.read(high + 1)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None
    if not low <= len(key) <= high:
        raise ConfigError(
            f"{path}: a key must have {low} to {high} bytes, got {len(key) if len(key) <= high else 'more'}"
        )
    return key


def load_all(paths: Sequence[str | Path], key: bytes | None = None) -> tuple[LimitsFile, ...]:
    """Read confirmed limits files.

    Parameters
    ----------
    paths : sequence of path-like
        The files.
    key : bytes, optional
        Key that they must be signed with.

    Returns
    -------
    tuple of LimitsFile
        The files.
    """
    return tuple(LimitsFile.load(path, key) for path in paths)
