"""From an inertial sensor on the lower back to initial contact and toe-off of each foot."""

from __future__ import annotations

from typing import Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..recording import Events
from ._contacts import run

__all__ = ["BackImuContacts"]


class BackImuContacts(_core.BackImuContacts):
    """Initial contact and toe-off of both feet from one inertial sensor on the lower back, tick by tick.

    The vertical acceleration of the trunk rises once a step, at the contact of a foot; the trunk turns to the left
    around the contact of the right foot and to the right around that of the left. The sensor may be mounted in any
    way: only the direction of gravity is used. A walk is reported from its third step on, all three steps then at
    once. The side is a guess where the trunk hardly turns, and the confidence then at most 0.5. The toe-off of the
    other foot is not seen: it follows the contact by the double-support time that belongs to the step time.

    Parameters
    ----------
    floor : float
        Smallest rise of the smoothed vertical acceleration that may be a step [m/s²], 0.05 to 5.
    rise : float
        Share of the usual rise of a step at which a contact is seen [-], 0.1 to 0.9.
    step_time : float
        Step time that is assumed until steps were seen [s], 0.3 to 1.8.
    gap : float
        Time without a sample after which the moment is forgotten [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    Zijlstra and Hof 2003, doi:10.1016/S0966-6362(02)00190-X (rise of the trunk at contact); McCamley et al. 2012,
    doi:10.1016/j.gaitpost.2012.02.019 (turn of the trunk and side); Grieve and Gear 1966,
    doi:10.1080/00140136608964399 (swing and step time).

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(0.0, 6.0, 0.01)
    >>> imu = np.zeros((len(t), 6))
    >>> walks = np.clip(t - 1.0, 0.0, 1.0)
    >>> imu[:, 2] = 9.81 + 2.0 * walks * np.cos(2 * np.pi * t / 0.5)  # two steps a second
    >>> imu[:, 5] = 0.3 * walks * np.cos(np.pi * t / 0.5)
    >>> contacts = BackImuContacts().run(imu, t).select(kind="ic")
    >>> [(event.side, round(event.time, 1)) for event in contacts][-3:]
    [('right', 4.9), ('left', 5.4), ('right', 5.9)]
    """

    __slots__ = ()

    def __new__(cls, *, floor: float = 0.6, rise: float = 0.3, step_time: float = 0.6, gap: float = 0.2) -> Self:
        return super().__new__(
            cls,
            floor=to_number("floor", floor),
            rise=to_number("rise", rise),
            step_time=to_number("step_time", step_time),
            gap=to_number("gap", gap),
        )

    def run(self, imu: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        imu : array_like of float, shape (T, 6)
            Acceleration x, y, z [m/s²], gravity included, then angular velocity x, y, z [rad/s], in the axes of the
            sensor; NaN where nothing was measured.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.
        causal : bool
            Whether each event may use only samples up to its `emit` time. If not, the detector's state plays no part
            and steps, sides and times are those that fit the whole recording best.

        Returns
        -------
        Events
            All events in the order in which they were known, or in order of time if not causal.

        Raises
        ------
        ConfigError
            If the shapes do not fit, a time is not finite or times do not increase.
        """
        return run(super().run, "imu", imu, t, causal)
