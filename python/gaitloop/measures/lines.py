"""Lines through the steps or ticks of a walk: what foretells where a foot lands, and what resists movement."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .._inputs import Array, to_array
from ..errors import ConfigError

#: Least number of values for a line through foot placements or torques.
_FEWEST = 20


def foot_placement(position: ArrayLike, velocity: ArrayLike, placement: ArrayLike) -> float | None:
    """Share of the variance of foot placement that the state of the pelvis foretells [1]_.

    Parameters
    ----------
    position : array_like of float, shape (K,)
        Sideways position of the pelvis over the stance foot in the middle of each step [m].
    velocity : array_like of float, shape (K,)
        Its sideways velocity at that time [m/s].
    placement : array_like of float, shape (K,)
        Where the next foot lands, sideways from the stance foot [m].

    Returns
    -------
    float or None
        Coefficient of determination of the plane of least squares [-]; None below 20 steps in which all three are known
        or where the placement does not vary. Above 0.8 in healthy adults. High values also come about without any
        control [2]_, so it is only compared with the same person's earlier ones. Take steps of one foot, or turn the
        signs of the other.

    Raises
    ------
    ConfigError
        If shapes differ.

    References
    ----------
    .. [1] Wang, Y. and Srinivasan, M. (2014). Stepping in the direction of the fall: the next foot placement can be
       predicted from current upper body state in steady-state walking. Biol. Lett. 10, 20140405.
    .. [2] Predictions of foot placement from the centre of mass in a model without control, PMC7171510 (2020).
    """
    columns = _same(position=position, velocity=velocity, placement=placement)
    if columns is None:
        return None
    return _explained(np.column_stack([columns[:, :2], np.ones(len(columns))]), columns[:, 2])


def velocity_resistance(q: ArrayLike, dq: ArrayLike, tau: ArrayLike) -> float | None:
    """Torque against movement per joint velocity, apart from what hangs on the angle.

    Parameters
    ----------
    q : array_like of float, shape (K,)
        Angle of one joint that the device moves [rad].
    dq : array_like of float, shape (K,)
        Its velocity [rad/s].
    tau : array_like of float, shape (K,)
        Torque of the person at the joint, positive where it increases the angle [N·m].

    Returns
    -------
    float or None
        Resistance [N·m·s/rad], positive where the person acts against the movement the more, the faster it is; None
        below 20 known values or where angle and velocity do not vary apart. It includes the will of the person: take it
        while the person is asked to let go, always at the same speeds, and compare it with the same person's only.

    Raises
    ------
    ConfigError
        If shapes differ.
    """
    columns = _same(q=q, dq=dq, tau=tau)
    if columns is None:
        return None
    design = np.column_stack([columns[:, :2], np.ones(len(columns))])
    solution, _, rank, _ = np.linalg.lstsq(design, columns[:, 2], rcond=1e-9)
    return -float(solution[1]) if rank == 3 else None


def _same(**arrays: ArrayLike) -> Array | None:
    """Columns of equal length without the rows in which one is absent; None where too few are left."""
    columns = {name: to_array(name, values, 1) for name, values in arrays.items()}
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ConfigError(
            f"{', '.join(columns)} must have the same length, got {', '.join(map(str, lengths.values()))}"
        )
    stacked = np.column_stack(list(columns.values()))
    known = stacked[np.isfinite(stacked).all(axis=1)]
    return known if len(known) >= _FEWEST else None


def _explained(design: Array, values: Array) -> float | None:
    spread = float(((values - values.mean()) ** 2).sum())
    if spread <= 1e-18 * len(values):
        return None
    solution = np.linalg.lstsq(design, values, rcond=None)[0]
    return min(max(1.0 - float(((values - design @ solution) ** 2).sum()) / spread, 0.0), 1.0)
