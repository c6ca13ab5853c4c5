"""From angular rates of the shanks to initial contact and toe-off of each foot."""

from __future__ import annotations

from typing import Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..recording import Events
from ._contacts import run

__all__ = ["ShankGyroContacts"]


class ShankGyroContacts(_core.ShankGyroContacts):
    """Initial contact and toe-off of both feet from a gyroscope on each shank, tick by tick.

    Each sensor may sit in any direction. The axis of the swing is that of the largest movement, forward the way in
    which the shank turns fastest; both are learnt within the first steps. Initial contact follows the end of the
    forward swing, toe-off leads its begin.

    Parameters
    ----------
    contact_delay : float
        Time from the end of the forward swing to the contact when no impact is felt [s], 0 to 0.1.
    lift_lead : float
        Time from the toe-off to the moment at which the shank begins to turn forward [s], 0 to 0.15.
    gap : float
        Time without a sample after which the state of a foot is forgotten [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    Aminian et al., "Spatio-temporal parameters of gait measured by an ambulatory system using miniature gyroscopes",
    Journal of Biomechanics 35 (2002).

    Examples
    --------
    >>> contacts = ShankGyroContacts()
    >>> import numpy as np
    >>> t = np.arange(0.0, 3.0, 0.01)
    >>> step = (t > 1.0) & (t < 1.9)
    >>> rate = np.where(step, np.interp(t, [1.0, 1.3, 1.4, 1.6, 1.8, 1.9], [0.0, -3.0, 0.0, 5.0, 0.0, -1.0]), 0.0)
    >>> gyr = np.zeros((len(t), 2, 3))
    >>> gyr[:, 0, 1] = rate
    >>> [(event.side, event.kind) for event in contacts.run(gyr, t)]
    [('left', 'to'), ('left', 'ic')]
    """

    __slots__ = ()

    def __new__(cls, *, contact_delay: float = 0.05, lift_lead: float = 0.058, gap: float = 0.15) -> Self:
        return super().__new__(
            cls,
            contact_delay=to_number("contact_delay", contact_delay),
            lift_lead=to_number("lift_lead", lift_lead),
            gap=to_number("gap", gap),
        )

    def run(self, gyr: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        gyr : array_like of float, shape (T, 2, 3)
            Angular rate of the left and right shank in the axes of each sensor [rad/s]; NaN where nothing was measured.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.
        causal : bool
            Whether each event may use only samples up to its `emit` time. If not, the detector's state plays no part
            and the whole recording is gone through once before, to learn from it.

        Returns
        -------
        Events
            All events in the order in which they were known, or in order of time if not causal.

        Raises
        ------
        ConfigError
            If the shapes do not fit, a time is not finite or times do not increase.
        """
        return run(super().run, "gyr", gyr, t, causal)
