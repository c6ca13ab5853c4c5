"""What holds of the kernels for every bit pattern, and mistakes that each lemma must notice.

A lemma is made for a given `Kernels`: assumptions and claim over free variables. Assumptions are the ranges that the
envelope and the reading gate enforce, and what another lemma claims; everything else is any of the 2^64 bit patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import z3
from formulas import (
    PLAUSIBLE,
    ZERO,
    F,
    Kernels,
    le,
    lt,
    neg,
)

FINITE = 1.7976931348623157e308
WALL = 2.0**34  # beyond any bound of a wall [N·m]
Claim = tuple[list[z3.BoolRef], z3.BoolRef]


@dataclass(frozen=True)
class Lemma:
    """A lemma, its wording, what it belongs to, and kernels with a mistake that it must refute."""

    name: str
    wording: str
    claim: Callable[[Kernels], Claim]
    wrong: tuple[type[Kernels], ...]


LEMMAS: list[Lemma] = []


def lemma(wording, *wrong):
    def add_to_list(claim):
        LEMMAS.append(Lemma(claim.__name__, wording, claim, wrong))
        return claim

    return add_to_list


def free(names):
    return z3.FPs(names, F)


def within(x, lo, hi):
    return z3.And(le(lo, x), le(x, hi))


def magnitude(x, limit):
    return within(x, neg(limit), limit)


def measured(*readings):
    return [within(x, -PLAUSIBLE, PLAUSIBLE) for x in readings]


def between(x, a):
    """Lies between zero and `a`."""
    return z3.Or(within(x, ZERO, a), within(x, a, ZERO))


def wall_variables():
    q_min, q_max, stiffness, damping, v_lo, v_hi, q, dq = names = free("q_min q_max stiffness damping v_lo v_hi q dq")
    given = [within(q_min, -3.0, 3.0), within(q_max, -3.0, 3.0), lt(q_min, q_max), within(stiffness, 0.0, 5000.0)]
    given += [within(damping, 0.0, 200.0), within(v_lo, 0.0, 20.0), within(v_hi, 0.0, 20.0), *measured(q, dq)]
    return given, names
