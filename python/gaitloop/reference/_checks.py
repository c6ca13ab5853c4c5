"""Positive range checks; the ranges are repeated in each room on purpose, as a second opinion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import ConfigError
from ._conventions import Array


def _text(x: float) -> str:
    text = repr(float(x))
    return text.removesuffix(".0").replace("nan", "NaN")


def in_range(name: str, value: float, low: float, high: float, index: int | None = None) -> float:
    """Accept a number in `[low, high]`; NaN is refused because the test is positive.

    Parameters
    ----------
    name : str
        Name of the parameter, first in the message.
    value : float
        The number [-].
    low, high : float
        Smallest and largest accepted value [-].
    index : int, optional
        Position in the parameter, when it is an array [-].

    Returns
    -------
    float
        The number [-].

    Raises
    ------
    ConfigError
        If it lies outside.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{name} must lie in [{_text(low)}, {_text(high)}], got {value!r}") from None
    if low <= number <= high:
        return number
    at = "" if index is None else f" at index {index}"
    raise ConfigError(f"{name} must lie in [{_text(low)}, {_text(high)}], got {_text(number)}{at}")


def array(name: str, values: ArrayLike, *shapes: tuple[int, ...]) -> Array:
    """Accept an array of one of the shapes, where -1 stands for any length.

    Parameters
    ----------
    name : str
        Name of the parameter.
    values : array_like of float
        The numbers [-].
    *shapes : tuple of int
        Accepted shapes [-].

    Returns
    -------
    ndarray of float
        The numbers [-].

    Raises
    ------
    ConfigError
        If the values are no numbers or have another shape.
    """
    wanted = " or ".join(str(shape).replace("-1", "N") for shape in shapes)
    try:
        given = np.asarray(values)
        got = np.array(given, dtype=np.float64) if given.dtype.kind in "biuf" else None
    except (TypeError, ValueError):
        got = None
    if got is None:
        raise ConfigError(f"{name} must be numbers of shape {wanted}, got {values!r:.60}")
    for shape in shapes:
        if len(shape) == got.ndim and all(w in (-1, g) for w, g in zip(shape, got.shape, strict=True)):
            return got
    raise ConfigError(f"{name} must have shape {wanted}, got {got.shape}")


def all_in_range(name: str, values: ArrayLike, low: float, high: float, *shapes: tuple[int, ...]) -> Array:
    """Accept an array of one of the shapes whose every value lies in `[low, high]`.

    Parameters
    ----------
    name : str
        Name of the parameter.
    values : array_like of float
        The numbers [-].
    low, high : float
        Smallest and largest accepted value [-].
    *shapes : tuple of int
        Accepted shapes [-]; (6,) when none is given.

    Returns
    -------
    ndarray of float
        The numbers [-].
    """
    got = array(name, values, *(shapes or ((6,),)))
    for index, value in enumerate(got.ravel().tolist()):
        in_range(name, value, low, high, index)
    return got


def ordered(low_name: str, low: ArrayLike, high_name: str, high: ArrayLike, *, equal: bool = False) -> None:
    """Accept two limits, or two arrays of limits, in the right order.

    Parameters
    ----------
    low_name, high_name : str
        Names of the parameters.
    low, high : array_like of float
        The limits [-], `low < high`.
    equal : bool
        Whether `low = high` is accepted too.

    Raises
    ------
    ConfigError
        If a lower limit does not lie below its upper one.
    """
    pairs = zip(np.ravel(np.asarray(low)).tolist(), np.ravel(np.asarray(high)).tolist(), strict=True)
    for index, (a, b) in enumerate(pairs):
        if not (a < b or (equal and a == b)):
            at = f" at index {index}" if np.ndim(low) else ""
            raise ConfigError(f"{low_name} must lie below {high_name}, got {_text(a)} and {_text(b)}{at}")
