"""Section 5.2: the course of a side's movement over the cycle, learned stride by stride."""

from __future__ import annotations

import math

from ._conventions import clamp

BINS = 40
SAMPLES = 400
SPACING = 0.01
TINY = 1e-12


class Waveform:
    """Mean course and spread of two features of the movement over the cycle, learned stride by stride."""

    def __init__(self) -> None:
        self.strides = 0
        self.mean = [[0.0] * BINS, [0.0] * BINS]
        self.var = [[0.0] * BINS, [0.0] * BINS]
        self.centre = [0.0, 0.0]
        self.size = [0.0, 0.0]

    def learn(self, stride: list[list[float]]) -> None:
        """Take one stride.

        Parameters
        ----------
        stride : list of list of float
            Both features at the middle of each of the bins [unit of the motion].
        """
        n = self.strides
        gain, spread = max(0.25, 1.0 / (n + 1.0)), max(0.25, 1.0 / (n + 2.0))
        for mean, var, values in zip(self.mean, self.var, stride, strict=True):
            for k, value in enumerate(values):
                off = value - mean[k]
                var[k] += spread * ((1.0 - gain) * off * off - var[k])
                mean[k] += gain * off
        for c, mean in enumerate(self.mean):
            total = 0.0
            for value in mean:
                total += value
            self.centre[c] = total / BINS
            total = 0.0
            for value in mean:
                total += (value - self.centre[c]) ** 2
            self.size[c] = math.sqrt(total / BINS)
            if n == 0:
                self.var[c] = [(0.3 * self.size[c]) ** 2] * BINS
        self.strides = n + 1

    def quiet_share(self) -> float:
        """Longest rest of the signal in two rounds.

        Returns
        -------
        float
            How long it stays within a quarter of its size [strides].
        """
        mean, near = self.mean[0], 0.25 * self.size[0]
        anchor, quiet, longest = mean[0], 0, 0
        for value in [*mean, *mean]:
            anchor, quiet = (value, 0) if abs(value - anchor) > near else (anchor, quiet + 1)
            longest = max(longest, quiet)
        return longest / BINS

    def misfit(self, stride: list[list[float]]) -> float:
        """How far a whole stride lies from what was learned.

        Parameters
        ----------
        stride : list of list of float
            Both features at the middle of each of the bins [unit of the motion].

        Returns
        -------
        float
            Mean square distance [variances], each at most 16.
        """
        total = 0.0
        for mean, var, size, values in zip(self.mean, self.var, self.size, stride, strict=True):
            for k, value in enumerate(values):
                spread = var[k] + (0.4 * size) ** 2
                total += min((value - mean[k]) ** 2 / spread, 16.0) if spread > TINY else 0.0
        return total / (2.0 * BINS)

    def at(self, c: int, phase: float) -> tuple[float, float, float]:
        """Value, slope and variance of a feature.

        Parameters
        ----------
        c : int
            Which of the two features [-].
        phase : float
            Phase [-] in [0, 1).

        Returns
        -------
        tuple of float
            Value, slope [per cycle] and variance with its floor, in the unit of the motion.
        """
        x = phase * BINS - 0.5
        k = math.floor(x)
        f = x - k
        mean, var = self.mean[c], self.var[c]
        before, here, after, beyond = (mean[(k + i) % BINS] for i in (-1, 0, 1, 2))
        value = here * (1.0 - f) + after * f
        slope = BINS * (0.5 * (after - before) * (1.0 - f) + 0.5 * (beyond - here) * f)
        spread = var[k % BINS] * (1.0 - f) + var[(k + 1) % BINS] * f
        return value, slope, spread + (0.4 * self.size[c]) ** 2


class Record:
    """The features since the last contact, at most 400 of them; when full, every second one goes."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float, float]] = []
        self.spacing = SPACING
        self.broken = False

    def add(self, t: float, features: tuple[float, float]) -> None:
        """Keep a sample unless it follows the last one too closely.

        Parameters
        ----------
        t : float
            Time since the last contact [s].
        features : tuple of float
            Both features [unit of the motion].
        """
        if self.rows and t - self.rows[-1][0] < self.spacing - 1e-6:
            return
        if len(self.rows) == SAMPLES:
            self.rows = self.rows[::2]
            self.spacing *= 2.0
        self.rows.append((t, *features))

    def resampled(self, duration: float) -> list[list[float]] | None:
        """Both features at the middle of each bin of a stride, or None when too little is known of it.

        Parameters
        ----------
        duration : float
            Stride time [s].

        Returns
        -------
        list of list of float or None
            Features [unit of the motion].
        """
        rows = self.rows
        if self.broken or len(rows) < BINS // 2:
            return None
        out: list[list[float]] = [[], []]
        j = 0
        for k in range(BINS):
            t = (k + 0.5) / BINS * duration
            while j < len(rows) - 2 and rows[j + 1][0] < t:
                j += 1
            low, high = rows[j], rows[j + 1]
            f = clamp((t - low[0]) / (high[0] - low[0]), 0.0, 1.0)
            for c in (1, 2):
                out[c - 1].append(low[c] + f * (high[c] - low[c]))
        return out

    def restart(self, duration: float, broken: bool) -> None:
        """Keep what came after a contact only.

        Parameters
        ----------
        duration : float
            Time of the contact, since the last one [s].
        broken : bool
            Whether the movement is unknown at present.
        """
        self.rows = [(t - duration, a, b) for t, a, b in self.rows if t > duration]
        self.spacing = SPACING
        self.broken = broken
