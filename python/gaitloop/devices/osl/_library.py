"""What the library is asked, and what becomes of what it tells or raises."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gaitloop.errors import ConfigError, DeviceError

_NEEDED = {
    "actuator": ("start", "stop", "update", "set_control_mode", "set_motor_current"),
    "sensor": ("start", "stop", "update"),
}
_LARGEST = 1e6  # beyond it a reading is no angle, force or current of a person's device


def call(name: str, function: Callable[..., Any], *values: Any) -> Any:
    """Call the library; whatever it raises, `exit` included, becomes one error."""
    try:
        return function(*values)
    except (Exception, SystemExit) as error:
        raise DeviceError(f"{name} failed ({type(error).__name__}: {error}); check power, cable and bus") from error


def number(name: str, thing: Any, attribute: str) -> float | None:
    """A number that the library tells, None where it is none."""
    value = call(name, getattr, thing, attribute)
    try:
        told = float(value)
    except Exception:  # somebody else's object
        return None
    return told if abs(told) < _LARGEST else None


def checked(kind: str, thing: Any, offline: bool) -> str:
    """Name of what was handed over, if it is what the library makes and may be used."""
    name = f"{kind} {call(kind, lambda: str(getattr(thing, 'tag', '')))[:40]}"
    for method in _NEEDED[kind]:
        found = call(name, getattr, thing, method, None)
        if not callable(found):
            got = type(thing).__name__
            raise ConfigError(f"{name} must be one of the library opensourceleg, got a {got}: it has no {method}()")
        if inspect.iscoroutinefunction(found):
            raise ConfigError(f"{name} must not need asyncio, and {method}() does; a tick cannot wait for it")
    if call(name, lambda: bool(getattr(thing, "is_offline", False))) and not offline:
        raise ConfigError(f"{name} is offline and tells made-up zeros; say offline=True to use it all the same")
    return name
