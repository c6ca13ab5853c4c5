"""Every committed input again, without a fuzzer: the corpora, and what was found once."""

from __future__ import annotations

import importlib.util
import time
import tracemalloc
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("fuzz_targets", HERE / "targets.py")
targets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(targets)

INPUTS = sorted(
    path.relative_to(HERE).as_posix()
    for target in targets.TARGETS
    for kind in ("corpus", "regressions")
    for path in (HERE / kind / target).glob("*")
)


@pytest.mark.parametrize("name", INPUTS)
def test_committed_input_is_read_or_refused(name: str) -> None:
    data = (HERE / name).read_bytes()
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        targets.TARGETS[Path(name).parent.name](data)
        took, (_, most) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert took < targets.LONGEST
    assert most < targets.LARGEST


@pytest.mark.parametrize("target", targets.TARGETS)
def test_every_target_has_a_corpus(target: str) -> None:
    inputs = [name for name in INPUTS if name.startswith(f"corpus/{target}/")]
    assert inputs
    assert sum((HERE / name).stat().st_size for name in inputs) < 100_000
