"""Serial ports, and what to do when one does not open."""

from __future__ import annotations

import errno
from typing import Any

from gaitloop.errors import DeviceError, MissingExtraError


def load_serial() -> Any:
    """Import the library, or say how to get it."""
    try:
        import serial
        import serial.tools.list_ports
    except ImportError:
        raise MissingExtraError("serial ports need pyserial: pip install 'gaitloop[serial]'") from None
    return serial


def open_port(port: str, baud: int, timeout: float, write_timeout: float | None = None) -> Any:
    """Open a port for ourselves alone, or raise one error that says what to do."""
    serial = load_serial()
    try:
        return serial.Serial(port, baud, timeout=timeout, write_timeout=write_timeout, exclusive=True)
    except (OSError, ValueError) as error:  # SerialException is an OSError
        raise DeviceError(f"{port} does not open: {_remedy(serial, port, baud, error)}") from error


def _remedy(serial: Any, port: str, baud: int, error: Exception) -> str:
    numbers, text = _numbers(error), str(error)
    if numbers & {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in text:
        ports = ", ".join(sorted(p.device for p in serial.tools.list_ports.comports())) or "none"
        return f"there is no such port; ports of this machine: {ports}. Plug the device in, or name one of them"
    if numbers & {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}:
        return f"another program has it; end that program (on Linux `fuser {port}` names it)"
    if numbers & {errno.EACCES, errno.EPERM} or "PermissionError" in text:
        return (
            "no permission, or another program has it; on Linux `sudo usermod -aG dialout $USER` and log in again "
            "(group uucp on some systems), elsewhere close the other program"
        )
    return f"{text}; check that it is a serial port and allows {baud} baud"


def line_remedy(port: str, baud: int, error: Exception) -> str:
    """Say what to do about a line that another library could not open."""
    return _remedy(load_serial(), port, baud, error)


def interface_remedy(name: str, error: Exception) -> str:
    """Say what to do about a CAN interface of the system that could not be opened."""
    numbers = _numbers(error)
    if numbers & {errno.ENODEV, errno.ENXIO, errno.ENOENT}:
        return f"there is no such interface; `ip link show type can` lists those of this machine, or plug {name} in"
    if numbers & {errno.ENETDOWN}:
        return f"it is down; `sudo ip link set {name} up type can bitrate 1000000` with the rate of the bus"
    if numbers & {errno.EACCES, errno.EPERM}:
        return "no permission for raw CAN sockets; run as a user who has it, or grant CAP_NET_RAW"
    if numbers & {errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT} or isinstance(error, AttributeError):
        return "this system has no CAN sockets; use an adapter that speaks slcan (interface = slcan)"
    return f"{error}; is it plugged in, set up, and not in use by another program?"


def _numbers(error: BaseException) -> set[int]:
    """Numbers of the system behind an error; that of the terminal's settings is a cause's first argument."""
    chain: list[BaseException] = [error]
    while (cause := chain[-1].__context__) is not None:
        chain.append(cause)
    return {code for e in chain for code in (getattr(e, "errno", None), *e.args[:1]) if isinstance(code, int)}
