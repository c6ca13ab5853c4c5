"""What can be made to go wrong with a device."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple, Self

from .. import _core
from .._core import JOINTS, SIDES
from .._inputs import to_number
from ..errors import ConfigError
from ._inputs import to_choice, to_seed

_SEGMENTS = tuple(f"{segment}_{side[0]}" for side in SIDES for segment in ("thigh", "shank", "foot"))
_LENGTHS = {name: length for name, _, length, *_ in _core.SAMPLE_FIELDS if name != "buttons"}


class FaultInfo(NamedTuple):
    """A kind of fault: a line of the table `FAULTS`.

    Attributes
    ----------
    row : str
        Row of the hazard table (SE sensor, AC actuator, CO communication, TI timing, PA patient).
    group : str or None
        Group of a sample that is struck unless another is named; None where it is no group.
    has_parts : bool
        Whether a joint, segment or side can be named.
    unit : str
        What the magnitude means, and its unit; `-` where it must be 0.
    smallest : float
        Smallest magnitude [as `unit` says].
    largest : float
        Largest magnitude [as `unit` says].
    effect : str
        What the fault does.
    """

    row: str
    group: str | None
    has_parts: bool
    unit: str
    smallest: float
    largest: float
    effect: str


FAULTS = MappingProxyType({line[0]: FaultInfo(*line[1:]) for line in _core.FAULT_KINDS})
"""The kinds of faults by name, in the order of the hazard table."""


class Fault(_core.PlantFault):
    """Something that goes wrong on purpose: a sensor, a drive, the belt, a message, a clock, a muscle, the rope.

    Faults of sensors act on what the trainer is told; nothing else of the plant changes. Faults of drives and belt act
    on what it asks for, as long as there is power; a muscle pulls, whatever the device does. A fault begins at the
    first tick at or after its start and ends before the first tick at or after its end; outside it changes no bit. The
    same fault with the same seed does the same. Several faults act in the order given.

    Parameters
    ----------
    kind : str
        A name in `FAULTS`, say `SE2_frozen`; it begins with the row of the hazard table.
    where : str, optional
        Joint (`hip_l` ...), segment for `imu_rate` (`thigh_l` ...) or side for `foot_force` (`left`, `right`); by
        default all of them.
    magnitude : float
        How much [as `FAULTS[kind].unit` says], in the range given there.
    start : float
        When it begins [s], 0 to 1e6.
    duration : float, optional
        How long it lasts [s], 0 to 1e6; by default it does not end.
    group : str, optional
        Group of a sample to strike in place of the kind's own; for clocks the group whose stamps go wrong, by default
        the time of the tick and all stamps.
    seed : int
        Where its random numbers come from [-], 0 to 2**64 - 1.

    Raises
    ------
    ConfigError
        If a name is unknown or a value is outside its range; the message begins with the name of the argument.

    Examples
    --------
    >>> drift = Fault("SE4_drift", "knee_l", magnitude=0.2, start=20.0, duration=1.5)
    >>> FAULTS["SE4_drift"].unit
    'rate [unit of the group/s]'
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Return the same: it never changes."""
        return self

    def __new__(
        cls,
        kind: str,
        where: str | None = None,
        *,
        magnitude: float = 0.0,
        start: float,
        duration: float | None = None,
        group: str | None = None,
        seed: int = 0,
    ) -> Fault:
        """Check the values and make the fault."""
        to_choice("kind", kind, dict.fromkeys(FAULTS, 0))
        if group is not None:
            to_choice("group", group, _LENGTHS)
        return super().__new__(
            cls,
            kind=kind,
            group=group,
            index=None if where is None else _part(kind, group, where),
            magnitude=to_number("magnitude", magnitude),
            start=to_number("start", start),
            duration=None if duration is None else to_number("duration", duration),
            seed=to_seed(seed),
        )


def _part(kind: str, group: str | None, where: str) -> int:
    info = FAULTS[kind]
    struck = group or info.group
    length = len(JOINTS) if struck is None else _LENGTHS[struck]
    if length == 1 or not info.has_parts:
        raise ConfigError(f"where must be None, for {kind} strikes a whole, got {where!r:.80}")
    names = _SEGMENTS if struck == "imu_rate" else {len(JOINTS): JOINTS, len(SIDES): SIDES}[length]
    return to_choice("where", where, {name: i for i, name in enumerate(names)})
