"""Which subtask guides which joint when."""

from __future__ import annotations

from numpy.typing import ArrayLike

from .. import _core
from .._inputs import Array, to_array, to_number


def guidance(phase: float, support: ArrayLike) -> Array:
    """Guidance of the three joints of a side from the support of its subtasks.

    Each joint follows the subtask that owns it in that part of the cycle, with smooth hand-over; the shares of the
    subtasks always sum to 1, so equal support of all subtasks is the guidance of all joints. Weight shift and lateral
    foot placement guide no joint of the sagittal plane.

    Parameters
    ----------
    phase : float
        Phase of the side [-].
    support : array_like of float, shape (7,)
        Support of the subtasks in the order of `SUBTASKS` [-], each clamped to 0 to 1.

    Returns
    -------
    ndarray of float, shape (3,)
        Guidance of hip, knee and ankle [-], 0 to 1.

    Raises
    ------
    ConfigError
        If `support` has another shape.

    Examples
    --------
    >>> guidance(0.3, [0.0, 0.6, 0.0, 0.2, 0.0, 0.0, 0.0])
    array([0.6, 0.2, 0.2])
    """
    return _core.guidance(to_number("phase", phase), to_array("support", support, 1))


def swing_window(phase: float) -> float:
    """Share of leg-weight support at a phase.

    Parameters
    ----------
    phase : float
        Phase of the side [-].

    Returns
    -------
    float
        1 in swing, 0 in stance, smooth between [-].

    Examples
    --------
    >>> swing_window(0.8), swing_window(0.3)
    (1.0, 0.0)
    """
    return _core.swing_window(to_number("phase", phase))
