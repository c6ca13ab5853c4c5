"""What is injected, and what must come of it: a row per kind of fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core import JOINTS
from ..plant import FAULTS, Fault
from ._judge import COLUMNS

DEGREE = math.pi / 180.0
#: Joints that the device drives: the ankles are only sensed.
DRIVEN = tuple(name for name in JOINTS if not name.startswith("ankle"))
FEET = ("left", "right")
#: Way out of the range of motion that is allowed, of sensors and control, and of drives [rad].
SENSOR, DRIVE = 10.0 * DEGREE, 10.0 * DEGREE
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
    overshoot: float = SENSOR

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
            What was seen of the run, in the columns of `_judge.COLUMNS`.

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


# Causes by what a fault can be taken for, since one thing may be seen in several ways.
_SEEN = ("joint_invalid",)
_MOVES = (
    *("following_error", "overspeed", "range_exceeded", "sample_stale"),
    *("encoder_jump", "encoder_stuck", "encoder_drift", "encoder_noise", "encoder_mismatch"),
)
_DRIVE = ("following_error", "overspeed", "range_exceeded", "drive_fault", "torque_residual", "torque_gain")
_BELT = ("belt_mismatch",)
_GAIT = ("events_lost", "foot_drag")
_SHAKES = ("oscillation", "clonus", "spasm")
# An angle that moves on by more than its velocity says is also what time at a wrong rate looks like.
_RATE = ("rate", "time_jump", "sample_stale", "encoder_jump", "encoder_drift", "encoder_noise")
_TIME = ("time_backwards", "time_jump", "sample_stale")

#: The campaign, in the order of the hazard table.
ROWS: tuple[Row, ...] = (
    Row("SE1_nan", JOINTS, 0, 0, False, "stop", 0.002, _SEEN),
    Row("SE1_infinite", JOINTS, 0, 0, False, "stop", 0.002, _SEEN),
    Row("SE1_invalid", JOINTS, 0, 0, False, "stop", 0.002, _SEEN),
    Row("SE2_frozen", JOINTS, 0, 0, False, "stop", 1.5, _MOVES),
    Row("SE3_jump", JOINTS, 5 * DEGREE, 60 * DEGREE, True, "stop", 0.01, _MOVES),
    Row("SE3_bit_flip", JOINTS, 10, 15, False, "stop", 0.5, _MOVES),
    Row("SE4_drift", JOINTS, 2 * DEGREE, 40 * DEGREE, True, "stop", 3.0, _MOVES),
    Row("SE5_sign_flip", JOINTS, 0, 0, False, "stop", 1.5, _MOVES),
    Row("SE5_swapped", (), 0, 0, False, "stop", 1.5, _MOVES),
    Row("SE6_scale", JOINTS, 2.0, 57.3, False, "stop", 1.5, _MOVES),
    Row("SE7_noise", JOINTS, 0.5 * DEGREE, 8 * DEGREE, False, "less", 0.5, _MOVES),
    # SE8 stops at ten in a row, and holds before: within a second these come where seven of ten messages are repeated.
    Row("SE8_duplicate", (), 0.7, 1.0, False, "stop", 1.0, _TIME),
    Row("SE9_saturated", FEET, 1000, 2000, False, "less", 5.0, _GAIT, 6.0),
    Row("SE9_offset", FEET, 50, 500, False, "less", 5.0, _GAIT, 6.0),
    Row("SE9_lost", FEET, 0, 0, False, "less", 5.0, _GAIT, 6.0),
    Row("SE10_stuck_low", FEET, 0, 0, False, "soft stop", 5.0, _GAIT, 6.0),
    Row("SE10_stuck_high", FEET, 300, 1500, False, "soft stop", 5.0, _GAIT, 6.0),
    Row("SE10_chatter", FEET, 2, 100, False, "soft stop", 5.0, _GAIT, 6.0),
    # The first stance to be missed may be the third one.
    Row("SE10_missed", FEET, 0.5, 1.0, False, "soft stop", 6.0, _GAIT, 6.0),
    Row("SE10_double", FEET, 0.02, 0.2, False, "soft stop", 5.0, _GAIT, 6.0),
    Row("SE12_zero_frames", JOINTS, 0, 0, False, "stop", 1.5, _MOVES),
    Row("AC1_inverted", DRIVEN, 0, 0, False, "power off", 1.0, _DRIVE, 3.0, DRIVE),
    Row("AC2_hard_over", DRIVEN, 0.5, 1.0, True, "power off", 1.0, _DRIVE, 3.0, DRIVE),
    Row("AC3_dead", DRIVEN, 0, 1, False, "stop", 1.5, _DRIVE, 3.0, DRIVE),
    Row("AC4_gain", DRIVEN, 0.5, 2.0, False, "less", 3.0, _DRIVE, 3.0, DRIVE),
    Row("AC5_overspeed", DRIVEN, 5, 50, False, "stop", 1.5, _DRIVE, 3.0, DRIVE),
    Row("AC6_over_torque", DRIVEN, 30, 150, True, "stop", 1.5, _DRIVE, 3.0, DRIVE),
    Row("AC8_chatter", DRIVEN, 6, 40, False, "less", 1.0, (*_SHAKES, *_DRIVE), 3.0, DRIVE),
    Row("AC9_belt_runaway", (), 1.0, 2.0, False, "stop", 0.5, _BELT),
    Row("AC9_belt_slip", (), 0.1, 0.6, False, "stop", 3.0, _BELT),
    Row("AC10_belt_stop", (), 0, 0, False, "stop", 0.5, _BELT),
    Row("AC11_drive_fault", DRIVEN, 1, 65535, False, "stop", 0.002, ("drive_fault",), 3.0, DRIVE),
    Row("AC12_limited", DRIVEN, 0, 30, False, "stop", 3.0, _DRIVE, 3.0, DRIVE),
    Row("CO1_feedback_lost", DRIVEN, 0, 0, False, "stop", 0.02, _TIME),
    Row("CO2_command_lost", (), 0, 0, False, "stop", 1.5, (*_DRIVE, *_BELT)),
    Row("TI1_overrun", (), 0.001, 0.1, False, "soft stop", 0.2, ("overrun",)),
    Row("TI3_backwards", (), 0.001, 10, False, "stop", 0.002, _TIME),
    Row("TI3_repeats", (), 0, 0, False, "stop", 0.003, _TIME),
    Row("TI4_jump", (), 0.025, 10, False, "stop", 0.002, _TIME),
    Row("TI5_wrap", (), 16, 32, False, "none", 3.0, ()),
    Row("TI7_rate", (), 1.15, 10, False, "stop", 0.5, _RATE),
    Row("PA1_spasm", DRIVEN, 10, 70, True, "stop", 0.5, _SHAKES),
    Row("PA1_clonus", JOINTS, 10, 40, False, "stop", 2.0, _SHAKES),
    Row("PA4_slack", (), 0, 0.25, False, "stop", 0.5, ("support_slack", "posture_lost")),
)
assert all(row.kind in FAULTS for row in ROWS)
