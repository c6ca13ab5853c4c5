"""Serve the plant: `python -m gaitloop.devices.sim --kind treadmill_exo --severity 0.6 --seed 1`.

It prints a line of JSON with the port, then one for whatever happens: `state` (`client`, `client_left`, `client_gone`,
`client_refused`, `lease_lost`, `unplugged`), `t` of the plant [ns] and `text`. With `--listen` it takes words on its
standard input, answers each with a line, and ends with it: `look`, `press BUTTON SECONDS`, `mute`, `speak`, `unplug`.
Otherwise it ends with Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import sys
from typing import Any

from gaitloop.errors import GaitloopError
from gaitloop.plant import Device, Patient, Plant

from ._server import PlantServer

#: Longest wait before time, lease and signals are looked at [s].
_LOOK = 0.002


def _press(text: str) -> tuple[str, float, float]:
    try:
        button, begin, end = text.split(":")
        return button, float(begin), float(end)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a press is BUTTON:FROM:UNTIL in seconds, got '{text}'") from None


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gaitloop.devices.sim", description=__doc__)
    parser.add_argument("--kind", default="treadmill_exo", help="class of the device, as of gaitloop.plant.Device")
    parser.add_argument("--side", default="left", help="the person's weak side")
    parser.add_argument("--severity", type=float, default=0.0, help="0 is a healthy person [-]")
    parser.add_argument("--seed", type=int, default=0, help="where body, noise and variability come from [-]")
    parser.add_argument("--press", type=_press, action="append", default=[], metavar="BUTTON:FROM:UNTIL")
    parser.add_argument("--listen", action="store_true", help="take words from the standard input, until it is closed")
    return parser.parse_args(words)


def build(kind: str, side: str, severity: float, seed: int) -> Plant:
    """Make the plant that is served.

    Parameters
    ----------
    kind : str
        Class of the device, as of `gaitloop.plant.Device`.
    side : str
        The person's weak side, `left` or `right`.
    severity : float
        How weak [-], 0 (healthy) to 1.
    seed : int
        Where body, noise and variability come from [-], 0 to 2**64 - 1.

    Returns
    -------
    Plant
        The person in the device.

    Raises
    ------
    ConfigError
        If a value is outside its range.
    """
    person = Patient.healthy(seed) if severity == 0.0 else Patient.stroke(side=side, severity=severity, seed=seed)
    return Plant(person, Device(kind), seed)


def _say(**told: object) -> None:
    print(json.dumps(told), flush=True)


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
        server = PlantServer(build(told.kind, told.side, told.severity, told.seed), told.press, _say)
    except (GaitloopError, OSError, OverflowError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    _say(port=server.port)
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: ended.append(got))
    listener = _Words(server) if told.listen else None
    while not ended and not (listener is not None and listener.closed):
        server.take(_wait(server, listener))
    return 0


def _wait(server: PlantServer, words: _Words | None) -> list[Any]:
    watched: list[Any] = [*server.sockets(), *([sys.stdin] if words is not None else [])]
    ready = select.select(watched, [], [], _LOOK)[0]
    if words is not None and sys.stdin in ready:
        words.take()
    return ready


class _Words:
    """What stands on the standard input."""

    def __init__(self, server: PlantServer) -> None:
        self._server, self._rest, self.closed = server, b"", False

    def take(self) -> None:
        """Answer the words that came, each with a line."""
        data = os.read(sys.stdin.fileno(), 4096)
        self.closed = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                _say(said=line.decode(errors="replace"), **self._do(line.decode(errors="replace").split()))
            except (GaitloopError, ValueError) as error:
                _say(said=line.decode(errors="replace"), error=str(error))

    def _do(self, words: list[str]) -> dict[str, object]:
        match words:
            case ["look"]:
                return {"look": self._server.look()}
            case ["press", button, seconds]:
                self._server.stepped.press(button, float(seconds))
            case ["mute"] | ["speak"]:
                self._server.mute = words == ["mute"]
            case ["unplug"]:
                self._server.unplug()
            case _:
                raise ValueError("a word is one of look, press BUTTON SECONDS, mute, speak, unplug")
        return {}


if __name__ == "__main__":
    sys.exit(main())
