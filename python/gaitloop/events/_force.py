"""From samples to initial contact and toe-off of each foot."""

from __future__ import annotations

from typing import Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..recording import Events
from ._contacts import run

__all__ = ["ForceContacts"]


class ForceContacts(_core.ForceContacts):
    """Initial contact and toe-off of both feet from their vertical forces, tick by tick.

    Thresholds with hysteresis, debouncing and a refractory time; the zero of each foot is followed while it is
    lifted and its scale from step to step. A foot that stands across two belts loads the other foot's sensor too; the
    other foot's toe-off and next contact are then read from the ratio of both forces.

    Parameters
    ----------
    scale : float
        Peak force of a step that is assumed until one was seen [N], 100 to 3000.
    on : float
        Force at which a contact begins, as a share of the peak force [-], 0.01 to 0.5.
    off : float
        Force at which a contact ends, as a share of the peak force [-], 0.01 to 0.5, not above `on`.
    floor : float
        Smallest of both thresholds [N], 1 to 200.
    arm : float
        Share of the upper threshold from which the debounce time of a contact counts [-], 0.1 to 1.
    debounce : float
        Time a new state must last before it is believed [s], 0 to 0.05.
    refractory : float
        Smallest time between two events of a foot [s], 0 to 0.5.
    baseline_time : float
        Time constant with which the zero of a lifted foot is followed [s], 0.02 to 10.
    baseline_max : float
        Largest zero error that is followed [N], 0 to 200.
    settle : float
        Time from the first sample until events are reported [s], 0 to 1.
    gap : float
        Time without a sample after which the state of a foot is forgotten [s], 0.01 to 1.
    shared : bool
        Whether a foot may load the other foot's sensor too, as on two belts.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    Examples
    --------
    >>> contacts = ForceContacts()
    >>> import numpy as np
    >>> t = np.arange(0.0, 1.0, 0.01)
    >>> left = np.where(t > 0.5, 700.0, 0.0)
    >>> [(event.side, event.kind) for event in contacts.run(np.stack([left, 0 * left], axis=1), t)]
    [('left', 'ic')]
    """

    __slots__ = ()

    def __new__(
        cls,
        *,
        scale: float = 700.0,
        on: float = 0.055,
        off: float = 0.04,
        floor: float = 30.0,
        arm: float = 0.3,
        debounce: float = 0.008,
        refractory: float = 0.12,
        baseline_time: float = 0.3,
        baseline_max: float = 50.0,
        settle: float = 0.1,
        gap: float = 0.1,
        shared: bool = True,
    ) -> Self:
        return super().__new__(
            cls,
            scale=to_number("scale", scale),
            on=to_number("on", on),
            off=to_number("off", off),
            floor=to_number("floor", floor),
            arm=to_number("arm", arm),
            debounce=to_number("debounce", debounce),
            refractory=to_number("refractory", refractory),
            baseline_time=to_number("baseline_time", baseline_time),
            baseline_max=to_number("baseline_max", baseline_max),
            settle=to_number("settle", settle),
            gap=to_number("gap", gap),
            shared=shared,
        )

    def run(self, force: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        force : array_like of float, shape (T, 2)
            Vertical force on the left and right foot [N], upward positive; NaN where nothing was measured.
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
        return run(super().run, "force", force, t, causal)
