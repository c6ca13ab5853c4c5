"""Limits that only tighten, and what is left of a device's under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from .. import _core
from .._core import ENVELOPE_FIELDS, SOURCES
from ..errors import ConfigError
from ._envelope import Envelope
from ._inputs import array, scalar

_PER_JOINT = {name: per_joint for name, per_joint, *_ in ENVELOPE_FIELDS}
_OWN = {name for name, *_, rule in ENVELOPE_FIELDS if rule == "own"}


class Narrowing:
    """Limits of a person, a session or from afar, which only tighten those of a device; one not named does not act.

    Parameters
    ----------
    **limits : array_like of float, shape (6,), or float
        Limits by name, as for `Envelope` [in the unit of that limit]. How a device stops (`wall_stiffness`,
        `wall_damping`, `stop_damping`, `yield_damping`, `soft_decel`, `soft_jerk`, `stop_decel`) is its own and cannot
        be named.

    Raises
    ------
    ConfigError
        If a limit is unknown, cannot be narrowed, or is refused by `Envelope`. The message begins with its name.
    """

    __slots__ = ("_core", "_named")

    def __init__(self, **limits: Any) -> None:
        named: dict[str, Any] = {}
        for name, value in limits.items():
            if name not in _PER_JOINT:
                raise ConfigError(f"{name} is not a limit of the envelope")
            if name in _OWN:
                raise ConfigError(f"{name} must be left to the device, it has no narrower value")
            named[name] = array(name, value, (6,)).copy() if _PER_JOINT[name] else scalar(name, value)
        self._core = _core.Narrowing(**named)
        self._named = named

    @property
    def limits(self) -> Mapping[str, list[float] | float]:
        """What is named, as plain lists and numbers [in the unit of that limit]."""
        return MappingProxyType({name: np.asarray(value).tolist() for name, value in self._named.items()})

    def build(self) -> _core.Narrowing:
        """Give the limits the core works with.

        Returns
        -------
        _core.Narrowing
            The checked limits.
        """
        return self._core


@dataclass(frozen=True, slots=True)
class Effective:
    """Limits in force.

    Attributes
    ----------
    envelope : Envelope
        The limits.
    sources : mapping of str to tuple of str
        Who set each limit, one of `SOURCES`; one per joint, or one.
    """

    envelope: Envelope
    sources: Mapping[str, tuple[str, ...]]


def effective(
    device: Envelope,
    patient: Narrowing | None = None,
    session: Narrowing | None = None,
    remote: Narrowing | None = None,
) -> Effective:
    """Take of each limit the narrowest; the device's own way to stop stays.

    The result lies inside the limits of the device, whatever the others say: a value wider than the device's does not
    act. Order and repetition of the others change nothing.

    Parameters
    ----------
    device : Envelope
        Every limit of the device.
    patient, session, remote : Narrowing, optional
        What the person, the session and who watches from afar tighten; nothing where absent.

    Returns
    -------
    Effective
        Limits in force and who set each; of equal values the first in the order of `SOURCES` counts.

    Raises
    ------
    ConfigError
        If a range of motion becomes empty. The message names the joint and who set its two ends.
    """
    others = [(one or Narrowing()).build() for one in (patient, session, remote)]
    made, setters = device.build().effective(*others)
    sources = {
        name: tuple(SOURCES[source] for source in (row if per_joint else row[:1]))
        for (name, per_joint), row in zip(_PER_JOINT.items(), setters, strict=True)
    }
    return Effective(Envelope(**made.to_dict()), MappingProxyType(sources))
