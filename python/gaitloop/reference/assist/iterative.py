"""Section 9.4: torque learned over the phase from stride to stride."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from .._checks import all_in_range, in_range
from .._conventions import LEGS, SIDES, Array, Reading, clamp, readings, smooth_step, wrap, wrap_signed

LEG = 3
BLEND = 0.1


class _Side:
    """What is learned of one side."""

    def __init__(self, bins: int) -> None:
        self.before, self.after = np.zeros((LEG, bins)), np.zeros((LEG, bins))
        self.blend, self.last = 1.0, math.nan
        self.sums, self.counts = np.zeros((LEG, bins)), np.zeros((LEG, bins))


class IterativeLearning:
    """Torque that repeats what the last strides lacked, and forgets what they did not need [1]_.

    Parameters
    ----------
    bins : int
        Nodes of the torque over the cycle [-], 10 to 100.
    keep : float
        Share of the torque that a stride keeps [-], 0.5 to 0.999.
    gain : array_like of float, shape (6,)
        Torque for the error of a stride [N·m/rad], 0 to 500.
    lead : float
        How much earlier than its error a torque acts [cycles], 0 to 0.2.
    smoothing : float
        Share that each neighbour takes of a node [-], 0 to 0.25.
    bound : array_like of float, shape (6,)
        Largest torque [N·m], 0 to 100.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Duschau-Wicke, A., Brunsch, T., Luenenburger, L. and Riener, R. (2008). Adaptive support for
       patient-cooperative gait rehabilitation with the Lokomat. IEEE/RSJ IROS, 2357-2361.
    """

    def __init__(
        self, *, bins: int, keep: float, gain: ArrayLike, lead: float, smoothing: float, bound: ArrayLike
    ) -> None:
        self._bins = int(in_range("bins", bins, 10, 100))
        self._keep = in_range("keep", keep, 0.5, 0.999)
        self._gain = all_in_range("gain", gain, 0.0, 500.0)
        self._lead = in_range("lead", lead, 0.0, 0.2)
        self._smoothing = in_range("smoothing", smoothing, 0.0, 0.25)
        self._bound = all_in_range("bound", bound, 0.0, 100.0)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._sides = [_Side(self._bins) for _ in SIDES]

    def _side(self, side: int) -> _Side:
        return self._sides[int(in_range("side", side, 0.0, 1.0))]

    def observe(self, side: int, phase: float, errors: Reading) -> None:
        """Collect the errors of one tick.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        phase : float
            Phase of the side [-].
        errors : array_like of float, shape (3,)
            Reference minus measured angle of hip, knee and ankle [rad]; None or NaN when absent.
        """
        s = self._side(side)
        if not math.isfinite(phase):
            return
        node = math.floor(wrap(phase) * self._bins + 0.5) % self._bins
        for joint, e in enumerate(readings(errors)):
            if e is not None:
                s.sums[joint, node] += clamp(e, -1.0, 1.0)
                s.counts[joint, node] += 1.0

    def close(self, side: int, valid: bool) -> None:
        """Learn from the stride that has ended.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        valid : bool
            Whether the stride counts; one that does not only forgets.
        """
        s, leg = self._side(side), LEGS[side]
        with np.errstate(invalid="ignore"):
            means = s.sums / s.counts if valid else np.full_like(s.sums, math.nan)
        errors = self._ahead(means)
        learned = self._keep * s.after + self._gain[leg, None] * errors
        bound = self._bound[leg, None]
        table = np.where(np.isnan(errors), self._keep * s.after, np.clip(learned, -bound, bound))
        neighbours = np.roll(table, 1, axis=1) + np.roll(table, -1, axis=1)
        smooth = (1.0 - 2.0 * self._smoothing) * table + self._smoothing * neighbours
        w = smooth_step(s.blend)
        s.before, s.after = (1.0 - w) * s.before + w * s.after, smooth
        s.blend, s.last = 0.0, math.nan
        s.sums, s.counts = np.zeros_like(s.sums), np.zeros_like(s.counts)

    def _ahead(self, means: Array) -> Array:
        """Mean errors `lead` after each node; NaN where one that is needed is absent."""
        x = np.arange(self._bins) + self._lead * self._bins
        a = np.floor(x)
        r, node = x - a, a.astype(int) % self._bins
        here, there = means[:, node], means[:, (node + 1) % self._bins]
        errors: Array = np.where(r == 0.0, here, (1.0 - r) * here + r * there)
        return errors

    def torque(self, side: int, phase: float) -> Array:
        """Torque at a phase.

        Parameters
        ----------
        side : int
            0 left, 1 right.
        phase : float
            Phase of the side [-].

        Returns
        -------
        ndarray of float, shape (3,)
            Torque on hip, knee and ankle that the person feels [N·m]; 0 where the phase is not finite.
        """
        s = self._side(side)
        if not math.isfinite(phase):
            return np.zeros(LEG)
        p = wrap(phase)
        if not math.isnan(s.last):
            d = wrap_signed(p - s.last)
            s.blend = min(1.0, s.blend + d / BLEND) if d > 0.0 else s.blend
        s.last = p
        x = p * self._bins
        a = min(math.floor(x), self._bins - 1)
        r, b = x - a, (a + 1) % self._bins
        old, new = ((1.0 - r) * table[:, a] + r * table[:, b] for table in (s.before, s.after))
        w = smooth_step(s.blend)
        tau: Array = (1.0 - w) * old + w * new
        return tau

    def run(self, phase: ArrayLike, errors: ArrayLike, side: int, close: ArrayLike, valid: ArrayLike) -> Array:
        """`close` where it is due, `observe` and `torque` for every tick of a side.

        Parameters
        ----------
        phase : array_like of float, shape (T,)
            Phase of the side [-].
        errors : array_like of float, shape (T, 3)
            Reference minus measured angle [rad]; NaN when absent.
        side : int
            0 left, 1 right.
        close : array_like of bool, shape (T,)
            Ticks before which a stride has ended.
        valid : array_like of bool, shape (T,)
            Whether that stride counts.

        Returns
        -------
        ndarray of float, shape (T, 3)
            Torque [N·m].
        """
        rows = zip(np.asarray(phase, float).tolist(), np.asarray(errors, float), close, valid, strict=True)  # type: ignore[arg-type]
        out = []
        for p, e, ends, counts in rows:
            if ends:
                self.close(side, bool(counts))
            self.observe(side, p, e)
            out.append(self.torque(side, p))
        return np.array(out).reshape(-1, LEG)

    def table(self, side: int) -> Array:
        """Torque that is learned.

        Parameters
        ----------
        side : int
            0 left, 1 right.

        Returns
        -------
        ndarray of float, shape (3, bins)
            Torque of each joint at the nodes [N·m].
        """
        return self._side(side).after.copy()
