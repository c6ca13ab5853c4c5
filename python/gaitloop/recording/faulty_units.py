"""Units, signs and axes that cannot be those of a walking person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .events import SIDES
from .finding import Finding, parts

if TYPE_CHECKING:
    from .model import Recording, Signal

Array = NDArray[np.float64]
#: Angular rate that 1 % of the samples may exceed [rad/s]: of a limb, of the trunk.
LIMB_RATE, TRUNK_RATE = 40.0, 15.0
#: Median length of the specific force that a person can have [m/s²], and the same in g.
SPECIFIC_FORCE, IN_G = (5.0, 30.0), (0.8, 1.3)
#: Median distance from heel to toe marker that a foot can have [m].
FOOT_LENGTH = (0.04, 0.45)
ANGLE_MAX = 3.5  # [rad]
FORCE_MIN = 10.0  # a peak below this is no step of a person [N]


def faulty_units(recording: Recording) -> Iterator[Finding]:
    """Find wrong units, signs and axes.

    Parameters
    ----------
    recording : Recording
        What is looked through.

    Yields
    ------
    Finding
        Of kind `units`, `sign` or `axes`, all errors.
    """
    for name, look in (("imu", _imu), ("forces", _forces), ("angles", _angles), ("markers", _markers)):
        if name in recording.signals:
            yield from look(recording.signals[name])


def _finding(what: str, name: str, signal: Signal, columns: tuple[str, ...], text: str) -> Finding:
    return Finding(what, name, columns, float(signal.t[0]), float(signal.t[-1]), text, True)


def _imu(signal: Signal) -> Iterator[Finding]:
    for part, columns, values in parts("imu", signal):
        lengths = {}
        for kind in ("acc", "gyr"):
            chosen = [i for i, c in enumerate(columns) if c[:-2] == f"{part}_{kind}"]
            length = np.linalg.norm(values[:, chosen], axis=1) if len(chosen) == 3 else np.empty(0)
            lengths[kind] = length[np.isfinite(length)]
        for kind, look in (("acc", _acceleration), ("gyr", _rate)):
            text = look(part, lengths) if len(lengths[kind]) else None
            if text is not None:
                yield _finding("units", "imu", signal, tuple(c for c in columns if f"_{kind}_" in c), text)


def _acceleration(part: str, lengths: dict[str, Array]) -> str | None:
    median = float(np.median(lengths["acc"]))
    if SPECIFIC_FORCE[0] <= median <= SPECIFIC_FORCE[1]:
        return None
    guess = "it looks free of gravity, which must be left in"
    if IN_G[0] <= median <= IN_G[1]:
        guess = "it looks like g; multiply by 9.80665"
    elif IN_G[0] <= 1e-3 * median <= IN_G[1]:
        guess = "it looks like mg; multiply by 0.00980665"
    elif median > SPECIFIC_FORCE[1]:
        guess = "its unit is not m/s²"
    return f"{part}_acc has the median length {median:.3g}, expected is about 9.8 m/s² with gravity: {guess}"


def _rate(part: str, lengths: dict[str, Array]) -> str | None:
    limit = TRUNK_RATE if part == "lower_back" else LIMB_RATE
    high = float(np.percentile(lengths["gyr"], 99))
    if high > limit:
        return (
            f"{part}_gyr exceeds {high:.3g} in 1 % of the samples, expected is less than {limit:g} rad/s: it looks "
            f"like deg/s; multiply by pi/180"
        )
    if part != "lower_back" and high < 0.2 and len(lengths["acc"]) and np.std(lengths["acc"]) > 2.0:
        return (
            f"{part}_gyr stays below {high:.3g} rad/s in 99 % of the samples though {part}_acc shakes: it looks "
            f"scaled down, as if it had been converted twice; expected is rad/s"
        )
    return None


def _forces(signal: Signal) -> Iterator[Finding]:
    columns = tuple(c for c in signal.names if c.startswith("fz_"))
    values = signal.values[:, [signal.names.index(c) for c in columns]]
    values = values[np.isfinite(values)]
    if not len(values) or not np.any(values):
        return
    low, high = float(values.min()), float(values.max())
    if high < FORCE_MIN and _steps(values, low, high):
        text = (
            f"{', '.join(columns)} reach {high:.3g} in steps, a step is some hundred N: it looks like kN or a multiple"
        )
        yield _finding("units", "forces", signal, columns, f"{text} of the body weight; expected is N")
    elif low < -100.0 and -low > 2.0 * high:
        text = f"{', '.join(columns)} reach down to {low:.4g} N and up to {high:.4g} N: expected is upward positive"
        yield _finding("sign", "forces", signal, columns, f"{text}; turn the sign")


def _steps(values: Array, low: float, high: float) -> bool:
    """Whether a small force comes and goes as steps do, upward only; noise and hum of an unloaded plate do not."""
    loaded, free = np.mean(values > 0.5 * high), np.mean(values < 0.2 * high)
    return bool(high > 0.2 and low > -0.2 * high and loaded > 0.03 and free > 0.03)


def _angles(signal: Signal) -> Iterator[Finding]:
    for _, (column,), table in parts("angles", signal):
        values = table[np.isfinite(table)]
        if not len(values):
            continue
        low, high = np.percentile(values, [1, 99])
        if max(-low, high) > ANGLE_MAX:
            text = f"{column} reaches {max(low, high, key=abs):.3g}, no joint turns beyond {ANGLE_MAX:g} rad: it looks"
            yield _finding("units", "angles", signal, (column,), f"{text} like degrees; multiply by pi/180")
        elif column.startswith("knee") and low < -0.35 and high < 0.35:
            text = f"{column} bends to {low:.2f} rad and straightens to {high:.2f} rad: expected is flexion positive"
            yield _finding("sign", "angles", signal, (column,), f"{text}; turn the sign")


def point(signal: Signal, marker: str) -> Array | None:
    """Positions of a marker.

    Parameters
    ----------
    signal : Signal
        The markers.
    marker : str
        Name of the marker.

    Returns
    -------
    ndarray of float, shape (T, 3), or None
        Positions [m]; None where there is no such marker.
    """
    names = [f"{marker}_{axis}" for axis in "xyz"]
    if not set(names) <= set(signal.names):
        return None
    return signal.values[:, [signal.names.index(n) for n in names]]


def _middle(signal: Signal, *markers: str) -> Array | None:
    """Median position of some markers over the frames in which each is seen."""
    seen = [p[np.isfinite(p).all(axis=1)] for p in (point(signal, m) for m in markers) if p is not None]
    medians = [np.median(p, axis=0) for p in seen if len(p)]
    return np.mean(medians, axis=0) if medians else None


def _markers(signal: Signal) -> Iterator[Finding]:
    wrong = False
    for side in SIDES:
        heel, toe = point(signal, f"{side}_heel"), point(signal, f"{side}_toe")
        if heel is None or toe is None:
            continue
        lengths = np.linalg.norm(toe - heel, axis=1)
        lengths = lengths[np.isfinite(lengths)]
        if not len(lengths):
            continue
        length = float(np.median(lengths))
        if not FOOT_LENGTH[0] <= length <= FOOT_LENGTH[1] and not 0.45 < length < 2.0:
            wrong = True
            guess = "cm; multiply by 0.01" if 2.0 <= length < 45.0 else "mm; multiply by 0.001"
            guess = guess if length >= 2.0 else "no known unit"
            columns = tuple(f"{side}_{m}_{axis}" for m in ("heel", "toe") for axis in "xyz")
            text = (
                f"{side}_heel and {side}_toe are {length:.3g} apart, a foot is 0.1 to 0.3 m long: it looks like {guess}"
            )
            yield _finding("units", "markers", signal, columns, text)
    if not wrong:
        yield from _upright(signal)


def _upright(signal: Signal) -> Iterator[Finding]:
    pelvis = _middle(signal, "sacrum", "left_asis", "right_asis")
    heels = _middle(signal, "left_heel", "right_heel")
    if pelvis is None or heels is None:
        return
    rise = pelvis - heels
    if rise[2] < 0.3:  # [m]
        axis = "xyz"[int(np.argmax(np.abs(rise)))]
        text = f"the pelvis is {rise[2]:.2f} m above the heels along z: expected is z up, {axis} looks vertical"
        columns = tuple(c for c in signal.names if c.startswith(("sacrum", "left_asis", "right_asis", "left_heel")))
        yield _finding("axes", "markers", signal, columns, f"{text}; turn the axes")
