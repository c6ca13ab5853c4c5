"""Messages between a loop and a simulated device in another process: frames in, values or one refusal out.

A frame is a header (magic, version, kind, length of the payload), the payload, and CRC-32 of both, little-endian. The
header and a refusal are the same in every version, so that whoever speaks another one is told so in words.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from gaitloop._core import SAFE_PROFILES, SAMPLE_FIELDS
from gaitloop.errors import ConfigError, WireError

#: Version of the messages; it changes with any of them.
VERSION = 1
#: Longest payload [bytes].
LONGEST = 4096

_MAGIC = b"GLSM"
_HEADER = struct.Struct("<4sHBxI")
_CHECK = struct.Struct("<I")
_N = SAMPLE_FIELDS[-1][1] + SAMPLE_FIELDS[-1][2]
_GROUPS = len(SAMPLE_FIELDS)
_SAMPLE_SIZE = 8 + 9 * _N + 8 * _GROUPS
_TEXT = 1000  # [bytes] of a refusal

#: Tells one order of a sample's fields from another.
LAYOUT = zlib.crc32(repr([entry[:3] for entry in SAMPLE_FIELDS]).encode())


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client begins with."""

    layout: int  #: `LAYOUT` of its sample
    period: float  #: from tick to tick [s]
    lease: float  #: silence after which the device comes to rest by itself [s]
    wall: bool  #: whether time passes by the clock rather than by ticks


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the device says of itself."""

    profile: str  #: how it comes to rest
    watchdog: float  #: time after which a drive without a lease stops by itself [s]


@dataclass(frozen=True, slots=True)
class Measure:
    """Ask for a sample."""

    t: int  #: time of the tick [ns]


@dataclass(frozen=True, slots=True)
class Sampled:
    """What was measured, as the bytes of a sample's arrays."""

    t: int  #: time of the tick [ns]
    value: bytes  #: float64 each
    valid: bytes  #: 0 or 1 each
    stamp: bytes  #: int64 each [ns]


@dataclass(frozen=True, slots=True)
class Commanded:
    """A command; what it says, and until when."""

    t: int  #: time of the tick that it was made in [ns]
    expiry: int  #: until when it holds [ns]
    sequence: int  #: number of the command
    torque: tuple[float, ...]  #: of each joint [N·m]
    belt_speed: float  #: [m/s]
    support_force: float  #: [N]
    support_mode: int  #: 0 hold, 1 track, 2 jog
    enable: bool  #: whether the drives may be powered
    clear: bool  #: whether drives that stopped by themselves may come back
    brake: bool  #: whether the brakes are closed


@dataclass(frozen=True, slots=True)
class Stop:
    """Come to rest, and stay there."""


@dataclass(frozen=True, slots=True)
class Bye:
    """Come to rest; this client goes."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is at rest."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the other side goes away."""

    text: str


Message: TypeAlias = Hello | Welcome | Measure | Sampled | Commanded | Stop | Bye | Done | Refused

_KINDS: tuple[type[Message], ...] = (Hello, Welcome, Measure, Sampled, Commanded, Stop, Bye, Done, Refused)
_REFUSED = _KINDS.index(Refused)
_HELLO = struct.Struct("<Idd?")
_WELCOME = struct.Struct("<Bd")
_MEASURE = struct.Struct("<q")
_COMMANDED = struct.Struct("<qqq6dddBB")


def encode(message: Message, version: int = VERSION) -> bytes:
    """Write a message as a frame.

    Parameters
    ----------
    message : Message
        What is told; a refusal that is too long is cut.
    version : int
        Version to write into the header [-].

    Returns
    -------
    bytes
        The frame.
    """
    payload = _payload(message)
    frame = _HEADER.pack(_MAGIC, version, _KINDS.index(type(message)), len(payload)) + payload
    return frame + _CHECK.pack(zlib.crc32(frame))


def _payload(message: Message) -> bytes:
    match message:
        case Hello():
            return _HELLO.pack(message.layout, message.period, message.lease, message.wall)
        case Welcome():
            return _WELCOME.pack(SAFE_PROFILES.index(message.profile), message.watchdog)
        case Measure():
            return _MEASURE.pack(message.t)
        case Sampled():
            return _MEASURE.pack(message.t) + message.value + message.valid + message.stamp
        case Commanded() as c:
            flags = c.enable | c.clear << 1 | c.brake << 2
            numbers = (*c.torque, c.belt_speed, c.support_force)
            return _COMMANDED.pack(c.t, c.expiry, c.sequence, *numbers, c.support_mode, flags)
        case Refused():
            return message.text.encode(errors="replace")[:_TEXT].decode(errors="ignore").encode()
        case _:
            return b""


