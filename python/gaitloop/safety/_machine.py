"""Supervisor, belt and body-weight support."""

from __future__ import annotations

from .. import _core
from .._core import (
    BELT_MODES,
    CAUSES,
    REQUESTS,
    SELFTESTS,
    SEVERITIES,
    SUPPORT_MODES,
    SupervisorOutput,
)
from ._envelope import Envelope
from ._inputs import code


class Supervisor:
    """State machine of a training device: when it may be powered, and how it stops.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the deadlines.
    device : Declaration
        What the device declares of itself, of which it uses the safe profile.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, device: _core.Declaration) -> None:
        self._core = _core.Supervisor(envelope.build(), device)

    @property
    def state(self) -> int:
        """State after the last tick, a position in `STATES` [-]."""
        return self._core.state

    def step(
        self,
        *,
        estop_ok: bool,
        severity: int | str,
        cause: int | str,
        nonresettable: bool,
        command: int | str,
        local: bool,
        pain: bool,
        still: bool,
        selftest: int | str,
        enable: bool,
        t_ns: int,
        carried: bool = False,
    ) -> SupervisorOutput:
        """Take one tick, and at most one transition.

        Parameters
        ----------
        estop_ok : bool
            The emergency stop circuit is closed.
        severity : int or str
            Worst fault of the tick, one of `SEVERITIES` or its position there [-].
        cause : int or str
            What the worst fault is, one of `CAUSES` or its position there [-].
        nonresettable : bool
            The fault needs service.
        command : int or str
            What the operator asks for, one of `REQUESTS` or its position there [-].
        local : bool
            The operator stands at the device, else asks from afar.
        pain : bool
            The pain button is pressed.
        still : bool
            Belt and joints stand.
        selftest : int or str
            How far the self-test is, one of `SELFTESTS` or its position there [-].
        enable : bool
            The enabling device is held.
        t_ns : int
            Time of the tick [ns].
        carried : bool
            The drives are enabled and carry the legs, so that brakes may open.

        Returns
        -------
        SupervisorOutput
            `state`, `leg`, `belt`, `support` (positions in `STATES`, `LEG_MODES`, `BELT_MODES`, `SUPPORT_MODES`),
            `energised`, `brake` (to be closed; false where the safe profile has none), and the reported `severity` and
            `cause`.
        """
        return self._core.step(
            estop_ok=estop_ok,
            severity=code("severity", severity, SEVERITIES),
            cause=code("cause", cause, CAUSES),
            nonresettable=nonresettable,
            command=code("command", command, REQUESTS),
            local=local,
            pain=pain,
            still=still,
            selftest=code("selftest", selftest, SELFTESTS),
            enable=enable,
            t_ns=t_ns,
            carried=carried,
        )


class Belt:
    """Commanded belt speed: bounded in speed, acceleration and jerk, and never rising in a stop.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope) -> None:
        self._core = _core.Belt(envelope.build())

    @property
    def speed(self) -> float:
        """Commanded speed [m/s]."""
        return self._core.speed

    @property
    def accel(self) -> float:
        """Commanded acceleration [m/s²]."""
        return self._core.accel

    def step(self, target: float, mode: int | str, dt: float) -> float:
        """Take one tick towards a speed.

        Parameters
        ----------
        target : float
            Speed to go to [m/s], used by mode `track`.
        mode : int or str
            What the belt does, one of `BELT_MODES` or its position there [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Speed to command [m/s].
        """
        return self._core.step(target, code("mode", mode, BELT_MODES), dt)


class Support:
    """Commanded body-weight support: bounded in size and slope, still in every stop.

    Parameters
    ----------
    envelope : Envelope
        Limits.
    initial : float
        Force it already carries [N], 0 to `support_force_max`.

    Raises
    ------
    ConfigError
        If `initial` is outside its range.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, initial: float = 0.0) -> None:
        self._core = _core.Support(envelope.build(), initial)

    @property
    def force(self) -> float:
        """Commanded force [N]."""
        return self._core.force

    def step(self, target: float, mode: int | str, dt: float) -> float:
        """Take one tick towards a force.

        Parameters
        ----------
        target : float
            Force to go to [N], used by mode `track`.
        mode : int or str
            What the support does, one of `SUPPORT_MODES` or its position there [-].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        float
            Force to command [N].
        """
        return self._core.step(target, code("mode", mode, SUPPORT_MODES), dt)
