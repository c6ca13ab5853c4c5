"""Section 9.7: what a therapist asks for, on top of any law."""

from __future__ import annotations

import math

import numpy as np

from ...errors import ConfigError
from .._checks import in_range, ordered
from .._conventions import Array, Reading, clamp, readings

SUBTASKS = (
    "leading_limb",
    "trailing_limb",
    "prepositioning",
    "stance_stability",
    "foot_clearance",
    "weight_shift",
    "lateral_foot_placement",
)
RANGES = {**dict.fromkeys((*SUBTASKS, "all"), (0.0, 100.0)), "clearance": (0.0, 15.0), "step_length": (10.0, 120.0)}
MODES = ("hold", "floor", "ceiling")


def _chosen(name: str, word: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise ConfigError(f"{name} must be one of {', '.join(words)}, got {word}")
    return word


def core_units(target: str, value: float) -> float:
    """Convert a therapist's number to the core's unit.

    Parameters
    ----------
    target : str
        A subtask or `all`, in percent of support; `clearance` or `step_length`, in cm.
    value : float
        The number [%, cm].

    Returns
    -------
    float
        Support [-] or length [m].

    Raises
    ------
    ConfigError
        If the target is unknown or the value lies outside its range.
    """
    _chosen("target", target, tuple(RANGES))
    return in_range(target, value, *RANGES[target]) / 100.0


class Override:
    """Hold, floor and ceiling of support, foot clearance and step length, in clinical units."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Release everything."""
        self._set: dict[str, dict[str, float]] = {name: {} for name in RANGES if name != "all"}

    def set(self, target: str, mode: str, value: float) -> None:
        """Ask for a value.

        Parameters
        ----------
        target : str
            A subtask or `all` (percent of support), `clearance` or `step_length` (cm).
        mode : str
            `hold`, `floor` or `ceiling`.
        value : float
            The value [%, cm].

        Raises
        ------
        ConfigError
            If a name is unknown, the value lies outside its range, or a floor would lie above a ceiling.
        """
        _chosen("target", target, tuple(RANGES))
        _chosen("mode", mode, MODES)
        value = in_range(target, value, *RANGES[target])
        names = SUBTASKS if target == "all" else (target,)
        for name in names:
            if mode == "floor" and "ceiling" in self._set[name]:
                ordered("floor", value, "ceiling", self._set[name]["ceiling"], equal=True)
            if mode == "ceiling" and "floor" in self._set[name]:
                ordered("floor", self._set[name]["floor"], "ceiling", value, equal=True)
        for name in names:
            self._set[name][mode] = value

    def release(self, target: str) -> None:
        """Take what was asked for away.

        Parameters
        ----------
        target : str
            A subtask, `all`, `clearance` or `step_length`.
        """
        _chosen("target", target, tuple(RANGES))
        for name in SUBTASKS if target == "all" else (target,):
            self._set[name] = {}

    def get(self, target: str) -> tuple[float | None, float | None, float | None]:
        """Tell what is asked for.

        Parameters
        ----------
        target : str
            A subtask, `clearance` or `step_length`.

        Returns
        -------
        tuple of float or None
            Hold, floor and ceiling [%, cm].
        """
        asked = self._set[_chosen("target", target, tuple(self._set))]
        return asked.get("hold"), asked.get("floor"), asked.get("ceiling")

    def _limited(self, target: str, x: float) -> float:
        asked, (low, high) = self._set[target], RANGES[target]
        if "hold" in asked:
            return asked["hold"] / 100.0
        x = x if math.isfinite(x) else low / 100.0
        return clamp(x, asked.get("floor", low) / 100.0, asked.get("ceiling", high) / 100.0)

    def apply(self, support: Reading) -> Array:
        """Support that is given.

        Parameters
        ----------
        support : array_like of float, shape (7,)
            Support of a law [-].

        Returns
        -------
        ndarray of float, shape (7,)
            Support within what is asked for [-], 0 to 1.
        """
        given = zip(SUBTASKS, readings(support), strict=True)
        return np.array([self._limited(name, math.nan if x is None else x) for name, x in given])

    def clearance(self, x: float) -> float:
        """Foot clearance of the reference.

        Parameters
        ----------
        x : float
            Foot clearance [m].

        Returns
        -------
        float
            Foot clearance within what is asked for [m].
        """
        return self._limited("clearance", x)

    def step_length(self, x: float) -> float:
        """Step length of the reference.

        Parameters
        ----------
        x : float
            Step length [m].

        Returns
        -------
        float
            Step length within what is asked for [m].
        """
        return self._limited("step_length", x)
