"""Section 3.3: a pattern changed so that it measures what was asked for."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .._conventions import Array, wrap_array
from ..body import Body
from ..curve import Curve
from .pattern import Pattern, ankle_line
from .shape import Legs, Pair

G, B, Z, R = range(4)  # knee factor, hip swing, foot lift, toe-off
_LIMITS = ((0.2, 2.5), (-0.6, 0.6), (-8.0, 8.0), (0.45, 0.80))


class Asked(NamedTuple):
    """What a changed pattern shall measure.

    Attributes
    ----------
    steps : tuple of float
        Step lengths [m].
    speed : float
        Walking speed [m/s].
    offset : float
        Right phase minus left phase [-].
    knee, hip, clearance, stance : tuple of float or None
        Ranges [rad], clearance [m] and stance share [-] of both sides; None where not asked for.
    """

    steps: Pair
    speed: float
    offset: float
    knee: Pair | None
    hip: Pair | None
    clearance: Pair | None
    stance: Pair | None


class Base:
    """A pattern and what its curves are changed by.

    Parameters
    ----------
    pattern : Pattern
        The pattern.
    body : Body
        Whose legs they are.
    """

    def __init__(self, pattern: Pattern, body: Body) -> None:
        self.pattern, self.body = pattern, body
        self.legs = Legs(pattern.curves, pattern.offset, body)
        self.lines = [ankle_line(self.legs.leg(side), body) for side in (0, 1)]
        self.toe_off = [self.legs.stance_share(side) for side in (0, 1)]
        self.straightest = [self.legs.extremes(3 * side + 1)[0] for side in (0, 1)]
        n = len(pattern.curves[0].values)
        self.samples = n * math.ceil(128 / n)

    def start(self) -> Array:
        """Unknowns of the unchanged pattern, shape (2, 4)."""
        return np.array([[1.0, 0.0, 0.0, r] for r in self.toe_off])

    def build(self, asked: Asked, unknowns: Array) -> Legs | None:
        """Change the curves.

        Parameters
        ----------
        asked : Asked
            Steps and offset.
        unknowns : ndarray of float, shape (2, 4)
            Knee factor [-], hip swing [rad], foot lift [-] and toe-off [-] of each leg.

        Returns
        -------
        Legs or None
            The legs; None where a leg does not reach.
        """
        left, right = asked.steps
        for _ in range(4):
            curves: list[Curve] = []
            for side in (0, 1):
                rows = self._leg(side, (left, right), asked.offset, unknowns[side].tolist())
                if rows is None:
                    return None
                curves += [Curve("angles", column) for column in rows.T]
            legs = Legs(curves, asked.offset, self.body)
            lack = [want - got for want, got in zip(asked.steps, legs.steps(), strict=True)]
            if max(abs(x) for x in lack) <= 1e-11:
                return legs
            left, right = left + lack[0], right + lack[1]
        return legs

    def _leg(self, side: int, steps: Pair, offset: float, unknowns: list[float]) -> Array | None:
        """Samples of one leg, shape (M, 3)."""
        g, b, z, r = unknowns
        (x0, m0), (x1, _) = self.lines[side], self.lines[1 - side]
        travel = -(steps[0] + steps[1])
        apart = (steps[0] + travel * offset) / 2.0
        middle = (x0 + x1) / 2.0 + (apart if side == 0 else -apart)
        contact = 1.0 - offset if side == 0 else offset
        thigh, shank = self.body.thigh.length, self.body.shank.length
        p = np.arange(self.samples) / self.samples
        u = p + (self.toe_off[side] - r) * _smooth(np.where(p <= r, p / r, (1.0 - p) / (1.0 - r)))
        _hip, knee, ankle = (c.evaluate(u)[0] for c in self.legs.leg(side))
        bent = self.straightest[side] + g * (knee - self.straightest[side])
        y = middle + travel * ((self.legs.ankle_x(side, u) - x0) / m0 + p - u)
        e = wrap_array(p - contact / 2.0 + 0.5) - 0.5 + contact / 2.0
        w = _step((e + 0.01 + 0.10) / 0.10) * _step((contact + 0.01 + 0.06 - e) / 0.06)
        y = y + w * (middle + travel * (e - 0.25) - y)
        a2, b2 = thigh + shank * np.cos(bent), shank * np.sin(bent)
        reach = np.hypot(a2, b2)
        if (np.abs(y) > 0.95 * reach).any():
            return None
        turned = np.arctan2(b2, a2) + np.arcsin(y / reach)
        h = np.where(np.abs(p - 0.80) < 0.20, np.cos(np.pi * (p - 0.80) / 0.40) ** 2, 0.0)
        lift = z * h * math.radians(1.0)
        return np.array([turned + b * h + 3.0 * lift, bent + 6.0 * lift, ankle + 5.0 * lift]).T


def _smooth(x: Array) -> Array:
    """Smooth step with two continuous derivatives."""
    c = np.clip(x, 0.0, 1.0)
    value: Array = c**3 * (10.0 - 15.0 * c + 6.0 * c**2)
    return value


def _step(x: Array) -> Array:
    """Smooth step `S` of section 0."""
    c = np.clip(x, 0.0, 1.0)
    value: Array = c * c * (3.0 - 2.0 * c)
    return value


def _errors(legs: Legs, asked: Asked) -> dict[tuple[int, int], float]:
    """What each asked measure lacks, by side and unknown."""
    errors = {}
    for side in (0, 1):
        if asked.knee:
            errors[side, G] = legs.range_of(3 * side + 1) - asked.knee[side]
        if asked.hip:
            errors[side, B] = legs.range_of(3 * side) - asked.hip[side]
        if asked.clearance:
            errors[side, Z] = legs.clearance(side) - asked.clearance[side]
        if asked.stance:
            errors[side, R] = legs.stance_share(side) - asked.stance[side]
    return errors


def solve(base: Base, asked: Asked) -> Legs | None:
    """Find the legs that measure what was asked for.

    Parameters
    ----------
    base : Base
        The pattern to change.
    asked : Asked
        What it shall measure.

    Returns
    -------
    Legs or None
        The legs; None when there is no solution within the limits.
    """
    unknowns = base.start()
    if base.build(asked, unknowns) is None:
        return None
    for side in (0, 1):  # begin near the root that is meant
        if asked.stance:
            unknowns[side, R] = asked.stance[side]
        if asked.knee:
            unknowns[side, G] = asked.knee[side] / base.legs.range_of(3 * side + 1)
        if asked.hip:
            unknowns[side, B] = _rising(base, asked, unknowns, side)
    found = _search(base, asked, unknowns)
    easier = None if found or not asked.clearance else _search(base, asked._replace(clearance=None), unknowns)
    if asked.clearance and easier is not None:  # in small steps from where the foot is without being asked
        present = np.array([easier[0].clearance(side) for side in (0, 1)])
        found = easier
        for share in (0.25, 0.5, 0.75, 1.0):
            left, right = (present + share * (np.array(asked.clearance) - present)).tolist()
            found = found and _search(base, asked._replace(clearance=(left, right)), found[1])
    if found is None or not all(_within(base, found[1], side) for side in (0, 1)):
        return None
    return found[0]


def _search(base: Base, asked: Asked, unknowns: Array) -> tuple[Legs, Array] | None:
    """Newton's method; None when it does not come to the root."""
    for _ in range(25):
        legs = base.build(asked, unknowns)
        if legs is None:
            return None
        found = _errors(legs, asked)
        active = sorted(found)
        error = np.array([found[key] for key in active])
        if not active or np.abs(error).max() < 2e-12:
            return legs, unknowns
        jacobian = _jacobian(base, asked, unknowns, active, error)
        closer = None if jacobian is None else _newton(base, asked, unknowns, active, error, jacobian)
        if closer is None:
            break
        unknowns = closer
    return (legs, unknowns) if legs is not None and np.abs(error).max() <= 1e-9 else None


