"""Section 3.3: a therapist's words, how they belong together, and which one is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, NoReturn, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ...errors import ConfigError
from .._checks import all_in_range, array, in_range, ordered
from .._conventions import JOINTS, Array
from .adjust import Asked, Base, solve
from .shape import Legs, Pair

PAIRS = {
    "step_length": (0.05, 1.2),
    "foot_clearance_cm": (0.0, 15.0),
    "knee_range_deg": (5.0, 120.0),
    "hip_range_deg": (5.0, 90.0),
    "stance_share": (0.50, 0.75),
}
SINGLES = {"cadence": (10.0, 200.0), "speed": (0.05, 2.5), "asymmetry": (-1.0, 1.0), "phase_offset": (0.30, 0.70)}
RANGES = {**PAIRS, **SINGLES}
STEP = ("step_length", "cadence", "speed")
GROUPS = (
    ("stance_share",),
    ("phase_offset",),
    STEP,
    ("asymmetry",),
    ("knee_range_deg",),
    ("hip_range_deg",),
    ("foot_clearance_cm",),
)
Words: TypeAlias = dict[str, Pair]  # left and right; a word of one number has it twice


def check_words(given: dict[str, ArrayLike | None]) -> Words:
    """Accept the words that were given.

    Parameters
    ----------
    given : dict
        Value of each word, or None [-].

    Returns
    -------
    dict of tuple of float
        Left and right of each given word [-].
    """
    words: Words = {}
    for name, (low, high) in RANGES.items():
        value = given.get(name)
        if value is None:
            continue
        shapes: tuple[tuple[int, ...], ...] = ((), (2,)) if name in PAIRS else ((),)
        numbers = array(name, value, *shapes)
        if numbers.shape == ():
            both = in_range(name, float(numbers), low, high)
            words[name] = (both, both)
        else:
            left, right = all_in_range(name, numbers, low, high, (2,)).tolist()
            words[name] = (left, right)
    return words


class Belt(NamedTuple):
    """Mean step [m], cadence [1/min] and speed [m/s] that belong together."""

    step: float
    cadence: float
    speed: float


def belt(base: Base, words: Words) -> Belt:
    """Derive what is not given of step length, cadence and speed.

    Parameters
    ----------
    base : Base
        The pattern.
    words : dict
        The words [-].

    Returns
    -------
    Belt
        The three.
    """
    slopes = [slope for _, slope in base.lines]
    own = base.pattern.speed
    v = -sum(slopes) / 2.0 * base.pattern.stride_rate if own is None else own
    step, cadence = -sum(slopes) / 4.0, math.nan
    if "step_length" in words:
        step = sum(words["step_length"]) / 2.0
    if "cadence" in words:
        cadence = words["cadence"][0]
    if "speed" in words:
        v = words["speed"][0]
    given = [name in words for name in STEP]
    if all(given):
        if not abs(step * cadence / 60.0 - v) <= 1e-9 * v:
            exact = step * cadence / 60.0
            raise ConfigError(f"speed must lie in [{exact}, {exact}], got {v}")
    elif given[0] and given[1]:
        v = in_range("speed", step * cadence / 60.0, *RANGES["speed"])
    elif given[1]:
        step = in_range("step_length", 60.0 * v / cadence, *RANGES["step_length"])
    else:
        cadence = in_range("cadence", 60.0 * v / step, *RANGES["cadence"])
    return Belt(step, cadence, v)


def asked_for(base: Base, words: Words) -> Asked:
    """Turn words into what shall be measured.

    Parameters
    ----------
    base : Base
        The pattern.
    words : dict
        The words [-].

    Returns
    -------
    Asked
        What shall be measured.
    """
    step, _, v = belt(base, words)
    pair = words.get("step_length")
    if pair is not None and pair[0] != pair[1]:
        steps = pair
    else:
        a = min(1.0, max(-1.0, base.legs.asymmetry() or 0.0)) if pair is None else 0.0
        a = words["asymmetry"][0] if "asymmetry" in words else a
        steps = (2.0 * step * math.exp(a) / (1.0 + math.exp(a)), 2.0 * step / (1.0 + math.exp(a)))

    def scaled(name: str, factor: float) -> Pair | None:
        if name not in words:
            return None
        left, right = words[name]
        return left * factor, right * factor

    degree = math.radians(1.0)
    return Asked(
        steps,
        v,
        words["phase_offset"][0] if "phase_offset" in words else base.pattern.offset,
        scaled("knee_range_deg", degree),
        scaled("hip_range_deg", degree),
        scaled("foot_clearance_cm", 0.01),
        scaled("stance_share", 1.0),
    )


class Adjusted(NamedTuple):
    """A changed pattern's legs, and what was asked of them."""

    legs: Legs
    asked: Asked


