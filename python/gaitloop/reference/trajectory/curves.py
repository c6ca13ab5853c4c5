"""Section 3.6: six periodic splines that are added and scaled by their coefficients, and their extremes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._conventions import Array, wrap_array
from ..curve import Curve


class Extremes(NamedTuple):
    """Extremes of one joint's curve.

    Attributes
    ----------
    low, high : float
        Lowest and highest value [rad].
    size : ndarray of float, shape (4,)
        Largest magnitude of the value and of its first three derivatives with respect to phase [rad].
    """

    low: float
    high: float
    size: Array


class Curves:
    """Six periodic splines on the same number of intervals; one interval stands for constants.

    Parameters
    ----------
    values : ndarray of float, shape (6, N)
        Values at the knots `j / N` [rad].
    curvatures : ndarray of float, shape (6, N)
        Second derivatives with respect to phase there [rad].
    """

    __array_ufunc__ = None  # so that an array on the left leaves the product to this class

    def __init__(self, values: Array, curvatures: Array) -> None:
        self.values = values
        self.curvatures = curvatures

    @classmethod
    def constant(cls, values: Array) -> Curves:
        """Make constant curves.

        Parameters
        ----------
        values : ndarray of float, shape (6,)
            The constants [rad].

        Returns
        -------
        Curves
            The curves.
        """
        column = np.array(values, dtype=np.float64).reshape(6, 1)
        return cls(column, np.zeros((6, 1)))

    @classmethod
    def of(cls, curves: list[Curve]) -> Curves:
        """Make them of the six curves of a pattern.

        Parameters
        ----------
        curves : list of Curve
            Curves of the six joints [rad].

        Returns
        -------
        Curves
            The same curves.
        """
        return cls(np.array([c.values for c in curves]), np.array([c.curvatures for c in curves]))

    @property
    def intervals(self) -> int:
        """Number of intervals [-]; 1 for constants."""
        return int(self.values.shape[1])

    def __add__(self, other: Curves) -> Curves:
        return Curves(self.values + other.values, self.curvatures + other.curvatures)

    def __sub__(self, other: Curves) -> Curves:
        return self + -1.0 * other

    def __rmul__(self, factor: Array | float) -> Curves:
        per_joint = np.broadcast_to(np.asarray(factor, dtype=np.float64), (6,))[:, None]
        return Curves(per_joint * self.values, per_joint * self.curvatures)

    @property
    def is_constant(self) -> bool:
        """Whether no curve depends on phase."""
        return bool(np.all(self.values == self.values[:, :1]) and not self.curvatures.any())

    def fits(self, other: Curves) -> bool:
        """Whether both can be added coefficient by coefficient.

        Parameters
        ----------
        other : Curves
            Other curves.

        Returns
        -------
        bool
            True for the same number of intervals, or when one of them is constant.
        """
        return self.intervals == other.intervals or 1 in (self.intervals, other.intervals)

    def at(self, phases: Array) -> Array:
        """Value, first and second derivative, each leg at its own phase.

        Parameters
        ----------
        phases : ndarray of float, shape (2,)
            Phase of the left and of the right leg [-].

        Returns
        -------
        ndarray of float, shape (3, 6)
            Value and derivatives with respect to phase [rad].
        """
        n = self.intervals
        h = 1.0 / n
        x = np.repeat(wrap_array(phases), 3) * n
        j = np.minimum(np.floor(x).astype(np.intp), n - 1)
        u = x - j
        w = 1.0 - u
        joint, k = np.arange(6), (j + 1) % n
        y0, y1 = self.values[joint, j], self.values[joint, k]
        m0, m1 = self.curvatures[joint, j], self.curvatures[joint, k]
        value = w * y0 + u * y1 + h**2 / 6.0 * ((w**3 - w) * m0 + (u**3 - u) * m1)
        slope = (y1 - y0) / h + h / 6.0 * ((1.0 - 3.0 * w**2) * m0 + (3.0 * u**2 - 1.0) * m1)
        return np.array([value, slope, w * m0 + u * m1])

    def pieces(self, joint: int) -> Array:
        """Cubic pieces of one joint.

        Parameters
        ----------
        joint : int
            Which of the six [-].

        Returns
        -------
        ndarray of float, shape (4, N)
            Value and first three derivatives at the beginning of each piece [rad].
        """
        h = 1.0 / self.intervals
        y0, m0 = self.values[joint], self.curvatures[joint]
        y1, m1 = np.roll(y0, -1), np.roll(m0, -1)
        return np.array([y0, (y1 - y0) / h - h / 6.0 * (2.0 * m0 + m1), m0, (m1 - m0) / h])

    def extremes(self, joint: int) -> Extremes:
        """Extremes of one joint.

        Parameters
        ----------
        joint : int
            Which of the six [-].

        Returns
        -------
        Extremes
            Exact extremes of its cubic pieces.
        """
        n = self.intervals
        return _extremes(self.pieces(joint), np.full(n, 1.0 / n))


def difference_sizes(a: Curves, b: Curves, joint: int) -> Array:
    """Largest magnitudes of the difference of two curves, on whatever numbers of intervals.

    Parameters
    ----------
    a, b : Curves
        The curves [rad].
    joint : int
        Which of the six joints [-].

    Returns
    -------
    ndarray of float, shape (4,)
        Largest magnitude of the difference and of its first three derivatives with respect to phase [rad].
    """
    if a.fits(b):
        return (a - b).extremes(joint).size
    knots = np.unique(np.concatenate([np.arange(c.intervals) / c.intervals for c in (a, b)]))
    lengths = np.diff(np.append(knots, 1.0))
    pieces = _refined(a, joint, knots, lengths) - _refined(b, joint, knots, lengths)
    return _extremes(pieces, lengths).size


def _refined(curves: Curves, joint: int, knots: Array, lengths: Array) -> Array:
    """Pieces of one joint between finer knots."""
    n = curves.intervals
    piece = np.minimum(np.floor((knots + 0.5 * lengths) * n).astype(np.intp), n - 1)
    return _moved(curves.pieces(joint)[:, piece], knots - piece / n)


def _moved(pieces: Array, x: Array) -> Array:
    """Value and first three derivatives of cubic pieces at `x` after their beginning."""
    y, dy, ddy, dddy = pieces
    return np.array(
        [
            y + x * (dy + x * (ddy / 2.0 + x * dddy / 6.0)),
            dy + x * (ddy + x * dddy / 2.0),
            ddy + x * dddy,
            np.broadcast_to(dddy, np.shape(ddy + x)),
        ]
    )


def _extremes(pieces: Array, lengths: Array) -> Extremes:
    """Extremes of cubic pieces: at their ends, and where a derivative is 0 within them."""
    _, dy, ddy, dddy = pieces
    with np.errstate(all="ignore"):
        root = np.sqrt(ddy**2 - 2.0 * dy * dddy)
        q = -(ddy + np.copysign(root, ddy))  # the roots of dy + ddy x + dddy x²/2, without cancellation
        inner = [q / dddy, 2.0 * dy / q, -ddy / dddy]
    places = [np.zeros_like(lengths), lengths]
    places += [np.where((x > 0.0) & (x < lengths), x, 0.0) for x in inner]
    found = np.array([_moved(pieces, x) for x in places])
    return Extremes(float(found[:, 0].min()), float(found[:, 0].max()), np.abs(found).max(axis=(0, 2)))
