"""The JSON messages of a record, checked against their schemas when they are read back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from .record import JSON_SCHEMAS

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
    for name, rule in JSON_SCHEMAS[topic][1].items() if topic in JSON_SCHEMAS else ():
        if name in message and not _fits(message[name], rule):
            raise ValueError(f"{topic}.{name} must be of type {rule['type']}")
        if name not in message and rule["type"] in ("string", "integer", "boolean"):
            raise ValueError(f"{topic}.{name} is missing")
    return message


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
    return "enum" not in rule or value in rule["enum"]
