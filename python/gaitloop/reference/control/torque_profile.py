"""Section 6, torque profiles: torque over the phase, and torque in proportion to the moment of the ankle."""

from __future__ import annotations

import math
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import GRAVITY, Array, clamp, readings, smooth_step, wrap_signed
from ..body import Body
from .guidance import share


class SplineProfile:
    """Two bumps of torque per joint over the phase of its side, each of two cubic pieces with flat ends [1]_.

    Parameters
    ----------
    torque : array_like of float, shape (6, 2)
        Torque at the peak of each bump [N·m], -150 to 150.
    peak : array_like of float, shape (6, 2)
        Phase of the peak [-], 0 to 1.
    rise, fall : array_like of float, shape (6, 2)
        Share of the cycle from onset to peak and from peak to offset [-], 0.02 to 0.5.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Zhang, J. et al. (2017). Human-in-the-loop optimization of exoskeleton assistance during walking. Science,
       356, 1280-1284.
    """

    def __init__(self, torque: ArrayLike, peak: ArrayLike, rise: ArrayLike, fall: ArrayLike) -> None:
        self.torque = all_in_range("torque", torque, -150.0, 150.0, (6, 2))
        self.peak = all_in_range("peak", peak, 0.0, 1.0, (6, 2))
        self.rise = all_in_range("rise", rise, 0.02, 0.5, (6, 2))
        self.fall = all_in_range("fall", fall, 0.02, 0.5, (6, 2))

    @classmethod
    def _made(cls, bumps: dict[tuple[int, int], tuple[float, float, float, float]]) -> Self:
        torque, peak, rise, fall = np.zeros((6, 2)), np.full((6, 2), 0.5), np.full((6, 2), 0.25), np.full((6, 2), 0.25)
        for place, values in bumps.items():
            torque[place], peak[place], rise[place], fall[place] = values
        return cls(torque, peak, rise, fall)

    @classmethod
    def ankle(cls, torque: float, peak: float = 0.52, rise: float = 0.25, fall: float = 0.10) -> Self:
        """Make a plantarflexion bump for both ankles.

        Parameters
        ----------
        torque : float
            Size of the plantarflexion torque [N·m], 0 to 150.
        peak, rise, fall : float
            Phase of the peak, and shares of the cycle before and after it [-].

        Returns
        -------
        SplineProfile
            The profile.
        """
        bump = (-in_range("torque", torque, 0.0, 150.0), peak, rise, fall)
        return cls._made({(2, 0): bump, (5, 0): bump})

    @classmethod
    def hip(
        cls,
        extension: float,
        flexion: float,
        extension_peak: float = 0.10,
        flexion_peak: float = 0.62,
        rise: float = 0.20,
        fall: float = 0.20,
    ) -> Self:
        """Make an extension and a flexion bump for both hips.

        Parameters
        ----------
        extension, flexion : float
            Size of each torque [N·m], 0 to 150.
        extension_peak, flexion_peak : float
            Phases of the peaks [-].
        rise, fall : float
            Shares of the cycle before and after each peak [-].

        Returns
        -------
        SplineProfile
            The profile.
        """
        first = (-in_range("extension", extension, 0.0, 150.0), extension_peak, rise, fall)
        second = (in_range("flexion", flexion, 0.0, 150.0), flexion_peak, rise, fall)
        return cls._made({(0, 0): first, (0, 1): second, (3, 0): first, (3, 1): second})

    def step(self, phase: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of one tick.

        Parameters
        ----------
        phase : array_like of float, shape (2,)
            Phase of each side [-]; a side whose phase is not finite gets no torque.
        guidance : array_like of float, shape (6,)
            Share of the torque per joint [-], clamped to 0 to 1; not finite counts as 0.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque [N·m].
        """
        tau, phases = np.zeros(6), readings(phase)
        for j, g in enumerate(np.asarray(guidance, dtype=np.float64).tolist()):
            p = phases[j // 3]
            if p is not None:
                tau[j] = share(g) * (self._bump(j, 0, p) + self._bump(j, 1, p))
        return tau

    def _bump(self, j: int, b: int, phase: float) -> float:
        d = wrap_signed(phase - float(self.peak[j, b]))
        rise, fall = float(self.rise[j, b]), float(self.fall[j, b])
        return float(self.torque[j, b]) * smooth_step((d + rise) / rise if d < 0.0 else (fall - d) / fall)

    def run(self, phase: ArrayLike, guidance: ArrayLike) -> Array:
        """Torque of every tick of a recording.

        Parameters
        ----------
        phase : array_like of float, shape (T, 2)
            Phase of each side [-].
        guidance : array_like of float, shape (T, 6)
            Share of the torque per joint [-].

        Returns
        -------
        ndarray of float, shape (T, 6)
            Torque [N·m].
        """
        ticks = zip(np.asarray(phase, dtype=np.float64), np.asarray(guidance, dtype=np.float64), strict=True)
        return np.array([self.step(*tick) for tick in ticks]).reshape(-1, 6)


class ProportionalTorque(NamedTuple):
    """What the law gives in one tick, or in every tick of a recording.

    Attributes
    ----------
    tau : ndarray of float, shape (6,) or (T, 6)
        Torque [N·m]; never above 0 at the ankles, 0 elsewhere.
    moment : ndarray of float, shape (2,) or (T, 2)
        Moment of the ground force about each ankle that plantarflexors carry [N·m]; NaN where not known.
    """

    tau: Array
    moment: Array


class ProportionalMoment:
    """Plantarflexion in proportion to the moment that the ankle carries in stance [1]_.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.
    gain : float
        Share of the moment that the device gives [-], 0 to 0.8.
    max_torque : float
        Largest torque [N·m], 0 to 150.
    roll_radius : float
        Radius on which the shank rolls over the foot, where no centre of pressure is measured [m], 0.05 to 0.5.
    smoothing : float
        Time constant of the torque [s], 0.005 to 0.1.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Gasparri, G. M., Luque, J. and Lerner, Z. F. (2019). Proportional joint-moment control for instantaneously
       adaptive ankle exoskeleton assistance. IEEE TNSRE, 27(4), 751-759.
    """

    def __init__(
        self,
        mass: float,
        height: float,
        *,
        gain: float = 0.3,
        max_torque: float = 30.0,
        roll_radius: float = 0.3,
        smoothing: float = 0.02,
    ) -> None:
        self.body = Body(mass, height)
        self.gain = in_range("gain", gain, 0.0, 0.8)
        self.max_torque = in_range("max_torque", max_torque, 0.0, 150.0)
        self.roll_radius = in_range("roll_radius", roll_radius, 0.05, 0.5)
        self.smoothing = in_range("smoothing", smoothing, 0.005, 0.1)
        self.reset()

    def reset(self) -> None:
        """Let go of the torque."""
        self._torque = [0.0, 0.0]

    def step(
        self, foot_force: ArrayLike, cop: ArrayLike, q: ArrayLike, guidance: ArrayLike, dt: float
    ) -> ProportionalTorque:
        """One tick.

        Parameters
        ----------
        foot_force : array_like of float, shape (2,)
            Vertical force under each foot [N], NaN where absent.
        cop : array_like of float, shape (2,)
            Centre of pressure before each ankle [m], NaN where it is not measured.
        q : array_like of float, shape (6,)
            Joint angles [rad], NaN where absent.
        guidance : array_like of float, shape (6,)
            Share of the torque per joint [-], clamped to 0 to 1; not finite counts as 0.
        dt : float
            Time since the last tick [s], above 0 to 0.1; anything else counts as 0.

        Returns
        -------
        ProportionalTorque
            Torque and estimated moment.
        """
        dt = float(dt) if 0.0 < dt <= 0.1 else 0.0
        tau, moments = np.zeros(6), np.full(2, np.nan)
        shares = [share(g) for g in np.asarray(guidance, dtype=np.float64).tolist()]
        forces, centres, angles = readings(foot_force), readings(cop), readings(q)
        weight = self.body.mass * GRAVITY
        for i in (0, 1):
            force, x, target = forces[i], self._centre(centres[i], angles[3 * i], angles[3 * i + 1]), 0.0
            if force is not None and x is not None:
                force = clamp(force, 0.0, 3.0 * weight)
                moment = force * max(0.0, x)
                target = min(self.gain * moment, self.max_torque) * smooth_step((force / weight - 0.05) / 0.15)
                moments[i] = moment
            self._torque[i] += (target - self._torque[i]) * min(1.0, dt / self.smoothing)
            tau[3 * i + 2] = -(shares[3 * i + 2] * self._torque[i])
        return ProportionalTorque(tau, moments)

    def _centre(self, cop: float | None, hip: float | None, knee: float | None) -> float | None:
        if cop is None and hip is not None and knee is not None:
            cop = -self.roll_radius * (hip - knee)
        return clamp(cop, -self.body.heel, self.body.toe) if cop is not None and math.isfinite(cop) else None

    def run(
        self, foot_force: ArrayLike, cop: ArrayLike, q: ArrayLike, guidance: ArrayLike, dt: float
    ) -> ProportionalTorque:
        """Every tick of a recording.

        Parameters
        ----------
        foot_force, cop : array_like of float, shape (T, 2)
            Vertical force [N] and centre of pressure before the ankle [m], NaN where absent.
        q : array_like of float, shape (T, 6)
            Joint angles [rad], NaN where absent.
        guidance : array_like of float, shape (T, 6)
            Share of the torque per joint [-].
        dt : float
            Time between ticks [s].

        Returns
        -------
        ProportionalTorque
            Each field with time first.
        """
        rows = zip(*(np.asarray(a, dtype=np.float64) for a in (foot_force, cop, q, guidance)), strict=True)
        ticks = [self.step(f, c, a, g, dt) for f, c, a, g in rows]
        tau = np.array([tick.tau for tick in ticks]).reshape(-1, 6)
        return ProportionalTorque(tau, np.array([tick.moment for tick in ticks]).reshape(-1, 2))
