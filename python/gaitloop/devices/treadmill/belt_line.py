"""Lines of the open belt protocol, version 1; pure. `docs/devices/treadmill.md` has its text.

A line is `$`, a body, `*`, four hexadecimal digits of the body's CRC-16/CCITT-FALSE, and a line feed.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass

from gaitloop.errors import ConfigError, WireError

LONGEST = 64  # octets of a line, the line feed included
VERSION = 1
CAUSES = ("none", "power", "host", "watchdog", "button", "overspeed", "fault")
REASONS = ("range", "halted", "moving", "button", "unknown")
SEQUENCE = 1 << 16
LARGEST = 9999  # [mm/s]


@dataclass(frozen=True, slots=True)
class Command:
    """A line to the belt.

    Parameters
    ----------
    verb : str
        `ID` who are you, `V` move at a speed, `S` stop, `R` let the belt move again.
    sequence : int
        Number of the command [-], 0 to 65535; another one each time.
    speed_mm_s : int
        Speed to move at [mm/s], 0 to 9999; 0 for the other verbs.
    """

    verb: str
    sequence: int = 0
    speed_mm_s: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What a belt says of itself.

    Parameters
    ----------
    version : int
        Version of the protocol [-].
    max_mm_s : int
        Fastest speed that it takes [mm/s].
    watchdog_ms : int
        Silence after which it stops [ms].
    """

    version: int
    max_mm_s: int
    watchdog_ms: int


@dataclass(frozen=True, slots=True)
class State:
    """State of a belt.

    Parameters
    ----------
    sequence : int
        Number of the last command that it followed [-].
    speed_mm_s : int
        Measured speed [mm/s], positive where a person has to walk forward.
    target_mm_s : int
        Speed that it was told [mm/s].
    halted : bool
        Whether it stopped, or is stopping, and takes no speed until it is released.
    cause : str
        Why it is halted, `none` where it is not.
    """

    sequence: int
    speed_mm_s: int
    target_mm_s: int
    halted: bool
    cause: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not followed.

    Parameters
    ----------
    sequence : int
        Number of the command [-].
    reason : str
        `range`, `halted`, `moving`, `button` or `unknown`.
    """

    sequence: int
    reason: str


def frame(body: str) -> bytes:
    """Put a body between its marks.

    Parameters
    ----------
    body : str
        Words of the line.

    Returns
    -------
    bytes
        The line with its line feed.

    Raises
    ------
    ConfigError
        If it holds a mark or anything but printable ASCII, or is too long.
    """
    octets = body.encode("ascii", "replace")
    if len(octets) > LONGEST - 7 or not body.isascii() or not body.isprintable() or set(body) & set("$*"):
        raise ConfigError(
            f"a body must be up to {LONGEST - 7} printable ASCII characters without $ and *, got {body!r:.80}"
        )
    return b"$%b*%04X\n" % (octets, crc_hqx(octets, 0xFFFF))


def unframe(line: bytes) -> str:
    """Take a body out of its marks; the line feed may be gone already.

    Parameters
    ----------
    line : bytes
        A line as it came.

    Returns
    -------
    str
        The body.

    Raises
    ------
    WireError
        If a mark is missing, an octet is not allowed, or the checksum is wrong.
    """
    text = line.removesuffix(b"\n").removesuffix(b"\r")
    body, mark, digits = text[1:-5], text[-5:-4], text[-4:]
    if not 6 <= len(text) <= LONGEST or text[:1] != b"$" or mark != b"*" or not set(digits) <= set(b"0123456789ABCDEF"):
        raise WireError(f"not a line of the belt protocol: {line[:LONGEST]!r}")
    if crc_hqx(body, 0xFFFF) != int(digits, 16):
        raise WireError(f"checksum {digits.decode()} must be {crc_hqx(body, 0xFFFF):04X} in {line[:LONGEST]!r}")
    if any(not 0x20 <= octet <= 0x7E or octet in b"$*" for octet in body):
        raise WireError(f"an octet that the belt protocol does not allow: {line[:LONGEST]!r}")
    return body.decode("ascii")


def _number(name: str, word: str, low: int, high: int) -> int:
    """A decimal number as the protocol writes it: no plus, no leading zero, no blank."""
    digits = word.removeprefix("-")
    if not (digits.isdigit() and len(digits) <= 5 and str(int(word)) == word and low <= int(word) <= high):
        raise WireError(f"{name} must be a whole number from {low} to {high}, got {word!r}")
    return int(word)


def _choice(name: str, word: str, choices: tuple[str, ...]) -> str:
    if word not in choices:
        raise WireError(f"{name} must be one of {', '.join(choices)}, got {word!r}")
    return word


def _words(body: str, count: int) -> list[str]:
    words = body.split(" ")
    if len(words) != count:
        raise WireError(f"{words[0]!r} must have {count} words, got {len(words)} in {body!r}")
    return words


def encode_command(command: Command) -> bytes:
    """Write a command as a line.

    Parameters
    ----------
    command : Command
        What to ask.

    Returns
    -------
    bytes
        The line.
    """
    words = {"ID": (), "V": (command.sequence, command.speed_mm_s)}.get(command.verb, (command.sequence,))
    return frame(" ".join([command.verb, *map(str, words)]))


def decode_command(line: bytes) -> Command:
    """Read a command as a belt gets it; `WireError` for anything else.

    Parameters
    ----------
    line : bytes
        A line as it came.

    Returns
    -------
    Command
        What is asked.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    body = unframe(line)
    verb = _choice("verb", body.split(" ")[0], ("ID", "V", "S", "R"))
    words = _words(body, {"ID": 1, "V": 3}.get(verb, 2))
    sequence = _number("sequence", words[1], 0, SEQUENCE - 1) if len(words) > 1 else 0
    return Command(verb, sequence, _number("speed", words[2], 0, LARGEST) if verb == "V" else 0)


