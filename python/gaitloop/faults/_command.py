"""The command `gaitloop faults`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ..errors import ConfigError
from ._campaign import EXTRA, Campaign
from ._classes import CLASSES
from ._nominal import walk_nominally
from ._report import summarise, table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the command.
    """
    parser.add_argument(
        "--device", default="treadmill_exo", choices=CLASSES, help="class of the device (treadmill_exo)"
    )
    parser.add_argument("--runs", type=int, default=5000, help="single faults (5000)")
    parser.add_argument("--pairs", type=int, default=500, help="pairs of faults (500)")
    parser.add_argument("--hours", type=float, default=2.0, help="hours of walking without faults (2)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (1)")
    parser.add_argument("--without", action="append", default=[], choices=EXTRA, help="a sensor that is not fitted")
    parser.add_argument("--only", type=int, metavar="RUN", help="do one run of the campaign again and show it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")


def command(arguments: argparse.Namespace) -> int:
    """Run the campaign and print its table.

    Parameters
    ----------
    arguments : argparse.Namespace
        Arguments of the command.

    Returns
    -------
    int
        Exit code: 0 without an unsafe output, 1 with one [-].

    Raises
    ------
    ConfigError
        If an argument is outside its range.
    """
    fitted = tuple(name for name in EXTRA if name not in arguments.without)
    campaign = Campaign(arguments.runs, arguments.pairs, arguments.seed, fitted, arguments.device)
    if not 0.0 <= arguments.hours <= 1e5:
        raise ConfigError(f"hours must lie in [0, 100000], got {arguments.hours:g}")
    if arguments.only is not None:
        return _again(campaign, arguments.only)
    cases = campaign.run(_progress)
    nominal = walk_nominally(arguments.hours, campaign.seed, campaign.device) if arguments.hours > 0.0 else None
    found = summarise(campaign, cases, nominal)
    print(table(found))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 1 if found["unsafe_outputs"] or found["unsafe_outputs_of_pairs"] else 0


def _again(campaign: Campaign, run: int) -> int:
    if not 0 <= run < campaign.runs + campaign.pairs:
        raise ConfigError(f"only must lie in [0, {campaign.runs + campaign.pairs - 1}], got {run}")
    case = campaign.case(run)
    print(table(summarise(campaign, [case], None)))
    return 1 if case.verdict.outputs else 0


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{done} of {total} faults{end}")
        sys.stderr.flush()
