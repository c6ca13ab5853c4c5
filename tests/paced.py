"""What becomes of tests that keep a rate by the clock where the machine itself does not keep it.

A virtual machine whose host gives its processors to somebody else stands still for milliseconds, and a loop in it is
late or stopped by its guard, as it should be. The system counts that time as stolen, in hundredths of a second. A test
marked `paced` that failed while the machine was robbed of more than a share of its time, in this test or in all since
the tests began, is done again; where that goes on, it is told as undecided, with the time that was stolen. On a machine
that is not robbed a test that fails fails.

What no lack of time excuses is asserted under `certain`, and fails at once on any machine: an acknowledged event that
is lost, a damaged chunk, a replay that differs, a drive that has power after its loop's end. All tests then end with a
code of their own, so that whoever tries again what failed beside other work does not excuse that either.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from gaitloop.errors import GaitloopError

#: Times a test may be robbed, the share of a processor that counts as robbed, and the rest between two tries [s].
TRIES, SHARE, REST = 2, 0.01, 2.0
#: Tests that are told as undecided, and their stolen time [s].
UNDECIDED: dict[str, float] = {}
#: Tests that found what nothing excuses, and the code with which all tests end then.
CERTAIN: set[str] = set()
CERTAIN_CODE = 9


class CertainError(AssertionError):
    """What a test found is wrong however much time the machine lacked."""


@contextmanager
def certain() -> Iterator[None]:
    """What is asserted in here is so on any machine, robbed or not."""
    try:
        yield
    except (AssertionError, GaitloopError) as error:
        raise CertainError(str(error)) from error


def mark(report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """Note in a report whether its failure is certain, also where something else failed on the way out."""
    error = call.excinfo.value if call.excinfo is not None else None
    while error is not None and not isinstance(error, CertainError):
        error = error.__cause__ or error.__context__
    report.certain = error is not None


def stolen() -> float:
    """Time that the host kept from this machine so far [s]; 0 where the system does not count it."""
    try:
        first = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()
    except OSError:
        return 0.0
    return int(first[8]) / os.sysconf("SC_CLK_TCK") if len(first) > 8 else 0.0


#: When the tests began, and what was stolen until then [s].
START = (time.monotonic(), stolen())


def _tell(reports: list[pytest.TestReport], lost: float) -> None:
    for report in reports:
        if report.failed:
            path, line, _ = report.location
            reason = f"Skipped: undecided, the host kept {lost:.2f} s of processor time from this machine"
            report.outcome, report.longrepr = "skipped", (path, line or 0, reason)


def run(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Do a test, and again what was robbed of its time."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in reversed(range(TRIES)):
        began, before = time.monotonic(), stolen()
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        lost = stolen() - before
        now = time.monotonic()
        robbed = lost >= SHARE * (now - began) or stolen() - START[1] >= SHARE * (now - START[0])
        failed = [report for report in reports if report.failed]
        if not robbed or not failed or any(getattr(report, "certain", False) for report in failed):
            break
        if left:
            time.sleep(REST)
        else:
            UNDECIDED[item.nodeid] = lost
            _tell(reports, lost)
    for report in reports:
        if report.failed and getattr(report, "certain", False):
            CERTAIN.add(item.nodeid)
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
