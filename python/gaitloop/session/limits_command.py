"""`gaitloop limits`: write a new limits file, confirm one, and show what is in force."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from gaitloop._core import SOURCES
from gaitloop._files import spare, write

from .limits import DEVICES, combine, load_all, read_key
from .limits_write import confirm, new_text, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    new = verbs.add_parser("new", help="write a file with every limit explained, to be corrected and confirmed")
    new.add_argument("--device", choices=DEVICES, required=True, help="kind of device")
    new.add_argument("--source", choices=SOURCES, default="device", help="who sets the limits (device)")
    new.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write; must not exist")
    seal = verbs.add_parser("confirm", help="confirm a file that was read and corrected")
    seal.add_argument("file", type=Path, metavar="FILE", help="limits file")
    seal.add_argument("--by", required=True, metavar="NAME-OR-ROLE", help="who confirms")
    check = verbs.add_parser("check", help="show the limits in force of a device's file and those that tighten it")
    check.add_argument("files", type=Path, nargs="+", metavar="FILE", help="confirmed limits files, in any order")
    for verb in (seal, check):
        verb.add_argument(
            "--key", type=Path, metavar="KEYFILE", help="key of 16 bytes or more that files are signed with"
        )


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
    if arguments.verb == "new":
        write(arguments.out, new_text(arguments.source, arguments.device).encode(), new=True)
        print(f"{arguments.out}: to be read, corrected and confirmed")
        return 0
    if arguments.verb == "confirm":
        spare(arguments.file, arguments.key, what="the file to confirm")
    key = None if arguments.key is None else read_key(arguments.key)
    if arguments.verb == "confirm":
        done = confirm(arguments.file, arguments.by, key)
        print(f"{arguments.file}: limits of the {done.source} confirmed on {done.on}")
        return 0
    made = combine(load_all(arguments.files, key))
    print(table(made))
    setters = Counter(setters[0] if len(set(setters)) == 1 else "several" for setters in made.sources.values())
    print(f"{len(made.sources)} limits in force: {', '.join(f'{n} of {who}' for who, n in setters.items())}")
    return 0
