"""The drives as a device outside the loop: opened for setting them up, never for moving them."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from gaitloop.errors import DeviceError

from ..base import SafeProfile
from ._sdo import write
from ._setup import connect, recognise

if TYPE_CHECKING:
    from ._bus import BusConfig, DriveBus

#: What a drive does without its master (0x6007).
_LEFT = {1: "fault", 2: "power_off", 3: "quick_stop"}


class SetupLink:
    """The line to the drives while they are set up; a loop opens and leaves a line of its own."""

    config: BusConfig
    _network: Any = None

    @property
    def safe_profile(self) -> SafeProfile:
        """Power off on exit; without the master what each drive is set to do, after the watchdog's time [s]."""
        ways = sorted({_LEFT[drive.settings["abort_connection"]] for drive in self.config.drives})
        return SafeProfile(on_exit="power_off", on_link_loss=" or ".join(ways), within=self.config.watchdog)

    @property
    def network(self) -> Any:
        """The network of the library `canopen`, for `configure`, `verify` and `prove`.

        Raises
        ------
        DeviceError
            If the line is not open.
        """
        if self._network is None:
            raise DeviceError(
                f"the bus {self.config.interface}:{self.config.channel} is not open; use it in a with block, or call "
                "open()"
            )
        return self._network

    def open(self) -> Self:
        """Open the line and see that each node is a drive of the kind that its part needs; nothing is powered.

        Returns
        -------
        DriveBus
            Itself.

        Raises
        ------
        MissingExtraError
            If `canopen` is not installed.
        DeviceError
            If it is open, the line does not open, or a drive is not what it should be.
        DeviceTimeoutError
            If a drive does not answer.
        """
        if self._network is not None:
            raise DeviceError(f"the bus {self.config.interface}:{self.config.channel} is open already; close it first")
        self._network = connect(cast("DriveBus", self))
        try:
            recognise(cast("DriveBus", self), self._network)
        except BaseException:
            self.close()
            raise
        return self

    def stop(self) -> None:
        """Take the power from every drive.

        Raises
        ------
        DeviceTimeoutError
            If a drive does not answer; the others were told.
        DeviceError
            If the line is not open, or a drive refuses.
        """
        failed: DeviceError | None = None
        for drive in self.config.drives:
            try:
                write(self.network[drive.node], drive.node, (0x6040, 0), b"\x00\x00")
            except DeviceError as error:
                failed = error
        if failed is not None:
            raise failed

    def close(self) -> None:
        """Take the power from every drive that still answers, and give the line back; twice is as good as once."""
        if self._network is None:
            return
        try:
            with suppress(DeviceError, KeyError):  # who never answered has no power from us
                self.stop()
        finally:
            network, self._network = self._network, None
            with suppress(Exception):  # an adapter that is gone
                network.disconnect()

    def __enter__(self) -> Self:
        """Open."""
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()
