"""Section 10: the supports in use and what they move towards."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import ConfigError
from ._conventions import SIDES, Array
from .assist import BandLaw, CatchTrials, ForgettingLaw, Override
from .assist.override import SUBTASKS
from .measures import StrideMeasures

TARGETS = (*SUBTASKS, "all")


def _target(name: str) -> str:
    if name not in TARGETS:
        raise ConfigError(f"target must be one of {', '.join(TARGETS)}, got {name}")
    return name


def _fresh(catch: CatchTrials | Mapping[str, Any]) -> CatchTrials:
    made = CatchTrials(**catch) if isinstance(catch, Mapping) else copy.deepcopy(catch)
    made.reset()
    return made


class Supports:
    """Support targets from law and therapist, and supports in use on their way there, catch strides aside.

    Parameters
    ----------
    law : BandLaw or ForgettingLaw
        Law that adapts the support; a copy is used.
    slew : float
        Largest change of a support in use [1/s], 0.01 to 1.
    catch : CatchTrials or mapping, optional
        Strides without support, or their parameters; begin afresh.
    catch_slew : float
        Largest change of a support in use into a catch stride and out of it [1/s], 0.2 to 5.

    Attributes
    ----------
    target, in_use : ndarray of float, shape (2, 7)
        Supports [-].
    catch : CatchTrials or None
        Strides without support.
    """

    def __init__(
        self,
        law: BandLaw | ForgettingLaw,
        slew: float,
        catch: CatchTrials | Mapping[str, Any] | None,
        catch_slew: float,
    ) -> None:
        self._law = copy.deepcopy(law)
        self._slew, self._catch_slew = slew, catch_slew
        self.catch = None if catch is None else _fresh(catch)
        self._override = Override()
        self.target, self.in_use = self._law.support.copy(), self._law.support.copy()
        self._fast = [False] * len(SIDES)

    def override(self, target: str, mode: str, value: float) -> None:
        """Take what a therapist asks for.

        Parameters
        ----------
        target : str
            A subtask or `all`.
        mode : str
            `hold`, `floor` or `ceiling`.
        value : float
            Support [%], 0 to 100.
        """
        self._override.set(_target(target), mode, value)
        for side in range(len(SIDES)):
            self._give(side, self._law.support[side])

    def release(self, target: str) -> None:
        """Give a support back to the law.

        Parameters
        ----------
        target : str
            A subtask or `all`.
        """
        self._override.release(_target(target))

    def catching(self) -> tuple[Array, float]:
        """Tell of catch strides.

        Returns
        -------
        active : ndarray of float, shape (2,)
            1 while a catch stride goes on, else 0 [-].
        announced : float
            1 while a catch stride goes on or comes next, else 0 [-].
        """
        if self.catch is None:
            return np.zeros(2), 0.0
        return self.catch.active.astype(np.float64), float(self.catch.announced)

    def steady(self) -> bool:
        """Tell whether the supports in use stay about where they are.

        Returns
        -------
        bool
            No catch stride goes on, and every support in use is within 0.05 of its target.
        """
        near = bool((np.abs(self.target - self.in_use) <= 0.05).all())
        return near and (self.catch is None or not self.catch.active.any())

    def _give(self, side: int, support: Array) -> None:
        applied = self._override.apply(support.tolist())
        self._law.follow(side, applied.tolist())
        self.target[side] = applied

    def step(self, strides: list[StrideMeasures | None], *, settled: bool, dt: float) -> Array:
        """One tick.

        Parameters
        ----------
        strides : list of StrideMeasures or None
            Stride that each side closed in this tick.
        settled : bool
            Whether gait is judged.
        dt : float
            Time since the tick before [s].

        Returns
        -------
        ndarray of float, shape (2, 7)
            Supports in use [-].
        """
        if self.catch is not None and not settled:
            self.catch.abandon()
        for side, stride in enumerate(strides):
            if stride is not None and settled:
                self._learn(side, stride)
        for side in range(len(SIDES)):
            self._move(side, dt)
        return self.in_use

    def _learn(self, side: int, stride: StrideMeasures) -> None:
        catch, errors = self.catch, stride.subtask_errors()
        caught = catch is not None and bool(catch.active[side])
        if catch is not None:
            catch.close(side, errors, stride.valid)
        if stride.valid and not caught:
            self._give(side, self._law.update(side, errors))
        if catch is not None and catch.begin(side):
            self._fast[side] = True

    def _move(self, side: int, dt: float) -> None:
        catch, target = self.catch, self.target[side]
        wanted = target if catch is None else catch.apply(side, target.tolist())
        most = (self._catch_slew if self._fast[side] else self._slew) * dt
        self.in_use[side] += np.clip(wanted - self.in_use[side], -most, most)
        caught = catch is not None and bool(catch.active[side])
        if not caught and bool((self.in_use[side] == wanted).all()):
            self._fast[side] = False
