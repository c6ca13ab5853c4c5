"""From what a sweep recorded to friction and weight, each with its standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import JOINTS
from gaitloop.control import Identified, identify_compensation, weigh_leg
from gaitloop.devices.calibration import FRICTION_SPEED, SIDES, TERMS, JointCalibration, LegCalibration
from gaitloop.errors import ConfigError

Array = NDArray[np.float64]
#: Share of a sweep's fastest reference below which a row is left out: friction at rest says nothing [-].
_MOVING = 0.2
#: Time over which rows are thinned, so that they are independent [s].
_THIN = 0.02
#: Window over which velocities are averaged before they give an acceleration [s].
_SMOOTH = 0.1
#: Speed of a weighing's rows over its own greatest one [-].
_ROOM = 1.2


class Sweep(NamedTuple):
    """What was recorded while the joints of a leg were swept.

    Attributes
    ----------
    t : ndarray of float, shape (T,)
        Time [s].
    q : ndarray of float, shape (T, 6)
        Angles [rad]; NaN where absent.
    dq : ndarray of float, shape (T, 6)
        Velocities [rad/s]; NaN where absent.
    dq_ref : ndarray of float, shape (T, 6)
        Velocities of the reference [rad/s].
    tau : ndarray of float, shape (T, 6)
        Torque that passed the guard [N·m].
    """

    t: Array
    q: Array
    dq: Array
    dq_ref: Array
    tau: Array


def fit_leg(sweep: Sweep, leg: Sequence[str]) -> tuple[dict[str, JointCalibration], LegCalibration, Identified]:
    """Find friction, inertia and weight of an empty leg.

    Parameters
    ----------
    sweep : Sweep
        The recording.
    leg : sequence of str
        Joints that were swept, of one side.

    Returns
    -------
    joints : dict of str to JointCalibration
        Friction and inertia of each joint that moved; zero, sign and range are not of this room and 0.
    weight : LegCalibration
        Gravity, and how well it fits.
    identified : Identified
        All of it, as `control.weigh_leg` takes it.

    Raises
    ------
    ConfigError
        If it did not move enough.
    """
    q, dq, tau, ddq = _rows(sweep, leg)
    place = _place(leg)
    found = _both(identify_compensation, tau, q, dq, ddq, place)
    joints = {}
    for j in range(3 * place, 3 * place + 3):
        if np.isfinite(found.coulomb_error[j]):
            pairs = {
                name: (float(getattr(found, name)[j]), float(getattr(found, f"{name}_error")[j]))
                for name in ("coulomb", "viscous", "inertia")
            }
            joints[JOINTS[j]] = JointCalibration(zero=0, sign=1, q_min=0.0, q_max=0.0, **pairs)
    weight = LegCalibration(
        gravity=_terms(found, place),
        residual=float(found.residual[place]),
        condition=float(found.condition[place]),
        friction_speed=FRICTION_SPEED,
    )
    return joints, weight, found


def weigh(
    sweep: Sweep, leg: Sequence[str], empty: Identified, max_speed: float
) -> tuple[dict[str, tuple[float, float]], float]:
    """Find the weight of a person's passive leg, the device's own share taken off.

    Parameters
    ----------
    sweep : Sweep
        The recording with the leg.
    leg : sequence of str
        Joints that were swept, of one side.
    empty : Identified
        The device without, of `fit_leg`.
    max_speed : float
        Greatest speed of the reference [rad/s].

    Returns
    -------
    gravity : dict of str to tuple of (float, float)
        Coefficients and their standard errors [N·m].
    residual : float
        What the fit leaves over [N·m].

    Raises
    ------
    ConfigError
        If it did not move enough.
    """
    q, dq, tau, ddq = _rows(sweep, leg)
    place = _place(leg)
    own = slice(3 * place, 3 * place + 3)
    tau[:, own] -= empty.inertia[own] * ddq[:, own]  # slow as it is, it would look like weight at the ends of the way

    def slowly(tau: Array, q: Array, dq: Array, _: Array, **known: float) -> Identified:
        return weigh_leg(tau, q, dq, empty, max_speed=_ROOM * max_speed, **known)

    found = _both(slowly, tau, q, dq, ddq, place)
    return _terms(found, place), float(found.residual[place])


def _terms(found: Identified, place: int) -> dict[str, tuple[float, float]]:
    pairs = zip(TERMS, found.gravity[place].tolist(), found.gravity_error[place].tolist(), strict=True)
    return {name: (value, error) for name, value, error in pairs if np.isfinite(error)}


def _place(leg: Sequence[str]) -> int:
    return JOINTS.index(leg[0]) // (len(JOINTS) // len(SIDES))


def _rows(sweep: Sweep, leg: Sequence[str]) -> tuple[Array, Array, Array, Array]:
    """Rows of a leg, thinned; torque only where its own joint moves.

    A hip or knee that is not there counts as upright. An ankle that does not move on its own is absent: its foot goes
    with the shank, and a fit could not tell them apart.
    """
    step = max(1, round(_THIN / float(np.median(np.diff(sweep.t)))))
    ddq = np.gradient(_smooth(sweep.dq, sweep.t), sweep.t, axis=0)
    swept = np.isin(JOINTS, leg)
    slowest = np.where(swept, _slowest(sweep.dq_ref), np.inf)
    if not (slowest[swept] > 0.0).all():
        raise ConfigError(f"the sweep must move {', '.join(leg)}, got one that did not move")
    moves = np.abs(sweep.dq_ref) > _MOVING * slowest
    tau = np.where(moves, sweep.tau, np.nan)
    q, dq = np.nan_to_num(sweep.q), np.nan_to_num(sweep.dq)
    for ankle in (2, 5):
        if not swept[ankle]:
            q[:, ankle] = np.nan
    return q[::step], dq[::step], tau[::step], ddq[::step]


def _smooth(values: Array, t: Array) -> Array:
    """Means over a window of `_SMOOTH`, which shift nothing in time; shorter ones at the ends."""
    half = max(1, round(0.5 * _SMOOTH / float(np.median(np.diff(t)))))
    sums = np.vstack([np.zeros(values.shape[1]), np.cumsum(np.nan_to_num(values), axis=0)])
    rows = np.arange(len(values))
    first, last = np.maximum(rows - half, 0), np.minimum(rows + half + 1, len(values))
    return np.asarray((sums[last] - sums[first]) / (last - first)[:, None])


def _slowest(speed: Array) -> Array:
    """Greatest speed of the slowest pass of each joint, shape (6,)."""
    out = np.zeros(speed.shape[1])
    for j in range(speed.shape[1]):
        way = np.abs(speed[:, j])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], way > 1e-6, [False]]).astype(int)))
        peaks = [way[a:b].max() for a, b in edges.reshape(-1, 2)]
        out[j] = min((peak for peak in peaks if peak > 0.2 * max(peaks)), default=0.0)
    return out


def _both(law: Callable[..., Identified], tau: Array, q: Array, dq: Array, ddq: Array, place: int) -> Identified:
    """A law that looks at both legs: the other one is given the same rows, and its result is not used."""
    own = slice(3 * place, 3 * place + 3)

    def twice(values: Array) -> Array:
        return np.hstack([values[:, own]] * 2)

    return law(twice(tau), twice(q), twice(dq), twice(ddq), friction_speed=FRICTION_SPEED)
