"""A trainer, a simulated person in a device, and an operator in one closed loop, faster than real time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import _core
from ._core import StrideMeasures
from ._inputs import Array
from .assist import Reliance
from .errors import ConfigError
from .plant import Plant
from .trainer import ControlConfig, Trainer

__all__ = ["Simulation", "Summary", "run_batch"]

MAX_TICKS = 1_000_000_000  # [-] of one call, eleven days
MAX_THREADS = 1024


class Simulation(_core.Simulation):
    """A machine that boots at time zero, with a person in it.

    Parameters
    ----------
    trainer : Trainer
        The controller; the simulation works on a copy.
    plant : Plant
        The person and the device; the simulation works on a copy.
    presses : sequence of (str, float, float)
        What the operator does: button, time pressed [s], time let go [s]. The emergency stop is closed and the
        enabling device held unless `estop_ok` or `enable` is "pressed", which opens it.

    Raises
    ------
    ConfigError
        If a button is unknown or a time is out of order.
    """

    def __new__(cls, trainer: Trainer, plant: Plant, presses: Sequence[tuple[str, float, float]] = ()) -> Simulation:
        """Join copies of the three."""
        return super().__new__(cls, trainer, plant, list(presses))

    def request_control(self, control: ControlConfig) -> None:
        """Ask for another law, other parameters or another reference, as `Trainer.request_control`.

        Parameters
        ----------
        control : ControlConfig
            What is asked for.

        Raises
        ------
        ConfigError
            If the belt runs, or was asked to run, faster than the pattern's speed.
        """
        self.request_control_set(control.build())

    def reliance(self) -> Reliance | None:
        """Tell what strides without support have shown so far, as `Trainer.reliance`.

        Returns
        -------
        Reliance or None
            How much the error grows without support; None where there are no such strides.
        """
        told = self.reliance_tables()
        return None if told is None else Reliance(*told)


class Summary(NamedTuple):
    """A stretch of a simulation in short; walking means training (`run` or `degraded`) with full engagement.

    Attributes
    ----------
    ticks : int
        Ticks simulated, of 1 ms [-].
    walking : int
        Ticks of them spent walking [-].
    distance : float
        Way of the belt [m].
    upright : bool
        The person stayed up in every tick.
    state : str
        State of the supervisor in the last tick, one of `gaitloop.safety.STATES`.
    severity : str
        Worst severity of any tick, one of `gaitloop.safety.SEVERITIES`.
    cause : str
        First cause of the worst severity, one of `gaitloop.safety.CAUSES`.
    error : ndarray of float, shape (6,)
        Root mean square of measured minus reference angle while walking [rad].
    device_torque : ndarray of float, shape (6,)
        Root mean square of the drives' torque on the person while walking [N·m].
    patient_torque : ndarray of float, shape (6,)
        Root mean square of the person's voluntary torque while walking [N·m].
    guidance : ndarray of float, shape (6,)
        Mean guidance while walking, 0 to 1 [-].
    events : list of dict
        Gait events, as `Trainer.events` gives them.
    strides : list of StrideMeasures
        Strides closed, those of both sides.
    """

    ticks: int
    walking: int
    distance: float
    upright: bool
    state: str
    severity: str
    cause: str
    error: Array
    device_torque: Array
    patient_torque: Array
    guidance: Array
    events: list[dict[str, Any]]
    strides: list[StrideMeasures]


def run_batch(simulations: Sequence[Simulation], ticks: int, *, threads: int = 0) -> list[Summary]:
    """Simulate many at once on all cores, without the interpreter lock, and keep a summary of each.

    Every simulation goes on from where it is, and ends as if it had been run alone: neither the number of threads nor
    the company changes a bit of it.

    Parameters
    ----------
    simulations : sequence of Simulation
        What to simulate; no object may be named twice.
    ticks : int
        Number of ticks of 1 ms [-], 0 to 1e9.
    threads : int
        Most threads used [-], 0 to 1024; 0 is one per core.

    Returns
    -------
    list of Summary
        In the order of the simulations.

    Raises
    ------
    ConfigError
        If a number is outside its range or a simulation is named twice.
    """
    for name, value, largest in (("ticks", ticks, MAX_TICKS), ("threads", threads, MAX_THREADS)):
        if not isinstance(value, int) or not 0 <= value <= largest:
            raise ConfigError(f"{name} must lie in [0, {largest}], got {value!r}")
    return [Summary(**summary) for summary in _core.run_batch(list(simulations), ticks, threads)]
