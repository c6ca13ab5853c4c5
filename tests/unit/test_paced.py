"""Tests that keep a rate: what a robbed machine leaves undecided is told, and nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

import paced


def played(monkeypatch, outcomes, thefts, certain=False):
    """Run a test that ends in `outcomes`, one a try, while so much is stolen in each [s]."""
    told, total, tries = [], [0.0], iter(zip(outcomes, thefts, strict=True))

    def protocol(item, *, nextitem, log):
        outcome, theft = next(tries)
        total[0] += theft
        return [
            SimpleNamespace(
                outcome=outcome,
                failed=outcome == "failed",
                certain=certain,
                location=("a.py", 3, "test"),
                longrepr="a failure",
            )
        ]

    monkeypatch.setattr(paced, "runtestprotocol", protocol)
    monkeypatch.setattr(paced, "stolen", lambda: total[0])
    monkeypatch.setattr(paced, "UNDECIDED", {})
    monkeypatch.setattr(paced, "CERTAIN", set())
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
    assert (report.outcome, report.longrepr, paced.CERTAIN) == ("failed", "a failure", set())


def test_what_is_robbed_every_time_is_told_as_undecided(monkeypatch):
    report, left = played(monkeypatch, ["failed"] * 2, [9.0, 4.5])
    assert (report.outcome, left, paced.UNDECIDED) == ("skipped", [], {"a.py::test": pytest.approx(4.5)})
    assert report.longrepr[2] == "Skipped: undecided, the host kept 4.50 s of processor time from this machine"


def test_a_machine_that_was_robbed_before_leaves_a_short_failure_undecided(monkeypatch):
    report, _ = played(monkeypatch, ["failed"] * 2, [50.0, 0.0])
    assert (report.outcome, paced.UNDECIDED) == ("skipped", {"a.py::test": 0.0})


def test_what_is_certain_fails_at_once_however_much_was_stolen(monkeypatch):
    report, left = played(monkeypatch, ["failed", "passed"], [9.0, 0.0], certain=True)
    assert (report.outcome, report.longrepr, len(left), paced.UNDECIDED) == ("failed", "a failure", 1, {})
    assert sorted(paced.CERTAIN) == ["a.py::test"]


def raised(function):
    """The report of a call."""
    call = pytest.CallInfo.from_call(function, when="call")
    report = SimpleNamespace()
    paced.mark(report, call)
    return report.certain


def test_a_failure_is_certain_where_the_test_says_so_also_behind_another():
    def fails(*, surely, then=None):
        try:
            if surely:
                with paced.certain():
                    assert not surely, "a note is missing"
            assert surely, "it was late"
        finally:
            if then is not None:
                raise then

    assert raised(lambda: fails(surely=True))
    assert raised(lambda: fails(surely=True, then=OSError("the simulator is gone")))
    assert not raised(lambda: fails(surely=False))
    assert not raised(lambda: fails(surely=False, then=OSError("the simulator is gone")))
    assert not raised(lambda: None)
    with pytest.raises(paced.CertainError, match="a note is missing"):
        fails(surely=True)
    with pytest.raises(ZeroDivisionError), paced.certain():
        raise ZeroDivisionError


PLUGIN = """
import itertools, paced, pytest
theft = itertools.count(0.0, 50.0)
paced.stolen, paced.REST = (lambda: next(theft)), 0.0
"""
TESTS = """
import pytest
from paced import certain
pytestmark = pytest.mark.paced
counts = {"late": 0, "missing": 0}

def test_late():
    counts["late"] += 1
    assert False, "it was late"

def test_missing():
    counts["missing"] += 1
    with certain():
        assert [1, 2] == [1], "a note is missing"

@pytest.fixture
def drives():
    yield
    with certain():
        assert not "powered"

def test_power(drives):
    pass

def test_counts():
    assert counts == {"late": 2, "missing": 1}
"""


def test_a_robbed_run_tells_what_is_certain_and_leaves_the_rest_undecided(tmp_path, root):
    for name, text in (("test_it.py", TESTS), ("robbed.py", PLUGIN), ("pytest.ini", "[pytest]\nmarkers = paced\n")):
        (tmp_path / name).write_text(text, "utf-8")
    shutil.copy(root / "tests/conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "robbed", "-rA", "-p", "no:cacheprovider", str(tmp_path)]
    paths = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(root / "tests")])}
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **paths}, capture_output=True, text=True)
    told = done.stdout
    assert "1 failed, 2 passed, 1 skipped, 1 error" in told, told
    assert done.returncode == paced.CERTAIN_CODE  # and not 1, which would be tried again
    assert "FAILED test_it.py::test_missing - paced.CertainError: a note is missing" in told
    assert "ERROR test_it.py::test_power - paced.CertainError" in told
    assert "stolen by the host: test_it.py::test_late" in told


def test_time_that_was_stolen_only_grows():
    first = paced.stolen()
    assert 0.0 <= first <= paced.stolen()
