"""The pelvis sideways: a person who keeps the balance or loses it, and a guide that holds as much as it is asked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError
from ._inputs import SIDE_CODES, to_choice, to_seed

#: Columns of a row of `SidewaysPlant.run`.
SIDEWAYS_FIELDS: tuple[str, ...] = tuple(_core.SIDEWAYS_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PelvisGuide:
    """Spring, damper and mechanical stop that hold the pelvis sideways; no value has a default.

    Parameters
    ----------
    stiffness_min : float
        Softest the guide may be [N/m], 0 to 5000.
    stiffness_max : float
        Stiffest it can be, and as it holds [N/m], `stiffness_min` to 50000.
    damping : float
        Damping [N·s/m], 0.005 s times `stiffness_max` (a digital spring gives energy without) to 5000.
    force_max : float
        Largest force of spring and damper [N], 20 to 2000.
    travel : float
        Where a mechanical stop ends the travel to either side [m], 0.01 to 0.3.

    Raises
    ------
    ConfigError
        If a value is outside its range; the message begins with its name.
    """

    stiffness_min: float
    stiffness_max: float
    damping: float
    force_max: float
    travel: float

    def __post_init__(self) -> None:
        for name in ("stiffness_min", "stiffness_max", "damping", "force_max", "travel"):
            object.__setattr__(self, name, to_number(name, getattr(self, name)))
        _core.Sideways(**_person(75.0, 1.75, 0.0, "left"), guide=list(astuple(self)), seed=0)

    def stiffness(self, share: float) -> float:
        """Tell the stiffness of a share of help.

        Parameters
        ----------
        share : float
            0 (softest) to 1 (stiffest) [-].

        Returns
        -------
        float
            Stiffness [N/m].
        """
        return self.stiffness_min + share * (self.stiffness_max - self.stiffness_min)


def _person(mass: float, height: float, impairment: float, side: str) -> dict[str, Any]:
    body = {"mass": to_number("mass", mass), "height": to_number("height", height)}
    code = to_choice("side", side, SIDE_CODES)
    return {**body, **_core.Sideways.impaired_parameters(**body, impairment=impairment, side=code)}


class SidewaysPlant(_core.Sideways):
    """A simulated person and a guide, sideways: an inverted pendulum over feet whose forces are given.

    The person puts a foot beside the extrapolated centre of mass [1]_, [2]_, and shifts the pressure under the feet as
    far as ankle and weight shift reach [3]_. Noise, reach and shift fade with the impairment; docs/plant.md says by how
    much, and what of it is an assumption. Nothing of it acts on the sagittal plant.

    Parameters
    ----------
    mass : float
        Body mass [kg], 40 to 150.
    height : float
        Body height [m], 1.5 to 2.0.
    impairment : float
        0 (none) to 1 [-].
    side : str
        The weaker side, `left` or `right`.
    guide : PelvisGuide, optional
        The guide; nobody holds the person without.
    seed : int
        Where errors of feet and senses come from [-].
    changes : mapping, optional
        Values of the person in place of those of the impairment: `width` [m], `reach` [m], `shift` [-] and
        `placement_noise` [m] (left, right each but the first), `sense_noise` [m].

    Raises
    ------
    ConfigError
        If a value is outside its range; the message begins with its name.

    References
    ----------
    .. [1] Hof, A. L., Gazendam, M. G. J. and Sinke, W. E. (2005). The condition for dynamic stability. Journal of
       Biomechanics, 38, 1-8.
    .. [2] Hof, A. L. (2008). The 'extrapolated center of mass' concept suggests a simple control of balance in walking.
       Human Movement Science, 27, 112-125.
    .. [3] Hof, A. L., Vermerris, S. M. and Gjaltema, W. A. (2010). Balance responses to lateral perturbations in human
       treadmill walking. Journal of Experimental Biology, 213, 2655-2664.
    """

    def __new__(
        cls,
        *,
        mass: float,
        height: float,
        impairment: float,
        side: str,
        guide: PelvisGuide | None = None,
        seed: int = 0,
        changes: Mapping[str, Any] | None = None,
    ) -> SidewaysPlant:
        """Check the values and make person and guide."""
        person = _person(mass, height, to_number("impairment", impairment), side)
        known = set(person) - {"mass", "height"}
        for name, value in (changes or {}).items():
            if name not in known:
                raise ConfigError(f"changes must name some of {', '.join(sorted(known))}, got {name!r:.60}")
            pair = isinstance(person[name], list)
            person[name] = _pair(name, value) if pair else to_number(name, value)
        values = None if guide is None else list(astuple(guide))
        return super().__new__(cls, **person, guide=values, seed=to_seed(seed))

    def run(self, t: ArrayLike, force: ArrayLike, free: ArrayLike) -> Array:
        """Go on by ticks.

        Parameters
        ----------
        t : array_like of int, shape (T,)
            Times [ns]; behind a gap of more than 10 ms the guide holds.
        force : array_like of float, shape (T, 2)
            Vertical force under the left and the right foot [N].
        free : array_like of bool, shape (T,)
            Whether the guide may be as soft as it was asked to be; it holds where not.

        Returns
        -------
        ndarray of float, shape (T, 12)
            A column per name of `SIDEWAYS_FIELDS`: position [m], velocity [m/s], feet, pressure and extrapolated centre
            of mass [m], y to the left; stiffness [N/m], force [N] and energy [J] of the guide; margin [m] and side
            (0 left, 1 right, -1 none) of a foot that lands in this tick; whether the guide has caught the person.

        Raises
        ------
        ConfigError
            If lengths differ or something is no array of its kind.
        """
        times = np.ascontiguousarray(t, dtype=np.int64)
        loose: NDArray[np.bool_] = np.ascontiguousarray(free, dtype=np.bool_)
        return super().run(times, to_array("force", force, 2), loose)

    def ask(self, stiffness: float | None) -> None:
        """Ask the guide for a stiffness; it gets there slowly, and never by energy of its own.

        Parameters
        ----------
        stiffness : float or None
            Stiffness [N/m], brought between softest and stiffest; None asks for the stiffest.
        """
        super().ask(float("nan") if stiffness is None else to_number("stiffness", stiffness))


def _pair(name: str, value: Any) -> list[float]:
    pair: list[float] = to_array(name, value, 1).tolist()
    if len(pair) != 2:
        raise ConfigError(f"{name} must have shape (2,), got ({len(pair)},)")
    return pair
