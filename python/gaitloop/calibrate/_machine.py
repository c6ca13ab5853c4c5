"""The device as a calibration sees it: counts of drives without power, and sweeps by the loop through the guard."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from gaitloop.devices.drives import EDS, connect, make_ready
from gaitloop.devices.drives._prove import state_of
from gaitloop.devices.drives._sdo import read
from gaitloop.errors import DeviceError

from ._drive_sweep import drive_sweep

if TYPE_CHECKING:
    from gaitloop.devices.calibration import Calibration
    from gaitloop.devices.profile import Profile

    from ._fit import Sweep
    from ._operator import Operator
    from ._way import Way

_POSITION, _SERIAL = (0x6064, 0), (0x1018, 4)
#: Times that the position is read, and the time between two of them [s].
_READS, _BETWEEN = 10, 0.02


class Machine(Protocol):
    """What is calibrated."""

    def counts(self, joint: str) -> list[int]:
        """Read where a joint is, several times, its drive without power.

        Parameters
        ----------
        joint : str
            Name of the joint.

        Returns
        -------
        list of int
            Counts [counts].
        """

    def sweep(self, found: Calibration, leg: tuple[str, ...], way: Way, operator: Operator) -> Sweep:
        """Sweep a leg, once the operator has armed and started it.

        Parameters
        ----------
        found : Calibration
            Zeros and ranges so far.
        leg : tuple of str
            Joints that are swept.
        way : Way
            Through which postures.
        operator : Operator
            Who is told what to press.

        Returns
        -------
        Sweep
            What was recorded.
        """

    def hand(self, joint: str, angle: float | None) -> None:
        """Move a joint as a hand would, where the hand is simulated too; elsewhere a person does.

        Parameters
        ----------
        joint : str
            Name of the joint.
        angle : float or None
            Where it is held [rad]; None lets it go.
        """

    def load(self, leg: tuple[str, ...]) -> None:
        """Put a leg in, where it is simulated too.

        Parameters
        ----------
        leg : tuple of str
            Joints of the leg.
        """


class DriveMachine:
    """Servo drives on CANopen, as a profile describes them.

    Parameters
    ----------
    profile : Profile
        The device.
    channel : str, optional
        Path of the adapter or name of the interface; the profile's without.
    eds : path-like
        The maker's description of the drives.
    """

    def __init__(self, profile: Profile, channel: str | None, eds: str | Path) -> None:
        self.profile, self.channel, self._eds = profile, channel, eds
        self._network: Any = None

    def __enter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the bus go."""
        self._release()

    def _release(self) -> None:
        if self._network is not None:
            network, self._network = self._network, None
            network.disconnect()

    def _node(self, joint: str) -> Any:
        """The drive of a joint, without power, once it was seen to be the one that the profile names."""
        told = self.profile.drive[joint]
        if self._network is None:
            self._network = connect(self.profile.bus(channel=self.channel))
            for each in self.profile.drive.values():
                self._network.send_message(0, bytes((128, each.node)))  # pre-operational: power goes off
        if told.node in self._network:
            return self._network[told.node]
        node = self._network.add_node(told.node, str(self._eds))
        serial = int.from_bytes(read(node, told.node, _SERIAL), "little")
        if serial != told.settings["serial"]:
            raise DeviceError(
                f"drive {told.node} has the serial number {serial}, and that of {joint} must have "
                f"{told.settings['serial']}: two drives may have changed places; see the wiring, or have the maker "
                "correct the profile"
            )
        state = state_of(node, told.node)
        if state in ("switched_on", "operation_enabled", "quick_stop_active"):
            raise DeviceError(
                f"drive {told.node} of {joint} has power ({state}) though it was told to rest: another program "
                "commands it; end that program, or press the E-stop, before anybody touches the device"
            )
        return node

    def counts(self, joint: str) -> list[int]:
        """Read where a joint is, several times, its drive without power.

        Parameters
        ----------
        joint : str
            Name of the joint.

        Returns
        -------
        list of int
            Counts [counts].

        Raises
        ------
        DeviceError
            If the bus or the drive does not answer, or it is another drive than the profile names.
        """
        node, told = self._node(joint), []
        for _ in range(_READS):
            told.append(int.from_bytes(read(node, self.profile.drive[joint].node, _POSITION), "little", signed=True))
            time.sleep(_BETWEEN)
        return told

    def sweep(self, found: Calibration, leg: tuple[str, ...], way: Way, operator: Operator) -> Sweep:
        """Set the drives up, prove their watchdogs, and sweep a leg, once the operator has armed and started it.

        Parameters
        ----------
        found : Calibration
            Zeros and ranges so far.
        leg : tuple of str
            Joints that are swept.
        way : Way
            Through which postures.
        operator : Operator
            Who is told what to press.

        Returns
        -------
        Sweep
            What was recorded.

        Raises
        ------
        DeviceError
            If the device cannot be set up, is lost, or was stopped.
        """
        self._release()
        bus = self.profile.bus(found, channel=self.channel)
        make_ready(bus, self._eds)
        return drive_sweep(self.profile, found, bus, way, operator, self.press)

    def press(self, button: str) -> bool:
        """Press a button of the panel, where the finger is simulated too.

        Parameters
        ----------
        button : str
            Name of the button.

        Returns
        -------
        bool
            Whether it was; otherwise a person does.
        """
        return False

    def hand(self, joint: str, angle: float | None) -> None:
        """Leave it to the person: this machine has no hand.

        Parameters
        ----------
        joint : str
            Name of the joint.
        angle : float or None
            Where it would be held [rad].
        """

    def load(self, leg: tuple[str, ...]) -> None:
        """Leave it to the person.

        Parameters
        ----------
        leg : tuple of str
            Joints of the leg.
        """


