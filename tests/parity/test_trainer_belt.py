"""Who is named when torque is not usual: the person, or a belt that goes its own way; both corridors alike."""

from __future__ import annotations

import copy
import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gaitloop import _core

sys.path.append(str(Path(__file__).resolve().parents[1]))
both = importlib.import_module("trainer_pair")
COLUMNS, TOLD = both.COLUMNS, both.TOLD
#: Ticks, 4 ms apart, of a walk that is led firmly: until it is known what is usual, and until the stop is over.
LED, END = 4450, 4700
#: Ten strides that are counted; only then may torque be called a spasm.
STRIDES = 10


@pytest.fixture(scope="module")
def led() -> Any:
    """Core and twin that have led a person with full support for long enough to know what is usual."""
    walked = both.walk(both.walked().rows(0, LED), [(100, ("request_override", "all", "hold", 100.0))])
    firm = walked.told["guidance"][:, :2].min(axis=1) > 0.8
    phase = walked.told["phase"][np.flatnonzero(~firm)[-1] + 1 :, 0]
    assert np.count_nonzero(np.diff(phase) < -0.5) >= STRIDES
    return walked.pair


def bent(recorded: Any, size: float) -> Any:
    """The left knee is bent further, or less, as fast as a person can, and stays so."""
    rise = 0.15
    s = np.clip((recorded.t - recorded.t[50]) * 1e-9 / rise, 0.0, 1.0)
    recorded.value[:, COLUMNS["q"].start + 1] += size * s * s * (3.0 - 2.0 * s)
    recorded.value[:, COLUMNS["dq"].start + 1] += size * 6.0 * s * (1.0 - s) / rise
    return recorded


def stopped(pair: Any, recorded: Any) -> tuple[str, str]:
    """State and cause of the stop that both come to."""
    core = both.Core()
    core.run(both.walked().rows(0, 100))
    assert core.ask("request_override", "all", "hold", 100.0) == ""
    core.run(both.walked().rows(100, LED))
    twin = copy.copy(pair[1])
    twin.trainer = copy.deepcopy(twin.trainer)
    got, want = core.run(recorded), twin.run(recorded)
    both.compare(got, want)
    told = got["command_integers"]
    first = np.flatnonzero(told[:, 5])[0]
    return _core.STATES[told[first, 3]], _core.CAUSES[told[first, 5]]


@pytest.mark.parametrize(
    ("belt", "named"),
    [(0.0, "spasm"), (0.04, "spasm"), (0.08, "belt_mismatch"), (-0.08, "belt_mismatch"), (None, "spasm")],
)
def test_a_spasm_while_the_belt_goes_its_own_way_is_the_belts(led: Any, belt: float | None, named: str) -> None:
    recorded = bent(both.walked().rows(LED, END), -0.06)
    if belt is None:
        recorded.valid[:, COLUMNS["belt_speed"]] = False
    else:
        recorded.value[:, COLUMNS["belt_speed"]] = both.SPEED + belt
    assert stopped(led, recorded) == ("prot_stop", named)
