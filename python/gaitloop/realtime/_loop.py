"""The loop in a thread of its own, as Python holds it."""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gaitloop import _core
from gaitloop.errors import ConfigError, RealTimeError
from gaitloop.trainer import ControlConfig, Trainer

from ._ends import ends_with_the_process
from ._privileges import Privilege, Privileges, RealTimeWarning, privileges_of
from ._statistics import Statistics, statistics_of

if TYPE_CHECKING:
    from gaitloop.simulation import Lead


class Loop(_core.Loop):
    """Trainer and device in a thread that the interpreter cannot hold up; Python starts, watches, asks and stops.

    Every way out ends in the device's safe profile: `stop`, leaving the `with` block by whatever exception (Ctrl-C
    included), the loop being forgotten, the interpreter's exit, SIGTERM and SIGHUP where nobody else handles them and
    the main thread started the loop, a panic in a tick. A process that stood still for longer than the envelope's
    `tick_max` resumes in a latched stop of the guard. The child of a fork has no loop.

    Parameters
    ----------
    trainer : Trainer
        The controller; the loop works on a copy.
    device : PlantDevice or devices.drives.DriveBus
        A native device; the loop works on a copy. A device written in Python runs under `Pacer`.
    rate : float
        Ticks a second [1/s], 10 to 5000 and the trainer's own (1 over its `period`).
    policy : str
        What happens when a tick is missed: `skip` goes on at the next time of the grid and counts, `stop` ends the loop
        through the device's safe profile. Missed ticks are never made up for.
    spin : float
        Last part of each wait that is spun instead of slept [s], 0 to 0.1; it costs that share of a processor.
    rows : int
        Ticks of telemetry that wait for a reader [-], 1 to 1e6; what finds no room is dropped and counted.
    privileges : Privileges, optional
        What is asked of the system; by default everything but processors to stay on.
    lead : simulation.Lead, optional
        A controller that asks for torque in place of the trainer's own law; the trunk counts as upright.

    Raises
    ------
    ConfigError
        If a setting is refused, or the device is not a native one.

    Examples
    --------
    >>> # with Loop(trainer, PlantDevice(plant, presses)) as loop:
    >>> #     loop.request_speed(0.6)
    >>> #     print(loop.statistics().wake.p99)
    """

    _process: int
    _privileges: tuple[Privilege, ...]

    def __new__(
        cls,
        trainer: Trainer,
        device: _core.PlantDevice | _core.CanopenDrives,
        rate: float = 1000.0,
        policy: str = "skip",
        *,
        spin: float = 0.0,
        rows: int = 4096,
        privileges: Privileges | None = None,
        lead: Lead | None = None,
    ) -> Self:
        """Check the settings; nothing runs yet."""
        if not isinstance(device, _core.PlantDevice | _core.CanopenDrives):
            raise ConfigError(
                f"device must be a native one (PlantDevice, DriveBus), got {type(device).__name__}: a device written "
                "in Python cannot run without the interpreter; step it in a loop of your own under "
                "gaitloop.realtime.Pacer"
            )
        asked = Privileges() if privileges is None else privileges
        return super().__new__(
            cls, trainer, device, rate, policy, spin, rows, asked.compiled(), None if lead is None else lead._core
        )

    def start(self) -> None:
        """Open the device and begin; what the system refuses is warned of. Where that is an error, it does not run.

        Raises
        ------
        RealTimeError
            If it was started before; a loop runs once.
        DeviceError
            If the device cannot be opened.
        """
        ends_with_the_process(self)
        self._privileges = privileges_of(self.begin())
        try:
            for privilege in self._privileges:
                if privilege.outcome == "refused":
                    text = f"no {privilege.name} ({privilege.error}); remedy: {privilege.remedy}"
                    warnings.warn(text, RealTimeWarning, stacklevel=2)
        except BaseException:  # a warning made an error, or Ctrl-C: whoever called does not know that it runs
            self.stop()
            raise

    @property
    def privileges(self) -> tuple[Privilege, ...]:
        """What was asked of the system, and what became of it; empty before the start."""
        return getattr(self, "_privileges", ())

    def statistics(self) -> Statistics:
        """Tell what was counted and measured since the start.

        Returns
        -------
        Statistics
            Ticks, overruns with their cause, and percentiles.

        Raises
        ------
        RealTimeError
            If it was not started, or this is a fork of the process that started it.
        """
        return statistics_of(self.tally())

    @property
    def end(self) -> str | None:
        """Why it ended: `stopped`, `overrun`, `device_lost` or `panicked`; None while it runs."""
        report = self.report()
        return None if report is None else report[0]

    @property
    def device(self) -> _core.PlantDevice | _core.CanopenDrives:
        """The device as the loop left it, as a copy.

        Raises
        ------
        RealTimeError
            If the loop has not ended.
        """
        device = self.left()
        if device is None:
            raise RealTimeError("the loop has not ended; its device is in use")
        return device

    def request_control(self, control: ControlConfig) -> int:
        """Ask for another law, other parameters or another reference, as `Trainer.request_control`.

        Parameters
        ----------
        control : ControlConfig
            What is asked for.

        Returns
        -------
        int
            Time of the tick that took it [ns].

        Raises
        ------
        ConfigError
            If the belt runs, or was asked to run, faster than the pattern's speed.
        RealTimeError
            If the loop has ended or did not take it in time.
        """
        return self.request_control_set(control.build())

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, whatever happened."""
        self.stop()
