"""Gait as Open Sound Control, for virtual reality."""

from __future__ import annotations

from functools import partial
from typing import Any

from gaitloop.errors import ConfigError, DeviceError, MissingExtraError

from ._message import LAYOUT, Message
from ._outlet import Outlet
from ._reading import whole


class OscOutlet(Outlet):
    """One UDP packet per message: a bundle with an address per value, `/gaitloop/<station>/<kind>/<name>`.

    Numbers are float32 (`f`), codes int32 (`i`); a value that is absent has no entry. Each bundle also has
    `/gaitloop/<station>/<kind>/count`, an int32 that grows by one, so that a receiver sees what the network lost.

    Parameters
    ----------
    host : str
        Address or name of the receiver.
    port : int
        Its UDP port [-], 1 to 65535.
    station : int
        Number that tells one machine from another [-], 0 to 9999; a number, so that it cannot be anybody's name.
    every : int
        Ticks from one phase that is told to the next [-], 1 to 100000.
    queue : int
        Messages that wait for the network [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If a setting is outside its range.
    DeviceError
        If the receiver's name is not known.
    MissingExtraError
        If python-osc is not installed.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 9000, station: int = 0, *, every: int = 10, queue: int = 1024
    ) -> None:
        super().__init__(every, queue)
        if not isinstance(host, str) or not host:
            raise ConfigError(f"host must be an address or a name, got {host!r:.80}")
        whole("port", port, 1, 65535)
        prefix = f"/gaitloop/{whole('station', station, 0, 9999)}"
        try:
            from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
            from pythonosc.osc_message_builder import OscMessageBuilder
            from pythonosc.udp_client import UDPClient
        except ImportError:
            raise MissingExtraError("OSC needs python-osc: pip install 'gaitloop[vr]'") from None
        self._host, self._connect = host, partial(UDPClient, host, port)
        self._reach()
        self._bundle = partial(OscBundleBuilder, IMMEDIATELY)
        self._entry = OscMessageBuilder
        self._names = {
            kind: [(f"{prefix}/{kind}/{name}", "i" if unit == "code" else "f") for name, unit in entries]
            for kind, entries in LAYOUT.items()
        }
        self._prefix, self._told = prefix, dict.fromkeys(LAYOUT, 0)
        self._start()

    def _reach(self) -> None:
        try:
            self._client = self._connect()
        except (OSError, UnicodeError) as error:
            raise DeviceError(
                f"{self._host} is not known here ({error}); give its address, such as 192.168.1.20"
            ) from None

    def _send(self, message: Message) -> None:
        bundle, kind = self._bundle(), message.kind
        self._add(bundle, f"{self._prefix}/{kind}/count", "i", self._told[kind])
        for (address, code), value in zip(self._names[kind], message.values, strict=True):
            if value is not None:
                self._add(bundle, address, code, value)
        self._told[kind] = (self._told[kind] + 1) % 2**31
        self._client.send(bundle.build())

    def _add(self, bundle: Any, address: str, code: str, value: float) -> None:
        entry = self._entry(address=address)
        entry.add_arg(value, code)
        bundle.add_content(entry.build())

    def _shut(self) -> None:
        self._client.close()
