"""Dose: what a session amounted to, and what many sessions amounted to together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import to_array
from ..errors import ConfigError
from ._fields import moment, number, patient_id, text, whole, word

#: Steps of a session that a figure needs before it counts.
STEPS_NEEDED = 300
#: Zones of the heart rate by the share of its reserve at which each begins.
ZONES: Mapping[str, float] = MappingProxyType(
    {"very_light": 0.0, "light": 0.3, "moderate": 0.4, "vigorous": 0.6, "near_maximal": 0.9}
)


class FigureKind(NamedTuple):
    """What a figure of gait is.

    Attributes
    ----------
    unit : str
        Its unit.
    better : int
        1 where more is better, -1 where less is, 0 where neither can be said of it alone [-].
    doc : str
        What it is.
    """

    unit: str
    better: int
    doc: str

    def describe(self, value: float) -> str:
        """Put a value in words.

        Parameters
        ----------
        value : float
            The figure [`unit`].

        Returns
        -------
        str
            The value with its unit, angles in degrees.
        """
        if self.unit == "rad":
            return f"{math.degrees(value):.3g}°"
        return f"{value:.3g}" if self.unit == "-" else f"{value:.3g} {self.unit}"


_KINDS = {
    "speed": FigureKind("m/s", 1, "walking speed"),
    "step_length_left": FigureKind("m", 1, "length of left steps"),
    "step_length_right": FigureKind("m", 1, "length of right steps"),
    "step_length_symmetry": FigureKind("-", 0, "ln(left / right) of step length"),
    "stance_left": FigureKind("-", 0, "share of the stride on the left foot"),
    "stance_right": FigureKind("-", 0, "share of the stride on the right foot"),
    "stance_symmetry": FigureKind("-", 0, "ln(left / right) of stance time"),
    "asymmetry": FigureKind("-", -1, "size of ln(left / right) of stance time"),
    "hip_range": FigureKind("rad", 1, "range of the hip, smaller side"),
    "knee_range": FigureKind("rad", 1, "range of the knee, smaller side"),
    "ankle_range": FigureKind("rad", 1, "range of the ankle, smaller side"),
    "clearance": FigureKind("m", 1, "height of the toe in swing, lower side"),
    "load_left": FigureKind("-", 0, "mean force in left stance over body weight"),
    "load_right": FigureKind("-", 0, "mean force in right stance over body weight"),
    "step_time_variability": FigureKind("-", -1, "coefficient of variation of step time, larger side"),
    "step_width_variability": FigureKind("m", -1, "standard deviation of step width"),
    "step_length_variability": FigureKind("-", -1, "coefficient of variation of step length, larger side"),
    "sagittal_gps": FigureKind("rad", -1, "sagittal gait profile score, larger side"),
    "robot_share": FigureKind("-", -1, "share of the positive work that the robot did, larger side"),
    "foot_placement": FigureKind("-", 1, "share of the variance of foot placement foretold by the pelvis"),
    "resistance": FigureKind("N·m·s/rad", -1, "torque against movement per joint velocity"),
}
#: Figures of gait by name.
FIGURES: Mapping[str, FigureKind] = MappingProxyType(_KINDS)
_LONGEST, _MOST_STEPS = 86_400.0, 1_000_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one session.

    Attributes
    ----------
    value : float
        The figure [unit by `FIGURES`].
    steps : int
        Steps of both feet that it rests on [-].

    Raises
    ------
    ConfigError
        If the value is not finite or the steps are out of range.
    """

    value: float
    steps: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", number("value", self.value, -1e9, 1e9, "unit of the figure"))
        object.__setattr__(self, "steps", whole("steps", self.steps, 0, _MOST_STEPS))

    @property
    def counts(self) -> bool:
        """Whether it rests on enough steps."""
        return self.steps >= STEPS_NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one session amounted to.

    Attributes
    ----------
    patient : str
        Pseudonym, as `new_patient_id` gives.
    started : datetime
        When it began, with a time zone.
    device : str
        Device that the person trained in.
    duration : float
        From begin to end [s], at most a day.
    walking : float or None
        Time in which the person walked [s], at most `duration`; None where unknown.
    steps : int
        Steps of both feet [-].
    active_steps : float
        Steps, each times one minus the support in it [-], at most `steps`.
    distance : float or None
        Way walked [m]; None where unknown.
    zones : mapping of str to float
        Time in each zone of the heart rate [s]; empty where it was not measured.
    figures : mapping of str to Figure
        Figures of gait, by their names in `FIGURES`.
    record : str
        SHA-256 of the record it was read from, or empty.

    Raises
    ------
    ConfigError
        If a field is outside its range or two contradict each other.
    """

    patient: str
    started: datetime
    device: str
    duration: float
    walking: float | None
    steps: int
    active_steps: float
    distance: float | None
    zones: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    record: str = ""

    def __post_init__(self) -> None:
        patient_id(self.patient)
        text("device", self.device)
        duration = number("duration", self.duration, 0.0, _LONGEST, "s")
        steps = whole("steps", self.steps, 0, _MOST_STEPS)
        checked: dict[str, object] = {
            "started": moment("started", self.started),
            "duration": duration,
            "walking": None if self.walking is None else number("walking", self.walking, 0.0, duration, "s"),
            "steps": steps,
            "active_steps": number("active_steps", self.active_steps, 0.0, float(steps)),
            "distance": None if self.distance is None else number("distance", self.distance, 0.0, 1e6, "m"),
            "zones": _zones(self.zones, duration),
            "figures": _figures(self.figures),
        }
        if self.record and (len(self.record) != 64 or set(self.record) - set("0123456789abcdef")):
            raise ConfigError(f"record must be a SHA-256 in 64 hexadecimal digits or empty, got {self.record!r:.80}")
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    def figure(self, name: str) -> Figure | None:
        """Give a figure.

        Parameters
        ----------
        name : str
            Its name in `FIGURES`.

        Returns
        -------
        Figure or None
            None where it was not measured.
        """
        return self.figures.get(name)


def _zones(zones: Mapping[str, float], duration: float) -> Mapping[str, float]:
    found = {
        word("zones", name, tuple(ZONES)): number(f"zones.{name}", value, 0.0, duration, "s")
        for name, value in zones.items()
    }
    if sum(found.values()) > duration * (1.0 + 1e-9) + 1e-6:
        raise ConfigError(f"zones must not sum to more than duration, got {sum(found.values()):g} and {duration:g} s")
    return MappingProxyType(found)


def _figures(figures: Mapping[str, Figure]) -> Mapping[str, Figure]:
    for name, figure in figures.items():
        word("figures", name, tuple(FIGURES))
        if not isinstance(figure, Figure):
            raise ConfigError(f"figures.{name} must be a Figure, got {figure!r:.80}")
    return MappingProxyType(dict(figures))


def active_steps(support: ArrayLike) -> float:
    """Steps that were the person's own: the sum over steps of one minus the support.

    Parameters
    ----------
    support : array_like of float, shape (K,)
        Support in each step [-], 0 to 1.

    Returns
    -------
    float
        Active steps [-].

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    Examples
    --------
    >>> active_steps([0.0, 0.5, 0.9])
    1.6
    """
    shares = to_array("support", support, 1)
    wrong = ~((shares >= 0.0) & (shares <= 1.0))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise ConfigError(f"support must lie in [0, 1] [-], got {shares[at]:g} at index {at}")
    return float(np.round((1.0 - shares).sum(), 9))


def time_in_zones(time: ArrayLike, rate: ArrayLike, *, rest: float, max: float) -> dict[str, float]:
    """Time in each zone of the heart rate, by the share of the reserve in use [1]_.

    Parameters
    ----------
    time : array_like of float, shape (T,)
        Times, not decreasing [s].
    rate : array_like of float, shape (T,)
        Heart rate at these times [1/min]; NaN where absent.
    rest : float
        Heart rate at rest [1/min], 30 to 120.
    max : float
        Largest heart rate [1/min], 80 to 230, at least 10 above `rest`.

    Returns
    -------
    dict of str to float
        Time in each zone of `ZONES` [s]. A reading holds until the next, for 5 s at most; below the rate at rest it
        counts as very light. Nothing is made up for the time without readings.

    Raises
    ------
    ConfigError
        If a parameter is outside its range, shapes differ or times decrease.

    References
    ----------
    .. [1] Garber, C. E. et al. (2011). Quantity and quality of exercise for developing and maintaining fitness in
       apparently healthy adults. Med. Sci. Sports Exerc. 43, 1334-1359. Very light below 30 % of the reserve, light to
       39 %, moderate to 59 %, vigorous to 89 %. Beta blockers lower the largest rate: measure it.

    Examples
    --------
    >>> time_in_zones([0.0, 1.0, 2.0], [80.0, 130.0, 130.0], rest=70.0, max=170.0)["vigorous"]
    1.0
    """
    low = number("rest", rest, 30.0, 120.0, "1/min")
    high = number("max", max, 80.0, 230.0, "1/min")
    if high - low < 10.0:
        raise ConfigError(f"max must lie 10 /min above rest, got {high:g} and {low:g}")
    t, pulse = to_array("time", time, 1), to_array("rate", rate, 1)
    if len(t) != len(pulse):
        raise ConfigError(f"rate must have the length of time, got {len(pulse)} and {len(t)}")
    steps = np.diff(t)
    if not np.isfinite(t).all() or (steps < 0.0).any():
        raise ConfigError("time must be finite and not decrease")
    held = np.minimum(steps, 5.0)
    share = np.maximum((pulse[:-1] - low) / (high - low), 0.0)
    zone = np.searchsorted(list(ZONES.values()), share, side="right") - 1
    known = np.isfinite(share)
    return {name: float(held[known & (zone == i)].sum()) for i, name in enumerate(ZONES)}


@dataclass(frozen=True, slots=True)
class Dose:
    """What several sessions amounted to together.

    Attributes
    ----------
    sessions : int
        Sessions [-].
    minutes : float
        Their length [min].
    walking_minutes : float
        Time walked [min], of the sessions where it is known.
    steps : int
        Steps of both feet [-].
    active_steps : float
        Steps times one minus support [-].
    distance : float
        Way walked [m], of the sessions where it is known.
    zone_minutes : dict of str to float
        Time in each zone of the heart rate [min].
    without_heart_rate : int
        Sessions in which it was not measured [-].
    """

    sessions: int
    minutes: float
    walking_minutes: float
    steps: int
    active_steps: float
    distance: float
    zone_minutes: dict[str, float]
    without_heart_rate: int


def dose(sessions: Iterable[Session]) -> Dose:
    """Add up sessions.

    Parameters
    ----------
    sessions : iterable of Session
        Sessions, usually of one person.

    Returns
    -------
    Dose
        Their sum.
    """
    every = list(sessions)
    return Dose(
        sessions=len(every),
        minutes=sum(s.duration for s in every) / 60.0,
        walking_minutes=sum(s.walking or 0.0 for s in every) / 60.0,
        steps=sum(s.steps for s in every),
        active_steps=sum(s.active_steps for s in every),
        distance=sum(s.distance or 0.0 for s in every),
        zone_minutes={name: sum(s.zones.get(name, 0.0) for s in every) / 60.0 for name in ZONES},
        without_heart_rate=sum(not s.zones for s in every),
    )
