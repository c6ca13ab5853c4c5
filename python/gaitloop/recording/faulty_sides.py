"""Left and right, and heel and toe, that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .events import SIDES
from .faulty_units import FOOT_LENGTH, point
from .finding import Finding

if TYPE_CHECKING:
    from .model import Recording, Signal

Array = NDArray[np.float64]
LOADED = 50.0  # [N]
#: Lateral distance of the wrong sign from which sides are swapped [m].
ACROSS = 0.02
#: How much more the loaded foot must move than the free one, as (loaded - free) / (loaded + free) [-].
CONTRADICTION = 0.2
#: Time in which exactly one foot is loaded that such a claim needs [s].
NEEDED = 0.5
GYR = tuple(f"gyr_{axis}" for axis in "xyz")


def faulty_sides(recording: Recording) -> Iterator[Finding]:
    """Find sides that are swapped, as far as the recording can tell.

    Parameters
    ----------
    recording : Recording
        What is looked through.

    Yields
    ------
    Finding
        Of kind `swapped`, all errors: markers whose left is on the right of the way the feet point, feet and shanks
        of which each moves like the other side's, and a foot that moves while its own force or the reference events
        say that it stands.
    """
    if "markers" in recording.signals:
        yield from _markers(recording.signals["markers"])
    if "imu" in recording.signals:
        yield from _limbs(recording.signals["imu"])
    standing = _standing(recording)
    if standing is not None:
        yield from _motion(recording, *standing)


def _finding(name: str, signal: Signal, parts: tuple[str, ...], text: str) -> Finding:
    columns = tuple(c for c in signal.names if c.startswith(parts))
    return Finding("swapped", name, columns, float(signal.t[0]), float(signal.t[-1]), text, True)


def _markers(signal: Signal) -> Iterator[Finding]:
    points = {f"{s}_{m}": point(signal, f"{s}_{m}") for s in SIDES for m in ("heel", "toe", "asis")}
    feet = [(points[f"{s}_heel"], points[f"{s}_toe"]) for s in SIDES]
    ahead = [toe - heel for heel, toe in feet if heel is not None and toe is not None]
    if len(ahead) < 2:
        return
    for side, foot in zip(SIDES, ahead, strict=True):
        length = float(np.nanmedian(np.linalg.norm(foot, axis=1))) if np.isfinite(foot).all(axis=1).any() else 0.0
        if FOOT_LENGTH[1] < length < 2.0:
            text = (
                f"{side}_heel and {side}_toe are {length:.2f} m apart, farther than a foot: one may be the other side's"
            )
            yield _finding("markers", signal, (f"{side}_heel", f"{side}_toe"), f"{text}; check the labels")
            return
    forward: Array = (ahead[0] + ahead[1])[:, :2]
    wrong = {m: gap for m in ("heel", "toe", "asis") if (gap := _across(points, m, forward)) < -ACROSS}
    if wrong:
        seen = ", ".join(f"left_{m} lies {-100 * gap:.0f} cm to the right of right_{m}" for m, gap in wrong.items())
        text = f"{seen}, looking along the feet: swap the sides, or turn y if the axes are mirrored"
        yield _finding("markers", signal, tuple(f"{s}_{m}" for m in wrong for s in SIDES), text)


def _across(points: dict[str, Array | None], marker: str, forward: Array) -> float:
    """How far to the left of the right marker the left one lies [m]; 0 when that cannot be said."""
    left, right = points[f"left_{marker}"], points[f"right_{marker}"]
    if left is None or right is None:
        return 0.0
    gap: Array = np.subtract(left, right)[:, :2]
    across = (forward[:, 0] * gap[:, 1] - forward[:, 1] * gap[:, 0]) / np.linalg.norm(forward, axis=1)
    across = across[np.isfinite(across)]
    return float(np.median(across)) if len(across) else 0.0


def _length(signal: Signal, part: str) -> Array | None:
    names = [f"{part}_{ending}" for ending in GYR]
    if not set(names) <= set(signal.names):
        return None
    length: Array = np.linalg.norm(signal.values[:, [signal.names.index(n) for n in names]], axis=1)
    return length


def _limbs(signal: Signal) -> Iterator[Finding]:
    feet, shanks = ([_length(signal, f"{s}_{part}") for s in SIDES] for part in ("foot", "shank"))
    if any(x is None for x in (*feet, *shanks)):
        return
    table = np.stack([x for x in (*feet, *shanks) if x is not None])
    table = table[:, np.isfinite(table).all(axis=0)]
    if table.shape[1] < NEEDED * signal.rate or np.any(np.ptp(table, axis=1) == 0.0):
        return
    r: Array = np.asarray(np.corrcoef(table))
    same, crossed = 0.5 * (r[0, 2] + r[1, 3]), 0.5 * (r[0, 3] + r[1, 2])
    if crossed > same + 0.2:
        text = (
            f"each foot moves like the other side's shank (correlation {crossed:.2f}, {same:.2f} with its own): the "
            f"sides of feet or of shanks are swapped"
        )
        yield _finding("imu", signal, ("left_foot", "right_foot", "left_shank", "right_shank"), text)


def _standing(recording: Recording) -> tuple[str, Array, NDArray[np.bool_]] | None:
    """What says which foot stands, with times [s] and (T, 2) truth values."""
    if "force" in recording.sensors:
        t, force = recording.foot_forces()
        return "its force", t, force > LOADED
    events = recording.events
    if events is None or not len(events):
        return None
    t = np.arange(float(np.min(events.time)), float(np.max(events.time)), 0.01)
    stands = np.zeros((len(t), 2), dtype=bool)
    for i, side in enumerate(SIDES):
        contacts, lifts = events.times(side, "ic"), events.times(side, "to")
        for contact in contacts:
            later = lifts[lifts > contact]
            if len(later) and later[0] - contact < 2.0:  # [s]
                stands[(t >= contact) & (t < later[0]), i] = True
    return "the reference", t, stands


def _motion(recording: Recording, what: str, t: Array, stands: NDArray[np.bool_]) -> Iterator[Finding]:
    """Compare which foot moves with which one stands."""
    for name, part, label in (
        ("imu", "foot", "left_foot and right_foot"),
        ("imu", "shank", "left_shank and right_shank"),
        ("markers", "heel", "left_heel and right_heel"),
        ("angles", "knee", "knee_l and knee_r"),
    ):
        if name not in recording.signals:
            continue
        signal = recording.signals[name]
        pair = [_moving(signal, name, part, side) for side in SIDES]
        if pair[0] is None or pair[1] is None:
            continue
        moving = np.stack([np.interp(t, signal.t, x, left=np.nan, right=np.nan) for x in pair if x is not None], axis=1)
        one = (stands[:, 0] != stands[:, 1]) & np.isfinite(moving).all(axis=1)
        if np.count_nonzero(one) * float(np.median(np.diff(t))) < NEEDED:
            continue
        loaded = np.where(stands[one, 0], moving[one, 0], moving[one, 1]).mean()
        free = np.where(stands[one, 0], moving[one, 1], moving[one, 0]).mean()
        if loaded - free > CONTRADICTION * (loaded + free):
            text = f"{label}: each moves while {what} says that it stands ({loaded:.2g} against {free:.2g} while free)"
            yield _finding(name, signal, _prefixes(name, part), f"{text}; the sides of one of both are swapped")


def _prefixes(name: str, part: str) -> tuple[str, ...]:
    return (part,) if name == "angles" else tuple(f"{side}_{part}" for side in SIDES)


def _moving(signal: Signal, name: str, part: str, side: str) -> Array | None:
    """How much a limb moves: rate [rad/s], speed [m/s], or the bend of the knee over its smallest [rad]."""
    if name == "imu":
        return _length(signal, f"{side}_{part}")
    if name == "markers":
        position = point(signal, f"{side}_{part}")
        return None if position is None else np.linalg.norm(np.gradient(position, signal.t, axis=0), axis=1)
    column = f"{part}_{side[0]}"
    if column not in signal.names:
        return None
    bend = signal.column(column)
    seen = bend[np.isfinite(bend)]
    return bend - np.percentile(seen, 5) if len(seen) else None
