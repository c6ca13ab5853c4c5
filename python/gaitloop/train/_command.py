"""`gaitloop train`: what is asked on the command line, and a session that signals end cleanly."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from gaitloop._files import spare
from gaitloop.errors import ConfigError
from gaitloop.session.console import HELP, Console
from gaitloop.session.limits import read_key
from gaitloop.session.machine import Machine, SimulatedMachine, device_loop, simulated_loop
from gaitloop.session.programme import Programme
from gaitloop.session.remote import Remote
from gaitloop.session.session import Ending, Session
from gaitloop.session.summary import summary

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
    parser.add_argument("--device", required=True, metavar="DEVICE", help="sim, or the profile of a device of drives")
    text = "with a profile: what `gaitloop calibrate` found on this device"
    parser.add_argument("--calibration", type=Path, metavar="FILE.toml", help=text)
    text = "with a profile: the maker's description of the drives"
    parser.add_argument("--eds", type=Path, metavar="FILE.eds", help=text)
    text = "with a profile: path of the adapter, or name of the interface (the profile's)"
    parser.add_argument("--channel", metavar="PORT", help=text)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.mcap", help="record to write")
    parser.add_argument("--key", type=Path, metavar="KEYFILE", help="key that the plan's limits files are signed with")
    parser.add_argument(
        "--pace", choices=["fast", "real"], help="as fast as it goes (sim), or in a loop that keeps time (a profile)"
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
    spare(arguments.out, arguments.plan, arguments.key, arguments.calibration, arguments.eds, Path(arguments.device))
    from gaitloop.therapy.plan import load_programme

    key = None if arguments.key is None else read_key(arguments.key)
    programme = load_programme(arguments.plan, key, arguments.session)
    spare(arguments.out, *(file.path for file in programme.plan.limits_files))
    script = [_at(text) for text in arguments.at]
    ready: Callable[[], None] | None = None
    if arguments.device == "sim":
        machine, script = _simulated(programme, arguments, script)
    else:
        programme, machine, ready = _drives(programme, script, arguments)
    session = Session(
        programme, machine, out=arguments.out, operator=arguments.operator, script=script, show=sys.stderr
    )
    remote = contextlib.nullcontext() if arguments.remote is None else Remote(session, _address(arguments.remote))
    with remote:
        if ready is not None:
            ready()
        if sys.stdin is not None and sys.stdin.isatty():
            print(HELP, file=sys.stderr)
        with Console(session), _signals(session) as asked:
            ending = session.run()
    return _told(ending, arguments.out, interrupted=bool(asked))


def _simulated(
    programme: Programme, arguments: argparse.Namespace, script: list[tuple[float, str]]
) -> tuple[Machine, list[tuple[float, str]]]:
    for name in ("calibration", "eds", "channel"):
        if getattr(arguments, name) is not None:
            raise ConfigError(f"--{name} goes with the profile of a device only, got {getattr(arguments, name)}")
    plan, strap = programme.plan, programme.rules.heart_rate_max is not None
    if arguments.pace != "real":
        return SimulatedMachine(plan, heart_rate=strap), script
    # A loop takes what its operator presses from the beginning.
    pressed = [(text.removeprefix("press "), t, t + 0.2) for t, text in script if text.startswith("press ")]
    return simulated_loop(plan, pressed, heart_rate=strap), [
        entry for entry in script if not entry[1].startswith("press ")
    ]


def _drives(
    programme: Programme, script: list[tuple[float, str]], arguments: argparse.Namespace
) -> tuple[Programme, Machine, Callable[[], None]]:
    """The programme as it fits a device, the device, and what makes it ready once nothing is left to be refused."""
    from gaitloop.devices.drives import make_ready
    from gaitloop.devices.profile import load_profile

    from ._burden import taken_off
    from ._drives import calibration_of, fit_programme

    if arguments.pace == "fast":
        raise ConfigError("--pace must be real on a device, which keeps the time of the clock, got fast")
    for t, text in script:
        if text.partition(" ")[0] == "press":
            raise ConfigError(f"--at must leave the panel of a device to a person, got {t:g}:{text:.60}")
    if not arguments.out.parent.is_dir():
        raise ConfigError(f"--out {arguments.out}: its folder does not exist; make it first")
    profile = load_profile(arguments.device)
    found, description = calibration_of(arguments.calibration, profile), profile.description(arguments.eds)
    bus = profile.bus(found, channel=arguments.channel)
    programme = fit_programme(programme, profile, found, bus)

    def ready() -> None:
        make_ready(bus, description)
        print(
            f"{profile.name}, {found.serial}: {len(bus.config.drives)} drives are set up, read back, and their "
            f"watchdogs proved. Steps are told from hips and knees. {taken_off(programme.plan)}\n"
            "Hold the enabling device and press ARM on the panel, then START.",
            file=sys.stderr,
        )

    return programme, device_loop(programme.plan, bus), ready


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
    """Ctrl-C and a wish of the system to end ask for a soft stop; the second one ends at once.

    A terminal that is closed may say so twice, by the system and by its shell, and so never ends a session at once.
    """
    asked: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1 and number in (signal.SIGINT, signal.SIGTERM):
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
