"""The watch over the torque between machine and person."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from .. import _core
from .._core import STATES, Fault
from ._envelope import Envelope
from ._inputs import array, code


class Interaction:
    """Watch for too much torque between machine and person, at once or over a session.

    Parameters
    ----------
    envelope : Envelope
        Limits, of which it uses the largest interaction torque and the dose.
    kinds : sequence of str, shape (6,)
        How the device provides each joint: `driven`, `sensed` or `absent`.
    """

    __slots__ = ("_core",)

    def __init__(self, envelope: Envelope, kinds: Sequence[str]) -> None:
        self._core = _core.Interaction(envelope.build(), list(kinds))

    @property
    def share(self) -> float:
        """Largest share of a joint's dose that is spent [-], 0 to 1; to be warned of from 0.8."""
        return self._core.share

    def step(self, state: int | str, torque: ArrayLike, dt: float) -> Fault:
        """Judge one tick.

        Parameters
        ----------
        state : int or str
            State of the supervisor after the last tick, one of `STATES` or its position there [-].
        torque : array_like of float, shape (6,)
            Torque measured between machine and person [N·m], NaN where absent.
        dt : float
            Time since the last tick [s].

        Returns
        -------
        Fault
            Severity, cause and joint of the worst of what is wrong.
        """
        return self._core.step(code("state", state, STATES), array("torque", torque, (6,)), dt)
