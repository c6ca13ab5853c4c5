"""Faults on every class of devices: nothing unsafe leaves the machine, and without its guard much does."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.faults import CLASSES, Campaign, _judge, summarise, table, walk_nominally
from gaitloop.safety import STATES, Envelope

OTHERS = [name for name in CLASSES if name != "treadmill_exo"]
RUNS, PAIRS = 40, 4
COLUMNS = _judge.COLUMNS


@pytest.fixture(scope="module", params=OTHERS)
def campaign(request):
    return Campaign(runs=RUNS, pairs=PAIRS, seed=1, device=request.param)


@pytest.fixture(scope="module")
def found(campaign):
    return summarise(campaign, campaign.run(), None)


def test_no_unsafe_output(found, campaign):
    assert (found["device"], found["runs"], found["pairs"]) == (campaign.device, RUNS, PAIRS)
    assert found["unsafe"] == []
    assert found["unsafe_outputs"] == found["unsafe_outputs_of_pairs"] == 0
    assert found["unanswered"] == found["stopped_without_cause"] == 0


def test_without_the_guard_much_is_unsafe(found):
    assert found["unsafe_without_guard"] > 0.2 * RUNS


def test_walking_without_faults_is_safe_with_and_without_the_guard(campaign):
    judge = next(iter(campaign._judges.values()))
    for walker in campaign.walkers[::5]:
        for guard in (True, False):
            watched = walker.fork().watch(4000, guard)
            verdict = judge(watched, seen=None)
            assert (verdict.outputs, verdict.outcomes, verdict.overshoot) == ((), (), 0.0)
            assert (watched[:, COLUMNS["state"]] == STATES.index("run")).all()
            moved = np.ptp(watched[:, COLUMNS["true_q"]], axis=0)
            assert moved.max() > 0.3
            assert (watched[:, COLUMNS["upright"]] == 1.0).all()


def test_a_guard_that_is_left_out_is_seen(campaign):
    """What the law asks for, sent as it is, in the name of the guard."""
    judge = campaign._judges[max(campaign._judges)]
    seen = set()
    for run in range(0, len(campaign.rows), 3):
        walker, row = campaign.walkers[run % 12].fork(), campaign.rows[run]
        walker.inject([row.draw(np.random.default_rng(run), walker.t * 1e-9).fault])
        seen.update(judge(walker.watch(1500, False), seen=None).outputs)
    assert seen & {"U2", "U3", "U4"}


def test_a_run_follows_from_its_number(campaign):
    again = Campaign(runs=RUNS, pairs=PAIRS, seed=1, device=campaign.device)
    for run in (3, RUNS + 1):
        assert again.case(run) == campaign.case(run)


def test_rows_strike_only_what_is_there(campaign):
    kind = campaign.kind
    Envelope(**kind.limits)
    assert all(why for why in kind.spared.values())
    assert not {row.kind for row in campaign.rows} & set(kind.spared)
    feet = {"left", "right"}
    assert all(set(row.parts) <= {*kind.fitted, *feet} for row in campaign.rows)
    drives = [row for row in campaign.rows if row.kind.startswith("AC1_")]
    assert drives[0].parts == kind.driven


def test_the_table_names_the_class(found, campaign):
    text = table(found)
    assert text.startswith(f"device: {campaign.device}\n")
    assert all(f"not played on {campaign.device}: {kind} (" in text for kind in campaign.kind.spared)


def test_a_walk_without_a_stop_for_nothing(campaign):
    nominal = walk_nominally(0.1, 1, campaign.device)
    assert (nominal.stops, nominal.falls) == (0, 0), nominal.causes


def test_a_class_that_is_unknown_is_named():
    with pytest.raises(ConfigError, match=r"^device must be one of treadmill_exo, "):
        Campaign(device="walker")