def encode_reply(reply: Identity | State | Refusal) -> bytes:
    """Write what a belt tells as a line.

    Parameters
    ----------
    reply : Identity, State or Refusal
        What to tell.

    Returns
    -------
    bytes
        The line.
    """
    if isinstance(reply, Identity):
        return frame(f"ID {reply.version} {reply.max_mm_s} {reply.watchdog_ms}")
    if isinstance(reply, Refusal):
        return frame(f"NO {reply.sequence} {reply.reason}")
    mode = "H" if reply.halted else "R"
    return frame(f"ST {reply.sequence} {reply.speed_mm_s} {reply.target_mm_s} {mode} {reply.cause}")


def decode_reply(line: bytes) -> Identity | State | Refusal:
    """Read what a belt tells; `WireError` for anything else.

    Parameters
    ----------
    line : bytes
        A line as it came.

    Returns
    -------
    Identity, State or Refusal
        What is told.

    Raises
    ------
    WireError
        If the octets are not allowed there.
    """
    body = unframe(line)
    verb = _choice("verb", body.split(" ")[0], ("ID", "ST", "NO"))
    if verb == "ID":
        _, version, fastest, watchdog = _words(body, 4)
        span = _number("max speed", fastest, 1, LARGEST), _number("watchdog", watchdog, 1, 10_000)
        return Identity(_number("version", version, 0, 999), *span)
    if verb == "NO":
        _, sequence, reason = _words(body, 3)
        return Refusal(_number("sequence", sequence, 0, SEQUENCE - 1), _choice("reason", reason, REASONS))
    _, sequence, speed, target, mode, cause = _words(body, 6)
    halted = _choice("mode", mode, ("H", "R")) == "H"
    if halted == (_choice("cause", cause, CAUSES) == "none"):
        raise WireError(f"a halted belt must name a cause, one that is not must not: {body!r}")
    numbers = _number("speed", speed, -LARGEST, LARGEST), _number("target", target, 0, LARGEST)
    return State(_number("sequence", sequence, 0, SEQUENCE - 1), *numbers, halted, cause)


class Splitter:
    """Cuts a stream of octets into lines; what is too long is dropped up to the next line feed."""

    def __init__(self) -> None:
        self._held = b""
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take octets and give the lines that they end, without line feeds; an overlong one as its beginning.

        Parameters
        ----------
        data : bytes
            Octets as they came.

        Returns
        -------
        list of bytes
            Lines.
        """
        *ended, rest = (self._held + data).split(b"\n")
        if ended and self._skipping:
            ended, self._skipping = ended[1:], False
        if len(rest) >= LONGEST and not self._skipping:
            ended, self._skipping = [*ended, rest[:LONGEST]], True
        self._held = b"" if self._skipping else rest
        return ended
