"""Limiters of the belt's speed and of the support force."""

from __future__ import annotations

import math

from .._checks import in_range
from .._conventions import clamp
from .codes import BeltMode, SupportMode
from .envelope import Envelope


class Belt:
    """Speed of the belt.

    Parameters
    ----------
    envelope : Envelope
        The limits.

    Attributes
    ----------
    speed : float
        Speed [m/s], not negative.
    accel : float
        Acceleration [m/s²].
    """

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self.speed = 0.0
        self.accel = 0.0

    def step(self, target: float, mode: int, dt: float) -> float:
        """One tick.

        Parameters
        ----------
        target : float
            Speed asked for [m/s]; not finite counts as 0.
        mode : int
            How the belt moves [-], a `BeltMode`.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Speed [m/s].
        """
        mode, limits = BeltMode(mode), self._envelope
        if not dt > 0.0:
            dt = 0.0 if mode is BeltMode.TRACK else 0.001
        if mode is BeltMode.TRACK:
            wanted = clamp(target, 0.0, limits.belt_speed_max) if math.isfinite(target) else 0.0
            self._approach(wanted, limits.belt_accel_max, limits.belt_jerk_max, min(dt, limits.tick_max))
        elif mode is BeltMode.SOFT:
            self.accel = min(self.accel, 0.0)
            self._approach(0.0, limits.soft_decel, limits.soft_jerk, min(dt, limits.tick_max))
        else:
            self.speed = max(0.0, self.speed - limits.stop_decel * dt)
            self.accel = -limits.stop_decel if self.speed > 0.0 else 0.0
        return self.speed

    def _approach(self, target: float, accel_max: float, jerk_max: float, dt: float) -> None:
        d = target - self.speed
        sign = 1.0 if d > 0.0 else -1.0 if d < 0.0 else 0.0
        want = clamp(sign * math.sqrt(1.8 * jerk_max * abs(d)), -accel_max, accel_max)
        self.accel = clamp(want, self.accel - jerk_max * dt, self.accel + jerk_max * dt)
        v_new = self.speed + self.accel * dt
        if d * (target - v_new) <= 0.0:
            self.speed, self.accel = target, 0.0
        elif v_new > self._envelope.belt_speed_max:
            self.speed, self.accel = self._envelope.belt_speed_max, 0.0
        else:
            self.speed = max(0.0, v_new)


class Support:
    """Force of the body-weight support.

    Parameters
    ----------
    envelope : Envelope
        The limits.
    initial : float
        Force at the start [N], 0 to the largest support force.

    Attributes
    ----------
    force : float
        Force [N].
    """

    def __init__(self, envelope: Envelope, initial: float = 0.0) -> None:
        self._envelope = envelope
        self.force = in_range("initial", initial, 0.0, envelope.support_force_max)

    def step(self, target: float, mode: int, dt: float) -> float:
        """One tick.

        Parameters
        ----------
        target : float
            Force asked for [N]; not finite holds.
        mode : int
            How the support acts [-], a `SupportMode`.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Force [N].
        """
        limits = self._envelope
        if SupportMode(mode) is SupportMode.TRACK and math.isfinite(target):
            dt = min(dt, limits.tick_max) if dt > 0.0 else 0.0
            slope = limits.support_rate_max * dt
            wanted = clamp(target, 0.0, limits.support_force_max)
            self.force = clamp(wanted, self.force - slope, self.force + slope)
        return self.force
