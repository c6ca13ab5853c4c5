"""What is injected, and what must come of it: a row per kind of fault, read from the table of hazards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core import JOINTS
from ..plant import FAULTS, Fault
from ..safety import hazards
from ._judge import COLUMNS

DEGREE = math.pi / 180.0
#: Joints that the device drives: the ankles are only sensed.
DRIVEN = tuple(name for name in JOINTS if not name.startswith("ankle"))
FEET = ("left", "right")
#: Way out of the range of motion that is allowed where a fault does not say [rad].
OVERSHOOT = 10.0 * DEGREE
#: Gain of a drive that is none to be seen (AC4) [-].
GAIN = 0.3
# Severities that count as a reaction of each kind.
REACTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "less": ("degrade", "soft_stop", "protective_stop", "immediate"),
        "soft stop": ("soft_stop", "protective_stop", "immediate"),
        "stop": ("protective_stop", "immediate"),
        "power off": ("immediate",),
        "none": ("none",),
    }
)


class Drawn(NamedTuple):
    """A fault that was drawn.

    Attributes
    ----------
    fault : Fault
        The fault.
    where : str or None
        Joint or side that is struck.
    magnitude : float
        How much [as `FAULTS` says].
    """

    fault: Fault
    where: str | None
    magnitude: float


class Row(NamedTuple):
    """What is injected, and what must come of it.

    Attributes
    ----------
    kind : str
        Name in `gaitloop.plant.FAULTS`.
    parts : tuple of str
        Joints or sides of which one is struck; none for the whole.
    low : float
        Smallest magnitude [as `FAULTS` says].
    high : float
        Largest magnitude [as `FAULTS` says].
    signed : bool
        The magnitude is as often negative.
    reaction : str
        What must come, a name in `REACTIONS`.
    within : float
        Time until it [s].
    causes : tuple of str
        Causes that name the fault.
    watch : float
        Time for which it is watched [s].
    overshoot : float
        Way out of the range of motion that is allowed [rad].
    """

    kind: str
    parts: tuple[str, ...]
    low: float
    high: float
    signed: bool
    reaction: str
    within: float
    causes: tuple[str, ...]
    watch: float = 3.0
    overshoot: float = OVERSHOOT

    def draw(self, rng: np.random.Generator, start: float) -> Drawn:
        """Draw a fault of this row.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where it comes from.
        start : float
            When it begins [s].

        Returns
        -------
        Drawn
            The fault, and what it strikes.
        """
        where = str(rng.choice(self.parts)) if self.parts else None
        size = float(rng.uniform(self.low, self.high))
        while self.kind == "AC4_gain" and abs(size - 1.0) <= GAIN:
            size = float(rng.uniform(self.low, self.high))
        if self.kind in ("SE3_bit_flip", "AC11_drive_fault", "TI5_wrap"):
            size = float(round(size))
        if self.signed and rng.random() < 0.5:
            size = -size
        return Drawn(Fault(self.kind, where, magnitude=size, start=start, seed=int(rng.integers(2**63))), where, size)

    def felt(self, drawn: Drawn, watched: NDArray[np.float64]) -> bool:
        """Whether there was anything to react to: a drive's limit that nothing asks more of does nothing.

        It is felt when more was asked for the 10 ms of AC1 after the 20 ms by which a drive may lag.

        Parameters
        ----------
        drawn : Drawn
            What was injected.
        watched : numpy.ndarray of float, shape (T, N)
            What was seen of the run, in the columns of `_judge.COLUMNS` [as there].

        Returns
        -------
        bool
            True when a reaction is wanted.
        """
        if self.kind != "AC12_limited":
            return True
        asked: NDArray[np.float64] = np.abs(watched[:, COLUMNS["torque"]])[:, JOINTS.index(str(drawn.where))]
        beyond = asked - drawn.magnitude > 0.15 * asked + 2.0
        return bool(np.lib.stride_tricks.sliding_window_view(beyond, 30).all(axis=1).any())


#: Where a fault may strike.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"joints": JOINTS, "driven": DRIVEN, "feet": FEET, "whole": ()})


def _row(fault: Mapping[str, Any]) -> Row:
    low, high = fault.get("size", (0.0, 0.0))
    unit = DEGREE if fault.get("unit") == "deg" else 1.0
    return Row(
        kind=fault["kind"],
        parts=PARTS[fault["at"]],
        low=low * unit,
        high=high * unit,
        signed=fault.get("signed", False),
        reaction=fault["reaction"],
        within=fault["within"],
        causes=fault["causes"],
        watch=fault.get("watch", 3.0),
        overshoot=DEGREE * fault["over"] if "over" in fault else OVERSHOOT,
    )


#: The campaign, in the order of the table of hazards.
ROWS: tuple[Row, ...] = tuple(_row(fault) for hazard in hazards() for fault in hazard.faults)
assert all(row.kind in FAULTS for row in ROWS)
