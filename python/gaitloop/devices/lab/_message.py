"""What is told to a laboratory: numbers and codes with fixed names, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gaitloop._core import COMMAND_INTEGERS, STATES, Command, StrideMeasures
from gaitloop._inputs import to_nanoseconds
from gaitloop.errors import ConfigError
from gaitloop.safety import CAUSES, SEVERITIES
from gaitloop.trainer import TELEMETRY_FIELDS

from ._reading import whole

_SIDED = ("phase", "phase_rate", "confidence", "mode")
_STRIDE = (
    ("side", "code"),
    ("valid", "code"),
    ("stride_time", "s"),
    ("stance_time", "s"),
    ("stance_share", "-"),
    ("double_support", "-"),
    ("step_time", "s"),
    ("step_length", "m"),
    ("stride_length", "m"),
    ("force_peak", "N"),
    ("force_mean", "N"),
)
_UNITS = {"phase": "-", "phase_rate": "1/s", "confidence": "-", "mode": "code"}

LAYOUT = MappingProxyType(
    {
        "phase": tuple((f"{name}_{side}", _UNITS[name]) for name in _SIDED for side in ("left", "right")),
        "state": (("state", "code"), ("severity", "code"), ("cause", "code")),
        "stride": _STRIDE,
    }
)
"""Values of each kind of message, in order: name and unit; `code` is a whole number."""

_COLUMNS = [i for name, start, n, _, _ in TELEMETRY_FIELDS if name in _SIDED for i in range(start, start + n)]
_CODES = [COMMAND_INTEGERS.index(name) for name in ("state", "severity", "cause")]
_LARGEST = (3.4028234e38, 2**31 - 1)  # float32, int32: what every receiver can hold
_REPEAT = 1_000_000_000  # [ns] a receiver that came late, or lost a packet, learns the state by then


@dataclass(frozen=True, slots=True)
class Message:
    """Numbers and codes at one time; there is no place in it for a text, so none for a name.

    Parameters
    ----------
    kind : str
        One of `LAYOUT`.
    t : int
        When, on the loop's clock [ns].
    values : tuple of float or None
        One per entry of the layout [unit of `LAYOUT`]; None is absent. What is not finite, or too large for a float32
        or an int32, becomes None.

    Raises
    ------
    ConfigError
        If the kind is unknown, or there is anything but a number or None for each entry.

    Examples
    --------
    >>> Message("state", 0, (4, 0, 0)).values
    (4, 0, 0)
    >>> Message("state", 0, ("run", 0, 0))
    Traceback (most recent call last):
    gaitloop.errors.ConfigError: state of a state message must be a whole number or None, got a str
    """

    kind: str
    t: int
    values: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in LAYOUT:
            raise ConfigError(f"kind must be one of {', '.join(LAYOUT)}, got something else")
        object.__setattr__(self, "t", to_nanoseconds("t", self.t))
        layout = LAYOUT[self.kind]
        if not isinstance(self.values, tuple) or len(self.values) != len(layout):
            raise ConfigError(f"values of a {self.kind} message must be a tuple of {len(layout)} numbers or None")
        plain = tuple(self._plain(*entry, v) for entry, v in zip(layout, self.values, strict=True))
        object.__setattr__(self, "values", plain)

    def _plain(self, name: str, unit: str, value: Any) -> float | None:
        if value is None:
            return None
        integer, plain = unit == "code", value
        if not isinstance(plain, Integral if integer else Real) or isinstance(plain, bool):
            # The value itself is not repeated: it could be a name.
            word = "a whole number" if integer else "a number"
            raise ConfigError(f"{name} of a {self.kind} message must be {word} or None, got a {type(value).__name__}")
        if not -_LARGEST[integer] <= value <= _LARGEST[integer]:  # NaN included
            return None
        number = float(value)
        return int(number) if integer else number


class Feed:
    """Makes messages of what a loop or a trainer tells.

    Every tick has a phase; one of `every` is told. A state is told when it changes, and once a second.

    Parameters
    ----------
    every : int
        Ticks from one phase that is told to the next [-], 1 to 100000.

    Raises
    ------
    ConfigError
        If it is outside its range.

    Examples
    --------
    >>> import numpy as np
    >>> telemetry = {name: np.zeros(2) for name in ("phase", "phase_rate", "confidence", "mode")}
    >>> [m.kind for m in Feed(every=1).tick(0, telemetry, codes=(4, 0, 0))]
    ['state', 'phase']
    """

    def __init__(self, every: int = 10) -> None:
        self._every = whole("every", every, 1, 100_000)
        self._ticks = 0
        self._told: tuple[int, ...] | None = None
        self._due = 0

    def rows(self, rows: Mapping[str, Any]) -> list[Message]:
        """Make messages of ticks.

        Parameters
        ----------
        rows : dict
            What `Loop.read` gave.

        Returns
        -------
        list of Message
            States and phases, oldest first.
        """
        times, out = rows["t"].tolist(), rows["out"]
        telemetry, codes = out["telemetry"], out["command_integers"][:, _CODES].tolist()
        told: list[Message] = []
        for i, t in enumerate(times):
            told += self._one(t, telemetry[i, _COLUMNS] if self._turn() else None, codes[i])
        return told

    def tick(
        self, t: int, telemetry: Mapping[str, NDArray[np.float64]], codes: Iterable[int] | Command
    ) -> list[Message]:
        """Make messages of one tick of a trainer in a loop of Python.

        Parameters
        ----------
        t : int
            Time of the tick [ns].
        telemetry : dict
            What `Trainer.telemetry` gives.
        codes : Command or iterable of int
            The command of the tick, or its codes of state, severity and cause [-].

        Returns
        -------
        list of Message
            States and phases, none on most ticks.
        """
        if isinstance(codes, Command):
            codes = STATES.index(codes.state), SEVERITIES.index(codes.severity), CAUSES.index(codes.cause)
        due = self._turn()
        return list(self._one(t, np.concatenate([telemetry[name] for name in _SIDED]) if due else None, list(codes)))

    def strides(self, strides: Iterable[StrideMeasures]) -> list[Message]:
        """Make messages of strides.

        Parameters
        ----------
        strides : iterable of StrideMeasures
            What `Loop.strides` or `Trainer.strides` gave.

        Returns
        -------
        list of Message
            One per stride, at its end.
        """
        return [Message("stride", s.t_end, tuple(_stride_value(s, name) for name, _ in _STRIDE)) for s in strides]

    def _turn(self) -> bool:
        self._ticks += 1
        return (self._ticks - 1) % self._every == 0

    def _one(self, t: int, phases: NDArray[np.float64] | None, codes: list[int]) -> Iterable[Message]:
        state = tuple(codes)
        if state != self._told or t >= self._due:
            self._told, self._due = state, t + _REPEAT
            yield Message("state", t, state)
        if phases is not None:
            values = phases.tolist()
            yield Message("phase", t, (*values[:6], *map(int, values[6:])))


def _stride_value(stride: StrideMeasures, name: str) -> float | None:
    value: float | None = getattr(stride, name)
    return int(value) if isinstance(value, bool) else value
