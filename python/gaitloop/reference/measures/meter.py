"""Measures of strides, tick by tick (section 8.1)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import in_range
from .._conventions import GRAVITY, LEGS, Array, EventKind
from ..body import Body
from .leg import TOE_SPAN, step_length, toe_height
from .tally import SWING, KeyAngles, KeyTallies, Tally, measured
from .work import JointWork, WorkTally


class StrideDetails(NamedTuple):
    """Further measures of one stride; None or NaN where an input was absent.

    Attributes
    ----------
    swing_time : float or None
        Stride time less stance time [s].
    cadence : float
        Steps in a second [1/s].
    speed : float or None
        Stride length over stride time [m/s].
    walk_ratio : float or None
        Half the stride length over the cadence in steps a minute [m/(steps/min)].
    hip_range, knee_range, ankle_range : float or None
        Largest less smallest angle [rad].
    ankle_swing_max : float or None
        Largest dorsiflexion in swing [rad].
    toe_clearance : float or None
        Least height of the toe in the middle of swing, from angles and segment lengths [m].
    load_share : float or None
        Mean force in stance over body weight [-].
    work : JointWork
        Work of robot and person.
    """

    swing_time: float | None
    cadence: float
    speed: float | None
    walk_ratio: float | None
    hip_range: float | None
    knee_range: float | None
    ankle_range: float | None
    ankle_swing_max: float | None
    toe_clearance: float | None
    load_share: float | None
    work: JointWork


class StrideMeasures(NamedTuple):
    """Measures of one stride; None where an input was absent.

    Attributes
    ----------
    side : int
        0 left, 1 right [-].
    t_start, t_end : int
        Initial contacts that bound the stride [ns].
    stride_time, stance_time, step_time : float or None
        Durations [s].
    stance_share, double_support : float or None
        Shares of the stride [-].
    step_length, stride_length : float or None
        Lengths [m].
    measured, reference : KeyAngles
        Key angles [rad].
    rms : ndarray of float, shape (3,)
        Root mean square error of hip, knee and ankle [rad], NaN where absent.
    force_peak, force_mean : float or None
        Force under the foot [N].
    valid : bool
        Whether the stride lasted 0.3 to 3 s.
    details : StrideDetails or None
        Further measures, when asked for.
    """

    side: int
    t_start: int
    t_end: int
    stride_time: float
    stance_time: float | None
    stance_share: float | None
    double_support: float | None
    step_time: float | None
    step_length: float | None
    stride_length: float | None
    measured: KeyAngles
    reference: KeyAngles
    rms: Array
    force_peak: float | None
    force_mean: float | None
    valid: bool
    details: StrideDetails | None = None

    def subtask_errors(self) -> list[float | None]:
        """Error of each subtask (section 9); absent when a measure is absent.

        Returns
        -------
        list of float or None
            Errors [rad] of leading limb, trailing limb, prepositioning, stance stability and foot clearance; those of
            weight shift and lateral foot placement are None, as a sagittal device does not see them.
        """

        def above(a: float | None, b: float | None) -> float | None:
            return None if a is None or b is None else max(0.0, a - b)

        got, want = self.measured, self.reference
        stance, stance_ref = got.knee_stance_max, want.knee_stance_max
        return [
            above(want.hip_max, got.hip_max),
            above(got.hip_min, want.hip_min),
            above(got.knee_at_contact, want.knee_at_contact),
            None if stance is None or stance_ref is None else abs(stance - stance_ref),
            above(want.knee_swing_max, got.knee_swing_max),
            None,
            None,
        ]


class _Stride:
    """An open stride."""

    def __init__(self, t_start: int) -> None:
        self.t_start = t_start
        self.t_toe_off: int | None = None
        self.measured, self.reference = KeyTallies(), KeyTallies()
        self.square = (Tally(), Tally(), Tally())
        self.force, self.belt, self.both = Tally(), Tally(), Tally()
        self.joints, self.swing = (Tally(), Tally(), Tally()), Tally()
        self.toe, self.stance_force, self.work = Tally(), Tally(), WorkTally()

    def awaits_toe_off(self, t: int) -> bool:
        return self.t_toe_off is None and t > self.t_start


class StrideMeter:
    """Measures of the strides of one side, tick by tick.

    Parameters
    ----------
    side : int
        0 left, 1 right [-].
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    details : bool
        Whether to work out the further measures.
    """

    def __init__(self, side: int, mass: float, height: float, *, details: bool = False) -> None:
        self._details = details
        self._side = int(in_range("side", side, 0.0, 1.0))
        self._body = Body(mass, height)
        self._open: _Stride | None = None

    def step(
        self,
        *,
        event: tuple[int, int] | None = None,
        in_contact: tuple[bool, bool],
        other_contact: int | None = None,
        q: ArrayLike,
        q_ref: ArrayLike,
        phase: float,
        force: float | None = None,
        belt_speed: float | None = None,
        dt: float,
        dq: ArrayLike | None = None,
        tau_robot: ArrayLike | None = None,
        tau_human: ArrayLike | None = None,
    ) -> StrideMeasures | None:
        """One tick.

        Parameters
        ----------
        event : tuple of int, optional
            Event of this side: its kind [-], an `EventKind`, and when it happened [ns].
        in_contact : tuple of bool, shape (2,)
            Whether each foot is in contact.
        other_contact : int, optional
            Last initial contact of the other side [ns].
        q, q_ref : array_like of float, shape (6,)
            Measured and reference angles [rad], NaN where absent.
        phase : float
            Phase of this side [-].
        force : float, optional
            Force under this foot [N].
        belt_speed : float, optional
            Speed of the belt [m/s].
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.
        dq : array_like of float, shape (6,), optional
            Joint velocities [rad/s], NaN where absent; used for the details.
        tau_robot, tau_human : array_like of float, shape (6,), optional
            Torque of the robot and estimated torque of the person [N·m], NaN where absent; used for the details.

        Returns
        -------
        StrideMeasures or None
            The stride that an initial contact closed.
        """
        dt = dt if 0.0 < dt <= 0.1 else 0.0
        angles = [measured(x) for x in np.asarray(q, dtype=np.float64).tolist()]
        wanted = [measured(x) for x in np.asarray(q_ref, dtype=np.float64).tolist()]
        closed = None
        if event is not None and event[0] == EventKind.INITIAL_CONTACT:
            if self._open is not None and event[1] > self._open.t_start:
                closed = self._close(self._open, event[1], other_contact, angles)
            self._open = _Stride(event[1])
        elif event is not None and self._open is not None and self._open.awaits_toe_off(event[1]):
            self._open.t_toe_off = event[1]
        if self._open is not None:
            stride = self._open
            self._add(stride, angles, wanted, phase, dt)
            stride.force.add(measured(force), dt)
            stride.belt.add(measured(belt_speed), dt)
            stride.both.add(1.0 if all(in_contact) else 0.0, dt)
            if self._details:
                self._add_details(stride, angles, phase, measured(force), dt)
                stride.work.add(self._leg(dq), self._leg(tau_robot), self._leg(tau_human), dt)
        return closed

    def _leg(self, values: ArrayLike | None) -> list[float | None]:
        if values is None:
            return [None, None, None]
        return [measured(x) for x in np.asarray(values, dtype=np.float64)[LEGS[self._side]].tolist()]

    def _add_details(
        self, stride: _Stride, q: list[float | None], phase: float, force: float | None, dt: float
    ) -> None:
        leg = q[LEGS[self._side]]
        for tally, angle in zip(stride.joints, leg, strict=True):
            tally.add(angle, dt)
        if SWING[0] <= phase <= SWING[1]:
            stride.swing.add(leg[2], dt)
        if TOE_SPAN[0] <= phase <= TOE_SPAN[1]:
            stride.toe.add(toe_height(self._body, q, self._side), dt)
        if stride.t_toe_off is None:
            stride.stance_force.add(force, dt)

    def _close_details(self, stride: _Stride, stride_time: float, stance_time: float | None) -> StrideDetails:
        belt, load = stride.belt.mean, stride.stance_force.mean
        ranges = [None if tally.max is None or tally.min is None else tally.max - tally.min for tally in stride.joints]
        return StrideDetails(
            swing_time=None if stance_time is None else stride_time - stance_time,
            cadence=2.0 / stride_time,
            speed=belt,
            walk_ratio=None if belt is None else belt * stride_time * stride_time / 240.0,
            hip_range=ranges[0],
            knee_range=ranges[1],
            ankle_range=ranges[2],
            ankle_swing_max=stride.swing.max,
            toe_clearance=stride.toe.min,
            load_share=None if load is None or stance_time is None else load / (self._body.mass * GRAVITY),
            work=stride.work.result(),
        )

    def _add(
        self, stride: _Stride, q: list[float | None], q_ref: list[float | None], phase: float, weight: float
    ) -> None:
        got, want = [], []
        for tally, a, b in zip(stride.square, q[LEGS[self._side]], q_ref[LEGS[self._side]], strict=True):
            both = a is not None and b is not None
            got.append(a if both else None)
            want.append(b if both else None)
            tally.add(None if a is None or b is None else (a - b) * (a - b), weight)
        stride.measured.add(got[0], got[1], phase, weight)
        stride.reference.add(want[0], want[1], phase, weight)

    def _close(self, stride: _Stride, t: int, other: int | None, q: list[float | None]) -> StrideMeasures:
        stride_time = (t - stride.t_start) * 1e-9
        stance_time = None if stride.t_toe_off is None else (stride.t_toe_off - stride.t_start) * 1e-9
        belt = stride.belt.mean
        means = [tally.mean for tally in stride.square]
        return StrideMeasures(
            side=self._side,
            t_start=stride.t_start,
            t_end=t,
            stride_time=stride_time,
            stance_time=stance_time,
            stance_share=None if stance_time is None else stance_time / stride_time,
            double_support=stride.both.mean,
            step_time=(t - other) * 1e-9 if other is not None and stride.t_start < other < t else None,
            step_length=step_length(self._body, q, self._side),
            stride_length=None if belt is None else stride_time * belt,
            measured=stride.measured.key(),
            reference=stride.reference.key(),
            rms=np.array([math.nan if mean is None else math.sqrt(mean) for mean in means]),
            force_peak=stride.force.max,
            force_mean=stride.force.mean,
            valid=0.3 <= stride_time <= 3.0,
            details=self._close_details(stride, stride_time, stance_time) if self._details else None,
        )
