"""Rates that do not fit the times, the other signals, or the way people walk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .faulty_units import point
from .finding import Finding

if TYPE_CHECKING:
    from .model import Recording, Signal

Array = NDArray[np.float64]
DEVIATION = 0.005  # of the rate of the times from the stated one [-]
#: Duration of a stride that can be believed [s].
STRIDE = (0.4, 6.0)
#: Similarity of successive strides from which their duration is believed [-].
ALIKE = 0.5


def faulty_rates(recording: Recording) -> Iterator[Finding]:
    """Find rates that cannot be right.

    Parameters
    ----------
    recording : Recording
        What is looked through.

    Yields
    ------
    Finding
        Of kind `rate`: an error where strides would last less than 0.4 s or more than 6 s, a remark where times
        deviate by more than 0.5 % from the stated rate or signals or events do not end together. A rate that is wrong
        by less than a factor of two or so makes plausible strides and cannot be seen.
    """
    spans = {name: signal.t for name, signal in recording.signals.items()}
    for name, signal in recording.signals.items():
        start, end = float(signal.t[0]), float(signal.t[-1])
        measured = (len(signal.t) - 1) / (end - start)
        if abs(measured / signal.rate - 1.0) > DEVIATION:
            text = f"{name}: times run at {measured:.5g} Hz, stated are {signal.rate:.5g} Hz; correct the stated rate"
            yield Finding("rate", name, ("time_s",), start, end, text, False)
        longest = max(spans, key=lambda other: spans[other][-1])
        if spans[longest][-1] - end > max(0.5, 0.02 * end):
            text = (
                f"{name} ends at {end:.2f} s, {longest} at {spans[longest][-1]:.2f} s: one of the rates is wrong, or "
                f"the recordings were not stopped together"
            )
            yield Finding("rate", name, ("time_s",), start, end, text, False)
        yield from _strides(name, signal)
    yield from _late_events(recording)


def _late_events(recording: Recording) -> Iterator[Finding]:
    if recording.events is None or not len(recording.events):
        return
    name, signal = max(recording.signals.items(), key=lambda item: item[1].t[-1])
    last, end = float(np.max(recording.events.time)), float(signal.t[-1])
    if last > end + 0.1:  # [s]
        text = f"reference events go on to {last:.2f} s, the signals end at {end:.2f} s: one of the rates is wrong"
        yield Finding("rate", name, ("time_s",), float(signal.t[0]), end, text, False)


def _strides(name: str, signal: Signal) -> Iterator[Finding]:
    for column, values in _periodic(name, signal):
        duration = repetition(values, signal.rate)
        if duration is None or STRIDE[0] <= duration <= STRIDE[1]:
            continue
        text = (
            f"{column} repeats every {duration:.3g} s, strides last {STRIDE[0]:g} to {STRIDE[1]:g} s: the rate of "
            f"{signal.rate:g} Hz or the unit of the times is wrong"
        )
        yield Finding("rate", name, ("time_s",), float(signal.t[0]), float(signal.t[-1]), text, True)
        return


def _periodic(name: str, signal: Signal) -> Iterator[tuple[str, Array]]:
    """What repeats with every stride of a side."""
    if name == "imu":
        for part in ("left_foot", "right_foot", "left_shank", "right_shank"):
            columns = [f"{part}_gyr_{axis}" for axis in "xyz"]
            if set(columns) <= set(signal.names):
                yield f"{part}_gyr", np.linalg.norm(np.stack([signal.column(c) for c in columns]), axis=0)
    for column in ("knee_l", "knee_r", "fz_left", "fz_right"):
        if name in ("angles", "forces") and column in signal.names:
            yield column, signal.column(column)
    for marker in ("left_heel", "right_heel"):
        position = point(signal, marker) if name == "markers" else None
        if position is not None:
            yield marker, position[:, 2]


def repetition(values: Array, rate: float) -> float | None:
    """Time after which a signal repeats, from its autocorrelation.

    Parameters
    ----------
    values : ndarray of float, shape (T,)
        The signal; NaN counts as its mean.
    rate : float
        Samples per second [Hz].

    Returns
    -------
    float or None
        Time of the first clear maximum [s]; None where it does not repeat at least four times.
    """
    seen = np.isfinite(values)
    if np.count_nonzero(seen) < 50:
        return None
    x = np.where(seen, values - np.mean(values[seen]), 0.0)
    n = len(x)
    spectrum = np.abs(np.fft.rfft(x, 2 * n)) ** 2
    lags = n // 4
    r = np.fft.irfft(spectrum)[: lags + 1] / np.arange(n, n - lags - 1, -1)
    if not r[0] > 0.0:
        return None
    r = r / r[0]
    below = np.flatnonzero(r < 0.2)
    if not len(below):
        return None
    first = int(below[0])
    inner = r[first:]
    if len(inner) < 3 or inner.max() < ALIKE:
        return None
    peaks = (
        np.flatnonzero((inner[1:-1] >= inner[:-2]) & (inner[1:-1] > inner[2:]) & (inner[1:-1] > 0.8 * inner.max())) + 1
    )
    return float((first + peaks[0]) / rate) if len(peaks) else None
