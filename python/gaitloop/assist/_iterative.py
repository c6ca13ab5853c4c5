"""Torque over phase, learned from stride to stride."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_flag, to_number, to_side
from ._inputs import to_flags, to_whole


class IterativeLearning:
    """Torque over phase that is learned from the error of a stride and forgotten without it [1]_.

    `torque[k+1](phase) = keep * torque[k](phase) + gain * error[k](phase + lead)`: without error it decays
    geometrically, a constant error settles at `gain * error / (1 - keep)`, and it never exceeds `bound`. It reports no
    potential; the work of a stride is at most `bound` times the joint's travel.

    Parameters
    ----------
    bins : int
        Number of phase bins [-], 10 to 100.
    keep : float
        Share of torque that a stride keeps [-], 0.5 to 0.999.
    gain : array_like of float, shape (6,)
        Torque per error [N·m/rad], 0 to 500.
    lead : float
        How much earlier in the cycle the torque acts than the error that it answers [-], 0 to 0.2.
    smoothing : float
        Weight of either neighbour in the smoothing over bins [-], 0 to 0.25.
    bound : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 100.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Duschau-Wicke, A., Brunsch, T., Lünenburger, L., & Riener, R. (2008). Adaptive support for
       patient-cooperative gait rehabilitation with the Lokomat. IEEE/RSJ IROS, 2357-2361.

    Examples
    --------
    >>> law = IterativeLearning(bins=10, keep=0.9, gain=[20.0] * 6, lead=0.0, smoothing=0.0, bound=[30.0] * 6)
    >>> for k in range(10):
    ...     law.observe(0, k / 10, [0.1, 0.0, None])
    >>> law.close(0, valid=True)
    >>> law.table(0)[0, 3]
    np.float64(2.0)
    """

    __slots__ = ("_core",)

    def __init__(
        self, *, bins: int, keep: float, gain: ArrayLike, lead: float, smoothing: float, bound: ArrayLike
    ) -> None:
        self._core = _core.IterativeLearning(
            bins=to_whole("bins", bins),
            keep=to_number("keep", keep),
            gain=to_array("gain", gain, 1),
            lead=to_number("lead", lead),
            smoothing=to_number("smoothing", smoothing),
            bound=to_array("bound", bound, 1),
        )

    def observe(self, side: int, phase: float, errors: ArrayLike) -> None:
        """Take the errors of a tick.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.
        phase : float
            Phase of the side [-].
        errors : array_like of float, shape (3,)
            Reference minus measured angle of hip, knee and ankle [rad], NaN or None where absent.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or `errors` has another shape.
        """
        self._core.observe(to_side(side), to_number("phase", phase), to_array("errors", errors, 1))

    def close(self, side: int, valid: bool) -> None:
        """End a stride.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.
        valid : bool
            Whether the stride counts; one that does not only forgets.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1.
        """
        self._core.close(to_side(side), to_flag("valid", valid))

    def torque(self, side: int, phase: float) -> Array:
        """Give the torque of a tick; to be called every tick, as a new table takes over within a tenth of the cycle.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.
        phase : float
            Phase of the side [-].

        Returns
        -------
        ndarray of float, shape (3,)
            Torque at hip, knee and ankle [N·m]; 0 where the phase is not finite.

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1.
        """
        return self._core.torque(to_side(side), to_number("phase", phase))

    def table(self, side: int) -> Array:
        """Give what was learned.

        Parameters
        ----------
        side : int
            Side [-], 0 left, 1 right.

        Returns
        -------
        ndarray of float, shape (3, bins)
            Torque of hip, knee and ankle at each phase bin [N·m].

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1.
        """
        return self._core.table(to_side(side))

    def run(self, phase: ArrayLike, errors: ArrayLike, side: int, close: ArrayLike, valid: ArrayLike) -> Array:
        """Take every tick of a recording: `close` where asked, then `observe`, then `torque`.

        Parameters
        ----------
        phase : array_like of float, shape (T,)
            Phase of the side [-].
        errors : array_like of float, shape (T, 3)
            Reference minus measured angle of hip, knee and ankle [rad], NaN where absent.
        side : int
            Side [-], 0 left, 1 right.
        close : array_like of bool, shape (T,)
            Ticks before which a stride ends [-].
        valid : array_like of bool, shape (T,)
            Whether the stride that ends there counts [-].

        Returns
        -------
        ndarray of float, shape (T, 3)
            Torque at hip, knee and ankle [N·m].

        Raises
        ------
        ConfigError
            If `side` is neither 0 nor 1 or an array has another shape.
        """
        columns = to_array("phase", phase, 1), to_array("errors", errors, 2)
        return self._core.run(*columns, to_side(side), to_flags("close", close), to_flags("valid", valid))

    def reset(self) -> None:
        """Forget everything."""
        self._core.reset()
