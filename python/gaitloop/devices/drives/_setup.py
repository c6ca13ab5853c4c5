"""Drives are written, read back and compared by SDO, through the `canopen` library."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaitloop.errors import ConfigError, DeviceError, MissingExtraError

from .._port import interface_remedy, line_remedy, load_serial
from ._objects import UNUSED, Address, Critical
from ._sdo import library, read, told, write

if TYPE_CHECKING:
    from ._bus import Drive, DriveBus

#: Lists of what process data carry, and where each frame of them is described.
_LISTS = {0x1600: 0x1400, 0x1A00: 0x1800, 0x1A01: 0x1801, 0x1A02: 0x1802}
#: Time in which an adapter has sent what it still had [s].
_SETTLE = 0.03
#: Speed of an adapter's serial line [1/s]; adapters on USB take any.
_BAUD = 115_200
#: Times that a question to a drive is repeated.
_RETRIES = 3
#: Number of the profile of drives, the low half of object 0x1000.
_PROFILE = 402
#: Bits of the modes that are needed (0x6502).
_MODES = {"position": 1 << 7, "velocity": 1 << 8, "torque": 1 << 9}


class _Unplugged:
    """Takes what ends the thread that listens, when the adapter is pulled out: whoever asks a drive is told then."""

    def __call__(self, message: object) -> None:
        """Leave messages to the others."""

    def on_error(self, error: Exception) -> None:
        """Say that it is known."""


def connect(bus: DriveBus) -> Any:
    """Open the bus of drives with the `canopen` library, for setting them up; it is closed before the loop begins.

    Parameters
    ----------
    bus : DriveBus
        The drives.

    Returns
    -------
    canopen.Network
        Connected; `disconnect()` closes it.

    Raises
    ------
    MissingExtraError
        If `canopen` is not installed.
    DeviceError
        If the bus cannot be opened.
    """
    network = library().Network()
    network.NOTIFIER_CYCLE = _SETTLE  # so that it is closed as soon as that is asked for
    try:
        network.bus = _open(bus)
        network.listeners.append(_Unplugged())
        network.connect()
    except MissingExtraError:
        raise
    except Exception as error:
        config = bus.config
        line = config.interface == "slcan"
        what = line_remedy(config.channel, _BAUD, error) if line else interface_remedy(config.channel, error)
        raise DeviceError(f"the bus {config.interface}:{config.channel} cannot be opened: {what}") from error
    return network


def _open(bus: DriveBus) -> Any:
    import can

    config = bus.config
    if config.interface != "slcan":
        return can.Bus(interface=config.interface, channel=config.channel, bitrate=int(config.bitrate))
    load_serial()  # its absence would look like a bus that cannot be opened
    made: Any = can.Bus(
        interface="slcan", channel=config.channel, bitrate=int(config.bitrate), tty_baudrate=_BAUD, sleep_after_open=0.0
    )
    try:
        made.serialPortOrig.exclusive = True  # two programs on one line would take each other's frames
        # What was meant for whoever had the line before is no answer to us.
        time.sleep(_SETTLE)
        made.flush()
    except BaseException:
        made.shutdown()
        raise
    return made


def recognise(bus: DriveBus, network: Any) -> None:
    """See that every node answers and is a drive that has the mode its part needs.

    Parameters
    ----------
    bus : DriveBus
        The drives.
    network : canopen.Network
        Connected to them.

    Raises
    ------
    DeviceTimeoutError
        If a drive does not answer.
    DeviceError
        If a node is no drive, or has not the mode.
    """
    for drive in bus.config.drives:
        _check_kind(_add(network, drive.node, None), drive.node, drive.part)


def configure(bus: DriveBus, network: Any, eds: str | Path) -> None:
    """Write the critical configuration of every drive and read all of it back; no drive has power meanwhile.

    Parameters
    ----------
    bus : DriveBus
        The drives and what they must hold.
    network : canopen.Network
        Connected to them.
    eds : str or Path
        The maker's description of the drive; an object that it does not have is refused.

    Raises
    ------
    ConfigError
        If the description lacks a critical object.
    DeviceTimeoutError
        If a drive does not answer.
    DeviceError
        If a drive is no drive, refuses a value, or holds another one after it was written.
    """
    for place, drive in enumerate(bus.config.drives):
        node = _add(network, drive.node, eds)
        critical = bus.config.critical(place)
        _check_eds(node, drive.node, critical, eds)
        network.send_message(0, bytes((128, drive.node)))  # pre-operational: power goes off, process data rest
        _check_kind(node, drive)
        _write_frames(node, drive.node, critical)
        for address, wanted in critical.items():
            if wanted.written and not 0x1400 <= address[0] <= 0x1BFF:
                write(node, drive.node, address, wanted.data())
    verify(bus, network)


def verify(bus: DriveBus, network: Any) -> None:
    """Read the critical configuration of every drive and compare it.

    Parameters
    ----------
    bus : DriveBus
        The drives and what they must hold.
    network : canopen.Network
        Connected to them.

    Raises
    ------
    DeviceTimeoutError
        If a drive does not answer.
    DeviceError
        If an object holds anything else; the message names the drive, the object and both values.
    """
    for place, drive in enumerate(bus.config.drives):
        node = _add(network, drive.node, None)
        for address, wanted in bus.config.critical(place).items():
            data = read(node, drive.node, address)
            if data != wanted.data():
                raise DeviceError(
                    f"drive {drive.node} holds {_shown(data)} in {told(address)}, and must hold "
                    f"{_shown(wanted.data())}: set it up with configure() before arming"
                )


def _shown(data: bytes) -> str:
    return f"{int.from_bytes(data, 'little'):#x} ({len(data)} bytes)"


def _add(network: Any, number: int, eds: str | Path | None) -> Any:
    if number in network and eds is None:
        return network[number]
    try:
        node = network.add_node(number, None if eds is None else str(eds))
        node.sdo.MAX_RETRIES = _RETRIES
        return node
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"eds must be a description that canopen can read, got {eds}: {error}") from error


def _check_eds(node: Any, number: int, critical: dict[Address, Critical], eds: str | Path) -> None:
    for (index, sub), wanted in critical.items():
        entry = node.object_dictionary.get(index)
        variable = entry.get(sub) if hasattr(entry, "subindices") else entry if sub == 0 else None
        if variable is None:
            raise ConfigError(f"eds of drive {number} ({eds}) has no {told((index, sub))}, on which its safety rests")
        if len(variable) != 8 * wanted.size:
            raise ConfigError(
                f"eds of drive {number} ({eds}) has {told((index, sub))} with {len(variable)} bit, and "
                f"{8 * wanted.size} are needed"
            )


def _check_kind(node: Any, drive: Drive) -> None:
    number = drive.node
    profile = int.from_bytes(read(node, number, (0x1000, 0)), "little") & 0xFFFF
    if profile != _PROFILE:
        raise DeviceError(f"node {number} is no drive: its profile is {profile}, that of drives {_PROFILE}")
    modes = int.from_bytes(read(node, number, (0x6502, 0)), "little")
    if not modes & _MODES[drive.mode]:
        mode = f"cyclic synchronous {drive.mode}"
        raise DeviceError(
            f"drive {number} has no mode {mode}, which its part {drive.part} needs; it has {modes:#x} (0x6502)"
        )


def _write_frames(node: Any, number: int, critical: dict[Address, Critical]) -> None:
    """What a frame carries can be changed only while it is not used."""
    for objects, frame in _LISTS.items():
        identifier = critical[frame, 1].value
        write(node, number, (frame, 1), (identifier | UNUSED).to_bytes(4, "little"))
        write(node, number, (objects, 0), b"\x00")
        for address, wanted in critical.items():
            if address[0] == objects and address[1] > 0:
                write(node, number, address, wanted.data())
        write(node, number, (objects, 0), critical[objects, 0].data())
        write(node, number, (frame, 2), critical[frame, 2].data())
        write(node, number, (frame, 1), critical[frame, 1].data())
