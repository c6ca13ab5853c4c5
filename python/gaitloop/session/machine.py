"""The machine as a session holds it: simulated as fast as it goes, or in a loop of its own that keeps time."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from gaitloop._core import CanopenDrives, StrideMeasures
from gaitloop.errors import ConfigError, DeviceError, RealTimeError
from gaitloop.simulation import Simulation

from .asks import Asked, Asker
from .build import START, build_device, build_patient, build_trainer
from .helm import Ask
from .plan import Plan

if TYPE_CHECKING:
    from gaitloop.plant import Device, Patient
    from gaitloop.realtime import Loop, PlantDevice

#: Time between two looks at a loop [s]: a killed process takes at least so much of its record along.
LOOK = 0.02
#: Ticks between two looks at a simulated machine [-].
LOOK_TICKS = 50


@dataclass(frozen=True, slots=True)
class Rows:
    """What happened since the last look.

    Attributes
    ----------
    raw : mapping
        `t` (T,), `sample` (T, N), `valid` (T, N), `stamp` (T, G) and `out`, as `Simulation.run` gives them.
    events : list of dict
        Gait events, as `Trainer.events` gives them.
    strides : list of StrideMeasures
        Strides closed.
    incline : float
        Inclination of the belt [rad], positive uphill.
    """

    raw: Mapping[str, Any]
    events: list[dict[str, Any]]
    strides: list[StrideMeasures]
    incline: float = 0.0


class Machine(Protocol):
    """What a session trains on."""

    @property
    def live(self) -> bool:
        """Whether it keeps the time of the clock on the wall."""

    @property
    def end(self) -> str | None:
        """Why it ended, or None while it runs."""

    def start(self) -> None:
        """Begin."""

    def rows(self) -> Rows:
        """Wait for the next rows; there may be none where it ended."""

    def ask(self, ask: Ask) -> int:
        """Ask the trainer, and tell the time of the first tick that has it [ns]."""

    def press(self, button: str) -> bool:
        """Press a button where the finger is simulated, and tell whether it was pressed."""

    def close(self) -> None:
        """End, by whatever way it went."""


class SimulatedMachine:
    """The simulated person and machine of a plan, faster than real time.

    Parameters
    ----------
    plan : Plan
        The plan.
    patient : Patient, optional
        The simulated person; the plan's when absent.
    device : Device, optional
        The simulated device; the plan's when absent.
    presses : sequence of (str, float, float)
        What the operator presses besides arm and start: button, time pressed [s], time let go [s].
    heart_rate : bool, optional
        Whether the simulated person wears a strap.
    """

    def __init__(
        self,
        plan: Plan,
        patient: Patient | None = None,
        device: Device | None = None,
        presses: Sequence[tuple[str, float, float]] = (),
        *,
        heart_rate: bool = False,
    ) -> None:
        from gaitloop.plant import Plant, Sensors

        person, machine = patient or build_patient(plan), device or build_device(plan)
        plant = Plant(person, machine, seed=plan.seed, sensors=Sensors(heart_rate=heart_rate))
        self._simulation = Simulation(build_trainer(plan), plant, [*START, *presses])
        self._asker = Asker(plan, self._simulation.request_incline)

    @property
    def live(self) -> bool:
        """It has a time of its own."""
        return False

    @property
    def end(self) -> str | None:
        """It never ends by itself."""
        return None

    def start(self) -> None:
        """It begins with the first rows."""

    def rows(self) -> Rows:
        """Simulate a few ticks.

        Returns
        -------
        Rows
            The ticks.
        """
        raw = self._simulation.run(LOOK_TICKS)
        simulation = self._simulation
        return Rows(raw, simulation.events(), simulation.strides(), simulation.incline)

    def ask(self, ask: Ask) -> int:
        """Ask the trainer before its next tick.

        Parameters
        ----------
        ask : Ask
            What is asked.

        Returns
        -------
        int
            Time of that tick [ns].
        """
        self._asker.ask(self._simulation, ask.what, ask.after)
        return self._simulation.t

    def press(self, button: str) -> bool:
        """Press a button for a fifth of a second, now.

        Parameters
        ----------
        button : str
            Name of the button.

        Returns
        -------
        bool
            True.
        """
        now = self._simulation.t * 1e-9
        self._simulation.press(button, now, now + 0.2)
        return True

    def close(self) -> None:
        """Nothing is left to do."""


class LoopMachine:
    """A loop with a device, in a thread that keeps time.

    Parameters
    ----------
    loop : realtime.Loop
        A loop that was not started; its rate is that of the record.
    plan : Plan
        The plan that its trainer was built from.
    plant : realtime.PlantDevice, optional
        The device, where it is a simulated one, whose belt may tilt.
    """

    def __init__(self, loop: Loop, plan: Plan, plant: PlantDevice | None = None) -> None:
        self._loop, self._plant, self._newest = loop, plant, 0
        self._asker = Asker(plan, None if plant is None else plant.request_incline)

    @property
    def live(self) -> bool:
        """It keeps the clock's time."""
        return True

    @property
    def end(self) -> str | None:
        """Why the loop ended."""
        return self._loop.end

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def rows(self) -> Rows:
        """Wait for the next ticks.

        Returns
        -------
        Rows
            The ticks; none where the loop has ended.
        """
        ended = self._loop.end is not None
        if not ended:
            time.sleep(LOOK)
        raw = self._loop.read()
        if len(raw["t"]):
            self._newest = int(raw["t"][-1])
        incline = 0.0 if self._plant is None else self._plant.incline
        return Rows(raw, self._loop.events(), self._loop.strides(), incline)

    def ask(self, ask: Ask) -> int:
        """Ask the trainer and wait for the tick that takes it.

        Parameters
        ----------
        ask : Ask
            What is asked.

        Returns
        -------
        int
            Time of that tick [ns]; of a stop the time of the newest tick, as it is taken without a wait.

        Raises
        ------
        DeviceError
            If the loop has ended.
        """
        loop: Asked = self._loop
        try:
            taken = self._asker.ask(loop, ask.what, ask.after)
        except RealTimeError as error:
            if self._loop.end is not None:
                raise DeviceError(f"the loop has ended ({self._loop.end})") from error
            taken = None
        return self._newest if taken is None else taken

    def press(self, button: str) -> bool:
        """Leave it to a finger.

        Parameters
        ----------
        button : str
            Name of the button.

        Returns
        -------
        bool
            False.
        """
        return False

    def close(self) -> None:
        """End the loop through the safe profile of its device."""
        self._loop.stop()


