"""The file of a calibration: TOML under a seal, which any change breaks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from gaitloop._core import JOINTS
from gaitloop._files import write
from gaitloop._schema import Integer, Key, Number, Text, Vector, located, parse, read_table
from gaitloop.errors import ConfigError

from ._model import SIDES, TERMS, Calibration, JointCalibration, LegCalibration

#: Version of the layout that is written, and that others are brought to.
VERSION = 1
#: What brings a document of an older version to the next one, by the version that it has.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
MAX_BYTES = 200_000
_MARK = "\n[seal]\n"
_HEAD: dict[str, Key] = {"profile": Text(), "profile_sha256": Text(), "serial": Text(), "at": Text()}
_JOINT: dict[str, Key] = {
    "zero": Integer(-(2**31), 2**31 - 1),
    "sign": Integer(-1, 1),
    "q_min": Number(-3.0, 3.0),
    "q_max": Number(-3.0, 3.0),
}
_FRICTION: dict[str, Key] = {name: Vector(2, -1000.0, 1000.0) for name in ("coulomb", "viscous", "inertia")}
_LEG: dict[str, Key] = {
    "residual": Number(0.0, 1e6),
    "condition": Number(0.0, 1e6),
    "friction_speed": Number(0.01, 1.0),
}
_PERSON: dict[str, Key] = {"person_residual": Number(0.0, 1e6)}
_TERM_KEYS: dict[str, Key] = {name: Vector(2, -1e6, 1e6) for name in TERMS}


def to_text(found: Calibration) -> str:
    """Write a calibration down, sealed.

    Parameters
    ----------
    found : Calibration
        What was found.

    Returns
    -------
    str
        TOML text whose last table is a SHA-256 of all that stands above it.
    """
    return _sealed(_body(found))


def seal_of(found: Calibration) -> str:
    """Tell the seal of a calibration, by which a record names it.

    Parameters
    ----------
    found : Calibration
        What was found.

    Returns
    -------
    str
        SHA-256 in hexadecimal, as its file has it.
    """
    return hashlib.sha256(_body(found).encode()).hexdigest()


def _body(found: Calibration) -> str:
    out: dict[str, Any] = {"version": VERSION, **{name: getattr(found, name) for name in _HEAD}}
    out["joint"] = {joint: _plain(each) for joint, each in found.joints.items()}
    out["leg"] = {side: _plain(leg) for side, leg in found.legs.items()}
    out["confirmed"] = dict(found.confirmed)
    return "\n".join(_lines(out))


def save_calibration(found: Calibration, path: str | Path) -> None:
    """Write a calibration whole or not at all; an existing file is spared.

    Parameters
    ----------
    found : Calibration
        What was found.
    path : path-like
        File to write.

    Raises
    ------
    ConfigError
        If the file exists, or a value is one that would be refused when it is read.
    OSError
        If it cannot be written; nothing is then left behind.
    """
    text = to_text(found)
    from_text(text, str(path))
    write(path, text.encode(), new=True)


def load_calibration(path: str | Path) -> Calibration:
    """Read a calibration.

    Parameters
    ----------
    path : path-like
        File that `gaitloop calibrate` wrote.

    Returns
    -------
    Calibration
        What was found.

    Raises
    ------
    ConfigError
        If the file cannot be read, was changed after it was written, is of a newer version, or a value is refused.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: must have at most {MAX_BYTES} bytes")
    try:
        return from_text(data.decode("utf-8"), str(path))
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: must be UTF-8 text") from None


def from_text(text: str, path: str) -> Calibration:
    """Read the content of a calibration.

    Parameters
    ----------
    text : str
        The content.
    path : str
        Where it was read, for messages.

    Returns
    -------
    Calibration
        What was found.
    """
    try:
        body, mark, _ = text.partition(_MARK)
        if not mark or not hmac.compare_digest(text.encode(), _sealed(body).encode()):
            raise ConfigError(
                "seal.sha256 must match the content; it was changed after it was written: calibrate again"
            )
        return _read(parse("calibration", body))
    except ConfigError as error:
        raise ConfigError(f"{path}: {located(text, str(error))}") from None


def _sealed(body: str) -> str:
    return f'{body}{_MARK}sha256 = "{hashlib.sha256(body.encode()).hexdigest()}"\n'


def _migrated(document: dict[str, Any]) -> dict[str, Any]:
    version = Integer(0, 2**31).read("version", document.get("version"))
    if version > VERSION:
        raise ConfigError(
            f"version must be at most {VERSION}, got {version}: it is of a newer gaitloop, update this one"
        )
    while version < VERSION:
        if version not in MIGRATIONS:
            raise ConfigError(f"version {version} cannot be read any more: calibrate again")
        document = MIGRATIONS[version](document)
        version += 1
    return document


def _read(document: dict[str, Any]) -> Calibration:
    document = _migrated(document)
    known = ("version", *_HEAD, "joint", "leg", "confirmed")
    for name in document:
        if name not in known:
            raise ConfigError(f"{name} is not a known key; known are {', '.join(known)}")
    for name in known:
        if name not in document:
            raise ConfigError(f"{name} is missing")
    for name, among in (("joint", JOINTS), ("leg", SIDES)):
        for key in _table(name, document[name]):
            if key not in among:
                raise ConfigError(f"{name}.{key} is not a known key; known are {', '.join(among)}")
    confirmed = _table("confirmed", document["confirmed"])
    return Calibration(
        **{name: key.read(name, document[name]) for name, key in _HEAD.items()},  # type: ignore[arg-type]
        joints={
            j: JointCalibration(**read_table(f"joint.{j}", t, _JOINT, _FRICTION)) for j, t in document["joint"].items()
        },
        legs={side: _leg(f"leg.{side}", table) for side, table in document["leg"].items()},
        confirmed={step: Text().read(f"confirmed.{step}", who) for step, who in confirmed.items()},
    )


def _table(path: str, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {table!r:.60}")
    return table


def _leg(path: str, table: object) -> LegCalibration:
    whole = _table(path, table)
    plain = {name: value for name, value in whole.items() if name not in ("gravity", "person")}
    read = read_table(path, plain, _LEG, _PERSON)
    if "gravity" not in whole:
        raise ConfigError(f"{path}.gravity is missing")
    for name in ("gravity", "person"):
        if name in whole:
            read[name] = read_table(f"{path}.{name}", whole[name], {}, _TERM_KEYS)
    return LegCalibration(**read)


def _plain(found: JointCalibration | LegCalibration) -> dict[str, Any]:
    told = {field.name: getattr(found, field.name) for field in fields(found)}
    return {name: dict(v) if isinstance(v, Mapping) else v for name, v in told.items() if v is not None}


def _lines(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> list[str]:
    """Plain values as TOML, tables last."""
    out = [f"\n[{'.'.join(path)}]"] if path else ["# Written by `gaitloop calibrate`; any change breaks the seal."]
    for name, value in table.items():
        if not isinstance(value, Mapping):
            out.append(f"{name} = {_shown(value)}")
    for name, value in table.items():
        if isinstance(value, Mapping):
            out += _lines(value, (*path, name))
    return out


def _shown(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(repr, map(float, value)))}]"
    return repr(value)
