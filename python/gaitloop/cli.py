"""The command line: every command ends with one summary line; bad input ends with one line and exit code 2."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from ._files import spare
from .errors import ConfigError, GaitloopError

if TYPE_CHECKING:
    from .progress.data import ReportInfo
    from .session.digest import Digest
    from .session.plan import Plan
    from .session.reader import Reader

Command = Callable[[argparse.Namespace], int]
#: Exit codes: something differs; the input is refused; the user stopped it.
DIFFERENT, REFUSED, INTERRUPTED = 1, 2, 130
_ANALYSIS = {
    "analyze": "stride measures and events of a recording or a session record",
    "events": "gait events of a recording as CSV",
}

# Commands with arguments of their own, imported only when they are used.
_STUDIES = {
    "assess": "range of motion, stiffness at three speeds and strength of a person, joint by joint",
    "calibrate": "zero, sign, range, friction and weight of a device, each step confirmed by an operator",
    "doctor": "what this machine gives a loop that must keep its rate, and the remedy for what it does not",
    "train": "run a planned session: paused, resumed and stopped by key, line or signal",
    "identity": "who belongs to a pseudonym: an encrypted file of names, apart from all records",
    "limits": "limits files: write a new one, confirm it, show what is in force",
    "export": "every topic of a session record as a table, CSV or Parquet",
    "plan": "therapist's plan: write one to start from, check it, compare two",
    "progress": "sessions and assessments into a store of progress, and what became of a person out of it",
    "salvage": "write what is left of a damaged session record, and what was lost",
    "faults": "faults by the thousand on simulated people, with and without the guard",
    "trial": "a virtual trial of the ways to help, against what the papers report",
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Refuse bad arguments in one line."""
        self.exit(REFUSED, f"error: {message} (see {self.prog} --help)\n")


def build_parser(command: str = "") -> argparse.ArgumentParser:
    """Make the parser.

    Parameters
    ----------
    command : str
        Command that will be parsed; only this one's arguments are imported where that costs time.

    Returns
    -------
    argparse.ArgumentParser
        Parser whose result has the attribute `run`.
    """
    parser = _Parser(prog="gaitloop", description="The control core of robotic gait trainers.")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.set_defaults(run=_version_or_help(parser))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    demo = commands.add_parser("demo", help="a ten-minute session of a virtual patient, with record and report")
    demo.add_argument("--seed", type=int, help="seed of everything random (the plan's: 1)")
    demo.add_argument("--minutes", type=float, help="length of the session (the plan's: 10)")
    demo.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="where the files go (here)")
    demo.set_defaults(run=_demo)

    replay = commands.add_parser("replay", help="repeat a record's every tick and compare the commands bit for bit")
    replay.add_argument("record", type=Path, metavar="FILE.mcap", help="session record")
    replay.set_defaults(run=_replay)

    report = commands.add_parser("report", help="draw the report of a session record, or of a person's weeks")
    _report_arguments(report)
    report.set_defaults(run=_report)

    for name, text in _STUDIES.items():
        study = commands.add_parser(name, help=text)
        if name == command:
            _study(name, study)

    for name, text in _ANALYSIS.items():
        delegated = commands.add_parser(name, help=text)
        if name == command:
            _delegate(name, delegated)
    return parser


def _report_arguments(report: argparse.ArgumentParser) -> None:
    report.add_argument("record", nargs="?", type=Path, metavar="FILE.mcap", help="session record")
    report.add_argument("--patient", metavar="ID", help="report of this person's weeks instead; asks for --store")
    report.add_argument("--store", type=Path, metavar="FILE", help="store of progress")
    text = "with --patient: a record whose cycles to draw; twice for first and last"
    report.add_argument("--cycles", type=Path, action="append", metavar="FILE.mcap", help=text)
    text = "with --patient: mean number of sessions between false hints of a setback, 20 to 1000 (60)"
    report.add_argument("--run-length", type=float, default=60.0, metavar="SESSIONS", help=text)
    readers = ["therapist", "patient"]
    report.add_argument("--for", dest="reader", choices=readers, default=readers[0], help="who reads it (therapist)")
    text = "report to write, .html or .pdf; may be given twice (report.html beside the record, or progress.html here)"
    report.add_argument("--out", type=Path, action="append", metavar="FILE", help=text)


def _study(name: str, parser: argparse.ArgumentParser) -> None:
    elsewhere = {
        "assess": ".therapy.assess_command",
        "doctor": ".realtime.doctor",
        "export": ".session.export_command",
        "limits": ".session.limits_command",
        "plan": ".therapy.command",
        "progress": ".progress.command",
        "salvage": ".session.salvage",
    }
    module = importlib.import_module(elsewhere.get(name, f".{name}"), __package__)
    module.add_arguments(parser)
    parser.set_defaults(run=module.command)


def _delegate(name: str, parser: argparse.ArgumentParser) -> None:
    from . import analysis

    def run(arguments: argparse.Namespace) -> int:
        if arguments.recording.suffix == ".mcap":
            return _analyze_record(name, arguments)
        return analysis.command(name, arguments)

    analysis.add_arguments(parser, name)
    parser.set_defaults(run=run)


