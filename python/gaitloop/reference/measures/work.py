"""Work of robot and patient at the joints (section 8.9)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import array
from .._conventions import LEGS
from .tally import measured

LEAST = 0.3
NO_WORK = 1e-9


class JointWork(NamedTuple):
    """Work done on one leg.

    Attributes
    ----------
    robot_work : float
        Positive work of the robot [J].
    robot_braking : float
        Work the robot took out [J], not negative.
    human_work : float
        Positive work of the person [J].
    human_share : float
        Positive work of the person over that of person and robot, while both were known [-], 0 to 1.
    human_covered : float
        Share of the time in which both were known [-].
    """

    robot_work: float
    robot_braking: float
    human_work: float
    human_share: float
    human_covered: float


class WorkTally:
    """Sums of joint power over ticks."""

    def __init__(self) -> None:
        self._seen = self._robot = self._both = 0
        self._push = self._brake = self._person = self._beside = 0.0

    def add(self, dq: list[float | None], robot: list[float | None], human: list[float | None], dt: float) -> None:
        """Take one tick of a leg.

        Parameters
        ----------
        dq : list of float or None, length 3
            Joint velocities [rad/s].
        robot, human : list of float or None, length 3
            Torques of robot and person [N·m].
        dt : float
            Duration of the tick [s].
        """
        powered = known = False
        for rate, tau, own in zip(dq, robot, human, strict=True):
            if rate is None or tau is None:
                continue
            powered, power = True, tau * rate
            self._push += max(power, 0.0) * dt
            self._brake += max(-power, 0.0) * dt
            if own is not None:
                known = True
                self._beside += max(power, 0.0) * dt
                self._person += max(own * rate, 0.0) * dt
        self._seen, self._robot, self._both = self._seen + 1, self._robot + powered, self._both + known

    def result(self) -> JointWork:
        """Read the sums.

        Returns
        -------
        JointWork
            NaN where too little was known.
        """
        sound = self._seen > 0 and 10 * self._robot >= 9 * self._seen
        covered = self._both / self._seen if self._seen else math.nan
        enough, total = covered >= LEAST, self._person + self._beside
        return JointWork(
            self._push if sound else math.nan,
            self._brake if sound else math.nan,
            self._person if enough else math.nan,
            self._person / total if enough and total >= NO_WORK else math.nan,
            covered,
        )


def robot_work(
    time: ArrayLike, dq: ArrayLike, tau_robot: ArrayLike, tau_human: ArrayLike
) -> tuple[JointWork, JointWork]:
    """Work at the joints of both legs over a recording.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times, increasing [s]; a row weighs the time since the row before, 0 for the first and after more than 0.1 s.
    dq : array_like of float, shape (T, 6)
        Joint velocities [rad/s]; NaN where absent.
    tau_robot, tau_human : array_like of float, shape (T, 6)
        Torque of the robot and estimated torque of the person [N·m]; NaN where absent.

    Returns
    -------
    tuple of JointWork
        Left and right leg.
    """
    t = array("time", time, (-1,))
    rows = [array(name, x, (len(t), 6)) for name, x in (("dq", dq), ("tau_robot", tau_robot), ("tau_human", tau_human))]
    dt = ticks(t)
    tallies = (WorkTally(), WorkTally())
    for side, tally in enumerate(tallies):
        add_rows(tally, np.hstack([x[:, LEGS[side]] for x in rows]), dt)
    return tallies[0].result(), tallies[1].result()


def ticks(time: ArrayLike) -> list[float]:
    """Time since the row before; 0 for the first row and after more than 0.1 s.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times, increasing [s].

    Returns
    -------
    list of float, length T
        Durations [s].
    """
    steps = np.diff(np.asarray(time, dtype=np.float64), prepend=math.nan)
    return [dt if 0.0 < dt <= 0.1 else 0.0 for dt in steps.tolist()]


def add_rows(tally: WorkTally, rows: ArrayLike, dt: list[float]) -> None:
    """Tally rows of one leg.

    Parameters
    ----------
    tally : WorkTally
        What to add to.
    rows : array_like of float, shape (N, 9)
        Velocities [rad/s], torques of the robot and of the person [N·m], three joints each.
    dt : list of float, length N
        Durations [s].
    """
    for row, step in zip(np.asarray(rows, dtype=np.float64).tolist(), dt, strict=True):
        values = [measured(x) for x in row]
        tally.add(values[:3], values[3:6], values[6:], step)
