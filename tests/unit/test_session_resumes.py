"""People who go on after a pause: a sample of `tests/campaigns/resumes.py`."""

from __future__ import annotations

from campaigns.resumes import walked


def test_most_people_walk_on_after_a_pause() -> None:
    # The last two do not where the belt comes to stand at another moment of the stride.
    ends = [walked(seed, pause=True) for seed in (101, 102, 103, 104, 114, 124)]
    assert ends.count("stopped") >= 5, ends
