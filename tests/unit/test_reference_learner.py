"""Laws against the learner of Emken 2007: who is faster, and what slacking can do."""

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import BandLaw, ForgettingLaw, half_lives

LIMITS = {"floor": 0.0, "ceiling": 1.0, "initial": 0.0}


def train(law, keep, learn, relief, strides=400):
    """Errors, skill and support of a learner whose error is impairment less skill less what support takes away."""
    skill, support, rows = 0.0, 0.0, []
    for _ in range(strides):
        error = max(0.0, 0.2 - skill - relief * support)
        support = float(law.update(0, np.full(7, error))[0])
        skill = keep * skill + learn * error
        rows.append((error, skill, support))
    return np.array(rows).T


def forgetting(forget, gain=1.0):
    return ForgettingLaw(forget=forget, gain=gain, dead_zone=np.full(7, 0.01), **LIMITS)


def test_half_lives_by_hand():
    got = half_lives(0.5, 0.9, 0.4)
    assert got.law == got.learning == 1.0
    assert got.forgetting == pytest.approx(6.5788, abs=1e-4)


@pytest.mark.parametrize("forget", [0.7, 0.85, 0.9])
def test_a_law_with_the_shorter_half_life_relaxes_while_the_person_learns(forget):
    keep, learn = 0.98, 0.03
    assert half_lives(forget, keep, learn).law < half_lives(forget, keep, learn).learning
    errors, _, support = train(forgetting(forget), keep, learn, relief=0.0)
    peak = int(np.argmax(support))
    assert (np.diff(support[peak:]) <= 1e-12).all()
    # Support follows the error that is left: it is never more than a tenth above the fixed point of that error.
    assert (support[80:] <= 1.1 * np.maximum(errors[80:] - 0.01, 0.0) / (1.0 - forget) + 0.02).all()


def test_a_law_that_forgets_slower_than_the_person_lags_behind():
    keep, learn = 0.98, 0.1
    assert half_lives(0.99, keep, learn).law > half_lives(0.99, keep, learn).learning
    slow, fast = (train(forgetting(f, gain=(1.0 - f)), keep, learn, relief=0.0, strides=80)[2] for f in (0.99, 0.7))
    assert slow[-1] / slow.max() > 2.0 * fast[-1] / fast.max()


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("relief", [0.1, 0.5, 2.0])
def test_slacking_cannot_drive_support_beyond_its_bound(keep, relief):
    learn = 0.1
    for law, bound in (
        (forgetting(0.9, 0.3), 0.3 * 0.19 / 0.1),
        (BandLaw(lower=np.full(7, 0.02), upper=np.full(7, 0.05), step_up=0.05, step_down=0.02, **LIMITS), 1.0),
    ):
        errors, skill, support = train(law, keep, learn, relief)
        assert support.max() <= min(1.0, bound) + 1e-12
        assert skill.max() <= learn * 0.2 / (1.0 - keep) + 1e-12
        assert errors.max() <= 0.2


def test_forgetting_gives_a_slacker_something_to_do_where_a_band_gives_all():
    """Emken 2007: without forgetting support takes the error away, and the person lets go."""
    band = BandLaw(lower=np.full(7, 1e-6), upper=np.full(7, 2e-6), step_up=0.05, step_down=0.0, **LIMITS)
    _, skill_band, _ = train(band, 0.95, 0.1, relief=0.5)
    _, skill_forgetting, _ = train(forgetting(0.8, 1.0), 0.95, 0.1, relief=0.5)
    assert skill_forgetting[-1] > 10.0 * skill_band[-1]


@pytest.mark.parametrize(("name", "bad"), [("forget", 0.4), ("keep", 1.0), ("learn", -0.1)])
def test_bad_numbers_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        half_lives(**{"forget": 0.9, "keep": 0.98, "learn": 0.03, name: bad})
    with pytest.raises(ConfigError, match=r"^learn must lie below keep, got 0.5 and 0.5"):
        half_lives(0.9, 0.5, 0.5)
