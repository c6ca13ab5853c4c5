"""Jerk-limited movements on the sets of the data folder: none fails, breaks a promise or is slower than ruckig's.

A sample of tests/campaigns/jerk_limited.py; seeds of their own, so that the campaign sees other states.
"""

from __future__ import annotations

import importlib
import sys

import pytest

SETS = {  # as in jerk_limited_sets.py, which a test cannot import before it knows the data folder
    "random": (1, 3, 6),
    "near 1e-15": (3,),
    "near 1e-12": (3,),
    "near 1e-10": (3,),
    "near 1e-8": (3,),
    "near 1e-4": (3,),
    "robot": (6,),
    "high limits": (3,),
    "log-uniform limits": (1, 3, 6),
    "small jerk": (3,),
    "start outside": (3,),
}
STATES = 400
SEED = 1_000_000


@pytest.fixture(scope="module")
def campaign(jerk_limited_sets, root):
    sys.path.extend([str(root / "tests/campaigns"), str(jerk_limited_sets)])
    return importlib.import_module("jerk_limited")


def test_all_sets_are_known(campaign):
    assert importlib.import_module("jerk_limited_sets").KINDS == SETS


@pytest.mark.parametrize(("kind", "dofs"), [(kind, dofs) for kind, all_dofs in SETS.items() for dofs in all_dofs])
def test_sample_of_a_set(campaign, kind, dofs):
    result = campaign.run_chunk((kind, dofs, STATES, SEED))
    counts = result["counts"]
    assert counts["valid"] == STATES
    assert (counts["failed"], counts["slower"], counts["broken"]) == (0, 0, 0), result
