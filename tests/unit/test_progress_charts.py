"""Charts against published run lengths, deviates against SciPy, and the monitor against simulated sessions."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gaitloop.errors import ConfigError
from gaitloop.progress import (
    FIGURES,
    Figure,
    Monitor,
    PersonalBaseline,
    SetbackChart,
    cusum_limit,
    cusum_run_length,
    ewma_limit,
    ewma_run_length,
)
from gaitloop.progress.charts import normal_of_t
from progress_cases import session

# Two-sided cumulative sums with k = 0.5: Montgomery, D. C. Introduction to statistical quality control, table "ARL
# performance of the tabular cusum with k = 1/2 and h = 4 or h = 5", after Hawkins, D. M. (1993).
CUSUM = {
    (4.0, 0.0): 168, (4.0, 0.25): 74.2, (4.0, 0.5): 26.6, (4.0, 0.75): 13.3, (4.0, 1.0): 8.38, (4.0, 1.5): 4.75,
    (5.0, 0.0): 465, (5.0, 0.25): 139, (5.0, 0.5): 38.0, (5.0, 0.75): 17.0, (5.0, 1.0): 10.4, (5.0, 1.5): 5.75,
}  # fmt: skip
# Lucas and Saccucci (1990), Technometrics 32, 1-12: limits for a run length of 500, and lengths at a shift of one.
EWMA = {(0.4, 3.054): 14.3, (0.25, 2.998): 11.1, (0.2, 2.962): 10.5, (0.1, 2.814): 10.3, (0.05, 2.615): 11.4}


@pytest.mark.parametrize(("limit", "shift"), CUSUM)
def test_cusum_run_lengths_are_the_published_ones(limit, shift):
    length = cusum_run_length(0.5, limit, shift=shift, sides=2)
    assert length == pytest.approx(CUSUM[limit, shift], rel=4e-3)


@pytest.mark.parametrize(("weight", "limit"), EWMA)
def test_ewma_run_lengths_are_the_published_ones(weight, limit):
    assert ewma_run_length(weight, limit) == pytest.approx(500.0, rel=2e-3)
    assert ewma_run_length(weight, limit, shift=1.0) == pytest.approx(EWMA[weight, limit], abs=0.06)


def test_a_weight_of_one_is_a_chart_of_single_values():
    assert ewma_run_length(1.0, 3.0) == pytest.approx(1.0 / (2.0 * stats.norm.sf(3.0)), rel=1e-6)
    assert ewma_run_length(1.0, 3.0, sides=1) == pytest.approx(1.0 / stats.norm.sf(3.0), rel=1e-6)


@settings(max_examples=8)
@given(st.floats(10.0, 1e5), st.floats(0.2, 1.0))
def test_limits_give_back_their_run_length(length, reference):
    assert cusum_run_length(reference, cusum_limit(length, reference=reference)) == pytest.approx(length, rel=1e-6)


@settings(max_examples=8)
@given(st.floats(30.0, 1e5), st.floats(0.05, 1.0), st.sampled_from([1, 2]))
def test_limits_of_the_mean_give_back_their_run_length(length, weight, sides):
    limit = ewma_limit(length, weight=weight, sides=sides)
    assert ewma_run_length(weight, limit, sides=sides) == pytest.approx(length, rel=1e-6)


@given(st.floats(-1e6, 1e6), st.integers(1, 2000))
def test_deviates_have_the_tail_of_student(t, freedom):
    want = np.clip(stats.norm.isf(stats.t.sf(abs(t), freedom)) * math.copysign(1.0, t), -6.0, 6.0)
    assert normal_of_t(t, freedom) == pytest.approx(want, abs=2e-5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: cusum_run_length(-0.1, 4.0), r"reference must lie in \[0, 3\] \[standard deviations\], got -0.1"),
        (lambda: cusum_run_length(0.5, math.inf), "limit must lie in"),
        (lambda: cusum_run_length(0.5, 4.0, sides=3), r"sides must lie in \[1, 2\] \[-\], got 3"),
        (lambda: ewma_run_length(0.0, 3.0), "weight must lie in"),
        (lambda: cusum_limit(math.nan), r"run_length must lie in \[5, 1e\+06\] \[values\], got nan"),
        (lambda: cusum_limit(5.0, reference=1.5), r"run_length must lie in \[.*, 1e6\] \[values\], got 5"),
        (lambda: normal_of_t(math.nan, 3), "t must be a number, got nan"),
        (lambda: normal_of_t(1.0, 0), "freedom must lie in"),
        (lambda: SetbackChart(run_length=10.0, worse=1, baseline=8), r"run_length must lie in \[20, 100000\]"),
        (lambda: SetbackChart(run_length=100.0, worse=0, baseline=8), "worse must be -1 or 1, got 0"),
        (lambda: SetbackChart(run_length=100.0, worse=1, baseline=1), "baseline must lie in"),
        (lambda: SetbackChart(run_length=100.0, worse=1, baseline=8, law="tea leaves"), "law must be one of cusum"),
        (lambda: SetbackChart(run_length=100.0, worse=1, baseline=8).step(math.inf), "value must lie in"),
        (lambda: SetbackChart(run_length=100.0, worse=1, baseline=8).step(None), "value must be a number, got None"),
        (lambda: Monitor(run_length=60.0, figures=()), "figures must be names, each once"),
        (lambda: Monitor(run_length=60.0, figures=("asymmetry", "asymmetry")), "figures must be names, each once"),
        (lambda: Monitor(run_length=60.0, figures=("stance_left",)), "figures must be one of speed"),
        (lambda: Monitor(run_length=1e6), r"run_length must lie in \[20, 1000\] \[sessions\], got 1e\+06"),
    ],
)  # fmt: skip
def test_bad_input_is_named(make, words):
    with pytest.raises(ConfigError, match=words):
        make()


def test_deviates_of_unknown_mean_and_spread_are_standard_normal():
    random, found = np.random.default_rng(5), []
    for _ in range(800):
        baseline = PersonalBaseline()
        found.append([baseline.step(x) for x in 7.0 + 3.0 * random.standard_normal(8)][2:])
    deviates = np.array(found, dtype=float)
    for column in deviates.T:
        assert stats.kstest(column, "norm").pvalue > 0.01
    between = np.corrcoef(deviates.T) - np.eye(6)
    assert np.abs(between).max() < 0.1


def walk(chart, random, shift=0.0, at=0, correlation=0.0, most=100_000):
    """Judged sessions until the chart warns, after those before the shift."""
    chart, last = copy.deepcopy(chart), random.standard_normal()
    for count in range(most):
        last = correlation * last + math.sqrt(1.0 - correlation**2) * random.standard_normal()
        warned = chart.step(40.0 + 2.5 * (last + (shift if count >= at else 0.0))).warned
        if warned and count >= at:
            return count + 1 - at
    return most


@pytest.mark.parametrize(("law", "length"), [("cusum", 100.0), ("ewma", 60.0)])
def test_run_length_without_a_change_is_the_nominal_one(law, length):
    chart, random = SetbackChart(run_length=length, worse=1, baseline=8, law=law), np.random.default_rng(1)
    lengths = [walk(chart, random) - 8 for _ in range(1200)]
    assert np.mean(lengths) == pytest.approx(length, rel=0.10)


def test_the_two_directions_mirror_each_other():
    up, down = (SetbackChart(run_length=50.0, worse=worse, baseline=4) for worse in (1, -1))
    for value in np.random.default_rng(2).standard_normal(200):
        one, other = up.step(float(value)), down.step(-float(value))
        assert one == other


def test_one_standard_deviation_is_told_within_weeks():
    """At a run length of 100 sessions and a shift after 20; the delays of the page are of this kind."""
    chart, random = SetbackChart(run_length=100.0, worse=1, baseline=8), np.random.default_rng(3)
    delays = [walk(chart, random, shift=1.0, at=20, most=500) for _ in range(250)]
    assert 4 <= np.median(delays) <= 8
    assert np.mean(np.array(delays) <= 20) > 0.85


def test_a_change_for_the_better_warns_nobody():
    chart, random = SetbackChart(run_length=100.0, worse=1, baseline=8), np.random.default_rng(4)
    delays = [walk(chart, random, shift=-1.0, at=20, most=120) for _ in range(100)]
    assert np.mean(np.array(delays) < 60) < 0.05


def rows(count, random, worse=0.0, at=10**9, steps=400):
    """Sessions whose figures vary around 10 by 1, from `at` on for the worse."""
    for i in range(count):
        figures = {}
        for name in ("step_time_variability", "knee_range", "asymmetry"):
            away = random.standard_normal() - FIGURES[name].better * (worse if i >= at else 0.0)
            figures[name] = Figure(10.0 + away, steps)
        yield session(i, figures=figures)


NAMES = ("step_time_variability", "knee_range", "asymmetry")


def test_three_figures_together_warn_as_seldom_as_stated():
    monitor, random, firsts = Monitor(run_length=40.0, figures=NAMES, baseline=3), np.random.default_rng(6), []
    for _ in range(400):
        charts = copy.deepcopy(list(monitor._charts.values()))
        count = 0
        while True:
            count += 1
            states = [chart.step(float(x)) for chart, x in zip(charts, random.standard_normal(3), strict=True)]
            if any(state.warned for state in states):
                break
        firsts.append(count - 3)
    assert np.mean(firsts) == pytest.approx(40.0, rel=0.10)


def test_advice_names_figure_values_and_the_false_alarms_to_expect():
    monitor, found = Monitor(run_length=60.0, figures=NAMES), []
    for one in rows(40, np.random.default_rng(8), worse=4.0, at=30):
        found += monitor.step(one)
    assert {advice.figure for advice in found} == set(NAMES)
    first = next(advice for advice in found if advice.figure == "knee_range")
    assert first.now < first.before
    assert 1 <= first.sessions <= 6
    assert first.text.startswith("Knee range seems lower than this person's usual: ")
    assert "about every 60 sessions over 3 figures watched" in first.text
    assert "no finding" in first.text
    assert monitor.expected_false_alarms == pytest.approx(32 / 60.0)


def test_figures_of_too_few_steps_do_not_count():
    monitor = Monitor(run_length=60.0, figures=NAMES)
    for one in rows(40, np.random.default_rng(8), worse=4.0, at=30, steps=299):
        assert monitor.step(one) == ()
        assert monitor.skipped(one)["asymmetry"] == "299 steps, 300 are needed"
    assert monitor.expected_false_alarms == 0.0
    assert monitor.skipped(session(99, figures={}))["knee_range"] == "not measured"


def test_sessions_come_in_order_of_time():
    monitor = Monitor(run_length=60.0)
    monitor.step(session(3))
    with pytest.raises(ConfigError, match="started must lie after"):
        monitor.step(session(3))


def test_a_figure_that_never_varied_is_not_judged():
    chart = SetbackChart(run_length=50.0, worse=1, baseline=2)
    assert [chart.step(1.0).deviate for _ in range(5)] == [None] * 5
    assert chart.step(2.0).deviate is None
    assert chart.step(1.0).deviate is not None


def test_a_restart_forgets():
    chart = SetbackChart(run_length=50.0, worse=1, baseline=2)
    for value in (1.0, 2.0, 1.5, 3.0):
        chart.step(value)
    chart.restart()
    assert [chart.step(v).deviate for v in (100.0, 101.0)] == [None, None]
    assert chart.step(100.5).level == 0.0
