"""`gaitloop progress event` and `dropout`: what went wrong, and that a person left."""

from __future__ import annotations

import argparse
from contextlib import closing

from ._fields import in_words
from .outcomes import DROPOUT_REASONS, RELATIONS, SEVERITIES, AdverseEvent, DropOut


def event_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what an adverse event needs.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the action.
    """
    parser.add_argument("--date", required=True, metavar="TIME", help="when it happened")
    parser.add_argument("--what", required=True, metavar="TEXT", help="what it was, in a few words; no name")
    parser.add_argument("--severity", required=True, metavar="WORD", help=f"one of {', '.join(SEVERITIES)}")
    text = "it led to death, danger to life, a stay in hospital or lasting harm"
    parser.add_argument("--serious", action="store_true", help=text)
    text = f"whether the training may have caused it, one of {', '.join(RELATIONS)} (unknown)"
    parser.add_argument("--related", default="unknown", metavar="WORD", help=text)
    parser.add_argument("--session", type=int, metavar="N", help="number of the session in which it happened")


def dropout_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a drop-out needs.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Parser of the action.
    """
    parser.add_argument("--date", required=True, metavar="TIME", help="when the person left")
    parser.add_argument("--reason", required=True, metavar="WORD", help=f"one of {', '.join(DROPOUT_REASONS)}")
    parser.add_argument("--note", default="", metavar="TEXT", help="what else there is to say; no name")


def event(arguments: argparse.Namespace) -> int:
    """Put an adverse event into a store.

    Parameters
    ----------
    arguments : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    int
        Exit code [-].
    """
    from .command import open_store, time_of

    told = AdverseEvent(
        patient=arguments.patient,
        happened=time_of("--date", arguments.date),
        what=arguments.what,
        severity=arguments.severity,
        serious=arguments.serious,
        related=arguments.related,
        session=arguments.session,
    )
    with closing(open_store(arguments.store)) as store:
        store.add_adverse_event(told)
        count = len(store.adverse_events(told.patient))
    serious = "serious" if told.serious else "not serious"
    when = in_words(told.happened)
    print(f"adverse event of {when}, {told.severity}, {serious}; {count} of this person; {arguments.store}")
    return 0


def dropout(arguments: argparse.Namespace) -> int:
    """Put into a store that a person left.

    Parameters
    ----------
    arguments : argparse.Namespace
        Parsed arguments.

    Returns
    -------
    int
        Exit code [-].
    """
    from .command import open_store, time_of

    told = DropOut(
        patient=arguments.patient,
        left=time_of("--date", arguments.date),
        reason=arguments.reason,
        note=arguments.note,
    )
    with closing(open_store(arguments.store)) as store:
        store.add_dropout(told)
    print(f"left on {in_words(told.left)}: {told.reason.replace('_', ' ')}; {arguments.store}")
    return 0
