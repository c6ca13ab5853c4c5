"""What came of a trial: means, intervals, and whether the published directions are there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .._inputs import Array

#: Resamples and seed of the bootstrap.
RESAMPLES, BOOTSTRAP_SEED = 10_000, 7


def weak_leg(values: Array, weak: int) -> float:
    """Root mean square over hip and knee of the weak leg, the joints that the device drives."""
    return float(np.sqrt(np.mean(np.square(values[3 * weak : 3 * weak + 2]))))


class Measure(NamedTuple):
    """One number of a session."""

    label: str
    unit: str
    of: Callable[[Mapping[str, Any], int], float]


#: Measures of a session by name.
MEASURES = {
    "effort": Measure("voluntary torque of the weak leg", "N·m", lambda r, w: weak_leg(r["effort"], w)),
    "work": Measure(
        "positive work of the weak leg per stride", "J", lambda r, w: float(r["work"][3 * w : 3 * w + 2].sum())
    ),
    "interaction": Measure("torque of the robot on the weak leg", "N·m", lambda r, w: weak_leg(r["interaction"], w)),
    "error": Measure("tracking error of the weak leg", "rad", lambda r, w: weak_leg(r["error"], w)),
    "drive": Measure("share of strength in use", "-", lambda r, w: float(np.mean(r["drive"][3 * w : 3 * w + 2]))),
    "skill": Measure("size of movement learned", "-", lambda r, w: float(np.mean(r["skill"][3 * w : 3 * w + 2]))),
    "support": Measure("support in use", "-", lambda r, w: float(r["support"])),
}


#: Measures of the person, there even where a session ended before its first stride.
STATES = {"drive", "skill"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A published direction: the measure of one arm is larger (or smaller) than that of another."""

    name: str
    source: str
    measure: str
    arm: str
    other: str
    larger: bool


_DUSCHAU = "Duschau-Wicke et al. 2010, J NeuroEng Rehabil 7:43"
_EMKEN = "Emken, Benitez & Reinkensmeyer 2007, J NeuroEng Rehabil 4:8"
#: Directions that the papers report.
CLAIMS = (
    Claim("path control: less interaction torque than stiff guidance", _DUSCHAU, "interaction", "path", "stiff", False),
    Claim("path control: more effort than stiff guidance", _DUSCHAU, "effort", "path", "stiff", True),
    Claim("assist as needed: more effort than stiff guidance (no slacking)", _EMKEN, "effort", "assist", "stiff", True),
    Claim(
        "assist as needed: walks alone nearer to healthy than after stiff guidance",
        _EMKEN,
        "deviation",
        "assist",
        "stiff",
        False,
    ),
)


def interval(values: Array) -> tuple[float, float, float]:
    """Mean of `values`, absent ones left out, and the 95 % interval of the bootstrap over people."""
    kept = values[np.isfinite(values)]
    if not len(kept):
        return np.nan, np.nan, np.nan
    draws = np.random.default_rng(BOOTSTRAP_SEED).integers(0, len(kept), (RESAMPLES, len(kept)))
    low, high = np.percentile(kept[draws].mean(axis=1), [2.5, 97.5])
    return float(kept.mean()), float(low), float(high)


@dataclass(frozen=True, slots=True)
class Direction:
    """A published direction and what the trial says of it.

    Attributes
    ----------
    name : str
        What the papers report.
    source : str
        Who reports it.
    mean, low, high : float
        Paired difference between the arms, and its 95 % interval [unit of the measure].
    reproduced : bool or None
        The whole interval lies on the published side; None when an arm was not run.
    """

    name: str
    source: str
    mean: float
    low: float
    high: float
    reproduced: bool | None


class TrialResult:
    """Numbers of a trial.

    Parameters
    ----------
    settings : mapping
        How it was made.
    arms : mapping of str to sequence of mapping
        A course per person in each arm.
    """

    def __init__(self, settings: Mapping[str, Any], arms: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self.settings = dict(settings)
        self.arms = {arm: list(courses) for arm, courses in arms.items()}

    def sessions(self, arm: str, measure: str) -> Array:
        """Give a measure over the sessions.

        Parameters
        ----------
        arm : str
            Name of the arm.
        measure : str
            Name of the measure.

        Returns
        -------
        ndarray of float, shape (P, S)
            A row per person, a column per session [unit of the measure], NaN where it ended before its first stride.
        """
        return np.array([course["sessions"][measure] for course in self.arms[arm]], dtype=float)

    def alone(self, arm: str, measure: str, when: str = "after") -> Array:
        """Give what was walked without help.

        Parameters
        ----------
        arm : str
            Name of the arm.
        measure : str
            `deviation` [rad], `knee_peak` [rad] or `clearance` [m].
        when : str
            `before` or `after` the sessions.

        Returns
        -------
        ndarray of float, shape (P,)
            A value per person [unit of the measure], NaN where the speed was not held.
        """
        return np.array([course[when][measure] for course in self.arms[arm]], dtype=float)

    def outcome(self, arm: str, measure: str) -> Array:
        """Give one number per person: the mean over the second half of the sessions, or the walk without help.

        Parameters
        ----------
        arm : str
            Name of the arm.
        measure : str
            Name of the measure.

        Returns
        -------
        ndarray of float, shape (P,)
            A value per person [unit of the measure].
        """
        if measure not in MEASURES:
            return self.alone(arm, measure)
        late = np.array_split(self.sessions(arm, measure), 2, axis=1)[1]
        late = late if late.shape[1] else self.sessions(arm, measure)
        kept = np.isfinite(late)
        return np.asarray(np.where(kept, late, 0.0).sum(axis=1) / np.where(kept.any(axis=1), kept.sum(axis=1), np.nan))

    def directions(self) -> list[Direction]:
        """Compare with the papers.

        Returns
        -------
        list of Direction
            One per published direction.
        """
        return [self._direction(claim) for claim in CLAIMS]

    def _direction(self, claim: Claim) -> Direction:
        if claim.arm not in self.arms or claim.other not in self.arms:
            return Direction(claim.name, claim.source, np.nan, np.nan, np.nan, None)
        mean, low, high = interval(self.outcome(claim.arm, claim.measure) - self.outcome(claim.other, claim.measure))
        reproduced = bool(low > 0.0 if claim.larger else high < 0.0)
        return Direction(claim.name, claim.source, mean, low, high, reproduced)

    def missed(self) -> list[str]:
        """Name the directions that were looked for and not found.

        Returns
        -------
        list of str
            Their names.
        """
        return [direction.name for direction in self.directions() if direction.reproduced is False]

    def to_dict(self) -> dict[str, Any]:
        """Turn into what JSON can hold; absent numbers become None.

        Returns
        -------
        dict
            Settings, directions, means with intervals per arm, and every course.
        """
        summary = {
            arm: {
                name: interval(self.outcome(arm, name)) for name in (*MEASURES, "deviation", "knee_peak", "clearance")
            }
            for arm in self.arms
        }
        directions = [
            {"name": d.name, "source": d.source, "difference": [d.mean, d.low, d.high], "reproduced": d.reproduced}
            for d in self.directions()
        ]
        whole = {"settings": self.settings, "directions": directions, "summary": summary, "arms": self.arms}
        plain: dict[str, Any] = _plain(whole)
        return plain

    def save(self, path: Path) -> None:
        """Write as JSON.

        Parameters
        ----------
        path : Path
            File to write; an existing one is replaced.
        """
        path.write_text(json.dumps(self.to_dict(), indent=1) + "\n", "utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return float(value) if np.isfinite(value) else None
    return value
