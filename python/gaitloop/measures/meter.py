"""Strides of one side while they happen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import StrideMeasures
from .._inputs import Array, to_array, to_event, to_flag, to_nanoseconds, to_number, to_side
from ..errors import ConfigError


class StrideMeter:
    """Measures the strides of one side while they happen.

    Parameters
    ----------
    side : int
        Side to measure [-], 0 left, 1 right.
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    details : bool
        Whether closed strides have `details`: ranges, clearance, load, work.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> import numpy as np
    >>> meter = StrideMeter(0, 75.0, 1.75)
    >>> tick = dict(in_contact=(True, False), q=np.zeros(6), q_ref=np.zeros(6), phase=0.0, dt=0.01)
    >>> for i in range(101):
    ...     event = (0, i * 10_000_000) if i in (0, 100) else None
    ...     stride = meter.step(event=event, **tick)
    >>> stride.stride_time, stride.double_support, stride.force_peak
    (1.0, 0.0, None)
    """

    __slots__ = ("_core",)

    def __init__(self, side: int, mass: float, height: float, *, details: bool = False) -> None:
        mass, height = to_number("mass", mass), to_number("height", height)
        self._core = _core.StrideMeter(to_side(side), mass, height, details=to_flag("details", details))

    def step(
        self,
        *,
        event: tuple[int, int] | None = None,
        in_contact: tuple[bool, bool],
        other_contact: int | None = None,
        q: ArrayLike,
        q_ref: ArrayLike,
        phase: float,
        force: float = math.nan,
        belt_speed: float = math.nan,
        dt: float,
        dq: ArrayLike | None = None,
        tau_robot: ArrayLike | None = None,
        tau_human: ArrayLike | None = None,
    ) -> StrideMeasures | None:
        """Take one tick.

        Parameters
        ----------
        event : tuple of int or None
            Kind (0 initial contact, 1 toe-off) [-] and time [ns] of the event of this side reported in this tick.
        in_contact : tuple of bool
            Whether left and right foot are on the ground.
        other_contact : int or None
            Time of the other side's last initial contact [ns].
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference of the angles [rad].
        phase : float
            Phase of this side [-].
        force : float
            Vertical force under this foot [N]; NaN when absent.
        belt_speed : float
            Speed of the belt [m/s]; NaN when absent.
        dt : float
            Time since the last tick [s], up to 0.1; anything outside counts as 0.
        dq : array_like of float, shape (6,), optional
            Joint velocities [rad/s]; NaN where absent. Used for the work in the details only, as the next two.
        tau_robot : array_like of float, shape (6,), optional
            Torques of the robot [N·m]; NaN where absent.
        tau_human : array_like of float, shape (6,), optional
            Torques of the person [N·m]; NaN where absent.

        Returns
        -------
        StrideMeasures or None
            The stride that an initial contact of this tick closes.

        Raises
        ------
        ConfigError
            If an array has another shape, the event is of no kind or a time is no whole number of 64 bits.
        """
        torques = None
        if dq is not None or tau_robot is not None or tau_human is not None:
            torques = _joints("dq", dq), _joints("tau_robot", tau_robot), _joints("tau_human", tau_human)
        return self._core.step(
            event=to_event(event),
            in_contact=_both("in_contact", in_contact),
            other_contact=None if other_contact is None else to_nanoseconds("other_contact", other_contact),
            q=to_array("q", q, 1),
            q_ref=to_array("q_ref", q_ref, 1),
            phase=to_number("phase", phase),
            force=to_number("force", force),
            belt_speed=to_number("belt_speed", belt_speed),
            dt=to_number("dt", dt),
            torques=torques,
        )


def _joints(name: str, values: ArrayLike | None) -> Array | None:
    return None if values is None else to_array(name, values, 1)


def _both(name: str, flags: object) -> tuple[bool, bool]:
    if not isinstance(flags, tuple | list | np.ndarray) or len(flags) != 2:
        raise ConfigError(f"{name} must be a pair (left, right), got {flags!r:.80}")
    return to_flag(name, flags[0]), to_flag(name, flags[1])
