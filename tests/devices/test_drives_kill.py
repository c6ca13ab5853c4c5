"""The process that commands the drives is killed: they brake by themselves. 200 times: tests/campaigns/kills.py."""

from __future__ import annotations

import sys

import pytest

from drive_kills import DEADLINE, kills, once
from drive_machine import Simulator
from paced import certain

pytestmark = [
    pytest.mark.paced,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are forked and killed as on Linux"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


def test_drives_brake_within_fifty_milliseconds_of_the_death_of_their_master():
    result = kills(20, buses=4, seed=1)
    assert len(result["delays"]) == 20, result
    assert max(result["delays"]) <= DEADLINE, result
    with certain():
        assert result["moved_again"] == 0


def test_a_master_that_stood_still_finds_its_drives_stopped_and_moves_none_of_them_again():
    with Simulator(adapters=1) as simulator:
        for pause in (0.1, 0.5):
            for _ in range(5):
                got = once(simulator, 0.1, pause)
                states = simulator.latest()
                if got is not None:
                    break
            assert got is not None
            assert max(got) <= DEADLINE
            with certain():
                assert "operation_enabled" not in states.values()
