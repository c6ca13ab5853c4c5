"""Public classes of the laws between cycles: what callers hand over wrongly is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

from gaitloop.assist import CatchTrials, IntensityGovernor, IterativeLearning, ModelBased, Override, Schedule, Staircase
from gaitloop.errors import ConfigError

SIX = [10.0] * 6
HEART = {"rest": 65, "max": 165, "lower": 0.4, "upper": 0.6, "limit": 140, "slowest": 0.2, "fastest": 1.2}
HEART |= {"initial": 0.6, "rate_up": 0.01, "rate_down": 0.05, "hold": 20}


def iterative(**change):
    given = {"bins": 20, "keep": 0.9, "gain": SIX, "lead": 0.0, "smoothing": 0.0, "bound": SIX}
    return IterativeLearning(**{**given, **change})


def model(**change):
    span = {"q_min": [-1.0] * 6, "q_max": [1.0] * 6, "slope": 5.0, "forget_time": 3.0}
    return ModelBased(**{"phases": 8, "angles": 2, **span, "gain": SIX, "bound": SIX, **change})


def plan(**change):
    tables = {key: [0.5, 0.3] for key in ("support", "guidance", "speed")}
    rest = {"duration": 1800, "warm_up": 300, "cool_down": 120, "start_share": 0.5, "guidance_floor": 0.2}
    rest |= {"guidance_ease": 1e-4, "challenge_steps": 750, "challenge_ramp": 250}
    return Schedule(**{"sessions": [1, 12], **tables, **rest, **change})


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: iterative(bins=10.5), "bins must be an integer, got 10.5"),
        (lambda: iterative(bins=-3), r"bins must lie in \[10, 100\], got -3"),
        (lambda: iterative(gain=[1.0] * 5), r"gain must have shape \(6,\), got \(5,\)"),
        (lambda: iterative().observe(0, "early", [0.0] * 3), "phase must be a number"),
        (lambda: iterative().observe(0, 0.1, [0.0] * 2), r"errors must have shape \(3,\), got \(2,\)"),
        (lambda: iterative().close(0, "yes"), "valid must be true or false"),
        (lambda: iterative().run([0.1], [[0.0] * 3], 0, [[True]], [True]), "close must have 1 dimension"),
        (lambda: iterative().run([0.1], [[0.0] * 3], 0, [True, False], [True]), r"close must have shape \(1,\)"),
        (lambda: model(angles="two"), "angles must be an integer"),
        (lambda: model().step([0.1], *[[0.0] * 6] * 4, 0.001), r"phase must have shape \(2,\)"),
        (lambda: model().run([[0.1, 0.2]], *[np.zeros((2, 6))] * 4, 0.001), r"q must have shape \(1, 6\)"),
        (lambda: CatchTrials(period=10, seed=-1, floor=[0.0] * 7), r"seed must lie in \[0, 9223372036854775807\]"),
        (lambda: CatchTrials(period=10, seed=0.5, floor=[0.0] * 7), "seed must be an integer"),
        (lambda: CatchTrials(period=10, seed=1, floor=[0.0] * 7).begin(2), r"side must lie in \[0, 1\], got 2"),
        (
            lambda: Override().set("knee", "hold", 1),
            "target must be one of leading_limb, .*, all, clearance, step_length",
        ),
        (lambda: Override().set("all", "keep", 1), "mode must be one of hold, floor, ceiling, got keep"),
        (lambda: Override().set("all", "hold", None), "value must be a number"),
        (lambda: Override().get("all"), "target must be one of .*, got all"),
        (
            lambda: Staircase(target=0.8, step=0.05, floor=0, ceiling=1, initial=0.5).update("yes"),
            "success must be true",
        ),
        (lambda: IntensityGovernor(**HEART).step("fast", 0.0, 1.0), "heart_rate must be a number"),
        (lambda: plan(speed=[[0.5, 0.3]]), "speed must have 1 dimension"),
        (lambda: plan().run(1, [0.0, 1.0], [0.0], [0.0, 1.0]), r"steps must have shape \(2,\), got \(1,\)"),
    ],
)
def test_bad_input_is_refused_by_name(work, message):
    with pytest.raises(ConfigError, match=f"^{message}"):
        work()


def test_absent_values_may_be_none_or_nan():
    law = iterative()
    law.observe(0, 0.5, [None, np.nan, 0.1])
    law.close(0, True)
    np.testing.assert_array_equal(law.table(0)[:, 10], [0.0, 0.0, 1.0])
    governor = IntensityGovernor(**HEART)
    assert governor.step(None, 0.0, 1.0).mode == governor.step(np.nan, 0.0, 1.0).mode
    assert model().step([None, 0.5], *[[0.1] * 6] * 4, 0.001)[0] == 0.0


def test_masked_rows_and_other_layouts_are_taken():
    law, phase = iterative(), np.linspace(0.0, 0.95, 40)[::2]
    errors = np.asfortranarray(np.full((20, 3), 0.1))
    torque = law.run(phase, errors, 1, [False] * 20, [True] * 20)
    assert torque.shape == (20, 3)
