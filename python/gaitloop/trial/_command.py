"""The command `gaitloop trial`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import IO

from . import _report
from ._study import Trial


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the command.
    """
    parser.add_argument("--patients", type=int, default=24, help="simulated people (24)")
    parser.add_argument("--sessions", type=int, default=12, help="sessions of each in each arm (12)")
    parser.add_argument("--strides", type=int, default=60, help="strides of a session (60)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (1)")
    parser.add_argument("--out", type=Path, default=Path("trial"), metavar="FOLDER", help="where the files go (trial)")


def command(arguments: argparse.Namespace) -> int:
    """Run the trial and write its page.

    Parameters
    ----------
    arguments : argparse.Namespace
        Arguments of the command.

    Returns
    -------
    int
        Exit code: 0 when every direction that was looked for is there, 1 when one is not [-].

    Raises
    ------
    ConfigError
        If an argument is outside its range.
    MissingExtraError
        If the extra `report` is not installed.
    """
    _report.require_matplotlib()
    trial = Trial(
        patients=arguments.patients, sessions=arguments.sessions, strides=arguments.strides, seed=arguments.seed
    )
    result = trial.run(_Progress(sys.stderr))
    files = _report.write(result, arguments.out)
    directions, missed = result.directions(), result.missed()
    for direction in directions:
        if not direction.reproduced:
            state = "not run" if direction.reproduced is None else "not reproduced"
            print(f"{state}: {direction.name}", file=sys.stderr)
    found = sum(direction.reproduced is True for direction in directions)
    print(
        f"{trial.patients} people, {trial.sessions} sessions, {found} of {len(directions)} published directions "
        "reproduced; " + ", ".join(map(str, files))
    )
    return 1 if missed else 0


class _Progress:
    """A line on a terminal, a few elsewhere."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._bar = stream.isatty()
        self._quarter = 0

    def __call__(self, done: int, total: int) -> None:
        """Show how many courses are done."""
        if self._bar:
            end = "\n" if done == total else ""
            self._stream.write(f"\r[{'#' * (30 * done // total):.<30}] {done} of {total} courses{end}")
        elif 4 * done // total > self._quarter:
            self._quarter = 4 * done // total
            self._stream.write(f"{25 * self._quarter:3d}%  {done} of {total} courses\n")
        self._stream.flush()
