"""Benches judge optimised code only."""

from __future__ import annotations

import pytest

from gaitloop import _core


def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Refuse to time a debug build: unoptimised, the compiled code can be slower than its reference."""
    if _core.BUILD_PROFILE != "release" and not config.getoption("benchmark_disable"):
        raise pytest.UsageError(
            f"gaitloop._core is a {_core.BUILD_PROFILE} build; build a release one, or give --benchmark-disable"
        )