class SimulatedMachine(DriveMachine):
    """Simulated drives in a process of their own, with a simulated hand, finger and leg.

    Parameters
    ----------
    profile : Profile
        A device whose drives are those of `SimulatedDrive`.
    zeros : mapping of str to int, optional
        Counts at which the joints truly are at zero [counts]; the profile's without.
    coulomb : float
        Friction that does not depend on speed [N·m].
    friction : float
        Friction in proportion to speed [N·m·s/rad].
    gravity : float
        Weight of each limb as its torque when horizontal [N·m].
    leg_gravity : float
        The same with a person's leg in it [N·m].
    """

    def __init__(
        self,
        profile: Profile,
        *,
        zeros: dict[str, int] | None = None,
        coulomb: float = 1.5,
        friction: float = 1.0,
        gravity: float = 3.0,
        leg_gravity: float = 8.0,
    ) -> None:
        super().__init__(profile, None, EDS)
        self._zeros = {joint: profile.drive[joint].zero for joint in profile.driven} | (zeros or {})
        self._leg_gravity = leg_gravity
        self._words = ["--coulomb", str(coulomb), "--friction", str(friction), "--gravity", str(gravity)]
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Start the drives; each limb hangs at its zero."""
        nodes = [str(self.profile.drive[joint].node) for joint in self.profile.driven]
        command = [sys.executable, "-m", "gaitloop.devices.drives.simulator", "--listen", "--nodes", *nodes]
        for part in ("belt", "winch"):  # they are set up and read back with the others, and never move
            if part in self.profile.drive:
                command += [f"--{part}", str(self.profile.drive[part].node)]
        command += ["--priority", "30", *self._words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise DeviceError("the simulated drives did not start; they need Linux and its pseudo-terminals")
        self.channel = json.loads(line)["adapters"][0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the bus go, and end the drives."""
        super().__exit__(kind, error, trace)
        if self.process is not None:
            self.process.communicate()

    def _say(self, line: str) -> None:
        if self.process is None or self.process.stdin is None or self.process.poll() is not None:
            raise DeviceError("the simulated drives have ended")
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        time.sleep(0.1)  # the drives look at their input now and then

    def press(self, button: str) -> bool:
        """Press a button of the panel.

        Parameters
        ----------
        button : str
            Name of the button.

        Returns
        -------
        bool
            True.
        """
        self._say(f"{button} 0.15")
        return True

    def hand(self, joint: str, angle: float | None) -> None:
        """Hold a joint at an angle, or let it go.

        Parameters
        ----------
        joint : str
            Name of the joint.
        angle : float or None
            Where it is held [rad]; None lets it go.
        """
        told = self.profile.drive[joint]
        if angle is None:
            self._say(f"free {told.node}")
        else:
            self._say(f"hold {told.node} {(self._zeros[joint] + told.counts * angle) / abs(told.counts):.9f}")

    def load(self, leg: tuple[str, ...]) -> None:
        """Put a leg in.

        Parameters
        ----------
        leg : tuple of str
            Joints of the leg.
        """
        for joint in leg:
            self._say(f"load {self.profile.drive[joint].node} {self._leg_gravity}")
