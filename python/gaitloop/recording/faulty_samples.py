"""Samples that are missing, cut off at the end of a sensor's range, or stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .finding import Finding, parts, runs

if TYPE_CHECKING:
    from .model import Recording, Signal

Array = NDArray[np.float64]
#: Time at the largest or smallest value, in runs of three samples or more, from which it is a limit of the sensor [s].
FLAT_TIME = 0.03
#: Time without any change from which a part is stuck [s].
STUCK_TIME = {"imu": 0.05, "forces": 0.5, "markers": 1.0, "angles": 1.0}
#: What moves meanwhile, so that standing still is not taken for it [m, rad].
MOVED = {"markers": 0.2, "angles": 0.2}
LOADED = 20.0  # [N]; an unloaded plate may well be constant


def faulty_samples(recording: Recording) -> Iterator[Finding]:
    """Find dropouts, saturation and frozen samples.

    Parameters
    ----------
    recording : Recording
        What is looked through.

    Yields
    ------
    Finding
        Of kind `dropout`, `saturation` or `frozen`; no errors, since detectors pause or see less there.
    """
    for name, signal in recording.signals.items():
        for part, columns, values in parts(name, signal):
            yield from _dropouts(name, signal, part, columns, values)
            if name in ("imu", "forces"):
                yield from _saturation(name, signal, columns, values)
            if name in STUCK_TIME:
                yield from _frozen(name, signal, part, columns, values)


def _dropouts(name: str, signal: Signal, part: str, columns: tuple[str, ...], values: Array) -> Iterator[Finding]:
    absent: NDArray[np.bool_] = np.asarray(np.isnan(values).any(axis=1))
    if absent.all():
        text = f"{part} holds no sample; detectors do without it"
        yield Finding("dropout", name, columns, float(signal.t[0]), float(signal.t[-1]), text, False)
        return
    if name == "markers":  # a person walks into the view of the cameras and out of it
        seen = np.flatnonzero(~absent)
        absent[: seen[0]] = absent[seen[-1] :] = False
    found = runs(absent)
    if not found:
        return
    a, b = max(found, key=lambda run: run[1] - run[0])
    lost = np.count_nonzero(absent) / signal.rate
    text = (
        f"{part} is missing for {lost:.2f} s in {len(found)} spans, the longest {(b - a + 1) / signal.rate:.2f} s; "
        f"detectors pause there, so fill only gaps that are short"
    )
    yield Finding("dropout", name, columns, float(signal.t[a]), float(signal.t[b]), text, False)


def _saturation(name: str, signal: Signal, columns: tuple[str, ...], values: Array) -> Iterator[Finding]:
    for column, x in zip(columns, values.T, strict=True):
        present = np.isfinite(x)
        if np.count_nonzero(present) < 10:
            continue
        for extreme in {float(np.max(x[present]))} | ({float(np.min(x[present]))} if name == "imu" else set()):
            flat = [(a, b) for a, b in runs(x == extreme) if b - a >= 2]
            samples = sum(b - a + 1 for a, b in flat)
            if samples / signal.rate < FLAT_TIME - 1e-9 or samples > 0.5 * len(x):
                continue
            text = (
                f"{column} stays at its extreme {extreme:.4g} for {samples / signal.rate:.2f} s in {len(flat)} spans: "
                f"it looks cut off; choose a larger range of the sensor"
            )
            yield Finding(
                "saturation", name, (column,), float(signal.t[flat[0][0]]), float(signal.t[flat[-1][1]]), text, False
            )


def _frozen(name: str, signal: Signal, part: str, columns: tuple[str, ...], values: Array) -> Iterator[Finding]:
    same = np.zeros(len(values), dtype=bool)
    same[1:] = (np.diff(values, axis=0) == 0.0).all(axis=1)
    least = max(4, int(np.ceil(STUCK_TIME[name] * signal.rate - 1e-9)))
    found = [(a - 1, b) for a, b in runs(same) if b - a + 2 > least and _moved(name, signal, values, a - 1, b)]
    if not found:
        return
    a, b = max(found, key=lambda run: run[1] - run[0])
    text = (
        f"{part} repeats the same sample for up to {(b - a) / signal.rate:.2f} s, {len(found)} times: it was stuck or "
        f"filled in; make such samples empty, so that detectors pause"
    )
    yield Finding("frozen", name, columns, float(signal.t[a]), float(signal.t[b]), text, False)


def _moved(name: str, signal: Signal, values: Array, a: int, b: int) -> bool:
    """Whether standing still would not explain the same."""
    if name == "forces":
        return bool(values[a, 0] > LOADED)
    if name == "imu":
        return True
    span = signal.values[a : b + 1]
    seen = np.isfinite(span).all(axis=0)
    return bool(seen.any() and np.ptp(span[:, seen], axis=0).max() > MOVED[name])
