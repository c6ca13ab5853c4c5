"""A record of a process that is killed: all but the last few hundredths of a second, and all that was acknowledged."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("processes are forked from one that has everything loaded", allow_module_level=True)

from record_kills import LIMIT, kills

pytestmark = pytest.mark.paced


@pytest.mark.parametrize(("runs", "looped"), [(18, False), (2, True)])
def test_a_kill_takes_nothing_that_was_acknowledged_and_few_samples(tmp_path, runs, looped):
    found = kills(tmp_path, runs, looped=looped, seed=8, longest=0.4)
    assert [one.wrong for one in found] == [[]] * runs
    assert sum(one.missing for one in found) == 0
    assert sum(one.acknowledged for one in found) > runs
    assert sum(one.ticks for one in found) > 50 * runs
    assert [one.lost for one in found if not one.starved and one.lost > LIMIT] == []
