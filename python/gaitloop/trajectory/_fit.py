"""Patterns fitted to a recorded person."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from ..errors import ConfigError
from ._inputs import Array, array, number

if TYPE_CHECKING:
    from ._pattern import GaitPattern


class Rejected(NamedTuple):
    """A recorded cycle that was not learned from.

    Attributes
    ----------
    side : str
        `left` or `right`.
    start : float
        Time of the initial contact it begins with [s].
    reason : str
        `outside` the recording, unusual `duration`, a `gap` in the samples, an angle out of `range`, or a large
        `distance` from the median cycle.
    """

    side: str
    start: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A pattern fitted to a person and what it rests on.

    Attributes
    ----------
    pattern : GaitPattern
        The model plus the person's residual.
    cycles_used : tuple of int
        Good cycles of the left and of the right side [-].
    cycles_needed : int
        Number of good cycles after which the running mean stays within the tolerance of the final one [-].
    rejected : tuple of Rejected
        Cycles not learned from, left first, in order of time.
    residual_rms : ndarray of float, shape (6,)
        Root mean square of the residual in use [rad].
    spread : ndarray of float, shape (6,)
        Standard deviation of the good cycles around their mean, root mean square over the cycle [rad].
    """

    pattern: GaitPattern
    cycles_used: tuple[int, int]
    cycles_needed: int
    rejected: tuple[Rejected, ...]
    residual_rms: Array
    spread: Array


class FittedPatterns:
    """Constructor of patterns fitted to a person, taken over by `GaitPattern`."""

    __slots__ = ()
    if TYPE_CHECKING:

        @classmethod
        def _wrap(cls, core: _core.GaitPattern) -> Self: ...

    @classmethod
    def fit(
        cls,
        angles: ArrayLike | Any,
        time: ArrayLike | None = None,
        contacts: Any = None,
        *,
        model: GaitPattern | None = None,
        speed: float | None = None,
        height: float | None = None,
        tolerance: float = radians(1),
        min_cycles: int = 5,
        duration_span: float = 0.25,
        max_gap: float = 0.05,
        distance_min: float = radians(4),
        harmonics: int = 20,
    ) -> Fit:
        """Fit a model to a person, from good cycles of a recording.

        The person's mean cycle minus the model is the residual; it is shrunk by the part that chance explains
        (``1 - spread² / (n rms²)``, not below 0), smoothed to its first harmonics and added to the model. What is good
        is judged by duration, gaps, range of motion and distance from the median cycle.

        Parameters
        ----------
        angles : array_like of float, shape (T, 6), or Recording
            Joint angles [rad]; what is not finite is a gap. A recording gives its signal `angles`, with the time.
        time : array_like of float, shape (T,), or None
            Time of each row [s], increasing; None with a recording.
        contacts : Events, or pair of array_like of float, shape (K,), or None
            Initial contacts: events of both feet, or times [s], increasing, of the left and of the right foot. None
            takes the events of the recording.
        model : GaitPattern or None
            What is fitted. None is the published pattern, `koopman` at `speed` and `height`.
        speed : float or None
            Walking speed [m/s], 0.05 to 5; of the published pattern 0.14 to 1.4. None: the model's.
        height : float or None
            Body height [m], 1.5 to 2.0, of the published pattern.
        tolerance : float
            Distance between mean cycles that counts as the same [rad], root mean square, 1e-4 to 0.2.
        min_cycles : int
            Good cycles that each side must have [-], 3 to 1000.
        duration_span : float
            Largest deviation of a cycle's duration from the side's median, as a share of it [-], 0.01 to 1.
        max_gap : float
            Longest time between samples [s], 0.001 to 0.5.
        distance_min : float
            Distance from the median cycle that is always accepted [rad], root mean square, 0 to 1; beyond it a cycle
            is rejected when it is farther than the median distance by more than three scaled median deviations.
        harmonics : int
            Harmonics of the cycle that the residual keeps [-], 1 to 40.

        Returns
        -------
        Fit
            The pattern, how many cycles it rests on, how many were needed, and what was rejected and why.

        Raises
        ------
        ConfigError
            If an argument is outside its range, has another shape, a side has too few good cycles, or one side's
            cycles are longer than the other's by more than `duration_span`.

        References
        ----------
        .. [1] Embry, K. R. & Gregg, R. D. (2021). Analysis of continuously varying kinematics for prosthetic leg
           control applications. IEEE Transactions on Neural Systems and Rehabilitation Engineering. The
           person's own deviation is the larger part.

        Examples
        --------
        >>> from gaitloop.trajectory import GaitPattern
        >>> person = GaitPattern.koopman(0.8, 1.6)
        >>> t = np.arange(0.0, 16.0, 0.01)
        >>> strides = np.arange(13) / person.stride_rate
        >>> q, _, _ = person.evaluate(t * person.stride_rate)
        >>> fit = GaitPattern.fit(q, t, (strides, strides[:-1] + 0.5 * strides[1]), speed=0.8, height=1.8)
        >>> fit.cycles_used, fit.cycles_needed, fit.rejected
        ((12, 11), 1, ())
        """
        if model is not None and not hasattr(model, "_core"):
            raise ConfigError(f"model must be a GaitPattern or None, got {type(model).__name__}")
        angles, time, contacts = _recorded(angles, time, contacts)
        left, right = _contacts(contacts)
        settings = {
            "speed": None if speed is None else number("speed", speed),
            "tolerance": number("tolerance", tolerance),
            "min_cycles": _count("min_cycles", min_cycles),
            "duration_span": number("duration_span", duration_span),
            "max_gap": number("max_gap", max_gap),
            "distance_min": number("distance_min", distance_min),
            "harmonics": _count("harmonics", harmonics),
        }
        pattern, used, needed, rejected, rms, spread = _core.fit_pattern(
            _published(speed, height) if model is None else model._core,
            array("time", time, (1,), "(T,)"),
            array("angles", angles, (2,), "(T, 6)"),
            left,
            right,
            settings,
        )
        rows = tuple(Rejected(*row) for row in rejected)
        for report in (rms, spread):
            report.setflags(write=False)
        return Fit(cast("GaitPattern", cls._wrap(pattern)), used, needed, rows, rms, spread)