def simulated_loop(
    plan: Plan, presses: Sequence[tuple[str, float, float]] = (), *, heart_rate: bool = False
) -> LoopMachine:
    """Make the simulated machine of a plan in real time.

    Parameters
    ----------
    plan : Plan
        The plan.
    presses : sequence of (str, float, float)
        What the operator presses besides arm and start: button, time pressed [s], time let go [s].
    heart_rate : bool, optional
        Whether the simulated person wears a strap.

    Returns
    -------
    LoopMachine
        A machine that was not started.
    """
    from gaitloop.plant import Plant, Sensors
    from gaitloop.realtime import PlantDevice

    sensors = Sensors(heart_rate=heart_rate)
    plant = Plant(build_patient(plan), build_device(plan), seed=plan.seed, sensors=sensors)
    return _loop(plan, PlantDevice(plant, [*START, *presses]), 1000.0)


def device_loop(plan: Plan, device: CanopenDrives) -> LoopMachine:
    """Make the machine of a plan that was fitted to a device.

    Parameters
    ----------
    plan : Plan
        The plan, as `fitted` gives it.
    device : devices.drives.DriveBus
        The device, set up; nobody else has its bus.

    Returns
    -------
    LoopMachine
        A machine that was not started.

    Raises
    ------
    ConfigError
        If the plan was not fitted to a device.
    """
    if plan.fitting is None:
        raise ConfigError("plan must be fitted to the device, got one for the simulated machine")
    return _loop(plan, device, plan.fitting.rate)


def _loop(plan: Plan, device: PlantDevice | CanopenDrives, rate: float) -> LoopMachine:
    from gaitloop.realtime import Loop, PlantDevice, Privileges

    firm = Privileges(priority=20, lock_memory=False, shallow_sleep=False)
    loop = Loop(build_trainer(plan), device, rate, rows=100_000, privileges=firm)
    return LoopMachine(loop, plan, device if isinstance(device, PlantDevice) else None)


def joined(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Join rows of several looks.

    Parameters
    ----------
    rows : sequence of mapping
        As `Rows.raw`.

    Returns
    -------
    dict
        One mapping with all of them.
    """
    parts = {name: np.concatenate([raw[name] for raw in rows]) for name in ("t", "sample", "valid", "stamp")}
    out = {name: np.concatenate([raw["out"][name] for raw in rows]) for name in rows[0]["out"]}
    return {**parts, "out": out}


def finite(value: float) -> float | None:
    """Take a number that was measured.

    Parameters
    ----------
    value : float
        The number.

    Returns
    -------
    float or None
        None where it is not finite.
    """
    return float(value) if math.isfinite(value) else None
