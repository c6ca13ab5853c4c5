"""Virtual-model foot lift."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_number


class FootLiftOutput(NamedTuple):
    """What the foot lift gives and what it saw, of one tick or of a recording (T, ...).

    Attributes
    ----------
    tau : ndarray of float, shape (6,)
        Torque that the person feels [N·m].
    height : ndarray of float, shape (2,)
        Height of each toe over the other foot [m]; NaN where it is not known.
    lifting : ndarray of bool, shape (2,)
        Whether a lift acts [-].
    dragging : ndarray of bool, shape (2,)
        Whether this swing was found to drag [-].
    assumed : ndarray of bool, shape (2,)
        Whether an ankle angle was assumed [-].
    energy : ndarray of float, shape (2,)
        Potential energy of the virtual spring [J].
    """

    tau: Array
    height: Array
    lifting: NDArray[np.bool_]
    dragging: NDArray[np.bool_]
    assumed: NDArray[np.bool_]
    energy: Array


class FootLift:
    """A vertical virtual spring under a foot that drags, within the same swing and in swing only [1]_.

    The foot that leaves the ground is watched; where its toe stays too low, touches the ground or stops early in
    swing, the spring fades in. A toe that rises faster than it goes forward counts as high as it will soon be. The
    torque is the spring's force through the leg's own kinematics. That it waits for a sign of dragging, its fades and
    its numbers are choices of this package. A side without a foot force is never lifted; where an ankle is assumed,
    only the load under the foot tells a drag.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    driven : array_like of float, shape (6,)
        Joints that can be given a torque [-], 0 to 1; 0 for those that cannot.
    stiffness : float
        Stiffness of the vertical spring [N/m], 0 to 5000.
    lift_height : float
        Height to which the toe is lifted in mid-swing [m], 0.01 to 0.15.
    clearance : float
        Height that a free toe keeps at least [m], 0.002 to 0.05.
    max_force : float
        Largest force [N], 0 to 300.
    max_torque : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 100; all torques of a leg are scaled together.
    look_ahead : float
        How far ahead a toe that rises steeply is judged [s], 0 to 0.5; 0 judges its present height.
    swing_start : float
        Phase at which swing is expected to begin [-], 0.5 to 0.75.
    swing_end : float
        Phase at which it ends [-], 0.85 to 1.
    absent_ankle : float
        Angle of a swinging ankle that is not measured [rad], -0.7 to 0.3.
    fade_in : float
        Time in which a lift grows [s], 0.05 to 0.5.
    fade_out : float
        Time in which it goes [s], 0.02 to 0.5.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Koopman, B., van Asseldonk, E. H. F., & van der Kooij, H. (2013). Selective control of gait subtasks in
       robotic gait training: foot clearance support in stroke survivors with a powered exoskeleton. Journal of
       NeuroEngineering and Rehabilitation, 10, 3. https://doi.org/10.1186/1743-0003-10-3

    Examples
    --------
    >>> import numpy as np
    >>> law = FootLift(75.0, 1.75, np.ones(6))
    >>> law.step(np.zeros(6), np.zeros(6), [0.0, 0.5], [400.0, 400.0], [1.0, 1.0], 0.001).tau
    array([0., 0., 0., 0., 0., 0.])
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        mass: float,
        height: float,
        driven: ArrayLike,
        *,
        stiffness: float = 2000.0,
        lift_height: float = 0.06,
        clearance: float = 0.015,
        max_force: float = 100.0,
        max_torque: ArrayLike = (40.0, 40.0, 15.0, 40.0, 40.0, 15.0),
        look_ahead: float = 0.3,
        swing_start: float = 0.62,
        swing_end: float = 0.98,
        absent_ankle: float = -0.26,
        fade_in: float = 0.05,
        fade_out: float = 0.05,
    ) -> None:
        self._core = _core.FootLift(
            to_number("mass", mass),
            to_number("height", height),
            to_array("driven", driven, 1),
            stiffness=to_number("stiffness", stiffness),
            lift_height=to_number("lift_height", lift_height),
            clearance=to_number("clearance", clearance),
            max_force=to_number("max_force", max_force),
            max_torque=to_array("max_torque", max_torque, 1),
            look_ahead=to_number("look_ahead", look_ahead),
            swing_start=to_number("swing_start", swing_start),
            swing_end=to_number("swing_end", swing_end),
            absent_ankle=to_number("absent_ankle", absent_ankle),
            fade_in=to_number("fade_in", fade_in),
            fade_out=to_number("fade_out", fade_out),
        )

    def reset(self) -> None:
        """Forget everything that was seen."""
        self._core.reset()

    def step(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        foot_force: ArrayLike,
        support: ArrayLike,
        dt: float,
        pelvis_pitch: float = 0.0,
    ) -> FootLiftOutput:
        """Torque of one tick.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (6,)
            Joint velocities [rad/s]; NaN where absent.
        phase : array_like of float, shape (2,)
            Phase of each side [-]; NaN where absent.
        foot_force : array_like of float, shape (2,)
            Vertical force under each foot [N]; NaN where absent.
        support : array_like of float, shape (2,)
            Share of the lift [-], clamped to 0 to 1; a swing keeps what it began with.
        dt : float
            Duration of the tick [s]; 0 unless above 0 and at most 0.1.
        pelvis_pitch : float
            Pitch of the pelvis [rad], positive leaning back.

        Returns
        -------
        FootLiftOutput
            Torque, heights and what was seen.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        signals = _signals(q, dq, phase, foot_force, support, 1)
        dt, pelvis_pitch = to_number("dt", dt), to_number("pelvis_pitch", pelvis_pitch)
        return FootLiftOutput(*self._core.step(*signals, dt, pelvis_pitch))

    def run(
        self,
        q: ArrayLike,
        dq: ArrayLike,
        phase: ArrayLike,
        foot_force: ArrayLike,
        support: ArrayLike,
        dt: float,
        pelvis_pitch: ArrayLike | None = None,
    ) -> FootLiftOutput:
        """Torque of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad]; NaN where absent.
        dq : array_like of float, shape (T, 6)
            Joint velocities [rad/s]; NaN where absent.
        phase : array_like of float, shape (T, 2)
            Phase of each side [-]; NaN where absent.
        foot_force : array_like of float, shape (T, 2)
            Vertical force under each foot [N]; NaN where absent.
        support : array_like of float, shape (T, 2)
            Share of the lift [-], clamped to 0 to 1.
        dt : float
            Duration of every tick [s].
        pelvis_pitch : array_like of float, shape (T,), optional
            Pitch of the pelvis [rad], positive leaning back; 0 when not given.

        Returns
        -------
        FootLiftOutput
            Torque, heights and what was seen, time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        pitch = None if pelvis_pitch is None else to_array("pelvis_pitch", pelvis_pitch, 1)
        signals = _signals(q, dq, phase, foot_force, support, 2)
        return FootLiftOutput(*self._core.run(*signals, to_number("dt", dt), pitch))


def _signals(
    q: ArrayLike, dq: ArrayLike, phase: ArrayLike, foot_force: ArrayLike, support: ArrayLike, ndim: int
) -> tuple[Array, Array, Array, Array, Array]:
    return (
        to_array("q", q, ndim),
        to_array("dq", dq, ndim),
        to_array("phase", phase, ndim),
        to_array("foot_force", foot_force, ndim),
        to_array("support", support, ndim),
    )
