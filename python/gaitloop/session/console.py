"""Commands from a terminal, key by key, or from a pipe, line by line."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from gaitloop.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Session

#: Keys and what they do; the first letter of each word is a key too on a pipe.
KEYS = {" ": "pause or resume", "p": "pause", "r": "resume", "n": "skip", "s": "stop", "q": "stop"}
#: Reasons of a pain by key; others are typed on a pipe as `reason TEXT`.
REASONS = {"1": "hip", "2": "knee", "3": "ankle or foot", "4": "skin or strap", "5": "muscle", "6": "elsewhere"}
#: What a terminal shows before a session.
HELP = "keys: space pause or resume, n next stage, s stop; after a pain 1 hip, 2 knee, 3 ankle or foot, 4 skin or \
strap, 5 muscle, 6 elsewhere"
_LOOK = 0.1
_MAX_LINE = 300


def _words(session: Session, line: str) -> None:
    """Do what a line says; what it cannot say is told on standard error."""
    name, _, text = line.strip().partition(" ")
    if not name:
        return
    plain: dict[str, Callable[[], None]] = {
        "pause": session.pause,
        "resume": session.resume,
        "skip": session.skip,
        "stop": session.stop,
    }
    told: dict[str, Callable[[str], None]] = {"note": session.note, "reason": session.answer}
    try:
        if name in plain and not text:
            plain[name]()
        elif name in told:
            told[name](text)
        else:
            known = ", ".join([*plain, *(f"{word} TEXT" for word in told)])
            raise ConfigError(f"line must be one of {known}, got {line.strip()!r:.60}")
    except ConfigError as error:
        _tell(f"refused: {error}\n")


def _tell(text: str) -> None:
    """Say something on standard error, unless nobody takes it now: whoever waits here hears no stop."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        try:
            number = sys.stderr.fileno()
        except (OSError, ValueError, AttributeError):
            sys.stderr.write(text)
            return
        if select.select([], [number], [], 0.0)[1]:
            os.write(number, text.encode("utf-8", "replace"))


def press_key(session: Session, key: str) -> None:
    """Do what a key says; keys that say nothing do nothing.

    Parameters
    ----------
    session : Session
        The session.
    key : str
        One character.
    """
    status = session.status
    if status.asking and key in REASONS:
        session.answer(REASONS[key])
    elif key == " ":
        (session.resume if status.status in ("pausing", "paused") and status.reason != "rest" else session.pause)()
    elif key in KEYS:
        {"p": session.pause, "r": session.resume, "n": session.skip}.get(key, session.stop)()


def _in_front(number: int) -> bool:
    """Whether keys of a terminal are meant for this process; one in the background would be halted for asking."""
    if not hasattr(os, "tcgetpgrp"):
        return True
    try:
        return os.tcgetpgrp(number) == os.getpgrp()
    except OSError:
        return False


class Console:
    """Hears a terminal or a pipe in a thread of its own while a session runs; a context manager.

    Parameters
    ----------
    session : Session
        The session.
    stream : text file, optional
        A terminal, whose keys count at once, or anything else, whose lines count; standard input when absent.
    """

    def __init__(self, session: Session, stream: IO[str] | None = None) -> None:
        self._session = session
        self._stream = sys.stdin if stream is None else stream
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._before: Any = None

    def __enter__(self) -> Self:
        """Begin to hear; a stream that nothing can be read from is left alone."""
        try:
            number = self._stream.fileno()
        except (OSError, ValueError, AttributeError):
            return self
        if self._stream.isatty() and not _in_front(number):
            return self
        terminal = self._stream.isatty() and self._raw(number)
        self._thread = threading.Thread(target=self._hear, args=(number, terminal), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hear no more, and leave the terminal as it was."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(1.0)
        if self._before is not None:
            import termios

            termios.tcsetattr(self._stream.fileno(), termios.TCSANOW, self._before)
            self._before = None

    def _raw(self, number: int) -> bool:
        """Let keys come at once; Ctrl-C stays a signal."""
        try:
            import termios
            import tty
        except ImportError:  # without them lines count
            return False
        try:
            self._before = termios.tcgetattr(number)
            tty.setcbreak(number)
        except termios.error:
            self._before = None
            return False
        return True

    def _hear(self, number: int, terminal: bool) -> None:
        rest = b""
        while not self._over.is_set():
            with contextlib.suppress(OSError, ValueError):
                if not select.select([number], [], [], _LOOK)[0]:
                    continue
                data = os.read(number, 4096)
                if not data:
                    _words(self._session, rest[:_MAX_LINE].decode("utf-8", "replace"))  # without an end of its own
                    return
                if terminal:
                    for key in data.decode("utf-8", "replace"):
                        press_key(self._session, key)
                    continue
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    _words(self._session, line[:_MAX_LINE].decode("utf-8", "replace"))
                rest = rest[:_MAX_LINE]
                continue
            return
