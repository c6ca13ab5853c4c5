"""Checks of what people and files hand over: each names the field, its value and what is allowed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from operator import index

from .._inputs import to_number
from ..errors import ConfigError, StoreError

#: Longest short text, for names and codes [characters].
SHORT = 80
#: Longest text of a note [characters].
LONG = 2000
_ID = re.compile(r"[0-9a-f]{32}")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def new_patient_id() -> str:
    """Draw a pseudonym; who it belongs to is kept elsewhere.

    Returns
    -------
    str
        128 random bits as 32 hexadecimal digits.
    """
    return secrets.token_hex(16)


def patient_id(value: object) -> str:
    """Accept a pseudonym; its text is not repeated, as it may be a name."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ConfigError("patient must be 32 hexadecimal digits in lower case, as new_patient_id() gives; no name")
    return value


def number(name: str, value: float, low: float, high: float, unit: str = "-") -> float:
    """Accept a number from `low` to `high`."""
    given = to_number(name, value)
    if not low <= given <= high:
        raise ConfigError(f"{name} must lie in [{low:g}, {high:g}] [{unit}], got {given:g}")
    return given


def whole(name: str, value: int, low: int, high: int, unit: str = "-") -> int:
    """Accept a whole number from `low` to `high`."""
    try:
        if isinstance(value, bool):
            raise TypeError
        given = index(value)
    except TypeError:
        raise ConfigError(f"{name} must be a whole number, got {value!r:.80}") from None
    if not low <= given <= high:
        raise ConfigError(f"{name} must lie in [{low}, {high}] [{unit}], got {given}")
    return given


def text(name: str, value: object, longest: int = SHORT, *, empty: bool = False) -> str:
    """Accept printable text of one line, or of several where it is a note."""
    if not isinstance(value, str):
        raise ConfigError(f"{name} must be a text, got {value!r:.80}")
    shown = value.replace("\n", "") if longest > SHORT else value
    if not (0 if empty else 1) <= len(value) <= longest or not shown.isprintable():
        raise ConfigError(f"{name} must have {0 if empty else 1} to {longest} printable characters, got {value!r:.80}")
    return value


def word(name: str, value: object, words: Collection[str]) -> str:
    """Accept one of a few words."""
    if not isinstance(value, str) or value not in words:
        raise ConfigError(f"{name} must be one of {', '.join(words)}, got {value!r:.80}")
    return value


def moment(name: str, value: object) -> datetime:
    """Accept a time with a zone, and give it in UTC, cut to seconds."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ConfigError(f"{name} must be a datetime with a time zone, got {value!r:.80}")
    try:
        given = value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ConfigError(f"{name} must be a datetime from 1970 to 9998, got {value!r:.80}") from None
    if not _EARLIEST <= given < _LATEST:
        raise ConfigError(f"{name} must be a datetime from 1970 to 9998, got {value!r:.80}")
    return given


def to_stamp(value: datetime) -> str:
    """Write a time as text whose order is that of time."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def from_stamp(value: str) -> datetime:
    """Read such a text."""
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise StoreError(
            f"a time in the store cannot be read, {value!r:.80}; go back to a copy made by `backup`"
        ) from None


def in_words(value: datetime) -> str:
    """Write a time for people: of one that was given as a date, that date."""
    midnight = value.hour == value.minute == value.second == 0
    return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M} UTC"
