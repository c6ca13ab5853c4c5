"""The simulated belt as a process; arguments are its fastest speed [mm/s], watchdog [ms] and acceleration [m/s²].

It prints the path of its port, then answers words on its standard input; at the end of that it ends.
"""

from __future__ import annotations

import os
import select
import sys
import time
from contextlib import suppress

from .belt_simulated import BeltFirmware

TICK = 0.005  # [s]
LONGEST = 0.02  # [s] of firmware in one go: its time stands still while the process is starved
TROUBLES = ("well", "mute", "deaf", "garbage", "garble")


class BeltProcess:
    """A firmware between a pseudo-terminal and the words of a test."""

    def __init__(self, firmware: BeltFirmware) -> None:
        import pty
        import tty

        self.firmware = firmware
        self.trouble = "well"
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        self.plugged = True
        self._words = b""

    def run(self) -> None:
        """Run until the standard input ends."""
        print(os.ttyname(self.slave), flush=True)
        last = time.monotonic()
        while True:
            watched = [sys.stdin.fileno(), *([self.master] if self.plugged else [])]
            ready, _, _ = select.select(watched, [], [], TICK)
            if self.master in ready:
                data = os.read(self.master, 4096)
                if self.trouble != "deaf":
                    self.firmware.feed(data)
            now = time.monotonic()
            self.firmware.advance(min(now - last, LONGEST))
            last = now
            self._send(self.firmware.take())
            if sys.stdin.fileno() in ready and not self._listen():
                return

    def _send(self, data: bytes) -> None:
        if self.trouble == "garbage":
            data = os.urandom(len(data))
        elif self.trouble == "garble":
            data = data.replace(b" ", b"_")
        if self.plugged and self.trouble != "mute":
            with suppress(BlockingIOError):  # nobody reads
                os.write(self.master, data)

    def _listen(self) -> bool:
        """Answer the words that came; False at their end."""
        data = os.read(sys.stdin.fileno(), 4096)
        *words, self._words = (self._words + data).split(b"\n")
        for word in words:
            print(self._do(word.decode()), flush=True)
        return bool(data)

    def _do(self, word: str) -> str:
        if word == "speed":
            return repr(self.firmware.speed)
        if word == "cause":
            return self.firmware.cause
        if word in TROUBLES:
            self.trouble = word
        elif word == "press":
            self.firmware.press()
        elif word == "release":
            self.firmware.release()
        elif word == "unplug" and self.plugged:
            self.plugged = False
            os.close(self.master)
            os.close(self.slave)
        return "done"


if __name__ == "__main__":
    fastest, watchdog, acceleration = sys.argv[1:]
    firmware = BeltFirmware(max_mm_s=int(fastest), watchdog_ms=int(watchdog), acceleration=float(acceleration))
    BeltProcess(firmware).run()
