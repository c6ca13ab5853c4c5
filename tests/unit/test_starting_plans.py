"""Starting plans of people who cannot walk yet: a sample of `tests/campaigns/starting_plans.py`."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from campaigns.starting_plans import Case, run, write_limits
from gaitloop.session.helm import Seen, Setting
from gaitloop.session.learned import MARGIN, STEP, STEP_TIME, Learned


# With legs that may get out of step the first two fell as they were let down, the third one after the rest.
@pytest.mark.parametrize(("fac", "session", "seed"), [(0, 7, 3), (2, 12, 2), (3, 1, 2)])
def test_the_weakest_train_to_the_end(fac: int, session: int, seed: int, tmp_path: Path) -> None:
    write_limits(tmp_path)
    assert run(Case(fac, session, seed), 0.1, tmp_path)["reason"] == "finished"


WALKS = Setting(speed=0.5, support_force=300.0, law="impedance", pattern=0.5, floor=0.3, ceiling=1.0)


def resumed(learned: Learned, help_before: float) -> float:
    """A pause of somebody who was helped so much; when they walk again [s]."""
    learned.turn("walking", "pausing", Seen(t=100.0, state="run", help=help_before))
    learned.turn("pausing", "paused", Seen(t=103.0, state="run"))
    learned.turn("paused", "resuming", Seen(t=110.0, state="run"))
    learned.turn("resuming", "walking", Seen(t=120.0, state="run"))
    return 120.0


def test_help_comes_back_to_what_was_learned_in_small_steps_after_a_pause() -> None:
    learned = Learned()
    assert learned.cap(WALKS, Seen(t=50.0, state="run")) == WALKS
    begin = resumed(learned, 0.5)
    used, ceilings = 1.0, []
    for k in range(1200):
        wanted = learned.cap(WALKS, Seen(t=begin + 0.05 * k, state="run", help=used))
        ceilings.append(wanted.ceiling)
        used = max(min(used, wanted.ceiling), used - 0.2 * 0.05)
        assert wanted.floor == WALKS.floor
    down = [a - b for a, b in pairwise(ceilings) if a > b]
    assert max(down) <= STEP + 1e-9
    assert used == pytest.approx(0.5 + MARGIN)
    assert ceilings[-1] == WALKS.ceiling, "the stage's own again"
    assert ceilings.index(min(ceilings)) * 0.05 >= STEP_TIME * (1.0 - used) / STEP - 2.0 * STEP_TIME


def test_who_needed_all_of_it_gets_all_of_it_and_no_floor_is_undercut() -> None:
    for before, floor, least in ((1.0, 0.3, 1.0), (0.1, 0.6, 0.6), (0.95, 0.3, 1.0)):
        learned = Learned()
        begin = resumed(learned, before)
        wanted = Setting(speed=0.5, support_force=300.0, law="impedance", pattern=0.5, floor=floor, ceiling=1.0)
        capped = [learned.cap(wanted, Seen(t=begin + k, state="run", help=1.0)).ceiling for k in range(200)]
        assert min(capped) == pytest.approx(least)


def test_a_second_pause_on_the_way_keeps_what_was_learned_before() -> None:
    learned = Learned()
    resumed(learned, 0.4)
    begin = resumed(learned, 0.9)  # help is still on its way back
    assert min(learned.cap(WALKS, Seen(t=begin + k, state="run")).ceiling for k in range(60)) == pytest.approx(0.5)
