"""Trends: published bands and differences, verdicts by hand, slopes against SciPy; goals, milestones, scores."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gaitloop.errors import ConfigError
from gaitloop.progress import (
    INSTRUMENTS,
    DifficultyScore,
    Figure,
    Goal,
    Streak,
    error_band,
    figure_trend,
    follow,
    important_difference,
    milestones,
    outcome_trend,
    overview,
    own_band,
    streak,
    theil_sen,
    values_of,
)
from progress_cases import PERSON, day, outcome, session


def test_bands_and_differences_are_the_published_ones():
    speeds = [error_band("walk_10m", v).low for v in (0.39, 0.4, 0.8, 0.81)]
    assert speeds == [0.10, 0.15, 0.15, 0.18]  # Lewek and Sykes (2019)
    assert error_band("walk_6min", 200).low == 54.1  # Fulk et al. (2008), 90 %
    assert (error_band("berg", 30).low, error_band("fugl_meyer_leg", 20).low) == (5, 4)  # Hiengkaew et al. (2012)
    difference = important_difference("walk_10m")
    assert (difference.low, difference.high) == (0.13, 0.16)  # Bohannon et al. (2013), Tilson et al. (2010)
    assert [important_difference("walk_6min", v).low for v in (None, 0.39, 0.40)] == [71, 44, 71]  # Fulk and He (2018)
    assert important_difference("fugl_meyer_leg").low == 6  # Pandian et al. (2016)
    for instrument in INSTRUMENTS:
        for found in (error_band(instrument, 1.0), important_difference(instrument)):
            assert found.low <= found.high
            assert "assumption" in found.source or any(year in found.source for year in ("(20", "(2012)"))


def series(instrument, *values, **changes):
    return [outcome(instrument, value, 7.0 * i, **changes) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("instrument", "first", "last", "verdict"),
    [
        ("walk_10m", 0.20, 0.33, "better"),
        ("walk_10m", 0.20, 0.32, "no change that counts"),
        ("walk_10m", 0.33, 0.20, "worse"),
        ("walk_10m", 0.50, 0.64, "no change that counts"),  # noticed, but within the error of measurement
        ("walk_10m", 0.90, 1.09, "better"),
        ("fac", 3, 4, "better"),
        ("fac", 3, 3, "no change that counts"),
        ("fac", 4, 3, "worse"),
        ("berg", 30, 35, "no change that counts"),
        ("berg", 30, 36, "better"),
        ("fugl_meyer_leg", 20, 25, "no change that counts"),
        ("fugl_meyer_leg", 20, 26, "better"),
        ("walk_6min", 200, 270, "no change that counts"),
        ("walk_6min", 200, 271, "better"),
    ],
)
def test_verdicts_by_hand(instrument, first, last, verdict):
    trend = outcome_trend(instrument, series(instrument, first, last))
    assert trend.verdict == verdict
    assert trend.text.startswith(f"{INSTRUMENTS[instrument].name}: {verdict}. ")
    assert trend.change == pytest.approx(last - first)
    assert trend.slope is None


def test_a_slow_walker_has_a_smaller_difference_but_the_same_error():
    walk = [outcome("walk_10m", 0.3, 0.0), *series("walk_6min", 100, 160)]
    assert outcome_trend("walk_6min", walk).verdict == "better"
    assert outcome_trend("walk_6min", walk[1:]).verdict == "no change that counts"
    assert outcome_trend("walk_6min", [walk[0], *series("walk_6min", 100, 150)]).verdict == "no change that counts"


def test_only_like_is_compared_with_like():
    taken = [*series("walk_10m", 0.2, aid="walker"), outcome("walk_10m", 0.5, 20), outcome("walk_10m", 0.7, 30)]
    trend = outcome_trend("walk_10m", taken)
    assert [value for _, value in trend.values] == [0.5, 0.7]
    assert trend.text.endswith("1 taken with another device or aid not compared.")
    assert outcome_trend("walk_10m", taken[:2]) is None
    assert outcome_trend("berg", taken) is None


numbers = st.lists(st.tuples(st.integers(0, 40), st.integers(-20, 20)), min_size=3, max_size=25)


@given(numbers)
def test_slopes_agree_with_scipy(rows):
    t, y = np.array(rows, dtype=float).T
    found = theil_sen(t, y)
    if len(np.unique(t)) < 3:
        assert found is None
        return
    want = stats.theilslopes(y, t, alpha=0.95)
    assert found.value == pytest.approx(want.slope)
    if found.low is not None:
        assert (found.low, found.high) == (pytest.approx(want.low_slope), pytest.approx(want.high_slope))
        assert found.low <= found.value <= found.high


def test_the_interval_of_a_slope_holds_as_often_as_stated():
    random, held = np.random.default_rng(12), 0
    t = np.arange(20.0)
    for _ in range(400):
        low, high = theil_sen(t, 0.3 * t + random.standard_normal(20))[1:]
        held += low <= 0.3 <= high
    assert 0.92 <= held / 400 <= 0.98


@given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=40))
def test_own_bands_are_those_of_student(values):
    n = len(values)
    want = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) * math.sqrt(1 + 1 / n)
    assert own_band(values) == pytest.approx(want, rel=1e-4, abs=1e-9)


def stay(values, name="knee_range", steps=400):
    return [session(i, figures={name: Figure(value, steps)}) for i, value in enumerate(values)]


def test_figures_are_compared_with_the_persons_own_first_sessions():
    usual = [0.90, 0.92, 0.88, 0.91, 0.89, 0.90]
    assert own_band(usual) == pytest.approx(0.0393, abs=1e-4)
    verdicts = [figure_trend("knee_range", stay([*usual, last])).verdict for last in (0.87, 0.85, 0.95)]
    assert verdicts == ["no change that counts", "worse", "better"]
    less = figure_trend("asymmetry", stay([*usual, 0.85], "asymmetry"))
    assert less.verdict == "better"
    assert "What people notice of it is not known." in less.text
    assert figure_trend("knee_range", stay(usual)) is None
    assert figure_trend("knee_range", stay([*usual, 0.5], steps=299)) is None


def test_overview_has_independence_first():
    taken = [*series("berg", 20, 30), *series("walk_10m", 0.2, 0.4), *series("fac", 2, 4, 4)]
    found = overview(stay([0.9, 0.92, 0.88, 0.91, 0.89, 0.90, 0.7]), taken)
    assert [trend.measure for trend in found] == ["fac", "walk_10m", "berg", "knee_range"]
    assert found[0].slope is not None
    assert overview([], []) == ()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: outcome_trend("weight", []), "instrument must be one of fac"),
        (lambda: error_band("berg", 99), r"berg must lie in \[0, 56\]"),
        (lambda: important_difference("walk_6min", -1.0), r"speed must lie in \[0, 4\] \[m/s\], got -1"),
        (lambda: theil_sen([0, 1], [0]), "values must have the length of time, got 1 and 2"),
        (lambda: theil_sen([0, 1, 2], [0, 1, math.nan]), "time and values must be finite"),
        (lambda: theil_sen([0, 1, 2], [0, 1, 2], level=1.0), "level must lie in"),
        (lambda: own_band([1.0, 2.0]), "baseline must have 3 values or more, got 2"),
        (lambda: own_band([1.0, 2.0, math.inf]), "baseline must lie in"),
        (lambda: figure_trend("stance_left", []), "measure must be one of fac"),
        (lambda: figure_trend("speed", [], baseline=2), r"baseline must lie in \[3, 100\] \[-\], got 2"),
        (lambda: goal("stance_left", 1.0), "measure must be one of fac"),
        (lambda: goal("fac", 6), r"target must lie in \[0, 5\] \[-\], got 6"),
        (lambda: goal("fac", 4, due=day(-1)), "due must not lie before agreed"),
        (lambda: streak([], day(0), 0.0), r"gap_days must lie in \[0.5, 60\] \[days\], got 0"),
        (lambda: streak([], day(0).replace(tzinfo=None), 7.0), "now must be a datetime with a time zone"),
        (lambda: DifficultyScore(target=0.2, step=0.05, initial=0.5), "target must lie in"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def goal(measure, target, due=None):
    return Goal(patient=PERSON, measure=measure, target=target, agreed=day(0), due=due)


def test_goals_are_followed_in_the_direction_that_is_better():
    walk = values_of("walk_10m", outcomes=series("walk_10m", 0.2, 0.5, 0.4, 0.6))
    state = follow(goal("walk_10m", 0.6), walk)
    assert (state.first, state.last, state.reached, state.share) == (0.2, 0.6, day(21), 1.0)
    assert follow(goal("walk_10m", 0.8), walk).share == pytest.approx(4 / 6)
    uneven = values_of("asymmetry", stay([0.3, 0.2, 0.25], "asymmetry"))
    state = follow(goal("asymmetry", 0.1), uneven)
    assert state.reached is None
    assert state.share == pytest.approx(0.5)
    assert follow(goal("asymmetry", 0.4), uneven).share == 1.0
    assert follow(goal("fac", 4), []).first is None
    early = [(day(-5), 0.9), (day(1), 0.3)]
    assert follow(goal("walk_10m", 0.8), early).reached is None  # what was before the goal does not count


def test_milestones_in_order():
    taken = [*series("fac", 2, 3, 2, 4), *series("walk_10m", 0.3, 0.5, 0.9)]
    found = milestones([session(i, steps=900) for i in range(12)], taken)
    assert [(m.kind, m.what.split(",")[0]) for m in found] == [
        ("sessions", "1 session"),
        ("steps", "1000 steps"),
        ("independence", "FAC 3 (one person stands by or speaks"),
        ("speed", "faster than 0.4 m/s"),
        ("sessions", "10 sessions"),
        ("steps", "10000 steps"),
        ("speed", "faster than 0.8 m/s"),
        ("independence", "walks independently"),
    ]
    assert [m.when for m in found] == sorted(m.when for m in found)
    assert milestones([], series("walk_10m", 0.5, 0.6)) == ()


def test_streaks():
    walked = [session(i) for i in (0, 2, 4, 20, 22)]
    assert streak(walked, day(23), 3.0) == Streak(2, 3)
    assert streak(walked, day(26), 3.0) == Streak(0, 3)
    assert streak(walked, day(5), 3.0) == Streak(3, 3)
    assert streak([], day(5), 3.0) == Streak(0, 0)
    assert streak(walked, day(4) + timedelta(days=3), 3.0).current == 3


def test_a_score_settles_where_success_is_as_often_as_wanted():
    score, random = DifficultyScore(target=0.75, step=0.05, initial=0.2), np.random.default_rng(3)
    assert score.rate is None
    levels = []
    for _ in range(3000):
        levels.append(score.update(bool(random.random() < 1.0 / (1.0 + math.exp((score.score - 60) / 10.0)))))
    assert all(isinstance(level, int) and 0 <= level <= 100 for level in levels)
    assert score.rate == pytest.approx(0.75, abs=0.02)
    assert np.mean(levels[500:]) == pytest.approx(60 + 10 * math.log(1 / 0.75 - 1), abs=3)
    assert score.update(None) == score.score
