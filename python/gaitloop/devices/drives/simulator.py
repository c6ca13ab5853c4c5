"""Simulated drives in a process of their own: `python -m gaitloop.devices.drives.simulator`.

It prints a line of JSON with the path of each adapter, then one for each state a drive goes into: `t` [ns] on the
machine's monotonic clock, `node`, `state`, and `gap`, the longest time [ns] for which the drives were not served since
the last such line. Any program that speaks slcan can open the paths. With `--listen` a line
`BUTTON SECONDS` on its standard input presses a button of the operator, `hold NODE ANGLE` and `free NODE` are a hand on
a limb [rad], `load NODE TORQUE` gives it another weight [N·m]; it ends when that is closed, otherwise with Ctrl-C or
SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import sys

from gaitloop.errors import GaitloopError

from ._simulated import SimulatedDrive, SimulatedDrives, SimulatedRope

#: What it understands.
_LINES = "BUTTON SECONDS, hold NODE ANGLE, free NODE or load NODE TORQUE"
#: Time after which signals and the input are looked at [s].
_LOOK = 0.02
_LIMB = SimulatedDrive(node=1)


def _press(text: str) -> tuple[str, float, float]:
    try:
        button, begin, end = text.split(":")
        return button, float(begin), float(end)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a press is BUTTON:FROM:UNTIL in seconds, got '{text}'") from None


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gaitloop.devices.drives.simulator", description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 2], help="numbers of the drives")
    parser.add_argument(
        "--winch", type=int, metavar="NODE", help="number of one more drive, with a rope and a person on it"
    )
    parser.add_argument("--belt", type=int, metavar="NODE", help="number of one more drive, which moves a belt")
    parser.add_argument("--adapters", type=int, default=1, help="adapters on the bus, each for one program")
    parser.add_argument("--press", type=_press, action="append", default=[], metavar="BUTTON:FROM:UNTIL")
    parser.add_argument(
        "--priority", type=int, metavar="N", help="serve with this priority of SCHED_FIFO, where it is given"
    )
    for name, text in (("coulomb", "friction at any speed [N·m]"), ("friction", "friction [N·m·s/rad]")):
        parser.add_argument(f"--{name}", type=float, default=getattr(_LIMB, name), help=text)
    parser.add_argument("--gravity", type=float, default=_LIMB.gravity, help="weight of a limb [N·m]")
    parser.add_argument("--position", type=float, default=0.1, help="angle at the start [rad]")
    parser.add_argument(
        "--listen", action="store_true", help="take presses from the standard input, until it is closed"
    )
    return parser.parse_args(words)


def belt(node: int) -> SimulatedDrive:
    """Give a drive with a belt, which weighs nothing and runs out when it has no power.

    Parameters
    ----------
    node : int
        Its number [-], 1 to 126.

    Returns
    -------
    SimulatedDrive
        With a metre for each rad.
    """
    return SimulatedDrive(node=node, serial=node, inertia=2.0, friction=1.0, gravity=0.0, position=0.0)


def winch(node: int) -> SimulatedDrive:
    """Give a drive with a rope and a person on it.

    Parameters
    ----------
    node : int
        Its number [-], 1 to 126.

    Returns
    -------
    SimulatedDrive
        For a load of up to 2000 N.
    """
    return SimulatedDrive(
        node=node, serial=node, rated_torque=1000.0, inertia=20.0, friction=50.0, gravity=0.0, position=0.0,
        rope=SimulatedRope(),
    )  # fmt: skip


def main(words: list[str] | None = None) -> int:
    """Serve until told to end.

    Parameters
    ----------
    words : list of str, optional
        Arguments; those of the command line by default.

    Returns
    -------
    int
        Exit code [-]: 0, or 2 when an argument is refused.
    """
    told = _arguments(words)
    try:
        limb = {name: getattr(told, name) for name in ("position", "coulomb", "friction", "gravity")}
        drives = [SimulatedDrive(node=node, serial=node, **limb) for node in told.nodes]
        if told.belt is not None:
            drives.append(belt(told.belt))
        if told.winch is not None:
            drives.append(winch(told.winch))
        simulated = SimulatedDrives(drives, told.press)
        adapters = simulated.open(told.adapters)
    except (GaitloopError, OSError, OverflowError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"adapters": adapters}), flush=True)
    if told.priority is not None:
        _rise(told.priority)
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: ended.append(got))
    while not ended and not (told.listen and not _listen(simulated)):
        for t, node, state, gap in simulated.serve(_LOOK):
            print(json.dumps({"t": t, "node": node, "state": state, "gap": gap}), flush=True)
    return 0


def _rise(priority: int) -> None:
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
    except (AttributeError, OSError) as error:
        print(f"no priority {priority} ({error}); drives are served when there is time", file=sys.stderr)


def _listen(simulated: SimulatedDrives) -> bool:
    """Take what stands on the standard input; False when it is closed."""
    if not select.select([sys.stdin], [], [], 0.0)[0]:
        return True
    text = os.read(sys.stdin.fileno(), 4096).decode(errors="replace")
    for line in text.splitlines():
        try:
            _obey(simulated, line.split())
        except (ValueError, OverflowError) as error:  # a ConfigError is one too
            print(f"a line must be {_LINES}, got '{line}': {error}", file=sys.stderr)
    return bool(text)


def _obey(simulated: SimulatedDrives, words: list[str]) -> None:
    match words:
        case ["hold", node, angle]:
            simulated.hold(int(node), float(angle))
        case ["free", node]:
            simulated.hold(int(node))
        case ["load", node, torque]:
            simulated.load(int(node), float(torque))
        case [button, seconds]:
            simulated.press(button, float(seconds))
        case _:
            raise ValueError(f"{len(words)} words")


if __name__ == "__main__":
    sys.exit(main())