def _within(base: Base, unknowns: Array, side: int) -> bool:
    """Whether the unknowns of a side keep their limits."""
    r0, r = base.toe_off[side], float(unknowns[side, R])
    inside = [low <= x <= high for x, (low, high) in zip(unknowns[side].tolist(), _LIMITS, strict=True)]
    return all(inside[:R]) and (inside[R] or r == r0) and 1.875 * abs(r0 - r) <= 0.9 * min(r, 1.0 - r)


def _rising(base: Base, asked: Asked, unknowns: Array, side: int) -> float:
    """Hip swing, to begin with, at which the range rises through the one asked for."""
    assert asked.hip is not None
    places, values = np.linspace(-0.6, 0.6, 13), []
    for b in places:
        trial = unknowns.copy()
        trial[side, B] = b
        legs = base.build(asked, trial)
        values.append(math.nan if legs is None else legs.range_of(3 * side) - asked.hip[side])
    for i in range(len(places) - 2, -1, -1):
        if values[i] <= 0.0 <= values[i + 1]:
            return float(0.5 * (places[i] + places[i + 1]))
    return 0.1


def _jacobian(base: Base, asked: Asked, unknowns: Array, active: list[tuple[int, int]], error: Array) -> Array | None:
    """Derivatives of the errors with respect to the active unknowns."""
    columns = []
    for key in active:
        trial = unknowns.copy()
        trial[key] += 1e-6
        legs = base.build(asked, trial)
        if legs is None:
            return None
        found = _errors(legs, asked)
        columns.append((np.array([found[k] for k in active]) - error) / 1e-6)
    return np.array(columns).T


def _newton(
    base: Base, asked: Asked, unknowns: Array, active: list[tuple[int, int]], error: Array, jacobian: Array
) -> Array | None:
    """One step, halved until the error shrinks; None when it does not."""
    way = np.linalg.lstsq(jacobian, -error, rcond=None)[0]
    for halving in range(8):
        trial = unknowns.copy()
        for key, x in zip(active, way.tolist(), strict=True):
            low, high = _LIMITS[key[1]]
            trial[key] = min(high + 0.1, max(low - 0.1, trial[key] + x * 0.5**halving))
        legs = base.build(asked, trial)
        if legs is not None:
            found = _errors(legs, asked)
            if np.abs([found[k] for k in active]).max() < np.abs(error).max():
                return trial
    return None