def adjusted(base: Base, words: Words, motion: tuple[Array, Array]) -> Adjusted:
    """Change a pattern, or refuse the first word that cannot be met.

    Parameters
    ----------
    base : Base
        The pattern.
    words : dict
        The words [-].
    motion : tuple of two ndarray of float, shape (6,)
        Range of motion [rad].

    Returns
    -------
    Adjusted
        The changed legs.
    """
    for slope in (slope for _, slope in base.lines):
        if not -slope >= 0.05:
            raise ConfigError(f"stance_travel must lie in [0.05, inf], got {-slope}")
    pair = words.get("step_length")
    if pair is not None and pair[0] != pair[1] and "asymmetry" in words:
        exact = math.log(pair[0] / pair[1])
        if not abs(words["asymmetry"][0] - exact) <= 1e-9:
            raise ConfigError(f"asymmetry must lie in [{exact}, {exact}], got {words['asymmetry'][0]}")
    result = _met(base, words, motion)
    if result is not None:
        return result
    joined: Words = {}
    if _met(base, joined, motion) is None:
        _refuse_joint(base, joined, motion)
    given = [more for group in GROUPS if (more := {name: words[name] for name in group if name in words})]
    for k, more in enumerate(given):
        if _met(base, {**joined, **more}, motion) is None:
            _refuse(base, given[:k], more, motion)
        joined |= more
    _refuse_joint(base, words, motion)


def _met(base: Base, words: Words, motion: tuple[Array, Array]) -> Adjusted | None:
    """Legs that meet the words within the range of motion."""
    asked = asked_for(base, words)
    legs = solve(base, asked)
    if legs is None:
        return None
    for joint in range(6):
        low, high = legs.extremes(joint)
        if low < motion[0][joint] - 1e-9 or high > motion[1][joint] + 1e-9:
            return None
    return Adjusted(legs, asked)


def _refuse_joint(base: Base, words: Words, motion: tuple[Array, Array]) -> NoReturn:
    """Name the joint whose extreme lies farthest outside."""
    legs = solve(base, asked_for(base, words)) or base.legs
    found = []
    for joint in range(6):
        low, high = legs.extremes(joint)
        found += [(motion[0][joint] - low, joint, low), (high - motion[1][joint], joint, high)]
    _, joint, value = max(found, key=lambda row: row[0])  # the first of equal ones
    raise ConfigError(f"adjusted {JOINTS[joint]} must lie in [{motion[0][joint]}, {motion[1][joint]}], got {value}")


def _reached(base: Base, words: Words, motion: tuple[Array, Array]) -> bool:
    """Whether words can be met, also where what follows from them leaves its own range."""
    try:
        return _met(base, words, motion) is not None
    except ConfigError:
        return False


def _refuse(base: Base, before: list[Words], more: Words, motion: tuple[Array, Array]) -> NoReturn:
    """Name the word that cannot be met, and what can; else one before it, else the joint."""
    joined = _together(before)
    _tell(base, [joined], more, motion)
    for j in range(len(before) - 1, -1, -1):
        first = _together(before[:j])
        if _reached(base, {**first, **more}, motion):
            _tell(base, [{**first, **more}, first], before[j], motion)
    _refuse_joint(base, {**joined, **more}, motion)


