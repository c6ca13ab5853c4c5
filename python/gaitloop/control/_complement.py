"""A reference from the sound leg."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError


class LegMap(Protocol):
    """What tells one leg from the other, as `gaitloop.trajectory.LimbComplement` does."""

    def step(self, q: ArrayLike, dq: ArrayLike) -> tuple[Array, Array]:
        """Angles and velocities of the other leg.

        Parameters
        ----------
        q : array_like of float, shape (3,)
            Angles of the sound leg [rad].
        dq : array_like of float, shape (3,)
            Velocities of the sound leg [rad/s].

        Returns
        -------
        q : ndarray of float, shape (3,)
            Angles of the other leg [rad].
        dq : ndarray of float, shape (3,)
            Velocities of the other leg [rad/s].
        """
        ...


class Complement(NamedTuple):
    """Reference of a leg, of one tick or of every tick of a recording.

    Attributes
    ----------
    q : ndarray of float, shape (3,) or (T, 3)
        Angles [rad].
    dq : ndarray of float, shape (3,) or (T, 3)
        Velocities [rad/s].
    confidence : float or ndarray of float, shape (T,)
        1 where the reference is the sound leg's, 0 where it is the pattern's [-].
    """

    q: Array
    dq: Array
    confidence: float | Array


class ComplementaryMotion:
    """Reference of the weak leg from the sound one, that neither jumps nor runs [1]_.

    Where the sound leg is not seen, the reference goes over to the one it is given instead, and back.

    Parameters
    ----------
    complement : LegMap
        What tells one leg from the other, such as a `gaitloop.trajectory.LimbComplement`.
    max_velocity : array_like of float, shape (3,)
        Fastest movement of the reference [rad/s], 0.1 to 20.
    fade : float
        Time of a hand-over [s], 0.05 to 5.

    Raises
    ------
    ConfigError
        If a value is outside its range or an array has another shape.

    References
    ----------
    .. [1] Vallery, H., van Asseldonk, E. H. F., Buss, M. and van der Kooij, H. (2009). Reference trajectory generation
       for rehabilitation robots: complementary limb motion estimation. IEEE TNSRE, 17(1), 23-30.
    """

    __slots__ = ("_core", "_map")

    def __init__(self, complement: LegMap, max_velocity: ArrayLike, fade: float) -> None:
        self._map = complement
        self._core = _core.ComplementaryMotion(to_array("max_velocity", max_velocity, 1), to_number("fade", fade))

    def step(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float) -> Complement:
        """Reference of one tick.

        Parameters
        ----------
        q : array_like of float, shape (3,)
            Angles of the sound leg [rad]; NaN where absent.
        dq : array_like of float, shape (3,)
            Velocities of the sound leg [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (3,)
            Angles of the reference without the sound leg [rad].
        dq_ref : array_like of float, shape (3,)
            Its velocities [rad/s].
        dt : float
            Time since the last tick [s]; what is not above 0 counts as 0, more than 0.02 as that.

        Returns
        -------
        Complement
            Angles, velocities and confidence.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        given = {"q": q, "dq": dq, "q_ref": q_ref, "dq_ref": dq_ref}
        angles, rates, wanted, speeds = (to_array(name, values, 1) for name, values in given.items())
        for name, values in (("q", angles), ("dq", rates)):
            if values.shape != (3,):
                raise ConfigError(f"{name} must have shape (3,), got {values.shape}")
        seen, moves = np.full(3, np.nan), np.full(3, np.nan)
        if np.isfinite(angles).all() and np.isfinite(rates).all():
            seen, moves = self._map.step(angles, rates)
        return Complement(*self._core.step(seen, moves, wanted, speeds, to_number("dt", dt)))

    def run(self, q: ArrayLike, dq: ArrayLike, q_ref: ArrayLike, dq_ref: ArrayLike, dt: float) -> Complement:
        """Reference of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        q : array_like of float, shape (T, 3)
            Angles of the sound leg [rad]; NaN where absent.
        dq : array_like of float, shape (T, 3)
            Velocities of the sound leg [rad/s]; NaN where absent.
        q_ref : array_like of float, shape (T, 3)
            Angles of the reference without the sound leg [rad].
        dq_ref : array_like of float, shape (T, 3)
            Its velocities [rad/s].
        dt : float
            Time between ticks [s].

        Returns
        -------
        Complement
            Each field with time first.

        Raises
        ------
        ConfigError
            If an array has another shape.
        """
        given = {"q": q, "dq": dq, "q_ref": q_ref, "dq_ref": dq_ref}
        arrays = [to_array(name, values, 2) for name, values in given.items()]
        for name, values in zip(given, arrays, strict=True):
            if values.shape != (len(arrays[0]), 3):
                raise ConfigError(f"{name} must have shape ({len(arrays[0])}, 3), got {values.shape}")
        ticks = [self.step(a, v, r, w, dt) for a, v, r, w in zip(*arrays, strict=True)]
        angles, rates = (np.array([tick[k] for tick in ticks], dtype=np.float64).reshape(-1, 3) for k in (0, 1))
        return Complement(angles, rates, np.array([tick.confidence for tick in ticks], dtype=np.float64))

    def reset(self) -> None:
        """As new."""
        self._core.reset()
