"""The JSON messages of a record, checked against their schemas when they are read back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from gaitloop.errors import ConfigError

from .topics import JSON_SCHEMAS, TOLD

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
#: Whole numbers of a message lie below this magnitude.
_LARGEST = 2**63


def read_message(topic: str, text: bytes) -> dict[str, Any]:
    """Read one message.

    Parameters
    ----------
    topic : str
        Its topic.
    text : bytes
        Its body.

    Returns
    -------
    dict
        The message.

    Raises
    ------
    ValueError
        If it is no JSON, or not of the topic's schema.
    """
    try:
        message = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError(f"{topic} must not be nested that deep") from None
    if not isinstance(message, dict):
        raise ValueError(f"{topic} must be an object, got {type(message).__name__}")
    _check(topic, message)
    return message


def check_told(topic: str, t_ns: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Check a message before it is told.

    Parameters
    ----------
    topic : str
        One of `topics.TOLD`.
    t_ns : int
        When it was so, since session start [ns].
    values : mapping
        The rest of the message.

    Returns
    -------
    dict
        The message.

    Raises
    ------
    ConfigError
        If the topic is none of these, or a value does not fit its schema.
    """
    if topic not in TOLD:
        raise ConfigError(f"topic must be one of {', '.join(TOLD)}, got {topic!r}")
    unknown = sorted(set(values) - set(JSON_SCHEMAS[topic][1]))
    if unknown:
        raise ConfigError(f"{topic} has the fields {', '.join(JSON_SCHEMAS[topic][1])}, got {', '.join(unknown)}")
    message = {"t": t_ns, **values} | {"t": t_ns}
    try:
        _check(topic, message)
        json.dumps(message, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{topic} cannot be told: {error}") from None
    return message


def _check(topic: str, message: Mapping[str, Any]) -> None:
    for name, rule in JSON_SCHEMAS[topic][1].items() if topic in JSON_SCHEMAS else ():
        if name in message and not _fits(message[name], rule):
            raise ValueError(f"{topic}.{name} must {_wanted(rule)}{_got(rule, message[name])}")
        if name not in message and rule["type"] in ("string", "integer", "boolean"):
            raise ValueError(f"{topic}.{name} is missing")


def _wanted(rule: Mapping[str, Any]) -> str:
    if "enum" in rule:
        return f"be one of {', '.join(rule['enum'])}"
    return f"match {rule['pattern']}" if "pattern" in rule else f"be of type {rule['type']}"


def _got(rule: Mapping[str, Any], value: object) -> str:
    # What should be a role may be a name, which no log may repeat.
    text = repr(value)
    return "" if "pattern" in rule else f", got {text if len(text) <= 40 else f'{text[:37]}...'}"


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _fits(value: object, rule: Mapping[str, Any]) -> bool:
    names = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    if isinstance(value, bool) and "boolean" not in names:
        return False
    if not isinstance(value, tuple(kind for name in names for kind in _TYPES[name])):
        return False
    if isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) < _LARGEST):
        return False
    if isinstance(value, list) and "items" in rule:
        return all(_fits(item, rule["items"]) for item in value)
    if isinstance(value, str) and "pattern" in rule:
        return re.fullmatch(rule["pattern"], value) is not None
    return "enum" not in rule or value in rule["enum"]
