"""What every test may ask for: recorded data, both implementations, and how hard to search."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

import paced

ROOT = Path(__file__).resolve().parents[1]

# "fixed" draws the same examples on every run, "sample" fewer of them, for CI; "explore" draws new ones and more.
settings.register_profile(
    "sample", max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("GAITLOOP_HYPOTHESIS", "fixed"))


def pytest_configure() -> None:
    """Heed Ctrl-C also where a shell that runs the tests in its background had it ignored; children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Tests that keep a rate by the clock are done again where the machine was held up."""
    return paced.run(item, nextitem) if item.get_closest_marker("paced") else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell apart what a lack of time may excuse and what nothing does."""
    report = yield
    paced.mark(report, call)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End with a code of its own where something was found that nothing excuses."""
    if paced.CERTAIN:
        session.exitstatus = paced.CERTAIN_CODE


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what could not be decided."""
    for name, lost in paced.UNDECIDED.items():
        terminalreporter.write_line(f"paced: undecided, {lost:.2f} s stolen by the host: {name}")


@pytest.fixture(scope="session")
def root() -> Path:
    """Top folder of the project."""
    return ROOT


def absent(message: str) -> NoReturn:
    """What a test needs from outside the project is not there: a failure where it was promised, else a skip."""
    if os.environ.get("GAITLOOP_REQUIRE_DATA") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder with recordings of people and published curves; not part of the project."""
    folder = Path(os.environ.get("GAITLOOP_DATA", ROOT.parent / "shared")).resolve()
    if not (folder / "data").is_dir():
        absent(f"no recordings in {folder} (GAITLOOP_DATA)")
    return folder


@pytest.fixture(scope="session")
def jerk_limited_sets(data_root: Path) -> Path:
    """Folder with the module that draws the sets of the jerk-limited campaign."""
    if not (data_root / "jerk_limited_sets.py").is_file():
        absent(f"no jerk_limited_sets.py in {data_root} (GAITLOOP_DATA)")
    return data_root


@pytest.fixture(params=["rust", "reference"])
def impl(request: pytest.FixtureRequest) -> Callable[[str], ModuleType]:
    """Implementation of a room, once compiled and once from the reference; a missing one is an error."""
    if request.param == "rust":
        core = import_module("gaitloop._core")
        return lambda room: core
    return lambda room: import_module(f"gaitloop.reference.{room}")
