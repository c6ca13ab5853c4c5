"""Instruments, outcomes and doses: ranges, words, sums, and refusals that name field, value and range."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.progress import (
    INSTRUMENTS,
    AdverseEvent,
    DropOut,
    Figure,
    active_steps,
    dose,
    time_in_zones,
    walk_speed,
)
from progress_cases import BEGIN, PERSON, day, outcome, session


def test_independence_comes_first_and_ranges_are_the_published_ones():
    assert next(iter(INSTRUMENTS)) == "fac"
    ranges = {key: (i.low, i.high, i.whole) for key, i in INSTRUMENTS.items() if i.whole}
    assert ranges == {"fac": (0, 5, True), "berg": (0, 56, True), "fugl_meyer_leg": (0, 34, True)}
    assert len(INSTRUMENTS["fac"].levels) == 6
    assert all(instrument.source for instrument in INSTRUMENTS.values())


def test_words_for_values():
    assert INSTRUMENTS["fac"].describe(4) == "4 (independent on level ground)"
    assert INSTRUMENTS["walk_6min"].describe(210.0) == "210 m"
    assert walk_speed(8.0, 6.0) == 0.75
    assert [outcome(value=v).independent for v in (3, 4)] == [False, True]
    assert outcome("berg", 50).independent is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: outcome("fac", 6), r"fac must lie in \[0, 5\] \[-\], got 6"),
        (lambda: outcome("fac", 2.5), "fac must be a whole number, got 2.5"),
        (lambda: outcome("berg", math.nan), r"berg must lie in \[0, 56\]"),
        (lambda: outcome("walk_10m", "fast"), "walk_10m must be a number, got 'fast'"),
        (lambda: outcome("walk_10m", 4.5), r"walk_10m must lie in \[0, 4\] \[m/s\], got 4.5"),
        (lambda: outcome("weight", 80), "instrument must be one of"),
        (lambda: outcome(aid="jetpack"), "aid must be one of none, cane"),
        (lambda: outcome(assessor=""), "assessor must have 1 to 80"),
        (lambda: outcome(assessor="a\x00b"), "assessor must have 1 to 80 printable"),
        (lambda: outcome(patient="x"), "patient must be 32 hex"),
        (lambda: walk_speed(0.0), r"time must lie in \[0.5, 600\] \[s\], got 0"),
        (lambda: walk_speed(0.5), r"distance / time must lie in \[0, 4\]"),
        (lambda: DropOut(patient=PERSON, left=BEGIN, reason="bored"), "reason must be one of withdrew"),
        (
            lambda: AdverseEvent(
                patient=PERSON, happened=BEGIN, what="x", severity="mild", serious=1, related="possible"
            ),
            "serious must be true or false, got 1",
        ),
        (lambda: session(steps=3.5), "steps must be a whole number, got 3.5"),
        (lambda: session(steps=True), "steps must be a whole number, got True"),
        (lambda: session(steps=10), r"active_steps must lie in \[0, 10\] \[-\], got 400.5"),
        (lambda: session(walking=1800.1), r"walking must lie in \[0, 1800\] \[s\], got 1800.1"),
        (lambda: session(duration=1e9), r"duration must lie in \[0, 86400\] \[s\], got 1e\+09"),
        (lambda: session(zones={"purple": 1.0}), "zones must be one of very_light, light"),
        (lambda: session(zones={"light": 1500.0, "vigorous": 301.0}), "must not sum to more than duration, got 1801"),
        (lambda: session(figures={"speed": 0.4}), "figures.speed must be a Figure, got 0.4"),
        (lambda: session(figures={"mood": Figure(1.0, 300)}), "figures must be one of speed"),
        (lambda: session(record="12"), "record must be a SHA-256"),
        (lambda: Figure(math.inf, 300), "value must lie in"),
        (lambda: replace(session(), started=datetime(2026, 1, 1)), "started must be a datetime with a time zone"),
        (lambda: replace(session(), started="today"), "started must be a datetime with a time zone, got 'today'"),
        (lambda: replace(session(), started=datetime.min.replace(tzinfo=timezone(timedelta(hours=9)))), "from 1970"),
        (lambda: active_steps([0.5, 1.5]), r"support must lie in \[0, 1\] \[-\], got 1.5 at index 1"),
        (lambda: active_steps([math.nan]), r"support must lie in \[0, 1\] \[-\], got nan at index 0"),
        (
            lambda: time_in_zones([0, 1], [80, 80], rest=100, max=105),
            "max must lie 10 /min above rest, got 105",
        ),
        (lambda: time_in_zones([1, 0], [80, 80], rest=60, max=160), "time must be finite and not decrease"),
        (lambda: time_in_zones([0, 1], [80], rest=60, max=160), "rate must have the length of time, got 1 and 2"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_times_are_kept_in_utc_to_the_second():
    local = datetime(2026, 3, 2, 10, 30, 5, 999, tzinfo=timezone(timedelta(hours=2)))
    assert replace(outcome(), taken=local).taken == datetime(2026, 3, 2, 8, 30, 5, tzinfo=UTC)


@given(st.lists(st.floats(0.0, 1.0), max_size=50))
def test_active_steps_are_between_none_and_all(support):
    assert 0.0 <= active_steps(support) <= len(support)
    assert active_steps(support) == pytest.approx(sum(1.0 - s for s in support), abs=1e-6)


def test_time_in_zones_by_hand():
    # Reserve 100: shares 0.29, 0.30, 0.40, 0.60, 0.90, absent, below rest; the last reading begins no interval.
    rate = [89.0, 90.0, 100.0, 120.0, 150.0, np.nan, 40.0, 40.0]
    zones = time_in_zones([0, 1, 3, 6, 10, 11, 12, 100], rate, rest=60, max=160)
    assert zones == {"very_light": 1.0 + 5.0, "light": 2.0, "moderate": 3.0, "vigorous": 4.0, "near_maximal": 1.0}


@given(st.lists(st.tuples(st.floats(0.0, 4.0), st.floats(20.0, 250.0)), max_size=30))
def test_zones_never_hold_more_than_the_time(rows):
    time = np.cumsum([0.0, *(step for step, _ in rows)])[: len(rows)]
    zones = time_in_zones(time, [rate for _, rate in rows], rest=60, max=180)
    span = float(time[-1] - time[0]) if len(time) else 0.0
    assert sum(zones.values()) == pytest.approx(span)


def test_dose_adds_up_what_is_known():
    total = dose([session(0), session(1, walking=None, distance=None, zones={})])
    assert (total.sessions, total.steps, total.active_steps) == (2, 1800, 801.0)
    assert (total.minutes, total.walking_minutes, total.distance) == (60.0, 20.0, 480.0)
    assert (total.zone_minutes["light"], total.zone_minutes["vigorous"], total.without_heart_rate) == (10.0, 0.0, 1)
    assert dose([]).sessions == 0


def test_a_figure_counts_from_300_steps():
    assert [Figure(1.0, steps).counts for steps in (0, 299, 300)] == [False, False, True]


def test_mappings_cannot_be_changed():
    kept = session(day(0).day)
    with pytest.raises(TypeError):
        kept.zones["light"] = 9.0
