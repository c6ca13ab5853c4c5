"""Section 6, foot lift: a virtual model that lifts a foot that drags."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import Array, clamp, readings, smooth_step, wrap_signed
from .._foot import Foot, foot
from ..body import Body
from .guidance import share

ENTRY = 0.15  # without a foot force: how far from swing_start a swing may begin [cycles]
UNLOADED, CONTACT, TOUCH = 0.10, 0.20, 0.03  # shares of body weight on a foot [-]
STOOD, LANDED = 0.05, 0.03  # time on the ground before a swing, and until one has ended [s]
FORWARD, SLOW = 0.3, 0.1  # speeds of the toe over the belt [m/s]
DEAD, LAST = 0.08, 0.75  # progress between which a foot is judged [-]
EARLY = 0.1  # progress from which load or lack of speed counts [-]
CONFIRM = 0.010  # how long a sign of dragging has to last [s]
_TINY = 1e-9


def expected(p: float) -> float:
    """Least height of the toe that a free foot has, in clearances: twice the clearance early in swing.

    Parameters
    ----------
    p : float
        Progress of the swing [-].

    Returns
    -------
    float
        Factor [-], 0 to 2.
    """
    if p < 0.2:
        return max(0.0, 2.0 * (p - DEAD) / (0.2 - DEAD))
    return 2.0 if p < 0.4 else max(1.0, 2.0 - (p - 0.4) / 0.2)


def _over_the_belt(own: Foot, other: Foot) -> tuple[float | None, float]:
    """Forward speed of the toe over the belt, and how much faster than forward it rises, 0 where not known."""
    if own.toe_speed is None or own.toe_rise is None or other.low_speed is None or other.low_rise is None:
        return None, 0.0
    forward = own.toe_speed - other.low_speed
    return forward, max(0.0, own.toe_rise - other.low_rise - max(0.0, forward))


class FootLiftOutput(NamedTuple):
    """What the law gives in one tick, or in every tick of a recording.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque at the cuffs [N·m].
    height : ndarray of float, shape (2,) or (T, 2)
        Height of the toe over the belt [m]; NaN where it is not known.
    lifting : ndarray of bool, shape (2,) or (T, 2)
        Whether the side is being lifted, fades included.
    dragging : ndarray of bool, shape (2,) or (T, 2)
        Whether the foot was found to drag in this swing.
    assumed : ndarray of bool, shape (2,) or (T, 2)
        Whether the height rests on an ankle angle that is assumed, not measured.
    energy : ndarray of float, shape (2,) or (T, 2)
        Potential energy of the virtual spring [J].
    """

    tau: Array
    height: Array
    lifting: np.ndarray
    dragging: np.ndarray
    assumed: np.ndarray
    energy: Array


class _Side:
    """State of one side."""

    def __init__(self) -> None:
        self.swinging = False
        self.dragging = False
        self.start = 0.0
        self.support = 0.0
        self.timer = 0.0
        self.stood = 0.0
        self.level = 0.0


class FootLift:
    """Vertical virtual spring at the foot, in a swing in which the foot drags [1]_.

    A side without a foot force is never lifted; where an ankle is assumed, only the load under the foot tells a drag.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    driven : array_like of bool, shape (6,)
        Joints that can be given a torque.
    stiffness : float
        Stiffness of the virtual spring [N/m], 0 to 5000.
    lift_height : float
        Height of the foot that the spring pulls to in mid-swing [m], 0.01 to 0.15.
    clearance : float
        Height of the toe below which a foot in swing counts as dragging [m], 0.002 to 0.05.
    max_force : float
        Largest vertical force [N], 0 to 300.
    max_torque : array_like of float, shape (6,)
        Largest torque per joint [N·m], 0 to 100.
    look_ahead : float
        Time over which the steep rise of a toe is continued before its height is judged [s], 0 to 0.5.
    swing_start, swing_end : float
        Phases between which the leg swings in the reference [-], 0.5 to 0.75 and 0.85 to 1.0.
    absent_ankle : float
        Ankle angle assumed in swing where none is measured [rad], -0.7 to 0.3.
    fade_in, fade_out : float
        Time in which the lift comes in and goes out [s], 0.05 to 0.5 and 0.02 to 0.5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Koopman, B., van Asseldonk, E. H. F. and van der Kooij, H. (2013). Selective control of gait subtasks in
       robotic gait training. Journal of NeuroEngineering and Rehabilitation, 10, 3.
    """

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
        self.body = Body(mass, height)
        self.driven = [bool(d) for d in all_in_range("driven", driven, 0.0, 1.0)]
        self.stiffness = in_range("stiffness", stiffness, 0.0, 5000.0)
        self.lift_height = in_range("lift_height", lift_height, 0.01, 0.15)
        self.clearance = in_range("clearance", clearance, 0.002, 0.05)
        self.max_force = in_range("max_force", max_force, 0.0, 300.0)
        self.max_torque = all_in_range("max_torque", max_torque, 0.0, 100.0).tolist()
        self.look_ahead = in_range("look_ahead", look_ahead, 0.0, 0.5)
        self.swing_start = in_range("swing_start", swing_start, 0.5, 0.75)
        self.swing_end = in_range("swing_end", swing_end, 0.85, 1.0)
        self.absent_ankle = in_range("absent_ankle", absent_ankle, -0.7, 0.3)
        self.fade_in = in_range("fade_in", fade_in, 0.05, 0.5)
        self.fade_out = in_range("fade_out", fade_out, 0.02, 0.5)
        self.reset()

    def reset(self) -> None:
        """Forget every swing."""
        self._sides = (_Side(), _Side())

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
        """One tick.

        Parameters
        ----------
        q, dq : array_like of float, shape (6,)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        phase : array_like of float, shape (2,)
            Phase of each side [-], NaN where absent.
        foot_force : array_like of float, shape (2,)
            Vertical force under each foot [N], NaN where absent.
        support : array_like of float, shape (2,)
            Share of the lift for each side's next swing [-], clamped to 0 to 1; not finite counts as 0.
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.
        pelvis_pitch : float
            Pitch of the pelvis [rad], leaning back positive; not finite makes both heights absent.

        Returns
        -------
        FootLiftOutput
            Torque, height, decisions and energy.
        """
        dt = float(dt) if 0.0 < dt <= 0.1 else 0.0
        angles, rates = readings(q), readings(dq)
        weight = self.body.mass * 9.80665
        load = [None if f is None else f / weight for f in readings(foot_force)]
        phases, shares = readings(phase), [share(x) for x in np.asarray(support, dtype=np.float64).tolist()]
        out = FootLiftOutput(
            np.zeros(6), np.full(2, np.nan), np.zeros(2, bool), np.zeros(2, bool), np.zeros(2, bool), np.zeros(2)
        )
        for i in (0, 1):
            legs = [self._leg(angles, rates, j, float(pelvis_pitch), swings=j == i) for j in (i, 1 - i)]
            self._side(i, (legs[0], legs[1]), phases[i], (load[i], load[1 - i]), shares[i], dt, out)
        return out

    def _leg(
        self, angles: list[float | None], rates: list[float | None], i: int, pitch: float, *, swings: bool
    ) -> Foot | None:
        a, v = angles[3 * i : 3 * i + 3], rates[3 * i : 3 * i + 3]
        return foot(self.body, a, v, pitch, self.absent_ankle if swings else None)

    def _side(
        self,
        i: int,
        legs: tuple[Foot | None, Foot | None],
        phase: float | None,
        loads: tuple[float | None, float | None],
        support: float,
        dt: float,
        out: FootLiftOutput,
    ) -> None:
        side, (own, other) = self._sides[i], legs
        height = judged = speed = None
        if own is not None and other is not None:
            low = min(other.heel[1], other.toe[1])
            height = own.toe[1] - low
            speed, rise = _over_the_belt(own, other)
            judged = height + self.look_ahead * rise
            out.height[i] = height
            out.assumed[i] = own.assumed or other.assumed
        carried = loads[1] is None or loads[1] >= UNLOADED
        progress = 0.0 if phase is None else self._progress(side, phase)
        if self._swing(side, height, speed, phase, progress, loads[0], carried, dt):
            side.support, progress = support, 0.0
        self._judge(side, None if out.assumed[i] else judged, speed, progress, loads[0], dt)
        active = side.swinging and side.dragging and carried
        side.level = clamp(side.level + (dt / self.fade_in if active else -dt / self.fade_out), 0.0, 1.0)
        out.dragging[i], out.lifting[i] = side.dragging, side.level > 0.0
        if height is not None and phase is not None and own is not None and side.level > 0.0:
            air = 1.0 if loads[0] is None else clamp(1.0 - loads[0] / CONTACT, 0.0, 1.0)
            d = max(0.0, self._reference(progress) - height)
            self._lift(i, side.level * side.support * air, own, d, out)

    def _progress(self, side: _Side, phase: float) -> float:
        return max(0.0, wrap_signed(phase - side.start)) / (self.swing_end - self.swing_start)

    def _swing(
        self,
        side: _Side,
        height: float | None,
        speed: float | None,
        phase: float | None,
        progress: float,
        load: float | None,
        carried: bool,
        dt: float,
    ) -> bool:
        if load is not None and load >= CONTACT:
            side.stood = min(side.stood + dt, 1.0)
        if height is None or phase is None:
            side.swinging = side.dragging = False
        elif side.swinging:
            landed = side.stood >= LANDED - _TINY
            if load is None:
                landed = progress > LAST and (speed is None or speed < SLOW)
            if landed or progress >= 1.0:
                side.swinging = side.dragging = False
        elif carried and side.level == 0.0 and self._leaves(side, speed, phase, load):
            side.swinging, side.start, side.timer, side.stood = True, phase, 0.0, 0.0
            return True
        return False

    def _leaves(self, side: _Side, speed: float | None, phase: float, load: float | None) -> bool:
        if load is not None:
            return load < UNLOADED and side.stood >= STOOD - _TINY
        near = abs(wrap_signed(phase - self.swing_start)) <= ENTRY
        return near and speed is not None and speed > FORWARD

    def _judge(
        self, side: _Side, height: float | None, speed: float | None, p: float, load: float | None, dt: float
    ) -> None:
        if not side.swinging or side.dragging:
            return
        sign = False
        # Without a foot force a swing cannot be told from the end of stance; a height that is assumed tells nothing.
        if DEAD <= p <= LAST and load is not None:
            sign = p >= EARLY and load >= TOUCH
            if height is not None:
                stuck = p >= EARLY and speed is not None and speed < SLOW and height < self.clearance
                sign = sign or stuck or height < self.clearance * expected(p)
        side.timer = side.timer + dt if sign else 0.0
        side.dragging = sign and side.timer >= CONFIRM - _TINY

    def _reference(self, p: float) -> float:
        return self.lift_height * smooth_step(p / 0.2) * (1.0 - smooth_step((p - 0.8) / 0.2))

    def _lift(self, i: int, weight: float, own: Foot, d: float, out: FootLiftOutput) -> None:
        driven, limit = self.driven[3 * i : 3 * i + 3], self.max_torque[3 * i : 3 * i + 3]
        x = own.toe[0] if driven[2] and not own.assumed else own.ankle[0]
        force = min(self.stiffness * d, self.max_force)
        arms = (x, own.knee[0] - x, x - own.ankle[0])
        torque = [weight * force * arm if on else 0.0 for arm, on in zip(arms, driven, strict=True)]
        scale = 1.0
        for tau, most in zip(torque, limit, strict=True):
            if abs(tau) > most:
                scale = min(scale, most / abs(tau))
        energy = 0.5 * force * d
        if self.stiffness * d > self.max_force:
            energy = self.max_force * (d - 0.5 * self.max_force / self.stiffness)
        scaled = [scale * t for t in torque]
        energy = scale * weight * energy
        if all(math.isfinite(t) for t in scaled) and math.isfinite(energy):
            out.tau[3 * i : 3 * i + 3] = scaled
            out.energy[i] = energy

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
        """Every tick of a recording.

        Parameters
        ----------
        q, dq : array_like of float, shape (T, 6)
            Joint angles [rad] and velocities [rad/s], NaN where absent.
        phase : array_like of float, shape (T, 2)
            Phase of each side [-].
        foot_force : array_like of float, shape (T, 2)
            Vertical force under each foot [N], NaN where absent.
        support : array_like of float, shape (T, 2)
            Share of the lift [-].
        dt : float
            Time between ticks [s].
        pelvis_pitch : array_like of float, shape (T,), optional
            Pitch of the pelvis [rad]; 0 when not given.

        Returns
        -------
        FootLiftOutput
            Each field with time first.
        """
        angles = np.asarray(q, dtype=np.float64).reshape(-1, 6)
        pitch = np.zeros(len(angles)) if pelvis_pitch is None else np.asarray(pelvis_pitch, dtype=np.float64)
        rows = zip(
            angles,
            *(np.asarray(a, dtype=np.float64) for a in (dq, phase, foot_force, support)),
            pitch.tolist(),
            strict=True,
        )
        ticks = [self.step(a, v, p, f, s, dt, lean) for a, v, p, f, s, lean in rows]
        widths = (6, 2, 2, 2, 2, 2)
        kinds = (float, float, bool, bool, bool, float)
        columns = [
            np.array([tick[k] for tick in ticks], dtype=kind).reshape(-1, width)
            for k, (width, kind) in enumerate(zip(widths, kinds, strict=True))
        ]
        return FootLiftOutput(*columns)
