"""Gait events from the joint angles of an exoskeleton."""

from __future__ import annotations

from typing import Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..recording import Events
from ._contacts import run

__all__ = ["JointContacts"]


class JointContacts(_core.JointContacts):
    """Initial contact and toe-off of both feet from joint angles, tick by tick.

    A leg swings from where its ankle is furthest behind the hip to where it is furthest ahead [1]_, here by the angles
    of hip and knee with the trunk taken upright; contact follows when the foot has come down to the level of the other
    one. Body size plays no part. A zero of an angle that is wrong by more than about 2 degrees moves contacts.

    Parameters
    ----------
    earliest : float
        Earliest contact after the foot was furthest ahead [s], 0 to 0.2.
    latest : float
        Latest contact after the foot was furthest ahead [s], 0 to 0.2, not before `earliest`.
    usual : float
        Contact after the foot was furthest ahead where the ankles are not measured [s], 0 to 0.2.
    gap : float
        Time without a sample after which the momentary state of a foot is forgotten [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Zeni, J. A., Richards, J. G. & Higginson, J. S. (2008). Two simple methods for determining gait events during
       treadmill and overground walking using kinematic data. Gait & Posture, 27(4), 710-714.
       https://doi.org/10.1016/j.gaitpost.2007.07.007

    Examples
    --------
    >>> import numpy as np
    >>> from gaitloop.trajectory import GaitPattern
    >>> t = np.arange(0.0, 6.0, 0.01)
    >>> q, _, _ = GaitPattern.koopman(speed=0.8, height=1.72).evaluate(0.6 * t)
    >>> events = JointContacts().run(q, t)
    >>> len(events.times("left", "ic")), len(events.times("right", "ic"))
    (3, 4)
    """

    __slots__ = ()

    def __new__(cls, *, earliest: float = 0.05, latest: float = 0.1, usual: float = 0.085, gap: float = 0.1) -> Self:
        return super().__new__(
            cls,
            earliest=to_number("earliest", earliest),
            latest=to_number("latest", latest),
            usual=to_number("usual", usual),
            gap=to_number("gap", gap),
        )

    def run(self, q: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        q : array_like of float, shape (T, 6)
            Joint angles [rad] in the order hip, knee, ankle of the left and of the right leg, flexion and dorsiflexion
            positive; NaN where nothing was measured, as for ankles without a sensor.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.
        causal : bool
            Whether each event may use only samples up to its `emit` time. If not, the detector's state plays no part.

        Returns
        -------
        Events
            All events in the order in which they were known, or in order of time if not causal.

        Raises
        ------
        ConfigError
            If the shapes do not fit, a time is not finite or times do not increase.
        """
        return run(super().run, "q", q, t, causal)
