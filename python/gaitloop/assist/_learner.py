"""A law against a person who learns and forgets."""

from __future__ import annotations

from typing import NamedTuple

from .. import _core
from .._inputs import to_number


class HalfLives(NamedTuple):
    """Half-lives of a law and of a learner.

    Attributes
    ----------
    law : float
        Of the law's support without error [strides].
    learning : float
        Of the error of the person who learns [strides].
    forgetting : float
        Of what the person has learned [strides].
    """

    law: float
    learning: float
    forgetting: float


def half_lives(forget: float, keep: float, learn: float) -> HalfLives:
    """Compare how fast a law relaxes with how fast a person learns and forgets.

    Support leaves, and does not hinder learning, when the law relaxes faster than the person forgets and learns [1]_.

    Parameters
    ----------
    forget : float
        Share of support that the law keeps over a stride [-], 0.5 to 0.999.
    keep : float
        Share of what was learned that the person keeps over a stride [-], 0 to 0.9999.
    learn : float
        Share of an error that a stride teaches [-], 0 to 1, below `keep`.

    Returns
    -------
    HalfLives
        Half-lives of the law, of learning and of forgetting.

    Raises
    ------
    ConfigError
        If a value is outside its range.

    References
    ----------
    .. [1] Emken, J. L., Benitez, R., & Reinkensmeyer, D. J. (2007). Human-robot cooperative movement training:
       learning a novel sensory motor transformation during walking with robotic assistance-as-needed. Journal of
       NeuroEngineering and Rehabilitation, 4, 8.

    Examples
    --------
    >>> lives = half_lives(forget=0.8, keep=0.97, learn=0.1)
    >>> lives.law < lives.learning < lives.forgetting
    True
    """
    return HalfLives(*_core.half_lives(to_number("forget", forget), to_number("keep", keep), to_number("learn", learn)))
