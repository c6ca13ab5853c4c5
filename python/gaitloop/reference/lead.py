"""Section 10.0: controllers that lead a tick in place of the trainer's own law."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ._checks import in_range
from ._conventions import Array, clamp, smooth_step
from .control import FootPlate, Impedance
from .trajectory import GaitPattern, MinimumJerk

#: Share of the load on the front foot from which the other one steps [-], and for how long [s].
_SHIFTED, _HOLD = 0.65, 0.1
#: Pitch of the trunk from which it steps too [rad], and load below which nobody stands [N].
_LEAN, _STANDS = -0.2, 100.0
#: Time in which plates are taken onto their path, and then take up their pace [s].
_RAMP = 4.0
#: Force of the axes of a plate for each unit of torque [N], [N], [N·m].
_UNIT = np.array([10.0, 10.0, 1.0])


class Now(NamedTuple):
    """What a controller is told in a tick.

    Attributes
    ----------
    q, dq : ndarray of float, shape (6,)
        Angles [rad] and velocities [rad/s], NaN where absent.
    foot_force : ndarray of float, shape (2,)
        Vertical force under each foot [N], NaN where absent.
    engagement : float
        Engagement of the soft start [-]; 0 while nothing may move.
    dt : float
        Length of the tick [s].
    """

    q: Array
    dq: Array
    foot_force: Array
    engagement: float
    dt: float


class Ask(NamedTuple):
    """What a controller asks for.

    Attributes
    ----------
    torque : ndarray of float, shape (6,)
        Joint torques [N·m]; nothing comes of them where no drive is.
    q_ref, dq_ref : ndarray of float, shape (6,)
        Where the joints should be [rad], and how fast they should move [rad/s].
    guidance : ndarray of float, shape (6,)
        How firmly each joint is held to that [-], 0 to 1.
    """

    torque: Array
    q_ref: Array
    dq_ref: Array
    guidance: Array


class Steps:
    """Half a cycle of a pattern each time the weight has shifted onto the front foot.

    Parameters
    ----------
    pattern : GaitPattern
        What the legs go through.
    stiffness, damping : array_like of float, shape (6,)
        Stiffness [N·m/rad], 0 to 2000, and damping [N·m·s/rad], 0 to 200; a joint without stiffness is not held.
    swing : float
        Duration of a step [s], 0.3 to 5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.
    """

    def __init__(self, pattern: GaitPattern, stiffness: ArrayLike, damping: ArrayLike, swing: float) -> None:
        self._swing = in_range("swing", swing, 0.3, 5.0)
        self._impedance = Impedance(stiffness, damping)
        self._pattern = pattern
        self._held = np.asarray(stiffness, dtype=np.float64) > 0.0
        self._front = 0
        self._shifted = 0.0
        self._movement: MinimumJerk | None = None
        self._time = 0.0
        self.phase = 0.0

    def ask(self, now: Now, pitch: float = 0.0) -> Ask:
        """Ask for the torque of one tick.

        Parameters
        ----------
        now : Now
            What is known.
        pitch : float
            Pitch of the trunk [rad].

        Returns
        -------
        Ask
            What is asked for.
        """
        rate = self._advance(now, pitch)
        reference = self._pattern.evaluate(self.phase, rate)
        guidance = np.where(self._held, now.engagement, 0.0)
        torque = self._impedance.step(now.q, now.dq, reference.q, reference.dq, guidance)
        return Ask(torque, reference.q, reference.dq, guidance)

    def _advance(self, now: Now, pitch: float) -> float:
        """Move the phase on and give its rate [1/s]."""
        if self._movement is None and self._goes(now, pitch):
            self._movement = MinimumJerk(0.5 * self._front, 0.5 * self._front + 0.5, self._swing)
            self._time = 0.0
        if self._movement is None:
            return 0.0
        self._time += now.dt
        phase, rate, _ = (float(x) for x in self._movement.evaluate(self._time))
        self.phase = phase if phase < 1.0 else phase - 1.0
        if self._time >= self._swing:
            self._movement, self._front = None, 1 - self._front
        return rate

    def _goes(self, now: Now, pitch: float) -> bool:
        load = [0.0 if math.isnan(force) else force for force in now.foot_force.tolist()]
        total = load[0] + load[1]
        shifted = load[self._front] > _SHIFTED * max(total, 1.0) or pitch < _LEAN
        stands = now.engagement >= 1.0 and total > _STANDS
        self._shifted = self._shifted + now.dt if shifted and stands else 0.0
        if self._shifted <= _HOLD:
            return False
        self._shifted = 0.0
        return True


class PlatePath:
    """Foot plates led around their paths at one pace.

    Parameters
    ----------
    law : FootPlate
        Springs and dampers to the paths.
    cycle : float
        Duration of a cycle [s], 0.5 to 20.

    Raises
    ------
    ConfigError
        If the duration lies outside its range.
    """

    def __init__(self, law: FootPlate, cycle: float) -> None:
        self._rate = 1.0 / in_range("cycle", cycle, 0.5, 20.0)
        self._law = law
        self._led = 0.0
        self.phase = 0.0
        self._away = np.zeros(6)

    def ask(self, now: Now, pitch: float = 0.0) -> Ask:
        """Ask for the torque of one tick.

        Parameters
        ----------
        now : Now
            What is known; places and speeds of the plates in place of joints.
        pitch : float
            Pitch of the trunk [rad], not used.

        Returns
        -------
        Ask
            What is asked for, forces in units of 10 N, 10 N and 1 N·m.
        """
        self._led = self._led + now.dt if now.engagement >= 1.0 else 0.0
        rate = self._rate * clamp((self._led - _RAMP) / _RAMP, 0.0, 1.0)
        self.phase = (self.phase + rate * now.dt) % 1.0
        phases = (self.phase, (self.phase + 0.5) % 1.0)
        places = [self._law.reference(side, phases[side], rate) for side in (0, 1)]
        q_ref, dq_ref = (np.concatenate([place[k] for place in places]) for k in (0, 1))
        if self._led <= 0.0:
            self._away = np.where(np.isnan(now.q), 0.0, q_ref - now.q)
        left = self._away * (1.0 - smooth_step(self._led / _RAMP))
        pose, moves = (now.q + left).reshape(2, 3), now.dq.reshape(2, 3)
        out = self._law.step(pose, moves, phases, (rate, rate), (now.engagement, now.engagement))
        return Ask((out.force / _UNIT).ravel(), q_ref - left, dq_ref, np.full(6, now.engagement))
