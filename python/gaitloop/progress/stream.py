"""A stream that games read: what a step, a score or a milestone was, and nothing about who.

Every message is one line of JSON. A reader can ask for nothing: the stream only tells, never waits for a reader, drops
the oldest of what a slow one has not read, and says how many. It has numbers and words of fixed lists; there is no way
to put a text into it, so no pseudonym and no note can leave by it.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

from .._inputs import to_flag
from ..errors import ConfigError, DeviceError
from ._fields import number, whole, word
from .data import SIDES

#: Version of the messages; a game refuses one that it does not know.
STREAM_VERSION = 1
#: Fields of each kind of message: a range of numbers, words, or a truth value.
KINDS: Mapping[str, Mapping[str, tuple[float, float] | tuple[str, ...] | type[bool]]] = {
    "step": {
        "side": SIDES,
        "steps": (0.0, 1e6),
        "active_steps": (0.0, 1e6),
        "support": (0.0, 1.0),
        "symmetry": (-5.0, 5.0),
        "speed": (0.0, 4.0),
    },
    "score": {"score": (0.0, 100.0), "success": bool},
    "streak": {"sessions": (0.0, 1e5)},
    "milestone": {"what": ("independence", "speed", "sessions", "steps")},
    "state": {"what": ("waiting", "walking", "paused", "finished")},
}
_WHOLE = ("steps", "score", "sessions")
_PATIENCE = 1.0


class Subscription:
    """What one reader has still to read; `GameStream.subscribe` gives one.

    Parameters
    ----------
    capacity : int
        Messages kept [-].

    Attributes
    ----------
    dropped : int
        Messages that were dropped for this reader [-].
    """

    def __init__(self, capacity: int) -> None:
        self._lines: deque[str] = deque(maxlen=capacity)
        self._changed = threading.Condition()
        self._untold = 0
        self._open = True
        self.dropped = 0

    def _put(self, line: str) -> None:
        with self._changed:
            if len(self._lines) == self._lines.maxlen:
                self.dropped += 1
                self._untold += 1
            self._lines.append(line)
            self._changed.notify_all()

    def read(self, timeout: float = 0.0) -> list[str]:
        """Take what there is.

        Parameters
        ----------
        timeout : float
            How long to wait for the first line [s], 0 to 60.

        Returns
        -------
        list of str
            Lines of JSON without their ends, oldest first; where some were dropped, a line before them says how many.

        Raises
        ------
        ConfigError
            If `timeout` is outside its range.
        """
        wait = number("timeout", timeout, 0.0, 60.0, "s")
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._lines or not self._open, wait)
            lines = [_line({"kind": "dropped", "count": self._untold})] if self._untold else []
            lines += self._lines
            self._untold = 0
            self._lines.clear()
        return lines

    def close(self) -> None:
        """Take no more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether it takes no more."""
        return not self._open


def _line(message: Mapping[str, object]) -> str:
    return json.dumps(message, allow_nan=False, separators=(",", ":"))


class GameStream:
    """Tells games what happens; telling never waits.

    Parameters
    ----------
    capacity : int
        Messages kept for each reader [-], 1 to 10000.

    Raises
    ------
    ConfigError
        If `capacity` is outside its range.

    Examples
    --------
    >>> stream = GameStream(capacity=8)
    >>> reader = stream.subscribe()
    >>> stream.tell("score", 12.5, score=52, success=True)
    >>> reader.read()
    ['{"v":1,"n":1,"t":12.5,"kind":"score","score":52,"success":true}']
    """

    def __init__(self, *, capacity: int = 256) -> None:
        self._capacity = whole("capacity", capacity, 1, 10_000)
        self._readers: list[Subscription] = []
        self._lock = threading.Lock()
        self._told = 0

    def subscribe(self) -> Subscription:
        """Begin to read, from the next message on.

        Returns
        -------
        Subscription
            What there is to read.
        """
        reader = Subscription(self._capacity)
        with self._lock:
            self._readers.append(reader)
        return reader

    def tell(self, kind: str, t: float, /, **values: float | str | bool) -> None:
        """Tell all readers.

        Parameters
        ----------
        kind : str
            One of `KINDS`.
        t : float
            Time since the session began [s], 0 to 86400.
        **values : float, str or bool
            Fields of the kind [units by the page on progress]; those that are not known are left out.

        Raises
        ------
        ConfigError
            If a field is unknown or outside its range; nothing is then told.
        """
        rules = KINDS[word("kind", kind, tuple(KINDS))]
        message: dict[str, object] = {"v": STREAM_VERSION, "n": 0, "t": number("t", t, 0.0, 86_400.0, "s")}
        message["kind"] = kind
        for name, value in values.items():
            if name not in rules:
                raise ConfigError(f"{kind} has no field {name!r:.80}; it has {', '.join(rules)}")
            message[name] = _checked(name, value, rules[name])
        with self._lock:
            self._told += 1
            message["n"] = self._told
            self._readers = [reader for reader in self._readers if not reader.closed]
            for reader in self._readers:
                reader._put(_line(message))

    def close(self) -> None:
        """End all subscriptions; what they hold can still be read."""
        with self._lock:
            for reader in self._readers:
                reader.close()
            self._readers = []


def _checked(name: str, value: float | str | bool, rule: object) -> float | str | bool:
    if rule is bool:
        return to_flag(name, value)
    assert isinstance(rule, tuple)
    if isinstance(rule[0], str):
        return word(name, value, rule)
    if name in _WHOLE:
        return whole(name, value, int(rule[0]), int(rule[1]))  # type: ignore[arg-type]
    return number(name, value, rule[0], rule[1])  # type: ignore[arg-type]


class GameServer:
    """Gives the stream to games on this machine: each connection gets the lines, and is never listened to.

    Parameters
    ----------
    stream : GameStream
        The stream.
    host : str
        Address of this machine that others cannot reach, such as 127.0.0.1 or ::1.
    port : int
        Port [-], 0 to 65535; 0 takes a free one.
    most : int
        Connections at a time [-], 1 to 64; more are closed at once.

    Raises
    ------
    ConfigError
        If a parameter is outside its range.
    DeviceError
        If the port cannot be had.
    """

    def __init__(self, stream: GameStream, *, host: str = "127.0.0.1", port: int = 0, most: int = 8) -> None:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            raise ConfigError(f"host must be an address of this machine, such as 127.0.0.1, got {host!r:.80}") from None
        if not address.is_loopback:
            raise ConfigError(f"host must be one that other machines cannot reach, such as 127.0.0.1, got {host}")
        self._stream, self._most = stream, whole("most", most, 1, 64)
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._listener.bind((host, whole("port", port, 0, 65_535)))
            self._listener.listen()
        except OSError as error:
            self._listener.close()
            raise DeviceError(f"port {port} of {host} cannot be had: {error.strerror}; choose another") from error
        except ConfigError:
            self._listener.close()
            raise
        self._readers: dict[threading.Thread, Subscription] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="gaitloop games", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Port in use [-]."""
        return int(self._listener.getsockname()[1])

    @property
    def connections(self) -> int:
        """Games that read at the moment [-]."""
        with self._lock:
            return sum(thread.is_alive() for thread in self._readers)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            with self._lock:
                self._readers = {thread: r for thread, r in self._readers.items() if thread.is_alive()}
                if len(self._readers) >= self._most:
                    connection.close()
                    continue
                reader = self._stream.subscribe()
                thread = threading.Thread(target=_serve, args=(connection, reader), name="gaitloop game", daemon=True)
                self._readers[thread] = reader
                thread.start()

    def close(self) -> None:
        """End all connections; again is no error."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5.0)
        with self._lock:
            readers = dict(self._readers)
        for reader in readers.values():
            reader.close()
        for thread in readers:
            thread.join(5.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _serve(connection: socket.socket, reader: Subscription) -> None:
    """Send until the game leaves or takes nothing for a second; one that hangs holds up nobody else."""
    with connection, suppress(OSError):
        connection.shutdown(socket.SHUT_RD)
        connection.settimeout(_PATIENCE)
        while not reader.closed:
            lines = reader.read(0.5)
            if lines:
                connection.sendall("".join(f"{line}\n" for line in lines).encode("ascii"))
    reader.close()