def _analyze_record(name: str, arguments: argparse.Namespace) -> int:
    from .session import export
    from .session.reader import Reader

    if name == "events":
        reader = Reader(arguments.recording)
        summary = reader.summary()
        out = arguments.out or arguments.recording.with_name(f"{arguments.recording.stem}-events.csv")
        spare(out, arguments.recording)
        export.write_events(out, summary)
        text, losses, files = export.describe(summary), reader.losses, [out]
    else:
        text, losses, files = export.analyze_record(arguments.recording, arguments.out)
    for loss in losses:
        print(f"lost: {loss}", file=sys.stderr)
    print(f"{text}; {', '.join(map(str, files))}")
    return 0


def _version_or_help(parser: argparse.ArgumentParser) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        if arguments.version:
            from . import __version__

            print(f"gaitloop {__version__}")
            return 0
        parser.print_help()
        return 0

    return run


def _person(plan: Plan, *, alone: bool) -> str:
    patient, training = plan.patient, plan.training
    profile = {
        "healthy": "healthy person",
        "stroke": f"person after a stroke, {patient['side']} side weaker (severity {patient.get('severity', 0):g})",
        "fac": f"person of functional ambulation category {patient.get('level')}, {patient['side']} side weaker",
    }[patient["profile"]]
    who = f"Simulated {profile}" if plan.fitting is None else "Person"
    planned = f"planned {training['speed']:g} m/s with {100 * training['support']:.0f} % of the body weight carried"
    return f"{who}, {patient['mass']:g} kg, {patient['height']:g} m" + (f"; {planned}" if alone else "")


def _info(
    plan: Plan, software: str, limits: str, losses: Sequence[str], stages: Sequence[tuple[str, str]] = ()
) -> ReportInfo:
    from .progress.data import ReportInfo

    device = plan.fitting
    made = ("Seed", str(plan.seed)) if device is None else ("Device", f"{device.name}, {device.serial}")
    details = [
        ("Session", plan.name),
        *(stages or [("Planned length", f"{plan.duration / 60:g} min")]),
        made,
        ("Assist law", plan.assist["law"]),
        ("Software", f"gaitloop {software}"),
        ("Fingerprint of the limits", limits[:16]),
    ]
    return ReportInfo(
        title=plan.name,
        person=_person(plan, alone=not stages),
        mass=plan.patient["mass"],
        details=details,
        losses=tuple(losses),
    )


def _demo(arguments: argparse.Namespace) -> int:
    from . import __version__
    from .progress import report
    from .session.plan import demo_plan
    from .session.runner import metadata_of, run_demo
    from .session.summary import summary

    minutes = arguments.minutes
    plan = demo_plan().change(seed=arguments.seed, duration=None if minutes is None else minutes * 60.0)
    digest = run_demo(arguments.out, seed=arguments.seed, minutes=minutes, progress=sys.stderr)
    limits = metadata_of(plan)["limits_sha256"]
    report.write(arguments.out / "report.html", digest, _info(plan, __version__, limits, ()))
    files = f"{arguments.out / 'session.mcap'}, {arguments.out / 'report.html'}"
    print(f"{summary(digest.outcome())}; {files}")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from .session.replay import replay

    result = replay(arguments.record)
    for loss in result.losses:
        print(f"lost: {loss}", file=sys.stderr)
    if result.difference is not None:
        print(f"{arguments.record}: {result.difference}")
        return DIFFERENT
    rest = "; the rest of the record is lost and was not compared" if result.losses else ""
    print(f"{arguments.record}: {result.ticks} commands, every bit the same{rest}")
    return 0


def _read(reader: Reader) -> Digest:
    from .session.digest import Digest

    digest = Digest(reader.tables)
    for block in reader.blocks():
        digest.add(block)
    summary = reader.summary()
    digest.events, digest.strides = summary.events, summary.strides
    return digest


def _report(arguments: argparse.Namespace) -> int:
    from .progress import page, report

    if arguments.patient is not None:
        from .progress import command

        if arguments.record is not None:
            raise ConfigError("FILE.mcap must not be given with --patient; --cycles draws a record's cycles")
        return command.report(arguments)
    if arguments.record is None or arguments.store or arguments.cycles:
        raise ConfigError("either FILE.mcap or --patient with --store must be given, got neither or both")
    return _report_session(arguments, page, report)


def _report_session(arguments: argparse.Namespace, page: ModuleType, report: ModuleType) -> int:
    from .progress.told import course_of, planned, told
    from .session.reader import Reader
    from .session.replay import plan_of
    from .session.summary import summary

    reader = Reader(arguments.record)
    outs = arguments.out or [arguments.record.with_name("report.html")]
    for out in outs:
        spare(out, arguments.record)
    page.check(outs)
    plan, digest = plan_of(reader), _read(reader)
    metadata = reader.metadata
    info = _info(
        plan, metadata.get("software", "?"), metadata.get("limits_sha256", "?"), reader.losses, planned(metadata)
    )
    info = replace(info, told=told(reader), course=course_of(reader))
    page.write(report.render(digest, info, arguments.reader), outs)
    for loss in reader.losses:
        print(f"lost: {loss}", file=sys.stderr)
    print(f"{summary(digest.outcome())}; {', '.join(map(str, outs))}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process when absent.

    Returns
    -------
    int
        Exit code: 0 done, 1 something differs, 2 bad input, 130 interrupted [-].
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = build_parser(words[0] if words else "").parse_args(words)
        run: Command = arguments.run
        return run(arguments)
    except GaitloopError as error:
        print(f"error: {error}", file=sys.stderr)
    except BrokenPipeError:
        # The reader of our output left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"error: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\ninterrupted" if sys.stderr.isatty() else "interrupted", file=sys.stderr)
        return INTERRUPTED
    return REFUSED
