"""What an exoskeleton weighs and how it rubs, from a recording of its own movement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import Array, to_array, to_number
from ..errors import ConfigError

_LARGEST_CONDITION = 200.0
_ROWS_PER_PARAMETER = 10
_GRAVITY, _COULOMB, _VISCOUS, _INERTIA = slice(0, 6), slice(6, 9), slice(9, 12), slice(12, 15)


class _Fit(NamedTuple):
    """Least squares of one leg."""

    value: Array
    error: Array
    residual: float
    condition: float


class Identified(NamedTuple):
    """Parameters found in a recording, in the form of `Compensation`, each with its standard error.

    Attributes
    ----------
    gravity : ndarray of float, shape (2, 6)
        Gravity coefficients of each leg [N·m].
    coulomb : ndarray of float, shape (6,)
        Friction that does not depend on speed [N·m].
    viscous : ndarray of float, shape (6,)
        Friction in proportion to speed [N·m·s/rad].
    inertia : ndarray of float, shape (6,)
        Inertia at each joint [kg·m²]; 0 where no acceleration was given.
    gravity_error, coulomb_error, viscous_error, inertia_error : ndarray of float
        Standard errors, same shapes [units as above]; NaN where a parameter could not appear and is 0.
    residual : ndarray of float, shape (2,)
        Root mean square of what is left over, per leg [N·m].
    condition : ndarray of float, shape (2,)
        Condition number of each leg's columns, scaled to length 1 [-].
    """

    gravity: Array
    coulomb: Array
    viscous: Array
    inertia: Array
    gravity_error: Array
    coulomb_error: Array
    viscous_error: Array
    inertia_error: Array
    residual: Array
    condition: Array


def identify_compensation(
    tau_motor: ArrayLike,
    q: ArrayLike,
    dq: ArrayLike,
    ddq: ArrayLike | None = None,
    *,
    friction_speed: float = 0.1,
    pelvis_pitch: ArrayLike | None = None,
) -> Identified:
    """Find gravity, friction and inertia of an empty exoskeleton from a slow sweep of its joints, both ways.

    Least squares per leg on the columns of section 6 of the specification. The standard errors take the rows for
    independent: thin a recording to the time over which its noise is.

    Parameters
    ----------
    tau_motor : array_like of float, shape (T, 6)
        Torque of the motors [N·m]; NaN where a joint has none.
    q : array_like of float, shape (T, 6)
        Joint angles [rad]; NaN where absent.
    dq : array_like of float, shape (T, 6)
        Joint velocities [rad/s]; NaN where absent.
    ddq : array_like of float, shape (T, 6), optional
        Joint accelerations [rad/s²]; without them inertia is not looked for.
    friction_speed : float
        Speed over which friction builds up [rad/s], 0.01 to 1.
    pelvis_pitch : array_like of float, shape (T,), optional
        Pitch of the pelvis [rad]; 0 when not given.

    Returns
    -------
    Identified
        Parameters and their standard errors.

    Raises
    ------
    ConfigError
        If shapes differ, rows are too few, or the recording does not move enough to tell the parameters apart.

    Examples
    --------
    >>> t = np.arange(0.0, 20.0, 0.01)[:, None]
    >>> rate = np.array([0.9, 1.3, 0.0, 0.9, 1.3, 0.0])
    >>> q, dq = 0.5 * np.sin(rate * t), 0.5 * rate * np.cos(rate * t)
    >>> q[:, [2, 5]] = np.nan
    >>> tau = 2.0 * dq / np.sqrt(dq**2 + 0.01)
    >>> np.round(identify_compensation(tau, q, dq).coulomb, 6) + 0.0
    array([2., 2., 0., 2., 2., 0.])
    """
    speed = to_number("friction_speed", friction_speed)
    if not 0.01 <= speed <= 1.0:
        raise ConfigError(f"friction_speed must lie in [0.01, 1], got {speed!r}")
    tau, angles, rates, accel = _signals(tau_motor, q, dq, ddq)
    pitch = np.zeros(len(tau)) if pelvis_pitch is None else to_array("pelvis_pitch", pelvis_pitch, 1)
    if pitch.shape != (len(tau),):
        raise ConfigError(f"pelvis_pitch must have shape ({len(tau)},), got {pitch.shape}")
    legs = [_leg(tau, angles, rates, accel, pitch, speed, leg) for leg in (slice(0, 3), slice(3, 6))]
    return _joined(legs)


def weigh_leg(
    tau_motor: ArrayLike,
    q: ArrayLike,
    dq: ArrayLike,
    exoskeleton: Identified,
    *,
    friction_speed: float = 0.1,
    max_speed: float = 0.1,
) -> Identified:
    """Find the weight of a person's passive legs in an exoskeleton whose own share is known.

    Parameters
    ----------
    tau_motor : array_like of float, shape (T, 6)
        Torque of the motors while they hold or slowly move the passive legs [N·m]; NaN where a joint has none.
    q : array_like of float, shape (T, 6)
        Joint angles [rad]; NaN where absent.
    dq : array_like of float, shape (T, 6)
        Joint velocities [rad/s]; NaN where absent.
    exoskeleton : Identified
        The exoskeleton alone.
    friction_speed : float
        Speed over which friction builds up, as the exoskeleton was identified with [rad/s].
    max_speed : float
        Rows with a faster joint are left out [rad/s].

    Returns
    -------
    Identified
        Gravity coefficients of the legs; friction and inertia are 0 with absent errors.

    Raises
    ------
    ConfigError
        If shapes differ, slow rows are too few, or the postures do not tell the parameters apart.
    """
    tau, angles, rates, _ = _signals(tau_motor, q, dq, None)
    slow = np.nanmax(np.abs(np.nan_to_num(rates)), axis=1, initial=0.0) <= to_number("max_speed", max_speed)
    tau, angles, rates = tau[slow], angles[slow], rates[slow]
    pitch, legs = np.zeros(len(tau)), []
    for side, leg in enumerate((slice(0, 3), slice(3, 6))):
        own = np.concatenate([exoskeleton.gravity[side], exoskeleton.coulomb[leg], exoskeleton.viscous[leg]])
        columns = _columns(angles[:, leg], rates[:, leg], None, pitch, to_number("friction_speed", friction_speed))
        known = np.einsum("tjp,p->tj", columns, own)
        person = tau.copy()
        person[:, leg] -= known
        legs.append(_leg(person, angles, rates, None, pitch, None, leg))
    return _joined(legs)


def _signals(
    tau: ArrayLike, q: ArrayLike, dq: ArrayLike, ddq: ArrayLike | None
) -> tuple[Array, Array, Array, Array | None]:
    given = {"tau_motor": tau, "q": q, "dq": dq} | ({} if ddq is None else {"ddq": ddq})
    arrays = {name: to_array(name, values, 2) for name, values in given.items()}
    rows = len(arrays["tau_motor"])
    for name, values in arrays.items():
        if values.shape != (rows, 6):
            raise ConfigError(f"{name} must have shape ({rows}, 6), got {values.shape}")
    return arrays["tau_motor"], arrays["q"], arrays["dq"], arrays.get("ddq")


def _columns(q: Array, dq: Array, ddq: Array | None, pitch: Array, speed: float | None) -> Array:
    """What each parameter of a leg contributes to its three joints per unit, (T, 3, P)."""
    thigh = pitch + q[:, 0]
    shank = thigh - q[:, 1]
    foot = shank + np.nan_to_num(q[:, 2])
    waves = np.stack([f(a) for a in (thigh, shank, foot) for f in (np.sin, np.cos)], axis=1)
    out = np.zeros((len(q), 3, 15 if ddq is not None else 12 if speed is not None else 6))
    out[:, 0, :6] = waves
    out[:, 1, 2:6] = -waves[:, 2:]
    out[:, 2, 4:6] = waves[:, 4:]
    out[np.isnan(q[:, 2]), :, 4:6] = 0.0
    if speed is not None:
        for j in range(3):
            out[:, j, 6 + j] = dq[:, j] / np.sqrt(dq[:, j] ** 2 + speed**2)
            out[:, j, 9 + j] = dq[:, j]
            if ddq is not None:
                out[:, j, 12 + j] = ddq[:, j]
    return out


def _leg(tau: Array, q: Array, dq: Array, ddq: Array | None, pitch: Array, speed: float | None, leg: slice) -> _Fit:
    """Least squares of one leg: parameters, standard errors, residual and condition number."""
    columns = _columns(q[:, leg], dq[:, leg], None if ddq is None else ddq[:, leg], pitch, speed)
    wanted = tau[:, leg]
    fitted = np.isfinite(wanted) & np.isfinite(columns).all(axis=2)
    x, y = columns[fitted], wanted[fitted]
    used = (x != 0.0).any(axis=0)
    count = int(used.sum())
    if len(y) < _ROWS_PER_PARAMETER * max(count, 1):
        raise ConfigError(f"recording must give at least {_ROWS_PER_PARAMETER * max(count, 1)} rows, got {len(y)}")
    size = np.sqrt((x[:, used] ** 2).sum(axis=0))
    scaled = x[:, used] / size
    condition = float(np.linalg.cond(scaled))
    if not condition <= _LARGEST_CONDITION:
        raise ConfigError(
            f"recording must move enough to tell the parameters apart, got a condition number of {condition:.2g}"
        )
    found = np.linalg.lstsq(scaled, y, rcond=None)[0]
    left = y - scaled @ found
    variance = float(left @ left) / max(len(y) - count, 1)
    value, error = np.zeros(15), np.full(15, np.nan)
    at = np.flatnonzero(used)
    value[at] = found / size
    error[at] = np.sqrt(variance * np.diag(np.linalg.inv(scaled.T @ scaled))) / size
    return _Fit(value, error, float(np.sqrt(np.mean(left**2))), condition)


def _joined(legs: list[_Fit]) -> Identified:
    values, errors = [leg.value for leg in legs], [leg.error for leg in legs]

    def joints(of: list[Array], part: slice) -> Array:
        return np.concatenate([each[part] for each in of])

    return Identified(
        np.stack([value[_GRAVITY] for value in values]),
        joints(values, _COULOMB),
        joints(values, _VISCOUS),
        joints(values, _INERTIA),
        np.stack([error[_GRAVITY] for error in errors]),
        joints(errors, _COULOMB),
        joints(errors, _VISCOUS),
        joints(errors, _INERTIA),
        np.array([leg.residual for leg in legs]),
        np.array([leg.condition for leg in legs]),
    )
