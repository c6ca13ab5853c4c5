"""Drives: the torque that was sent against the torque that came."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .._conventions import JointKind, clamp
from .codes import ENERGISED, NO_FAULT, Cause, Fault, Severity, State, joint_kinds, worst
from .envelope import Envelope
from .guard import measured
from .monitors import Timer


class _Drive:
    """One drive since there was power."""

    def __init__(self) -> None:
        self.hi = self.lo = self.given = self.told = 0.0
        self.residual, self.gain = Timer(0.01), Timer(0.5)

    def step(self, sent: float, tau: float | None, dt: float) -> list[tuple[Severity, Cause]]:
        k = min(1.0, dt / 0.02)
        self.hi = max(sent, self.hi + (sent - self.hi) * k)
        self.lo = min(sent, self.lo + (sent - self.lo) * k)
        off = wrong = None
        if tau is not None:
            bound = 0.15 * max(abs(self.lo), abs(self.hi)) + 2.0
            off = abs(tau - clamp(tau, self.lo, self.hi)) > bound
            k = min(1.0, dt / 1.0)
            self.given += (sent * tau - self.given) * k
            self.told += (sent * sent - self.told) * k
            wrong = self.told >= 9.0 and abs(self.given - self.told) > 0.3 * self.told
        found = []
        if self.residual.step(off, dt):
            found.append((Severity.IMMEDIATE, Cause.TORQUE_RESIDUAL))
        if self.gain.step(wrong, dt):
            found.append((Severity.DEGRADE, Cause.TORQUE_GAIN))
        return found


class Drives:
    """Residual and gain of every drive that has a torque sensor of its own.

    Parameters
    ----------
    envelope : Envelope
        The limits; of these the largest age of a sample.
    kinds : sequence of int or str, shape (6,)
        Each joint `absent` 0, `sensed` 1 or `driven` 2 [-].
    """

    def __init__(self, envelope: Envelope, kinds: Sequence[int | str]) -> None:
        self._age_max = envelope.sample_age_max
        self._driven = [i for i, kind in enumerate(joint_kinds(kinds)) if kind is JointKind.DRIVEN]
        self._clear()

    def _clear(self) -> None:
        self._known = {i: _Drive() for i in self._driven}

    def step(self, *, t: int, state: int, stamp: int, tau_meas: ArrayLike, tau_sent: ArrayLike, dt: float) -> Fault:
        """One tick.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        state : int
            The supervisor's state after the last tick [-], a `State`.
        stamp : int
            When the torque was measured [ns].
        tau_meas : array_like of float, shape (6,)
            Torque of the device on the person [N·m], NaN where absent.
        tau_sent : array_like of float, shape (6,)
            Torque of the last command [N·m].
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            The worst finding.
        """
        if State(state) not in ENERGISED:
            self._clear()
            return NO_FAULT
        dt = dt if dt > 0.0 and math.isfinite(dt) else 0.0
        fresh = 0.0 <= (t - stamp) * 1e-9 <= self._age_max
        came, sent = (np.asarray(a, dtype=np.float64).tolist() for a in (tau_meas, tau_sent))
        found = []
        for i, drive in self._known.items():
            tau = measured(came[i]) if fresh else None
            found += [Fault(*told, i) for told in drive.step(measured(sent[i]) or 0.0, tau, dt)]
        return worst(found)
