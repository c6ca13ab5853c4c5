"""What ends every loop of a process: its interpreter's exit, and signals that would otherwise end it on the spot."""

from __future__ import annotations

import atexit
import signal
import threading
import weakref
from types import FrameType
from typing import Protocol

from gaitloop.errors import RealTimeError

_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class _Stoppable(Protocol):
    def stop(self) -> None: ...


_RUNNING: weakref.WeakSet[_Stoppable] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    """End every loop through its device's safe profile; one that hangs keeps none of the others from it."""
    hangs = None
    for loop in list(_RUNNING):
        try:
            loop.stop()
        except RealTimeError as error:
            hangs = error
    if hangs is not None:
        raise hangs


def _end(number: int, frame: FrameType | None) -> None:
    """Stop, then die of the signal as if nobody had handled it."""
    try:
        _stop_all()
    finally:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


def ends_with_the_process(loop: _Stoppable) -> None:
    """Let the loop end when the interpreter exits or the process is asked to end.

    A signal that somebody handles already, or that is ignored, is left as it is; so are all of them when another thread
    than the main one asks, since only that one may handle signals.
    """
    _RUNNING.add(loop)
    if threading.current_thread() is threading.main_thread():
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _end)
