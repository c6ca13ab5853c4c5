"""Model-based assistance: fixed point, decay, bound, locality, absent and hostile input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaitloop.errors import ConfigError
from gaitloop.reference.assist import ModelBased

SIX = np.ones(6)
PARAMS = {
    "phases": 8,
    "angles": 1,
    "q_min": -SIX,
    "q_max": SIX,
    "slope": 5.0,
    "gain": 20.0 * SIX,
    "forget_time": 2.0,
    "bound": 40.0 * SIX,
}
ZERO = np.zeros(6)


def law(**change):
    return ModelBased(**{**PARAMS, **change})


def hold(x, error, seconds, phase=0.3, dt=0.005):
    for _ in range(round(seconds / dt)):
        tau = x.step([phase, phase], ZERO, ZERO, error * SIX, ZERO, dt)
    return tau


def test_a_constant_error_settles_at_the_fixed_point():
    x = law()
    u = (np.arange(8) / 8 - 0.3 + 0.5) % 1.0 - 0.5
    share = np.exp(-0.5 * (u * 8 / 0.7) ** 2)
    n = ((share / share.sum()) ** 2).sum()
    tau = hold(x, 0.1, 40.0)
    np.testing.assert_allclose(tau, 2.0 * 20.0 * n * 5.0 * 0.1, rtol=1e-6)


@pytest.mark.parametrize("angles", [1, 4])
def test_without_error_it_forgets_where_it_is_used(angles):
    x = law(angles=angles)
    first = hold(x, 0.1, 5.0)
    np.testing.assert_allclose(hold(x, 0.0, 1.0), first * (1.0 - 0.005 / 2.0) ** 200, rtol=1e-9)


def test_what_is_learned_at_one_phase_stays_there():
    x = law()
    here = hold(x, 0.1, 5.0, phase=0.25)
    far = law()
    far._a = x.weights()
    assert abs(hold(far, 0.0, 0.005, phase=0.75)[0]) < 1e-3 * here[0]


def test_more_error_gives_more_and_a_person_who_does_nothing_no_more_than_the_bound():
    taus = [hold(law(), e, 3.0)[0] for e in (0.02, 0.05, 0.1)]
    assert taus == sorted(taus)
    most = hold(law(gain=1000.0 * SIX, forget_time=60.0), 1.0, 10.0)
    assert ((most > 39.9) & (most <= 40.0)).all()


def test_a_slacking_learner_stays_bounded_and_support_follows_what_they_do():
    x, skill, taus = law(), 0.0, []
    for _ in range(4000):
        tau = float(x.step([0.3, 0.3], ZERO, ZERO, max(0.0, 0.3 - skill) * SIX, ZERO, 0.01)[0])
        skill = 0.999 * skill + 0.01 * max(0.0, 0.3 - skill - 0.005 * tau)
        taus.append(tau)
    assert max(taus) <= 40.0
    assert taus[-1] < 0.8 * max(taus)


def test_absent_values_give_no_torque_and_teach_nothing():
    x = law()
    hold(x, 0.1, 1.0)
    before = x.weights()
    q = np.array([np.nan, 0, 0, 0, 0, 0])
    tau = x.step([0.3, np.nan], q, ZERO, ZERO, [0.0, np.inf, 0.0, 0.0, 0.0, 0.0], 0.005)
    assert (tau == 0.0).tolist() == [True, True, False, True, True, True]
    np.testing.assert_array_equal(x.weights()[[0, 1, 3, 4, 5]], before[[0, 1, 3, 4, 5]])


def test_torque_is_continuous_over_the_wrap():
    x = law(angles=3)
    rng = np.random.default_rng(1)
    x._a = rng.uniform(-30.0, 30.0, x._a.shape)
    taus = x.run(np.repeat(np.linspace(0.0, 1.0, 2001)[:, None], 2, axis=1), *np.zeros((4, 2001, 6)), 0.0)
    assert np.abs(np.diff(taus, axis=0)).max() < 0.5
    np.testing.assert_allclose(taus[0], taus[-1], atol=1e-9)


anything = st.one_of(st.floats(-3.0, 3.0), st.floats(width=64))


@settings(max_examples=40)
@given(
    rows=arrays(np.float64, (12, 4, 6), elements=anything),
    phase=arrays(np.float64, (12, 2), elements=anything),
    dt=anything,
)
def test_torque_and_weights_are_bounded_whatever_comes(rows, phase, dt):
    x = law(angles=3, gain=1000.0 * SIX)
    taus = x.run(phase, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], dt)
    assert (np.abs(taus) <= 40.0).all()
    assert (np.abs(x.weights()) <= 40.0).all()


BAD = [
    ("phases", 3),
    ("angles", 6),
    ("q_min", -4 * SIX),
    ("slope", 21.0),
    ("gain", -SIX),
    ("forget_time", 0.4),
    ("bound", 101 * SIX),
]


@pytest.mark.parametrize(("name", "bad"), BAD)
def test_bad_parameters_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must lie in"):
        law(**{name: bad})
    with pytest.raises(ConfigError, match=r"^q_min must lie below q_max, got 1 and 1 at index 0"):
        law(q_min=SIX)
