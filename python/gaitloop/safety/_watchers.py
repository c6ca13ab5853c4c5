"""Watchers over what nobody asked for."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from .. import _core
from .._core import STATES, Fault
from ._envelope import Envelope
from ._inputs import array, code


class Watchers:
    """Watch for what nobody asked for: a spasm, clonus, torque that shakes, a rope that gives way, a loop that is late.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the age of samples and the longest tick.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    period : float
        Time from one tick to the next as the loop is meant to keep it [s], 0.0002 to the envelope's longest tick.

    Raises
    ------
    ConfigError
        If the period is outside its range.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str], *, period: float) -> None:
        self._core = _core.Watchers(envelope.build(), list(kinds), period=period)

    def step(
        self,
        *,
        t: int,
        state: int | str,
        steady: bool,
        stamp: int,
        tau_meas: ArrayLike,
        tau_sent: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        guidance: ArrayLike,
        rope_force: float,
        rope_position: float,
        support_cmd: float,
        execution: float,
        dt: float,
    ) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        steady : bool
            Nothing that changes the torque from one stride to the next is under way.
        stamp : int
            When the torque was measured [ns].
        tau_meas : array_like of float, shape (6,)
            Torque that the device gives the person [N·m], NaN where it is not measured.
        tau_sent : array_like of float, shape (6,)
            Torque of the last command [N·m].
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        phase : array_like of float, shape (2,)
            Gait phase of each side [-].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-].
        rope_force : float
            Force in the rope [N], NaN where absent.
        rope_position : float
            Height of the person at the rope [m], NaN where absent.
        support_cmd : float
            Force that the rope is told to carry [N].
        execution : float
            Time that the last tick took [s], NaN where it is not known.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst of what is wrong.
        """
        return self._core.step(
            t=t,
            state=code("state", state, STATES),
            steady=steady,
            stamp=stamp,
            tau_meas=array("tau_meas", tau_meas, (6,)),
            tau_sent=array("tau_sent", tau_sent, (6,)),
            dq=array("dq", dq, (6,)),
            phase=array("phase", phase, (2,)),
            guidance=array("guidance", guidance, (6,)),
            rope_force=rope_force,
            rope_position=rope_position,
            support_cmd=support_cmd,
            execution=execution,
            dt=dt,
        )
