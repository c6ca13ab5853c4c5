"""The plant as a machine in this process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gaitloop import _core
from gaitloop._core import SUPPORT_MODES
from gaitloop.errors import ConfigError
from gaitloop.plant import Plant, Truth
from gaitloop.trainer import BUTTONS, SAMPLE_FIELDS, Command, Sample

from .._machine import MachineDriver
from ..base import SafeProfile, in_range
from ._codec import Commanded

_BUTTONS = next(start for name, start, *_ in SAMPLE_FIELDS if name == "buttons")
Flat = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]


def told(command: Command) -> Commanded:
    """What a command says, in numbers."""
    return Commanded(
        t=command.t,
        expiry=command.expiry,
        sequence=command.sequence,
        torque=tuple(command.torque.tolist()),
        belt_speed=command.belt_speed,
        support_force=command.support_force,
        support_mode=SUPPORT_MODES.index(command.support_mode),
        enable=command.enable,
        clear=command.clear,
        brake=command.brake,
    )


class SteppedPlant:
    """A fresh copy of the plant with its operator: what both the machine in this process and the server step."""

    def __init__(self, plant: Plant, presses: Sequence[tuple[str, float, float]], period: float) -> None:
        self._core = _core.SteppedPlant(plant, list(presses))
        self._core.open(period)
        self._held: dict[int, int] = {}  # until when a button is pressed by hand [ns]
        self.t = 0

    @property
    def core(self) -> _core.SteppedPlant:
        """Its compiled form."""
        return self._core

    def press(self, button: str, seconds: float) -> None:
        """Press a button from now on."""
        if button not in BUTTONS:
            raise ConfigError(f"button must be one of {', '.join(BUTTONS)}, got {button!r:.80}")
        in_range("seconds", seconds, 0.001, 3600.0, "s")
        self._held[BUTTONS.index(button)] = self.t + round(seconds * 1e9)

    def measure(self, t: int) -> Flat:
        """Go on to `t` [ns], and measure."""
        flat = self._core.measure(t)
        assert flat is not None  # a plant never fails
        self.t = t
        for button, until in self._held.items():
            if t < until:  # the first two are closed until they are pressed
                flat[0][_BUTTONS + button] = float(button >= 2)
        flat[1][:] &= np.isfinite(flat[0])
        return flat

    def exchange(self, said: Commanded) -> None:
        """Have the drives do what a command says until it expires."""
        if not 0 <= said.support_mode < len(SUPPORT_MODES):
            raise ConfigError(f"support_mode must lie in [0, {len(SUPPORT_MODES) - 1}], got {said.support_mode}")
        torque = np.array(said.torque)
        modes = (said.enable, said.clear, said.brake)
        self._core.exchange(torque, said.belt_speed, said.support_force, said.support_mode, *modes, said.expiry)


class PlantMachine(MachineDriver):
    """A simulated person in a device, driven by a loop of Python under `realtime.Pacer`, or tick by tick.

    Each opening begins anew with the plant as it was given. Time passes by `measure` only; while no tick comes, the
    next one finds the plant under the last command, which expires as it would in a drive.

    Parameters
    ----------
    plant : Plant
        The person and the device; a copy of it moves.
    presses : sequence of (str, float, float)
        What the operator does, as for `gaitloop.Simulation`: button, time pressed [s], time let go [s].
    period : float
        Time from tick to tick [s], 0.0001 to 0.01; in a longer pause the plant goes on in steps of it.

    Raises
    ------
    ConfigError
        If a value is outside its range, or a button unknown.

    Examples
    --------
    >>> from gaitloop.plant import Device, Patient, Plant
    >>> from gaitloop.trainer import Command, Sample
    >>> sample, command = Sample(), Command()
    >>> with PlantMachine(Plant(Patient.healthy(), Device.treadmill_exo())) as machine:
    ...     for t in range(0, 5_000_000, 1_000_000):
    ...         machine.measure(t, sample)
    ...         machine.exchange(command)
    >>> bool(sample.valid[:6].all()), sample.t
    (True, 4000000)
    """

    def __init__(
        self, plant: Plant, presses: Sequence[tuple[str, float, float]] = (), *, period: float = 0.001
    ) -> None:
        self._given = plant, tuple(presses), in_range("period", period, 1e-4, 0.01, "s")
        self._stepped = SteppedPlant(*self._given)

    @property
    def name(self) -> str:
        """What the device is called in errors."""
        return "the simulated device"

    @property
    def safe_profile(self) -> SafeProfile:
        """What the plant's device declares, on leaving and, after its watchdog's time [s], when no command holds."""
        core = self._stepped.core
        return SafeProfile(on_exit=core.safe_profile, on_link_loss=core.safe_profile, within=core.watchdog)

    def look(self) -> Truth:
        """Look at what only a simulation knows.

        Returns
        -------
        Truth
            State, contact, torques and energy.
        """
        return Truth(**self._stepped.core.plant.truth())

    def press(self, button: str, seconds: float) -> None:
        """Press a button of the operator by hand, from the last tick on.

        Parameters
        ----------
        button : str
            One of `BUTTONS`.
        seconds : float
            For how long [s], 0.001 to 3600.

        Raises
        ------
        ConfigError
            If there is no such button, or the time is outside its range.
        """
        self._stepped.press(button, seconds)

    def _connect(self) -> None:
        self._stepped = SteppedPlant(*self._given)

    def _disconnect(self) -> None:
        pass

    def _measure(self, t: int, sample: Sample) -> None:
        sample.value[:], sample.valid[:], sample.stamp[:] = self._stepped.measure(t)

    def _exchange(self, command: Command) -> None:
        self._stepped.exchange(told(command))

    def _rest(self) -> None:
        self._stepped.core.rest()
