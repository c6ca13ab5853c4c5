"""Section 10: what turns state and reference into a torque request, and how one such set takes over from another."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ..errors import ConfigError
from . import control
from ._checks import in_range
from ._conventions import LEGS, Array, wrap
from .phase import PhaseState
from .trajectory import GaitPattern, Reference

FASTEST_STRIDES = 5.0  # strides in a second
_CLEARANCE = control.SUBTASKS.index("foot_clearance")

Law = TypeVar("Law", control.PathControl, control.FootLift, control.Resistance, control.Fader)


def fresh(kind: type[Law], law: Law | Mapping[str, Any]) -> Law:
    """Make a law that begins afresh.

    Parameters
    ----------
    kind : type
        Class of the law.
    law : object or mapping
        A law, of which a copy is made, or its parameters.

    Returns
    -------
    object
        The law.
    """
    made = kind(**law) if isinstance(law, Mapping) else copy.deepcopy(law)
    made.reset()
    return made


class Tick(NamedTuple):
    """What every set is given in one tick.

    Attributes
    ----------
    q, dq : ndarray of float, shape (6,)
        Measured angles [rad] and velocities [rad/s], NaN where absent.
    phase : PhaseState
        Phases of both sides.
    foot_force : ndarray of float, shape (2,)
        Force under each foot [N], NaN where absent.
    support : ndarray of float, shape (2, 7)
        Supports in use [-].
    engagement : float
        Engagement [-], 0 to 1.
    guidance : ndarray of float, shape (6,)
        Guidance of each joint [-].
    gravity : ndarray of float, shape (6,)
        Torque that carries the weight of the legs [N·m].
    driven : ndarray of bool, shape (6,)
        Which joints are driven.
    dt : float
        Time since the tick before [s].
    """

    q: Array
    dq: Array
    phase: PhaseState
    foot_force: Array
    support: Array
    engagement: float
    guidance: Array
    gravity: Array
    driven: np.ndarray
    dt: float


class ControlSet:
    """A reference and the laws that guide along it.

    Parameters
    ----------
    pattern : GaitPattern
        The reference, with the speed it belongs to, 0.05 to 3 m/s.
    stiffness, damping : array_like of float, shape (6,)
        Stiffness [N·m/rad], 0 to 2000, and damping [N·m·s/rad], 0 to 200, at full guidance.
    leg_weight : float
        Share of the leg's weight that is carried in swing at full support [-], 0 to 1.
    path : PathControl or mapping, optional
        Path control in place of the impedance, or its parameters; begins afresh.
    foot_lift : FootLift or mapping, optional
        A lift for a foot that drags, or its parameters; begins afresh.
    resistance : Resistance or mapping, optional
        A load against the movement, or its parameters; begins afresh.

    Attributes
    ----------
    pattern : GaitPattern
        As given.
    speed : float
        Speed of the pattern [m/s].

    Raises
    ------
    ConfigError
        If a value lies outside its range or the pattern has no speed.
    """

    def __init__(
        self,
        *,
        pattern: GaitPattern,
        stiffness: ArrayLike,
        damping: ArrayLike,
        leg_weight: float = 0.5,
        path: control.PathControl | Mapping[str, Any] | None = None,
        foot_lift: control.FootLift | Mapping[str, Any] | None = None,
        resistance: control.Resistance | Mapping[str, Any] | None = None,
    ) -> None:
        self._leg_weight = in_range("leg_weight", leg_weight, 0.0, 1.0)
        if pattern.speed is None:
            raise ConfigError("pattern must have a speed, got none")
        self.pattern, self.speed = pattern, in_range("pattern.speed", pattern.speed, 0.05, 3.0)
        self._impedance = control.Impedance(stiffness, damping)
        self._path = None if path is None else fresh(control.PathControl, path)
        self._lift = None if foot_lift is None else fresh(control.FootLift, foot_lift)
        self._resistance = None if resistance is None else fresh(control.Resistance, resistance)

    def nominal_rate(self, belt: float) -> float:
        """Rate of strides at a speed of the belt.

        Parameters
        ----------
        belt : float
            Speed of the belt [m/s].

        Returns
        -------
        float
            Strides in a second [1/s].
        """
        return min(FASTEST_STRIDES, self.pattern.stride_rate * max(0.0, belt) / self.speed)

    def nearest_phases(self, q: list[float | None]) -> tuple[float, float]:
        """Phases whose hips and knees are nearest to the measured ones; the earliest of those that fit alike.

        Parameters
        ----------
        q : list of float or None
            Measured angles [rad].

        Returns
        -------
        tuple of float
            Phases of both sides [-].
        """
        best, lowest = 0.0, math.inf
        for phase in np.arange(64) / 64:
            q_ref = self.pattern.evaluate(float(phase), 0.0).q
            cost = sum((x - float(q_ref[i])) ** 2 for i in (0, 1, 3, 4) if (x := q[i]) is not None)
            if cost < lowest - 1e-9:
                best, lowest = float(phase), cost
        return best, wrap(best + self.pattern.offset)

    def request(self, tick: Tick, reference: Reference) -> tuple[Array, float]:
        """Torque and potential energy of one tick.

        Parameters
        ----------
        tick : Tick
            What was measured, and how much help is given.
        reference : Reference
            This set's own reference.

        Returns
        -------
        tau : ndarray of float, shape (6,)
            Torque asked for [N·m]; 0 at joints that are not driven.
        energy : float
            Potential energy of the laws [J].
        """
        tau, energy = self._guide(tick, reference)
        for side, leg in enumerate(LEGS):
            window = control.swing_window(float(tick.phase.phase[side]))
            share = self._leg_weight * tick.engagement * window * float(tick.support[side, _CLEARANCE])
            tau[leg] += share * tick.gravity[leg]
        if self._lift is not None:
            support = tick.support[:, _CLEARANCE]
            lift = self._lift.step(tick.q, tick.dq, tick.phase.phase, tick.foot_force, support, tick.dt, 0.0)
            tau += tick.engagement * lift.tau
            energy += tick.engagement * float(lift.energy[0] + lift.energy[1])
        if self._resistance is not None:
            load = self._resistance.step(tick.q, tick.dq, np.where(tick.driven, tick.engagement, 0.0), tick.dt)
            tau += load.tau
            energy += sum(load.energy.tolist())
        return np.where(tick.driven, tau, 0.0), energy

    def _guide(self, tick: Tick, reference: Reference) -> tuple[Array, float]:
        if self._path is not None:
            wall = self._path.step(tick.q, tick.dq, tick.phase.phase, tick.phase.rate, tick.guidance, tick.dt)
            return wall.tau.copy(), float(wall.energy[0] + wall.energy[1])
        tau = self._impedance.step(tick.q, tick.dq, reference.q, reference.dq, tick.guidance)
        stretched = np.where(tick.driven, tick.q, np.nan)
        return tau, self._impedance.energy(stretched, reference.q, tick.guidance)


class ControlSets:
    """The set in use, the one that takes over, and the one that waits.

    Parameters
    ----------
    first : ControlSet
        What is in use at first.
    change : Fader or mapping
        How fast one set takes over from another; begins afresh.

    Attributes
    ----------
    old : ControlSet
        The set in use.
    w : float
        Weight of the one that takes over, after the last tick [-].
    """

    def __init__(self, first: ControlSet, change: control.Fader | Mapping[str, Any]) -> None:
        self.old = first
        self.w = 0.0
        self._next: ControlSet | None = None
        self._waiting: ControlSet | None = None
        self._fader = fresh(control.Fader, change)
        self._references: list[Reference] = []

    @property
    def latest(self) -> ControlSet:
        """The set that was asked for last."""
        return self._waiting or self._next or self.old

    @property
    def speed(self) -> float:
        """Smallest speed of the patterns of all sets held [m/s]."""
        return min(held.speed for held in (self.old, self._next, self._waiting) if held is not None)

    def request(self, wanted: ControlSet, belt_speed: float) -> None:
        """Ask for another set; while one takes over, the newest one waits.

        Parameters
        ----------
        wanted : ControlSet
            The set.
        belt_speed : float
            Requested belt speed [m/s].

        Raises
        ------
        ConfigError
            If the speed of its pattern lies below the requested one of the belt.
        """
        in_range("pattern.speed", wanted.speed, max(0.05, belt_speed), 3.0)
        self._waiting = wanted
        if self._next is None:
            self._take()

    def _take(self) -> None:
        self._next, self._waiting, self.w = self._waiting, None, 0.0
        if self._next is not None:
            self._fader.request()

    def nominal_rate(self, belt: float) -> float:
        """Rate of strides at a speed of the belt.

        Parameters
        ----------
        belt : float
            Speed of the belt [m/s].

        Returns
        -------
        float
            Strides in a second [1/s].
        """
        rate = self.old.nominal_rate(belt)
        return rate if self._next is None else (1.0 - self.w) * rate + self.w * self._next.nominal_rate(belt)

    def reference(self, phase: PhaseState) -> Reference:
        """Reference that measures, monitors and telemetry see.

        Parameters
        ----------
        phase : PhaseState
            Phases of both sides.

        Returns
        -------
        Reference
            Between those of both sets.
        """
        sets = [self.old] if self._next is None else [self.old, self._next]
        self._references = [each.pattern.evaluate_sides(phase.phase, phase.rate, phase.accel) for each in sets]
        if len(sets) == 1:
            return self._references[0]
        pairs = zip(*self._references, strict=True)
        return Reference(*((1.0 - self.w) * old + self.w * new for old, new in pairs))

    def step(self, tick: Tick) -> Array:
        """Torque request of one tick, after `reference`.

        Parameters
        ----------
        tick : Tick
            What was measured, and how much help is given.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque asked for [N·m].
        """
        tau, energy = self.old.request(tick, self._references[0])
        if self._next is None:
            self._fader.step(tau, tau, energy, energy, tick.dt)
            return tau
        new, new_energy = self._next.request(tick, self._references[1])
        fade = self._fader.step(tau, new, energy, new_energy, tick.dt)
        self.w = float(fade.w)
        if fade.done:
            self.old = self._next
            self._take()
        return fade.tau
