"""Patterns made of others: between recorded speeds, and one leg from the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import GaitPattern as CorePattern
from ..errors import ConfigError
from ._inputs import Array, array, number

if TYPE_CHECKING:
    from typing import Self

    from ._pattern import GaitPattern


def _side(name: str, side: str) -> int:
    if side not in _core.SIDES:
        raise ConfigError(f"{name} must be 'left' or 'right', got {side!r}")
    return _core.SIDES.index(side)


class Deriving:
    """How `GaitPattern` is made from several strides, or from one leg."""

    __slots__ = ()
    _core: CorePattern

    if TYPE_CHECKING:

        @classmethod
        def _wrap(cls, core: CorePattern) -> Self: ...

        @classmethod
        def from_table(
            cls,
            angles: ArrayLike,
            *,
            stride_time: float,
            offset: float = 0.5,
            speed: float | None = None,
            closing: float = 0.05,
        ) -> Self: ...

    @classmethod
    def from_speed_table(
        cls,
        angles: ArrayLike,
        speeds: ArrayLike,
        stride_times: ArrayLike,
        speed: float,
        *,
        leg_length: float | None = None,
        table_leg_length: ArrayLike | None = None,
        offset: float = 0.5,
        closing: float = 0.05,
    ) -> Self:
        """Pattern between strides recorded at several speeds, for a person of the same or another size.

        Each angle and the stride time follow a piecewise cubic over speed that rises and falls only where the recorded
        values do. With leg lengths, speeds count as ``speed / sqrt(g leg)`` and times as ``time sqrt(g / leg)``, so
        that children's strides serve adults and the other way round.

        Parameters
        ----------
        angles : array_like of float, shape (S, N, 3) or (S, N, 6)
            Joint angles [rad] of S strides, 2 or more, each as for `from_table`.
        speeds : array_like of float, shape (S,)
            Speed of each stride [m/s], 0.01 to 5, increasing (with leg lengths: as non-dimensional speeds).
        stride_times : array_like of float, shape (S,)
            Duration of each stride [s], 0.3 to 10.
        speed : float
            Walking speed of the pattern [m/s], 0.05 to 5; nothing is extrapolated beyond the recorded speeds.
        leg_length : float or None
            Leg length of the person [m], 0.3 to 1.3; given together with `table_leg_length` or not at all.
        table_leg_length : array_like of float, shape () or (S,), or None
            Leg length of the people who were recorded [m], 0.3 to 1.3.
        offset : float
            Phase of the right side minus phase of the left [-], 0 to 1.
        closing : float
            Part of the cycle at each end over which the gap between last and first row is closed [-], 0.01 to 0.5.

        Returns
        -------
        GaitPattern
            The pattern at `speed`.

        Raises
        ------
        ConfigError
            If a shape or a value is refused, or `speed` lies beyond the recorded ones; the message says their range.

        References
        ----------
        .. [1] Hof, A. L. (1996). Scaling gait data to body size. Gait & Posture, 4(3), 222-223.
        .. [2] Fritsch, F. N. & Butland, J. (1984). A method for constructing local monotone piecewise cubic
           interpolants. SIAM Journal on Scientific and Statistical Computing, 5(2), 300-304.

        Examples
        --------
        >>> import gaitloop as gl
        >>> wave = np.cos(2 * np.pi * np.linspace(0, 1, 51))[:, None] * [0.4, 0.3, 0.1]
        >>> slow_and_fast = np.stack([0.8 * wave, wave])
        >>> pattern = gl.trajectory.GaitPattern.from_speed_table(slow_and_fast, [0.6, 1.2], [1.5, 1.1], 0.9)
        >>> round(pattern.stride_rate, 3)
        0.769
        """
        table = array("angles", angles, (3,), "(S, N, 3) or (S, N, 6)")
        lengths: tuple[float, Array] | None = None
        if (leg_length is None) != (table_leg_length is None):
            raise ConfigError("leg_length and table_leg_length must be given together, got one of them")
        if leg_length is not None and table_leg_length is not None:
            if np.ndim(table_leg_length):
                each = array("table_leg_length", table_leg_length, (1,), "() or (S,)")
            else:
                each = np.full(len(table), number("table_leg_length", table_leg_length))
            lengths = (number("leg_length", leg_length), each)
        return cls._wrap(
            _core.pattern_from_speed_table(
                table,
                array("speeds", speeds, (1,), "(S,)"),
                array("stride_times", stride_times, (1,), "(S,)"),
                number("speed", speed),
                lengths,
                number("offset", offset),
                number("closing", closing),
            )
        )

    @classmethod
    def complement(
        cls,
        sound_leg: GaitPattern | ArrayLike,
        side: str,
        offset: float = 0.5,
        *,
        stride_time: float | None = None,
        speed: float | None = None,
        closing: float = 0.05,
    ) -> Self:
        """The other leg from the sound one: it does the same, `offset` of a cycle apart.

        Parameters
        ----------
        sound_leg : GaitPattern or array_like of float, shape (N, 3)
            A pattern whose leg `side` is the sound one, or a stride of the sound leg as for `from_table` [rad].
        side : str
            Side of the sound leg, ``"left"`` or ``"right"``.
        offset : float
            Phase of the right side minus phase of the left [-], 0 to 1.
        stride_time : float or None
            Duration of the stride [s], 0.3 to 10; required with a table, a pattern has its own.
        speed : float or None
            Walking speed [m/s], 0.05 to 5, for a table; a pattern has its own.
        closing : float
            Part of the cycle over which a table is closed [-], 0.01 to 0.5.

        Returns
        -------
        GaitPattern
            Both legs with the curves of the sound one.

        Raises
        ------
        ConfigError
            If an argument is outside its range, missing for a table, or given beside a pattern.

        Examples
        --------
        >>> import gaitloop as gl
        >>> pattern = gl.trajectory.GaitPattern.koopman(0.8, 1.72)
        >>> gl.trajectory.GaitPattern.complement(pattern, "left", offset=0.48).offset
        0.48
        """
        sound = _side("side", side)
        if isinstance(sound_leg, Deriving):
            if stride_time is not None or speed is not None:
                raise ConfigError("stride_time and speed must be None beside a pattern, which has its own")
            return cls._wrap(_core.complement_pattern(sound_leg._core, sound, number("offset", offset)))
        table = array("angles", sound_leg, (2,), "(N, 3)")
        if table.shape[1] != 3:
            raise ConfigError(f"angles must have shape (N, 3), got {table.shape}")
        if stride_time is None:
            raise ConfigError("stride_time must be given with a table, got None")
        return cls.from_table(table, stride_time=stride_time, offset=offset, speed=speed, closing=closing)


class LimbComplement:
    """Angles and velocities of one leg from those of the other, instant by instant and without a phase.

    A linear map learned from a healthy pattern at its own cadence.

    References
    ----------
    .. [1] Vallery, H., van Asseldonk, E. H. F., Buss, M. & van der Kooij, H. (2009). Reference trajectory generation
       for rehabilitation robots: complementary limb motion estimation. IEEE Transactions on Neural Systems and
       Rehabilitation Engineering, 17(1), 23-30. https://doi.org/10.1109/TNSRE.2008.2008278. Differs in learning from
       one mean stride by ridge regression, and in never leaving the range of that stride.

    Examples
    --------
    >>> import gaitloop as gl
    >>> pattern = gl.trajectory.GaitPattern.koopman(0.8, 1.72)
    >>> other = LimbComplement.from_pattern(pattern)
    >>> q, dq = other.step(*(x[:3] for x in pattern.evaluate(0.3)[:2]))
    >>> q.shape, dq.shape
    ((3,), (3,))
    """

    __slots__ = ("_core",)
    _core: _core.LimbComplement

    def __init__(self) -> None:
        raise ConfigError("LimbComplement must be made by LimbComplement.from_pattern, got a direct call")

    @classmethod
    def from_pattern(cls, pattern: GaitPattern, *, sound: str = "left", ridge: float = 1e-3) -> LimbComplement:
        """Learned from a healthy pattern.

        Parameters
        ----------
        pattern : GaitPattern
            The pattern, at its own cadence.
        sound : str
            Side that will be given to `step`, ``"left"`` or ``"right"``.
        ridge : float
            How much small numbers of the map are preferred [-], 1e-9 to 1; more is smoother and less exact.

        Returns
        -------
        LimbComplement
            The map; `rms` says how well it does on the pattern itself.

        Raises
        ------
        ConfigError
            If an argument is refused.

        Examples
        --------
        >>> import gaitloop as gl
        >>> other = LimbComplement.from_pattern(gl.trajectory.GaitPattern.koopman(1.0, 1.75), sound="right")
        >>> bool(other.rms[:3].max() < 0.2)
        True
        """
        if not isinstance(pattern, Deriving):
            raise ConfigError(f"pattern must be a GaitPattern, got {type(pattern).__name__}")
        made = cls.__new__(cls)
        made._core = _core.LimbComplement(pattern._core, _side("sound", sound), number("ridge", ridge))
        return made

    def step(self, q_sound: ArrayLike, dq_sound: ArrayLike) -> tuple[Array, Array]:
        """Angles and velocities of the other leg.

        Parameters
        ----------
        q_sound : array_like of float, shape (3,)
            Hip, knee and ankle angle of the sound leg [rad]; not finite counts as the pattern's mean.
        dq_sound : array_like of float, shape (3,)
            Their velocities [rad/s]; not finite counts as the pattern's mean.

        Returns
        -------
        q, dq : ndarray of float, shape (3,)
            Angles [rad] and velocities [rad/s] of the other leg, within the range of the learned pattern.

        Raises
        ------
        ConfigError
            If a shape does not fit.

        Examples
        --------
        >>> import gaitloop as gl
        >>> other = LimbComplement.from_pattern(gl.trajectory.GaitPattern.koopman(1.0, 1.75))
        >>> q, dq = other.step([0.3, 0.1, 0.0], [0.0, 0.0, 0.0])
        """
        return self._core.step(array("q", q_sound, (1,), "(3,)"), array("dq", dq_sound, (1,), "(3,)"))

    @property
    def rms(self) -> Array:
        """Root mean square error on the pattern it learned from, shape (6,): angles [rad], then velocities [rad/s]."""
        return self._core.rms