def decode(kind: int, payload: bytes) -> Message | None:
    """Read a payload.

    Parameters
    ----------
    kind : int
        Number of its kind [-].
    payload : bytes
        What came.

    Returns
    -------
    Message or None
        None where it is no message of that kind, byte for byte.
    """
    try:
        made = _read(_KINDS[kind], payload)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    # What is written again as it came has no bits that nobody looked at.
    return made if made is not None and _payload(made) == payload else None


def _read(kind: type[Message], payload: bytes) -> Message | None:
    for empty in (Stop(), Bye(), Done()):  # bytes that they do not have are seen by the caller
        if kind is type(empty):
            return empty
    if kind is Hello:
        return Hello(*_HELLO.unpack(payload))
    if kind is Welcome:
        profile, watchdog = _WELCOME.unpack(payload)
        return Welcome(SAFE_PROFILES[profile], watchdog)
    if kind is Measure:
        return Measure(*_MEASURE.unpack(payload))
    if kind is Sampled:
        return _read_sample(payload)
    if kind is Commanded:
        t, expiry, sequence, *numbers, mode, flags = _COMMANDED.unpack(payload)
        bits = (bool(flags & 1), bool(flags & 2), bool(flags & 4))
        return Commanded(t, expiry, sequence, tuple(numbers[:6]), numbers[6], numbers[7], mode, *bits)
    return Refused(payload.decode()) if len(payload) <= _TEXT else None


def _read_sample(payload: bytes) -> Sampled | None:
    if len(payload) != _SAMPLE_SIZE:
        return None
    value, valid, stamp = payload[8 : 8 + 8 * _N], payload[8 + 8 * _N : 8 + 9 * _N], payload[8 + 9 * _N :]
    known = np.frombuffer(valid, np.uint8).astype(bool)
    # What counts as measured is a number.
    if max(valid) > 1 or not np.isfinite(np.frombuffer(value, "<f8")[known]).all():
        return None
    (t,) = _MEASURE.unpack_from(payload)
    return Sampled(t, value, valid, stamp)


class FrameBuffer:
    """Messages among bytes as they come; it never holds more than one frame's worth, and never recovers from nonsense.

    Examples
    --------
    >>> frames = FrameBuffer()
    >>> data = encode(Measure(5_000_000)) + encode(Bye())
    >>> frames.feed(data[:20]), frames.feed(data[20:])
    ([], [Measure(t=5000000), Bye()])
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes, and give the messages that they complete.

        Parameters
        ----------
        data : bytes
            What came, in any portions.

        Returns
        -------
        list of Message
            In the order in which they were sent.

        Raises
        ------
        WireError
            If the other side speaks another version, or what came is no message; the connection is of no use then.
        """
        self._rest += data
        out: list[Message] = []
        while (message := self._next()) is not None:
            out.append(message)
        return out

    def _next(self) -> Message | None:
        rest = self._rest
        if not _MAGIC.startswith(rest[:4]):
            raise WireError("what came is no message of a simulated device; is another program on that port?")
        if len(rest) < _HEADER.size:
            return None
        _, version, kind, length = _HEADER.unpack_from(rest)
        if version != VERSION and kind != _REFUSED:
            raise WireError(
                f"the other side speaks version {version} of the simulated device's messages, this one version "
                f"{VERSION}; use the same release of gaitloop on both"
            )
        if length > LONGEST:
            raise WireError(f"a message of {length} bytes came, longer than any; is another program on that port?")
        end = _HEADER.size + length
        if len(rest) < end + _CHECK.size:
            return None
        frame, self._rest = rest[:end], rest[end + _CHECK.size :]
        message = decode(kind, frame[_HEADER.size :])
        if _CHECK.unpack_from(rest, end)[0] != zlib.crc32(frame) or message is None:
            raise WireError(f"a message came damaged (kind {kind}, {length} bytes)")
        return message


def checked_hello(hello: Hello) -> None:
    """Refuse a client whose sample or timing cannot be served.

    Parameters
    ----------
    hello : Hello
        What it said.

    Raises
    ------
    ConfigError
        If its sample is laid out otherwise, or a time is outside its range.
    """
    if hello.layout != LAYOUT:
        raise ConfigError("the fields of your sample are not those of this device; use the same release of gaitloop")
    for name, value, low, high in (("period", hello.period, 1e-4, 0.01), ("lease", hello.lease, 0.01, 60.0)):
        if not low <= value <= high:
            raise ConfigError(f"{name} must lie in [{low:g}, {high:g}] s, got {value!r:.40}")
