"""Simulated drives, for one process or for a process of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self

from gaitloop import _core

#: Description of the simulated drive.
EDS = Path(__file__).with_name("simulated_drive.eds")
#: What a winch is set to instead: it brakes, stays, and keeps its power.
_HOLDS = {"quick_stop": 6, "fault_reaction": 2, "abort_connection": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRope:
    """The rope of a simulated winch and who hangs on it.

    Its load cell tells ten digits for each newton and 100 without a force, at 0x6401:01. Object 0x2002 is the stiffness
    of the legs [N/m], so that they can be made to give way.

    Parameters
    ----------
    mass : float
        Mass of the person [kg], 1 to 300.
    stiffness : float
        Stiffness of rope and harness [N/m], 100 to 30000.
    legs : float
        Stiffness of the legs [N/m], 0 to 50000.
    """

    mass: float = 70.0
    stiffness: float = 8000.0
    legs: float = 30_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDrive:
    """One simulated drive and the limb that it moves.

    Parameters
    ----------
    node : int
        Its number [-], 1 to 126.
    serial : int
        Its serial number [-].
    counts : float
        Counts for each rad of the joint [counts/rad], 1 to 1e8.
    rated_torque : float
        Torque at the joint at its rated torque [N·m], 0.1 to 2000.
    inertia : float
        Inertia of the limb [kg·m²], 1e-4 to 100.
    friction : float
        Friction [N·m·s/rad], 0 to 1000.
    gravity : float
        Torque of the limb's weight when it is horizontal [N·m], 0 to 1000.
    position : float
        Angle at the start [rad], or place of the rope [m], -3 to 3.
    coulomb : float
        Friction that does not depend on speed [N·m], 0 to 1000.
    rope : SimulatedRope, optional
        The rope that it winds, where it is a winch: it has a brake then, its torque is a force and its inertia a mass.
    """

    node: int
    serial: int = 1
    counts: float = 100_000.0
    rated_torque: float = 20.0
    inertia: float = 0.2
    friction: float = 1.0
    gravity: float = 3.0
    position: float = 0.1
    coulomb: float = 0.0
    rope: SimulatedRope | None = None

    def settings(self, **changes: int) -> dict[str, int]:
        """Tell the values of `SETTINGS` that suit it, as an example.

        Parameters
        ----------
        **changes : int
            Values to be others.

        Returns
        -------
        dict of str to int
            In the units of the drive [-].
        """
        counts = self.counts
        return {
            "vendor": 0, "product": 402, "serial": self.serial,
            "abort_connection": 3, "quick_stop": 2, "fault_reaction": 2, "quick_stop_deceleration": int(60 * counts),
            "following_window": int(0.2 * counts), "following_time": 50,
            "max_torque": 1500, "max_current": 1500, "rated_current": 8000,
            "rated_torque": round(10 * self.rated_torque),
            "position_min": int(-2.5 * counts), "position_max": int(2.5 * counts), "polarity": 0,
            "max_velocity": int(6 * counts), "max_motor_speed": 4000,
            "encoder_increments": 6283, "encoder_turns": 1, "gear_motor": 100, "gear_shaft": 1,
        } | ({} if self.rope is None else _HOLDS) | changes  # fmt: skip


class SimulatedDrives(_core.SimulatedDrives):
    """Simulated servo drives of one bus: dictionary, process data, heartbeat both ways, emergencies, CiA 402.

    `python -m gaitloop.devices.drives.simulator` serves them in a process of their own. In one process, `receive` and
    `advance` join them with any bus: both take a time [ns] and give what the drives send.

    Parameters
    ----------
    drives : sequence of SimulatedDrive
        The drives, one to eight.
    presses : sequence of (str, float, float)
        What the operator does, as for `gaitloop.Simulation`: button, time pressed [s], time let go [s]. The buttons are
        wired to the inputs of every drive, from bit 16 on.

    Raises
    ------
    ConfigError
        If a part is outside its range, or a button unknown.
    """

    def __new__(cls, drives: Sequence[SimulatedDrive], presses: Sequence[tuple[str, float, float]] = ()) -> Self:
        """Check the parts; no drive has booted yet."""
        return super().__new__(cls, [astuple(drive) for drive in drives], list(presses))
