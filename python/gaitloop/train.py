"""`gaitloop train`: what is asked on the command line, and a session that signals end cleanly."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from .errors import ConfigError
from .session.console import HELP, Console
from .session.limits import read_key
from .session.machine import Machine, SimulatedMachine, simulated_loop
from .session.plan import Plan
from .session.remote import Remote
from .session.session import Ending, Session
from .session.summary import summary

#: Exit codes: the session ended in a way that somebody should look at; the user stopped it.
TROUBLE, INTERRUPTED = 1, 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    parser.add_argument("plan", type=Path, metavar="PLAN.toml", help="plan of the session")
    parser.add_argument("--device", choices=["sim"], required=True, help="device to train on")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.mcap", help="record to write")
    parser.add_argument("--key", type=Path, metavar="KEYFILE", help="key that the plan's limits files are signed with")
    parser.add_argument(
        "--pace", choices=["fast", "real"], default="fast", help="as fast as it goes, or in a loop that keeps time"
    )
    parser.add_argument("--session", type=int, metavar="N", help="which session of a therapist's plan (the first)")
    parser.add_argument("--operator", metavar="PSEUDONYM", help="who leads, 32 hexadecimal digits; never a name")
    parser.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="SECONDS:COMMAND",
        help="pause, resume, skip, stop, `press BUTTON`, `reason TEXT` or `note TEXT` at a time of the session",
    )
    parser.add_argument("--remote", metavar="PORT-OR-PATH", help="local door of a remote that may pause and stop")


def command(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code [-].
    """
    if arguments.out.exists() and arguments.out.samefile(arguments.plan):
        raise ConfigError(f"--out must not be the file that is read, got {arguments.out}")
    from .therapy.plan import load_programme

    key = None if arguments.key is None else read_key(arguments.key)
    programme = load_programme(arguments.plan, key, arguments.session)
    script = [_at(text) for text in arguments.at]
    machine, script = _machine(programme.plan, arguments.pace, script)
    session = Session(
        programme, machine, out=arguments.out, operator=arguments.operator, script=script, show=sys.stderr
    )
    if sys.stdin is not None and sys.stdin.isatty():
        print(HELP, file=sys.stderr)
    remote = contextlib.nullcontext() if arguments.remote is None else Remote(session, _address(arguments.remote))
    with remote, Console(session), _signals(session) as asked:
        ending = session.run()
    return _told(ending, arguments.out, interrupted=bool(asked))


def _machine(plan: Plan, pace: str, script: list[tuple[float, str]]) -> tuple[Machine, list[tuple[float, str]]]:
    if pace == "fast":
        return SimulatedMachine(plan), script
    # A loop takes what its operator presses from the beginning.
    pressed = [(text.removeprefix("press "), t, t + 0.2) for t, text in script if text.startswith("press ")]
    return simulated_loop(plan, pressed), [entry for entry in script if not entry[1].startswith("press ")]


def _at(text: str) -> tuple[float, str]:
    time, colon, what = text.partition(":")
    try:
        return (float(time) if colon else -1.0), what
    except ValueError:
        raise ConfigError(f"--at must be SECONDS:COMMAND, got {text!r:.60}") from None


def _address(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text


@contextlib.contextmanager
def _signals(session: Session) -> Iterator[list[int]]:
    """Ctrl-C and a wish of the system to end ask for a soft stop; the second one ends at once."""
    asked: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            raise KeyboardInterrupt
        session.stop()

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, hear) for number in numbers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(ending: Ending, out: Path, *, interrupted: bool) -> int:
    for pain in ending.pains:
        print(f"pain: {pain}", file=sys.stderr)
    if ending.message:
        print(f"error: {ending.message}", file=sys.stderr)
    print(f"{summary(ending.digest.outcome())}, ended: {ending.reason}; {out}")
    if interrupted:
        return INTERRUPTED
    return TROUBLE if ending.message or ending.reason not in ("finished", "stopped", "skipped") else 0
