"""A trainer, a simulated person in a device, and an operator in one closed loop, faster than real time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import _core
from ._core import StrideMeasures
from ._inputs import Array, to_array, to_floats, to_number
from .assist import Reliance
from .errors import ConfigError
from .plant import Plant
from .trainer import ControlConfig, Trainer

__all__ = ["Lead", "Simulation", "Summary", "run_batch"]

MAX_TICKS = 1_000_000_000  # [-] of one call, eleven days
MAX_THREADS = 1024


class Lead:
    """A controller that asks a trainer for torque in place of its own law, for devices whose gait it does not know.

    The trainer judges, supervises and limits what is asked as it does its own; events, phase, reference, measures and
    assistance rest. Made by `steps`, `plates` or `postures`.

    Parameters
    ----------
    core : gaitloop._core.Lead
        Its compiled form, as those make it.

    Examples
    --------
    >>> from gaitloop.trajectory import GaitPattern
    >>> pattern = GaitPattern.koopman(0.2, 1.75, foot_clearance=0.04)
    >>> control = ControlConfig(
    ...     pattern=pattern, stiffness=[400.0, 400.0, 0.0] * 2, damping=[20.0, 15.0, 0.0] * 2
    ... )
    >>> lead = Lead.steps(control, swing=1.0)
    """

    __slots__ = ("_core",)

    def __init__(self, core: _core.Lead) -> None:
        self._core = core

    @classmethod
    def steps(cls, control: ControlConfig, *, swing: float) -> Lead:
        """Make steps over ground: half a cycle of a pattern, with minimum jerk, each time the weight has shifted.

        A step begins once the front foot bears 65 % of the load, or the trunk leans forward by 0.2 rad, for 0.1 s (our
        choice); between steps the legs hold double support. The phase is shown to the person.

        Parameters
        ----------
        control : ControlConfig
            Pattern, stiffness and damping, of which it uses no more; a joint without stiffness is not held.
        swing : float
            Duration of a step [s], 0.3 to 5.

        Returns
        -------
        Lead
            The controller.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        springs = np.asarray(control.stiffness), np.asarray(control.damping)
        return cls(_core.Lead.of_steps(control.pattern._core, *springs, to_number("swing", swing)))

    @classmethod
    def plates(
        cls, path: ArrayLike, stiffness: ArrayLike, damping: ArrayLike, max_force: ArrayLike, *, cycle: float
    ) -> Lead:
        """Make foot plates go along their paths at one pace, for an end-effector trainer with its plates as axes.

        They are taken onto the path over 4 s once the brakes are open, and take up their pace over 4 s more (our
        choice).

        Parameters
        ----------
        path : array_like of float, shape (N, 2, 3)
            Poses of both plates over each side's own cycle, as `FootPlate` takes them [m, m, rad].
        stiffness : array_like of float, shape (3,)
            Stiffness [N/m, N/m, N·m/rad], 0 to 50000, twice, and 5000.
        damping : array_like of float, shape (3,)
            Damping [N·s/m, N·s/m, N·m·s/rad], 0 to 5000, twice, and 500.
        max_force : array_like of float, shape (3,)
            Largest force [N, N, N·m], 0 to 2000, twice, and 300.
        cycle : float
            Duration of a cycle [s], 0.5 to 20.

        Returns
        -------
        Lead
            The controller.

        Raises
        ------
        ConfigError
            If a value is outside its range.
        """
        given = (("path", path), ("stiffness", stiffness), ("damping", damping), ("max_force", max_force))
        law = _core.FootPlate(*(to_floats(name, values) for name, values in given))
        return cls(_core.Lead.of_plates(law, to_number("cycle", cycle)))

    @classmethod
    def postures(cls, postures: ArrayLike, durations: ArrayLike, stiffness: ArrayLike, damping: ArrayLike) -> Lead:
        """Make slow movements from where the joints are through postures in turn, each reached with minimum jerk.

        Nothing moves before the soft start is over; the last posture is held; after a stop it begins from its
        beginning.

        Parameters
        ----------
        postures : array_like of float, shape (N, 6)
            Joint angles [rad], -3 to 3, of 1 to 1000 postures.
        durations : array_like of float, shape (N,)
            Time of the way to each of them [s], 0.5 to 60.
        stiffness : array_like of float, shape (6,)
            Stiffness [N·m/rad], 0 to 2000; a joint without is not held.
        damping : array_like of float, shape (6,)
            Damping [N·m·s/rad], 0 to 200.

        Returns
        -------
        Lead
            The controller.

        Raises
        ------
        ConfigError
            If a value is outside its range, or a shape does not fit.
        """
        given = (
            ("postures", postures, 2),
            ("durations", durations, 1),
            ("stiffness", stiffness, 1),
            ("damping", damping, 1),
        )
        return cls(_core.Lead.of_postures(*(to_array(name, values, ndim) for name, values, ndim in given)))


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
    lead : Lead, optional
        A controller that asks for torque in place of the trainer's own law.

    Raises
    ------
    ConfigError
        If a button is unknown or a time is out of order.
    """

    def __new__(
        cls,
        trainer: Trainer,
        plant: Plant,
        presses: Sequence[tuple[str, float, float]] = (),
        lead: Lead | None = None,
    ) -> Simulation:
        """Join copies of them."""
        return super().__new__(cls, trainer, plant, list(presses), None if lead is None else lead._core)

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
