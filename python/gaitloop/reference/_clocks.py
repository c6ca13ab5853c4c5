"""Section 10: the times that a trainer keeps."""

from __future__ import annotations

from collections.abc import Sequence

from ._checks import in_range
from ._conventions import clamp, smooth_step
from .phase import PhaseMode, PhaseState
from .safety import LegMode, State

#: Time over which the legs let go at the end of a soft stop, once the belt stands [s].
_STAND_DOWN = 0.5
_MOTION = (LegMode.FULL, LegMode.NARROW, LegMode.RAMP)
_ACTIVE = (State.RUN, State.DEGRADED)


def in_motion(leg: LegMode) -> bool:
    """Tell whether the legs are led.

    Parameters
    ----------
    leg : LegMode
        What they are given.

    Returns
    -------
    bool
        Whether they are.
    """
    return leg in _MOTION


class Clocks:
    """Length of ticks, and how long training, settled gait and standing have lasted.

    Parameters
    ----------
    engage_time : float
        Duration of the soft start [s], 0.5 to 30.
    settle_time : float
        Time after it before gait is judged [s], 0 to 60.
    tick_max : float
        Longest tick [s].

    Attributes
    ----------
    stood : float
        Time that the belt has stood in a soft stop [s].

    Raises
    ------
    ConfigError
        If a time lies outside its range.
    """

    def __init__(self, engage_time: float, settle_time: float, tick_max: float) -> None:
        self._engage = in_range("engage_time", engage_time, 0.5, 30.0)
        self._settle = in_range("settle_time", settle_time, 0.0, 60.0)
        self._tick_max = tick_max
        self._t_max: int | None = None
        self._run = self._settled = self.stood = 0.0

    def tick(self, t: int) -> float:
        """Begin a tick.

        Parameters
        ----------
        t : int
            Its time [ns].

        Returns
        -------
        float
            Its length [s].
        """
        if self._t_max is None:
            self._t_max = t
            return 0.001
        dt = clamp((t - self._t_max) * 1e-9, 0.0, self._tick_max)
        self._t_max = max(self._t_max, t)
        return dt

    def engagement(self, leg: LegMode) -> float:
        """Give the engagement of the soft start.

        Parameters
        ----------
        leg : LegMode
            What the legs were given in the last tick.

        Returns
        -------
        float
            Engagement [-], 0 to 1.
        """
        if not in_motion(leg):
            return 0.0
        return smooth_step(self._run / self._engage) * smooth_step(1.0 - self.stood / _STAND_DOWN)

    def settled(self, state: State) -> bool:
        """Tell whether training has gone on for long enough.

        Parameters
        ----------
        state : State
            The supervisor's state after the last tick.

        Returns
        -------
        bool
            Whether gait may be judged.
        """
        return state in _ACTIVE and self._settled >= self._settle

    def tell(self, before: State, state: State, dt: float, *, stands: bool) -> None:
        """End a tick.

        Parameters
        ----------
        before, state : State
            The supervisor's state before and after it.
        dt : float
            Its length [s].
        stands : bool
            Whether the belt stands.
        """
        if before is State.ARMED and state is State.RUN:
            self._run = self._settled = self.stood = 0.0
        elif before is State.SOFT_STOP and state is State.SOFT_STOP and stands:
            self.stood += dt
        elif state in _ACTIVE:
            self._run += dt
            self._settled += dt if self._run >= self._engage else 0.0


class Unheard:
    """Strides that the phase of each side has gone since a contact was told of it."""

    def __init__(self) -> None:
        self._strides = [0.0, 0.0]

    def reset(self) -> None:
        """Begin to wait for the first contact."""
        self._strides = [0.0, 0.0]

    def step(self, ages: Sequence[float | None], phase: PhaseState, dt: float) -> None:
        """One tick in motion.

        Parameters
        ----------
        ages : sequence of float or None, shape (2,)
            Time since a contact that is told in this tick [s].
        phase : PhaseState
            The phase after it.
        dt : float
            Its length [s].
        """
        for side, age in enumerate(ages):
            self._strides[side] = 0.0 if age is not None else self._strides[side] + float(phase.rate[side]) * dt

    def lost(self, phase: PhaseState) -> list[bool]:
        """Tell which phases rest on nothing.

        Parameters
        ----------
        phase : PhaseState
            The phase.

        Returns
        -------
        list of bool
            A side whose contacts are lost, or of which none was told for more than 3 strides since the start.
        """
        late = [strides > 3.0 for strides in self._strides]
        modes = phase.mode.tolist()
        return [m == PhaseMode.LOST or (m == PhaseMode.FREE and since) for m, since in zip(modes, late, strict=True)]
