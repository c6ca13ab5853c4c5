"""Staircase: it holds the rate it is asked for, for any person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import Staircase

PARAMS = {"target": 0.75, "step": 0.03, "floor": 0.0, "ceiling": 1.0, "initial": 0.5}


def staircase(**change):
    return Staircase(**{**PARAMS, **change})


def test_steps_by_hand():
    x = staircase()
    assert x.run([1.0, 0.0, np.nan, 2.0]) == pytest.approx([0.51, 0.48, 0.48, 0.48])
    assert (x.trials, x.successes, x.rate) == (2, 1, 0.5)
    assert np.isnan(staircase().rate)


@pytest.mark.parametrize("target", [0.5, 0.6, 0.75, 0.9])
@pytest.mark.parametrize("skill", [0.3, 0.6])
def test_it_converges_to_the_rate_on_a_psychometric_person(target, skill):
    """A person who succeeds with the probability of a logistic function of difficulty less skill."""
    rng, x, levels = np.random.default_rng(4), staircase(target=target, step=0.02), []
    for _ in range(6000):
        chance = 1.0 / (1.0 + np.exp((x.level - skill) / 0.06))
        levels.append(x.update(bool(rng.random() < chance)))
    assert x.rate == pytest.approx(target, abs=0.02)
    assert np.mean(levels[1000:]) == pytest.approx(skill - 0.06 * np.log(target / (1.0 - target)), abs=0.04)


@given(outcomes=st.lists(st.booleans(), min_size=1, max_size=300), target=st.floats(0.5, 0.95))
def test_the_rate_is_bound_to_the_target_while_no_end_is_met(outcomes, target):
    x, met = staircase(target=target, step=0.01), False
    for outcome in outcomes:
        before = x.level
        assert abs(x.update(outcome) - before) <= 0.01 + 1e-15
        met |= x.level in (0.0, 1.0)
    assert 0.0 <= x.level <= 1.0
    if not met:
        assert abs(x.rate - target) <= 1.0 / (x.trials * (x._up + x._down)) + 1e-12
        assert x.level - 0.5 == pytest.approx(x.successes * x._up - (x.trials - x.successes) * x._down, abs=1e-9)


def test_ends_hold():
    x = staircase(floor=0.2, ceiling=0.6)
    assert x.run([1.0] * 30)[-1] == 0.6
    assert x.run([0.0] * 30)[-1] == 0.2
    x.reset()
    assert (x.level, x.trials) == (0.5, 0)


@pytest.mark.parametrize(
    ("name", "bad"), [("target", 0.4), ("step", 0.0), ("floor", -1), ("ceiling", 2), ("initial", np.nan)]
)
def test_bad_parameters_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        staircase(**{name: bad})
    with pytest.raises(ConfigError, match=r"^floor must lie below ceiling, got 0.7 and 0.6"):
        staircase(floor=0.7, ceiling=0.6)
