"""What can be wrong with a recording, and how signals fall into parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .model import Signal

Array = NDArray[np.float64]


class Finding(NamedTuple):
    """Something that is wrong, or may be, with a recording.

    Attributes
    ----------
    what : str
        `dropout`, `saturation`, `frozen`, `swapped`, `units`, `sign`, `axes` or `rate`.
    signal : str
        Signal it is in: `imu`, `forces`, `markers`, `angles`.
    columns : tuple of str
        Columns it is in.
    start : float
        First time it is seen [s].
    end : float
        Last time it is seen [s].
    text : str
        What was seen and what helps, in one sentence.
    error : bool
        Whether events found from these columns would be wrong, rather than absent for a while.
    """

    what: str
    signal: str
    columns: tuple[str, ...]
    start: float
    end: float
    text: str
    error: bool


def parts(name: str, signal: Signal) -> Iterator[tuple[str, tuple[str, ...], Array]]:
    """Sensors, markers, joints and force columns of a signal.

    Parameters
    ----------
    name : str
        Name of the signal.
    signal : Signal
        The signal.

    Yields
    ------
    part : str
        Name of the sensor, marker or column.
    columns : tuple of str
        Its columns.
    values : ndarray of float, shape (T, C)
        Their values.
    """
    groups: dict[str, list[str]] = {}
    for column in signal.names:
        if name in ("imu", "markers"):
            part = column[:-2] if column[-2:] in ("_x", "_y", "_z") else column
            part = part.removesuffix("_acc").removesuffix("_gyr") if name == "imu" else part
            groups.setdefault(part, []).append(column)
        elif name == "angles" or column.startswith("fz_"):
            groups.setdefault(column, []).append(column)
    for part, columns in groups.items():
        yield part, tuple(columns), signal.values[:, [signal.names.index(c) for c in columns]]


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of true values.

    Parameters
    ----------
    flags : ndarray of bool, shape (T,)
        What is looked through.

    Returns
    -------
    list of tuple of int
        Runs in order.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))
