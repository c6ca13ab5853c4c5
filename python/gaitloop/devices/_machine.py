"""What every machine that is driven from Python does the same way: opening, stopping, loss, leaving."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from gaitloop._inputs import to_nanoseconds
from gaitloop.errors import ConfigError, DeviceError, DeviceTimeoutError, GaitloopError
from gaitloop.trainer import Command, Sample

from .base import SafeProfile


class MachineDriver(ABC):
    """A machine without its wire; see `gaitloop.devices.base.Machine`.

    No thread keeps it moving: what it was told holds until that expires, and nobody tells it anything by itself.
    """

    _state = "closed"
    _last: int | None = None

    # What a wire has to provide.

    @property
    @abstractmethod
    def name(self) -> str:
        """What the device is called in errors."""

    @property
    @abstractmethod
    def safe_profile(self) -> SafeProfile:
        """What happens on leaving and on loss of the link."""

    @abstractmethod
    def _connect(self) -> None:
        """Find the device and prove that it is what it should be; whatever fails leaves nothing behind."""

    @abstractmethod
    def _disconnect(self) -> None:
        """Give it up; never raises."""

    @abstractmethod
    def _measure(self, t: int, sample: Sample) -> None:
        """Write what was measured; everything is absent so far."""

    @abstractmethod
    def _exchange(self, command: Command) -> None:
        """Send a command."""

    @abstractmethod
    def _rest(self) -> None:
        """Bring everything to rest, as far as it can be reached, and see that confirmed."""

    # What callers use.

    @property
    def state(self) -> str:
        """`closed`, `open`, `stopped` or `lost`; only an open one moves."""
        return self._state

    def open(self) -> Self:
        """Find the device and prove that it is what it should be; nothing moves.

        Returns
        -------
        Machine
            Itself.

        Raises
        ------
        DeviceError
            If it is open, or cannot be used; the message says what to do.
        """
        if self._state != "closed":
            raise DeviceError(f"{self.name} is open already; close it first")
        self._last = None
        with self._watched():
            self._connect()
        self._state = "open"
        return self

    def measure(self, t: int, sample: Sample) -> None:
        """Write what was measured into a sample; what was not measured is absent.

        Parameters
        ----------
        t : int
            Time of the tick [ns], 0 to 2**62, not before that of the last one.
        sample : Sample
            Written in place.

        Raises
        ------
        ConfigError
            If the time is outside its range or runs backwards, or it is no `Sample`.
        DeviceTimeoutError
            If there was no answer in time; the sample is absent, and the next tick may get one.
        DeviceError
            If the device is gone, or was not opened; the sample is absent.
        """
        now = to_nanoseconds("t", t)
        if not isinstance(sample, Sample):
            raise ConfigError(f"sample must be a Sample, got a {type(sample).__name__}")
        sample.t = now
        sample.valid[:] = False
        sample.stamp[:] = now
        self._need_link()
        if not 0 <= now <= 2**62 or (self._last is not None and now < self._last):
            raise ConfigError(f"t must lie in [{self._last or 0}, 2**62] ns and never run backwards, got {now}")
        self._last = now
        with self._watched():
            self._measure(now, sample)

    def exchange(self, command: Command) -> None:
        """Give the drives a command, which holds until it expires whether or not another one follows.

        Parameters
        ----------
        command : Command
            What a trainer decided.

        Raises
        ------
        ConfigError
            If it is no `Command`.
        DeviceError
            If the device is gone, was stopped, or was not opened.
        """
        if not isinstance(command, Command):
            raise ConfigError(f"command must be a Command, which a trainer makes, got a {type(command).__name__}")
        self._need_link()
        if self._state == "stopped":
            raise DeviceError(f"{self.name} was stopped; close it, see why, and open it to have it move again")
        with self._watched():
            self._exchange(command)

    def stop(self) -> None:
        """Bring the drives to rest as the safe profile says; only closing and opening lets them move again.

        Raises
        ------
        DeviceError
            If it was not opened, is gone, or did not confirm.
        """
        self._need_link()
        self._state = "stopped"
        with self._watched():
            self._rest()

    def close(self) -> None:
        """Bring the drives to rest, then give the device up; a second time, or after a loss, nothing is left to do.

        Raises
        ------
        DeviceError
            If the device was reachable and did not come to rest as it should.
        """
        if self._state == "closed":
            return
        try:
            if self._state in ("open", "stopped"):
                with self._watched():
                    self._rest()
        finally:
            self._state = "closed"
            self._disconnect()

    def __enter__(self) -> Self:
        """Open."""
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()

    # What wires use.

    def _need_link(self) -> None:
        if self._state == "closed":
            raise DeviceError(f"{self.name} is not open; use it in a with block, or call open()")
        if self._state == "lost":
            raise DeviceError(
                f"the link to {self.name} is lost; see that it is at rest, close, find the cause, open again"
            )

    def _lose(self) -> None:
        """Count it as lost; rest is tried once more, for what still hears it."""
        if self._state in ("open", "stopped"):
            self._state = "lost"
            with suppress(Exception):
                self._rest()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Take whatever fails on the wire as the loss of the link, other than a wait for news or a wrong argument."""
        try:
            yield
        except (DeviceTimeoutError, ConfigError):
            raise
        except GaitloopError:
            self._lose()
            raise
        except Exception as error:  # somebody else's library, which may raise whatever it likes
            self._lose()
            raise DeviceError(
                f"{self.name} failed ({type(error).__name__}: {error}); see that it is at rest, close, find the cause, "
                "open again"
            ) from error
