"""An inertial sensor on a pseudo-terminal that sends by itself."""

from __future__ import annotations

import contextlib
import os
import threading

from gaitloop.devices.lab import ImuLine, encode_line


class SerialSender:
    """A line every five milliseconds until it is quiet, or unplugged."""

    def __init__(self, values):
        self.end, device = os.openpty()
        os.set_blocking(self.end, False)
        self.name = os.ttyname(device)
        self._ends = [self.end, device]
        self.values, self.quiet = values, False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def _talk(self):
        sequence = 0
        while not self._stop.wait(0.005):
            if not self.quiet:
                line = encode_line(ImuLine(sequence % 65536, 5000 * sequence % 2**32, tuple(self.values)))
                with contextlib.suppress(BlockingIOError):  # nobody reads
                    os.write(self.end, line)
                sequence += 1

    def close(self):
        """Unplug it, for good."""
        self._stop.set()
        self._thread.join()
        while self._ends:
            os.close(self._ends.pop())
