"""Weight of the legs."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


class LegGravity:
    """Torque that holds the legs of a person against gravity, from segment tables.

    Parameters
    ----------
    mass : float
        Body mass [kg], 20 to 200.
    height : float
        Body height [m], 1.0 to 2.3.

    Raises
    ------
    ConfigError
        If mass or height is outside its range.

    References
    ----------
    .. [1] Drillis, R., & Contini, R. (1966). Body segment parameters. Technical Report 1166-03, New York University.
    .. [2] Winter, D. A. (2009). Biomechanics and motor control of human movement, 4th ed., table 4.1 (after Dempster).
       https://doi.org/10.1002/9780470549148

    Examples
    --------
    >>> LegGravity(75.0, 1.75).torque([0.5, 0.0, 0.0, 0.0, 0.0, 0.0]).round(1)
    array([21.8, -6. ,  0.8,  0.7, -0.7,  0.7])
    """

    __slots__ = ("_core",)

    def __init__(self, mass: float, height: float) -> None:
        self._core = _core.LegGravity(to_number("mass", mass), to_number("height", height))

    def torque(self, q: ArrayLike, pelvis_pitch: float = 0.0) -> Array:
        """Torque for a posture.

        Parameters
        ----------
        q : array_like of float, shape (6,)
            Joint angles [rad]; NaN where absent.
        pelvis_pitch : float
            Pitch of the pelvis [rad], positive leaning back.

        Returns
        -------
        ndarray of float, shape (6,)
            Torque that holds the legs [N·m]; 0 for the three joints of a side with an absent angle.

        Raises
        ------
        ConfigError
            If `q` has another shape.
        """
        return self._core.torque(to_array("q", q, 1), to_number("pelvis_pitch", pelvis_pitch))
