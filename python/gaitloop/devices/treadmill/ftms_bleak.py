"""The Bluetooth link to a treadmill, by `bleak`, on a thread of its own."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from gaitloop.errors import DeviceError, MissingExtraError

from ..base import in_range
from . import ftms_codec as codec

if TYPE_CHECKING:
    from bleak import BleakClient

T = TypeVar("T")

TOLD = (codec.TREADMILL_DATA, codec.MACHINE_STATUS, codec.CONTROL_POINT)
KEPT = 256  # messages that wait to be read; more mean that nobody reads


def uuid(number: int) -> str:
    """A number of the Bluetooth SIG as the full identifier.

    Parameters
    ----------
    number : int
        Number of the characteristic, as assigned by the Bluetooth SIG [-].
    """
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


class BleakTransport:
    """A treadmill by its Bluetooth address; needs the extra `ble`.

    Parameters
    ----------
    address : str
        Address of the machine, or its identifier on macOS.
    timeout : float
        Longest wait for anything that the machine is asked [s], 0.1 to 60; connecting may take three times as long.

    Raises
    ------
    ConfigError
        If a parameter is refused.
    MissingExtraError
        If bleak is not installed.
    """

    def __init__(self, address: str, *, timeout: float = 5.0) -> None:
        self._client_type = _bleak_client()
        self._address = address
        self._timeout = in_range("timeout", timeout, 0.1, 60.0, "s")
        self._told: queue.Queue[tuple[int, bytes] | None] = queue.Queue(KEPT)
        self._overrun = False
        self._lost = False  # for good, whatever still waits to be read
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: BleakClient | None = None

    @property
    def name(self) -> str:
        """What the machine is called in errors."""
        return f"treadmill {self._address}"

    def connect(self) -> None:
        """Connect, and have Treadmill Data, status and control point told from now on."""
        self._told, self._overrun, self._lost = queue.Queue(KEPT), False, False
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="gaitloop-ble", daemon=True)
        self._thread.start()
        try:
            self._run(
                self._connected,
                3.0 * self._timeout,
                "connect; switch Bluetooth and machine on, go closer, end other apps",
            )
        except BaseException:
            self.disconnect()
            raise

    async def _connected(self) -> None:
        self._client = self._client_type(self._address, lambda _: self._tell(None), timeout=2.0 * self._timeout)
        await self._client.connect()
        if self._client.services.get_service(uuid(codec.SERVICE)) is None:
            raise DeviceError(
                f"{self.name} has no Fitness Machine Service (0x1826); use another machine or SerialTreadmill"
            )
        for number in TOLD:
            await self._client.start_notify(uuid(number), self._teller(number))

    def _teller(self, number: int) -> Callable[[object, bytearray], None]:
        return lambda _, data: self._tell((number, bytes(data)))

    def _tell(self, told: tuple[int, bytes] | None) -> None:
        """Keep for the reader; called on the thread of the link. None is the end of the link."""
        try:
            self._told.put_nowait(told)
        except queue.Full:
            self._overrun = True

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
        client = self._need_client()
        if client.services.get_characteristic(uuid(characteristic)) is None:
            return None
        return bytes(self._run(lambda: client.read_gatt_char(uuid(characteristic)), self._timeout, "be read"))

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
        client = self._need_client()
        self._run(
            lambda: client.write_gatt_char(uuid(characteristic), value, response=True), self._timeout, "be commanded"
        )

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
        self._need_client()
        if self._overrun:
            raise DeviceError(f"{self.name} told more than was read; call read() at least ten times a second")
        try:
            told = None if self._lost else self._told.get(block=timeout > 0.0, timeout=timeout)
        except queue.Empty:
            return None
        if told is None:
            self._lost = True
            raise DeviceError(
                f"the Bluetooth link to {self.name} is lost; see that the belt stands, go closer, open again"
            )
        return told

    def disconnect(self) -> None:
        """Give the link up; never raises."""
        loop, thread, client = self._loop, self._thread, self._client
        self._loop = self._thread = self._client = None
        if loop is None or thread is None:
            return
        if client is not None:
            future = asyncio.run_coroutine_threadsafe(client.disconnect(), loop)
            try:
                future.result(self._timeout)
            except Exception:  # whatever the operating system's stack makes of a link that may be gone already
                future.cancel()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(self._timeout)
        if not thread.is_alive():
            loop.close()

    def _need_client(self) -> BleakClient:
        if self._client is None:
            raise DeviceError(f"{self.name} is not connected; open it first")
        return self._client

    def _run(self, ask: Callable[[], Coroutine[Any, Any, T]], timeout: float, what: str) -> T:
        """Do something on the thread of the link; whatever the stack raises becomes one error."""
        if self._loop is None:
            raise DeviceError(f"{self.name} is not connected; open it first")
        future = asyncio.run_coroutine_threadsafe(ask(), self._loop)
        try:
            return future.result(timeout)
        except DeviceError:
            raise
        except TimeoutError:
            future.cancel()
            raise DeviceError(f"{self.name} could not {what}: no answer within {timeout:g} s") from None
        except Exception as error:  # bleak, D-Bus and the operating systems each have their own
            raise DeviceError(f"{self.name} could not {what}: {type(error).__name__}: {error}") from error


def _bleak_client() -> type[BleakClient]:
    """The library's client, imported when it is first needed."""
    try:
        from bleak import BleakClient
    except ImportError:
        raise MissingExtraError("Bluetooth treadmills need bleak: pip install 'gaitloop[ble]'") from None
    return BleakClient
