"""What watches over a training: monitors, encoders and drives."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from .. import _core
from .._core import STATES, Fault
from ._envelope import Envelope
from ._inputs import array, code


class Monitors:
    """Watch for what goes wrong slowly: stale samples, a belt or joint that does not follow, lost events, a fall.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the age of samples.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Monitors(envelope.build(), list(kinds))

    def step(
        self,
        *,
        t: int,
        state: int | str,
        settled: bool,
        q_stamp: int,
        dq_stamp: int,
        belt_meas: float,
        belt_cmd: float,
        phase_lost: Sequence[bool],
        rope_position: float,
        stance_share: ArrayLike,
        q: ArrayLike,
        q_ref: ArrayLike,
        guidance: ArrayLike,
        dt: float,
    ) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        settled : bool
            Training has settled: events, height, drag and tracking are judged.
        q_stamp : int
            When the joint angles were measured [ns].
        dq_stamp : int
            When the joint velocities were measured [ns].
        belt_meas : float
            Measured belt speed [m/s], NaN where absent.
        belt_cmd : float
            Commanded belt speed [m/s].
        phase_lost : sequence of bool, shape (2,)
            The phase of a side is lost.
        rope_position : float
            Height of the person at the rope [m], NaN where absent.
        stance_share : array_like of float, shape (2,)
            Stance share of a stride that closed in this tick [-], NaN where there is none.
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        q_ref : array_like of float, shape (6,)
            Reference angles [rad].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst of what is wrong.
        """
        lost_left, lost_right = phase_lost
        return self._core.step(
            t=t,
            state=code("state", state, STATES),
            settled=settled,
            q_stamp=q_stamp,
            dq_stamp=dq_stamp,
            belt_meas=belt_meas,
            belt_cmd=belt_cmd,
            phase_lost=(bool(lost_left), bool(lost_right)),
            rope_position=rope_position,
            stance_share=array("stance_share", stance_share, (2,)),
            q=array("q", q, (6,)),
            q_ref=array("q_ref", q_ref, (6,)),
            guidance=array("guidance", guidance, (6,)),
            dt=dt,
        )


class Encoders:
    """Watch for angles that cannot be true: against their own past, the measured velocity, and a second sensor.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the age of samples.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Encoders(envelope.build(), list(kinds))

    @property
    def doubted(self) -> tuple[bool, ...]:
        """Whose angle is not to be believed: since a finding that stops, until there is no power any more [-]."""
        return tuple(self._core.doubted)

    def step(
        self,
        *,
        state: int | str,
        q_stamp: int,
        dq_stamp: int,
        second_stamp: int,
        q: ArrayLike,
        dq: ArrayLike,
        q_second: ArrayLike,
        dq_ref: ArrayLike,
        guidance: ArrayLike,
    ) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        q_stamp : int
            When the joint angles were measured [ns].
        dq_stamp : int
            When the joint velocities were measured [ns].
        second_stamp : int
            When the angles of the second sensors were measured [ns].
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        q_second : array_like of float, shape (6,)
            Joint angles of the second sensors [rad], NaN where there is none.
        dq_ref : array_like of float, shape (6,)
            Reference velocities [rad/s].
        guidance : array_like of float, shape (6,)
            Guidance per joint [-].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst of what is wrong.
        """
        return self._core.step(
            state=code("state", state, STATES),
            q_stamp=q_stamp,
            dq_stamp=dq_stamp,
            second_stamp=second_stamp,
            q=array("q", q, (6,)),
            dq=array("dq", dq, (6,)),
            q_second=array("q_second", q_second, (6,)),
            dq_ref=array("dq_ref", dq_ref, (6,)),
            guidance=array("guidance", guidance, (6,)),
        )


class Drives:
    """Watch for drives that give another torque than they were told, where a sensor of its own measures it.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the age of samples.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Drives(envelope.build(), list(kinds))

    def step(
        self, *, t: int, state: int | str, stamp: int, tau_meas: ArrayLike, tau_sent: ArrayLike, dt: float
    ) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        stamp : int
            When the torque was measured [ns].
        tau_meas : array_like of float, shape (6,)
            Torque that the device gives the person [N·m], NaN where it is not measured.
        tau_sent : array_like of float, shape (6,)
            Torque of the last command [N·m].
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
            stamp=stamp,
            tau_meas=array("tau_meas", tau_meas, (6,)),
            tau_sent=array("tau_sent", tau_sent, (6,)),
            dt=dt,
        )
