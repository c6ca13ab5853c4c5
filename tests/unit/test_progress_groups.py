"""Groups: a published pooled figure from published tables, examples worked out by hand, tables with empty cells."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError, MissingExtraError
from gaitloop.progress import (
    TwoByTwo,
    TwoMeans,
    number_needed_to_treat,
    pool_mean_difference,
    pool_odds_ratio,
    pool_risk_ratio,
)

# Tuberculosis after vaccination with BCG, positive and negative, with it and without: the trials of Colditz, G. A. et
# al. (1994), Efficacy of BCG vaccine in the prevention of tuberculosis, JAMA 271, 698-702, as `dat.bcg` of metafor has
# them; the digits beyond the abstract's are metafor's.
BCG = [
    TwoByTwo(name, yes, yes + no, control_yes, control_yes + control_no)
    for name, yes, no, control_yes, control_no in (
        ("Aronson 1948", 4, 119, 11, 128),
        ("Ferguson 1949", 6, 300, 29, 274),
        ("Rosenthal 1960", 3, 228, 11, 209),
        ("Hart 1977", 62, 13536, 248, 12619),
        ("Frimodt-Moller 1973", 33, 5036, 47, 5761),
        ("Stein 1953", 180, 1361, 372, 1079),
        ("Vandiviere 1973", 8, 2537, 10, 619),
        ("Madras 1980", 505, 87886, 499, 87892),
        ("Coetzee 1968", 29, 7470, 45, 7232),
        ("Rosenthal 1961", 17, 1699, 65, 1600),
        ("Comstock 1974", 186, 50448, 141, 27197),
        ("Comstock 1969", 5, 2493, 3, 2338),
        ("Comstock 1976", 27, 16886, 29, 17825),
    )
]


def test_the_published_risk_ratio_comes_out():
    """0.49, 95 % 0.34 to 0.70, says the abstract."""
    pooled = pool_risk_ratio(BCG)
    assert [round(v, 2) for v in (pooled.effect, pooled.low, pooled.high)] == [0.49, 0.34, 0.70]
    assert (math.log(pooled.effect), pooled.tau2) == (pytest.approx(-0.7141, abs=5e-5), pytest.approx(0.3088, abs=5e-5))
    assert (pooled.q, pooled.i2) == (pytest.approx(152.233, abs=5e-4), pytest.approx(0.9212, abs=5e-5))


def test_the_odds_ratio_of_the_same_tables():
    pooled = pool_odds_ratio(BCG)
    assert (math.log(pooled.effect), pooled.tau2) == (pytest.approx(-0.7474, abs=5e-5), pytest.approx(0.3663, abs=5e-5))
    assert sum(centre.weight for centre in pooled.centres) == pytest.approx(1.0)
    assert pool_odds_ratio(BCG, method="pm").tau2 != pytest.approx(pooled.tau2, rel=1e-3)


def test_two_centres_by_hand():
    """ln 3 with variance 7/15 and ln 2.25 with 5/12: weights 15/7 and 12/5, Q below 1, so nothing between centres."""
    pooled = pool_odds_ratio([TwoByTwo("a", 10, 20, 5, 20), TwoByTwo("b", 12, 20, 8, 20)])
    mean = (15 / 7 * math.log(3) + 12 / 5 * math.log(2.25)) / (15 / 7 + 12 / 5)
    half = 1.959964 / math.sqrt(15 / 7 + 12 / 5)
    assert math.log(pooled.effect) == pytest.approx(mean)
    assert (math.log(pooled.low), math.log(pooled.high)) == (pytest.approx(mean - half), pytest.approx(mean + half))
    assert (pooled.tau2, pooled.i2) == (0.0, 0.0)
    assert pooled.q == pytest.approx(15 / 7 * (math.log(3) - mean) ** 2 + 12 / 5 * (math.log(2.25) - mean) ** 2)


def test_means_of_two_centres_that_disagree_by_hand():
    """0 and 2 with variances 0.1: Q = 20, so (20 - 1) / 10 = 1.9 lies between centres, and the error is 1."""
    pooled = pool_mean_difference([TwoMeans("a", 0, 1, 20, 0, 1, 20), TwoMeans("b", 2, 1, 20, 0, 1, 20)])
    assert (pooled.effect, pooled.tau2, pooled.q, pooled.i2) == pytest.approx((1.0, 1.9, 20.0, 0.95))
    assert (pooled.low, pooled.high) == pytest.approx((1 - 1.959964, 1 + 1.959964), abs=1e-6)


def test_empty_cells():
    tables = [TwoByTwo("a", 0, 20, 5, 20), TwoByTwo("b", 12, 20, 8, 20)]
    first, second = pool_odds_ratio(tables).centres
    assert first.effect == pytest.approx((0.5 / 20.5) / (5.5 / 15.5))
    assert second.effect == pytest.approx(2.25)  # a full table is left as it is
    silent = [TwoByTwo("none", 0, 9, 0, 9), TwoByTwo("all", 9, 9, 7, 7)]
    told = pool_odds_ratio([*silent, *tables])
    assert told.left_out == ("none", "all")
    assert told.effect == pool_odds_ratio(tables).effect
    assert pool_risk_ratio([*silent, *tables]).left_out == ("none",)
    with pytest.raises(ConfigError, match="some people had the event and some had not, got none"):
        pool_odds_ratio(silent)


def test_one_centre_is_itself():
    pooled = pool_odds_ratio([TwoByTwo("a", 10, 20, 5, 20)])
    assert pooled.effect == pytest.approx(3.0)
    assert (pooled.low, pooled.high) == (pooled.centres[0].low, pooled.centres[0].high)
    assert pooled.centres[0].weight == 1.0


tables = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=6)


@given(tables, st.randoms(use_true_random=False))
def test_any_tables_give_a_finite_ratio_or_a_refusal(sizes, random):
    rows = [
        TwoByTwo(f"c{i}", random.randint(0, a), a, random.randint(0, b), b) for i, (a, b) in enumerate(sizes)
    ]  # fmt: skip
    for pool in (pool_odds_ratio, pool_risk_ratio):
        method = random.choice(["dl", "pm"])
        try:
            pooled = pool(rows, method=method)
        except ConfigError as error:
            assert "some people had the event" in str(error)  # noqa: PT017
            continue
        assert 0.0 < pooled.low <= pooled.effect <= pooled.high < math.inf
        mirrored = pool(
            [TwoByTwo(r.centre, r.control_events, r.control_total, r.events, r.total) for r in rows], method=method
        )
        assert mirrored.effect == pytest.approx(1.0 / pooled.effect, rel=1e-9)


def test_the_number_needed_to_treat():
    """Odds of 1:3 times 3 are 1:1, so a quarter becomes a half: 4 people."""
    assert number_needed_to_treat(3.0, 0.25) == pytest.approx(4.0)
    assert number_needed_to_treat(1 / 3, 0.5) == pytest.approx(-4.0)
    assert number_needed_to_treat(1.0, 0.3) == math.inf


def test_the_figures_of_the_cochrane_review_fit_together():
    """OR 2.01, 95 % 1.51 to 2.69, number needed to treat 8 (Mehrholz et al. 2020).

    The tables of its trials are not at hand. Its interval lies evenly around its ratio on the scale of the logarithm,
    as one of `pool_odds_ratio` does, and 8 belongs to a base risk of 0.18.
    """
    assert math.sqrt(1.51 * 2.69) == pytest.approx(2.01, abs=0.01)
    assert number_needed_to_treat(2.01, 0.1774) == pytest.approx(8.0, abs=0.01)
    assert number_needed_to_treat(2.01, 0.6976) == pytest.approx(8.0, abs=0.01)


def test_people_are_counted():
    assert TwoByTwo.of("a", [True, False, True], iter([False, False])) == TwoByTwo("a", 2, 3, 0, 2)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TwoByTwo("a", 4, 3, 1, 2), r"events must lie in \[0, 3\] \[-\], got 4"),
        (lambda: TwoByTwo("a", 1, 3, -1, 2), r"control_events must lie in \[0, 2\] \[-\], got -1"),
        (lambda: TwoByTwo("a", 0, 0, 0, 2), r"total must lie in \[1, "),
        (lambda: TwoByTwo("a", 0.5, 1, 0, 2), "events must be a whole number, got 0.5"),
        (lambda: TwoByTwo("", 0, 1, 0, 2), "centre must have 1 to 80"),
        (lambda: TwoMeans("a", 0, 0, 5, 0, 1, 5), "sd must lie in"),
        (lambda: TwoMeans("a", math.nan, 1, 5, 0, 1, 5), "mean must lie in"),
        (lambda: TwoMeans("a", 0, 1, 1, 0, 1, 5), r"total must lie in \[2, "),
        (lambda: pool_odds_ratio([]), "tables must be one TwoByTwo or more"),
        (lambda: pool_odds_ratio([(1, 2, 3, 4)]), "tables must be one TwoByTwo or more"),
        (lambda: pool_odds_ratio([BCG[0], BCG[0]]), "centre must differ between tables"),
        (lambda: pool_odds_ratio(BCG, method="guess"), "method must be one of dl, pm, got 'guess'"),
        (lambda: pool_odds_ratio(BCG, level=1.0), "level must lie in"),
        (lambda: pool_odds_ratio(BCG, correction=0.0), "correction must lie in"),
        (lambda: number_needed_to_treat(2.0, 1.0), r"base_risk must lie in \[0.001, 0.999\] \[-\], got 1"),
        (lambda: number_needed_to_treat(-2.0, 0.5), "odds_ratio must lie in"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_a_missing_library_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.stats", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'gaitloop\[stats\]'"):
        pool_odds_ratio(BCG)
