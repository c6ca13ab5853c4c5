"""Jerk-limited movement between states: the generator and what it takes and gives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .. import _core
from .._core import BatchTrajectory, InputParameter, OutputParameter, Trajectory
from ..errors import ConfigError
from ._inputs import Array, array
from ._jerk_limited_enums import ControlInterface, DurationDiscretization, Result, Synchronization

__all__ = [
    "BatchTrajectory",
    "ControlInterface",
    "DurationDiscretization",
    "InputParameter",
    "JerkLimited",
    "OutputParameter",
    "Result",
    "Synchronization",
    "Trajectory",
]

# In the order of the core. A field that may be left out has the name of the one it mirrors, or a number.
_FIELDS: dict[str, float | str | None] = {
    "current_position": None,
    "current_velocity": 0.0,
    "current_acceleration": 0.0,
    "target_position": 0.0,
    "target_velocity": 0.0,
    "target_acceleration": 0.0,
    "max_velocity": None,
    "min_velocity": "max_velocity",
    "max_acceleration": None,
    "min_acceleration": "max_acceleration",
    "max_jerk": None,
    "max_position": np.inf,
    "min_position": -np.inf,
}


def _fields(states: Mapping[str, ArrayLike], dofs: int) -> list[Array]:
    """All fields in order, each of shape (N, J) or (1, J)."""
    unknown = sorted(set(states) - set(_FIELDS))
    if unknown:
        raise ConfigError(f"fields must be among {', '.join(_FIELDS)}, got {', '.join(unknown)}")
    fields: dict[str, Array] = {}
    for name, default in _FIELDS.items():
        if name in states:
            values = array(name, states[name], (1, 2), "(N, J) or (J,)")
            fields[name] = values if values.ndim == 2 else values[None]
        elif default is None:
            raise ConfigError(f"{name} must be given, got nothing")
        else:
            fields[name] = -fields[default] if isinstance(default, str) else np.full((1, dofs), default)
    return list(fields.values())


class JerkLimited(_core.JerkLimited):
    """Time-optimal movement with bounded velocity, acceleration and jerk, of 1 to 16 degrees of freedom.

    `update` gives the next state every cycle and never raises for any numbers; `calculate` gives a whole trajectory.
    Names follow ruckig; its users find the differences in the notes.

    Parameters
    ----------
    dofs : int
        Number of degrees of freedom [-], 1 to 16.
    cycle_time : float
        Time between updates [s], 1e-6 to 1e3; also the unit of discrete durations.

    Raises
    ------
    ConfigError
        If an argument is outside its range.

    Notes
    -----
    Arrays of `InputParameter` and `OutputParameter` are views of memory that the object owns: writing an element takes
    effect, assigning copies. Every limit must be given. An infinite `max_jerk` is movement of second order, an infinite
    `max_acceleration` too of first order.

    A refused input raises in `calculate`, and in `update` leaves the last accepted movement in force, then stops, then
    holds: the `Result` says so, `OutputParameter.fault` says why.

    `max_position` and `min_position` are never crossed, except where the start cannot stop in time; then the way beyond
    is the shortest possible, and the `Result` is `Limited`. A velocity limit lowered in motion is approached without
    turning round. With `tracking` [s] the target is taken to move on with its velocity and acceleration and is met
    where it will be, in no less than that time.

    Examples
    --------
    >>> otg, inp, out = JerkLimited(1, 0.01), InputParameter(1), OutputParameter(1)
    >>> inp.target_position, inp.max_velocity, inp.max_acceleration, inp.max_jerk = [1.0], [1.0], [2.0], [10.0]
    >>> round(otg.calculate(inp).duration, 4)
    1.7
    >>> while otg.update(inp, out) == Result.Working:
    ...     out.pass_to_input(inp)
    >>> float(out.new_position[0])
    1.0
    """

    __slots__ = ()

    def calculate_batch(
        self,
        *,
        settings: InputParameter | None = None,
        threads: int | None = None,
        out: Array | None = None,
        **states: ArrayLike,
    ) -> BatchTrajectory:
        """Plan many movements at once, on all cores and without the interpreter lock.

        Parameters
        ----------
        settings : InputParameter or None
            Where interface, synchronisation, enabled mask, minimum duration and discretisation are taken from; its
            states and limits are not. None: position interface, all enabled, synchronised in time.
        threads : int or None
            Number of threads [-], 1 or more. None: one per core.
        out : ndarray of float, shape (N,), or None
            Where to write the durations [s], C-contiguous float64. None makes a new array.
        **states : array_like of float, shape (N, J) or (J,)
            Fields of `InputParameter` by name [rad, rad/s, rad/s², rad/s³]; one row serves all movements.
            `current_position`, `max_velocity`, `max_acceleration` and `max_jerk` must be given, other limits default as
            there, other states to 0.

        Returns
        -------
        BatchTrajectory
            The movements; `durations` [s] has shape (N,), and `at_time` gives all states.

        Raises
        ------
        ConfigError
            If a field is refused, with the row of the first one, or has another shape.

        Examples
        --------
        >>> limits = {"max_velocity": [1.0], "max_acceleration": [2.0], "max_jerk": [10.0]}
        >>> otg, starts = JerkLimited(1, 0.01), [[0.0], [0.5]]
        >>> batch = otg.calculate_batch(current_position=starts, target_position=[1.0], **limits)
        >>> batch.durations.round(3).tolist()
        [1.7, 1.22]
        """
        if threads is not None and threads < 1:
            raise ConfigError(f"threads must lie in [1, inf], got {threads}")
        fields = _fields(states, self.degrees_of_freedom)
        durations = np.empty(max(len(field) for field in fields)) if out is None else out
        return self.plan_batch(settings, fields, durations, threads or 0)
