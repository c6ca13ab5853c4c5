"""All strides of a recording."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import _core
from .._inputs import Array, to_array, to_number
from ..errors import ConfigError
from .table import StrideTables, to_table


@runtime_checkable
class _EventArrays(Protocol):
    """Events as three arrays of equal length."""

    side: NDArray[np.integer]
    kind: NDArray[np.integer]
    time: Array


EventList: TypeAlias = Iterable[tuple[str | int, str | int, float]]
SIDE_CODES: dict[object, int] = {"left": 0, "right": 1, 0: 0, 1: 1}
KIND_CODES: dict[object, int] = {"ic": 0, "to": 1, "initial_contact": 0, "toe_off": 1, 0: 0, 1: 1}


def _codes(name: str, values: object, codes: dict[object, int]) -> NDArray[np.uint8]:
    """Codes of one column of the events."""
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iu":
        array, known = values, (values == 0) | (values == 1)
        wrong = None if known.all() else int(np.argmin(known))
    else:
        array = list(values)  # type: ignore[call-overload]
        found = [_code(value, codes) for value in array]
        wrong = found.index(None) if None in found else None
    if wrong is not None:
        names = [c for c in codes if isinstance(c, str)][:2]
        raise ConfigError(f"{name} must be one of {names} or 0 or 1, got {array[wrong]!r:.80} at index {wrong}")
    return np.array(array if isinstance(array, np.ndarray) else found, dtype=np.uint8)


def _code(value: object, codes: dict[object, int]) -> int | None:
    try:
        return codes.get(value.item() if isinstance(value, np.generic) else value)
    except TypeError:
        return None


def _event_arrays(events: object) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Array]:
    """Side, kind and time [s] of events, in order of time; of equal times the given order is kept."""
    if isinstance(events, _EventArrays):
        columns: list[object] = [events.side, events.kind, events.time]
    else:
        try:
            rows = [tuple(row)[:3] for row in events]  # type: ignore[attr-defined]
        except TypeError:
            raise ConfigError(f"events must be rows of (foot, event, time_s), got {events!r:.80}") from None
        if any(len(row) != 3 for row in rows):
            raise ConfigError("events must be rows of (foot, event, time_s), got a shorter one")
        columns = [[row[i] for row in rows] for i in range(3)]
    time = to_array("time", columns[2], 1)  # type: ignore[arg-type]
    order = np.argsort(time, kind="stable")
    side, kind = _codes("side", columns[0], SIDE_CODES), _codes("kind", columns[1], KIND_CODES)
    for name, column in (("side", side), ("kind", kind)):
        if len(column) != len(time):
            raise ConfigError(f"{name} must have length {len(time)}, got {len(column)}")
    return side[order], kind[order], time[order]


def _samples(name: str, pair: object, ndim: int) -> tuple[Array, Array]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ConfigError(f"{name} must be a pair (time, values), got {pair!r:.80}")
    return to_array(f"{name}_time", pair[0], 1), to_array(name, pair[1], ndim)


def _torques(torques: object) -> tuple[Array, Array, Array, Array]:
    if not isinstance(torques, tuple | list) or len(torques) != 4:
        raise ConfigError(f"torques must be (time, dq, tau_robot, tau_human), got {torques!r:.80}")
    time, dq, robot, human = torques
    motion, power = to_array("dq", dq, 2), to_array("tau_robot", robot, 2)
    return to_array("torques_time", time, 1), motion, power, to_array("tau_human", human, 2)


def _belt(belt_speed: tuple[ArrayLike, ArrayLike] | float | None) -> tuple[Array, Array] | None:
    if belt_speed is None:
        return None
    if isinstance(belt_speed, tuple | list):
        return _samples("belt_speed", belt_speed, 1)
    return np.empty(0), np.array([to_number("belt_speed", belt_speed)])


def stride_measures(
    events: object,
    angles: tuple[ArrayLike, ArrayLike] | None = None,
    forces: tuple[ArrayLike, ArrayLike] | None = None,
    belt_speed: tuple[ArrayLike, ArrayLike] | float | None = None,
    *,
    markers: tuple[ArrayLike, ArrayLike] | None = None,
    foot_imu: tuple[ArrayLike, ArrayLike] | None = None,
    trunk: tuple[ArrayLike, ArrayLike] | None = None,
    torques: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] | None = None,
    mass: float | None = None,
    height: float | None = None,
    reference: ArrayLike | None = None,
) -> StrideTables:
    """Measures of every stride of a recording, from an initial contact to the next of the same side.

    Parameters
    ----------
    events : object or iterable
        Events of both feet: an object with arrays `side` (0 left, 1 right), `kind` (0 initial contact, 1 toe-off) and
        `time` [s], as `gaitloop.events.detect` gives it, or rows of (foot, event, time_s), foot `"left"` or
        `"right"`, event `"ic"` or `"to"`. Rows need not be in order of time.
    angles : tuple of array_like of float, shapes (T,) and (T, 6)
        Times [s], increasing, and joint angles [rad]; NaN where absent.
    forces : tuple of array_like of float, shapes (T,) and (T, 2)
        Times [s], increasing, and vertical force under left and right foot [N]; NaN where absent.
    belt_speed : float or tuple of array_like of float, shapes (T,) and (T,)
        Speed of the belt [m/s], or times [s], increasing, and speeds [m/s]. Only given for a walk on a treadmill.
    markers : tuple of array_like of float, shapes (T,) and (T, 5, 3)
        Times [s], increasing, and positions of left heel, left toe, right heel, right toe and pelvis, the third
        coordinate up [m]; NaN where absent.
    foot_imu : tuple of array_like of float, shapes (T,) and (T, 2, 6)
        Times [s], increasing, and readings of a sensor on left and right foot in any mounting: specific force, gravity
        included [m/s²], and rate of turn [rad/s]; NaN where absent.
    trunk : tuple of array_like of float, shapes (T,) and (T, 3)
        Times [s], increasing, and acceleration of the lower trunk forward, to the left and upward [m/s²].
    torques : tuple of array_like of float, shapes (T,), (T, 6), (T, 6) and (T, 6)
        Times [s], increasing, joint velocities [rad/s], torques of the robot and of the person [N·m]; NaN where absent.
    mass : float, optional
        Body mass [kg], 20 to 200; for load over body weight.
    height : float, optional
        Body height [m], 1.0 to 2.3; for lengths from angles, and the length of the leg in the margins of stability.
    reference : array_like of float, shape (51, 3), optional
        Hip, knee and ankle to compare with at 0, 2, .. 100 % of the stride [rad]; by default `adult_angles` at the
        speed of each stride.

    Returns
    -------
    StrideTables
        Table of the left and of the right side. Where several inputs give the same column, the first that has it
        counts: markers, foot_imu, belt for `stride_length`; markers, angles for `step_length` and `toe_clearance`.

    Raises
    ------
    ConfigError
        If an event is of no known foot or kind, times are not finite or do not increase, shapes do not fit, or
        mass or height is outside its range.

    Examples
    --------
    >>> rows = [("left", "ic", 0.0), ("right", "to", 0.1), ("right", "ic", 0.5), ("left", "to", 0.6),
    ...         ("left", "ic", 1.0), ("right", "to", 1.1), ("right", "ic", 1.5), ("left", "to", 1.6),
    ...         ("left", "ic", 2.0)]
    >>> left, right = stride_measures(rows, belt_speed=0.8)
    >>> left.stance_share
    array([0.6, 0.6])
    >>> left.stride_length
    array([0.8, 0.8])
    """
    side, kind, time = _event_arrays(events)
    left, right = _core.stride_measures(
        side,
        kind,
        time,
        angles=None if angles is None else _samples("angles", angles, 2),
        forces=None if forces is None else _samples("forces", forces, 2),
        belt_speed=_belt(belt_speed),
        markers=None if markers is None else _samples("markers", markers, 3),
        foot_imu=None if foot_imu is None else _samples("foot_imu", foot_imu, 3),
        trunk=None if trunk is None else _samples("trunk", trunk, 2),
        power=None if torques is None else _torques(torques),
        mass=None if mass is None else to_number("mass", mass),
        height=None if height is None else to_number("height", height),
        reference=None if reference is None else to_array("reference", reference, 2),
    )
    return StrideTables(to_table(left), to_table(right))
