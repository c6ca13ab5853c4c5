"""Section 9.3.1: how fast a law relaxes, and how fast a person learns."""

from __future__ import annotations

import math
from typing import NamedTuple

from .._checks import in_range, ordered


class HalfLives(NamedTuple):
    """Strides in which something falls to half.

    Attributes
    ----------
    law : float
        Support of a law without error [strides].
    learning : float
        What a person has still to learn [strides].
    forgetting : float
        What a person has learned, without error [strides].
    """

    law: float
    learning: float
    forgetting: float


def half_lives(forget: float, keep: float, learn: float) -> HalfLives:
    """Compare a law that forgets with a learner `x[k+1] = keep x[k] + learn e[k]` [1]_.

    Parameters
    ----------
    forget : float
        Share of the support that a stride keeps [-], 0.5 to 0.999.
    keep : float
        Share of what was learned that a stride keeps [-], 0 to 0.9999.
    learn : float
        Share of the error that a stride teaches [-], 0 to 1, below `keep`.

    Returns
    -------
    HalfLives
        The law relaxes faster than the person learns when `law < learning`, than they forget when `law < forgetting`.

    Raises
    ------
    ConfigError
        If a value lies outside its range.

    References
    ----------
    .. [1] Emken, J. L., Benitez, R. and Reinkensmeyer, D. J. (2007). Journal of NeuroEngineering and Rehabilitation,
       4, 8.
    """
    forget = in_range("forget", forget, 0.5, 0.999)
    keep, learn = in_range("keep", keep, 0.0, 0.9999), in_range("learn", learn, 0.0, 1.0)
    ordered("learn", learn, "keep", keep)
    law, learning, forgetting = (math.log(0.5) / math.log(x) for x in (forget, keep - learn, keep))
    return HalfLives(law, learning, forgetting)
