"""Objects of a drive, read and written through the `canopen` library, with errors that say what to do."""

from __future__ import annotations

from typing import Any

from gaitloop.errors import DeviceError, DeviceTimeoutError, MissingExtraError

from ._objects import SETTINGS, Address

_NAMES = {setting.address: name for name, setting in SETTINGS.items()}


def library() -> Any:
    """The library `canopen`."""
    try:
        import canopen
    except ImportError as error:
        raise MissingExtraError("drives are set up with canopen and python-can: pip install 'gaitloop[can]'") from error
    return canopen


def told(address: Address) -> str:
    """An object by its number and, where it has one, its name."""
    index, sub = address
    name = _NAMES.get(address)
    return f"{index:#06x}:{sub:02x}" + (f" ({name}: {SETTINGS[name].meaning})" if name else "")


def write(node: Any, number: int, address: Address, data: bytes) -> None:
    """Write an object of a drive."""
    canopen = library()
    try:
        node.sdo.download(*address, data)
    except canopen.SdoAbortedError as error:
        raise DeviceError(
            f"drive {number} refuses {int.from_bytes(data, 'little'):#x} in {told(address)}: {error}; see what its "
            "manual allows"
        ) from error
    except canopen.SdoCommunicationError as error:
        raise no_answer(number, address, error) from error
    except Exception as error:  # whatever an adapter, or a drive that answers nonsense, makes the libraries raise
        raise _lost(number, address, error) from error


def read(node: Any, number: int, address: Address) -> bytes:
    """Read an object of a drive."""
    canopen = library()
    try:
        return bytes(node.sdo.upload(*address))
    except canopen.SdoAbortedError as error:
        raise DeviceError(f"drive {number} does not give {told(address)}: {error}") from error
    except canopen.SdoCommunicationError as error:
        raise no_answer(number, address, error) from error
    except Exception as error:
        raise _lost(number, address, error) from error


def _lost(number: int, address: Address, error: Exception) -> DeviceError:
    return DeviceError(
        f"the line to drive {number} failed at {told(address)} ({type(error).__name__}: {error}); is the adapter "
        "plugged in, and is the node a drive?"
    )


def no_answer(number: int, address: Address, error: Exception) -> DeviceTimeoutError:
    """What to say of a drive that is silent."""
    return DeviceTimeoutError(
        f"drive {number} does not answer for {told(address)} ({error}); is it powered, wired, terminated, and set to "
        "this number and bit rate?"
    )
