"""Strict reading of TOML tables: every key known, every value of its type and in its range, or the path is named."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gaitloop._core import ENVELOPE_FIELDS
from gaitloop.errors import ConfigError

#: Most dots of a line: each part of a dotted key costs the parser the more, the more there are.
_DOTS = 64
#: What of TOML is a string, in which a # is a character like others, or a comment with the blanks before it.
_STRING_OR_COMMENT = re.compile(
    r'''("""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')|(?<![ \t])[ \t]*#[^\r\n]*''',
    re.DOTALL,
)


def parse(what: str, text: str) -> dict[str, Any]:
    """Parse TOML, however it was damaged.

    Parameters
    ----------
    what : str
        What the text is, for messages.
    text : str
        TOML text.

    Returns
    -------
    dict
        The document.

    Raises
    ------
    ConfigError
        If it is no TOML; the message has the line where that can be told.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _DOTS:
            raise ConfigError(f"{what} must have at most {_DOTS} dots a line, got {line.count('.')} (line {number})")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise ConfigError(f"{what} must be valid TOML: {error}") from None


def without_comments(text: str) -> str:
    """Take the comments out of TOML, where people write what belongs into no record.

    Parameters
    ----------
    text : str
        TOML text that `parse` takes.

    Returns
    -------
    str
        The same document, every value in the line where it was.
    """
    return _STRING_OR_COMMENT.sub(lambda found: found[1] or "", text)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _number(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ConfigError(f"{path} must be a number, got {_shown(value)}")
    try:
        return float(value)
    except OverflowError:
        raise ConfigError(f"{path} must be a number of ordinary size, got {_shown(value)}") from None


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the file.

    Attributes
    ----------
    min : float
        Smallest accepted value [in the key's unit].
    max : float
        Largest accepted value [in the key's unit].
    angle : bool
        Whether the key may also be given in degrees, with `_deg` behind its name; `min` and `max` are then degrees.
    """

    min: float
    max: float
    angle: bool = False

    def read(self, path: str, value: object) -> float:
        """Check one value.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        float
            The accepted number [in the key's unit].
        """
        number = _number(path, value)
        if math.isfinite(self.max) and not self.min <= number <= self.max:
            raise ConfigError(f"{path} must lie in [{self.min:g}, {self.max:g}], got {number:g}")
        return number


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number of the file.

    Attributes
    ----------
    min : int
        Smallest accepted value [-].
    max : int
        Largest accepted value [-].
    """

    min: int
    max: int

    def read(self, path: str, value: object) -> int:
        """Check one value.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        int
            The accepted number [-].
        """
        if isinstance(value, bool) or not isinstance(value, int):
            raise ConfigError(f"{path} must be a whole number, got {_shown(value)}")
        if not self.min <= value <= self.max:
            raise ConfigError(f"{path} must lie in [{self.min}, {self.max}], got {value}")
        return value


@dataclass(frozen=True, slots=True)
class Vector:
    """A list of numbers of the file.

    Attributes
    ----------
    length : int
        Number of values [-].
    min : float
        Smallest accepted value [in the key's unit]; infinite where another room checks.
    max : float
        Largest accepted value [in the key's unit]; infinite where another room checks.
    angle : bool
        Whether the key may also be given in degrees, with `_deg` behind its name; `min` and `max` are then degrees.
    """

    length: int
    min: float = -math.inf
    max: float = math.inf
    angle: bool = False

    def read(self, path: str, value: object) -> tuple[float, ...]:
        """Check one list.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        tuple of float
            The accepted numbers [in the key's unit].
        """
        if not isinstance(value, list):
            raise ConfigError(f"{path} must be a list of {self.length} numbers, got {_shown(value)}")
        if len(value) != self.length:
            raise ConfigError(f"{path} must have length {self.length}, got {len(value)}")
        numbers = tuple(_number(f"{path}[{i}]", v) for i, v in enumerate(value))
        for i, number in enumerate(numbers):
            if math.isfinite(self.max) and not self.min <= number <= self.max:
                raise ConfigError(f"{path} must lie in [{self.min:g}, {self.max:g}], got {number:g} at index {i}")
        return numbers


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a few.

    Attributes
    ----------
    words : tuple of str
        What is accepted.
    """

    words: tuple[str, ...]

    def read(self, path: str, value: object) -> str:
        """Check one word.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        str
            The accepted word.
        """
        if not isinstance(value, str) or value not in self.words:
            raise ConfigError(f"{path} must be one of {', '.join(self.words)}, got {_shown(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """A short text.

    Attributes
    ----------
    max : int
        Largest number of characters [-].
    """

    max: int = 80

    def read(self, path: str, value: object) -> str:
        """Check one text.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        str
            The accepted text.
        """
        if not isinstance(value, str):
            raise ConfigError(f"{path} must be a text, got {_shown(value)}")
        if not 1 <= len(value) <= self.max or not value.isprintable():
            raise ConfigError(f"{path} must have 1 to {self.max} printable characters, got {_shown(value)}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, path: str, value: object) -> bool:
        """Check one value.

        Parameters
        ----------
        path : str
            Path of the key.
        value : object
            What the file has.

        Returns
        -------
        bool
            The accepted value.
        """
        if not isinstance(value, bool):
            raise ConfigError(f"{path} must be true or false, got {_shown(value)}")
        return value


Key = Number | Integer | Vector | Choice | Text | Flag

#: Every limit as a table of a file has it; ranges are the envelope's own, here only what it must look like.
LIMIT_KEYS: dict[str, Key] = {
    name: (Vector(6, -172.0, 172.0, angle=True) if unit == "rad" else Vector(6))
    if per_joint
    else Number(float("-inf"), float("inf"))
    for name, per_joint, _, _, unit, *_ in ENVELOPE_FIELDS
}


def read_table(
    path: str, table: object, keys: Mapping[str, Key], optional: Mapping[str, Key] | None = None
) -> dict[str, Any]:
    """Read one table completely.

    Parameters
    ----------
    path : str
        Path of the table.
    table : object
        What the file has there.
    keys : mapping of str to Key
        Keys that must be given; an angle may be given as `name` [rad] or `name_deg` [deg].
    optional : mapping of str to Key, optional
        Keys that may be left out, and are then left out of the result.

    Returns
    -------
    dict
        Accepted values by name, angles in radians.

    Raises
    ------
    ConfigError
        If a key is missing, unknown, given twice, or its value is refused.
    """
    if not isinstance(table, dict):
        raise ConfigError(f"[{path}] must be a table, got {_shown(table)}")
    every = {**keys, **(optional or {})}
    names = {name: (name, f"{name}_deg") if getattr(key, "angle", False) else (name,) for name, key in every.items()}
    known = {spelling for spellings in names.values() for spelling in spellings}
    for name in table:
        if name not in known:
            raise ConfigError(f"{path}.{name} is not a known key; known are {', '.join(sorted(known))}")
    wanted = {name: key for name, key in every.items() if name in keys or any(s in table for s in names[name])}
    return {name: _read_key(path, table, name, names[name], key) for name, key in wanted.items()}


def _read_key(path: str, table: Mapping[str, object], name: str, spellings: tuple[str, ...], key: Key) -> Any:
    given = [spelling for spelling in spellings if spelling in table]
    if not given:
        raise ConfigError(f"{path}.{name} is missing")
    if len(given) > 1:
        raise ConfigError(f"{path}.{name} is given twice, as {' and '.join(given)}")
    value, at = table[given[0]], f"{path}.{given[0]}"
    if isinstance(key, (Number, Vector)) and key.angle:
        return _read_angle(at, value, key, degrees=given[0] != name)
    return key.read(at, value)


def _read_angle(path: str, value: object, key: Number | Vector, *, degrees: bool) -> Any:
    if degrees:
        read = key.read(path, value)
        return math.radians(read) if isinstance(read, float) else tuple(math.radians(v) for v in read)
    low, high = math.radians(key.min), math.radians(key.max)
    return (Vector(key.length, low, high) if isinstance(key, Vector) else Number(low, high)).read(path, value)


def located(text: str, message: str) -> str:
    """Add the line of the key that a message begins with, where the text has it.

    Parameters
    ----------
    text : str
        The file.
    message : str
        What was refused in it.

    Returns
    -------
    str
        The message, with the line where that can be told.
    """
    found = re.match(r"\[?((?:\w+(?:\[\d+\])?\.)*)(\w+)", message)
    section, key = (found[1].rstrip("."), found[2]) if found else ("", "")
    current, seen = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        header, item = re.match(r"\s*\[\s*([\w.]+)\s*\]", line), re.match(r"\s*\[\[\s*([\w.]+)\s*\]\]", line)
        assignment = re.match(r"\s*([\w-]+)\s*=", line)
        if item:
            current = f"{item[1]}[{seen[item[1]]}]"
            seen[item[1]] += 1
        elif header:
            current = header[1]
        elif assignment and current == section and assignment[1] in (key, f"{key}_deg"):
            return f"{message} (line {number})"
    return message
