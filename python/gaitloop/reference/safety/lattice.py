"""Limits that only tighten, and what is left of a device's under them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ...errors import ConfigError
from .._checks import all_in_range, in_range, ordered
from .._conventions import JOINTS
from .envelope import OWN, PER_JOINT, SCALAR, Envelope

SOURCES = ("device", "patient", "session", "remote")


class Narrowing:
    """Limits of which each can only tighten one of the device.

    Parameters
    ----------
    **limits : array_like of float, shape (6,), or float
        Limits by name [in the unit of that limit].

    Raises
    ------
    ConfigError
        If a limit is unknown, the device's own, or outside its range.
    """

    def __init__(self, **limits: Any) -> None:
        self.limits: dict[str, Any] = {}
        for name, _value in limits.items():
            if name not in PER_JOINT and name not in SCALAR:
                raise ConfigError(f"{name} is not a limit of the envelope")
            if name in OWN:
                raise ConfigError(f"{name} must be left to the device, it has no narrower value")
        for name, (low, high) in {**PER_JOINT, **SCALAR}.items():
            if name in limits:
                check = all_in_range if name in PER_JOINT else in_range
                self.limits[name] = check(name, limits[name], low, high)
        nothing = (np.full(6, PER_JOINT["q_min"][0]), np.full(6, PER_JOINT["q_max"][1]))
        ordered("q_min", self.limits.get("q_min", nothing[0]), "q_max", self.limits.get("q_max", nothing[1]))


class Effective(NamedTuple):
    """Limits in force.

    Attributes
    ----------
    envelope : Envelope
        The limits.
    sources : dict
        Who set each limit, one per joint, or one.
    """

    envelope: Envelope
    sources: dict[str, tuple[str, ...]]


def effective(
    device: Envelope,
    patient: Narrowing | None = None,
    session: Narrowing | None = None,
    remote: Narrowing | None = None,
) -> Effective:
    """Take of each limit the narrowest, and remember whose it is.

    Parameters
    ----------
    device : Envelope
        Every limit of the device.
    patient, session, remote : Narrowing, optional
        What tightens them.

    Returns
    -------
    Effective
        Limits in force and who set each.

    Raises
    ------
    ConfigError
        If a range of motion becomes empty.
    """
    limits: dict[str, Any] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for name in (*PER_JOINT, *SCALAR):
        rows = [np.atleast_1d(getattr(device, name)).tolist()]
        for other in (patient, session, remote):
            named = other is not None and name in other.limits
            widest = -math.inf if name == "q_min" else math.inf
            row = np.atleast_1d(other.limits[name]).tolist() if other is not None and named else [widest] * len(rows[0])
            rows.append(row)
        narrowest = max if name == "q_min" else min
        values, setters = [], []
        for column in zip(*rows, strict=True):
            values.append(narrowest(column))
            setters.append(SOURCES[column.index(narrowest(column))])
        limits[name] = np.array(values) if name in PER_JOINT else values[0]
        sources[name] = tuple(setters)
    for i, joint in enumerate(JOINTS):
        low, high = float(limits["q_min"][i]), float(limits["q_max"][i])
        if not low < high:
            raise ConfigError(
                f"range of motion of {joint} must not be empty after intersection, got [{low:g}, {high:g}]: "
                f"q_min is of {sources['q_min'][i]}, q_max of {sources['q_max'][i]}"
            )
    return Effective(Envelope(**limits), sources)
