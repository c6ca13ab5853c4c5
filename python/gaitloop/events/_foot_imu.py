"""Initial contact and toe-off from an inertial sensor on each foot."""

from __future__ import annotations

from typing import Self

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import to_number
from ..recording import Events
from ._contacts import run

__all__ = ["FootImuContacts"]


class FootImuContacts(_core.FootImuContacts):
    """Initial contact and toe-off of both feet from an inertial sensor on each foot, tick by tick.

    The sensors may be mounted in any way. The axis about which a foot pitches is the main direction of its turning in
    the horizontal plane; its sign is the one with which the foot goes forward from step to step. By its pitch rate a
    foot pushes off, swings back and turns forward again when it comes down [1]_. Both feet are watched each by itself,
    and all thresholds follow what is usual for the person. Events are those of steps with a pitch: a foot that is
    turned on the spot or pushed flat over the floor gives none.

    Parameters
    ----------
    push : float
        Smallest pitch rate of a push-off [rad/s], 0.2 to 5.
    swing : float
        Smallest pitch rate of a swing [rad/s], 0.2 to 5.
    lift : float
        Smallest angle by which the heel rises in a push-off [rad], 0.02 to 0.5.
    toe_off_delay : float
        Time from the falling flank of the push-off to the toe-off [s], -0.05 to 0.05.
    contact_delay : float
        Time from the first turn forward after the swing to the initial contact [s], -0.05 to 0.05.
    min_stance : float
        Smallest time from an event to the next toe-off [s], 0.05 to 1.
    min_swing : float
        Smallest time from an event to the next initial contact [s], 0.05 to 1.
    gap : float
        Time without a sample after which the state of a foot is forgotten [s], 0.01 to 1.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Sabatini, A. M., Martelloni, C., Scapellato, S., Cavallo, F. (2005). Assessment of walking features from foot
       inertial sensing. IEEE Transactions on Biomedical Engineering, 52(3), 486-494. doi:10.1109/TBME.2004.840727.
       Differs in that axis, sign and thresholds are found while the person walks.

    Examples
    --------
    >>> import numpy as np
    >>> contacts = FootImuContacts()
    >>> t = np.arange(0.0, 2.0, 0.01)
    >>> pitch_rate = np.interp(t, [1.0, 1.2, 1.3, 1.5, 1.62, 1.68, 1.75], [0.0, 4.0, -5.0, -4.0, 3.0, 0.0, 0.0])
    >>> pitch = np.cumsum(pitch_rate) * 0.01
    >>> forward = np.where((t > 1.2) & (t < 1.4), 12.0, 0.0) - np.where((t > 1.4) & (t < 1.6), 12.0, 0.0)
    >>> imu = np.zeros((len(t), 2, 6))
    >>> imu[:, :, 2] = 9.81
    >>> imu[:, 0, 0] = forward * np.cos(pitch) - 9.81 * np.sin(pitch)
    >>> imu[:, 0, 2] = forward * np.sin(pitch) + 9.81 * np.cos(pitch)
    >>> imu[:, 0, 4] = pitch_rate
    >>> [(event.side, event.kind) for event in contacts.run(imu, t)]
    [('left', 'to'), ('left', 'ic')]
    """

    __slots__ = ()

    def __new__(
        cls,
        *,
        push: float = 0.8,
        swing: float = 0.6,
        lift: float = 0.12,
        toe_off_delay: float = -0.005,
        contact_delay: float = -0.004,
        min_stance: float = 0.2,
        min_swing: float = 0.15,
        gap: float = 0.1,
    ) -> Self:
        return super().__new__(
            cls,
            push=to_number("push", push),
            swing=to_number("swing", swing),
            lift=to_number("lift", lift),
            toe_off_delay=to_number("toe_off_delay", toe_off_delay),
            contact_delay=to_number("contact_delay", contact_delay),
            min_stance=to_number("min_stance", min_stance),
            min_swing=to_number("min_swing", min_swing),
            gap=to_number("gap", gap),
        )

    def run(self, imu: ArrayLike, t: ArrayLike, causal: bool = True) -> Events:  # type: ignore[override]
        """Take a recording: the same as a step per sample, or all of it at once.

        Parameters
        ----------
        imu : array_like of float, shape (T, 2, 6)
            Acceleration x, y, z [m/s²], gravity included, and angular velocity x, y, z [rad/s] of the left and of the
            right foot, in the sensors' own axes; a foot with a value that is NaN or beyond ±1000 is not watched.
        t : array_like of float, shape (T,)
            Time of each sample [s], -9e9 to 9e9, increasing.
        causal : bool
            Whether each event may use only samples up to its `emit` time. If not, the recording is gone through twice,
            the second time with what the first one learned; the detector's state plays no part.

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
