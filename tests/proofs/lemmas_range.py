"""Lemmas of range and slope: gates, N1, N2, N3, and N6 of a cap."""

from __future__ import annotations

import z3
from formulas import F, Kernels, greatest, is_finite, le, least, lt, neg
from lemma import FINITE, WALL, between, free, lemma, magnitude, measured, within


class NegativeCheck(Kernels):
    """NaN compare: refuses what is outside instead of accepting what is inside."""

    def inside(self, x, lo, hi):
        return z3.Not(z3.Or(lt(x, lo), lt(hi, x)))


@lemma("a reading is trusted if and only if its bits are those of a number up to 1e6 in magnitude", NegativeCheck)
def gate(k):
    x = free("x")[0]
    bits = z3.BitVec("bits", 64)
    size = z3.Extract(62, 0, bits)
    return [x == z3.fpBVToFP(bits, F)], k.plausible(x) == z3.ULE(size, 0x412E_8480_0000_0000)


class NegativeSpeedCheck(Kernels):
    """NaN compare in the check of a speed."""

    def at_most(self, x, limit):
        return z3.Not(lt(limit, z3.fpAbs(x)))


@lemma("what passes a positive check is finite when its limit is", NegativeSpeedCheck)
def positive_check(k):
    x, limit = free("x limit")
    return [le(limit, FINITE), k.at_most(x, limit)], is_finite(x)


class Unclamped(Kernels):
    """The last clamp left out."""

    def last(self, tau, tau_max):
        return tau


@lemma("N1 N2: the torque is finite and at most tau_max, whatever the bits of everything else", Unclamped)
def torque_in_range(k):
    tau, cap, prev, slope, dq, lo, hi, tau_max = free("tau cap prev slope dq lo hi tau_max")
    damp, clash = z3.Bools("damp clash")
    out = k.limited(tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max)[0]
    return [within(tau_max, 0.0, 300.0)], z3.And(is_finite(out), magnitude(out, tau_max))


class ClampOtherWay(Kernels):
    """`min(lo, max(hi, x))`."""

    def clamp(self, x, lo, hi):
        return least(lo, greatest(hi, x))


@lemma("N7: a clamp is total: from lo to hi for any x, and x where it lies there", ClampOtherWay)
def clamp_total(k):
    x, lo, hi = free("x lo hi")
    out = k.clamp(x, lo, hi)
    return [le(lo, hi)], z3.And(within(out, lo, hi), z3.Implies(within(x, lo, hi), z3.fpEQ(out, x)))


class Reflects(Kernels):
    """Sign: what is beyond a cap comes out at the other end."""

    def clamp(self, x, lo, hi):
        return z3.If(lt(hi, x), lo, z3.If(lt(x, lo), hi, x))


@lemma("N6: a tighter cap never lets a larger magnitude through, nor another sign", Reflects)
def tighter_is_smaller(k):
    x, cap, tight = free("x cap tight")
    wide, narrow = k.clamp(k.finite(x), neg(cap), cap), k.clamp(k.finite(x), neg(tight), tight)
    return [le(0.0, tight), le(tight, cap)], between(narrow, wide)


class SlopeTwice(Kernels):
    """The slope counted twice upwards."""

    def slewed(self, want, prev, slope):
        return self.clamp(want, self.sub(prev, slope), self.add(self.add(prev, slope), slope))


@lemma("N3: the torque lies within one slope of where it started, or between that and zero", SlopeTwice)
def slope_bounded(k):
    tau, cap, prev, slope, dq, lo, hi, tau_max = free("tau cap prev slope dq lo hi tau_max")
    damp, clash = z3.Bools("damp clash")
    out = k.limited(tau, cap, prev, slope, dq, damp, lo, hi, clash, tau_max)[0]
    want = k.wanted(tau, cap, lo, hi, clash, tau_max)[1]
    start = k.start(prev, want, cap, dq, damp, lo, hi)
    given = [
        within(tau_max, 0.0, 300.0),
        within(cap, 0.0, tau_max),
        magnitude(prev, tau_max),
        within(slope, 0.0, 400.0),
    ]
    slewed = k.slewed(want, start, slope)
    near = within(out, k.sub(start, slope), k.add(start, slope))
    return [*given, magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)], z3.Or(near, between(out, slewed))


class StartAnywhere(Kernels):
    """The cut of a wall also pulls the start beyond zero."""

    def cut(self, lo, hi, x):
        return self.clamp(x, lo, hi)


@lemma("N3: where a torque starts lies between zero and the torque before: it is only cut", StartAnywhere)
def start_is_cut(k):
    prev, want, cap, dq, lo, hi = free("prev want cap dq lo hi")
    damp = z3.Bool("damp")
    given = [magnitude(prev, 300.0), magnitude(want, 300.0), within(cap, 0.0, 300.0), *measured(dq)]
    walls = [magnitude(lo, WALL), magnitude(hi, WALL), le(lo, hi)]
    return [*given, *walls], between(k.start(prev, want, cap, dq, damp, lo, hi), prev)


class FadesUp(Kernels):
    """Sign: the torque of a joint that cannot be seen fades away from zero."""

    def faded(self, prev, slope, dq):
        return self.add(prev, slope)


@lemma("N3: the torque of a joint that cannot be seen only shrinks", FadesUp)
def fade_shrinks(k):
    prev, slope, dq = free("prev slope dq")
    return [magnitude(prev, 300.0), le(0.0, slope)], between(k.faded(prev, slope, dq), prev)
