"""What carries the octets of a Bluetooth treadmill."""

from __future__ import annotations

from typing import Protocol


class FtmsTransport(Protocol):
    """How octets get to a machine and back: Bluetooth, or a simulated server. A lost link raises `DeviceError`."""

    @property
    def name(self) -> str:
        """What the machine is called in errors."""

    def connect(self) -> None:
        """Connect, and have Treadmill Data, status and control point told from now on."""

    def read(self, characteristic: int) -> bytes | None:
        """Read a characteristic by its number; None where the machine has none.

        Parameters
        ----------
        characteristic : int
            Number of the characteristic, as assigned by the Bluetooth SIG [-].

        Returns
        -------
        bytes or None
            The value.

        Raises
        ------
        DeviceError
            If the link is lost.
        """

    def write(self, characteristic: int, value: bytes) -> None:
        """Write a characteristic and wait until the machine has it.

        Parameters
        ----------
        characteristic : int
            Number of the characteristic, as assigned by the Bluetooth SIG [-].
        value : bytes
            Octets to write.

        Raises
        ------
        DeviceError
            If the link is lost.
        """

    def receive(self, timeout: float) -> tuple[int, bytes] | None:
        """Wait for the next thing told, at most so long [s]; None if nothing was.

        Parameters
        ----------
        timeout : float
            Longest wait [s].

        Returns
        -------
        tuple of int and bytes, or None
            Number of the characteristic [-] and its value.

        Raises
        ------
        DeviceError
            If the link is lost.
        """

    def disconnect(self) -> None:
        """Give the link up; never raises."""
