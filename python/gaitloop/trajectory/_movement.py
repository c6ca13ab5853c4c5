"""Movement between two states."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from ..errors import ConfigError
from ._inputs import Array, Out, number, signal

State: TypeAlias = tuple[ArrayLike, ArrayLike, ArrayLike]


class MinimumJerk:
    """Movement from rest to rest with the least jerk.

    Parameters
    ----------
    start : array_like of float, shape () or (J,)
        Where it begins [rad], or any other unit, -1e6 to 1e6.
    end : array_like of float, shape () or (J,)
        Where it ends [rad], or the unit of `start`, -1e6 to 1e6.
    duration : float
        How long it takes [s], 1e-3 to 1e4.

    Raises
    ------
    ConfigError
        If an argument is outside its range, or `end` has another shape than `start`.

    References
    ----------
    .. [1] Flash, T. & Hogan, N. (1985). The coordination of arm movements: an experimentally confirmed mathematical
       model. Journal of Neuroscience, 5(7), 1688-1703. https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985

    Examples
    --------
    >>> q, dq, ddq = MinimumJerk(0.0, 1.0, 2.0).evaluate(1.0)
    >>> float(q), float(dq), float(ddq)
    (0.5, 0.9375, 0.0)
    """

    __slots__ = ("_core",)

    def __init__(self, start: ArrayLike, end: ArrayLike, duration: float) -> None:
        self._core = _core.MinimumJerk(signal("start", start), signal("end", end), number("duration", duration))

    def evaluate(self, t: ArrayLike, out: Out | Array | None = None) -> Out:
        """Value and first two time derivatives.

        Parameters
        ----------
        t : array_like of float, shape () or (T,)
            Time since the start [s]; before 0 and for NaN the start, after the duration the end.
        out : tuple of three ndarray, each of shape (), (J,), (T,) or (T, J), or one ndarray of three of them, or None
            Where to write the result [rad, rad/s, rad/s²], C-contiguous float64. None makes new arrays.

        Returns
        -------
        q, dq, ddq : ndarray of float, shape (), (J,), (T,) or (T, J)
            Value [rad], velocity [rad/s] and acceleration [rad/s²]: the shape of `t` followed by that of `start`.

        Raises
        ------
        ConfigError
            If a shape does not fit.

        Examples
        --------
        >>> [x.shape for x in MinimumJerk([0.0, 0.1], [0.5, 0.4], 1.5).evaluate([0.0, 0.5, 1.0])]
        [(3, 2), (3, 2), (3, 2)]
        """
        return self._core.evaluate(t if type(t) is float else signal("t", t), out)


def _rows(name: str, state: State) -> list[float | Array]:
    rows = list(state) if isinstance(state, tuple | list | np.ndarray) else []
    if len(rows) != 3:
        raise ConfigError(f"{name} must be position, velocity and acceleration, got {state!r}")
    parts = (f"{name} position", f"{name} velocity", f"{name} acceleration")
    return [signal(part, row) for part, row in zip(parts, rows, strict=True)]


class Quintic:
    """Movement between two states of position, velocity and acceleration: the polynomial of fifth degree.

    Parameters
    ----------
    start : tuple of three array_like of float, each of shape () or (J,)
        Position, velocity and acceleration where it begins [rad, rad/s, rad/s²], or any other unit, -1e6 to 1e6. A
        single number stands for J equal ones beside others of shape (J,).
    end : tuple of three array_like of float, each of shape () or (J,)
        The same where it ends [rad, rad/s, rad/s²], or the unit of `start`.
    duration : float
        How long it takes [s], 1e-3 to 1e4.

    Raises
    ------
    ConfigError
        If an argument is outside its range, or shapes do not fit.

    Examples
    --------
    >>> movement = Quintic((0.0, 1.0, 0.0), (1.0, 0.0, 0.0), 1.0)
    >>> [float(x) for x in movement.evaluate(0.0)], [float(x) for x in movement.evaluate(1.0)]
    ([0.0, 1.0, 0.0], [1.0, 0.0, 0.0])
    """

    __slots__ = ("_core",)

    def __init__(self, start: State, end: State, duration: float) -> None:
        both = [*_rows("start", start), *_rows("end", end)]
        try:
            rows = np.broadcast_arrays(*both)
        except ValueError as error:
            shapes = ", ".join(str(np.shape(row)) for row in both)
            raise ConfigError(f"start and end must have one shape, () or (J,), got {shapes}") from error
        first, last = np.array(rows[:3]), np.array(rows[3:])
        self._core = _core.Quintic(first, last, number("duration", duration))

    def evaluate(self, t: ArrayLike, out: Out | Array | None = None) -> Out:
        """Position, velocity and acceleration.

        Parameters
        ----------
        t : array_like of float, shape () or (T,)
            Time since the start [s]; before 0 and for NaN the state `start`, after the duration the state `end`.
        out : tuple of three ndarray, each of shape (), (J,), (T,) or (T, J), or one ndarray of three of them, or None
            Where to write the result [rad, rad/s, rad/s²], C-contiguous float64. None makes new arrays.

        Returns
        -------
        q, dq, ddq : ndarray of float, shape (), (J,), (T,) or (T, J)
            Position [rad], velocity [rad/s] and acceleration [rad/s²]: the shape of `t` followed by that of the states.

        Raises
        ------
        ConfigError
            If a shape does not fit.

        Examples
        --------
        >>> [x.shape for x in Quintic(([0.0, 0.1], 0.0, 0.0), (1.0, 0.5, 0.0), 1.5).evaluate([0.0, 0.5, 1.0])]
        [(3, 2), (3, 2), (3, 2)]
        """
        return self._core.evaluate(t if type(t) is float else signal("t", t), out)
