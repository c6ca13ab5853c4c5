"""Every committed input again, without a fuzzer: the corpora, and what was found once."""

from __future__ import annotations

import contextlib
import importlib.util
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from gaitloop.errors import GaitloopError

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


#: Seeds that are to be refused; every other one is whole, so that fuzzing begins from what is read to its end.
REFUSED = {"plan/large_number.toml": "patient.mass", "plan/many_digits.toml": "digits", "plan/nested.toml": "recursion"}


@pytest.mark.parametrize("name", [name.removeprefix("corpus/") for name in INPUTS if name.startswith("corpus/")])
def test_a_seed_is_accepted_unless_it_is_named_as_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals: list[str] = []
    depth = 0

    @contextlib.contextmanager
    def noted() -> Iterator[None]:
        nonlocal depth
        depth += 1
        try:
            yield
        except GaitloopError as error:  # within another, a sensor that a recording has not
            refusals.extend([str(error)] if depth == 1 else [])
        finally:
            depth -= 1

    monkeypatch.setattr(targets, "only_refusals", noted)
    targets.TARGETS[Path(name).parent.name]((HERE / "corpus" / name).read_bytes())
    if name in REFUSED:
        assert len(refusals) == 1
        assert REFUSED[name] in refusals[0]
    else:
        assert refusals == []


@pytest.mark.parametrize("target", targets.TARGETS)
def test_every_target_has_a_corpus(target: str) -> None:
    inputs = [name for name in INPUTS if name.startswith(f"corpus/{target}/")]
    assert inputs
    assert sum((HERE / name).stat().st_size for name in inputs) < 100_000
