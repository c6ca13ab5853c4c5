"""What a refused change of a pattern tells: ranges whose ends work when asked again."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gaitloop.errors import ConfigError
from gaitloop.trajectory import GaitPattern

HEIGHT = 1.72
LIMITS = ([-0.8, -0.3, -0.9], [1.4, 2.0, 0.9])
NARROW = ([-0.3, 0, -0.35], [0.8, 1.15, 0.3])
MIDDLE = ([-0.6, -0.1, -0.6], [1.2, 1.5, 0.6])
PACE = ("step_length", "cadence", "speed")
TRIED = ("stance_share", "phase_offset", *PACE, "asymmetry", "knee_range_deg", "hip_range_deg", "foot_clearance_cm")


@pytest.fixture(scope="module")
def base():
    return GaitPattern.koopman(0.8, HEIGHT)


def told(pattern, height, motion, words):
    """Name, ends, value and side (or None) of the word that is refused; None where none is."""
    try:
        pattern.adjust(height=height, range_of_motion=motion, **words)
    except ConfigError as refused:
        match = re.match(r"(\w+) must lie in \[(.+), (.+)\], got (\S+?)(?: at index (\d))?$", str(refused))
        return match and (match[1], float(match[2]), float(match[3]), float(match[4]), match[5])
    return None


def assert_ends_work(pattern, height, motion, words):
    refused = told(pattern, height, motion, words)
    if refused is None:
        return 0
    name, low, high, got, side = refused
    assert low <= high
    assert not low <= got <= high
    last = "speed" if name in PACE else name
    asked = {k: v for k, v in words.items() if k in TRIED[: TRIED.index(last) + 1]}
    if all(k in asked for k in PACE) and name != "speed":
        del asked["speed"]
    for end in (low, high):
        sides = list(np.broadcast_to(asked[name], 2))
        if side is not None:
            sides[int(side)] = end
        ways = [end] if side is None else [tuple(sides), end]
        assert any(told(pattern, height, motion, {**asked, name: way}) is None for way in ways), (refused, words)
    return 1


def drawn_words(rng):
    pair = lambda low, high: rng.uniform(low, high, 2).tolist() if rng.random() < 0.4 else rng.uniform(low, high)  # noqa: E731
    pairs = {
        "stance_share": (0.58, 0.7),
        "knee_range_deg": (40, 75),
        "hip_range_deg": (30, 52),
        "foot_clearance_cm": (0.5, 5),
        "step_length": (0.35, 0.65),
    }
    singles = {"phase_offset": (0.4, 0.6), "cadence": (60, 130), "speed": (0.4, 1.2)}
    words = {name: pair(*limits) for name, limits in pairs.items() if rng.random() < 0.35}
    words |= {name: rng.uniform(*limits) for name, limits in singles.items() if rng.random() < 0.25}
    return words


def test_the_ends_told_work_when_asked_again():
    rng, refused = np.random.default_rng(3), 0
    for _ in range(40):
        own = rng.uniform(1.5, 1.9)
        pattern, words = GaitPattern.koopman(rng.uniform(0.3, 1.2), own), drawn_words(rng)
        refused += assert_ends_work(pattern, own, (NARROW, MIDDLE)[rng.integers(2)], words)
    assert refused >= 10


@pytest.mark.parametrize(
    ("walking", "words", "name"),
    [
        ((0.8058660897, 1.7487549582), {"cadence": 100.0, "speed": 1.0003}, "cadence"),
        ((0.8058660897, 1.7487549582), {"cadence": 95.3, "speed": 1.0003}, "cadence"),
    ],
)
def test_a_present_value_that_does_not_work_is_not_told(walking, words, name):
    pattern = GaitPattern.koopman(*walking)
    assert told(pattern, walking[1], NARROW, words)[0] == name
    assert assert_ends_work(pattern, walking[1], NARROW, words) == 1


def test_a_pattern_that_fits_with_no_value_of_the_word_is_refused_by_its_joint():
    pattern = GaitPattern.koopman(1.0928218789951154, 1.5)
    with pytest.raises(ConfigError, match=r"^adjusted hip_l must lie in \[-0.3, 0.8\]"):
        pattern.adjust(height=1.0, range_of_motion=NARROW, cadence=124.6)


def test_an_asymmetry_that_agrees_with_the_steps_is_taken(base):
    ratio = np.log(0.45 / 0.52)
    for asymmetry in (ratio, ratio + 0.9e-9, ratio - 0.9e-9):
        base.adjust(height=HEIGHT, range_of_motion=LIMITS, step_length=(0.45, 0.52), asymmetry=asymmetry)
    with pytest.raises(ConfigError, match=r"^asymmetry"):
        base.adjust(height=HEIGHT, range_of_motion=LIMITS, step_length=(0.45, 0.52), asymmetry=ratio + 1.1e-9)
