"""The Bluetooth link: the real library where there is no radio, and the same calls served by a simulated machine."""

from __future__ import annotations

import asyncio
import builtins
from types import SimpleNamespace

import pytest

from devices.conformance_treadmill import LIMITS, until_it_fails
from gaitloop.devices.treadmill import BleakTransport, FtmsServer, FtmsTreadmill
from gaitloop.devices.treadmill import ftms_bleak as bleak_link
from gaitloop.devices.treadmill import ftms_codec as codec
from gaitloop.errors import ConfigError, DeviceError, MissingExtraError

KNOWN = {bleak_link.uuid(n): n for n in (codec.FEATURE, codec.SPEED_RANGE, *bleak_link.TOLD)}


class Client:
    """What the library's client does, with a simulated machine in place of a radio."""

    server = None
    offers = bleak_link.uuid(codec.SERVICE)
    made = None

    def __init__(self, address, disconnected_callback=None, *, timeout=10.0):
        type(self).made = self
        self.lost, self.told_to, self.tasks = disconnected_callback, {}, []
        self.connected = False
        self.services = SimpleNamespace(
            get_service=lambda name: name if name == self.offers else None,
            get_characteristic=lambda name: name if self.server.characteristic(KNOWN[name]) is not None else None,
        )

    async def connect(self):
        self.connected = True
        self.tasks.append(asyncio.ensure_future(self.live()))

    async def live(self):
        """The machine's time, and what it tells."""
        while self.connected:
            self.server.advance(0.01)
            while self.server.told:
                number, data = self.server.told.popleft()
                self.told_to[bleak_link.uuid(number)](None, bytearray(data))
            await asyncio.sleep(0.002)

    async def start_notify(self, name, callback):
        self.told_to[name] = callback

    async def read_gatt_char(self, name):
        return bytearray(self.server.characteristic(KNOWN[name]))

    async def write_gatt_char(self, name, value, *, response):
        assert response  # a command point has to be written with a response
        assert self.connected
        self.server.command(bytes(value))

    async def disconnect(self):
        self.connected = False
        self.server.lose_link()
        await asyncio.gather(*self.tasks)


@pytest.fixture
def link(monkeypatch):
    kind = type("Served", (Client,), {"server": FtmsServer(period=0.1)})
    monkeypatch.setattr(bleak_link, "_bleak_client", lambda: kind)
    link = BleakTransport("AA:BB:CC:DD:EE:FF", timeout=1.0)
    link.client_type = kind
    yield link
    link.disconnect()


def made(link):
    return FtmsTreadmill(link, LIMITS, worn="nothing", stops_on_link_loss=True)


def test_a_belt_walks_and_stops_over_the_link(link):
    server = link.client_type.server
    with made(link) as driver:
        driver.start()
        for _ in range(15):
            driver.set_speed(0.6)
            state = driver.read(1.0)
        assert state.speed > 0.2
        assert server.running
    assert not server.running
    assert not link.client_type.made.connected


def test_a_lost_link_is_one_error_however_often_it_is_asked(link):
    driver = made(link).open()
    link.client_type.made.lost(None)
    with pytest.raises(DeviceError, match="the Bluetooth link to treadmill AA:BB:CC:DD:EE:FF is lost"):
        until_it_fails(driver)
    link._tell((codec.TREADMILL_DATA, b""))  # what still comes changes nothing
    with pytest.raises(DeviceError, match="is lost"):
        link.receive(0.0)
    driver.close()


def test_another_kind_of_machine(link):
    link.client_type.offers = "0000180d-0000-1000-8000-00805f9b34fb"
    with pytest.raises(DeviceError, match=r"has no Fitness Machine Service \(0x1826\)"):
        made(link).open()


def test_whatever_the_stack_raises_is_one_error(link):
    async def fail(self):
        raise RuntimeError("org.bluez.Error.NotReady")

    link.client_type.connect = fail
    with pytest.raises(DeviceError, match=r"could not connect; switch Bluetooth and machine on.*NotReady"):
        made(link).open()


def test_a_stack_that_hangs(link):
    async def hang(self, *_, **__):
        await asyncio.sleep(60.0)

    driver = made(link).open()
    link.client_type.write_gatt_char = hang
    with pytest.raises(DeviceError, match=r"could not be commanded: no answer within 1 s"):
        driver.stop()
    driver.close()


def test_who_does_not_read_is_told(link):
    link.connect()
    for _ in range(bleak_link.KEPT + 1):
        link._tell((codec.TREADMILL_DATA, b""))
    with pytest.raises(DeviceError, match="told more than was read; call read"):
        link.receive(0.1)


def test_not_connected():
    link = BleakTransport("AA:BB:CC:DD:EE:FF")
    for call in (lambda: link.receive(0.1), lambda: link.read(codec.FEATURE), lambda: link.write(1, b"")):
        with pytest.raises(DeviceError, match="is not connected; open it first"):
            call()
    link.disconnect()
    with pytest.raises(ConfigError, match="timeout must lie in"):
        BleakTransport("AA:BB:CC:DD:EE:FF", timeout=0.0)


def test_the_real_library_without_a_radio_is_one_error():
    """Where there is a radio there is no machine of this address."""
    link = BleakTransport("02:00:00:00:00:00", timeout=1.0)
    with pytest.raises(DeviceError, match=r"treadmill 02:00:00:00:00:00 could not connect"):
        link.connect()


def test_the_library_is_missing(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "bleak":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'gaitloop\[ble\]'"):
        BleakTransport("AA:BB:CC:DD:EE:FF")
