"""The line that an inertial sensor on a serial port sends, and how lines are found among bytes."""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple

from gaitloop.errors import ConfigError

CHANNELS = 6
LONGEST = 120  # bytes of a line, its end included
_NUMBER = rb"(-?\d{1,4}(?:\.\d{1,6})?)?"
_LINE = re.compile(rb"\$GLIMU,(\d{1,5}),(\d{1,10})" + (b"," + _NUMBER) * CHANNELS + rb"\*([0-9A-F]{4})")


class ImuLine(NamedTuple):
    """What a line says.

    Attributes
    ----------
    sequence : int
        Number of the line [-], 0 to 65535, then 0 again.
    micros : int
        Time of the sensor's own clock [µs], 0 to 4294967295, then 0 again.
    values : tuple of float or None, shape (6,)
        Turning rate about x, y, z [rad/s], then specific force along x, y, z [m/s²]; None where the sensor left it
        empty.
    """

    sequence: int
    micros: int
    values: tuple[float | None, ...]


def checksum(body: bytes) -> int:
    """CRC-16/IBM-3740: polynomial 0x1021, beginning with 0xFFFF, nothing reflected."""
    return binascii.crc_hqx(body, 0xFFFF)


def encode_line(line: ImuLine) -> bytes:
    r"""Write a line as a sensor sends it.

    Parameters
    ----------
    line : ImuLine
        What it says; numbers are rounded to six decimals.

    Returns
    -------
    bytes
        The line with its end.

    Raises
    ------
    ConfigError
        If it cannot be said in this protocol.

    Examples
    --------
    >>> encode_line(ImuLine(7, 125000, (0.5, None, -1.25, 0.0, 0.0, 9.80665)))
    b'$GLIMU,7,125000,0.500000,,-1.250000,0.000000,0.000000,9.806650*E691\r\n'
    """
    numbers = ["" if v is None else f"{v:.6f}" for v in line.values]
    body = ",".join(["GLIMU", str(line.sequence), str(line.micros), *numbers]).encode("ascii", "replace")
    whole = b"$" + body + b"*%04X\r\n" % checksum(body)
    if decode_line(whole[:-2]) is None:
        raise ConfigError(
            "an IMU line must have a sequence in [0, 65535], a time in [0, 4294967295] µs and six numbers within "
            f"[-9999, 9999] or None, got {line!r:.120}"
        )
    return whole


def decode_line(line: bytes) -> ImuLine | None:
    r"""Read a line.

    Parameters
    ----------
    line : bytes
        A line without its end.

    Returns
    -------
    ImuLine or None
        None where it is not a line of this protocol, byte for byte.

    Examples
    --------
    >>> decode_line(b"$GLIMU,7,125000,0.500000,,-1.250000,0.000000,0.000000,9.806650*E691").values[2]
    -1.25
    >>> decode_line(b"$GLIMU,7,125000,0.500000,,-1.250000,0.000000,0.000000,9.806651*E691") is None
    True
    """
    match = _LINE.fullmatch(line)
    if match is None or int(match[CHANNELS + 3], 16) != checksum(line[1 : line.rindex(b"*")]):
        return None
    sequence, micros = int(match[1]), int(match[2])
    if sequence > 0xFFFF or micros > 0xFFFF_FFFF:
        return None
    numbers = match.groups()[2 : 2 + CHANNELS]
    return ImuLine(sequence, micros, tuple(None if n is None else float(n) for n in numbers))


class LineBuffer:
    r"""Lines among bytes as they come; it never holds more than one line's worth.

    Examples
    --------
    >>> lines = LineBuffer()
    >>> lines.feed(b"one\r\ntw"), lines.feed(b"o\n")
    ([b'one'], [b'two'])
    """

    def __init__(self) -> None:
        self._rest = b""
        self.cut = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes, and give the lines that they complete.

        Parameters
        ----------
        data : bytes
            What came, in any portions.

        Returns
        -------
        list of bytes
            Lines without their ends and without what stood before a `$`; empty ones left out. Text without an end that
            is longer than any line is thrown away and counted in `cut`.
        """
        *whole, rest = (self._rest + data).split(b"\n")
        if len(rest) > LONGEST:
            self.cut += 1
            rest = b""
        self._rest = rest
        return [line[max(line.rfind(b"$"), 0) :] for line in (w.rstrip(b"\r") for w in whole) if line]
