"""Section 6, body-weight support: the rope's force in four modes, and the catch of a fall."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import in_range, ordered
from .._conventions import Array, clamp, larger, smaller

LONGEST_TICK = 0.02
SPEED_TIME = 0.02
LEVEL_TIME = 1.0
LOOK_AHEAD = 0.1
STILL_SPEED = 0.02
STILL_TIME = 0.5
LOCK_ERROR = 0.01
RELEASE_SPEED = 0.05


class SupportLaw(IntEnum):
    """How the rope supports."""

    STATIC = 0
    COUNTERWEIGHT = 1
    DYNAMIC = 2
    ADAPTIVE = 3


class Support(NamedTuple):
    """What the rope is asked for.

    Attributes
    ----------
    force : float or ndarray of float, shape (T,)
        Force to pull with where the rope is not held [N].
    hold : bool or ndarray of bool, shape (T,)
        Whether the rope's length is held.
    caught : bool or ndarray of bool, shape (T,)
        Whether a fall was caught and not released yet.
    watching : bool or ndarray of bool, shape (T,)
        Whether a fall could be seen in this tick.
    """

    force: float | Array
    hold: bool | NDArray[np.bool_]
    caught: bool | NDArray[np.bool_]
    watching: bool | NDArray[np.bool_]


class BodyWeightSupport:
    """Support of part of the body weight by a rope [1]_.

    Parameters
    ----------
    body_weight : float
        Weight of the person [N], 200 to 2000.
    force_max : float
        Largest force [N], 0 to 2000.
    rate : float
        Largest slope of the force aimed at [N/s], 1 to 2000.
    slope : float
        Largest slope of the force asked for, corrections included [N/s], `rate` to 20000.
    share_rate : float
        Largest slope of the share in the adaptive mode [1/s], 0.0005 to 0.1.
    kp : float
        Proportional gain of the force control [-], 0 to 2.
    ki : float
        Integral gain of the force control [1/s], 0 to 10.
    reserve : float
        Share of body weight that corrections may add or take [-], 0 to 0.3.
    drag : float
        Vertical drag that the adaptive mode compensates [N·s/m], 0 to 2000.
    lag : float
        Time constant of the rope's force that it compensates [s], 0 to 0.2.
    fall_drop : float
        Drop of the pelvis below its usual height that is a fall [m], 0.04 to 0.3.
    fall_speed : float
        Downward speed of the pelvis that is a fall [m/s], 0.35 to 1.5.
    fall_time : float
        Time for which either has to be seen [s], 0 to 0.1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Frey, M., Colombo, G., Vaglio, M., et al. (2006). A novel mechatronic body weight support system. IEEE
       Transactions on Neural Systems and Rehabilitation Engineering, 14, 311-321.
    """

    def __init__(
        self,
        body_weight: float,
        force_max: float,
        *,
        rate: float = 200.0,
        slope: float = 2000.0,
        share_rate: float = 0.005,
        kp: float = 0.5,
        ki: float = 2.0,
        reserve: float = 0.15,
        drag: float = 0.0,
        lag: float = 0.0,
        fall_drop: float = 0.095,
        fall_speed: float = 0.42,
        fall_time: float = 0.02,
    ) -> None:
        self.body_weight = in_range("body_weight", body_weight, 200.0, 2000.0)
        self.force_max = in_range("force_max", force_max, 0.0, 2000.0)
        self.rate = in_range("rate", rate, 1.0, 2000.0)
        self.slope = in_range("slope", slope, 1.0, 20000.0)
        self.share_rate = in_range("share_rate", share_rate, 0.0005, 0.1)
        self.kp = in_range("kp", kp, 0.0, 2.0)
        self.ki = in_range("ki", ki, 0.0, 10.0)
        self.reserve = in_range("reserve", reserve, 0.0, 0.3)
        self.drag = in_range("drag", drag, 0.0, 2000.0)
        self.lag = in_range("lag", lag, 0.0, 0.2)
        self.fall_drop = in_range("fall_drop", fall_drop, 0.04, 0.3)
        self.fall_speed = in_range("fall_speed", fall_speed, 0.35, 1.5)
        self.fall_time = in_range("fall_time", fall_time, 0.0, 0.1)
        ordered("rate", rate, "slope", slope, equal=True)
        self.reset()

    def reset(self) -> None:
        """Start again: nothing asked, nothing caught."""
        self._share = self._target = self._command = self._integral = 0.0
        self._height: float | None = None
        self._level: float | None = None
        self._speed = self._accel = self._suspect = self._still = 0.0
        self._caught = False
        self._rebase = True
        self._locked: float | None = None

    @property
    def caught(self) -> bool:
        """Whether a fall was caught and not released yet."""
        return self._caught

    def release(self) -> bool:
        """Let go after a caught fall.

        Returns
        -------
        bool
            Whether it was let go; False while nothing is caught or the pelvis still moves at more than 0.05 m/s.
        """
        if not self._caught or abs(self._speed) > RELEASE_SPEED:
            return False
        self._caught, self._rebase, self._locked = False, True, None
        self._level = self._height
        self._speed = self._accel = self._suspect = self._still = 0.0
        return True

    def step(self, share: float, mode: SupportLaw, force: float | None, height: float | None, dt: float) -> Support:
        """One tick.

        Parameters
        ----------
        share : float
            Share of body weight asked for [-], clamped to 0 to 1; the last one stays where it is not finite.
        mode : SupportLaw
            How the rope supports.
        force : float or None
            Measured force of the rope [N], None or NaN where absent.
        height : float or None
            Height of the pelvis, from the rope's position [m], None or NaN where absent.
        dt : float
            Time since the tick before [s].

        Returns
        -------
        Support
            Force, hold, caught and watching.
        """
        h = smaller(dt, LONGEST_TICK) if math.isfinite(dt) and dt > 0.0 else 0.0
        watching = self._watch(height, h)
        if math.isfinite(share):
            self._share = clamp(share, 0.0, 1.0)
        pull = float(force) if force is not None and math.isfinite(force) and abs(force) <= 1e4 else None
        want = smaller(self._share * self.body_weight, self.force_max)
        if mode != SupportLaw.STATIC or self._locked != want:
            self._locked = None
        if not self._caught and self._locked is None:
            self._track(mode, want, pull, h)
            if mode == SupportLaw.STATIC:
                self._try_lock(want, pull, watching, h)
        hold = self._caught or self._locked is not None
        if hold:
            self._rebase, self._integral, self._still = True, 0.0, 0.0
        return Support(self._command, hold, self._caught, watching)

    def _watch(self, height: float | None, h: float) -> bool:
        if height is None or not math.isfinite(height) or abs(height) > 10.0:
            self._height = None
            self._speed = self._accel = self._suspect = 0.0
            return False
        z = float(height)
        if self._level is None:
            self._level = z
        if self._height is None:
            self._height = z
        elif h > 0.0:
            share, before = smaller(1.0, h / SPEED_TIME), self._speed
            self._speed += (clamp((z - self._height) / h, -20.0, 20.0) - self._speed) * share
            self._accel += (clamp((self._speed - before) / h, -200.0, 200.0) - self._accel) * share
            self._height = z
        sinking = larger(0.0, -self._speed)
        if (self._level - z) + LOOK_AHEAD * sinking > self.fall_drop or sinking > self.fall_speed:
            self._suspect += h
            self._caught = self._caught or self._suspect >= self.fall_time
        else:
            self._suspect = 0.0
            self._level += (z - self._level) * smaller(1.0, h / LEVEL_TIME)
        return True

    def _track(self, mode: SupportLaw, want: float, pull: float | None, h: float) -> None:
        if self._rebase:
            if pull is not None:
                self._command = clamp(pull, 0.0, self.force_max)
            self._target, self._rebase = self._command, False
        adaptive = mode == SupportLaw.ADAPTIVE
        rate = (smaller(self.rate, self.share_rate * self.body_weight) if adaptive else self.rate) * h
        self._target = clamp(want, self._target - rate, self._target + rate)
        lift = drag = 0.0
        if adaptive:
            drag = self.drag * self._speed
            lift = self.drag * (self._speed + self.lag * self._accel)
        error = 0.0 if pull is None or mode == SupportLaw.COUNTERWEIGHT else self._target - (pull - drag)
        if mode == SupportLaw.COUNTERWEIGHT:
            self._integral = 0.0
        bound = self.reserve * self.body_weight
        raw = lift + self.kp * error + self._integral
        free = self._target + raw
        wish = clamp(self._target + clamp(raw, -bound, bound), 0.0, self.force_max)
        after = clamp(wish, self._command - self.slope * h, self._command + self.slope * h)
        self._command = after
        if after == free or (free > after and error < 0.0) or (free < after and error > 0.0):
            self._integral = clamp(self._integral + self.ki * error * h, -bound, bound)

    def _try_lock(self, want: float, pull: float | None, watching: bool, h: float) -> None:
        settled = self._target == want and pull is not None and abs(pull - want) <= LOCK_ERROR * self.body_weight
        self._still = self._still + h if settled and watching and abs(self._speed) < STILL_SPEED else 0.0
        if self._still >= STILL_TIME:
            self._locked = want

    def run(self, share: ArrayLike, mode: ArrayLike, force: ArrayLike, height: ArrayLike, dt: float) -> Support:
        """Every tick of a recording.

        Parameters
        ----------
        share : array_like of float, shape (T,)
            Share of body weight asked for [-].
        mode : array_like of int, shape (T,)
            How the rope supports [-], 0 to 3 as `SupportLaw`.
        force, height : array_like of float, shape (T,)
            Measured force [N] and height [m], NaN where absent.
        dt : float
            Length of a tick [s].

        Returns
        -------
        Support
            Force [N], hold, caught and watching, each (T,).
        """
        inputs = (np.asarray(x, dtype=np.float64).tolist() for x in (share, force, height))
        modes = np.asarray(mode, dtype=np.int64).tolist()
        rows = [self.step(s, SupportLaw(m), f, z, dt) for s, f, z, m in zip(*inputs, modes, strict=True)]
        return Support(
            np.array([row.force for row in rows], dtype=np.float64),
            np.array([row.hold for row in rows], dtype=bool),
            np.array([row.caught for row in rows], dtype=bool),
            np.array([row.watching for row in rows], dtype=bool),
        )
