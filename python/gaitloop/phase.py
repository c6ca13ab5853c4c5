"""Gait phase of each side from initial contacts, time, and the movement of the leg."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._inputs import Array, to_array, to_floats, to_number
from .errors import ConfigError

__all__ = ["PhaseEstimator", "PhaseMode", "PhaseState"]


class PhaseMode(IntEnum):
    """What the phase of a side rests on, from best to worst: a ladder that a side goes up and down.

    ============  =====  ===================================================================================
    mode          value  meaning
    ============  =====  ===================================================================================
    FREE          0      no contact yet: the phase runs at the nominal rate
    TRACKING      4      oscillator: contacts arrive and the movement agrees with what was learned
    COASTING      5      oscillator: contacts are missing, the movement agrees
    SYNCED        1      events and time: the next contact is not due yet; no movement, or one that disagrees
    OVERDUE       2      events and time: the next contact is late
    STANCE_SWING  7      contacts are missing, no movement or one that disagrees; the stance is known
    STANDING      6      the movement rests; the rate ramps to 0
    DAMPED        8      nothing is known any more; the rate ramps to 0
    LOST          3      the same after the ramp; without a movement to follow, contacts missing for more than
                         half a cycle, and the phase goes on
    ============  =====  ===================================================================================
    """

    FREE = 0
    SYNCED = 1
    OVERDUE = 2
    LOST = 3
    TRACKING = 4
    COASTING = 5
    STANDING = 6
    STANCE_SWING = 7
    DAMPED = 8


@dataclass(frozen=True, slots=True)
class PhaseState:
    """Phase of both sides, of one tick or of every tick of a recording.

    Attributes
    ----------
    phase : ndarray of float, shape (2,) or (T, 2)
        Phase of left and right side [-], in [0, 1), 0 at that side's initial contact.
    rate : ndarray of float, shape (2,) or (T, 2)
        Rate of the phase [1/s], never negative.
    accel : ndarray of float, shape (2,) or (T, 2)
        Rate of the rate [1/s²].
    confidence : ndarray of float, shape (2,) or (T, 2)
        How far the phase can be trusted [-], 0 to 1.
    mode : ndarray of int, shape (2,) or (T, 2)
        What the phase rests on [-], a value of `PhaseMode`.
    changed : ndarray of bool, shape (2,) or (T, 2)
        Whether the mode is another one than after the tick before [-].
    """

    phase: Array
    rate: Array
    accel: Array
    confidence: Array
    mode: NDArray[np.uint8]
    changed: NDArray[np.bool_]


def _state(state: _core.PhaseState) -> PhaseState:
    return PhaseState(state.phase, state.rate, state.accel, state.confidence, state.mode, state.changed)


def _stance(stance: ArrayLike, ndim: int) -> Array:
    array = to_floats("stance", stance, truth=True)
    if array.ndim != ndim:
        raise ConfigError(f"stance must have {ndim} dimension{'s' if ndim > 1 else ''}, got shape {array.shape}")
    return array


class PhaseEstimator:
    """Gait phase of both sides, and what it rests on.

    Without a movement a side goes by events and time: between contacts its phase runs at the nominal rate of the belt
    times a slowly learned ratio, and a contact away from phase 0 is made up for by running faster or slower, within
    50 % of the rate. A contact sooner than half a cycle after the last one counts as the same contact. Without contacts
    the phase goes on; after one and a half cycles the side is lost.

    From the first `step` or `run` that is given `motion` until `reset`, the movement is followed as well, by an
    oscillator per side whose waveform is learned from whole strides between contacts. Adaptive oscillators [1]_, [2]_
    learn frequency and Fourier series of a signal; here the waveform is a table of 40 bins, and the gains are those of
    an extended Kalman filter of phase and rate, as in [3]_ but without a fixed model of gait. It compares the signal
    and its leaky integral, for the thigh angle the axes of a phase plane [4]_, so any signal of the leg that repeats
    with the stride will do: thigh angle, or pitch rate of thigh, shank or foot; unit, sign, size and offset do not
    matter. The stride time of each side is learned from its contacts; the parameters below do not touch this part.
    When contacts or movement fail, the side goes down the ladder of `PhaseMode`, one announced step at a time.

    The phase never jumps and never goes backward, except that while a movement is followed the first contact sets it.
    Sides do not influence each other, which matters where a paretic stride differs from the other, unless `coupling`
    asks for it: a machine that leads both legs must not let them swing at once.

    Parameters
    ----------
    phase_gain : float
        Share of a phase error that one contact corrects [-], 0 to 1.
    rate_gain : float
        Share of a rate error that one stride corrects [-], 0 to 1; the first strides correct more.
    rate_leak : float
        Share of the learned ratio that one stride forgets [-], 0 to 1.
    rate_span : float
        Largest distance of the ratio of actual to nominal rate from 1 [-], 0 to 0.5.
    dead_zone : float
        Phase error that is not corrected [-], 0 to 0.2. A walker whom the reference itself moves may meet the ground
        a little before or after phase 0; without a dead zone that would drive the rate away from the belt.
    correction_time : float
        Time over which a correction is spread [s], 0.05 to 2.
    rate_time : float
        Time constant of the rate [s], 0.005 to 0.5.
    coupling : float
        Share of the nominal rate by which, of sides that are out of step, the one that leads is slowed and the other
        one hastened at most [-], 0 to 0.5; without a movement only.
    apart : float
        How far the sides may be from half a stride apart before that [-], 0 to 0.25; it is full 0.1 further on.
    window : float
        Phase error beyond which a contact is stray, a foot that scuffs or is set down, and not taken [-], 0.1 to 0.5;
        one in the next stride is. With 0.5 all are taken.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.

    References
    ----------
    .. [1] Righetti, L., Buchli, J., Ijspeert, A. J. (2006). Dynamic Hebbian learning in adaptive frequency
       oscillators. Physica D, 216, 269-281. 10.1016/j.physd.2006.02.009. Differs in the learning rule: the rate
       is the state of a filter, and the stride time is measured between contacts.
    .. [2] Ronsse, R., Lenzi, T., Vitiello, N., et al. (2011). Oscillator-based assistance of cyclical movements:
       model-based and model-free approaches. Medical & Biological Engineering & Computing, 49(10), 1173-1185.
       10.1007/s11517-011-0816-1. Differs in the waveform: a table with a variance, learned from whole strides.
    .. [3] Medrano, R. L., Thomas, G. C., Keais, C. G., Rouse, E. J., Gregg, R. D. (2023). Real-time gait phase and
       task estimation for controlling a powered ankle exoskeleton on extremely uneven terrain. IEEE Transactions on
       Robotics, 39(3), 2170-2182. 10.1109/TRO.2023.3235584. Differs in the model, which is the person's own, and in
       that stride length and slope are not estimated.
    .. [4] Villarreal, D. J., Gregg, R. D. (2014). A survey of phase variable candidates of human locomotion. Annual
       International Conference of the IEEE Engineering in Medicine and Biology Society. Differs in that the place on
       the learned curve, not the angle in the plane, gives the phase.

    Examples
    --------
    >>> estimator = PhaseEstimator()
    >>> estimator.reset([0.0, 0.5])
    >>> for _ in range(1000):
    ...     state = estimator.step([np.nan, np.nan], nominal_rate=0.8, dt=0.001)
    >>> state.phase.round(2)
    array([0.76, 0.26])
    >>> PhaseMode(state.mode[0]).name
    'FREE'

    A thigh angle of ten strides of 1.1 s, of which the last three give no contact:

    >>> t = np.arange(1, 1101) * 0.01
    >>> thigh = np.stack([np.cos(2 * np.pi * t / 1.1)] * 2, axis=1)
    >>> contact_age = np.full((1100, 2), np.nan)
    >>> contact_age[111:800:110] = 0.02
    >>> state = PhaseEstimator().run(contact_age, np.full(1100, 0.9), 0.01, motion=thigh)
    >>> [PhaseMode(mode).name for mode in state.mode[[50, 150, 700, 1099], 0]]
    ['FREE', 'SYNCED', 'TRACKING', 'COASTING']
    >>> abs(float(state.phase[-1, 0] - t[-1] / 1.1 % 1.0)) < 0.02
    True
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        *,
        phase_gain: float = 0.35,
        rate_gain: float = 0.2,
        rate_leak: float = 0.04,
        rate_span: float = 0.15,
        dead_zone: float = 0.03,
        correction_time: float = 0.3,
        rate_time: float = 0.05,
        coupling: float = 0.0,
        apart: float = 0.1,
        window: float = 0.5,
    ) -> None:
        self._core = _core.PhaseEstimator(
            phase_gain=to_number("phase_gain", phase_gain),
            rate_gain=to_number("rate_gain", rate_gain),
            rate_leak=to_number("rate_leak", rate_leak),
            rate_span=to_number("rate_span", rate_span),
            dead_zone=to_number("dead_zone", dead_zone),
            correction_time=to_number("correction_time", correction_time),
            rate_time=to_number("rate_time", rate_time),
            coupling=to_number("coupling", coupling),
            apart=to_number("apart", apart),
            window=to_number("window", window),
        )

    def reset(self, phases: ArrayLike) -> None:
        """Start again, standing still, with nothing learned and no movement to follow.

        Parameters
        ----------
        phases : array_like of float, shape (2,)
            Phase of left and right side [-]; wrapped into [0, 1).

        Raises
        ------
        ConfigError
            If `phases` has another shape.
        """
        self._core.reset(to_array("phases", phases, 1))

    def step(
        self,
        contact_age: ArrayLike,
        nominal_rate: float,
        dt: float,
        motion: ArrayLike | None = None,
        stance: ArrayLike | None = None,
    ) -> PhaseState:
        """Advance by one tick.

        Parameters
        ----------
        contact_age : array_like of float, shape (2,)
            For a side whose initial contact is reported in this tick, the time since it happened [s], 0 to 1; NaN or
            anything outside for a side without one.
        nominal_rate : float
            Stride rate that the belt asks for [1/s], 0 to 5. Anything outside counts as 0 or, while a movement is
            followed, as no belt: NaN for somebody who walks over ground.
        dt : float
            Time since the last tick [s], up to 0.1; anything outside counts as 0.
        motion : array_like of float, shape (2,), optional
            Signal of each leg [any unit], NaN or beyond ±1e6 where it was not measured; gaps of up to 0.05 s are
            bridged. Once it was given it is expected, and a tick without it has it missing on both sides.
        stance : array_like of float, shape (2,), optional
            1 for a foot on the ground, 0 for one in the air [-], anything else where that is not known. Looked at only
            while a movement is followed.

        Returns
        -------
        PhaseState
            Phase, rate, acceleration, confidence, mode and change of mode, each of shape (2,).

        Raises
        ------
        ConfigError
            If `contact_age`, `motion` or `stance` has another shape.
        """
        age, rate = to_array("contact_age", contact_age, 1), to_number("nominal_rate", nominal_rate)
        signal = None if motion is None else to_array("motion", motion, 1)
        ground = None if stance is None else _stance(stance, 1)
        return _state(self._core.step(age, rate, to_number("dt", dt), signal, ground))

    def run(
        self,
        contact_age: ArrayLike,
        nominal_rate: ArrayLike,
        dt: float,
        motion: ArrayLike | None = None,
        stance: ArrayLike | None = None,
    ) -> PhaseState:
        """Advance through a recording; the same as `step` for each tick.

        Parameters
        ----------
        contact_age : array_like of float, shape (T, 2)
            Age of the contacts reported in each tick [s], NaN where there is none.
        nominal_rate : array_like of float, shape (T,)
            Stride rate that the belt asks for [1/s], NaN without a belt.
        dt : float
            Time between ticks [s].
        motion : array_like of float, shape (T, 2), optional
            Signal of each leg [any unit], NaN where it was not measured.
        stance : array_like of float, shape (T, 2), optional
            1 for a foot on the ground, 0 for one in the air [-], anything else where that is not known.

        Returns
        -------
        PhaseState
            Phase, rate, acceleration, confidence, mode and change of mode, each of shape (T, 2).

        Raises
        ------
        ConfigError
            If shapes do not fit.
        """
        ages, rates = to_array("contact_age", contact_age, 2), to_array("nominal_rate", nominal_rate, 1)
        signal = None if motion is None else to_array("motion", motion, 2)
        ground = None if stance is None else _stance(stance, 2)
        return _state(self._core.run(ages, rates, to_number("dt", dt), signal, ground))
