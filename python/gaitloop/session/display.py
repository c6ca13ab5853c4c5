"""How a session goes, in one line: redrawn on a terminal, a line at each change elsewhere."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from .helm import Seen

if TYPE_CHECKING:
    from .conductor import Conductor

#: Time between two drawings on a terminal [s].
_BETWEEN = 0.1
_WIDTH, _BAR = 100, 12
#: Lines that wait for a stream that is no terminal [-], and how long the end waits for it [s].
MAX_WAITING, _MOMENT = 1000, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A session as of the last look.

    Attributes
    ----------
    t : float
        Time of the session [s].
    status : str
        One of `conductor.STATUSES`.
    reason : str
        Why it is paused, held or ended; empty otherwise.
    stage : str
        Name of the stage.
    index : int
        Its number [-].
    stages : int
        Number of stages [-].
    share : float
        Share of the stage that is done, 0 to 1 [-].
    left : str
        What is left of the stage, as `mm:ss` or in steps.
    speed : float
        Measured belt speed [m/s].
    support : float
        Share of the body weight carried [-].
    steps : int
        Steps so far [-].
    state : str
        State of the supervisor.
    asking : bool
        Whether the reason of a pain is asked for.
    wish : str
        What a remote asks for; empty otherwise.
    guide : float or None
        Share of help sideways [-]; None where no guide is asked for any, or holds.
    """

    t: float = 0.0
    status: str
    reason: str = ""
    stage: str
    index: int = 0
    stages: int
    share: float = 0.0
    left: str = ""
    speed: float = 0.0
    support: float = 0.0
    steps: int = 0
    state: str = "boot"
    asking: bool = False
    wish: str = ""
    guide: float | None = None

    @classmethod
    def before(cls, conductor: Conductor) -> Status:
        """Before the first look.

        Parameters
        ----------
        conductor : Conductor
            Who leads.

        Returns
        -------
        Status
            Nothing has happened.
        """
        return cls(status=conductor.status, stage=conductor.stage.name, stages=len(conductor.programme.stages))

    @classmethod
    def of(cls, conductor: Conductor, seen: Seen, asking: bool, last: Status) -> Status:
        """After a look.

        Parameters
        ----------
        conductor : Conductor
            Who leads.
        seen : Seen
            What was seen.
        asking : bool
            Whether the reason of a pain is asked for.
        last : Status
            The status before; its wish lasts as long as its stage.

        Returns
        -------
        Status
            As of now.
        """
        stage = conductor.stage
        if stage.minutes is not None:
            share = conductor.seconds / (60.0 * stage.minutes)
            minutes, seconds = divmod(max(0, round(60.0 * stage.minutes - conductor.seconds)), 60)
            left = f"{minutes:02d}:{seconds:02d} left"
        else:
            share = conductor.steps / (stage.steps or 1)
            left = f"{max(0, (stage.steps or 0) - conductor.steps)} steps left"
        return cls(
            t=seen.t,
            status=conductor.status,
            reason=conductor.reason,
            stage=stage.name,
            index=conductor.index,
            stages=len(conductor.programme.stages),
            share=min(1.0, share),
            left=left,
            speed=abs(seen.belt),
            support=seen.support_command / conductor.weight,
            steps=conductor.total,
            state=seen.state,
            asking=asking,
            wish=last.wish if last.index == conductor.index else "",
            guide=getattr(conductor, "guide", None),
        )

    def with_wish(self, wish: str) -> Status:
        """Take a wish.

        Parameters
        ----------
        wish : str
            What a remote asks for.

        Returns
        -------
        Status
            The same with the wish.
        """
        return replace(self, wish=wish)

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        more = "; what hurts?" if self.asking else f"; {self.wish}" if self.wish else ""
        guide = "" if self.guide is None else f"{100 * self.guide:.0f} % sideways, "
        return (
            f"{self.index + 1}/{self.stages} {self.stage[:24]}, {self.left}, {self.speed:.2f} m/s, "
            f"{100 * self.support:.0f} % carried, {self.steps} steps, {guide}{self.status}{why}, {self.state}{more}"
        )


class Line:
    """Shows a status, from a thread of its own: a terminal or a pipe that takes nothing holds nobody up.

    Parameters
    ----------
    stream : text file
        Where it is written.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._drawn = 0.0
        self._last: tuple[object, ...] | None = None
        self._waiting: deque[str] = deque(maxlen=1 if self._terminal else MAX_WAITING)
        self._ready = threading.Condition()
        self._over = False
        self._thread: threading.Thread | None = None

    def show(self, status: Status) -> None:
        """Show a status; a stream that is gone is not written to again, and of one that is slow the oldest is dropped.

        Parameters
        ----------
        status : Status
            The status.
        """
        key = (status.status, status.reason, status.index, status.state, status.asking, status.wish)
        now, changed = time.monotonic(), key != self._last
        if self._over or not (changed or (self._terminal and now - self._drawn > _BETWEEN)):
            return
        self._last, self._drawn = key, now
        bar = "#" * int(status.share * _BAR)
        line = f"\r[{bar:.<{_BAR}}] {str(status)[:_WIDTH]:<{_WIDTH}}"
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()
        with self._ready:
            self._waiting.append(line if self._terminal else f"{status.t:7.1f} s  {status}\n")
            self._ready.notify()

    def close(self) -> None:
        """End the line; what does not take it within a moment does not get it."""
        with self._ready:
            self._over = True
            self._ready.notify()
        if self._thread is not None:
            self._thread.join(_MOMENT)

    def _write(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting or self._over)
                over, lines = self._over, list(self._waiting)
                self._waiting.clear()
            try:
                self._put("".join(lines) + ("\n" if over and self._terminal else ""))
            except BlockingIOError:  # it takes nothing now, and misses this
                pass
            except (OSError, ValueError):  # whoever looked has left; the session goes on
                self._over = over = True
            if over:
                return

    def _put(self, text: str) -> None:
        """Write past the stream's own buffer where there is a file: its lock must not be held when the process ends."""
        try:
            number = self._stream.fileno()
        except (OSError, ValueError, AttributeError):
            self._stream.write(text)
            self._stream.flush()
            return
        left = text.encode(getattr(self._stream, "encoding", None) or "utf-8", "replace")
        while left:
            left = left[os.write(number, left) :]