def _published(speed: float | None, height: float | None) -> _core.GaitPattern:
    if speed is None or height is None:
        raise ConfigError("speed and height must be given when model is None")
    return _core.GaitPattern.koopman(number("speed", speed), number("height", height))


def _recorded(angles: Any, time: Any, contacts: Any) -> tuple[Any, Any, Any]:
    """Angles, time and contacts of a recording, or as they came."""
    if hasattr(angles, "signal"):
        signal = angles.signal("angles")
        contacts = angles.events if contacts is None else contacts
        angles, time = np.stack([signal.column(name) for name in _core.JOINTS], axis=1), signal.t
    for name, value in (("time", time), ("contacts", contacts)):
        if value is None:
            raise ConfigError(f"{name} must be given, got None")
    return angles, time, contacts


def _contacts(contacts: Any) -> tuple[Array, Array]:
    """Times of initial contacts of the left and of the right foot."""
    if all(hasattr(contacts, name) for name in ("side", "kind", "time")):
        side, kind, time = (np.asarray(getattr(contacts, name)) for name in ("side", "kind", "time"))
        left, right = (np.sort(time[(kind == 0) & (side == i)]) for i in (0, 1))
    else:
        try:
            left, right = contacts
        except (TypeError, ValueError) as error:
            raise ConfigError(f"contacts must be Events or a pair of arrays, got {type(contacts).__name__}") from error
    return array("contacts_left", left, (1,), "(K,)"), array("contacts_right", right, (1,), "(K,)")


def _count(name: str, value: object) -> int:
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= 0:
        return min(int(value), 2**32)
    raise ConfigError(f"{name} must be a whole number, got {value!r}")
