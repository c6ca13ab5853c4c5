"""`gaitloop plan`: write a therapist's plan to start from, check one, and compare two."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gaitloop._files import write
from gaitloop._schema import Text
from gaitloop.errors import ConfigError
from gaitloop.session.limits import read_key

from .ask import QUESTIONS, gather
from .compare import differences
from .plan import TherapyPlan
from .schema import read_pseudonym
from .words import describe
from .write import new_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Its parser.
    """
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    new = verbs.add_parser("new", help="write an explained plan to start from; asks for what no option gives")
    new.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write; must not exist")
    new.add_argument("--defaults", action="store_true", help="ask nothing: careful figures, marked in the file")
    new.add_argument("--name", default="Walking", help="name of the plan, for displays (Walking)")
    new.add_argument("--patient", metavar="PSEUDONYM", help="32 hexadecimal digits; never a name")
    new.add_argument(
        "--limits", nargs="+", default=["device.toml"], metavar="FILE", help="limits files beside it (device.toml)"
    )
    for question in QUESTIONS:
        new.add_argument(f"--{question.name}", metavar="FIGURE", help=question.help)
    check = verbs.add_parser("check", help="refuse what is wrong with a plan, or say what it will do")
    check.add_argument("plan", type=Path, metavar="PLAN.toml", help="therapist's plan")
    diff = verbs.add_parser("diff", help="say in plain words how two plans differ")
    diff.add_argument("before", type=Path, metavar="BEFORE.toml", help="therapist's plan")
    diff.add_argument("after", type=Path, metavar="AFTER.toml", help="the one it is compared with")
    for verb in (check, diff):
        verb.add_argument("--key", type=Path, metavar="KEYFILE", help="key that the limits files are signed with")


def command(arguments: argparse.Namespace) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : argparse.Namespace
        What was asked for.

    Returns
    -------
    int
        Exit code: 0, or 1 where two plans differ [-].
    """
    if arguments.verb == "new":
        return _new(arguments)
    key = None if arguments.key is None else read_key(arguments.key)
    if arguments.verb == "check":
        plan = TherapyPlan.load(arguments.plan, key)
        print(describe(plan))
        print(f"{arguments.plan}: {plan.sessions} sessions, every figure inside its range and the limits")
        return 0
    lines = differences(TherapyPlan.load(arguments.before, key), TherapyPlan.load(arguments.after, key))
    for line in lines:
        print(line)
    count = sum(not line.startswith((" ", "Together")) for line in lines)
    said = f"{count} figure{'s differ' if count != 1 else ' differs'}" if lines else "the same in all figures"
    print(f"{arguments.before} and {arguments.after}: {said}")
    return 1 if lines else 0


def _prompt(text: str) -> str:
    """Ask on standard error, so that standard output holds the summary only."""
    print(text, end="", file=sys.stderr, flush=True)
    return input()


def _new(arguments: argparse.Namespace) -> int:
    if arguments.out.exists():  # said before the questions are asked; `write` makes sure
        raise ConfigError(f"{arguments.out}: exists and is not written over")
    options = {question.name: getattr(arguments, question.name.replace("-", "_")) for question in QUESTIONS}
    figures = gather(
        {name: value for name, value in options.items() if value is not None},
        None if arguments.defaults else _prompt,
        lambda line: print(line, file=sys.stderr),
        name=Text(60).read("name", arguments.name),
        patient=read_pseudonym("patient", arguments.patient),
        limits=tuple(arguments.limits),
    )
    write(arguments.out, new_text(figures).encode(), new=True)
    marked = f"; {len(figures.guessed)} kinds of figures are guessed and marked" if figures.guessed else ""
    print(f"{arguments.out}: to be read and corrected, then `gaitloop plan check {arguments.out}`{marked}")
    return 0
