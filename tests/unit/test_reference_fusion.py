"""The vote of several detectors: agreement, silence, invention, delays, order, hostile input."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.events import FusedContacts

IC, TO = 0, 1
TICK = 10_000_000
MS = 1_000_000


def truth(strides=30, stride=1.1):
    """Events of both feet: side, kind, time [s]."""
    rows = []
    for i in range(strides):
        for side, shift in ((0, 0.0), (1, stride / 2)):
            rows += [(side, IC, 1.0 + i * stride + shift), (side, TO, 1.0 + i * stride + shift + 0.62 * stride)]
    return sorted(rows, key=lambda row: row[2])


def source(rows, seed=0, jitter=0.0, loss=0.0, delay=0.02, bias=0.0, until=np.inf, confidence=1.0):
    """The events as a detector would find them: five columns."""
    rng = np.random.default_rng(seed)
    kept = []
    for side, kind, t in rows:
        moved = t + bias + jitter * rng.standard_normal()
        if rng.random() >= loss and t <= until:
            kept.append((side, kind, round(moved * 1e9), round((moved + delay) * 1e9), confidence))
    kept.sort(key=lambda row: row[3])
    columns = zip(*kept, strict=True) if kept else [[]] * 5
    return tuple(np.array(c, dtype=np.float64 if i == 4 else np.int64) for i, c in enumerate(columns))


def run(sources, alive=None, end=36.0, **settings):
    ticks = np.arange(int(end * 1e9 / TICK)) * TICK
    alive = np.ones((len(ticks), len(sources), 2), dtype=bool) if alive is None else alive(ticks)
    fused = FusedContacts(settings.pop("weights", [1.0] * len(sources)), **settings)
    return fused, list(zip(*(column.tolist() for column in fused.run(sources, alive, ticks)), strict=True))


def matched(rows, found, tolerance=0.05):
    """Of the true events those found, and how many found ones are none."""
    rest, hits = [row[:3] for row in found], 0
    for side, kind, t in rows:
        near = [r for r in rest if r[:2] == (side, kind) and abs(r[2] * 1e-9 - t) <= tolerance]
        if near:
            rest.remove(near[0])
            hits += 1
    return hits, len(rest)


def alternates(found):
    for side in (0, 1):
        kinds = [row[1] for row in found if row[0] == side]
        if any(a == b for a, b in pairwise(kinds)):
            return False
    return True


def test_sources_that_agree_give_every_event_once_with_full_confidence():
    rows = truth()
    _, found = run([source(rows, delay=d) for d in (0.01, 0.02, 0.03)])
    assert matched(rows, found, 0.001) == (len(rows), 0)
    assert alternates(found)
    assert {row[4] for row in found} == {1.0}


def test_one_source_alone_passes_at_once():
    rows = truth()
    _, found = run([source(rows, confidence=0.7)])
    assert matched(rows, found, 0.001) == (len(rows), 0)
    assert max(row[3] - row[2] for row in found) <= 30 * MS
    assert {row[4] for row in found} == {0.7}


def test_the_time_is_the_weighted_median():
    rows = truth(3)
    early, late, wrong = source(rows), source(rows, bias=0.01), source(rows, bias=0.06)
    _, found = run([early, late, wrong], wait=0.1)
    assert np.allclose([row[2] * 1e-9 for row in found], [t + 0.01 for *_, t in rows])
    _, found = run([early, late, wrong], weights=[0.2, 0.2, 1.0], wait=0.1)
    assert np.allclose([row[2] * 1e-9 for row in found], [t + 0.06 for *_, t in rows])
    _, found = run([early, late], wait=0.1)
    assert np.allclose([row[2] * 1e-9 for row in found], [t + 0.005 for *_, t in rows])


def test_an_event_with_its_quorum_waits_no_longer_than_it_may():
    rows = truth(10)
    for wait in (0.0, 0.03, 0.1):
        _, found = run([source(rows), source(rows), source(rows, delay=0.25)], wait=wait)
        assert matched(rows, found, 0.001) == (len(rows), 0)
        assert max(row[3] - row[2] for row in found) <= (0.02 + wait) * 1e9 + 2 * TICK


def test_a_slow_source_keeps_its_vote():
    rows = truth()
    fused, _ = run([source(rows), source(rows), source(rows, delay=0.2)])
    assert fused.trusted == [(True, True)] * 3


@pytest.mark.parametrize("count", [1, 2])
def test_sources_that_fall_silent_lose_their_vote_and_the_others_go_on(count):
    rows = truth()
    silent = [source(rows, seed=i, until=12.0) for i in range(count)]
    fused, found = run([source(rows), *silent])
    hits, wrong = matched(rows, found)
    assert wrong == 0
    assert hits >= len(rows) - (0 if count == 1 else 8)
    assert fused.trusted == [(True, True)] + [(False, False)] * count
    late = [row for row in found if row[2] > 25e9]
    assert {row[4] for row in late} == {1.0}


def test_a_source_that_comes_back_gets_its_vote_back():
    rows = truth()
    gone = [row for row in rows if not 10.0 < row[2] < 20.0]
    fused, _ = run([source(rows), source(rows), source(gone)], end=19.0)
    assert fused.trusted[2] == (False, False)
    fused, found = run([source(rows), source(rows), source(gone)])
    assert fused.trusted[2] == (True, True)
    assert matched(rows, found, 0.001) == (len(rows), 0)


def test_a_source_that_is_not_alive_is_not_waited_for():
    rows = truth()

    def alive(ticks):
        flags = np.ones((len(ticks), 2, 2), dtype=bool)
        flags[ticks > 10e9, 1] = False
        return flags

    fused, found = run([source(rows), source(rows, until=9.9)], alive)
    assert matched(rows, found, 0.001) == (len(rows), 0)
    assert max(row[3] - row[2] for row in found if row[2] > 11e9) <= 30 * MS
    assert fused.trusted == [(True, True)] * 2


def test_without_any_source_alive_it_is_paused_and_tells_nothing():
    rows = truth()
    fused, found = run([source(rows)], lambda ticks: np.zeros((len(ticks), 1, 2), dtype=bool))
    assert (found, fused.paused) == ([], (True, True))


def test_events_that_nobody_confirms_are_not_told_and_cost_the_vote():
    rows = truth()
    rng = np.random.default_rng(1)
    invented = [(side, int(rng.integers(2)), t + rng.uniform(0.15, 0.4)) for side, _, t in rows]
    liar = source(sorted(rows + invented, key=lambda row: row[2]))
    fused, found = run([source(rows), source(rows), liar])
    assert matched(rows, found) == (len(rows), 0)
    assert alternates(found)
    assert fused.trusted[:2] == [(True, True)] * 2
    assert fused.trusted[2] == (False, False)
    _, found = run([source(rows), liar])
    hits, wrong = matched(rows, found)
    assert hits >= 0.9 * len(rows)
    assert wrong <= 0.1 * len(rows)


def test_a_missed_event_is_not_invented_and_the_next_one_passes():
    rows = truth()
    lost = [row for i, row in enumerate(rows) if i not in (40, 41)]
    _, found = run([source(lost), source(lost)])
    assert matched(lost, found, 0.001) == (len(lost), 0)


def test_events_out_of_order_or_too_soon_are_not_told():
    def tell(fused, kind, t):
        return fused.step([[(kind, t, 1.0), None]], [[True, True]], t)

    fused = FusedContacts([1.0])
    assert [e.kind for e in tell(fused, IC, 1000 * MS)] == [IC]
    assert tell(fused, IC, 1300 * MS) == []
    assert fused.in_contact == (True, False)
    fused = FusedContacts([1.0])
    tell(fused, IC, 1000 * MS)
    assert tell(fused, TO, 1050 * MS) == []
    assert [e.kind for e in tell(fused, TO, 1700 * MS)] == [TO]
    assert [e.t for e in tell(fused, IC, 4000 * MS)] == [4000 * MS]


def test_the_vote_beats_each_of_its_sources():
    rows = truth(200)

    def f1(found):
        hits, wrong = matched(rows, found)
        return 2 * hits / (len(rows) + hits + wrong)

    sources = [source(rows, seed=i, jitter=0.02, loss=0.05, delay=0.02 * (i + 1)) for i in range(3)]
    alone = [f1(list(zip(*(column.tolist() for column in one), strict=True))) for one in sources]
    _, found = run(sources, end=225.0)
    assert max(alone) < 0.975
    assert f1(found) > 0.985


def test_the_future_changes_nothing():
    rows = truth()
    sources = [source(rows, seed=i, jitter=0.02, loss=0.1) for i in range(3)]
    _, whole = run(sources)
    _, part = run(sources, end=17.0)
    assert part == [row for row in whole if row[3] <= 17.0e9 - TICK]
    assert len(part) > 40


times = st.integers(-(2**63), 2**63 - 1)
entry = st.one_of(st.none(), st.tuples(st.integers(-2, 3), times, st.floats()))
near = st.one_of(st.none(), st.tuples(st.integers(0, 1), st.integers(0, 3 * 10**9), st.floats(0, 1)))


@given(
    ticks=st.lists(
        st.tuples(
            st.lists(st.tuples(st.one_of(entry, near), st.one_of(entry, near)), min_size=3, max_size=3),
            st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=3),
            st.one_of(st.integers(0, 3 * 10**9), times),
        ),
        max_size=30,
    )
)
def test_hostile_input_gives_sound_events(ticks):
    fused, last, before = FusedContacts([1.0, 0.5, 0.01]), None, [None, None]
    for found, alive, t in ticks:
        events = fused.step(found, alive, t)
        if last is not None and t <= last:
            assert events == []
            continue
        last = t
        for event in events:
            assert event.t <= event.t_emit == t
            assert 0.0 <= event.confidence <= 1.0
            assert before[event.side] is None or event.t > before[event.side]
            before[event.side] = event.t
    fused.reset()
    assert fused.trusted == [(True, True)] * 3
    assert fused.in_contact == (False, False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"window": 0.5}, r"window must lie in \[0\.02, 0\.3\], got 0\.5"),
        ({"wait": -1.0}, r"wait must lie in \[0, 0\.1\], got -1"),
        ({"quorum": 2.0}, r"quorum must lie in \[0, 1\], got 2"),
        ({"stance": np.nan}, r"stance must lie in \[0, 0\.5\], got NaN"),
        ({"swing": np.inf}, r"swing must lie in \[0, 0\.5\], got inf"),
        ({"weights": [1.0, 0.0]}, r"weights must lie in \[0\.01, 1\], got 0 at index 1"),
        ({"weights": []}, r"sources must lie in \[1, 8\], got 0"),
        ({"weights": [1.0] * 9}, r"sources must lie in \[1, 8\], got 9"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ConfigError, match=f"^{message}$"):
        FusedContacts(**{"weights": [1.0], **settings})
