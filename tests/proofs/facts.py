"""Facts of rounded arithmetic, and kernels over any arithmetic that has them.

A proof through two multipliers of 53 bits takes longer than anyone waits, and hardly any lemma needs the product: its
sign is enough. So the operations of `Abstract` give a free variable of which these facts are known and nothing else;
what is proved with it holds of any arithmetic with these facts. That binary64 has them is proved by itself, for every
bit pattern: each fact is a lemma.
"""

from __future__ import annotations

import z3
from formulas import ZERO, F, Kernels, expression, le, lt, neg


def nan(x):
    return z3.fpIsNaN(x)


def signs(a, b, out):
    """Sign of a product or quotient."""
    up, down = le(ZERO, out), le(out, ZERO)
    positive = z3.Or(z3.And(le(ZERO, a), le(ZERO, b)), z3.And(le(a, ZERO), le(b, ZERO)))
    negative = z3.Or(z3.And(le(ZERO, a), le(b, ZERO)), z3.And(le(a, ZERO), le(ZERO, b)))
    return z3.And(
        z3.Implies(z3.And(positive, z3.Not(nan(out))), up), z3.Implies(z3.And(negative, z3.Not(nan(out))), down)
    )


def small(x, limit):
    return z3.And(le(neg(limit), x), le(x, limit))


def bounded(a, b, out, *limits):
    """Results of operands up to the given magnitudes."""
    rules = [z3.Implies(z3.And(small(a, x), small(b, y)), small(out, z)) for x, y, z in limits]
    return z3.And(*rules)


def of_add(a, b, out):
    opposite = z3.And(z3.fpIsInf(a), z3.fpIsInf(b), z3.Not(z3.fpEQ(a, b)))
    number = z3.Not(nan(out))
    return [
        nan(out) == z3.Or(nan(a), nan(b), opposite),
        z3.Implies(z3.And(number, le(ZERO, b)), le(a, out)),
        z3.Implies(z3.And(number, le(b, ZERO)), le(out, a)),
        z3.Implies(z3.And(number, le(ZERO, a)), le(b, out)),
        z3.Implies(z3.And(number, le(a, ZERO)), le(out, b)),
        z3.Implies(z3.And(number, le(a, neg(b))), le(out, ZERO)),
        z3.Implies(z3.And(number, le(neg(b), a)), le(ZERO, out)),
        bounded(a, b, out, (2.0**5, 1e6, 2.0**20), (2.0**33, 2.0**33, 2.0**34), (2.0**90, 2.0**33, 2.0**90)),
    ]


def of_sub(a, b, out):
    number = z3.Not(nan(out))
    return [
        nan(out) == z3.Or(nan(a), nan(b), z3.And(z3.fpIsInf(a), z3.fpEQ(a, b))),
        z3.Implies(z3.And(number, le(ZERO, b)), le(out, a)),
        z3.Implies(z3.And(number, le(b, ZERO)), le(a, out)),
        z3.Implies(z3.And(number, le(a, b)), le(out, ZERO)),
        z3.Implies(z3.And(number, le(b, a)), le(ZERO, out)),
        z3.Implies(z3.And(number, le(ZERO, a)), le(neg(b), out)),
        z3.Implies(z3.And(number, le(a, ZERO)), le(out, neg(b))),
        bounded(a, b, out, (2.0**5, 1e6, 2.0**20), (1e6, 2.0**5, 2.0**20), (2.0**33, 2.0**33, 2.0**34)),
    ]


def of_mul(a, b, out):
    zero = z3.Or(z3.And(z3.fpIsZero(a), z3.fpIsInf(b)), z3.And(z3.fpIsInf(a), z3.fpIsZero(b)))
    return [
        nan(out) == z3.Or(nan(a), nan(b), zero),
        signs(a, b, out),
        bounded(a, b, out, (2.0**13, 2.0**20, 2.0**33), (2.0**33, 1.0, 2.0**33)),
    ]


def of_div(a, b, out):
    none = z3.Or(z3.And(z3.fpIsZero(a), z3.fpIsZero(b)), z3.And(z3.fpIsInf(a), z3.fpIsInf(b)))
    return [
        nan(out) == z3.Or(nan(a), nan(b), none),
        z3.Implies(z3.Not(z3.fpIsZero(b)), signs(a, b, out)),
        z3.Implies(z3.And(z3.fpEQ(b, expression(1.0)), z3.Not(nan(a))), z3.fpEQ(out, a)),
    ]


def of_root(a, _, out):
    return [
        nan(out) == z3.Or(nan(a), lt(a, ZERO)),
        z3.Implies(z3.Not(nan(out)), le(ZERO, out)),
        z3.Implies(z3.fpIsZero(a), z3.fpIsZero(out)),
    ]


FACTS = {"add": of_add, "sub": of_sub, "mul": of_mul, "div": of_div, "root": of_root}


class Abstract(Kernels):
    """Kernels whose operations are known by their facts only."""

    def __init__(self):
        self.facts = []
        self._known = {}

    def _any(self, name, a, b):
        a, b = expression(a), expression(b)
        key = (name, a.get_id(), b.get_id())
        if key not in self._known:
            out = z3.FreshConst(F, name)
            self._known[key] = (out, a, b)  # the operands stay, or their ids might be given again
            self.facts += FACTS[name](a, b, out)
        return self._known[key][0]

    def add(self, a, b):
        return self._any("add", a, b)

    def sub(self, a, b):
        return self._any("sub", a, b)

    def mul(self, a, b):
        return self._any("mul", a, b)

    def div(self, a, b):
        return self._any("div", a, b)

    def root(self, x):
        return self._any("root", x, ZERO)
