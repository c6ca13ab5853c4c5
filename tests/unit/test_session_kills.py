"""A record of a process that is killed: all but the last few hundredths of a second, and all that was acknowledged."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("processes are forked from one that has everything loaded", allow_module_level=True)

from paced import certain
from realtime_machine import StarvedError, five_tries
from record_kills import LIMIT, kills

pytestmark = pytest.mark.paced


@pytest.mark.parametrize(("runs", "kind", "longest"), [(16, "clock", 0.4), (2, "loop", 0.4), (2, "session", 0.8)])
@five_tries
def test_a_kill_takes_nothing_that_was_acknowledged_and_few_samples(tmp_path, runs, kind, longest):
    found = kills(tmp_path, runs, kind=kind, seed=8, longest=longest)
    with certain():
        assert [one.wrong for one in found] == [[]] * runs
        assert sum(one.missing for one in found) == 0
    assert kind == "session" or sum(one.acknowledged for one in found) > runs
    assert sum(one.ticks for one in found) > 50 * runs
    over = [one.lost for one in found if not one.starved and one.lost > LIMIT]
    if over:
        raise StarvedError(f"more than {LIMIT} s of samples were lost: {over}")