def _together(groups: list[Words]) -> Words:
    """All words of several groups."""
    return {name: pair for group in groups for name, pair in group.items()}


def _tell(base: Base, joined: list[Words], more: Words, motion: tuple[Array, Array]) -> None:
    """Refuse the word with the values that work with each of the joined; return where there are none."""
    name = next(n for group in GROUPS for n in group if n in more)
    asked, (low, high) = more[name], RANGES[name]
    changed = {n: pair for n, pair in more.items() if len(more) < 3 or n != "speed" or n == name}
    own = _measured(base, joined[0], name)

    def works(way: int, value: float) -> bool:
        pair = ((value, asked[1]), (asked[0], value), (value, value))[way]
        return all(_reached(base, {**words, **changed, name: pair}, motion) for words in joined)

    ways = (2,) if name not in PAIRS else (2, 0, 1) if asked[0] == asked[1] else (0, 1, 2)
    grid = [low + (high - low) * k / 16 for k in range(17)]
    starts = [(way, own[way == 1]) for way in ways if low <= own[way == 1] <= high]
    starts += [(way, x) for way in ways for x in sorted(grid, key=lambda x: abs(x - asked[way == 1]))]
    found = next((start for start in starts if works(*start)), None)
    if found is None:
        return
    way, start = found
    value, ends = asked[way == 1], [low, high]
    if way != 2 or asked[0] == asked[1]:
        ends = [value, high] if value < start else [low, value]
    smallest, largest = (_followed(start, end, (high - low) / 16, lambda x: works(way, x)) for end in ends)
    side = way
    if way == 2:
        outside = [side for side in (0, 1) if not smallest <= asked[side] <= largest]
        if not outside:
            return
        side = outside[0]
    at = "" if way == 2 and asked[0] == asked[1] else f" at index {side}"
    raise ConfigError(f"{name} must lie in [{smallest}, {largest}], got {asked[side]}{at}")


def _followed(start: float, end: float, part: float, works: Callable[[float], bool]) -> float:
    """The last value that works on the way from one that does."""
    steps, good = math.ceil(abs(end - start) / part), start
    for k in range(1, steps + 1):
        bad = end if k == steps else start + (end - start) * k / steps
        if not works(bad):
            break
        good = bad
    else:
        return good
    for _ in range(7):
        middle = 0.5 * (good + bad)
        good, bad = (middle, bad) if works(middle) else (good, middle)
    return good


def _measured(base: Base, joined: Words, name: str) -> Pair:
    """Value of a word where it is not asked for."""
    asked = asked_for(base, joined)
    legs = solve(base, asked) or base.legs
    if name == "step_length":
        return legs.steps()
    if name in ("cadence", "speed"):
        value = belt(base, joined)[STEP.index(name)]
        return value, value
    if name == "phase_offset":
        return asked.offset, asked.offset
    if name == "asymmetry":
        value = legs.asymmetry() or 0.0
        return value, value
    if name == "stance_share":
        return legs.stance_share(0), legs.stance_share(1)
    if name == "foot_clearance_cm":
        return 100.0 * legs.clearance(0), 100.0 * legs.clearance(1)
    joint = 1 if name == "knee_range_deg" else 0
    return math.degrees(legs.range_of(joint)), math.degrees(legs.range_of(joint + 3))


def range_of_motion(value: tuple[ArrayLike, ArrayLike]) -> tuple[Array, Array]:
    """Accept a range of motion.

    Parameters
    ----------
    value : tuple of two array_like of float, shape (3,) or (6,)
        Smallest and largest angles [rad]; three serve both legs.

    Returns
    -------
    tuple of two ndarray of float, shape (6,)
        The same for six joints [rad].
    """
    ends = []
    for i, values in enumerate(value):
        got = all_in_range(f"range_of_motion[{i}]", values, -3.0, 3.0, (3,), (6,))
        ends.append(np.tile(got, 2) if got.shape == (3,) else got)
    ordered("range_of_motion[0]", ends[0], "range_of_motion[1]", ends[1])
    return ends[0], ends[1]
