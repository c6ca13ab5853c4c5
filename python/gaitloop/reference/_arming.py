"""Section 10, step 9: the self-test before arming, standstill, and when brakes may open, as parts of a tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ._conventions import Array, JointKind
from .safety import Declaration, Envelope, LegMode, SelfTest, State
from .safety.codes import joint_kinds
from .safety.selftest import IDLE

if TYPE_CHECKING:
    from ._corridor import Group, Sample

#: Status of a drive that does what it is told, the last two on a bus that is late.
_FOLLOWS = (1.0, 2.0, 3.0)


class Arming:
    """The self-test as the corridor steps it.

    Parameters
    ----------
    envelope : Envelope
        The limits.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    device : Declaration
        What the device declares of itself.

    Attributes
    ----------
    now : SelfTestOutput
        What the self-test asks for in this tick.
    told : ndarray of float, shape (3,)
        Result, check and joint of its last step [-].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str], device: Declaration) -> None:
        self._test = SelfTest(envelope, kinds, device)
        self.now, self.told = IDLE, np.zeros(3)
        self._driven = [i for i, kind in enumerate(joint_kinds(kinds)) if kind is JointKind.DRIVEN]
        self._rest_time = 0.0

    def still(self, state: State, leg: LegMode, *, at_rest: bool, stood_time: float, dt: float) -> bool:
        """Tell whether this counts as standstill.

        Parameters
        ----------
        state : State
            State of the supervisor after the last tick.
        leg : LegMode
            Leg mode of the last tick.
        at_rest : bool
            Whether belt and joints stand.
        stood_time : float
            Time on a standing belt at the end of a soft stop [s].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        bool
            Whether the supervisor may take it for standstill.
        """
        lowers = leg is LegMode.LOWER
        self._rest_time = self._rest_time + dt if lowers and at_rest else 0.0
        if state is State.SOFT_STOP:
            return at_rest and stood_time >= 0.5
        return self._rest_time >= 0.5 if lowers else at_rest

    def carried(self, sample: Sample, state: State, *, engagement: float, stood_time: float) -> bool:
        """Tell whether the drives carry the legs, so that brakes may open.

        Parameters
        ----------
        sample : Sample
            What was measured.
        state : State
            State of the supervisor after the last tick.
        engagement : float
            Engagement of this tick [-].
        stood_time : float
            Time on a standing belt at the end of a soft stop [s].

        Returns
        -------
        bool
            Whether they do.
        """
        if state is State.SOFT_STOP:
            return stood_time == 0.0
        status = _measured(sample.drive_status)
        return engagement >= 1.0 and all(status[i] in _FOLLOWS for i in self._driven)

    def step(self, sample: Sample, state: State, q: Array, dq: Array, *, clean: bool) -> None:
        """Step the self-test in a tick that begins in it; any other ends it.

        Parameters
        ----------
        sample : Sample
            What was measured.
        state : State
            State of the supervisor after the last tick.
        q, dq : ndarray of float, shape (6,)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        clean : bool
            The tick had no fault.
        """
        if state is not State.SELFTEST:
            self._test.reset()
            self.now = IDLE
            return
        self.now = self._test.step(
            t=int(sample.t),
            clean=clean,
            q=q,
            q_stamp=sample.q.stamp,
            dq=dq,
            dq_stamp=sample.dq.stamp,
            status=_measured(sample.drive_status),
            status_stamp=sample.drive_status.stamp,
            digest=_measured(sample.drive_digest),
            digest_stamp=sample.drive_digest.stamp,
            watchdog=_measured(sample.drive_watchdog),
            watchdog_stamp=sample.drive_watchdog.stamp,
        )
        joint = -1 if self.now.joint is None else self.now.joint
        self.told = np.array([self.now.result, self.now.check, joint], dtype=np.float64)


def _measured(group: Group) -> Array:
    """Give each value that was measured, NaN elsewhere."""
    return np.where(np.asarray(group.valid, dtype=bool), np.asarray(group.value, dtype=np.float64), np.nan)
