"""Torque between machine and person: too much of it at once, or over a session."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import JointKind
from .codes import ENERGISED, Cause, Fault, Severity, State, joint_kinds, worst
from .envelope import Envelope
from .guard import measured


class Interaction:
    """Watches the torque between machine and person, over one session.

    Parameters
    ----------
    envelope : Envelope
        The limits.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str]) -> None:
        self._fitted = [i for i, kind in enumerate(joint_kinds(kinds)) if kind is not JointKind.ABSENT]
        self._torque_max: list[float] = envelope.interaction_max.tolist()
        self._dose_max: list[float] = envelope.dose_max.tolist()
        self._over = [0.0] * 6
        self._dose = [0.0] * 6

    def step(self, state: int, torque: ArrayLike, dt: float) -> Fault:
        """One tick.

        Parameters
        ----------
        state : int
            State of the supervisor after the last tick [-], a `State`.
        torque : array_like of float, shape (6,)
            Torque measured between machine and person [N·m], NaN where absent.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            The worst finding.
        """
        if not (dt > 0.0 and math.isfinite(dt)):
            dt = 0.0
        faults = []
        sizes = [measured(x) for x in np.asarray(torque, dtype=np.float64).tolist()]
        for i in self._fitted:
            size = None if sizes[i] is None else abs(sizes[i] or 0.0)
            if State(state) in ENERGISED:
                if size is not None:
                    self._dose[i] = self._dose[i] + size * dt
                    self._over[i] = 0.0 if size <= self._torque_max[i] else self._over[i] + dt
                if self._over[i] >= 0.02:
                    faults.append(Fault(Severity.PROTECTIVE_STOP, Cause.INTERACTION_TORQUE, i))
            else:
                self._over[i] = 0.0
            if not self._dose[i] < self._dose_max[i]:
                faults.append(Fault(Severity.SOFT_STOP, Cause.DOSE, i))
        return worst(faults)

    @property
    def share(self) -> float:
        """Largest share of a joint's dose that is spent [-], 0 to 1."""
        pairs = [(self._dose[i], self._dose_max[i]) for i in self._fitted]
        return max((dose / most if dose < most else 1.0 for dose, most in pairs), default=0.0)
