"""Tests that keep a rate: what a robbed machine leaves undecided is told, and nothing else is."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

import paced


def played(monkeypatch, outcomes, thefts):
    """Run a test that ends in `outcomes`, one a try, while so much is stolen in each [s]."""
    told, total, tries = [], [0.0], iter(zip(outcomes, thefts, strict=True))

    def protocol(item, *, nextitem, log):
        outcome, theft = next(tries)
        total[0] += theft
        return [
            SimpleNamespace(
                outcome=outcome, failed=outcome == "failed", location=("a.py", 3, "test"), longrepr="a failure"
            )
        ]

    monkeypatch.setattr(paced, "runtestprotocol", protocol)
    monkeypatch.setattr(paced, "stolen", lambda: total[0])
    monkeypatch.setattr(paced, "UNDECIDED", {})
    monkeypatch.setattr(paced, "REST", 0.0)
    monkeypatch.setattr(paced, "START", (time.monotonic() - 1000.0, 0.0))
    quiet = lambda **_: None  # noqa: E731
    hooks = SimpleNamespace(
        pytest_runtest_logstart=quiet,
        pytest_runtest_logfinish=quiet,
        pytest_runtest_logreport=lambda report: told.append(report),
    )
    item = SimpleNamespace(ihook=hooks, nodeid="a.py::test", location=("a.py", 3, "test"), _initrequest=lambda: None)
    assert paced.run(item, None)
    return told[0], list(tries)


def test_what_passes_is_done_once(monkeypatch):
    report, left = played(monkeypatch, ["passed", "failed"], [9.0, 9.0])
    assert (report.outcome, len(left), paced.UNDECIDED) == ("passed", 1, {})


def test_a_failure_on_a_machine_that_was_not_robbed_is_one(monkeypatch):
    report, left = played(monkeypatch, ["failed", "passed"], [0.0, 0.0])
    assert (report.outcome, len(left), paced.UNDECIDED) == ("failed", 1, {})


def test_a_robbed_failure_is_done_again(monkeypatch):
    report, left = played(monkeypatch, ["failed", "passed"], [9.0, 0.0])
    assert (report.outcome, len(left)) == ("passed", 0)


def test_one_failure_without_theft_counts_whatever_was_before(monkeypatch):
    report, _ = played(monkeypatch, ["failed", "failed"], [9.0, 0.0])
    assert (report.outcome, report.longrepr) == ("failed", "a failure")


def test_what_is_robbed_every_time_is_told_as_undecided(monkeypatch):
    report, left = played(monkeypatch, ["failed"] * 2, [9.0, 4.5])
    assert (report.outcome, left, paced.UNDECIDED) == ("skipped", [], {"a.py::test": pytest.approx(4.5)})
    assert report.longrepr[2] == "Skipped: undecided, the host kept 4.50 s of processor time from this machine"


def test_a_machine_that_was_robbed_before_leaves_a_short_failure_undecided(monkeypatch):
    report, _ = played(monkeypatch, ["failed"] * 2, [50.0, 0.0])
    assert (report.outcome, paced.UNDECIDED) == ("skipped", {"a.py::test": 0.0})


def test_time_that_was_stolen_only_grows():
    first = paced.stolen()
    assert 0.0 <= first <= paced.stolen()
