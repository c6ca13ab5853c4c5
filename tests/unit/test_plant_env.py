"""The Gymnasium environment: the checker's word, determinism, spaces, reward, end."""

import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from gaitloop.errors import ConfigError
from gaitloop.plant import Device, Fault, GaitEnv, Patient, Sensor, Sensors

PERSON = Patient.stroke(severity=0.5, seed=1)


def run(env, action, steps, seed=1):
    observation, _ = env.reset(seed=seed)
    rows = [observation]
    for _ in range(steps):
        observation, reward, terminated, truncated, info = env.step(action)
        rows.append(observation)
        if terminated or truncated:
            break
    return np.array(rows), reward, terminated, truncated, info


@pytest.mark.parametrize("options", [{}, {"action": "torque"}, {"device": Device.treadmill_exo(ankle="driven")}])
def test_the_checker_is_content(options):
    """Warnings are errors here, as in every test."""
    check_env(gymnasium.make("gaitloop/Gait-v0", **options).unwrapped)


def test_a_seed_repeats_and_another_does_not():
    episodes = [run(GaitEnv(), np.zeros(4, np.float32), 50, seed)[0].tobytes() for seed in (1, 1, 2)]
    assert episodes[0] == episodes[1] != episodes[2]


def test_a_reset_without_seed_goes_on_with_another_person():
    env = GaitEnv()
    severities = [env.reset(seed=seed)[1]["severity"] for seed in (1, None, 1)]
    assert severities[0] == severities[2] != severities[1]


def test_full_guidance_walks_until_the_time_is_over_and_is_paid_for_it():
    rows, reward, terminated, truncated, info = run(GaitEnv(patient=PERSON, duration=3.0), np.ones(4), 10_000)
    assert (len(rows), terminated, truncated) == (601, False, True)
    assert reward == pytest.approx(info["tracking"] + 0.2 * info["effort"] - 0.5 * info["interaction"])
    assert all(0.0 <= value <= 1.0 for value in info.values())
    assert info["tracking"] > 0.5
    np.testing.assert_allclose(rows[:, 14] ** 2 + rows[:, 15] ** 2, 1.0, atol=1e-6)
    assert rows[:, 22].mean() == pytest.approx(0.8, abs=0.01)
    assert rows[-1, 12:14].max() > 0.3


def test_a_fall_ends_the_episode():
    rows, _, terminated, truncated, _ = run(GaitEnv(patient=PERSON, action="torque"), np.ones(4), 4000)
    assert (terminated, truncated) == (True, False)
    assert len(rows) < 400


def test_weights_weigh():
    _, reward, *_, info = run(GaitEnv(patient=PERSON, weights=(0.0, 0.0, 2.0)), np.ones(4), 10)
    assert reward == pytest.approx(-2.0 * info["interaction"])
    assert info["interaction"] > 0.0


def test_what_is_not_a_number_counts_as_nothing_and_what_is_beyond_is_cut():
    def rows(value):
        return run(GaitEnv(patient=PERSON, action="torque"), np.full(4, value), 20)[0]

    assert np.array_equal(rows(np.nan), rows(0.0))
    assert np.array_equal(rows(np.inf), rows(1.0))
    assert np.isfinite(rows(-np.inf)).all()


def test_sensors_and_faults_reach_the_observation():
    late = Sensors(q=Sensor(delay=4))
    lost = [Fault("SE1_nan", "knee_l", start=14.05)]
    env = GaitEnv(patient=PERSON, sensors=late, faults=lost)
    rows = run(env, np.ones(4), 50)[0]
    assert env.observation_space.contains(rows[-1])
    assert len(np.unique(rows[-35:, 1])) == 1
    assert len(np.unique(rows[-35:, 0])) > 5


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("speed", 2.0),
        ("support", -0.1),
        ("action", "push"),
        ("duration", np.nan),
        ("weights", (1.0, 1.0)),
        ("weights", (1.0, 1.0, np.inf)),
        ("render_mode", "human"),
    ],
)
def test_bad_values_are_refused_by_name(name, bad):
    with pytest.raises(ConfigError, match=rf"^{name} must"):
        GaitEnv(**{name: bad})


def test_a_step_before_reset_and_a_wrong_shape_are_refused():
    env = GaitEnv(patient=PERSON)
    with pytest.raises(ConfigError, match=r"^step must"):
        env.step(np.zeros(4))
    env.reset(seed=1)
    with pytest.raises(ConfigError, match=r"^action must"):
        env.step(np.zeros(6))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import gaitloop.plant, sys; print('gymnasium' in sys.modules)", "False"),
        (
            "import sys; sys.modules['gymnasium'] = None\n"
            "import gaitloop.plant\nfrom gaitloop.errors import MissingExtraError\n"
            "try: gaitloop.plant.GaitEnv\nexcept MissingExtraError as error: print(error)",
            "gaitloop[sim]",
        ),
    ],
)
def test_gymnasium_is_imported_when_asked_for(code, told):
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told in done.stdout
