"""Profiles are read strictly: every key known, none missing, every value of its type and in its range."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gaitloop._schema import LIMIT_KEYS, Integer, Key, located, parse, read_table
from gaitloop.errors import ConfigError
from gaitloop.safety import Envelope

from ..drives._objects import checked_settings
from . import _keys as keys
from ._parts import BusProfile, DriveProfile, RopeProfile, SafeStop, SweepProfile, TreadmillProfile
from ._profile import Profile

#: Largest accepted size of a file [bytes].
MAX_BYTES = 200_000
_FOLDER = Path(__file__).parent.parent / "profiles"
_TABLES = ("joints", "safe_profile", "bus", "treadmill", "support", "limits", "drive")


def profile_names() -> tuple[str, ...]:
    """Names of the profiles that come with the package: one of each class, for the simulated drives.

    Returns
    -------
    tuple of str
        What `load_profile` takes besides a path.
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_profile(source: str | Path) -> Profile:
    """Read the profile of a device.

    Parameters
    ----------
    source : str or Path
        One of `profile_names()`, or the path of a TOML file in UTF-8; what has no folder and no `.toml` is a name.

    Returns
    -------
    Profile
        The device.

    Raises
    ------
    ConfigError
        If there is no such device or file, or a value is refused; the message names the file, the field, its range,
        the value and, where that can be told, the line.

    Examples
    --------
    >>> profile = load_profile("simulated_ankle")
    >>> profile.device_class, profile.driven
    ('ankle', ('ankle_l', 'ankle_r'))
    """
    path = _find(source)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # a NUL in a name is a ValueError
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}; {_known()}") from None
    return from_bytes(data, str(path))


def _known() -> str:
    return f"known devices are {', '.join(profile_names())}, or give the path of a profile (.toml)"


def _find(source: str | Path) -> Path:
    if not isinstance(source, str | Path):
        raise ConfigError(f"device must be a name or a path, got {source!r:.80}; {_known()}")
    path = Path(source)
    if isinstance(source, Path) or path.suffix == ".toml" or len(path.parts) > 1:
        return path
    if source not in profile_names():
        raise ConfigError(f"device {source!r:.80} is not known; {_known()}")
    return _FOLDER / f"{source}.toml"


def from_bytes(data: bytes, path: str) -> Profile:
    """Read the content of a profile.

    Parameters
    ----------
    data : bytes
        The content.
    path : str
        Where it was read, for messages.

    Returns
    -------
    Profile
        The device.

    Raises
    ------
    ConfigError
        As of `load_profile`.
    """
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path}: must have at most {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: must be UTF-8 text") from None
    try:
        return _read(parse("profile", text), path)
    except ConfigError as error:
        raise ConfigError(f"{path}: {located(text, str(error))}") from None


def _read(document: dict[str, Any], path: str) -> Profile:
    if "version" not in document:
        raise ConfigError(f"version is missing; this package reads {keys.VERSION}")
    Integer(keys.VERSION, keys.VERSION).read("version", document["version"])
    known = ("version", *keys.HEAD, *_TABLES)
    for name in document:
        if name not in known:
            raise ConfigError(f"{name} is not a known key; known are {', '.join(known)}")
    for name in known:
        if name not in document:
            raise ConfigError(f"{name} is missing")
    head: dict[str, Any] = {name: key.read(name, document[name]) for name, key in keys.HEAD.items()}
    return Profile(
        path=path,
        name=head["name"],
        device_class=head["class"],
        simulated=head["simulated"],
        joints=MappingProxyType(read_table("joints", document["joints"], keys.JOINT_KEYS)),
        safe_stop=SafeStop(**read_table("safe_profile", document["safe_profile"], keys.SAFE, keys.SAFE_OPTIONAL)),
        bus_profile=BusProfile(**read_table("bus", document["bus"], keys.BUS, keys.BUS_OPTIONAL)),
        treadmill=_treadmill(document["treadmill"]),
        support=read_table("support", document["support"], keys.SUPPORT)["kind"],
        drive=MappingProxyType(_drives(document["drive"])),
        envelope=_envelope(document["limits"]),
        document=MappingProxyType(document),
    )


def _envelope(table: object) -> Envelope:
    read = read_table("limits", table, LIMIT_KEYS)
    try:
        return Envelope(**read)
    except ConfigError as error:
        raise ConfigError(f"limits.{error}") from None


def _treadmill(table: object) -> TreadmillProfile:
    kind = table.get("kind") if isinstance(table, dict) else None
    belt: Mapping[str, Key] = {} if kind == "none" else keys.BELT
    read = read_table("treadmill", table, {**keys.TREADMILL, **belt})
    if belt and read["overspeed"] < read["max_speed"]:
        raise ConfigError(f"treadmill.overspeed must lie in [{read['max_speed']:g}, 6], got {read['overspeed']:g}")
    return TreadmillProfile(**read)


def _drives(table: object) -> dict[str, DriveProfile]:
    if not isinstance(table, dict):
        raise ConfigError("[drive] must hold a table for each driven part, as [drive.hip_l]")
    for part in table:
        if part not in keys.PARTS:
            raise ConfigError(f"drive.{part} is not a known part; known are {', '.join(keys.PARTS)}")
    return {part: _drive(part, table[part]) for part in keys.PARTS if part in table}


def _drive(part: str, table: object) -> DriveProfile:
    at = f"drive.{part}"
    if not isinstance(table, dict):
        raise ConfigError(f"[{at}] must be a table, got {table!r:.60}")
    plain = {name: value for name, value in table.items() if name not in ("settings", "sweep", "rope")}
    read = read_table(at, plain, keys.DRIVE, keys.DRIVE_OPTIONAL)
    if "settings" not in table:
        raise ConfigError(f"{at}.settings is missing; none of its values has a default")
    settings = read_table(f"{at}.settings", table["settings"], keys.SETTING_KEYS)
    try:
        checked_settings(settings)
    except ConfigError as error:
        raise ConfigError(f"{at}.{error}") from None
    sweep = SweepProfile(**read_table(f"{at}.sweep", table["sweep"], keys.SWEEP)) if "sweep" in table else None
    rope = RopeProfile(**read_table(f"{at}.rope", table["rope"], keys.ROPE)) if "rope" in table else None
    return DriveProfile(part=part, settings=MappingProxyType(settings), sweep=sweep, rope=rope, **read)
