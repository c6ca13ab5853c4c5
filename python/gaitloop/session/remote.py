"""Commands from afar: pause, stop, and a wish to go on to the next stage; nothing else can be said.

A remote never arms, starts, resets, resumes or skips: what it may say only ever asks for less. The door is on this
machine (a loopback address, or a Unix socket that its owner alone may open); whoever carries it further answers for who
speaks there.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import selectors
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from gaitloop.errors import ConfigError, DeviceError

if TYPE_CHECKING:
    from .session import Session

#: What may be said, and nothing besides.
SAID = ("pause", "stop", "skip")
#: Most speakers at once [-], longest line [bytes], lines of a speaker that count in a second [1/s].
MAX_SPEAKERS, MAX_LINE, MAX_RATE = 8, 32, 10
_LOOK = 0.1


class _Speaker:
    """One connection: what it has said so far, and how often lately."""

    def __init__(self) -> None:
        self.rest = b""
        self.deaf = False
        self.heard = time.monotonic()
        self._lately: list[float] = []

    def lines(self, data: bytes) -> list[bytes]:
        """Whole lines; one that is too long is dropped to its end. Who leaves has ended their last line."""
        self.heard = time.monotonic()
        *lines, self.rest = (self.rest + (data or b"\n")).split(b"\n")
        if lines and self.deaf:
            lines, self.deaf = lines[1:], False
        if len(self.rest) > MAX_LINE:
            self.rest, self.deaf = b"", True
        return lines

    def may(self) -> bool:
        """Whether one more line counts now; a stop always does."""
        now = time.monotonic()
        self._lately = [then for then in self._lately if now - then < 1.0]
        self._lately.append(now)
        return len(self._lately) <= MAX_RATE


class Remote:
    """Takes lines from speakers on this machine; a context manager.

    Every line is answered: `ok pause`, or `refused` and why. A stop is taken however many lines came before.

    Parameters
    ----------
    session : Session
        The session.
    address : str or int
        Path of a Unix socket to make, or a port of the loopback address, 0 for a free one [-].

    Attributes
    ----------
    port : int or None
        The port; None of a Unix socket [-].

    Raises
    ------
    ConfigError
        If the address is none.
    DeviceError
        If it cannot be listened on.
    """

    def __init__(self, session: Session, address: str | int) -> None:
        self._session = session
        self._path = address if isinstance(address, str) else None
        try:
            self._door = self._open(address)
        except OSError as error:
            raise DeviceError(
                f"remote: {address} cannot be listened on: {error.strerror or error}; name another"
            ) from error
        self.port: int | None = None if self._path else self._door.getsockname()[1]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _open(self, address: str | int) -> socket.socket:
        if isinstance(address, bool) or not isinstance(address, (str, int)):
            raise ConfigError(f"remote must be a path or a port in [0, 65535], got {address!r:.60}")
        if isinstance(address, int):
            if not 0 <= address <= 65535:
                raise ConfigError(f"remote must be a port in [0, 65535], got {address}")
            return socket.create_server((str(ipaddress.IPv4Address("127.0.0.1")), address), backlog=MAX_SPEAKERS)
        if not hasattr(socket, "AF_UNIX"):
            raise ConfigError(f"remote must be a port on this system, got {address!r:.60}")
        if not address or "\0" in address or len(os.fsencode(address)) > 100:
            raise ConfigError(f"remote must be a path of 1 to 100 bytes, got {address!r:.60}")
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            before = os.umask(0o177)
            try:
                door.bind(address)
            finally:
                os.umask(before)
            door.listen(MAX_SPEAKERS)
        except BaseException:
            door.close()
            raise
        return door

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        self._over.set()
        self._thread.join(2.0)
        self._door.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                Path(self._path).unlink()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            self._door.setblocking(False)
            selector.register(self._door, selectors.EVENT_READ)
            speakers: dict[socket.socket, _Speaker] = {}
            while not self._over.is_set():
                for key, _ in selector.select(_LOOK):
                    if key.fileobj is self._door:
                        self._welcome(selector, speakers)
                    elif (
                        isinstance(key.fileobj, socket.socket)
                        and key.fileobj in speakers
                        and not self._hear(key.fileobj, speakers[key.fileobj])
                    ):
                        self._leave(key.fileobj, selector, speakers)
            for speaker in speakers:
                speaker.close()

    def _welcome(self, selector: selectors.BaseSelector, speakers: dict[socket.socket, _Speaker]) -> None:
        with contextlib.suppress(OSError):
            speaker, _ = self._door.accept()
            if len(speakers) >= MAX_SPEAKERS:  # who has been silent longest leaves: a stop always finds a place
                silent = min(speakers, key=lambda other: speakers[other].heard)
                self._hear(silent, speakers[silent])  # what it has said meanwhile
                self._leave(silent, selector, speakers)
            speaker.setblocking(False)
            selector.register(speaker, selectors.EVENT_READ)
            speakers[speaker] = _Speaker()

    @staticmethod
    def _leave(
        speaker: socket.socket, selector: selectors.BaseSelector, speakers: dict[socket.socket, _Speaker]
    ) -> None:
        selector.unregister(speaker)
        del speakers[speaker]
        speaker.close()

    def _hear(self, connection: socket.socket, speaker: _Speaker) -> bool:
        """Take what a speaker says; false when they have left."""
        try:
            data = connection.recv(1024)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        # Everything that was said is done before anything is answered: who does not read answers is heard all the same.
        answers = [self._do(line, speaker) for line in speaker.lines(data) if line.strip() or data]
        with contextlib.suppress(OSError):
            connection.send("".join(f"{answer}\n" for answer in answers).encode())
        return bool(data)

    def _do(self, line: bytes, speaker: _Speaker) -> str:
        word = line.strip().decode("ascii", "replace") if len(line) <= MAX_LINE else ""
        if word not in SAID:
            return f"refused: a remote may say {', '.join(SAID)}"
        if not speaker.may() and word != "stop":
            return f"refused: at most {MAX_RATE} lines a second"
        {"pause": self._session.pause, "skip": self._session.skip, "stop": self._session.stop}[word]("remote")
        return "ok skip asked for; the therapist decides" if word == "skip" else f"ok {word}"
