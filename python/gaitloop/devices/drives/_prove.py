"""The watchdog of every drive at work: its master's heartbeat is withheld, and the drive must be seen stopping."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gaitloop.errors import DeviceError

from ._sdo import read, write
from ._setup import configure, connect, verify

if TYPE_CHECKING:
    from ._bus import DriveBus

_STATES = {0x40: "switch_on_disabled", 0x21: "ready_to_switch_on", 0x23: "switched_on", 0x27: "operation_enabled"}
_STATES |= {0x07: "quick_stop_active", 0x0F: "fault_reaction", 0x08: "fault", 0x00: "not_ready"}
#: Mode of a drive by the object that it takes its setpoint from.
_MODES = {0x6071: 10, 0x60FF: 9, 0x607A: 8}
#: Time in which a drive must follow a controlword [s].
_PATIENCE = 1.0
#: Heartbeats are withheld for the watchdog time times this [-].
_WITHHOLD = 1.5
#: Times that drives are made ready.
_TRIES = 5
#: Emergency code of a missed heartbeat.
_LOST = 0x8130


def make_ready(bus: DriveBus, eds: str | Path) -> dict[int, str]:
    """Set all drives up, read them back, prove their watchdogs, and let the bus go for the loop that needs it.

    Parameters
    ----------
    bus : DriveBus
        The drives; nobody else has the bus.
    eds : str or Path
        The maker's description of the drive.

    Returns
    -------
    dict of int to str
        State that each drive went into by itself, by its number [-].

    Raises
    ------
    ConfigError
        If the description lacks a critical object.
    DeviceTimeoutError
        If a drive does not answer.
    DeviceError
        As of `connect`, `configure` and `prove`.
    """
    network = connect(bus)
    try:
        configure(bus, network, eds)
        return prove(bus, network)
    finally:
        network.disconnect()


def prove(bus: DriveBus, network: Any, *, powered: bool = False) -> dict[int, str]:
    """Bring every drive to the ready state, withhold the heartbeat of the master, and see each of them stop by itself.

    The loop does the same before each arming; this says which drive, and why.

    Parameters
    ----------
    bus : DriveBus
        The drives, set up by `configure`.
    network : canopen.Network
        Connected to them.
    powered : bool
        Power them at zero torque first, so that a quick stop is seen. Nobody may be in the device.

    Returns
    -------
    dict of int to str
        State that each drive went into, by its number [-].

    Raises
    ------
    DeviceTimeoutError
        If a drive does not answer.
    DeviceError
        If the configuration is not what was verified, a drive does not follow its controlword, goes on without its
        master, or comes back by itself; or if this machine is too busy to send its heartbeats in time.
    """
    verify(bus, network)
    nodes = {drive.node: network[drive.node] for drive in bus.config.drives}
    lost: set[int] = set()
    for number, node in nodes.items():
        node.emcy.add_callback(_listener(lost, number))
    beat = _beat(bus, network)
    try:
        _all_ready(network, nodes, lost, powered)
        beat.stop()
        time.sleep(_WITHHOLD * bus.config.watchdog)
        after = {number: _stopped(node, number, True) for number, node in nodes.items()}
        end = time.monotonic() + _PATIENCE  # what they tell of it may come later than they stop
        while not lost.issuperset(nodes) and time.monotonic() < end:
            time.sleep(0.005)
        after = {number: _stopped(node, number, number in lost) for number, node in nodes.items()}
        beat = _beat(bus, network)
        time.sleep(bus.config.watchdog)
        for number, node in nodes.items():
            _stopped(node, number, True)
    finally:
        for number, node in nodes.items():
            node.emcy.callbacks.clear()
            _tell(node, number, 0x00)
        beat.stop()
    return after


def _beat(bus: DriveBus, network: Any) -> Any:
    """Send the heartbeat of the master until it is stopped."""
    return network.send_periodic(0x700 + bus.config.node, b"\x05", max(0.005, bus.config.watchdog / 5))


def _listener(lost: set[int], number: int) -> Any:
    def note(emergency: Any) -> None:
        if emergency.code == _LOST:
            lost.add(number)

    return note


def state_of(node: Any, number: int) -> str:
    """State that the statusword of a drive tells."""
    word = int.from_bytes(read(node, number, (0x6041, 0)), "little")
    return _STATES.get(word & 0x6F) or _STATES.get(word & 0x4F) or f"unknown ({word:#06x})"


def _tell(node: Any, number: int, word: int) -> None:
    write(node, number, (0x6040, 0), word.to_bytes(2, "little"))


def _all_ready(network: Any, nodes: dict[int, Any], lost: set[int], powered: bool) -> None:
    """Make all drives ready; again where one stopped meanwhile because a heartbeat of a busy machine came late."""
    for _ in range(_TRIES):
        lost.clear()
        try:
            ready = {number: _make_ready(network, node, number, powered) for number, node in nodes.items()}
        except DeviceError:
            if not lost:
                raise
            continue
        lost.clear()
        if all(state_of(node, number) == ready[number] for number, node in nodes.items()):
            return
    raise DeviceError(
        "the drives stop before their master's heartbeat is withheld: this machine sends it too late, run less on it"
    )


def _make_ready(network: Any, node: Any, number: int, powered: bool) -> str:
    """Out of whatever state to ready, and with `powered` on to enabled at zero torque or speed."""
    network.send_message(0, bytes((1, number)))
    if state_of(node, number) in ("fault", "fault_reaction"):
        _tell(node, number, 0x80)
    steps = [(0x00, "switch_on_disabled"), (0x06, "ready_to_switch_on")]
    if powered:
        target = int.from_bytes(read(node, number, (0x1600, 3)), "little") >> 16
        write(node, number, (0x6060, 0), bytes((_MODES[target],)))
        # A drive that is told where to be is told to be where it is.
        rest = read(node, number, (0x6064, 0)) if target == 0x607A else bytes(len(read(node, number, (target, 0))))
        write(node, number, (target, 0), rest)
        steps += [(0x07, "switched_on"), (0x0F, "operation_enabled")]
    for word, wanted in steps:
        _tell(node, number, word)
        end = time.monotonic() + _PATIENCE
        while (got := state_of(node, number)) != wanted:
            if time.monotonic() > end:
                raise DeviceError(f"drive {number} does not become {wanted} by controlword {word:#04x}, it is {got}")
            time.sleep(0.002)
    return steps[-1][1]


def _stopped(node: Any, number: int, noticed: bool) -> str:
    state = state_of(node, number)
    if state in ("ready_to_switch_on", "switched_on", "operation_enabled"):
        raise DeviceError(
            f"drive {number} goes on without the heartbeat of its master, it is {state}: its watchdog (0x1016, 0x6007) "
            "does not work"
        )
    if not noticed:
        raise DeviceError(f"drive {number}, which is {state}, told of no missed heartbeat (emergency {_LOST:#06x})")
    return state
