"""Force of the rope that carries part of the body weight."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_floats, to_number
from ..errors import ConfigError


class SupportLaw(IntEnum):
    """How the rope carries.

    =============  =====  ===============================================================================
    mode           value  meaning
    =============  =====  ===============================================================================
    STATIC         0      winds to the share; once the person stands still, its length is locked
    COUNTERWEIGHT  1      constant force, no feedback
    DYNAMIC        2      constant force by the measured one
    ADAPTIVE       3      the same, following the movement of the pelvis; the share changes slowly
    =============  =====  ===============================================================================
    """

    STATIC = 0
    COUNTERWEIGHT = 1
    DYNAMIC = 2
    ADAPTIVE = 3


class Support(NamedTuple):
    """Support of one tick or of every tick of a recording.

    Attributes
    ----------
    force : float or ndarray of float, shape (T,)
        Force of the rope [N]; without effect while its length is held.
    hold : bool or ndarray of bool, shape (T,)
        Whether the length of the rope is held [-].
    caught : bool or ndarray of bool, shape (T,)
        Whether a fall was caught and nobody has let the person down yet [-].
    watching : bool or ndarray of bool, shape (T,)
        Whether the height of the pelvis is known, so that a fall would be seen [-].
    """

    force: float | Array
    hold: bool | NDArray[np.bool_]
    caught: bool | NDArray[np.bool_]
    watching: bool | NDArray[np.bool_]


class BodyWeightSupport:
    """Carries a share of the body weight by a rope, and catches a fall by holding its length.

    The force stays within 0 and `force_max` and moves by at most `slope`; after a hold it starts at the force that the
    rope has. A caught fall stays caught until it is released. All constants are ours; an actively controlled rope is
    that of [1]_, shares of 40 to 50 down to 20 % those of [2]_.

    Parameters
    ----------
    body_weight : float
        Weight of the person [N], 200 to 2000.
    force_max : float
        Largest force [N], 0 to 2000.
    rate : float
        Largest change of the force that is asked for [N/s], 1 to 2000, not above `slope`.
    slope : float
        Largest change of the force [N/s], 1 to 20000.
    share_rate : float
        Largest change of the share when adaptive [1/s], 0.0005 to 0.1.
    kp : float
        Proportional gain [-], 0 to 2.
    ki : float
        Integral gain [1/s], 0 to 10.
    reserve : float
        Largest correction, as a share of the body weight [-], 0 to 0.3.
    drag : float
        Vertical drag of the rope drive [N·s/m], 0 to 2000.
    lag : float
        Lag of its force [s], 0 to 0.2.
    fall_drop : float
        Drop of the pelvis that is a fall [m], 0.04 to 0.3.
    fall_speed : float
        Downward speed that is a fall [m/s], 0.35 to 1.5.
    fall_time : float
        Time for which it must last [s], 0 to 0.1.

    Raises
    ------
    ConfigError
        If a value is outside its range or `rate` lies above `slope`.

    References
    ----------
    .. [1] Frey, M., et al. (2006). A novel mechatronic body weight support system. IEEE Transactions on Neural Systems
       and Rehabilitation Engineering, 14(3), 311-321.
    .. [2] PMC4349529.

    Examples
    --------
    >>> rope = BodyWeightSupport(800.0, 500.0)
    >>> for tick in range(100):
    ...     support = rope.step(0.3, SupportLaw.COUNTERWEIGHT, None, 0.95, dt=0.01)
    >>> round(support.force), support.hold, support.watching
    (200, False, True)
    """

    __slots__ = ("_core",)

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
        self._core = _core.BodyWeightSupport(
            to_number("body_weight", body_weight),
            to_number("force_max", force_max),
            rate=to_number("rate", rate),
            slope=to_number("slope", slope),
            share_rate=to_number("share_rate", share_rate),
            kp=to_number("kp", kp),
            ki=to_number("ki", ki),
            reserve=to_number("reserve", reserve),
            drag=to_number("drag", drag),
            lag=to_number("lag", lag),
            fall_drop=to_number("fall_drop", fall_drop),
            fall_speed=to_number("fall_speed", fall_speed),
            fall_time=to_number("fall_time", fall_time),
        )

    def step(self, share: float, mode: int, force: float | None, height: float | None, dt: float) -> Support:
        """Force of one tick.

        Parameters
        ----------
        share : float
            Share of the body weight to carry [-], clamped to 0 to 1; one that is not finite stays as it was.
        mode : SupportLaw
            How to carry [-].
        force : float or None
            Force of the rope as measured [N]; None or NaN when absent.
        height : float or None
            Height of the pelvis [m]; None or NaN when absent, and then no fall is seen.
        dt : float
            Length of the tick [s], taken as 0 to 0.02.

        Returns
        -------
        Support
            Force, whether the length is held, whether a fall was caught, and whether one would be seen.

        Raises
        ------
        ConfigError
            If `mode` is none of `SupportLaw` or a number is none.
        """
        pull = None if force is None else to_number("force", force)
        z = None if height is None else to_number("height", height)
        return Support(*self._core.step(to_number("share", share), _mode(mode), pull, z, to_number("dt", dt)))

    def run(self, share: ArrayLike, mode: ArrayLike, force: ArrayLike, height: ArrayLike, dt: float) -> Support:
        """Force of every tick of a recording; the same as `step` for each.

        Parameters
        ----------
        share : array_like of float, shape (T,)
            Share of the body weight to carry [-].
        mode : array_like of int, shape (T,)
            How to carry, a `SupportLaw` [-].
        force : array_like of float, shape (T,)
            Force of the rope as measured [N]; NaN when absent.
        height : array_like of float, shape (T,)
            Height of the pelvis [m]; NaN when absent.
        dt : float
            Length of every tick [s], taken as 0 to 0.02.

        Returns
        -------
        Support
            Force and flags of every tick.

        Raises
        ------
        ConfigError
            If a mode is none of `SupportLaw` or an array has another shape.
        """
        modes = np.array([_mode(m) for m in to_floats("mode", mode).ravel().tolist()], dtype=np.int64)
        shares, forces = to_array("share", share, 1), to_array("force", force, 1)
        return Support(*self._core.run(shares, modes, forces, to_array("height", height, 1), to_number("dt", dt)))

    def release(self) -> bool:
        """Let a caught person down.

        Returns
        -------
        bool
            Whether it was done; not while the person moves, and not when nobody was caught.
        """
        return self._core.release()

    def reset(self) -> None:
        """Forget everything; only with nobody on the rope."""
        self._core.reset()

    @property
    def caught(self) -> bool:
        """Whether a fall was caught and nobody has let the person down yet [-]."""
        return self._core.caught


def _mode(mode: float) -> int:
    if mode not in (0, 1, 2, 3):
        raise ConfigError(f"mode must be one of {', '.join(SupportLaw.__members__)}, got {mode!r:.80}")
    return int(mode)
