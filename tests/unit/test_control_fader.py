"""The public cross-fader: what it takes, gives and refuses."""

import numpy as np
import pytest

from gaitloop.control import Fade, Fader
from gaitloop.errors import ConfigError

PARAMS = {"time": 0.01, "rate": [1000.0] * 6, "energy": 1.0, "power": 2.0}
ZERO, THREE = [0.0] * 6, [3.0] * 6


def test_a_fade_is_bounded_in_slope_and_ends():
    fader = Fader(**PARAMS)
    assert fader.request()
    assert not fader.request()
    fades = [fader.step(ZERO, THREE, 0.0, 0.1, 0.001) for _ in range(11)]
    assert all(isinstance(fade, Fade) for fade in fades)
    assert np.abs(np.diff([fade.tau[0] for fade in fades])).max() <= 1.0 + 1e-12
    assert sum(fade.done for fade in fades) == 1
    assert not fader.busy
    assert fader.w == 0.0
    assert fader.stored <= 1.0


def test_run_is_repeated_step_and_reset_is_as_new():
    fader = Fader(**PARAMS)
    rows = np.random.default_rng(1).normal(size=(2, 50, 6))
    energy = np.linspace(0.0, 4.0, 50)
    asked = np.arange(50) % 20 == 3
    got = fader.run(rows[0], rows[1], energy, 2.0 * energy, 0.002, asked)
    fader.reset()
    assert fader.stored == 1.0
    for i in range(50):
        if asked[i]:
            fader.request()
        fade = fader.step(rows[0, i], rows[1, i], energy[i], 2.0 * energy[i], 0.002)
        np.testing.assert_array_equal(fade.tau, got.tau[i])
        assert (fade.w, fade.done) == (got.w[i], got.done[i])


def test_other_shapes_and_kinds_are_refused():
    fader = Fader(**PARAMS)
    with pytest.raises(ConfigError, match=r"^tau_old must have shape \(6,\)"):
        fader.step([0.0] * 5, ZERO, 0.0, 0.0, 0.001)
    with pytest.raises(ConfigError, match=r"^energy_old must be a number"):
        fader.step(ZERO, ZERO, "much", 0.0, 0.001)
    with pytest.raises(ConfigError, match=r"^tau_new must have shape \(3, 6\)"):
        fader.run(np.zeros((3, 6)), np.zeros((2, 6)), [0.0] * 3, [0.0] * 3, 0.001, [False] * 3)
    with pytest.raises(ConfigError, match=r"^request must have shape \(3,\)"):
        fader.run(np.zeros((3, 6)), np.zeros((3, 6)), [0.0] * 3, [0.0] * 3, 0.001, [False])
    with pytest.raises(ConfigError, match=r"^request must have 1 dimension"):
        fader.run(np.zeros((3, 6)), np.zeros((3, 6)), [0.0] * 3, [0.0] * 3, 0.001, np.zeros((3, 1)))
