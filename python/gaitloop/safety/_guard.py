"""The guard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._core import LEG_MODES, Fault, SafeTorque
from ._envelope import Envelope
from ._inputs import array, code, integers


class Guard:
    """Lets only torque through that is finite, in range, of bounded slope, and brakes at the range of motion.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Guard(envelope.build(), list(kinds))

    def check(self, t_ns: int, q: ArrayLike, dq: ArrayLike, tau_cmd: ArrayLike) -> Fault:
        """Judge what was measured and asked for in a tick.

        Parameters
        ----------
        t_ns : int
            Time of the tick [ns].
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s], NaN where absent.
        tau_cmd : array_like of float, shape (6,)
            Requested torques [N·m].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst fault.
        """
        return self._core.check(t_ns, array("q", q, (6,)), array("dq", dq, (6,)), array("tau_cmd", tau_cmd, (6,)))

    def distrust(self, joints: Sequence[bool]) -> None:
        """Take the angles of some joints for absent in what is let through of the last check.

        Parameters
        ----------
        joints : sequence of bool, shape (6,)
            Whose angle is not to be believed [-].
        """
        self._core.distrust(list(joints))

    def yields(self, yields: bool) -> None:
        """Say whether a protective stop damps with `yield_damping` from now on.

        Parameters
        ----------
        yields : bool
            True in a protective stop for a spasm or clonus: the legs give way to the person's muscles, up to the
            walls.
        """
        self._core.yields(yields)

    def limit(self, mode: int | str) -> SafeTorque:
        """Let torque of the last check through.

        Parameters
        ----------
        mode : int or str
            What the legs do, one of `LEG_MODES` or its position there [-].

        Returns
        -------
        SafeTorque
            Torques [N·m], and which limits acted, a bit each in the order of `LIMITS`.
        """
        return self._core.limit(code("mode", mode, LEG_MODES))

    def run(
        self, t_ns: ArrayLike, q: ArrayLike, dq: ArrayLike, tau_cmd: ArrayLike, modes: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Check and limit every tick of a recording.

        Parameters
        ----------
        t_ns : array_like of int, shape (T,)
            Times [ns].
        q : array_like of float, shape (T, 6)
            Joint angles [rad], NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s], NaN where absent.
        tau_cmd : array_like of float, shape (T, 6)
            Requested torques [N·m].
        modes : array_like of int, shape (T,)
            What the legs do, positions in `LEG_MODES` [-].

        Returns
        -------
        torque : ndarray of float, shape (T, 6)
            Torques [N·m]; plain numbers, which no motor takes.
        limits : ndarray of int, shape (T,)
            Which limits acted, a bit each in the order of `LIMITS` [-].
        severity : ndarray of int, shape (T,)
            Severity of the worst fault, a position in `SEVERITIES` [-].
        cause : ndarray of int, shape (T,)
            Its cause, a position in `CAUSES` [-].
        """
        given = (("q", q), ("dq", dq), ("tau_cmd", tau_cmd))
        angles, speeds, torques = (array(name, x, (None, 6)) for name, x in given)
        return self._core.run(integers("t_ns", t_ns), angles, speeds, torques, integers("modes", modes))
