"""Section 6, change in motion: the cross-fade that every change of a law's parameters goes through."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .._checks import all_in_range, in_range
from .._conventions import Array, clamp, larger, smaller

LARGEST = 1e6
LONGEST_TICK = 0.02


class Fade(NamedTuple):
    """What comes out of the cross-fade.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque [N·m].
    w : float or ndarray of float, shape (T,)
        Weight of the new law [-], 0 to 1.
    done : bool or ndarray of bool, shape (T,)
        Whether a change ended in this tick.
    """

    tau: Array
    w: float | Array
    done: bool | NDArray[np.bool_]


def _counts(x: float) -> bool:
    return math.isfinite(x) and abs(x) <= LARGEST


class _Input:
    """A torque that fades to zero where it is lost and is caught up with where it comes back."""

    def __init__(self) -> None:
        self.seen = [0.0] * 6
        self.sure = [True] * 6
        self.fresh = True

    def see(self, torque: list[float], slope: list[float]) -> None:
        for j, x in enumerate(torque):
            counts = _counts(x)
            if self.fresh or (counts and self.sure[j]):
                self.seen[j] = x if counts else 0.0
                self.sure[j] = counts
            else:
                target = x if counts else 0.0
                self.seen[j] = clamp(target, self.seen[j] - slope[j], self.seen[j] + slope[j])
                self.sure[j] = counts and self.seen[j] == x
        self.fresh = False


class Fader:
    """Cross-fade between a law as it was and the law as asked [1]_ [2]_.

    Parameters
    ----------
    time : float
        Shortest time of a change [s], 0.01 to 10.
    rate : array_like of float, shape (6,)
        Largest slope of the torque that a change causes [N·m/s], 1 to 20000.
    energy : float
        Potential energy that changes may store at once [J], 0 to 50.
    power : float
        Potential energy that changes may store in the long run [W], 0.1 to 50.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Ferraguti, F., Secchi, C. and Fantuzzi, C. (2013). A tank-based approach to impedance control with variable
       stiffness. IEEE ICRA, 4948-4953.
    .. [2] Kronander, K. and Billard, A. (2016). Stability considerations for variable impedance control. IEEE
       Transactions on Robotics, 32, 1298-1305.
    """

    def __init__(self, time: float, rate: ArrayLike, energy: float, power: float) -> None:
        self.time = in_range("time", time, 0.01, 10.0)
        self.rate = all_in_range("rate", rate, 1.0, 20000.0)
        self.energy = in_range("energy", energy, 0.0, 50.0)
        self.power = in_range("power", power, 0.1, 50.0)
        self.reset()

    def reset(self) -> None:
        """Start again, with no change in motion and a full bucket; only for a person at rest."""
        self._busy = False
        self._w = 0.0
        self._bucket = self.energy
        self._old = _Input()
        self._new = _Input()

    @property
    def busy(self) -> bool:
        """Whether a change is in motion."""
        return self._busy

    @property
    def w(self) -> float:
        """Weight of the new law [-], 0 to 1; 0 when no change is in motion."""
        return self._w

    @property
    def stored(self) -> float:
        """Energy left in the bucket [J]."""
        return self._bucket

    def request(self) -> bool:
        """Start a change.

        Returns
        -------
        bool
            Whether it started; False while another one is in motion.
        """
        if self._busy:
            return False
        self._busy, self._w, self._new = True, 0.0, _Input()
        return True

    def step(self, tau_old: ArrayLike, tau_new: ArrayLike, energy_old: float, energy_new: float, dt: float) -> Fade:
        """One tick.

        Parameters
        ----------
        tau_old, tau_new : array_like of float, shape (6,)
            Torque of the law as it was and as asked [N·m]; the latter is read only while a change is in motion.
        energy_old, energy_new : float
            Their potential energy at the present state [J].
        dt : float
            Time since the tick before [s].

        Returns
        -------
        Fade
            Torque, weight of the new law, and whether the change ended.
        """
        h = smaller(dt, LONGEST_TICK) if math.isfinite(dt) and dt > 0.0 else 0.0
        slope = [rate * h for rate in self.rate.tolist()]
        self._old.see(np.asarray(tau_old, dtype=np.float64).tolist(), slope)
        old = self._old.seen
        available = self._bucket + self.power * h
        if not self._busy:
            self._bucket = smaller(self.energy, available)
            return Fade(np.array(old), 0.0, False)
        self._new.see(np.asarray(tau_new, dtype=np.float64).tolist(), slope)
        new = self._new.seen
        self._move(h, slope, (float(energy_old), float(energy_new)), available)
        w = self._w
        tau = np.array([(1.0 - w) * a + w * b for a, b in zip(old, new, strict=True)])
        if done := w >= 1.0:
            self._busy, self._w = False, 0.0
            self._old, self._new = self._new, _Input()
        return Fade(tau, w, done)

    def _move(self, h: float, slope: list[float], energies: tuple[float, float], available: float) -> None:
        dw = h / self.time
        for limit, old, new in zip(slope, self._old.seen, self._new.seen, strict=True):
            change = abs(new - old)
            if change > 0.0:
                dw = smaller(dw, limit / change)
        rise = 0.0
        if _counts(energies[0]) and _counts(energies[1]):
            rise = larger(0.0, energies[1] - energies[0])
            if rise > 0.0:
                dw = smaller(dw, available / rise)
        else:
            dw = 0.0
        after = smaller(1.0, self._w + dw)
        spent = (after - self._w) * rise
        self._bucket = smaller(self.energy, larger(0.0, available - spent))
        self._w = after

    def run(
        self,
        tau_old: ArrayLike,
        tau_new: ArrayLike,
        energy_old: ArrayLike,
        energy_new: ArrayLike,
        dt: float,
        request: ArrayLike,
    ) -> Fade:
        """Every tick of a recording.

        Parameters
        ----------
        tau_old, tau_new : array_like of float, shape (T, 6)
            Torque of the law as it was and as asked [N·m].
        energy_old, energy_new : array_like of float, shape (T,)
            Their potential energy [J].
        dt : float
            Length of a tick [s].
        request : array_like of bool, shape (T,)
            Whether a change is asked for before the tick.

        Returns
        -------
        Fade
            Torque (T, 6) [N·m], weight (T,) and end of a change (T,).
        """
        ticks = []
        energies = np.asarray(energy_old, dtype=np.float64).tolist(), np.asarray(energy_new, dtype=np.float64).tolist()
        torques = np.asarray(tau_old, dtype=np.float64), np.asarray(tau_new, dtype=np.float64)
        for asked, old, new, u_old, u_new in zip(np.asarray(request).tolist(), *torques, *energies, strict=True):
            if asked:
                self.request()
            ticks.append(self.step(old, new, u_old, u_new, dt))
        return Fade(
            np.array([tick.tau for tick in ticks]).reshape(-1, 6),
            np.array([tick.w for tick in ticks], dtype=np.float64),
            np.array([tick.done for tick in ticks], dtype=bool),
        )
